/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_iriw_acquire.c: two readers see two independent writes in opposite orders. */
/* expect: assert */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#ifdef RIGHT
#define LOOK memory_order_seq_cst
#else
#define LOOK memory_order_acquire
#endif

static atomic_int x[2];
static int only_mine[2];

static void *
write_one(void *arg)
{
	atomic_store(&x[(intptr_t)arg], 1);
	return NULL;
}

static void *
read_both(void *arg)
{
	intptr_t me = (intptr_t)arg;
	int mine = atomic_load_explicit(&x[me], LOOK);
	int other = atomic_load_explicit(&x[!me], LOOK);

	only_mine[me] = mine && !other;
	return NULL;
}

int
main(void)
{
	pthread_t writer[2], reader[2];

	for (intptr_t i = 0; i < 2; i++) {
		pthread_create(&writer[i], NULL, write_one, (void *)i);
		pthread_create(&reader[i], NULL, read_both, (void *)i);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(writer[i], NULL);
		pthread_join(reader[i], NULL);
	}
	assert(!(only_mine[0] && only_mine[1]));
	return 0;
}
