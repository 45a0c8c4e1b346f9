/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_monitor_queue.c: the monitor of queues against brute force, and one fault of each kind. */
#include "../../stress/brute.h"
#include "../../stress/monitor_queue.h"
#include "forge.h"
#include "test.h"

#define HISTORIES 100000   /* of the first test; the others take a fifth each */

static void
show(const struct history *h, const struct monitor_spec *spec, struct monitor_verdict v,
    bool is_right)
{
	size_t all[BRUTE_OPS];

	for (size_t i = 0; i < h->n; i++)
		all[i] = i;
	fprintf(stderr, "capacity %zu, brute force: %s, monitor: %s\n", spec->capacity,
	    is_right ? "linearizable" : "not linearizable", monitor_fault_text(v.fault));
	history_print(stderr, h, all, h->n);
}

/* By the definition in monitor_queue.h, moment by moment. */
static bool
weak_full_is_right(const struct history *h, const struct history_op *full, size_t capacity)
{
	for (uint64_t t = full->call; t < full->ret; t++) {
		size_t held = 0;

		for (size_t i = 0; i < h->n; i++) {
			uint64_t until = UINT64_MAX;

			if (h->ops[i].kind != HISTORY_PUSH || h->ops[i].call > t)
				continue;
			for (size_t j = 0; j < h->n; j++)
				if (h->ops[j].kind == HISTORY_POP &&
				    h->ops[j].value == h->ops[i].value)
					until = h->ops[j].ret;
			held += t < until;
		}
		if (held >= capacity)
			return true;
	}
	return false;
}

/* The judge of weak histories: brute force over all but the fulls, and each full by itself. */
static bool
weak_is_right(const struct history *h, size_t capacity)
{
	struct history rest;
	bool is_right = true;

	history_init(&rest, h->n);
	for (size_t i = 0; i < h->n; i++) {
		if (h->ops[i].kind != HISTORY_FULL)
			history_add(&rest, h->ops[i]);
		else if (!weak_full_is_right(h, &h->ops[i], capacity))
			is_right = false;
	}
	is_right = is_right && brute_is_linearizable(&rest, &brute_queue, capacity);
	history_fini(&rest);
	return is_right;
}

/* The monitor and brute force on many random histories: how many were right, and each fault. */
static void
cross_check(uint64_t seed, unsigned histories, bool weak, bool batches, size_t least_capacity,
    size_t most_capacity)
{
	struct dice d = { seed };
	struct history h;
	size_t seen[MONITOR_UNDECIDED + 1] = { 0 };

	history_init(&h, 16);
	for (unsigned i = 0; i < histories; i++) {
		size_t capacity = least_capacity +
		    dice_below(&d, (uint32_t)(most_capacity - least_capacity + 1));
		unsigned wrong = dice_below(&d, 5);
		/* Broken ones: answers that lie or swap, or a queue of one place more or less. */
		struct forge f = { .threads = 2 + dice_below(&d, 4),
			.ops = 4 + dice_below(&d, 7),
			.capacity = capacity,
			.lie_once_in = wrong <= 1 ? 4 : 0,
			.swap = wrong == 2,
			.batch_once_in = batches ? 2 : 0 };
		struct monitor_spec spec = { .capacity = capacity, .weak_full = weak };
		struct monitor_verdict v;
		bool is_right;

		if (wrong == 3 && capacity != 0)
			f.capacity += capacity > 1 && dice_once_in(&d, 2) ? (size_t)-1 : 1;
		forge_history(&h, &f, &d);
		v = monitor_queue(&h, &spec);
		is_right = weak ? weak_is_right(&h, capacity)
				: brute_is_linearizable(&h, &brute_queue, capacity);
		seen[v.fault]++;
		if ((v.fault == MONITOR_OK) == is_right && v.fault != MONITOR_UNDECIDED)
			continue;
		show(&h, &spec, v, is_right);
		fail_msg("the monitor and brute force disagree on history %u of seed %#llx", i,
		    (unsigned long long)seed);
	}
	for (size_t i = 0; i < MONITOR_UNDECIDED; i++)
		print_message("  %7zu  %s\n", seen[i], monitor_fault_text((enum monitor_fault)i));
	assert_true(seen[MONITOR_OK] > histories / 4 &&
	    seen[MONITOR_OK] < histories - histories / 16);
	history_fini(&h);
}

static void
bounded_agrees_with_brute_force(void **state)
{
	(void)state;
	cross_check(1, HISTORIES, false, false, 1, 4);
}

static void
small_capacities_agree_with_brute_force(void **state)
{
	(void)state;
	cross_check(2, HISTORIES / 5, false, false, 1, 2);
}

