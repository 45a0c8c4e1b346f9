/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_rwlock.c: the reader-writer lock: exclusion, turns, deadlines, misuse. */
#include <stdlib.h>
#include <weft/rwlock.h>

#include "base/os.h"
#include "sync_test.h"

/* What the tests that look inside need of the word; src/sync/rwlock.c has all of it. */
#define BATON 0x30u
#define DEMAND 0x20u
#define GIVEN 0x30u
#define ASLEEP(word) ((unsigned)((word) >> 28) & 0xfffffu)
#define QUEUED(word) ((unsigned)((word) >> 48))

static uint64_t
word_of(weft_rwlock *l)
{
	return weft_load_seq_cst(&l->word_);
}

static void
nap(void)
{
	weft_sleep_until(weft_after_us(200));
}

static void
zeroed_memory_is_an_unlocked_lock(void **state)
{
	weft_rwlock l;

	(void)state;
	memset(&l, 0, sizeof l);
	assert_int_equal(sizeof l, WEFT_LINE);
	for (int i = 0; i < 3; i++) {
		weft_rwlock_read_lock(&l);
		weft_rwlock_read_unlock(&l);
		weft_rwlock_write_lock(&l);
		weft_rwlock_write_unlock(&l);
	}
	assert_int_equal(word_of(&l), 0);
}

static void
many_read_and_one_writes(void **state)
{
	weft_rwlock l = { .word_ = { 0 } };

	(void)state;
	assert_true(weft_rwlock_try_read_lock(&l));
	assert_true(weft_rwlock_try_read_lock(&l));
	assert_true(weft_rwlock_read_lock_until(&l, weft_after_ms(-1)));
	assert_false(weft_rwlock_try_write_lock(&l));
	weft_rwlock_read_unlock(&l);
	weft_rwlock_read_unlock(&l);
	assert_false(weft_rwlock_try_write_lock(&l));
	weft_rwlock_read_unlock(&l);
	assert_true(weft_rwlock_try_write_lock(&l));
	assert_false(weft_rwlock_try_write_lock(&l));
	assert_false(weft_rwlock_try_read_lock(&l));
	weft_rwlock_write_unlock(&l);
	assert_true(weft_rwlock_write_lock_until(&l, weft_after_ms(-1)));
	weft_rwlock_write_unlock(&l);
	assert_int_equal(word_of(&l), 0);
}

static void
deadlines_end_a_wait(void **state)
{
	weft_rwlock l = { .word_ = { 0 } };
	weft_time end;

	(void)state;
	weft_rwlock_write_lock(&l);
	assert_false(weft_rwlock_read_lock_until(&l, weft_after_ms(-1)));
	assert_false(weft_rwlock_write_lock_until(&l, weft_after_ms(-1)));
	end = weft_after_ms(15);
	assert_false(weft_rwlock_read_lock_until(&l, end));
	assert_true(weft_time_is_past(end));
	end = weft_after_ms(15);
	assert_false(weft_rwlock_write_lock_until(&l, end));
	assert_true(weft_time_is_past(end));
	weft_rwlock_write_unlock(&l);
	assert_int_equal(word_of(&l), 0);
	/* A reader is in: the writer that gives up takes its turn away with it. */
	weft_rwlock_read_lock(&l);
	assert_false(weft_rwlock_write_lock_until(&l, weft_after_ms(-1)));
	end = weft_after_ms(15);
	assert_false(weft_rwlock_write_lock_until(&l, end));
	assert_true(weft_time_is_past(end));
	assert_true(weft_rwlock_try_read_lock(&l));
	weft_rwlock_read_unlock(&l);
	weft_rwlock_read_unlock(&l);
	assert_int_equal(word_of(&l), 0);
}

/* A thread that does one thing with the lock, and says when it is in and lets it go when told. */
#define GAVE_UP UINT32_MAX

enum verb { READ, WRITE, UPGRADE, WRITE_UNTIL };

