/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_bit_fields.c: two bit-fields of one word are one place in memory. */
/* expect: race */
#include <pthread.h>

struct flags {
	unsigned mine : 4;
#ifdef RIGHT
	unsigned : 0; /* what follows is a place of its own */
#endif
	unsigned yours : 4;
};

static struct flags flags;

static void *
set_mine(void *arg)
{
	flags.mine = 1;
	return arg;
}

static void *
set_yours(void *arg)
{
	flags.yours = 2;
	return arg;
}

int
main(void)
{
	pthread_t one, other;

	pthread_create(&one, NULL, set_mine, NULL);
	pthread_create(&other, NULL, set_yours, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return flags.mine + flags.yours != 3;
}
