/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * fifo.c: the rounds of a queue.
 *
 * A monitored round is short: threads try pushes and pops of all kinds, everything is
 * recorded, the rest is drained, and the monitor judges. A counted round is long: all
 * values are pushed and popped; each must come once, untorn, and each consumer must see
 * each producer's in order. Counted rounds record nothing, so nothing but the queue
 * orders their threads: they are what ThreadSanitizer watches.
 *
 * A value is its producer (from 1) << MONITOR_PRODUCER, and its number. An element of
 * more than 8 bytes holds it first, then words that follow from it; one of 1 byte holds
 * producer * quota + number, so such rounds push few values.
 */
#include "fifo.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weft/atomic.h>

#include "element.h"

struct shape {
	unsigned producers, consumers;
	bool mixed;                /* every thread does both */
};

/* clang-format off: a table reads best as one. */
static const struct shape shapes[] = {
	{ 1, 1, false }, { 2, 2, false }, { 4, 4, false }, { 1, 4, false }, { 4, 1, false },
	{ 2, 0, true }, { 4, 0, true }, { 16, 16, false },
};
static const size_t capacities[] = { 1, 2, 3, 5, 7, 64, 1024 };
/* clang-format on */

struct plan {
	const struct fifo *fifo;
	size_t capacity;
	struct shape shape;
};

struct round {
	const struct plan *plan;
	void *queue;
	unsigned ops, quota;       /* a thread; most values of one producer */
	unsigned pushes_in_10;     /* of mixed threads: few keep it near empty, many near full */
	bool batches, forces, looks;
	struct history logs[64];   /* each written by its thread */
	weft_atomic_u8 *seen;      /* by value, in counted rounds */
};

static unsigned
threads_of(const struct shape *s)
{
	return s->producers + s->consumers;
}

static uint64_t
value_of(unsigned producer, uint64_t number)
{
	return (uint64_t)(producer + 1) << MONITOR_PRODUCER | number;
}

static void
fill(const struct round *r, void *element, uint64_t value)
{
	size_t size = r->plan->fifo->size;
	uint64_t low = value & ((UINT64_C(1) << MONITOR_PRODUCER) - 1);

	if (size == 1) {
		*(unsigned char *)
		    element = (unsigned char)(((value >> MONITOR_PRODUCER) - 1) * r->quota + low);
		return;
	}
	element_fill(element, size, value);
}

/* The value in an element; a torn one fails the round. */
static uint64_t
read_value(struct stress *s, const struct round *r, const void *element)
{
	size_t size = r->plan->fifo->size;

	if (size == 1) {
		unsigned byte = *(const unsigned char *)element;

		return value_of(byte / r->quota, byte % r->quota);
	}
	return element_read(s, element, size);
}

static void
note(struct history *log, unsigned thread, enum history_kind kind, uint64_t value, uint64_t call,
    uint64_t ret)
{
	history_add(log, (struct history_op){ call, ret, value, thread, kind });
}

/* One thread's hands in a monitored round. */
struct hand {
	struct stress_thread *thread;
	struct round *round;
	struct history *log;
	uint64_t next;             /* number of its next value */
	alignas(16) unsigned char elements[FIFO_BATCH * FIFO_SIZE];
};

static void
push_one(struct hand *h)
{
	const struct fifo *f = h->round->plan->fifo;
	uint64_t value = value_of(h->thread->index, h->next), call, ret;
	weft_status status;

	fill(h->round, h->elements, value);
	call = history_call();
	status = f->push(h->round->queue, h->elements);
	ret = history_return();
	if (status == WEFT_OK) {
		note(h->log, h->thread->index, HISTORY_PUSH, value, call, ret);
		h->next++;
	} else if (status == WEFT_FULL && !f->is_unbounded) {
		note(h->log, h->thread->index, HISTORY_FULL, 0, call, ret);
	}
}

static void
push_batch(struct hand *h)
{
	const struct fifo *f = h->round->plan->fifo;
	size_t n = 1 + dice_below(&h->thread->dice, FIFO_BATCH), done;
	uint64_t call, ret;

	if (h->next + n > h->round->quota)
		n = h->round->quota - h->next;
	for (size_t i = 0; i < n; i++)
		fill(h->round, h->elements + i * f->size, value_of(h->thread->index, h->next + i));
	call = history_call();
	done = f->push_n(h->round->queue, h->elements, n);
	ret = history_return();
	for (size_t i = 0; i < done; i++)
		note(h->log, h->thread->index, HISTORY_PUSH,
		    value_of(h->thread->index, h->next + i), call, ret);
	if (done < n && !f->is_unbounded && (done == 0 || f->batch_tells))
		note(h->log, h->thread->index, HISTORY_FULL, 0, call, ret);
	h->next += done;
}

