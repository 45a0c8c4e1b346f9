/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* declare_par.h: every loop, with and without a context, over functions and types of any name. */
#include <weft/par.h>

/* Types and functions that have the names that a macro's own things might have. */
struct acc {
	int at;
};
typedef struct acc n;
typedef n *out_ptr;

static int in(const int *p) { return *p + 1; }
static int in_of(const int *p, const struct acc *ctx) { return *p + ctx->at; }
static int sum(int x, int y) { return x + y; }
static bool keep(const int *p) { return *p != 0; }
static bool keep_of(const int *p, const struct acc *ctx) { return *p != ctx->at; }
static void i(size_t z) { (void)z; }
static void i_of(size_t z, const struct acc *ctx) { (void)z, (void)ctx; }
static void out(int *p) { *p = 0; }
static void out_of(int *p, const struct acc *ctx) { *p = ctx->at; }
static void at(int *p, size_t k) { *p = (int)k; }
static void at_of(int *p, size_t k, const struct acc *ctx) { *p = (int)k + ctx->at; }
static int a(const int *p, const char *q) { return *p + *q; }
static int a_of(const int *p, const char *q, const struct acc *ctx) { return *p + *q + ctx->at; }
static int b(const int *p, const char *q, n const *r) { return *p + *q + r->at; }
static int
b_of(const int *p, const char *q, n const *r, const struct acc *ctx)
{
	return *p + *q + r->at + ctx->at;
}
static void chunk(int *p, size_t len, size_t first) { *p = (int)(len + first); }
static void
chunk_of(int *p, size_t len, size_t first, const struct acc *ctx)
{
	*p = (int)(len + first) + ctx->at;
}
static int width(const int *p, size_t w) { return p[w - 1]; }
static int width_of(const int *p, size_t w, const struct acc *ctx) { return p[w - 1] + ctx->at; }
static void make(struct acc *x) { x->at = 0; }
static void step(struct acc *x, const int *p) { x->at += *p; }
static void step_of(struct acc *x, const int *p, const struct acc *ctx) { x->at += *p + ctx->at; }
static void merge(struct acc *x, struct acc *y) { x->at += y->at; }
static bool less(const int *x, const int *y) { return *x < *y; }
static size_t flat(const int *p, char *q) { return q != NULL ? (size_t)*p : 1; }
static size_t
flat_of(const int *p, char *q, const struct acc *ctx)
{
	return q != NULL ? (size_t)*p : (size_t)ctx->at;
}
static size_t bin(const int *p) { return *p != 0; }
static size_t bin_of(const int *p, const struct acc *ctx) { return *p != ctx->at; }
static weft_status s(size_t z) { return z != 1 ? WEFT_OK : WEFT_BUSY; }
static weft_status s_of(size_t z, const n *ctx) { return ctx->at != (int)z ? WEFT_OK : WEFT_BUSY; }
static weft_status e(int *p) { return *p != 0 ? WEFT_OK : WEFT_BUSY; }
static weft_status e_of(int *p, const n *ctx) { return *p != ctx->at ? WEFT_OK : WEFT_BUSY; }
static weft_status m(char *q, const int *p) { return *q = (char)(*p & 7), WEFT_OK; }
static weft_status
m_of(char *q, const int *p, const n *ctx)
{
	return *q = (char)((*p & 7) | (ctx->at & 1)), WEFT_OK;
}
static const char *name_of(out_ptr const *p) { return (*p)->at != 0 ? "there" : "not there"; }

WEFT_PAR_FOR(f1, i);
WEFT_PAR_FOR(f2, i_of, struct acc);
WEFT_PAR_EACH(each1, int, out);
WEFT_PAR_EACH(each2, int, out_of, n);
WEFT_PAR_EACH_INDEX(index1, int, at);
WEFT_PAR_EACH_INDEX(index2, int, at_of, struct acc);
WEFT_PAR_MAP(map1, int, int, in);
WEFT_PAR_MAP(map2, int, int, in_of, struct acc);
WEFT_PAR_MAP(map3, const char *, out_ptr, name_of);
WEFT_PARMAP(map4, int, int, in);
WEFT_PAR_MAP_IN_PLACE(place1, int, in);
WEFT_PAR_MAP_IN_PLACE(place2, int, in_of, struct acc);
WEFT_PAR_ZIP(zip1, int, int, char, a);
WEFT_PAR_ZIP(zip2, int, int, char, a_of, struct acc);
WEFT_PAR_ZIP3(zip3, int, int, char, n, b);
WEFT_PAR_ZIP3(zip4, int, int, char, n, b_of, struct acc);
WEFT_PAR_CHUNKS(chunks1, int, chunk);
WEFT_PAR_CHUNKS(chunks2, int, chunk_of, struct acc);
WEFT_PAR_WINDOWS(windows1, int, int, width);
WEFT_PAR_WINDOWS(windows2, int, int, width_of, struct acc);
WEFT_PAR_REDUCE(reduce1, int, int, 0, in, sum);
WEFT_PAR_REDUCE(reduce2, int, int, 0, in_of, sum, struct acc);
WEFT_PAR_FOLD(fold1, struct acc, int, make, step, merge);
WEFT_PAR_FOLD(fold2, n, int, make, step_of, merge, struct acc);
WEFT_PAR_SCAN(scan1, int, 0, sum);
WEFT_PAR_FILTER(filter1, int, keep);
WEFT_PAR_FILTER(filter2, int, keep_of, struct acc);
WEFT_PAR_MIN_MAX(ends1, int, less);
WEFT_PAR_FLAT_MAP(flat1, char, int, flat);
WEFT_PAR_FLAT_MAP(flat2, char, int, flat_of, struct acc);
WEFT_PAR_HISTOGRAM(bins1, int, bin);
WEFT_PAR_HISTOGRAM(bins2, int, bin_of, struct acc);
WEFT_PAR_GROUP(group1, int, bin);
WEFT_PAR_GROUP(group2, int, bin_of, struct acc);
WEFT_PAR_TRY_FOR(tryf1, s);
WEFT_PAR_TRY_FOR(tryf2, s_of, struct acc);
WEFT_PAR_TRY_EACH(trye1, int, e);
WEFT_PAR_TRY_EACH(trye2, int, e_of, struct acc);
WEFT_PAR_TRY_MAP(trym1, char, int, m);
WEFT_PAR_TRY_MAP(trym2, char, int, m_of, struct acc);
