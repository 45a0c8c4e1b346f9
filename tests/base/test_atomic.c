/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_atomic.c: every operation, of every width, does what its name says. */
#include <pthread.h>

/* Every operation of weft's takes a step first: this is how other tests stop a thread there. */
static _Thread_local unsigned steps;
#define WEFT_ATOMIC_STEP_() ((void)steps++)

#include <weft/atomic.h>

#include "test.h"

WEFT_ASSERT_(sizeof(weft_atomic_bool) == sizeof(bool), "no more than the value");
WEFT_ASSERT_(sizeof(weft_atomic_u64) == 8 && alignof(weft_atomic_u64) == 8, "never torn");
WEFT_ASSERT_(sizeof(weft_atomic_i64) == 8 && alignof(weft_atomic_i64) == 8, "never torn");
WEFT_ASSERT_(sizeof(weft_atomic_ptr) == sizeof(void *), "no more than the value");

/* clang-format off: a table reads best as one. */

/* What is tested of each integer: T its type, from its least value, over its wrap, on. */
#define LOADS(X)	X(relaxed) X(acquire) X(seq_cst)
#define STORES(X)	X(relaxed) X(release) X(seq_cst)
#define BOTH(X)		X(relaxed) X(acquire) X(release) X(acq_rel) X(seq_cst)

#define LOAD(order)	assert_true(weft_load_##order(&a) == one);
#define STORE(order) \
	weft_store_##order(&a, two); assert_true(weft_load_relaxed(&a) == two); \
	weft_store_##order(&a, one); assert_true(weft_load_relaxed(&a) == one);
