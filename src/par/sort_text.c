/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * sort_text.c: strings, and byte strings of known length.
 *
 * Each gets a pair of its first eight bytes, as a number whose order is theirs, and its
 * address: most comparisons are then of two numbers that are at hand, where strings are
 * scattered over memory. Where there is no memory for the pairs, the strings are compared.
 */
#include "sort_core.h"

/* Fewer elements than this are not worth a fork. */
#define TEXT_GRAIN 1024

struct text {
	uint64_t head;               /* the first eight bytes; after the end, zeros */
	const char *at;
};

struct bytes {
	uint64_t head;
	weft_bytes of;
};

static inline uint64_t
from_big_endian(uint64_t x)
{
	const unsigned char *b = (const unsigned char *)&x;

	return (uint64_t)b[0] << 56 | (uint64_t)b[1] << 48 | (uint64_t)b[2] << 40 |
	    (uint64_t)b[3] << 32 | (uint64_t)b[4] << 24 | (uint64_t)b[5] << 16 |
	    (uint64_t)b[6] << 8 | (uint64_t)b[7];
}

static inline uint64_t
head_of_text(const char *at)
{
	char head[8] = "";
	uint64_t x;

	for (size_t i = 0; i < sizeof head && at[i] != '\0'; i++)
		head[i] = at[i];
	memcpy(&x, head, sizeof x);
	return from_big_endian(x);
}

static inline uint64_t
head_of_bytes(weft_bytes of)
{
	uint64_t x = 0;

	if (of.len > 0)
		memcpy(&x, of.data, of.len < sizeof x ? of.len : sizeof x);
	return from_big_endian(x);
}

/* Two with one head that ends in zero are equal: the zero ends both. */
static inline bool
less_text(const struct text *a, const struct text *b)
{
	if (WEFT_LIKELY_(a->head != b->head))
		return a->head < b->head;
	return (a->head & 0xff) != 0 && strcmp(a->at + 8, b->at + 8) < 0;
}

static inline bool
less_string(const char *const *a, const char *const *b)
{
	return strcmp(*a, *b) < 0;
}

/* As memcmp; of two that differ in length alone, the shorter one first. */
static inline bool
less_plain_bytes(const weft_bytes *a, const weft_bytes *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int order = len > 0 ? memcmp(a->data, b->data, len) : 0;

	return order != 0 ? order < 0 : a->len < b->len;
}

static inline bool
less_bytes(const struct bytes *a, const struct bytes *b)
{
	if (WEFT_LIKELY_(a->head != b->head))
		return a->head < b->head;
	return less_plain_bytes(&a->of, &b->of);
}

WEFT_SORT(texts, struct text, less_text);
WEFT_SORT(strings, const char *, less_string);
WEFT_SORT(many_bytes, struct bytes, less_bytes);
WEFT_SORT(plain_bytes, weft_bytes, less_plain_bytes);

/* Pairs made of v, sorted, and put back into v. */
struct paired {
	struct sort_call c;          /* of the pairs */
	char *v, *pairs;
	size_t n;
	void (*move)(const struct paired *p);
};

static void
make_texts(const struct paired *p)
{
	struct text *to = (struct text *)(void *)p->pairs;
	const char *const *of = (const char *const *)(void *)p->v;

	for (size_t i = 0; i < p->n; i++) {
		/* Each is a miss of the cache: let several be on their way. */
		if (i + 16 < p->n)
			__builtin_prefetch(of[i + 16]);
		to[i].at = of[i];
		to[i].head = head_of_text(of[i]);
	}
}

static void
take_texts(const struct paired *p)
{
	const struct text *of = (const struct text *)(void *)p->pairs;
	const char **to = (const char **)(void *)p->v;

	for (size_t i = 0; i < p->n; i++)
		to[i] = of[i].at;
}

static void
make_bytes(const struct paired *p)
{
	struct bytes *to = (struct bytes *)(void *)p->pairs;
	const weft_bytes *of = (const weft_bytes *)(void *)p->v;

	for (size_t i = 0; i < p->n; i++) {
		if (i + 16 < p->n)
			__builtin_prefetch(of[i + 16].data);
		to[i].of = of[i];
		to[i].head = head_of_bytes(of[i]);
	}
}

static void
take_bytes(const struct paired *p)
{
	const struct bytes *of = (const struct bytes *)(void *)p->pairs;
	weft_bytes *to = (weft_bytes *)(void *)p->v;

	for (size_t i = 0; i < p->n; i++)
		to[i] = of[i].of;
}

/* A move over halves. */
struct moves {
	struct paired p;
	size_t size;                 /* of an element of v */
};

static void
move(void *ctx)
{
	struct moves *m = ctx, a = *m, b = *m;

	if (m->p.c.threads == 1 || m->p.n <= TEXT_GRAIN) {
		m->p.move(&m->p);
		return;
	}
	a.p.n = m->p.n / 2;
	b.p.n = m->p.n - a.p.n;
	b.p.v += a.p.n * m->size;
	b.p.pairs += a.p.n * m->p.c.order->size;
	sort_both(move, &a, &b);
}

struct text_sort {
	struct moves make, take;
};

static void
sort_pairs(void *ctx)
{
	struct text_sort *s = ctx;

	s->take.p.c = s->make.p.c;
	move(&s->make);
	sort_quick(&s->make.p.c, s->make.p.pairs, s->make.p.n);
	move(&s->take);
}

/* False: there is no memory for the pairs. */
static bool
sort_by_pairs(const char *name, const weft_par_options *how, void *v, size_t n, size_t size,
    const weft_sort_order_ *order, void (*make)(const struct paired *),
    void (*take)(const struct paired *))
{
	struct moves m = { { sort_call_of(name, order), v, NULL, n, make }, size };
	struct text_sort s;

	if (n > PTRDIFF_MAX / order->size)
		return false;
	m.p.pairs = weft_alloc(n * order->size, order->align);
	if (m.p.pairs == NULL)
		return false;
	s.make = s.take = m;
	s.take.p.move = take;
	sort_begin(&s.make.p.c, how, n, TEXT_GRAIN, sort_pairs, &s);
	weft_free(m.p.pairs, n * order->size, order->align);
	return true;
}

void
weft_sort_str(const weft_par_options *how, const char **v, size_t n)
{
	struct sort_call plain = sort_call_of("weft_sort_str", strings_order_());

	sort_check(&plain, v, n);
	if (n > 1 && !sort_by_pairs(plain.name, how, v, n, sizeof *v, texts_order_(), make_texts,
	    take_texts))
		sort_call_sort(&plain, how, v, n);
}

void
weft_sort_bytes(const weft_par_options *how, weft_bytes *v, size_t n)
{
	struct sort_call plain = sort_call_of("weft_sort_bytes", plain_bytes_order_());

	sort_check(&plain, v, n);
	if (n > 1 && !sort_by_pairs(plain.name, how, v, n, sizeof *v, many_bytes_order_(),
	    make_bytes, take_bytes))
		sort_call_sort(&plain, how, v, n);
}
