/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_channel_faults.c: no memory, capacities that cannot be, misuse, and a fork. */
#include <stdlib.h>

#include "base/os.h"
#include "flavours.h"

/* Every allocation fails in turn: init says so, gives all back, and can be done again. */

static void
init_without_memory(const flavour *f, numbers *unused)
{
	struct test_memory m = TEST_MEMORY;
	weft_allocator a = test_allocator(&m);
	weft_channel_options o = f->o;
	weft_status s = WEFT_NO_MEMORY;
	numbers c;

	(void)unused;
	o.allocator = &a;
	o.stats = true;
	for (long at = 0; s == WEFT_NO_MEMORY; at++) {
		m = (struct test_memory){ .fail_at = at };
		s = numbers_init_with(&c, &o);
		assert_true(s == WEFT_OK || (s == WEFT_NO_MEMORY && m.out == 0));
		assert_true(at < 20);
		/* At least what is counted, and the channel's own. */
		assert_true(s == WEFT_NO_MEMORY || at >= 2);
	}
	m.fail_at = -1;
	for (size_t i = 0; i < places(f); i++)
		assert_int_equal(numbers_try_send(&c, i), WEFT_OK);
	numbers_fini(&c);
	assert_int_equal(m.out, 0);
}

static void
an_init_without_memory_says_so_and_leaves_nothing(void **state)
{
	(void)state;
	on_each(init_without_memory);
}

/* An unbounded channel whose memory comes to an end, and comes back. */
static void
grow_without_memory(const flavour *f, numbers *unused)
{
	struct test_memory m = TEST_MEMORY;
	weft_allocator a = test_allocator(&m);
	weft_channel_options o = f->o;
	uint64_t in = 0, out = 0, v, vs[3];
	size_t n = 0;
	numbers c;

	(void)unused;
	if (!is_unbounded(f))
		return;
	o.allocator = &a;
	weft_must(numbers_init_with(&c, &o));
	forget_drops();
	for (long ahead = 0; ahead < 3; ahead++) {
		bool had = true;

		m.fail_at = m.calls + ahead;
		m.and_later = true;
		while (numbers_try_send(&c, in) == WEFT_OK)
			assert_true(++in < 100000);
		assert_int_equal(numbers_try_send(&c, in), WEFT_NO_MEMORY);
		assert_int_equal(numbers_send(&c, in), WEFT_NO_MEMORY);
		assert_int_equal(numbers_send_until(&c, in, WEFT_FOREVER), WEFT_NO_MEMORY);
		assert_int_equal(numbers_send_lane(&c, o.lanes > 1 ? o.lanes - 1 : 0, in),
		    WEFT_NO_MEMORY);
		if (!o.single_receiver)
			assert_int_equal(numbers_force_send(&c, in, &v, &had), WEFT_NO_MEMORY);
		assert_true(had);
		vs[0] = in;
		assert_int_equal(numbers_send_n(&c, vs, 3), 0);
		if (o.single_sender && o.lanes <= 1)
			assert_null(numbers_reserve(&c, NULL));
		/* An arm of it wins, with that status, and stays on. */
		{
			weft_arm arm = numbers_send_arm(&c, &in);

			assert_int_equal(weft_select(&arm, 1), 0);
			assert_int_equal(arm.status, WEFT_NO_MEMORY);
			assert_true(weft_arm_is_on(&arm));
		}
		m.fail_at = -1;
		m.and_later = false;
		assert_int_equal(numbers_len(&c), in - out);
		assert_int_equal(numbers_send(&c, in++), WEFT_OK);
		for (; n < 100 && out + 5 < in; n++, out++) {
			assert_int_equal(numbers_try_recv(&c, &v), WEFT_OK);
			assert_int_equal(v, out);
		}
		n = 0;
	}
	for (; out < in; out++) {
		assert_int_equal(numbers_try_recv(&c, &v), WEFT_OK);
		assert_int_equal(v, out);
	}
	assert_int_equal(numbers_try_recv(&c, &v), WEFT_EMPTY);
	assert_int_equal(weft_load_seq_cst(&drops), 0);
	numbers_fini(&c);
	assert_int_equal(m.out, 0);
}

