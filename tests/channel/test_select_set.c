/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_select_set.c: sets of arms: what is told, to whom, how often. */
#include <pthread.h>
#include <weft/channel.h>
#include <weft/park.h>

#include "../sync/sync_test.h"

WEFT_CHANNEL(ints, uint32_t);

/* All that the library allocates. */
static struct test_memory memory = TEST_MEMORY;

static const struct flavour {
	const char *name;
	weft_channel_options how;
} flavours[] = {
	{ "bounded", { .capacity = 64 } },
	{ "of two places", { .capacity = 2 } },
	{ "rendezvous", { .capacity = 0 } },
	{ "unbounded", { .capacity = WEFT_UNBOUNDED } },
	{ "single both", { .capacity = 64, .single_sender = true, .single_receiver = true } },
	{ "lock-free", { .capacity = 64, .lock_free = true } },
	{ "lock-free unbounded", { .capacity = WEFT_UNBOUNDED, .lock_free = true } },
	{ "lanes", { .capacity = 8, .lanes = 3 } },
};

static weft_time
soon(void)
{
	return weft_after_s(20);
}

static uint64_t
add(weft_select_set *set, weft_arm arm, void *ctx)
{
	uint64_t id = weft_select_set_add(set, arm, ctx);

	assert_true(id != 0);
	return id;
}

/* One is told, and it is this one. */
static void
assert_tells(weft_select_set *set, uint64_t id, void *ctx)
{
	weft_ready ready[4];

	assert_int_equal(weft_select_set_wait_until(set, ready, 4, soon()), 1);
	assert_int_equal(ready[0].id, id);
	assert_ptr_equal(ready[0].ctx, ctx);
}

static void
assert_tells_nothing(weft_select_set *set)
{
	weft_ready ready[4];

	assert_int_equal(weft_select_set_try_wait(set, ready, 4), 0);
}

static void *
send_one(void *c)
{
	weft_must(ints_send(c, 7));
	return NULL;
}

static void
it_tells_what_is_ready_until_it_is_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(flavours); i++) {
		weft_select_set set;
		pthread_t sender;
		uint32_t v;
		uint64_t id;
		ints c, idle;

		print_message("%s\n", flavours[i].name);
		assert_true(weft_select_set_init(&set));
		assert_int_equal(ints_init_with(&c, &flavours[i].how), WEFT_OK);
		assert_int_equal(ints_init_with(&idle, &flavours[i].how), WEFT_OK);
		add(&set, ints_recv_arm(&idle, NULL), &idle);
		id = add(&set, ints_recv_arm(&c, NULL), &c);
		for (int round = 0; round < 3; round++) {
			assert_tells_nothing(&set);
			assert_int_equal(pthread_create(&sender, NULL, send_one, &c), 0);
			assert_tells(&set, id, &c);
			assert_tells(&set, id, &c);
			assert_int_equal(ints_try_recv(&c, &v), WEFT_OK);
			pthread_join(sender, NULL);
		}
		ints_close(&c);
		assert_tells(&set, id, &c);
		assert_tells_nothing(&set);
		assert_false(weft_select_set_remove(&set, id));
		ints_fini(&c);
		weft_select_set_fini(&set);
		ints_fini(&idle);
	}
}

static void *
recv_one(void *c)
{
	uint32_t v;

	weft_must(ints_recv(c, &v));
	return NULL;
}

static void
a_send_arm_is_ready_while_there_is_room(void **state)
{
	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(flavours); i++) {
		weft_select_set set;
		pthread_t receiver;
		uint64_t id;
		ints c;

		if (flavours[i].how.capacity == WEFT_UNBOUNDED)
			continue;
		assert_true(weft_select_set_init(&set));
		assert_int_equal(ints_init_with(&c, &flavours[i].how), WEFT_OK);
		while (ints_try_send(&c, 1) == WEFT_OK)
			;
		id = add(&set, ints_send_arm(&c, NULL), NULL);
		assert_tells_nothing(&set);
		assert_int_equal(pthread_create(&receiver, NULL, recv_one, &c), 0);
		assert_tells(&set, id, NULL);
		assert_int_equal(ints_try_send(&c, 1), WEFT_OK);
		pthread_join(receiver, NULL);
		assert_tells_nothing(&set);
		ints_close(&c);
		assert_tells(&set, id, NULL);
		assert_tells_nothing(&set);
		weft_select_set_fini(&set);
		ints_fini(&c);
	}
}

