/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* native_late_thread.c: a thread is begun by another, after reads that later writes revisit. */
/* expect: exhaustive 4 */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int x, y;
static pthread_t inner;

static void *
write_y(void *unused)
{
	atomic_store_explicit(&y, 1, memory_order_relaxed);
	return unused;
}

static void *
begin_inner(void *unused)
{
	pthread_create(&inner, NULL, write_y, NULL);
	atomic_store_explicit(&x, 1, memory_order_relaxed);
	return unused;
}

int
main(void)
{
	pthread_t outer;
	int a, b;

	pthread_create(&outer, NULL, begin_inner, NULL);
	a = atomic_load_explicit(&x, memory_order_relaxed);
	b = atomic_load_explicit(&y, memory_order_relaxed);
	(void)a;
	(void)b;
	pthread_join(outer, NULL);
	pthread_join(inner, NULL);
	return 0;
}
