/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_double_checked.c: double-checked locking with a relaxed pointer: the object behind it
 * may not be there yet.
 */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
#define SHOW memory_order_release
#define LOOK memory_order_acquire
#else
#define SHOW memory_order_relaxed
#define LOOK memory_order_relaxed
#endif

struct config {
	int size;
};

static struct config the_one;
static _Atomic(struct config *) shown;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct config *
get(void)
{
	struct config *c = atomic_load_explicit(&shown, LOOK);

	if (c != NULL)
		return c;
	pthread_mutex_lock(&lock);
	c = atomic_load_explicit(&shown, memory_order_relaxed);
	if (c == NULL) {
		c = &the_one;
		c->size = 8;
		atomic_store_explicit(&shown, c, SHOW);
	}
	pthread_mutex_unlock(&lock);
	return c;
}

static void *
use(void *arg)
{
	assert(get()->size == 8);
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, use, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return 0;
}
