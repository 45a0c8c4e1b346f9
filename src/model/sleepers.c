/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sleepers.c: queues of sleeping threads: of conditions and of futex words. */
#include "sleepers.h"

#include "fiber.h"
#include "object.h"

static word
queue_op(const void *queue, struct op op)
{
	op.kind = READ;
	op.size = 16;
	op.location = (uint16_t)location_of((uintptr_t)queue, op.size, SORT_QUEUE);
	return replay_op(&op);
}

static word
queue_rmw(const void *queue, enum rmw rmw, unsigned b)
{
	return queue_op(queue,
	    (struct op){ .order = ACQ_REL, .order_fail = ACQUIRE, .rmw = (uint8_t)rmw, .b = b });
}

static bool
is_in(word queue, unsigned thread)
{
	for (; queue != 0; queue >>= 8)
		if ((queue & 0xff) == thread + 1)
			return true;
	return false;
}

unsigned
sleepers_join(const void *queue)
{
	queue_rmw(queue, RMW_ENQUEUE, running->id);
	return running->done;
}

void
sleepers_sleep(const void *queue, unsigned joined)
{
	queue_op(queue, (struct op){ .order = ACQUIRE, .block = BLOCK_ASLEEP, .a = joined });
}

bool
sleepers_leave(const void *queue)
{
	return is_in(queue_rmw(queue, RMW_LEAVE, running->id), running->id);
}

unsigned
sleepers_wake(const void *queue, unsigned most)
{
	word found = queue_rmw(queue, RMW_DEQUEUE, most < MAX_THREADS ? most : MAX_THREADS);
	unsigned woken = 0;

	for (; found != 0 && woken < most; found >>= 8)
		woken++;
	return woken;
}

bool
sleepers_any(const void *queue)
{
	return queue_op(queue, (struct op){ .order = RELAXED }) != 0;
}
