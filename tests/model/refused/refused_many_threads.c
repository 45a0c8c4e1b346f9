/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_many_threads.c: a program of forty threads. */
/* expect: refused: threads */
#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 40 };

static atomic_int come;

static void *
work(void *arg)
{
	atomic_fetch_add(&come, 1);
	return arg;
}

int
main(void)
{
	pthread_t t[THREADS];

	for (int i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, work, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	return 0;
}
