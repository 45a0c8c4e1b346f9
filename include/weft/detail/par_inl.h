/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/par_inl.h: the loops that macros declare over ranges of items. */
#ifndef WEFT_DETAIL_PAR_INL_H
#define WEFT_DETAIL_PAR_INL_H

#include "../par.h"

WEFT_C_BEGIN_

/* What a generated function hands to its ranges. */
struct weft_par_args_ {
	void *out;
	const void *in, *in2, *in3, *ctx;
	size_t width;
	weft_status *each;
};

/* Arrays that are not there, or larger than any array is. */
WEFT_INLINE_ void
weft_par_given_(const char *call, const void *array, size_t n, size_t size)
{
	if (WEFT_UNLIKELY_(array == NULL && n != 0))
		weft_misuse_(call, "an array is NULL, and n is not 0");
	if (WEFT_UNLIKELY_(n > (size_t)PTRDIFF_MAX / size))
		weft_misuse_(call, "n is more than an array can have");
}

/* Pieces are done in any order: none may read what another writes. */
WEFT_INLINE_ void
weft_par_apart_(const char *call, const void *out, size_t out_size, const void *in, size_t in_size,
    size_t n)
{
	uintptr_t to = (uintptr_t)out, from = (uintptr_t)in;

	if (WEFT_UNLIKELY_(to < from + n * in_size && from < to + n * out_size))
		weft_misuse_(call, "out and an input overlap: give out an array of its own");
}

/* In place is fine where each item takes the place of one. */
WEFT_INLINE_ void
weft_par_fits_(const char *call, const void *out, size_t out_size, const void *in, size_t in_size,
    size_t n)
{
	if (out != in || out_size != in_size)
		weft_par_apart_(call, out, out_size, in, in_size, n);
}

/* A number that chooses a place in the user's array. */
WEFT_INLINE_ size_t
weft_par_below_(const char *call, size_t number, size_t end)
{
	if (WEFT_UNLIKELY_(number >= end))
		weft_misuse_(call, "a bin or group is out of range: it must be below their number");
	return number;
}

/* Accumulators that are counts. */
WEFT_GEN_ void
weft_par_zero_(void *acc, void *ctx)
{
	(void)ctx;
	*(size_t *)acc = 0;
}

WEFT_GEN_ void
weft_par_add_(void *into, void *spent, void *ctx)
{
	(void)ctx;
	*(size_t *)into += *(const size_t *)spent;
}

/* For loops that cannot fail: WEFT_CANCELLED the caller's token knows. */
WEFT_INLINE_ void
weft_par_run_(const weft_par_options *how, size_t n, weft_range_fn *body, void *args)
{
	weft_ignore(weft_par_for(how, n, body, args, NULL));
}

/* How many of n did not return WEFT_OK, when range counts those that did. */
WEFT_INLINE_ size_t
weft_par_failed_(const weft_par_options *how, size_t n,
    void (*range)(void *acc, size_t begin, size_t end, void *ctx), struct weft_par_args_ *args)
{
	const weft_fold fold = { sizeof(size_t), alignof(size_t), weft_par_zero_, range,
		weft_par_add_ };
	size_t done = 0;

	/* What is not reached is cancelled. */
	if (how != NULL && how->cancel != NULL)
		for (size_t i = 0; i < n; i++)
			args->each[i] = WEFT_CANCELLED;
	weft_par_fold(how, n, &fold, &done, args);
	return n - done;
}

WEFT_C_END_

/* clang-format off: a line a function. */

