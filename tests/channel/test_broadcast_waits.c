/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_broadcast_waits.c: who waits for a broadcast, and who wakes whom. */
#include <pthread.h>
#include <semaphore.h>
#include <weft/park.h>
#include <weft/select.h>

#include "broadcast_test.h"

/* Who waits, and who wakes. */

struct call {
	nums *b;
	nums_reader *r;
	uint64_t v;
	weft_time deadline;
	weft_status got;
	pthread_t thread;
	uint32_t ended;            /* atomic */
};

static void *
call_recv(void *arg)
{
	struct call *me = arg;

	me->got = nums_recv(me->r, &me->v);
	__atomic_store_n(&me->ended, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void *
call_send(void *arg)
{
	struct call *me = arg;

	me->got = nums_send(me->b, me->v);
	__atomic_store_n(&me->ended, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void *
call_send_until(void *arg)
{
	struct call *me = arg;

	me->got = nums_send_until(me->b, me->v, me->deadline);
	return NULL;
}

static void
start(struct call *c, void *(*body)(void *))
{
	c->ended = 0;
	assert_int_equal(pthread_create(&c->thread, NULL, body, c), 0);
}

static void
join(struct call *c)
{
	assert_int_equal(pthread_join(c->thread, NULL), 0);
}

static bool
has_ended(struct call *c)
{
	return __atomic_load_n(&c->ended, __ATOMIC_ACQUIRE) != 0;
}

/* Long enough that a thread which has nothing else to do is asleep: often, if not always. */
static void
let_sleep(void)
{
	usleep(20000);
}

static void
a_send_wakes_every_sleeping_reader_by_one_call(void **state)
{
	enum { READERS = 6 };
	nums b;
	nums_reader r[READERS];
	struct call calls[READERS];
	uint64_t woke;

	(void)state;
	for (int lossless = 0; lossless < 2; lossless++) {
		weft_broadcast_options options = { .capacity = 2, .lossless = lossless };

		assert_int_equal(nums_init_with(&b, &options), WEFT_OK);
		for (int i = 0; i < READERS; i++) {
			nums_subscribe(&b, &r[i]);
			calls[i] = (struct call){ .r = &r[i] };
			start(&calls[i], call_recv);
		}
		let_sleep();
		let_sleep();
		woke = weft_park_usage().woke;
		assert_int_equal(nums_send(&b, 42), WEFT_OK);
		assert_true(weft_park_usage().woke <= woke + 1);
		for (int i = 0; i < READERS; i++) {
			join(&calls[i]);
			assert_int_equal(calls[i].got, WEFT_OK);
			assert_int_equal(calls[i].v, 42);
		}
		/* With nobody asleep, no call at all. */
		woke = weft_park_usage().woke;
		for (uint64_t n = 0; n < 100; n++) {
			assert_int_equal(nums_send(&b, n), WEFT_OK);
			for (int i = 0; i < READERS; i++)
				gets(&r[i], n);
		}
		assert_int_equal(weft_park_usage().woke, woke);
		for (int i = 0; i < READERS; i++)
			nums_unsubscribe(&r[i]);
		nums_fini(&b);
	}
}

static void
a_reader_that_gave_up_is_not_woken(void **state)
{
	nums b;
	nums_reader r;
	uint64_t got, woke;

	(void)state;
	assert_int_equal(nums_init(&b, 2), WEFT_OK);
	nums_subscribe(&b, &r);
	for (int i = 0; i < 3; i++)
		assert_int_equal(nums_recv_until(&r, &got, soon()), WEFT_TIMEOUT);
	woke = weft_park_usage().woke;
	sends(&b, 0, 1);
	nums_close(&b);
	assert_int_equal(weft_park_usage().woke, woke);
	gets(&r, 0);
	nums_unsubscribe(&r);
	nums_fini(&b);
}

static void
close_wakes_readers_and_senders(void **state)
{
	nums b;
	nums_reader full, empty[3];
	struct call senders[4], readers[3];
	nums other;

	(void)state;
	lossless_init(&b, 1);
	lossless_init(&other, 1);
	nums_subscribe(&b, &full);
	sends(&b, 0, 1);
	for (int i = 0; i < 3; i++) {
		nums_subscribe(&other, &empty[i]);
		readers[i] = (struct call){ .r = &empty[i], .v = 77 };
		start(&readers[i], call_recv);
	}
	for (uint64_t i = 0; i < 4; i++) {
		senders[i] = (struct call){ .b = &b, .v = i };
		start(&senders[i], call_send);
	}
	let_sleep();
	for (int i = 0; i < 4; i++)
		assert_false(has_ended(&senders[i]));
	nums_close(&b);
	nums_close(&other);
	for (int i = 0; i < 4; i++) {
		join(&senders[i]);
		assert_int_equal(senders[i].got, WEFT_CLOSED);
	}
	for (int i = 0; i < 3; i++) {
		join(&readers[i]);
		assert_int_equal(readers[i].got, WEFT_CLOSED);
		assert_int_equal(readers[i].v, 77);
		nums_unsubscribe(&empty[i]);
	}
	gets(&full, 0);
	gets_nothing(&full, WEFT_CLOSED);
	nums_unsubscribe(&full);
	nums_fini(&b);
	nums_fini(&other);
}

static void
a_sender_waits_for_the_slowest_and_goes_on_with_it(void **state)
{
	nums b;
	nums_reader slow, quick;
	struct call senders[3];
	uint64_t seen = 0, v;
	int ended;

	(void)state;
	lossless_init(&b, 2);
	nums_subscribe(&b, &slow);
	nums_subscribe(&b, &quick);
	sends(&b, 100, 102);
	gets(&quick, 100);
	gets(&quick, 101);
	for (uint64_t i = 0; i < 3; i++) {
		senders[i] = (struct call){ .b = &b, .v = i };
		start(&senders[i], call_send);
	}
	let_sleep();
	gets_nothing(&quick, WEFT_EMPTY);
	gets(&slow, 100);
	/* One place: one of them, and no more. */
	assert_int_equal(nums_recv(&quick, &v), WEFT_OK);
	seen |= 1u << v;
	let_sleep();
	gets_nothing(&quick, WEFT_EMPTY);
	ended = has_ended(&senders[0]) + has_ended(&senders[1]) + has_ended(&senders[2]);
	assert_int_equal(ended, 1);
	gets(&slow, 101);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(nums_recv(&quick, &v), WEFT_OK);
		seen |= 1u << v;
		assert_int_equal(nums_recv(&slow, &v), WEFT_OK);
	}
	assert_int_equal(seen, 7);
	assert_int_equal(nums_recv(&slow, &v), WEFT_OK);
	for (int i = 0; i < 3; i++) {
		join(&senders[i]);
		assert_int_equal(senders[i].got, WEFT_OK);
	}
	nums_unsubscribe(&slow);
	nums_unsubscribe(&quick);
	nums_fini(&b);
}

static void
unsubscribe_lets_the_senders_go_that_waited_for_it(void **state)
{
	enum { SENDERS = 5 };
	nums b;
	nums_reader slow, quick;
	struct call senders[SENDERS];

	(void)state;
	for (int others = 0; others < 2; others++) {
		lossless_init(&b, SENDERS);
		nums_subscribe(&b, &slow);
		sends(&b, 0, SENDERS);
		if (others)
			nums_subscribe(&b, &quick);
		for (uint64_t i = 0; i < SENDERS; i++) {
			senders[i] = (struct call){ .b = &b, .v = i };
			start(&senders[i], call_send);
		}
		let_sleep();
		for (int i = 0; i < SENDERS; i++)
			assert_false(has_ended(&senders[i]));
		nums_unsubscribe(&slow);
		for (int i = 0; i < SENDERS; i++) {
			join(&senders[i]);
			assert_int_equal(senders[i].got, WEFT_OK);
		}
		if (others) {
			assert_int_equal(nums_lag(&quick), SENDERS);
			nums_unsubscribe(&quick);
		}
		nums_fini(&b);
	}
}

static void
a_sender_that_gives_up_stands_in_nobodys_way(void **state)
{
	nums b;
	nums_reader r;
	struct call first, second;
	uint64_t v;

	(void)state;
	lossless_init(&b, 1);
	nums_subscribe(&b, &r);
	sends(&b, 100, 101);
	first = (struct call){ .b = &b, .v = 1, .deadline = weft_after_ms(40) };
	start(&first, call_send_until);
	let_sleep();
	second = (struct call){ .b = &b, .v = 2 };
	start(&second, call_send);
	join(&first);
	assert_int_equal(first.got, WEFT_TIMEOUT);
	assert_false(has_ended(&second));
	gets(&r, 100);
	assert_int_equal(nums_recv(&r, &v), WEFT_OK);
	assert_int_equal(v, 2);
	join(&second);
	assert_int_equal(second.got, WEFT_OK);
	nums_unsubscribe(&r);
	nums_fini(&b);
}

/* A copy that stops in the middle, and a drop that does. */
static struct {
	sem_t there, go;
	int stops_copy, stops_drop;
} slow;

static void
slow_stop(int *stops)
{
	if (__atomic_exchange_n(stops, 0, __ATOMIC_ACQ_REL) == 0)
		return;
	sem_post(&slow.there);
	while (sem_wait(&slow.go) != 0)
		;
}

static void
slow_drop(struct object **v)
{
	slow_stop(&slow.stops_drop);
	object_drop(v);
}

static void
slow_copy(struct object **to, struct object *const *from)
{
	slow_stop(&slow.stops_copy);
	object_copy(to, from);
}
WEFT_BROADCAST(slows, struct object *, slow_drop, slow_copy);

struct slow_call {
	slows b;
	slows_reader r[2];
	struct object o[4], *got;
	weft_status status;
	pthread_t thread, sender;
};

static void *
slow_recv(void *arg)
{
	struct slow_call *me = arg;

	me->status = slows_recv(&me->r[0], &me->got);
	return NULL;
}

static void *
slow_unsubscribe(void *arg)
{
	slows_unsubscribe(&((struct slow_call *)arg)->r[0]);
	return NULL;
}

static void *
slow_send(void *arg)
{
	struct slow_call *me = arg;

	assert_int_equal(slows_send(&me->b, &me->o[3]), WEFT_OK);
	return NULL;
}

static void
slow_open(struct slow_call *c, size_t capacity, bool lossless, int readers)
{
	weft_broadcast_options options = { .capacity = capacity, .lossless = lossless };

	memset(c, 0, sizeof *c);
	memset(&slow, 0, sizeof slow);
	sem_init(&slow.there, 0, 0);
	sem_init(&slow.go, 0, 0);
	assert_int_equal(slows_init_with(&c->b, &options), WEFT_OK);
	for (int i = 0; i < readers; i++)
		slows_subscribe(&c->b, &c->r[i]);
	assert_int_equal(slows_send(&c->b, &c->o[0]), WEFT_OK);
}

static void
a_place_in_the_middle_of_a_copy_is_not_taken(void **state)
{
	struct slow_call c;
	struct object *got;

	(void)state;
	slow_open(&c, 2, false, 2);
	slow.stops_copy = 1;
	pthread_create(&c.thread, NULL, slow_recv, &c);
	sem_wait(&slow.there);
	/* All else goes on: another place, another reader, who joins and leaves. */
	assert_int_equal(slows_try_send(&c.b, &c.o[1]), WEFT_OK);
	assert_int_equal(slows_recv(&c.r[1], &got), WEFT_OK);
	assert_ptr_equal(got, &c.o[0]);
	assert_int_equal(slows_try_send(&c.b, &c.o[2]), WEFT_BUSY);
	assert_int_equal(slows_send_until(&c.b, &c.o[2], soon()), WEFT_TIMEOUT);
	assert_int_equal(slows_readers(&c.b), 2);
	pthread_create(&c.sender, NULL, slow_send, &c);
	let_sleep();
	assert_int_equal(slows_lag(&c.r[1]), 1);
	sem_post(&slow.go);
	pthread_join(c.thread, NULL);
	pthread_join(c.sender, NULL);
	assert_int_equal(c.status, WEFT_OK);
	assert_ptr_equal(c.got, &c.o[0]);
	assert_int_equal(c.o[0].copies, 2);
	assert_int_equal(c.o[0].drops, 1);
	assert_int_equal(slows_missed(&c.r[0]), 0);
	assert_int_equal(slows_lag(&c.r[0]), 2);
	slows_unsubscribe(&c.r[0]);
	slows_unsubscribe(&c.r[1]);
	slows_fini(&c.b);
	assert_int_equal(c.o[1].drops, 1);
	assert_int_equal(c.o[3].drops, 1);
}

static void
a_place_in_the_middle_of_a_drop_is_not_taken(void **state)
{
	struct slow_call c;

	(void)state;
	for (int lossless = 0; lossless < 2; lossless++) {
		slow_open(&c, 2, lossless, 1);
		slow.stops_drop = 1;
		pthread_create(&c.thread, NULL, slow_unsubscribe, &c);
		sem_wait(&slow.there);
		assert_int_equal(slows_readers(&c.b), 0);
		slows_subscribe(&c.b, &c.r[1]);
		assert_int_equal(slows_try_send(&c.b, &c.o[1]), WEFT_OK);
		assert_int_equal(slows_try_send(&c.b, &c.o[2]), WEFT_BUSY);
		pthread_create(&c.sender, NULL, slow_send, &c);
		let_sleep();
		assert_int_equal(slows_lag(&c.r[1]), 1);
		sem_post(&slow.go);
		pthread_join(c.thread, NULL);
		pthread_join(c.sender, NULL);
		assert_int_equal(slows_lag(&c.r[1]), 2);
		slows_unsubscribe(&c.r[1]);
		slows_fini(&c.b);
		assert_int_equal(c.o[0].drops + c.o[1].drops + c.o[3].drops, 3);
	}
}

/* For nobody a value needs no place: not the one in which the last is just being dropped. */
static void
a_value_for_nobody_waits_for_no_drop(void **state)
{
	struct slow_call c;

	(void)state;
	for (int lossless = 0; lossless < 2; lossless++) {
		slow_open(&c, 1, lossless, 1);
		slow.stops_drop = 1;
		pthread_create(&c.thread, NULL, slow_unsubscribe, &c);
		sem_wait(&slow.there);
		assert_int_equal(slows_try_send(&c.b, &c.o[1]), WEFT_OK);
		assert_int_equal(c.o[1].drops, 1);
		sem_post(&slow.go);
		pthread_join(c.thread, NULL);
		assert_int_equal(c.o[0].drops, 1);
		slows_fini(&c.b);
	}
}

/* Arms of a select. */

static void
select_takes_from_the_reader_that_has_a_value(void **state)
{
	nums b, other;
	nums_reader r, s;
	uint64_t v = 77, w = 77;

	(void)state;
	assert_int_equal(nums_init(&b, 2), WEFT_OK);
	assert_int_equal(nums_init(&other, 2), WEFT_OK);
	nums_subscribe(&b, &r);
	nums_subscribe(&other, &s);
	{
		weft_arm arms[] = { nums_recv_arm(&r, &v), weft_broadcast_recv_arm(&s.raw, &w) };

		assert_int_equal(weft_try_select(arms, 2), -1);
		assert_int_equal(weft_select_until(arms, 2, soon()), -1);
		sends(&other, 5, 8);
		assert_int_equal(weft_select(arms, 2), 1);
		assert_int_equal(arms[1].status, WEFT_OK);
		assert_int_equal(w, 6);
		assert_int_equal(v, 77);
		assert_int_equal(nums_missed(&s), 1);
		nums_close(&other);
		/* What is left, then the end, once. */
		assert_int_equal(weft_select(arms, 2), 1);
		assert_int_equal(w, 7);
		assert_int_equal(weft_select(arms, 2), 1);
		assert_int_equal(arms[1].status, WEFT_CLOSED);
		assert_false(weft_arm_is_on(&arms[1]));
		assert_int_equal(weft_try_select(arms, 2), -1);
	}
	nums_unsubscribe(&r);
	nums_unsubscribe(&s);
	nums_fini(&b);
	nums_fini(&other);
}

struct selecting {
	nums_reader *r[2];
	bool ready_only;
	int won;
	weft_status status;
	uint64_t v[2];
	pthread_t thread;
};

static void *
call_select(void *arg)
{
	struct selecting *me = arg;
	weft_select_options how = { .ready_only = me->ready_only };
	weft_arm arms[] = { nums_recv_arm(me->r[0], &me->v[0]),
		nums_recv_arm(me->r[1], &me->v[1]) };

	me->won = weft_select_with(arms, 2, &how);
	me->status = arms[me->won].status;
	return NULL;
}

/* how: 0, a select; 1, one that only wants to know. what: 0, a value; 1, the end. */
static void
wakes_selects(bool ready_only, bool ends)
{
	enum { SELECTS = 4 };
	nums b, quiet;
	nums_reader r[SELECTS][2];
	struct selecting selects[SELECTS];

	assert_int_equal(nums_init(&b, 2), WEFT_OK);
	assert_int_equal(nums_init(&quiet, 2), WEFT_OK);
	for (int i = 0; i < SELECTS; i++) {
		nums_subscribe(&quiet, &r[i][0]);
		nums_subscribe(&b, &r[i][1]);
		selects[i] = (struct selecting){ .r = { &r[i][0], &r[i][1] },
			.ready_only = ready_only };
		pthread_create(&selects[i].thread, NULL, call_select, &selects[i]);
	}
	let_sleep();
	if (ends)
		nums_close(&b);
	else
		sends(&b, 9, 10);
	for (int i = 0; i < SELECTS; i++) {
		pthread_join(selects[i].thread, NULL);
		assert_int_equal(selects[i].won, 1);
		assert_int_equal(selects[i].status, ends ? WEFT_CLOSED : WEFT_OK);
		assert_int_equal(nums_lag(&r[i][1]), ready_only && !ends);
		if (!ready_only && !ends)
			assert_int_equal(selects[i].v[1], 9);
		nums_unsubscribe(&r[i][0]);
		nums_unsubscribe(&r[i][1]);
	}
	nums_fini(&b);
	nums_fini(&quiet);
}

static void
a_send_or_a_close_wakes_every_select(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++)
		wakes_selects(i % 2 != 0, i / 2 != 0);
}

static void
a_set_tells_of_a_reader_that_has_something(void **state)
{
	enum { READERS = 5 };
	nums b[READERS];
	nums_reader r[READERS];
	uint64_t ids[READERS], v;
	weft_select_set set;
	weft_ready ready[READERS];

	(void)state;
	assert_true(weft_select_set_init(&set));
	for (int i = 0; i < READERS; i++) {
		assert_int_equal(nums_init(&b[i], 2), WEFT_OK);
		nums_subscribe(&b[i], &r[i]);
		ids[i] = weft_select_set_add(&set, nums_recv_arm(&r[i], NULL), &r[i]);
		assert_int_not_equal(ids[i], 0);
	}
	assert_int_equal(weft_select_set_try_wait(&set, ready, READERS), 0);
	for (uint64_t n = 0; n < 20; n++) {
		uint64_t at = n * 3 % READERS;

		sends(&b[at], n, n + 1);
		assert_int_equal(weft_select_set_wait(&set, ready, READERS), 1);
		assert_ptr_equal(ready[0].ctx, &r[at]);
		assert_int_equal(nums_try_recv(ready[0].ctx, &v), WEFT_OK);
		assert_int_equal(v, n);
		assert_int_equal(weft_select_set_try_wait(&set, ready, READERS), 0);
	}
	for (int i = 0; i < READERS; i++) {
		assert_true(weft_select_set_remove(&set, ids[i]));
		nums_unsubscribe(&r[i]);
		nums_fini(&b[i]);
	}
	weft_select_set_fini(&set);
}

/* A set that still has an arm of it holds on to a broadcast that is to go. */
static void
fini_under_a_set(void *arg)
{
	nums b;
	nums_reader r;
	weft_select_set set;
	weft_ready ready;

	(void)arg;
	weft_must(nums_init(&b, 2));
	nums_subscribe(&b, &r);
	if (!weft_select_set_init(&set) ||
	    weft_select_set_add(&set, nums_recv_arm(&r, NULL), NULL) == 0)
		return;
	(void)!weft_select_set_try_wait(&set, &ready, 1);
	nums_unsubscribe(&r);
	nums_fini(&b);
}

static void
arm_of_no_reader(void *arg)
{
	nums b;
	nums_reader r;

	(void)arg;
	weft_must(nums_init(&b, 2));
	nums_subscribe(&b, &r);
	nums_unsubscribe(&r);
	(void)nums_recv_arm(&r, NULL);
}

static void
an_arm_is_of_a_reader_that_is_subscribed(void **state)
{
	(void)state;
	assert_aborts(fini_under_a_set, NULL,
	    "weft: fini of a broadcast: an arm of a reader is still in a set: remove it before "
	    "the reader unsubscribes");
	assert_aborts(arm_of_no_reader, NULL,
	    "weft: recv_arm of a reader: the reader is not subscribed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_send_wakes_every_sleeping_reader_by_one_call),
		cmocka_unit_test(a_reader_that_gave_up_is_not_woken),
		cmocka_unit_test(close_wakes_readers_and_senders),
		cmocka_unit_test(a_sender_waits_for_the_slowest_and_goes_on_with_it),
		cmocka_unit_test(unsubscribe_lets_the_senders_go_that_waited_for_it),
		cmocka_unit_test(a_sender_that_gives_up_stands_in_nobodys_way),
		cmocka_unit_test(a_place_in_the_middle_of_a_copy_is_not_taken),
		cmocka_unit_test(a_place_in_the_middle_of_a_drop_is_not_taken),
		cmocka_unit_test(a_value_for_nobody_waits_for_no_drop),
		cmocka_unit_test(select_takes_from_the_reader_that_has_a_value),
		cmocka_unit_test(a_send_or_a_close_wakes_every_select),
		cmocka_unit_test(a_set_tells_of_a_reader_that_has_something),
		cmocka_unit_test(an_arm_is_of_a_reader_that_is_subscribed),
	};

	alarm(120);
	return cmocka_run_group_tests_name("broadcast_waits", tests, NULL, NULL);
}