static void
unbounded_agrees_with_brute_force(void **state)
{
	(void)state;
	cross_check(3, HISTORIES / 5, false, false, 0, 0);
}

/* One fault, planted in a right history of three threads and capacity 2. Drained at the end. */
struct planted {
	enum monitor_fault fault;
	bool weak;
	size_t capacity;
	struct history_op ops[12];
};

/* clang-format off: a table reads best as one. */
#define PUSH(call, ret, v) { call, ret, v, 0, HISTORY_PUSH }
#define PUSH2(call, ret, v) { call, ret, v, 2, HISTORY_PUSH }
#define POP(call, ret, v) { call, ret, v, 1, HISTORY_POP }
#define POP2(call, ret, v) { call, ret, v, 3, HISTORY_POP }
#define FULL(call, ret) { call, ret, 0, 2, HISTORY_FULL }
#define EMPTY4(call, ret) { call, ret, 0, 4, HISTORY_EMPTY }
#define EMPTY(call, ret) { call, ret, 0, 1, HISTORY_EMPTY }

static const struct planted planted[] = {
	{ MONITOR_OK, false, 2, { PUSH(0, 1, 1), PUSH(2, 3, 2), FULL(4, 5), POP(6, 7, 1),
	    POP(8, 9, 2), EMPTY(10, 11) } },
	/* Right, though it does not look so: see monitor_queue.c. */
	{ MONITOR_OK, false, 1, { PUSH(0, 1, 1), POP(2, 5, 1), PUSH(3, 4, 2), POP(6, 7, 2),
	    FULL(2, 5), EMPTY4(2, 5) } },
	{ MONITOR_NOWHERE, false, 2, { PUSH(0, 1, 1), POP(2, 3, 1), POP(4, 5, 7), EMPTY(6, 7) } },
	{ MONITOR_NOWHERE, false, 2, { POP(0, 1, 1), PUSH(2, 3, 1), EMPTY(6, 7) } },
	{ MONITOR_TWICE, false, 2, { PUSH(0, 1, 1), POP(2, 5, 1), POP2(3, 4, 1), EMPTY(6, 7) } },
	{ MONITOR_LOST, false, 2, { PUSH(0, 1, 1), PUSH(2, 3, 2), POP(4, 5, 1), EMPTY(6, 7) } },
	{ MONITOR_ORDER, false, 2, { PUSH(0, 1, 1), PUSH(2, 3, 2), POP(4, 5, 2), POP(6, 7, 1) } },
	{ MONITOR_FALSE_EMPTY, false, 2, { PUSH(0, 1, 1), EMPTY(2, 3), POP(4, 5, 1) } },
	/* Covered by two values, neither of which covers it alone. */
	{ MONITOR_FALSE_EMPTY, false, 2, { PUSH(0, 1, 1), PUSH(4, 5, 2), EMPTY(2, 10),
	    POP2(6, 7, 1), POP2(11, 12, 2) } },
	{ MONITOR_OVERFULL, false, 2, { PUSH(0, 1, 1), PUSH(2, 3, 2), PUSH(4, 5, 3), POP(6, 7, 1),
	    POP(8, 9, 2), POP(10, 11, 3) } },
	/* No moment with two for sure, but 2 left first, so it came before 1: the search's. */
	{ MONITOR_OVERFULL, false, 1, { PUSH(0, 1, 1), PUSH2(0, 5, 2), POP(2, 3, 2),
	    POP(6, 7, 1) } },
	{ MONITOR_FALSE_FULL, false, 2, { PUSH(0, 1, 1), FULL(2, 3), POP(4, 5, 1), EMPTY(6, 7) } },
	/* A full that an old pop, still under way, does not excuse. */
	{ MONITOR_FALSE_FULL, false, 1, { PUSH(0, 1, 1), POP(2, 20, 1), EMPTY(21, 22),
	    FULL(30, 31) } },
	/* 1 would have to be in for the full, and out for the empty after it: the search's. */
	{ MONITOR_FALSE_FULL, false, 1, { PUSH(0, 9, 1), FULL(1, 2), EMPTY(3, 4),
	    POP(10, 11, 1) } },
	/* The same answers where full is the weak one: 1's push is under way. */
	{ MONITOR_OK, true, 1, { PUSH(0, 9, 1), FULL(1, 2), EMPTY(3, 4), POP(10, 11, 1) } },
	{ MONITOR_FALSE_FULL, true, 2, { PUSH(0, 9, 1), FULL(1, 2), EMPTY(3, 4), POP(10, 11, 1) } },
};
/* clang-format on */

