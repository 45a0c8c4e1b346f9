/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* native_copies.c: memcpy and memset of bytes that another thread uses; bytes beside are not. */
/* expect: race */
#include <pthread.h>
#include <string.h>

char bytes[64];

static void *
first(void *arg)
{
	memset(bytes + 1, 7, 29);
	return arg;
}

static void *
second(void *arg)
{
#ifdef RIGHT
	memcpy(bytes + 30, "abcdefgh", 8);
#else
	memcpy(bytes + 29, "abcdefgh", 8);
#endif
	memmove(bytes + 31, bytes + 30, 4);
	bytes[0] = 1;
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	pthread_create(&t[0], NULL, first, NULL);
	pthread_create(&t[1], NULL, second, NULL);
	pthread_join(t[0], NULL);
	pthread_join(t[1], NULL);
	return 0;
}
