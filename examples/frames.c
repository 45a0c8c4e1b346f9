/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * frames.c: video frames that are written and read in the queue's own slots.
 *
 * A frame is too big to copy twice. reserve lends the producer free slots and commit
 * hands them over; claim lends the consumer what is there and release gives it back.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <weft/spsc_queue.h>

#define FRAMES 1000u

struct frame {
	unsigned number;
	unsigned char pixels[64 * 48];
};

WEFT_SPSC_QUEUE(frames, struct frame);

static frames queue;

static void *
capture(void *arg)
{
	unsigned round = 0;

	for (unsigned number = 0; number < FRAMES;) {
		struct frame *f = frames_reserve(&queue, NULL);

		if (f == NULL) {
			weft_spin(&round); /* full */
			continue;
		}
		round = 0;
		f->number = number;
		memset(f->pixels, (int)(number % 256), sizeof f->pixels);
		frames_commit(&queue, 1);
		number++;
	}
	return arg;
}

/* How many of these frames are as capture made them, the first of them being `number`. */
static unsigned
look_at(const struct frame *f, size_t n, unsigned number)
{
	unsigned right = 0;

	for (size_t i = 0; i < n; i++, number++)
		right += f[i].number == number && f[i].pixels[64 * 48 - 1] == number % 256;
	return right;
}

int
main(void)
{
	unsigned seen = 0, right = 0, round = 0;
	pthread_t camera;

	weft_must(frames_init(&queue, 8));
	if (pthread_create(&camera, NULL, capture, NULL) != 0)
		return 1;
	while (seen < FRAMES) {
		size_t n = 8; /* at most; then, as many as there are */
		struct frame *f = frames_claim(&queue, &n);

		if (f == NULL) {
			weft_spin(&round); /* empty */
			continue;
		}
		round = 0;
		right += look_at(f, n, seen);
		seen += (unsigned)n;
		frames_release(&queue, n);
	}
	pthread_join(camera, NULL);
	frames_fini(&queue);
	printf("%u of %u frames arrived as they were made\n", right, FRAMES);
	return right == FRAMES ? 0 : 1;
}
