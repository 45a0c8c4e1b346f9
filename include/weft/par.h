/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/par.h: parallel loops: for, map, reduce, fold, scan, filter, and their kin. */
#ifndef WEFT_PAR_H
#define WEFT_PAR_H

#include "alloc.h"
#include "cancel.h"
#include "pool.h"

/*
 * A macro declares a loop over a function of yours, by name. The function is called
 * directly, so a static one is inlined, and the loop vectorises as if written by hand.
 *
 *	static float norm(const struct vec *v) { return sqrtf(v->x * v->x + v->y * v->y); }
 *	WEFT_PAR_MAP(norms, float, struct vec, norm);
 *	...
 *	norms(NULL, out, in, n);
 *
 * Every loop takes `how` first, NULL for the usual. Where the list says fn, step or keep
 * and the like, the declaration may have one more argument at its end, the type of a
 * context: the function then gets it last, and so does the loop:
 *
 *	static float far(const struct vec *v, const struct camera *c) { ... }
 *	WEFT_PAR_MAP(distances, float, struct vec, far, struct camera);
 *	distances(NULL, out, in, n, &camera);
 *
 * The context is const, since all threads share it: what they may change together (a
 * weft_counter, a channel) it points to. combine, make, merge and less get none.
 *
 * Declaration                              fn, and what is declared
 *   WEFT_PAR_FOR(name, fn)                 void fn(size_t i)
 *       name(how, n)                       for each i < n
 *   WEFT_PAR_EACH(name, T, fn)             void fn(T *item)
 *       name(how, items, n)
 *   WEFT_PAR_EACH_INDEX(name, T, fn)       void fn(T *item, size_t i)
 *       name(how, items, n)
 *   WEFT_PAR_MAP(name, Out, In, fn)        Out fn(In const *)
 *       name(how, out, in, n)              out[i] = fn(&in[i]); out may be in
 *   WEFT_PAR_MAP_IN_PLACE(name, T, fn)     T fn(T const *)
 *       name(how, items, n)                items[i] = fn(&items[i])
 *   WEFT_PAR_ZIP(name, Out, A, B, fn)      Out fn(A const *, B const *)
 *       name(how, out, a, b, n)            out[i] = fn(&a[i], &b[i]); out may be a or b
 *   WEFT_PAR_ZIP3(name, Out, A, B, C, fn)  Out fn(A const *, B const *, C const *)
 *       name(how, out, a, b, c, n)         the same of three
 *   WEFT_PAR_CHUNKS(name, T, fn)           void fn(T *chunk, size_t len, size_t first)
 *       name(how, items, n, chunk)         chunks of `chunk` items; the last may have less
 *       k = name_exact(how, items, n, chunk)  whole chunks only; k: how many items they are
 *   WEFT_PAR_WINDOWS(name, Out, In, fn)    Out fn(In const *window, size_t width)
 *       k = name(how, out, in, n, width)   each of the k = n - width + 1 windows
 *   WEFT_PAR_REDUCE(name, Acc, In, identity, map, combine)
 *                                          Acc map(In const *), Acc combine(Acc, Acc)
 *       acc = name(how, in, n)             combine is associative; the order is kept
 *   WEFT_PAR_FOLD(name, Acc, In, make, step, merge)
 *                                          void make(Acc *), void step(Acc *, In const *),
 *                                          void merge(Acc *into, Acc *spent)
 *       name(how, &acc, in, n)             an accumulator a thread, merged into acc, which
 *                                          the loop makes; what is spent is not looked at
 *                                          again. Items come in order
 *   WEFT_PAR_SCAN(name, T, identity, combine)
 *                                          T combine(T, T), associative; the order is kept
 *       total = name_inclusive(how, out, in, n)    out[i] = in[0] + ... + in[i]
 *       total = name_exclusive(how, out, in, n)    out[i] = in[0] + ... + in[i-1]
 *                                          out may be in
 *   WEFT_PAR_FILTER(name, T, keep)         bool keep(T const *)
 *       k = name_pack(how, out, in, n)     those kept, in order; out has room for n
 *       k = name_partition(how, out, in, n)  the others after them, in order
 *       k = name_count(how, in, n)
 *       b = name_any(how, in, n)   b = name_all(how, in, n)
 *       i = name_position(how, in, n)      the lowest index; n: none
 *       p = name_find_first(how, in, n)    its item; NULL: none
 *       p = name_find_any(how, in, n)      any such item, which may be sooner
 *   WEFT_PAR_MIN_MAX(name, T, less)        bool less(T const *a, T const *b): a before b
 *       i = name_min(how, in, n)           the index of the least, the lowest one if some
 *       i = name_max(how, in, n)           are equal; of the greatest. n == 0: 0
 *   WEFT_PAR_FLAT_MAP(name, Out, In, fn)   size_t fn(In const *, Out *out): how many it
 *                                          makes; out NULL: it only says so
 *       k = name(how, out, room, in, n)    how many in all; more than room: none written
 *   WEFT_PAR_HISTOGRAM(name, T, bin)       size_t bin(T const *), below bins
 *       name(how, counts, bins, in, n)     adds to uint64_t counts[bins]
 *   WEFT_PAR_GROUP(name, T, group)         size_t group(T const *), below groups
 *       name(how, out, starts, groups, in, n)  group g, in order, is out[starts[g]] up to
 *                                          out[starts[g + 1]]; starts has groups + 1
 *   WEFT_PAR_TRY_FOR(name, fn)             weft_status fn(size_t i)
 *   WEFT_PAR_TRY_EACH(name, T, fn)         weft_status fn(T *item)
 *   WEFT_PAR_TRY_MAP(name, Out, In, fn)    weft_status fn(Out *, In const *)
 *       s = name(how, ..., n, &at)         stops at a failure: the one with the lowest
 *                                          index, which goes to at (may be NULL). All
 *                                          before it was done; of what follows, some
 *       k = name_each(how, ..., n, results)  does all: weft_status results[n]; how many
 *                                          did not return WEFT_OK
 *
 * How often. Each fn, map, step, combine of two items, keep and bin is called once for an
 * item that is reached. Exceptions: flat map asks once how many, and once more for them;
 * group asks twice; combine of a scan is called up to twice for an item; where there is no
 * memory, partition calls keep twice.
 *
 * Promises. Loops without TRY cannot fail: where there is no memory or no thread, they
 * run on fewer, down to the caller alone. how->cancel ends any of them early: the TRY
 * forms say WEFT_CANCELLED; of the others' outputs, what was not reached is as it was,
 * and the caller, whose token it is, can ask it. A scan and a pack that were cancelled
 * have done the items before some index, and return what those come to.
 *
 * A loop splits only when some thread is idle and enough is left; below that it is the
 * plain loop. n == 0 is fine, with any pointers; NULL with n > 0 stops the program with a
 * sentence, and so does an out that overlaps an input otherwise than said above, an n of
 * more bytes than can be, and a bin or group out of range. What was done before the loop
 * happens before each call of fn, and each of those before the loop returns. A fn may start
 * loops of its own. A fn must not leave by longjmp or by an exception.
 *
 * Memory: what is split off has an accumulator of its own; a histogram, counts of its own
 * for each thread; a pack and a partition take a bit an item; scan, flat map and group, a
 * table of blocks.
 */

