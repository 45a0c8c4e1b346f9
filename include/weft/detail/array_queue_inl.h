/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/array_queue_inl.h: the layout and the paths of weft/array_queue.h. */
#ifndef WEFT_DETAIL_ARRAY_QUEUE_INL_H
#define WEFT_DETAIL_ARRAY_QUEUE_INL_H

#include <string.h>

#include "../atomic.h"

/*
 * A ticket counts places in the stream of values: lap in the high bits, index of the
 * slot in the low ones. A lap is the next power of two above the capacity, so that index
 * and lap stay apart for any capacity, 1 included, and tickets may wrap.
 *
 * Each slot has a turn, which says whose it is. For the ticket t of the slot's index:
 *
 *	t              free: the pusher of ticket t may claim it   (by moving tail past t)
 *	t + 1          filled: the popper of ticket t may claim it (by moving head past t)
 *	t + lap        free, a lap on
 *
 * Whoever claimed ticket t alone touches the value, and alone writes the turn: the pusher
 * t + 1, the popper t + lap. A turn below the one we look for means that someone is still
 * to come; above, that our own ticket is old.
 *
 * Linearisation: a push at its compare-and-swap of tail, a pop at that of head; full at
 * its load of head, empty at its load of tail. The design page has the argument.
 */
typedef struct weft_array_queue {
	weft_alive_ alive_;
	const weft_type *type_;
	unsigned char *slots_;
	uint64_t mask_;                                 /* a lap less 1: the index in a ticket   */
	uint64_t last_;                                 /* the last index: the capacity less 1   */
	uint64_t lap_;
	const struct weft_allocator *allocator_;
	void (*release_)(struct weft_array_queue *q);   /* gives slots_ back; NULL: the caller's */
	char pad0_[WEFT_LINE];
	weft_atomic_u64 tail_;                          /* next ticket to push; CAS by pushers   */
	char pad1_[WEFT_LINE];
	weft_atomic_u64 head_;                          /* next ticket to pop; CAS by poppers    */
	char pad2_[WEFT_LINE];
} weft_array_queue;

/* A slot is its turn, then the value at the next place that suits it. */
#define WEFT_ARRAY_QUEUE_UP_(n, align) (((n) + (align) - 1) / (align) * (align))
#define WEFT_ARRAY_QUEUE_AT_(align) ((align) > sizeof(uint64_t) ? (align) : sizeof(uint64_t))
#define WEFT_ARRAY_QUEUE_STRIDE_(size, align)                                                     \
	WEFT_ARRAY_QUEUE_UP_(WEFT_ARRAY_QUEUE_AT_(align) + (size), WEFT_ARRAY_QUEUE_AT_(align))

/* What ring_init_over needs: a constant, for a constant capacity. */
#define WEFT_ARRAY_QUEUE_BYTES(T, capacity)                                                       \
	((size_t)(capacity) * WEFT_ARRAY_QUEUE_STRIDE_(sizeof(T), alignof(T)))

WEFT_C_BEGIN_

WEFT_INLINE_ weft_atomic_u64 *
weft_array_queue_turn_(const weft_array_queue *q, const weft_type *type, uint64_t ticket)
{
	uint64_t index = ticket & q->mask_;

	return (weft_atomic_u64 *)(void *)(q->slots_ +
	    index * WEFT_ARRAY_QUEUE_STRIDE_(type->size, type->align));
}

WEFT_INLINE_ unsigned char *
weft_array_queue_value_(weft_atomic_u64 *turn, const weft_type *type)
{
	return (unsigned char *)turn + WEFT_ARRAY_QUEUE_AT_(type->align);
}

WEFT_INLINE_ uint64_t
weft_array_queue_next_(const weft_array_queue *q, uint64_t ticket)
{
	/* Past the last index comes the next lap: what the mask has bits for, but no slots. */
	return ticket + ((ticket & q->mask_) == q->last_ ? q->lap_ - q->last_ : 1);
}

/* How far the turn is past the one looked for; right also where tickets wrap. */
WEFT_INLINE_ int64_t
weft_array_queue_past_(uint64_t turn, uint64_t wanted)
{
	return (int64_t)(turn - wanted);
}

