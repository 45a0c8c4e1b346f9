/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_peterson.c: Peterson's lock with release and acquire: both get in. */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#ifdef RIGHT
#define SAY memory_order_seq_cst
#define LOOK memory_order_seq_cst
#else
#define SAY memory_order_release
#define LOOK memory_order_acquire
#endif

/* Not static: clang may keep a static word that one function writes first on its stack. */
extern atomic_int turn;
atomic_int turn;
static atomic_int wants[2];
static int count;

static void *
count_one(void *arg)
{
	intptr_t me = (intptr_t)arg;

	atomic_store_explicit(&wants[me], 1, SAY);
	atomic_store_explicit(&turn, !me, SAY);
	while (atomic_load_explicit(&wants[!me], LOOK) &&
	    atomic_load_explicit(&turn, LOOK) == !me)
		;
	count++;
	atomic_store_explicit(&wants[me], 0, memory_order_release);
	return NULL;
}

int
main(void)
{
	pthread_t t[2];

	for (intptr_t i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, count_one, (void *)i);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	assert(count == 2);
	return 0;
}
