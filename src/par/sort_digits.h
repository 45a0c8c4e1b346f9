/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * sort_digits.h: sorting unsigned words, by digits where they are many. Included by
 * sort_u32.c and sort_u64.c, which define WORD, WORD_BITS and SIGNED_NANS.
 *
 * A level: the range of the words, the counts of their upper eight bits within it, and
 * then each word changes places with the one that stands where it belongs, until each of
 * the 256 parts has its own. Every exchange puts a word where it stays, and the next does
 * not wait for it. Parts that are small, and what eight bits divide badly, are for the
 * quicksort, so that no input is worse than n log n.
 *
 * Of more than a thread's share the halves are made by one partition first: that divides
 * among threads without memory, which digits do not.
 */
#include "sort_core.h"

/* From so many words on a level of digits beats eight of quicksort: bench_sort. */
#define DIGITS_LEAST 1024
#define DIGITS_GRAIN 8192
#define DIGITS 256

static bool
word_before_(const void *a, const void *b, void *ctx)
{
	WORD x, y;

	(void)ctx;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return x < y;
}

WEFT_SORT_ORDER_(word, WORD);

struct digits {
	const struct sort_call *c;
	WORD *v;
	size_t n;
	unsigned limit;
};

struct parts {
	const struct digits *d;
	const size_t *end;           /* where each of the parts ends   */
	unsigned first, last;        /* which are to be sorted, of 256 */
};

static void digits(void *ctx);

static void
parts(void *ctx)
{
	struct parts *p = ctx, a = *p, b = *p;
	size_t begin = p->first == 0 ? 0 : p->end[p->first - 1];
	size_t n = p->end[p->last - 1] - begin;
	struct digits d = { p->d->c, p->d->v + begin, n, p->d->limit - 1 };

	if (n < 2)
		return;
	if (p->last - p->first == 1) {
		digits(&d);
		return;
	}
	a.last = b.first = p->first + (p->last - p->first) / 2;
	if (p->d->c->threads > 1 && n > DIGITS_GRAIN) {
		sort_both(parts, &a, &b);
	} else {
		parts(&a);
		parts(&b);
	}
}

/* The lowest, and how far the eight upper bits of the range are to be shifted. */
static WORD
look(const WORD *v, size_t n, unsigned *shift, bool *equal)
{
	WORD low = v[0], high = v[0];
	unsigned bits;

	for (size_t i = 1; i < n; i++) {
		low = v[i] < low ? v[i] : low;
		high = v[i] > high ? v[i] : high;
	}
	*equal = low == high;
	bits = 64 - (unsigned)__builtin_clzll((unsigned long long)(high - low) | 1);
	*shift = bits > 8 ? bits - 8 : 0;
	return low;
}

/* Four counts of each, so that equal words in a row do not wait for one another. */
static void
count(const WORD *v, size_t n, WORD low, unsigned shift, size_t *counts)
{
	uint32_t some[4][DIGITS];

	memset(counts, 0, DIGITS * sizeof *counts);
	for (size_t i = 0, end; i < n; i = end) {
		end = n - i < UINT32_MAX ? n : i + UINT32_MAX;
		memset(some, 0, sizeof some);
		for (; i + 4 <= end; i += 4) {
			for (size_t k = 0; k < 4; k++)
				some[k][(WORD)(v[i + k] - low) >> shift]++;
		}
		for (; i < end; i++)
			some[0][(WORD)(v[i] - low) >> shift]++;
		for (size_t k = 0; k < DIGITS; k++)
			counts[k] += (size_t)some[0][k] + some[1][k] + some[2][k] + some[3][k];
	}
}

/* Puts each into its part. end: in, the counts; out, where each part ends. */
static void
place(WORD *v, WORD low, unsigned shift, size_t *end)
{
	size_t at[DIGITS], sum = 0;
	unsigned live[DIGITS], left = 0;

	for (unsigned k = 0; k < DIGITS; k++) {
		at[k] = sum;
		sum += end[k];
		end[k] = sum;
		if (at[k] < sum)
			live[left++] = k;
	}
	/* Each round leaves fewer parts, and less in each. */
	while (left > 0) {
		unsigned some = left;

		left = 0;
		for (unsigned i = 0; i < some; i++) {
			unsigned k = live[i];

			for (size_t j = at[k]; j < end[k]; j++) {
				WORD x = v[j];
				size_t to = at[(WORD)(x - low) >> shift]++;

				v[j] = v[to];
				v[to] = x;
			}
			if (at[k] < end[k])
				live[left++] = k;
		}
	}
}

