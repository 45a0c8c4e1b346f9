/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* first.c: the first program of a user's, in C and in C++: one thread sends, one adds up. */
#include <pthread.h>
#include <stdio.h>
#include <weft/array_queue.h>
#include <weft/time.h>

#define LAST 100000u

WEFT_ARRAY_QUEUE(numbers, uint64_t);

static numbers queue;

static void *
send_all(void *arg)
{
	for (uint64_t i = 1; i <= LAST;)
		if (numbers_push(&queue, i))
			i++;
	return arg;
}

int
main(void)
{
	uint64_t number = 0, sum = 0, want = (uint64_t)LAST * (LAST + 1) / 2;
	weft_time start = weft_now();
	pthread_t sender;

	weft_must(numbers_init(&queue, 64));
	if (pthread_create(&sender, NULL, send_all, NULL) != 0)
		return 1;
	while (number < LAST)
		if (numbers_pop(&queue, &number))
			sum += number;
	pthread_join(sender, NULL);
	numbers_fini(&queue);
	printf("%s after %lld ns\n", sum == want ? "the sum is right" : "THE SUM IS WRONG",
	    (long long)weft_time_since(weft_now(), start));
	return sum == want ? 0 : 1;
}
