/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* report.c: a bug that was found, told to the person who has to mend it. */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore.h"
#include "fiber.h"
#include "heap.h"
#include "linear.h"
#include "names.h"
#include "path.h"
#include "record.h"
#include "shadow.h"
#include "source.h"
#include "trace.h"
#include "verdict.h"
#include "walk.h"

/* The lines of the trace, and the place that each is at. */
static struct trace_line *lines;
static struct place *places;
static size_t n_lines, room;

static struct trace_line *
add_line(unsigned thread, uintptr_t caller)
{
	if (n_lines == room) {
		room = room == 0 ? 256 : 2 * room;
		lines = realloc(lines, room * sizeof *lines);
		places = realloc(places, room * sizeof *places);
		if (lines == NULL || places == NULL)
			refuse("no memory for the trace");
	}
	memset(&lines[n_lines], 0, sizeof *lines);
	lines[n_lines].thread = thread;
	places[n_lines].caller = caller;
	return &lines[n_lines++];
}

/* What events do, in words. */

/* Small numbers in decimal, others in hexadecimal, those of variables by name. */
static const char *
value_text(word value, char *text, size_t size)
{
	uint64_t low = (uint64_t)value, high = (uint64_t)(value >> 64);

	if (high != 0)
		snprintf(text, size, "%#lx%016lx", (unsigned long)high, (unsigned long)low);
	else if (low < 1000000)
		snprintf(text, size, "%lu", (unsigned long)low);
	else
		object_name((uintptr_t)low, text, size);
	return text;
}

static const char *
rmw_word(unsigned rmw)
{
	switch (rmw) {
	case RMW_CAS: return "cas";
	case RMW_EXCHANGE: return "exchange";
	case RMW_ADD: return "add";
	case RMW_SUB: return "sub";
	case RMW_AND: return "and";
	case RMW_OR: return "or";
	case RMW_XOR: return "xor";
	case RMW_NAND: return "nand";
	default: return "rmw";
	}
}

static void
tell_access(struct trace_line *line, const struct event *e)
{
	char name[48], found[40], written[40];
	const char *order = order_word(event_order(e));
	uintptr_t address = location_name_of(e->op.location)->address;
	bool writes = event_rmw_writes(e);

	object_name(address, name, sizeof name);
	value_text(e->value, found, sizeof found);
	if (e->op.kind == WRITE) {
		snprintf(line->text, sizeof line->text, "store %s = %s %s", name, found, order);
	} else if (e->op.rmw == NO_RMW) {
		snprintf(line->text, sizeof line->text, "load %s: %s %s", name, found, order);
	} else if (writes) {
		bool unused;

		value_text(op_result(&e->op, e->value, &unused, NULL), written, sizeof written);
		snprintf(line->text, sizeof line->text, "%s %s: %s, now %s %s",
		    rmw_word(e->op.rmw), name, found, written, order);
	} else {
		value_text(e->op.a & op_mask(&e->op), written, sizeof written);
		snprintf(line->text, sizeof line->text, "%s %s fails: %s, not %s %s",
		    rmw_word(e->op.rmw), name, found, written, order);
	}
}

static void
tell_doing(struct trace_line *line, const struct record *record)
{
	char name[48] = "";

	if (record->object != 0)
		object_name(record->object, name, sizeof name);
	snprintf(line->text, sizeof line->text, "%s %s", record->doing, name);
}

static void
tell_event(struct trace_line *line, const struct event *e, const struct record *record)
{
	switch (e->op.kind) {
	case READ:
	case WRITE:
		if (record != NULL && record->doing != NULL)
			tell_doing(line, record);
		else
			tell_access(line, e);
		break;
	case FENCE:
		snprintf(line->text, sizeof line->text, "fence %s", order_word(e->op.order));
		break;
	case CHOOSE:
		snprintf(line->text, sizeof line->text, "%s: %u",
		    record != NULL && record->doing != NULL ? record->doing : "choice",
		    (unsigned)e->value);
		break;
	case CREATE:
		snprintf(line->text, sizeof line->text, "starts thread %u", e->op.location);
		break;
	case JOIN:
		snprintf(line->text, sizeof line->text, "joins thread %u", e->op.location);
		break;
	default: snprintf(line->text, sizeof line->text, "ends");
	}
}

