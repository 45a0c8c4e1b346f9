/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * seg_queue.c: the unbounded queue; its algorithm is told in weft/detail/seg_queue_inl.h.
 * Here is what is done once a segment, and the untyped functions.
 */
#include <weft/seg_queue.h>

#include "../base/memory.h"

static size_t
bytes_of_segment(const weft_type *type)
{
	return WEFT_SEG_QUEUE_SLOTS_AT_(type) +
	    (WEFT_SEG_QUEUE_LAP_(type) - 1) * WEFT_SEG_QUEUE_STRIDE_(type);
}

static size_t
align_of_segment(const weft_type *type)
{
	return type->align > alignof(weft_seg_queue_segment_) ? type->align
							      : alignof(weft_seg_queue_segment_);
}

static void
segment_free(weft_seg_queue *q, weft_seg_queue_segment_ *segment)
{
	weft_memory_free_(q->allocator_, segment, bytes_of_segment(q->type_),
	    align_of_segment(q->type_));
}

static weft_seg_queue_segment_ *
segment_new(const weft_allocator *own, const weft_type *type)
{
	weft_seg_queue_segment_ *segment =
	    weft_memory_alloc_(own, bytes_of_segment(type), align_of_segment(type));

	for (uint64_t i = 0; segment != NULL && i < WEFT_SEG_QUEUE_LAP_(type) - 1; i++)
		/* relaxed: nobody else knows the segment yet. */
		weft_store_relaxed(weft_seg_queue_state_(segment, type, i), 0);
	return segment;
}

static weft_seg_queue_segment_ *
segment_begin(weft_seg_queue_segment_ *segment, uint64_t number)
{
	/* relaxed: nobody else knows the segment yet. */
	weft_store_relaxed(&segment->next_, NULL);
	segment->leaving_ = NULL;
	segment->number_ = number;
	return segment;
}

/* From the spare, or the allocator. States may be of an older life, which is as good as 0. */
static weft_seg_queue_segment_ *
segment_get(weft_seg_queue *q, uint64_t number)
{
	/* A7: what its last readers did is over; pairs with R5. */
	weft_seg_queue_segment_ *segment = weft_swap_acquire(&q->spare_, NULL);

	if (segment == NULL)
		segment = segment_new(q->allocator_, q->type_);
	return segment == NULL ? NULL : segment_begin(segment, number);
}

static void
segment_put(weft_seg_queue *q, weft_seg_queue_segment_ *segment)
{
	void *none = NULL;

	/* R5: for the next who takes it; pairs with A7. */
	if (!weft_cas_release(&q->spare_, &none, segment))
		segment_free(q, segment);
}

/* All read: nobody will touch the segment again. */
static bool
segment_is_done(weft_seg_queue *q, weft_seg_queue_segment_ *segment)
{
	const weft_type *type = q->type_;
	uint32_t read = (uint32_t)(segment->number_ * 2 + 2);

	for (uint64_t i = 0; i < WEFT_SEG_QUEUE_LAP_(type) - 1; i++)
		/* A4: its reader is through; pairs with R2. */
		if (weft_load_acquire(weft_seg_queue_state_(segment, type, i)) != read)
			return false;
	return true;
}

static void
leaving_add(weft_seg_queue *q, weft_seg_queue_segment_ *segment)
{
	/* relaxed: a first guess. */
	void *first = weft_load_relaxed(&q->leaving_);

	do
		segment->leaving_ = first;
	/* R6: the link, and what was known of the segment; pairs with A8. */
	while (!weft_cas_weak_release(&q->leaving_, &first, segment));
}

static void
segment_leave(weft_seg_queue *q, weft_seg_queue_segment_ *segment)
{
	if (segment_is_done(q, segment))
		segment_put(q, segment);
	else
		leaving_add(q, segment);
}

void
weft_seg_queue_sweep_(weft_seg_queue *q)
{
	/* A8: the links; pairs with R6. Whole lists only are taken, so there is no ABA. */
	weft_seg_queue_segment_ *segment = weft_swap_acquire(&q->leaving_, NULL), *next;

	for (; segment != NULL; segment = next) {
		next = segment->leaving_;
		segment_leave(q, segment);
	}
}

weft_status
weft_seg_queue_push_last_(weft_seg_queue *q, uint64_t tail, weft_seg_queue_segment_ *segment,
    const void *v)
{
	uint64_t lap = WEFT_SEG_QUEUE_LAP_(q->type_), number = tail / lap + 1, ticket = tail;
	weft_seg_queue_segment_ *next = segment_get(q, number);

	if (next == NULL)
		return WEFT_NO_MEMORY;
	/* S1: the push takes effect; pairs with S2, S5. */
	if (!weft_cas_seq_cst(&q->tail_, &tail, tail + 1)) {
		segment_put(q, next);
		return WEFT_BUSY;
	}
	/* relaxed: who acts on it has acquired R3. */
	weft_store_relaxed(&q->tail_segment_, next);
	/* R3: pushes go on, in the segment stored before; pairs with A1. */
	weft_store_release(&q->tail_, number * lap);
	/* R7: pops may follow; pairs with A9. */
	weft_store_release(&segment->next_, next);
	weft_seg_queue_fill_(segment, q->type_, ticket, v);
	return WEFT_OK;
}

