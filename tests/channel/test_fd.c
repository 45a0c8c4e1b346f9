/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_fd.c: the descriptor of a channel: when it polls readable, of every kind of channel. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <weft/channel.h>

#include "test.h"

WEFT_CHANNEL(ints, uint32_t);

/* Writes to descriptors are counted, and there may be no descriptor: see meson.build. */
void __real_weft_os_readable_set(const int fds[2]);
bool __real_weft_os_readable_open(int fds[2]);
void __wrap_weft_os_readable_set(const int fds[2]);
bool __wrap_weft_os_readable_open(int fds[2]);

static weft_atomic_u32 writes;
static bool refused;

void
__wrap_weft_os_readable_set(const int fds[2])
{
	weft_fetch_add_relaxed(&writes, 1);
	__real_weft_os_readable_set(fds);
}

bool
__wrap_weft_os_readable_open(int fds[2])
{
	return !refused && __real_weft_os_readable_open(fds);
}

/* Every kind of channel. */
static const struct flavour {
	const char *name;
	weft_channel_options how;
} flavours[] = {
	{ "bounded", { .capacity = 64 } },
	{ "of one place", { .capacity = 1 } },
	{ "of two places", { .capacity = 2 } },
	{ "rendezvous", { .capacity = 0 } },
	{ "unbounded", { .capacity = WEFT_UNBOUNDED } },
	{ "single sender", { .capacity = 64, .single_sender = true } },
	{ "single receiver", { .capacity = 64, .single_receiver = true } },
	{ "single both", { .capacity = 3, .single_sender = true, .single_receiver = true } },
	{ "lock-free", { .capacity = 64, .lock_free = true } },
	{ "lock-free unbounded", { .capacity = WEFT_UNBOUNDED, .lock_free = true } },
	{ "lanes", { .capacity = 8, .lanes = 3 } },
	{ "unbounded lanes", { .capacity = WEFT_UNBOUNDED, .lanes = 2 } },
};

static bool
readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static bool
becomes_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 20000) == 1;
}

static void *
send_one(void *c)
{
	weft_must(ints_send(c, 7));
	return NULL;
}

/* A value is on its way: on a rendezvous, with a thread that waits. */
static pthread_t
begin_send(ints *c)
{
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, send_one, c), 0);
	if (ints_capacity(c) != 0)
		pthread_join(thread, NULL);
	return thread;
}

static void
end_send(ints *c, pthread_t thread)
{
	if (ints_capacity(c) == 0)
		pthread_join(thread, NULL);
}

static void
it_is_readable_when_there_is_something(void **state)
{
	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(flavours); i++) {
		pthread_t sender;
		uint32_t v = 0;
		ints c;
		int fd;

		print_message("%s\n", flavours[i].name);
		assert_int_equal(ints_init_with(&c, &flavours[i].how), WEFT_OK);
		fd = ints_fd(&c);
		assert_true(fd >= 0);
		assert_int_equal(ints_fd(&c), fd);
		for (int round = 0; round < 3; round++) {
			assert_false(readable(fd));
			sender = begin_send(&c);
			assert_true(becomes_readable(fd));
			assert_false(ints_fd_arm(&c));
			assert_true(readable(fd));
			assert_int_equal(ints_try_recv(&c, &v), WEFT_OK);
			assert_int_equal(v, 7);
			end_send(&c, sender);
			assert_true(ints_fd_arm(&c));
			assert_false(readable(fd));
			assert_true(ints_fd_arm(&c));
			assert_false(readable(fd));
		}
		ints_fini(&c);
	}
}

static void
one_that_is_asked_for_late_tells_what_is_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(flavours); i++) {
		pthread_t sender;
		uint32_t v;
		ints c;

		assert_int_equal(ints_init_with(&c, &flavours[i].how), WEFT_OK);
		sender = begin_send(&c);
		assert_true(becomes_readable(ints_fd(&c)) || ints_capacity(&c) == 0);
		assert_true(becomes_readable(ints_fd(&c)));
		assert_int_equal(ints_recv(&c, &v), WEFT_OK);
		end_send(&c, sender);
		assert_true(ints_fd_arm(&c));
		assert_false(readable(ints_fd(&c)));
		ints_close(&c);
		ints_fini(&c);
		assert_int_equal(ints_init_with(&c, &flavours[i].how), WEFT_OK);
		ints_close(&c);
		assert_true(readable(ints_fd(&c)));
		assert_true(ints_fd_arm(&c));
		ints_fini(&c);
	}
}

