/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_deep_recursion.c: a thread that runs out of stack. */
/* expect: refused: thread */
#include <pthread.h>
#include <stdio.h>

static int depth(volatile int n);
static int (*volatile again)(volatile int n) = depth;

static int
depth(volatile int n)
{
	volatile char room[4096];

	room[n & 4095] = 1;
	return again(n + 1) + room[n & 4095];
}

static void *
work(void *arg)
{
	*(int *)arg = depth(0);
	return NULL;
}

int
main(void)
{
	pthread_t t;
	int result;

	pthread_create(&t, NULL, work, &result);
	pthread_join(t, NULL);
	return result;
}
