/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sort_key_other.c: a key of another type than the order was told. */
/*
 * any: by_price: price_of must be: double price_of\(struct item const \*\)
 */
#include <weft/sort.h>

struct item {
	double price;
};

#ifdef RIGHT
static double
#else
static float
#endif
price_of(const struct item *i)
{
	return i->price > 0 ? 1 : 0;
}

WEFT_SORT_KEY(by_price, struct item, double, price_of);

void
sort_all(struct item *v, size_t n)
{
	by_price_sort(NULL, v, n);
}
