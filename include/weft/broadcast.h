/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/broadcast.h: a channel of which every reader sees every value. */
#ifndef WEFT_BROADCAST_H
#define WEFT_BROADCAST_H

#include "alloc.h"
#include "atomic.h"
#include "select.h"
#include "time.h"

/*
 * WEFT_BROADCAST(prices, struct price)             declares `prices` and `prices_reader`.
 * WEFT_BROADCAST(prices, struct price, drop, copy) the same, for values that own something:
 *                               void drop(struct price *), and
 *                               void copy(struct price *to, const struct price *from).
 *
 *   prices_init(b, capacity)    status: WEFT_INVALID when capacity is 0 or too large to
 *                               address, WEFT_NO_MEMORY. It keeps the last `capacity`
 *                               values, exactly, for the readers that are behind.
 *   prices_init_with(b, options)
 *   prices_fini(b)              no reader may be left.
 *
 *   prices_send(b, v)           status: WEFT_OK; WEFT_CLOSED, and v stays the caller's. A
 *                               reader that is `capacity` values behind loses the oldest.
 *                               Option lossless: it waits for that reader instead.
 *   prices_try_send(b, v)       the same without waiting: WEFT_FULL, when lossless;
 *                               WEFT_BUSY, see Values that own.
 *   prices_send_until(b, v, t)  WEFT_TIMEOUT.
 *   prices_close(b)             from any thread, once or more. Readers get what was sent,
 *                               then WEFT_CLOSED; senders that wait get WEFT_CLOSED.
 *
 *   prices_subscribe(b, &r)     from here on r sees each value once, in the order of the
 *                               sends. What was sent before, it never sees.
 *   prices_unsubscribe(&r)      what was still on its way to r is not for r any more.
 *   prices_recv(&r, &v)         waits. WEFT_OK; WEFT_CLOSED once it is closed and r has
 *                               everything; then v is as it was.
 *   prices_try_recv(&r, &v)     WEFT_EMPTY instead of waiting.
 *   prices_recv_until(&r, &v, t)
 *                               WEFT_TIMEOUT.
 *   prices_missed(&r)           how many values r has lost since it subscribed.
 *   prices_lag(&r)              how many are there for r: at most `capacity`.
 *   prices_recv_arm(&r, &v)     for weft_select: see weft/select.h. A call of select, or the
 *                               wait of a set, is then one on r too; and the arm is in
 *                               neither when r unsubscribes.
 *
 *   prices_capacity(b)  prices_is_closed(b)
 *   prices_readers(b)           how many are subscribed.
 *
 * Any number of threads may call those on b at once, init and fini excepted; and those on a
 * reader belong to one thread at a time, for each reader. Where a reader comes and goes
 * beside a send, they are in one order: it sees the value, or not. A send takes effect at
 * one moment for all readers. What a thread did before a send happens before each recv of
 * that value returns. Where no reader is subscribed a send succeeds at once, and lossless
 * ones wait for nobody.
 *
 * Values that own. A value that was sent is the broadcast's. A reader gets a copy by `copy`,
 * which makes the reader's own (a count more, a duplicate); the last reader for whom a
 * value is gets the broadcast's own instead, so that one reader costs no copy at all. Each
 * value that the broadcast still has is dropped, once, when no reader will get it: the last
 * one unsubscribed, a full ring needed its place, or nobody was subscribed when it was sent.
 * After fini there is nothing left to drop. copy and drop are called by the thread whose
 * call came to it, outside of any lock. They may be called by several threads at once, for
 * one value copy only; they must return, and may not call on the same broadcast. A send that
 * needs the place of a value which is being copied or dropped at the moment waits for the end
 * of that, lossless or not: try_send says WEFT_BUSY.
 *
 * Progress. Senders, and those who subscribe, unsubscribe or begin to sleep, hold a lock for
 * some nanoseconds, in which nothing of the user's runs; who is stopped right then stops the
 * others. A reader of plain values that is not overtaken takes no lock, and waits for
 * nobody: it copies, and looks whether the value was overwritten meanwhile. One that was
 * overtaken takes the lock once. Readers of values that own take the lock for each.
 *
 * Cost of plain values: 8 bytes a slot and the value, in whole words of 8. A send with nobody
 * asleep makes no call of the system; with many readers asleep, it makes one.
 */

