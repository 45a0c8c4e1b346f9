/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/seg_queue_inl.h: the layout and the paths of weft/seg_queue.h. */
#ifndef WEFT_DETAIL_SEG_QUEUE_INL_H
#define WEFT_DETAIL_SEG_QUEUE_INL_H

#include <string.h>

#include "../atomic.h"

/*
 * A ticket is the number of a segment in the high bits and a slot in the low ones. A
 * segment has one slot fewer than the low bits can say: the last number, `lap - 1`, means
 * that whoever took the last slot is linking the next segment (for tail), or moving to
 * it (for head). Segments count from 1.
 *
 * Each end is a ticket, and the segment that it is in. A thread reads the ticket, then the
 * segment, and touches the segment only after its compare-and-swap of the ticket: that
 * succeeds only where the end has not moved, so that the segment read is the right one,
 * and a claimed slot that is not yet read keeps its segment from going back. That is all
 * the reclamation there is.
 *
 * A slot's state says how far it is in this life of its segment, whose number is s:
 *
 *	anything older   claimed by a pusher at most
 *	2 s + 1          filled: the popper who claimed it may read
 *	2 s + 2          read: the slot is of no more use to anyone
 *
 * A segment all of whose slots are read goes back: kept as the spare if there is none,
 * freed otherwise. The popper of the last slot sees to it; where others are not through
 * yet, the segment waits in the list `leaving`, which the next such popper, and each pop
 * that finds the queue empty, looks through.
 *
 * Linearisation: a push at its compare-and-swap of tail, a pop at that of head, empty at
 * its load of tail. The design page has the argument.
 */
typedef struct weft_seg_queue_segment_ {
	weft_atomic_ptr next_;      /* written by the pusher of the last slot                   */
	struct weft_seg_queue_segment_ *leaving_;   /* by who holds it, in that list            */
	uint64_t number_;           /* written before it is linked                              */
} weft_seg_queue_segment_;

typedef struct weft_seg_queue {
	weft_alive_ alive_;
	const weft_type *type_;
	const struct weft_allocator *allocator_;
	weft_atomic_ptr spare_;         /* a segment, or NULL: swapped by anyone                */
	char pad0_[WEFT_LINE];
	weft_atomic_u64 tail_;          /* next ticket to push; CAS by pushers                  */
	weft_atomic_ptr tail_segment_;  /* written by the pusher of a last slot                 */
	char pad1_[WEFT_LINE];
	weft_atomic_u64 head_;          /* next ticket to pop; CAS by poppers                   */
	weft_atomic_ptr head_segment_;  /* written by the popper of a last slot                 */
	weft_atomic_u64 tail_seen_;     /* a tail that some popper saw: never ahead of tail     */
	weft_atomic_ptr leaving_;       /* segments to go back: pushed, and swapped for NULL    */
	char pad2_[WEFT_LINE];
} weft_seg_queue;

#define WEFT_SEG_QUEUE_LARGEST_ 65536
/*
 * Bytes of slots in a segment. Larger ones cost the allocator less, which two threads meet
 * in (bench_seg_queue, 1p1c and 2p2c: 4 KiB 41 and 28 ns a value, 8 KiB 19 and 32, 16 KiB 15
 * and 21, 64 KiB 14 and 17); smaller ones cost a queue at rest less.
 */
#define WEFT_SEG_QUEUE_BYTES_ 16384u

#define WEFT_SEG_QUEUE_UP_(n, align) (((n) + (align) - 1) & ~((size_t)(align) - 1))
#define WEFT_SEG_QUEUE_ALIGN_(align) ((align) > alignof(uint32_t) ? (align) : alignof(uint32_t))
/* A slot is its state, then the value at the next place that suits it. */
#define WEFT_SEG_QUEUE_VALUE_AT_(type) WEFT_SEG_QUEUE_ALIGN_((type)->align)
#define WEFT_SEG_QUEUE_STRIDE_(type)                                                              \
	WEFT_SEG_QUEUE_UP_(WEFT_SEG_QUEUE_VALUE_AT_(type) + (type)->size,                         \
	    WEFT_SEG_QUEUE_ALIGN_((type)->align))
/* Tickets a segment: a power of two, as many slots as those bytes hold, or 32; modelled: 4. */
#define WEFT_SEG_QUEUE_LEAST_ (WEFT_MODEL_ ? 4u : 32u)
#define WEFT_SEG_QUEUE_LAP_(type)                                                                 \
	(WEFT_MODEL_ || WEFT_SEG_QUEUE_STRIDE_(type) > WEFT_SEG_QUEUE_BYTES_ / 32                 \
	        ? (uint64_t)WEFT_SEG_QUEUE_LEAST_                                                 \
	        : (uint64_t)1 << (31 - __builtin_clz((unsigned)(WEFT_SEG_QUEUE_BYTES_ /           \
	                              WEFT_SEG_QUEUE_STRIDE_(type)))))
#define WEFT_SEG_QUEUE_SLOTS_AT_(type)                                                            \
	WEFT_SEG_QUEUE_UP_(sizeof(weft_seg_queue_segment_), WEFT_SEG_QUEUE_ALIGN_((type)->align))

