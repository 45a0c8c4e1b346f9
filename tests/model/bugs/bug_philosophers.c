/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_philosophers.c: three philosophers, each with the left fork in hand. */
/* expect: deadlock */
#include <pthread.h>
#include <stdint.h>

enum { SEATS = 3 };

static pthread_mutex_t fork_at[SEATS] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER };
static int meals[SEATS];

static void *
dine(void *arg)
{
	int me = (int)(intptr_t)arg, first = me, second = (me + 1) % SEATS;

#ifdef RIGHT
	if (first > second) {
		first = second;
		second = me;
	}
#endif
	pthread_mutex_lock(&fork_at[first]);
	pthread_mutex_lock(&fork_at[second]);
	meals[me]++;
	pthread_mutex_unlock(&fork_at[second]);
	pthread_mutex_unlock(&fork_at[first]);
	return arg;
}

int
main(void)
{
	pthread_t t[SEATS];

	for (intptr_t i = 0; i < SEATS; i++)
		pthread_create(&t[i], NULL, dine, (void *)i);
	for (int i = 0; i < SEATS; i++)
		pthread_join(t[i], NULL);
	return 0;
}