struct actor {
	weft_rwlock *l;
	enum verb verb;
	int64_t ms;
	weft_atomic_u32 *order;    /* shared: counts those who came in */
	weft_atomic_u32 in;        /* its place in the order, from 1   */
	weft_atomic_u32 go;
	bool failed;
	pthread_t thread;
};

static void
actor_in(struct actor *a)
{
	weft_store_seq_cst(&a->in, weft_fetch_add_seq_cst(a->order, 1) + 1);
	while (!weft_load_seq_cst(&a->go))
		nap();
}

static void *
actor_run(void *arg)
{
	struct actor *a = arg;

	switch (a->verb) {
	case READ:
		weft_rwlock_read_lock(a->l);
		actor_in(a);
		weft_rwlock_read_unlock(a->l);
		break;
	case WRITE_UNTIL:
		if (!weft_rwlock_write_lock_until(a->l, weft_after_ms(a->ms))) {
			a->failed = true;
			weft_store_seq_cst(&a->in, GAVE_UP);
			break;
		}
		actor_in(a);
		weft_rwlock_write_unlock(a->l);
		break;
	case WRITE:
		weft_rwlock_write_lock(a->l);
		actor_in(a);
		weft_rwlock_write_unlock(a->l);
		break;
	case UPGRADE:
		weft_rwlock_read_lock(a->l);
		a->failed = !weft_rwlock_upgrade(a->l);
		actor_in(a);
		if (a->failed)
			weft_rwlock_read_unlock(a->l);
		else
			weft_rwlock_write_unlock(a->l);
		break;
	}
	return NULL;
}

static void
actor_start(struct actor *a, weft_rwlock *l, enum verb verb, weft_atomic_u32 *order)
{
	memset(a, 0, sizeof *a);
	a->l = l;
	a->verb = verb;
	a->order = order;
	assert_int_equal(pthread_create(&a->thread, NULL, actor_run, a), 0);
}

static void
actor_end(struct actor *a)
{
	weft_store_seq_cst(&a->go, 1);
	pthread_join(a->thread, NULL);
}

/* All at once: any of them may be in, and another wait for it. */
static void
actors_end(struct actor *a, int n)
{
	for (int i = 0; i < n; i++)
		weft_store_seq_cst(&a[i].go, 1);
	for (int i = 0; i < n; i++)
		pthread_join(a[i].thread, NULL);
}

static void
wait_until_in(struct actor *a)
{
	while (weft_load_seq_cst(&a->in) == 0)
		nap();
}

#define WAIT_FOR(condition)                                       \
	do {                                                      \
		weft_time end_ = weft_after_s(20);                \
		while (!(condition) && !weft_time_is_past(end_))  \
			nap();                                    \
		assert_true(condition);                           \
	} while (0)

static void
a_waiting_writer_stops_new_readers(void **state)
{
	weft_rwlock l = { .word_ = { 0 } };
	weft_atomic_u32 order = { 0 };
	struct actor w, r;

	(void)state;
	weft_rwlock_read_lock(&l);
	assert_true(weft_rwlock_try_read_lock(&l));
	actor_start(&w, &l, WRITE, &order);
	WAIT_FOR((word_of(&l) & 1) != 0);
	/* It has the turn: nobody passes it, and it lets in who is in. */
	assert_false(weft_rwlock_try_read_lock(&l));
	assert_false(weft_rwlock_read_lock_until(&l, weft_after_ms(5)));
	actor_start(&r, &l, READ, &order);
	WAIT_FOR(ASLEEP(word_of(&l)) == 1);
	assert_int_equal(weft_load_seq_cst(&w.in), 0);
	weft_rwlock_read_unlock(&l);
	nap();
	assert_int_equal(weft_load_seq_cst(&w.in), 0);
	weft_rwlock_read_unlock(&l);
	wait_until_in(&w);
	assert_int_equal(weft_load_seq_cst(&r.in), 0);
	actor_end(&w);
	wait_until_in(&r);
	actor_end(&r);
	assert_int_equal(word_of(&l) & ~(uint64_t)8, 0);
}

