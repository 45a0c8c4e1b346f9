/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_monitor_deque.c: the deque monitor against brute force, and against planted faults. */
#include "../../stress/brute.h"
#include "../../stress/monitor_deque.h"
#include "forge.h"
#include "test.h"

#define HISTORIES 50000

static void
show(const struct history *h, struct monitor_verdict v, bool is_right)
{
	size_t all[BRUTE_OPS];

	for (size_t i = 0; i < h->n; i++)
		all[i] = i;
	fprintf(stderr, "brute force: %s, monitor: %s\n",
	    is_right ? "linearizable" : "not linearizable", monitor_fault_text(v.fault));
	history_print(stderr, h, all, h->n);
}

static void
cross_check(uint64_t seed, unsigned batch_once_in)
{
	struct dice d = { seed };
	struct history h;
	size_t seen[MONITOR_UNDECIDED + 1] = { 0 };

	history_init(&h, 16);
	for (unsigned i = 0; i < HISTORIES; i++) {
		unsigned wrong = dice_below(&d, 3);
		struct forge f = { .threads = 2 + dice_below(&d, 3),
			.ops = 4 + dice_below(&d, 8),
			.lie_once_in = wrong == 1 ? 4 : 0,
			.swap = wrong == 2,
			.is_deque = true,
			.batch_once_in = batch_once_in };
		struct monitor_verdict v;
		bool is_right;

		forge_history(&h, &f, &d);
		v = monitor_deque(&h, false);
		is_right = brute_is_linearizable(&h, &brute_deque, 0);
		seen[v.fault]++;
		if ((v.fault == MONITOR_OK) == is_right)
			continue;
		show(&h, v, is_right);
		fail_msg("the monitor and brute force disagree on history %u of seed %#llx", i,
		    (unsigned long long)seed);
	}
	for (size_t i = 0; i < MONITOR_OVERFULL; i++)
		print_message("  %7zu  %s\n", seen[i], monitor_fault_text((enum monitor_fault)i));
	assert_true(seen[MONITOR_OK] > HISTORIES / 4 &&
	    seen[MONITOR_OK] < HISTORIES - HISTORIES / 16);
	history_fini(&h);
}

static void
agrees_with_brute_force(void **state)
{
	(void)state;
	cross_check(11, 0);
}

static void
batches_agree_with_brute_force(void **state)
{
	(void)state;
	cross_check(12, 3);
}

/* clang-format off: a table reads best as one. */
#define PUSH(call, ret, v) { call, ret, v, 0, HISTORY_PUSH }
#define POP(call, ret, v) { call, ret, v, 0, HISTORY_POP }
#define EMPTY(call, ret) { call, ret, 0, 0, HISTORY_EMPTY }
#define STEAL(call, ret, v) { call, ret, v, 1, HISTORY_STEAL }
#define STEAL2(call, ret, v) { call, ret, v, 2, HISTORY_STEAL }
#define STEAL_EMPTY(call, ret) { call, ret, 0, 2, HISTORY_STEAL_EMPTY }

static const struct planted {
	enum monitor_fault fault;
	struct history_op ops[12];
} planted[] = {
	{ MONITOR_OK, { PUSH(0, 1, 1), PUSH(2, 3, 2), PUSH(4, 5, 3), STEAL(6, 9, 1), POP(7, 8, 3),
	    STEAL(10, 12, 2), STEAL_EMPTY(11, 14) } },
	{ MONITOR_NOWHERE, { PUSH(0, 1, 1), STEAL(2, 3, 9), POP(4, 5, 1) } },
	{ MONITOR_TWICE, { PUSH(0, 1, 1), STEAL(2, 4, 1), POP(3, 5, 1) } },
	{ MONITOR_TWICE, { PUSH(0, 1, 1), STEAL(2, 4, 1), STEAL2(3, 5, 1) } },
	{ MONITOR_LOST, { PUSH(0, 1, 1), PUSH(2, 3, 2), POP(4, 5, 2), EMPTY(6, 7) } },
	{ MONITOR_ORDER, { PUSH(0, 1, 1), PUSH(2, 3, 2), POP(4, 5, 1), POP(6, 7, 2) } },
	{ MONITOR_ORDER, { PUSH(0, 1, 1), PUSH(2, 3, 2), STEAL(4, 5, 2), STEAL2(6, 7, 1) } },
	{ MONITOR_ORDER, { PUSH(0, 1, 1), PUSH(2, 3, 2), STEAL(4, 5, 2), POP(6, 7, 1) } },
	{ MONITOR_FALSE_EMPTY, { PUSH(0, 1, 1), STEAL_EMPTY(2, 3), POP(4, 5, 1) } },
	{ MONITOR_FALSE_EMPTY, { PUSH(0, 1, 1), EMPTY(2, 3), STEAL(4, 5, 1) } },
};
/* clang-format on */

static void
each_planted_fault_is_named(void **state)
{
	struct history h;

	(void)state;
	history_init(&h, 16);
	for (size_t i = 0; i < WEFT_COUNT(planted); i++) {
		const struct planted *p = &planted[i];
		struct monitor_verdict v;

		history_clear(&h);
		for (size_t j = 0; j < WEFT_COUNT(p->ops) && p->ops[j].ret != 0; j++)
			history_add(&h, p->ops[j]);
		history_seal(&h);
		v = monitor_deque(&h, true);
		if (v.fault != p->fault) {
			show(&h, v, p->fault == MONITOR_OK);
			fail_msg("planted %zu: %s", i, monitor_fault_text(p->fault));
		}
		if (p->fault != MONITOR_LOST)
			assert_int_equal(p->fault == MONITOR_OK,
			    brute_is_linearizable(&h, &brute_deque, 0));
	}
	history_fini(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_brute_force),
		cmocka_unit_test(batches_agree_with_brute_force),
		cmocka_unit_test(each_planted_fault_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
