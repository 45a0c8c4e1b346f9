/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * stress_broadcast.c: senders, readers that stay, and readers that come and go.
 *
 * All readers see parts of one order. A reader that was there from the first send on knows
 * the place of each value that it gets: what it got before, and what it missed. All must
 * agree on what stands in each place; in the end each has got or missed every value that
 * was sent, and no other. Those that come and go must find the same distances. A value is
 * its sender (from 1) and its number; what was done before its send is in a plain note, for
 * ThreadSanitizer. A value that owns is an object that counts its owners, in memory that is
 * given back when there is none.
 */
#include "chaos.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weft/broadcast.h>

#include "element.h"
#include "harness.h"

#define MOST_SENDERS 4u
#define MOST_READERS 6u
#define NUMBER 32                /* bits of a value's number */

struct p200 {
	uint64_t words[25];
};

struct object {
	weft_atomic_u32 owners;
	uint64_t value;
};

static weft_atomic_i64 objects_alive;

static struct object *
object_new(uint64_t value)
{
	struct object *o = malloc(sizeof *o);

	if (o == NULL)
		abort();
	/* relaxed: nobody else knows it; the count of all is read when the threads are gone. */
	weft_store_relaxed(&o->owners, 1);
	o->value = value;
	weft_fetch_add_relaxed(&objects_alive, 1);
	return o;
}

static void
object_drop(struct object **v)
{
	/* The last owner frees what all have read. */
	if (weft_fetch_sub_acq_rel(&(*v)->owners, 1) != 1)
		return;
	memset(*v, 0xdd, sizeof **v);
	free(*v);
	/* relaxed: as in object_new. */
	weft_fetch_sub_relaxed(&objects_alive, 1);
}

static void
object_copy(struct object **to, struct object *const *from)
{
	*to = *from;
	/* relaxed: who copies holds one. The step before it is where a delay may come. */
	weft_fetch_add_relaxed(&(*to)->owners, 1);
}

WEFT_BROADCAST(b8, uint64_t);
WEFT_BROADCAST(b200, struct p200);
WEFT_BROADCAST(bown, struct object *, object_drop, object_copy);

/* A kind of value: how it is made of a number, and what number it is. */
struct kind {
	const char *name;
	size_t size;
	const weft_type *type;
	void (*copy)(void *to, const void *from);
	bool owns;
};

/* clang-format off: a table reads best as one. */
static const struct kind kinds[] = {
	{ "8", 8, &b8_type_, NULL, false },
	{ "200", 200, &b200_type_, NULL, false },
	{ "own", sizeof(struct object *), &bown_type_, bown_copy_, true },
};
static const size_t capacities[] = { 1, 2, 3, 7, 64 };
static const struct shape {
	unsigned senders, stay, come;
} shapes[] = { { 1, 1, 0 }, { 1, 2, 1 }, { 1, 4, 0 }, { 4, 1, 1 }, { 2, 2, 2 }, { 4, 4, 2 } };
/* clang-format on */

struct plan {
	const struct kind *kind;
	size_t capacity;
	struct shape shape;
	bool lossless;
};

union element {
	uint64_t words[25];
	struct object *object;
};

/* What a reader that comes and goes has found: a value, and its distance from the first. */
struct find {
	uint64_t value;
	int64_t place;
	uint32_t visit;
};

struct round {
	const struct plan *plan;
	weft_broadcast b;
	weft_broadcast_reader stay[MOST_READERS];
	unsigned ops;
	unsigned lazy;               /* a reader rests once in so many values; 0: never */
	unsigned closes_at;          /* the number of sender 0 at which it closes; ops: never */
	bool until, tries, selects;
	weft_atomic_u32 sending;     /* senders that are not through */
	weft_atomic_u64 sent;        /* that were sent */
	weft_atomic_u64 *order;      /* value by place; 0: not known */
	weft_atomic_u8 *went;        /* by value: 1, it was sent */
	uint64_t *notes;             /* by value; written before its send */
	struct find *finds[MOST_READERS];
	size_t found[MOST_READERS];
};

static size_t
index_of(const struct round *r, uint64_t value)
{
	return ((value >> NUMBER) - 1) * r->ops + (uint32_t)value;
}

static void
fill(const struct round *r, union element *e, uint64_t value)
{
	if (r->plan->kind->owns)
		e->object = object_new(value);
	else
		element_fill(e, r->plan->kind->size, value);
}