static void
readers_that_waited_go_before_the_next_writer(void **state)
{
	weft_rwlock l = { .word_ = { 0 } };
	weft_atomic_u32 order = { 0 };
	struct actor r[3], w[2];

	(void)state;
	for (int round = 0; round < 3; round++) {
		weft_store_seq_cst(&order, 0);
		weft_rwlock_write_lock(&l);
		for (int i = 0; i < 2; i++)
			actor_start(&w[i], &l, WRITE, &order);
		WAIT_FOR(QUEUED(word_of(&l)) == 2);
		for (int i = 0; i < 3; i++)
			actor_start(&r[i], &l, READ, &order);
		WAIT_FOR(ASLEEP(word_of(&l)) == 3);
		weft_rwlock_write_unlock(&l);
		for (int i = 0; i < 3; i++) {
			wait_until_in(&r[i]);
			assert_in_range(weft_load_seq_cst(&r[i].in), 1, 3);
		}
		/* And a reader that comes now waits for the writer that they waited before. */
		WAIT_FOR((word_of(&l) & 1) != 0);
		assert_false(weft_rwlock_try_read_lock(&l));
		actors_end(r, 3);
		WAIT_FOR(weft_load_seq_cst(&order) == 4);
		actors_end(w, 2);
		assert_int_equal(weft_load_seq_cst(&order), 5);
		assert_int_equal(word_of(&l) & ~(uint64_t)8, 0);
	}
}

static void
a_writer_that_was_passed_has_the_next_turn(void **state)
{
	(void)state;
	for (int round = 0; round < 10;) {
		weft_rwlock l = { .word_ = { 0 } };
		weft_atomic_u32 order = { 0 };
		struct actor w[2];
		bool passed;

		weft_rwlock_write_lock(&l);
		actor_start(&w[0], &l, WRITE, &order);
		WAIT_FOR(QUEUED(word_of(&l)) == 1);
		actor_start(&w[1], &l, WRITE, &order);
		WAIT_FOR(QUEUED(word_of(&l)) == 2);
		/* Be quicker than the one who is woken, most times. */
		weft_rwlock_write_unlock(&l);
		passed = weft_rwlock_try_write_lock(&l);
		if (passed) {
			WAIT_FOR((word_of(&l) & BATON) == DEMAND);
			weft_rwlock_write_unlock(&l);
			assert_false(weft_rwlock_try_write_lock(&l));
			round++;
		}
		WAIT_FOR(weft_load_seq_cst(&order) == 1);
		actors_end(w, 2);
		assert_int_equal(weft_load_seq_cst(&order), 2);
		assert_int_equal(word_of(&l), 0);
	}
}

static void
a_demand_that_times_out_leaves_no_trace(void **state)
{
	weft_rwlock l = { .word_ = { 0 } };
	weft_atomic_u32 order = { 0 };
	struct actor w;
	int demands = 0;

	(void)state;
	for (int round = 0; round < 40 && demands < 3; round++) {
		memset(&w, 0, sizeof w);
		w.l = &l;
		w.verb = WRITE_UNTIL;
		w.ms = 100;
		w.order = &order;
		weft_rwlock_write_lock(&l);
		pthread_create(&w.thread, NULL, actor_run, &w);
		WAIT_FOR(QUEUED(word_of(&l)) == 1 || weft_load_seq_cst(&w.in) == GAVE_UP);
		/* If it is quicker than this thread, it is to leave again at once. */
		weft_store_seq_cst(&w.go, 1);
		weft_rwlock_write_unlock(&l);
		weft_rwlock_write_lock(&l);
		if ((word_of(&l) & BATON) != 0 || QUEUED(word_of(&l)) == 1)
			demands++;
		weft_sleep_until(weft_after_ms(120));
		weft_rwlock_write_unlock(&l);
		actor_end(&w);
		assert_int_equal(word_of(&l), 0);
	}
	assert_int_equal(demands, 3);
}

