/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* litmus.c: what the formats of litmus programs have in common. */
#include "litmus.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "graph.h"

void
litmus_fail(const struct litmus_file *f, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "%s:%u: ", f->name, f->line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(3);
}

/* Files. */

static char *
contents(FILE *in, const char *name)
{
	size_t room = 1 << 16, n = 0, got;
	char *text = malloc(room);

	while (text != NULL && (got = fread(text + n, 1, room - n - 1, in)) > 0) {
		n += got;
		if (n == room - 1)
			text = realloc(text, room *= 2);
	}
	if (text == NULL || ferror(in))
		refuse("%s cannot be read", name);
	if (memchr(text, 0, n) != NULL)
		refuse("%s is no text: there is a byte 0 in it", name);
	text[n] = 0;
	return text;
}

void
litmus_open(struct litmus_file *f, const char *name)
{
	FILE *in = fopen(name, "r");
	const char *dot = strrchr(name, '.');

	if (in == NULL)
		refuse("%s cannot be opened", name);
	f->name = name;
	f->text = f->at = contents(in, name);
	f->line = 1;
	f->is_text = dot != NULL && strcmp(dot, ".litmus") == 0;
	fclose(in);
}

bool
litmus_next(struct litmus_file *f, struct litmus *p)
{
	memset(p, 0, sizeof *p);
	return f->is_text ? litmus_next_text(f, p) : litmus_next_json(f, p);
}

void
litmus_close(struct litmus_file *f)
{
	free(f->text);
}

/* Words. */

unsigned
litmus_location(const struct litmus_file *f, struct litmus *p, const char *name)
{
	unsigned l = 0;

	if (name[0] < 'a' || name[0] > 'z' || name[0] == 'r' || name[1] != 0)
		litmus_fail(f, "\"%s\" is no location: one small letter, but not r.", name);
	while (l < p->n_locations && p->locations[l] != name[0])
		l++;
	if (l == LITMUS_LOCATIONS)
		litmus_fail(f, "There are more than %d locations.", LITMUS_LOCATIONS);
	p->locations[l] = name[0];
	if (l == p->n_locations)
		p->n_locations++;
	return l;
}

/* A number below `limit`, in decimal; `limit` itself if it is none. */
static unsigned
number_below(const char *text, unsigned limit)
{
	unsigned n = 0;

	if (text[0] == 0)
		return limit;
	for (; *text >= '0' && *text <= '9' && n < limit; text++)
		n = 10 * n + (unsigned)(*text - '0');
	return *text == 0 && n < limit ? n : limit;
}

unsigned
litmus_register(const struct litmus_file *f, const char *name)
{
	unsigned n = name[0] == 'r' ? number_below(name + 1, LITMUS_REGISTERS) : LITMUS_REGISTERS;

	if (n == LITMUS_REGISTERS)
		litmus_fail(f, "\"%s\" is no register: r0 to r%d.", name, LITMUS_REGISTERS - 1);
	return n;
}

unsigned
litmus_digit(const struct litmus_file *f, const char *text)
{
	unsigned n = number_below(text, 16);

	if (n == 16)
		litmus_fail(f, "\"%s\" is no value: 0 to 15.", text);
	return n;
}

unsigned
litmus_order(const struct litmus_file *f, const char *text)
{
	for (unsigned o = RELAXED; o <= SEQ_CST; o++)
		if (strcmp(text, order_word(o)) == 0)
			return o;
	litmus_fail(f, "\"%s\" is no order: relaxed, acquire, release, acq_rel or seq_cst.", text);
}

unsigned
litmus_order_of_failure(unsigned order)
{
	return order == ACQ_REL ? ACQUIRE : order == RELEASE ? RELAXED : order;
}

/* Programs. */

void
litmus_add_thread(const struct litmus_file *f, struct litmus *p)
{
	if (p->n_threads == MAX_THREADS)
		litmus_fail(f, "There are more than %d threads.", MAX_THREADS);
	p->n_threads++;
}

static bool
order_fits(const struct op *op)
{
	if (op->order_fail == RELEASE || op->order_fail == ACQ_REL)
		return false;
	if (op->kind == READ && op->rmw == NO_RMW)
		return op->order != RELEASE && op->order != ACQ_REL;
	if (op->kind == WRITE)
		return op->order != ACQUIRE && op->order != ACQ_REL;
	return true;
}

void
litmus_add_op(const struct litmus_file *f, struct litmus *p, unsigned thread, struct litmus_op op)
{
	struct litmus_thread *t = &p->threads[thread];

	if (t->n == LITMUS_OPS)
		litmus_fail(f, "A thread has more than %d operations.", LITMUS_OPS);
	if (!order_fits(&op.op))
		litmus_fail(f, "A load cannot release, nor a store acquire.");
	if (op.op.kind == CHOOSE && op.op.a == 0)
		litmus_fail(f, "There must be something to choose from.");
	for (unsigned u = 0; u < p->n_threads && op.reg >= 0; u++)
		for (unsigned i = 0; i < p->threads[u].n; i++)
			if (p->threads[u].ops[i].reg == op.reg)
				litmus_fail(f, "Two operations give their values to r%d.", op.reg);
	op.op.size = 4;
	t->ops[t->n++] = op;
}

unsigned
litmus_value(const struct litmus_file *f, struct litmus *p, const char *name)
{
	struct litmus_value v = { .is_location = name[0] != 'r' };

	v.number = v.is_location ? litmus_location(f, p, name) : litmus_register(f, name);
	for (unsigned i = 0; i < p->n_values; i++)
		if (p->values[i].is_location == v.is_location && p->values[i].number == v.number)
			return i;
	if (p->n_values == LITMUS_VALUES)
		litmus_fail(f, "An outcome has more than %d values.", LITMUS_VALUES);
	p->values[p->n_values] = v;
	return p->n_values++;
}

void
litmus_expect(struct litmus *p, struct expectation e)
{
	if (p->n_expected == p->room) {
		p->room = p->room == 0 ? 64 : 2 * p->room;
		p->expected = realloc(p->expected, p->room * sizeof *p->expected);
		if (p->expected == NULL)
			refuse("no memory for a litmus program");
	}
	p->expected[p->n_expected++] = e;
}

static bool
is_read_into(const struct litmus *p, unsigned reg)
{
	for (unsigned t = 0; t < p->n_threads; t++)
		for (unsigned i = 0; i < p->threads[t].n; i++)
			if (p->threads[t].ops[i].reg == (int)reg)
				return true;
	return false;
}

void
litmus_check(const struct litmus_file *f, const struct litmus *p)
{
	if (p->n_threads == 0)
		litmus_fail(f, "The program has no threads.");
	if (p->n_expected == 0)
		litmus_fail(f, "The program says nothing of its outcomes.");
	for (unsigned i = 0; i < p->n_values; i++)
		if (!p->values[i].is_location && !is_read_into(p, p->values[i].number))
			litmus_fail(f, "No operation gives a value to r%u.", p->values[i].number);
}

void
litmus_print_value(FILE *out, const struct litmus *p, unsigned value)
{
	const struct litmus_value *v = &p->values[value];

	if (v->is_location)
		fputc(p->locations[v->number], out);
	else
		fprintf(out, "r%u", v->number);
}

void
litmus_print_outcome(FILE *out, const struct litmus *p, uint64_t outcome)
{
	for (unsigned i = 0; i < p->n_values; i++) {
		fputs(i == 0 ? "" : ", ", out);
		litmus_print_value(out, p, i);
		fprintf(out, " = %u", (unsigned)(outcome >> 4 * (p->n_values - 1 - i)) & 15);
	}
}
