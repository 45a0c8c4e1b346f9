/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_store_buffering.c: each announces itself and looks for the other, and neither sees the
 * other.
 */
/* expect: assert */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
#define SAY memory_order_seq_cst
#define LOOK memory_order_seq_cst
#else
#define SAY memory_order_release
#define LOOK memory_order_acquire
#endif

static atomic_int here[2];
static int seen[2];

static void *
meet(void *arg)
{
	int me = arg != NULL;

	atomic_store_explicit(&here[me], 1, SAY);
	seen[me] = atomic_load_explicit(&here[!me], LOOK);
	return NULL;
}

int
main(void)
{
	pthread_t one, other;

	pthread_create(&one, NULL, meet, NULL);
	pthread_create(&other, NULL, meet, &here);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	assert(seen[0] || seen[1]);
	return 0;
}
