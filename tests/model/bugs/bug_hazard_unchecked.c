/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_hazard_unchecked.c: a hazard pointer that is set and not checked: the object went before
 * it was set.
 */
/* expect: use-after-free race */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static _Atomic(int *) shared;
static _Atomic(int *) hazard;

static void *
read_it(void *arg)
{
	int *p = atomic_load(&shared);

	atomic_store(&hazard, p);
#ifdef RIGHT
	if (atomic_load(&shared) != p) {
		atomic_store(&hazard, NULL);
		return NULL;
	}
#endif
	*(int *)arg = *p;
	atomic_store(&hazard, NULL);
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
