/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* own_allocator.c: all of weft from an allocator of one's own, and one queue from another. */
#include <stdio.h>
#include <stdlib.h>
#include <weft/alloc.h>
#include <weft/array_queue.h>
#include <weft/seg_queue.h>

struct arena {
	const char *name;
	size_t used, most;
};

static void *
arena_alloc(size_t size, size_t align, void *ctx)
{
	struct arena *a = ctx;

	a->used += size;
	a->most = a->used > a->most ? a->used : a->most;
	align = align < sizeof(void *) ? sizeof(void *) : align;
	return aligned_alloc(align, (size + align - 1) / align * align);
}

static void
arena_free(void *p, size_t size, size_t align, void *ctx)
{
	struct arena *a = ctx;

	(void)align;
	a->used -= size;
	free(p);
}

WEFT_ARRAY_QUEUE(ring, int);
WEFT_SEG_QUEUE(stream, int);

int
main(void)
{
	struct arena whole = { "everything", 0, 0 }, part = { "the ring", 0, 0 };
	weft_allocator all = { .alloc = arena_alloc, .free = arena_free, .ctx = &whole };
	weft_allocator own = { .alloc = arena_alloc, .free = arena_free, .ctx = &part };
	weft_array_queue_options options = { .capacity = 1000, .allocator = &own };
	stream s;
	ring r;

	if (!weft_set_allocator(&all))
		return 1;
	weft_must(ring_init_with(&r, &options));
	weft_must(stream_init(&s));
	for (int i = 0; i < 10000; i++)
		if (!stream_push(&s, i))
			return 1;
	stream_fini(&s);
	ring_fini(&r);

	printf("%s: at most %zu bytes\n%s: at most %zu bytes\n", whole.name, whole.most, part.name,
	    part.most);
	return whole.used + part.used == 0 && whole.most > 40000 && part.most > 4000 ? 0 : 1;
}
