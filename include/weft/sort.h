/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/sort.h: orders: sorting, merging, the smallest, the largest, the top k. */
#ifndef WEFT_SORT_H
#define WEFT_SORT_H

#include "par.h"
#include "detail/sort_inl.h"

/*
 * An order, named once, from which everything follows:
 *
 *   WEFT_SORT(by_age, struct user, younger)          bool younger(T const *, T const *)
 *   WEFT_SORT_KEY(by_age, struct user, uint32_t, age_of)
 *                                                    uint32_t age_of(T const *): an integer
 *                                                    or floating type; NaN comes last
 *   WEFT_SORT_CACHED(by_title, struct book, struct title, title_of, title_before)
 *                                                    the same for keys that are dear: sort
 *                                                    and sort_stable make each once
 *
 *   by_age_sort(how, v, n)              equal ones may change places
 *   by_age_sort_stable(how, v, n)       equal ones do not
 *   by_age_is_sorted(how, v, n)         bool
 *   by_age_merge(how, out, a, na, b, nb)  two sorted ones into a third; a's go first
 *   by_age_unique(how, v, n)            of a sorted one: one of each run of equals, the first;
 *                                       how many. What is behind them is as it may be
 *   by_age_nth(how, v, n, k)            v[k] is what a sort would put there; none before it
 *                                       is larger, none behind it smaller
 *   by_age_top(how, out, k, in, n)      the first k of in, sorted; how many (n < k: n)
 *   by_age_min(how, in, n)              T const *, the lowest index among equals; n == 0:
 *   by_age_max(how, in, n)              NULL
 *   by_age_lower(v, n, &x)              of a sorted one: the first index not before x
 *
 * None of these can fail. Scratch memory: sort, nth: none but a bounded stack; sort_stable:
 * n elements; CACHED: n keys; top: 2 k elements. Where there is no memory they go a slower
 * way in place. An order that contradicts itself gives some permutation, never a crash,
 * never a lost element. An order is a function of values, not of addresses: elements are
 * compared while they are on their way.
 *
 * how is as in weft/par.h, of which pool, serial and cancel count here. The answer does not
 * depend on it, but for sort's equals. A cancelled call leaves v in some order, nothing
 * lost; other outputs as they may be.
 */

WEFT_C_BEGIN_

/* The untyped forms. Those of the macros compare inline: several times faster. */
WEFT_API void weft_sort(const weft_par_options *how, void *v, size_t n, size_t size,
    weft_less_fn *less, void *ctx);
WEFT_API void weft_sort_stable(const weft_par_options *how, void *v, size_t n, size_t size,
    weft_less_fn *less, void *ctx);
WEFT_API bool weft_is_sorted(const weft_par_options *how, const void *v, size_t n, size_t size,
    weft_less_fn *less, void *ctx);
WEFT_API void weft_merge(const weft_par_options *how, void *out, const void *a, size_t na,
    const void *b, size_t nb, size_t size, weft_less_fn *less, void *ctx);
WEFT_API WEFT_MUST_USE size_t weft_unique(const weft_par_options *how, void *v, size_t n,
    size_t size, weft_less_fn *less, void *ctx);
WEFT_API void weft_nth(const weft_par_options *how, void *v, size_t n, size_t k, size_t size,
    weft_less_fn *less, void *ctx);
WEFT_API WEFT_MUST_USE size_t weft_top(const weft_par_options *how, void *out, size_t k,
    const void *in, size_t n, size_t size, weft_less_fn *less, void *ctx);
WEFT_API const void *weft_min(const weft_par_options *how, const void *in, size_t n, size_t size,
    weft_less_fn *less, void *ctx);
WEFT_API const void *weft_max(const weft_par_options *how, const void *in, size_t n, size_t size,
    weft_less_fn *less, void *ctx);

/*
 * Ready-made. Equal numbers cannot be told apart. Floats: -0 before +0, every NaN last.
 * Equal texts may change places.
 */
