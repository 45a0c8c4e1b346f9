/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_c11_threads.c: C11's threads, and a mutex that one of them passes by. */
/* expect: race */
#include <assert.h>
#include <stdbool.h>
#include <threads.h>

static mtx_t lock;
static int count;

static int
count_one(void *careful)
{
	if (careful)
		mtx_lock(&lock);
	count++;
	if (careful)
		mtx_unlock(&lock);
	return 0;
}

int
main(void)
{
	thrd_t t;
	int result;

	mtx_init(&lock, mtx_plain);
#ifdef RIGHT
	thrd_create(&t, count_one, &lock);
#else
	thrd_create(&t, count_one, NULL);
#endif
	count_one(&lock);
	thrd_join(t, &result);
	mtx_destroy(&lock);
	assert(count == 2 && result == 0);
	return 0;
}
