/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* gate_search.c: weft-model-gate: litmus programs straight on the search. */
#include "gate.h"

#include <string.h>

#include "graph.h"
#include "search.h"

/*
 * --spawn: the program's threads are started and joined by one more, as those of C are,
 * which loads and stores to each location before that and after it. This adds nothing to
 * what may be seen, if starting and joining are ordered as they should be.
 */
static bool spawn;

static void
add_op(struct litmus *p, unsigned thread, struct op op)
{
	struct litmus_thread *t = &p->threads[thread];

	if (t->n == LITMUS_OPS)
		refuse("%s: there are too many operations for --spawn", p->name);
	op.size = 4;
	t->ops[t->n++] = (struct litmus_op){ op, -1 };
}

static void
add_ops(struct litmus *p, unsigned n, enum kind kind, unsigned first)
{
	for (unsigned i = 0; i < n; i++)
		add_op(p, 0, (struct op){ .kind = kind, .location = (uint16_t)(first + i) });
}

static void
make_spawned(struct litmus *spawned, const struct litmus *p)
{
	unsigned n = p->n_threads;

	*spawned = *p;
	if (n == MAX_THREADS)
		refuse("%s: there are too many threads for --spawn", p->name);
	spawned->n_threads++;
	spawned->threads[0].n = 0;
	add_ops(spawned, p->n_locations, READ, 0);
	add_ops(spawned, p->n_locations, WRITE, 0);
	add_ops(spawned, n, CREATE, 1);
	add_ops(spawned, n, JOIN, 1);
	add_ops(spawned, p->n_locations, READ, 0);
	add_ops(spawned, p->n_locations, WRITE, 0);
	for (unsigned t = 0; t < n; t++) {
		spawned->threads[t + 1] = p->threads[t];
		add_op(spawned, t + 1, (struct op){ .kind = END });
	}
}

/* Is the event an operation of the program's? */
static bool
is_operation(const struct event *e)
{
	return !e->is_rmw_write && e->op.kind != BEGIN;
}

/* How many operations of the thread are in the graph. */
static unsigned
operations_done(unsigned thread)
{
	const struct thread_events *t = &graph.threads[thread];
	unsigned n = 0;

	for (unsigned i = 0; i < t->n; i++)
		n += is_operation(event_of(thread, i));
	return n;
}

static bool
has_ended(unsigned thread)
{
	unsigned n = graph.threads[thread].n;

	return n != 0 && event_of(thread, n - 1)->op.kind == END;
}

/* Has it come so far that it waits for a thread, or is not started yet? */
static bool
waits(unsigned thread, const struct op *next)
{
	if (next->kind == JOIN)
		return !has_ended(next->location);
	return spawn && thread != 0 && graph.threads[thread].n == 0;
}

/* All that the thread can do; true: it has done something. */
static bool
extend_thread(const struct litmus *p, unsigned thread)
{
	const struct litmus_thread *t = &p->threads[thread];
	unsigned first = operations_done(thread), i = first;

	for (; i < t->n && !waits(thread, &t->ops[i].op); i++)
		search_add(thread, &t->ops[i].op);
	return i != first;
}

/* The lowest thread that can goes on. */
static void
extend(const struct litmus *p)
{
	unsigned t = 0;

	while (t < p->n_threads)
		t = extend_thread(p, t) && spawn ? 0 : t + 1;
}

static void
read_registers(const struct litmus *p, word registers[LITMUS_REGISTERS])
{
	for (unsigned t = 0; t < p->n_threads; t++) {
		const struct litmus_op *op = p->threads[t].ops;

		for (unsigned i = 0; i < graph.threads[t].n; i++) {
			const struct event *e = event_of(t, i);

			if (!is_operation(e))
				continue;
			if (op->reg >= 0)
				registers[op->reg] = e->value;
			op++;
		}
	}
}

/* The value that the program leaves there. */
static word
last_value(unsigned location)
{
	const struct location *l = &graph.locations[location];
	unsigned place = l->n_order;

	while (place > 0 && spawn && graph.events[l->order[place - 1]].thread == 0)
		place--;
	return place == 0 ? l->initial : graph.events[l->order[place - 1]].value;
}

static uint64_t
outcome(const struct litmus *p)
{
	word registers[LITMUS_REGISTERS];
	uint64_t digits = 0;

	read_registers(p, registers);
	for (unsigned i = 0; i < p->n_values; i++) {
		const struct litmus_value *v = &p->values[i];
		word value = v->is_location ? last_value(v->number) : registers[v->number];

		if (value > 15)
			refuse("%s: a value above 15 has no digit in an outcome", p->name);
		digits = digits << 4 | (uint64_t)value;
	}
	return digits;
}

/* A graph is told from all others by each event's source, place and value. */
static uint64_t
fingerprint(void)
{
	uint64_t print = 0;

	for (unsigned t = 0; t < graph.n_threads; t++)
		for (unsigned i = 0; i < graph.threads[t].n; i++) {
			const struct event *e = event_of(t, i);
			const struct event *w = e->from == NONE ? NULL : &graph.events[e->from];
			uint64_t from = w == NULL ? 0 : 1u + w->thread + (w->index + 1u) * 64u;

			print ^= from << 32 | (uint64_t)e->place << 16 | (e->value & 0xffff);
			print *= 0xd6e8feb86659fd93u;
			print ^= print >> 32;
		}
	return print;
}

static void
explore(const struct litmus *p, struct findings *found, uint64_t enough)
{
	search_begin(spawn ? 1 : p->n_threads);
	for (unsigned l = 0; l < p->n_locations; l++)
		graph_location(l, 0);
	do {
		extend(p);
		found->executions++;
		number_set_add(&found->outcomes, outcome(p));
		found->twice += !number_set_add(&found->prints, fingerprint());
	} while (found->executions != enough && search_next());
}

void
gate_explore(const struct litmus *p, struct findings *found, uint64_t enough)
{
	static struct litmus spawned;

	if (spawn)
		make_spawned(&spawned, p);
	explore(spawn ? &spawned : p, found, enough);
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--spawn") == 0) {
		spawn = true;
		argc--;
		argv++;
	}
	return gate_main(argc, argv);
}
