/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* litmus_json.c: litmus programs, one JSON object a line, with all of their outcomes. */

/*
 * The fields are `id`, `threads`, `values`, `outcomes` and `executions` (`genmc_executions`
 * means the same), each once, in any order; model/litmus/README.md says what they hold.
 * Strings have no escapes.
 */
#include <string.h>

#include "consistency.h"
#include "litmus.h"

enum { WORDS = 8, WORD = 16, ALL_AXIOMS = 0xff };

static void
skip_blanks(struct litmus_file *f)
{
	while (*f->at == ' ' || *f->at == '\t' || *f->at == '\r')
		f->at++;
}

/* Ends the program with a sentence, and what stands here in the file. */
__attribute__((noreturn)) static void
fail_here(const struct litmus_file *f, const char *what)
{
	size_t n = strcspn(f->at, "\n");

	litmus_fail(f, "%s: %.*s", what, n < 30 ? (int)n : 30, f->at);
}

static bool
comes(struct litmus_file *f, char c)
{
	skip_blanks(f);
	if (*f->at != c)
		return false;
	f->at++;
	return true;
}

static void
must_come(struct litmus_file *f, char c)
{
	char what[] = "A ? is missing";

	what[2] = c;
	if (!comes(f, c))
		fail_here(f, what);
}

/* A string of fewer than `room` characters. */
static void
read_string(struct litmus_file *f, char *into, size_t room)
{
	size_t n;

	must_come(f, '"');
	n = strcspn(f->at, "\"\\\n");
	if (f->at[n] != '"')
		fail_here(f, "This string has no end, or a \\ in it");
	if (n >= room)
		fail_here(f, "This is too long");
	memcpy(into, f->at, n);
	into[n] = 0;
	f->at += n + 1;
}

/* To be called before each element of a list. False: the list is at its end. */
static bool
another(struct litmus_file *f, bool *first)
{
	if (comes(f, ']'))
		return false;
	if (!*first)
		must_come(f, ',');
	*first = false;
	return true;
}

static unsigned
split(const struct litmus_file *f, const char *text, char words[WORDS][WORD])
{
	unsigned n = 0;

	for (;;) {
		size_t length;

		text += strspn(text, " ");
		length = strcspn(text, " ");
		if (length == 0)
			return n;
		if (n == WORDS || length >= WORD)
			litmus_fail(f, "This is no operation: %s", text);
		memcpy(words[n], text, length);
		words[n++][length] = 0;
		text += length;
	}
}

/* The forms of operations: a letter, and how many words it has. */
static const struct form {
	char letter;
	unsigned words;
	struct op op;
} forms[] = {
	{ 'R', 4, { .kind = READ } },
	{ 'W', 4, { .kind = WRITE } },
	{ 'A', 4, { .kind = READ, .rmw = RMW_ADD, .a = 1 } },
	{ 'X', 5, { .kind = READ, .rmw = RMW_EXCHANGE } },
	{ 'C', 6, { .kind = READ, .rmw = RMW_CAS } },
	{ 'C', 7, { .kind = READ, .rmw = RMW_CAS } },
	{ 'F', 2, { .kind = FENCE } },
	{ 'O', 3, { .kind = CHOOSE } },
};

static const struct form *
form_of(char words[WORDS][WORD], unsigned n)
{
	for (unsigned i = 0; i < sizeof forms / sizeof forms[0]; i++)
		if (n == forms[i].words && words[0][0] == forms[i].letter && words[0][1] == 0)
			return &forms[i];
	return NULL;
}

static struct litmus_op
op_of(const struct litmus_file *f, struct litmus *p, const char *text)
{
	char words[WORDS][WORD];
	unsigned n = split(f, text, words), at = 1;
	const struct form *form = form_of(words, n);
	struct litmus_op o = { .reg = -1 };

	if (form == NULL)
		litmus_fail(f, "\"%s\" is no operation.", text);
	o.op = form->op;
	if (o.op.kind <= WRITE)
		o.op.location = (uint16_t)litmus_location(f, p, words[at++]);
	if (o.op.kind <= FENCE)
		o.op.order = (uint8_t)litmus_order(f, words[at++]);
	if (o.op.kind == WRITE || o.op.kind == CHOOSE || o.op.rmw == RMW_EXCHANGE ||
	    o.op.rmw == RMW_CAS)
		o.op.a = litmus_digit(f, words[at++]);
	if (o.op.rmw == RMW_CAS)
		o.op.b = litmus_digit(f, words[at++]);
	if (o.op.kind == READ || o.op.kind == CHOOSE)
		o.reg = (int)litmus_register(f, words[at++]);
	o.op.order_fail = (uint8_t)(at < n ? litmus_order(f, words[at])
					   : litmus_order_of_failure(o.op.order));
	return o;
}

