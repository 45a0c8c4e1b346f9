/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_full_by_one.c: a ring that counts one slot too many: the newest overwrites the oldest. */
/* expect: race assert */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum { SIZE = 2, ITEMS = 3 };
#ifdef RIGHT
#define FULL SIZE
#else
#define FULL (SIZE + 1)
#endif

static int ring[SIZE];
static atomic_int head, tail;

static void *
produce(void *arg)
{
	for (int i = 0; i < ITEMS; i++) {
		while (i - atomic_load(&head) >= FULL)
			;
		ring[i % SIZE] = i;
		atomic_store(&tail, i + 1);
	}
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, produce, NULL);
	for (int i = 0; i < ITEMS; i++) {
		while (atomic_load(&tail) == i)
			;
		assert(ring[i % SIZE] == i);
		atomic_store(&head, i + 1);
	}
	pthread_join(t, NULL);
	return 0;
}
