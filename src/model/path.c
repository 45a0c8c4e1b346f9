/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* path.c: an execution as a line of text, from which it can be made again. */
#include "path.h"

#include <stdio.h>
#include <stdlib.h>

/* Reading. */

static unsigned
number(const char **text)
{
	unsigned n = 0;

	while (**text >= '0' && **text <= '9')
		n = 10 * n + (unsigned)(*(*text)++ - '0');
	return n;
}

static void
next_step(struct path *path)
{
	path->repeats = path->choice = 0;
	if (*path->rest == '\0')
		return;
	path->thread = (unsigned)(*path->rest++ - 'a');
	path->repeats = *path->rest >= '0' && *path->rest <= '9' ? number(&path->rest) : 1;
	if (path->thread >= MAX_THREADS || path->repeats == 0)
		refuse("this is no replay token");
	if (*path->rest == '+') {
		path->rest++;
		path->choice = number(&path->rest);
	}
}

void
path_open(struct path *path, const char *text)
{
	path->rest = text;
	path->thread = 0;
	next_step(path);
}

bool
path_ended(const struct path *path)
{
	return path->repeats == 0;
}

unsigned
path_thread(const struct path *path)
{
	return path->thread;
}

unsigned
path_choice(struct path *path)
{
	unsigned choice = path->choice;

	if (path_ended(path))
		return 0;
	if (--path->repeats == 0)
		next_step(path);
	return choice;
}

/* Writing. */

/* Of the first n of these events: the writes of e's location that are newer than e's place. */
static unsigned
newer_among(const uint16_t *events, unsigned n, const struct event *e)
{
	unsigned newer = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct event *w = &graph.events[events[i]];

		if (w->op.kind == WRITE && w->op.location == e->op.location &&
		    w->place > event_place(e))
			newer++;
	}
	return newer;
}

static unsigned
choice_of(const uint16_t *events, unsigned n, const struct event *e)
{
	if (event_is_access(e))
		return newer_among(events, n, e);
	return e->op.kind == CHOOSE ? (unsigned)e->value : 0;
}

/* Events that come with another one: the search adds them by itself. */
static bool
comes_along(const struct event *e)
{
	return e->is_rmw_write || e->op.kind == BEGIN;
}

static void
write_step(FILE *out, unsigned repeats, unsigned thread, unsigned choice)
{
	if (repeats == 0)
		return;
	fputc((int)('a' + thread), out);
	if (repeats > 1)
		fprintf(out, "%u", repeats);
	if (choice > 0)
		fprintf(out, "+%u", choice);
}

char *
path_of_events(const uint16_t *events, unsigned n)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	unsigned repeats = 0, thread = 0, choice = 0;

	if (out == NULL)
		refuse("no memory for the replay token");
	for (unsigned i = 0; i < n; i++) {
		const struct event *e = &graph.events[events[i]];
		unsigned this_choice;

		if (comes_along(e))
			continue;
		this_choice = choice_of(events, i, e);
		if (e->thread == thread && this_choice == choice && repeats > 0) {
			repeats++;
			continue;
		}
		write_step(out, repeats, thread, choice);
		repeats = 1;
		thread = e->thread;
		choice = this_choice;
	}
	write_step(out, repeats, thread, choice);
	fclose(out);
	return text;
}
