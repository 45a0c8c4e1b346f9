/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * mandelbrot.c: draws the Mandelbrot set, a row a chunk, into a PPM file.
 *
 * Rows differ a hundredfold in what they cost. Nobody has to say how to share them out.
 */
#include <stdio.h>
#include <string.h>
#include <weft/par.h>

enum { WIDTH = 480, HEIGHT = 320, LIMIT = 500 };

typedef struct pixel {
	unsigned char r, g, b;
} pixel;

struct view {
	double left, top, step;
};

static int
escape(double x, double y)
{
	double a = 0, b = 0;
	int n = 0;

	for (; n < LIMIT && a * a + b * b < 4; n++) {
		double next = a * a - b * b + x;

		b = 2 * a * b + y;
		a = next;
	}
	return n;
}

static void
draw_row(pixel *row, size_t len, size_t first, const struct view *v)
{
	double y = v->top + v->step * (double)(first / WIDTH);

	for (size_t i = 0; i < len; i++) {
		int n = escape(v->left + v->step * (double)i, y);

		row[i] = n == LIMIT ? (pixel){ 0, 0, 0 } :
		    (pixel){ (unsigned char)(n * 7), (unsigned char)(n * 3), 255 };
	}
}
WEFT_PAR_CHUNKS(draw, pixel, draw_row, struct view);

static bool
is_inside(const pixel *p)
{
	return p->b == 0;
}
WEFT_PAR_FILTER(inside, pixel, is_inside);

static pixel picture[WIDTH * HEIGHT], again[WIDTH * HEIGHT];

static bool
write_ppm(const char *path)
{
	FILE *f = fopen(path, "wb");
	bool written;

	if (f == NULL)
		return false;
	written = fprintf(f, "P6\n%d %d\n255\n", WIDTH, HEIGHT) > 0 &&
	    fwrite(picture, sizeof picture, 1, f) == 1;
	return fclose(f) == 0 && written;
}

int
main(int argc, char **argv)
{
	const struct view v = { -2, -1, 3.0 / WIDTH };
	const weft_par_options serial = { .serial = true };
	const char *path = argc > 1 ? argv[1] : "mandelbrot.ppm";
	double area;

	draw(NULL, picture, WIDTH * HEIGHT, WIDTH, &v);
	draw(&serial, again, WIDTH * HEIGHT, WIDTH, &v);
	if (memcmp(picture, again, sizeof picture) != 0) {
		printf("the serial loop draws something else\n");
		return 1;
	}
	area = (double)inside_count(NULL, picture, WIDTH * HEIGHT) * v.step * v.step;
	if (!write_ppm(path)) {
		printf("%s cannot be written\n", path);
		return 1;
	}
	printf("%s: %d by %d; the set has an area of about %.2f\n", path, WIDTH, HEIGHT, area);
	return area > 1.49 && area < 1.55 ? 0 : 1;   /* it is known to be 1.507 */
}
