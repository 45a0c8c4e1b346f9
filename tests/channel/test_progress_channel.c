/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * test_progress_channel.c: a thread stopped at any atomic of a try_ call on a lock-free channel
 * stops no other try_ call, loses nothing, and leaves nobody asleep.
 */
#include "queue/step.h"

/* The sources themselves: their atomics are counted. */
#include "queue/lf_queue.c"

#include "channel/lock_free.c"

#include "flavours.h"

#define CAPACITY 3
#define FEW 2000

enum what { TRY_SEND, TRY_RECV, FORCE_SEND, TRY_SEND_N, TRY_RECV_N, WHATS };
enum state { OPEN, SELECTED, CLOSED_NOW, SELECTED_THEN_CLOSED, STATES };

/* A call that is stopped, and what came of it. */
struct one {
	numbers *c;
	enum what what;
	uint64_t in[2], out[2];
	size_t n_in, n_out;
	weft_status s;           /* of a receive */
};

static void
one_call(void *arg)
{
	struct one *o = arg;
	bool had = false;

	switch (o->what) {
	case TRY_SEND:
		o->n_in = numbers_try_send(o->c, o->in[0]) == WEFT_OK;
		break;
	case TRY_RECV:
		o->s = numbers_try_recv(o->c, o->out);
		o->n_out = o->s == WEFT_OK;
		break;
	case FORCE_SEND:
		o->n_in = numbers_force_send(o->c, o->in[0], o->out, &had) == WEFT_OK;
		o->n_out = had;
		break;
	case TRY_SEND_N:
		o->n_in = numbers_try_send_n(o->c, o->in, 2);
		break;
	default:
		o->n_out = numbers_try_recv_n(o->c, o->out, 2);
	}
}

static uint64_t
sum(const struct one *o)
{
	uint64_t s = 0;

	for (size_t i = 0; i < o->n_in; i++)
		s += o->in[i];
	for (size_t i = 0; i < o->n_out; i++)
		s -= o->out[i];
	return s;
}

static numbers *
open_with(size_t level)
{
	numbers *c = malloc(sizeof *c);
	weft_channel_options o = { .capacity = CAPACITY, .lock_free = true };

	assert_non_null(c);
	weft_must(numbers_init_with(c, &o));
	for (size_t i = 0; i < level; i++)
		assert_int_equal(numbers_try_send(c, 1), WEFT_OK);
	return c;
}

/* A thread that selects with an arm that cannot win yet: so the stopped call comes to the gate. */
static void
select_both(task *t)
{
	numbers *never = t->more;
	uint64_t v = 5, w;
	weft_arm arms[] = { t->n == 0 ? numbers_recv_arm(t->c, &v) : numbers_send_arm(t->c, &v),
		numbers_recv_arm(never, &w) };

	t->s = WEFT_EMPTY;
	t->v = 0;
	if (weft_select(arms, 2) == 0) {
		t->s = arms[0].status;
		t->v = t->s != WEFT_OK ? 0 : t->n == 0 ? 0 - v : v;
	}
}

static void
close_it(task *t)
{
	numbers_close(t->c);
}

/*
 * The call stands before its atomic number `at`; other threads, which are not stopped, make many
 * try_ calls. False: the call has fewer atomics than that.
 */
static bool
others_go_on(enum what what, enum state state, size_t level, long at)
{
	struct one me = { open_with(level), what, { 100, 200 }, { 0 }, 0, 0, WEFT_OK };
	numbers *c = me.c, *never = open_with(0);
	task selecting = { .call = select_both, .c = c, .n = level == 0 ? 0 : 1, .more = never };
	task closing = { .call = close_it, .c = c };
	uint64_t total = level, mark = sleep_mark(), v;
	struct stopped s;
	bool stands;

	if (state == SELECTED || state == SELECTED_THEN_CLOSED) {
		task_start(&selecting);
		until_asleep(mark, 1);
	}
	if (state == CLOSED_NOW)
		numbers_close(c);
	stands = stopped_start(&s, at, one_call, &me);
	/* The close itself may wait for the one that stands. */
	if (state == SELECTED_THEN_CLOSED) {
		task_start(&closing);
		while (!numbers_is_closed(c))
			usleep(50);
	}
	/* One CPU's worth of others is enough: a thread that stands holds up all, or nobody. */
	for (int i = 0; i < FEW && stands; i++) {
		if (numbers_try_send(c, 7) == WEFT_OK)
			total += 7;
		if (i % 3 == 0 && numbers_try_send(c, 9) == WEFT_OK)
			total += 9;
		for (int k = i % 3; k < 2; k++)
			if (numbers_try_recv(c, &v) == WEFT_OK)
				total -= v;
	}
	stopped_end(&s);
	if (state == SELECTED_THEN_CLOSED)
		task_join(&closing);
	numbers_close(never);
	numbers_close(c);
	if (state == SELECTED || state == SELECTED_THEN_CLOSED) {
		task_join(&selecting);
		total += selecting.v;
	}
	total += sum(&me);
	while (numbers_try_recv(c, &v) == WEFT_OK)
		total -= v;
	assert_int_equal(total, 0);
	flavour_close(c);
	flavour_close(never);
	return stands;
}

