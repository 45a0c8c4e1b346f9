/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* flavours.h: every kind of channel, as a table that the tests go through; threads that wait. */
#ifndef WEFT_TESTS_FLAVOURS_H
#define WEFT_TESTS_FLAVOURS_H

#include <pthread.h>
#include <stdio.h>
#include <weft/channel.h>
#include <weft/park.h>

#include "sync/sync_test.h"

/* What was dropped, and how many in all; a value below DROPS_MOST is counted by itself. */
#define DROPS_MOST 4096
extern weft_atomic_u32 drops_of[DROPS_MOST];
extern weft_atomic_u64 drops;
void number_drop(uint64_t *v);
void forget_drops(void);

/* As users write it: so the paths that are inlined are those of the test's own options. */
WEFT_CHANNEL(numbers, uint64_t, number_drop);

typedef struct flavour {
	char name[64];
	weft_channel_options o;
	bool portable;           /* while membarrier is forbidden                               */
	bool owned;              /* the test's thread has had its locks so long that they are its */
	uint64_t start;          /* both indices begin here, where there are some               */
} flavour;

/* How many values a test fills a channel of this flavour with: its places, or enough. */
#define ENOUGH (TEST_IS_SLOW ? 300u : 1500u)
static inline size_t
places(const flavour *f)
{
	return f->o.capacity < ENOUGH ? f->o.capacity : ENOUGH;
}

static inline bool
is_unbounded(const flavour *f)
{
	return f->o.capacity == WEFT_UNBOUNDED;
}

static inline bool
is_rendezvous(const flavour *f)
{
	return f->o.capacity == 0;
}

/* At most so many threads of a role may be there at once: n, or the one that was declared. */
static inline size_t
threads_of(const flavour *f, weft_role role, size_t n)
{
	return (role == WEFT_SENDER ? f->o.single_sender : f->o.single_receiver) ? 1 : n;
}

numbers *flavour_open(const flavour *f);
void flavour_close(numbers *c);

/*
 * Runs fn on a fresh channel of each flavour, and ends it; on_some: one of each kind, for
 * what takes its time. A test that fails, or hangs, says in which flavour.
 */
typedef void flavour_test(const flavour *f, numbers *c);
void on_each(flavour_test *fn);
void on_some(flavour_test *fn);
int flavour_teardown(void **state);
#define FLAVOUR_TEST(fn) cmocka_unit_test_teardown(fn, flavour_teardown)

/* What a thread that is not the test's must find: it may not use cmocka's words. */
#define REQUIRE(x)                                                                                \
	do {                                                                                      \
		if (!(x)) {                                                                       \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #x);           \
			abort();                                                                  \
		}                                                                                 \
	} while (0)

/* A call in a thread of its own. */
typedef struct task {
	void (*call)(struct task *t);
	numbers *c;
	weft_time end;           /* zero: none                                                  */
	uint64_t v;              /* what is sent, or was received                               */
	size_t n;                /* a number that the call is given, or gives                   */
	weft_status s;
	void *more;
	weft_atomic_u32 done;
	pthread_t thread;
} task;

void task_start(task *t);
void task_join(task *t);
static inline bool
task_is_done(task *t)
{
	return weft_load_seq_cst(&t->done) != 0;
}

/* Calls for tasks. */
void task_send(task *t);
void task_recv(task *t);
void task_select_send(task *t);
void task_select_recv(task *t);

/*
 * Threads that lie down to sleep: take the mark, start them, and wait until n more have. It
 * then takes them a moment yet; nothing but a slower test depends on it.
 */
static inline uint64_t
sleep_mark(void)
{
	return weft_park_usage().slept;
}

void until_asleep(uint64_t mark, size_t n);

#endif
