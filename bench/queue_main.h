/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* queue_main.h: the main of every queue cell; queue_work.h says what must stand before it. */
#ifndef QUEUE_ENTER
#define QUEUE_ENTER() ((void)0)
#define QUEUE_LEAVE() ((void)0)
#endif

static struct queue the_queue;

struct queue_job {
	uint64_t ops;
	int producers, consumers;
};

/* One thread pushes a value and pops it, again and again. */
static uint64_t
queue_uncontended(int me, void *ctx)
{
	const struct queue_job *job = (const struct queue_job *)ctx;
	uint64_t sum = 0;
	item out = item_of(0);

	(void)me;
	QUEUE_ENTER();
	for (uint64_t v = 1; v <= job->ops; v++) {
		if (!queue_push(&the_queue, item_of(v)) || !queue_pop(&the_queue, &out))
			bench_die("the queue is full or empty, and cannot be");
		sum += item_sum(&out);
	}
	QUEUE_LEAVE();
	return sum;
}

/* Producer `me` of P pushes me + 1, me + 1 + P, … up to ops. */
static void
queue_produce(const struct queue_job *job, int me)
{
	for (uint64_t v = (uint64_t)me + 1; v <= job->ops; v += (uint64_t)job->producers) {
		struct bench_wait wait = { 0 };

		while (!queue_push(&the_queue, item_of(v)))
			bench_wait(&wait);
	}
}

/* Each consumer pops its even share. */
static uint64_t
queue_consume(const struct queue_job *job)
{
	uint64_t sum = 0;
	item out = item_of(0);

	for (uint64_t left = job->ops / (uint64_t)job->consumers; left > 0; left--) {
		struct bench_wait wait = { 0 };

		while (!queue_pop(&the_queue, &out))
			bench_wait(&wait);
		sum += item_sum(&out);
	}
	return sum;
}

static uint64_t
queue_stream(int me, void *ctx)
{
	const struct queue_job *job = (const struct queue_job *)ctx;
	uint64_t sum = 0;

	QUEUE_ENTER();
	if (me < job->producers)
		queue_produce(job, me);
	else
		sum = queue_consume(job);
	QUEUE_LEAVE();
	return sum;
}

int
main(int argc, char **argv)
{
	struct bench_args args = bench_args(argc, argv);
	struct queue_job job = { args.ops, 0, 0 };
	struct bench_result r = { 0, 0 };

	queue_open(&the_queue, QUEUE_CAPACITY);
	if (strcmp(args.work, "uncontended") == 0)
		r = bench_run(1, queue_uncontended, &job);
	else if (sscanf(args.work, "%dp%dc", &job.producers, &job.consumers) == 2 &&
	    job.producers > 0 && job.consumers > 0 && 64 % job.consumers == 0)
		r = bench_run(job.producers + job.consumers, queue_stream, &job);
	else
		bench_die("no such work: uncontended, or 2p2c and the like");
	queue_close(&the_queue);
	return bench_report(r, args.ops);
}
