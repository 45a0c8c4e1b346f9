/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_double_free.c: two threads both think that they are the last. */
/* expect: double-free race */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_int done;
static int *shared;

static void *
finish(void *arg)
{
#ifdef RIGHT
	if (atomic_fetch_add(&done, 1) == 1)
#else
	atomic_fetch_add(&done, 1);
	if (atomic_load(&done) == 2)
#endif
		free(shared);
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	shared = malloc(sizeof *shared);
	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, finish, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return 0;
}
