/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_once_in_once.c: what is to run once asks that it be run once. */
/* expect: deadlock misuse */
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int value;

static void make(void);

static int
get(void)
{
	pthread_once(&once, make);
	return value;
}

static void
make(void)
{
#ifdef RIGHT
	value = 1;
#else
	value = 1 + get();
#endif
}

static void *
use(void *arg)
{
	*(int *)arg = get();
	return NULL;
}

int
main(void)
{
	int mine, theirs;
	pthread_t t;

	pthread_create(&t, NULL, use, &theirs);
	use(&mine);
	pthread_join(t, NULL);
	return mine != theirs;
}
