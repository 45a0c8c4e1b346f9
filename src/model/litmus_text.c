/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* litmus_text.c: a litmus program for readers: threads in columns, everything in words. */

/*
 *	# A comment, to the end of its line.
 *	P0                  | P1
 *	store x 1 relaxed   | store y 1 relaxed
 *	r0 = load y relaxed | r1 = load x relaxed
 *
 *	executions: 4
 *	allowed: r0 = 0, r1 = 0
 *
 * The first row names the threads. model/litmus/README.md says what else there may be.
 */
#include <stdlib.h>
#include <string.h>

#include "consistency.h"
#include "litmus.h"

enum { WORDS = 8, WORD = 16 };

/* Characters that a word is not made of are skipped. */
static unsigned
split(const struct litmus_file *f, const char *text, size_t length, const char *separators,
    char words[WORDS][WORD])
{
	const char *end = text + length;
	unsigned n = 0;

	for (;;) {
		size_t size = 0;

		while (text < end && strchr(separators, *text) != NULL)
			text++;
		while (text + size < end && strchr(separators, text[size]) == NULL)
			size++;
		if (size == 0)
			return n;
		if (n == WORDS || size >= WORD)
			litmus_fail(f, "This is not understood: %.*s", (int)(end - text), text);
		memcpy(words[n], text, size);
		words[n++][size] = 0;
		text += size;
	}
}

/* The forms of operations: a verb, and how many words there are, `r0 =` left out. */
static const struct form {
	const char *verb;
	unsigned words;
	struct op op;
} forms[] = {
	{ "load", 3, { .kind = READ } },
	{ "store", 4, { .kind = WRITE } },
	{ "add", 4, { .kind = READ, .rmw = RMW_ADD } },
	{ "sub", 4, { .kind = READ, .rmw = RMW_SUB } },
	{ "exchange", 4, { .kind = READ, .rmw = RMW_EXCHANGE } },
	{ "cas", 5, { .kind = READ, .rmw = RMW_CAS } },
	{ "cas", 6, { .kind = READ, .rmw = RMW_CAS } },
	{ "fence", 2, { .kind = FENCE } },
	{ "choose", 2, { .kind = CHOOSE } },
};

static const struct form *
form_of(const char *verb, unsigned n)
{
	for (unsigned i = 0; i < sizeof forms / sizeof forms[0]; i++)
		if (n == forms[i].words && strcmp(verb, forms[i].verb) == 0)
			return &forms[i];
	return NULL;
}

static void
read_op(const struct litmus_file *f, struct litmus *p, unsigned thread, const char *text,
    size_t length)
{
	char words[WORDS][WORD];
	unsigned n = split(f, text, length, " \t", words), at = 0;
	struct litmus_op o = { .reg = -1 };
	const struct form *form;

	if (n == 0)
		return;
	if (n > 2 && strcmp(words[1], "=") == 0) {
		o.reg = (int)litmus_register(f, words[0]);
		at = 2;
	}
	form = form_of(words[at], n - at);
	if (form == NULL || (o.reg >= 0 && form->op.kind != READ && form->op.kind != CHOOSE))
		litmus_fail(f, "This is no operation: %.*s", (int)length, text);
	o.op = form->op;
	if (o.op.kind <= WRITE)
		o.op.location = (uint16_t)litmus_location(f, p, words[++at]);
	if (o.op.kind == WRITE || o.op.kind == CHOOSE || o.op.rmw != NO_RMW)
		o.op.a = litmus_digit(f, words[++at]);
	if (o.op.rmw == RMW_CAS)
		o.op.b = litmus_digit(f, words[++at]);
	if (o.op.kind <= FENCE)
		o.op.order = (uint8_t)litmus_order(f, words[++at]);
	o.op.order_fail = (uint8_t)(at + 1 < n ? litmus_order(f, words[at + 1])
					       : litmus_order_of_failure(o.op.order));
	litmus_add_op(f, p, thread, o);
}

/* A row of the table: a cell a thread. The first row makes the threads. */
static void
read_row(const struct litmus_file *f, struct litmus *p, const char *text, size_t length)
{
	const char *end = text + length;
	bool is_first = p->n_threads == 0;

	for (unsigned thread = 0;; thread++) {
		const char *bar = memchr(text, '|', (size_t)(end - text));
		size_t size = (size_t)((bar == NULL ? end : bar) - text);

		if (is_first)
			litmus_add_thread(f, p);
		else if (thread == p->n_threads)
			litmus_fail(f, "There are more columns than threads.");
		else
			read_op(f, p, thread, text, size);
		if (bar == NULL)
			return;
		text = bar + 1;
	}
}

