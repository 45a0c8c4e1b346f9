/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_membarrier_light.c: two light sides have no fence between them, membarrier or not. */
/* expect: assert */
#define _GNU_SOURCE
#include <assert.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int x[2];
static int saw[2];

static void *
light(void *arg)
{
	intptr_t me = (intptr_t)arg;

	atomic_store_explicit(&x[me], 1, memory_order_relaxed);
#ifdef RIGHT
	atomic_thread_fence(memory_order_seq_cst);
#else
	atomic_signal_fence(memory_order_seq_cst);
#endif
	saw[me] = atomic_load_explicit(&x[!me], memory_order_relaxed);
	return NULL;
}

int
main(void)
{
	pthread_t t[2];

	for (intptr_t i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, light, (void *)i);
	syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	assert(saw[0] || saw[1]);
	return 0;
}
