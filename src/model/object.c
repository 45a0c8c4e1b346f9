/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* object.c: what all calls on mutexes, conditions, semaphores, ... have in common. */
#include "object.h"

#include <string.h>

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

void
object_used(uintptr_t caller, const char *doing, const void *object)
{
	call_begins(caller, doing, object);
	atomic_access((uintptr_t)object, 4, false);
	if (was_destroyed(object))
		fail(BUG_MISUSE, "thread %u %s what was destroyed", running->id, doing);
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

enum { PLACES = 16, TIMEOUTS = 2, SPURIOUSLY = 1 };

/* How often in this run each thread's waits ended so, by where it waits. */
static struct tally {
	uint32_t run;
	unsigned n;
	struct {
		uintptr_t caller, object;
		unsigned timeouts, spurious;
	} places[PLACES];
} tallies[MAX_THREADS];

/* The place of the call of now, or null when there are too many. */
static unsigned *
count_of(enum wait_end end)
{
	struct tally *t = &tallies[running->id];
	unsigned i = 0;

	if (t->run != run_number) {
		t->run = run_number;
		t->n = 0;
	}
	while (i < t->n &&
	    (t->places[i].caller != running->caller || t->places[i].object != running->object))
		i++;
	if (i == PLACES)
		return NULL;
	if (i == t->n) {
		t->n++;
		t->places[i].caller = running->caller;
		t->places[i].object = running->object;
		t->places[i].timeouts = t->places[i].spurious = 0;
	}
	return end == TIMED_OUT ? &t->places[i].timeouts : &t->places[i].spurious;
}

static bool
may_end(enum wait_end end, unsigned limit)
{
	const unsigned *count = count_of(end);

	return count != NULL && *count < limit;
}

enum wait_end
choose_wait_end(bool has_deadline, uint64_t deadline)
{
	enum wait_end ends[3] = { WOKEN }, end;
	unsigned n = 1;

	running->timed = has_deadline;
	if (has_deadline && deadline <= virtual_time())
		return TIMED_OUT;
	if (has_deadline && may_end(TIMED_OUT, TIMEOUTS))
		ends[n++] = TIMED_OUT;
	if (options.spurious && may_end(SPURIOUS, SPURIOUSLY))
		ends[n++] = SPURIOUS;
	end = ends[replay_choose(n)];
	if (end != WOKEN)
		++*count_of(end);
	if (end == TIMED_OUT)
		virtual_time_jump(deadline);
	return end;
}

void
leave_to_another(void)
{
	if (options.mode == MODE_EXHAUSTIVE)
		replay_give_up();
}
