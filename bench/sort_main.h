/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sort_main.h: the main of every cell of sorts; sort_work.h says what must stand before it. */
static struct sort_calls the_sorts;

/* Each time a fresh copy; the time is that of the sorting alone. */
static struct bench_result
sort_time(void (*sort)(uint64_t *, size_t), enum sort_kind kind, size_t n, uint64_t ops)
{
	struct bench_result r = { 0, 0 };
	uint64_t *from = team_room(n), *v = team_room(n), start = 0;

	if (sort == NULL)
		bench_die("this program cannot do that work");
	sort_fill(from, n, kind);
	memcpy(v, from, n * sizeof *v);
	sort(v, n < 100000 ? n : 100000);
	for (uint64_t i = 0; i < ops; i++) {
		memcpy(v, from, n * sizeof *v);
		start = bench_now();
		sort(v, n);
		r.ns += bench_now() - start;
	}
	r.checksum = team_sum(v, n);
	free(from);
	free(v);
	return r;
}

static struct bench_result
sort_time_strings(size_t n, uint64_t ops)
{
	struct bench_result r = { 0, 0 };
	const char **from = (const char **)calloc(n, sizeof *from);
	const char **v = (const char **)calloc(n, sizeof *v);
	uint64_t start = 0;
	char *letters = NULL;

	if (from == NULL || v == NULL || the_sorts.strings == NULL)
		bench_die("no memory, or this program cannot do that work");
	letters = sort_letters(from, n);
	memcpy(v, from, n * sizeof *v);
	the_sorts.strings(v, n < 100000 ? n : 100000);
	for (uint64_t i = 0; i < ops; i++) {
		memcpy(v, from, n * sizeof *v);
		start = bench_now();
		the_sorts.strings(v, n);
		r.ns += bench_now() - start;
	}
	r.checksum = sort_sum_strings(v, n);
	free(v);
	free(from);
	free(letters);
	return r;
}

static struct bench_result
sort_run(struct team_args args)
{
	static const char *const kinds[] = { "random", "nearly", "few" };
	static const char *const stable[] = { "stable", "stable-nearly", "stable-few" };
	struct bench_result none = { 0, 0 };
	size_t n = team_size(args.work, "strings");

	if (n > 0)
		return sort_time_strings(n, args.ops);
	for (int k = SORT_RANDOM; k <= SORT_FEW; k++) {
		n = team_size(args.work, kinds[k]);
		if (n > 0)
			return sort_time(the_sorts.sort, (enum sort_kind)k, n, args.ops);
		n = team_size(args.work, stable[k]);
		if (n > 0)
			return sort_time(the_sorts.stable, (enum sort_kind)k, n, args.ops);
	}
	bench_die("no such work: sort_work.h has the list");
	return none;
}

int
main(int argc, char **argv)
{
	struct team_args args = team_args(argc, argv);

	the_sorts = sort_open(args.threads);
	team_pin(0);
	return bench_report(sort_run(args), args.ops);
}
