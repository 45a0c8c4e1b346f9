/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* options.c: the options of a run, from one line of text. */
#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "graph.h"

struct options options = {
	.mode = MODE_EXHAUSTIVE,
	.sc = SC_RC11,
	.operations = 20000,
	.seed = 1,
	.depth = 3,
	.atomics = "atomic.h",
	.leaks = true,
	.await = true,
	.retry = true,
	.give_up = true,
};

/* Options without a value: what they set, and to what. */
static const struct {
	const char *name;
	bool *flag, value;
} flags[] = {
	{ "fail-memory", &options.fail_memory, true },
	{ "reuse", &options.reuse, true },
	{ "spurious", &options.spurious, true },
	{ "no-leaks", &options.leaks, false },
	{ "no-await", &options.await, false },
	{ "no-retry", &options.retry, false },
	{ "no-give-up", &options.give_up, false },
	{ "mutate", &options.mutate, true },
	{ "quiet", &options.quiet, true },
};

static double
number(const char *name, const char *value)
{
	char *end;
	double n;

	errno = 0;
	n = strtod(value, &end);
	if (*value == '\0' || *end != '\0' || errno != 0 || !(n >= 0) || n > 1e18)
		refuse("--%s=%s: a number is wanted", name, value);
	return n;
}

static enum sc_axiom
axiom(const char *value)
{
	if (strcmp(value, "rc11") == 0)
		return SC_RC11;
	if (strcmp(value, "c++20") == 0)
		return SC_CXX20;
	refuse("--sc=%s: rc11 and c++20 are known", value);
}

static void
set_mode(enum mode mode)
{
	options.mode = mode;
}

static void
set(const char *name, const char *value)
{
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		if (strcmp(name, flags[i].name) == 0 && value == NULL) {
			*flags[i].flag = flags[i].value;
			return;
		}
	}
	if (strcmp(name, "random") == 0 && value == NULL)
		set_mode(MODE_RANDOM);
	else if (strcmp(name, "pct") == 0 && value == NULL)
		set_mode(MODE_PCT);
	else if (value == NULL)
		refuse("--%s: not an option, or it wants a value", name);
	else if (strcmp(name, "replay") == 0) {
		set_mode(MODE_REPLAY);
		options.token = strdup(value);
	} else if (strcmp(name, "sc") == 0)
		options.sc = axiom(value);
	else if (strcmp(name, "limit") == 0)
		options.limit = number(name, value);
	else if (strcmp(name, "executions") == 0)
		options.executions = (uint64_t)number(name, value);
	else if (strcmp(name, "operations") == 0)
		options.operations = (unsigned)number(name, value);
	else if (strcmp(name, "seed") == 0)
		options.seed = (uint64_t)number(name, value);
	else if (strcmp(name, "depth") == 0)
		options.depth = (unsigned)number(name, value);
	else if (strcmp(name, "known-mutants") == 0)
		options.known_mutants = strdup(value);
	else if (strcmp(name, "preemptions") == 0) {
		set_mode(MODE_PREEMPTIONS);
		options.preemptions = (unsigned)number(name, value);
	} else if (strcmp(name, "atomics") == 0)
		options.atomics = strdup(value);
	else
		refuse("--%s: not an option", name);
}

void
options_read(const char *text)
{
	char *line = strdup(text), *rest = line;

	if (line == NULL)
		refuse("no memory for the options");
	for (char *option; (option = strtok_r(rest, ", \t\n", &rest)) != NULL;) {
		char *value = strchr(option, '=');

		if (strncmp(option, "--", 2) != 0)
			refuse("%s: options begin with --", option);
		if (value != NULL)
			*value++ = '\0';
		set(option + 2, value);
	}
	free(line);
}
