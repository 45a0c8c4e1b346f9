/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_broadcast.c: what the broadcast promises to one thread. */
#include "broadcast_test.h"

static const size_t capacities[] = { 1, 2, 3, 5, 7, 64 };

/* Plain values. */

static void
every_reader_sees_every_value_once_in_order(void **state)
{
	nums b;
	nums_reader r[3];

	(void)state;
	for (size_t c = 0; c < WEFT_COUNT(capacities); c++) {
		assert_int_equal(nums_init(&b, capacities[c]), WEFT_OK);
		assert_int_equal(nums_capacity(&b), capacities[c]);
		for (int i = 0; i < 3; i++)
			nums_subscribe(&b, &r[i]);
		for (uint64_t n = 0; n < 5 * capacities[c];) {
			uint64_t upto = n + 1 + n % capacities[c];

			sends(&b, n, upto);
			for (int i = 0; i < 3; i++) {
				assert_int_equal(nums_lag(&r[i]), upto - n);
				for (uint64_t v = n; v < upto; v++)
					gets(&r[i], v);
				gets_nothing(&r[i], WEFT_EMPTY);
				assert_int_equal(nums_missed(&r[i]), 0);
			}
			n = upto;
		}
		for (int i = 0; i < 3; i++)
			nums_unsubscribe(&r[i]);
		nums_fini(&b);
	}
}

static void
a_slow_reader_loses_the_oldest_and_is_told_how_many(void **state)
{
	nums b;
	nums_reader slow, quick;
	uint64_t n = 0, missed = 0;

	(void)state;
	for (size_t c = 0; c < WEFT_COUNT(capacities); c++) {
		size_t capacity = capacities[c];

		assert_int_equal(nums_init(&b, capacity), WEFT_OK);
		nums_subscribe(&b, &slow);
		nums_subscribe(&b, &quick);
		n = missed = 0;
		for (uint64_t more = 0; more < 3 * capacity + 2; more++) {
			for (uint64_t end = n + capacity + more; n < end; n++) {
				sends(&b, n, n + 1);
				gets(&quick, n);
			}
			missed += more;
			assert_int_equal(nums_missed(&slow), missed);
			assert_int_equal(nums_lag(&slow), capacity);
			for (uint64_t v = n - capacity; v < n; v++)
				gets(&slow, v);
			gets_nothing(&slow, WEFT_EMPTY);
			assert_int_equal(nums_missed(&slow), missed);
			assert_int_equal(nums_lag(&slow), 0);
		}
		assert_int_equal(nums_missed(&quick), 0);
		nums_unsubscribe(&slow);
		nums_unsubscribe(&quick);
		nums_fini(&b);
	}
}

static void
a_late_joiner_starts_at_the_next_value(void **state)
{
	nums b;
	nums_reader early, late;

	(void)state;
	assert_int_equal(nums_init(&b, 3), WEFT_OK);
	sends(&b, 0, 5);
	nums_subscribe(&b, &early);
	gets_nothing(&early, WEFT_EMPTY);
	sends(&b, 5, 7);
	nums_subscribe(&b, &late);
	assert_int_equal(nums_readers(&b), 2);
	gets_nothing(&late, WEFT_EMPTY);
	sends(&b, 7, 8);
	gets(&late, 7);
	for (uint64_t v = 5; v < 8; v++)
		gets(&early, v);
	assert_int_equal(nums_missed(&late), 0);
	nums_unsubscribe(&early);
	/* Again, where it had been: as new. */
	sends(&b, 8, 10);
	nums_subscribe(&b, &early);
	gets_nothing(&early, WEFT_EMPTY);
	sends(&b, 10, 14);
	assert_int_equal(nums_missed(&early), 1);
	gets(&early, 11);
	nums_unsubscribe(&early);
	nums_unsubscribe(&late);
	assert_int_equal(nums_readers(&b), 0);
	nums_fini(&b);
}

