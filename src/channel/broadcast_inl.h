/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* broadcast_inl.h: the ring under a broadcast, its lock, and the line of senders. Private. */
#ifndef WEFT_SRC_BROADCAST_INL_H
#define WEFT_SRC_BROADCAST_INL_H

#include <weft/broadcast.h>

#include <string.h>

#include "waiter.h"

#include "../base/memory.h"
#include "../base/os.h"

/*
 * Values are numbered from 0. Value n is in slot n mod capacity, whose `seq` says how far
 * that is:
 *
 *	below 2 n + 1   not begun: the slot holds an older value, or none
 *	2 n + 1         being written; only of plain values
 *	2 n + 2         there. The store of it is the moment at which the send takes effect
 *	above           value n is lost to who has not read it
 *
 * Senders hold the lock from the choice of n to that store, so values are there in order.
 * A reader has the number of its next value for itself.
 *
 * Plain values. A reader copies between two looks at seq that must agree: the words of a
 * value are atomics, written with release and read with acquire, so who reads one word of a
 * later value sees its odd seq afterwards. If the two differ, or the first is above, the
 * value is lost, or about to be: then the reader takes the lock, which no send can be under
 * way beside, finds the oldest value that is still there, and copies that. So a reader that
 * is overtaken again and again gets its value all the same.
 *
 * Values that own. Under the lock, a slot is
 *
 *	empty   owed 0, pins 0
 *	live    owed: readers that are still to get it; pins: those of them that copy it at
 *	        the moment, outside the lock. A full ring may take the place only while
 *	        pins is 0.
 *	dying   owed 0, pins 1: it is being dropped in place, outside the lock. It is illegal
 *	        to read it, or to write there.
 *
 * A place is refused (lossless, or a pin): the sender gets in line. Whoever makes room wakes
 * the first in line (settle), one at a time: it is `waking` until that sender has the lock,
 * tries, and settles in turn. Readers of plain values that are lossless have no lock when
 * they make room: `wanted` tells them whose number it is that senders wait for.
 *
 * Lock order: there is one lock. drop, copy and wakes are called outside it.
 */
struct slot {
	weft_atomic_u64 seq;       /* written under the lock                                */
};

/* Of values that own; all under the lock. */
struct owned {
	struct slot head;
	size_t owed, pins;
};

/* A sender in line, on its own stack. */
struct waiter {
	weft_atomic_u32 word;      /* 1: taken off the line; written under the lock, too    */
	bool queued;               /* under the lock, as are the links                      */
	struct waiter *before, *after;
};

/* What a call is to do once it has let the lock go. */
struct after {
	weft_atomic_u32 *sender;   /* wake the one that sleeps on it       */
	weft_waiter_ *selects;     /* wake these, which wait in a select   */
	bool readers;              /* wake those that sleep on turn        */
	bool drop;                 /* the value at v is nobody's any more  */
};

struct weft_broadcast_core_ {
	/* Written by init. */
	const weft_type *type;
	void (*copy)(void *to, const void *from);
	const weft_allocator *allocator;
	size_t capacity, value_at, stride, bytes, align;
	bool lossless, owns;
	char pad0[WEFT_LINE];

	/* The lock, and what is under it. */
	weft_atomic_u32 lock;
	bool waking;               /* a sender was woken, and has not had the lock since     */
	size_t at;                 /* the slot of the next value                             */
	weft_atomic_u64 sent;      /* its number; others read it as a lower bound            */
	uint64_t lowest;           /* no reader of plain, lossless values is behind it       */
	size_t readers, sleepers;  /* subscribed; asleep on turn, or about to be             */
	weft_broadcast_reader *first;
	struct waiter *line_first, *line_last;
	weft_waiters_ selects;     /* arms of readers that have everything so far            */
	char pad1[WEFT_LINE];

	/* Written under the lock too, but seldom; polled by readers. */
	weft_atomic_u64 wanted;    /* n + 1: senders wait until value n was read; 0: none do */
	weft_atomic_u32 turn;      /* changes when sleepers are woken; the futex word        */
	weft_atomic_bool closed;
	char pad2[WEFT_LINE];
};

