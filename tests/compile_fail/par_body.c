/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* par_body.c: a loop over a function that takes its item by value. */
/*
 * any: norms: norm must be: float norm\(struct vec const \*\)
 */
#include <weft/par.h>

struct vec {
	float x, y;
};

#ifdef RIGHT
static float
norm(const struct vec *v)
{
	return v->x + v->y;
}
#else
static float
norm(struct vec v)
{
	return v.x + v.y;
}
#endif
WEFT_PAR_MAP(norms, float, struct vec, norm);
