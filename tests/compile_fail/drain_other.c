/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* drain_other.c: drain is given a function of another shape. */
/*
 * gcc: passing argument 2 of 'ring_drain' from incompatible pointer type
 * clang: incompatible function pointer types passing 'void \(struct other \*, void \*\)'
 * g++: invalid conversion from 'void \(\*\)\(other\*, void\*\)' to 'void \(\*\)\(event\*, void\*\)'
 * clang++: no known conversion from 'void \(struct other \*, void \*\)' to
 */
#include <weft/array_queue.h>

struct event {
	int code;
};

struct other {
	double price;
};

WEFT_ARRAY_QUEUE(ring, struct event);

static void
print_event(struct event *e, void *ctx)
{
	(void)ctx;
	printf("%d\n", e->code);
}

static void
print_other(struct other *o, void *ctx)
{
	(void)ctx;
	printf("%g\n", o->price);
}

size_t
print_all(ring *q)
{
	(void)print_event;
	(void)print_other;
#ifdef RIGHT
	return ring_drain(q, print_event, NULL);
#else
	return ring_drain(q, print_other, NULL);
#endif
}
