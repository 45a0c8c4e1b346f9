/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alloc.c: one way to memory for the whole library, and its account. */
#include <weft/atomic.h>

#include "memory.h"
#include "os.h"

static void *
libc_alloc(size_t size, size_t align, void *ctx)
{
	(void)ctx;
	if (align <= alignof(max_align_t))
		return malloc(size);
	/* aligned_alloc wants a multiple of the alignment. */
	if (size > SIZE_MAX - align)
		return NULL;
	return aligned_alloc(align, (size + align - 1) & ~(align - 1));
}

static void
libc_free(void *p, size_t size, size_t align, void *ctx)
{
	(void)size;
	(void)align;
	(void)ctx;
	free(p);
}

/* Changed by weft_set_allocator only, which is called before any other thread is there. */
static weft_allocator process = { .alloc = libc_alloc, .free = libc_free };

/* The account: each thread that allocates or frees adds to it. */
static weft_atomic_size bytes, peak, blocks;

static void
account_add(size_t size)
{
	if (WEFT_MODEL_)
		return;
	/* relaxed: a count orders nothing else; the same for all of the account. */
	size_t now = weft_fetch_add_relaxed(&bytes, size) + size;
	/* relaxed: a count. */
	size_t most = weft_load_relaxed(&peak);

	/* relaxed: a count. */
	while (most < now && !weft_cas_weak_relaxed(&peak, &most, now))
		;
	/* relaxed: a count. */
	weft_fetch_add_relaxed(&blocks, 1);
}

static void
account_sub(size_t size)
{
	if (WEFT_MODEL_)
		return;
	/* relaxed: a count. */
	weft_fetch_sub_relaxed(&bytes, size);
	/* relaxed: a count. */
	weft_fetch_sub_relaxed(&blocks, 1);
}

static const weft_allocator *
in_force(const weft_allocator *own)
{
	return own == NULL ? &process : own;
}

void *
weft_memory_alloc_(const weft_allocator *own, size_t size, size_t align)
{
	const weft_allocator *a = in_force(own);
	void *p = a->alloc(size, align, a->ctx);

	if (p != NULL)
		account_add(size);
	return p;
}

void
weft_memory_free_(const weft_allocator *own, void *p, size_t size, size_t align)
{
	const weft_allocator *a = in_force(own);

	account_sub(size);
	a->free(p, size, align, a->ctx);
}

static size_t
whole_pages(size_t size)
{
	return (size + WEFT_PAGE - 1) & ~((size_t)WEFT_PAGE - 1);
}

void *
weft_memory_pages_(const weft_allocator *own, size_t size)
{
	const weft_allocator *a = in_force(own);
	void *p;

	if (size > SIZE_MAX - WEFT_PAGE)
		return NULL;
	size = whole_pages(size);
	p = a->page_alloc != NULL ? a->page_alloc(size, a->ctx) : weft_os_pages(size);
	if (p != NULL)
		account_add(size);
	return p;
}

void
weft_memory_pages_free_(const weft_allocator *own, void *p, size_t size)
{
	const weft_allocator *a = in_force(own);

	size = whole_pages(size);
	account_sub(size);
	if (a->page_free != NULL)
		a->page_free(p, size, a->ctx);
	else
		weft_os_pages_free(p, size);
}

bool
weft_memory_pages_discard_(const weft_allocator *own, void *p, size_t size)
{
	const weft_allocator *a = in_force(own);

	size = whole_pages(size);
	return a->page_discard != NULL ? a->page_discard(p, size, a->ctx)
				       : weft_os_pages_discard(p, size);
}

bool
weft_memory_is_whole_(const weft_allocator *a)
{
	bool first = a->page_alloc != NULL;

	return a->alloc != NULL && a->free != NULL && (a->page_free != NULL) == first &&
	    (a->page_discard != NULL) == first;
}

bool
weft_set_allocator(const weft_allocator *a)
{
	if (a == NULL || !weft_memory_is_whole_(a))
		weft_misuse_("weft_set_allocator",
		    "give an allocator with alloc and free, and all three page hooks or none");
	/* relaxed: only calls that this one must precede change it. */
	if (weft_load_relaxed(&blocks) != 0)
		return false;
	process = *a;
	return true;
}

void *
weft_alloc(size_t size, size_t align)
{
	if (size == 0 || align == 0 || (align & (align - 1)) != 0)
		weft_misuse_("weft_alloc", "size is at least 1, align a power of two");
	return weft_memory_alloc_(NULL, size, align);
}

void
weft_free(void *p, size_t size, size_t align)
{
	if (p != NULL)
		weft_memory_free_(NULL, p, size, align);
}

weft_alloc_stats
weft_alloc_usage(void)
{
	weft_alloc_stats s;

	/* relaxed: three counts, each right by itself. */
	s.bytes = weft_load_relaxed(&bytes);
	s.peak_bytes = weft_load_relaxed(&peak);
	s.blocks = weft_load_relaxed(&blocks);
	return s;
}