static void
what_ended_is_told_once_and_then_none_can_become_ready(void **state)
{
	weft_select_set set;
	weft_ready ready[2];
	uint64_t id;
	uint32_t v;
	ints c;

	(void)state;
	assert_true(weft_select_set_init(&set));
	assert_int_equal(weft_select_set_wait(&set, ready, 2), 0);
	assert_int_equal(ints_init(&c, 8), WEFT_OK);
	id = add(&set, ints_recv_arm(&c, NULL), NULL);
	weft_must(ints_send(&c, 1));
	ints_close(&c);
	/* There is a value yet. */
	assert_tells(&set, id, NULL);
	assert_tells(&set, id, NULL);
	assert_int_equal(ints_try_recv(&c, &v), WEFT_OK);
	assert_tells(&set, id, NULL);
	assert_int_equal(weft_select_set_wait(&set, ready, 2), 0);
	/* It is in the set no more. */
	ints_fini(&c);
	memset(&c, 0x5a, sizeof c);
	weft_select_set_fini(&set);
}

static void
at_most_n_are_told_and_none_is_left_out(void **state)
{
	enum { N = 40 };
	weft_select_set set;
	weft_ready ready[16];
	unsigned told[N] = { 0 };
	ints c[N];

	(void)state;
	assert_true(weft_select_set_init(&set));
	for (int i = 0; i < N; i++) {
		assert_int_equal(ints_init(&c[i], 8), WEFT_OK);
		add(&set, ints_recv_arm(&c[i], NULL), &c[i]);
		weft_must(ints_send(&c[i], 1));
	}
	assert_int_equal(weft_select_set_wait(&set, ready, 0), 0);
	for (int round = 0; round < 5; round++) {
		assert_int_equal(weft_select_set_wait(&set, ready, 16), 16);
		for (int i = 0; i < 16; i++)
			told[(ints *)ready[i].ctx - c]++;
	}
	/* 80 were told, of 40: each twice. */
	for (int i = 0; i < N; i++)
		assert_int_equal(told[i], 2);
	weft_select_set_fini(&set);
	for (int i = 0; i < N; i++)
		ints_fini(&c[i]);
}

static void
one_of_a_thousand_is_found(void **state)
{
	enum { N = 1000 };
	static ints c[N];
	static uint64_t ids[N];
	weft_select_set set;
	uint64_t seed = 362436069;
	uint32_t v;

	(void)state;
	assert_true(weft_select_set_init(&set));
	for (int i = 0; i < N; i++) {
		assert_int_equal(ints_init(&c[i], 8), WEFT_OK);
		ids[i] = add(&set, ints_recv_arm(&c[i], NULL), &c[i]);
	}
	for (int round = 0; round < 3000; round++) {
		uint64_t i = next_random(&seed) % N;

		assert_int_equal(ints_send(&c[i], (uint32_t)i), WEFT_OK);
		assert_tells(&set, ids[i], &c[i]);
		assert_int_equal(ints_try_recv(&c[i], &v), WEFT_OK);
		assert_int_equal(v, i);
	}
	weft_select_set_fini(&set);
	for (int i = 0; i < N; i++)
		ints_fini(&c[i]);
}