static void
a_thread_stopped_at_any_atomic_of_a_try_stops_no_other(void **state)
{
	(void)state;
	for (int what = 0; what < WHATS; what++)
		for (int at_state = 0; at_state < STATES; at_state++)
			for (size_t level = 0; level <= CAPACITY; level += CAPACITY) {
				long at = 0;

				alarm(60);
				while (others_go_on((enum what)what, (enum state)at_state, level,
				    at))
					at++;
				/* Of a closed channel one look is enough. */
				assert_true(at >= (at_state == CLOSED_NOW ? 1 : 2));
				alarm(0);
			}
}

/* Two that stand at once: one in the gate, perhaps, one on its way to it. */
static void
two_stopped_threads_stop_nobody(void **state)
{
	(void)state;
	for (long at = 0; at < 24; at++) {
		for (long second = 0; second < 24; second += WEFT_TSAN_ ? 9 : 2) {
			numbers *c = open_with(1), *never = open_with(0);
			struct one a = { c, TRY_SEND, { 100, 200 }, { 0 }, 0, 0, WEFT_OK };
			struct one b = { c, TRY_RECV, { 100, 200 }, { 0 }, 0, 0, WEFT_OK };
			task selecting = { .call = select_both,
				.c = c,
				.n = at % 2,
				.more = never };
			uint64_t total = 1, v;
			struct stopped one, two;

			alarm(60);
			task_start(&selecting);
			stopped_start(&one, at, one_call, &a);
			stopped_start(&two, second, one_call, &b);
			for (int i = 0; i < 200; i++) {
				if (numbers_try_send(c, 7) == WEFT_OK)
					total += 7;
				if (numbers_try_recv(c, &v) == WEFT_OK)
					total -= v;
			}
			stopped_end(&one);
			stopped_end(&two);
			numbers_close(never);
			numbers_close(c);
			task_join(&selecting);
			total += selecting.v + sum(&a) + sum(&b);
			while (numbers_try_recv(c, &v) == WEFT_OK)
				total -= v;
			assert_int_equal(total, 0);
			flavour_close(c);
			flavour_close(never);
			alarm(0);
		}
	}
}

/*
 * A call stands somewhere when a thread begins to wait; once the call goes on, the thread has
 * what it waits for.
 */
static void
wait_behind(enum what what, size_t level, bool close_first, bool by_select)
{
	bool stands = true;

	for (long at = 0; stands; at++) {
		numbers *c = open_with(level);
		struct one me = { c, what, { 100, 200 }, { 0 }, 0, 0, WEFT_OK };
		task t = { .c = c, .v = 3 };
		struct stopped s;
		uint64_t mark = sleep_mark(), v;

		alarm(30);
		if (what == TRY_SEND)
			t.call = by_select ? task_select_recv : task_recv;
		else
			t.call = by_select ? task_select_send : task_send;
		if (close_first)
			numbers_close(c);
		stands = stopped_start(&s, at, one_call, &me);
		if (!close_first && at % 2 == 1 && what == TRY_SEND)
			numbers_close(c);
		task_start(&t);
		if (stands)
			usleep(600);
		stopped_end(&s);
		if (!close_first && !(at % 2 == 1 && what == TRY_SEND) && !task_is_done(&t))
			until_asleep(mark, 0);
		/* Nothing else is done for the thread: it must come back by itself. */
		task_join(&t);
		if (t.s == WEFT_OK)
			assert_int_equal(t.v, what == TRY_SEND ? 100 : 3);
		else
			assert_int_equal(t.s, WEFT_CLOSED);
		if (what == TRY_SEND)
			assert_int_equal(t.s == WEFT_OK, me.n_in == 1);
		while (numbers_try_recv(c, &v) == WEFT_OK)
			;
		flavour_close(c);
		alarm(0);
	}
}

