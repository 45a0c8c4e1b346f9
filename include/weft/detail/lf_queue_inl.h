/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/lf_queue_inl.h: the layout and the paths of weft/lf_queue.h. */
#ifndef WEFT_DETAIL_LF_QUEUE_INL_H
#define WEFT_DETAIL_LF_QUEUE_INL_H

#include <string.h>

#include "../atomic.h"

/*
 * After the scalable circular queue of R. Nikolaev (DISC 2019). The values lie in an array
 * of `capacity` places; two rings hold the numbers of places: `full_` of those with a
 * value, oldest first, and `free_` of those without. A push takes a number from free_, writes
 * the value, and puts the number into full_; a pop the other way round. Between take and
 * put the place is in the caller's hands alone.
 *
 * A ring has twice as many entries as numbers can be in it, a power of two. Tickets come by
 * fetch_add; the entry of ticket t is t modulo the size, and the rest of t its cycle. An
 * entry is one word:
 *
 *	cycle | safe | number          number is NONE (all ones) where there is none
 *
 * put, with ticket t, may fill an entry of an older cycle without a number, if it is
 * safe, or if no take with ticket t has been by (head <= t). Otherwise it takes the next
 * ticket. take, with ticket t, takes the number of an entry of its own cycle. Otherwise it
 * spoils the entry for the put of ticket t: an empty one is moved to its cycle, one
 * that still holds a number of an older cycle is made unsafe. Then nothing can be put there
 * behind its back, and it takes the next ticket, or gives up.
 *
 * When to give up: when head has come to tail, or when `patience` is used up. Each put
 * renews it, each futile ticket of a take takes one off. It is enough for all takes to
 * reach the number that was put last: the ring's size, and twice the most threads that
 * may be inside, who may hold tickets of old. So patience below 0 means empty; and takes
 * cannot spoil entries for ever while a put chases them, which is why puts end.
 *
 * Linearisation: a push where full_'s tail gives the ticket that succeeds, a pop where
 * full_'s head does; empty at the load of tail, or of patience. The design page has the
 * argument.
 */
typedef struct weft_lf_queue_ring_ {
	weft_atomic_u64 tail_;          /* next ticket to put; fetch_add by puts               */
	char pad0_[WEFT_LINE];
	weft_atomic_u64 head_;          /* next ticket to take; fetch_add by takes             */
	char pad1_[WEFT_LINE];
	weft_atomic_i64 patience_;      /* renewed by puts, used up by takes                   */
	weft_atomic_u64 *entries_;      /* written at init only                                */
	char pad2_[WEFT_LINE];
} weft_lf_queue_ring_;

typedef struct weft_lf_queue {
	weft_alive_ alive_;
	const weft_type *type_;
	unsigned char *values_;
	uint64_t capacity_;
	uint64_t mask_;                 /* entries of a ring, less 1; as a number: NONE        */
	const struct weft_allocator *allocator_;
	void (*release_)(struct weft_lf_queue *q);   /* gives the memory back; NULL: the caller's */
	char pad_[WEFT_LINE];
	weft_lf_queue_ring_ full_;
	weft_lf_queue_ring_ free_;
} weft_lf_queue;

#define WEFT_LF_QUEUE_THREADS_ (WEFT_MODEL_ ? 4 : 65536)
/* Patience of a ring. A program for a model checker may know that less will do for it. */
#ifndef WEFT_LF_QUEUE_PATIENCE_
#define WEFT_LF_QUEUE_PATIENCE_(entries) ((int64_t)(entries) + 2 * (int64_t)WEFT_LF_QUEUE_THREADS_)
#endif

/* Entries of a ring: twice the power of two that is at least the capacity, and 2. */
#define WEFT_LF_QUEUE_ENTRIES_(capacity)                                                          \
	((uint64_t)2 << (64 - __builtin_clzll(((unsigned long long)(capacity) - 1) | 1)))
#define WEFT_LF_QUEUE_VALUES_(size, capacity) (((size_t)(capacity) * (size) + 7) / 8 * 8)

/* What ring_init_over needs: a constant, for a constant capacity. */
#define WEFT_LF_QUEUE_BYTES(T, capacity)                                                          \
	(WEFT_LF_QUEUE_VALUES_(sizeof(T), capacity) +                                             \
	    (size_t)(2 * sizeof(uint64_t) * WEFT_LF_QUEUE_ENTRIES_(capacity)))

WEFT_C_BEGIN_

