/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/spsc_queue_inl.h: the layout and the paths of weft/spsc_queue.h. */
#ifndef WEFT_DETAIL_SPSC_QUEUE_INL_H
#define WEFT_DETAIL_SPSC_QUEUE_INL_H

#include <string.h>

#include "../atomic.h"

/*
 * Two counts, of values pushed and of values popped; each is written by one side only,
 * release, and read by the other, acquire. A side looks at the other's count, whose line
 * is then far away, only when what it saw last time does not do. Each side also knows
 * its next slot, so that no capacity needs a division.
 */
typedef struct weft_spsc_side_ {
	weft_atomic_u64 count_;        /* written by this side; read by the other          */
	uint64_t other_seen_;          /* this side's own: the other's count, when it looked */
	uint64_t at_;                  /* this side's own: index of its next slot          */
	weft_atomic_u32 inside_;       /* 1 while a thread is in a call, in checked files  */
	char pad_[WEFT_LINE];
} weft_spsc_side_;

typedef struct weft_spsc_queue {
	weft_alive_ alive_;
	const weft_type *type_;
	unsigned char *slots_;
	uint64_t capacity_;
	const struct weft_allocator *allocator_;
	void (*release_)(struct weft_spsc_queue *q);    /* gives slots_ back; NULL: the caller's */
	char pad_[WEFT_LINE];
	weft_spsc_side_ producer_;
	weft_spsc_side_ consumer_;
} weft_spsc_queue;

/* What ticks_init_over needs: a constant, for a constant capacity. */
#define WEFT_SPSC_QUEUE_BYTES(T, capacity) ((size_t)(capacity) * sizeof(T))

WEFT_C_BEGIN_

/* No count in use: the sides at the start of the slots. Tests begin near the top. */
WEFT_INLINE_ void
weft_spsc_queue_begin_at_(weft_spsc_queue *q, uint64_t count)
{
	weft_spsc_side_ *sides[] = { &q->producer_, &q->consumer_ };

	for (int i = 0; i < 2; i++) {
		/* relaxed: nobody else knows the queue yet. */
		weft_store_relaxed(&sides[i]->count_, count);
		sides[i]->other_seen_ = count;
		sides[i]->at_ = 0;
		/* relaxed: as above. */
		weft_store_relaxed(&sides[i]->inside_, 0);
	}
}

WEFT_INLINE_ bool
weft_spsc_queue_fits_(const weft_type *type, size_t capacity)
{
	return type->size != 0 && type->align != 0 && (type->align & (type->align - 1)) == 0 &&
	    type->size % type->align == 0 && capacity != 0 && capacity <= SIZE_MAX / 2 / type->size;
}

WEFT_GEN_ WEFT_MUST_USE weft_status
weft_spsc_queue_init_over_(weft_spsc_queue *q, const weft_type *type, void *memory, size_t bytes,
    size_t capacity)
{
	if (!weft_spsc_queue_fits_(type, capacity) || memory == NULL ||
	    bytes < capacity * type->size || (uintptr_t)memory % type->align != 0)
		return WEFT_INVALID;
	q->type_ = type;
	q->slots_ = (unsigned char *)memory;
	q->capacity_ = capacity;
	q->allocator_ = NULL;
	q->release_ = NULL;
	weft_spsc_queue_begin_at_(q, 0);
	q->alive_.self = q;
	return WEFT_OK;
}

/*
 * In checked files a side is entered and left, and whoever finds another thread inside
 * says so. Relaxed, so that it hides no race from ThreadSanitizer.
 */
WEFT_INLINE_ void
weft_spsc_queue_enter_(const weft_spsc_queue *q, weft_spsc_side_ *side, const char *call)
{
	if (!WEFT_CHECKED_)
		return;
	weft_alive_check_(&q->alive_, q, call);
	/* relaxed: only the value counts. */
	if (weft_swap_relaxed(&side->inside_, 1) != 0)
		weft_misuse_(call,
		    "another thread is on this side of the spsc_queue: one thread "
		    "at a time may be the producer, and one the consumer");
}

WEFT_INLINE_ void
weft_spsc_queue_leave_(weft_spsc_side_ *side)
{
	if (WEFT_CHECKED_)
		/* relaxed: only the value counts. */
		weft_store_relaxed(&side->inside_, 0);
}

WEFT_INLINE_ unsigned char *
weft_spsc_queue_slot_(const weft_spsc_queue *q, const weft_type *type, uint64_t at)
{
	return q->slots_ + at * type->size;
}

/* The index `by` slots on; by is at most the capacity. */
WEFT_INLINE_ uint64_t
weft_spsc_queue_step_(const weft_spsc_queue *q, uint64_t at, uint64_t by)
{
	return at + by < q->capacity_ ? at + by : at + by - q->capacity_;
}

WEFT_INLINE_ uint64_t
weft_spsc_queue_own_(const weft_spsc_side_ *side)
{
	/* relaxed: this side alone writes its count. */
	return weft_load_relaxed(&side->count_);
}

