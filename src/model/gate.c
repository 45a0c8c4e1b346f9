/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* gate.c: an exploration of litmus programs against what their files say. */
#include "gate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "consistency.h"
#include "graph.h"

static struct {
	const char *only;
	bool verbose, first;
	unsigned every;
} options = { .every = 1 };

static struct {
	uint64_t programs, missed, extra, executions, differ, twice;
	double seconds;
} sums;

/* Processor time: others on the machine do not count. */
static double
now(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

/* What was found, and what was expected. */

static void
say(const struct litmus *p, const char *what, uint64_t digits)
{
	if (!options.verbose)
		return;
	printf("  %s: ", what);
	litmus_print_outcome(stdout, p, digits);
	putchar('\n');
}

static bool
meets(uint64_t digits, const struct expectation *e)
{
	return (digits & e->mask) == e->digits;
}

/* Is there an outcome that the expectation speaks of? */
static bool
is_met(const struct findings *found, const struct expectation *e)
{
	uint64_t digits;

	if (e->mask == ~(uint64_t)0)
		return number_set_has(&found->outcomes, e->digits);
	for (size_t at = 0; number_set_next(&found->outcomes, &at, &digits);)
		if (meets(digits, e))
			return true;
	return false;
}

static uint64_t
count_missed(const struct litmus *p, const struct findings *found)
{
	uint64_t missed = 0;

	for (unsigned i = 0; i < p->n_expected; i++) {
		const struct expectation *e = &p->expected[i];

		if (!e->allowed || (e->axioms >> sc_axiom & 1) == 0 || is_met(found, e))
			continue;
		say(p, "missed", e->digits);
		missed++;
	}
	return missed;
}

/* Forbidden by name, or not in a list that is complete. */
static bool
is_extra(const struct litmus *p, const struct number_set *listed, uint64_t digits)
{
	if (p->complete)
		return !number_set_has(listed, digits);
	for (unsigned i = 0; i < p->n_expected; i++) {
		const struct expectation *e = &p->expected[i];

		if (!e->allowed && (e->axioms >> sc_axiom & 1) != 0 && meets(digits, e))
			return true;
	}
	return false;
}

static uint64_t
count_extra(const struct litmus *p, const struct findings *found)
{
	static struct number_set listed;
	uint64_t extra = 0, digits;

	number_set_clear(&listed);
	for (unsigned i = 0; p->complete && i < p->n_expected; i++)
		number_set_add(&listed, p->expected[i].digits);
	for (size_t at = 0; number_set_next(&found->outcomes, &at, &digits);) {
		if (!is_extra(p, &listed, digits))
			continue;
		say(p, "extra", digits);
		extra++;
	}
	return extra;
}

static int
compare_digits(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
print_outcomes(const struct litmus *p, const struct findings *found)
{
	size_t n = 0;
	uint64_t *all = malloc(number_set_size(&found->outcomes) * sizeof *all);

	if (all == NULL)
		refuse("no memory for outcomes");
	for (size_t at = 0; number_set_next(&found->outcomes, &at, &all[n]);)
		n++;
	qsort(all, n, sizeof *all, compare_digits);
	for (size_t i = 0; i < n; i++) {
		litmus_print_outcome(stdout, p, all[i]);
		putchar('\n');
	}
	free(all);
}

static void
try(const struct litmus_file *f, const struct litmus *p)
{
	static struct findings found;
	uint64_t missed, extra, expected = p->executions[sc_axiom];
	double began;
	bool differs;

	number_set_clear(&found.outcomes);
	number_set_clear(&found.prints);
	found.executions = found.twice = 0;
	began = now();
	gate_explore(p, &found, options.first && expected != 0 ? expected + 1 : 0);
	sums.seconds += now() - began;
	missed = count_missed(p, &found);
	extra = count_extra(p, &found);
	differs = expected != 0 && found.executions != expected;
	if (missed + extra + found.twice != 0 || differs || options.verbose)
		printf("%s:%u: %s: %" PRIu64 " missed, %" PRIu64 " extra, %" PRIu64
		       " executions (%" PRIu64 " expected, %" PRIu64 " met twice)\n",
		    f->name, p->line, p->name, missed, extra, found.executions, expected,
		    found.twice);
	if (options.only != NULL)
		print_outcomes(p, &found);
	sums.programs++;
	sums.missed += missed;
	sums.extra += extra;
	sums.executions += found.executions;
	sums.differ += differs;
	sums.twice += found.twice;
}

static bool
disagrees(void)
{
	return sums.missed + sums.extra + sums.differ + sums.twice != 0;
}

static void
try_file(const char *name)
{
	static unsigned n;
	struct litmus_file f;
	struct litmus p;

	litmus_open(&f, name);
	while (!(options.first && disagrees()) && litmus_next(&f, &p)) {
		bool is_asked_for = options.only == NULL ? n++ % options.every == 0
							 : strcmp(options.only, p.name) == 0;

		if (is_asked_for)
			try(&f, &p);
		free(p.expected);
	}
	litmus_close(&f);
}

static void
usage(FILE *out)
{
	fputs("usage: weft-model-gate [--sc=rc11|c++20|genmc] [--only ID] [--every N] [--first]\n"
	      "       [--verbose] FILE...\n"
	      "Explores every litmus program of the files, and compares what it may do with what\n"
	      "the file says. --only prints the outcomes of the program with that name.\n"
	      "--every tries each Nth program only.\n"
	      "--first stops at the first program that disagrees. --spawn, which can only stand\n"
	      "first, has the threads started and joined by another.\n"
	      "Status 0: all programs agree; 1: one does not; 3: a file is wrong.\n",
	    out);
}

/* Takes one option, from argv[*i]; false: it is none. */
static bool
take_option(char **argv, int *i)
{
	static const struct {
		const char *option;
		enum sc_axiom axiom;
	} axioms[] = { { "--sc=rc11", SC_RC11 }, { "--sc=c++20", SC_CXX20 },
		{ "--sc=genmc", SC_GENMC } };

	for (unsigned a = 0; a < LITMUS_AXIOMS; a++)
		if (strcmp(argv[*i], axioms[a].option) == 0) {
			sc_axiom = axioms[a].axiom;
			return true;
		}
	if (strcmp(argv[*i], "--verbose") == 0) {
		options.verbose = true;
		return true;
	}
	if (strcmp(argv[*i], "--first") == 0) {
		options.first = true;
		return true;
	}
	if (strcmp(argv[*i], "--every") == 0 && argv[*i + 1] != NULL) {
		options.every = (unsigned)strtoul(argv[++*i], NULL, 10);
		return options.every != 0;
	}
	if (strcmp(argv[*i], "--only") == 0 && argv[*i + 1] != NULL) {
		options.only = argv[++*i];
		return true;
	}
	return false;
}

static void
print_sums(void)
{
	if (sums.seconds > 0)
		printf("gate: %.2f s, %.0f executions a second\n", sums.seconds,
		    (double)sums.executions / sums.seconds);
	printf("gate: %" PRIu64 " programs, %" PRIu64 " missed, %" PRIu64 " extra, %" PRIu64
	       " executions (%" PRIu64 " differ, %" PRIu64 " met twice)\n",
	    sums.programs, sums.missed, sums.extra, sums.executions, sums.differ, sums.twice);
}

int
gate_main(int argc, char **argv)
{
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			usage(stdout);
			return 0;
		}
		if (!take_option(argv, &i)) {
			usage(stderr);
			return 3;
		}
	}
	if (i == argc) {
		usage(stderr);
		return 3;
	}
	for (; i < argc; i++)
		try_file(argv[i]);
	if (sums.programs == 0)
		refuse("there is no such program in the files");
	print_sums();
	return disagrees();
}