/* The parts of an entry. A cycle stays where the ticket has it, one bit further up. */
WEFT_INLINE_ uint64_t
weft_lf_queue_cycle_(const weft_lf_queue *q, uint64_t ticket)
{
	return (ticket & ~q->mask_) << 1;
}

WEFT_INLINE_ uint64_t
weft_lf_queue_cycle_of_(const weft_lf_queue *q, uint64_t entry)
{
	return entry & ~(q->mask_ * 2 + 1);
}

WEFT_INLINE_ uint64_t
weft_lf_queue_safe_(const weft_lf_queue *q)
{
	return q->mask_ + 1;
}

/* Is cycle a before cycle b? Right also where tickets wrap. */
WEFT_INLINE_ bool
weft_lf_queue_before_(uint64_t a, uint64_t b)
{
	return (int64_t)(a - b) < 0;
}

/* The most futile tickets between a put and the take of its number. */
WEFT_INLINE_ int64_t
weft_lf_queue_patience_(const weft_lf_queue *q)
{
	return WEFT_LF_QUEUE_PATIENCE_(q->mask_ + 1);
}

/* Puts a number into a ring; there is always room. */
WEFT_INLINE_ void
weft_lf_queue_put_(weft_lf_queue *q, weft_lf_queue_ring_ *ring, uint64_t number)
{
	int64_t patience = weft_lf_queue_patience_(q);

	for (;;) {
		/* S1: our ticket; pairs with S2, S5, R3. */
		uint64_t ticket = weft_fetch_add_seq_cst(&ring->tail_, 1);
		uint64_t cycle = weft_lf_queue_cycle_(q, ticket), fresh;
		weft_atomic_u64 *at = &ring->entries_[ticket & q->mask_];
		/* A1: which takes have been by, and what they used up; pairs with R2, R5. */
		uint64_t entry = weft_load_acquire(at);

		fresh = cycle | weft_lf_queue_safe_(q) | number;
		while (weft_lf_queue_before_(weft_lf_queue_cycle_of_(q, entry), cycle) &&
		    (entry & q->mask_) == q->mask_ &&
		    ((entry & weft_lf_queue_safe_(q)) != 0 ||
			/* relaxed: a take with our ticket that has been by is known by A1. */
			!weft_lf_queue_before_(ticket, weft_load_relaxed(&ring->head_)))) {
			/* R1: publishes the place and what is in it; pairs with A2, A4. */
			if (!weft_cas_weak_release(at, &entry, fresh)) {
				/* A1: as above; pairs with R2, R5. */
				entry = weft_load_acquire(at);
				continue;
			}
			/* relaxed: seldom has a take used any up; what A1 knows of is seen. */
			if (weft_load_relaxed(&ring->patience_) != patience)
				/* S6: renewed; pairs with S8. */
				weft_store_seq_cst(&ring->patience_, patience);
			return;
		}
	}
}

/* Takes have run past the puts: let tail follow, so that puts need not. */
WEFT_GEN_ void
weft_lf_queue_catch_up_(weft_lf_queue_ring_ *ring, uint64_t tail, uint64_t head)
{
	/* R3: what takes below head used up before; pairs with S1. */
	while (weft_lf_queue_before_(tail, head) &&
	    !weft_cas_weak_release(&ring->tail_, &tail, head))
		/* relaxed: any that was seen will do: nobody needs the tickets below. */
		head = weft_load_relaxed(&ring->head_);
}

/*
 * Spoils the entry for the put of this cycle, or takes its number. NONE: spoilt. A put
 * that has its ticket fills the entry a moment later, so it is given one: a few pauses
 * (bench_lf_queue, 2p2c and 4p4c), a bounded number, whatever the put does.
 */
#define WEFT_LF_QUEUE_MOMENT_ (WEFT_MODEL_ ? 0 : 8)

WEFT_INLINE_ uint64_t
weft_lf_queue_visit_(const weft_lf_queue *q, weft_atomic_u64 *at, uint64_t cycle)
{
	/* relaxed: a guess, which the RMW below checks; the same for the next. */
	uint64_t entry = weft_load_relaxed(at);

	for (int i = 0; i < WEFT_LF_QUEUE_MOMENT_ && weft_lf_queue_cycle_of_(q, entry) != cycle;
	     i++) {
		weft_pause();
		/* relaxed: as above. */
		entry = weft_load_relaxed(at);
	}
	while (!weft_lf_queue_before_(cycle, weft_lf_queue_cycle_of_(q, entry))) {
		uint64_t number = entry & q->mask_, spoilt;

		if (weft_lf_queue_cycle_of_(q, entry) == cycle) {
			if (number != q->mask_)
				/* A4, R2: its value; it is empty; pairs with A1, A2, R1. */
				weft_fetch_or_acq_rel(at, q->mask_);
			return number;
		}
		spoilt = number == q->mask_ ? cycle | (entry & weft_lf_queue_safe_(q)) | number
					    : entry & ~weft_lf_queue_safe_(q);
		/* R5: this take has been by; pairs with A1, A2. */
		if (weft_cas_weak_release(at, &entry, spoilt))
			break;
	}
	return q->mask_;
}