/* Free slots, as far as the producer knows; it looks again when it knows of fewer than n. */
WEFT_INLINE_ uint64_t
weft_spsc_queue_free_(weft_spsc_queue *q, uint64_t n)
{
	weft_spsc_side_ *me = &q->producer_;
	uint64_t used = weft_spsc_queue_own_(me) - me->other_seen_;

	if (WEFT_UNLIKELY_(q->capacity_ - used < n)) {
		/*
		 * A pause here and where the consumer looks: a CPU guesses its way ahead, and
		 * fetches the other's line for nothing (1p1c: 14 ns to 9).
		 */
		weft_pause();
		/* A1: the consumer is done with the slots that it gave back; pairs with R2. */
		me->other_seen_ = weft_load_acquire(&q->consumer_.count_);
		used = weft_spsc_queue_own_(me) - me->other_seen_;
	}
	return q->capacity_ - used;
}

/* Filled slots, as far as the consumer knows; it looks again when it knows of fewer than n. */
WEFT_INLINE_ uint64_t
weft_spsc_queue_filled_(weft_spsc_queue *q, uint64_t n)
{
	weft_spsc_side_ *me = &q->consumer_;
	uint64_t filled = me->other_seen_ - weft_spsc_queue_own_(me);

	if (WEFT_UNLIKELY_(filled < n)) {
		weft_pause();   /* as in weft_spsc_queue_free_ */
		/* A2: the values are there; pairs with R1. */
		me->other_seen_ = weft_load_acquire(&q->producer_.count_);
		filled = me->other_seen_ - weft_spsc_queue_own_(me);
	}
	return filled;
}

WEFT_INLINE_ void
weft_spsc_queue_pushed_(weft_spsc_queue *q, uint64_t n)
{
	weft_spsc_side_ *me = &q->producer_;

	me->at_ = weft_spsc_queue_step_(q, me->at_, n);
	/* R1: publishes n values: the push takes effect; pairs with A2, A3. */
	weft_store_release(&me->count_, weft_spsc_queue_own_(me) + n);
}

