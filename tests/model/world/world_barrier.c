/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_barrier.c: three come together twice; one of them is told so each time. */
/* expect: exhaustive 36 */
#include <assert.h>
#include <pthread.h>

enum { THREADS = 3, ROUNDS = 2 };

static pthread_barrier_t together;
static int part[ROUNDS][THREADS], told[THREADS];

static void *
work(void *arg)
{
	int me = (int)((int *)arg - told);

	for (int round = 0; round < ROUNDS; round++) {
		part[round][me] = 1;
		if (pthread_barrier_wait(&together) == PTHREAD_BARRIER_SERIAL_THREAD)
			told[me]++;
		for (int i = 0; i < THREADS; i++)
			assert(part[round][i] == 1);
	}
	return NULL;
}

int
main(void)
{
	pthread_t t[THREADS];

	pthread_barrier_init(&together, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, work, &told[i]);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	assert(told[0] + told[1] + told[2] == ROUNDS);
	pthread_barrier_destroy(&together);
	return 0;
}
