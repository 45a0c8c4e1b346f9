/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* contract.h: what every queue promises, as tests over a table of its functions. */
#ifndef WEFT_TESTS_CONTRACT_H
#define WEFT_TESTS_CONTRACT_H

#include "test.h"

/*
 * A queue as the contract sees it: once by its untyped functions, once by those that its
 * macro made for uint64_t. What a queue does not have is NULL, and its promises are not
 * asked of it.
 */
struct queue_ops {
	const char *name;        /* of the group of tests                                */
	const char *noun;        /* as the sentences about misuse say it: "an array_queue" */
	const weft_type *type;   /* of uint64_t; where it drops, by note_drop            */
	size_t object;           /* bytes of the queue itself                            */
	bool typed;              /* no other type will do                                */
	bool traps;              /* misuse is trapped on the fast paths too              */
	bool one_each;           /* one producer and one consumer at a time              */
	bool rough_len;          /* len is exact only while nothing else runs            */

	/* capacity is that of the options; NULL options where capacity is 0 and no allocator. */
	weft_status (*init_with)(void *q, const weft_type *type, size_t capacity,
	    const weft_allocator *allocator);
	weft_status (*init)(void *q, const weft_type *type, size_t capacity);
	weft_status (*init_over)(void *q, const weft_type *type, void *memory, size_t bytes,
	    size_t capacity);
	size_t (*bytes)(const weft_type *type, size_t capacity);
	size_t (*memory_align)(const weft_type *type);
	/* Two laps, or two values, before the ticket `top`; 0 is 2^64. */
	void (*begin_before)(void *q, const weft_type *type, uint64_t top);
	void (*fini)(void *q);
	bool (*push)(void *q, const void *v);
	bool (*pop)(void *q, void *v);
	size_t (*push_n)(void *q, const void *vs, size_t n);
	size_t (*pop_n)(void *q, void *vs, size_t n);
	size_t (*drain)(void *q, void *spare, void (*fn)(void *v, void *ctx), void *ctx);
	size_t (*len)(const void *q);
	size_t (*capacity)(const void *q);
	bool (*is_empty)(const void *q);
	bool (*is_full)(const void *q);
};

/* Tickets at which a signed or a shifted one would turn over; STARTS counts 0 besides. */
#define TOPS { 0, UINT64_C(1) << 63, UINT64_C(1) << 62 }
#define STARTS 4

/* A fresh queue's first ticket: as init left it, or before the top number start - 1. */
static inline void
begin(const struct queue_ops *ops, void *q, size_t start)
{
	static const uint64_t tops[] = TOPS;

	if (start != 0 && ops->begin_before != NULL)
		ops->begin_before(q, ops->type, tops[start - 1]);
}

/* The capacities that are tested. ThreadSanitizer makes the largest one last too long. */
#define LARGE (TEST_IS_SLOW ? 130 : 1000)
#define CAPACITIES { 1, 2, 3, 5, 7, 64, LARGE }

/* How many tests failed. */
int run_contract(struct queue_ops *ops);

/* What note_drop saw: how many, and which; their place is a multiple of align. */
struct drops {
	size_t count;
	uint64_t values[4096];
	size_t align;
};
extern struct drops dropped;
void forget_drops(void);

/* The drop of every type here that drops: notes the value. */
void note_drop(void *value);
void note_drop_u64(uint64_t *value);

/* clang-format off: a line a function. */

