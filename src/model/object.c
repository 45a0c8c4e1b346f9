/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* object.c: what all calls on mutexes, conditions, semaphores, ... have in common. */
#include "object.h"

#include <stdlib.h>
#include <string.h>

#include "explore.h"
#include "export.h"
#include "fiber.h"
#include "options.h"
#include "retry.h"
#include "shadow.h"
#include "verdict.h"
#include "virtual_time.h"

/* A destroyed object is full of these: none that was initialised begins so. */
enum { GRAVE = 0xde };

static bool
was_destroyed(const void *object)
{
	const unsigned char *byte = object;

	return byte[0] == GRAVE && byte[1] == GRAVE && byte[2] == GRAVE && byte[3] == GRAVE;
}

void
call_begins(uintptr_t caller, const char *doing, const void *object)
{
	model_arrive((void *)caller);
	running->doing = doing;
	running->object = (uintptr_t)object;
	effect();
}

static void
check_alive(const char *doing, const void *object)
{
	atomic_access((uintptr_t)object, 4, false);
	if (was_destroyed(object))
		fail(BUG_MISUSE, "thread %u %s what was destroyed", running->id, doing);
}

void
object_used(uintptr_t caller, const char *doing, const void *object)
{
	call_begins(caller, doing, object);
	check_alive(doing, object);
}

bool
object_tried(uintptr_t caller, const char *doing, const void *object, word *found)
{
	const struct read read = { .form = SILENT_RMW,
		.size = 8,
		.order = RELAXED,
		.address = (uintptr_t)object };

	model_arrive((void *)caller);
	running->doing = doing;
	running->object = (uintptr_t)object;
	if (retry_read(&read, found))
		return true;
	check_alive(doing, object);
	return false;
}

void
object_made(uintptr_t caller, const char *doing, void *object, size_t size)
{
	call_begins(caller, doing, object);
	plain_access((uintptr_t)object, size, true);
	forget_locations((uintptr_t)object, size);
}

void
object_destroyed(uintptr_t caller, const char *doing, void *object, size_t size)
{
	call_begins(caller, doing, object);
	if (was_destroyed(object))
		fail(BUG_MISUSE, "thread %u %s what was destroyed", running->id, doing);
	plain_access((uintptr_t)object, size, true);
	forget_locations((uintptr_t)object, size);
	memset(object, GRAVE, size);
}

word
object_op(const void *object, struct op op)
{
	op.size = 8;
	op.location = (uint16_t)location_of((uintptr_t)object, op.size, SORT_LOCK);
	return replay_op(&op);
}

word
object_read(const void *object, enum order order)
{
	return object_op(object, (struct op){ .kind = READ, .order = (uint8_t)order });
}

void
object_write(const void *object, word value, enum order order)
{
	object_op(object, (struct op){ .kind = WRITE, .order = (uint8_t)order, .a = value });
}

/* Ends of waits. */

enum { TIMEOUTS = 3, SPURIOUSLY = 1 };

/* How often in a row, in this run, a thread's waits at a place ended so. */
struct place_of_waits {
	uintptr_t caller, object;
	unsigned timeouts, spurious;
};

static struct {
	uint32_t run;
	unsigned n, room;
	struct place_of_waits *places;
} waits[MAX_THREADS];

static struct place_of_waits *
this_place(void)
{
	unsigned t = running->id, i = 0;

	if (waits[t].run != run_number) {
		waits[t].run = run_number;
		waits[t].n = 0;
	}
	while (i < waits[t].n &&
	    (waits[t].places[i].caller != running->caller ||
		waits[t].places[i].object != running->object))
		i++;
	if (i == waits[t].room) {
		waits[t].room = i == 0 ? 8 : 2 * i;
		waits[t].places = realloc(waits[t].places, waits[t].room * sizeof *waits[t].places);
		if (waits[t].places == NULL)
			refuse("no memory for the waits of a thread");
	}
	if (i == waits[t].n) {
		waits[t].n++;
		waits[t].places[i] = (struct place_of_waits){ running->caller, running->object, 0,
			0 };
	}
	return &waits[t].places[i];
}

static bool
may_time_out(const struct place_of_waits *place)
{
	if (place->timeouts == TIMEOUTS)
		exploration.bounded_by = "a wait timed out three times in a row at one place";
	return place->timeouts < TIMEOUTS;
}

enum wait_end
choose_wait_end(bool has_deadline, uint64_t deadline)
{
	struct place_of_waits *place;
	enum wait_end ends[3] = { WOKEN }, end;
	unsigned n = 1;

	running->timed = has_deadline;
	if (!has_deadline && !options.spurious)
		return WOKEN;
	place = this_place();
	if (has_deadline && may_time_out(place)) {
		/* If it is that late already, it does not sleep. */
		n -= deadline <= virtual_time();
		ends[n++] = TIMED_OUT;
	}
	if (options.spurious && place->spurious < SPURIOUSLY)
		ends[n++] = SPURIOUS;
	end = ends[replay_choose(n)];
	place->timeouts = end == TIMED_OUT ? place->timeouts + 1 : 0;
	place->spurious += end == SPURIOUS;
	if (end == TIMED_OUT)
		virtual_time_jump(deadline);
	return end;
}

enum block
block_until(void)
{
	running->timed = true;
	return may_time_out(this_place()) ? NO_BLOCK : BLOCK_IF_FAILED;
}

void
object_timed_out(uint64_t deadline)
{
	this_place()->timeouts++;
	virtual_time_jump(deadline);
}

void
leave_to_another(void)
{
	if (options.mode == MODE_EXHAUSTIVE)
		replay_give_up();
}
