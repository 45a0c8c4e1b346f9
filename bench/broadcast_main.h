/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* broadcast_main.h: the main of every broadcast cell; broadcast_work.h says what stands before. */
static struct broadcast the_broadcast;
static struct reader readers[BROADCAST_READERS];

struct broadcast_job {
	uint64_t ops;
	int senders;
};

/* Each reader must see the sum of all; one of them reports it. */
static uint64_t
broadcast_turn(int me, void *ctx)
{
	const struct broadcast_job *job = (const struct broadcast_job *)ctx;
	uint64_t sum = 0, share = job->ops / (uint64_t)job->senders;
	int reader = me - job->senders;

	if (reader < 0) {
		for (uint64_t i = 1; i <= share; i++)
			broadcast_send(&the_broadcast, (uint64_t)me * share + i);
		return 0;
	}
	for (uint64_t i = 0; i < job->ops; i++)
		sum += broadcast_recv(&readers[reader]);
	if (sum != job->ops * (job->ops + 1) / 2)
		bench_die("a reader has not seen every value once");
	return reader == 0 ? sum : 0;
}

int
main(int argc, char **argv)
{
	struct bench_args args = bench_args(argc, argv);
	struct broadcast_job job = { args.ops, 0 };
	struct bench_result r = { 0, 0 };
	int n = 0;

	if (sscanf(args.work, "%ds%dr", &job.senders, &n) != 2 || job.senders < 1 || n < 1 ||
	    64 % job.senders != 0 || n > BROADCAST_READERS)
		bench_die("no such work: NsMr, N senders to M readers");
	broadcast_open(&the_broadcast, BROADCAST_CAPACITY);
	for (int i = 0; i < n; i++)
		broadcast_join(&the_broadcast, &readers[i]);
	r = bench_run(job.senders + n, broadcast_turn, &job);
	for (int i = 0; i < n; i++)
		broadcast_leave(&readers[i]);
	broadcast_close(&the_broadcast);
	return bench_report(r, args.ops);
}
