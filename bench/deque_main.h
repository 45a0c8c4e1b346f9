/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* deque_main.h: the main of every deque cell; deque_work.h says what must stand before it. */
static struct deque the_deque;

struct deque_job {
	uint64_t ops;
	uint64_t thieves;
};

/* Pushes DEQUE_DEPTH values and pops them, again and again. */
static uint64_t
deque_owner(int me, void *ctx)
{
	const struct deque_job *job = (const struct deque_job *)ctx;
	uint64_t sum = 0, v = 0;

	(void)me;
	for (uint64_t next = 1; next <= job->ops; next += DEQUE_DEPTH) {
		for (uint64_t i = 0; i < DEQUE_DEPTH; i++)
			deque_push(&the_deque, next + i);
		while (deque_pop(&the_deque, &v))
			sum += v;
	}
	return sum;
}

/* Everything that the owner pushes is stolen; each thief takes its even share. */
static uint64_t
deque_steal_all(int me, void *ctx)
{
	const struct deque_job *job = (const struct deque_job *)ctx;
	struct bench_wait wait = { 0 };
	uint64_t sum = 0, v = 0;

	if (me == 0) {
		for (uint64_t next = 1; next <= job->ops; next += DEQUE_BURST) {
			for (wait.tries = 0; deque_len(&the_deque) > DEQUE_BOUND - DEQUE_BURST;)
				bench_wait(&wait);
			for (uint64_t i = 0; i < DEQUE_BURST; i++)
				deque_push(&the_deque, next + i);
		}
		return 0;
	}
	for (uint64_t left = job->ops / job->thieves; left > 0; left--) {
		wait.tries = 0;
		while (deque_steal(&the_deque, &v) != DEQUE_TOOK)
			bench_wait(&wait);
		sum += v;
	}
	return sum;
}

int
main(int argc, char **argv)
{
	struct bench_args args = bench_args(argc, argv);
	struct deque_job job = { args.ops, (uint64_t)bench_work_threads(args.work, "steal") };
	struct bench_result r = { 0, 0 };

	deque_open(&the_deque);
	if (strcmp(args.work, "owner") == 0)
		r = bench_run(1, deque_owner, &job);
	else if (job.thieves > 0)
		r = bench_run(1 + (int)job.thieves, deque_steal_all, &job);
	else
		bench_die("no such work: owner, or steal-N");
	deque_close(&the_deque);
	return bench_report(r, args.ops);
}
