/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bias_rwlock.c: the reader-biased lock: where it waits, and where it changes its mind.
 *
 *	bias_ 1   a reader is in when it has counted itself in its line and still finds bias_ 1
 *	bias_ 0   readers go by slow_, a weft_rwlock, as writers always do
 *
 * To 0 only by a writer that has slow_ for writing; it is in when then every line is 0. To 1
 * by a reader that has slow_ for reading, so no writer is in; or by that writer when it
 * gives up. It is illegal to be in for writing with bias_ 1.
 *
 * A reader writes its line and reads bias_, a writer writes bias_ and reads the lines: the
 * asymmetric barrier between the two makes one of them see the other. A reader that leaves
 * does the same in the other sense: the writer sees the line at 0, or is told by left_.
 */
#include <weft/rwlock.h>

#include "../base/memory.h"
#include "../base/os.h"
#include "parking.h"

#define LINES_LEAST (WEFT_MODEL_ ? 4u : 16u)
/* A stop of all readers may cost writers this part of the time: one in ten. */
#define AGAIN_AFTER (WEFT_MODEL_ ? 0 : 9)
/* A reader looks at the clock, some 20 to 50 ns, once in so many locks of slow_. */
#define LOOK_EVERY (WEFT_MODEL_ ? 1u : 16u)

bool
weft_bias_rwlock_init(weft_bias_rwlock *l)
{
	uint32_t n = 2 * weft_os_cpus_possible();
	weft_bias_line_ *lines;

	n = n < LINES_LEAST ? LINES_LEAST : n;
	lines = weft_memory_alloc_(NULL, n * sizeof *lines, WEFT_LINE);
	if (lines == NULL)
		return false;
	*l = (weft_bias_rwlock){ .lines_ = lines, .n_lines_ = n };
	for (uint32_t i = 0; i < n; i++)
		lines[i] = (weft_bias_line_){ .others_ = 0 };
	l->may_bias_ = weft_asym_is_cheap_() || WEFT_TSAN_;
	/* relaxed: nobody else knows the lock yet. */
	weft_store_relaxed(&l->bias_, l->may_bias_);
	l->alive_.self = l;
	return true;
}

void
weft_bias_rwlock_fini(weft_bias_rwlock *l)
{
	weft_alive_check_(&l->alive_, l, "weft_bias_rwlock_fini");
	if (!weft_bias_rwlock_write_in_(l, true, WEFT_FOREVER))
		weft_misuse_("weft_bias_rwlock_fini",
		    "a thread holds the lock: let all of them leave");
	weft_memory_free_(NULL, l->lines_, l->n_lines_ * sizeof *l->lines_, WEFT_LINE);
	l->alive_.self = NULL;
}

/* Reading. */

void
weft_bias_rwlock_left_slow_(weft_bias_rwlock *l)
{
	/* R3: after the line, for who looks at the lines after it; pairs with A3. */
	weft_fetch_add_release(&l->left_, 1);
	weft_park_wake_word_(&l->left_, WEFT_PARK_ALL);
}

/* This reader has slow_: let the next ones go by their lines again, when it is time. */
static void
bias_again(weft_bias_rwlock *l)
{
	weft_bias_line_ *line = weft_bias_line_of_(l);

	/* relaxed: a look whether there is anything to do. */
	if (line == NULL || !l->may_bias_ || weft_load_relaxed(&l->bias_) != 0)
		return;
	if (++line->others_ % LOOK_EVERY != 0)
		return;
	/* relaxed: a moment that a writer before this lock wrote; nothing hangs on it. */
	if (weft_os_now_ns() >= weft_load_relaxed(&l->again_ns_))
		/* R1: what was done under the write locks so far; pairs with A1. */
		weft_store_release(&l->bias_, 1);
}

bool
weft_bias_rwlock_read_slow_(weft_bias_rwlock *l, bool tries, weft_time deadline)
{
	if (weft_slot_ == 0 && weft_slot_take_() <= l->n_lines_)
		return weft_bias_rwlock_read_in_(l, tries, deadline);
	if (!(tries ? weft_rwlock_try_read_in_(&l->slow_)
		    : weft_rwlock_read_in_(&l->slow_, deadline)))
		return false;
	bias_again(l);
	return true;
}

