/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/channel.h: channels between threads: they wait, they close, they lose nothing. */
#ifndef WEFT_CHANNEL_H
#define WEFT_CHANNEL_H

#include "alloc.h"
#include "atomic.h"
#include "select.h"
#include "time.h"

/*
 * WEFT_CHANNEL(jobs, struct job)            declares `jobs`, a channel of struct job.
 * WEFT_CHANNEL(jobs, struct job, job_drop)  the same, for values that own something:
 *                                           void job_drop(struct job *) is called on what
 *                                           is never received. It may not use the channel.
 *
 *   jobs_init(c, capacity)     status: WEFT_INVALID (a capacity that memory cannot hold),
 *                              WEFT_NO_MEMORY. Capacity 0 is a rendezvous: a send waits
 *                              for its receiver. WEFT_UNBOUNDED: a send never waits.
 *   jobs_init_with(c, options) see weft_channel_options.
 *   jobs_fini(c)               drops what is left. Nobody may be using it.
 *
 * Sending
 *   jobs_send(c, v)            waits while full. WEFT_OK, or WEFT_CLOSED: v is still yours.
 *                              Unbounded: WEFT_NO_MEMORY too.
 *   jobs_try_send(c, v)        never waits: WEFT_FULL.
 *   jobs_send_until(c, v, t)   waits to t: WEFT_TIMEOUT.
 *   jobs_send_n(c, vs, n)      how many were sent, from the first on; fewer than n only
 *                              when it closed (or, unbounded, there is no memory). Also
 *                              try_send_n, send_n_until.
 *   jobs_force_send(c, v, &old, &had)
 *                              never waits: when full, the oldest makes room: it goes to
 *                              *old and *had is true. With NULL, NULL it is dropped.
 *                              WEFT_FULL: a rendezvous without a receiver that waits; or,
 *                              lock-free, every place is in the hands of other calls.
 *                              WEFT_INVALID: the receiver was declared single.
 *   jobs_send_lane(c, lane, v) on a channel of several lanes. Also try_, _until.
 *                              WEFT_INVALID: there is no such lane.
 *
 * Receiving
 *   jobs_recv(c, &v)           waits while empty. WEFT_OK, or WEFT_CLOSED once closed and
 *                              drained; so this takes everything:
 *                                  while (jobs_recv(c, &v) == WEFT_OK)
 *   jobs_try_recv(c, &v)       never waits: WEFT_EMPTY.
 *   jobs_recv_until(c, &v, t)  waits to t: WEFT_TIMEOUT.
 *   jobs_recv_n(c, vs, n)      takes what is there, at most n, and waits for the first: how
 *                              many; 0 only once closed and drained. Also try_recv_n,
 *                              recv_n_until (0 at the deadline, too).
 *   jobs_recv_n_linger(c, vs, n, ns, t)
 *                              the same, but having got the first it waits up to ns for
 *                              the batch to fill.
 *   jobs_peek(c, &v)           copies the oldest and leaves it. WEFT_EMPTY, WEFT_CLOSED;
 *                              WEFT_INVALID: a lock-free channel has nothing to look at.
 *                              Of a single receiver's channel, the receiver's alone.
 *   jobs_drain(c, fn, ctx)     takes what is there, fn(&v, ctx) each; how many.
 *
 * In place, on a side that was declared single (options)
 *   jobs_reserve(c, &n)        free slots, side by side: waits for one; n, the number
 *                              wanted (NULL: one), becomes the number given. NULL: closed.
 *   jobs_commit(c, n)          the first n are sent; WEFT_CLOSED: none was, they are still
 *                              yours, where they are. The loan of all ends.
 *   jobs_claim(c, &n)          the oldest values, in place: waits for one. NULL: closed
 *                              and drained. A loan, until release.
 *   jobs_release(c, n)         the first n are received; the rest stay.
 *   Also try_reserve, try_claim, which never wait: NULL when full, or empty, too. A
 *   rendezvous, and a channel of several lanes, have no places to lend: the call stops the
 *   program with a sentence.
 *
 * Closing
 *   jobs_close(c)              by anyone, as often as one likes. Sends fail from then on;
 *                              what was sent is received; then receives say WEFT_CLOSED.
 *   jobs_join(c, WEFT_SENDER)  one more sender, or WEFT_RECEIVER, will leave:
 *   jobs_leave(c, WEFT_SENDER) the last to leave closes it. (When the last receiver goes,
 *                              what is left is dropped.) Options can count them at init.
 *   jobs_is_closed(c)
 *
 * Looking
 *   jobs_len(c) jobs_capacity(c) jobs_is_empty(c) jobs_is_full(c) jobs_usage(c)
 *
 * Waiting for several
 *   jobs_recv_arm(c, &v)       for weft_select: see weft/select.h.
 *   jobs_send_arm(c, &v)  jobs_send_lane_arm(c, lane, &v)
 *   jobs_fd(c)                 a descriptor that polls readable when there is something to
 *                              receive, or it closed; -1: the system gave none. For epoll,
 *                              libuv, GLib. It belongs to the channel.
 *   jobs_fd_arm(c)             call it, after fd, when try_recv found nothing. True: nothing is
 *                              there now; it polls readable at the next value, or the close.
 *                              False: something came meanwhile, receive again. So:
 *                                  do
 *                                          while (jobs_try_recv(c, &v) == WEFT_OK) ...;
 *                                  while (!jobs_fd_arm(c));
 *
 * Any number of threads may call any of these at once, init and fini excepted.
 *
 * Order: values of one sender on one lane are received in the order in which it sent
 * them; all receives together follow one order of all sends. What a thread did before a
 * send happens before the recv of that value returns; what a thread did before a recv
 * happens before a send that waited for its room returns; close happens before a call
 * that says WEFT_CLOSED.
 *
 * Progress: not lock-free: a call may hold an index lock for some nanoseconds, and a
 * thread that is preempted there delays its own side; a try_ call may then nap. With the
 * option lock_free no try_ call holds anything: a thread stopped anywhere in one of a
 * bounded channel keeps no other from completing (see weft/lf_queue.h; of an unbounded
 * one, weft/seg_queue.h says exactly what it delays). Waiting burns nothing for long: see
 * weft/park.h. No order of waking is promised; none starves that is waiting.
 *
 * No wait here is a point of cancellation: pthread_cancel of a thread that waits takes
 * effect after it. A thread that waits loses nothing and blocks nobody. After fork(), the
 * child may only fini, and only what no thread of the parent waited for.
 */