WEFT_C_BEGIN_

typedef struct weft_broadcast_options {
	size_t capacity WEFT_0;                 /* at least 1                              */
	bool lossless WEFT_0;                   /* send waits for the slowest reader       */
	const struct weft_allocator *allocator WEFT_0; /* NULL: as weft_set_allocator says */
	uintptr_t reserved_[4] WEFT_0;
} weft_broadcast_options;

typedef struct weft_broadcast {
	weft_alive_ alive_;
	struct weft_broadcast_core_ *core_;
} weft_broadcast;

/* Its memory is the caller's, from subscribe to unsubscribe, and does not move. */
typedef struct weft_broadcast_reader {
	weft_alive_ alive_;
	struct weft_broadcast_core_ *core_;
	struct weft_broadcast_reader *before_, *after_;   /* under the lock                  */
	weft_atomic_u64 next_;      /* the value that it takes next; written by its thread   */
	uint64_t missed_;           /* by its thread                                         */
	size_t at_;                 /* by its thread: the slot of next_                      */
	char pad_[WEFT_LINE];       /* so that readers in an array do not slow each other    */
} weft_broadcast_reader;

/*
 * The untyped functions: type outlives the broadcast, and copy is NULL where type->drop is.
 * v points to type->size bytes. After a send that returned WEFT_OK those are anything, since
 * a value that made room is dropped there.
 */
WEFT_API WEFT_MUST_USE weft_status weft_broadcast_init(weft_broadcast *b, const weft_type *type,
    void (*copy)(void *to, const void *from), size_t capacity);
WEFT_API WEFT_MUST_USE weft_status weft_broadcast_init_with(weft_broadcast *b,
    const weft_type *type, void (*copy)(void *to, const void *from),
    const weft_broadcast_options *options);
WEFT_API void weft_broadcast_fini(weft_broadcast *b);
WEFT_API WEFT_MUST_USE weft_status weft_broadcast_send(weft_broadcast *b, void *v);
WEFT_API WEFT_MUST_USE weft_status weft_broadcast_try_send(weft_broadcast *b, void *v);
WEFT_API WEFT_MUST_USE weft_status weft_broadcast_send_until(weft_broadcast *b, void *v,
    weft_time deadline);
WEFT_API void weft_broadcast_close(weft_broadcast *b);
WEFT_API void weft_broadcast_subscribe(weft_broadcast *b, weft_broadcast_reader *r);
WEFT_API void weft_broadcast_unsubscribe(weft_broadcast_reader *r);
WEFT_API WEFT_MUST_USE weft_status weft_broadcast_recv(weft_broadcast_reader *r, void *v);
WEFT_API WEFT_MUST_USE weft_status weft_broadcast_try_recv(weft_broadcast_reader *r, void *v);
WEFT_API WEFT_MUST_USE weft_status weft_broadcast_recv_until(weft_broadcast_reader *r, void *v,
    weft_time deadline);
WEFT_API uint64_t weft_broadcast_missed(const weft_broadcast_reader *r);
WEFT_API size_t weft_broadcast_lag(const weft_broadcast_reader *r);
WEFT_API weft_arm weft_broadcast_recv_arm(weft_broadcast_reader *r, void *v);
WEFT_API size_t weft_broadcast_capacity(const weft_broadcast *b);
WEFT_API bool weft_broadcast_is_closed(const weft_broadcast *b);
WEFT_API size_t weft_broadcast_readers(const weft_broadcast *b);

WEFT_C_END_

/* clang-format off: a line a function. */

#define WEFT_BROADCAST(name, ...) WEFT_PICK_(WEFT_BROADCAST_, __VA_ARGS__)(name, __VA_ARGS__)
#define WEFT_BROADCAST_1_(name, T) \
	WEFT_TYPE_0_(name, T, 0); WEFT_BROADCAST_GEN_(name, T, NULL)