static void
closed_and_drained_it_stays_readable(void **state)
{
	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(flavours); i++) {
		bool holds = flavours[i].how.capacity != 0;
		uint32_t v;
		ints c;
		int fd;

		assert_int_equal(ints_init_with(&c, &flavours[i].how), WEFT_OK);
		fd = ints_fd(&c);
		if (holds)
			weft_must(ints_send(&c, 1));
		ints_close(&c);
		assert_true(readable(fd));
		assert_int_equal(ints_fd_arm(&c), !holds);
		if (holds)
			assert_int_equal(ints_try_recv(&c, &v), WEFT_OK);
		assert_int_equal(ints_try_recv(&c, &v), WEFT_CLOSED);
		for (int round = 0; round < 3; round++) {
			assert_true(ints_fd_arm(&c));
			assert_true(readable(fd));
		}
		ints_fini(&c);
	}
}

static void
an_arming_is_written_for_once(void **state)
{
	uint32_t before, v;
	ints c;

	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(flavours); i++) {
		if (flavours[i].how.capacity < 64)
			continue;
		assert_int_equal(ints_init_with(&c, &flavours[i].how), WEFT_OK);
		assert_true(ints_fd(&c) >= 0);
		assert_true(ints_fd_arm(&c));
		before = weft_load_relaxed(&writes);
		for (uint32_t k = 0; k < 60; k++)
			weft_must(ints_send(&c, k));
		for (uint32_t k = 0; k < 60; k++) {
			assert_false(ints_fd_arm(&c));
			assert_int_equal(ints_try_recv(&c, &v), WEFT_OK);
		}
		assert_int_equal(weft_load_relaxed(&writes) - before, 1);
		ints_fini(&c);
	}
}

static void
fini_closes_it(void **state)
{
	ints c;
	int fd;

	(void)state;
	assert_int_equal(ints_init(&c, 8), WEFT_OK);
	fd = ints_fd(&c);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	ints_fini(&c);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(errno, EBADF);
}

static void
none_to_be_had_is_said(void **state)
{
	struct test_memory memory = TEST_MEMORY;
	weft_allocator a = test_allocator(&memory);
	ints c;
	uint32_t v;

	(void)state;
	assert_int_equal(ints_init_with(&c, &(weft_channel_options){ .capacity = 8,
	    .allocator = &a }), WEFT_OK);
	refused = true;
	assert_int_equal(ints_fd(&c), -1);
	refused = false;
	memory.fail_at = memory.calls;
	assert_int_equal(ints_fd(&c), -1);
	/* Nothing has changed; and it may be had later. */
	weft_must(ints_send(&c, 1));
	assert_true(readable(ints_fd(&c)));
	assert_int_equal(ints_try_recv(&c, &v), WEFT_OK);
	assert_true(ints_fd_arm(&c));
	ints_fini(&c);
	assert_int_equal(memory.out, 0);
}

static void
arm_without_one(void *c)
{
	weft_ignore(ints_fd_arm(c));
}

static void
arming_what_was_never_asked_for_is_misuse(void **state)
{
	ints c;

	(void)state;
	assert_int_equal(ints_init(&c, 8), WEFT_OK);
	assert_aborts(arm_without_one, &c, "it has no descriptor");
	ints_fini(&c);
}

/* Loops: threads that poll and arm the same descriptor, and threads that send. */

enum { SENDERS = 2, LOOPS = 2 };

struct race {
	ints c;
	uint32_t each;
	pthread_barrier_t begin;
	weft_atomic_u32 received, late, out_of_order, wakes;
};

struct sender { struct race *race; uint32_t number; };

static void *
run_sender(void *arg)
{
	struct sender *s = arg;

	pthread_barrier_wait(&s->race->begin);
	for (uint32_t i = 0; i < s->race->each; i++)
		weft_must(ints_send(&s->race->c, s->number << 24 | i));
	ints_leave(&s->race->c, WEFT_SENDER);
	return NULL;
}

