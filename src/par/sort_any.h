/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sort_any.h: what the untyped orders share: the kernels that move no element aside. */
#ifndef WEFT_SRC_PAR_SORT_ANY_H
#define WEFT_SRC_PAR_SORT_ANY_H

#include "sort_core.h"

/* clang-format off: a line a function. */

/* Needs name_as(by), which makes an order of what the caller passed. */
#define SORT_ANY_SCANS(name)                                                                      \
	static void name##_merge(char *out, const char *a, size_t na, const char *b, size_t nb,   \
	    const weft_sort_as_ *by)                                                              \
	{ weft_sort_merge_(out, a, na, b, nb, name##_as(by)); }                                   \
	static size_t name##_run(const char *v, size_t n, const weft_sort_as_ *by)                \
	{ return weft_sort_run_(v, n, name##_as(by)); }                                           \
	static const char *name##_best(const char *v, size_t n, bool most,                        \
	    const weft_sort_as_ *by)                                                              \
	{ return weft_sort_best_(v, n, most, name##_as(by)); }                                    \
	static size_t name##_unique(char *v, size_t n, const weft_sort_as_ *by)                   \
	{ return weft_sort_unique_(v, n, name##_as(by)); }                                        \
	static size_t name##_admit(char *out, size_t room, const char *in, size_t n,              \
	    const char *bound, size_t *seen, const weft_sort_as_ *by)                             \
	{ return weft_sort_admit_(out, room, in, n, bound, seen, name##_as(by)); }

/* The size, alignment and less of a call are filled in by it. */
#define SORT_ANY_ORDER(name)                                                                      \
	{ 0, 0, NULL, name##_quick, name##_part, name##_is_run, name##_stable, name##_merge,      \
	    name##_run, name##_best, name##_unique, name##_admit }

/* clang-format on */

/* For elements of more than SORT_ROOM bytes: sort_wide.c. */
extern const weft_sort_order_ sort_wide_order;

#endif
