/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_counter.c: counters in both their forms, cells, watermarks. */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <time.h>
#include <weft/counter.h>

#include "base/os.h"
#include "counter/rows.h"
#include "test.h"

void interrupted_add(weft_counter *c, int64_t n);

#define THREADS 4
#define ADDS 200000

static struct test_memory memory = TEST_MEMORY;

/* Made by the first add: rows of CPUs, or not. */
static bool
has_cpu_rows(const weft_counter *c)
{
	return weft_load_relaxed(&c->cpu_rows_) != NULL;
}

static void
a_zeroed_counter_is_ready(void **state)
{
	weft_counter c = WEFT_ZERO_;

	(void)state;
	assert_int_equal(weft_counter_sum(&c), 0);
	assert_int_equal(weft_counter_take(&c), 0);
	weft_counter_fini(&c);
	weft_counter_add(&c, 5);
	weft_counter_add(&c, -7);
	assert_int_equal(weft_counter_sum(&c), -2);
	assert_int_equal(has_cpu_rows(&c), WEFT_RSEQ_ && weft_os_has_rseq());
	weft_counter_fini(&c);
	assert_int_equal(weft_counter_sum(&c), 0);
	weft_counter_add(&c, 3);
	assert_int_equal(weft_counter_sum(&c), 3);
	weft_counter_fini(&c);
	assert_int_equal(memory.out, 0);
}

static void
it_wraps(void **state)
{
	weft_counter c = WEFT_ZERO_;

	(void)state;
	weft_counter_add(&c, INT64_MAX);
	weft_counter_add(&c, INT64_MAX);
	weft_counter_add(&c, 3);
	assert_int_equal(weft_counter_sum(&c), 1);
	weft_counter_add(&c, INT64_MIN);
	weft_counter_add(&c, -1);
	assert_true(weft_counter_sum(&c) == INT64_MIN);
	weft_counter_fini(&c);
}

static void
take_begins_again(void **state)
{
	weft_counter c = WEFT_ZERO_;

	(void)state;
	weft_counter_add(&c, 5);
	assert_int_equal(weft_counter_take(&c), 5);
	assert_int_equal(weft_counter_sum(&c), 0);
	weft_counter_add(&c, -2);
	assert_int_equal(weft_counter_sum(&c), -2);
	assert_int_equal(weft_counter_take(&c), -2);
	assert_int_equal(weft_counter_take(&c), 0);
	weft_counter_fini(&c);
}

static void
without_memory_all_share_a_cell(void **state)
{
	weft_counter c = WEFT_ZERO_;
	long calls;

	(void)state;
	calls = memory.calls;
	memory.fail_at = memory.calls;
	memory.and_later = true;
	for (int i = 0; i < 1000; i++)
		weft_counter_add(&c, i);
	assert_int_equal(weft_counter_sum(&c), 1000 * 999 / 2);
	/* It does not ask at every add. */
	assert_int_equal(memory.calls, calls + 1);
	assert_null(weft_load_relaxed(&c.rows_));
	/* Memory is back: it finds so in the end, and nothing is lost. */
	memory.fail_at = -1;
	memory.and_later = false;
	for (int i = 0; i < 2000; i++)
		weft_counter_add(&c, 1);
	assert_non_null(weft_load_relaxed(&c.rows_));
	assert_int_equal(weft_counter_take(&c), 1000 * 999 / 2 + 2000);
	weft_counter_fini(&c);
	assert_int_equal(memory.out, 0);
}

static void
pin(unsigned cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	/* Refused where the CPU is not ours: then the test has one CPU fewer. */
	(void)sched_setaffinity(0, sizeof set, &set);
}

/* Threads add to one counter: by this, in a round so many. */
struct adders {
	weft_counter counter;
	void (*add)(weft_counter *c, int64_t n);
	long adds;
	weft_atomic_bool stop;
	weft_atomic_u32 next;
	weft_atomic_i64 signals;
};

static void
inline_add(weft_counter *c, int64_t n)
{
	weft_counter_add(c, n);
}

/* Both in turn, on the same counter. */
static void
mixed_add(weft_counter *c, int64_t n)
{
	if (n & 1)
		weft_counter_add(c, n);
	else
		weft_counter_add_(c, n);
}

static void *
adder(void *arg)
{
	struct adders *a = arg;
	uint32_t me = weft_fetch_add_relaxed(&a->next, 1);

	for (long i = 0; i < a->adds; i++) {
		if (i % 5000 == 0)
			pin((unsigned)(me + i / 5000) % weft_os_cpus_possible());
		a->add(&a->counter, i);
	}
	return NULL;
}

/* What was added is what is there: threads move between CPUs, and are interrupted. */
static int64_t
added_by_all(struct adders *a)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, adder, a), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return weft_counter_sum(&a->counter);
}