WEFT_API void weft_sort_u32(const weft_par_options *how, uint32_t *v, size_t n);
WEFT_API void weft_sort_u64(const weft_par_options *how, uint64_t *v, size_t n);
WEFT_API void weft_sort_i32(const weft_par_options *how, int32_t *v, size_t n);
WEFT_API void weft_sort_i64(const weft_par_options *how, int64_t *v, size_t n);
WEFT_API void weft_sort_f32(const weft_par_options *how, float *v, size_t n);
WEFT_API void weft_sort_f64(const weft_par_options *how, double *v, size_t n);
WEFT_API void weft_sort_str(const weft_par_options *how, const char **v, size_t n); /* strcmp */
WEFT_API void weft_sort_bytes(const weft_par_options *how, weft_bytes *v, size_t n); /* memcmp */

/* What the macros call: the same, for an order whose kernels were generated. */
WEFT_API void weft_sort_with_(const weft_par_options *how, void *v, size_t n,
    const weft_sort_order_ *order);
WEFT_API void weft_sort_stable_with_(const weft_par_options *how, void *v, size_t n,
    const weft_sort_order_ *order);
WEFT_API bool weft_is_sorted_with_(const weft_par_options *how, const void *v, size_t n,
    const weft_sort_order_ *order);
WEFT_API void weft_merge_with_(const weft_par_options *how, void *out, const void *a, size_t na,
    const void *b, size_t nb, const weft_sort_order_ *order);
WEFT_API size_t weft_unique_with_(const weft_par_options *how, void *v, size_t n,
    const weft_sort_order_ *order);
WEFT_API void weft_nth_with_(const weft_par_options *how, void *v, size_t n, size_t k,
    const weft_sort_order_ *order);
WEFT_API size_t weft_top_with_(const weft_par_options *how, void *out, size_t k, const void *in,
    size_t n, const weft_sort_order_ *order);
WEFT_API const void *weft_best_with_(const weft_par_options *how, const void *in, size_t n,
    bool most, const weft_sort_order_ *order);
/* Sorts v by pairs of a key and an index: fill makes those of v[0] up to v[n], from first. */
WEFT_API void weft_sort_cached_with_(const weft_par_options *how, void *v, size_t n,
    const weft_sort_order_ *order, const weft_sort_order_ *pairs, size_t at,
    void (*fill)(void *pairs, const void *v, size_t first, size_t n), bool stable);

WEFT_C_END_

/* clang-format off: a line a function. */