static void
read_expectation(const struct litmus_file *f, struct litmus *p, const char *text, size_t length,
    bool allowed,
    uint8_t axioms)
{
	struct expectation e = { .allowed = allowed, .axioms = axioms };
	const char *end = text + length;

	while (text < end) {
		char words[WORDS][WORD];
		const char *comma = memchr(text, ',', (size_t)(end - text));
		size_t size = (size_t)((comma == NULL ? end : comma) - text);
		unsigned place;

		if (split(f, text, size, " \t", words) != 3 || strcmp(words[1], "=") != 0)
			litmus_fail(f, "Here must be `name = value`: %.*s", (int)size, text);
		/* The first value is the highest digit, of all that there can be. */
		place = 4 * (LITMUS_VALUES - 1 - litmus_value(f, p, words[0]));
		if ((e.mask >> place & 15) != 0)
			litmus_fail(f, "%s is there twice.", words[0]);
		e.mask |= (uint64_t)15 << place;
		e.digits |= (uint64_t)litmus_digit(f, words[2]) << place;
		text += size + 1;
	}
	litmus_expect(p, e);
}

static void
read_executions(const struct litmus_file *f, struct litmus *p, const char *text, uint8_t axioms)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	end += strspn(end, " \t\r");
	if (n == 0 || (*end != '\n' && *end != 0))
		litmus_fail(f, "Here must be a number of executions.");
	for (unsigned axiom = 0; axiom < LITMUS_AXIOMS; axiom++)
		if ((axioms >> axiom & 1) != 0)
			p->executions[axiom] = n;
}

/* What is said below the table: `rc11 allowed: ...`, and so on. */
static void
read_statement(const struct litmus_file *f, struct litmus *p, const char *text, size_t length)
{
	const char *colon = memchr(text, ':', length);
	size_t rest = length - (size_t)(colon + 1 - text);
	char words[WORDS][WORD];
	unsigned n = split(f, text, (size_t)(colon - text), " \t", words), at = 0;
	uint8_t axioms = 0xff;

	if (n == 2) {
		at = 1;
		axioms = 0;
		if (strcmp(words[0], "rc11") == 0)
			axioms = 1 << SC_RC11;
		else if (strcmp(words[0], "c++20") == 0)
			axioms = 1 << SC_CXX20;
	}
	if (n == 0 || n > 2 || axioms == 0)
		litmus_fail(f, "This is not understood: %.*s", (int)length, text);
	if (strcmp(words[at], "executions") == 0)
		read_executions(f, p, colon + 1, axioms);
	else if (strcmp(words[at], "allowed") == 0 || strcmp(words[at], "forbidden") == 0)
		read_expectation(f, p, colon + 1, rest, words[at][0] == 'a', axioms);
	else
		litmus_fail(f, "This is not understood: %.*s", (int)length, text);
}

/* Outcomes are as long as the values are many: the places of digits fit that now. */
static void
shorten_outcomes(struct litmus *p)
{
	unsigned unused = 4 * (LITMUS_VALUES - p->n_values);

	for (unsigned i = 0; i < p->n_expected; i++) {
		p->expected[i].mask >>= unused;
		p->expected[i].digits >>= unused;
	}
}

static void
name_by_file(const struct litmus_file *f, struct litmus *p)
{
	const char *slash = strrchr(f->name, '/'), *base = slash == NULL ? f->name : slash + 1;
	size_t n = strlen(base) - strlen(".litmus");

	if (n >= sizeof p->name)
		litmus_fail(f, "The name of the file is too long.");
	memcpy(p->name, base, n);
}

bool
litmus_next_text(struct litmus_file *f, struct litmus *p)
{
	if (*f->at == 0)
		return false;
	p->line = f->line;
	name_by_file(f, p);
	for (;;) {
		size_t length = strcspn(f->at, "\n"), used = 0;

		while (used < length && f->at[used] != '#')
			used++;
		if (memchr(f->at, ':', used) != NULL)
			read_statement(f, p, f->at, used);
		else if (strspn(f->at, " \t\r") < used)
			read_row(f, p, f->at, used);
		f->at += length;
		if (*f->at == 0)
			break;
		f->at++;
		f->line++;
	}
	shorten_outcomes(p);
	litmus_check(f, p);
	return true;
}