weft_status
weft_seg_queue_pop_last_(weft_seg_queue *q, uint64_t head, weft_seg_queue_segment_ *segment,
    void *v)
{
	uint64_t lap = WEFT_SEG_QUEUE_LAP_(q->type_), ticket = head;
	weft_seg_queue_segment_ *next;

	/* S4: the pop takes effect; pairs with A5, S7. */
	if (!weft_cas_seq_cst(&q->head_, &head, head + 1))
		return WEFT_BUSY;
	/* A9: it is linked a few instructions after its last slot was claimed; pairs with R7. */
	for (unsigned round = 0; (next = weft_load_acquire(&segment->next_)) == NULL;)
		weft_spin(&round);
	/* relaxed: who acts on it has acquired R4. */
	weft_store_relaxed(&q->head_segment_, next);
	/* R4: pops go on, in the segment stored before; pairs with A5. */
	weft_store_release(&q->head_, (ticket / lap + 1) * lap);
	weft_seg_queue_take_(segment, q->type_, ticket, v);
	weft_seg_queue_sweep_(q);
	segment_leave(q, segment);
	return WEFT_OK;
}

weft_status
weft_seg_queue_init_with(weft_seg_queue *q, const weft_type *type,
    const weft_seg_queue_options *options)
{
	weft_seg_queue_segment_ *first;
	uint64_t ticket;

	if (type->size == 0 || type->size > WEFT_SEG_QUEUE_LARGEST_ || type->align == 0 ||
	    (type->align & (type->align - 1)) != 0 || type->size % type->align != 0)
		return WEFT_INVALID;
	first = segment_new(options == NULL ? NULL : options->allocator, type);
	if (first == NULL)
		return WEFT_NO_MEMORY;
	segment_begin(first, 1);
	q->type_ = type;
	q->allocator_ = options == NULL ? NULL : options->allocator;
	ticket = WEFT_SEG_QUEUE_LAP_(type);
	/* relaxed: nobody else knows the queue yet; the same for all below. */
	weft_store_relaxed(&q->spare_, NULL);
	weft_store_relaxed(&q->tail_, ticket);
	weft_store_relaxed(&q->tail_segment_, first);
	weft_store_relaxed(&q->head_, ticket);
	weft_store_relaxed(&q->head_segment_, first);
	weft_store_relaxed(&q->tail_seen_, ticket);
	weft_store_relaxed(&q->leaving_, NULL);
	q->alive_.self = q;
	return WEFT_OK;
}

weft_status
weft_seg_queue_init(weft_seg_queue *q, const weft_type *type)
{
	return weft_seg_queue_init_with(q, type, NULL);
}

/* Values from head to tail; then the segments, which are all the caller's again. */
void
weft_seg_queue_fini(weft_seg_queue *q)
{
	weft_seg_queue_segment_ *segment, *next, *spare;
	const weft_type *type = q->type_;
	uint64_t head, tail, lap;

	weft_alive_check_(&q->alive_, q, "fini of a seg_queue");
	q->alive_.self = NULL;
	lap = WEFT_SEG_QUEUE_LAP_(type);
	/* relaxed: nobody else uses the queue any more; the same for all below. */
	head = weft_load_relaxed(&q->head_);
	tail = weft_load_relaxed(&q->tail_);
	segment = weft_load_relaxed(&q->head_segment_);
	for (; segment != NULL; segment = next) {
		for (; head != tail && head % lap != lap - 1; head++)
			if (type->drop != NULL)
				type->drop(weft_seg_queue_value_(weft_seg_queue_state_(segment,
								     type, head % lap),
				    type));
		head += head % lap == lap - 1;
		/* relaxed: as above. */
		next = weft_load_relaxed(&segment->next_);
		segment_free(q, segment);
	}
	/* relaxed: as above. */
	for (segment = weft_load_relaxed(&q->leaving_); segment != NULL; segment = next) {
		next = segment->leaving_;
		segment_free(q, segment);
	}
	/* relaxed: as above. */
	spare = weft_load_relaxed(&q->spare_);
	if (spare != NULL)
		segment_free(q, spare);
}

bool
weft_seg_queue_push(weft_seg_queue *q, const void *v)
{
	return weft_seg_queue_push_(q, q->type_, v);
}

bool
weft_seg_queue_pop(weft_seg_queue *q, void *v)
{
	return weft_seg_queue_pop_(q, q->type_, v);
}

size_t
weft_seg_queue_push_n(weft_seg_queue *q, const void *vs, size_t n)
{
	return weft_seg_queue_push_n_(q, q->type_, vs, n);
}

size_t
weft_seg_queue_pop_n(weft_seg_queue *q, void *vs, size_t n)
{
	return weft_seg_queue_pop_n_(q, q->type_, vs, n);
}

size_t
weft_seg_queue_drain(weft_seg_queue *q, void *spare, void (*fn)(void *v, void *ctx), void *ctx)
{
	size_t n = 0;

	for (; weft_seg_queue_pop(q, spare); n++)
		fn(spare, ctx);
	return n;
}

/* How many slots come before a ticket's: the ticket between two segments has none. */
static uint64_t
place_of(const weft_seg_queue *q, uint64_t ticket)
{
	uint64_t lap = WEFT_SEG_QUEUE_LAP_(q->type_);

	return ticket / lap * (lap - 1) + ticket % lap;
}

/* Between two loads of tail that agree it stood still, so both numbers held at once. */
size_t
weft_seg_queue_len(const weft_seg_queue *q)
{
	weft_alive_check_(&q->alive_, q, "len of a seg_queue");
	for (;;) {
		/* S5: see above; pairs with S1. */
		uint64_t tail = weft_load_seq_cst(&q->tail_);
		/* S7: between the two loads of tail; pairs with S4. */
		uint64_t head = weft_load_seq_cst(&q->head_);

		/* S5: it stood still; pairs with S1. */
		if (weft_load_seq_cst(&q->tail_) == tail)
			return (size_t)(place_of(q, tail) - place_of(q, head));
	}
}

bool
weft_seg_queue_is_empty(const weft_seg_queue *q)
{
	return weft_seg_queue_len(q) == 0;
}