WEFT_C_BEGIN_

#define WEFT_UNBOUNDED SIZE_MAX

typedef enum weft_role {
	WEFT_SENDER,
	WEFT_RECEIVER
} weft_role;

typedef struct weft_channel_options {
	size_t capacity WEFT_0;      /* as in init: 0 is a rendezvous                       */
	unsigned senders WEFT_0;     /* this many have joined already; 0: none counted      */
	unsigned receivers WEFT_0;
	bool single_sender WEFT_0;   /* a promise: one thread at a time sends. Faster, and
	                                in-place. WEFT_CHECKED traps a second one           */
	bool single_receiver WEFT_0; /* the same for receiving                              */
	bool lock_free WEFT_0;       /* no try_ call holds a lock; some twice the price.
	                                Not with a single side, lanes, or capacity 0:
	                                WEFT_INVALID                                        */
	bool stats WEFT_0;           /* count what jobs_usage tells                         */
	unsigned lanes WEFT_0;       /* 0, 1: one. Lane 0 is the most urgent; send uses the
	                                last. Receivers take from the most urgent lane that
	                                has something. The capacity is each lane's          */
	unsigned lane_patience WEFT_0; /* after so many urgent values in a row, one of a less
	                                urgent lane, if it waits; 0: never                  */
	const weft_allocator *allocator WEFT_0; /* NULL: as weft_set_allocator says         */
	uintptr_t reserved_[4] WEFT_0;
} weft_channel_options;

/* Zeroes, where the option stats was not set. */
typedef struct weft_channel_stats {
	uint64_t sent, received, forced_out;
	uint64_t sender_waits, receiver_waits;   /* calls that had to wait                  */
	uint64_t sender_spins, receiver_spins;   /* of these: over before they slept        */
	uint64_t sender_sleeps, receiver_sleeps; /* of these: lay down to sleep             */
	size_t high_water;                       /* the most values it held                 */
} weft_channel_stats;

