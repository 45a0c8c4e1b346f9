/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_release_sequence.c: a plain store by another thread ends the release sequence that a
 * counter would go on.
 */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static int data;
static atomic_int state;

static void *
write_it(void *arg)
{
	data = 1;
	atomic_store_explicit(&state, 1, memory_order_release);
	return arg;
}

/* Says that it has seen state 1; this must not hide what the writer published. */
static void *
confirm(void *arg)
{
	if (atomic_load_explicit(&state, memory_order_relaxed) == 1)
#ifdef RIGHT
		atomic_fetch_add_explicit(&state, 1, memory_order_relaxed);
#else
		atomic_store_explicit(&state, 2, memory_order_relaxed);
#endif
	return arg;
}

int
main(void)
{
	pthread_t writer, other;

	pthread_create(&writer, NULL, write_it, NULL);
	pthread_create(&other, NULL, confirm, NULL);
	if (atomic_load_explicit(&state, memory_order_acquire) == 2)
		assert(data == 1);
	pthread_join(writer, NULL);
	pthread_join(other, NULL);
	return 0;
}
