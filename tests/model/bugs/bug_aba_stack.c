/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bug_aba_stack.c: a stack of indices without a tag: the head is again what it was, and what
 * is behind it is not.
 */
/* expect: assert */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
#define TAG 16
#else
#define TAG 0
#endif
enum { NONE = 15, INDEX = 15 };

/* The low four bits are an index, the rest counts the changes. */
static atomic_uint head = 0;
static atomic_uint next[3] = { 1, 2, NONE };

static unsigned
pop(void)
{
	unsigned old = atomic_load(&head), after;

	do {
		if ((old & INDEX) == NONE)
			return NONE;
		after = (old & ~INDEX) + TAG + atomic_load(&next[old & INDEX]);
	} while (!atomic_compare_exchange_strong(&head, &old, after));
	return old & INDEX;
}

static void
push(unsigned i)
{
	unsigned old = atomic_load(&head);

	do {
		atomic_store(&next[i], old & INDEX);
	} while (!atomic_compare_exchange_strong(&head, &old, (old & ~INDEX) + TAG + i));
}

static void *
take_one(void *arg)
{
	*(unsigned *)arg = pop();
	return NULL;
}

int
main(void)
{
	unsigned theirs, first, second, third;
	pthread_t t;

	pthread_create(&t, NULL, take_one, &theirs);
	first = pop();
	second = pop();
	if (first != NONE)
		push(first);
	pthread_join(t, NULL);
	third = pop();
	/* `first` is back in the stack: whoever has it now, none has `second` too. */
	assert(second == NONE || (theirs != second && third != second));
	return 0;
}
