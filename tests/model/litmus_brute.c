/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* litmus_brute.c: litmus programs by brute force, from the axioms: an oracle for the gate. */

/*
 * Every read is given every source, every location every modification order, and what
 * comes of it is held against the axioms as they are written on paper (axioms.c). It shares
 * nothing with the search but the reading of files and what an order is. It is slow:
 * programs of more combinations than --bound are left out.
 *
 *	litmus_brute [--sc=rc11|c++20|genmc] [--bound N] FILE...   compares, as weft-model-gate does
 *	litmus_brute ... --write FILE...    prints the programs anew, with outcomes and executions
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "axioms.h"
#include "consistency.h"
#include "litmus.h"
#include "number_set.h"

enum sc_axiom sc_axiom = SC_RC11;

void
refuse(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(3);
}

/* The program, one instruction after another, and one combination of what they do. */

enum { INSTRUCTIONS = 32, INITIAL = -1 };

static struct instruction {
	struct op op;
	unsigned thread;
	int reg;
	int sources[INSTRUCTIONS];	/* CHOOSE: the answers */
	unsigned n_sources, chosen;
	/* What it does in this combination. */
	bool is_known, writes;
	unsigned found, written;
	unsigned read_event, write_event;
} instructions[INSTRUCTIONS];
static unsigned n_instructions;

static const struct litmus *program;

static bool
may_write(const struct instruction *i)
{
	return i->op.kind == WRITE || (i->op.kind == READ && i->op.rmw != NO_RMW);
}

static void
find_sources(struct instruction *r)
{
	if (r->op.kind == CHOOSE)
		for (unsigned answer = 0; answer < r->op.a; answer++)
			r->sources[r->n_sources++] = (int)answer;
	if (r->op.kind != READ)
		return;
	r->sources[r->n_sources++] = INITIAL;
	for (unsigned w = 0; w < n_instructions; w++)
		if (&instructions[w] != r && may_write(&instructions[w]) &&
		    instructions[w].op.location == r->op.location)
			r->sources[r->n_sources++] = (int)w;
}

static void
take_program(const struct litmus *p)
{
	program = p;
	n_instructions = 0;
	for (unsigned t = 0; t < p->n_threads; t++)
		for (unsigned i = 0; i < p->threads[t].n; i++) {
			if (n_instructions == INSTRUCTIONS)
				refuse("%s: more than %d operations", p->name, INSTRUCTIONS);
			instructions[n_instructions++] = (struct instruction){
				.op = p->threads[t].ops[i].op,
				.reg = p->threads[t].ops[i].reg,
				.thread = t,
			};
		}
	for (unsigned i = 0; i < n_instructions; i++)
		find_sources(&instructions[i]);
}

/* At most: sources of reads, and orders of writes. */
static double
combinations(void)
{
	unsigned n_writes[LITMUS_LOCATIONS] = { 0 };
	double n = 1;

	for (unsigned i = 0; i < n_instructions; i++) {
		const struct instruction *it = &instructions[i];

		n *= it->n_sources > 1 ? it->n_sources : 1;
		n *= may_write(it) ? ++n_writes[it->op.location] : 1;
	}
	return n;
}

static int
source(const struct instruction *i)
{
	return i->sources[i->chosen];
}

/* What a read finds is known, and so what it writes. */
static void
execute(struct instruction *i)
{
	i->is_known = true;
	i->writes = may_write(i);
	i->written = (unsigned)i->op.a;
	switch (i->op.rmw) {
	case RMW_ADD: i->written = i->found + (unsigned)i->op.a; break;
	case RMW_SUB: i->written = i->found - (unsigned)i->op.a; break;
	case RMW_CAS:
		i->writes = i->found == (unsigned)i->op.a;
		i->written = (unsigned)i->op.b;
		break;
	default: break;
	}
}

/* Executes it if all before it in its thread, and its source, are. */
static bool
try_to_execute(unsigned n)
{
	struct instruction *i = &instructions[n];

	if (n > 0 && i[-1].thread == i->thread && !i[-1].is_known)
		return false;
	i->found = 0;
	if (i->op.kind == CHOOSE) {
		i->found = (unsigned)source(i);
	} else if (i->op.kind == READ && source(i) != INITIAL) {
		if (!instructions[source(i)].is_known)
			return false;
		i->found = instructions[source(i)].written;
	}
	execute(i);
	return true;
}

/*
 * Values from sources. False: program order and reads-from have a cycle, or a source
 * writes nothing.
 */