typedef struct weft_broadcast_core_ core;
typedef weft_broadcast_reader reader;

/* The lock. */

#define YIELDS 200u
#define NAP_NS 50000

/* As weft_spin, but no call in it is one at which a thread can be cancelled. */
static inline void
rest(core *c, unsigned round)
{
	if (WEFT_MODEL_)
		weft_os_yield();
	else if (round < WEFT_SPIN_PAUSES_)
		for (unsigned i = 0; i < 1u << round; i++)
			weft_pause();
	else if (round < WEFT_SPIN_PAUSES_ + YIELDS)
		weft_os_yield();
	else   /* whoever has it may be of a lower priority than all that run */
		(void)weft_os_wait(&c->lock, 1, weft_os_now_ns() + NAP_NS);
}

static inline void
lock(core *c)
{
	/* A1: what was done under it; pairs with R1. */
	for (unsigned round = 0; weft_swap_acquire(&c->lock, 1) != 0;)
		/* relaxed: the swap above has the order. */
		while (weft_load_relaxed(&c->lock) != 0)
			rest(c, WEFT_MODEL_ ? 0 : round++);
}

static inline void
unlock(core *c)
{
	/* R1: what was done under it; pairs with A1. */
	weft_store_release(&c->lock, 0);
}

/* Slots. */

static inline struct slot *
slot_at(const core *c, size_t at)
{
	return (struct slot *)(void *)((unsigned char *)(uintptr_t)(const void *)c + c->bytes -
	    c->capacity * c->stride + at * c->stride);
}

static inline void *
value_of(const core *c, struct slot *s)
{
	return (unsigned char *)s + c->value_at;
}

static inline struct owned *
owned_at(const core *c, size_t at)
{
	return (struct owned *)(void *)slot_at(c, at);
}

static inline size_t
next_at(const core *c, size_t at)
{
	return at + 1 < c->capacity ? at + 1 : 0;
}

/* Is value n, whose slot this is, there, or was there? */
static inline bool
is_there(struct slot *s, uint64_t n)
{
	/* A2: the value; pairs with R2. */
	return (int64_t)(weft_load_acquire(&s->seq) - (2 * n + 2)) >= 0;
}

static inline uint64_t
sent_of(const core *c)
{
	/* relaxed: under the lock it is exact, elsewhere a lower bound. */
	return weft_load_relaxed(&c->sent);
}

static inline void
words_in(const core *c, struct slot *s, const unsigned char *v)
{
	weft_atomic_u64 *words = value_of(c, s);

	for (size_t at = 0; at < c->type->size; at += 8) {
		size_t left = c->type->size - at;
		uint64_t word = 0;

		memcpy(&word, v + at, left < 8 ? left : 8);
		/* R3: who sees this word sees the odd seq after it; pairs with A3. */
		weft_store_release(&words[at / 8], word);
	}
}

static inline void
words_out(const core *c, struct slot *s, unsigned char *v)
{
	weft_atomic_u64 *words = value_of(c, s);

	for (size_t at = 0; at < c->type->size; at += 8) {
		size_t left = c->type->size - at;
		/* A3: before the second look at seq; pairs with R3. */
		uint64_t word = weft_load_acquire(&words[at / 8]);

		memcpy(v + at, &word, left < 8 ? left : 8);
	}
}

/* Room, and who waits for it. */

static inline uint64_t
next_of(const reader *r)
{
	/* relaxed: the reader's own thread asks; or it is under the lock, where it is a bound. */
	return weft_load_relaxed(&r->next_);
}

/* Under the lock. The first that is as far behind as can be is enough to know. */
static inline bool
has_room(core *c)
{
	uint64_t sent = sent_of(c), lowest = sent;

	if (sent - c->lowest < c->capacity)
		return true;
	for (reader *r = c->first; r != NULL && sent - lowest < c->capacity; r = r->after_) {
		/* S1: it is done with what is before; after S3, so that of this load and that
		 * reader's look at wanted one sees the other's store; pairs with S2, S3, S4. */
		uint64_t next = weft_load_seq_cst(&r->next_);

		lowest = (int64_t)(next - lowest) < 0 ? next : lowest;
	}
	c->lowest = lowest;
	return sent - lowest < c->capacity;
}