#define WEFT_PAR_ARGS_(out, in, in2, in3, k, width, each)                                         \
	struct weft_par_args_ args_ = { out, in, in2, in3, WEFT_PAR_CTX_##k##_, width, each }
#define WEFT_PAR_CTX_0_ NULL
#define WEFT_PAR_CTX_1_ ctx_

/* A range function, up to its loop: the arguments, and what the context is. */
#define WEFT_PAR_UNPACK_                                                                          \
	const struct weft_par_args_ *a_ = (const struct weft_par_args_ *)args_;                   \
	const void *k_ = a_->ctx; (void)k_
#define WEFT_PAR_RANGE_(name)                                                                     \
	WEFT_GEN_ weft_status name##_range_(size_t begin_, size_t end_, size_t *at_, void *args_)
#define WEFT_PAR_LOOP_ WEFT_PAR_UNROLL_ for (size_t i_ = begin_; i_ < end_; i_++)
/* gcc unrolls no loop by itself: a cheap body then waits for the counting. bench: map, sum. */
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 8
#define WEFT_PAR_UNROLL_ _Pragma("GCC unroll 8")
#else
#define WEFT_PAR_UNROLL_
#endif
#define WEFT_PAR_HOW_ const weft_par_options *how_

/* FOR */
#define WEFT_PAR_FOR(name, ...) WEFT_PICK_(WEFT_PAR_FOR_, __VA_ARGS__)(name, __VA_ARGS__)
#define WEFT_PAR_FOR_1_(name, fn) WEFT_PAR_FOR_LOOP_(name, fn, 0, void)
#define WEFT_PAR_FOR_2_(name, fn, Ctx) WEFT_PAR_FOR_LOOP_(name, fn, 1, Ctx)
#define WEFT_PAR_FOR_LOOP_(name, fn, k, Ctx)                                                      \
	WEFT_CHECK_FN_(name, fn, void (*)(size_t WEFT_CTX_TYPE_##k##_(Ctx)),                      \
	    "void " #fn "(size_t" WEFT_CTX_TEXT_##k##_(Ctx) ")");                                 \
	WEFT_GEN_ void name##_fn_(size_t i_ WEFT_CTX_SHIM_##k##_(Ctx))                            \
	{ fn(i_ WEFT_CTX_FROM_##k##_); }                                                          \
	WEFT_PAR_RANGE_(name)                                                                     \
	{ WEFT_PAR_UNPACK_; (void)at_;                                                            \
	  WEFT_PAR_LOOP_ { name##_fn_(i_ WEFT_CTX_PASS_##k##_(Ctx, k_)); }                        \
	  return WEFT_OK; }                                                                       \
	WEFT_GEN_ void name(WEFT_PAR_HOW_, size_t n_ WEFT_CTX_SHIM_##k##_(Ctx))                   \
	{ WEFT_PAR_ARGS_(NULL, NULL, NULL, NULL, k, 0, NULL);                                     \
	  weft_par_run_(how_, n_, name##_range_, &args_); }                                       \
	WEFT_END_

/* EACH: the last argument before k is what fn gets besides the item. */
#define WEFT_PAR_EACH(name, T, ...)                                                               \
	WEFT_PICK_(WEFT_PAR_EACH_, __VA_ARGS__)(name, T, __VA_ARGS__)
#define WEFT_PAR_EACH_1_(name, T, fn) WEFT_PAR_EACH_LOOP_(name, T, fn, 0, void)
#define WEFT_PAR_EACH_2_(name, T, fn, Ctx) WEFT_PAR_EACH_LOOP_(name, T, fn, 1, Ctx)
#define WEFT_PAR_EACH_LOOP_(name, T, fn, k, Ctx)                                                  \
	WEFT_CHECK_FN_(name, fn, void (*)(T * WEFT_CTX_TYPE_##k##_(Ctx)),                         \
	    "void " #fn "(" #T " *" WEFT_CTX_TEXT_##k##_(Ctx) ")");                               \
	WEFT_GEN_ void name##_fn_(T *x_, size_t i_ WEFT_CTX_SHIM_##k##_(Ctx))                     \
	{ (void)i_; fn(x_ WEFT_CTX_FROM_##k##_); }                                                \
	WEFT_PAR_ITEMS_(name, T, k, Ctx)

#define WEFT_PAR_EACH_INDEX(name, T, ...)                                                         \
	WEFT_PICK_(WEFT_PAR_EACH_INDEX_, __VA_ARGS__)(name, T, __VA_ARGS__)
#define WEFT_PAR_EACH_INDEX_1_(name, T, fn) WEFT_PAR_EACH_INDEX_LOOP_(name, T, fn, 0, void)
#define WEFT_PAR_EACH_INDEX_2_(name, T, fn, Ctx) WEFT_PAR_EACH_INDEX_LOOP_(name, T, fn, 1, Ctx)
#define WEFT_PAR_EACH_INDEX_LOOP_(name, T, fn, k, Ctx)                                            \
	WEFT_CHECK_FN_(name, fn, void (*)(T *, size_t WEFT_CTX_TYPE_##k##_(Ctx)),                 \
	    "void " #fn "(" #T " *, size_t" WEFT_CTX_TEXT_##k##_(Ctx) ")");                       \
	WEFT_GEN_ void name##_fn_(T *x_, size_t i_ WEFT_CTX_SHIM_##k##_(Ctx))                     \
	{ fn(x_, i_ WEFT_CTX_FROM_##k##_); }                                                      \
	WEFT_PAR_ITEMS_(name, T, k, Ctx)

#define WEFT_PAR_ITEMS_(name, T, k, Ctx)                                                          \
	WEFT_PAR_RANGE_(name)                                                                     \
	{ WEFT_PAR_UNPACK_; T *items_ = (T *)a_->out; (void)at_;                                  \
	  WEFT_PAR_LOOP_ { name##_fn_(&items_[i_], i_ WEFT_CTX_PASS_##k##_(Ctx, k_)); }           \
	  return WEFT_OK; }                                                                       \
	WEFT_GEN_ void name(WEFT_PAR_HOW_, T *items_, size_t n_ WEFT_CTX_SHIM_##k##_(Ctx))        \
	{ WEFT_PAR_ARGS_(items_, NULL, NULL, NULL, k, 0, NULL);                                   \
	  weft_par_given_(#name, items_, n_, sizeof(T));                                          \
	  weft_par_run_(how_, n_, name##_range_, &args_); }                                       \
	WEFT_END_

/* MAP */
#define WEFT_PAR_MAP(name, Out, In, ...)                                                          \
	WEFT_PICK_(WEFT_PAR_MAP_, __VA_ARGS__)(name, Out, In, __VA_ARGS__)
#define WEFT_PARMAP WEFT_PAR_MAP   /* the word that people look for */
#define WEFT_PAR_MAP_1_(name, Out, In, fn) WEFT_PAR_MAP_LOOP_(name, Out, In, fn, 0, void)
#define WEFT_PAR_MAP_2_(name, Out, In, fn, Ctx) WEFT_PAR_MAP_LOOP_(name, Out, In, fn, 1, Ctx)
#define WEFT_PAR_MAP_FN_(name, Out, In, fn, k, Ctx)                                               \
	WEFT_CHECK_FN_(name, fn, Out (*)(In const * WEFT_CTX_TYPE_##k##_(Ctx)),                   \
	    #Out " " #fn "(" #In " const *" WEFT_CTX_TEXT_##k##_(Ctx) ")");                       \
	WEFT_GEN_ Out name##_fn_(In const *x_ WEFT_CTX_SHIM_##k##_(Ctx))                          \
	{ return fn(x_ WEFT_CTX_FROM_##k##_); }
#define WEFT_PAR_MAP_LOOP_(name, Out, In, fn, k, Ctx)                                             \
	WEFT_PAR_MAP_FN_(name, Out, In, fn, k, Ctx)                                               \
	WEFT_PAR_RANGE_(name)                                                                     \
	{ WEFT_PAR_UNPACK_; Out *out_ = (Out *)a_->out; In const *in_ = (In const *)a_->in;       \
	  (void)at_;                                                                              \
	  WEFT_PAR_LOOP_ { out_[i_] = name##_fn_(&in_[i_] WEFT_CTX_PASS_##k##_(Ctx, k_)); }       \
	  return WEFT_OK; }                                                                       \
	WEFT_GEN_ void name(WEFT_PAR_HOW_, Out *out_, In const *in_, size_t n_                    \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ WEFT_PAR_ARGS_(out_, in_, NULL, NULL, k, 0, NULL);                                      \
	  weft_par_given_(#name, out_, n_, sizeof(Out));                                          \
	  weft_par_given_(#name, in_, n_, sizeof(In));                                            \
	  weft_par_fits_(#name, out_, sizeof(Out), in_, sizeof(In), n_);                          \
	  weft_par_run_(how_, n_, name##_range_, &args_); }                                       \
	WEFT_END_

/* MAP_IN_PLACE: one pointer, so that compilers see that nothing else overlaps. */
#define WEFT_PAR_MAP_IN_PLACE(name, T, ...)                                                       \
	WEFT_PICK_(WEFT_PAR_MAP_IN_PLACE_, __VA_ARGS__)(name, T, __VA_ARGS__)
#define WEFT_PAR_MAP_IN_PLACE_1_(name, T, fn) WEFT_PAR_MAP_IN_PLACE_LOOP_(name, T, fn, 0, void)
#define WEFT_PAR_MAP_IN_PLACE_2_(name, T, fn, Ctx) WEFT_PAR_MAP_IN_PLACE_LOOP_(name, T, fn, 1, Ctx)
#define WEFT_PAR_MAP_IN_PLACE_LOOP_(name, T, fn, k, Ctx)                                          \
	WEFT_PAR_MAP_FN_(name, T, T, fn, k, Ctx)                                                  \
	WEFT_PAR_RANGE_(name)                                                                     \
	{ WEFT_PAR_UNPACK_; T *items_ = (T *)a_->out; (void)at_;                                  \
	  WEFT_PAR_LOOP_ { items_[i_] = name##_fn_(&items_[i_] WEFT_CTX_PASS_##k##_(Ctx, k_)); }  \
	  return WEFT_OK; }                                                                       \
	WEFT_GEN_ void name(WEFT_PAR_HOW_, T *items_, size_t n_ WEFT_CTX_SHIM_##k##_(Ctx))        \
	{ WEFT_PAR_ARGS_(items_, NULL, NULL, NULL, k, 0, NULL);                                   \
	  weft_par_given_(#name, items_, n_, sizeof(T));                                          \
	  weft_par_run_(how_, n_, name##_range_, &args_); }                                       \
	WEFT_END_

/* ZIP */
#define WEFT_PAR_ZIP(name, Out, A, B, ...)                                                        \
	WEFT_PICK_(WEFT_PAR_ZIP_, __VA_ARGS__)(name, Out, A, B, __VA_ARGS__)
#define WEFT_PAR_ZIP_1_(name, Out, A, B, fn) WEFT_PAR_ZIP_LOOP_(name, Out, A, B, fn, 0, void)
#define WEFT_PAR_ZIP_2_(name, Out, A, B, fn, Ctx) WEFT_PAR_ZIP_LOOP_(name, Out, A, B, fn, 1, Ctx)
#define WEFT_PAR_ZIP_LOOP_(name, Out, A, B, fn, k, Ctx)                                           \
	WEFT_CHECK_FN_(name, fn, Out (*)(A const *, B const * WEFT_CTX_TYPE_##k##_(Ctx)),         \
	    #Out " " #fn "(" #A " const *, " #B " const *" WEFT_CTX_TEXT_##k##_(Ctx) ")");        \
	WEFT_GEN_ Out name##_fn_(A const *x_, B const *y_ WEFT_CTX_SHIM_##k##_(Ctx))              \
	{ return fn(x_, y_ WEFT_CTX_FROM_##k##_); }                                               \
	WEFT_PAR_RANGE_(name)                                                                     \
	{ WEFT_PAR_UNPACK_; Out *out_ = (Out *)a_->out; A const *x_ = (A const *)a_->in;          \
	  B const *y_ = (B const *)a_->in2; (void)at_;                                            \
	  WEFT_PAR_LOOP_                                                                          \
	  { out_[i_] = name##_fn_(&x_[i_], &y_[i_] WEFT_CTX_PASS_##k##_(Ctx, k_)); }              \
	  return WEFT_OK; }                                                                       \
	WEFT_GEN_ void name(WEFT_PAR_HOW_, Out *out_, A const *x_, B const *y_, size_t n_         \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ WEFT_PAR_ARGS_(out_, x_, y_, NULL, k, 0, NULL);                                         \
	  weft_par_given_(#name, out_, n_, sizeof(Out));                                          \
	  weft_par_given_(#name, x_, n_, sizeof(A));                                              \
	  weft_par_given_(#name, y_, n_, sizeof(B));                                              \
	  weft_par_fits_(#name, out_, sizeof(Out), x_, sizeof(A), n_);                            \
	  weft_par_fits_(#name, out_, sizeof(Out), y_, sizeof(B), n_);                            \
	  weft_par_run_(how_, n_, name##_range_, &args_); }                                       \
	WEFT_END_

#define WEFT_PAR_ZIP3(name, Out, A, B, C, ...)                                                    \
	WEFT_PICK_(WEFT_PAR_ZIP3_, __VA_ARGS__)(name, Out, A, B, C, __VA_ARGS__)
#define WEFT_PAR_ZIP3_1_(name, Out, A, B, C, fn)                                                  \
	WEFT_PAR_ZIP3_LOOP_(name, Out, A, B, C, fn, 0, void)
#define WEFT_PAR_ZIP3_2_(name, Out, A, B, C, fn, Ctx)                                             \
	WEFT_PAR_ZIP3_LOOP_(name, Out, A, B, C, fn, 1, Ctx)
#define WEFT_PAR_ZIP3_LOOP_(name, Out, A, B, C, fn, k, Ctx)                                       \
	WEFT_CHECK_FN_(name, fn,                                                                  \
	    Out (*)(A const *, B const *, C const * WEFT_CTX_TYPE_##k##_(Ctx)),                   \
	    #Out " " #fn "(" #A " const *, " #B " const *, " #C " const *"                        \
	    WEFT_CTX_TEXT_##k##_(Ctx) ")");                                                       \
	WEFT_GEN_ Out name##_fn_(A const *x_, B const *y_, C const *z_                            \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ return fn(x_, y_, z_ WEFT_CTX_FROM_##k##_); }                                           \
	WEFT_PAR_RANGE_(name)                                                                     \
	{ WEFT_PAR_UNPACK_; Out *out_ = (Out *)a_->out; A const *x_ = (A const *)a_->in;          \
	  B const *y_ = (B const *)a_->in2; C const *z_ = (C const *)a_->in3; (void)at_;          \
	  WEFT_PAR_LOOP_                                                                          \
	  { out_[i_] = name##_fn_(&x_[i_], &y_[i_], &z_[i_] WEFT_CTX_PASS_##k##_(Ctx, k_)); }     \
	  return WEFT_OK; }                                                                       \
	WEFT_GEN_ void name(WEFT_PAR_HOW_, Out *out_, A const *x_, B const *y_, C const *z_,      \
	    size_t n_ WEFT_CTX_SHIM_##k##_(Ctx))                                                  \
	{ WEFT_PAR_ARGS_(out_, x_, y_, z_, k, 0, NULL);                                           \
	  weft_par_given_(#name, out_, n_, sizeof(Out));                                          \
	  weft_par_given_(#name, x_, n_, sizeof(A));                                              \
	  weft_par_given_(#name, y_, n_, sizeof(B));                                              \
	  weft_par_given_(#name, z_, n_, sizeof(C));                                              \
	  weft_par_fits_(#name, out_, sizeof(Out), x_, sizeof(A), n_);                            \
	  weft_par_fits_(#name, out_, sizeof(Out), y_, sizeof(B), n_);                            \
	  weft_par_fits_(#name, out_, sizeof(Out), z_, sizeof(C), n_);                            \
	  weft_par_run_(how_, n_, name##_range_, &args_); }                                       \
	WEFT_END_

/* CHUNKS */
#define WEFT_PAR_CHUNKS(name, T, ...)                                                             \
	WEFT_PICK_(WEFT_PAR_CHUNKS_, __VA_ARGS__)(name, T, __VA_ARGS__)
#define WEFT_PAR_CHUNKS_1_(name, T, fn) WEFT_PAR_CHUNKS_LOOP_(name, T, fn, 0, void)
#define WEFT_PAR_CHUNKS_2_(name, T, fn, Ctx) WEFT_PAR_CHUNKS_LOOP_(name, T, fn, 1, Ctx)
#define WEFT_PAR_CHUNKS_LOOP_(name, T, fn, k, Ctx)                                                \
	WEFT_CHECK_FN_(name, fn, void (*)(T *, size_t, size_t WEFT_CTX_TYPE_##k##_(Ctx)),         \
	    "void " #fn "(" #T " *, size_t len, size_t first" WEFT_CTX_TEXT_##k##_(Ctx) ")");     \
	WEFT_GEN_ void name##_fn_(T *x_, size_t len_, size_t first_ WEFT_CTX_SHIM_##k##_(Ctx))    \
	{ fn(x_, len_, first_ WEFT_CTX_FROM_##k##_); }                                            \
	WEFT_PAR_RANGE_(name)                                                                     \
	{ WEFT_PAR_UNPACK_; (void)at_;                                                            \
	  name##_fn_((T *)a_->out + begin_, end_ - begin_, begin_                                 \
	      WEFT_CTX_PASS_##k##_(Ctx, k_));                                                     \
	  return WEFT_OK; }                                                                       \
	WEFT_GEN_ void name(WEFT_PAR_HOW_, T *items_, size_t n_, size_t chunk_                    \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ WEFT_PAR_ARGS_(items_, NULL, NULL, NULL, k, 0, NULL);                                   \
	  weft_par_given_(#name, items_, n_, sizeof(T));                                          \
	  weft_ignore(weft_par_chunks(how_, n_, chunk_, name##_range_, &args_, NULL)); }          \
	WEFT_GEN_ size_t name##_exact(WEFT_PAR_HOW_, T *items_, size_t n_, size_t chunk_          \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ n_ -= chunk_ != 0 ? n_ % chunk_ : 0;                                                    \
	  name(how_, items_, n_, chunk_ WEFT_CTX_FROM_##k##_); return n_; }                       \
	WEFT_END_

/* WINDOWS */
#define WEFT_PAR_WINDOWS(name, Out, In, ...)                                                      \
	WEFT_PICK_(WEFT_PAR_WINDOWS_, __VA_ARGS__)(name, Out, In, __VA_ARGS__)
#define WEFT_PAR_WINDOWS_1_(name, Out, In, fn) WEFT_PAR_WINDOWS_LOOP_(name, Out, In, fn, 0, void)
#define WEFT_PAR_WINDOWS_2_(name, Out, In, fn, Ctx)                                               \
	WEFT_PAR_WINDOWS_LOOP_(name, Out, In, fn, 1, Ctx)
#define WEFT_PAR_WINDOWS_LOOP_(name, Out, In, fn, k, Ctx)                                         \
	WEFT_CHECK_FN_(name, fn, Out (*)(In const *, size_t WEFT_CTX_TYPE_##k##_(Ctx)),           \
	    #Out " " #fn "(" #In " const *, size_t width" WEFT_CTX_TEXT_##k##_(Ctx) ")");         \
	WEFT_GEN_ Out name##_fn_(In const *x_, size_t width_ WEFT_CTX_SHIM_##k##_(Ctx))           \
	{ return fn(x_, width_ WEFT_CTX_FROM_##k##_); }                                           \
	WEFT_PAR_RANGE_(name)                                                                     \
	{ WEFT_PAR_UNPACK_; Out *out_ = (Out *)a_->out; In const *in_ = (In const *)a_->in;       \
	  size_t width_ = a_->width; (void)at_;                                                   \
	  WEFT_PAR_LOOP_                                                                          \
	  { out_[i_] = name##_fn_(&in_[i_], width_ WEFT_CTX_PASS_##k##_(Ctx, k_)); }              \
	  return WEFT_OK; }                                                                       \
	WEFT_GEN_ size_t name(WEFT_PAR_HOW_, Out *out_, In const *in_, size_t n_, size_t width_   \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ size_t windows_ = width_ == 0 || n_ < width_ ? 0 : n_ - width_ + 1;                     \
	  WEFT_PAR_ARGS_(out_, in_, NULL, NULL, k, width_, NULL);                                 \
	  weft_par_given_(#name, out_, windows_, sizeof(Out));                                    \
	  weft_par_given_(#name, in_, windows_ != 0 ? n_ : 0, sizeof(In));                        \
	  weft_par_apart_(#name, out_, windows_ * sizeof(Out), in_, n_ * sizeof(In),              \
	      windows_ != 0);                                                                     \
	  weft_par_run_(how_, windows_, name##_range_, &args_); return windows_; }                \
	WEFT_END_

/* TRY: name_one_ does item i; then the range that stops, and the one that does not. */
#define WEFT_PAR_TRY_RANGES_(name)                                                                \
	WEFT_PAR_RANGE_(name)                                                                     \
	{ const struct weft_par_args_ *a_ = (const struct weft_par_args_ *)args_;                 \
	  WEFT_PAR_LOOP_ {                                                                        \
	    weft_status s_ = name##_one_(a_, i_);                                                 \
	    if (WEFT_UNLIKELY_(s_ != WEFT_OK)) { *at_ = i_; return s_; } }                        \
	  return WEFT_OK; }                                                                       \
	WEFT_GEN_ void name##_each_(void *acc_, size_t begin_, size_t end_, void *args_)          \
	{ const struct weft_par_args_ *a_ = (const struct weft_par_args_ *)args_;                 \
	  size_t done_ = 0;                                                                       \
	  WEFT_PAR_LOOP_ {                                                                        \
	    weft_status s_ = name##_one_(a_, i_);                                                 \
	    a_->each[i_] = s_; done_ += s_ == WEFT_OK; }                                          \
	  *(size_t *)acc_ += done_; }

#define WEFT_PAR_TRY_FOR(name, ...) WEFT_PICK_(WEFT_PAR_TRY_FOR_, __VA_ARGS__)(name, __VA_ARGS__)
#define WEFT_PAR_TRY_FOR_1_(name, fn) WEFT_PAR_TRY_FOR_LOOP_(name, fn, 0, void)
#define WEFT_PAR_TRY_FOR_2_(name, fn, Ctx) WEFT_PAR_TRY_FOR_LOOP_(name, fn, 1, Ctx)
#define WEFT_PAR_TRY_FOR_LOOP_(name, fn, k, Ctx)                                                  \
	WEFT_CHECK_FN_(name, fn, weft_status (*)(size_t WEFT_CTX_TYPE_##k##_(Ctx)),               \
	    "weft_status " #fn "(size_t" WEFT_CTX_TEXT_##k##_(Ctx) ")");                          \
	WEFT_GEN_ weft_status name##_fn_(size_t i_ WEFT_CTX_SHIM_##k##_(Ctx))                     \
	{ return fn(i_ WEFT_CTX_FROM_##k##_); }                                                   \
	WEFT_GEN_ weft_status name##_one_(const struct weft_par_args_ *a_, size_t i_)             \
	{ (void)a_; return name##_fn_(i_ WEFT_CTX_PASS_##k##_(Ctx, a_->ctx)); }                   \
	WEFT_PAR_TRY_RANGES_(name)                                                                \
	WEFT_GEN_ WEFT_MUST_USE weft_status name(WEFT_PAR_HOW_, size_t n_, size_t *at_            \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ WEFT_PAR_ARGS_(NULL, NULL, NULL, NULL, k, 0, NULL);                                     \
	  return weft_par_for(how_, n_, name##_range_, &args_, at_); }                            \
	WEFT_GEN_ size_t name##_each(WEFT_PAR_HOW_, size_t n_, weft_status *results_              \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ WEFT_PAR_ARGS_(NULL, NULL, NULL, NULL, k, 0, results_);                                 \
	  weft_par_given_(#name "_each", results_, n_, sizeof(weft_status));                      \
	  return weft_par_failed_(how_, n_, name##_each_, &args_); }                              \
	WEFT_END_

#define WEFT_PAR_TRY_EACH(name, T, ...)                                                           \
	WEFT_PICK_(WEFT_PAR_TRY_EACH_, __VA_ARGS__)(name, T, __VA_ARGS__)
#define WEFT_PAR_TRY_EACH_1_(name, T, fn) WEFT_PAR_TRY_EACH_LOOP_(name, T, fn, 0, void)
#define WEFT_PAR_TRY_EACH_2_(name, T, fn, Ctx) WEFT_PAR_TRY_EACH_LOOP_(name, T, fn, 1, Ctx)
#define WEFT_PAR_TRY_EACH_LOOP_(name, T, fn, k, Ctx)                                              \
	WEFT_CHECK_FN_(name, fn, weft_status (*)(T * WEFT_CTX_TYPE_##k##_(Ctx)),                  \
	    "weft_status " #fn "(" #T " *" WEFT_CTX_TEXT_##k##_(Ctx) ")");                        \
	WEFT_GEN_ weft_status name##_fn_(T *x_ WEFT_CTX_SHIM_##k##_(Ctx))                         \
	{ return fn(x_ WEFT_CTX_FROM_##k##_); }                                                   \
	WEFT_GEN_ weft_status name##_one_(const struct weft_par_args_ *a_, size_t i_)             \
	{ return name##_fn_((T *)a_->out + i_ WEFT_CTX_PASS_##k##_(Ctx, a_->ctx)); }              \
	WEFT_PAR_TRY_RANGES_(name)                                                                \
	WEFT_GEN_ WEFT_MUST_USE weft_status name(WEFT_PAR_HOW_, T *items_, size_t n_, size_t *at_ \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ WEFT_PAR_ARGS_(items_, NULL, NULL, NULL, k, 0, NULL);                                   \
	  weft_par_given_(#name, items_, n_, sizeof(T));                                          \
	  return weft_par_for(how_, n_, name##_range_, &args_, at_); }                            \
	WEFT_GEN_ size_t name##_each(WEFT_PAR_HOW_, T *items_, size_t n_, weft_status *results_   \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ WEFT_PAR_ARGS_(items_, NULL, NULL, NULL, k, 0, results_);                               \
	  weft_par_given_(#name "_each", items_, n_, sizeof(T));                                  \
	  weft_par_given_(#name "_each", results_, n_, sizeof(weft_status));                      \
	  return weft_par_failed_(how_, n_, name##_each_, &args_); }                              \
	WEFT_END_

#define WEFT_PAR_TRY_MAP(name, Out, In, ...)                                                      \
	WEFT_PICK_(WEFT_PAR_TRY_MAP_, __VA_ARGS__)(name, Out, In, __VA_ARGS__)
#define WEFT_PAR_TRY_MAP_1_(name, Out, In, fn) WEFT_PAR_TRY_MAP_LOOP_(name, Out, In, fn, 0, void)
#define WEFT_PAR_TRY_MAP_2_(name, Out, In, fn, Ctx)                                               \
	WEFT_PAR_TRY_MAP_LOOP_(name, Out, In, fn, 1, Ctx)
#define WEFT_PAR_TRY_MAP_LOOP_(name, Out, In, fn, k, Ctx)                                         \
	WEFT_CHECK_FN_(name, fn, weft_status (*)(Out *, In const * WEFT_CTX_TYPE_##k##_(Ctx)),    \
	    "weft_status " #fn "(" #Out " *, " #In " const *" WEFT_CTX_TEXT_##k##_(Ctx) ")");     \
	WEFT_GEN_ weft_status name##_fn_(Out *x_, In const *y_ WEFT_CTX_SHIM_##k##_(Ctx))         \
	{ return fn(x_, y_ WEFT_CTX_FROM_##k##_); }                                               \
	WEFT_GEN_ weft_status name##_one_(const struct weft_par_args_ *a_, size_t i_)             \
	{ return name##_fn_((Out *)a_->out + i_,                                                  \
	      (In const *)a_->in + i_ WEFT_CTX_PASS_##k##_(Ctx, a_->ctx)); }                      \
	WEFT_PAR_TRY_RANGES_(name)                                                                \
	WEFT_GEN_ void name##_given_(const char *call_, Out const *out_, In const *in_, size_t n_) \
	{ weft_par_given_(call_, out_, n_, sizeof(Out));                                          \
	  weft_par_given_(call_, in_, n_, sizeof(In));                                            \
	  weft_par_fits_(call_, out_, sizeof(Out), in_, sizeof(In), n_); }                        \
	WEFT_GEN_ WEFT_MUST_USE weft_status name(WEFT_PAR_HOW_, Out *out_, In const *in_,         \
	    size_t n_, size_t *at_ WEFT_CTX_SHIM_##k##_(Ctx))                                     \
	{ WEFT_PAR_ARGS_(out_, in_, NULL, NULL, k, 0, NULL);                                      \
	  name##_given_(#name, out_, in_, n_);                                                    \
	  return weft_par_for(how_, n_, name##_range_, &args_, at_); }                            \
	WEFT_GEN_ size_t name##_each(WEFT_PAR_HOW_, Out *out_, In const *in_, size_t n_,          \
	    weft_status *results_ WEFT_CTX_SHIM_##k##_(Ctx))                                      \
	{ WEFT_PAR_ARGS_(out_, in_, NULL, NULL, k, 0, results_);                                  \
	  name##_given_(#name "_each", out_, in_, n_);                                            \
	  weft_par_given_(#name "_each", results_, n_, sizeof(weft_status));                      \
	  return weft_par_failed_(how_, n_, name##_each_, &args_); }                              \
	WEFT_END_

/* clang-format on */

#endif