static void
a_writer_that_gives_up_lets_the_readers_in(void **state)
{
	weft_rwlock l = { .word_ = { 0 } };
	weft_atomic_u32 order = { 0 };
	struct actor w, r[2];

	(void)state;
	for (int round = 0; round < 3; round++) {
		weft_rwlock_read_lock(&l);
		memset(&w, 0, sizeof w);
		w.l = &l;
		w.verb = WRITE_UNTIL;
		w.ms = 150;
		w.order = &order;
		pthread_create(&w.thread, NULL, actor_run, &w);
		WAIT_FOR((word_of(&l) & 1) != 0);
		for (int i = 0; i < 2; i++)
			actor_start(&r[i], &l, READ, &order);
		pthread_join(w.thread, NULL);
		assert_true(w.failed);
		for (int i = 0; i < 2; i++)
			wait_until_in(&r[i]);
		actors_end(r, 2);
		weft_rwlock_read_unlock(&l);
		assert_int_equal(word_of(&l) & ~(uint64_t)8, 0);
	}
}

/* Upgrading and downgrading. */

static void
upgrade_waits_for_the_other_readers(void **state)
{
	weft_rwlock l = { .word_ = { 0 } };
	weft_atomic_u32 order = { 0 };
	struct actor u;

	(void)state;
	weft_rwlock_read_lock(&l);
	actor_start(&u, &l, UPGRADE, &order);
	WAIT_FOR((word_of(&l) & 2) != 0);
	/* Two cannot upgrade at once; the other stays a reader. */
	assert_false(weft_rwlock_upgrade(&l));
	assert_false(weft_rwlock_try_read_lock(&l));
	nap();
	assert_int_equal(weft_load_seq_cst(&u.in), 0);
	weft_rwlock_read_unlock(&l);
	wait_until_in(&u);
	assert_false(u.failed);
	assert_false(weft_rwlock_try_read_lock(&l));
	assert_false(weft_rwlock_try_write_lock(&l));
	actor_end(&u);
	assert_int_equal(word_of(&l) & ~(uint64_t)8, 0);
}

static void
no_writer_comes_between_reading_and_upgraded(void **state)
{
	weft_rwlock l = { .word_ = { 0 } };
	weft_atomic_u32 order = { 0 };
	struct actor w[2], r;

	(void)state;
	for (int round = 0; round < 3; round++) {
		weft_store_seq_cst(&order, 0);
		weft_rwlock_read_lock(&l);
		actor_start(&w[0], &l, WRITE, &order);
		WAIT_FOR((word_of(&l) & 1) != 0);
		actor_start(&w[1], &l, WRITE, &order);
		WAIT_FOR(QUEUED(word_of(&l)) == 1);
		actor_start(&r, &l, READ, &order);
		WAIT_FOR(ASLEEP(word_of(&l)) == 1);
		assert_true(weft_rwlock_upgrade(&l));
		nap();
		assert_int_equal(weft_load_seq_cst(&order), 0);
		if (round == 1) {
			weft_rwlock_downgrade(&l);
			wait_until_in(&r);
			assert_int_equal(weft_load_seq_cst(&w[0].in), 0);
			weft_rwlock_read_unlock(&l);
		} else {
			weft_rwlock_write_unlock(&l);
		}
		/* The reader waited: it goes before the writers. */
		wait_until_in(&r);
		assert_int_equal(weft_load_seq_cst(&r.in), 1);
		actor_end(&r);
		actors_end(w, 2);
		assert_int_equal(weft_load_seq_cst(&order), 3);
		assert_int_equal(word_of(&l) & ~(uint64_t)8, 0);
	}
}

static void
downgrade_lets_no_writer_between(void **state)
{
	weft_rwlock l = { .word_ = { 0 } };
	weft_atomic_u32 order = { 0 };
	struct actor w, r;

	(void)state;
	weft_rwlock_write_lock(&l);
	weft_rwlock_downgrade(&l);
	assert_true(weft_rwlock_try_read_lock(&l));
	assert_false(weft_rwlock_try_write_lock(&l));
	weft_rwlock_read_unlock(&l);
	weft_rwlock_read_unlock(&l);
	weft_rwlock_write_lock(&l);
	actor_start(&w, &l, WRITE, &order);
	WAIT_FOR(QUEUED(word_of(&l)) == 1);
	actor_start(&r, &l, READ, &order);
	WAIT_FOR(ASLEEP(word_of(&l)) == 1);
	weft_rwlock_downgrade(&l);
	wait_until_in(&r);
	WAIT_FOR((word_of(&l) & 1) != 0);
	assert_int_equal(weft_load_seq_cst(&w.in), 0);
	weft_rwlock_read_unlock(&l);
	actor_end(&r);
	wait_until_in(&w);
	actor_end(&w);
	assert_int_equal(word_of(&l) & ~(uint64_t)8, 0);
}

