/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_spin_for_ever.c: a thread spins until all have come, and one never does. */
/* expect: livelock deadlock */
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
enum { EXPECTED = 2 };
#else
enum { EXPECTED = 3 };
#endif

static atomic_int come;

static void *
meet(void *arg)
{
	atomic_fetch_add(&come, 1);
	while (atomic_load(&come) != EXPECTED)
		;
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, meet, NULL);
	meet(NULL);
	pthread_join(t, NULL);
	return 0;
}
