/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* barrier.c: pthread_barrier_t. */

/*
 * In the graph it is the number of arrivals so far, of all rounds. The last one of a round
 * goes on at once; the others wait until they see that it has come.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "fiber.h"
#include "object.h"
#include "verdict.h"

/* What stands in the program's object. */
struct parties {
	unsigned mark, n;
};
enum { MARK = 0x62617272 };

static unsigned
parties_of(const void *barrier)
{
	struct parties parties;

	memcpy(&parties, barrier, sizeof parties);
	if (parties.mark != MARK)
		fail(BUG_MISUSE, "thread %u uses a barrier that is not initialised", running->id);
	return parties.n;
}

WRAPPED(int, pthread_barrier_init, pthread_barrier_t *barrier,
    const pthread_barrierattr_t *attributes, unsigned n)
{
	const struct parties parties = { MARK, n };

	if (!exploring)
		return pthread_barrier_init(barrier, attributes, n);
	if (n == 0)
		return EINVAL;
	object_made(CALLER, "initialises", barrier, sizeof *barrier);
	memcpy(barrier, &parties, sizeof parties);
	return 0;
}

WRAPPED(int, pthread_barrier_destroy, pthread_barrier_t *barrier)
{
	if (!exploring)
		return pthread_barrier_destroy(barrier);
	object_used(CALLER, "destroys", barrier);
	if (object_read(barrier, ACQUIRE) % parties_of(barrier) != 0)
		fail(BUG_MISUSE, "thread %u destroys a barrier that a thread waits at",
		    running->id);
	object_destroyed(CALLER, "destroys", barrier, sizeof *barrier);
	return 0;
}

WRAPPED(int, pthread_barrier_wait, pthread_barrier_t *barrier)
{
	word arrivals, end;
	unsigned n;

	if (!exploring)
		return pthread_barrier_wait(barrier);
	object_used(CALLER, "waits at", barrier);
	n = parties_of(barrier);
	arrivals = 1 +
	    object_op(barrier,
		(struct op){ .kind = READ, .order = ACQ_REL, .rmw = RMW_ADD, .a = 1 });
	if (arrivals % n == 0)
		return PTHREAD_BARRIER_SERIAL_THREAD;
	end = arrivals - arrivals % n + n;
	arrivals = object_op(barrier,
	    (struct op){ .kind = READ, .order = ACQUIRE, .block = BLOCK_BELOW, .a = end });
	/* In another execution it saw just this round's end. */
	if (arrivals > end)
		leave_to_another();
	return 0;
}