static void
numbers_are_new_and_lead_to_one_arm(void **state)
{
	weft_select_set set, copy;
	weft_arm off = { 0 };
	uint64_t first, second, third;
	ints a, b;

	(void)state;
	assert_true(weft_select_set_init(&set));
	assert_int_equal(ints_init(&a, 8), WEFT_OK);
	assert_int_equal(ints_init(&b, 8), WEFT_OK);
	assert_int_equal(weft_select_set_add(&set, off, NULL), 0);
	assert_false(weft_select_set_remove(&set, 0));
	assert_false(weft_select_set_remove(&set, 1));
	assert_false(weft_select_set_remove(&set, UINT64_MAX));
	first = add(&set, ints_recv_arm(&a, NULL), NULL);
	assert_true(weft_select_set_remove(&set, first));
	assert_false(weft_select_set_remove(&set, first));
	second = add(&set, ints_recv_arm(&a, NULL), NULL);
	third = add(&set, ints_recv_arm(&b, NULL), NULL);
	assert_true(first != second && second != third && first != third);
	assert_false(weft_select_set_remove(&set, first));
	/* Removed: while it is ready, after it was told, while it is not. */
	weft_must(ints_send(&a, 1));
	weft_must(ints_send(&b, 1));
	assert_true(weft_select_set_remove(&set, second));
	assert_tells(&set, third, NULL);
	assert_true(weft_select_set_remove(&set, third));
	assert_tells_nothing(&set);
	/* The same channel in two arms. */
	first = add(&set, ints_recv_arm(&a, NULL), &a);
	second = add(&set, ints_recv_arm(&a, NULL), &b);
	assert_true(weft_select_set_remove(&set, first));
	assert_tells(&set, second, &b);
	ints_close(&a);
	weft_ignore(ints_try_recv(&a, &(uint32_t){ 0 }));
	assert_tells(&set, second, &b);
	copy = set;
	assert_ptr_not_equal(copy.alive_.self, &copy);
	weft_select_set_fini(&set);
	ints_fini(&a);
	ints_fini(&b);
}

static void
timers_are_received_by_being_told(void **state)
{
	weft_timer once = weft_timer_after(WEFT_MS(30)), tick = weft_timer_tick(WEFT_MS(10));
	weft_timer never = weft_timer_never(), past = weft_timer_after(-1);
	weft_time begin = weft_now(), when = { 0 };
	uint64_t id_once, id_tick, id_past;
	unsigned ticks = 0, onces = 0;
	weft_select_set set;
	weft_ready ready[4];
	ints c;

	(void)state;
	assert_true(weft_select_set_init(&set));
	assert_int_equal(ints_init(&c, 8), WEFT_OK);
	add(&set, ints_recv_arm(&c, NULL), NULL);
	add(&set, weft_timer_arm(&never, NULL), NULL);
	id_past = add(&set, weft_timer_arm(&past, NULL), NULL);
	assert_tells(&set, id_past, NULL);
	assert_false(weft_select_set_remove(&set, id_past));
	id_once = add(&set, weft_timer_arm(&once, &when), NULL);
	id_tick = add(&set, weft_timer_arm(&tick, NULL), NULL);
	while (ticks < 5 || onces < 1) {
		size_t n = weft_select_set_wait_until(&set, ready, 4, soon());

		assert_true(n > 0);
		for (size_t i = 0; i < n; i++) {
			ticks += ready[i].id == id_tick;
			onces += ready[i].id == id_once;
			if (ready[i].id == id_once)
				assert_true(weft_time_since(weft_now(), begin) >= WEFT_MS(30));
		}
	}
	assert_true(weft_time_since(weft_now(), begin) >= WEFT_MS(50));
	assert_int_equal(onces, 1);
	assert_true(when.ns != 0);
	assert_int_equal(weft_timer_try_recv(&once, NULL), WEFT_CLOSED);
	assert_false(weft_select_set_remove(&set, id_once));
	assert_true(weft_select_set_remove(&set, id_tick));
	/* The moment of one that was removed ends no wait. */
	past = weft_timer_after(WEFT_MS(8));
	id_past = add(&set, weft_timer_arm(&past, NULL), NULL);
	weft_ignore(weft_select_set_try_wait(&set, ready, 4));
	assert_true(weft_select_set_remove(&set, id_past));
	begin = weft_after_ms(25);
	assert_int_equal(weft_select_set_wait_until(&set, ready, 4, begin), 0);
	assert_true(weft_time_is_past(begin));
	weft_select_set_fini(&set);
	ints_fini(&c);
}

static void *
set_token(void *c)
{
	weft_sleep_until(weft_after_ms(3));
	weft_cancel_set(c);
	return NULL;
}

