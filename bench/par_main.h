/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* par_main.h: the main of every cell of loops; par_work.h says what must stand before it. */
static struct par_loops the_loops;

typedef void par_map_fn(uint64_t *out, const uint64_t *in, size_t n);

static struct bench_result
par_time_map(par_map_fn *map, uint64_t *in, size_t n, uint64_t ops)
{
	struct bench_result r = { 0, 0 };
	uint64_t *out = team_room(n), start = 0;

	if (map == NULL)
		bench_die("this program cannot do that work");
	map(out, in, n);
	start = bench_now();
	for (uint64_t i = 0; i < ops; i++) {
		map(out, in, n);
		team_fence();
	}
	r.ns = bench_now() - start;
	r.checksum = team_sum(out, n);
	free(out);
	return r;
}

static struct bench_result
par_time_sum(uint64_t *in, size_t n, uint64_t ops)
{
	struct bench_result r = { 0, 0 };
	uint64_t start = 0;

	if (the_loops.sum == NULL)
		bench_die("this program cannot do that work");
	r.checksum = the_loops.sum(in, n);
	start = bench_now();
	for (uint64_t i = 0; i < ops; i++) {
		if (the_loops.sum(in, n) != r.checksum)
			bench_die("two sums of the same differ");
		team_fence();
	}
	r.ns = bench_now() - start;
	return r;
}

/* N threads that are not of the team, each with a small loop of its own. */
struct par_callers {
	uint64_t ops;
	int callers;
};

#define PAR_CALLERS_N 4096

static uint64_t
par_caller(int me, void *ctx)
{
	const struct par_callers *c = (const struct par_callers *)ctx;
	uint64_t mine = (c->ops + (uint64_t)(c->callers - 1 - me)) / (uint64_t)c->callers, sum = 0;
	uint64_t *in = team_room(PAR_CALLERS_N), *out = team_room(PAR_CALLERS_N);

	for (size_t i = 0; i < PAR_CALLERS_N; i++)
		in[i] = team_number((uint64_t)me + i);
	if (the_loops.enter != NULL)
		the_loops.enter();
	the_loops.map(out, in, PAR_CALLERS_N);
	for (uint64_t i = 0; i < mine; i++) {
		the_loops.map(out, in, PAR_CALLERS_N);
		team_fence();
	}
	sum = team_sum(out, PAR_CALLERS_N);
	free(in);
	free(out);
	return sum;
}

static struct bench_result
par_run(struct team_args args)
{
	size_t map = team_size(args.work, "map"), sum = team_size(args.work, "sum");
	size_t scan = team_size(args.work, "scan");
	size_t n = map + sum + scan;
	struct bench_result r = { 0, 0 };
	uint64_t *in = team_room(n > PAR_ITEMS ? n : PAR_ITEMS);

	for (size_t i = 0; i < n; i++)
		in[i] = team_number(i);
	for (size_t i = 0; n == 0 && i < PAR_SIDE; i++)
		in[i] = i;
	if (map > 0)
		r = par_time_map(the_loops.map, in, n, args.ops);
	else if (sum > 0)
		r = par_time_sum(in, n, args.ops);
	else if (scan > 0)
		r = par_time_map(the_loops.scan, in, n, args.ops);
	else if (strcmp(args.work, "mandelbrot") == 0)
		r = par_time_map(the_loops.rows, in, PAR_SIDE, args.ops);
	else if (par_uneven(in, args.work))
		r = par_time_map(the_loops.spend, in, PAR_ITEMS, args.ops);
	else
		bench_die("no such work: par_work.h has the list");
	free(in);
	return r;
}

int
main(int argc, char **argv)
{
	struct team_args args = team_args(argc, argv);
	struct par_callers callers = { args.ops, (int)team_size(args.work, "callers") };

	the_loops = par_open(args.threads);
	/* The callers start from the CPUs of all: their threads must not inherit one. */
	if (callers.callers > 0)
		return bench_report(bench_run(callers.callers, par_caller, &callers), args.ops);
	team_pin(0);
	return bench_report(par_run(args), args.ops);
}
