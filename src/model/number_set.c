/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* number_set.c: a hash set of 64-bit numbers. */
#include "number_set.h"

#include <stdlib.h>
#include <string.h>

#include "graph.h"

/* Where the number is, or would be. */
static uint64_t *
slot_of(const struct number_set *s, uint64_t number)
{
	size_t i = (size_t)((number * 0x9e3779b97f4a7c15u) >> 32);

	while (s->slots[i & (s->room - 1)] != 0 && s->slots[i & (s->room - 1)] != number)
		i++;
	return &s->slots[i & (s->room - 1)];
}

static void
grow(struct number_set *s)
{
	struct number_set old = *s;

	s->room = old.room == 0 ? 64 : 4 * old.room;
	s->slots = calloc(s->room, sizeof *s->slots);
	if (s->slots == NULL)
		refuse("no memory for a set");
	for (size_t i = 0; i < old.room; i++)
		if (old.slots[i] != 0)
			*slot_of(s, old.slots[i]) = old.slots[i];
	free(old.slots);
}

bool
number_set_add(struct number_set *s, uint64_t number)
{
	uint64_t *slot;

	if (number == 0) {
		bool is_new = !s->has_zero;

		s->has_zero = true;
		return is_new;
	}
	if (2 * s->n >= s->room)
		grow(s);
	slot = slot_of(s, number);
	if (*slot != 0)
		return false;
	*slot = number;
	s->n++;
	return true;
}

bool
number_set_has(const struct number_set *s, uint64_t number)
{
	if (number == 0)
		return s->has_zero;
	return s->n != 0 && *slot_of(s, number) != 0;
}

bool
number_set_next(const struct number_set *s, size_t *at, uint64_t *number)
{
	/* Once begun, *at is one more than the slot to look at: the number 0 goes first. */
	if (*at == 0) {
		*at = 1;
		*number = 0;
		if (s->has_zero)
			return true;
	}
	while (*at <= s->room && s->slots[*at - 1] == 0)
		++*at;
	if (*at > s->room)
		return false;
	*number = s->slots[(*at)++ - 1];
	return true;
}

size_t
number_set_size(const struct number_set *s)
{
	return s->n + s->has_zero;
}

void
number_set_clear(struct number_set *s)
{
	/* A large one would take longer to clear than to grow again. */
	if (s->room > 1024) {
		free(s->slots);
		s->slots = NULL;
		s->room = 0;
	} else if (s->n != 0) {
		memset(s->slots, 0, s->room * sizeof *s->slots);
	}
	s->n = 0;
	s->has_zero = false;
}
