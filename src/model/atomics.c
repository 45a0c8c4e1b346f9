/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* atomics.c: atomic operations of the program, from any address of any size. */
#include "atomics.h"

#include "fiber.h"
#include "mutate.h"
#include "replay.h"
#include "retry.h"
#include "schedule.h"
#include "shadow.h"
#include "value.h"

/* The compiler's number of the order; and one weaker, if that is what is being tried. */
static uint8_t
order_of(int order, enum mutable_order what)
{
	static const uint8_t orders[] = { [__ATOMIC_RELAXED] = RELAXED,
		[__ATOMIC_CONSUME] = ACQUIRE, [__ATOMIC_ACQUIRE] = ACQUIRE,
		[__ATOMIC_RELEASE] = RELEASE, [__ATOMIC_ACQ_REL] = ACQ_REL,
		[__ATOMIC_SEQ_CST] = SEQ_CST };
	unsigned given = (unsigned)order & 0xff;

	return (uint8_t)mutate_order(what, given <= __ATOMIC_SEQ_CST ? orders[given] : SEQ_CST);
}

static word
cut(word value, unsigned size)
{
	return size >= 16 ? value : value & (((word)1 << 8 * size) - 1);
}

/*
 * The operation is held against plain accesses, and done. While it waited for its turn the
 * memory may have been freed, or written to: then it is held against those again.
 */
static word
access(uintptr_t address, struct op *op, bool writes)
{
	uint64_t switches = schedule_switches;
	word value;

	atomic_access(address, op->size, writes);
	op->location = (uint16_t)location_of(address, op->size, SORT_DATA);
	value = replay_op(op);
	if (schedule_switches != switches)
		atomic_access(address, op->size, writes);
	return value;
}

word
model_load(uintptr_t address, unsigned size, int order)
{
	struct op op = { .kind = READ,
		.order = order_of(order, LOAD_ORDER),
		.size = (uint8_t)size };
	const struct read read = { .form = LOAD, .size = op.size, .order = op.order,
		.address = address };
	word value;

	if (!exploring)
		return value_at(address, size);
	if (retry_read(&read, &value))
		return value;
	return access(address, &op, false);
}

void
model_store(uintptr_t address, unsigned size, word value, int order)
{
	struct op op = { .kind = WRITE,
		.order = order_of(order, STORE_ORDER),
		.size = (uint8_t)size };

	if (!exploring) {
		value_set(address, size, value);
		return;
	}
	op.a = cut(value, size);
	fiber_flush();
	effect();
	access(address, &op, true);
}

/*
 * One that puts back what it found (a test-and-set of a lock that is held) is no effect:
 * without it all later reads find the same values, and synchronise no more than with it.
 */
word
model_rmw(uintptr_t address, unsigned size, enum rmw rmw, word operand, int order)
{
	struct op op = { .kind = READ, .order = order_of(order, RMW_ORDER), .size = (uint8_t)size,
		.rmw = (uint8_t)rmw, .a = cut(operand, size) };
	const struct read read = { .form = SILENT_RMW, .size = op.size, .order = op.order,
		.address = address, .a = op.a, .b = rmw };
	bool writes;
	word found;

	if (!exploring) {
		found = value_at(address, size);
		value_set(address, size, op_result(&op, found, &writes, NULL));
		return found;
	}
	if (retry_read(&read, &found))
		return found;
	found = access(address, &op, true);
	if (op_result(&op, found, &writes, NULL) != found)
		effect();
	return found;
}

word
model_cas(uintptr_t address, unsigned size, word expected, word wanted, int order, int failure,
    uintptr_t expected_at)
{
	struct op op = { .kind = READ,
		.order = order_of(order, RMW_ORDER),
		.order_fail = order_of(failure, FAILURE_ORDER),
		.size = (uint8_t)size, .rmw = RMW_CAS, .a = cut(expected, size),
		.b = cut(wanted, size) };
	const struct read read = { .form = expected_at != 0 ? CAS_BOOL : CAS_VALUE,
		.size = op.size, .order = op.order_fail, .address = address, .a = op.a,
		.b = op.b, .value_at = expected_at };
	word found;

	if (!exploring) {
		found = value_at(address, size);
		if (found == op.a)
			value_set(address, size, wanted);
		return found;
	}
	if (retry_read(&read, &found))
		return found;
	found = access(address, &op, true);
	if (found == op.a)
		effect();
	return found;
}

void
model_fence(int order)
{
	const struct op op = { .kind = FENCE, .order = order_of(order, FENCE_ORDER) };

	if (!exploring || op.order == RELAXED || retry_is_trial())
		return;
	replay_op(&op);
}

/* Memory gets the value that the access is about to read. */
void
model_volatile_read(uintptr_t address, unsigned size)
{
	struct op op = { .kind = READ, .order = RELAXED, .size = (uint8_t)size };
	const struct read read = { .form = VOLATILE, .size = op.size, .order = op.order,
		.address = address, .value_at = address };
	word value;

	if (!exploring)
		return;
	if (!retry_read(&read, &value)) {
		atomic_access(address, size, false);
		op.location = (uint16_t)location_of(address, size, SORT_DATA);
		value = replay_op(&op);
	}
	retry_will_write(address, size);
	value_set(address, size, value);
}

/* What it writes is taken from memory before the thread does anything else. */
void
model_volatile_write(uintptr_t address, unsigned size)
{
	if (!exploring)
		return;
	fiber_flush();
	effect();
	atomic_access(address, size, true);
	location_of(address, size, SORT_DATA);
	running->volatile_at = address;
	running->volatile_size = size;
}

void
fiber_write_volatile(void)
{
	uintptr_t address = running->volatile_at;
	unsigned size = running->volatile_size;
	struct op op = { .kind = WRITE, .order = RELAXED, .size = (uint8_t)size };

	running->volatile_size = 0;
	op.location = (uint16_t)location_of(address, size, SORT_DATA);
	op.a = value_at(address, size);
	replay_op(&op);
}
