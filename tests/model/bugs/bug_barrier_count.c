/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_barrier_count.c: a barrier for three that two come to. */
/* expect: deadlock */
#include <pthread.h>

#ifdef RIGHT
enum { PARTIES = 2 };
#else
enum { PARTIES = 3 };
#endif

static pthread_barrier_t together;
static int part[2], sum[2];

static void *
work(void *arg)
{
	int me = arg != NULL;

	part[me] = me + 1;
	pthread_barrier_wait(&together);
	sum[me] = part[0] + part[1];
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_barrier_init(&together, NULL, PARTIES);
	pthread_create(&t, NULL, work, part);
	work(NULL);
	pthread_join(t, NULL);
	pthread_barrier_destroy(&together);
	return sum[0] != sum[1];
}
