/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_rwlock_by_hand.c: a reader counts itself in without looking for a writer again. */
/* expect: race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

static atomic_int readers, writing;
static int a, b;

static bool
try_read_lock(void)
{
	if (atomic_load(&writing))
		return false;
	atomic_fetch_add(&readers, 1);
#ifdef RIGHT
	/* A writer may have come between the look and the count. */
	if (atomic_load(&writing)) {
		atomic_fetch_sub(&readers, 1);
		return false;
	}
#endif
	return true;
}

static void *
read_both(void *arg)
{
	if (try_read_lock()) {
		assert(a == b);
		atomic_fetch_sub(&readers, 1);
	}
	return arg;
}

static void *
write_both(void *arg)
{
	atomic_store(&writing, 1);
	while (atomic_load(&readers) != 0)
		;
	a++;
	b++;
	atomic_store(&writing, 0);
	return arg;
}

int
main(void)
{
	pthread_t reader, writer;

	pthread_create(&reader, NULL, read_both, NULL);
	pthread_create(&writer, NULL, write_both, NULL);
	pthread_join(reader, NULL);
	pthread_join(writer, NULL);
	return 0;
}
