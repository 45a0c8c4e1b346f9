/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * contract.c: what every queue promises to one thread. A queue of uint64_t holds
 * value(0), value(1), ... in order, so that two counts are the model of it.
 */
#include "contract.h"

static const size_t capacities[] = CAPACITIES;

#define MOST 1000
/* Room for a queue of uint64_t of any capacity here, and for a batch of more than it holds. */
#define BATCH (MOST + 2)

static uint64_t
value(uint64_t n)
{
	return (n + 1) * 0x9e3779b97f4a7c15u;
}

struct drops dropped;

void
note_drop(void *v)
{
	assert_int_equal((uintptr_t)v % dropped.align, 0);
	memcpy(&dropped.values[dropped.count % WEFT_COUNT(dropped.values)], v, sizeof(uint64_t));
	dropped.count++;
}

void
note_drop_u64(uint64_t *v)
{
	note_drop(v);
}

void
forget_drops(void)
{
	memset(&dropped, 0, sizeof dropped);
	dropped.align = 1;
}

/* A queue at work: its model is the numbers of values pushed and popped. */
struct model {
	struct queue_ops *ops;
	void *q;
	size_t capacity;
	uint64_t pushed, popped;
};

static void
model_open(struct model *m, struct queue_ops *ops, size_t capacity, size_t start)
{
	m->ops = ops;
	m->q = malloc(ops->object);
	m->capacity = ops->capacity == NULL ? SIZE_MAX : capacity;
	m->pushed = m->popped = 0;
	memset(m->q, 0xee, ops->object);
	assert_int_equal(ops->init(m->q, ops->type, capacity), WEFT_OK);
	begin(ops, m->q, start);
	forget_drops();
}

static void
model_close(struct model *m)
{
	m->ops->fini(m->q);
	free(m->q);
}

