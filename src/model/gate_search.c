/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* gate_search.c: weft-model-gate: litmus programs straight on the search. */
#include "gate.h"
#include "graph.h"
#include "search.h"

/* How many operations of the thread are in the graph. */
static unsigned
operations_done(unsigned thread)
{
	const struct thread_events *t = &graph.threads[thread];
	unsigned n = 0;

	for (unsigned i = 0; i < t->n; i++)
		n += !event_of(thread, i)->is_rmw_write;
	return n;
}

static void
extend(const struct litmus *p)
{
	for (unsigned t = 0; t < p->n_threads; t++)
		for (unsigned i = operations_done(t); i < p->threads[t].n; i++)
			search_add(t, &p->threads[t].ops[i].op);
}

static void
read_registers(const struct litmus *p, word registers[LITMUS_REGISTERS])
{
	for (unsigned t = 0; t < p->n_threads; t++) {
		const struct litmus_op *op = p->threads[t].ops;

		for (unsigned i = 0; i < graph.threads[t].n; i++) {
			const struct event *e = event_of(t, i);

			if (e->is_rmw_write)
				continue;
			if (op->reg >= 0)
				registers[op->reg] = e->value;
			op++;
		}
	}
}

static word
last_value(unsigned location)
{
	const struct location *l = &graph.locations[location];

	return l->n_order == 0 ? l->initial : graph.events[l->order[l->n_order - 1]].value;
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

void
gate_explore(const struct litmus *p, struct findings *found, uint64_t enough)
{
	search_begin(p->n_threads);
	for (unsigned l = 0; l < p->n_locations; l++)
		graph_location(l, 0);
	do {
		extend(p);
		found->executions++;
		number_set_add(&found->outcomes, outcome(p));
		found->twice += !number_set_add(&found->prints, fingerprint());
	} while (found->executions != enough && search_next());
}

int
main(int argc, char **argv)
{
	return gate_main(argc, argv);
}
