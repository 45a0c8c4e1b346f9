/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* threads_par.c: the loops as by hand: threads made for each call, an even part for each. */
#include "../../par_work.h"

typedef uint64_t part_fn(uint64_t *out, const uint64_t *in, size_t n);

struct part {
	pthread_t thread;
	part_fn *fn;
	uint64_t *out;
	const uint64_t *in;
	size_t n;
	int me;
	uint64_t sum;
	char pad[BENCH_LINE];
};

static int the_threads;

static void *
part_run(void *arg)
{
	struct part *p = arg;

	if (p->me > 0)
		team_pin(p->me);
	p->sum = p->fn(p->out, p->in, p->n);
	return NULL;
}

static uint64_t
in_parts(part_fn *fn, uint64_t *out, const uint64_t *in, size_t n)
{
	struct part *parts = calloc((size_t)the_threads, sizeof *parts);
	uint64_t sum = 0;

	if (parts == NULL)
		bench_die("no memory");
	for (int i = the_threads - 1; i >= 0; i--) {
		struct part *p = &parts[i];
		size_t begin = n * (size_t)i / (size_t)the_threads;
		size_t end = n * (size_t)(i + 1) / (size_t)the_threads;

		p->fn = fn;
		p->out = out == NULL ? NULL : out + begin;
		p->in = in + begin;
		p->n = end - begin;
		p->me = i;
		if (i == 0)
			part_run(p);
		else if (pthread_create(&p->thread, NULL, part_run, p) != 0)
			bench_die("no thread");
	}
	for (int i = 0; i < the_threads; i++) {
		if (i > 0)
			pthread_join(parts[i].thread, NULL);
		sum += parts[i].sum;
	}
	free(parts);
	return sum;
}

static uint64_t
part_map(uint64_t *out, const uint64_t *in, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = par_trivial(&in[i]);
	return 0;
}

static uint64_t
part_sum(uint64_t *out, const uint64_t *in, size_t n)
{
	uint64_t sum = 0;

	(void)out;
	for (size_t i = 0; i < n; i++)
		sum += in[i];
	return sum;
}

static uint64_t
part_spend(uint64_t *out, const uint64_t *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = par_spend(&steps[i]);
	return 0;
}

static uint64_t
part_rows(uint64_t *out, const uint64_t *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = par_row(&rows[i]);
	return 0;
}

static void
threads_map(uint64_t *out, const uint64_t *in, size_t n)
{
	in_parts(part_map, out, in, n);
}

static uint64_t
threads_sum(const uint64_t *in, size_t n)
{
	return in_parts(part_sum, NULL, in, n);
}

static void
threads_spend(uint64_t *out, const uint64_t *steps, size_t n)
{
	in_parts(part_spend, out, steps, n);
}

static void
threads_rows(uint64_t *out, const uint64_t *rows, size_t n)
{
	in_parts(part_rows, out, rows, n);
}

static struct par_loops
par_open(int threads)
{
	struct par_loops l = { threads_map, threads_sum, NULL, threads_spend, threads_rows, NULL };

	the_threads = threads;
	return l;
}

#include "../../par_main.h"
