/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* op.c: what read-modify-writes write. */
#include "op.h"

#include <stddef.h>

#include "vclock.h"

/* A queue of sleepers holds thread numbers plus one, a byte each; 0 is the end. */
static unsigned
sleeper(word queue, unsigned place)
{
	return place < MAX_THREADS ? (unsigned)(queue >> 8 * place) & 0xff : 0;
}

static word
with_sleeper(word queue, unsigned thread)
{
	unsigned place = 0;

	while (sleeper(queue, place) != 0)
		place++;
	return queue | (word)(thread + 1) << 8 * place;
}

static word
without_first(word queue, word count, uint16_t *woken)
{
	while (count-- > 0 && queue != 0) {
		if (woken != NULL)
			*woken |= (uint16_t)(1u << (sleeper(queue, 0) - 1));
		queue >>= 8;
	}
	return queue;
}

static word
without_sleeper(word queue, unsigned thread)
{
	word rest = 0;

	for (unsigned place = 0, kept = 0; sleeper(queue, place) != 0; place++)
		if (sleeper(queue, place) != thread + 1)
			rest |= (word)sleeper(queue, place) << 8 * kept++;
	return rest;
}

word
op_result(const struct op *op, word found, bool *writes, uint16_t *woken)
{
	word mask = op_mask(op), value = found;

	found &= mask;
	*writes = true;
	switch (op->rmw) {
	case RMW_CAS:
		*writes = found == (op->a & mask);
		value = op->b;
		break;
	case RMW_EXCHANGE: value = op->a; break;
	case RMW_ADD: value = found + op->a; break;
	case RMW_SUB: value = found - op->a; break;
	case RMW_AND: value = found & op->a; break;
	case RMW_OR: value = found | op->a; break;
	case RMW_XOR: value = found ^ op->a; break;
	case RMW_NAND: value = ~(found & op->a); break;
	case RMW_IF_BELOW:
		*writes = found < op->a;
		value = found + op->b;
		break;
	case RMW_IF_ABOVE:
		*writes = found > op->a;
		value = found + op->b;
		break;
	case RMW_ENQUEUE: value = with_sleeper(found, (unsigned)op->b); break;
	case RMW_DEQUEUE:
		value = without_first(found, op->b, woken);
		*writes = value != found;
		break;
	case RMW_LEAVE:
		value = without_sleeper(found, (unsigned)op->b);
		*writes = value != found;
		break;
	default: *writes = false;
	}
	return value & mask;
}
