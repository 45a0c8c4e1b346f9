/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_endless_loop.c: a program that computes for ever. */
/* expect: refused: loop */
static volatile unsigned sink;

int
main(void)
{
	unsigned x = 1;

	while (x != 0) {
		x = x * 2 + 1;
		__asm__ volatile("" : "+r"(x));
	}
	sink = x;
	return 0;
}
