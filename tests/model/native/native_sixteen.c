/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* native_sixteen.c: a stack of indices with a count beside them, in one 16-byte atomic. */
/* expect: exhaustive */
/* options: -mcx16 */
#include <assert.h>
#include <pthread.h>

/* Index of the node on top and one, or 0; how often it has changed. */
typedef unsigned __int128 top_and_count;
static top_and_count top;
static unsigned next[3];

static void
push(unsigned node)
{
	top_and_count old = __atomic_load_n(&top, __ATOMIC_RELAXED), new;

	do {
		next[node] = (unsigned)old;
		new = ((old >> 64) + 1) << 64 | (node + 1);
	} while (!__atomic_compare_exchange_n(&top, &old, new, 0, __ATOMIC_RELEASE,
	    __ATOMIC_RELAXED));
}

static void *
work(void *arg)
{
	push((unsigned)(unsigned long)arg);
	return arg;
}

int
main(void)
{
	pthread_t t[3];
	unsigned n = 0;

	for (unsigned long i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, work, (void *)i);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	for (unsigned i = (unsigned)top; i != 0; i = next[i - 1])
		n++;
	assert(n == 3 && (unsigned)(top >> 64) == 3);
	return 0;
}
