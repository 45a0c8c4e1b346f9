/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* walk.c: one execution at a time, by chance or along a given path. */
#include "walk.h"

#include <stdlib.h>

#include "consistency.h"
#include "path.h"

enum guide { BY_CHANCE, BY_PRIORITY, BY_PREEMPTIONS, ALONG_A_PATH };

static enum guide guide;
static uint64_t dice;
static unsigned last_thread;

/* BY_PRIORITY: the higher the sooner; where changes come, counted in operations. */
enum { MAX_CHANGES = 64 };
static int priority[MAX_THREADS], lowest;
static unsigned n_changes, change_at[MAX_CHANGES], n_added, longest_run;

/*
 * BY_PREEMPTIONS: what was decided so far, out of how many; a walk makes the first
 * `n_fixed` decisions as the one before it did.
 */
struct decision {
	uint16_t taken, of;
};
static struct decision *decisions;
static size_t n_decisions, n_fixed, room_for_decisions;
static unsigned preemptions, most_preemptions;

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
walk_by_preemptions(unsigned most)
{
	guide = BY_PREEMPTIONS;
	most_preemptions = most;
	n_decisions = n_fixed = 0;
}

void
walk_along(const char *text)
{
	guide = ALONG_A_PATH;
	whole_path = text;
}

bool
walk_is_led(void)
{
	return guide == ALONG_A_PATH && !path_ended(&path);
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
	last_thread = MAX_THREADS;
	preemptions = 0;
	n_decisions = 0;
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

/* The next decision among n: as in the walk before, or the first one. */
static unsigned
decide(unsigned n)
{
	if (n_decisions == room_for_decisions) {
		room_for_decisions = room_for_decisions == 0 ? 256 : 2 * room_for_decisions;
		decisions = realloc(decisions, room_for_decisions * sizeof *decisions);
		if (decisions == NULL)
			refuse("no memory for the decisions of a walk");
	}
	if (n_decisions >= n_fixed)
		decisions[n_decisions].taken = 0;
	decisions[n_decisions].of = (uint16_t)n;
	return decisions[n_decisions++].taken;
}

/* The last decision that has another answer takes that; those after it are made anew. */
bool
walk_again(void)
{
	for (n_fixed = n_decisions; n_fixed > 0; n_fixed--) {
		struct decision *d = &decisions[n_fixed - 1];

		if (d->taken + 1 < d->of) {
			d->taken++;
			return true;
		}
	}
	return false;
}

/* The thread that runs is the first choice; after the last preemption it is the only one. */
static unsigned
next_in_turn(uint16_t ready)
{
	bool goes_on = (ready >> last_thread & 1) != 0;
	unsigned n = (unsigned)__builtin_popcount(ready), nth;

	if (goes_on && preemptions == most_preemptions)
		return last_thread;
	nth = decide(n);
	if (goes_on && nth == 0)
		return last_thread;
	if (goes_on) {
		preemptions++;
		nth--;
		ready &= (uint16_t) ~(1u << last_thread);
	}
	while (nth-- > 0)
		ready &= (uint16_t)(ready - 1);
	return (unsigned)__builtin_ctz(ready);
}

unsigned
walk_thread(uint16_t ready)
{
	unsigned thread;

	if (guide == ALONG_A_PATH)
		thread = path_ended(&path) ? (unsigned)__builtin_ctz(ready) : path_thread(&path);
	else if (guide == BY_PRIORITY)
		thread = first_by_priority(ready);
	else if (guide == BY_PREEMPTIONS)
		thread = next_in_turn(ready);
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
	if (guide == BY_PREEMPTIONS)
		return decide(n);
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
		return newest || sc_holds(e);
	if (*graph_rmw_after(e->from, e->op.location) != NONE)
		return false;
	w = graph_append_rmw_write(e);
	graph_place_rmw_write(w);
	if (newest || sc_holds(w))
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
	if (place != newest && !sc_holds(e)) {
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
