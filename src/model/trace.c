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

/* One line: a text in each column, nothing after the last. */
static void
print_line(FILE *out, const unsigned *widths, const char *const *texts, const char *place)
{
	int blanks = 2;

	for (unsigned t = 0; t < MAX_THREADS; t++) {
		const char *text = texts[t] == NULL ? "" : texts[t];

		if (widths[t] == 0)
			continue;
		if (*text != '\0') {
			fprintf(out, "%*s%s", blanks, "", text);
			blanks = 0;
		}
		blanks += (int)widths[t] - (int)strlen(text) + 2;
	}
	if (*place != '\0')
		fprintf(out, "%*s%s", blanks, "", place);
	fputc('\n', out);
}

void
trace_print(FILE *out, const struct trace_line *lines, size_t n)
{
	unsigned widths[MAX_THREADS];
	char names[MAX_THREADS][16];
	const char *texts[MAX_THREADS];

	find_widths(lines, n, widths);
	for (unsigned t = 0; t < MAX_THREADS; t++) {
		snprintf(names[t], sizeof names[t], "thread %u", t);
		texts[t] = names[t];
	}
	print_line(out, widths, texts, "");
	for (size_t i = 0; i < n; i++) {
		memset(texts, 0, sizeof texts);
		texts[lines[i].thread] = lines[i].text;
		print_line(out, widths, texts, lines[i].place);
	}
}
