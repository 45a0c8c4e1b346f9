/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* native_large.c: 64 MiB of variables, of which little is used; TLS and errno of each thread. */
/* expect: exhaustive 1680 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static char large[64 << 20];
static _Thread_local int mine = 5;
static atomic_int x;

static void *
work(void *arg)
{
	int me = (int)(size_t)arg;

	assert(mine == 5 && errno == 0 && large[me << 20] == 0);
	mine = me;
	errno = me;
	large[me << 20] = 1;
	for (int i = 0; i < 3; i++)
		atomic_fetch_add(&x, 1);
	assert(mine == me && errno == me);
	return arg;
}

int
main(void)
{
	pthread_t t[3];

	for (size_t i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, work, (void *)(i + 1));
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	assert(x == 9 && mine == 5);
	return 0;
}
