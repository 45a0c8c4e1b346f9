/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* trace.c: a run on paper, a column a thread. */
#include "trace.h"

#include <string.h>

/* Columns are as wide as their longest text, the heading being one. */
static void
find_widths(const struct trace_line *lines, size_t n, unsigned *widths)
{
	for (unsigned t = 0; t < MAX_THREADS; t++)
		widths[t] = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned width = (unsigned)strlen(lines[i].text);

		if (widths[lines[i].thread] == 0)
			widths[lines[i].thread] = sizeof "thread 0" - 1;
		if (width > widths[lines[i].thread])
			widths[lines[i].thread] = width;
	}
}

static void
print_heading(FILE *out, const unsigned *widths)
{
	char name[32];

	fputs("  ", out);
	for (unsigned t = 0; t < MAX_THREADS; t++) {
		if (widths[t] == 0)
			continue;
		snprintf(name, sizeof name, "thread %u", t);
		fprintf(out, "%-*s  ", (int)widths[t], name);
	}
	fputc('\n', out);
}

void
trace_print(FILE *out, const struct trace_line *lines, size_t n)
{
	unsigned widths[MAX_THREADS];

	find_widths(lines, n, widths);
	print_heading(out, widths);
	for (size_t i = 0; i < n; i++) {
		fputs("  ", out);
		for (unsigned t = 0; t < MAX_THREADS; t++)
			if (widths[t] != 0)
				fprintf(out, "%-*s  ", (int)widths[t],
				    lines[i].thread == t ? lines[i].text : "");
		fprintf(out, "%s\n", lines[i].place);
	}
}
