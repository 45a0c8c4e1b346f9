/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_leak.c: who loses the race to show its object forgets it. */
/* expect: leak */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static _Atomic(int *) shown;

static void *
show(void *arg)
{
	int *mine = malloc(sizeof *mine), *none = NULL;

	*mine = 1;
	if (!atomic_compare_exchange_strong(&shown, &none, mine)) {
#ifdef RIGHT
		free(mine);
#endif
	}
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, show, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	free(atomic_load(&shown));
	return 0;
}
