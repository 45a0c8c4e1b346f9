/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sort.c: how a sort begins: on which threads, divided how finely; and what is misuse. */
#include "sort_core.h"

void
sort_check(const struct sort_call *c, const void *v, size_t n)
{
	if (c->order->size == 0)
		weft_misuse_(c->name, "an element has no size: pass the size of one");
	if (n > PTRDIFF_MAX / c->order->size)
		weft_misuse_(c->name,
		    "n elements are more than memory can hold: pass how many there are");
	if (v == NULL && n > 0)
		weft_misuse_(c->name, "NULL with n > 0: pass the elements");
}

void
sort_check_apart(const struct sort_call *c, const void *out, size_t n, const void *in, size_t n_in)
{
	uintptr_t a = (uintptr_t)out, b = (uintptr_t)in, size = c->order->size;

	if (n > 0 && n_in > 0 && a < b + n_in * size && b < a + n * size)
		weft_misuse_(c->name, "out overlaps what it is made from: give it room of its own");
}

void
sort_begin(struct sort_call *c, const weft_par_options *how, size_t n, size_t grain,
    void (*fn)(void *ctx), void *ctx)
{
	weft_pool *pool = how != NULL ? how->pool : NULL;

	c->cancel = how != NULL ? how->cancel : NULL;
	c->threads = 1;
	c->grain = c->share = n;
	if (how != NULL && how->grain > grain)
		grain = how->grain;
	if (n > grain && !(how != NULL && how->serial)) {
		c->threads = weft_pool_threads(pool);
		if (c->threads > 1) {
			c->grain = grain;
			c->share = n / c->threads + n / c->threads / 4;
		}
	}
	if (pool != NULL && c->threads > 1)
		weft_pool_run(pool, fn, ctx);
	else
		fn(ctx);
}
