/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/par_folds_inl.h: the loops that come to one result: folds, scans, filters. */
#ifndef WEFT_DETAIL_PAR_FOLDS_INL_H
#define WEFT_DETAIL_PAR_FOLDS_INL_H

#include "../par.h"

WEFT_C_BEGIN_

/*
 * 64 answers as a word, item i in bit i. The answers come as bytes, which compilers compute
 * side by side; a multiplication moves the lowest bits of eight bytes into the topmost.
 */
WEFT_INLINE_ uint64_t
weft_par_word_(const unsigned char *yes)
{
	uint64_t word = 0;

	for (unsigned w = 0; w < 64; w += 8) {
		uint64_t eight = 0;

		for (unsigned j = 0; j < 8; j++)
			eight |= (uint64_t)yes[w + j] << (8 * j);
		word |= eight * UINT64_C(0x0102040810204080) >> 56 << w;
	}
	return word;
}

/* Takes the lowest bit off; which it was. *word is not 0. */
WEFT_INLINE_ unsigned
weft_par_lowest_(uint64_t *word)
{
	unsigned bit = (unsigned)__builtin_ctzll((unsigned long long)*word);

	*word &= *word - 1;
	return bit;
}

/* The lowest n bits of a word, n at most 64. */
WEFT_INLINE_ uint64_t
weft_par_ones_(size_t n)
{
	return n < 64 ? ((uint64_t)1 << n) - 1 : UINT64_MAX;
}

WEFT_C_END_

/* clang-format off: a line a function. */

/* A range function of a fold: the items begin ... end-1 into the accumulator. */
#define WEFT_PAR_INTO_(name, verb)                                                                \
	WEFT_GEN_ void name##_##verb##_(void *acc_, size_t begin_, size_t end_, void *args_)
/* Which of what there is may not be called. */
#define WEFT_PAR_FOLD_OF_(Acc, make, range, merge)                                                \
	static const weft_fold fold_ = { sizeof(Acc), alignof(Acc), make, range, merge }

/* REDUCE */
#define WEFT_PAR_REDUCE(name, Acc, In, identity, map, ...)                                        \
	WEFT_PICK_(WEFT_PAR_REDUCE_, __VA_ARGS__)(name, Acc, In, identity, map, __VA_ARGS__)
#define WEFT_PAR_REDUCE_1_(name, Acc, In, identity, map, combine)                                 \
	WEFT_PAR_REDUCE_LOOP_(name, Acc, In, identity, map, combine, 0, void)
#define WEFT_PAR_REDUCE_2_(name, Acc, In, identity, map, combine, Ctx)                            \
	WEFT_PAR_REDUCE_LOOP_(name, Acc, In, identity, map, combine, 1, Ctx)