/* All slots free, the first ticket a whole number of laps. Tests begin near the top. */
WEFT_INLINE_ void
weft_array_queue_begin_at_(weft_array_queue *q, const weft_type *type, uint64_t ticket)
{
	for (uint64_t i = 0; i <= q->last_; i++)
		/* relaxed: nobody else knows the queue yet. */
		weft_store_relaxed(weft_array_queue_turn_(q, type, i), ticket + i);
	/* relaxed: as above. */
	weft_store_relaxed(&q->tail_, ticket);
	/* relaxed: as above. */
	weft_store_relaxed(&q->head_, ticket);
}

/* The capacities that can be, and so few that no product here overflows. */
WEFT_INLINE_ bool
weft_array_queue_fits_(const weft_type *type, size_t capacity)
{
	return type->size != 0 && type->size <= SIZE_MAX / 4 && type->align != 0 &&
	    (type->align & (type->align - 1)) == 0 && type->size % type->align == 0 &&
	    capacity != 0 &&
	    capacity <= SIZE_MAX / 4 / WEFT_ARRAY_QUEUE_STRIDE_(type->size, type->align);
}

WEFT_GEN_ WEFT_MUST_USE weft_status
weft_array_queue_init_over_(weft_array_queue *q, const weft_type *type, void *memory, size_t bytes,
    size_t capacity)
{
	size_t lap = 1;

	if (!weft_array_queue_fits_(type, capacity) || memory == NULL ||
	    bytes < capacity * WEFT_ARRAY_QUEUE_STRIDE_(type->size, type->align) ||
	    (uintptr_t)memory % WEFT_ARRAY_QUEUE_AT_(type->align) != 0)
		return WEFT_INVALID;
	while (lap <= capacity)
		lap *= 2;
	q->type_ = type;
	q->slots_ = (unsigned char *)memory;
	q->mask_ = lap - 1;
	q->last_ = capacity - 1;
	q->lap_ = lap;
	q->allocator_ = NULL;
	q->release_ = NULL;
	weft_array_queue_begin_at_(q, type, 0);
	q->alive_.self = q;
	return WEFT_OK;
}

/* On the fast paths, in checked files only. */
WEFT_INLINE_ void
weft_array_queue_check_(const weft_array_queue *q, const char *call)
{
	if (WEFT_CHECKED_)
		weft_alive_check_(&q->alive_, q, call);
}

WEFT_INLINE_ weft_status
weft_array_queue_try_push_(weft_array_queue *q, const weft_type *type, const void *v)
{
	weft_array_queue_check_(q, "push to an array_queue");
	/* A1: so that full below is judged by a head no older; pairs with S1. */
	uint64_t tail = weft_load_acquire(&q->tail_);
	unsigned pauses = WEFT_BACKOFF;

	for (;;) {
		weft_atomic_u64 *turn = weft_array_queue_turn_(q, type, tail);
		/* A2: the last popper is done with the value; pairs with R2, R3. */
		int64_t past = weft_array_queue_past_(weft_load_acquire(turn), tail);

		if (WEFT_LIKELY_(past == 0)) {
			uint64_t next = weft_array_queue_next_(q, tail);

			/* S1: the push takes effect; pairs with A1, S4, S5, S7. */
			if (WEFT_LIKELY_(weft_cas_weak_seq_cst(&q->tail_, &tail, next))) {
				memcpy(weft_array_queue_value_(turn, type), v, type->size);
				/* R1: publishes the value; pairs with A4, A5, A6. */
				weft_store_release(turn, tail + 1);
				return WEFT_OK;
			}
			weft_backoff(&pauses);
		} else if (past < 0) {
			/*
			 * A pause here and wherever a side looks at the other's line: a CPU guesses
			 * its way ahead, and fetches that line for nothing (2p2c: 24 ns to 17).
			 */
			weft_pause();
			/* S2: full if no pop took effect since; pairs with S3. */
			uint64_t head = weft_load_seq_cst(&q->head_);

			return head + q->lap_ == tail ? WEFT_FULL : WEFT_BUSY;
		} else {
			weft_backoff(&pauses);
			/* A1: the ticket was old; pairs with S1. */
			tail = weft_load_acquire(&q->tail_);
		}
	}
}