static void
close_drains(void **state)
{
	nums b;
	nums_reader r, late;

	(void)state;
	assert_int_equal(nums_init(&b, 4), WEFT_OK);
	nums_subscribe(&b, &r);
	sends(&b, 0, 6);
	assert_false(nums_is_closed(&b));
	nums_close(&b);
	nums_close(&b);
	assert_true(nums_is_closed(&b));
	assert_int_equal(nums_send(&b, 9), WEFT_CLOSED);
	assert_int_equal(nums_try_send(&b, 9), WEFT_CLOSED);
	assert_int_equal(nums_send_until(&b, 9, past()), WEFT_CLOSED);
	nums_subscribe(&b, &late);
	gets_nothing(&late, WEFT_CLOSED);
	for (uint64_t v = 2; v < 6; v++)
		gets(&r, v);
	for (int i = 0; i < 2; i++) {
		uint64_t got = 77;

		gets_nothing(&r, WEFT_CLOSED);
		assert_int_equal(nums_recv(&r, &got), WEFT_CLOSED);
		assert_int_equal(nums_recv_until(&r, &got, past()), WEFT_CLOSED);
		assert_int_equal(got, 77);
	}
	assert_int_equal(nums_missed(&r), 2);
	nums_unsubscribe(&r);
	nums_unsubscribe(&late);
	/* Closed, and nobody is there: still closed. */
	assert_int_equal(nums_send(&b, 9), WEFT_CLOSED);
	nums_fini(&b);
}

static void
until_waits_to_its_deadline_and_no_longer(void **state)
{
	nums b;
	nums_reader r;
	uint64_t got = 77;
	weft_time end;

	(void)state;
	lossless_init(&b, 2);
	nums_subscribe(&b, &r);
	assert_int_equal(nums_recv_until(&r, &got, past()), WEFT_TIMEOUT);
	end = soon();
	assert_int_equal(nums_recv_until(&r, &got, end), WEFT_TIMEOUT);
	assert_true(weft_time_is_past(end));
	assert_int_equal(got, 77);
	assert_int_equal(nums_send_until(&b, 1, past()), WEFT_OK);
	assert_int_equal(nums_send_until(&b, 2, soon()), WEFT_OK);
	assert_int_equal(nums_send_until(&b, 3, past()), WEFT_TIMEOUT);
	end = soon();
	assert_int_equal(nums_send_until(&b, 3, end), WEFT_TIMEOUT);
	assert_true(weft_time_is_past(end));
	assert_int_equal(nums_recv_until(&r, &got, past()), WEFT_OK);
	assert_int_equal(got, 1);
	gets(&r, 2);
	gets_nothing(&r, WEFT_EMPTY);
	nums_unsubscribe(&r);
	nums_fini(&b);
}

static void
lossless_is_full_for_the_slowest_reader(void **state)
{
	nums b;
	nums_reader slow, quick;

	(void)state;
	for (size_t c = 0; c < WEFT_COUNT(capacities); c++) {
		uint64_t capacity = capacities[c], n = 0, read = 0;

		lossless_init(&b, (size_t)capacity);
		/* With no readers it never waits. */
		for (uint64_t i = 0; i < 2 * capacity + 1; i++)
			assert_int_equal(nums_try_send(&b, i), WEFT_OK);
		nums_subscribe(&b, &slow);
		nums_subscribe(&b, &quick);
		for (int lap = 0; lap < 20; lap++) {
			for (; n < read + capacity; n++) {
				assert_int_equal(nums_try_send(&b, n), WEFT_OK);
				gets(&quick, n);
			}
			assert_int_equal(nums_try_send(&b, 99), WEFT_FULL);
			for (int i = 0; i <= lap % (int)capacity; i++)
				gets(&slow, read++);
		}
		while (read < n)
			gets(&slow, read++);
		gets_nothing(&slow, WEFT_EMPTY);
		assert_int_equal(nums_missed(&slow), 0);
		/* Full, until the one that is behind leaves. */
		for (uint64_t i = 0; i < capacity; i++) {
			assert_int_equal(nums_try_send(&b, n), WEFT_OK);
			gets(&quick, n++);
		}
		assert_int_equal(nums_try_send(&b, n), WEFT_FULL);
		nums_unsubscribe(&slow);
		assert_int_equal(nums_try_send(&b, n), WEFT_OK);
		gets(&quick, n);
		nums_unsubscribe(&quick);
		nums_fini(&b);
	}
}