/* The value in an element, which is given up. */
static uint64_t
empty(struct stress *s, const struct round *r, union element *e)
{
	uint64_t value;

	if (!r->plan->kind->owns)
		return element_read(s, e, r->plan->kind->size);
	value = e->object->value;
	object_drop(&e->object);
	return value;
}

/* Senders. */

static weft_status
send_somehow(struct round *r, struct stress_thread *t, union element *e)
{
	uint32_t how = dice_below(&t->dice, 4);

	if (r->tries && how == 0)
		return weft_broadcast_try_send(&r->b, e);
	if (r->until && how == 1)
		return weft_broadcast_send_until(&r->b, e,
		    weft_after_us(dice_below(&t->dice, 200)));
	return weft_broadcast_send(&r->b, e);
}

static void
sender(struct round *r, struct stress_thread *t)
{
	weft_status s = WEFT_OK;

	for (unsigned n = 0; n < r->ops && s != WEFT_CLOSED; n++) {
		uint64_t value = (uint64_t)(t->index + 1) << NUMBER | n;
		union element e;

		if (t->index == 0 && n == r->closes_at)
			weft_broadcast_close(&r->b);
		fill(r, &e, value);
		r->notes[index_of(r, value)] = dice_mix(value);
		s = send_somehow(r, t, &e);
		stress_tick(t);
		if (s == WEFT_OK) {
			/* relaxed: counts, read when all threads are gone. */
			weft_store_relaxed(&r->went[index_of(r, value)], 1);
			weft_fetch_add_relaxed(&r->sent, 1);
		} else if (s != WEFT_CLOSED && s != WEFT_FULL && s != WEFT_BUSY &&
		    s != WEFT_TIMEOUT) {
			stress_fail(t->stress, "a send said %s", weft_status_name(s));
		} else if (empty(t->stress, r, &e) != value) {
			stress_fail(t->stress, "a send failed and kept the value");
		} else if (s == WEFT_FULL && !r->plan->lossless) {
			stress_fail(t->stress, "a ring was full that may lose");
		} else if (s == WEFT_BUSY && !r->plan->kind->owns) {
			stress_fail(t->stress, "a plain value was busy");
		}
	}
	/* relaxed: closing has its own order. */
	if (weft_fetch_sub_relaxed(&r->sending, 1) == 1)
		weft_broadcast_close(&r->b);
}

/* Readers. */

static weft_status
select_one(weft_broadcast_reader *reader, void *v)
{
	weft_arm arm = weft_broadcast_recv_arm(reader, v);

	return weft_select(&arm, 1) == 0 ? arm.status : WEFT_CANCELLED;
}

/* WEFT_OK or WEFT_CLOSED, in the end. */
static weft_status
recv_somehow(struct round *r, struct stress_thread *t, weft_broadcast_reader *reader, void *v)
{
	weft_status s = WEFT_EMPTY;

	if (r->lazy != 0 && dice_once_in(&t->dice, r->lazy))
		for (uint32_t rests = dice_below(&t->dice, 5); rests > 0; rests--)
			sched_yield();
	while (s == WEFT_EMPTY || s == WEFT_TIMEOUT) {
		uint32_t how = dice_below(&t->dice, 4);

		if (r->tries && how == 0)
			s = weft_broadcast_try_recv(reader, v);
		else if (r->until && how == 1)
			s = weft_broadcast_recv_until(reader, v,
			    weft_after_us(dice_below(&t->dice, 200)));
		else if (r->selects && how == 2)
			s = select_one(reader, v);
		else
			s = weft_broadcast_recv(reader, v);
		if (s == WEFT_EMPTY)
			sched_yield();
	}
	stress_tick(t);
	return s;
}

/* A value came: whole, after its note, and later than those of its sender that came before. */
static uint64_t
receive(struct round *r, struct stress *s, union element *e, uint64_t *last)
{
	uint64_t value = empty(s, r, e), from = value >> NUMBER;

	if (from < 1 || from > r->plan->shape.senders || (uint32_t)value >= r->ops)
		stress_fail(s, "value from nowhere: %#llx", (unsigned long long)value);
	if (r->notes[index_of(r, value)] != dice_mix(value))
		stress_fail(s, "a value came before what was done before it");
	if ((uint32_t)value < last[from - 1])
		stress_fail(s, "value twice, or order inverted: %#llx", (unsigned long long)value);
	last[from - 1] = (uint32_t)value + 1;
	return value;
}