/* Stress: all verbs at once, over plain counters. */

enum { THREADS = 4 };

struct arena {
	weft_rwlock l;
	uint64_t a, b;               /* equal whenever nobody writes */
	weft_atomic_u64 writes, wrong;
	int rounds;
	int hold;                    /* now and then, hold it for so many us */
	bool timed;
};

struct fighter { struct arena *arena; uint64_t seed; pthread_t thread; };

static void
hold(struct arena *a, uint64_t dice)
{
	if (a->hold != 0 && (dice >> 16) % 16 == 0)
		weft_sleep_until(weft_after_us((int64_t)((dice >> 24) % (uint64_t)a->hold)));
}

static void
fight_read(struct arena *a, uint64_t dice)
{
	if (a->a != a->b)
		weft_fetch_add_relaxed(&a->wrong, 1);
	hold(a, dice);
	if (a->a != a->b)
		weft_fetch_add_relaxed(&a->wrong, 1);
}

static void
fight_write(struct arena *a, uint64_t dice)
{
	uint64_t before = a->a++;

	hold(a, dice);
	a->b++;
	if (a->b != before + 1)
		weft_fetch_add_relaxed(&a->wrong, 1);
	weft_fetch_add_relaxed(&a->writes, 1);
}

static void
fight_once(struct arena *a, uint64_t dice)
{
	weft_time end = a->timed ? weft_after_us((int64_t)((dice >> 8) % 60)) : WEFT_FOREVER;

	switch (dice % 10) {
	case 0:
	case 1:
		if (!weft_rwlock_write_lock_until(&a->l, end))
			break;
		fight_write(a, dice);
		weft_rwlock_write_unlock(&a->l);
		break;
	case 2:
		if (!weft_rwlock_try_write_lock(&a->l))
			break;
		fight_write(a, dice);
		weft_rwlock_downgrade(&a->l);
		fight_read(a, dice);
		weft_rwlock_read_unlock(&a->l);
		break;
	case 3:
		weft_rwlock_read_lock(&a->l);
		fight_read(a, dice);
		if (weft_rwlock_upgrade(&a->l)) {
			fight_write(a, dice);
			weft_rwlock_write_unlock(&a->l);
		} else {
			weft_rwlock_read_unlock(&a->l);
		}
		break;
	case 4:
		if (!weft_rwlock_try_read_lock(&a->l))
			break;
		fight_read(a, dice);
		weft_rwlock_read_unlock(&a->l);
		break;
	default:
		if (!weft_rwlock_read_lock_until(&a->l, end))
			break;
		fight_read(a, dice);
		weft_rwlock_read_unlock(&a->l);
		break;
	}
}

static void *
fight(void *arg)
{
	struct fighter *f = arg;

	for (int i = 0; i < f->arena->rounds; i++)
		fight_once(f->arena, next_random(&f->seed));
	return NULL;
}

