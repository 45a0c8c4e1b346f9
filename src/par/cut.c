/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* cut.c: a range cut into blocks: their size, and what the caller's options mean then. */
#include "cut.h"

/* More blocks a thread balance better, and cost more calls. */
#define BLOCKS_A_THREAD 32
/* So that a block, and what it writes, is in the cache still when a second pass comes. */
#define BLOCK_MAX 16384

static void
tell(size_t done, size_t count, void *ctx)
{
	const weft_cut_ *b = ctx;
	size_t at = done < count ? b->first + done * b->size : b->n;
	size_t whole = b->n / b->passes;

	at = at < b->n ? whole * b->pass + at / b->passes
	     : b->pass + 1 < b->passes ? whole * (b->pass + 1)
	                               : b->n;
	b->progress(at, b->n, b->progress_ctx);
}

static size_t
rounded_up(size_t n, size_t size)
{
	return n / size + (n % size != 0);
}

void
weft_cut_init_(weft_cut_ *b, const weft_par_options *how, size_t first, size_t n, size_t size,
    unsigned passes)
{
	static const weft_par_options usual;

	b->how = how != NULL ? *how : usual;
	b->first = first;
	b->n = n;
	b->size = size;
	b->count = rounded_up(n - first, size);
	b->pass = 0;
	b->passes = passes;
	b->progress = b->how.progress;
	b->progress_ctx = b->how.progress_ctx;
	b->how.grain = rounded_up(b->how.grain, size);
	if (b->how.max_grain != 0)
		b->how.max_grain = b->how.max_grain > size ? b->how.max_grain / size : 1;
	if (b->progress == NULL)
		return;
	b->how.progress = tell;
	b->how.progress_ctx = b;
	/* Over two passes, each item counts for half. */
	b->how.progress_every = rounded_up(b->how.progress_every, size) * passes;
}

size_t
weft_cut_clamp_(const weft_par_options *how, size_t size)
{
	if (how != NULL && size < how->grain)
		size = how->grain;
	if (how != NULL && how->max_grain != 0 && size > how->max_grain)
		size = how->max_grain;
	return size != 0 ? size : 1;
}

size_t
weft_cut_size_(const weft_par_options *how, size_t n, size_t unit)
{
	size_t size = n / BLOCKS_A_THREAD / weft_range_threads_(how);

	size = weft_cut_clamp_(how, size < BLOCK_MAX ? size : BLOCK_MAX);
	return rounded_up(size, unit) * unit;
}
