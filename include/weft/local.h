/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/local.h: a value for each thread that asks for one. */
#ifndef WEFT_LOCAL_H
#define WEFT_LOCAL_H

#include "alloc.h"
#include "atomic.h"

/*
 * WEFT_LOCAL(tallies, struct tally)                          zeroed values
 * WEFT_LOCAL(tallies, struct tally, tally_make)              void tally_make(struct tally *)
 * WEFT_LOCAL(tallies, struct tally, tally_make, tally_drop)  void tally_drop(struct tally *)
 *
 *   tallies t = { 0 };          zeroed memory is ready; there is no init.
 *   tallies_get(&t)             this thread's value, made at its first call; some ns after
 *                               that. No other thread gets it. NULL: there was no memory.
 *   tallies_next(&t, prev)      all values, one after the other: NULL gives the first, and
 *                               after the last comes NULL. In no particular order.
 *   tallies_len(&t)             how many there are.
 *   tallies_fini(&t)            drops them; t is zeroed again.
 *
 * So what threads counted is merged by a loop, and dropped at the end:
 *
 *	for (struct tally *each = NULL; (each = tallies_next(&t, each)) != NULL;)
 *		words += each->words;
 *	tallies_fini(&t);
 *
 * get waits for nobody, and may be called by any thread at any time, fini excepted. next and
 * len may be called beside get, and see at least the values that were made before; but to read
 * a value of another thread, the caller sees to it that its thread is done with it, as it is
 * when a loop or a join has returned. It is the caller of fini who runs the drops.
 *
 * A value is zeroed, then made, by the thread that asks, before anybody else can see it. make
 * may use other locals, not this one. A value shares no line with another.
 *
 * A value stays where it is until fini: when its thread has ended, too, and no later thread
 * gets it. In a pool a thread is a worker, so there are never more values than workers and
 * outside callers; a program that starts threads for ever gives a local back (fini) from time
 * to time, or has a value for each thread that there ever was.
 */

WEFT_C_BEGIN_

/* What the untyped functions must know of a value. */
typedef struct weft_local_type {
	const char *name;            /* said in sentences about misuse                 */
	size_t size;                 /* bytes of a value, at least 1                   */
	size_t align;                /* a power of two, of which size is a multiple    */
	void (*make)(void *value);   /* NULL: zeroes are a value                       */
	void (*drop)(void *value);   /* NULL: values need no dropping                  */
} weft_local_type;

/* Places for the threads' values, in buckets that are made when first needed. */
#define WEFT_LOCAL_BUCKETS_ 5

typedef struct weft_local {
	weft_atomic_ptr buckets_[WEFT_LOCAL_BUCKETS_];  /* by the first thread that needs it */
	weft_atomic_ptr all_;        /* every value; who makes one puts it in                */
} weft_local;

/* Untyped: get, next, len and fini as above. */
WEFT_API WEFT_MUST_USE void *weft_local_get(weft_local *l, const weft_local_type *type);
WEFT_API WEFT_MUST_USE void *weft_local_next(const weft_local *l, const void *prev);
WEFT_API WEFT_MUST_USE size_t weft_local_len(const weft_local *l);
WEFT_API void weft_local_fini(weft_local *l, const weft_local_type *type);

WEFT_C_END_

#define WEFT_LOCAL(name, ...) WEFT_PICK_(WEFT_LOCAL_, __VA_ARGS__)(name, __VA_ARGS__)
#define WEFT_LOCAL_1_(name, T) WEFT_LOCAL_GEN_(name, T, NULL, NULL)
#define WEFT_LOCAL_2_(name, T, make)                                                              \
	WEFT_CHECK_FN_(name, make, void (*)(T *), "void " #make "(" #T " *)");                    \
	WEFT_GEN_ void name##_make_(void *value_) { make((T *)value_); }                          \
	WEFT_LOCAL_GEN_(name, T, name##_make_, NULL)
#define WEFT_LOCAL_3_(name, T, make, drop)                                                        \
	WEFT_CHECK_FN_(name, make, void (*)(T *), "void " #make "(" #T " *)");                    \
	WEFT_CHECK_FN_(name, drop, void (*)(T *), "void " #drop "(" #T " *)");                    \
	WEFT_GEN_ void name##_make_(void *value_) { make((T *)value_); }                          \
	WEFT_GEN_ void name##_drop_(void *value_) { drop((T *)value_); }                          \
	WEFT_LOCAL_GEN_(name, T, name##_make_, name##_drop_)
#define WEFT_LOCAL_GEN_(name, T, make, drop)                                                      \
	WEFT_ASSERT_(sizeof(T) > 0, #name ": its values have no size: " #T " is empty");          \
	static const weft_local_type name##_type_ __attribute__((unused)) = {                     \
	    #name, sizeof(T), alignof(T), make, drop };                                           \
	typedef T name##_value_;                                                                  \
	typedef struct name { union { weft_local raw; T *of_; }; } name;                          \
	WEFT_GEN_ WEFT_MUST_USE T *name##_get(name *l)                                            \
	{ return (T *)weft_local_get(&l->raw, &name##_type_); }                                   \
	WEFT_GEN_ WEFT_MUST_USE T *name##_next(const name *l, T const *prev)                      \
	{ return (T *)weft_local_next(&l->raw, prev); }                                           \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_len(const name *l)                                  \
	{ return weft_local_len(&l->raw); }                                                       \
	WEFT_GEN_ void name##_fini(name *l) { weft_local_fini(&l->raw, &name##_type_); }          \
	WEFT_END_

#include "detail/local_inl.h"

#endif
