/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* counter_main.h: the main of every counter cell; counter_work.h says what must stand before it. */
static uint64_t
counter_work(int me, void *ctx)
{
	for (uint64_t left = *(const uint64_t *)ctx; left > 0; left--)
		counter_add(me);
	return 0;
}

int
main(int argc, char **argv)
{
	struct bench_args args = bench_args(argc, argv);
	int threads = bench_work_threads(args.work, "add");
	struct bench_result r;
	uint64_t each;

	if (threads == 0)
		bench_die("no such work: add-N");
	each = args.ops / (uint64_t)threads;
	r = bench_run(threads, counter_work, &each);
	r.checksum = counter_sum();
	return bench_report(r, args.ops);
}