static void
who_waits_behind_a_stopped_call_is_not_forgotten(void **state)
{
	(void)state;
	for (int by_select = 0; by_select < 2; by_select++) {
		wait_behind(TRY_SEND, 0, false, by_select);
		/* The send fails, or not: the end must be told. */
		wait_behind(TRY_SEND, 0, true, by_select);
		wait_behind(TRY_RECV, CAPACITY, false, by_select);
	}
}

/* From where it stands to before its atomic number `at`; false: it came to its end. */
static bool
stopped_on(struct stopped *s, long at)
{
	s->at = at;
	sem_post(&s->go);
	while (sem_wait(&s->reached) != 0)
		;
	return !s->ended;
}

/*
 * A send stands; the channel is closed; the send goes on a little; two threads begin to wait:
 * they must be told of the end, by whomever.
 */
static void
close_in_a_send(enum what what, bool by_select)
{
	bool stands = true;

	for (long first = 0; stands; first++) {
		for (long second = first + 1;; second++) {
			numbers *c = open_with(0);
			struct one me = { c, what, { 100, 200 }, { 0 }, 0, 0, WEFT_OK };
			task t = { .call = by_select ? task_select_recv : task_recv, .c = c };
			task u = t;
			struct stopped s;
			uint64_t v, got;
			bool further;

			alarm(30);
			stands = stopped_start(&s, first, one_call, &me);
			numbers_close(c);
			further = stands && stopped_on(&s, second);
			task_start(&t);
			task_start(&u);
			if (further)
				usleep(500);
			stopped_end(&s);
			task_join(&t);
			task_join(&u);
			got = (t.s == WEFT_OK) + (u.s == WEFT_OK);
			assert_true(t.s == WEFT_OK || t.s == WEFT_CLOSED);
			assert_true(u.s == WEFT_OK || u.s == WEFT_CLOSED);
			while (numbers_try_recv(c, &v) == WEFT_OK)
				got++;
			assert_int_equal(got, me.n_in);
			flavour_close(c);
			alarm(0);
			if (!further)
				break;
		}
	}
}

static void
a_close_in_the_middle_of_a_send_is_told(void **state)
{
	(void)state;
	for (int by_select = 0; by_select < 2; by_select++) {
		close_in_a_send(TRY_SEND, by_select);
		close_in_a_send(FORCE_SEND, by_select);
	}
}

/* A receive stands, a value is sent, the channel is closed: "closed" would be the value's end. */
static void
a_receive_in_the_middle_of_the_last_send_does_not_say_closed(void **state)
{
	bool stands = true;

	(void)state;
	for (long at = 0; stands; at++) {
		numbers *c = open_with(0);
		struct one me = { c, TRY_RECV, { 0 }, { 0 }, 0, 0, WEFT_OK };
		struct stopped s;
		uint64_t v;

		alarm(30);
		stands = stopped_start(&s, at, one_call, &me);
		assert_int_equal(numbers_try_send(c, 5), WEFT_OK);
		numbers_close(c);
		stopped_end(&s);
		assert_true(me.s == WEFT_OK || me.s == WEFT_EMPTY);
		assert_int_equal(numbers_try_recv(c, &v), me.s == WEFT_OK ? WEFT_CLOSED : WEFT_OK);
		flavour_close(c);
		alarm(0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_stopped_at_any_atomic_of_a_try_stops_no_other),
		cmocka_unit_test(two_stopped_threads_stop_nobody),
		cmocka_unit_test(who_waits_behind_a_stopped_call_is_not_forgotten),
		cmocka_unit_test(a_close_in_the_middle_of_a_send_is_told),
		cmocka_unit_test(a_receive_in_the_middle_of_the_last_send_does_not_say_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
