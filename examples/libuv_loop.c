/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * libuv_loop.c: a channel in libuv's loop: half a million messages of two threads, in order,
 * by far fewer wakes than messages.
 */
#include <pthread.h>
#include <stdio.h>
#include <uv.h>
#include <weft/channel.h>

#define THREADS 2
#define EACH 250000

struct message {
	unsigned sender, number;
};

WEFT_CHANNEL(messages, struct message);

struct inbox {
	messages queue;
	unsigned received, out_of_order, wakes;
	unsigned next[THREADS];
};

static struct inbox inbox;

static void *
send_messages(void *arg)
{
	unsigned *sender = arg;

	for (unsigned i = 0; i < EACH; i++)
		if (messages_send(&inbox.queue, (struct message){ *sender, i }) != WEFT_OK)
			break;
	messages_leave(&inbox.queue, WEFT_SENDER);
	return NULL;
}

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	struct message m;
	weft_status s;

	(void)status, (void)events;
	inbox.wakes++;
	do
		while ((s = messages_try_recv(&inbox.queue, &m)) == WEFT_OK) {
			inbox.received++;
			inbox.out_of_order += m.number != inbox.next[m.sender]++;
		}
	while (!messages_fd_arm(&inbox.queue));
	if (s == WEFT_CLOSED)
		uv_close((uv_handle_t *)poll, NULL); /* and so the loop ends */
}

int
main(void)
{
	weft_channel_options how = { .capacity = 4096, .senders = THREADS };
	unsigned numbers[THREADS];
	pthread_t threads[THREADS];
	uv_loop_t loop;
	uv_poll_t poll;

	weft_must(messages_init_with(&inbox.queue, &how));
	if (uv_loop_init(&loop) != 0 ||
	    uv_poll_init(&loop, &poll, messages_fd(&inbox.queue)) != 0 ||
	    uv_poll_start(&poll, UV_READABLE, on_readable) != 0)
		return 1;
	for (unsigned i = 0; i < THREADS; i++) {
		numbers[i] = i;
		if (pthread_create(&threads[i], NULL, send_messages, &numbers[i]) != 0)
			return 1;
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	uv_loop_close(&loop);
	messages_fini(&inbox.queue);
	printf("%u messages by %u wakes of the loop\n", inbox.received, inbox.wakes);
	return inbox.received == THREADS * EACH && inbox.out_of_order == 0 ? 0 : 1;
}