static void
an_unbounded_channel_without_memory_says_so_and_goes_on(void **state)
{
	(void)state;
	on_each(grow_without_memory);
}

/* Over many blocks, in waves: what is emptied is used again, and all is given back. */
static void
waves(const flavour *f, numbers *unused)
{
	struct test_memory m = TEST_MEMORY;
	weft_allocator a = test_allocator(&m);
	weft_channel_options o = f->o;
	uint64_t in = 0, out = 0, v;
	numbers c;
	long after;

	(void)unused;
	if (!is_unbounded(f))
		return;
	o.allocator = &a;
	weft_must(numbers_init_with(&c, &o));
	for (int wave = 0; wave < 6; wave++) {
		for (int i = 0; i < 30000; i++)
			assert_int_equal(numbers_try_send(&c, in++), WEFT_OK);
		for (; out < in - 700; out++) {
			assert_int_equal(numbers_try_recv(&c, &v), WEFT_OK);
			assert_int_equal(v, out);
		}
	}
	for (; out < in; out++)
		assert_int_equal(numbers_try_recv(&c, &v), WEFT_OK);
	/* What it keeps to itself is little; a short wave needs no more. */
	assert_true(m.out < 100);
	after = m.calls;
	for (int i = 0; i < 3000; i++) {
		assert_int_equal(numbers_try_send(&c, 1), WEFT_OK);
		assert_int_equal(numbers_try_recv(&c, &v), WEFT_OK);
	}
	if (!o.lock_free)
		assert_in_range(m.calls - after, 0, 2);
	for (int i = 0; i < 2000; i++)
		assert_int_equal(numbers_try_send(&c, 4000), WEFT_OK);
	forget_drops();
	numbers_fini(&c);
	assert_int_equal(weft_load_seq_cst(&drops_of[4000]), 2000);
	assert_int_equal(m.out, 0);
}

static void
an_unbounded_channel_uses_its_memory_again(void **state)
{
	(void)state;
	on_each(waves);
}

static void
expect_status(weft_channel_options o, weft_status wanted)
{
	static const weft_type wide = { "wide", 64, 64, NULL };
	weft_channel c;
	weft_status s;

	memset(&c, 0xee, sizeof c);
	s = weft_channel_init_with(&c, &wide, &o);
	assert_int_equal(s, wanted);
	if (s == WEFT_OK)
		weft_channel_fini(&c);
}

static void
capacities_that_memory_cannot_hold_are_invalid(void **state)
{
	static const size_t huge[] = { SIZE_MAX - 1, SIZE_MAX / 2, SIZE_MAX / 64 + 1, SIZE_MAX / 64,
		SIZE_MAX / 128 + 1, (size_t)1 << 62, (size_t)1 << 58 };
	weft_channel c;

	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(huge); i++) {
		expect_status((weft_channel_options){ .capacity = huge[i] }, WEFT_INVALID);
		expect_status((weft_channel_options){ .capacity = huge[i], .lock_free = true },
		    WEFT_INVALID);
		expect_status((weft_channel_options){ .capacity = huge[i], .lanes = 2 },
		    WEFT_INVALID);
		expect_status((weft_channel_options){ .capacity = huge[i], .single_sender = true },
		    WEFT_INVALID);
	}
	assert_int_equal(weft_channel_init(&c,
	    &(weft_type){ "t", 8, 8, NULL }, SIZE_MAX / 8 + 1), WEFT_INVALID);
}