static void
digits(void *ctx)
{
	struct digits *d = ctx;
	size_t end[DIGITS];
	struct parts p = { d, end, 0, DIGITS };
	unsigned shift;
	bool equal;
	WORD low;

	if (sort_is_cancelled(d->c))
		return;
	if (d->n < DIGITS_LEAST || d->limit == 0) {
		word_quick_((char *)d->v, d->n, NULL, weft_sort_limit_(d->n), NULL);
		return;
	}
	low = look(d->v, d->n, &shift, &equal);
	if (equal)
		return;
	count(d->v, d->n, low, shift, end);
	place(d->v, low, shift, end);
	if (shift > 0)
		parts(&p);
}

/* The kernel that quicksort calls for what is no more than a thread's share. */
static void
by_digits(char *v, size_t n, const char *low, unsigned limit, const weft_sort_as_ *by)
{
	struct digits d = { by->ctx, (WORD *)(void *)v, n, WORD_BITS / 8 };

	(void)low;
	(void)limit;
	digits(&d);
}

/* What the words stand for. */
enum form { UNSIGNED, SIGNED, FLOATING };

#define SIGN ((WORD)1 << (WORD_BITS - 1))

/*
 * A word of the same order. Floats: their bits, the negative ones turned over, are in
 * order but for the NaNs with a sign, which come first; taking their number off all moves
 * them round to the end.
 */
static inline WORD
encoded(WORD x, enum form form)
{
	if (form == FLOATING)
		return (x ^ (x & SIGN ? (WORD) ~(WORD)0 : SIGN)) - SIGNED_NANS;
	return form == SIGNED ? x ^ SIGN : x;
}

static inline WORD
decoded(WORD x, enum form form)
{
	if (form == FLOATING) {
		x += SIGNED_NANS;
		return x ^ (x & SIGN ? SIGN : (WORD) ~(WORD)0);
	}
	return form == SIGNED ? x ^ SIGN : x;
}

struct words {
	struct sort_call c;
	WORD *v;
	size_t n;
	enum form form;
	bool decode;
};

/* The form is a constant in each loop, so that they are loops of vectors. */
static void
recode(void *ctx)
{
	struct words *w = ctx;

	if (w->c.threads > 1 && w->n > DIGITS_GRAIN) {
		struct words a = *w, b = *w;

		a.n = w->n / 2;
		b.n = w->n - a.n;
		b.v = w->v + a.n;
		sort_both(recode, &a, &b);
	} else if (w->form == SIGNED) {
		for (size_t i = 0; i < w->n; i++)
			w->v[i] = encoded(w->v[i], SIGNED);
	} else if (w->decode) {
		for (size_t i = 0; i < w->n; i++)
			w->v[i] = decoded(w->v[i], FLOATING);
	} else {
		for (size_t i = 0; i < w->n; i++)
			w->v[i] = encoded(w->v[i], FLOATING);
	}
}

static void
sort_words(void *ctx)
{
	struct words *w = ctx;
	weft_sort_as_ by = { sizeof(WORD), NULL, &w->c };

	if (w->form != UNSIGNED)
		recode(w);
	/* Digits are for whole shares: they divide what is left. */
	w->c.grain = w->c.share;
	w->c.by = &by;
	sort_quick(&w->c, (char *)w->v, w->n);
	w->decode = true;
	if (w->form != UNSIGNED)
		recode(w);
}

static void
sort_as(const char *name, const weft_par_options *how, void *v, size_t n, enum form form)
{
	weft_sort_order_ order = *word_order_();
	struct words w = { sort_call_of(name, &order), v, n, form, false };

	order.quick = by_digits;
	sort_check(&w.c, v, n);
	if (n > 1)
		sort_begin(&w.c, how, n, DIGITS_GRAIN, sort_words, &w);
}
