/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bench_select.c: weft's select over an array of arms; with -DSET, by a set of arms. */
#include "select_work.h"

#include <weft/channel.h>
#include <weft/select.h>

WEFT_CHANNEL(values, uint64_t);

#ifdef SET
#define SELECT_AT_ONCE 16
#else
#define SELECT_AT_ONCE 1
#endif

struct select_job {
	uint64_t ops;
	struct select_kind kind;
	size_t n;               /* how many channels */
	values *channels;
#ifdef SET
	weft_select_set set;
#else
	weft_arm *arms;
	uint64_t *into;         /* where the arm of each channel puts its value */
#endif
};

static void
select_send(values *c, uint64_t v)
{
	if (values_send(c, v) != WEFT_OK)
		bench_die("the channel is closed, and cannot be");
}

#ifdef SET
/* Waits until some are ready, and takes a value of each, at most `left`: how many. */
static inline size_t
select_take(struct select_job *job, uint64_t left, uint64_t *sum, values **from)
{
	weft_ready ready[SELECT_AT_ONCE];
	size_t want = left < SELECT_AT_ONCE ? (size_t)left : SELECT_AT_ONCE;
	size_t n = weft_select_set_wait(&job->set, ready, want), got = 0;
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++) {
		if (values_try_recv((values *)ready[i].ctx, &v) == WEFT_OK) {
			*sum += v;
			from[got++] = (values *)ready[i].ctx;
		}
	}
	return got;
}

static void
select_open_arms(struct select_job *job)
{
	if (!weft_select_set_init(&job->set))
		bench_die("no memory");
	for (size_t i = 0; i < job->n; i++) {
		weft_arm arm = values_recv_arm(&job->channels[i], NULL);

		if (weft_select_set_add(&job->set, arm, &job->channels[i]) == 0)
			bench_die("no memory");
	}
}

static void
select_close_arms(struct select_job *job)
{
	weft_select_set_fini(&job->set);
}
#else
/* Waits until one is ready, and takes its value: 1. */
static inline size_t
select_take(struct select_job *job, uint64_t left, uint64_t *sum, values **from)
{
	int won = weft_select(job->arms, job->n);

	(void)left;
	if (won < 0 || job->arms[won].status != WEFT_OK)
		bench_die("all channels are closed, and cannot be");
	*sum += job->into[won];
	from[0] = &job->channels[won];
	return 1;
}

static void
select_open_arms(struct select_job *job)
{
	job->arms = (weft_arm *)calloc(job->n, sizeof *job->arms);
	job->into = (uint64_t *)calloc(job->n, sizeof *job->into);
	if (job->arms == NULL || job->into == NULL)
		bench_die("no memory");
	for (size_t i = 0; i < job->n; i++)
		job->arms[i] = values_recv_arm(&job->channels[i], &job->into[i]);
}

static void
select_close_arms(struct select_job *job)
{
	free(job->into);
	free(job->arms);
}
#endif

static uint64_t
select_ready(int me, void *ctx)
{
	struct select_job *job = (struct select_job *)ctx;
	uint64_t sum = 0, next = 1;
	values *from[SELECT_AT_ONCE];

	(void)me;
	for (; next <= job->n && next <= job->ops; next++)
		select_send(&job->channels[next - 1], next);
	for (uint64_t left = job->ops; left > 0;) {
		size_t n = select_take(job, left, &sum, from);

		left -= n;
		for (size_t i = 0; i < n && next <= job->ops; i++)
			select_send(from[i], next++);
	}
	return sum;
}

static uint64_t
select_one_of(int me, void *ctx)
{
	struct select_job *job = (struct select_job *)ctx;
	uint64_t sum = 0;
	size_t at = 0;
	values *from[SELECT_AT_ONCE];

	(void)me;
	for (uint64_t v = 1; v <= job->ops; v++) {
		at = (at + SELECT_STRIDE) % job->n;
		select_send(&job->channels[at], v);
		while (select_take(job, 1, &sum, from) == 0) {
		}
	}
	return sum;
}

/* Thread i is the producer of channel i; the last one takes. */
static uint64_t
select_from_producers(int me, void *ctx)
{
	struct select_job *job = (struct select_job *)ctx;
	uint64_t sum = 0;
	values *from[SELECT_AT_ONCE];

	if (me < job->kind.producers) {
		for (uint64_t v = (uint64_t)me + 1; v <= job->ops; v += job->n)
			select_send(&job->channels[me], v);
		return 0;
	}
	for (uint64_t left = job->ops; left > 0;)
		left -= select_take(job, left, &sum, from);
	return sum;
}

static void
select_open(struct select_job *job)
{
	/* A multiple of the alignment, as aligned_alloc asks for. */
	size_t size = (job->n * sizeof *job->channels + BENCH_LINE - 1) / BENCH_LINE * BENCH_LINE;

	job->channels = (values *)aligned_alloc(BENCH_LINE, size);
	if (job->channels == NULL)
		bench_die("no memory");
	for (size_t i = 0; i < job->n; i++)
		weft_must(values_init(&job->channels[i], SELECT_CAPACITY));
	select_open_arms(job);
}

static void
select_close(struct select_job *job)
{
	select_close_arms(job);
	for (size_t i = 0; i < job->n; i++)
		values_fini(&job->channels[i]);
	free(job->channels);
}

int
main(int argc, char **argv)
{
	struct bench_args args = bench_args(argc, argv);
	struct select_job job = { .ops = args.ops, .kind = select_read_work(args.work) };
	struct bench_result r = { 0, 0 };

	/* One of these three is not 0. */
	job.n = (size_t)(job.kind.ready + job.kind.of + job.kind.producers);
	select_open(&job);
	if (job.kind.producers > 0)
		r = bench_run(job.kind.producers + 1, select_from_producers, &job);
	else
		r = bench_run(1, job.kind.ready > 0 ? select_ready : select_one_of, &job);
	select_close(&job);
	return bench_report(r, args.ops);
}
