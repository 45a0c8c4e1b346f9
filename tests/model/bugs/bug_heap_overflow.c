/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_heap_overflow.c: the last of three writes one place too far. */
/* expect: overflow */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { THREADS = 3 };
#ifdef RIGHT
enum { PLACES = THREADS };
#else
enum { PLACES = THREADS - 1 };
#endif

static int *place;
static atomic_int next;

static void *
fill(void *arg)
{
	place[atomic_fetch_add(&next, 1)] = 1;
	return arg;
}

int
main(void)
{
	pthread_t t[THREADS];

	place = malloc(PLACES * sizeof *place);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, fill, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	free(place);
	return 0;
}
