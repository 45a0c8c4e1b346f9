/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* native_volatile.c: a volatile flag, which works as a relaxed atomic, and orders nothing. */
/* expect: race */
#include <pthread.h>
#include <stddef.h>

static volatile int flag;
static int data;

static void *
work(void *arg)
{
	data = 1;
	flag = 1;
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, work, NULL);
#ifdef RIGHT
	while (flag == 0)
		;
	pthread_join(t, NULL);
	return data == 1 && flag == 1 ? 0 : 1;
#else
	while (flag == 0)
		;
	return data;
#endif
}