WEFT_C_BEGIN_

/* The paths that are taken once a segment, in the library; false: no memory, or try again. */
WEFT_API WEFT_MUST_USE weft_status weft_seg_queue_push_last_(weft_seg_queue *q, uint64_t tail,
    weft_seg_queue_segment_ *segment, const void *v);
WEFT_API WEFT_MUST_USE weft_status weft_seg_queue_pop_last_(weft_seg_queue *q, uint64_t head,
    weft_seg_queue_segment_ *segment, void *v);
WEFT_API void weft_seg_queue_sweep_(weft_seg_queue *q);

WEFT_INLINE_ weft_atomic_u32 *
weft_seg_queue_state_(weft_seg_queue_segment_ *segment, const weft_type *type, uint64_t slot)
{
	return (weft_atomic_u32 *)(void *)((unsigned char *)segment +
	    WEFT_SEG_QUEUE_SLOTS_AT_(type) + slot * WEFT_SEG_QUEUE_STRIDE_(type));
}

WEFT_INLINE_ unsigned char *
weft_seg_queue_value_(weft_atomic_u32 *state, const weft_type *type)
{
	return (unsigned char *)state + WEFT_SEG_QUEUE_VALUE_AT_(type);
}

WEFT_INLINE_ uint32_t
weft_seg_queue_filled_(const weft_type *type, uint64_t ticket)
{
	return (uint32_t)(ticket / WEFT_SEG_QUEUE_LAP_(type) * 2 + 1);
}

WEFT_INLINE_ void
weft_seg_queue_fill_(weft_seg_queue_segment_ *segment, const weft_type *type, uint64_t ticket,
    const void *v)
{
	weft_atomic_u32 *state = weft_seg_queue_state_(segment, type,
	    ticket % WEFT_SEG_QUEUE_LAP_(type));

	memcpy(weft_seg_queue_value_(state, type), v, type->size);
	/* R1: publishes the value; pairs with A3. */
	weft_store_release(state, weft_seg_queue_filled_(type, ticket));
}

WEFT_INLINE_ void
weft_seg_queue_take_(weft_seg_queue_segment_ *segment, const weft_type *type, uint64_t ticket,
    void *v)
{
	weft_atomic_u32 *state = weft_seg_queue_state_(segment, type,
	    ticket % WEFT_SEG_QUEUE_LAP_(type));
	uint32_t filled = weft_seg_queue_filled_(type, ticket);

	/* A3: the value is there; pairs with R1. */
	for (unsigned round = 0; WEFT_UNLIKELY_(weft_load_acquire(state) != filled);)
		weft_spin(&round);
	memcpy(v, weft_seg_queue_value_(state, type), type->size);
	/* R2: the slot is of no more use; pairs with A4. */
	weft_store_release(state, filled + 1);
}

/*
 * WEFT_OK; WEFT_NO_MEMORY; WEFT_BUSY where the next segment is being linked. One value or,
 * where more is wanted, as many as the segment has slots for, but for its last: *done.
 */
WEFT_INLINE_ weft_status
weft_seg_queue_push_some_(weft_seg_queue *q, const weft_type *type, const unsigned char *vs,
    size_t n, size_t *done)
{
	const uint64_t lap = WEFT_SEG_QUEUE_LAP_(type);
	/* A1: so that the segment is no older; pairs with R3. */
	uint64_t tail = weft_load_acquire(&q->tail_);
	unsigned pauses = WEFT_BACKOFF;

	for (;;) {
		/* relaxed: a newer one than A1 has seen goes with a failing compare-and-swap. */
		weft_seg_queue_segment_ *segment = (weft_seg_queue_segment_ *)
		    weft_load_relaxed(&q->tail_segment_);
		uint64_t slot = tail % lap, room = lap - 2 - slot;
		uint64_t run = n < room ? n : room;

		if (WEFT_UNLIKELY_(slot >= lap - 2)) {
			*done = 1;
			return slot == lap - 1 ? WEFT_BUSY
					       : weft_seg_queue_push_last_(q, tail, segment, vs);
		}
		/* S1: the pushes take effect; pairs with S2, S5. */
		if (WEFT_LIKELY_(weft_cas_weak_seq_cst(&q->tail_, &tail, tail + run))) {
			for (uint64_t i = 0; i < run; i++)
				weft_seg_queue_fill_(segment, type, tail + i, vs + i * type->size);
			*done = (size_t)run;
			return WEFT_OK;
		}
		weft_backoff(&pauses);
		/* A1: as above; pairs with R3. */
		tail = weft_load_acquire(&q->tail_);
	}
}