static void
tokens_are_told_once(void **state)
{
	weft_time none = { 0 }, end = weft_after_ms(20);
	weft_cancel top = { 0 }, low = weft_cancel_child(&top, weft_after_s(1000));
	weft_cancel timed = weft_cancel_child(NULL, end), never = weft_cancel_child(NULL, none);
	uint64_t id_low, id_timed, id_never;
	weft_select_set set;
	pthread_t thread;

	(void)state;
	assert_true(weft_select_set_init(&set));
	id_low = add(&set, weft_cancel_arm(&low), &low);
	id_never = add(&set, weft_cancel_arm(&never), NULL);
	assert_tells_nothing(&set);
	assert_int_equal(pthread_create(&thread, NULL, set_token, &top), 0);
	assert_tells(&set, id_low, &low);
	pthread_join(thread, NULL);
	assert_tells_nothing(&set);
	assert_false(weft_select_set_remove(&set, id_low));
	id_timed = add(&set, weft_cancel_arm(&timed), NULL);
	assert_tells(&set, id_timed, NULL);
	assert_true(weft_time_is_past(end));
	assert_tells_nothing(&set);
	/* One that was set before. */
	id_low = add(&set, weft_cancel_arm(&low), NULL);
	assert_tells(&set, id_low, NULL);
	assert_true(weft_select_set_remove(&set, id_never));
	weft_cancel_set(&never);
	assert_tells_nothing(&set);
	weft_select_set_fini(&set);
}

static void
a_deadline_ends_a_wait(void **state)
{
	weft_time end;
	weft_select_set set;
	weft_ready ready[1];
	ints c;

	(void)state;
	assert_true(weft_select_set_init(&set));
	assert_int_equal(ints_init(&c, 8), WEFT_OK);
	add(&set, ints_recv_arm(&c, NULL), NULL);
	end = weft_after_ms(10);
	assert_int_equal(weft_select_set_wait_until(&set, ready, 1, end), 0);
	assert_true(weft_time_is_past(end));
	weft_must(ints_send(&c, 1));
	assert_int_equal(weft_select_set_wait_until(&set, ready, 1, end), 1);
	weft_select_set_fini(&set);
	ints_fini(&c);
}

/* Several threads wait. */

struct crowd {
	weft_select_set set;
	weft_atomic_u32 told, ended;
	size_t n;
};

static void *
wait_once(void *arg)
{
	struct crowd *w = arg;
	weft_ready ready[8];
	size_t n = weft_select_set_wait_until(&w->set, ready, w->n, soon());

	weft_fetch_add_seq_cst(&w->told, (uint32_t)n);
	weft_fetch_add_seq_cst(&w->ended, 1);
	return NULL;
}

/* n more threads than `before` have gone to sleep. */
static void
await_sleepers(uint64_t before, uint64_t n)
{
	while (weft_park_usage().slept < before + n)
		weft_sleep_until(weft_after_us(100));
}

static void
each_is_told_to_one_of_those_who_wait(void **state)
{
	enum { N = 4 };
	pthread_t threads[N];
	struct crowd w;
	ints c[N];

	(void)state;
	for (int round = 0; round < 30; round++) {
		uint64_t before = weft_park_usage().slept;
		bool asleep = round % 2 == 0;

		memset(&w, 0, sizeof w);
		w.n = 1;
		assert_true(weft_select_set_init(&w.set));
		for (int i = 0; i < N; i++) {
			assert_int_equal(ints_init(&c[i], 8), WEFT_OK);
			add(&w.set, ints_recv_arm(&c[i], NULL), NULL);
		}
		for (int i = 0; i < N; i++)
			assert_int_equal(pthread_create(&threads[i], NULL, wait_once, &w), 0);
		if (asleep)
			await_sleepers(before, N);
		/* One that is ready is for one of them: the others go on waiting. */
		weft_must(ints_send(&c[0], 1));
		while (asleep && weft_load_seq_cst(&w.ended) < 1)
			weft_sleep_until(weft_after_us(100));
		weft_sleep_until(weft_after_ms(asleep ? 2 : 0));
		if (asleep)
			assert_int_equal(weft_load_seq_cst(&w.ended), 1);
		for (int i = 1; i < N; i++)
			weft_must(ints_send(&c[i], 1));
		for (int i = 0; i < N; i++)
			pthread_join(threads[i], NULL);
		assert_int_equal(weft_load_seq_cst(&w.told), N);
		weft_select_set_fini(&w.set);
		for (int i = 0; i < N; i++)
			ints_fini(&c[i]);
	}
}

