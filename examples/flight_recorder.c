/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * flight_recorder.c: the last 100 events of a program, whatever thread they come from.
 *
 * Any thread writes down what happens, waits for nobody, and never finds the recorder
 * full: the oldest event makes room. What is left is printed at the end.
 */
#include <pthread.h>
#include <stdio.h>
#include <weft/array_queue.h>
#include <weft/time.h>

#define THREADS 3
#define EVENTS 1000
#define KEPT 100

struct event {
	weft_time when;
	int thread, number;
};

WEFT_ARRAY_QUEUE(recorder, struct event);

static recorder last;

static void *
happen(void *arg)
{
	const int *thread = arg;

	for (int i = 0; i < EVENTS; i++) {
		struct event e = { weft_now(), *thread, i };

		recorder_force_push(&last, e, NULL, NULL);
	}
	return NULL;
}

static void
print(struct event *e, void *ctx)
{
	fprintf(ctx, "thread %d, event %d\n", e->thread, e->number);
}

int
main(void)
{
	pthread_t threads[THREADS];
	int names[THREADS];
	size_t kept;

	weft_must(recorder_init(&last, KEPT));
	for (int i = 0; i < THREADS; i++) {
		names[i] = i;
		if (pthread_create(&threads[i], NULL, happen, &names[i]) != 0)
			return 1;
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);

	kept = recorder_drain(&last, print, stdout);
	recorder_fini(&last);
	return kept == KEPT ? 0 : 1;
}
