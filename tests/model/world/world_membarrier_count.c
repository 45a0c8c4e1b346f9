/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * world_membarrier_count.c: a membarrier leaves out as many executions of store buffering as
 * two fences.
 */
/* expect: exhaustive 3 */
#define _GNU_SOURCE
#include <linux/membarrier.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int x, y;

static void *
light(void *arg)
{
	atomic_store_explicit(&x, 1, memory_order_relaxed);
	*(int *)arg = atomic_load_explicit(&y, memory_order_relaxed);
	return NULL;
}

int
main(void)
{
	int saw_x, saw_y;
	pthread_t t;

	pthread_create(&t, NULL, light, &saw_y);
	atomic_store_explicit(&y, 1, memory_order_relaxed);
	syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
	saw_x = atomic_load_explicit(&x, memory_order_relaxed);
	pthread_join(t, NULL);
	return saw_x + saw_y == 0;
}