struct odd {
	char c[3];
};
struct page {
	unsigned char at[4096];
};
struct wide {
	alignas(32) float f[64];
};
WEFT_BROADCAST(chars, char);
WEFT_BROADCAST(odds, struct odd);
WEFT_BROADCAST(pages, struct page);
WEFT_BROADCAST(wides, struct wide);

/* Laps of values of a type: every byte comes out, and no byte more is written. */
#define SIZE_TEST(name, T)                                                                        \
	static void                                                                               \
	carries_##name(size_t capacity)                                                           \
	{                                                                                         \
		name b;                                                                           \
		name##_reader r;                                                                  \
		struct {                                                                          \
			T v;                                                                      \
			unsigned char guard;                                                      \
		} in, out;                                                                        \
		assert_int_equal(name##_init(&b, capacity), WEFT_OK);                             \
		name##_subscribe(&b, &r);                                                         \
		for (int n = 0; n < 20; n++) {                                                    \
			memset(&in, n + 1, sizeof in);                                            \
			memset(&out, 0xee, sizeof out);                                           \
			assert_int_equal(name##_send(&b, in.v), WEFT_OK);                         \
			assert_int_equal(name##_recv(&r, &out.v), WEFT_OK);                       \
			assert_memory_equal(&out.v, &in.v, sizeof(T));                            \
			assert_int_equal(out.guard, 0xee);                                        \
		}                                                                                 \
		name##_unsubscribe(&r);                                                           \
		name##_fini(&b);                                                                  \
	}
SIZE_TEST(chars, char)
SIZE_TEST(odds, struct odd)
SIZE_TEST(pages, struct page)
SIZE_TEST(wides, struct wide)

static void
values_of_any_size_and_alignment(void **state)
{
	(void)state;
	for (size_t c = 0; c < WEFT_COUNT(capacities); c++) {
		carries_chars(capacities[c]);
		carries_odds(capacities[c]);
		carries_pages(capacities[c]);
		carries_wides(capacities[c]);
	}
}

/* Values that own something. */

static void
wide_drop(struct wide *v)
{
	assert_int_equal((uintptr_t)v % alignof(struct wide), 0);
	v->f[0]--;
}

static void
wide_copy(struct wide *to, const struct wide *from)
{
	assert_int_equal((uintptr_t)to % alignof(struct wide), 0);
	assert_int_equal((uintptr_t)from % alignof(struct wide), 0);
	*to = *from;
}
WEFT_BROADCAST(own_wides, struct wide, wide_drop, wide_copy);

static void
copy_and_drop_get_aligned_values(void **state)
{
	own_wides b;
	own_wides_reader r[2];
	struct wide v = { { 0 } }, got;

	(void)state;
	assert_int_equal(own_wides_init(&b, 3), WEFT_OK);
	own_wides_subscribe(&b, &r[0]);
	own_wides_subscribe(&b, &r[1]);
	for (int n = 0; n < 20; n++) {
		for (int i = 0; i < 64; i++)
			v.f[i] = (float)(n * 64 + i);
		assert_int_equal(own_wides_send(&b, v), WEFT_OK);
		for (int i = 0; i < 2 && n % 7 < 3; i++) {
			assert_int_equal(own_wides_recv(&r[i], &got), WEFT_OK);
			if (own_wides_lag(&r[i]) == 0)
				assert_memory_equal(&got, &v, sizeof got);
		}
	}
	own_wides_unsubscribe(&r[0]);
	own_wides_unsubscribe(&r[1]);
	own_wides_fini(&b);
}

/* All that the tests of ownership need: a broadcast and its objects. */
struct owners {
	objects b;
	objects_reader r[3];
	struct object o[64];
};

static void
owners_open(struct owners *w, size_t capacity, bool lossless, int readers)
{
	weft_broadcast_options options = { .capacity = capacity, .lossless = lossless };

	memset(w, 0, sizeof *w);
	for (size_t i = 0; i < WEFT_COUNT(w->o); i++)
		w->o[i].number = i;
	assert_int_equal(objects_init_with(&w->b, &options), WEFT_OK);
	for (int i = 0; i < readers; i++)
		objects_subscribe(&w->b, &w->r[i]);
}

static void
owner_sends(struct owners *w, uint64_t from, uint64_t to)
{
	for (; from < to; from++)
		assert_int_equal(objects_send(&w->b, &w->o[from]), WEFT_OK);
}

/* The reader gets its own of object n, and keeps it. */
static void
owner_gets(struct owners *w, int reader, uint64_t n)
{
	struct object *got = NULL;

	assert_int_equal(objects_try_recv(&w->r[reader], &got), WEFT_OK);
	assert_ptr_equal(got, &w->o[n]);
}

static void
has(struct owners *w, uint64_t n, int copies, int drops)
{
	assert_int_equal(w->o[n].copies, copies);
	assert_int_equal(w->o[n].drops, drops);
}

static void
each_reader_gets_a_copy_and_the_last_one_the_broadcasts_own(void **state)
{
	struct owners w;

	(void)state;
	for (int lossless = 0; lossless < 2; lossless++) {
		owners_open(&w, 4, lossless, 3);
		owner_sends(&w, 0, 4);
		for (uint64_t n = 0; n < 4; n++) {
			owner_gets(&w, 0, n);
			has(&w, n, 1, 0);
		}
		for (uint64_t n = 0; n < 4; n++) {
			owner_gets(&w, 1, n);
			owner_gets(&w, 2, n);
			has(&w, n, 2, 0);
		}
		for (int i = 0; i < 3; i++)
			objects_unsubscribe(&w.r[i]);
		objects_fini(&w.b);
		for (uint64_t n = 0; n < 4; n++)
			has(&w, n, 2, 0);
	}
}

static void
one_reader_costs_no_copy(void **state)
{
	struct owners w;

	(void)state;
	owners_open(&w, 2, false, 1);
	for (uint64_t n = 0; n < 10; n++) {
		owner_sends(&w, n, n + 1);
		owner_gets(&w, 0, n);
		has(&w, n, 0, 0);
	}
	objects_unsubscribe(&w.r[0]);
	objects_fini(&w.b);
}

static void
what_a_slow_reader_lost_is_dropped_once(void **state)
{
	struct owners w;

	(void)state;
	owners_open(&w, 3, false, 2);
	for (uint64_t n = 0; n < 10; n++) {
		owner_sends(&w, n, n + 1);
		owner_gets(&w, 0, n);
		has(&w, n, 1, 0);
		if (n >= 3)
			has(&w, n - 3, 1, 1);
	}
	assert_int_equal(objects_missed(&w.r[1]), 7);
	owner_gets(&w, 1, 7);
	has(&w, 7, 1, 0);           /* it was for nobody else any more: not copied */
	objects_unsubscribe(&w.r[1]);
	has(&w, 8, 1, 1);
	has(&w, 9, 1, 1);
	objects_unsubscribe(&w.r[0]);
	objects_fini(&w.b);
	has(&w, 7, 1, 0);
}

static void
what_nobody_was_subscribed_for_is_dropped_at_once(void **state)
{
	struct owners w;

	(void)state;
	for (int lossless = 0; lossless < 2; lossless++) {
		owners_open(&w, 2, lossless, 0);
		for (uint64_t n = 0; n < 6; n++) {
			owner_sends(&w, n, n + 1);
			has(&w, n, 0, 1);
		}
		objects_fini(&w.b);
		has(&w, 5, 0, 1);
	}
}

static void
unsubscribe_gives_up_what_was_on_its_way(void **state)
{
	struct owners w;

	(void)state;
	for (int lossless = 0; lossless < 2; lossless++) {
		owners_open(&w, 8, lossless, 3);
		owner_sends(&w, 0, 6);
		owner_gets(&w, 0, 0);
		owner_gets(&w, 0, 1);
		owner_gets(&w, 1, 0);
		objects_unsubscribe(&w.r[2]);
		has(&w, 0, 2, 1);           /* the other two had got copies */
		has(&w, 1, 1, 0);
		objects_unsubscribe(&w.r[0]);
		has(&w, 1, 1, 0);
		owner_gets(&w, 1, 1);
		has(&w, 1, 1, 0);           /* the last one's is the broadcast's own */
		objects_close(&w.b);
		owner_gets(&w, 1, 2);
		objects_unsubscribe(&w.r[1]);
		has(&w, 2, 0, 0);
		for (uint64_t n = 3; n < 6; n++)
			has(&w, n, 0, 1);
		objects_fini(&w.b);
	}
}

static void
a_long_lag_is_given_up_too(void **state)
{
	objects b;
	objects_reader r[2];
	struct object o = { 0, 0, 0 }, *got;
	int sent = 500, read = 70;

	(void)state;
	assert_int_equal(objects_init(&b, 300), WEFT_OK);
	objects_subscribe(&b, &r[0]);
	objects_subscribe(&b, &r[1]);
	for (int i = 0; i < sent; i++)
		assert_int_equal(objects_send(&b, &o), WEFT_OK);
	assert_int_equal(o.drops, 200);
	for (int i = 0; i < read; i++)
		assert_int_equal(objects_recv(&r[0], &got), WEFT_OK);
	objects_unsubscribe(&r[1]);
	assert_int_equal(o.drops, 200 + read);
	objects_unsubscribe(&r[0]);
	assert_int_equal(o.drops, sent);
	assert_int_equal(o.copies, read);
	objects_fini(&b);
}

static void
a_failed_send_leaves_the_value_with_its_sender(void **state)
{
	struct owners w;

	(void)state;
	owners_open(&w, 2, true, 1);
	owner_sends(&w, 0, 2);
	assert_int_equal(objects_try_send(&w.b, &w.o[2]), WEFT_FULL);
	assert_int_equal(objects_send_until(&w.b, &w.o[2], soon()), WEFT_TIMEOUT);
	objects_close(&w.b);
	assert_int_equal(objects_send(&w.b, &w.o[2]), WEFT_CLOSED);
	has(&w, 2, 0, 0);
	objects_unsubscribe(&w.r[0]);
	assert_int_equal(objects_send(&w.b, &w.o[2]), WEFT_CLOSED);
	has(&w, 2, 0, 0);
	objects_fini(&w.b);
	has(&w, 0, 0, 1);
	has(&w, 1, 0, 1);
}

/* What cannot be, and what is not there. */

static void
some_copy(void *to, const void *from)
{
	*(char *)to = *(const char *)from;
}

static void
some_drop(void *v)
{
	*(char *)v = 0;
}

static void
init_refuses_what_cannot_be(void **state)
{
	weft_broadcast b;
	weft_broadcast_options none = { .capacity = 0 };
	weft_type type = { "t", 8, 8, NULL };

	(void)state;
	assert_int_equal(weft_broadcast_init(&b, &type, NULL, 0), WEFT_INVALID);
	assert_int_equal(weft_broadcast_init_with(&b, &type, NULL, NULL), WEFT_INVALID);
	assert_int_equal(weft_broadcast_init_with(&b, &type, NULL, &none), WEFT_INVALID);
	for (int bits = 0; bits < 2; bits++) {
		size_t most = SIZE_MAX >> bits;

		assert_int_equal(weft_broadcast_init(&b, &type, NULL, most), WEFT_INVALID);
		assert_int_equal(weft_broadcast_init(&b, &type, NULL, most / 16), WEFT_INVALID);
	}
	for (size_t size = 0; size < 3; size++) {
		type.size = (size_t[]){ 0, 12, SIZE_MAX - 7 }[size];
		assert_int_equal(weft_broadcast_init(&b, &type, NULL, 1), WEFT_INVALID);
	}
	type.size = 12;
	for (size_t align = 0; align < 7; align += 3) {
		type.align = align;
		assert_int_equal(weft_broadcast_init(&b, &type, NULL, 1), WEFT_INVALID);
	}
	/* Both or neither. */
	type = (weft_type){ "t", 8, 8, NULL };
	assert_int_equal(weft_broadcast_init(&b, &type, some_copy, 1), WEFT_INVALID);
	type.drop = some_drop;
	assert_int_equal(weft_broadcast_init(&b, &type, NULL, 1), WEFT_INVALID);
	assert_int_equal(weft_broadcast_init(&b, &type, some_copy, 1), WEFT_OK);
	weft_broadcast_fini(&b);
}

static void
without_memory_init_says_so_and_holds_none(void **state)
{
	struct test_memory memory = TEST_MEMORY;
	weft_allocator allocator = test_allocator(&memory);
	weft_broadcast_options options = { .capacity = 9, .allocator = &allocator };
	long at = 0;

	(void)state;
	for (;; at++) {
		objects b;
		objects_reader r;
		struct object o = { 0, 0, 0 };

		memory = (struct test_memory)TEST_MEMORY;
		memory.fail_at = at;
		if (objects_init_with(&b, &options) == WEFT_OK) {
			/* And no call after it needs any. */
			memory.fail_at = memory.calls;
			memory.and_later = true;
			objects_subscribe(&b, &r);
			for (int i = 0; i < 20; i++)
				assert_int_equal(objects_send(&b, &o), WEFT_OK);
			objects_unsubscribe(&r);
			objects_fini(&b);
			assert_int_equal(o.drops, 20);
			assert_int_equal(memory.out, 0);
			break;
		}
		assert_int_equal(memory.out, 0);
	}
	assert_int_equal(at, 1);
}

/* Misuse. */

static nums misused;
static nums_reader misused_reader;

static void
fini_with_a_reader(void *arg)
{
	(void)arg;
	weft_must(nums_init(&misused, 2));
	nums_subscribe(&misused, &misused_reader);
	nums_fini(&misused);
}

static void
subscribe_twice(void *arg)
{
	nums_reader other;

	(void)arg;
	weft_must(nums_init(&misused, 2));
	nums_subscribe(&misused, &misused_reader);
	nums_subscribe(&misused, &other);
	nums_subscribe(&misused, &misused_reader);
}

/* Each call on what is not subscribed, or not there, by number. */
static void
on_no_reader(void *arg)
{
	uint64_t v = 0;

	weft_must(nums_init(&misused, 2));
	nums_subscribe(&misused, &misused_reader);
	nums_unsubscribe(&misused_reader);
	switch (*(int *)arg) {
	case 0: weft_ignore(nums_recv(&misused_reader, &v)); break;
	case 1: weft_ignore(nums_try_recv(&misused_reader, &v)); break;
	case 2: weft_ignore(nums_recv_until(&misused_reader, &v, past())); break;
	case 3: nums_unsubscribe(&misused_reader); break;
	case 4: (void)nums_missed(&misused_reader); break;
	case 5: (void)nums_lag(&misused_reader); break;
	default: break;
	}
}

static void
on_a_copied_reader(void *arg)
{
	nums_reader moved;
	uint64_t v;

	(void)arg;
	weft_must(nums_init(&misused, 2));
	nums_subscribe(&misused, &misused_reader);
	moved = misused_reader;
	weft_ignore(nums_try_recv(&moved, &v));
}

static void
on_no_broadcast(void *arg)
{
	nums copied;

	weft_must(nums_init(&misused, 2));
	copied = misused;
	if (*(int *)arg % 2 == 0) {
		nums_fini(&misused);
		copied = misused;
	}
	switch (*(int *)arg / 2) {
	case 0: weft_ignore(nums_send(&copied, 1)); break;
	case 1: weft_ignore(nums_try_send(&copied, 1)); break;
	case 2: weft_ignore(nums_send_until(&copied, 1, past())); break;
	case 3: nums_close(&copied); break;
	case 4: nums_subscribe(&copied, &misused_reader); break;
	case 5: (void)nums_capacity(&copied); break;
	case 6: (void)nums_is_closed(&copied); break;
	case 7: (void)nums_readers(&copied); break;
	default: nums_fini(&copied); break;
	}
}

static void
misuse_stops_the_program_with_a_sentence(void **state)
{
	static const char *const calls[] = { "send to a broadcast", "try_send to a broadcast",
		"send_until to a broadcast", "close of a broadcast", "subscribe to a broadcast",
		"capacity of a broadcast", "is_closed of a broadcast", "readers of a broadcast",
		"fini of a broadcast" };
	static const char *const reads[] = { "recv from a broadcast", "try_recv from a broadcast",
		"recv_until from a broadcast", "unsubscribe from a broadcast", "missed of a reader",
		"lag of a reader" };
	char sentence[160];

	(void)state;
	assert_aborts(fini_with_a_reader, NULL,
	    "weft: fini of a broadcast: a reader is still subscribed: unsubscribe each one first");
	assert_aborts(subscribe_twice, NULL,
	    "weft: subscribe to a broadcast: this reader is subscribed already: give each its "
	    "own, or unsubscribe it first");
	assert_aborts(on_a_copied_reader, NULL,
	    "weft: try_recv from a broadcast: the reader is not subscribed, or is a copy: "
	    "subscribe it first, and use it where it stands");
	for (int i = 0; i < (int)WEFT_COUNT(reads); i++) {
		snprintf(sentence, sizeof sentence, "weft: %s: the reader is not subscribed",
		    reads[i]);
		assert_aborts(on_no_reader, &i, sentence);
	}
	for (int i = 0; i < 2 * (int)WEFT_COUNT(calls); i++) {
		snprintf(sentence, sizeof sentence, "weft: %s: the object was not initialised",
		    calls[i / 2]);
		assert_aborts(on_no_broadcast, &i, sentence);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reader_sees_every_value_once_in_order),
		cmocka_unit_test(a_slow_reader_loses_the_oldest_and_is_told_how_many),
		cmocka_unit_test(a_late_joiner_starts_at_the_next_value),
		cmocka_unit_test(close_drains),
		cmocka_unit_test(until_waits_to_its_deadline_and_no_longer),
		cmocka_unit_test(lossless_is_full_for_the_slowest_reader),
		cmocka_unit_test(values_of_any_size_and_alignment),
		cmocka_unit_test(copy_and_drop_get_aligned_values),
		cmocka_unit_test(each_reader_gets_a_copy_and_the_last_one_the_broadcasts_own),
		cmocka_unit_test(one_reader_costs_no_copy),
		cmocka_unit_test(what_a_slow_reader_lost_is_dropped_once),
		cmocka_unit_test(what_nobody_was_subscribed_for_is_dropped_at_once),
		cmocka_unit_test(unsubscribe_gives_up_what_was_on_its_way),
		cmocka_unit_test(a_long_lag_is_given_up_too),
		cmocka_unit_test(a_failed_send_leaves_the_value_with_its_sender),
		cmocka_unit_test(init_refuses_what_cannot_be),
		cmocka_unit_test(without_memory_init_says_so_and_holds_none),
		cmocka_unit_test(misuse_stops_the_program_with_a_sentence),
	};

	alarm(120);
	return cmocka_run_group_tests_name("broadcast", tests, NULL, NULL);
}