static bool
execute_all(void)
{
	unsigned left = n_instructions;

	for (unsigned i = 0; i < n_instructions; i++)
		instructions[i].is_known = false;
	for (bool goes_on = true; goes_on;) {
		goes_on = false;
		for (unsigned i = 0; i < n_instructions; i++)
			if (!instructions[i].is_known && try_to_execute(i)) {
				goes_on = true;
				left--;
			}
	}
	if (left != 0)
		return false;
	for (unsigned i = 0; i < n_instructions; i++)
		if (instructions[i].op.kind == READ && source(&instructions[i]) != INITIAL &&
		    !instructions[source(&instructions[i])].writes)
			return false;
	return true;
}

/* The events of this combination. First are the initial writes, one a location. */

static struct event_of_brute {
	unsigned thread, location, order, value;
	enum kind kind;
} events[N];
unsigned n_events;
static struct execution execution;

static unsigned
add_event(enum kind kind, unsigned thread, const struct op *op, unsigned order, unsigned value)
{
	uint64_t bit = (uint64_t)1 << n_events;

	if (n_events == N)
		refuse("%s: more than %d events", program->name, N);
	events[n_events] = (struct event_of_brute){ thread, op->location, order, value, kind };
	execution.reads |= kind == READ ? bit : 0;
	execution.writes |= kind == WRITE ? bit : 0;
	execution.fences |= kind == FENCE ? bit : 0;
	execution.sc |= order == SEQ_CST ? bit : 0;
	execution.releases |= kind != READ && order_releases(order) ? bit : 0;
	execution.acquires |= kind != WRITE && order_acquires(order) ? bit : 0;
	return n_events++;
}

static void
add_instruction_events(struct instruction *i)
{
	bool fails = i->op.rmw != NO_RMW && !i->writes;

	if (i->op.kind == FENCE)
		add_event(FENCE, i->thread, &i->op, i->op.order, 0);
	if (i->op.kind == READ)
		i->read_event = add_event(READ, i->thread, &i->op,
		    fails ? i->op.order_fail : i->op.order, i->found);
	if (i->writes)
		i->write_event = add_event(WRITE, i->thread, &i->op, i->op.order, i->written);
	if (i->op.kind == READ && i->writes)
		put(&execution.rmw, i->read_event, i->write_event);
}

static bool
is_access(unsigned e)
{
	return events[e].kind != FENCE;
}

static void
add_events(void)
{
	enum { NO_THREAD = MAX_THREADS };

	n_events = 0;
	execution = (struct execution){ 0 };
	for (unsigned l = 0; l < program->n_locations; l++)
		add_event(WRITE, NO_THREAD, &(struct op){ .location = (uint16_t)l }, RELAXED, 0);
	for (unsigned i = 0; i < n_instructions; i++)
		add_instruction_events(&instructions[i]);
	for (unsigned a = 0; a < n_events; a++)
		for (unsigned b = 0; b < n_events; b++) {
			if (events[b].thread != NO_THREAD && (events[a].thread == NO_THREAD ||
			    (events[a].thread == events[b].thread && a < b)))
				put(&execution.sb, a, b);
			if (is_access(a) && is_access(b) &&
			    events[a].location == events[b].location)
				put(&execution.same_location, a, b);
		}
	for (unsigned i = 0; i < n_instructions; i++) {
		const struct instruction *r = &instructions[i];

		if (r->op.kind == READ)
			put(&execution.rf, source(r) == INITIAL ? r->op.location :
			    instructions[source(r)].write_event, r->read_event);
	}
}

/* Modification orders, one location after another; each begins with the initial write. */

static unsigned order[LITMUS_LOCATIONS][N], n_order[LITMUS_LOCATIONS];
static struct number_set outcomes;
static uint64_t executions;

static uint64_t
outcome(void)
{
	uint64_t digits = 0;

	for (unsigned v = 0; v < program->n_values; v++) {
		unsigned number = program->values[v].number, value = 0;

		if (program->values[v].is_location)
			value = events[order[number][n_order[number] - 1]].value;
		for (unsigned i = 0; i < n_instructions; i++)
			if (!program->values[v].is_location &&
			    instructions[i].reg == (int)number)
				value = instructions[i].found;
		if (value > 15)
			refuse("%s: a value above 15", program->name);
		digits = digits << 4 | value;
	}
	return digits;
}

static void
check(void)
{
	relation mo = { { 0 } };

	for (unsigned l = 0; l < program->n_locations; l++)
		for (unsigned a = 0; a < n_order[l]; a++)
			for (unsigned b = a + 1; b < n_order[l]; b++)
				put(&mo, order[l][a], order[l][b]);
	if (!axioms_hold(&execution, mo))
		return;
	executions++;
	number_set_add(&outcomes, outcome());
}

