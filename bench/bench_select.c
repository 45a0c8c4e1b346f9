/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bench_select.c: weft's select over an array of arms, and its set of arms. */
#include "select_work.h"

#include <weft/channel.h>
#include <weft/select.h>

WEFT_CHANNEL(values, uint64_t);

struct select_job {
	uint64_t ops;
	struct select_kind kind;
	size_t n;               /* how many channels */
	values *channels;
	uint64_t *into;         /* where the arm of each channel puts its value */
	weft_arm *arms;
	weft_select_set set;
};

static void
select_send(values *c, uint64_t v)
{
	if (values_send(c, v) != WEFT_OK)
		bench_die("the channel is closed, and cannot be");
}

/* Waits until one may be received from, and receives. */
static size_t
select_one(struct select_job *job, uint64_t *sum)
{
	int won = weft_select(job->arms, job->n);

	if (won < 0 || job->arms[won].status != WEFT_OK)
		bench_die("all channels are closed, and cannot be");
	*sum += job->into[won];
	return (size_t)won;
}

/* Of the channels that are ready, up to 16, one value each: how many there were. */
static size_t
select_by_set(struct select_job *job, uint64_t left, uint64_t *sum, values **from)
{
	weft_ready ready[16];
	size_t want = left < WEFT_COUNT(ready) ? (size_t)left : WEFT_COUNT(ready);
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

static uint64_t
select_ready(int me, void *ctx)
{
	struct select_job *job = (struct select_job *)ctx;
	uint64_t sum = 0, next = 1;
	values *from[16];

	(void)me;
	while (next <= job->n && next <= job->ops) {
		select_send(&job->channels[next - 1], next);
		next++;
	}
	for (uint64_t left = job->ops; left > 0;) {
		size_t n = 1;

		if (job->kind.set)
			n = select_by_set(job, left, &sum, from);
		else
			from[0] = &job->channels[select_one(job, &sum)];
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
	values *from[16];

	(void)me;
	for (uint64_t v = 1; v <= job->ops; v++) {
		at = (at + SELECT_STRIDE) % job->n;
		select_send(&job->channels[at], v);
		if (!job->kind.set)
			select_one(job, &sum);
		else
			while (select_by_set(job, 1, &sum, from) == 0) {
			}
	}
	return sum;
}

/* Thread i is the producer of channel i; the last one selects. */
static uint64_t
select_from_producers(int me, void *ctx)
{
	struct select_job *job = (struct select_job *)ctx;
	uint64_t sum = 0;
	values *from[16];

	if (me < job->kind.producers) {
		for (uint64_t v = (uint64_t)me + 1; v <= job->ops; v += job->n)
			select_send(&job->channels[me], v);
		return 0;
	}
	for (uint64_t left = job->ops; left > 0;) {
		if (job->kind.set) {
			left -= select_by_set(job, left, &sum, from);
		} else {
			select_one(job, &sum);
			left--;
		}
	}
	return sum;
}

static void
select_open(struct select_job *job)
{
	job->channels = (values *)aligned_alloc(BENCH_LINE,
	    (job->n * sizeof *job->channels + BENCH_LINE - 1) / BENCH_LINE * BENCH_LINE);
	job->into = (uint64_t *)calloc(job->n, sizeof *job->into);
	job->arms = (weft_arm *)calloc(job->n, sizeof *job->arms);
	if (job->channels == NULL || job->into == NULL || job->arms == NULL)
		bench_die("no memory");
	if (job->kind.set && !weft_select_set_init(&job->set))
		bench_die("no memory");
	for (size_t i = 0; i < job->n; i++) {
		weft_must(values_init(&job->channels[i], SELECT_CAPACITY));
		job->arms[i] = values_recv_arm(&job->channels[i], &job->into[i]);
		if (job->kind.set && weft_select_set_add(&job->set,
		    values_recv_arm(&job->channels[i], NULL), &job->channels[i]) == 0)
			bench_die("no memory");
	}
}

static void
select_close(struct select_job *job)
{
	if (job->kind.set)
		weft_select_set_fini(&job->set);
	for (size_t i = 0; i < job->n; i++)
		values_fini(&job->channels[i]);
	free(job->arms);
	free(job->into);
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
