/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * world_membarrier.c: a membarrier orders what a signal fence orders on the other side, and
 * nothing else.
 */
/* expect: assert */
#define _GNU_SOURCE
#include <assert.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int x, y;
static int saw_y;

static void *
light(void *arg)
{
	atomic_store_explicit(&x, 1, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	saw_y = atomic_load_explicit(&y, memory_order_relaxed);
	return arg;
}

int
main(void)
{
	pthread_t t;
	int saw_x;

	assert(syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0) > 0);
	pthread_create(&t, NULL, light, NULL);
	atomic_store_explicit(&y, 1, memory_order_relaxed);
#ifdef RIGHT
	syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
#else
	atomic_signal_fence(memory_order_seq_cst);
#endif
	saw_x = atomic_load_explicit(&x, memory_order_relaxed);
	pthread_join(t, NULL);
	assert(saw_x || saw_y);
	return 0;
}
