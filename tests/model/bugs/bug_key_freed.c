/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_key_freed.c: a thread's own object is shown to others, and freed when the thread ends. */
/* expect: use-after-free race */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static pthread_key_t key;
static _Atomic(int *) shown;

static void *
work(void *arg)
{
	int *mine = malloc(sizeof *mine);

	*mine = 1;
	pthread_setspecific(key, mine);
	atomic_store(&shown, mine);
#ifdef RIGHT
	atomic_store(&shown, NULL);
#endif
	return arg;
}

int
main(void)
{
	pthread_t t;
	int *theirs, seen = 0;

	pthread_key_create(&key, free);
	pthread_create(&t, NULL, work, NULL);
	pthread_join(t, NULL);
	theirs = atomic_load(&shown);
	if (theirs != NULL)
		seen = *theirs;
	pthread_key_delete(key);
	return seen;
}
