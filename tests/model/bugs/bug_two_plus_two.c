/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_two_plus_two.c: two threads write the same two words, and each word keeps the other's
 * first.
 */
/* expect: assert */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
#define PUT memory_order_seq_cst
#else
#define PUT memory_order_release
#endif

static atomic_int x, y;

static void *
write_xy(void *arg)
{
	atomic_store_explicit(&x, 1, PUT);
	atomic_store_explicit(&y, 2, PUT);
	return arg;
}

static void *
write_yx(void *arg)
{
	atomic_store_explicit(&y, 1, PUT);
	atomic_store_explicit(&x, 2, PUT);
	return arg;
}

int
main(void)
{
	pthread_t one, other;

	pthread_create(&one, NULL, write_xy, NULL);
	pthread_create(&other, NULL, write_yx, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	assert(!(atomic_load(&x) == 1 && atomic_load(&y) == 1));
	return 0;
}