static size_t
model_len(const struct model *m)
{
	return (size_t)(m->pushed - m->popped);
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void
model_push(struct model *m)
{
	uint64_t v = value(m->pushed);
	bool room = model_len(m) < m->capacity;

	assert_int_equal(m->ops->push(m->q, &v), room);
	m->pushed += room;
}

static void
model_pop(struct model *m)
{
	uint64_t v = 1, was = model_len(m) == 0 ? v : value(m->popped);
	bool there = model_len(m) != 0;

	assert_int_equal(m->ops->pop(m->q, &v), there);
	assert_int_equal(v, was);
	m->popped += there;
}

static void
model_push_n(struct model *m, size_t n)
{
	static uint64_t vs[BATCH];
	size_t room = least(n, m->capacity - model_len(m));

	for (size_t i = 0; i < n; i++)
		vs[i] = value(m->pushed + i);
	assert_int_equal(m->ops->push_n(m->q, vs, n), room);
	m->pushed += room;
}

static void
model_pop_n(struct model *m, size_t n)
{
	static uint64_t vs[BATCH];
	size_t there = least(n, model_len(m));

	memset(vs, 0x11, sizeof vs);
	assert_int_equal(m->ops->pop_n(m->q, vs, n), there);
	for (size_t i = 0; i < there; i++)
		assert_int_equal(vs[i], value(m->popped + i));
	for (size_t i = there; i < BATCH; i++)
		assert_int_equal(vs[i], 0x1111111111111111u);
	m->popped += there;
}

static void
model_look(const struct model *m)
{
	assert_int_equal(m->ops->len(m->q), model_len(m));
	assert_int_equal(m->ops->is_empty(m->q), model_len(m) == 0);
	if (m->ops->is_full != NULL)
		assert_int_equal(m->ops->is_full(m->q), model_len(m) == m->capacity);
	if (m->ops->capacity != NULL)
		assert_int_equal(m->ops->capacity(m->q), m->capacity);
}

static void
each_popped(void *v, void *ctx)
{
	struct model *m = ctx;
	uint64_t got;

	memcpy(&got, v, sizeof got);
	assert_int_equal(got, value(m->popped++));
}

static void
model_drain(struct model *m)
{
	uint64_t spare;
	size_t n = model_len(m);

	assert_int_equal(m->ops->drain(m->q, &spare, each_popped, m), n);
	assert_int_equal(model_len(m), 0);
}

/* Runs fn on a fresh queue of each capacity, from each first ticket. */
static void
on_each(void **state, void (*fn)(struct model *))
{
	for (size_t i = 0; i < STARTS * WEFT_COUNT(capacities); i++) {
		struct model m;

		model_open(&m, *state, capacities[i / STARTS], i % STARTS);
		fn(&m);
		model_close(&m);
	}
}

/* More than two laps, at each level that it can stand at. */
static void
one_by_one(struct model *m)
{
	size_t most = least(m->capacity, MOST);

	for (size_t level = 1; level <= most; level += 1 + level / 5) {
		while (model_len(m) < level)
			model_push(m);
		for (size_t i = 0; i < 3 * most + 5; i++) {
			model_look(m);
			model_pop(m);
			model_look(m);
			model_push(m);
		}
		if (most == MOST)
			level += MOST / 3;
	}
}

static void
values_leave_in_the_order_in_which_they_came(void **state)
{
	on_each(state, one_by_one);
}

static void
up_and_down(struct model *m)
{
	size_t most = least(m->capacity, MOST);

	for (int round = 0; round < 4; round++) {
		for (size_t i = 0; i < most; i++) {
			model_look(m);
			model_push(m);
		}
		model_look(m);
		if (m->capacity != SIZE_MAX)
			model_push(m);   /* the model knows that it must fail */
		for (size_t i = 0; i < most; i++) {
			model_look(m);
			model_pop(m);
		}
		model_look(m);
		model_pop(m);            /* this one too */
		model_pop(m);
	}
}

static void
a_queue_holds_its_capacity_and_no_more(void **state)
{
	on_each(state, up_and_down);
}

/* Every size of batch up to one too many, at many levels, over many laps. */
static void
batches(struct model *m)
{
	size_t most = least(m->capacity, MOST), by = most > 10 ? 1 + most / 7 : 1;

	for (size_t level = 0; level <= most; level += by) {
		for (size_t n = 0; n <= most + 2; n += by) {
			while (model_len(m) < level)
				model_push(m);
			model_push_n(m, n);
			model_look(m);
			model_pop_n(m, n);
			model_look(m);
			model_pop_n(m, n + 1 < most + 2 ? n + 1 : n);
			model_push_n(m, least(n, most - least(most, model_len(m))));
			model_look(m);
		}
		model_pop_n(m, least(BATCH, model_len(m)));
		while (model_len(m) != 0)
			model_pop(m);
	}
}

static void
batches_go_as_far_as_there_is_room_or_value(void **state)
{
	on_each(state, batches);
}

static void
at_random(struct model *m)
{
	uint64_t seed = m->capacity + 17;

	for (int step = 0; step < test_scale(3000); step++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		size_t n = (seed >> 40) % (least(m->capacity, MOST) + 3);

		switch ((seed >> 32) % 16) {
		case 0:
			model_push_n(m, n);
			break;
		case 1:
			model_pop_n(m, n);
			break;
		case 2:
			if (step % 8 == 0)
				model_drain(m);
			break;
		default:
			if ((seed >> 36) % 2 == 0)
				model_push(m);
			else
				model_pop(m);
		}
		model_look(m);
	}
}

static void
any_mixture_of_calls_agrees_with_the_model(void **state)
{
	on_each(state, at_random);
}

static void
drains(struct model *m)
{
	for (size_t n = 0; n <= least(m->capacity, 70); n += 1 + n / 3) {
		model_push_n(m, n);
		model_drain(m);
		model_look(m);
	}
}

static void
drain_hands_out_all_in_order(void **state)
{
	on_each(state, drains);
}

static void
pops_some_leaves_some(struct model *m)
{
	size_t most = least(m->capacity, MOST);

	/* From a lap and a half on, so that what is left goes round the end. */
	for (size_t i = 0; i < most + most / 2; i++) {
		model_push(m);
		model_pop(m);
	}
	model_push_n(m, most);
	model_pop_n(m, most / 3);
	model_push_n(m, most / 4);
	assert_int_equal(dropped.count, 0);
}

static void
fini_drops_what_is_left_once_each(void **state)
{
	struct queue_ops *ops = *state;

	for (size_t i = 0; i < STARTS * WEFT_COUNT(capacities); i++) {
		struct model m;

		model_open(&m, ops, capacities[i / STARTS], i % STARTS);
		dropped.align = sizeof(uint64_t);
		pops_some_leaves_some(&m);
		model_close(&m);
		assert_int_equal(dropped.count, ops->type->drop == NULL ? 0 : model_len(&m));
		for (size_t n = 0; n < dropped.count; n++)
			assert_int_equal(dropped.values[n], value(m.popped + n));
	}
}

static void
fini_of_an_empty_queue_drops_nothing(void **state)
{
	on_each(state, drains);
	assert_int_equal(dropped.count, 0);
}

static void
impossible_sizes_are_invalid_and_change_nothing(void **state)
{
	struct queue_ops *ops = *state;
	weft_type types[6];
	unsigned char *q = malloc(ops->object), *was = malloc(ops->object);

	memset(q, 0xee, ops->object);
	memset(was, 0xee, ops->object);
	if (ops->capacity != NULL) {
		const size_t bad[] = { 0, SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / sizeof(uint64_t),
			SIZE_MAX / sizeof(uint64_t) + 2, SIZE_MAX / 16 + 2 };

		for (size_t i = 0; i < WEFT_COUNT(bad); i++) {
			assert_int_equal(ops->init(q, ops->type, bad[i]), WEFT_INVALID);
			assert_int_equal(ops->init_with(q, ops->type, bad[i], NULL), WEFT_INVALID);
		}
	}
	for (size_t i = 0; i < WEFT_COUNT(types); i++)
		types[i] = *ops->type;
	types[0].size = 0;
	types[1].align = 0;
	types[2].size = types[2].align = 24;
	types[3].size = SIZE_MAX;
	types[4].size = SIZE_MAX / 2 - 7;
	types[5].align = 16;
	for (size_t i = 0; i < WEFT_COUNT(types) && !ops->typed; i++)
		assert_int_equal(ops->init(q, &types[i], 4), WEFT_INVALID);
	assert_memory_equal(q, was, ops->object);
	free(q);
	free(was);
}

static void
without_memory_init_changes_nothing(void **state)
{
	struct queue_ops *ops = *state;
	unsigned char *q = malloc(ops->object), *was = malloc(ops->object);
	long fail_at = 0;
	weft_status s;

	memset(was, 0xee, ops->object);
	do {
		struct test_memory memory = TEST_MEMORY;
		weft_allocator a = test_allocator(&memory);

		memory.fail_at = fail_at++;
		memset(q, 0xee, ops->object);
		s = ops->init_with(q, ops->type, 7, &a);
		if (s == WEFT_OK) {
			ops->fini(q);
		} else {
			assert_int_equal(s, WEFT_NO_MEMORY);
			assert_memory_equal(q, was, ops->object);
		}
		assert_int_equal(memory.out, 0);
	} while (s != WEFT_OK);
	assert_true(fail_at > 1);
	free(q);
	free(was);
}

/* An allocator that remembers what was asked of it, so as to check what comes back. */
struct ledger {
	struct {
		void *p;
		size_t size, align;
	} out[64];
	size_t count;
};

static void *
ledger_alloc(size_t size, size_t align, void *ctx)
{
	struct ledger *l = ctx;
	size_t at = align < sizeof(void *) ? sizeof(void *) : align;
	void *p = aligned_alloc(at, (size + at - 1) / at * at);

	assert_true(l->count < WEFT_COUNT(l->out));
	l->out[l->count].p = p;
	l->out[l->count].size = size;
	l->out[l->count++].align = align;
	return p;
}

static void
ledger_free(void *p, size_t size, size_t align, void *ctx)
{
	struct ledger *l = ctx;

	for (size_t i = 0; i < l->count; i++) {
		if (l->out[i].p != p)
			continue;
		assert_int_equal(size, l->out[i].size);
		assert_int_equal(align, l->out[i].align);
		l->out[i] = l->out[--l->count];
		free(p);
		return;
	}
	fail_msg("freed what was not allocated");
}

static void
an_allocator_of_its_own_gets_back_what_it_gave(void **state)
{
	struct queue_ops *ops = *state;

	for (size_t i = 0; i < WEFT_COUNT(capacities); i++) {
		struct ledger ledger = { .count = 0 };
		weft_allocator a = { .alloc = ledger_alloc, .free = ledger_free, .ctx = &ledger };
		size_t before = weft_alloc_usage().blocks;
		void *q = malloc(ops->object);

		assert_int_equal(ops->init_with(q, ops->type, capacities[i], &a), WEFT_OK);
		assert_true(ledger.count > 0);
		for (uint64_t v = 0; v < capacities[i]; v++)
			assert_true(ops->push(q, &v));
		ops->fini(q);
		assert_int_equal(ledger.count, 0);
		assert_int_equal(weft_alloc_usage().blocks, before);
		free(q);
	}
}

static void
an_allocator_for_all_gets_everything_back(void **state)
{
	weft_alloc_stats before = weft_alloc_usage(), after;

	on_each(state, drains);
	after = weft_alloc_usage();
	assert_int_equal(after.blocks, before.blocks);
	assert_int_equal(after.bytes, before.bytes);
}

static void
a_queue_lives_in_exactly_the_callers_bytes(void **state)
{
	struct queue_ops *ops = *state;

	for (size_t i = 0; i < WEFT_COUNT(capacities); i++) {
		size_t bytes = ops->bytes(ops->type, capacities[i]);
		size_t align = ops->memory_align(ops->type);
		size_t blocks = weft_alloc_usage().blocks;
		unsigned char *memory = aligned_alloc(64, (bytes + 127) / 64 * 64);
		struct model m = { .ops = ops, .capacity = capacities[i] };

		m.q = malloc(ops->object);
		memset(m.q, 0xee, ops->object);
		memset(memory, 0xa5, (bytes + 127) / 64 * 64);
		assert_int_equal(ops->init_over(m.q, ops->type, memory, bytes - 1, m.capacity),
		    WEFT_INVALID);
		assert_int_equal(ops->init_over(m.q, ops->type, NULL, bytes, m.capacity),
		    WEFT_INVALID);
		assert_int_equal(ops->init_over(m.q, ops->type, memory, bytes, 0), WEFT_INVALID);
		assert_int_equal(ops->init_over(m.q, ops->type, memory, bytes, SIZE_MAX),
		    WEFT_INVALID);
		if (align > 1)
			assert_int_equal(ops->init_over(m.q, ops->type, memory + align / 2, bytes,
					     m.capacity),
			    WEFT_INVALID);
		for (size_t b = 0; b < ops->object; b++)
			assert_int_equal(((unsigned char *)m.q)[b], 0xee);
		for (size_t b = 0; b < bytes; b++)
			assert_int_equal(memory[b], 0xa5);

		assert_int_equal(ops->init_over(m.q, ops->type, memory, bytes, m.capacity),
		    WEFT_OK);
		up_and_down(&m);
		batches(&m);
		model_close(&m);
		for (size_t b = bytes; b < bytes + 64; b++)
			assert_int_equal(memory[b], 0xa5);
		assert_int_equal(weft_alloc_usage().blocks, blocks);
		free(memory);
	}
}

/* The n-th value of a type: bytes that its number says. */
static void
fill(unsigned char *v, size_t size, uint64_t n)
{
	for (size_t i = 0; i < size; i++)
		v[i] = (unsigned char)(n * 31 + i * 7 + 1);
}

static void
assert_is_value(const unsigned char *v, size_t size, uint64_t n)
{
	for (size_t i = 0; i < size; i++)
		assert_int_equal(v[i], (unsigned char)(n * 31 + i * 7 + 1));
}

static size_t drops_of_shape;
static const weft_type *shape;

static void
drop_shape(void *v)
{
	assert_int_equal((uintptr_t)v % shape->align, 0);
	assert_is_value(v, shape->size, 100 + drops_of_shape++);
}

/* Through a queue of 3, over some laps, in ones and in batches; three are left to fini. */
static void
carry(struct queue_ops *ops, void *q, const weft_type *type)
{
	unsigned char *vs = malloc(4 * type->size + 16), *to = malloc(4 * type->size + 16);

	for (uint64_t n = 0; n < 10; n++) {
		fill(vs, type->size, n);
		memset(to, 0xa5, 4 * type->size + 16);
		assert_true(ops->push(q, vs));
		assert_true(ops->pop(q, to));
		assert_is_value(to, type->size, n);
		assert_int_equal(to[type->size], 0xa5);
	}
	for (uint64_t n = 0; n < 30; n += 3) {
		for (size_t i = 0; i < 3; i++)
			fill(vs + i * type->size, type->size, n + i);
		memset(to, 0xa5, 4 * type->size + 16);
		assert_int_equal(ops->push_n(q, vs, 3), 3);
		assert_int_equal(ops->pop_n(q, to, 4), 3);
		for (size_t i = 0; i < 3; i++)
			assert_is_value(to + i * type->size, type->size, n + i);
		assert_int_equal(to[3 * type->size], 0xa5);
		fill(vs, type->size, n);
		assert_true(ops->push(q, vs));
		assert_true(ops->pop(q, to));
		assert_is_value(to, type->size, n);
	}
	for (size_t i = 0; i < 3; i++) {
		fill(vs, type->size, 100 + i);
		assert_true(ops->push(q, vs));
	}
	free(vs);
	free(to);
}

static void
check_shape(struct queue_ops *ops, size_t size, size_t align)
{
	const weft_type type = { "shape", size, align, drop_shape };
	void *q = malloc(ops->object);

	shape = &type;
	drops_of_shape = 0;
	assert_int_equal(ops->init(q, &type, 3), WEFT_OK);
	carry(ops, q, &type);
	ops->fini(q);
	assert_int_equal(drops_of_shape, 3);
	if (ops->init_over != NULL) {
		size_t bytes = ops->bytes(&type, 3), at = ops->memory_align(&type);
		unsigned char *memory = aligned_alloc(at, (bytes + at) / at * at);

		drops_of_shape = 0;
		memory[bytes] = 0xa5;
		if (at > 1)
			assert_int_equal(ops->init_over(q, &type, memory + at / 2, bytes, 3),
			    WEFT_INVALID);
		assert_int_equal(ops->init_over(q, &type, memory, bytes - 1, 3), WEFT_INVALID);
		assert_int_equal(ops->init_over(q, &type, memory, bytes, 3), WEFT_OK);
		carry(ops, q, &type);
		ops->fini(q);
		assert_int_equal(drops_of_shape, 3);
		assert_int_equal(memory[bytes], 0xa5);
		free(memory);
	}
	free(q);
}

static void
values_of_any_size_and_alignment_come_out_whole(void **state)
{
	static const size_t aligns[] = { 1, 2, 4, 8, 16, 32, 64, 128, 4096 };
	struct queue_ops *ops = *state;

	for (size_t size = 1; size <= 200; size++)
		for (size_t a = 0; a < WEFT_COUNT(aligns) && size % aligns[a] == 0; a++)
			check_shape(ops, size, aligns[a]);
	for (size_t a = 3; a < WEFT_COUNT(aligns); a++) {
		check_shape(ops, aligns[a], aligns[a]);
		check_shape(ops, 3 * aligns[a], aligns[a]);
	}
}

static void
init_after_fini_makes_a_new_queue(void **state)
{
	struct queue_ops *ops = *state;
	void *q = malloc(ops->object);

	for (size_t i = 0; i < WEFT_COUNT(capacities); i++) {
		struct model m = { .ops = ops, .q = q, .capacity = capacities[i] };

		if (ops->capacity == NULL)
			m.capacity = SIZE_MAX;
		assert_int_equal(ops->init(q, ops->type, capacities[i]), WEFT_OK);
		up_and_down(&m);
		model_push(&m);
		ops->fini(q);
	}
	free(q);
}

/* Each call of the table, as misuse would make it. */
struct misuse {
	struct queue_ops *ops;
	void *q;
	int call;
};

static void
nothing(void *v, void *ctx)
{
	(void)v;
	(void)ctx;
}

enum {
	CALL_FINI,
	CALL_PUSH,
	CALL_POP,
	CALL_PUSH_N,
	CALL_POP_N,
	CALL_DRAIN,
	CALL_LEN,
	CALL_IS_EMPTY,
	CALL_CAPACITY,
	CALL_IS_FULL,
	CALLS
};

static void
make_call(void *arg)
{
	struct misuse *m = arg;
	struct queue_ops *ops = m->ops;
	uint64_t vs[4] = { 0 };

	/* clang-format off: a line a call. */
	switch (m->call) {
	case CALL_FINI: ops->fini(m->q); break;
	case CALL_PUSH: (void)!ops->push(m->q, vs); break;
	case CALL_POP: (void)!ops->pop(m->q, vs); break;
	case CALL_PUSH_N: (void)!ops->push_n(m->q, vs, 2); break;
	case CALL_POP_N: (void)!ops->pop_n(m->q, vs, 2); break;
	case CALL_DRAIN: ops->drain(m->q, vs, nothing, NULL); break;
	case CALL_LEN: ops->len(m->q); break;
	case CALL_IS_EMPTY: ops->is_empty(m->q); break;
	case CALL_CAPACITY: ops->capacity(m->q); break;
	default: ops->is_full(m->q); break;
	}
	/* clang-format on */
}

static void
assert_calls_trap(struct queue_ops *ops, void *q)
{
	char sentence[128];

	(void)snprintf(sentence, sizeof sentence,
	    " %s: the object was not initialised, is finished, or is a copy", ops->noun);
	for (int call = CALL_FINI; call < CALLS; call++) {
		struct misuse m = { ops, q, call };

		if (call != CALL_FINI && !ops->traps)
			break;
		if (call >= CALL_CAPACITY && ops->capacity == NULL)
			break;
		assert_aborts(make_call, &m, sentence);
	}
}

static void
use_before_init_traps(void **state)
{
	struct queue_ops *ops = *state;
	void *q = calloc(1, ops->object);

	assert_calls_trap(ops, q);
	free(q);
}

static void
use_after_fini_traps(void **state)
{
	struct queue_ops *ops = *state;
	void *q = malloc(ops->object);

	assert_int_equal(ops->init(q, ops->type, 5), WEFT_OK);
	ops->fini(q);
	assert_calls_trap(ops, q);
	free(q);
}

static void
use_of_a_copy_traps(void **state)
{
	struct queue_ops *ops = *state;
	void *q = malloc(ops->object), *copy = malloc(ops->object);

	assert_int_equal(ops->init(q, ops->type, 5), WEFT_OK);
	memcpy(copy, q, ops->object);
	assert_calls_trap(ops, copy);
	ops->fini(q);
	free(q);
	free(copy);
}

#define PROMISE(test) { #test, test, NULL, NULL, ops }
#define RUN(tests) _cmocka_run_group_tests(ops->name, tests, WEFT_COUNT(tests), NULL, NULL)

int
run_contract(struct queue_ops *ops)
{
	const struct CMUnitTest tests[] = {
		PROMISE(values_leave_in_the_order_in_which_they_came),
		PROMISE(a_queue_holds_its_capacity_and_no_more),
		PROMISE(batches_go_as_far_as_there_is_room_or_value),
		PROMISE(any_mixture_of_calls_agrees_with_the_model),
		PROMISE(drain_hands_out_all_in_order),
		PROMISE(fini_drops_what_is_left_once_each),
		PROMISE(fini_of_an_empty_queue_drops_nothing),
		PROMISE(impossible_sizes_are_invalid_and_change_nothing),
		PROMISE(without_memory_init_changes_nothing),
		PROMISE(an_allocator_of_its_own_gets_back_what_it_gave),
		PROMISE(an_allocator_for_all_gets_everything_back),
		PROMISE(init_after_fini_makes_a_new_queue),
		PROMISE(use_before_init_traps),
		PROMISE(use_after_fini_traps),
		PROMISE(use_of_a_copy_traps),
	};

	const struct CMUnitTest over_memory[] = {
		PROMISE(a_queue_lives_in_exactly_the_callers_bytes),
	};
	const struct CMUnitTest over_types[] = {
		PROMISE(values_of_any_size_and_alignment_come_out_whole),
	};
	int failed = RUN(tests);

	if (ops->init_over != NULL)
		failed += RUN(over_memory);
	if (!ops->typed)
		failed += RUN(over_types);
	return failed;
}