#define WEFT_PAR_REDUCE_LOOP_(name, Acc, In, identity, map, combine, k, Ctx)                      \
	WEFT_CHECK_TYPE_(name, Acc);                                                              \
	WEFT_CHECK_FN_(name, map, Acc (*)(In const * WEFT_CTX_TYPE_##k##_(Ctx)),                  \
	    #Acc " " #map "(" #In " const *" WEFT_CTX_TEXT_##k##_(Ctx) ")");                      \
	WEFT_CHECK_FN_(name, combine, Acc (*)(Acc, Acc),                                          \
	    #Acc " " #combine "(" #Acc ", " #Acc ")");                                            \
	WEFT_GEN_ Acc name##_map_(In const *x_ WEFT_CTX_SHIM_##k##_(Ctx))                         \
	{ return map(x_ WEFT_CTX_FROM_##k##_); }                                                  \
	WEFT_GEN_ Acc name##_combine_(Acc x_, Acc y_) { return combine(x_, y_); }                 \
	WEFT_GEN_ void name##_make_(void *acc_, void *args_)                                      \
	{ (void)args_; *(Acc *)acc_ = identity; }                                                 \
	WEFT_PAR_INTO_(name, range)                                                               \
	{ WEFT_PAR_UNPACK_; In const *in_ = (In const *)a_->in; Acc sum_ = *(Acc *)acc_;          \
	  WEFT_PAR_LOOP_ { sum_ = name##_combine_(sum_,                                           \
	    name##_map_(&in_[i_] WEFT_CTX_PASS_##k##_(Ctx, k_))); }                               \
	  *(Acc *)acc_ = sum_; }                                                                  \
	WEFT_GEN_ void name##_merge_(void *into_, void *next_, void *args_)                       \
	{ (void)args_; *(Acc *)into_ = name##_combine_(*(Acc *)into_, *(Acc *)next_); }           \
	WEFT_GEN_ WEFT_MUST_USE Acc name(WEFT_PAR_HOW_, In const *in_, size_t n_                  \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ WEFT_PAR_FOLD_OF_(Acc, name##_make_, name##_range_, name##_merge_);                     \
	  WEFT_PAR_ARGS_(NULL, in_, NULL, NULL, k, 0, NULL); Acc acc_;                            \
	  weft_par_given_(#name, in_, n_, sizeof(In));                                            \
	  name##_make_(&acc_, &args_);                                                            \
	  weft_par_fold(how_, n_, &fold_, &acc_, &args_); return acc_; }                          \
	WEFT_END_

/* FOLD */
#define WEFT_PAR_FOLD(name, Acc, In, make, step, ...)                                             \
	WEFT_PICK_(WEFT_PAR_FOLD_, __VA_ARGS__)(name, Acc, In, make, step, __VA_ARGS__)
#define WEFT_PAR_FOLD_1_(name, Acc, In, make, step, merge)                                        \
	WEFT_PAR_FOLD_LOOP_(name, Acc, In, make, step, merge, 0, void)
#define WEFT_PAR_FOLD_2_(name, Acc, In, make, step, merge, Ctx)                                   \
	WEFT_PAR_FOLD_LOOP_(name, Acc, In, make, step, merge, 1, Ctx)
#define WEFT_PAR_FOLD_LOOP_(name, Acc, In, make, step, merge, k, Ctx)                             \
	WEFT_CHECK_TYPE_(name, Acc);                                                              \
	WEFT_CHECK_FN_(name, make, void (*)(Acc *), "void " #make "(" #Acc " *)");                \
	WEFT_CHECK_FN_(name, step, void (*)(Acc *, In const * WEFT_CTX_TYPE_##k##_(Ctx)),         \
	    "void " #step "(" #Acc " *, " #In " const *" WEFT_CTX_TEXT_##k##_(Ctx) ")");          \
	WEFT_CHECK_FN_(name, merge, void (*)(Acc *, Acc *),                                       \
	    "void " #merge "(" #Acc " *into, " #Acc " *spent)");                                  \
	WEFT_GEN_ void name##_step_(Acc *acc_, In const *x_ WEFT_CTX_SHIM_##k##_(Ctx))            \
	{ step(acc_, x_ WEFT_CTX_FROM_##k##_); }                                                  \
	WEFT_GEN_ void name##_make_(void *acc_, void *args_) { (void)args_; make((Acc *)acc_); }  \
	WEFT_PAR_INTO_(name, range)                                                               \
	{ WEFT_PAR_UNPACK_; In const *in_ = (In const *)a_->in; Acc *into_ = (Acc *)acc_;         \
	  WEFT_PAR_LOOP_ { name##_step_(into_, &in_[i_] WEFT_CTX_PASS_##k##_(Ctx, k_)); } }       \
	WEFT_GEN_ void name##_merge_(void *into_, void *spent_, void *args_)                      \
	{ (void)args_; merge((Acc *)into_, (Acc *)spent_); }                                      \
	WEFT_GEN_ void name(WEFT_PAR_HOW_, Acc *acc_, In const *in_, size_t n_                    \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ WEFT_PAR_FOLD_OF_(Acc, name##_make_, name##_range_, name##_merge_);                     \
	  WEFT_PAR_ARGS_(NULL, in_, NULL, NULL, k, 0, NULL);                                      \
	  weft_par_given_(#name, acc_, 1, sizeof(Acc));                                           \
	  weft_par_given_(#name, in_, n_, sizeof(In));                                            \
	  name##_make_(acc_, &args_); weft_par_fold(how_, n_, &fold_, acc_, &args_); }            \
	WEFT_END_

/* SCAN */
#define WEFT_PAR_SCAN(name, T, identity, combine)                                                 \
	WEFT_CHECK_TYPE_(name, T);                                                                \
	WEFT_CHECK_FN_(name, combine, T (*)(T, T), #T " " #combine "(" #T ", " #T ")");           \
	WEFT_GEN_ T name##_combine_(T x_, T y_) { return combine(x_, y_); }                       \
	WEFT_GEN_ void name##_make_(void *acc_, void *args_)                                      \
	{ (void)args_; *(T *)acc_ = identity; }                                                   \
	WEFT_PAR_INTO_(name, sum)                                                                 \
	{ WEFT_PAR_UNPACK_; T const *in_ = (T const *)a_->in; T sum_ = *(T *)acc_;                \
	  WEFT_PAR_LOOP_ { sum_ = name##_combine_(sum_, in_[i_]); } *(T *)acc_ = sum_; }          \
	WEFT_GEN_ void name##_merge_(void *into_, const void *next_, void *args_)                 \
	{ (void)args_; *(T *)into_ = name##_combine_(*(T *)into_, *(T const *)next_); }           \
	WEFT_PAR_INTO_(name, in)                                                                  \
	{ WEFT_PAR_UNPACK_; T const *in_ = (T const *)a_->in; T *out_ = (T *)a_->out;             \
	  T sum_ = *(T *)acc_;                                                                    \
	  WEFT_PAR_LOOP_ { sum_ = name##_combine_(sum_, in_[i_]); out_[i_] = sum_; }              \
	  *(T *)acc_ = sum_; }                                                                    \
	WEFT_PAR_INTO_(name, ex)                                                                  \
	{ WEFT_PAR_UNPACK_; T const *in_ = (T const *)a_->in; T *out_ = (T *)a_->out;             \
	  T sum_ = *(T *)acc_;                                                                    \
	  WEFT_PAR_LOOP_                                                                          \
	  { T x_ = in_[i_]; out_[i_] = sum_; sum_ = name##_combine_(sum_, x_); }                  \
	  *(T *)acc_ = sum_; }                                                                    \
	WEFT_PAR_SCAN_VERB_(name, T, inclusive, in)                                               \
	WEFT_PAR_SCAN_VERB_(name, T, exclusive, ex)                                               \
	WEFT_END_
#define WEFT_PAR_SCAN_VERB_(name, T, verb, write)                                                 \
	WEFT_GEN_ T name##_##verb(WEFT_PAR_HOW_, T *out_, T const *in_, size_t n_)                \
	{ static const weft_scan scan_ = { sizeof(T), alignof(T), name##_make_, name##_sum_,      \
	    name##_merge_, name##_##write##_ };                                                   \
	  WEFT_PAR_ARGS_(out_, in_, NULL, NULL, 0, 0, NULL); T total_;                            \
	  weft_par_given_(#name "_" #verb, out_, n_, sizeof(T));                                  \
	  weft_par_given_(#name "_" #verb, in_, n_, sizeof(T));                                   \
	  weft_par_fits_(#name "_" #verb, out_, sizeof(T), in_, sizeof(T), n_);                   \
	  name##_make_(&total_, &args_);                                                          \
	  weft_par_scan(how_, n_, &scan_, &total_, &args_); return total_; }

/* FILTER */
#define WEFT_PAR_FILTER(name, T, ...)                                                             \
	WEFT_PICK_(WEFT_PAR_FILTER_, __VA_ARGS__)(name, T, __VA_ARGS__)
#define WEFT_PAR_FILTER_1_(name, T, keep) WEFT_PAR_FILTER_LOOP_(name, T, keep, 0, void)
#define WEFT_PAR_FILTER_2_(name, T, keep, Ctx) WEFT_PAR_FILTER_LOOP_(name, T, keep, 1, Ctx)
#define WEFT_PAR_FILTER_LOOP_(name, T, keep, k, Ctx)                                              \
	WEFT_CHECK_FN_(name, keep, bool (*)(T const * WEFT_CTX_TYPE_##k##_(Ctx)),                 \
	    "bool " #keep "(" #T " const *" WEFT_CTX_TEXT_##k##_(Ctx) ")");                       \
	WEFT_GEN_ bool name##_keep_(T const *x_ WEFT_CTX_SHIM_##k##_(Ctx))                        \
	{ return keep(x_ WEFT_CTX_FROM_##k##_); }                                                 \
	WEFT_PAR_PACK_(name, T, k, Ctx)                                                           \
	WEFT_PAR_COUNT_(name, T, k, Ctx)                                                          \
	WEFT_PAR_FIND_(name, T, k, Ctx)                                                           \
	WEFT_END_

#define WEFT_PAR_PACK_(name, T, k, Ctx)                                                           \
	WEFT_GEN_ void name##_mark_(size_t begin_, size_t end_, uint64_t *marks_, void *args_)    \
	{ WEFT_PAR_UNPACK_; T const *in_ = (T const *)a_->in;                                     \
	  for (; end_ - begin_ >= 64; begin_ += 64) {                                             \
	    unsigned char yes_[64];                                                               \
	    for (size_t j_ = 0; j_ < 64; j_++) {                                                  \
	      yes_[j_] = name##_keep_(&in_[begin_ + j_] WEFT_CTX_PASS_##k##_(Ctx, k_)); }         \
	    *marks_++ = weft_par_word_(yes_); }                                                   \
	  if (begin_ < end_) {                                                                    \
	    uint64_t word_ = 0;                                                                   \
	    for (size_t j_ = 0; j_ < end_ - begin_; j_++) {                                       \
	      bool yes_ = name##_keep_(&in_[begin_ + j_] WEFT_CTX_PASS_##k##_(Ctx, k_));          \
	      word_ |= (uint64_t)yes_ << j_; }                                                    \
	    *marks_ = word_; } }                                                                  \
	WEFT_GEN_ void name##_place_(size_t begin_, size_t end_, const uint64_t *marks_,          \
	    size_t at_, size_t rest_, void *args_)                                                \
	{ const struct weft_par_args_ *a_ = (const struct weft_par_args_ *)args_;                 \
	  T const *in_ = (T const *)a_->in; T *out_ = (T *)a_->out;                               \
	  for (; begin_ < end_; begin_ += 64) {                                                   \
	    uint64_t word_ = *marks_++, all_ = weft_par_ones_(end_ - begin_);                     \
	    uint64_t others_ = rest_ != SIZE_MAX ? all_ & ~word_ : 0;                             \
	    while (word_ != 0) { out_[at_++] = in_[begin_ + weft_par_lowest_(&word_)]; }          \
	    while (others_ != 0) { out_[rest_++] = in_[begin_ + weft_par_lowest_(&others_)]; }    \
	    if (end_ - begin_ <= 64) { break; } } }                                               \
	WEFT_PAR_PACK_VERB_(name, T, pack, k, Ctx)                                                \
	WEFT_PAR_PACK_VERB_(name, T, partition, k, Ctx)
#define WEFT_PAR_PACK_VERB_(name, T, verb, k, Ctx)                                                \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_##verb(WEFT_PAR_HOW_, T *out_, T const *in_,        \
	    size_t n_ WEFT_CTX_SHIM_##k##_(Ctx))                                                  \
	{ static const weft_pack pack_ = { name##_mark_, name##_place_ };                         \
	  WEFT_PAR_ARGS_(out_, in_, NULL, NULL, k, 0, NULL);                                      \
	  weft_par_given_(#name "_" #verb, out_, n_, sizeof(T));                                  \
	  weft_par_given_(#name "_" #verb, in_, n_, sizeof(T));                                   \
	  weft_par_apart_(#name "_" #verb, out_, sizeof(T), in_, sizeof(T), n_);                  \
	  return weft_par_##verb(how_, n_, &pack_, &args_); }

#define WEFT_PAR_COUNT_(name, T, k, Ctx)                                                          \
	WEFT_PAR_INTO_(name, yeses)                                                               \
	{ WEFT_PAR_UNPACK_; T const *in_ = (T const *)a_->in; size_t count_ = 0;                  \
	  WEFT_PAR_LOOP_ { count_ += name##_keep_(&in_[i_] WEFT_CTX_PASS_##k##_(Ctx, k_)); }      \
	  *(size_t *)acc_ += count_; }                                                            \
	WEFT_GEN_ size_t name##_count(WEFT_PAR_HOW_, T const *in_, size_t n_                      \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ WEFT_PAR_FOLD_OF_(size_t, weft_par_zero_, name##_yeses_, weft_par_add_);                \
	  WEFT_PAR_ARGS_(NULL, in_, NULL, NULL, k, 0, NULL); size_t count_ = 0;                   \
	  weft_par_given_(#name "_count", in_, n_, sizeof(T));                                    \
	  weft_par_fold(how_, n_, &fold_, &count_, &args_); return count_; }

#define WEFT_PAR_FIND_(name, T, k, Ctx)                                                           \
	WEFT_GEN_ size_t name##_yes_(size_t begin_, size_t end_, void *args_)                     \
	{ WEFT_PAR_UNPACK_; T const *in_ = (T const *)a_->in;                                     \
	  while (begin_ < end_ && !name##_keep_(&in_[begin_] WEFT_CTX_PASS_##k##_(Ctx, k_)))      \
	  { begin_++; }                                                                           \
	  return begin_; }                                                                        \
	WEFT_GEN_ size_t name##_no_(size_t begin_, size_t end_, void *args_)                      \
	{ WEFT_PAR_UNPACK_; T const *in_ = (T const *)a_->in;                                     \
	  while (begin_ < end_ && name##_keep_(&in_[begin_] WEFT_CTX_PASS_##k##_(Ctx, k_)))       \
	  { begin_++; }                                                                           \
	  return begin_; }                                                                        \
	WEFT_GEN_ size_t name##_look_(WEFT_PAR_HOW_, const char *call_, bool any_, bool yes_,     \
	    T const *in_, size_t n_ WEFT_CTX_SHIM_##k##_(Ctx))                                    \
	{ WEFT_PAR_ARGS_(NULL, in_, NULL, NULL, k, 0, NULL);                                      \
	  weft_par_given_(call_, in_, n_, sizeof(T));                                             \
	  return weft_par_find(how_, n_, any_, yes_ ? name##_yes_ : name##_no_, &args_); }        \
	WEFT_GEN_ bool name##_any(WEFT_PAR_HOW_, T const *in_, size_t n_                          \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ return name##_look_(how_, #name "_any", true, true, in_, n_                             \
	      WEFT_CTX_FROM_##k##_) < n_; }                                                       \
	WEFT_GEN_ bool name##_all(WEFT_PAR_HOW_, T const *in_, size_t n_                          \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ return name##_look_(how_, #name "_all", true, false, in_, n_                            \
	      WEFT_CTX_FROM_##k##_) == n_; }                                                      \
	WEFT_GEN_ size_t name##_position(WEFT_PAR_HOW_, T const *in_, size_t n_                   \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ return name##_look_(how_, #name "_position", false, true, in_, n_                       \
	      WEFT_CTX_FROM_##k##_); }                                                            \
	WEFT_GEN_ T const *name##_find_first(WEFT_PAR_HOW_, T const *in_, size_t n_               \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ size_t at_ = name##_look_(how_, #name "_find_first", false, true, in_, n_               \
	      WEFT_CTX_FROM_##k##_);                                                              \
	  return at_ < n_ ? &in_[at_] : NULL; }                                                   \
	WEFT_GEN_ T const *name##_find_any(WEFT_PAR_HOW_, T const *in_, size_t n_                 \
	    WEFT_CTX_SHIM_##k##_(Ctx))                                                            \
	{ size_t at_ = name##_look_(how_, #name "_find_any", true, true, in_, n_                  \
	      WEFT_CTX_FROM_##k##_);                                                              \
	  return at_ < n_ ? &in_[at_] : NULL; }

/* MIN_MAX: accumulators are indices; SIZE_MAX: none yet. */
#define WEFT_PAR_MIN_MAX(name, T, less)                                                           \
	WEFT_CHECK_FN_(name, less, bool (*)(T const *, T const *),                                \
	    "bool " #less "(" #T " const *, " #T " const *)");                                    \
	WEFT_GEN_ bool name##_less_(T const *x_, T const *y_) { return less(x_, y_); }            \
	WEFT_GEN_ void name##_none_(void *acc_, void *args_)                                      \
	{ (void)args_; *(size_t *)acc_ = SIZE_MAX; }                                              \
	WEFT_PAR_BEST_(name, T, min, in_[i_], in_[best_])                                         \
	WEFT_PAR_BEST_(name, T, max, in_[best_], in_[i_])                                         \
	WEFT_END_
#define WEFT_PAR_BEST_(name, T, verb, x, y)                                                       \
	WEFT_PAR_INTO_(name, verb)                                                                \
	{ T const *in_ = (T const *)((const struct weft_par_args_ *)args_)->in;                   \
	  size_t best_ = *(size_t *)acc_; best_ = best_ != SIZE_MAX ? best_ : begin_;             \
	  WEFT_PAR_LOOP_ { if (name##_less_(&x, &y)) { best_ = i_; } }                            \
	  *(size_t *)acc_ = best_; }                                                              \
	WEFT_GEN_ void name##_##verb##_merge_(void *into_, void *spent_, void *args_)             \
	{ size_t i_ = *(size_t *)spent_;                                                          \
	  if (i_ != SIZE_MAX) { name##_##verb##_(into_, i_, i_ + 1, args_); } }                   \
	WEFT_GEN_ size_t name##_##verb(WEFT_PAR_HOW_, T const *in_, size_t n_)                    \
	{ WEFT_PAR_FOLD_OF_(size_t, name##_none_, name##_##verb##_, name##_##verb##_merge_);      \
	  WEFT_PAR_ARGS_(NULL, in_, NULL, NULL, 0, 0, NULL); size_t best_ = SIZE_MAX;             \
	  weft_par_given_(#name "_" #verb, in_, n_, sizeof(T));                                   \
	  weft_par_fold(how_, n_, &fold_, &best_, &args_);                                        \
	  return best_ != SIZE_MAX ? best_ : n_; }

/* FLAT_MAP */
#define WEFT_PAR_FLAT_MAP(name, Out, In, ...)                                                     \
	WEFT_PICK_(WEFT_PAR_FLAT_MAP_, __VA_ARGS__)(name, Out, In, __VA_ARGS__)
#define WEFT_PAR_FLAT_MAP_1_(name, Out, In, fn) WEFT_PAR_FLAT_MAP_LOOP_(name, Out, In, fn, 0, void)
#define WEFT_PAR_FLAT_MAP_2_(name, Out, In, fn, Ctx)                                              \
	WEFT_PAR_FLAT_MAP_LOOP_(name, Out, In, fn, 1, Ctx)
#define WEFT_PAR_FLAT_MAP_LOOP_(name, Out, In, fn, k, Ctx)                                        \
	WEFT_CHECK_FN_(name, fn, size_t (*)(In const *, Out * WEFT_CTX_TYPE_##k##_(Ctx)),         \
	    "size_t " #fn "(" #In " const *, " #Out " *" WEFT_CTX_TEXT_##k##_(Ctx) ")");          \
	WEFT_GEN_ size_t name##_fn_(In const *x_, Out *y_ WEFT_CTX_SHIM_##k##_(Ctx))              \
	{ return fn(x_, y_ WEFT_CTX_FROM_##k##_); }                                               \
	WEFT_GEN_ size_t name##_count_(size_t begin_, size_t end_, void *args_)                   \
	{ WEFT_PAR_UNPACK_; In const *in_ = (In const *)a_->in; Out *none_ = NULL;                \
	  size_t count_ = 0;                                                                      \
	  WEFT_PAR_LOOP_ { count_ += name##_fn_(&in_[i_], none_ WEFT_CTX_PASS_##k##_(Ctx, k_)); } \
	  return count_; }                                                                        \
	WEFT_GEN_ void name##_place_(size_t begin_, size_t end_, size_t at_, void *args_)         \
	{ WEFT_PAR_UNPACK_; In const *in_ = (In const *)a_->in; Out *out_ = (Out *)a_->out + at_; \
	  WEFT_PAR_LOOP_ { out_ += name##_fn_(&in_[i_], out_ WEFT_CTX_PASS_##k##_(Ctx, k_)); } }  \
	WEFT_GEN_ WEFT_MUST_USE size_t name(WEFT_PAR_HOW_, Out *out_, size_t room_,               \
	    In const *in_, size_t n_ WEFT_CTX_SHIM_##k##_(Ctx))                                   \
	{ static const weft_flat_map flat_ = { name##_count_, name##_place_ };                    \
	  WEFT_PAR_ARGS_(out_, in_, NULL, NULL, k, 0, NULL);                                      \
	  weft_par_given_(#name, out_, room_, sizeof(Out));                                       \
	  weft_par_given_(#name, in_, n_, sizeof(In));                                            \
	  weft_par_apart_(#name, out_, room_ * sizeof(Out), in_, n_ * sizeof(In), 1);             \
	  return weft_par_flat_map(how_, n_, room_, &flat_, &args_); }                            \
	WEFT_END_

/* HISTOGRAM */
#define WEFT_PAR_HISTOGRAM(name, T, ...)                                                          \
	WEFT_PICK_(WEFT_PAR_HISTOGRAM_, __VA_ARGS__)(name, T, __VA_ARGS__)
#define WEFT_PAR_HISTOGRAM_1_(name, T, bin) WEFT_PAR_HISTOGRAM_LOOP_(name, T, bin, 0, void)
#define WEFT_PAR_HISTOGRAM_2_(name, T, bin, Ctx) WEFT_PAR_HISTOGRAM_LOOP_(name, T, bin, 1, Ctx)
#define WEFT_PAR_HISTOGRAM_LOOP_(name, T, bin, k, Ctx)                                            \
	WEFT_PAR_NUMBER_(name, T, bin, k, Ctx)                                                    \
	WEFT_GEN_ void name##_range_(uint64_t *counts_, size_t begin_, size_t end_, void *args_)  \
	{ WEFT_PAR_UNPACK_; T const *in_ = (T const *)a_->in; size_t bins_ = a_->width;           \
	  WEFT_PAR_LOOP_ { counts_[weft_par_below_(#name,                                         \
	    name##_number_(&in_[i_] WEFT_CTX_PASS_##k##_(Ctx, k_)), bins_)]++; } }                \
	WEFT_GEN_ void name(WEFT_PAR_HOW_, uint64_t *counts_, size_t bins_, T const *in_,         \
	    size_t n_ WEFT_CTX_SHIM_##k##_(Ctx))                                                  \
	{ WEFT_PAR_ARGS_(NULL, in_, NULL, NULL, k, bins_, NULL);                                  \
	  weft_par_given_(#name, counts_, bins_, sizeof(uint64_t));                               \
	  weft_par_given_(#name, in_, n_, sizeof(T));                                             \
	  weft_par_histogram(how_, counts_, bins_, n_, name##_range_, &args_); }                  \
	WEFT_END_
#define WEFT_PAR_NUMBER_(name, T, number, k, Ctx)                                                 \
	WEFT_CHECK_FN_(name, number, size_t (*)(T const * WEFT_CTX_TYPE_##k##_(Ctx)),             \
	    "size_t " #number "(" #T " const *" WEFT_CTX_TEXT_##k##_(Ctx) ")");                   \
	WEFT_GEN_ size_t name##_number_(T const *x_ WEFT_CTX_SHIM_##k##_(Ctx))                    \
	{ return number(x_ WEFT_CTX_FROM_##k##_); }

/* GROUP */
#define WEFT_PAR_GROUP(name, T, ...)                                                              \
	WEFT_PICK_(WEFT_PAR_GROUP_, __VA_ARGS__)(name, T, __VA_ARGS__)
#define WEFT_PAR_GROUP_1_(name, T, group) WEFT_PAR_GROUP_LOOP_(name, T, group, 0, void)
#define WEFT_PAR_GROUP_2_(name, T, group, Ctx) WEFT_PAR_GROUP_LOOP_(name, T, group, 1, Ctx)
#define WEFT_PAR_GROUP_LOOP_(name, T, group, k, Ctx)                                              \
	WEFT_PAR_NUMBER_(name, T, group, k, Ctx)                                                  \
	WEFT_GEN_ void name##_count_(size_t *counts_, size_t begin_, size_t end_, void *args_)    \
	{ WEFT_PAR_UNPACK_; T const *in_ = (T const *)a_->in; size_t groups_ = a_->width;         \
	  WEFT_PAR_LOOP_ { counts_[weft_par_below_(#name,                                         \
	    name##_number_(&in_[i_] WEFT_CTX_PASS_##k##_(Ctx, k_)), groups_)]++; } }              \
	WEFT_GEN_ void name##_place_(size_t *at_, size_t begin_, size_t end_, void *args_)        \
	{ WEFT_PAR_UNPACK_; T const *in_ = (T const *)a_->in; T *out_ = (T *)a_->out;             \
	  size_t groups_ = a_->width;                                                             \
	  WEFT_PAR_LOOP_ {                                                                        \
	    size_t group_ = weft_par_below_(#name,                                                \
	        name##_number_(&in_[i_] WEFT_CTX_PASS_##k##_(Ctx, k_)), groups_);                 \
	    out_[at_[group_]++] = in_[i_]; } }                                                    \
	WEFT_GEN_ void name(WEFT_PAR_HOW_, T *out_, size_t *starts_, size_t groups_,              \
	    T const *in_, size_t n_ WEFT_CTX_SHIM_##k##_(Ctx))                                    \
	{ static const weft_group group_ = { name##_count_, name##_place_ };                      \
	  WEFT_PAR_ARGS_(out_, in_, NULL, NULL, k, groups_, NULL);                                \
	  weft_par_given_(#name, starts_, 1, sizeof(size_t));                                     \
	  weft_par_given_(#name, out_, n_, sizeof(T));                                            \
	  weft_par_given_(#name, in_, n_, sizeof(T));                                             \
	  weft_par_apart_(#name, out_, sizeof(T), in_, sizeof(T), n_);                            \
	  weft_par_group(how_, n_, starts_, groups_, &group_, &args_); }                          \
	WEFT_END_

/* clang-format on */

#endif
