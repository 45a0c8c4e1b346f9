/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * simd.c: y = a x + y, once as a generated loop, which the compiler turns into vectors, and
 * once with vectors written out, and the scalar remainder that they need.
 *
 * The two come to the same. Vectors by hand pay where the compiler sees no way: here it does.
 */
#include <stdio.h>
#include <string.h>
#include <weft/par.h>

enum { N = 1000003, LANES = 4, CHUNK = 4096 };

/* One of gcc's and clang's own types: four floats, added and multiplied at once. */
typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

struct scale {
	float a;
	const float *x;
};

static float
axpy(const float *x, const float *y, const struct scale *s)
{
	return s->a * *x + *y;
}
WEFT_PAR_ZIP(axpy_generated, float, float, float, axpy, struct scale);

/* A chunk of y: whole vectors, then what is left over. */
static void
axpy_lanes(float *y, size_t len, size_t first, const struct scale *s)
{
	const float *x = s->x + first;
	lanes a = { s->a, s->a, s->a, s->a };
	size_t i = 0;

	for (; i + LANES <= len; i += LANES) {
		lanes vx, vy;

		memcpy(&vx, x + i, sizeof vx);
		memcpy(&vy, y + i, sizeof vy);
		vy = a * vx + vy;
		memcpy(y + i, &vy, sizeof vy);
	}
	for (; i < len; i++)
		y[i] = s->a * x[i] + y[i];
}
WEFT_PAR_CHUNKS(axpy_by_hand, float, axpy_lanes, struct scale);

static float x[N], y[N], z[N];

int
main(void)
{
	const struct scale s = { 3, x };

	/* Whole numbers, so that no compiler's way of rounding matters. */
	for (int i = 0; i < N; i++) {
		x[i] = (float)(i % 1000);
		y[i] = z[i] = (float)(i % 77);
	}
	axpy_generated(NULL, y, x, y, N, &s);
	axpy_by_hand(NULL, z, N, CHUNK, &s);
	for (int i = 0; i < N; i++) {
		if (y[i] != (float)(3 * (i % 1000) + i % 77) || z[i] != y[i]) {
			printf("item %d: generated %g, by hand %g\n", i, (double)y[i],
			    (double)z[i]);
			return 1;
		}
	}
	printf("%d items, the last %d of them one by one: both ways come to the same\n", N,
	    N % CHUNK % LANES);
	return 0;
}
