/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* halves.c: two threads add up the halves of an array on main's stack; either may fail. */
#include <stdio.h>
#include <weft/scope.h>

struct part {
	const int *from, *to;
	long sum;                    /* the thread's result */
};

enum { NEGATIVE };

static weft_status
add_up_part(struct part *p)
{
	for (const int *x = p->from; x < p->to; x++) {
		if (*x < 0)
			return weft_user(NEGATIVE);
		p->sum += *x;
	}
	return WEFT_OK;
}
WEFT_THREAD(add_up, struct part, add_up_part);

static weft_status
sum(const int *numbers, size_t n, long *out)
{
	struct part left = { numbers, numbers + n / 2, 0 };
	struct part right = { numbers + n / 2, numbers + n, 0 };
	weft_thread_options options = { .name = "right half" };
	weft_status status;
	WEFT_SCOPE(s);

	/* A spawn that fails is said by join, too. */
	weft_ignore(add_up_spawn(&s, &left));
	weft_ignore(add_up_spawn_with(&s, &right, &options));
	status = weft_scope_join(&s);
	*out = left.sum + right.sum;
	return status;
}

int
main(void)
{
	int numbers[1000];
	long out;

	for (int i = 0; i < 1000; i++)
		numbers[i] = i;
	weft_must(sum(numbers, 1000, &out));
	printf("the sum is %ld\n", out);
	if (out != 499500)
		return 1;
	numbers[700] = -1;
	if (sum(numbers, 1000, &out) != weft_user(NEGATIVE))
		return 1;
	puts("there is a negative number");
	return 0;
}
