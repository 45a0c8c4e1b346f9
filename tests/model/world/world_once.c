/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_once.c: two ask, and one of them does it. */
/* expect: exhaustive 2 */
#include <assert.h>
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int done;

static void
do_it(void)
{
	done++;
}

static void *
ask(void *arg)
{
	assert(pthread_once(&once, do_it) == 0);
	assert(done == 1);
	return arg;
}

int
main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, ask, NULL);
	ask(NULL);
	pthread_join(t, NULL);
	return 0;
}