static void
fight_all(int rounds, int hold_us, bool timed)
{
	struct arena a = { .rounds = rounds, .hold = hold_us, .timed = timed };
	struct fighter f[THREADS];

	for (int i = 0; i < THREADS; i++) {
		f[i] = (struct fighter){ &a, 88172645463325252u + (uint64_t)i * 7919, 0 };
		pthread_create(&f[i].thread, NULL, fight, &f[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(f[i].thread, NULL);
	assert_int_equal(weft_load_relaxed(&a.wrong), 0);
	assert_int_equal(a.a, a.b);
	assert_int_equal(a.a, weft_load_relaxed(&a.writes));
	/* Nothing is left behind. */
	assert_int_equal(word_of(&a.l) & ~(uint64_t)8, 0);
	assert_true(weft_rwlock_try_write_lock(&a.l));
	weft_rwlock_write_unlock(&a.l);
	assert_int_equal(word_of(&a.l), 0);
}

static void
writers_are_alone(void **state)
{
	(void)state;
	fight_all(test_scale(200000), 0, false);
}

static void
sleepers_are_all_woken(void **state)
{
	(void)state;
	fight_all(test_scale(6000), 120, false);
}

static void
deadlines_lose_no_turn(void **state)
{
	(void)state;
	fight_all(test_scale(40000), 0, true);
	fight_all(test_scale(6000), 120, true);
}

static void
on_one_cpu_it_goes_on(void **state)
{
	(void)state;
	weft_os_cpus_pretend(1);
	fight_all(test_scale(20000), 50, true);
	weft_os_cpus_pretend(0);
}

/* The bounds, counted. */

struct stream {
	weft_rwlock l;
	weft_atomic_u32 over;
	weft_atomic_u64 sections;
	bool writes;
};

static void *
stream_run(void *arg)
{
	struct stream *s = arg;

	while (!weft_load_relaxed(&s->over)) {
		if (s->writes) {
			weft_rwlock_write_lock(&s->l);
			weft_fetch_add_seq_cst(&s->sections, 1);
			weft_rwlock_write_unlock(&s->l);
		} else {
			weft_rwlock_read_lock(&s->l);
			weft_fetch_add_seq_cst(&s->sections, 1);
			for (int i = 0; i < 40; i++)
				weft_pause();
			weft_rwlock_read_unlock(&s->l);
		}
	}
	return NULL;
}

static void *
read_when_asleep(void *arg)
{
	struct actor *a = arg;

	weft_rwlock_read_lock(a->l);
	weft_store_seq_cst(&a->in, 1);
	weft_rwlock_read_unlock(a->l);
	return NULL;
}

/* A reader that is asleep is passed by nobody but the writer that has the turn. */
static void
an_asleep_reader_waits_for_one_writer(void **state)
{
	weft_atomic_u32 order = { 0 };

	(void)state;
	for (int round = 0; round < 5; round++) {
		struct stream s = { .writes = true };
		struct actor r = { .l = &s.l, .order = &order };
		pthread_t writers[2];
		uint64_t before;

		weft_rwlock_write_lock(&s.l);
		for (int i = 0; i < 2; i++)
			pthread_create(&writers[i], NULL, stream_run, &s);
		pthread_create(&r.thread, NULL, read_when_asleep, &r);
		WAIT_FOR(ASLEEP(word_of(&s.l)) == 1 && QUEUED(word_of(&s.l)) == 2);
		before = weft_load_seq_cst(&s.sections);
		/* From the moment of this unlock the reader is in, awake or not. */
		weft_rwlock_write_unlock(&s.l);
		for (;;) {
			uint64_t sections = weft_load_seq_cst(&s.sections);

			if (weft_load_seq_cst(&r.in))
				break;
			assert_int_equal(sections, before);
		}
		pthread_join(r.thread, NULL);
		weft_store_relaxed(&s.over, 1);
		for (int i = 0; i < 2; i++)
			pthread_join(writers[i], NULL);
	}
}

/* A stream of readers that overlap does not keep a writer out: those inside leave, none comes. */
static void
a_writer_waits_for_one_batch_of_readers(void **state)
{
	struct stream s = { .writes = false };
	pthread_t readers[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		pthread_create(&readers[i], NULL, stream_run, &s);
	WAIT_FOR(weft_load_seq_cst(&s.sections) > 100);
	for (int round = 0; round < 200; round++) {
		assert_true(weft_rwlock_write_lock_until(&s.l, weft_after_s(10)));
		weft_rwlock_write_unlock(&s.l);
	}
	weft_store_relaxed(&s.over, 1);
	for (int i = 0; i < 3; i++)
		pthread_join(readers[i], NULL);
	assert_int_equal(word_of(&s.l) & ~(uint64_t)8, 0);
}

static void *
storm(void *arg)
{
	test_storm_run(arg);
	return NULL;
}

static void
signals_let_nobody_in(void **state)
{
	struct test_storm s;
	weft_rwlock l = { .word_ = { 0 } };
	weft_atomic_u32 order = { 0 };
	struct actor w;
	pthread_t stormy;

	(void)state;
	test_storm_begin(&s);
	pthread_create(&stormy, NULL, storm, &s);
	actor_start(&w, &l, WRITE, &order);
	wait_until_in(&w);
	assert_false(weft_rwlock_read_lock_until(&l, weft_after_ms(30)));
	assert_false(weft_rwlock_write_lock_until(&l, weft_after_ms(30)));
	actor_end(&w);
	assert_int_equal(word_of(&l), 0);
	actor_start(&w, &l, READ, &order);
	wait_until_in(&w);
	assert_false(weft_rwlock_write_lock_until(&l, weft_after_ms(30)));
	actor_end(&w);
	assert_int_equal(word_of(&l) & ~(uint64_t)8, 0);
	test_storm_end(&s);
	pthread_join(stormy, NULL);
}

static void
unlock_nothing(void *arg)
{
	weft_rwlock l = { .word_ = { 0 } };

	(void)arg;
	weft_rwlock_write_unlock(&l);
}

static void
unlock_a_readers(void *arg)
{
	weft_rwlock l = { .word_ = { 0 } };

	(void)arg;
	weft_rwlock_read_lock(&l);
	weft_rwlock_downgrade(&l);
}

static void
unlocking_what_nobody_has_traps(void **state)
{
	(void)state;
	assert_aborts(unlock_nothing, NULL, "weft_rwlock_write_unlock: nobody has it");
	assert_aborts(unlock_a_readers, NULL, "nobody has it for writing");
}

static void
the_untyped_functions_are_the_same(void **state)
{
	weft_rwlock l = { .word_ = { 0 } };

	(void)state;
	(weft_rwlock_read_lock)(&l);
	assert_true((weft_rwlock_try_read_lock)(&l));
	assert_false((weft_rwlock_try_write_lock)(&l));
	assert_true((weft_rwlock_read_lock_until)(&l, WEFT_FOREVER));
	assert_false((weft_rwlock_write_lock_until)(&l, weft_after_ms(-1)));
	for (int i = 0; i < 3; i++)
		(weft_rwlock_read_unlock)(&l);
	(weft_rwlock_write_lock)(&l);
	(weft_rwlock_write_unlock)(&l);
	assert_int_equal(word_of(&l), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeroed_memory_is_an_unlocked_lock),
		cmocka_unit_test(many_read_and_one_writes),
		cmocka_unit_test(deadlines_end_a_wait),
		cmocka_unit_test(a_waiting_writer_stops_new_readers),
		cmocka_unit_test(readers_that_waited_go_before_the_next_writer),
		cmocka_unit_test(a_writer_that_was_passed_has_the_next_turn),
		cmocka_unit_test(a_demand_that_times_out_leaves_no_trace),
		cmocka_unit_test(a_writer_that_gives_up_lets_the_readers_in),
		cmocka_unit_test(upgrade_waits_for_the_other_readers),
		cmocka_unit_test(no_writer_comes_between_reading_and_upgraded),
		cmocka_unit_test(downgrade_lets_no_writer_between),
		cmocka_unit_test(writers_are_alone),
		cmocka_unit_test(sleepers_are_all_woken),
		cmocka_unit_test(deadlines_lose_no_turn),
		cmocka_unit_test(on_one_cpu_it_goes_on),
		cmocka_unit_test(an_asleep_reader_waits_for_one_writer),
		cmocka_unit_test(a_writer_waits_for_one_batch_of_readers),
		cmocka_unit_test(signals_let_nobody_in),
		cmocka_unit_test(unlocking_what_nobody_has_traps),
		cmocka_unit_test(the_untyped_functions_are_the_same),
	};

	alarm(150);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
