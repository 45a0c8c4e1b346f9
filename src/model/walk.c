/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* walk.c: one execution at a time, by chance or along a given path. */
#include "walk.h"

#include <stdlib.h>

#include "consistency.h"
#include "path.h"

enum guide { BY_CHANCE, BY_PRIORITY, ALONG_A_PATH };

static enum guide guide;
static uint64_t dice;
static unsigned last_thread;

/* BY_PRIORITY: the higher the sooner; where changes come, counted in operations. */
enum { MAX_CHANGES = 64 };
static int priority[MAX_THREADS], lowest;
static unsigned n_changes, change_at[MAX_CHANGES], n_added, longest_run;

/* ALONG_A_PATH */
static const char *whole_path;
static struct path path;

/* splitmix64 */
static uint64_t
random_number(void)
{
	uint64_t z = dice += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static unsigned
random_below(unsigned n)
{
	return (unsigned)(random_number() % n);
}

void
walk_randomly(uint64_t seed)
{
	guide = BY_CHANCE;
	dice = seed;
}

void
walk_by_priority(uint64_t seed, unsigned changes)
{
	guide = BY_PRIORITY;
	dice = seed;
	n_changes = changes < MAX_CHANGES ? changes : MAX_CHANGES;
}

void
walk_along(const char *text)
{
	guide = ALONG_A_PATH;
	whole_path = text;
}

/* A random order of priorities, and points of change as far as runs have come so far. */
static void
deal_priorities(void)
{
	if (n_added > longest_run)
		longest_run = n_added;
	n_added = 0;
	lowest = 0;
	for (int t = 0; t < MAX_THREADS; t++) {
		unsigned other = random_below((unsigned)t + 1);

		priority[t] = priority[other];
		priority[other] = t + 1;
	}
	for (unsigned i = 0; i < n_changes; i++)
		change_at[i] = random_below(longest_run + 1);
}

void
walk_begin(unsigned threads)
{
	graph_reset(threads);
	last_thread = 0;
	if (guide == BY_PRIORITY)
		deal_priorities();
	else if (guide == ALONG_A_PATH)
		path_open(&path, whole_path);
}

/* Which thread. */

static unsigned
any_of(uint16_t ready)
{
	unsigned nth = random_below((unsigned)__builtin_popcount(ready));

	while (nth-- > 0)
		ready &= (uint16_t)(ready - 1);
	return (unsigned)__builtin_ctz(ready);
}

static unsigned
first_by_priority(uint16_t ready)
{
	unsigned best = (unsigned)__builtin_ctz(ready);

	for (unsigned i = 0; i < n_changes; i++)
		if (change_at[i] == n_added && (ready >> last_thread & 1) != 0)
			priority[last_thread] = --lowest;
	n_added++;
	for (unsigned t = best + 1; t < MAX_THREADS; t++)
		if ((ready >> t & 1) != 0 && priority[t] > priority[best])
			best = t;
	return best;
}

unsigned
walk_thread(uint16_t ready)
{
	unsigned thread;

	if (guide == ALONG_A_PATH)
		thread = path_ended(&path) ? (unsigned)__builtin_ctz(ready) : path_thread(&path);
	else if (guide == BY_PRIORITY)
		thread = first_by_priority(ready);
	else if ((ready >> last_thread & 1) != 0 && random_below(3) != 0)
		thread = last_thread;
	else
		thread = any_of(ready);
	if ((ready >> thread & 1) == 0)
		refuse("the replay token is not of this program: thread %u cannot run", thread);
	last_thread = thread;
	return thread;
}

/*
 * One of n choices, 0 the newest. The newest gets half of all, or few runs would come
 * through a loop.
 */
static unsigned
pick(unsigned n)
{
	unsigned choice;

	if (guide == ALONG_A_PATH) {
		choice = path_choice(&path);
		if (choice >= n)
			refuse("the replay token is not of this program: choice %u of %u",
			    choice, n);
		return choice;
	}
	return n == 1 || random_below(2) == 0 ? 0 : random_below(n);
}

/* Adding. */

static unsigned
write_at(const struct location *l, unsigned place)
{
	return place == 0 ? NONE : l->order[place - 1];
}

/* The read takes the write of that place, its RMW follows: true if all is consistent. */
static bool
read_from(struct event *e, unsigned place)
{
	const struct location *l = event_location(e);
	bool newest = place == l->n_order;
	struct event *w;

	graph_set_from(e, write_at(l, place));
	if (event_blocks(e))
		return false;
	if (!event_rmw_writes(e))
		return newest || sc_holds();
	if (*graph_rmw_after(e->from, e->op.location) != NONE)
		return false;
	w = graph_append_rmw_write(e);
	graph_place_rmw_write(w);
	if (newest || sc_holds())
		return true;
	graph_cut(event_id(e));
	return false;
}

static word
add_read(struct event *e)
{
	unsigned newest = event_location(e)->n_order, floor, place;

	graph_set_from(e, NONE);
	floor = coherence_floor(e);
	place = newest - pick(newest - floor + 1);
	if (read_from(e, place))
		return e->value;
	/* Not that one, then: the newest that can be had. */
	for (place = newest + 1; place-- > floor;)
		if (read_from(e, place))
			break;
	return e->value;
}

static void
add_write(struct event *e)
{
	unsigned newest, place;

	e->value = e->op.a;
	graph_set_clocks(e);
	newest = event_location(e)->n_order + 1u;
	place = newest - pick(newest - coherence_floor(e));
	if (place_parts_rmw(e->op.location, place))
		place = newest;
	graph_place(e, place);
	if (place != newest && !sc_holds()) {
		graph_unplace(e);
		graph_place(e, newest);
	}
}

word
walk_add(unsigned thread, const struct op *op)
{
	struct event *e = graph_append(thread, op);

	switch (op->kind) {
	case READ: return add_read(e);
	case WRITE: add_write(e); break;
	case CHOOSE:
		graph_set_clocks(e);
		e->value = pick((unsigned)op->a);
		return e->value;
	default:
		graph_set_source(e);
		if (guide == ALONG_A_PATH && op->kind != BEGIN)
			path_choice(&path);
	}
	return 0;
}

bool
walk_can_add(unsigned thread, const struct op *op)
{
	unsigned before = graph.n_events;
	struct event *e;
	bool can = false;

	if (op->kind != READ || op->block == NO_BLOCK)
		return true;
	e = graph_append(thread, op);
	graph_set_from(e, NONE);
	for (unsigned place = event_location(e)->n_order + 1u, floor = coherence_floor(e);
	     !can && place-- > floor;)
		can = read_from(e, place);
	graph_cut(before - 1);
	return can;
}
