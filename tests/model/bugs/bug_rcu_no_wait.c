/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_rcu_no_wait.c: the old version is freed without waiting for those who read it. */
/* expect: use-after-free race */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static _Atomic(int *) version;
static atomic_int reading;

static void *
read_it(void *arg)
{
	atomic_store(&reading, 1);
	*(int *)arg = *atomic_load(&version);
	atomic_store(&reading, 0);
	return NULL;
}

int
main(void)
{
	int *old = malloc(sizeof *old), *new = malloc(sizeof *new), seen;
	pthread_t t;

	*old = 1;
	*new = 2;
	atomic_store(&version, old);
	pthread_create(&t, NULL, read_it, &seen);
	atomic_store(&version, new);
#ifdef RIGHT
	while (atomic_load(&reading))
		;
#endif
	free(old);
	pthread_join(t, NULL);
	free(new);
	return 0;
}
