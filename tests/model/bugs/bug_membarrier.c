/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_membarrier.c: the light side has no fence, and the heavy side leaves out its membarrier. */
/* expect: race */
#define _GNU_SOURCE
#include <assert.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int light_in, heavy_in;
static int entered;

/* Often: enters with a store and a load, and nothing between them for the machine. */
static void *
light(void *arg)
{
	atomic_store_explicit(&light_in, 1, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	if (!atomic_load_explicit(&heavy_in, memory_order_acquire))
		entered++;
	return arg;
}

/* Seldom: pays for both. */
static void *
heavy(void *arg)
{
	atomic_store_explicit(&heavy_in, 1, memory_order_relaxed);
#ifdef RIGHT
	syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
#else
	atomic_thread_fence(memory_order_seq_cst);
#endif
	if (!atomic_load_explicit(&light_in, memory_order_acquire))
		entered++;
	return arg;
}

int
main(void)
{
	pthread_t one, other;

	syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
	pthread_create(&one, NULL, light, NULL);
	pthread_create(&other, NULL, heavy, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	assert(entered <= 1);
	return 0;
}
