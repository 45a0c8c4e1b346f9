/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* meet.h: for tests of the pool: two calls that must run at the same time; trees of calls. */
#ifndef WEFT_TESTS_MEET_H
#define WEFT_TESTS_MEET_H

#include <weft/pool.h>

#include <dirent.h>
#include <sched.h>
#include <time.h>

#include "test.h"

static inline int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline void
sleep_ms(int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

/* Until *n is at least `least`; false: not within ten seconds. */
static inline bool
wait_until(weft_atomic_u32 *n, uint32_t least)
{
	int64_t end = now_ms() + 10000;

	while (weft_load_acquire(n) < least) {
		if (now_ms() > end)
			return false;
		sched_yield();
	}
	return true;
}

/* Two halves of a join, each of which waits for the other. */
struct meeting {
	weft_atomic_u32 here, missed;
	void (*then)(struct meeting *m, bool is_first);   /* in each half; NULL: nothing */
};

static inline void
meet_half(struct meeting *m, bool is_first)
{
	weft_fetch_add_acq_rel(&m->here, 1);
	if (!wait_until(&m->here, 2))
		weft_fetch_add_relaxed(&m->missed, 1);
	else if (m->then != NULL)
		m->then(m, is_first);
}

static inline void
meet_first(void *m)
{
	meet_half(m, true);
}

static inline void
meet_second(void *m)
{
	meet_half(m, false);
}

/* Who wakes another is not held to wake one more at once: the pool rests before. */
static inline void
meet_run(void *m)
{
	sleep_ms(1);
	weft_join(meet_first, m, meet_second, m);
}

/* Did another worker of the pool take part? */
static inline bool
meet(weft_pool *p, struct meeting *m)
{
	*m = (struct meeting){ .then = m->then };
	weft_pool_run(p, meet_run, m);
	return weft_load_relaxed(&m->missed) == 0;
}

/* A tree of joins, whose sum is known. */
struct tree {
	uint64_t from, to, sum;
};

static void tree_run(struct tree *t);
WEFT_TASK(tree, struct tree, tree_run);

static void
tree_run(struct tree *t)
{
	struct tree low = { t->from, (t->from + t->to) / 2, 0 };
	struct tree high = { low.to, t->to, 0 };

	if (t->to - t->from <= 1) {
		t->sum = t->from;
		return;
	}
	tree_join(&low, &high);
	t->sum = low.sum + high.sum;
}

static inline void
tree_call(void *tree)
{
	tree_run(tree);
}

/* p NULL: the current pool. */
static inline bool
tree_is_right(weft_pool *p, uint64_t n)
{
	struct tree t = { 0, n, 0 };

	if (p == NULL)
		tree_run(&t);
	else
		weft_pool_run(p, tree_call, &t);
	return t.sum == n * (n - 1) / 2;
}

/* Threads of this process. */
static inline unsigned
count_threads(void)
{
	DIR *d = opendir("/proc/self/task");
	unsigned n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

#endif
