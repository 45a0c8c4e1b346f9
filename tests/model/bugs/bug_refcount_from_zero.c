/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_refcount_from_zero.c: a reference is taken from a counter that may be zero already. */
/* expect: use-after-free race */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static struct {
	atomic_int refs;
	int *object;
} box;

static int
try_take(void)
{
#ifdef RIGHT
	int refs = atomic_load(&box.refs);

	while (refs > 0)
		if (atomic_compare_exchange_strong(&box.refs, &refs, refs + 1))
			return 1;
	return 0;
#else
	atomic_fetch_add(&box.refs, 1);
	return 1;
#endif
}

static void
give_back(void)
{
	if (atomic_fetch_sub(&box.refs, 1) == 1)
		free(box.object);
}

static void *
use(void *arg)
{
	if (try_take()) {
		*(int *)arg = *box.object;
		give_back();
	}
	return NULL;
}

int
main(void)
{
	pthread_t t;
	int seen;

	box.object = malloc(sizeof(int));
	*box.object = 1;
	atomic_store(&box.refs, 1);
	pthread_create(&t, NULL, use, &seen);
	give_back();
	pthread_join(t, NULL);
	return 0;
}
