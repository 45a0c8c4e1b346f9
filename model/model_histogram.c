/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_histogram.c: histograms of a few buckets, through every execution. */
#include <weft/histogram.h>

#include <assert.h>

#include "support/script.h"

static weft_histogram histogram, other;
static const struct script *script;

static void
init(const struct script *s)
{
	script = s;
	histogram = other = (weft_histogram){ 0 };
}

static void
act(unsigned row, char letter)
{
	(void)row;
	switch (letter) {
	case 'r':
		weft_histogram_record(&histogram, 1);
		break;
	case 'o':
		weft_histogram_record(&other, 1);
		break;
	case 'n':
		assert(weft_histogram_count(&histogram) <= script->capacity);
		break;
	case 'm':
		assert(weft_histogram_merge(&histogram, &other));
		break;
	case 'E':
		assert(weft_histogram_count(&histogram) == script->capacity);
		weft_histogram_fini(&histogram);
		weft_histogram_fini(&other);
		break;
	}
}

static const struct script_subject subject = { .init = init, .act = act };

/*
 * r records, n counts; o records in another, m merges that one in; E: nothing was lost. capacity:
 * how many there are at the end.
 */
static const struct script scripts[] = {
	{ "1r1n", 1, .threads = { "r", "n" }, .after = "E" },
	{ "2r", 2, .threads = { "r", "r" }, .after = "E" },
	{ "ready-2r", 3, .threads = { "r", "r" }, .before = "r", .after = "E" },
	{ "merge", 2, .threads = { "r", "m" }, .before = "o", .after = "E" },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
