/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* holding.c: under WEFT_CHECKED, what each thread holds of the reader-writer locks. */
#include <weft/rwlock.h>

/* A thread that holds more is not judged from then on: it may hold what is not noted. */
#define MOST 64

static _Thread_local struct {
	const void *lock;
	bool writes;
} held[MOST];
static _Thread_local int n_held;
static _Thread_local bool lost;

static int
find(const void *l)
{
	for (int i = n_held; i > 0; i--)
		if (held[i - 1].lock == l)
			return i - 1;
	return -1;
}

void
weft_rwlock_will_wait_(const void *l, const char *call)
{
	if (find(l) >= 0)
		weft_misuse_(call, "this thread holds the lock already, and would wait for itself: "
		    "unlock it first");
}

void
weft_rwlock_takes_(const void *l, bool writes)
{
	if (n_held == MOST) {
		lost = true;
		return;
	}
	held[n_held].lock = l;
	held[n_held].writes = writes;
	n_held++;
}

void
weft_rwlock_gives_(const void *l, bool writes, const char *call)
{
	int i = find(l);

	if (i >= 0 && held[i].writes == writes) {
		held[i] = held[--n_held];
		return;
	}
	if (!lost)
		weft_misuse_(call, writes ? "this thread does not hold the lock for writing"
		                          : "this thread does not hold the lock for reading");
}
