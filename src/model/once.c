/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* once.c: pthread_once. */
#include "once.h"

#include <pthread.h>

#include "fiber.h"
#include "held.h"
#include "object.h"
#include "verdict.h"

/* In the graph. */
enum { NEVER, BEGUN, DONE };

void
once(uintptr_t caller, const void *control, void (*function)(void))
{
	word found;

	object_used(caller, "waits for the end of", control);
	if (held_find(control) != NULL)
		fail(BUG_DEADLOCK, "thread %u asks for a once within that once", running->id);
	found = object_op(control,
	    (struct op){ .kind = READ,
		.order = ACQUIRE,
		.order_fail = ACQUIRE,
		.rmw = RMW_CAS,
		.a = NEVER,
		.b = BEGUN });
	if (found == NEVER) {
		held_add(control, HELD_ALONE);
		function();
		call_begins(caller, "is done with", control);
		held_drop(held_find(control));
		object_write(control, DONE, RELEASE);
	} else if (found == BEGUN) {
		object_op(control,
		    (struct op){ .kind = READ, .order = ACQUIRE, .block = BLOCK_BELOW, .a = DONE });
		/* In another execution DONE is found at once. */
		leave_to_another();
	}
}

WRAPPED(int, pthread_once, pthread_once_t *control, void (*function)(void))
{
	if (!exploring)
		return pthread_once(control, function);
	once(CALLER, control, function);
	return 0;
}
