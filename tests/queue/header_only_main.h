/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* header_only_main.h: what header_only.h promises, once the program has said what it has. */
static jobs queue;
static uint64_t sums[CONSUMERS];

static void *
produce(void *arg)
{
	uint32_t own = *(const uint32_t *)arg;

	for (uint32_t i = 0; i < EACH; i++) {
		struct job job;

		job.from = own;
		job.number = i;
		job.weight = i / 2.0;
		while (!jobs_push(&queue, job))
			sched_yield();
	}
	return NULL;
}

/* Each job counts for its number + 1, so that none can be missed unseen. */
static void *
consume(void *arg)
{
	uint32_t own = *(const uint32_t *)arg;

	for (uint32_t got = 0; got < EACH;) {
		struct job batch[3];
		size_t n = jobs_pop_n(&queue, batch, got + 3 <= EACH ? 3 : EACH - got);

		for (size_t i = 0; i < n; i++) {
			if (batch[i].from >= PRODUCERS || batch[i].weight != batch[i].number / 2.0)
				return NULL;
			sums[own] += (uint64_t)batch[i].number + 1;
		}
		got += (uint32_t)n;
		if (n == 0)
			sched_yield();
	}
	return NULL;
}

int
main(void)
{
	pthread_t threads[PRODUCERS + CONSUMERS];
	uint32_t own[PRODUCERS + CONSUMERS];
	uint64_t sum = 0, wanted = (uint64_t)PRODUCERS * EACH * (EACH + 1) / 2;

	if (jobs_init_over(&queue, memory, sizeof memory, CAPACITY) != WEFT_OK)
		return 1;
	for (uint32_t i = 0; i < PRODUCERS + CONSUMERS; i++) {
		own[i] = i < PRODUCERS ? i : i - PRODUCERS;
		if (pthread_create(&threads[i], NULL, i < PRODUCERS ? produce : consume,
		        &own[i]) != 0)
			return 1;
	}
	for (uint32_t i = 0; i < PRODUCERS + CONSUMERS; i++)
		pthread_join(threads[i], NULL);
	for (uint32_t i = 0; i < CONSUMERS; i++)
		sum += sums[i];
	printf("%s: %llu\n", sum == wanted && jobs_is_empty(&queue) ? "all came" : "WRONG",
	    (unsigned long long)sum);
	if (sum != wanted || !jobs_is_empty(&queue))
		return 1;
	jobs_fini(&queue);
	return 0;
}