static void
one_that_is_added_or_the_last_removed_is_seen_by_who_waits(void **state)
{
	pthread_t threads[2];
	weft_time end = soon();
	struct crowd w;
	uint64_t id;
	ints c, full;

	(void)state;
	memset(&w, 0, sizeof w);
	w.n = 8;
	assert_true(weft_select_set_init(&w.set));
	assert_int_equal(ints_init(&c, 8), WEFT_OK);
	assert_int_equal(ints_init(&full, 8), WEFT_OK);
	id = add(&w.set, ints_recv_arm(&c, NULL), NULL);
	assert_int_equal(pthread_create(&threads[0], NULL, wait_once, &w), 0);
	weft_sleep_until(weft_after_ms(2));
	weft_must(ints_send(&full, 1));
	add(&w.set, ints_recv_arm(&full, NULL), NULL);
	pthread_join(threads[0], NULL);
	assert_int_equal(weft_load_seq_cst(&w.told), 1);
	ints_close(&full);
	weft_ignore(ints_try_recv(&full, &(uint32_t){ 0 }));
	assert_int_equal(weft_select_set_try_wait(&w.set, &(weft_ready){ 0 }, 1), 1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, wait_once, &w), 0);
	weft_sleep_until(weft_after_ms(2));
	assert_true(weft_select_set_remove(&w.set, id));
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(weft_load_seq_cst(&w.told), 1);
	assert_false(weft_time_is_past(end));
	weft_select_set_fini(&w.set);
	ints_fini(&c);
	ints_fini(&full);
}

/* A value is sent at every moment of a wait: before, while and after the arm joins. */

struct pair {
	weft_select_set set;
	ints c, idle;
	pthread_barrier_t begin;
	int late;
};

static void *
wait_often(void *arg)
{
	struct pair *p = arg;
	weft_ready ready[2];
	uint32_t v;

	for (int round = 0; round < test_scale(6000); round++) {
		pthread_barrier_wait(&p->begin);
		while (ints_try_recv(&p->c, &v) != WEFT_OK && p->late == 0)
			p->late += weft_select_set_wait_until(&p->set, ready, 2, soon()) == 0;
	}
	return NULL;
}

static void
none_is_missed(void **state)
{
	uint64_t seed = 88172645463325252u;
	struct pair p = { .late = 0 };
	pthread_t thread;

	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(flavours); i += 5) {
		pthread_barrier_init(&p.begin, NULL, 2);
		assert_true(weft_select_set_init(&p.set));
		assert_int_equal(ints_init_with(&p.c, &flavours[i].how), WEFT_OK);
		assert_int_equal(ints_init(&p.idle, 8), WEFT_OK);
		add(&p.set, ints_recv_arm(&p.idle, NULL), NULL);
		add(&p.set, ints_recv_arm(&p.c, NULL), NULL);
		assert_int_equal(pthread_create(&thread, NULL, wait_often, &p), 0);
		for (int round = 0; round < test_scale(6000); round++) {
			pthread_barrier_wait(&p.begin);
			for (uint64_t k = next_random(&seed) % 60; k != 0; k--)
				weft_pause();
			weft_must(ints_send(&p.c, 1));
		}
		pthread_join(thread, NULL);
		assert_int_equal(p.late, 0);
		weft_select_set_fini(&p.set);
		ints_fini(&p.c);
		ints_fini(&p.idle);
		pthread_barrier_destroy(&p.begin);
	}
}

