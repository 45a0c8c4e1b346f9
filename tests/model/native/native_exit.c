/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* native_exit.c: main returns, or ends by pthread_exit, and the others go on. */
/* expect: assert */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_int a, b;

static void *
work(void *arg)
{
	atomic_store(&a, 1);
	while (atomic_load(&b) == 0)
		;
#ifdef RIGHT
	pthread_exit(NULL);
#endif
	assert(atomic_load(&b) == 2);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, work, NULL);
	pthread_detach(t);
	if (atomic_load(&a) == 1)
		exit(0);
	atomic_store(&b, 1);
	pthread_exit(NULL);
}