WEFT_INLINE_ weft_status
weft_array_queue_try_pop_(weft_array_queue *q, const weft_type *type, void *v)
{
	weft_array_queue_check_(q, "pop from an array_queue");
	/* A3: so that empty below is judged by a tail no older; pairs with R4, S3. */
	uint64_t head = weft_load_acquire(&q->head_);
	unsigned pauses = WEFT_BACKOFF;

	for (;;) {
		weft_atomic_u64 *turn = weft_array_queue_turn_(q, type, head);
		/* A4: the value is there; pairs with R1, R3. */
		int64_t past = weft_array_queue_past_(weft_load_acquire(turn), head + 1);

		if (WEFT_LIKELY_(past == 0)) {
			uint64_t next = weft_array_queue_next_(q, head);

			/* S3: the pop takes effect; pairs with A3, S2, S6, S8. */
			if (WEFT_LIKELY_(weft_cas_weak_seq_cst(&q->head_, &head, next))) {
				memcpy(v, weft_array_queue_value_(turn, type), type->size);
				/* R2: the slot is free for the next lap; pairs with A2. */
				weft_store_release(turn, head + q->lap_);
				return WEFT_OK;
			}
			weft_backoff(&pauses);
		} else if (past < 0) {
			weft_pause();   /* as in try_push */
			/* S4: empty if no push took effect since; pairs with S1. */
			return weft_load_seq_cst(&q->tail_) == head ? WEFT_EMPTY : WEFT_BUSY;
		} else {
			weft_backoff(&pauses);
			/* A3: the ticket was old; pairs with R4, S3. */
			head = weft_load_acquire(&q->head_);
		}
	}
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_array_queue_push_(weft_array_queue *q, const weft_type *type, const void *v)
{
	weft_status s = weft_array_queue_try_push_(q, type, v);

	for (unsigned round = 0; WEFT_UNLIKELY_(s == WEFT_BUSY);) {
		weft_spin(&round);
		s = weft_array_queue_try_push_(q, type, v);
	}
	return s == WEFT_OK;
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_array_queue_pop_(weft_array_queue *q, const weft_type *type, void *v)
{
	weft_status s = weft_array_queue_try_pop_(q, type, v);

	for (unsigned round = 0; WEFT_UNLIKELY_(s == WEFT_BUSY);) {
		weft_spin(&round);
		s = weft_array_queue_try_pop_(q, type, v);
	}
	return s == WEFT_OK;
}

/* Claims as many slots as are free from tail on, at most n, and fills them. */
WEFT_GEN_ size_t
weft_array_queue_push_run_(weft_array_queue *q, const weft_type *type, const unsigned char *vs,
    size_t n)
{
	/* relaxed: a first guess, which the compare-and-swap checks. */
	uint64_t tail = weft_load_relaxed(&q->tail_), ticket = tail;
	size_t run = 0;

	/* A2: the last popper is done with the value; pairs with R2, R3. */
	while (run < n && weft_load_acquire(weft_array_queue_turn_(q, type, ticket)) == ticket) {
		ticket = weft_array_queue_next_(q, ticket);
		run++;
	}
	/* S1: the pushes take effect; pairs with A1, S4, S5, S7. */
	if (run == 0 || !weft_cas_seq_cst(&q->tail_, &tail, ticket))
		return 0;
	for (size_t i = 0; i < run; i++) {
		weft_atomic_u64 *turn = weft_array_queue_turn_(q, type, tail);

		memcpy(weft_array_queue_value_(turn, type), vs + i * type->size, type->size);
		/* R1: publishes the value; pairs with A4, A5, A6. */
		weft_store_release(turn, tail + 1);
		tail = weft_array_queue_next_(q, tail);
	}
	return run;
}

/* Claims as many slots as are filled from head on, at most n, and empties them. */
WEFT_GEN_ size_t
weft_array_queue_pop_run_(weft_array_queue *q, const weft_type *type, unsigned char *vs, size_t n)
{
	/* relaxed: a first guess, which the compare-and-swap checks. */
	uint64_t head = weft_load_relaxed(&q->head_), ticket = head;
	size_t run = 0;

	/* A4: the value is there; pairs with R1, R3. */
	while (run < n &&
	    weft_load_acquire(weft_array_queue_turn_(q, type, ticket)) == ticket + 1) {
		ticket = weft_array_queue_next_(q, ticket);
		run++;
	}
	/* S3: the pops take effect; pairs with A3, S2, S6, S8. */
	if (run == 0 || !weft_cas_seq_cst(&q->head_, &head, ticket))
		return 0;
	for (size_t i = 0; i < run; i++) {
		weft_atomic_u64 *turn = weft_array_queue_turn_(q, type, head);

		memcpy(vs + i * type->size, weft_array_queue_value_(turn, type), type->size);
		/* R2: the slot is free for the next lap; pairs with A2. */
		weft_store_release(turn, head + q->lap_);
		head = weft_array_queue_next_(q, head);
	}
	return run;
}

/*
 * A batch: runs while there are any, and where there is none a single try, which knows
 * full and empty from busy.
 */
WEFT_GEN_ WEFT_MUST_USE size_t
weft_array_queue_push_n_(weft_array_queue *q, const weft_type *type, const void *vs, size_t n)
{
	const unsigned char *from = (const unsigned char *)vs;
	unsigned round = 0;
	size_t done = 0;

	weft_array_queue_check_(q, "push_n to an array_queue");
	while (done < n) {
		size_t run = weft_array_queue_push_run_(q, type, from + done * type->size,
		    n - done);
		weft_status s = run != 0
		    ? WEFT_OK
		    : weft_array_queue_try_push_(q, type, from + done * type->size);

		if (s == WEFT_FULL)
			break;
		if (s == WEFT_BUSY)
			weft_spin(&round);
		else
			done += run != 0 ? run : 1;
	}
	return done;
}

WEFT_GEN_ WEFT_MUST_USE size_t
weft_array_queue_pop_n_(weft_array_queue *q, const weft_type *type, void *vs, size_t n)
{
	unsigned char *to = (unsigned char *)vs;
	unsigned round = 0;
	size_t done = 0;

	weft_array_queue_check_(q, "pop_n from an array_queue");
	while (done < n) {
		size_t run = weft_array_queue_pop_run_(q, type, to + done * type->size, n - done);
		weft_status s = run != 0
		    ? WEFT_OK
		    : weft_array_queue_try_pop_(q, type, to + done * type->size);

		if (s == WEFT_EMPTY)
			break;
		if (s == WEFT_BUSY)
			weft_spin(&round);
		else
			done += run != 0 ? run : 1;
	}
	return done;
}

/*
 * Where the queue is full, the slot of the next push is that of the oldest value. Moving
 * head past that value claims both its pop and the push after it: no pusher can claim
 * the slot before its turn says so, so tail is ours to move. False: it was not full.
 */
WEFT_GEN_ bool
weft_array_queue_replace_(weft_array_queue *q, const weft_type *type, const void *v, void *old)
{
	/* relaxed: a guess, which the turn and the compare-and-swap check. */
	uint64_t tail = weft_load_relaxed(&q->tail_), oldest = tail - q->lap_;
	weft_atomic_u64 *turn = weft_array_queue_turn_(q, type, tail);
	unsigned char *value = weft_array_queue_value_(turn, type);

	/* A5: the oldest value is there; pairs with R1, R3. */
	if (weft_load_acquire(turn) != oldest + 1)
		return false;
	/* R4: the pop takes effect: who sees it sees the pushes so far; pairs with A3. */
	if (!weft_cas_release(&q->head_, &oldest, weft_array_queue_next_(q, oldest)))
		return false;
	/* S1: the push takes effect; pairs with A1, S4, S5, S7. */
	weft_store_seq_cst(&q->tail_, weft_array_queue_next_(q, tail));
	if (old != NULL)
		memcpy(old, value, type->size);
	else if (type->drop != NULL)
		type->drop(value);
	memcpy(value, v, type->size);
	/* R3: publishes the value; pairs with A2, A4, A5, A6. */
	weft_store_release(turn, tail + 1);
	return true;
}

WEFT_GEN_ void
weft_array_queue_force_push_(weft_array_queue *q, const weft_type *type, const void *v, void *old,
    bool *had)
{
	bool unasked;

	had = had == NULL ? &unasked : had;
	for (unsigned round = 0;; weft_spin(&round)) {
		weft_status s = weft_array_queue_try_push_(q, type, v);

		if (s == WEFT_OK) {
			*had = false;
			return;
		}
		if (s == WEFT_FULL && weft_array_queue_replace_(q, type, v, old)) {
			*had = true;
			return;
		}
	}
}

WEFT_GEN_ WEFT_MUST_USE bool
weft_array_queue_peek_(const weft_array_queue *q, const weft_type *type, void *v)
{
	weft_array_queue_check_(q, "peek at an array_queue");
	for (unsigned round = 0;; weft_spin(&round)) {
		/* relaxed: nobody else pops meanwhile, so this thread knows the last pop. */
		uint64_t head = weft_load_relaxed(&q->head_);
		weft_atomic_u64 *turn = weft_array_queue_turn_(q, type, head);

		/* A6: the value is there; pairs with R1, R3. */
		if (weft_load_acquire(turn) == head + 1) {
			memcpy(v, weft_array_queue_value_(turn, type), type->size);
			return true;
		}
		/* S5: empty if no push took effect since; pairs with S1. */
		if (weft_load_seq_cst(&q->tail_) == head)
			return false;
	}
}

/* Between two loads of tail that agree it stood still, so both numbers held at once. */
WEFT_GEN_ size_t
weft_array_queue_len_(const weft_array_queue *q)
{
	weft_array_queue_check_(q, "len of an array_queue");
	for (;;) {
		/* S7: see the loop; pairs with S1. */
		uint64_t tail = weft_load_seq_cst(&q->tail_);
		/* S6: between the two loads of tail; pairs with S3. */
		uint64_t head = weft_load_seq_cst(&q->head_);
		uint64_t at = tail & q->mask_, from = head & q->mask_;

		/* S7: it stood still; pairs with S1. */
		if (weft_load_seq_cst(&q->tail_) != tail)
			continue;
		if (tail == head)
			return 0;
		return (size_t)(at > from ? at - from : q->last_ + 1 - from + at);
	}
}

WEFT_INLINE_ size_t
weft_array_queue_capacity_(const weft_array_queue *q)
{
	weft_array_queue_check_(q, "capacity of an array_queue");
	return (size_t)q->last_ + 1;
}

/* Head is never past tail: where a later tail is no further than an earlier head, they met. */
WEFT_INLINE_ bool
weft_array_queue_is_empty_(const weft_array_queue *q)
{
	weft_array_queue_check_(q, "is_empty of an array_queue");
	/* S8: before the load of tail; pairs with S3. */
	uint64_t head = weft_load_seq_cst(&q->head_);

	/* S4: empty if no push took effect since; pairs with S1. */
	return weft_load_seq_cst(&q->tail_) == head;
}

/* Tail is never more than a lap past head: the same from the other side. */
WEFT_INLINE_ bool
weft_array_queue_is_full_(const weft_array_queue *q)
{
	weft_array_queue_check_(q, "is_full of an array_queue");
	/* S7: before the load of head; pairs with S1. */
	uint64_t tail = weft_load_seq_cst(&q->tail_);

	/* S2: full if no pop took effect since; pairs with S3. */
	return weft_load_seq_cst(&q->head_) + q->lap_ == tail;
}

WEFT_GEN_ void
weft_array_queue_fini_(weft_array_queue *q, const weft_type *type)
{
	weft_alive_check_(&q->alive_, q, "fini of an array_queue");
	if (type->drop != NULL) {
		/* relaxed: nobody else uses the queue any more. */
		uint64_t head = weft_load_relaxed(&q->head_);
		/* relaxed: as above. */
		uint64_t tail = weft_load_relaxed(&q->tail_);

		for (; head != tail; head = weft_array_queue_next_(q, head))
			type->drop(weft_array_queue_value_(weft_array_queue_turn_(q, type, head),
			    type));
	}
	q->alive_.self = NULL;
	if (q->release_ != NULL)
		q->release_(q);
}

WEFT_C_END_

#endif
