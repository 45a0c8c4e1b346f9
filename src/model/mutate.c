/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mutate.c: which memory orders of a program are needed? */
#include "mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore.h"
#include "fiber.h"
#include "options.h"
#include "source.h"
#include "verdict.h"

/* A call with an order, by the address that it returns to. */
struct call {
	uintptr_t caller;
	uint8_t what, order;
	uint16_t site;		/* the line that it belongs to */
};

/* A line of the program, and what is asked for there. */
struct site {
	char text[128];		/* file:line */
	uint8_t what, order;
};

static struct call *calls;
static struct site *sites;
static size_t n_calls, room, n_sites;

/* The mutant of now: the order of this site is another one. */
enum { NO_SITE = 0xffff };
static unsigned weak_site = NO_SITE, weak_order;
/* Calls are gathered in the first exploration; afterwards they are looked up. */
static bool gathering = true;

static size_t *table;	/* of calls, by a hash of the caller; the number plus one */
static size_t table_size;

static size_t *
slot(uintptr_t caller, enum mutable_order what, unsigned order)
{
	size_t h = (size_t)((caller * 8 + what) * 0x9e3779b97f4a7c15u >> 20);

	for (;; h++) {
		const struct call *c;

		h &= table_size - 1;
		if (table[h] == 0)
			return &table[h];
		c = &calls[table[h] - 1];
		if (c->caller == caller && c->what == what && c->order == order)
			return &table[h];
	}
}

static void
grow(void)
{
	room = room == 0 ? 64 : 2 * room;
	table_size = 4 * room;
	calls = realloc(calls, room * sizeof *calls);
	free(table);
	table = calloc(table_size, sizeof *table);
	if (calls == NULL || table == NULL)
		refuse("no memory for the orders of the program");
	for (size_t i = 0; i < n_calls; i++)
		*slot(calls[i].caller, calls[i].what, calls[i].order) = i + 1;
}

unsigned
mutate_order(enum mutable_order what, unsigned order)
{
	size_t *found;

	if (!options.mutate || !exploring)
		return order;
	if (n_calls == room)
		grow();
	found = slot(running->caller, what, order);
	if (*found == 0) {
		if (!gathering)
			return order;
		calls[n_calls++] =
		    (struct call){ running->caller, (uint8_t)what, (uint8_t)order, NO_SITE };
		*found = n_calls;
	}
	return weak_site != NO_SITE && calls[*found - 1].site == weak_site ? weak_order : order;
}

/* The places of calls. */

static void
name_site(struct site *site, const struct place *place)
{
	const struct frame_name *f = place_frame(place);

	if (f == NULL)
		snprintf(site->text, sizeof site->text, "%#lx", (unsigned long)place->caller);
	else
		snprintf(site->text, sizeof site->text, "%s:%u", f->file, f->line);
}

/* Calls of one line, for the same thing, are one site: inlined or unrolled twice. */
static void
find_sites(void)
{
	struct place *places = calloc(n_calls + 1, sizeof *places);

	sites = calloc(n_calls + 1, sizeof *sites);
	if (places == NULL || sites == NULL)
		refuse("no memory for the orders of the program");
	for (size_t i = 0; i < n_calls; i++)
		places[i].caller = calls[i].caller;
	places_find(places, n_calls);
	for (size_t i = 0; i < n_calls; i++) {
		struct site *new = &sites[n_sites];
		size_t s = 0;

		name_site(new, &places[i]);
		new->what = calls[i].what;
		new->order = calls[i].order;
		while (s < n_sites && (strcmp(sites[s].text, new->text) != 0 ||
		    sites[s].what != new->what || sites[s].order != new->order))
			s++;
		calls[i].site = (uint16_t)s;
		n_sites += s == n_sites;
	}
	free(places);
}

/* Mutants. */

/* The orders one step weaker than this one; returns how many. */
static unsigned
weaker(enum mutable_order what, unsigned order, unsigned weak[2])
{
	switch (order) {
	case SEQ_CST:
		if (what == LOAD_ORDER || what == FAILURE_ORDER)
			weak[0] = ACQUIRE;
		else
			weak[0] = what == STORE_ORDER ? RELEASE : ACQ_REL;
		return 1;
	case ACQ_REL:
		weak[0] = ACQUIRE;
		weak[1] = RELEASE;
		return 2;
	case RELAXED: return 0;
	default: weak[0] = RELAXED; return 1;
	}
}

static const char *const what_words[] = { "load", "store", "rmw", "failure", "fence" };

enum fate { KILLED, SURVIVES, UNFINISHED };

static enum fate
explore_mutant(unsigned site, unsigned order)
{
	enum outcome outcome;

	weak_site = site;
	weak_order = order;
	outcome = explore_again();
	weak_site = NO_SITE;
	return outcome == FOUND_BUG ? KILLED : outcome == FOUND_NOTHING ? SURVIVES : UNFINISHED;
}

/* Is the mutant a line of the file that options.known_mutants names? */
static bool
is_known(const char *mutant)
{
	FILE *file = options.known_mutants == NULL ? NULL : fopen(options.known_mutants, "r");
	char line[256];
	bool known = false;

	if (file == NULL)
		return false;
	while (!known && fgets(line, sizeof line, file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		known = strcmp(line, mutant) == 0;
	}
	fclose(file);
	return known;
}

static void
try_mutant(unsigned site, unsigned order, unsigned count[3])
{
	static const char *const words[] = { "killed", "SURVIVES", "UNFINISHED" };
	const struct site *s = &sites[site];
	char mutant[256];
	enum fate fate;

	snprintf(mutant, sizeof mutant, "%s %s -> %s %s", what_words[s->what],
	    order_word(s->order), order_word(order), s->text);
	if (is_known(mutant))
		return;
	fate = explore_mutant(site, order);
	count[fate]++;
	fprintf(stderr, "%-10s %s%s%s%s\n", words[fate], mutant, fate == KILLED ? " (" : "",
	    fate == KILLED ? bug_word(verdict.bug) : "", fate == KILLED ? ")" : "");
}

int
mutate_all(void)
{
	unsigned count[3] = { 0 };

	gathering = false;
	find_sites();
	for (unsigned s = 0; s < n_sites; s++) {
		unsigned weak[2], n = weaker(sites[s].what, sites[s].order, weak);

		for (unsigned i = 0; i < n; i++)
			try_mutant(s, weak[i], count);
	}
	fprintf(stderr, "mutants: %u, killed %u, survive %u, unfinished %u\n",
	    count[KILLED] + count[SURVIVES] + count[UNFINISHED], count[KILLED],
	    count[SURVIVES], count[UNFINISHED]);
	return count[SURVIVES] + count[UNFINISHED] == 0 ? 0 : 2;
}
