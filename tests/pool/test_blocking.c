/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_blocking.c: workers that wait for something else than their jobs are replaced. */
#include <weft/channel.h>
#include <weft/latch.h>
#include <weft/pool.h>
#include <weft/rwlock.h>

#include <pthread.h>

#include "../../src/base/os_thread.h"
#include "../../src/pool/worker.h"
#include "meet.h"

WEFT_CHANNEL(numbers, int);

enum how { BY_LATCH, BY_CHANNEL, BY_RWLOCK, BY_EVENT, BY_SECTION, BY_NESTED, HOWS };

/* Calls that wait, each in its way, until all of them are there and somebody opens. */
struct crowd {
	enum how how;
	weft_atomic_u32 here;        /* calls that have come    */
	weft_atomic_u32 most;        /* that opening waits for  */
	weft_atomic_u32 is_open;
	weft_atomic_u32 missed;
	weft_latch latch;
	numbers channel;
	weft_rwlock lock;
	weft_event event;
};

static void
wait_for_event(struct crowd *c)
{
	for (;;) {
		uint32_t seen = weft_event_look(&c->event);

		if (weft_load_acquire(&c->is_open) != 0)
			return;
		weft_event_wait(&c->event, seen);
	}
}

static void
wait_in_section(struct crowd *c, int depth)
{
	for (int i = 0; i < depth; i++)
		weft_pool_blocking_begin();
	while (weft_load_acquire(&c->is_open) == 0)
		sleep_ms(1);
	for (int i = 0; i < depth; i++)
		weft_pool_blocking_end();
}

static void
wait_so(struct crowd *c)
{
	int n;

	weft_fetch_add_acq_rel(&c->here, 1);
	switch (c->how) {
	case BY_LATCH:
		weft_latch_wait(&c->latch);
		break;
	case BY_CHANNEL:
		if (numbers_recv(&c->channel, &n) != WEFT_CLOSED)
			weft_fetch_add_relaxed(&c->missed, 1);
		break;
	case BY_RWLOCK:
		weft_rwlock_read_lock(&c->lock);
		weft_rwlock_read_unlock(&c->lock);
		break;
	case BY_EVENT:
		wait_for_event(c);
		break;
	case BY_SECTION:
		wait_in_section(c, 1);
		break;
	case BY_NESTED:
	case HOWS:
		wait_in_section(c, 3);
		break;
	}
}

static void *
open_when_all_are_there(void *ctx)
{
	struct crowd *c = ctx;

	if (c->how == BY_RWLOCK)
		weft_rwlock_write_lock(&c->lock);
	weft_store_release(&c->is_open, 0);
	weft_fetch_add_acq_rel(&c->missed, 1);
	/* The first is there only after the lock was taken: see gather. */
	if (!wait_until(&c->here, weft_load_relaxed(&c->most)))
		weft_fetch_add_relaxed(&c->missed, 100);
	sleep_ms(5);
	weft_store_release(&c->is_open, 1);
	weft_latch_done(&c->latch);
	numbers_close(&c->channel);
	weft_event_notify_all(&c->event);
	if (c->how == BY_RWLOCK)
		weft_rwlock_write_unlock(&c->lock);
	return NULL;
}

/* A tree of joins, whose leaves wait. */
struct crowd_part {
	struct crowd *crowd;
	unsigned n;
};

static void crowd_run(struct crowd_part *p);
WEFT_TASK(crowd, struct crowd_part, crowd_run);

static void
crowd_run(struct crowd_part *p)
{
	struct crowd_part low = { p->crowd, p->n / 2 }, high = { p->crowd, p->n - p->n / 2 };

	if (p->n == 1)
		wait_so(p->crowd);
	else
		crowd_join(&low, &high);
}

static void
crowd_call(void *part)
{
	crowd_run(part);
}

/* n calls of p wait, until `most` of them are there. How much went wrong? */
static unsigned
gather_so(weft_pool *p, enum how how, unsigned n, unsigned most, bool refused)
{
	struct crowd c = { .how = how };
	struct crowd_part all = { &c, n };
	pthread_t opener;

	assert_int_equal(numbers_init(&c.channel, 4), WEFT_OK);
	weft_latch_add(&c.latch, 1);
	weft_store_relaxed(&c.most, most);
	assert_int_equal(pthread_create(&opener, NULL, open_when_all_are_there, &c), 0);
	assert_true(wait_until(&c.missed, 1));
	if (refused)
		weft_thread_refuse_(0);
	weft_pool_run(p, crowd_call, &all);
	weft_thread_refuse_(-1);
	pthread_join(opener, NULL);
	numbers_fini(&c.channel);
	assert_int_equal(weft_load_relaxed(&c.here), n);
	return weft_load_relaxed(&c.missed) - 1;
}

static unsigned
gather(weft_pool *p, enum how how, unsigned n, unsigned most)
{
	return gather_so(p, how, n, most, false);
}

/* The same, while the system has no thread to give. */
static unsigned
gather_refused(weft_pool *p, unsigned n, unsigned most)
{
	return gather_so(p, BY_LATCH, n, most, true);
}

/* All that it has sleep, and each place is free. */
static bool
comes_to_rest(weft_pool *p)
{
	int64_t end = now_ms() + 10000;

	while (weft_load_acquire(&p->room) != (int64_t)p->threads << 32)
		if (now_ms() > end)
			return false;
		else
			sleep_ms(1);
	return true;
}