static void
without_memory_nothing_changes(void **state)
{
	enum { N = 40 };
	long before = memory.out;
	weft_select_set set;
	uint64_t id;
	ints c;

	(void)state;
	memory.fail_at = memory.calls;
	assert_false(weft_select_set_init(&set));
	assert_true(weft_select_set_init(&set));
	assert_int_equal(ints_init(&c, 8), WEFT_OK);
	/* Room for numbers is made now and then: one of these is refused by that. */
	for (int i = 0; i < N; i++) {
		for (int fails = 0; fails < 2; fails++) {
			memory.fail_at = memory.calls + fails;
			id = weft_select_set_add(&set, ints_recv_arm(&c, NULL), NULL);
			if (fails == 0)
				assert_int_equal(id, 0);
			if (id != 0)
				assert_true(weft_select_set_remove(&set, id));
		}
		memory.fail_at = -1;
		add(&set, ints_recv_arm(&c, NULL), NULL);
	}
	weft_must(ints_send(&c, 1));
	for (int i = 0; i < 4; i++) {
		weft_ready ready[N + 1];

		assert_int_equal(weft_select_set_wait(&set, ready, N + 1), N);
	}
	weft_select_set_fini(&set);
	ints_fini(&c);
	assert_int_equal(memory.out, before);
}

static void
fini_while_waited_for(void *arg)
{
	struct crowd w;
	pthread_t thread;
	ints c;

	memset(&w, 0, sizeof w);
	w.n = 1;
	if (!weft_select_set_init(&w.set) || ints_init(&c, 8) != WEFT_OK ||
	    weft_select_set_add(&w.set, ints_recv_arm(&c, NULL), arg) == 0 ||
	    pthread_create(&thread, NULL, wait_once, &w) != 0)
		return;
	weft_sleep_until(weft_after_ms(200));
	weft_select_set_fini(&w.set);
}

static void
fini_of_a_copy(void *arg)
{
	weft_select_set copy = *(weft_select_set *)arg;

	weft_select_set_fini(&copy);
}

static void
misuse_is_told(void **state)
{
	weft_select_set set;

	(void)state;
	assert_true(weft_select_set_init(&set));
	assert_aborts(fini_of_a_copy, &set,
	    "fini of a weft_select_set: the object was not initialised");
	weft_select_set_fini(&set);
	if (!WEFT_TSAN_)
		assert_aborts(fini_while_waited_for, NULL, "threads wait for it: join them first");
}

/*
 * All at once: threads that send to channels, threads that wait and take what they were told
 * of, one that removes arms and adds them again. Every value arrives; no call of wait tells of
 * an arm that had been removed before it.
 */

enum { CHANNELS = 24, SENDERS = 2, WAITERS = 2 };

struct storm {
	weft_select_set set;
	ints channels[CHANNELS];
	weft_atomic_u64 ids[CHANNELS];    /* the last that was removed of each */
	weft_atomic_u64 got, late, ghosts;
	weft_atomic_u32 sending;
	uint64_t each, total;
};

struct storm_sender { struct storm *storm; uint64_t seed; };

static void *
storm_send(void *arg)
{
	struct storm_sender *me = arg;
	struct storm *s = me->storm;

	for (uint64_t i = 0; i < s->each; i++) {
		if (ints_send(&s->channels[next_random(&me->seed) % CHANNELS], 1) != WEFT_OK)
			abort();
		if (next_random(&me->seed) % 64 == 0)
			sched_yield();
	}
	weft_fetch_sub_seq_cst(&s->sending, 1);
	return NULL;
}

static void *
storm_wait(void *arg)
{
	struct storm *s = arg;
	uint64_t removed[CHANNELS];
	weft_ready ready[4];
	uint32_t v;

	while (weft_load_seq_cst(&s->got) < s->total) {
		size_t n;

		for (int i = 0; i < CHANNELS; i++)
			removed[i] = weft_load_acquire(&s->ids[i]);
		n = weft_select_set_wait_until(&s->set, ready, 4, weft_after_ms(2000));
		if (n == 0 && weft_load_seq_cst(&s->got) < s->total)
			weft_fetch_add_seq_cst(&s->late, 1);
		for (size_t i = 0; i < n; i++) {
			ints *c = ready[i].ctx;

			if (removed[c - s->channels] == ready[i].id)
				weft_fetch_add_seq_cst(&s->ghosts, 1);
			while (ints_try_recv(c, &v) == WEFT_OK)
				weft_fetch_add_seq_cst(&s->got, 1);
		}
		if (weft_load_seq_cst(&s->late) > 20)
			break;
	}
	return NULL;
}

