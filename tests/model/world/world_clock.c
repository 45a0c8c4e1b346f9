/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_clock.c: clocks only go on, within a thread and along what happens before. */
/* expect: exhaustive */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static atomic_int ready;
static struct timespec sent;

static long long
in_ns(struct timespec t)
{
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void *
send_time(void *arg)
{
	const struct timespec hour = { 3600, 0 };

	nanosleep(&hour, NULL);
	clock_gettime(CLOCK_MONOTONIC, &sent);
	atomic_store_explicit(&ready, 1, memory_order_release);
	return arg;
}

int
main(void)
{
	struct timespec first, second;
	pthread_t t;

	clock_gettime(CLOCK_MONOTONIC, &first);
	pthread_create(&t, NULL, send_time, NULL);
	clock_gettime(CLOCK_MONOTONIC, &second);
	assert(in_ns(second) > in_ns(first));
	if (atomic_load_explicit(&ready, memory_order_acquire)) {
		clock_gettime(CLOCK_MONOTONIC, &second);
		assert(in_ns(second) > in_ns(sent) && in_ns(sent) >= in_ns(first) + 3600000000000);
	}
	pthread_join(t, NULL);
	assert(time(NULL) > 1000000000);
	return 0;
}