WEFT_INLINE_ void
weft_spsc_queue_popped_(weft_spsc_queue *q, uint64_t n)
{
	weft_spsc_side_ *me = &q->consumer_;

	me->at_ = weft_spsc_queue_step_(q, me->at_, n);
	/* R2: gives n slots back: the pop takes effect; pairs with A1, A4. */
	weft_store_release(&me->count_, weft_spsc_queue_own_(me) + n);
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_spsc_queue_push_(weft_spsc_queue *q, const weft_type *type, const void *v)
{
	weft_spsc_side_ *me = &q->producer_;
	bool room;

	weft_spsc_queue_enter_(q, me, "push to an spsc_queue");
	room = weft_spsc_queue_free_(q, 1) != 0;
	if (WEFT_LIKELY_(room)) {
		memcpy(weft_spsc_queue_slot_(q, type, me->at_), v, type->size);
		weft_spsc_queue_pushed_(q, 1);
	}
	weft_spsc_queue_leave_(me);
	return room;
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_spsc_queue_pop_(weft_spsc_queue *q, const weft_type *type, void *v)
{
	weft_spsc_side_ *me = &q->consumer_;
	bool there;

	weft_spsc_queue_enter_(q, me, "pop from an spsc_queue");
	there = weft_spsc_queue_filled_(q, 1) != 0;
	if (WEFT_LIKELY_(there)) {
		memcpy(v, weft_spsc_queue_slot_(q, type, me->at_), type->size);
		weft_spsc_queue_popped_(q, 1);
	}
	weft_spsc_queue_leave_(me);
	return there;
}

/* The slots from at on, up to the end of the array. */
WEFT_INLINE_ uint64_t
weft_spsc_queue_straight_(const weft_spsc_queue *q, uint64_t at, uint64_t n)
{
	return n < q->capacity_ - at ? n : q->capacity_ - at;
}

WEFT_GEN_ WEFT_MUST_USE size_t
weft_spsc_queue_push_n_(weft_spsc_queue *q, const weft_type *type, const void *vs, size_t n)
{
	weft_spsc_side_ *me = &q->producer_;
	const unsigned char *from = (const unsigned char *)vs;
	uint64_t room, first;

	weft_spsc_queue_enter_(q, me, "push_n to an spsc_queue");
	room = weft_spsc_queue_free_(q, n);
	room = room < n ? room : n;
	first = weft_spsc_queue_straight_(q, me->at_, room);
	if (room != 0) {
		memcpy(weft_spsc_queue_slot_(q, type, me->at_), from, first * type->size);
		memcpy(q->slots_, from + first * type->size, (room - first) * type->size);
		weft_spsc_queue_pushed_(q, room);
	}
	weft_spsc_queue_leave_(me);
	return (size_t)room;
}

WEFT_GEN_ WEFT_MUST_USE size_t
weft_spsc_queue_pop_n_(weft_spsc_queue *q, const weft_type *type, void *vs, size_t n)
{
	weft_spsc_side_ *me = &q->consumer_;
	unsigned char *to = (unsigned char *)vs;
	uint64_t there, first;

	weft_spsc_queue_enter_(q, me, "pop_n from an spsc_queue");
	there = weft_spsc_queue_filled_(q, n);
	there = there < n ? there : n;
	first = weft_spsc_queue_straight_(q, me->at_, there);
	if (there != 0) {
		memcpy(to, weft_spsc_queue_slot_(q, type, me->at_), first * type->size);
		memcpy(to + first * type->size, q->slots_, (there - first) * type->size);
		weft_spsc_queue_popped_(q, there);
	}
	weft_spsc_queue_leave_(me);
	return (size_t)there;
}

WEFT_INLINE_ WEFT_MUST_USE void *
weft_spsc_queue_reserve_(weft_spsc_queue *q, const weft_type *type, size_t *n)
{
	weft_spsc_side_ *me = &q->producer_;
	uint64_t wanted = n == NULL ? 1 : *n, room;

	weft_spsc_queue_enter_(q, me, "reserve in an spsc_queue");
	room = weft_spsc_queue_free_(q, wanted);
	room = weft_spsc_queue_straight_(q, me->at_, room < wanted ? room : wanted);
	weft_spsc_queue_leave_(me);
	if (n != NULL)
		*n = (size_t)room;
	return room == 0 ? NULL : weft_spsc_queue_slot_(q, type, me->at_);
}

WEFT_INLINE_ void
weft_spsc_queue_commit_(weft_spsc_queue *q, size_t n)
{
	weft_spsc_side_ *me = &q->producer_;

	weft_spsc_queue_enter_(q, me, "commit to an spsc_queue");
	if (WEFT_CHECKED_ && weft_spsc_queue_straight_(q, me->at_, weft_spsc_queue_free_(q, 0)) < n)
		weft_misuse_("commit to an spsc_queue",
		    "more than was reserved: commit at most "
		    "the number that reserve gave");
	weft_spsc_queue_pushed_(q, n);
	weft_spsc_queue_leave_(me);
}

WEFT_INLINE_ WEFT_MUST_USE void *
weft_spsc_queue_claim_(weft_spsc_queue *q, const weft_type *type, size_t *n)
{
	weft_spsc_side_ *me = &q->consumer_;
	uint64_t wanted = n == NULL ? 1 : *n, there;

	weft_spsc_queue_enter_(q, me, "claim from an spsc_queue");
	there = weft_spsc_queue_filled_(q, wanted);
	there = weft_spsc_queue_straight_(q, me->at_, there < wanted ? there : wanted);
	weft_spsc_queue_leave_(me);
	if (n != NULL)
		*n = (size_t)there;
	return there == 0 ? NULL : weft_spsc_queue_slot_(q, type, me->at_);
}

WEFT_INLINE_ void
weft_spsc_queue_release_(weft_spsc_queue *q, size_t n)
{
	weft_spsc_side_ *me = &q->consumer_;

	weft_spsc_queue_enter_(q, me, "release to an spsc_queue");
	if (WEFT_CHECKED_ &&
	    weft_spsc_queue_straight_(q, me->at_, weft_spsc_queue_filled_(q, 0)) < n)
		weft_misuse_("release to an spsc_queue",
		    "more than was claimed: release at most "
		    "the number that claim gave");
	weft_spsc_queue_popped_(q, n);
	weft_spsc_queue_leave_(me);
}

/* Between two loads of the pops that agree none took effect, so both counts held at once. */
WEFT_GEN_ size_t
weft_spsc_queue_len_(const weft_spsc_queue *q)
{
	uint64_t popped, pushed, again;

	if (WEFT_CHECKED_)
		weft_alive_check_(&q->alive_, q, "len of an spsc_queue");
	do {
		/* A4: before the load of pushed; pairs with R2. */
		popped = weft_load_acquire(&q->consumer_.count_);
		/* A3: between the two loads of popped; pairs with R1. */
		pushed = weft_load_acquire(&q->producer_.count_);
		/* relaxed: the pops that the first load acquired, or all is read again. */
		again = weft_load_relaxed(&q->consumer_.count_);
	} while (again != popped);
	return (size_t)(pushed - popped);
}

WEFT_INLINE_ size_t
weft_spsc_queue_capacity_(const weft_spsc_queue *q)
{
	if (WEFT_CHECKED_)
		weft_alive_check_(&q->alive_, q, "capacity of an spsc_queue");
	return (size_t)q->capacity_;
}

WEFT_GEN_ void
weft_spsc_queue_fini_(weft_spsc_queue *q, const weft_type *type)
{
	void *v;

	weft_alive_check_(&q->alive_, q, "fini of an spsc_queue");
	while (type->drop != NULL && (v = weft_spsc_queue_claim_(q, type, NULL)) != NULL) {
		type->drop(v);
		weft_spsc_queue_release_(q, 1);
	}
	q->alive_.self = NULL;
	if (q->release_ != NULL)
		q->release_(q);
}

WEFT_C_END_

#endif
