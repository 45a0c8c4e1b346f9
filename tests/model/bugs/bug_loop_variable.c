/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_loop_variable.c: each thread is given the address of the loop's variable. */
/* expect: race */
#include <assert.h>
#include <pthread.h>

static int done[2];

static void *
work(void *arg)
{
	done[*(int *)arg] = 1;
	return NULL;
}

int
main(void)
{
	pthread_t t[2];
	int number[2];

	for (int i = 0; i < 2; i++) {
		number[i] = i;
#ifdef RIGHT
		pthread_create(&t[i], NULL, work, &number[i]);
#else
		pthread_create(&t[i], NULL, work, &i);
#endif
	}
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	assert(done[0] + done[1] == 2 && number[1] == 1);
	return 0;
}