static void
permute(unsigned location, unsigned place)
{
	unsigned *o = order[location];

	if (location == program->n_locations) {
		check();
		return;
	}
	if (place >= n_order[location]) {
		permute(location + 1, 1);
		return;
	}
	for (unsigned i = place; i < n_order[location]; i++) {
		unsigned first = o[place];

		o[place] = o[i];
		o[i] = first;
		permute(location, place + 1);
		o[i] = o[place];
		o[place] = first;
	}
}

static void
check_all_orders(void)
{
	for (unsigned l = 0; l < program->n_locations; l++) {
		n_order[l] = 0;
		for (unsigned e = 0; e < n_events; e++)
			if (events[e].kind == WRITE && events[e].location == l)
				order[l][n_order[l]++] = e;
	}
	permute(0, 1);
}

/* The next choice of sources; false: all have been. */
static bool
next_combination(void)
{
	for (unsigned i = 0; i < n_instructions; i++) {
		if (++instructions[i].chosen < instructions[i].n_sources)
			return true;
		instructions[i].chosen = 0;
	}
	return false;
}

static void
explore(void)
{
	number_set_clear(&outcomes);
	executions = 0;
	do {
		if (!execute_all())
			continue;
		add_events();
		axioms_find_hb(&execution);
		check_all_orders();
	} while (next_combination());
}

/* Programs and files. */

static struct {
	double bound;
	bool write;
} options = { 20000, false };

static uint64_t programs, left_out, wrong, all_executions;

static bool
is_met(const struct expectation *e)
{
	uint64_t digits;

	for (size_t at = 0; number_set_next(&outcomes, &at, &digits);)
		if ((digits & e->mask) == e->digits)
			return true;
	return false;
}

static bool
agrees(const struct litmus *p)
{
	uint64_t expected = p->executions[sc_axiom];

	if ((expected != 0 && expected != executions) ||
	    (p->complete && p->n_expected != number_set_size(&outcomes)))
		return false;
	for (unsigned i = 0; i < p->n_expected; i++)
		if ((p->expected[i].axioms >> sc_axiom & 1) != 0 &&
		    is_met(&p->expected[i]) != p->expected[i].allowed)
			return false;
	return true;
}

static int
compare_digits(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The line of the program, up to its executions, is kept. */
static void
write_program(const char *line)
{
	size_t n = 0;
	uint64_t *all = malloc((number_set_size(&outcomes) + 1) * sizeof *all);
	const char *end = strstr(line, "\"executions\"");

	if (all == NULL || end == NULL)
		refuse("%s: no memory, or \"executions\" and \"outcomes\" are not last in its line",
		    program->name);
	for (size_t at = 0; number_set_next(&outcomes, &at, &all[n]);)
		n++;
	qsort(all, n, sizeof *all, compare_digits);
	printf("%.*s\"executions\":%" PRIu64 ",\"outcomes\":[", (int)(end - line), line,
	    executions);
	for (size_t i = 0; i < n; i++)
		printf("%s\"%0*" PRIx64 "\"", i == 0 ? "" : ",", (int)program->n_values, all[i]);
	printf("]}\n");
	free(all);
}

static void
try(const struct litmus_file *f, const struct litmus *p, const char *line)
{
	take_program(p);
	if (combinations() > options.bound) {
		left_out++;
		return;
	}
	explore();
	programs++;
	all_executions += executions;
	if (options.write) {
		write_program(line);
	} else if (!agrees(p)) {
		wrong++;
		printf("%s:%u: %s: brute force finds %zu outcomes in %" PRIu64
		       " executions, the file has %u in %" PRIu64 "\n",
		    f->name, p->line, p->name, number_set_size(&outcomes), executions,
		    p->n_expected, p->executions[sc_axiom]);
	}
}

static void
try_file(const char *name)
{
	struct litmus_file f;
	struct litmus p;

	litmus_open(&f, name);
	for (const char *line = f.at; litmus_next(&f, &p); line = f.at) {
		try(&f, &p, line + strspn(line, "\n"));
		free(p.expected);
	}
	litmus_close(&f);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--sc=rc11") == 0)
			sc_axiom = SC_RC11;
		else if (strcmp(argv[i], "--sc=c++20") == 0)
			sc_axiom = SC_CXX20;
		else if (strcmp(argv[i], "--sc=genmc") == 0)
			sc_axiom = SC_GENMC;
		else if (strcmp(argv[i], "--write") == 0)
			options.write = true;
		else if (strcmp(argv[i], "--bound") == 0 && i + 1 < argc)
			options.bound = strtod(argv[++i], NULL);
		else
			try_file(argv[i]);
	}
	fprintf(options.write ? stderr : stdout,
	    "brute: %" PRIu64 " programs, %" PRIu64 " differ, %" PRIu64
	    " executions (%" PRIu64 " programs left out)\n",
	    programs, wrong, all_executions, left_out);
	return wrong != 0 || programs == 0;
}