/* The oldest write that the read missed, on a line of its own. */
static void
tell_stale(const struct event *e)
{
	const struct event *missed = event_missed(e);
	const struct record *record;
	struct trace_line *line;
	char value[40];

	if (missed == NULL)
		return;
	record = record_of_event(missed->thread, missed->index - (missed->is_rmw_write ? 1u : 0u));
	line = add_line(e->thread, record == NULL ? 0 : record->caller);
	snprintf(line->text, sizeof line->text, "  (stale: misses thread %u's %s, stored at)",
	    missed->thread, value_text(missed->value, value, sizeof value));
}

/* Is it of main, before there was another thread? */
static bool
is_before_threads(const struct record *r)
{
	unsigned first = 0;

	if (r->thread != 0)
		return false;
	while (first < graph.threads[0].n && event_of(0, first)->op.kind != CREATE)
		first++;
	return r->index <= first;
}

/* Do two plain accesses meet, one of them writing? */
static bool
meet(const struct record *a, const struct record *b)
{
	return b->size != 0 && b->size != RECORD_NOTE && (a->writes || b->writes) &&
	    b->object < a->object + a->size && a->object < b->object + b->size &&
	    !is_before_threads(b);
}

/*
 * Plain accesses are shown where another thread writes the same bytes, or reads what is
 * written: the rest is a thread's own business.
 */
static bool
is_shared(const struct record *plain)
{
	if (is_before_threads(plain))
		return false;
	/* What is freed may be used atomically, too. */
	if (plain->doing != NULL && strcmp(plain->doing, "frees") == 0)
		return true;
	for (unsigned t = 0; t < MAX_THREADS; t++) {
		size_t n;
		const struct record *other = records_of(t, &n);

		for (size_t i = 0; t != plain->thread && i < n; i++)
			if (meet(plain, &other[i]))
				return true;
	}
	return false;
}

static void
tell_note(const struct record *r)
{
	snprintf(add_line(r->thread, r->caller)->text, sizeof lines->text, "\"%s\" %lu", r->doing,
	    (unsigned long)r->object);
}

static void
tell_plain_access(const struct record *r)
{
	char name[48];

	snprintf(add_line(r->thread, r->caller)->text, sizeof lines->text, "%s %s, %u byte%s",
	    r->doing != NULL ? r->doing
		: r->writes ? "write"
			     : "read",
	    object_name(r->object, name, sizeof name), r->size,
	    r->size == 1 ? "" : "s");
}

/*
 * The plain accesses of the thread after *next and before its event `index`, and its
 * notes. Of many in a row, a loop's, the first and the last are enough.
 */
static void
tell_plain(unsigned thread, size_t *next, unsigned index)
{
	enum { ENOUGH = 4 };
	size_t n, told = 0, left_out = 0;
	const struct record *r = records_of(thread, &n), *last = NULL;

	for (; *next < n && r[*next].index <= index; ++*next) {
		const struct record *plain = &r[*next];

		if (plain->size == RECORD_NOTE) {
			tell_note(plain);
		} else if (plain->size != 0 && is_shared(plain)) {
			if (told++ < ENOUGH)
				tell_plain_access(plain);
			else
				left_out++;
			last = plain;
		}
	}
	if (left_out > 1)
		snprintf(add_line(thread, 0)->text, sizeof lines->text, "(%zu more accesses)",
		    left_out - 1);
	if (left_out > 0)
		tell_plain_access(last);
}