/* The functions that the macro made as `name`, in the shapes of the table. */
#define TYPED_SHAPES(name)                                                                        \
	static void name##_fini_s(void *q) { name##_fini(q); }                                    \
	static bool name##_push_s(void *q, const void *v)                                         \
	{ return name##_push(q, *(const uint64_t *)v); }                                          \
	static bool name##_pop_s(void *q, void *v) { return name##_pop(q, v); }                   \
	static size_t name##_push_n_s(void *q, const void *vs, size_t n)                          \
	{ return name##_push_n(q, vs, n); }                                                       \
	static size_t name##_pop_n_s(void *q, void *vs, size_t n)                                 \
	{ return name##_pop_n(q, vs, n); }                                                        \
	static void (*name##_fn)(void *v, void *ctx);                                             \
	static void name##_each_s(uint64_t *v, void *ctx) { name##_fn(v, ctx); }                  \
	static size_t name##_drain_s(void *q, void *spare, void (*fn)(void *v, void *ctx),        \
	    void *ctx)                                                                            \
	{ (void)spare; name##_fn = fn; return name##_drain(q, name##_each_s, ctx); }              \
	static size_t name##_len_s(const void *q) { return name##_len(q); }                       \
	static bool name##_is_empty_s(const void *q) { return name##_is_empty(q); }

/* What bounded queues have besides. */
#define TYPED_BOUNDED_SHAPES(name, noun)                                                          \
	static weft_status name##_init_s(void *q, const weft_type *type, size_t capacity)         \
	{ (void)type; return name##_init(q, capacity); }                                          \
	static weft_status name##_init_with_s(void *q, const weft_type *type, size_t capacity,    \
	    const weft_allocator *allocator)                                                      \
	{                                                                                         \
		weft_##noun##_options o = { .capacity = capacity, .allocator = allocator };       \
		(void)type;                                                                       \
		return name##_init_with(q, capacity == 0 && allocator == NULL ? NULL : &o);       \
	}                                                                                         \
	static weft_status name##_init_over_s(void *q, const weft_type *type, void *memory,       \
	    size_t bytes, size_t capacity)                                                        \
	{ (void)type; return name##_init_over(q, memory, bytes, capacity); }                      \
	static size_t name##_capacity_s(const void *q) { return name##_capacity(q); }             \
	static bool name##_is_full_s(const void *q) { return name##_is_full(q); }

/* The untyped functions of `noun`, in the shapes of the table. */
#define UNTYPED_SHAPES(noun)                                                                      \
	static void noun##_fini_s(void *q) { weft_##noun##_fini(q); }                             \
	static bool noun##_push_s(void *q, const void *v) { return weft_##noun##_push(q, v); }    \
	static bool noun##_pop_s(void *q, void *v) { return weft_##noun##_pop(q, v); }            \
	static size_t noun##_push_n_s(void *q, const void *vs, size_t n)                          \
	{ return weft_##noun##_push_n(q, vs, n); }                                                \
	static size_t noun##_pop_n_s(void *q, void *vs, size_t n)                                 \
	{ return weft_##noun##_pop_n(q, vs, n); }                                                 \
	static size_t noun##_drain_s(void *q, void *spare, void (*fn)(void *v, void *ctx),        \
	    void *ctx)                                                                            \
	{ return weft_##noun##_drain(q, spare, fn, ctx); }                                        \
	static size_t noun##_len_s(const void *q) { return weft_##noun##_len(q); }                \
	static bool noun##_is_empty_s(const void *q) { return weft_##noun##_is_empty(q); }

#define UNTYPED_BOUNDED_SHAPES(noun)                                                              \
	static weft_status noun##_init_s(void *q, const weft_type *type, size_t capacity)         \
	{ return weft_##noun##_init(q, type, capacity); }                                         \
	static weft_status noun##_init_with_s(void *q, const weft_type *type, size_t capacity,    \
	    const weft_allocator *allocator)                                                      \
	{                                                                                         \
		weft_##noun##_options o = { .capacity = capacity, .allocator = allocator };       \
		return weft_##noun##_init_with(q, type,                                           \
		    capacity == 0 && allocator == NULL ? NULL : &o);                              \
	}                                                                                         \
	static weft_status noun##_init_over_s(void *q, const weft_type *type, void *memory,       \
	    size_t bytes, size_t capacity)                                                        \
	{ return weft_##noun##_init_over(q, type, memory, bytes, capacity); }                     \
	static size_t noun##_capacity_s(const void *q) { return weft_##noun##_capacity(q); }      \
	static bool noun##_is_full_s(const void *q) { return weft_##noun##_is_full(q); }

/* The members of the table that those made. */
#define SHAPES(name)                                                                              \
	.fini = name##_fini_s, .push = name##_push_s, .pop = name##_pop_s,                        \
	.push_n = name##_push_n_s, .pop_n = name##_pop_n_s, .drain = name##_drain_s,              \
	.len = name##_len_s, .is_empty = name##_is_empty_s
#define BOUNDED_SHAPES(name)                                                                      \
	SHAPES(name), .init = name##_init_s, .init_with = name##_init_with_s,                     \
	.init_over = name##_init_over_s, .capacity = name##_capacity_s, .is_full = name##_is_full_s

/* clang-format on */

#endif