static void
read_threads(struct litmus_file *f, struct litmus *p)
{
	bool first_thread = true;

	must_come(f, '[');
	while (another(f, &first_thread)) {
		bool first_op = true;

		litmus_add_thread(f, p);
		must_come(f, '[');
		while (another(f, &first_op)) {
			char text[WORDS * WORD];

			read_string(f, text, sizeof text);
			litmus_add_op(f, p, p->n_threads - 1, op_of(f, p, text));
		}
	}
}

static void
read_values(struct litmus_file *f, struct litmus *p)
{
	bool first = true;

	must_come(f, '[');
	for (unsigned i = 0; another(f, &first); i++) {
		char name[WORD];

		read_string(f, name, sizeof name);
		if (litmus_value(f, p, name) != i)
			litmus_fail(f, "The value %s is there twice.", name);
	}
}

static void
read_outcomes(struct litmus_file *f, struct litmus *p, unsigned *digits)
{
	bool first = true;

	must_come(f, '[');
	while (another(f, &first)) {
		char text[LITMUS_VALUES + 1];
		struct expectation e = { .mask = ~(uint64_t)0, .allowed = true,
			.axioms = ALL_AXIOMS };

		read_string(f, text, sizeof text);
		if (p->n_expected == 0)
			*digits = (unsigned)strlen(text);
		if (*digits != strlen(text) || *digits != strspn(text, "0123456789abcdef"))
			litmus_fail(f, "\"%s\" is no outcome, or not as long as the first.", text);
		for (const char *c = text; *c != 0; c++)
			e.digits = e.digits << 4 |
			    (unsigned)(*c <= '9' ? *c - '0' : *c - 'a' + 10);
		litmus_expect(p, e);
	}
}

static void
read_executions(struct litmus_file *f, struct litmus *p)
{
	uint64_t n = 0;

	skip_blanks(f);
	while (*f->at >= '0' && *f->at <= '9' && n < 1u << 30)
		n = 10 * n + (unsigned)(*f->at++ - '0');
	if (n == 0)
		fail_here(f, "This is no number of executions");
	for (unsigned axiom = 0; axiom < LITMUS_AXIOMS; axiom++)
		p->executions[axiom] = n;
}

enum { ID, THREADS, VALUES, OUTCOMES, EXECUTIONS, GENMC_EXECUTIONS, FIELDS };
static const char *const fields[FIELDS] = { "id", "threads", "values", "outcomes",
	"executions", "genmc_executions" };

static void
read_object(struct litmus_file *f, struct litmus *p)
{
	unsigned seen = 0, digits = 0;

	must_come(f, '{');
	do {
		char name[WORD + 1];
		unsigned i = 0;

		read_string(f, name, sizeof name);
		while (i < FIELDS && strcmp(name, fields[i]) != 0)
			i++;
		if (i == GENMC_EXECUTIONS)
			i = EXECUTIONS;
		if (i == FIELDS || (seen >> i & 1) != 0)
			litmus_fail(f, "A field \"%s\" is not known, or there twice.", name);
		seen |= 1u << i;
		must_come(f, ':');
		switch (i) {
		case ID: read_string(f, p->name, sizeof p->name); break;
		case THREADS: read_threads(f, p); break;
		case VALUES: read_values(f, p); break;
		case OUTCOMES: read_outcomes(f, p, &digits); break;
		default: read_executions(f, p);
		}
	} while (comes(f, ','));
	must_come(f, '}');
	for (unsigned i = 0; i <= EXECUTIONS; i++)
		if ((seen >> i & 1) == 0)
			litmus_fail(f, "The field \"%s\" is missing.", fields[i]);
	if (digits != p->n_values)
		litmus_fail(f, "An outcome has %u digits for %u values.", digits, p->n_values);
}

bool
litmus_next_json(struct litmus_file *f, struct litmus *p)
{
	skip_blanks(f);
	while (comes(f, '\n'))
		f->line++;
	if (*f->at == 0)
		return false;
	p->line = f->line;
	p->complete = true;
	read_object(f, p);
	skip_blanks(f);
	if (*f->at != '\n' && *f->at != 0)
		fail_here(f, "More follows the program in its line");
	litmus_check(f, p);
	return true;
}
