/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bench_broadcast.c: weft's broadcast, lossless; OWNS: values that are dropped and copied. */
#include "broadcast_work.h"

#include <weft/broadcast.h>

#ifdef OWNS
static void
number_drop(uint64_t *v)
{
	(void)v;
}

static void
number_copy(uint64_t *to, const uint64_t *from)
{
	*to = *from;
}
WEFT_BROADCAST(numbers, uint64_t, number_drop, number_copy);
#else
WEFT_BROADCAST(numbers, uint64_t);
#endif

struct broadcast {
	numbers b;
};

struct reader {
	numbers_reader r;
};

static void
broadcast_open(struct broadcast *b, size_t capacity)
{
	weft_broadcast_options options = { .capacity = capacity, .lossless = true };

	weft_must(numbers_init_with(&b->b, &options));
}

static void
broadcast_join(struct broadcast *b, struct reader *r)
{
	numbers_subscribe(&b->b, &r->r);
}

static inline void
broadcast_send(struct broadcast *b, uint64_t v)
{
	if (numbers_send(&b->b, v) != WEFT_OK)
		bench_die("a send failed");
}

static inline uint64_t
broadcast_recv(struct reader *r)
{
	uint64_t v;

	if (numbers_recv(&r->r, &v) != WEFT_OK)
		bench_die("a recv failed");
	return v;
}

static void
broadcast_leave(struct reader *r)
{
	numbers_unsubscribe(&r->r);
}

static void
broadcast_close(struct broadcast *b)
{
	numbers_fini(&b->b);
}

#include "broadcast_main.h"