/* The graph of now, in the order in which its events were added. */
static void
tell_run(void)
{
	size_t next[MAX_THREADS] = { 0 };

	n_lines = 0;
	for (unsigned i = 0; i < graph.n_events; i++) {
		const struct event *e = &graph.events[i];
		const struct record *record = record_of_event(e->thread, e->index);

		if (e->is_rmw_write || e->op.kind == BEGIN)
			continue;
		tell_plain(e->thread, &next[e->thread], e->index);
		tell_event(add_line(e->thread, record == NULL ? 0 : record->caller), e, record);
		if (e->op.kind == READ)
			tell_stale(e);
	}
	for (unsigned t = 0; t < graph.n_threads; t++)
		tell_plain(t, &next[t], graph.threads[t].n);
	for (unsigned t = 0; t < graph.n_threads; t++) {
		const struct fiber *f = &fibers[t];
		struct record waits = { .doing = f->doing, .object = f->object };

		if (verdict.bug != BUG_DEADLOCK || f->state == ENDED || f->doing == NULL)
			continue;
		tell_doing(add_line(t, f->caller), &waits);
		strcat(lines[n_lines - 1].text, ": waits for ever");
	}
}

static void
name_places(void)
{
	places_find(places, n_lines);
	for (size_t i = 0; i < n_lines; i++) {
		const struct frame_name *f = place_frame(&places[i]);

		if (f == NULL)
			continue;
		snprintf(lines[i].place, sizeof lines[i].place, "%s:%u %s", f->file, f->line,
		    f->function);
	}
}

/* What of each thread's events has a part in the bug. */
static vclock
part_of_run(void)
{
	vclock part = { 0 };

	for (unsigned t = 0; t < graph.n_threads; t++) {
		bool has_part = verdict.threads == 0 || t == running->id ||
		    (verdict.threads >> t & 1) != 0;

		/* A walk does not add an operation that blocks. */
		unsigned done = fibers[t].done - (fibers[t].state == STUCK ? 1u : 0u);

		if (has_part && fibers[t].state != UNBORN && done > 0)
			vclock_join(&part, &event_of(t, done - 1)->porf);
	}
	return part;
}

static void
print_place(const struct place *place, unsigned thread, const char *does)
{
	const struct frame_name *f = place_frame(place);
	unsigned i;

	if (f == NULL)
		return;
	i = (unsigned)(f - place->frames);
	fprintf(stderr, "  thread %u %s at %s:%u, in %s", thread, does, f->file, f->line,
	    f->function);
	while (++i < place->n_frames)
		fprintf(stderr, ", called at %s:%u", place->frames[i].file,
		    place->frames[i].line);
	fputc('\n', stderr);
}

/* Where the thread is that came upon it; and for a race, where the other one was. */
static void
print_places(void)
{
	bool is_race = verdict.threads != 0 && (verdict.threads & (verdict.threads - 1)) != 0;
	struct place two[2] = { { .caller = running->caller }, { .caller = race_other.caller } };

	if (verdict.bug == BUG_DEADLOCK || verdict.bug == BUG_LIVELOCK || verdict.bug == BUG_LEAK)
		return;
	places_find(two, is_race ? 2 : 1);
	print_place(&two[0], running->id, "is");
	if (is_race)
		print_place(&two[1], race_other.thread, race_other.does);
}

void
report_bug(void)
{
	struct verdict first = verdict;
	vclock part = part_of_run();
	struct linear_order order = linear_order_of(&part);
	char *token = path_of_events(order.events, order.n);

	fprintf(stderr, "weft-model: %s: %s\n", bug_word(first.bug), first.text);
	print_places();
	walk_along(token);
	record_begin(true);
	explore_walk();
	if (verdict.ending == RUN_BUG && verdict.bug == first.bug) {
		tell_run();
		name_places();
		trace_print(stderr, lines, n_lines);
	} else {
		fprintf(stderr, "  (the run could not be made again along %s)\n", token);
	}
	fprintf(stderr, "  %u preemption%s, %s; replay with --replay=%s\n", order.preemptions,
	    order.preemptions == 1 ? "" : "s",
	    order.fewest ? "the fewest there are" : "perhaps not the fewest", token);
	verdict = first;
	free(order.events);
	free(token);
}