/* As an event loop does: what is there is taken, then the descriptor is armed. */
static void *
run_loop(void *arg)
{
	struct race *r = arg;
	uint32_t next[SENDERS] = { 0 }, v = 0;
	weft_status s;
	int fd;

	pthread_barrier_wait(&r->begin);
	fd = ints_fd(&r->c);
	for (;;) {
		if (!becomes_readable(fd)) {
			weft_fetch_add_relaxed(&r->late, 1);
			return NULL;
		}
		weft_fetch_add_relaxed(&r->wakes, 1);
		do {
			while ((s = ints_try_recv(&r->c, &v)) == WEFT_OK) {
				weft_fetch_add_relaxed(&r->received, 1);
				if ((v & 0xffffff) < next[v >> 24])
					weft_fetch_add_relaxed(&r->out_of_order, 1);
				next[v >> 24] = (v & 0xffffff) + 1;
			}
		} while (!ints_fd_arm(&r->c));
		if (s == WEFT_CLOSED)
			return NULL;
	}
}

static void
race(const struct flavour *f, unsigned loops, uint32_t each)
{
	unsigned senders = f->how.single_sender ? 1 : SENDERS;
	uint32_t before = weft_load_relaxed(&writes);
	weft_channel_options how = f->how;
	struct sender s[SENDERS];
	struct race r = { .each = each };
	pthread_t threads[SENDERS + LOOPS];

	if (f->how.single_receiver)
		loops = 1;
	how.senders = senders;
	assert_int_equal(ints_init_with(&r.c, &how), WEFT_OK);
	pthread_barrier_init(&r.begin, NULL, senders + loops);
	for (unsigned i = 0; i < loops; i++)
		assert_int_equal(pthread_create(&threads[SENDERS + i], NULL, run_loop, &r), 0);
	for (unsigned i = 0; i < senders; i++) {
		s[i] = (struct sender){ &r, i };
		assert_int_equal(pthread_create(&threads[i], NULL, run_sender, &s[i]), 0);
	}
	for (unsigned i = 0; i < senders; i++)
		pthread_join(threads[i], NULL);
	for (unsigned i = 0; i < loops; i++)
		pthread_join(threads[SENDERS + i], NULL);
	pthread_barrier_destroy(&r.begin);
	assert_int_equal(weft_load_relaxed(&r.late), 0);
	assert_int_equal(weft_load_relaxed(&r.received), senders * each);
	assert_int_equal(weft_load_relaxed(&r.out_of_order), 0);
	/* A loop that is alone is woken once by a write, and once by the end: it does not spin. */
	if (loops == 1)
		assert_in_range(weft_load_relaxed(&r.wakes), 1,
		    weft_load_relaxed(&writes) - before + 1);
	ints_fini(&r.c);
}

/*
 * A declared side is armed by the heavy half of a barrier, and a send on few places waits for its
 * receiver: a busy machine delays both.
 */
static uint32_t
enough(const struct flavour *f)
{
	return f->how.single_sender || f->how.capacity < 8 || TEST_IS_SLOW ? 600 : 3000;
}

static void
a_loop_misses_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(flavours); i++)
		race(&flavours[i], 1, enough(&flavours[i]));
}

static void
several_loops_share_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < WEFT_COUNT(flavours); i++)
		race(&flavours[i], LOOPS, enough(&flavours[i]));
}

/* The first use, by all at once. */
static void
threads_ask_for_it_at_once(void **state)
{
	(void)state;
	for (int round = 0; round < 120; round++)
		race(&flavours[(size_t)round % WEFT_COUNT(flavours)], LOOPS, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_readable_when_there_is_something),
		cmocka_unit_test(one_that_is_asked_for_late_tells_what_is_there),
		cmocka_unit_test(closed_and_drained_it_stays_readable),
		cmocka_unit_test(an_arming_is_written_for_once),
		cmocka_unit_test(fini_closes_it),
		cmocka_unit_test(none_to_be_had_is_said),
		cmocka_unit_test(arming_what_was_never_asked_for_is_misuse),
		cmocka_unit_test(a_loop_misses_nothing),
		cmocka_unit_test(several_loops_share_it),
		cmocka_unit_test(threads_ask_for_it_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
