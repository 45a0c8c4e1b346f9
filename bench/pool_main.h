/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* pool_main.h: the main of every cell of pools; pool_work.h says what must stand before it. */
static struct pool_calls the_calls;

#define POOL_REST 10000000      /* ns asleep before each piece of cold and wake */

static void
pool_sleep(uint64_t ns)
{
	struct timespec t = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };

	while (nanosleep(&t, &t) != 0)
		continue;
}

static struct bench_result
pool_time_fib(uint64_t n, uint64_t ops)
{
	struct bench_result r = { 0, 0 };
	uint64_t start = 0;

	the_calls.fib(n < 20 ? n : 20);
	start = bench_now();
	for (uint64_t i = 0; i < ops; i++)
		r.checksum = the_calls.fib(n);
	r.ns = bench_now() - start;
	return r;
}

/* The two of cold, or the group of wake. */
static uint64_t
pool_do_all(struct pool_piece *pieces, size_t n, bool pair)
{
	for (size_t i = 0; i < n; i++)
		pieces[i].result = 1;
	if (pair)
		the_calls.pair(&pieces[0], &pieces[1]);
	else
		the_calls.group(pieces, n);
	for (size_t i = 1; i < n; i++)
		if (pieces[i].result != pieces[0].result)
			bench_die("a piece was not done");
	return pieces[0].result;
}

static struct bench_result
pool_time_cold(size_t n, bool pair, uint64_t ops)
{
	struct bench_result r = { 0, 0 };
	struct pool_piece *pieces = (struct pool_piece *)calloc(n, sizeof *pieces);
	uint64_t *ns = team_room(ops), start = 0;

	if (pieces == NULL)
		bench_die("no memory");
	pool_do_all(pieces, n, pair);
	for (uint64_t i = 0; i < ops; i++) {
		pool_sleep(POOL_REST);
		start = bench_now();
		r.checksum = pool_do_all(pieces, n, pair);
		ns[i] = bench_now() - start;
	}
	r.ns = team_median(ns, ops);
	free(ns);
	free(pieces);
	return r;
}

static uint64_t
pool_cpu_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static struct bench_result
pool_time_idle(size_t n, uint64_t ops)
{
	struct bench_result r = { 0, 0 };
	struct pool_piece *pieces = (struct pool_piece *)calloc(n, sizeof *pieces);
	uint64_t start = 0;

	if (pieces == NULL)
		bench_die("no memory");
	for (uint64_t i = 0; i < ops; i++) {
		r.checksum = pool_do_all(pieces, n, false);
		start = pool_cpu_time();
		pool_sleep(1000000000);
		r.ns += pool_cpu_time() - start;
	}
	free(pieces);
	return r;
}

int
main(int argc, char **argv)
{
	struct team_args args = team_args(argc, argv);
	size_t fib = team_size(args.work, "fib");
	struct bench_result r = { 0, 0 };

	the_calls = pool_open(args.threads);
	team_pin(0);
	if (fib > 0)
		r = pool_time_fib(fib, args.ops);
	else if (strcmp(args.work, "cold") == 0)
		r = pool_time_cold(2, true, args.ops);
	else if (strcmp(args.work, "wake") == 0)
		r = pool_time_cold((size_t)args.threads, false, args.ops);
	else if (strcmp(args.work, "idle-1s") == 0)
		r = pool_time_idle((size_t)args.threads, args.ops);
	else
		bench_die("no such work: fib-N, cold, wake or idle-1s");
	return bench_report(r, args.ops);
}
