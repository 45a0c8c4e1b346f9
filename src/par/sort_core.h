/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sort_core.h: what the parallel sides of weft/sort.h share. */
#ifndef WEFT_SRC_PAR_SORT_CORE_H
#define WEFT_SRC_PAR_SORT_CORE_H

#include <string.h>

#include "weft/pool.h"
#include "weft/sort.h"

/* Elements up to this size are held on the stack where an untyped function needs to. */
#define SORT_ROOM 256

/* A call, from begin on: the order, and how finely its work is divided. */
struct sort_call {
	const weft_sort_order_ *order;
	const weft_sort_as_ *by;     /* what its kernels are given; NULL: generated ones  */
	weft_sort_as_ as;            /* for the few comparisons that no kernel makes      */
	const weft_cancel *cancel;
	const char *name;            /* of the call, for sentences about misuse           */
	unsigned threads;            /* 1: nothing is forked                              */
	size_t grain;                /* so many elements are one piece of work            */
	size_t share;                /* more than this is too much for one thread         */
};

/* A generated order. */
static inline struct sort_call
sort_call_of(const char *name, const weft_sort_order_ *order)
{
	struct sort_call c = { .order = order, .name = name, .threads = 1 };

	c.as = weft_sort_as_of_(order->size, order->less, NULL);
	return c;
}

/*
 * Runs fn(ctx) where how says, with c->threads, grain and share set for n elements: up to
 * `grain` of them nothing is forked.
 */
void sort_begin(struct sort_call *c, const weft_par_options *how, size_t n, size_t grain,
    void (*fn)(void *ctx), void *ctx);

/* NULL with n > 0, no size, more than there can be: stops with a sentence. */
void sort_check(const struct sort_call *c, const void *v, size_t n);
/* out and what it is made from must not overlap. */
void sort_check_apart(const struct sort_call *c, const void *out, size_t n, const void *in,
    size_t n_in);

/* fn(a) and fn(b), which may run at the same time. */
static inline void
sort_both(void (*fn)(void *ctx), void *a, void *b)
{
	weft_fork f = weft_fork_begin_(fn, b);

	fn(a);
	if (weft_fork_end_(f))
		fn(b);
}

static inline bool
sort_is_cancelled(const struct sort_call *c)
{
	return c->cancel != NULL && weft_cancel_is_set(c->cancel);
}

static inline char *
sort_at(const struct sort_call *c, const void *v, size_t i)
{
	return (char *)(uintptr_t)v + i * c->order->size;
}

static inline bool
sort_less(const struct sort_call *c, const void *a, const void *b)
{
	return c->as.less(a, b, c->as.ctx);
}

/* Each works on the elements of one call; sort_begin has been called. */
void sort_quick(const struct sort_call *c, char *v, size_t n);
void sort_nth(const struct sort_call *c, char *v, size_t n, size_t k);
void sort_stable(const struct sort_call *c, char *v, size_t n);
/* n > 0 elements, with room for as many in spare; the result in spare, or in v. */
void sort_stable_over(const struct sort_call *c, char *v, char *spare, size_t n, bool to_spare);
void sort_merge(const struct sort_call *c, char *out, const char *a, size_t na, const char *b,
    size_t nb);
void sort_merge_in_place(const struct sort_call *c, char *v, size_t na, size_t nb);
void sort_swap(const struct sort_call *c, char *a, char *b, size_t bytes);

/* The bodies of the public functions, typed or not. */
void sort_call_sort(struct sort_call *c, const weft_par_options *how, void *v, size_t n);
void sort_call_stable(struct sort_call *c, const weft_par_options *how, void *v, size_t n);
bool sort_call_is_sorted(struct sort_call *c, const weft_par_options *how, const void *v, size_t n);
void sort_call_merge(struct sort_call *c, const weft_par_options *how, void *out, const void *a,
    size_t na, const void *b, size_t nb);
size_t sort_call_unique(struct sort_call *c, const weft_par_options *how, void *v, size_t n);
void sort_call_nth(struct sort_call *c, const weft_par_options *how, void *v, size_t n, size_t k);
size_t sort_call_top(struct sort_call *c, const weft_par_options *how, void *out, size_t k,
    const void *in, size_t n);
const void *sort_call_best(struct sort_call *c, const weft_par_options *how, const void *in,
    size_t n, bool most);

#endif