WEFT_C_END_

#include "detail/channel_inl.h"

WEFT_C_BEGIN_

/* The untyped functions: v points to type->size bytes, and type outlives the channel. */
WEFT_API WEFT_MUST_USE weft_status weft_channel_init(weft_channel *c, const weft_type *type,
    size_t capacity);
WEFT_API WEFT_MUST_USE weft_status weft_channel_init_with(weft_channel *c, const weft_type *type,
    const weft_channel_options *options);
WEFT_API void weft_channel_fini(weft_channel *c);
WEFT_API WEFT_MUST_USE weft_status weft_channel_send(weft_channel *c, const void *v);
WEFT_API WEFT_MUST_USE weft_status weft_channel_try_send(weft_channel *c, const void *v);
WEFT_API WEFT_MUST_USE weft_status weft_channel_send_until(weft_channel *c, const void *v,
    weft_time deadline);
WEFT_API WEFT_MUST_USE size_t weft_channel_send_n(weft_channel *c, const void *vs, size_t n);
WEFT_API WEFT_MUST_USE size_t weft_channel_try_send_n(weft_channel *c, const void *vs, size_t n);
WEFT_API WEFT_MUST_USE size_t weft_channel_send_n_until(weft_channel *c, const void *vs, size_t n,
    weft_time deadline);
WEFT_API WEFT_MUST_USE weft_status weft_channel_force_send(weft_channel *c, const void *v,
    void *old, bool *had);
WEFT_API WEFT_MUST_USE weft_status weft_channel_send_lane(weft_channel *c, unsigned lane,
    const void *v);
WEFT_API WEFT_MUST_USE weft_status weft_channel_try_send_lane(weft_channel *c, unsigned lane,
    const void *v);
WEFT_API WEFT_MUST_USE weft_status weft_channel_send_lane_until(weft_channel *c, unsigned lane,
    const void *v, weft_time deadline);
WEFT_API WEFT_MUST_USE weft_status weft_channel_recv(weft_channel *c, void *v);
WEFT_API WEFT_MUST_USE weft_status weft_channel_try_recv(weft_channel *c, void *v);
WEFT_API WEFT_MUST_USE weft_status weft_channel_recv_until(weft_channel *c, void *v,
    weft_time deadline);
WEFT_API WEFT_MUST_USE size_t weft_channel_recv_n(weft_channel *c, void *vs, size_t n);
WEFT_API WEFT_MUST_USE size_t weft_channel_try_recv_n(weft_channel *c, void *vs, size_t n);
WEFT_API WEFT_MUST_USE size_t weft_channel_recv_n_until(weft_channel *c, void *vs, size_t n,
    weft_time deadline);
WEFT_API WEFT_MUST_USE size_t weft_channel_recv_n_linger(weft_channel *c, void *vs, size_t n,
    int64_t ns, weft_time deadline);
WEFT_API WEFT_MUST_USE weft_status weft_channel_peek(weft_channel *c, void *v);
/* spare: room for a value, in which each is handed to fn. */
WEFT_API size_t weft_channel_drain(weft_channel *c, void *spare, void (*fn)(void *v, void *ctx),
    void *ctx);
WEFT_API WEFT_MUST_USE void *weft_channel_reserve(weft_channel *c, size_t *n);
WEFT_API WEFT_MUST_USE void *weft_channel_try_reserve(weft_channel *c, size_t *n);
WEFT_API WEFT_MUST_USE weft_status weft_channel_commit(weft_channel *c, size_t n);
WEFT_API WEFT_MUST_USE void *weft_channel_claim(weft_channel *c, size_t *n);
WEFT_API WEFT_MUST_USE void *weft_channel_try_claim(weft_channel *c, size_t *n);
WEFT_API void weft_channel_release(weft_channel *c, size_t n);
WEFT_API void weft_channel_close(weft_channel *c);
WEFT_API void weft_channel_join(weft_channel *c, weft_role role);
WEFT_API void weft_channel_leave(weft_channel *c, weft_role role);
WEFT_API bool weft_channel_is_closed(const weft_channel *c);
WEFT_API size_t weft_channel_len(const weft_channel *c);
WEFT_API size_t weft_channel_capacity(const weft_channel *c);
WEFT_API bool weft_channel_is_empty(const weft_channel *c);
WEFT_API bool weft_channel_is_full(const weft_channel *c);
WEFT_API weft_channel_stats weft_channel_usage(const weft_channel *c);
WEFT_API weft_arm weft_channel_recv_arm(weft_channel *c, void *v);
WEFT_API weft_arm weft_channel_send_arm(weft_channel *c, const void *v);
WEFT_API weft_arm weft_channel_send_lane_arm(weft_channel *c, unsigned lane, const void *v);
WEFT_API int weft_channel_fd(weft_channel *c);
WEFT_API WEFT_MUST_USE bool weft_channel_fd_arm(weft_channel *c);