static void
options_that_do_not_go_together_are_invalid(void **state)
{
	weft_allocator half = { 0 };
	weft_channel c;

	(void)state;
	expect_status((weft_channel_options){ .lock_free = true }, WEFT_INVALID);
	expect_status((weft_channel_options){ .capacity = 8, .lock_free = true, .lanes = 2 },
	    WEFT_INVALID);
	expect_status((weft_channel_options){ .capacity = 8, .lock_free = true,
	    .single_sender = true }, WEFT_INVALID);
	expect_status((weft_channel_options){ .capacity = 8, .lock_free = true,
	    .single_receiver = true }, WEFT_INVALID);
	expect_status((weft_channel_options){ .capacity = 8, .lock_free = true, .lanes = 1 },
	    WEFT_OK);
	expect_status((weft_channel_options){ .capacity = 8, .lanes = UINT_MAX }, WEFT_INVALID);
	half.alloc = test_memory_alloc;
	expect_status((weft_channel_options){ .capacity = 8, .allocator = &half }, WEFT_INVALID);
	assert_int_equal(weft_channel_init(&c, &(weft_type){ "t", 0, 1, NULL }, 8), WEFT_INVALID);
	assert_int_equal(weft_channel_init(&c, NULL, 8), WEFT_INVALID);
	expect_status((weft_channel_options){ .capacity = 0 }, WEFT_OK);
	/* NULL: all the usual: a rendezvous. */
	assert_int_equal(weft_channel_init_with(&c, &(weft_type){ "t", 8, 8, NULL }, NULL),
	    WEFT_OK);
	assert_int_equal(weft_channel_capacity(&c), 0);
	weft_channel_fini(&c);
}

/* Misuse. */

static void
init_null(void *arg)
{
	(void)arg;
	weft_ignore(weft_channel_init(NULL, &(weft_type){ "t", 8, 8, NULL }, 8));
}

static void
init_of_nothing_traps(void **state)
{
	(void)state;
	assert_aborts(init_null, NULL, "init of a channel: there is no channel: give its address");
}

static void
fini_with(void *arg)
{
	task *t = arg;
	const flavour *f = t->more;
	uint64_t mark = sleep_mark();

	t->c = flavour_open(f);
	for (size_t i = 0; i < places(f) && t->n == 1; i++)
		weft_ignore(numbers_try_send(t->c, i));
	task_start(t);
	until_asleep(mark, 1);
	/* A thread that waits for a lock-free channel alone is in no list. */
	numbers_fini(t->c);
}

static void
fini_traps(const flavour *f, numbers *unused)
{
	union { const flavour *in; void *out; } p = { f };
	void (*const calls[2][2])(task *) = { { task_recv, task_select_recv },
		{ task_send, task_select_send } };

	(void)unused;
	for (size_t role = 0; role < 2; role++)
		for (int by = f->o.lock_free; by < 2; by++) {
			task t = { .call = calls[role][by], .n = role, .more = p.out };

			if (role == 1 && is_unbounded(f))
				continue;
			assert_aborts(fini_with, &t, "fini of a channel: threads wait for it: "
			    "close it, and join them first");
		}
}

static void
fini_with_threads_that_wait_traps(void **state)
{
	(void)state;
	/* It is a data race besides, and ThreadSanitizer's words come first. */
	if (WEFT_TSAN_)
		skip();
	on_some(fini_traps);
}

enum use { AFTER_FINI, BEFORE_INIT, COPIED };

struct misuse { enum use use; int call; };

#define CALLS(X)                                                                                  \
	X("force_send on", weft_ignore(numbers_force_send(c, 1, NULL, NULL)))                     \
	X("send_n on", (void)!numbers_send_n(c, &v, 1))                                           \
	X("recv_n on", (void)!numbers_recv_n(c, &v, 1))                                           \
	X("send_lane on", weft_ignore(numbers_try_send_lane(c, 0, 1)))                            \
	X("peek into", weft_ignore(numbers_peek(c, &v)))                                          \
	X("close of", numbers_close(c))                                                           \
	X("join of", numbers_join(c, WEFT_SENDER))                                                \
	X("leave of", numbers_leave(c, WEFT_SENDER))                                              \
	X("is_closed of", (void)numbers_is_closed(c))                                             \
	X("len of", (void)numbers_len(c))                                                         \
	X("capacity of", (void)numbers_capacity(c))                                               \
	X("usage of", (void)numbers_usage(c))                                                     \
	X("recv_arm of", (void)numbers_recv_arm(c, &v))                                           \
	X("send_arm of", (void)numbers_send_arm(c, &v))                                           \
	X("fini of", numbers_fini(c))