static void
plant(struct history *h, const struct planted *p)
{
	history_clear(h);
	for (size_t i = 0; i < WEFT_COUNT(p->ops) && p->ops[i].ret != 0; i++)
		history_add(h, p->ops[i]);
	history_seal(h);
}

static void
each_planted_fault_is_named(void **state)
{
	struct history h;

	(void)state;
	history_init(&h, 16);
	for (size_t i = 0; i < WEFT_COUNT(planted); i++) {
		const struct planted *p = &planted[i];
		struct monitor_spec spec = { p->capacity, p->weak, true, 0 };
		struct monitor_verdict v;

		plant(&h, p);
		v = monitor_queue(&h, &spec);
		if (v.fault != p->fault) {
			show(&h, &spec, v, p->fault == MONITOR_OK);
			fail_msg("planted %zu: %s", i, monitor_fault_text(p->fault));
		}
		assert_true((v.fault == MONITOR_OK) == (v.n == 0));
		if (p->fault != MONITOR_LOST && !p->weak)
			assert_int_equal(p->fault == MONITOR_OK,
			    brute_is_linearizable(&h, &brute_queue, p->capacity));
	}
	history_fini(&h);
}

/* A fault among a quarter of a million operations, and the time that it takes to say so. */
static void
one_fault_in_a_long_history_is_found(void **state)
{
	enum { LONG = 120000 };
	struct monitor_spec spec = { .capacity = 64, .is_drained = true };
	struct history h;

	(void)state;
	history_init(&h, 2 * LONG);
	/* Two producers and two consumers, each call overlapping its neighbours. */
	for (uint64_t i = 0; i < LONG; i++) {
		history_add(&h,
		    (struct history_op){ 10 * i, 10 * i + 15, i + 1, i % 2, HISTORY_PUSH });
		history_add(&h,
		    (struct history_op){ 10 * i + 404, 10 * i + 422, i + 1, 2 + i % 2,
			HISTORY_POP });
	}
	history_seal(&h);
	assert_int_equal(monitor_queue(&h, &spec).fault, MONITOR_OK);
	h.ops[LONG + 1].value ^= h.ops[LONG + 9].value;
	h.ops[LONG + 9].value ^= h.ops[LONG + 1].value;
	h.ops[LONG + 1].value ^= h.ops[LONG + 9].value;
	assert_int_equal(monitor_queue(&h, &spec).fault, MONITOR_ORDER);
	history_fini(&h);
}

static void
producers_order_is_checked(void **state)
{
	struct history h;
	uint64_t a = UINT64_C(1) << MONITOR_PRODUCER, b = UINT64_C(2) << MONITOR_PRODUCER;
	struct history_op ops[] = { PUSH(0, 1, a), PUSH(2, 3, a + 1), PUSH2(0, 1, b), POP(4, 5, a),
		POP(6, 7, b), POP(8, 9, a + 1) };

	(void)state;
	history_init(&h, 16);
	for (size_t i = 0; i < WEFT_COUNT(ops); i++)
		history_add(&h, ops[i]);
	assert_int_equal(monitor_producers(&h, true).fault, MONITOR_OK);
	h.ops[3].value = a + 1;
	h.ops[5].value = a;
	assert_int_equal(monitor_producers(&h, true).fault, MONITOR_ORDER);
	h.n--;
	assert_int_equal(monitor_producers(&h, false).fault, MONITOR_OK);
	assert_int_equal(monitor_producers(&h, true).fault, MONITOR_LOST);
	h.ops[4].value = a + 1;
	assert_int_equal(monitor_producers(&h, false).fault, MONITOR_TWICE);
	history_fini(&h);
}

static void
weak_full_agrees_with_its_definition(void **state)
{
	(void)state;
	cross_check(4, HISTORIES / 5, true, false, 1, 3);
}

static void
batches_agree_with_brute_force(void **state)
{
	(void)state;
	cross_check(5, HISTORIES / 5, false, true, 1, 3);
	cross_check(6, HISTORIES / 5, false, true, 0, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounded_agrees_with_brute_force),
		cmocka_unit_test(small_capacities_agree_with_brute_force),
		cmocka_unit_test(unbounded_agrees_with_brute_force),
		cmocka_unit_test(weak_full_agrees_with_its_definition),
		cmocka_unit_test(each_planted_fault_is_named),
		cmocka_unit_test(one_fault_in_a_long_history_is_found),
		cmocka_unit_test(producers_order_is_checked),
		cmocka_unit_test(batches_agree_with_brute_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
