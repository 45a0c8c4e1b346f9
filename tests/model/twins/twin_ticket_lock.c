/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* twin_ticket_lock.c: a ticket lock, three threads. */
/* expect: exhaustive 6 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_uint next, serving;
static int count;

static void *
count_one(void *arg)
{
	unsigned mine = atomic_fetch_add_explicit(&next, 1, memory_order_relaxed);

	while (atomic_load_explicit(&serving, memory_order_acquire) != mine)
		;
	count++;
	atomic_store_explicit(&serving, mine + 1, memory_order_release);
	return arg;
}

int
main(void)
{
	pthread_t t[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, count_one, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	assert(count == 3);
	return 0;
}