/*
 * Is there nothing to take? The entry at head tells most often, and lies where the take
 * will go anyway, so the line of tail is left to the puts until the queue looks empty
 * (bench_lf_queue, 1p1c: 20 ns an element, against 60 by looking at tail).
 */
WEFT_INLINE_ bool
weft_lf_queue_is_spent_(const weft_lf_queue *q, weft_lf_queue_ring_ *ring)
{
	/* A3: before the load of tail; pairs with S4. */
	uint64_t head = weft_load_acquire(&ring->head_);
	/* relaxed: only whether to try; the try looks properly. */
	uint64_t entry = weft_load_relaxed(&ring->entries_[head & q->mask_]);

	if (weft_lf_queue_cycle_of_(q, entry) == weft_lf_queue_cycle_(q, head) &&
	    (entry & q->mask_) != q->mask_)
		return false;
	/* Lest the CPU guess its way ahead, and fetch the puts' line for nothing (2p2c). */
	weft_pause();
	/* S2: empty if head had come so far before; pairs with S1. */
	return !weft_lf_queue_before_(head, weft_load_seq_cst(&ring->tail_));
}

/* Takes tickets until one of them brings a number; NONE (the mask): it is empty. */
WEFT_INLINE_ uint64_t
weft_lf_queue_take_tickets_(weft_lf_queue *q, weft_lf_queue_ring_ *ring)
{
	for (;;) {
		/* S4: our ticket; pairs with S3, A3. */
		uint64_t ticket = weft_fetch_add_seq_cst(&ring->head_, 1);
		uint64_t number = weft_lf_queue_visit_(q, &ring->entries_[ticket & q->mask_],
		    weft_lf_queue_cycle_(q, ticket));
		uint64_t tail;

		if (WEFT_LIKELY_(number != q->mask_))
			return number;
		/* S5: nobody has put anything from our ticket on; pairs with S1. */
		tail = weft_load_seq_cst(&ring->tail_);
		if (!weft_lf_queue_before_(ticket + 1, tail)) {
			weft_lf_queue_catch_up_(ring, tail, ticket + 1);
			/* R4: a futile ticket, after those before it; pairs with A5, S8. */
			weft_fetch_sub_release(&ring->patience_, 1);
			return q->mask_;
		}
		/* A5, R6: the same; the last of them says empty; pairs with R4, S8, A5, R6. */
		if (weft_fetch_sub_acq_rel(&ring->patience_, 1) <= 0)
			return q->mask_;
	}
}

/* Takes the oldest number out of a ring; NONE: it is empty. */
WEFT_INLINE_ uint64_t
weft_lf_queue_take_(weft_lf_queue *q, weft_lf_queue_ring_ *ring)
{
	/* S8: below 0: nothing was put since it was used up; pairs with A5, S6, R4, R6. */
	if (weft_lf_queue_is_spent_(q, ring) || weft_load_seq_cst(&ring->patience_) < 0)
		return q->mask_;
	return weft_lf_queue_take_tickets_(q, ring);
}

/*
 * A ring whose tickets begin at a multiple of its size, with the first `numbers` numbers
 * in it. Tests begin near the top.
 */
WEFT_INLINE_ void
weft_lf_queue_ring_begin_at_(weft_lf_queue *q, weft_lf_queue_ring_ *ring, uint64_t ticket,
    uint64_t numbers)
{
	uint64_t cycle = weft_lf_queue_cycle_(q, ticket), safe = weft_lf_queue_safe_(q);
	uint64_t before = weft_lf_queue_cycle_(q, ticket - (q->mask_ + 1));

	for (uint64_t i = 0; i <= q->mask_; i++)
		/* relaxed: nobody else knows the queue yet; the same for all below. */
		weft_store_relaxed(&ring->entries_[i],
		    i < numbers ? cycle | safe | i : before | safe | q->mask_);
	/* relaxed: as above. */
	weft_store_relaxed(&ring->head_, ticket);
	/* relaxed: as above. */
	weft_store_relaxed(&ring->tail_, ticket + numbers);
	/* relaxed: as above. */
	weft_store_relaxed(&ring->patience_, numbers == 0 ? -1 : weft_lf_queue_patience_(q));
}