#define WEFT_SORT(name, T, less)                                                                  \
	WEFT_CHECK_TYPE_(name, T);                                                                \
	WEFT_CHECK_FN_(name, less, bool (*)(T const *, T const *),                                \
	    "bool " #less "(" #T " const *, " #T " const *)");                                    \
	WEFT_GEN_ bool name##_before_(const void *a_, const void *b_, void *ctx_)                 \
	{ (void)ctx_; return less((T const *)a_, (T const *)b_); }                                \
	WEFT_SORT_ALL_(name, T)

/* NaN is not below, nor equal to, anything: so it is last. */
#define WEFT_SORT_KEY(name, T, K, key)                                                            \
	WEFT_CHECK_TYPE_(name, T);                                                                \
	WEFT_CHECK_FN_(name, key, K (*)(T const *), #K " " #key "(" #T " const *)");              \
	WEFT_GEN_ bool name##_before_(const void *a_, const void *b_, void *ctx_)                 \
	{ K x_ = key((T const *)a_); K y_ = key((T const *)b_); K z_ = x_; (void)ctx_;            \
	  return !(y_ <= x_) && x_ <= z_; }                                                       \
	WEFT_SORT_ALL_(name, T)

#define WEFT_SORT_CACHED(name, T, K, key, less)                                                   \
	WEFT_CHECK_TYPE_(name, T);                                                                \
	WEFT_CHECK_TYPE_(name, K);                                                                \
	WEFT_CHECK_FN_(name, key, K (*)(T const *), #K " " #key "(" #T " const *)");              \
	WEFT_CHECK_FN_(name, less, bool (*)(K const *, K const *),                                \
	    "bool " #less "(" #K " const *, " #K " const *)");                                    \
	WEFT_GEN_ bool name##_before_(const void *a_, const void *b_, void *ctx_)                 \
	{ K x_ = key((T const *)a_); K y_ = key((T const *)b_); (void)ctx_;                       \
	  return less(&x_, &y_); }                                                                \
	struct name##_pair_ { K key_; size_t at_; };                                              \
	WEFT_GEN_ bool name##_pair_before_(const void *a_, const void *b_, void *ctx_)            \
	{ (void)ctx_; return less(&((struct name##_pair_ const *)a_)->key_,                       \
	    &((struct name##_pair_ const *)b_)->key_); }                                          \
	WEFT_SORT_ORDER_(name##_pair, struct name##_pair_);                                       \
	WEFT_GEN_ void name##_fill_(void *pairs_, const void *v_, size_t first_, size_t n_)       \
	{ struct name##_pair_ *to_ = (struct name##_pair_ *)pairs_; T const *of_ = (T const *)v_; \
	  for (size_t i_ = first_; i_ < n_; i_++) {                                               \
		to_[i_].key_ = key(&of_[i_]); to_[i_].at_ = i_; } }                               \
	WEFT_SORT_ORDER_(name, T);                                                                \
	WEFT_GEN_ void name##_sort(const weft_par_options *how_, T *v_, size_t n_)                \
	{ weft_sort_cached_with_(how_, v_, n_, name##_order_(), name##_pair_order_(),             \
	    offsetof(struct name##_pair_, at_), name##_fill_, false); }                           \
	WEFT_GEN_ void name##_sort_stable(const weft_par_options *how_, T *v_, size_t n_)         \
	{ weft_sort_cached_with_(how_, v_, n_, name##_order_(), name##_pair_order_(),             \
	    offsetof(struct name##_pair_, at_), name##_fill_, true); }                            \
	WEFT_SORT_MORE_(name, T)

#define WEFT_SORT_ALL_(name, T)                                                                   \
	WEFT_SORT_ORDER_(name, T);                                                                \
	WEFT_GEN_ void name##_sort(const weft_par_options *how_, T *v_, size_t n_)                \
	{ WEFT_ABI_(); weft_sort_with_(how_, v_, n_, name##_order_()); }                          \
	WEFT_GEN_ void name##_sort_stable(const weft_par_options *how_, T *v_, size_t n_)         \
	{ WEFT_ABI_(); weft_sort_stable_with_(how_, v_, n_, name##_order_()); }                   \
	WEFT_SORT_MORE_(name, T)

#define WEFT_SORT_MORE_(name, T)                                                                  \
	WEFT_GEN_ bool name##_is_sorted(const weft_par_options *how_, T const *v_, size_t n_)     \
	{ return weft_is_sorted_with_(how_, v_, n_, name##_order_()); }                           \
	WEFT_GEN_ void name##_merge(const weft_par_options *how_, T *out_, T const *a_,           \
	    size_t na_, T const *b_, size_t nb_)                                                  \
	{ weft_merge_with_(how_, out_, a_, na_, b_, nb_, name##_order_()); }                      \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_unique(const weft_par_options *how_, T *v_,         \
	    size_t n_)                                                                            \
	{ return weft_unique_with_(how_, v_, n_, name##_order_()); }                              \
	WEFT_GEN_ void name##_nth(const weft_par_options *how_, T *v_, size_t n_, size_t k_)      \
	{ weft_nth_with_(how_, v_, n_, k_, name##_order_()); }                                    \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_top(const weft_par_options *how_, T *out_,          \
	    size_t k_, T const *in_, size_t n_)                                                   \
	{ return weft_top_with_(how_, out_, k_, in_, n_, name##_order_()); }                      \
	WEFT_GEN_ T const *name##_min(const weft_par_options *how_, T const *in_, size_t n_)      \
	{ return (T const *)weft_best_with_(how_, in_, n_, false, name##_order_()); }             \
	WEFT_GEN_ T const *name##_max(const weft_par_options *how_, T const *in_, size_t n_)      \
	{ return (T const *)weft_best_with_(how_, in_, n_, true, name##_order_()); }              \
	WEFT_GEN_ size_t name##_lower(T const *v_, size_t n_, T const *x_)                        \
	{ return weft_sort_bound_((const char *)v_, n_, (const char *)x_, false, name##_as_()); } \
	WEFT_END_

/* clang-format on */

#endif
