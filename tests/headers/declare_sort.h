/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* declare_sort.h: every order, over functions and types of any name. */
#include <weft/sort.h>

/* Types and functions that have the names that a macro's own things might have. */
struct acc {
	int at;
};
typedef struct acc n;
typedef n *v;
struct wide {
	alignas(64) double f[40];
};

static bool as(const int *x, const int *y) { return *x < *y; }
static bool small(n const *x, n const *y) { return x->at < y->at; }
static bool limit(v const *x, v const *y) { return (*x)->at < (*y)->at; }
static bool equal(const char *const *x, const char *const *y) { return **x < **y; }
static bool by(const struct wide *x, const struct wide *y) { return x->f[0] < y->f[0]; }
static int key(n const *x) { return x->at; }
static double how(const struct wide *x) { return x->f[0]; }
static float spare(const char *const *x) { return (float)**x; }
static unsigned char out(const int *x) { return (unsigned char)*x; }
static n pairs(v const *x) { return **x; }

WEFT_SORT(ints, int, as);
WEFT_SORT(structs, n, small);
WEFT_SORT(pointers, v, limit);
WEFT_SORT(texts, const char *, equal);
WEFT_SORT(wides, struct wide, by);
WEFT_SORT_KEY(structs_by_int, n, int, key);
WEFT_SORT_KEY(wides_by_double, struct wide, double, how);
WEFT_SORT_KEY(texts_by_float, const char *, float, spare);
WEFT_SORT_KEY(ints_by_byte, int, unsigned char, out);
WEFT_SORT_CACHED(pointers_by_struct, v, n, pairs, small);
WEFT_SORT_CACHED(structs_by_cached, n, int, key, as);

#define USE(name)                                                                                 \
	(void)&name##_sort, (void)&name##_sort_stable, (void)&name##_is_sorted,                   \
	    (void)&name##_merge, (void)&name##_unique, (void)&name##_nth, (void)&name##_top,      \
	    (void)&name##_min, (void)&name##_max, (void)&name##_lower

extern void use_sort(void);
void
use_sort(void)
{
	USE(ints);
	USE(structs);
	USE(pointers);
	USE(texts);
	USE(wides);
	USE(structs_by_int);
	USE(wides_by_double);
	USE(texts_by_float);
	USE(ints_by_byte);
	USE(pointers_by_struct);
	USE(structs_by_cached);
}