static void
both_forms_are_exact_at_rest(void **state)
{
	void (*const forms[])(weft_counter *, int64_t) = { inline_add, weft_counter_add_,
		mixed_add };
	int64_t expected = (int64_t)THREADS * ADDS * (ADDS - 1) / 2;

	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(forms); i++) {
		struct adders a = { .add = forms[i], .adds = ADDS };

		assert_true(added_by_all(&a) == expected);
		assert_true(weft_counter_take(&a.counter) == expected);
		assert_int_equal(weft_counter_sum(&a.counter), 0);
		weft_counter_fini(&a.counter);
	}
}

static void
an_interrupted_add_adds_once(void **state)
{
	struct adders a = { .add = interrupted_add, .adds = ADDS };
	const weft_rows_ *rows;

	(void)state;
	assert_true(added_by_all(&a) == (int64_t)THREADS * ADDS * (ADDS - 1) / 2);
	rows = weft_load_relaxed(&a.counter.rows_);
	if (rows->cpus != 0) {
		const weft_atomic_u64 *shared =
		    (const void *)((const char *)(rows + 1) + ((size_t)rows->cpus << rows->shift));

		/* Some were interrupted, or this tests nothing. The first add is not one. */
		assert_true(weft_load_relaxed(shared) > 0);
	}
	weft_counter_fini(&a.counter);
}

/* A CPU whose number is past the rows: it shares. */
static void
more_cpus_than_rows(void **state)
{
	struct adders a = { .add = inline_add, .adds = ADDS };
	weft_rows_ *rows;

	(void)state;
	if (!WEFT_RSEQ_ || !weft_os_has_rseq())
		skip();
	rows = weft_rows_new_(WEFT_COUNTER_SHIFT_, 1);
	assert_non_null(rows);
	rows->cpus = 1;
	weft_store_relaxed(&a.counter.rows_, rows);
	weft_store_relaxed(&a.counter.cpu_rows_, rows);
	assert_true(added_by_all(&a) == (int64_t)THREADS * ADDS * (ADDS - 1) / 2);
	weft_counter_fini(&a.counter);
}

static void *
taker(void *arg)
{
	struct adders *a = arg;
	int64_t taken = 0;

	while (!weft_load_relaxed(&a->stop)) {
		int64_t some = weft_counter_take(&a->counter);

		/* All that is added is positive. */
		if (some < 0 || weft_counter_sum(&a->counter) < 0)
			return (void *)(intptr_t)-1;
		taken += some;
	}
	return (void *)(intptr_t)taken;
}

static void
takes_lose_nothing_and_double_nothing(void **state)
{
	struct adders a = { .add = mixed_add, .adds = ADDS };
	pthread_t takers[2];
	int64_t taken = 0;

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&takers[i], NULL, taker, &a), 0);
	(void)added_by_all(&a);
	weft_store_relaxed(&a.stop, true);
	for (int i = 0; i < 2; i++) {
		void *some;

		pthread_join(takers[i], &some);
		assert_true((intptr_t)some >= 0);
		taken += (intptr_t)some;
	}
	taken += weft_counter_take(&a.counter);
	assert_true(taken == (int64_t)THREADS * ADDS * (ADDS - 1) / 2);
	weft_counter_fini(&a.counter);
}

/* One adds 1 each time and says how many; a sum lies between what was said before and after. */
static void *
counting(void *arg)
{
	struct adders *a = arg;

	for (long i = 1; i <= a->adds; i++) {
		weft_counter_add(&a->counter, 1);
		weft_store_release(&a->signals, i);
		if (i % 5000 == 0)
			pin((unsigned)(i / 5000) % weft_os_cpus_possible());
	}
	weft_store_release(&a->stop, true);
	return NULL;
}

static void
a_sum_lies_between(void **state)
{
	struct adders a = { .adds = ADDS * 5 };
	pthread_t thread;
	long sums = 0;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, counting, &a), 0);
	while (!weft_load_acquire(&a.stop)) {
		int64_t before = weft_load_acquire(&a.signals);
		int64_t sum = weft_counter_sum(&a.counter);
		int64_t after = weft_load_acquire(&a.signals);

		/* One may be added and not yet said. */
		assert_true(before <= sum && sum <= after + 1);
		sums++;
	}
	pthread_join(thread, NULL);
	assert_true(sums > 0);
	assert_int_equal(weft_counter_sum(&a.counter), a.adds);
	weft_counter_fini(&a.counter);
}

/* A signal inside the sequence interrupts it; the handler adds to the same counter. */
static struct adders *signalled;

static void
on_signal(int sig)
{
	(void)sig;
	weft_counter_add(&signalled->counter, 1000);
	weft_fetch_add_relaxed(&signalled->signals, 1);
}

