/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/deque_inl.h: the layout and the paths of weft/deque.h. */
#ifndef WEFT_DETAIL_DEQUE_INL_H
#define WEFT_DETAIL_DEQUE_INL_H

#include <string.h>

#include "../atomic.h"
#include "../seg_queue.h"

/*
 * The deque of Chase and Lev (2005), with seq_cst accesses where Lê and others (2013) have
 * fences. Values have indices that only rise along the deque: those from top to bottom - 1
 * are in it. The value of index i is in slot i & mask of the buffer.
 *
 *	bottom     the owner's. A push fills the slot and then raises bottom; a pop lowers
 *	           bottom, and then looks at top.
 *	top        everyone's. It only rises, by one, by compare-and-swap: whoever moves it
 *	           from i to i + 1 takes the value of index i.
 *
 * The owner takes the value of index i without a compare-and-swap, when after lowering
 * bottom to i it finds top below i. Then no thief takes i: a thief reads top first and
 * bottom after, so one that reads top == i reads it after the owner did, and then reads
 * the lowered bottom. That argument wants the four accesses in one order: they are seq_cst.
 *
 * Legal: a thief reads a slot that the owner is filling anew, or one of a buffer that is
 * outgrown. In the first case top has moved, and its compare-and-swap fails; in the
 * second the value is right, as an outgrown buffer is not written any more. Slots are
 * arrays of atomic words, so that reading them is no race.
 * Illegal: writing the slot of index i + capacity before top is seen past i; freeing an
 * outgrown buffer before fini.
 *
 * While a pop has lowered bottom and not yet decided, bottom may be one below top.
 *
 * Linearisation: a push at its store of bottom. A pop at its lowering of bottom, and there
 * too the steal that wins the last value against it. Any other steal at its
 * compare-and-swap; empty at the load of bottom. docs/design/deque.md has the proofs.
 */
#define WEFT_DEQUE_VALUE_MAX_ 64
#define WEFT_DEQUE_WORDS_MAX_ (WEFT_DEQUE_VALUE_MAX_ / sizeof(uint64_t))
#define WEFT_DEQUE_WORDS_(size) (((size) + sizeof(uint64_t) - 1) / sizeof(uint64_t))

/* What stands before the slots; with the padding a line, so that a 64-byte value is one too. */
typedef struct weft_deque_buffer_ {
	uint64_t mask_;                          /* capacity - 1; constant                     */
	struct weft_deque_buffer_ *older_;       /* the one outgrown before; read by fini      */
	char pad_[64 - sizeof(uint64_t) - sizeof(void *)];
} weft_deque_buffer_;

typedef struct weft_deque {
	weft_alive_ alive_;
	const weft_type *type_;
	const struct weft_allocator *allocator_;
	WEFT_ATOMIC(weft_deque_buffer_ *) buffer_;  /* written by the owner, when it grows    */
	char pad0_[WEFT_LINE];
	weft_atomic_u64 top_;   /* CAS by thieves, and by the owner for the last */
	char pad1_[WEFT_LINE];
	weft_atomic_u64 bottom_;                    /* written by the owner                   */
	uint64_t top_seen_;                         /* the owner's: top as it last looked     */
	uint64_t mask_;                             /* the owner's: that of buffer_           */
	weft_atomic_u64 *slots_;                    /* the owner's: those of buffer_          */
	weft_atomic_u32 inside_;   /* 1 while an owner is in a call, in checked files */
	char pad2_[WEFT_LINE];
	weft_seg_queue injected_;
} weft_deque;

WEFT_C_BEGIN_

/* The owner's, when as far as it knows there is no slot free. False: there is no memory. */
WEFT_API WEFT_MUST_USE bool weft_deque_make_room_(weft_deque *d);

WEFT_INLINE_ weft_atomic_u64 *
weft_deque_slots_(weft_deque_buffer_ *buffer)
{
	return (weft_atomic_u64 *)(void *)(buffer + 1);
}

WEFT_INLINE_ weft_atomic_u64 *
weft_deque_slot_(weft_atomic_u64 *slots, uint64_t mask, const weft_type *type, uint64_t index)
{
	return slots + (index & mask) * WEFT_DEQUE_WORDS_(type->size);
}

