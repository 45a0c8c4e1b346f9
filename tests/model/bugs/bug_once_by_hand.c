/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_once_by_hand.c: a once that says done before it has done it. */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum { NEVER, BEGUN, DONE };

static atomic_int state;
static int config;

static void
once(void)
{
	int never = NEVER;

	if (atomic_compare_exchange_strong(&state, &never, BEGUN)) {
#ifdef RIGHT
		config = 3;
		atomic_store(&state, DONE);
#else
		atomic_store(&state, DONE);
		config = 3;
#endif
		return;
	}
	while (atomic_load(&state) != DONE)
		;
}

static void *
use(void *arg)
{
	once();
	assert(config == 3);
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
