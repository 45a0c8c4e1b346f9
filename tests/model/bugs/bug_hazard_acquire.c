/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_hazard_acquire.c: a hazard pointer set by release and checked by acquire: the check may
 * come first.
 */
/* expect: use-after-free race */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#ifdef RIGHT
#define SET memory_order_seq_cst
#define LOOK memory_order_seq_cst
#else
#define SET memory_order_release
#define LOOK memory_order_acquire
#endif

static _Atomic(int *) shared;
static _Atomic(int *) hazard;

static void *
read_it(void *arg)
{
	int *p = atomic_load_explicit(&shared, memory_order_acquire);

	atomic_store_explicit(&hazard, p, SET);
	if (atomic_load_explicit(&shared, LOOK) == p)
		*(int *)arg = *p;
	atomic_store_explicit(&hazard, NULL, memory_order_release);
	return NULL;
}

int
main(void)
{
	int *first = malloc(sizeof *first), *second = malloc(sizeof *second), seen;
	pthread_t t;

	*first = 1;
	*second = 2;
	atomic_store(&shared, first);
	pthread_create(&t, NULL, read_it, &seen);
	atomic_store(&shared, second);
	while (atomic_load(&hazard) == first)
		;
	free(first);
	pthread_join(t, NULL);
	free(second);
	return 0;
}