#ifdef WEFT_CHECKED
#define FAST_CALLS(X)                                                                             \
	X("send on", weft_ignore(numbers_try_send(c, 1)))                                         \
	X("send on", weft_ignore(numbers_send(c, 1)))                                             \
	X("recv on", weft_ignore(numbers_try_recv(c, &v)))                                        \
	X("recv on", weft_ignore(numbers_recv_until(c, &v, WEFT_FOREVER)))
#else
#define FAST_CALLS(X)
#endif

static void
misuse(void *arg)
{
	struct misuse *m = arg;
	static numbers object, copy;
	numbers *c = &object;
	uint64_t v = 0;
	int i = 0;

	if (m->use != BEFORE_INIT)
		weft_must(numbers_init(c, 8));
	if (m->use == AFTER_FINI)
		numbers_fini(c);
	if (m->use == COPIED) {
		copy = object;
		c = &copy;
	}
#define MAKE(text, does) if (i++ == m->call) does;
	CALLS(MAKE)
	FAST_CALLS(MAKE)
#undef MAKE
}

static void
use_of_a_channel_that_is_not_one_traps(void **state)
{
#define TEXT(text, does) text,
	static const char *const calls[] = { CALLS(TEXT) FAST_CALLS(TEXT) };
#undef TEXT

	(void)state;
	for (int use = AFTER_FINI; use <= COPIED; use++)
		for (int i = 0; i < (int)WEFT_COUNT(calls); i++) {
			char sentence[64];

			snprintf(sentence, sizeof sentence, "%s a channel: ", calls[i]);
			assert_aborts(misuse, &(struct misuse){ (enum use)use, i }, sentence);
		}
}

/* After a fork. */

static void
fini_here(void *arg)
{
	numbers_fini(arg);
}

static void
forks(const flavour *f, numbers *c)
{
	for (size_t i = 0; i < places(f) && i < 20; i++)
		assert_int_equal(numbers_try_send(c, i), WEFT_OK);
	assert_int_equal(test_in_child(fini_here, c), 0);
	assert_int_equal(numbers_len(c), places(f) < 20 ? places(f) : 20);
}

static void
a_child_may_end_its_copy(void **state)
{
	(void)state;
	on_each(forks);
}

/* A side that was declared single, and a second thread on it: trapped where it is seen. */

static void *
send_and_stand(void *arg)
{
	numbers *c = arg;

	/* As if it were stopped in a send: the owner is inside. */
	weft_ignore(numbers_try_send(c, 1));
	weft_store_seq_cst(&c->raw.sides_[WEFT_SENDER].lock_.busy_[0], 1);
	return NULL;
}

static void
second_sender(void *arg)
{
	weft_channel_options o = { .capacity = 8, .single_sender = true };
	pthread_t first;
	numbers c;

	(void)arg;
	weft_must(numbers_init_with(&c, &o));
	pthread_create(&first, NULL, send_and_stand, &c);
	pthread_join(first, NULL);
	weft_ignore(numbers_try_send(&c, 2));
}

static void
a_second_thread_on_a_single_side_traps_where_it_is_seen(void **state)
{
	(void)state;
	/* Where there is no membarrier nobody owns a lock, and a second one does no harm. */
	if (WEFT_TSAN_ || !weft_os_has_membarrier())
		skip();
	assert_aborts(second_sender, NULL, "send on a channel: a second thread uses the side that "
	    "was declared single, at the same time: one at a time, or leave the option out");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FLAVOUR_TEST(an_init_without_memory_says_so_and_leaves_nothing),
		FLAVOUR_TEST(an_unbounded_channel_without_memory_says_so_and_goes_on),
		FLAVOUR_TEST(an_unbounded_channel_uses_its_memory_again),
		FLAVOUR_TEST(capacities_that_memory_cannot_hold_are_invalid),
		FLAVOUR_TEST(options_that_do_not_go_together_are_invalid),
		FLAVOUR_TEST(init_of_nothing_traps),
		FLAVOUR_TEST(fini_with_threads_that_wait_traps),
		FLAVOUR_TEST(use_of_a_channel_that_is_not_one_traps),
		FLAVOUR_TEST(a_child_may_end_its_copy),
		FLAVOUR_TEST(a_second_thread_on_a_single_side_traps_where_it_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