/* The queue was full, the oldest left, and the new one came: in this order, within one call. */
static void
push_by_force(struct hand *h)
{
	const struct fifo *f = h->round->plan->fifo;
	uint64_t value = value_of(h->thread->index, h->next), call, ret;
	alignas(16) unsigned char old[FIFO_SIZE];
	bool had = false;

	fill(h->round, h->elements, value);
	call = history_call();
	if (!f->force_push(h->round->queue, h->elements, old, &had))
		return;
	ret = history_return();
	if (had) {
		note(h->log, h->thread->index, HISTORY_FULL, 0, call, ret);
		note(h->log, h->thread->index, HISTORY_POP,
		    read_value(h->thread->stress, h->round, old), call, ret);
	}
	note(h->log, h->thread->index, HISTORY_PUSH, value, call, ret);
	h->next++;
}

static void
pop_one(struct hand *h)
{
	const struct fifo *f = h->round->plan->fifo;
	uint64_t call = history_call(), ret;
	weft_status status = f->pop(h->round->queue, h->elements);

	ret = history_return();
	if (status == WEFT_OK)
		note(h->log, h->thread->index, HISTORY_POP,
		    read_value(h->thread->stress, h->round, h->elements), call, ret);
	else if (status == WEFT_EMPTY)
		note(h->log, h->thread->index, HISTORY_EMPTY, 0, call, ret);
}

static void
pop_batch(struct hand *h)
{
	const struct fifo *f = h->round->plan->fifo;
	size_t n = 1 + dice_below(&h->thread->dice, FIFO_BATCH), done;
	uint64_t call = history_call(), ret;

	done = f->pop_n(h->round->queue, h->elements, n);
	ret = history_return();
	for (size_t i = 0; i < done; i++)
		note(h->log, h->thread->index, HISTORY_POP,
		    read_value(h->thread->stress, h->round, h->elements + i * f->size), call, ret);
	if (done < n && (done == 0 || f->batch_tells))
		note(h->log, h->thread->index, HISTORY_EMPTY, 0, call, ret);
}

/* is_empty and is_full, when they say yes, promise what a pop or push that fails does. */
static void
look(struct hand *h, bool (*is)(void *q), enum history_kind kind)
{
	uint64_t call = history_call(), ret;
	bool yes = is(h->round->queue);

	ret = history_return();
	if (yes)
		note(h->log, h->thread->index, kind, 0, call, ret);
}

static void
push_somehow(struct hand *h)
{
	const struct round *r = h->round;
	const struct fifo *f = r->plan->fifo;
	struct dice *d = &h->thread->dice;

	if (r->looks && f->is_full != NULL && dice_once_in(d, 4))
		look(h, f->is_full, HISTORY_FULL);
	else if (h->next >= r->quota)
		return;
	else if (r->forces && dice_once_in(d, 3))
		push_by_force(h);
	else if (r->batches && dice_once_in(d, 2))
		push_batch(h);
	else
		push_one(h);
}

static void
pop_somehow(struct hand *h)
{
	const struct round *r = h->round;
	const struct fifo *f = r->plan->fifo;
	struct dice *d = &h->thread->dice;

	if (r->looks && f->is_empty != NULL && dice_once_in(d, 4))
		look(h, f->is_empty, HISTORY_EMPTY);
	else if (r->batches && dice_once_in(d, 2))
		pop_batch(h);
	else
		pop_one(h);
}

static void
monitored_body(struct stress_thread *t)
{
	struct round *r = t->ctx;
	const struct shape *s = &r->plan->shape;
	struct hand h = { .thread = t, .round = r, .log = &r->logs[t->index] };

	for (unsigned i = 0; i < r->ops; i++) {
		if (s->mixed ? dice_below(&t->dice, 10) < r->pushes_in_10 : t->index < s->producers)
			push_somehow(&h);
		else
			pop_somehow(&h);
		stress_tick(t);
	}
}

/* What is left, popped by one more thread after all the others: the main one. */
static void
drain(struct stress *s, struct round *r, struct history *log)
{
	struct stress_thread t = { .stress = s, .index = threads_of(&r->plan->shape) };
	struct hand h = { .thread = &t, .round = r, .log = log };

	do
		pop_one(&h);
	while (log->ops[log->n - 1].kind != HISTORY_EMPTY);
}