WEFT_C_BEGIN_

/* How a loop is run. */
typedef struct weft_par_options {
	weft_pool *pool WEFT_0;      /* NULL: the current one                               */
	size_t grain WEFT_0;         /* no piece is smaller than this; 0: weft decides      */
	size_t max_grain WEFT_0;     /* no piece is larger than this; 0: weft decides       */
	bool serial WEFT_0;          /* the plain loop, on this thread: to compare with     */
	/* Reduce, fold, scan combine in a fixed tree: the same bits for any number of threads */
	bool ordered WEFT_0;
	const weft_cancel *cancel WEFT_0; /* looked at between pieces, some 4 us apart      */
	/*
	 * Called between pieces, by one thread at a time, with ever more done; the last time
	 * with done == n, unless the loop was cancelled, or had its answer before that.
	 */
	void (*progress)(size_t done, size_t n, void *ctx) WEFT_0;
	void *progress_ctx WEFT_0;
	size_t progress_every WEFT_0; /* items; 0: about ten times a second                 */
	uintptr_t reserved_[4] WEFT_0;
} weft_par_options;

/*
 * The untyped loops, over ranges: a body does the items begin ... end-1, in order, with begin
 * < end. Other languages bind these; the macros above generate their bodies.
 *
 * A body returns WEFT_OK, or a failure and its index in *at, which is between begin and end.
 * at may be NULL for the caller, never for the body.
 */
typedef weft_status weft_range_fn(size_t begin, size_t end, size_t *at, void *ctx);

