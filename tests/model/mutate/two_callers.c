/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* two_callers.c: of two calls of one wrapped load, one must acquire, and one need not. */
#include <assert.h>
#include <pthread.h>

#include "wrapped.h"

static atomic_int ready, rounds;
static int data;

static void *
producer(void *arg)
{
	data = 42;
	set_release(&ready, 1);   /* needed */
	set_release(&rounds, 1);  /* not needed */
	return arg;
}

int
main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, producer, NULL);
	if (get_acquire(&ready))  /* needed */
		assert(data == 42);
	if (get_acquire(&rounds)) /* not needed */
		assert(get_acquire(&ready) <= 1); /* not needed */
	pthread_join(thread, NULL);
	return 0;
}
