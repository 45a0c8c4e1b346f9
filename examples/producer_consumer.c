/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * producer_consumer.c: three producers, two consumers, and nobody who counts.
 *
 * The last producer to leave closes the channel; a consumer's loop ends once it is closed
 * and drained. So all that was sent is received, by one consumer each.
 */
#include <pthread.h>
#include <stdio.h>
#include <weft/channel.h>

#define PRODUCERS 3
#define CONSUMERS 2
#define EACH 10000

struct job {
	int id;
	long cost;
};

WEFT_CHANNEL(jobs, struct job);

static jobs queue;

static void *
produce(void *arg)
{
	for (int i = 0; i < EACH; i++)
		if (jobs_send(&queue, (struct job){ i, i % 7 }) != WEFT_OK)
			break; /* closed: nobody wants more */
	jobs_leave(&queue, WEFT_SENDER);
	return arg;
}

struct sum {
	long jobs, cost;
};

static void *
consume(void *arg)
{
	struct sum *sum = arg;
	struct job job;

	while (jobs_recv(&queue, &job) == WEFT_OK) {
		sum->jobs++;
		sum->cost += job.cost;
	}
	return NULL;
}

int
main(void)
{
	pthread_t producers[PRODUCERS], consumers[CONSUMERS];
	struct sum sums[CONSUMERS] = { { 0, 0 } }, all = { 0, 0 };
	long cost = 0;

	weft_must(jobs_init_with(&queue,
	    &(weft_channel_options){ .capacity = 16, .senders = PRODUCERS }));
	for (int i = 0; i < PRODUCERS; i++)
		if (pthread_create(&producers[i], NULL, produce, NULL) != 0)
			return 1;
	for (int i = 0; i < CONSUMERS; i++)
		if (pthread_create(&consumers[i], NULL, consume, &sums[i]) != 0)
			return 1;
	for (int i = 0; i < PRODUCERS; i++)
		pthread_join(producers[i], NULL);
	for (int i = 0; i < CONSUMERS; i++) {
		pthread_join(consumers[i], NULL);
		all.jobs += sums[i].jobs;
		all.cost += sums[i].cost;
	}
	jobs_fini(&queue);
	for (int i = 0; i < EACH; i++)
		cost += i % 7;
	printf("%ld jobs, which cost %ld\n", all.jobs, all.cost);
	return all.jobs == PRODUCERS * EACH && all.cost == PRODUCERS * cost ? 0 : 1;
}
