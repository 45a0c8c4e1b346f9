/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * stress_deque.c: an owner, thieves, and work from outside.
 *
 * In each round thread 0 owns the deque; the others steal by every call, and some of them
 * inject. The deque begins small and grows, now and then without the memory to. The
 * deque and its injector are two structures: each has its own history and monitor.
 */
#include "chaos.h"

#include <stdlib.h>
#include <string.h>

#include <weft/alloc.h>
#include <weft/deque.h>

#include "element.h"
#include "harness.h"
#include "monitor_deque.h"

#define SIZE_MOST 64
#define BATCH 8

struct e24 {
	uint64_t words[3];
};
struct e64 {
	uint64_t words[8];
};

/* A deque of one element size, by untyped calls. */
struct kind {
	const char *name;
	size_t size;
	weft_status (*init)(void *d, const weft_deque_options *options);
	void (*fini)(void *d);
	bool (*push)(void *d, const void *v);
	bool (*pop)(void *d, void *v);
	weft_status (*steal)(void *d, void *v);
	size_t (*steal_n)(void *d, void *vs, size_t n);
	bool (*inject)(void *d, const void *v);
	bool (*pop_injected)(void *d, void *v);
	bool (*is_empty)(void *d);
};

#define DEQUE(name, T)                                                                            \
	WEFT_DEQUE(name, T);                                                                      \
	static weft_status name##_do_init(void *d, const weft_deque_options *options)             \
	{ return name##_init_with(d, options); }                                                  \
	static void name##_do_fini(void *d) { name##_fini(d); }                                   \
	static bool name##_do_push(void *d, const void *v)                                        \
	{ T t; memcpy(&t, v, sizeof(t)); return name##_push(d, t); }                              \
	static bool name##_do_pop(void *d, void *v) { return name##_pop(d, (T *)v); }             \
	static weft_status name##_do_steal(void *d, void *v) { return name##_steal(d, (T *)v); }  \
	static size_t name##_do_steal_n(void *d, void *vs, size_t n)                              \
	{ return name##_steal_n(d, (T *)vs, n); }                                                 \
	static bool name##_do_inject(void *d, const void *v)                                      \
	{ T t; memcpy(&t, v, sizeof(t)); return name##_inject(d, t); }                            \
	static bool name##_do_pop_injected(void *d, void *v)                                      \
	{ return name##_pop_injected(d, (T *)v); }                                                \
	static bool name##_do_is_empty(void *d) { return name##_is_empty(d); }
#define KIND(name, size)                                                                          \
	{ #name, size, name##_do_init, name##_do_fini, name##_do_push, name##_do_pop,             \
	    name##_do_steal, name##_do_steal_n, name##_do_inject, name##_do_pop_injected,         \
	    name##_do_is_empty }
DEQUE(d8, uint64_t)
DEQUE(d24, struct e24)
DEQUE(d64, struct e64)
static const struct kind kinds[] = { KIND(d8, 8), KIND(d24, 24), KIND(d64, 64) };

struct plan {
	const struct kind *kind;
	unsigned thieves;
	bool is_poor;              /* the allocator refuses now and then */
};

struct round {
	const struct plan *plan;
	union {
		d8 of_8;
		d24 of_24;
		d64 of_64;
	} deque;
	weft_allocator allocator;
	weft_atomic_i64 out;       /* blocks of memory */
	weft_atomic_u64 calls;
	unsigned ops;
	unsigned pops_in_10;       /* how often the owner pops rather than pushes */
	struct history logs[64];   /* of the deque, by thread */
	struct history outside[64]; /* of the injector, by thread */
	weft_atomic_u8 *seen;      /* by value, in counted rounds */
	weft_atomic_u32 is_over;   /* the owner has pushed all that it will; by the owner */
	weft_atomic_u64 taken;     /* in counted rounds; by all */
};

static void *
allocate(size_t size, size_t align, void *ctx)
{
	struct round *r = ctx;
	/* relaxed: a number to draw from. */
	uint64_t call = weft_fetch_add_relaxed(&r->calls, 1);
	void *memory;

	if (r->plan->is_poor && call > 4 && dice_mix(call) % 2 == 0)
		return NULL;
	align = align < sizeof(void *) ? sizeof(void *) : align;
	memory = aligned_alloc(align, (size + align - 1) / align * align);
	if (memory != NULL)
		/* relaxed: a count, read when all threads are gone. */
		weft_fetch_add_relaxed(&r->out, 1);
	return memory;
}

static void
release(void *memory, size_t size, size_t align, void *ctx)
{
	struct round *r = ctx;

	(void)size;
	(void)align;
	free(memory);
	/* relaxed: as above. */
	weft_fetch_sub_relaxed(&r->out, 1);
}

static void
begin(struct stress *s, struct round *r)
{
	weft_deque_options options = { .capacity = (size_t)1 << dice_below(&s->dice, 7) };

	r->allocator = (weft_allocator){ .alloc = allocate, .free = release, .ctx = r };
	options.allocator = &r->allocator;
	r->pops_in_10 = 2 + dice_below(&s->dice, 5);
	if (r->plan->kind->init(&r->deque, &options) != WEFT_OK)
		stress_fail(s, "init without memory");
}

static void
end(struct stress *s, struct round *r)
{
	r->plan->kind->fini(&r->deque);
	/* relaxed: all threads are gone. */
	if (weft_load_relaxed(&r->out) != 0)
		stress_fail(s, "fini left %lld blocks of memory behind",
		    (long long)weft_load_relaxed(&r->out));
}

/* One thread's hands in a monitored round. */
struct hand {
	struct stress *stress;
	struct round *round;
	unsigned me;
	uint64_t next;             /* number of its next value */
	struct history *log, *outside;
	alignas(16) unsigned char elements[BATCH * SIZE_MOST];
};

static void
note(struct hand *h, struct history *log, enum history_kind kind, uint64_t value, uint64_t call,
    uint64_t ret)
{
	history_add(log, (struct history_op){ call, ret, value, h->me, kind });
}

static uint64_t
value_of(unsigned thread, uint64_t number)
{
	return (uint64_t)(thread + 1) << MONITOR_PRODUCER | number;
}

static uint64_t
read_element(struct hand *h, size_t i)
{
	size_t size = h->round->plan->kind->size;

	return element_read(h->stress, h->elements + i * size, size);
}

/* push and inject: `adds` is either; a failure, for want of memory, has changed nothing. */
static void
add(struct hand *h, struct history *log, bool (*adds)(void *d, const void *v))
{
	uint64_t value = value_of(h->me, h->next), call, ret;

	element_fill(h->elements, h->round->plan->kind->size, value);
	call = history_call();
	if (!adds(&h->round->deque, h->elements))
		return;
	ret = history_return();
	note(h, log, HISTORY_PUSH, value, call, ret);
	h->next++;
}

static void
take(struct hand *h, struct history *log, bool (*takes)(void *d, void *v))
{
	uint64_t call = history_call(), ret;
	bool is = takes(&h->round->deque, h->elements);

	ret = history_return();
	note(h, log, is ? HISTORY_POP : HISTORY_EMPTY, is ? read_element(h, 0) : 0, call, ret);
}

static void
steal(struct hand *h)
{
	uint64_t call = history_call(), ret;
	weft_status status = h->round->plan->kind->steal(&h->round->deque, h->elements);

	ret = history_return();
	if (status == WEFT_OK)
		note(h, h->log, HISTORY_STEAL, read_element(h, 0), call, ret);
	else if (status == WEFT_EMPTY)
		note(h, h->log, HISTORY_STEAL_EMPTY, 0, call, ret);
}

static void
steal_batch(struct hand *h, size_t n)
{
	uint64_t call = history_call(), ret;
	size_t done = h->round->plan->kind->steal_n(&h->round->deque, h->elements, n);

	ret = history_return();
	for (size_t i = 0; i < done; i++)
		note(h, h->log, HISTORY_STEAL, read_element(h, i), call, ret);
	if (done == 0)
		note(h, h->log, HISTORY_STEAL_EMPTY, 0, call, ret);
}

static void
look(struct hand *h)
{
	uint64_t call = history_call(), ret;
	bool is = h->round->plan->kind->is_empty(&h->round->deque);

	ret = history_return();
	if (is)
		note(h, h->log, h->me == 0 ? HISTORY_EMPTY : HISTORY_STEAL_EMPTY, 0, call, ret);
}

static void
own_somehow(struct hand *h, struct dice *d)
{
	const struct kind *k = h->round->plan->kind;
	uint32_t what = dice_below(d, 40);

	if (what == 0)
		look(h);
	else if (what == 1)
		take(h, h->outside, k->pop_injected);
	else if (dice_below(d, 10) < h->round->pops_in_10)
		take(h, h->log, k->pop);
	else
		add(h, h->log, k->push);
}

static void
steal_somehow(struct hand *h, struct dice *d)
{
	const struct kind *k = h->round->plan->kind;
	uint32_t what = dice_below(d, 10);

	if (what == 0)
		look(h);
	else if (what == 1)
		take(h, h->outside, k->pop_injected);
	else if (what <= 3)
		add(h, h->outside, k->inject);
	else if (what <= 5)
		steal_batch(h, 1 + dice_below(d, BATCH));
	else
		steal(h);
}

static void
monitored_body(struct stress_thread *t)
{
	struct round *r = t->ctx;
	struct hand h = { .stress = t->stress,
		.round = r,
		.me = t->index,
		.log = &r->logs[t->index],
		.outside = &r->outside[t->index] };

	for (unsigned i = 0; i < r->ops; i++) {
		if (t->index == 0)
			own_somehow(&h, &t->dice);
		else
			steal_somehow(&h, &t->dice);
		stress_tick(t);
	}
}

/* What is left, popped by main in the owner's place, when all threads are gone. */
static void
drain(struct stress *s, struct round *r)
{
	struct hand h = { .stress = s,
		.round = r,
		.me = 0,
		.log = &r->logs[0],
		.outside = &r->outside[0] };

	do
		take(&h, h.log, r->plan->kind->pop);
	while (h.log->ops[h.log->n - 1].kind != HISTORY_EMPTY);
	do
		take(&h, h.outside, r->plan->kind->pop_injected);
	while (h.outside->ops[h.outside->n - 1].kind != HISTORY_EMPTY);
}

/* The logs of all threads as one history, in logs[0], sealed. */
static struct history *
merge(struct history *logs, unsigned threads)
{
	for (unsigned i = 1; i < threads; i++) {
		history_append(&logs[0], &logs[i]);
		history_fini(&logs[i]);
	}
	history_seal(&logs[0]);
	return &logs[0];
}

static void
monitored_round(struct stress *s, const void *arg)
{
	struct round r = { .plan = arg };
	unsigned threads = 1 + r.plan->thieves;
	struct monitor_spec queue = { .is_drained = true };
	struct monitor_verdict v;
	struct history *h;

	r.ops = stress_ops(s, 10, 300);
	begin(s, &r);
	for (unsigned i = 0; i < threads; i++) {
		history_init(&r.logs[i], r.ops * BATCH);
		history_init(&r.outside[i], r.ops);
	}
	stress_run(s, threads, monitored_body, &r);
	drain(s, &r);
	end(s, &r);
	h = merge(r.logs, threads);
	v = monitor_deque(h, true);
	stress_judge(s, h, &v);
	s->done += h->n;
	history_fini(h);
	h = merge(r.outside, threads);
	v = monitor_queue(h, &queue);
	stress_judge(s, h, &v);
	s->done += h->n;
	history_fini(h);
}

/* Counts a value that came out of the deque: once only; a thief sees them grow. */
static void
receive(struct stress_thread *t, struct round *r, uint64_t value, uint64_t *last)
{
	uint64_t number = value & ((UINT64_C(1) << MONITOR_PRODUCER) - 1);

	if (value >> MONITOR_PRODUCER != 1 || number >= r->ops)
		stress_fail(t->stress, "value from nowhere: %#llx", (unsigned long long)value);
	/* relaxed: counts, and orders nothing, so that it hides no race. */
	if (weft_swap_relaxed(&r->seen[number], 1) != 0)
		stress_fail(t->stress, "value twice: %llu", (unsigned long long)number);
	if (t->index != 0 && number < *last)
		stress_fail(t->stress, "order inverted: thief %u got value %llu after value %llu",
		    t->index, (unsigned long long)number, (unsigned long long)(*last - 1));
	*last = number + 1;
	/* relaxed: as above. */
	weft_fetch_add_relaxed(&r->taken, 1);
}

/* Pushes r->ops values, popping now and then; then pops until it is empty. */
static void
own(struct stress_thread *t, struct round *r)
{
	const struct kind *k = r->plan->kind;
	alignas(16) unsigned char e[SIZE_MOST];
	uint64_t next = 0, last = 0;

	while (next < r->ops) {
		element_fill(e, k->size, value_of(0, next));
		if (dice_below(&t->dice, 10) >= r->pops_in_10)
			next += k->push(&r->deque, e);
		else if (k->pop(&r->deque, e))
			receive(t, r, element_read(t->stress, e, k->size), &last);
		stress_tick(t);
	}
	while (k->pop(&r->deque, e))
		receive(t, r, element_read(t->stress, e, k->size), &last);
	/* relaxed: thieves look at the deque itself; what is left then, main counts. */
	weft_store_relaxed(&r->is_over, 1);
}

static void
counted_body(struct stress_thread *t)
{
	struct round *r = t->ctx;
	const struct kind *k = r->plan->kind;
	alignas(16) unsigned char e[BATCH * SIZE_MOST];
	uint64_t last = 0;

	if (t->index == 0) {
		own(t, r);
		return;
	}
	/* relaxed: see own. */
	while (weft_load_relaxed(&r->is_over) == 0) {
		bool batch = dice_once_in(&t->dice, 3);
		size_t n = batch ? k->steal_n(&r->deque, e, 1 + dice_below(&t->dice, BATCH))
				 : k->steal(&r->deque, e) == WEFT_OK;

		for (size_t i = 0; i < n; i++)
			receive(t, r, element_read(t->stress, e + i * k->size, k->size), &last);
		stress_tick(t);
	}
}

static void
counted_round(struct stress *s, const void *arg)
{
	struct round r = { .plan = arg };
	unsigned char e[SIZE_MOST];

	r.ops = stress_ops(s, s->is_long ? 2000 : 200, s->is_long ? 50000 : 3000);
	begin(s, &r);
	r.seen = calloc(r.ops, sizeof(*r.seen));
	if (r.seen == NULL)
		stress_fail(s, "there is no memory");
	stress_run(s, 1 + r.plan->thieves, counted_body, &r);
	if (r.plan->kind->pop(&r.deque, e))
		stress_fail(s, "the owner found it empty, and then it was not");
	/* relaxed: all threads are gone. */
	if (weft_load_relaxed(&r.taken) != r.ops)
		stress_fail(s, "value lost: of %u, %llu came out", r.ops,
		    (unsigned long long)weft_load_relaxed(&r.taken));
	end(s, &r);
	free(r.seen);
	s->done += 2 * (uint64_t)r.ops;
}

int
main(int argc, char **argv)
{
	static const unsigned thieves[] = { 1, 2, 3, 7, 15 };
	static struct plan plans[64];
	static struct stress_case cases[128];
	size_t n = 0, p = 0;

	for (size_t i = 0; i < WEFT_COUNT(kinds); i++)
		for (size_t j = 0; j < WEFT_COUNT(thieves); j++)
			for (unsigned poor = 0; poor < 2; poor++) {
				plans[p] = (struct plan){ &kinds[i], thieves[j], poor == 1 };
				for (unsigned counted = 0; counted < 2; counted++, n++) {
					snprintf(cases[n].name, sizeof(cases[n].name),
					    "%s/%s/%ut%s", counted ? "count" : "monitor",
					    kinds[i].name, thieves[j], poor ? "/poor" : "");
					cases[n].round = counted ? counted_round : monitored_round;
					cases[n].arg = &plans[p];
					cases[n].threads = 1 + thieves[j];
				}
				p++;
			}
	return stress_main(argc, argv, cases, n);
}
