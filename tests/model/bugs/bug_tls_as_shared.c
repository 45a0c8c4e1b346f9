/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_tls_as_shared.c: a thread's own variable is taken for everybody's. */
/* expect: assert */
#include <assert.h>
#include <pthread.h>

#ifdef RIGHT
static int total;
#else
static _Thread_local int total;
#endif

static void *
add(void *arg)
{
	total += *(int *)arg;
	return NULL;
}

int
main(void)
{
	int first = 1, second = 2;
	pthread_t t;

	add(&first);
	pthread_create(&t, NULL, add, &second);
	pthread_join(t, NULL);
	assert(total == 3);
	return 0;
}