/* How much a round does, and by what calls: drawn. */
static void
draw_round(struct stress *s, struct round *r, unsigned low, unsigned high)
{
	const struct fifo *f = r->plan->fifo;

	r->ops = stress_ops(s, low, high);
	r->quota = r->ops * FIFO_BATCH;
	if (f->size == 1 && r->quota > 255 / r->plan->shape.producers)
		r->quota = 255 / r->plan->shape.producers;
	r->batches = f->push_n != NULL && dice_once_in(&s->dice, 3);
	r->forces = f->force_push != NULL && dice_once_in(&s->dice, 3);
	r->looks = dice_once_in(&s->dice, 3);
	r->pushes_in_10 = 3 + dice_below(&s->dice, 5);
}

static void
monitored_round(struct stress *s, const void *arg)
{
	struct round r = { .plan = arg };
	const struct fifo *f = r.plan->fifo;
	unsigned n = threads_of(&r.plan->shape);
	struct monitor_spec spec = { .capacity = f->is_unbounded ? 0 : r.plan->capacity,
		.weak_full = f->weak_full,
		.is_drained = true };
	struct monitor_verdict v;

	draw_round(s, &r, 10, 150);
	r.queue = f->make(r.plan->capacity);
	for (unsigned i = 0; i <= n; i++)
		history_init(&r.logs[i], r.ops * (FIFO_BATCH + 1));
	stress_run(s, n, monitored_body, &r);
	drain(s, &r, &r.logs[n]);
	for (unsigned i = 1; i <= n; i++) {
		history_append(&r.logs[0], &r.logs[i]);
		history_fini(&r.logs[i]);
	}
	f->drop(r.queue);
	history_seal(&r.logs[0]);
	v = monitor_queue(&r.logs[0], &spec);
	stress_judge(s, &r.logs[0], &v);
	s->done += r.logs[0].n;
	history_fini(&r.logs[0]);
}

/* One thread's account in a counted round. */
struct account {
	struct stress_thread *thread;
	struct round *round;
	uint64_t to_push, to_pop;
	uint64_t next;
	uint64_t last[64];         /* by producer: 1 + the number of the last value */
	alignas(16) unsigned char elements[FIFO_BATCH * FIFO_SIZE];
};

/* Counts a value that came out: once, after those of its producer that this thread saw. */
static void
receive(struct account *a, const void *element)
{
	struct stress *s = a->thread->stress;
	const struct round *r = a->round;
	uint64_t value = read_value(s, r, element);
	uint64_t producer = (value >> MONITOR_PRODUCER) - 1;
	uint64_t number = value & ((UINT64_C(1) << MONITOR_PRODUCER) - 1);
	const struct shape *shape = &r->plan->shape;

	if (producer >= shape->producers || number >= r->ops)
		stress_fail(s, "value from nowhere: %#llx", (unsigned long long)value);
	/* relaxed: counts, and orders nothing, so that it hides no race. */
	if (weft_swap_relaxed(&r->seen[producer * r->ops + number], 1) != 0)
		stress_fail(s, "value twice: %llu of producer %llu", (unsigned long long)number,
		    (unsigned long long)producer);
	if (number < a->last[producer])
		stress_fail(s,
		    "order inverted: thread %u got value %llu of producer %llu after "
		    "value %llu",
		    a->thread->index, (unsigned long long)number, (unsigned long long)producer,
		    (unsigned long long)(a->last[producer] - 1));
	a->last[producer] = number + 1;
}

/* Pushes one or some of what is left; false: there was no room. */
static bool
push_some(struct account *a)
{
	const struct fifo *f = a->round->plan->fifo;
	size_t n = a->round->batches ? 1 + dice_below(&a->thread->dice, FIFO_BATCH) : 1, done;

	n = n < a->to_push ? n : (size_t)a->to_push;
	for (size_t i = 0; i < n; i++)
		fill(a->round, a->elements + i * f->size, value_of(a->thread->index, a->next + i));
	if (a->round->batches)
		done = f->push_n(a->round->queue, a->elements, n);
	else
		done = f->push(a->round->queue, a->elements) == WEFT_OK;
	a->next += done;
	a->to_push -= done;
	return done != 0;
}

static bool
pop_some(struct account *a)
{
	const struct fifo *f = a->round->plan->fifo;
	size_t n = a->round->batches ? 1 + dice_below(&a->thread->dice, FIFO_BATCH) : 1, done;

	n = n < a->to_pop ? n : (size_t)a->to_pop;
	if (a->round->batches)
		done = f->pop_n(a->round->queue, a->elements, n);
	else
		done = f->pop(a->round->queue, a->elements) == WEFT_OK;
	for (size_t i = 0; i < done; i++)
		receive(a, a->elements + i * f->size);
	a->to_pop -= done;
	return done != 0;
}

