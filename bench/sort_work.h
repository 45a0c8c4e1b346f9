/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sort_work.h: the work of every cell of sorts: numbers in three kinds of order, and strings. */
#ifndef BENCH_SORT_WORK_H
#define BENCH_SORT_WORK_H

#include "team.h"

/*
 *	random-N, nearly-N, few-N    N numbers of u64, where equal ones may change places
 *	stable-N, stable-nearly-N, stable-few-N    the same, where they may not
 *	strings-N                    N strings of 8 to 24 letters, ended by a 0
 *
 * nearly: ascending, then one in a hundred changes places with another. few: 100 different
 * values. A program includes this, fills in what it can do, and includes sort_main.h:
 *
 *	struct sort_calls sort_open(int threads)       as par_open in par_work.h
 *
 * twin: rivals/rust/src/sort.rs
 */
struct sort_calls {
	void (*sort)(uint64_t *v, size_t n);
	void (*stable)(uint64_t *v, size_t n);
	void (*strings)(const char **v, size_t n);
};

enum sort_kind { SORT_RANDOM, SORT_NEARLY, SORT_FEW };

static inline void
sort_fill(uint64_t *v, size_t n, enum sort_kind kind)
{
	for (size_t i = 0; i < n; i++)
		v[i] = kind == SORT_NEARLY ? i : team_number(i);
	for (size_t i = 0; kind == SORT_FEW && i < n; i++)
		v[i] %= 100;
	for (size_t i = 0; kind == SORT_NEARLY && i < n / 100; i++) {
		size_t a = team_number(2 * i) % n, b = team_number(2 * i + 1) % n;
		uint64_t kept = v[a];

		v[a] = v[b];
		v[b] = kept;
	}
}

#define SORT_LONGEST 24
#define SORT_SHORTEST 8

/* The strings, one after the other, each ended by a 0. */
static inline char *
sort_letters(const char **v, size_t n)
{
	char *letters = (char *)malloc(n * (SORT_LONGEST + 1)), *at = letters;

	if (letters == NULL)
		bench_die("no memory");
	for (size_t i = 0; i < n; i++) {
		uint64_t x = team_number(i);
		size_t length = SORT_SHORTEST + x % (SORT_LONGEST - SORT_SHORTEST + 1);

		v[i] = at;
		for (size_t k = 0; k < length; k++) {
			x = team_steps(x, 1);
			*at++ = (char)('a' + (x >> 33) % 26);
		}
		*at++ = '\0';
	}
	return letters;
}

static inline uint64_t
sort_sum_strings(const char *const *v, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t hash = 0;

		for (const char *c = v[i]; *c != '\0'; c++)
			hash = hash * 31 + (unsigned char)*c;
		sum += hash * (2 * i + 1);
	}
	return sum;
}

#endif
