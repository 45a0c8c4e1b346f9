/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* rwlock_main.h: the main of every rwlock cell; rwlock_work.h says what must stand before it. */
static struct {
	char pad0[BENCH_LINE];
	struct rwlock lock;
	char pad1[BENCH_LINE];
	struct guarded data;
	char pad2[BENCH_LINE];
} the;

struct rwlock_job {
	uint64_t each;          /* operations a thread */
	uint64_t write_every;   /* 0: never */
};

/* A read adds 1 to the reader's sum, a write 1 to the count: together, the operations. */
static uint64_t
rwlock_work(int me, void *ctx)
{
	const struct rwlock_job *job = (const struct rwlock_job *)ctx;
	uint64_t sum = 0, until_write = job->write_every;

	(void)me;
	for (uint64_t left = job->each; left > 0; left--) {
		if (until_write == 1) {
			rwlock_write_lock(&the.lock);
			the.data.count++;
			the.data.twin++;
			rwlock_write_unlock(&the.lock);
			until_write = job->write_every;
		} else {
			rwlock_read_lock(&the.lock);
			sum += the.data.one + (the.data.count - the.data.twin);
			rwlock_read_unlock(&the.lock);
			until_write--;
		}
	}
	return sum;
}

int
main(int argc, char **argv)
{
	struct bench_args args = bench_args(argc, argv);
	struct rwlock_job job = { 0, 0 };
	struct bench_result r;
	int threads = 0;

	if ((threads = bench_work_threads(args.work, "read")) > 0)
		job.write_every = 0;
	else if ((threads = bench_work_threads(args.work, "write")) > 0)
		job.write_every = 1;
	else if ((threads = bench_work_threads(args.work, "mixed")) > 0)
		job.write_every = 10;
	else
		bench_die("no such work: read-N, write-N or mixed-N");
	job.each = args.ops / (uint64_t)threads;
	rwlock_open(&the.lock);
	the.data.one = 1;
	r = bench_run(threads, rwlock_work, &job);
	r.checksum += the.data.count;
	return bench_report(r, args.ops);
}
