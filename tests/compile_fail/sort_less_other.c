/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sort_less_other.c: an order's function compares values of another type. */
/*
 * any: by_code: older must be: bool older\(struct event const \*, struct event const \*\)
 */
#include <weft/sort.h>

struct event {
	int code;
};

struct other {
	int age;
};

static bool
less_code(const struct event *a, const struct event *b)
{
	return a->code < b->code;
}

static bool
older(const struct other *a, const struct other *b)
{
	return a->age > b->age;
}

#ifdef RIGHT
WEFT_SORT(by_code, struct event, less_code);
#else
WEFT_SORT(by_code, struct event, older);
#endif

void
sort_all(struct event *v, size_t n)
{
	(void)less_code;
	(void)older;
	by_code_sort(NULL, v, n);
}