WEFT_INLINE_ void
weft_deque_put_(weft_atomic_u64 *slot, const weft_type *type, const void *v)
{
	size_t words = WEFT_DEQUE_WORDS_(type->size);
	uint64_t copy[WEFT_DEQUE_WORDS_MAX_];

	copy[words - 1] = 0;
	memcpy(copy, v, type->size);
	for (size_t i = 0; i < words; i++)
		/* relaxed: bottom or the buffer publishes them; a thief may read too early. */
		weft_store_relaxed(&slot[i], copy[i]);
}

WEFT_INLINE_ void
weft_deque_get_(weft_atomic_u64 *slot, const weft_type *type, uint64_t *copy)
{
	for (size_t i = 0; i < WEFT_DEQUE_WORDS_(type->size); i++)
		/* relaxed: the owner wrote them; or bottom was read before, and top will judge. */
		copy[i] = weft_load_relaxed(&slot[i]);
}

/* How many there are from top to bottom: below 0 while a pop finds that there are none. */
WEFT_INLINE_ int64_t
weft_deque_between_(uint64_t top, uint64_t bottom)
{
	return (int64_t)(bottom - top);
}

/* The owner's bottom. */
WEFT_INLINE_ uint64_t
weft_deque_own_(const weft_deque *d)
{
	/* relaxed: the owner alone writes it. */
	return weft_load_relaxed(&d->bottom_);
}

/* Empty, at an index. Tests begin near the top. */
WEFT_INLINE_ void
weft_deque_begin_at_(weft_deque *d, uint64_t index)
{
	/* relaxed: nobody else knows the deque yet. */
	weft_store_relaxed(&d->top_, index);
	/* relaxed: as above. */
	weft_store_relaxed(&d->bottom_, index);
	d->top_seen_ = index;
}

/*
 * In checked files the owner's calls are entered and left, and whoever finds another
 * thread inside says so. Relaxed, so that it hides no race from ThreadSanitizer.
 */
WEFT_INLINE_ void
weft_deque_enter_(weft_deque *d, const char *call)
{
	if (!WEFT_CHECKED_)
		return;
	weft_alive_check_(&d->alive_, d, call);
	/* relaxed: only the value counts. */
	if (weft_swap_relaxed(&d->inside_, 1) != 0)
		weft_misuse_(call,
		    "another thread is in the owner's part of the deque: one thread "
		    "at a time may push and pop; the others steal");
}