static void
stayer(struct round *r, struct stress_thread *t, unsigned me)
{
	uint64_t last[MOST_SENDERS] = { 0 }, got = 0, missed;
	weft_broadcast_reader *reader = &r->stay[me];
	union element e;

	while (recv_somehow(r, t, reader, &e) == WEFT_OK) {
		uint64_t value = receive(r, t->stress, &e, last), known = 0, lag;
		uint64_t place = got++ + weft_broadcast_missed(reader);

		/* More may have been lost since the recv: those are behind the value. */
		lag = weft_broadcast_lag(reader);
		if (lag > r->plan->capacity)
			stress_fail(t->stress, "a lag of %llu", (unsigned long long)lag);
		if (r->plan->lossless && place != got - 1)
			stress_fail(t->stress, "a lossless broadcast lost a value");
		if (reader->missed_ + got - 1 > place)
			stress_fail(t->stress, "missed went back");
		place = reader->missed_ + got - 1;
		/* relaxed: it is about one word. */
		if (!weft_cas_relaxed(&r->order[place], &known, value) && known != value)
			stress_fail(t->stress, "place %llu has %#llx for one and %#llx for another",
			    (unsigned long long)place, (unsigned long long)known,
			    (unsigned long long)value);
	}
	missed = weft_broadcast_missed(reader);
	weft_broadcast_unsubscribe(reader);
	r->found[me] = (size_t)(got + missed);
}

static void
comer(struct round *r, struct stress_thread *t, unsigned me)
{
	struct find *finds = r->finds[me];
	weft_status s = WEFT_OK;
	size_t n = 0, room = (size_t)r->ops * r->plan->shape.senders;

	for (uint32_t visit = 0; s == WEFT_OK; visit++) {
		uint64_t last[MOST_SENDERS] = { 0 };
		weft_broadcast_reader reader;
		int64_t got = 0;
		union element e;

		weft_broadcast_subscribe(&r->b, &reader);
		for (uint32_t stay = dice_below(&t->dice, 30); stay > 0 && s == WEFT_OK; stay--) {
			s = recv_somehow(r, t, &reader, &e);
			if (s != WEFT_OK)
				break;
			finds[n % room] = (struct find){ receive(r, t->stress, &e, last),
				got++ + (int64_t)reader.missed_, visit };
			n++;
		}
		/* What is left on the way is given up. */
		if (dice_once_in(&t->dice, 2))
			sched_yield();
		weft_broadcast_unsubscribe(&reader);
		if (weft_broadcast_is_closed(&r->b))
			s = WEFT_CLOSED;
	}
	r->found[me] = n < room ? n : room;
}

static void
body(struct stress_thread *t)
{
	struct round *r = t->ctx;
	const struct shape *shape = &r->plan->shape;

	if (t->index < shape->senders)
		sender(r, t);
	else if (t->index < shape->senders + shape->stay)
		stayer(r, t, t->index - shape->senders);
	else
		comer(r, t, t->index - shape->senders);
}

/* When all are gone. */

static void
check_totals(struct stress *s, struct round *r)
{
	/* relaxed: all threads are gone; the same for all below. */
	uint64_t sent = weft_load_relaxed(&r->sent);
	int64_t alive = weft_load_relaxed(&objects_alive);

	for (unsigned i = 0; i < r->plan->shape.stay; i++)
		if (r->found[i] != sent)
			stress_fail(s, "reader %u got or missed %zu of %llu values", i, r->found[i],
			    (unsigned long long)sent);
	for (uint64_t i = 0; i < sent; i++) {
		/* relaxed: as above. */
		uint64_t value = weft_load_relaxed(&r->order[i]);

		/* relaxed: as above. */
		if (value != 0 && weft_load_relaxed(&r->went[index_of(r, value)]) == 0)
			stress_fail(s, "%#llx came, and was not sent", (unsigned long long)value);
	}
	if (alive != 0)
		stress_fail(s, "%lld objects are left", (long long)alive);
}

