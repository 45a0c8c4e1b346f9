/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_lazy_init.c: two threads find nothing there, and both make one. */
/* expect: race */
#include <assert.h>
#include <pthread.h>

static int table[4];
static int *made;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
make(void)
{
	for (int i = 0; i < 4; i++)
		table[i] = i;
	made = table;
}

static void *
use(void *arg)
{
#ifdef RIGHT
	pthread_once(&once, make);
#else
	if (made == NULL)
		make();
	(void)once;
#endif
	assert(made[3] == 3);
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, use, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return 0;
}