#define WEFT_BROADCAST_2_(name, T, drop)                                                          \
	WEFT_ASSERT_(0, #name ": what is dropped must be copied for each reader: "                \
	    "WEFT_BROADCAST(" #name ", " #T ", " #drop ", copy)")
#define WEFT_BROADCAST_3_(name, T, drop, copy)                                                    \
	WEFT_TYPE_1_(name, T, drop);                                                              \
	WEFT_ASSERT_(WEFT_IS_(copy, void (*)(T *, T const *)),                                    \
	    #name ": copy must be: void " #copy "(" #T " *, " #T " const *)");                    \
	WEFT_GEN_ void name##_copy_(void *to_, const void *from_)                                 \
	{ copy((T *)to_, (T const *)from_); }                                                     \
	WEFT_BROADCAST_GEN_(name, T, name##_copy_)

/* `of_` stores nothing: it tells a debugger what the values are. */
#define WEFT_BROADCAST_GEN_(name, T, copy_)                                                       \
	typedef struct name { union { weft_broadcast raw; T *of_; }; } name;                      \
	typedef struct name##_reader { union { weft_broadcast_reader raw; T *of_; }; }            \
	    name##_reader;                                                                        \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_init(name *b, size_t capacity)                 \
	{ return weft_broadcast_init(&b->raw, &name##_type_, copy_, capacity); }                  \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_init_with(name *b,                             \
	    const weft_broadcast_options *options)                                                \
	{ return weft_broadcast_init_with(&b->raw, &name##_type_, copy_, options); }              \
	WEFT_GEN_ void name##_fini(name *b) { weft_broadcast_fini(&b->raw); }                     \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_send(name *b, T v)                             \
	{ return weft_broadcast_send(&b->raw, &v); }                                              \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_try_send(name *b, T v)                         \
	{ return weft_broadcast_try_send(&b->raw, &v); }                                          \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_send_until(name *b, T v, weft_time deadline)   \
	{ return weft_broadcast_send_until(&b->raw, &v, deadline); }                              \
	WEFT_GEN_ void name##_close(name *b) { weft_broadcast_close(&b->raw); }                   \
	WEFT_GEN_ void name##_subscribe(name *b, name##_reader *r)                                \
	{ weft_broadcast_subscribe(&b->raw, &r->raw); }                                           \
	WEFT_GEN_ void name##_unsubscribe(name##_reader *r)                                       \
	{ weft_broadcast_unsubscribe(&r->raw); }                                                  \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_recv(name##_reader *r, T *v)                   \
	{ return weft_broadcast_recv(&r->raw, v); }                                               \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_try_recv(name##_reader *r, T *v)               \
	{ return weft_broadcast_try_recv(&r->raw, v); }                                           \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_recv_until(name##_reader *r, T *v,             \
	    weft_time deadline)                                                                   \
	{ return weft_broadcast_recv_until(&r->raw, v, deadline); }                               \
	WEFT_GEN_ uint64_t name##_missed(const name##_reader *r)                                  \
	{ return weft_broadcast_missed(&r->raw); }                                                \
	WEFT_GEN_ size_t name##_lag(const name##_reader *r)                                       \
	{ return weft_broadcast_lag(&r->raw); }                                                   \
	WEFT_GEN_ weft_arm name##_recv_arm(name##_reader *r, T *v)                                \
	{ return weft_broadcast_recv_arm(&r->raw, v); }                                           \
	WEFT_GEN_ size_t name##_capacity(const name *b)                                           \
	{ return weft_broadcast_capacity(&b->raw); }                                              \
	WEFT_GEN_ bool name##_is_closed(const name *b)                                            \
	{ return weft_broadcast_is_closed(&b->raw); }                                             \
	WEFT_GEN_ size_t name##_readers(const name *b)                                            \
	{ return weft_broadcast_readers(&b->raw); }                                               \
	WEFT_END_

/* clang-format on */

#endif
