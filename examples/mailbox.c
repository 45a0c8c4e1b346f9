/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * mailbox.c: a queue of weft's that waits, in a way of one's own.
 *
 * Queues never wait. An event beside one makes its takers sleep while it is empty: look at
 * the event, ask the queue once more, and only then wait.
 */
#include <pthread.h>
#include <stdio.h>
#include <weft/array_queue.h>
#include <weft/park.h>

#define LETTERS 10000
#define SENDERS 2

WEFT_ARRAY_QUEUE(ints, int);

struct mailbox {
	ints letters;
	weft_event arrived, taken;
};

static struct mailbox box;

static void
put(struct mailbox *m, int letter)
{
	while (!ints_push(&m->letters, letter)) {
		uint32_t seen = weft_event_look(&m->taken);

		if (ints_push(&m->letters, letter))
			break;
		weft_event_wait(&m->taken, seen);
	}
	weft_event_notify_one(&m->arrived);
}

static int
take(struct mailbox *m)
{
	int letter;

	while (!ints_pop(&m->letters, &letter)) {
		uint32_t seen = weft_event_look(&m->arrived);

		if (ints_pop(&m->letters, &letter))
			break;
		weft_event_wait(&m->arrived, seen);
	}
	weft_event_notify_one(&m->taken);
	return letter;
}

static void *
send_letters(void *arg)
{
	for (int i = 1; i <= LETTERS; i++)
		put(&box, i);
	return arg;
}

int
main(void)
{
	pthread_t senders[SENDERS];
	long long sum = 0;

	weft_must(ints_init(&box.letters, 16));
	for (int i = 0; i < SENDERS; i++)
		if (pthread_create(&senders[i], NULL, send_letters, NULL) != 0)
			return 1;
	for (int i = 0; i < SENDERS * LETTERS; i++)
		sum += take(&box);
	for (int i = 0; i < SENDERS; i++)
		pthread_join(senders[i], NULL);
	ints_fini(&box.letters);

	printf("%d letters, which add up to %lld\n", SENDERS * LETTERS, sum);
	return sum == (long long)SENDERS * LETTERS * (LETTERS + 1) / 2 ? 0 : 1;
}