WEFT_INLINE_ void
weft_lf_queue_begin_at_(weft_lf_queue *q, uint64_t ticket)
{
	weft_lf_queue_ring_begin_at_(q, &q->full_, ticket, 0);
	weft_lf_queue_ring_begin_at_(q, &q->free_, ticket, q->capacity_);
}

/* The capacities that can be, and so few that no product here overflows. */
WEFT_INLINE_ bool
weft_lf_queue_fits_(const weft_type *type, size_t capacity)
{
	return type->size != 0 && type->size <= SIZE_MAX / 4 && type->align != 0 &&
	    (type->align & (type->align - 1)) == 0 && type->size % type->align == 0 &&
	    capacity != 0 && capacity <= SIZE_MAX / 256 &&
	    (uint64_t)capacity <= (uint64_t)1 << 40 && capacity <= SIZE_MAX / 4 / type->size;
}

WEFT_INLINE_ size_t
weft_lf_queue_bytes_(const weft_type *type, size_t capacity)
{
	return WEFT_LF_QUEUE_VALUES_(type->size, capacity) +
	    (size_t)(2 * sizeof(uint64_t) * WEFT_LF_QUEUE_ENTRIES_(capacity));
}

WEFT_INLINE_ size_t
weft_lf_queue_align_(const weft_type *type)
{
	return type->align > sizeof(uint64_t) ? type->align : sizeof(uint64_t);
}

WEFT_GEN_ WEFT_MUST_USE weft_status
weft_lf_queue_init_over_(weft_lf_queue *q, const weft_type *type, void *memory, size_t bytes,
    size_t capacity)
{
	weft_atomic_u64 *entries;

	if (!weft_lf_queue_fits_(type, capacity) || memory == NULL ||
	    bytes < weft_lf_queue_bytes_(type, capacity) ||
	    (uintptr_t)memory % weft_lf_queue_align_(type) != 0)
		return WEFT_INVALID;
	q->type_ = type;
	q->values_ = (unsigned char *)memory;
	q->capacity_ = capacity;
	q->mask_ = WEFT_LF_QUEUE_ENTRIES_(capacity) - 1;
	q->allocator_ = NULL;
	q->release_ = NULL;
	entries = (weft_atomic_u64 *)(void *)(q->values_ +
	    WEFT_LF_QUEUE_VALUES_(type->size, capacity));
	q->full_.entries_ = entries;
	q->free_.entries_ = entries + q->mask_ + 1;
	weft_lf_queue_begin_at_(q, q->mask_ + 1);
	q->alive_.self = q;
	return WEFT_OK;
}

