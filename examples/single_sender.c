/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * single_sender.c: one thread reads samples, one adds them up, in the channel's own slots.
 *
 * Both sides are declared single, so neither pays for a lock, and a block of samples is
 * written and read where it lies: reserve and commit on one side, claim and release on the
 * other.
 */
#include <pthread.h>
#include <stdio.h>
#include <weft/channel.h>

#define BLOCKS 2000
#define SAMPLES 256

struct samples {
	float at[SAMPLES];
};

WEFT_CHANNEL(blocks, struct samples);

static blocks queue;

static void *
read_device(void *arg)
{
	for (int i = 0; i < BLOCKS; i++) {
		struct samples *s = blocks_reserve(&queue, NULL);

		if (s == NULL)
			return arg; /* closed by the other side */
		for (int k = 0; k < SAMPLES; k++)
			s->at[k] = (float)(i % 10 + k % 2);
		weft_must(blocks_commit(&queue, 1));
	}
	blocks_close(&queue);
	return arg;
}

int
main(void)
{
	weft_channel_options how = { .capacity = 32, .single_sender = true,
		.single_receiver = true };
	double sum = 0, expected = BLOCKS * (4.5 + 0.5) * SAMPLES;
	struct samples *s;
	pthread_t device;

	weft_must(blocks_init_with(&queue, &how));
	if (pthread_create(&device, NULL, read_device, NULL) != 0)
		return 1;
	while ((s = blocks_claim(&queue, NULL)) != NULL) {
		for (int k = 0; k < SAMPLES; k++)
			sum += s->at[k];
		blocks_release(&queue, 1);
	}
	pthread_join(device, NULL);
	blocks_fini(&queue);
	printf("the samples add up to %.0f\n", sum);
	return sum == expected ? 0 : 1;
}
