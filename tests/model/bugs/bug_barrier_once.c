/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_barrier_once.c: the second round begins without a barrier: the parts of the first are
 * still being read.
 */
/* expect: race */
#include <pthread.h>

static pthread_barrier_t together;
static int part[2], sum[2];

static void *
work(void *arg)
{
	int me = arg != NULL;

	for (int round = 1; round <= 2; round++) {
		part[me] = round;
		pthread_barrier_wait(&together);
		sum[me] += part[!me];
#ifdef RIGHT
		pthread_barrier_wait(&together);
#endif
	}
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_barrier_init(&together, NULL, 2);
	pthread_create(&t, NULL, work, part);
	work(NULL);
	pthread_join(t, NULL);
	pthread_barrier_destroy(&together);
	return sum[0] != sum[1];
}