static inline bool
is_closed(const core *c)
{
	/* A4: all that was sent is there; pairs with R4. */
	return weft_load_acquire(&c->closed);
}

/*
 * Under the lock: is there a place for the next value, or no need of one? WEFT_OK, WEFT_FULL
 * or WEFT_BUSY.
 */
static inline weft_status
place(core *c)
{
	struct owned *s = owned_at(c, c->at);

	if (c->readers == 0 || is_closed(c))
		return WEFT_OK;
	if (!c->owns)
		return !c->lossless || has_room(c) ? WEFT_OK : WEFT_FULL;
	if (c->lossless && s->owed > 0)
		return WEFT_FULL;
	return s->pins == 0 ? WEFT_OK : WEFT_BUSY;
}

static inline void
line_add(core *c, struct waiter *w, bool in_front)
{
	struct waiter *after = in_front ? c->line_first : NULL;
	struct waiter *before = in_front ? NULL : c->line_last;

	*w = (struct waiter){ .queued = true, .before = before, .after = after };
	*(before == NULL ? &c->line_first : &before->after) = w;
	*(after == NULL ? &c->line_last : &after->before) = w;
}

static inline void
line_take(core *c, struct waiter *w)
{
	*(w->before == NULL ? &c->line_first : &w->before->after) = w->after;
	*(w->after == NULL ? &c->line_last : &w->after->before) = w->before;
	w->queued = false;
}

/*
 * Under the lock, after whatever may have made room, or made a sender wait: the first in
 * line, to be woken; or NULL, and whoever makes room will settle.
 */
static inline weft_atomic_u32 *
settle(core *c)
{
	struct waiter *w = c->line_first;
	bool room;

	if (w == NULL || c->waking)
		return NULL;
	room = place(c) == WEFT_OK;
	if (!room && c->lossless && !c->owns) {
		/* S3: before the second look, for readers that make room now; pairs with S1, S4. */
		weft_store_seq_cst(&c->wanted, c->lowest + 1);
		room = has_room(c);
	}
	if (!room)
		return NULL;
	/* relaxed: one who still sees the old number takes the lock for nothing. */
	weft_store_relaxed(&c->wanted, 0);
	line_take(c, w);
	c->waking = true;
	/* relaxed: it says whether to sleep; what it is about is under the lock. */
	weft_store_relaxed(&w->word, 1);
	return &w->word;
}

/* Lets the lock go, and does what is left to do. */
static inline void
finish(core *c, struct after *after, void *v)
{
	after->sender = settle(c);
	unlock(c);
	/* The waiter may be gone by now: then only its address is used. */
	if (after->sender != NULL)
		weft_park_wake_word_(after->sender, 1);
	weft_waiters_wake_chain_(after->selects);
	if (after->readers)
		weft_park_wake_word_(&c->turn, WEFT_PARK_ALL);
	if (after->drop && c->type->drop != NULL)
		c->type->drop(v);
}

/* Under the lock: all that wait for a value, or for the end. */
static inline void
wake_readers(core *c, struct after *after)
{
	weft_waiter_ *w;

	while (WEFT_UNLIKELY_((w = c->selects.first) != NULL)) {
		weft_waiters_remove_(&c->selects, w);
		if (w->wait == NULL) {
			w->tell(w);
		} else if (weft_waiter_claim_(w)) {
			w->next = after->selects;
			after->selects = w;
		}
	}
	if (c->sleepers == 0)
		return;
	c->sleepers = 0;
	after->readers = true;
	/* relaxed: sleepers read it under the lock; what has changed has its own order. */
	weft_store_relaxed(&c->turn, weft_load_relaxed(&c->turn) + 1);
}

#endif