/* Where the values of a visit have known places, these are as far apart as it says. */
static void
check_finds(struct stress *s, struct round *r, unsigned comer_index)
{
	size_t total = (size_t)r->ops * r->plan->shape.senders;
	int64_t *place = malloc(total * sizeof *place), base = -1;
	uint32_t visit = UINT32_MAX;

	if (place == NULL)
		abort();
	for (size_t i = 0; i < total; i++)
		place[i] = -1;
	for (size_t i = 0; i < total; i++) {
		/* relaxed: all threads are gone. */
		uint64_t value = weft_load_relaxed(&r->order[i]);

		if (value != 0)
			place[index_of(r, value)] = (int64_t)i;
	}
	for (size_t i = 0; i < r->found[comer_index]; i++) {
		const struct find *f = &r->finds[comer_index][i];
		int64_t known = place[index_of(r, f->value)];

		if (known < 0)
			continue;
		if (f->visit != visit)
			base = known - f->place;
		visit = f->visit;
		if (known - f->place != base)
			stress_fail(s,
			    "a reader that came saw %#llx as the %lldth, others as the %lldth",
			    (unsigned long long)f->value, (long long)(base + f->place),
			    (long long)known);
	}
	free(place);
}

static void *
zeroed(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		abort();
	return p;
}

static void
play(struct stress *s, const void *arg)
{
	static struct round r;
	const struct plan *plan = arg;
	const struct shape *shape = &plan->shape;
	weft_broadcast_options options = { .capacity = plan->capacity, .lossless = plan->lossless };
	size_t total;

	memset(&r, 0, sizeof r);
	r.plan = plan;
	r.ops = stress_ops(s, s->is_long ? 500 : 50, s->is_long ? 5000 : 500);
	r.lazy = dice_once_in(&s->dice, 2) ? 0 : 1 + dice_below(&s->dice, 40);
	r.closes_at = dice_once_in(&s->dice, 3) ? dice_below(&s->dice, r.ops) : r.ops;
	r.until = dice_once_in(&s->dice, 2);
	r.tries = dice_once_in(&s->dice, 2);
	r.selects = dice_once_in(&s->dice, 3);
	total = (size_t)r.ops * shape->senders;
	r.order = zeroed(total, sizeof *r.order);
	r.went = zeroed(total, sizeof *r.went);
	r.notes = zeroed(total, sizeof *r.notes);
	/* relaxed: the threads begin later. */
	weft_store_relaxed(&r.sending, shape->senders);
	weft_must(weft_broadcast_init_with(&r.b, plan->kind->type, plan->kind->copy, &options));
	for (unsigned i = 0; i < shape->stay; i++)
		weft_broadcast_subscribe(&r.b, &r.stay[i]);
	for (unsigned i = shape->stay; i < shape->stay + shape->come; i++)
		r.finds[i] = zeroed(total, sizeof *r.finds[i]);
	stress_run(s, shape->senders + shape->stay + shape->come, body, &r);
	weft_broadcast_fini(&r.b);
	check_totals(s, &r);
	for (unsigned i = shape->stay; i < shape->stay + shape->come; i++) {
		check_finds(s, &r, i);
		free(r.finds[i]);
	}
	/* relaxed: all threads are gone. */
	s->done += weft_load_relaxed(&r.sent) * (1 + shape->stay);
	free(r.order);
	free(r.went);
	free(r.notes);
}

int
main(int argc, char **argv)
{
	enum { KINDS = WEFT_COUNT(kinds), CAPACITIES = WEFT_COUNT(capacities),
		SHAPES = WEFT_COUNT(shapes), CASES = 2 * KINDS * CAPACITIES * SHAPES };
	static struct stress_case cases[CASES];
	static struct plan plans[CASES];

	for (size_t i = 0; i < CASES; i++) {
		const struct shape *shape = &shapes[i % SHAPES];
		struct plan *p = &plans[i];

		*p = (struct plan){ .kind = &kinds[i / SHAPES / CAPACITIES % KINDS],
			.capacity = capacities[i / SHAPES % CAPACITIES],
			.shape = *shape,
			.lossless = i / SHAPES / CAPACITIES / KINDS != 0 };
		snprintf(cases[i].name, sizeof cases[i].name, "%s/%s/%zu/%us%ur%uc",
		    p->lossless ? "lossless" : "lossy", p->kind->name, p->capacity, shape->senders,
		    shape->stay, shape->come);
		cases[i].round = play;
		cases[i].arg = p;
		cases[i].threads = shape->senders + shape->stay + shape->come;
	}
	return stress_main(argc, argv, cases, CASES);
}
