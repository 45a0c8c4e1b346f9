/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel_main.h: the main of every channel cell; channel_work.h says what must stand before it. */
static struct channel the_channel, the_way_back;

struct channel_job {
	uint64_t ops;
	int producers, consumers;
	struct channel_kind kind;
	bool batch, one_cpu;
};

static uint64_t
channel_uncontended(int me, void *ctx)
{
	const struct channel_job *job = (const struct channel_job *)ctx;
	uint64_t sum = 0;
	item out = item_of(0);

	(void)me;
	for (uint64_t v = 1; v <= job->ops; v++) {
		channel_send(&the_channel, item_of(v));
		channel_recv(&the_channel, &out);
		sum += item_sum(&out);
	}
	return sum;
}

/* Producer `me` of P sends me + 1, me + 1 + P, … up to ops; a consumer takes its even share. */
static uint64_t
channel_stream(int me, void *ctx)
{
	const struct channel_job *job = (const struct channel_job *)ctx;
	uint64_t sum = 0;
	item out = item_of(0);

	if (me < job->producers) {
		for (uint64_t v = (uint64_t)me + 1; v <= job->ops; v += (uint64_t)job->producers)
			channel_send(&the_channel, item_of(v));
		return 0;
	}
	for (uint64_t left = job->ops / (uint64_t)job->consumers; left > 0; left--) {
		channel_recv(&the_channel, &out);
		sum += item_sum(&out);
	}
	return sum;
}

#ifdef CHANNEL_BATCHES
static void
channel_produce_batches(const struct channel_job *job, int me)
{
	item batch[CHANNEL_BATCH];
	size_t n = 0;

	for (uint64_t v = (uint64_t)me + 1; v <= job->ops; v += (uint64_t)job->producers) {
		batch[n++] = item_of(v);
		if (n == CHANNEL_BATCH) {
			channel_send_n(&the_channel, batch, n);
			n = 0;
		}
	}
	if (n > 0)
		channel_send_n(&the_channel, batch, n);
}

static uint64_t
channel_stream_batches(int me, void *ctx)
{
	const struct channel_job *job = (const struct channel_job *)ctx;
	uint64_t sum = 0;
	item batch[CHANNEL_BATCH];

	if (me < job->producers) {
		channel_produce_batches(job, me);
		return 0;
	}
	for (uint64_t left = job->ops / (uint64_t)job->consumers; left > 0;) {
		size_t want = left < CHANNEL_BATCH ? (size_t)left : CHANNEL_BATCH;
		size_t n = channel_recv_n(&the_channel, batch, want);

		for (size_t i = 0; i < n; i++)
			sum += item_sum(&batch[i]);
		left -= n;
	}
	return sum;
}
#endif

static uint64_t
channel_ping_pong(int me, void *ctx)
{
	const struct channel_job *job = (const struct channel_job *)ctx;
	uint64_t sum = 0;
	item out = item_of(0);

	for (uint64_t v = 1; v <= job->ops; v++) {
		if (me == 0) {
			channel_send(&the_channel, item_of(v));
			channel_recv(&the_way_back, &out);
			sum += item_sum(&out);
		} else {
			channel_recv(&the_channel, &out);
			channel_send(&the_way_back, out);
		}
	}
	return sum;
}

static uint64_t
channel_idle(int me, void *ctx)
{
	const struct channel_job *job = (const struct channel_job *)ctx;
	uint64_t sum = 0, next = 0;
	item out = item_of(0);

	/* The kernel adds up to 50 us to a sleep, so that it can wake several at once. */
	prctl(PR_SET_TIMERSLACK, 1ul, 0ul, 0ul, 0ul);
	for (uint64_t v = 1; v <= job->ops; v++) {
		if (me == 0) {
			struct timespec t;

			/* From now on: who was late does not catch up, or values come in bursts. */
			next = bench_now() + CHANNEL_IDLE_NS;
			t.tv_sec = (time_t)(next / 1000000000u);
			t.tv_nsec = (long)(next % 1000000000u);
			while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {
			}
			channel_send(&the_channel, item_of(v));
		} else {
			channel_recv(&the_channel, &out);
			sum += item_sum(&out);
		}
	}
	return sum;
}

/* CPU time of the whole process. */
static uint64_t
channel_cpu_ns(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) != 0)
		bench_die("getrusage failed");
	return ((uint64_t)u.ru_utime.tv_sec + (uint64_t)u.ru_stime.tv_sec) * 1000000000u +
	    ((uint64_t)u.ru_utime.tv_usec + (uint64_t)u.ru_stime.tv_usec) * 1000u;
}

static struct bench_result
channel_run_idle(struct channel_job *job)
{
	uint64_t before = channel_cpu_ns();
	struct bench_result r = bench_run(2, channel_idle, job);

	r.ns = channel_cpu_ns() - before;
	return r;
}

static void
channel_read_options(struct channel_job *job, const char *options)
{
	if (strcmp(options, "-batch") == 0)
		job->batch = true;
	else if (strcmp(options, "-declared") == 0)
		job->kind.declared = true;
	else if (strcmp(options, "-1cpu") == 0)
		job->one_cpu = true;
	else if (options[0] != '\0')
		bench_die("no such option: -batch, -declared or -1cpu");
}

/* `64`, `unbounded`, and what follows. */
static void
channel_read_capacity(struct channel_job *job, const char *text)
{
	char *end = NULL;

	if (strncmp(text, "unbounded", 9) == 0) {
		job->kind.capacity = CHANNEL_UNBOUNDED;
		end = (char *)text + 9;
	} else {
		job->kind.capacity = (size_t)strtoul(text, &end, 10);
		if (end == text)
			bench_die("no such capacity: a number, or unbounded");
	}
	channel_read_options(job, end);
}

static bench_work *
channel_read_work(struct channel_job *job, const char *work)
{
	int at = 0;

	if (strcmp(work, "uncontended") == 0)
		return channel_uncontended;
	if (strcmp(work, "idle") == 0)
		return channel_idle;
	if (strncmp(work, "ping-pong-", 10) == 0) {
		channel_read_capacity(job, work + 10);
		return channel_ping_pong;
	}
	if (sscanf(work, "%dp%dc-%n", &job->producers, &job->consumers, &at) != 2 || at == 0 ||
	    job->producers < 1 || job->consumers < 1 || 64 % job->consumers != 0)
		bench_die("no such work: channel_work.h has the list");
	channel_read_capacity(job, work + at);
#ifdef CHANNEL_BATCHES
	if (job->batch)
		return channel_stream_batches;
#endif
	if (job->batch)
		bench_die("this channel has no batches");
	return channel_stream;
}

int
main(int argc, char **argv)
{
	struct bench_args args = bench_args(argc, argv);
	struct channel_job job = { args.ops, 0, 0, { 64, false }, false, false };
	bench_work *work = channel_read_work(&job, args.work);
	int threads = work == channel_uncontended ? 1 : 2;
	struct bench_result r = { 0, 0 };

	if (job.producers > 0)
		threads = job.producers + job.consumers;
	if (job.one_cpu)
		bench_pin(0);   /* threads inherit it */
	channel_open(&the_channel, job.kind);
	channel_open(&the_way_back, job.kind);
	r = work == channel_idle ? channel_run_idle(&job) : bench_run(threads, work, &job);
	channel_close(&the_way_back);
	channel_close(&the_channel);
	return bench_report(r, args.ops);
}