/* What this thread of a shape has to push and to pop: all pushes are popped, in equal parts. */
static void
share_out(struct account *a)
{
	const struct shape *s = &a->round->plan->shape;
	unsigned me = a->thread->index, consumers = s->mixed ? s->producers : s->consumers;
	unsigned consumer = s->mixed ? me : me - s->producers;
	uint64_t total = (uint64_t)s->producers * a->round->ops;

	if (me < s->producers)
		a->to_push = a->round->ops;
	if (s->mixed || me >= s->producers)
		a->to_pop = total / consumers + (consumer < total % consumers);
}

static void
counted_body(struct stress_thread *t)
{
	struct account a = { .thread = t, .round = t->ctx };

	share_out(&a);
	while (a.to_push > 0 || a.to_pop > 0) {
		bool moved = a.to_push > 0 && push_some(&a);

		if (a.to_pop > 0)
			moved |= pop_some(&a);
		if (moved)
			stress_tick(t);
		else
			sched_yield();
	}
}

static void
counted_round(struct stress *s, const void *arg)
{
	struct round r = { .plan = arg };
	const struct fifo *f = r.plan->fifo;
	unsigned producers = r.plan->shape.producers;
	unsigned char rest[FIFO_SIZE];

	draw_round(s, &r, s->is_long ? 2000 : 100, s->is_long ? 20000 : 1000);
	if (f->size == 1 && r.ops > r.quota)
		r.ops = r.quota;
	r.queue = f->make(r.plan->capacity);
	r.seen = calloc((size_t)producers * r.ops, sizeof(*r.seen));
	if (r.seen == NULL)
		stress_fail(s, "there is no memory");
	stress_run(s, threads_of(&r.plan->shape), counted_body, &r);
	if (f->pop(r.queue, rest) != WEFT_EMPTY)
		stress_fail(s, "value from nowhere: one more, %#llx",
		    (unsigned long long)read_value(s, &r, rest));
	f->drop(r.queue);
	s->done += 2 * (uint64_t)producers * r.ops;
	free(r.seen);
}

static void
add_case(struct stress_case *c, struct plan *p, const char *how,
    void (*round)(struct stress *s, const void *arg))
{
	char shape[24], capacity[24] = "";

	if (p->shape.mixed)
		snprintf(shape, sizeof(shape), "%ux", p->shape.producers);
	else
		snprintf(shape, sizeof(shape), "%up%uc", p->shape.producers, p->shape.consumers);
	if (!p->fifo->is_unbounded)
		snprintf(capacity, sizeof(capacity), "/%zu", p->capacity);
	snprintf(c->name, sizeof(c->name), "%s/%s%s/%s", how, p->fifo->name, capacity, shape);
	c->round = round;
	c->arg = p;
	c->threads = threads_of(&p->shape);
}

static bool
has_case(const struct fifo *f, size_t capacity, const struct shape *s)
{
	if (f->is_spsc && (threads_of(s) != 2 || s->mixed))
		return false;
	if (f->is_thin &&
	    (s->producers == 1 || s->consumers == 1 || capacity == 2 || capacity == 5 ||
		capacity == 1024))
		return f->is_spsc && capacity == 1;
	return !f->is_unbounded || capacity == capacities[0];
}

/* Every queue with every capacity and shape that it can have; how many cases. */
static size_t
make_cases(struct stress_case *cases, struct plan *plans, const struct fifo *fifos, size_t n)
{
	size_t k = 0, p = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < WEFT_COUNT(capacities); j++)
			for (size_t l = 0; l < WEFT_COUNT(shapes); l++) {
				if (!has_case(&fifos[i], capacities[j], &shapes[l]))
					continue;
				plans[p] = (struct plan){ &fifos[i], capacities[j], shapes[l] };
				add_case(&cases[k++], &plans[p], "monitor", monitored_round);
				add_case(&cases[k++], &plans[p++], "count", counted_round);
			}
	return k;
}

int
fifo_main(int argc, char **argv, const struct fifo *fifos, size_t n)
{
	size_t most = n * WEFT_COUNT(capacities) * WEFT_COUNT(shapes), k;
	int status;
	struct stress_case *cases = calloc(2 * most, sizeof(*cases));
	struct plan *plans = calloc(most, sizeof(*plans));

	if (cases == NULL || plans == NULL)
		return 2;
	k = make_cases(cases, plans, fifos, n);
	status = stress_main(argc, argv, cases, k);
	free(cases);
	free(plans);
	return status;
}