#define SWAP(order) \
	assert_true(weft_swap_##order(&a, two) == one); \
	assert_true(weft_swap_##order(&a, one) == two);
#define CAS(order) \
	seen = two; \
	assert_false(weft_cas_##order(&a, &seen, two)); \
	assert_true(seen == one && weft_load_relaxed(&a) == one); \
	assert_true(weft_cas_##order(&a, &seen, two)); \
	assert_true(seen == one && weft_load_relaxed(&a) == two); \
	seen = one; \
	assert_false(weft_cas_weak_##order(&a, &seen, one)); \
	assert_true(seen == two); \
	while (!weft_cas_weak_##order(&a, &seen, one)) \
		assert_true(seen == two); \
	assert_true(weft_load_relaxed(&a) == one);
#define FETCH(order) \
	assert_true(weft_fetch_add_##order(&a, two) == one); \
	assert_true(weft_load_relaxed(&a) == (T)(one + two)); \
	assert_true(weft_fetch_sub_##order(&a, two) == (T)(one + two)); \
	assert_true(weft_load_relaxed(&a) == one); \
	assert_true(weft_fetch_or_##order(&a, two) == one); \
	assert_true(weft_load_relaxed(&a) == (T)(one | two)); \
	assert_true(weft_fetch_and_##order(&a, (T)~two) == (T)(one | two)); \
	assert_true(weft_load_relaxed(&a) == (T)((one | two) & ~two)); \
	weft_store_relaxed(&a, one);

#define INTEGER(name, atomic, type, first, second) \
	static void \
	name(void **state) \
	{ \
		typedef type T; \
		atomic a = { 0 }; \
		T one = (first), two = (second), seen; \
		(void)state; \
		assert_true(weft_load_relaxed(&a) == 0); \
		weft_store_relaxed(&a, one); \
		LOADS(LOAD) STORES(STORE) BOTH(SWAP) BOTH(CAS) BOTH(FETCH) \
	}

INTEGER(u8, weft_atomic_u8, uint8_t, 0xfe, 0x81)
INTEGER(u16, weft_atomic_u16, uint16_t, 0xfffe, 0x8001)
INTEGER(u32, weft_atomic_u32, uint32_t, 0xfffffffeu, 0x80000001u)
INTEGER(u64, weft_atomic_u64, uint64_t, UINT64_MAX - 1, 0x8000000000000001u)
INTEGER(i32, weft_atomic_i32, int32_t, -2, 1 << 20)
INTEGER(i64, weft_atomic_i64, int64_t, -2, (int64_t)1 << 40)
INTEGER(size, weft_atomic_size, size_t, SIZE_MAX - 1, 5)

/* A pointer and a bool have no arithmetic. */
#define SCALAR(name, atomic, type, first, second) \
	static void \
	name(void **state) \
	{ \
		atomic a = { (first) }; \
		type one = (first); \
		type two = (second); \
		type seen; \
		(void)state; \
		LOADS(LOAD) STORES(STORE) BOTH(SWAP) BOTH(CAS) \
	}

static int x, y;
SCALAR(ptr, weft_atomic_ptr, void *, &x, &y)
SCALAR(truth, weft_atomic_bool, bool, true, false)

/* clang-format on */

static void
of_a_type_of_ones_own(void **state)
{
	struct node {
		struct node *next;
	} nodes[2];
	WEFT_ATOMIC(struct node *) head = { NULL };
	WEFT_ATOMIC(short) number = { 3 };
	struct node *seen = NULL;

	(void)state;
	assert_true(weft_cas_acq_rel(&head, &seen, &nodes[0]));
	assert_ptr_equal(weft_swap_acq_rel(&head, &nodes[1]), &nodes[0]);
	assert_int_equal(weft_fetch_add_relaxed(&number, 4), 3);
	assert_int_equal(weft_load_relaxed(&number), 7);
}

static void
arguments_are_evaluated_once(void **state)
{
	weft_atomic_u32 a[3] = { { 0 }, { 10 }, { 20 } };
	weft_atomic_u32 *at = a;
	uint32_t v = 1, seen[3] = { 0, 10, 20 }, *s = seen;

	(void)state;
	assert_int_equal(weft_fetch_add_relaxed(at++, v++), 0);
	assert_int_equal(weft_load_relaxed(at++), 10);
	assert_ptr_equal(at, a + 2);
	assert_int_equal(v, 2);
	assert_false(weft_cas_relaxed(at++, s++, v++));
	assert_true(at == a + 3 && s == seen + 1 && v == 3);
	assert_int_equal(seen[0], 20);
}

static void
each_operation_takes_a_step(void **state)
{
	weft_atomic_u32 a = { 0 };
	uint32_t seen = 0;
	unsigned before = steps;

	(void)state;
	(void)weft_load_acquire(&a);
	weft_store_release(&a, 0);
	(void)weft_swap_acq_rel(&a, 0);
	(void)weft_cas_seq_cst(&a, &seen, 0);
	(void)weft_fetch_or_relaxed(&a, 0);
	assert_int_equal(steps - before, 5);
}

#define ADDS 20000

static weft_atomic_u64 sum;
static weft_atomic_u32 turn;
static int passed; /* not atomic: `turn` says whose it is */

static void *
add_and_pass(void *arg)
{
	uint32_t mine = arg == NULL ? 0 : 1;
	unsigned round = 0;

	for (int i = 0; i < ADDS; i++)
		weft_fetch_add_relaxed(&sum, 3);
	for (int i = 0; i < 1000; i++) {
		for (round = 0; weft_load_acquire(&turn) != mine;)
			weft_spin(&round);
		passed++;
		weft_store_release(&turn, 1 - mine);
	}
	return NULL;
}

static void
between_two_threads(void **state)
{
	pthread_t other;

	(void)state;
	assert_int_equal(pthread_create(&other, NULL, add_and_pass, &sum), 0);
	add_and_pass(NULL);
	pthread_join(other, NULL);
	assert_int_equal(weft_load_relaxed(&sum), 2 * 3 * ADDS);
	assert_int_equal(passed, 2000);
}

static void
a_spin_counts_its_rounds(void **state)
{
	unsigned round = 0;

	(void)state;
	weft_pause();
	for (int i = 0; i < 300; i++)
		weft_spin(&round);
	assert_int_equal(round, 300);
}

static void
stepping_aside_takes_longer_each_time(void **state)
{
	unsigned pauses = WEFT_BACKOFF, last = 0;

	(void)state;
	for (int i = 0; i < 100 && pauses != last; i++) {
		assert_true(pauses > last);
		last = pauses;
		weft_backoff(&pauses);
	}
	assert_true(pauses == last && pauses > WEFT_BACKOFF);
}

/* In the middle of a structure, a thread that is cancelled must come through. */
static void *
spins_while_cancelled(void *arg)
{
	/* Not on the stack: AddressSanitizer does not see a cancelled frame go. */
	static unsigned round = 1000;

	pthread_cancel(pthread_self());
	weft_spin(&round);
	*(bool *)arg = true;
	pthread_testcancel();
	return NULL;
}

static void
spinning_is_no_cancellation_point(void **state)
{
	pthread_t thread;
	bool came_through = false;
	void *how;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, spins_while_cancelled, &came_through), 0);
	pthread_join(thread, &how);
	assert_true(came_through);
	assert_ptr_equal(how, PTHREAD_CANCELED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(u8),
		cmocka_unit_test(u16),
		cmocka_unit_test(u32),
		cmocka_unit_test(u64),
		cmocka_unit_test(i32),
		cmocka_unit_test(i64),
		cmocka_unit_test(size),
		cmocka_unit_test(ptr),
		cmocka_unit_test(truth),
		cmocka_unit_test(of_a_type_of_ones_own),
		cmocka_unit_test(arguments_are_evaluated_once),
		cmocka_unit_test(each_operation_takes_a_step),
		cmocka_unit_test(between_two_threads),
		cmocka_unit_test(a_spin_counts_its_rounds),
		cmocka_unit_test(stepping_aside_takes_longer_each_time),
		cmocka_unit_test(spinning_is_no_cancellation_point),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