/* WEFT_OK; or the failure with the lowest index, which goes to *at; or WEFT_CANCELLED. */
WEFT_API WEFT_MUST_USE weft_status weft_par_for(const weft_par_options *how, size_t n,
    weft_range_fn *body, void *ctx, size_t *at);

/* Each call of body has a chunk of exactly `chunk` items; the last may have less. */
WEFT_API WEFT_MUST_USE weft_status weft_par_chunks(const weft_par_options *how, size_t n,
    size_t chunk, weft_range_fn *body, void *ctx, size_t *at);

/* Accumulators of size bytes: made, filled over ranges in order, merged with what follows. */
typedef struct weft_fold {
	size_t size, align;
	void (*make)(void *acc, void *ctx);
	void (*range)(void *acc, size_t begin, size_t end, void *ctx);
	void (*merge)(void *into, void *spent, void *ctx);
} weft_fold;

/* acc: made by the caller; what is there comes before the first item. */
WEFT_API void weft_par_fold(const weft_par_options *how, size_t n, const weft_fold *fold,
    void *acc, void *ctx);

/* Accumulators are copied as bytes. */
typedef struct weft_scan {
	size_t size, align;
	void (*make)(void *acc, void *ctx);
	void (*sum)(void *acc, size_t begin, size_t end, void *ctx); /* adds a range to acc  */
	void (*merge)(void *into, const void *next, void *ctx);
	/* acc: the sum of all before begin; afterwards, of all before end. Sums by itself. */
	void (*write)(void *acc, size_t begin, size_t end, void *ctx);
} weft_scan;

/* total: made by the caller; what is there comes before the first item. */
WEFT_API void weft_par_scan(const weft_par_options *how, size_t n, const weft_scan *scan,
    void *total, void *ctx);

/*
 * Marks items, then places those that are marked. begin is a multiple of 64. Bit i of
 * marks is item begin + i: bit i % 64 of word i / 64; the bits beyond end are 0.
 */
typedef struct weft_pack {
	void (*mark)(size_t begin, size_t end, uint64_t *marks, void *ctx);
	/* The marked to at, at + 1 ...; the others to rest ..., unless it is SIZE_MAX. */
	void (*place)(size_t begin, size_t end, const uint64_t *marks, size_t at, size_t rest,
	    void *ctx);
} weft_pack;

/* How many are marked. Each range is marked and placed once. */
WEFT_API WEFT_MUST_USE size_t weft_par_pack(const weft_par_options *how, size_t n,
    const weft_pack *pack, void *ctx);
WEFT_API WEFT_MUST_USE size_t weft_par_partition(const weft_par_options *how, size_t n,
    const weft_pack *pack, void *ctx);

/* Counts what ranges make, then has each place it from at on. */
typedef struct weft_flat_map {
	size_t (*count)(size_t begin, size_t end, void *ctx);
	void (*place)(size_t begin, size_t end, size_t at, void *ctx);
} weft_flat_map;

/* How many in all; more than room: none is placed. */
WEFT_API WEFT_MUST_USE size_t weft_par_flat_map(const weft_par_options *how, size_t n, size_t room,
    const weft_flat_map *flat, void *ctx);

/* The lowest index (or, any: some index) that look returns; n: none. look returns end: none. */
WEFT_API WEFT_MUST_USE size_t weft_par_find(const weft_par_options *how, size_t n, bool any,
    size_t (*look)(size_t begin, size_t end, void *ctx), void *ctx);

/* counts[g] is raised for each item of group g; then each item goes to at[g], which is raised. */
typedef struct weft_group {
	void (*count)(size_t *counts, size_t begin, size_t end, void *ctx);
	void (*place)(size_t *at, size_t begin, size_t end, void *ctx);
} weft_group;

/* Where each group starts goes to starts[0 ... groups]. Items of a group keep their order. */
WEFT_API void weft_par_group(const weft_par_options *how, size_t n, size_t *starts, size_t groups,
    const weft_group *group, void *ctx);

/* range raises counts, which has bins of them; each thread has counts of its own. */
WEFT_API void weft_par_histogram(const weft_par_options *how, uint64_t *counts, size_t bins,
    size_t n, void (*range)(uint64_t *counts, size_t begin, size_t end, void *ctx), void *ctx);

WEFT_C_END_

#include "detail/par_inl.h"
#include "detail/par_folds_inl.h"

#endif
