/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_refcount_relaxed.c: a reference is given back relaxed: the last one frees what another
 * is still writing.
 */
/* expect: race use-after-free */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#ifdef RIGHT
#define GIVE_BACK memory_order_acq_rel
#else
#define GIVE_BACK memory_order_relaxed
#endif

struct object {
	atomic_int refs;
	int part[2];
};

static void
give_back(struct object *o)
{
	if (atomic_fetch_sub_explicit(&o->refs, 1, GIVE_BACK) == 1)
		free(o);
}

static void *
use(void *arg)
{
	struct object *o = arg;

	o->part[0] = 1;
	give_back(o);
	return NULL;
}

int
main(void)
{
	struct object *o = malloc(sizeof *o);
	pthread_t t;

	atomic_init(&o->refs, 2);
	pthread_create(&t, NULL, use, o);
	o->part[1] = 1;
	give_back(o);
	pthread_join(t, NULL);
	return 0;
}
