/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* broadcast_test.h: what the tests of the broadcast share: two kinds of values, and checks. */
#ifndef WEFT_TESTS_BROADCAST_TEST_H
#define WEFT_TESTS_BROADCAST_TEST_H

#include <weft/broadcast.h>

#include "../sync/sync_test.h"

WEFT_BROADCAST(nums, uint64_t);

/* An object that counts what is done to it; a value is a pointer to one, and owns one of it. */
struct object {
	uint64_t number;
	int copies, drops;         /* atomic */
};

static inline void
object_drop(struct object **v)
{
	__atomic_fetch_add(&(*v)->drops, 1, __ATOMIC_RELAXED);
}

static inline void
object_copy(struct object **to, struct object *const *from)
{
	*to = *from;
	__atomic_fetch_add(&(*from)->copies, 1, __ATOMIC_RELAXED);
}

WEFT_BROADCAST(objects, struct object *, object_drop, object_copy);

static inline weft_time
soon(void)
{
	return weft_after_ms(3);
}

static inline weft_time
past(void)
{
	return weft_after_ms(-1);
}

/* What r gets next is v. */
static inline void
gets(nums_reader *r, uint64_t v)
{
	uint64_t got = ~v;

	assert_int_equal(nums_try_recv(r, &got), WEFT_OK);
	assert_int_equal(got, v);
}

static inline void
gets_nothing(nums_reader *r, weft_status why)
{
	uint64_t got = 77;

	assert_int_equal(nums_try_recv(r, &got), why);
	assert_int_equal(got, 77);
}

static inline void
sends(nums *b, uint64_t from, uint64_t to)
{
	for (; from < to; from++)
		assert_int_equal(nums_send(b, from), WEFT_OK);
}

static inline void
lossless_init(nums *b, size_t capacity)
{
	weft_broadcast_options options = { .capacity = capacity, .lossless = true };

	assert_int_equal(nums_init_with(b, &options), WEFT_OK);
}

#endif