/* WEFT_OK; WEFT_EMPTY; WEFT_BUSY where head is moving to the next segment. As above. */
WEFT_INLINE_ weft_status
weft_seg_queue_pop_some_(weft_seg_queue *q, const weft_type *type, unsigned char *vs, size_t n,
    size_t *done)
{
	const uint64_t lap = WEFT_SEG_QUEUE_LAP_(type);
	/* A5: so that the segment is no older, nor is a tail read below; pairs with R4, S4. */
	uint64_t head = weft_load_acquire(&q->head_);
	unsigned pauses = WEFT_BACKOFF;

	for (;;) {
		/* relaxed: a newer one than A5 has seen goes with a failing compare-and-swap. */
		weft_seg_queue_segment_ *segment = (weft_seg_queue_segment_ *)
		    weft_load_relaxed(&q->head_segment_);
		/* relaxed: any tail that was seen is a lower bound for ever. */
		uint64_t tail = weft_load_relaxed(&q->tail_seen_);
		uint64_t slot = head % lap, room = lap - 2 - slot, run;

		if (WEFT_UNLIKELY_(slot == lap - 1))
			return WEFT_BUSY;
		if ((int64_t)(tail - head) <= 0) {
			/* Lest the CPU guess ahead, and fetch the pushers' line for nothing. */
			weft_pause();
			/* S2: empty if no push took effect since; pairs with S1. */
			tail = weft_load_seq_cst(&q->tail_);
			if (tail == head)
				return WEFT_EMPTY;
			/* relaxed: as above. */
			weft_store_relaxed(&q->tail_seen_, tail);
		}
		if (WEFT_UNLIKELY_(slot == lap - 2)) {
			*done = 1;
			return weft_seg_queue_pop_last_(q, head, segment, vs);
		}
		run = tail - head < room ? tail - head : room;
		run = n < run ? n : run;
		/* S4: the pops take effect; pairs with A5, S7. */
		if (WEFT_LIKELY_(weft_cas_weak_seq_cst(&q->head_, &head, head + run))) {
			for (uint64_t i = 0; i < run; i++)
				weft_seg_queue_take_(segment, type, head + i, vs + i * type->size);
			*done = (size_t)run;
			return WEFT_OK;
		}
		weft_backoff(&pauses);
		/* A5: as above; pairs with R4, S4. */
		head = weft_load_acquire(&q->head_);
	}
}

WEFT_INLINE_ void
weft_seg_queue_check_(const weft_seg_queue *q, const char *call)
{
	if (WEFT_CHECKED_)
		weft_alive_check_(&q->alive_, q, call);
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_seg_queue_push_(weft_seg_queue *q, const weft_type *type, const void *v)
{
	weft_status s;
	size_t done;

	weft_seg_queue_check_(q, "push to a seg_queue");
	s = weft_seg_queue_push_some_(q, type, (const unsigned char *)v, 1, &done);
	for (unsigned round = 0; WEFT_UNLIKELY_(s == WEFT_BUSY);) {
		weft_spin(&round);
		s = weft_seg_queue_push_some_(q, type, (const unsigned char *)v, 1, &done);
	}
	return s == WEFT_OK;
}

/* Empty is the time to look for segments that may go back; there are none, as a rule. */
WEFT_INLINE_ void
weft_seg_queue_found_empty_(weft_seg_queue *q)
{
	/* relaxed: the sweep looks properly. */
	if (WEFT_UNLIKELY_(weft_load_relaxed(&q->leaving_) != NULL))
		weft_seg_queue_sweep_(q);
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_seg_queue_pop_(weft_seg_queue *q, const weft_type *type, void *v)
{
	weft_status s;
	size_t done;

	weft_seg_queue_check_(q, "pop from a seg_queue");
	s = weft_seg_queue_pop_some_(q, type, (unsigned char *)v, 1, &done);
	for (unsigned round = 0; WEFT_UNLIKELY_(s == WEFT_BUSY);) {
		weft_spin(&round);
		s = weft_seg_queue_pop_some_(q, type, (unsigned char *)v, 1, &done);
	}
	if (s == WEFT_EMPTY)
		weft_seg_queue_found_empty_(q);
	return s == WEFT_OK;
}

WEFT_GEN_ WEFT_MUST_USE size_t
weft_seg_queue_push_n_(weft_seg_queue *q, const weft_type *type, const void *vs, size_t n)
{
	const unsigned char *from = (const unsigned char *)vs;
	unsigned round = 0;
	size_t done = 0, some;

	weft_seg_queue_check_(q, "push_n to a seg_queue");
	while (done < n) {
		weft_status s = weft_seg_queue_push_some_(q, type, from + done * type->size,
		    n - done, &some);

		if (s == WEFT_NO_MEMORY)
			break;
		if (s == WEFT_BUSY)
			weft_spin(&round);
		else
			done += some;
	}
	return done;
}

WEFT_GEN_ WEFT_MUST_USE size_t
weft_seg_queue_pop_n_(weft_seg_queue *q, const weft_type *type, void *vs, size_t n)
{
	unsigned char *to = (unsigned char *)vs;
	unsigned round = 0;
	size_t done = 0, some;

	weft_seg_queue_check_(q, "pop_n from a seg_queue");
	while (done < n) {
		weft_status s = weft_seg_queue_pop_some_(q, type, to + done * type->size, n - done,
		    &some);

		if (s == WEFT_EMPTY) {
			weft_seg_queue_found_empty_(q);
			break;
		}
		if (s == WEFT_BUSY)
			weft_spin(&round);
		else
			done += some;
	}
	return done;
}

WEFT_C_END_

#endif