void
weft_bias_rwlock_read_unlock_slow_(weft_bias_rwlock *l)
{
	weft_rwlock_read_out_(&l->slow_);
}

/* Writing. */

static bool
lines_are_empty(weft_bias_rwlock *l)
{
	for (uint32_t i = 0; i < l->n_lines_; i++)
		/* A2: what was read under the locks that have left; pairs with R2. */
		if (weft_load_acquire(&l->lines_[i].inside_) != 0)
			return false;
	return true;
}

static bool
wait_for_lines(weft_bias_rwlock *l, weft_time deadline)
{
	weft_park_spin_ spin;
	bool empty = lines_are_empty(l), in_time = true;

	if (empty || weft_time_is_past(deadline))
		return empty;
	weft_park_spin_begin_(&spin);
	while (!empty && weft_park_spin_step_(&spin))
		empty = lines_are_empty(l);
	weft_park_spin_end_(&spin, empty);
	while (!empty && in_time) {
		/* A3: before the lines; pairs with R3. */
		uint32_t turn = weft_load_acquire(&l->left_);

		empty = lines_are_empty(l);
		if (!empty)
			in_time = weft_park_sleep_(&l->left_, turn, deadline);
	}
	return empty || lines_are_empty(l);
}

/* This writer has slow_: stop those who go by their lines. */
static bool
stop_lines(weft_bias_rwlock *l, weft_time deadline)
{
	int64_t begin = weft_os_now_ns(), end;
	bool stopped;

	/* relaxed: the asymmetric barrier orders it before the look at the lines. */
	weft_store_relaxed(&l->bias_, 0);
	weft_asym_heavy_();
	stopped = wait_for_lines(l, deadline);
	end = weft_os_now_ns();
	/* relaxed: as in bias_again. */
	weft_store_relaxed(&l->again_ns_, end + AGAIN_AFTER * (end - begin));
	if (!stopped)
		/* R1: as in bias_again: this writer has written nothing. */
		weft_store_release(&l->bias_, 1);
	return stopped;
}

bool
weft_bias_rwlock_write_in_(weft_bias_rwlock *l, bool tries, weft_time deadline)
{
	weft_time past = { 0 };

	if (!(tries ? weft_rwlock_try_write_in_(&l->slow_)
	            : weft_rwlock_write_in_(&l->slow_, deadline)))
		return false;
	/* relaxed: it changes under slow_ only, which this thread has. */
	if (weft_load_relaxed(&l->bias_) == 0 || stop_lines(l, tries ? past : deadline))
		return true;
	weft_rwlock_write_out_(&l->slow_);
	return false;
}

/* The functions as such. */

void
(weft_bias_rwlock_read_lock)(weft_bias_rwlock *l)
{
	(void)!weft_bias_rwlock_read_lock_until_(l, WEFT_FOREVER);
}

bool
(weft_bias_rwlock_try_read_lock)(weft_bias_rwlock *l)
{
	return weft_bias_rwlock_try_read_lock_(l);
}

bool
(weft_bias_rwlock_read_lock_until)(weft_bias_rwlock *l, weft_time deadline)
{
	return weft_bias_rwlock_read_lock_until_(l, deadline);
}

void
(weft_bias_rwlock_read_unlock)(weft_bias_rwlock *l)
{
	weft_bias_rwlock_read_unlock_(l);
}

void
(weft_bias_rwlock_write_lock)(weft_bias_rwlock *l)
{
	(void)!weft_bias_rwlock_write_lock_until_(l, WEFT_FOREVER);
}

bool
(weft_bias_rwlock_try_write_lock)(weft_bias_rwlock *l)
{
	return weft_bias_rwlock_try_write_lock_(l);
}

bool
(weft_bias_rwlock_write_lock_until)(weft_bias_rwlock *l, weft_time deadline)
{
	return weft_bias_rwlock_write_lock_until_(l, deadline);
}

void
(weft_bias_rwlock_write_unlock)(weft_bias_rwlock *l)
{
	weft_bias_rwlock_write_unlock_(l);
}