static void
signals_add_too(void **state)
{
	struct adders a = { .adds = 0 };
	struct sigaction action = { .sa_handler = on_signal }, old;
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct itimerspec every = { { 0, 50000 }, { 0, 50000 } };
	timer_t timer;
	int64_t adds = 0;

	(void)state;
	weft_counter_add(&a.counter, 0);
	signalled = &a;
	assert_int_equal(sigaction(SIGUSR1, &action, &old), 0);
	assert_int_equal(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	assert_int_equal(timer_settime(timer, 0, &every, NULL), 0);
	for (; weft_load_relaxed(&a.signals) < 200; adds++)
		interrupted_add(&a.counter, 1);
	timer_delete(timer);
	sigaction(SIGUSR1, &old, NULL);
	assert_int_equal(weft_counter_sum(&a.counter), adds + 1000 * weft_load_relaxed(&a.signals));
	weft_counter_fini(&a.counter);
}

static void
rows_of_any_size(void **state)
{
	(void)state;
	/* The second is larger than a page, and so lies in pages. */
	for (uint32_t shift = 7; shift <= 17; shift += 10) {
		weft_rows_ *rows = weft_rows_new_with_(shift, 0, 4);
		size_t last = ((size_t)1 << shift) / 8 - 1;

		assert_non_null(rows);
		assert_true(weft_rows_sum_(rows, 0) == 0 && weft_rows_sum_(rows, last) == 0);
		weft_fetch_add_relaxed(weft_rows_shared_(rows, last), 7);
		assert_true(weft_rows_sum_(rows, 0) == 0 && weft_rows_sum_(rows, last) == 7);
		weft_rows_free_(rows);
	}
	assert_int_equal(weft_alloc_usage().blocks, 0);
	assert_int_equal(weft_alloc_usage().bytes, 0);
}

static void
lines_are_apart(void **state)
{
	WEFT_PADDED(char) chars[2];
	struct big { char bytes[129]; };
	WEFT_PADDED(struct big) more[2];

	(void)state;
	assert_true(sizeof chars[0] == 2 * WEFT_LINE);
	assert_true(sizeof more[0] == 3 * WEFT_LINE);
	assert_true(offsetof(weft_cell, value_) >= WEFT_LINE - 8);
	assert_true(sizeof(weft_cell) - offsetof(weft_cell, value_) >= WEFT_LINE);
	assert_true(offsetof(weft_counter, first_.value_) - offsetof(weft_counter, asked_) >=
	    WEFT_LINE - 8);
}

static void
cells(void **state)
{
	weft_cell c = WEFT_ZERO_;

	(void)state;
	assert_int_equal(weft_cell_add(&c, 5), 5);
	assert_int_equal(weft_cell_add(&c, (uint64_t)-2), 3);
	weft_cell_set(&c, 9);
	assert_int_equal(weft_cell_get(&c), 9);
}

static void
watermarks(void **state)
{
	const int64_t some[] = { 3, 5, -4, INT64_MAX, INT64_MIN };
	const int64_t most[][2] = { { 3, 3 }, { 3, 5 }, { -4, 5 }, { -4, INT64_MAX },
		{ INT64_MIN, INT64_MAX } };
	weft_watermark w = WEFT_ZERO_;
	int64_t least = 77, greatest = 78;

	(void)state;
	assert_false(weft_watermark_get(&w, &least, &greatest));
	assert_true(least == 77 && greatest == 78);
	for (size_t i = 0; i < WEFT_COUNT(some); i++) {
		weft_watermark alone = WEFT_ZERO_;

		weft_watermark_see(&w, some[i]);
		assert_true(weft_watermark_get(&w, &least, &greatest));
		assert_true(least == most[i][0] && greatest == most[i][1]);
		weft_watermark_see(&alone, some[i]);
		assert_true(weft_watermark_get(&alone, &least, NULL));
		assert_true(weft_watermark_get(&alone, NULL, &greatest));
		assert_true(least == some[i] && greatest == some[i]);
	}
}

static void *
seeing(void *arg)
{
	for (int64_t i = 0; i < 20000; i++)
		weft_watermark_see(arg, i % 2 ? -i : i);
	return NULL;
}

static void
watermarks_of_many(void **state)
{
	weft_watermark w = WEFT_ZERO_;
	pthread_t threads[THREADS];
	int64_t least, greatest;

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, seeing, &w), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_true(weft_watermark_get(&w, &least, &greatest));
	assert_true(least == -19999 && greatest == 19998);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zeroed_counter_is_ready),
		cmocka_unit_test(it_wraps),
		cmocka_unit_test(take_begins_again),
		cmocka_unit_test(without_memory_all_share_a_cell),
		cmocka_unit_test(both_forms_are_exact_at_rest),
		cmocka_unit_test(an_interrupted_add_adds_once),
		cmocka_unit_test(more_cpus_than_rows),
		cmocka_unit_test(takes_lose_nothing_and_double_nothing),
		cmocka_unit_test(a_sum_lies_between),
		cmocka_unit_test(signals_add_too),
		cmocka_unit_test(rows_of_any_size),
		cmocka_unit_test(lines_are_apart),
		cmocka_unit_test(cells),
		cmocka_unit_test(watermarks),
		cmocka_unit_test(watermarks_of_many),
	};
	weft_allocator a = test_allocator(&memory);

	printf("sequences: %s\n", weft_os_has_rseq() ? "yes" : "no");
	if (getenv("TEST_NO_RSEQ") != NULL && weft_os_has_rseq())
		return 1;
	if (!weft_set_allocator(&a))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