WEFT_INLINE_ void
weft_lf_queue_check_(const weft_lf_queue *q, const char *call)
{
	if (WEFT_CHECKED_)
		weft_alive_check_(&q->alive_, q, call);
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_lf_queue_push_(weft_lf_queue *q, const weft_type *type, const void *v)
{
	uint64_t place;

	weft_lf_queue_check_(q, "push to an lf_queue");
	place = weft_lf_queue_take_(q, &q->free_);
	if (place == q->mask_)
		return false;
	memcpy(q->values_ + place * type->size, v, type->size);
	weft_lf_queue_put_(q, &q->full_, place);
	return true;
}

WEFT_INLINE_ WEFT_MUST_USE bool
weft_lf_queue_pop_(weft_lf_queue *q, const weft_type *type, void *v)
{
	uint64_t place;

	weft_lf_queue_check_(q, "pop from an lf_queue");
	place = weft_lf_queue_take_(q, &q->full_);
	if (place == q->mask_)
		return false;
	memcpy(v, q->values_ + place * type->size, type->size);
	weft_lf_queue_put_(q, &q->free_, place);
	return true;
}

WEFT_GEN_ WEFT_MUST_USE size_t
weft_lf_queue_push_n_(weft_lf_queue *q, const weft_type *type, const void *vs, size_t n)
{
	const unsigned char *from = (const unsigned char *)vs;
	size_t done = 0;

	while (done < n && weft_lf_queue_push_(q, type, from + done * type->size))
		done++;
	return done;
}

WEFT_GEN_ WEFT_MUST_USE size_t
weft_lf_queue_pop_n_(weft_lf_queue *q, const weft_type *type, void *vs, size_t n)
{
	unsigned char *to = (unsigned char *)vs;
	size_t done = 0;

	while (done < n && weft_lf_queue_pop_(q, type, to + done * type->size))
		done++;
	return done;
}

/* Where no place is free, that of the oldest value serves: taken from full_, put back there. */
WEFT_GEN_ WEFT_MUST_USE bool
weft_lf_queue_force_push_(weft_lf_queue *q, const weft_type *type, const void *v, void *old,
    bool *had)
{
	uint64_t place;
	bool evicts;

	weft_lf_queue_check_(q, "force_push to an lf_queue");
	place = weft_lf_queue_take_(q, &q->free_);
	evicts = place == q->mask_;
	if (evicts)
		place = weft_lf_queue_take_(q, &q->full_);
	if (had != NULL)
		*had = evicts && place != q->mask_;
	if (place == q->mask_)
		return false;
	if (evicts && old != NULL)
		memcpy(old, q->values_ + place * type->size, type->size);
	else if (evicts && type->drop != NULL)
		type->drop(q->values_ + place * type->size);
	memcpy(q->values_ + place * type->size, v, type->size);
	weft_lf_queue_put_(q, &q->full_, place);
	return true;
}

/* Tickets may be futile, so the entries between head and tail are counted one by one. */
WEFT_GEN_ size_t
weft_lf_queue_len_(const weft_lf_queue *q)
{
	uint64_t head, tail, len = 0;

	weft_lf_queue_check_(q, "len of an lf_queue");
	/* relaxed: exact only while nothing else runs; the same for the rest. */
	head = weft_load_relaxed(&q->full_.head_);
	/* relaxed: as above. */
	tail = weft_load_relaxed(&q->full_.tail_);
	for (; weft_lf_queue_before_(head, tail); head++) {
		/* relaxed: as above. */
		uint64_t entry = weft_load_relaxed(&q->full_.entries_[head & q->mask_]);

		len += weft_lf_queue_cycle_of_(q, entry) == weft_lf_queue_cycle_(q, head) &&
		    (entry & q->mask_) != q->mask_;
	}
	return (size_t)(len < q->capacity_ ? len : q->capacity_);
}

/*
 * A number found in its entry while head is not past its ticket is not taken: there is one,
 * and a take finds it, once the put has renewed patience. Where none is found from head to
 * tail, and head stands still meanwhile, there was none at the load of tail: a put that was
 * over by then had filled its entry, and nobody took it out since. So it loops only while
 * takes go on. Who waits until it is not empty may then try: a take agrees.
 */
WEFT_GEN_ bool
weft_lf_queue_ring_is_empty_(const weft_lf_queue *q, const weft_lf_queue_ring_ *ring)
{
	for (;;) {
		/* A3: as in weft_lf_queue_is_spent_; pairs with S4. */
		uint64_t head = weft_load_acquire(&ring->head_), at = head;
		/* relaxed: it is no older than that, nor than what this thread knows of. */
		uint64_t tail = weft_load_relaxed(&ring->tail_);

		for (; weft_lf_queue_before_(at, tail); at++) {
			/* A2: that a take was by, for the load below; pairs with R1, R2, R5. */
			uint64_t entry = weft_load_acquire(&ring->entries_[at & q->mask_]);

			if (weft_lf_queue_cycle_of_(q, entry) == weft_lf_queue_cycle_(q, at) &&
			    (entry & q->mask_) != q->mask_)
				break;
		}
		/* S3: it stood still; pairs with S4. */
		if (weft_load_seq_cst(&ring->head_) == head)
			return !weft_lf_queue_before_(at, tail) ||
			    /* relaxed: below 0: the put is under way; a take sees no older. */
			    weft_load_relaxed(&ring->patience_) < 0;
	}
}

WEFT_GEN_ bool
weft_lf_queue_is_empty_(const weft_lf_queue *q)
{
	weft_lf_queue_check_(q, "is_empty of an lf_queue");
	return weft_lf_queue_ring_is_empty_(q, &q->full_);
}

WEFT_INLINE_ size_t
weft_lf_queue_capacity_(const weft_lf_queue *q)
{
	weft_lf_queue_check_(q, "capacity of an lf_queue");
	return (size_t)q->capacity_;
}

WEFT_GEN_ void
weft_lf_queue_fini_(weft_lf_queue *q, const weft_type *type)
{
	uint64_t place;

	weft_alive_check_(&q->alive_, q, "fini of an lf_queue");
	while (type->drop != NULL && (place = weft_lf_queue_take_(q, &q->full_)) != q->mask_)
		type->drop(q->values_ + place * type->size);
	q->alive_.self = NULL;
	if (q->release_ != NULL)
		q->release_(q);
}

WEFT_C_END_

#endif