WEFT_INLINE_ void
weft_deque_leave_(weft_deque *d)
{
	if (WEFT_CHECKED_)
		/* relaxed: only the value counts. */
		weft_store_relaxed(&d->inside_, 0);
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_deque_push_(weft_deque *d, const weft_type *type, const void *v)
{
	weft_deque_enter_(d, "push to a deque");
	uint64_t bottom = weft_deque_own_(d);
	bool room = WEFT_LIKELY_(bottom - d->top_seen_ <= d->mask_) || weft_deque_make_room_(d);

	if (WEFT_LIKELY_(room)) {
		weft_deque_put_(weft_deque_slot_(d->slots_, d->mask_, type, bottom), type, v);
		/* R1: publishes the value: the push takes effect; pairs with S4. */
		weft_store_release(&d->bottom_, bottom + 1);
	}
	weft_deque_leave_(d);
	return room;
}

/* The owner lowered bottom to `last`, and top was not below it: is the value ours, or nobody's? */
WEFT_INLINE_ bool
weft_deque_pop_last_(weft_deque *d, uint64_t last, uint64_t top)
{
	/* S5: takes the last value, unless a thief did; pairs with S2, S3, A3. */
	bool mine = top == last && weft_cas_seq_cst(&d->top_, &top, last + 1);

	/* In each case top is past it now, and the deque empty. */
	d->top_seen_ = last + 1;
	/* relaxed: top is past all that it names, so nobody takes a value by it. */
	weft_store_relaxed(&d->bottom_, last + 1);
	return mine;
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_deque_pop_(weft_deque *d, const weft_type *type, void *v)
{
	weft_deque_enter_(d, "pop from a deque");
	uint64_t last = weft_deque_own_(d) - 1, copy[WEFT_DEQUE_WORDS_MAX_];
	bool there = last + 1 != d->top_seen_;

	if (there) {
		/* S1: no thief that looks from here on takes the value; pairs with S4. */
		weft_store_seq_cst(&d->bottom_, last);
		/* S2: below, no thief that looked before takes it; pairs with S5. */
		uint64_t top = weft_load_seq_cst(&d->top_);

		if (WEFT_UNLIKELY_(weft_deque_between_(top, last) <= 0))
			there = weft_deque_pop_last_(d, last, top);
	}
	if (there) {
		weft_deque_get_(weft_deque_slot_(d->slots_, d->mask_, type, last), type, copy);
		memcpy(v, copy, type->size);
	}
	weft_deque_leave_(d);
	return there;
}

/* *there: how many there were, the one stolen included. */
WEFT_INLINE_ weft_status
weft_deque_steal_one_(weft_deque *d, const weft_type *type, void *v, int64_t *there)
{
	uint64_t copy[WEFT_DEQUE_WORDS_MAX_];
	/* S3: before the load of bottom; pairs with S5. */
	uint64_t top = weft_load_seq_cst(&d->top_);
	/* S4: names the values that are there; pairs with R1, S1. */
	uint64_t bottom = weft_load_seq_cst(&d->bottom_);

	*there = weft_deque_between_(top, bottom);
	if (*there <= 0)
		return WEFT_EMPTY;
	/* A2: it may be newer than bottom was, and has the value all the same; pairs with R2. */
	weft_deque_buffer_ *buffer = weft_load_acquire(&d->buffer_);

	weft_deque_get_(weft_deque_slot_(weft_deque_slots_(buffer), buffer->mask_, type, top), type,
	    copy);
	/* S5: takes the value, and so it was the right one; pairs with S2, S3, A3. */
	if (WEFT_UNLIKELY_(!weft_cas_seq_cst(&d->top_, &top, top + 1)))
		return WEFT_BUSY;
	memcpy(v, copy, type->size);
	return WEFT_OK;
}

WEFT_INLINE_ WEFT_MUST_USE weft_status
weft_deque_steal_(weft_deque *d, const weft_type *type, void *v)
{
	int64_t there;

	if (WEFT_CHECKED_)
		weft_alive_check_(&d->alive_, d, "steal from a deque");
	return weft_deque_steal_one_(d, type, v, &there);
}

/*
 * One by one: a single compare-and-swap past several values would take some that the
 * owner, who saw top below them, takes meanwhile without one.
 */
WEFT_GEN_ WEFT_MUST_USE size_t
weft_deque_steal_n_(weft_deque *d, const weft_type *type, void *vs, size_t n)
{
	unsigned char *to = (unsigned char *)vs;
	weft_status s = WEFT_OK;
	int64_t there;
	size_t done = 0;

	if (WEFT_CHECKED_)
		weft_alive_check_(&d->alive_, d, "steal_n from a deque");
	while (done < n && s != WEFT_EMPTY) {
		s = weft_deque_steal_one_(d, type, to + done * type->size, &there);
		if (s == WEFT_OK) {
			/* The first one says how many half of them are. */
			if (done == 0 && n > (uint64_t)(there + 1) / 2)
				n = (size_t)(there + 1) / 2;
			done++;
		} else if (done != 0) {
			break;
		}
	}
	return done;
}

/* Between two loads of top that agree none was stolen, so both numbers held at once. */
WEFT_GEN_ size_t
weft_deque_len_(const weft_deque *d)
{
	uint64_t top, again;
	int64_t there;

	if (WEFT_CHECKED_)
		weft_alive_check_(&d->alive_, d, "len of a deque");
	do {
		/* A3: before the load of bottom; pairs with S5. */
		top = weft_load_acquire(&d->top_);
		/* S4: between the two loads of top; pairs with R1, S1. */
		there = weft_deque_between_(top, weft_load_seq_cst(&d->bottom_));
		/* S3: it stood still; pairs with S5. */
		again = weft_load_seq_cst(&d->top_);
	} while (again != top);
	return there > 0 ? (size_t)there : 0;
}

/* Top is never past a bottom at rest: where a later bottom is not past an earlier top, they met. */
WEFT_INLINE_ bool
weft_deque_is_empty_(const weft_deque *d)
{
	if (WEFT_CHECKED_)
		weft_alive_check_(&d->alive_, d, "is_empty of a deque");
	/* S3: before the load of bottom; pairs with S5. */
	uint64_t top = weft_load_seq_cst(&d->top_);

	/* S4: as in weft_deque_len_; pairs with R1, S1. */
	return weft_deque_between_(top, weft_load_seq_cst(&d->bottom_)) <= 0;
}

WEFT_C_END_

#endif
