/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_ticket_lock.c: a ticket lock that is left relaxed: the next one does not see what was
 * done under it.
 */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
#define LEAVE memory_order_release
#else
#define LEAVE memory_order_relaxed
#endif

static atomic_uint next, serving;
static int count;

static void *
count_one(void *arg)
{
	unsigned mine = atomic_fetch_add_explicit(&next, 1, memory_order_relaxed);

	while (atomic_load_explicit(&serving, memory_order_acquire) != mine)
		;
	count++;
	atomic_store_explicit(&serving, mine + 1, LEAVE);
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
	assert(count == 2);
	return 0;
}