static void
remove_and_add(struct storm *s, uint64_t *live, uint64_t *seed)
{
	while (weft_load_seq_cst(&s->sending) != 0) {
		uint64_t i = next_random(seed) % CHANNELS;

		assert_true(weft_select_set_remove(&s->set, live[i]));
		weft_store_release(&s->ids[i], live[i]);
		live[i] = add(&s->set, ints_recv_arm(&s->channels[i], NULL), &s->channels[i]);
		if (next_random(seed) % 16 == 0)
			sched_yield();
	}
}

static void
threads_send_wait_remove_and_add(void **state)
{
	static struct storm s;
	struct storm_sender senders[SENDERS];
	pthread_t threads[SENDERS + WAITERS];
	uint64_t live[CHANNELS], seed = 2463534242;
	weft_timer tick = weft_timer_tick(WEFT_MS(1));

	(void)state;
	for (int round = 0; round < 4; round++) {
		memset(&s, 0, sizeof s);
		s.each = (uint64_t)test_scale(24000);
		s.total = s.each * SENDERS;
		weft_store_seq_cst(&s.sending, SENDERS);
		assert_true(weft_select_set_init(&s.set));
		for (int i = 0; i < CHANNELS; i++) {
			weft_channel_options how = flavours[i % (int)WEFT_COUNT(flavours)].how;

			how.single_sender = how.single_receiver = false;
			assert_int_equal(ints_init_with(&s.channels[i], &how), WEFT_OK);
			live[i] = add(&s.set, ints_recv_arm(&s.channels[i], NULL), &s.channels[i]);
		}
		/* On what it stands for, a receive finds nothing. */
		if (round % 2 != 0)
			add(&s.set, weft_timer_arm(&tick, NULL), &s.channels[0]);
		for (unsigned i = 0; i < SENDERS; i++) {
			senders[i] = (struct storm_sender){ &s,
				1234567 + i + 1000 * (uint64_t)round };
			assert_int_equal(pthread_create(&threads[i], NULL, storm_send, &senders[i]),
			    0);
		}
		for (unsigned i = 0; i < WAITERS; i++)
			assert_int_equal(pthread_create(&threads[SENDERS + i], NULL, storm_wait,
					     &s),
			    0);
		remove_and_add(&s, live, &seed);
		for (unsigned i = 0; i < SENDERS + WAITERS; i++)
			pthread_join(threads[i], NULL);
		assert_int_equal(weft_load_seq_cst(&s.got), s.total);
		assert_int_equal(weft_load_seq_cst(&s.ghosts), 0);
		/* A waiter may time out at the very end, when the other has taken the last. */
		assert_true(weft_load_seq_cst(&s.late) <= 1);
		weft_select_set_fini(&s.set);
		for (int i = 0; i < CHANNELS; i++)
			ints_fini(&s.channels[i]);
	}
}

int
main(void)
{
	static weft_allocator counted;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_tells_what_is_ready_until_it_is_taken),
		cmocka_unit_test(a_send_arm_is_ready_while_there_is_room),
		cmocka_unit_test(what_ended_is_told_once_and_then_none_can_become_ready),
		cmocka_unit_test(at_most_n_are_told_and_none_is_left_out),
		cmocka_unit_test(one_of_a_thousand_is_found),
		cmocka_unit_test(numbers_are_new_and_lead_to_one_arm),
		cmocka_unit_test(timers_are_received_by_being_told),
		cmocka_unit_test(tokens_are_told_once),
		cmocka_unit_test(a_deadline_ends_a_wait),
		cmocka_unit_test(each_is_told_to_one_of_those_who_wait),
		cmocka_unit_test(one_that_is_added_or_the_last_removed_is_seen_by_who_waits),
		cmocka_unit_test(none_is_missed),
		cmocka_unit_test(without_memory_nothing_changes),
		cmocka_unit_test(misuse_is_told),
		cmocka_unit_test(threads_send_wait_remove_and_add),
	};

	counted = test_allocator(&memory);
	if (!weft_set_allocator(&counted))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