WEFT_C_END_

/* clang-format off: a line a function. */

#define WEFT_CHANNEL(name, ...) WEFT_PICK_(WEFT_CHANNEL_, __VA_ARGS__)(name, __VA_ARGS__)
#define WEFT_CHANNEL_1_(name, T) WEFT_TYPE_0_(name, T, 0); WEFT_CHANNEL_GEN_(name, T)
#define WEFT_CHANNEL_2_(name, T, drop) WEFT_TYPE_1_(name, T, drop); WEFT_CHANNEL_GEN_(name, T)

/* `of_` stores nothing: it tells a debugger what the channel holds. */
#define WEFT_CHANNEL_GEN_(name, T)                                                                \
	typedef struct name { union { weft_channel raw; T *of_; }; } name;                        \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_init(name *c, size_t capacity)                 \
	{ return weft_channel_init(&c->raw, &name##_type_, capacity); }                           \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_init_with(name *c,                             \
	    const weft_channel_options *options)                                                  \
	{ return weft_channel_init_with(&c->raw, &name##_type_, options); }                       \
	WEFT_GEN_ void name##_fini(name *c) { weft_channel_fini(&c->raw); }                       \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_send(name *c, T v)                             \
	{ return weft_channel_send_(&c->raw, &name##_type_, &v); }                                \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_try_send(name *c, T v)                         \
	{ return weft_channel_try_send_(&c->raw, &name##_type_, &v); }                            \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_send_until(name *c, T v,                       \
	    weft_time deadline)                                                                   \
	{ return weft_channel_send_until_(&c->raw, &name##_type_, &v, deadline); }                \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_send_n(name *c, T const *vs, size_t n)              \
	{ return weft_channel_send_n(&c->raw, vs, n); }                                           \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_try_send_n(name *c, T const *vs, size_t n)          \
	{ return weft_channel_try_send_n(&c->raw, vs, n); }                                       \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_send_n_until(name *c, T const *vs, size_t n,        \
	    weft_time deadline)                                                                   \
	{ return weft_channel_send_n_until(&c->raw, vs, n, deadline); }                           \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_force_send(name *c, T v, T *old, bool *had)    \
	{ return weft_channel_force_send(&c->raw, &v, old, had); }                                \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_send_lane(name *c, unsigned lane, T v)         \
	{ return weft_channel_send_lane(&c->raw, lane, &v); }                                     \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_try_send_lane(name *c, unsigned lane, T v)     \
	{ return weft_channel_try_send_lane(&c->raw, lane, &v); }                                 \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_send_lane_until(name *c, unsigned lane,        \
	    T v, weft_time deadline)                                                              \
	{ return weft_channel_send_lane_until(&c->raw, lane, &v, deadline); }                     \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_recv(name *c, T *v)                            \
	{ return weft_channel_recv_(&c->raw, &name##_type_, v); }                                 \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_try_recv(name *c, T *v)                        \
	{ return weft_channel_try_recv_(&c->raw, &name##_type_, v); }                             \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_recv_until(name *c, T *v,                      \
	    weft_time deadline)                                                                   \
	{ return weft_channel_recv_until_(&c->raw, &name##_type_, v, deadline); }                 \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_recv_n(name *c, T *vs, size_t n)                    \
	{ return weft_channel_recv_n(&c->raw, vs, n); }                                           \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_try_recv_n(name *c, T *vs, size_t n)                \
	{ return weft_channel_try_recv_n(&c->raw, vs, n); }                                       \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_recv_n_until(name *c, T *vs, size_t n,              \
	    weft_time deadline)                                                                   \
	{ return weft_channel_recv_n_until(&c->raw, vs, n, deadline); }                           \
	WEFT_GEN_ WEFT_MUST_USE size_t name##_recv_n_linger(name *c, T *vs, size_t n,             \
	    int64_t ns, weft_time deadline)                                                       \
	{ return weft_channel_recv_n_linger(&c->raw, vs, n, ns, deadline); }                      \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_peek(name *c, T *v)                            \
	{ return weft_channel_peek(&c->raw, v); }                                                 \
	WEFT_GEN_ size_t name##_drain(name *c, void (*fn)(T *v, void *ctx), void *ctx)            \
	{ size_t n = 0; T v; while (name##_try_recv(c, &v) == WEFT_OK) { fn(&v, ctx); n++; }      \
	  return n; }                                                                             \
	WEFT_GEN_ WEFT_MUST_USE T *name##_reserve(name *c, size_t *n)                             \
	{ return (T *)weft_channel_reserve(&c->raw, n); }                                         \
	WEFT_GEN_ WEFT_MUST_USE T *name##_try_reserve(name *c, size_t *n)                         \
	{ return (T *)weft_channel_try_reserve(&c->raw, n); }                                     \
	WEFT_GEN_ WEFT_MUST_USE weft_status name##_commit(name *c, size_t n)                      \
	{ return weft_channel_commit(&c->raw, n); }                                               \
	WEFT_GEN_ WEFT_MUST_USE T *name##_claim(name *c, size_t *n)                               \
	{ return (T *)weft_channel_claim(&c->raw, n); }                                           \
	WEFT_GEN_ WEFT_MUST_USE T *name##_try_claim(name *c, size_t *n)                           \
	{ return (T *)weft_channel_try_claim(&c->raw, n); }                                       \
	WEFT_GEN_ void name##_release(name *c, size_t n) { weft_channel_release(&c->raw, n); }    \
	WEFT_GEN_ void name##_close(name *c) { weft_channel_close(&c->raw); }                     \
	WEFT_GEN_ void name##_join(name *c, weft_role role)                                       \
	{ weft_channel_join(&c->raw, role); }                                                     \
	WEFT_GEN_ void name##_leave(name *c, weft_role role)                                      \
	{ weft_channel_leave(&c->raw, role); }                                                    \
	WEFT_GEN_ bool name##_is_closed(const name *c)                                            \
	{ return weft_channel_is_closed(&c->raw); }                                               \
	WEFT_GEN_ size_t name##_len(const name *c) { return weft_channel_len(&c->raw); }          \
	WEFT_GEN_ size_t name##_capacity(const name *c)                                           \
	{ return weft_channel_capacity(&c->raw); }                                                \
	WEFT_GEN_ bool name##_is_empty(const name *c) { return weft_channel_is_empty(&c->raw); }  \
	WEFT_GEN_ bool name##_is_full(const name *c) { return weft_channel_is_full(&c->raw); }    \
	WEFT_GEN_ weft_channel_stats name##_usage(const name *c)                                  \
	{ return weft_channel_usage(&c->raw); }                                                   \
	WEFT_GEN_ weft_arm name##_recv_arm(name *c, T *v)                                         \
	{ return weft_channel_recv_arm(&c->raw, v); }                                             \
	WEFT_GEN_ weft_arm name##_send_arm(name *c, T const *v)                                   \
	{ return weft_channel_send_arm(&c->raw, v); }                                             \
	WEFT_GEN_ weft_arm name##_send_lane_arm(name *c, unsigned lane, T const *v)               \
	{ return weft_channel_send_lane_arm(&c->raw, lane, v); }                                  \
	WEFT_GEN_ int name##_fd(name *c) { return weft_channel_fd(&c->raw); }                     \
	WEFT_GEN_ WEFT_MUST_USE bool name##_fd_arm(name *c)                                       \
	{ return weft_channel_fd_arm(&c->raw); }                                                  \
	WEFT_END_

/* clang-format on */

#endif
