/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_lost_update.c: each step is atomic, the sum of them is not. */
/* expect: assert */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int count;

static void *
count_one(void *arg)
{
#ifdef RIGHT
	atomic_fetch_add(&count, 1);
#else
	atomic_store(&count, atomic_load(&count) + 1);
#endif
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, count_one, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	assert(atomic_load(&count) == 2);
	return 0;
}