static weft_pool *
new_pool(unsigned threads, unsigned max_spare)
{
	weft_pool_options options = { .threads = threads, .max_spare = max_spare };
	weft_pool *p = weft_pool_new(&options);

	assert_non_null(p);
	return p;
}

static void
who_waits_is_replaced(void **state)
{
	(void)state;
	for (enum how how = BY_LATCH; how < HOWS; how++) {
		weft_pool *p = new_pool(2, 0);

		/* Nobody returns before all eight are there, on two threads. */
		assert_int_equal(gather(p, how, 8, 8), 0);
		assert_in_range(weft_pool_usage(p).spares, 1, 64);
		assert_true(comes_to_rest(p));
		weft_pool_free(p);
	}
}

static void
spares_are_used_again(void **state)
{
	weft_pool *p = new_pool(2, 0);
	unsigned spares;

	(void)state;
	assert_int_equal(gather(p, BY_LATCH, 8, 8), 0);
	assert_true(comes_to_rest(p));
	spares = weft_pool_usage(p).spares;
	for (int i = 0; i < 4; i++) {
		assert_int_equal(gather(p, BY_LATCH, 8, 8), 0);
		assert_true(comes_to_rest(p));
	}
	/* One for each call but the caller's and those on the two threads, at most. */
	assert_in_range(weft_pool_usage(p).spares, spares, 7);
	weft_pool_free(p);
}

static void
there_are_at_most_so_many_spares(void **state)
{
	weft_pool *p = new_pool(2, 3);
	unsigned before = count_threads();

	(void)state;
	/* The caller, two threads, and three spares: the other calls come when it is open. */
	assert_int_equal(gather(p, BY_LATCH, 12, 6), 0);
	assert_int_equal(weft_pool_usage(p).spares, 3);
	assert_int_equal(count_threads(), before + 3);
	assert_true(comes_to_rest(p));
	weft_pool_free(p);
}

static void
without_spares_a_wait_only_waits(void **state)
{
	weft_pool_options options = { .threads = 2, .no_spare = true };
	weft_pool *none = weft_pool_new(&options), *refused = new_pool(2, 0);

	(void)state;
	assert_non_null(none);
	/* The call that is there opens for the others. */
	assert_int_equal(gather(none, BY_LATCH, 4, 1), 0);
	assert_int_equal(weft_pool_usage(none).spares, 0);
	assert_int_equal(gather_refused(refused, 6, 2), 0);
	assert_int_equal(weft_pool_usage(refused).spares, 0);
	assert_true(comes_to_rest(refused));
	weft_pool_free(refused);
	weft_pool_free(none);
}

/* A wait for a job of one's own runs nothing that is not its descendant. */

struct strangers {
	weft_pool *pool;
	pthread_mutex_t lock;
	weft_atomic_u32 stop, locked;
};

static void
take_the_lock(void *ctx)
{
	struct strangers *s = ctx;

	pthread_mutex_lock(&s->lock);
	weft_fetch_add_relaxed(&s->locked, 1);
	pthread_mutex_unlock(&s->lock);
}

static void
fork_takers(void *ctx)
{
	weft_fork f[16];

	for (int i = 0; i < 16; i++)
		f[i] = weft_fork_begin_(take_the_lock, ctx);
	for (int i = 16; i-- > 0;)
		if (weft_fork_end_(f[i]))
			take_the_lock(ctx);
}

static void *
offer_takers(void *ctx)
{
	struct strangers *s = ctx;

	while (weft_load_acquire(&s->stop) == 0)
		weft_pool_run(s->pool, fork_takers, s);
	return NULL;
}

static void
nothing_(void *unused)
{
	(void)unused;
}

static void
work_a_while(void *unused)
{
	int64_t end = now_ms() + 2;

	(void)unused;
	while (now_ms() < end)
		;
}

static void
join_under_the_lock(void *ctx)
{
	struct strangers *s = ctx;

	pthread_mutex_lock(&s->lock);
	weft_join(nothing_, NULL, work_a_while, NULL);
	pthread_mutex_unlock(&s->lock);
}

static void
no_stranger_runs_under_a_lock(void **state)
{
	struct strangers s = { .pool = new_pool(3, 0), .lock = PTHREAD_MUTEX_INITIALIZER };
	pthread_t stranger;

	(void)state;
	assert_int_equal(pthread_create(&stranger, NULL, offer_takers, &s), 0);
	for (int i = 0; i < 60; i++)
		weft_pool_run(s.pool, join_under_the_lock, &s);
	weft_store_release(&s.stop, 1);
	pthread_join(stranger, NULL);
	assert_true(weft_load_relaxed(&s.locked) > 0);
	weft_pool_free(s.pool);
}

static void
outside_of_a_pool_it_does_nothing(void **state)
{
	(void)state;
	weft_pool_blocking_begin();
	weft_pool_blocking_begin();
	weft_pool_blocking_end();
	weft_pool_blocking_end();
	weft_pool_blocking_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outside_of_a_pool_it_does_nothing),
		cmocka_unit_test(who_waits_is_replaced),
		cmocka_unit_test(spares_are_used_again),
		cmocka_unit_test(there_are_at_most_so_many_spares),
		cmocka_unit_test(without_spares_a_wait_only_waits),
		cmocka_unit_test(no_stranger_runs_under_a_lock),
	};

	/* What is not replaced waits for ever. */
	alarm(100);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
