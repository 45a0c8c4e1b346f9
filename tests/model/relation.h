/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* relation.h: relations over a few events, as matrices of bits. */
#ifndef RELATION_H
#define RELATION_H

#include <stdbool.h>
#include <stdint.h>

/* Relations over at most 64 events: bit b of row a says that a comes before b. */

enum { N = 64 };

typedef struct {
	uint64_t row[N];
} relation;

/* How many there are. */
extern unsigned n_events;

static inline void
put(relation *r, unsigned a, unsigned b)
{
	r->row[a] |= (uint64_t)1 << b;
}

static inline bool
holds(const relation *r, unsigned a, unsigned b)
{
	return (r->row[a] >> b & 1) != 0;
}

static inline relation
either(relation a, relation b)
{
	for (unsigned i = 0; i < n_events; i++)
		a.row[i] |= b.row[i];
	return a;
}

static inline relation
both(relation a, relation b)
{
	for (unsigned i = 0; i < n_events; i++)
		a.row[i] &= b.row[i];
	return a;
}

/* a; b */
static inline relation
then(relation a, relation b)
{
	relation r = { { 0 } };

	for (unsigned i = 0; i < n_events; i++)
		for (unsigned j = 0; j < n_events; j++)
			if (holds(&a, i, j))
				r.row[i] |= b.row[j];
	return r;
}

static inline relation
inverse(relation a)
{
	relation r = { { 0 } };

	for (unsigned i = 0; i < n_events; i++)
		for (unsigned j = 0; j < n_events; j++)
			if (holds(&a, i, j))
				put(&r, j, i);
	return r;
}

/* a+ */
static inline relation
closure(relation a)
{
	for (unsigned k = 0; k < n_events; k++)
		for (unsigned i = 0; i < n_events; i++)
			if (holds(&a, i, k))
				a.row[i] |= a.row[k];
	return a;
}

static inline bool
is_irreflexive(relation a)
{
	for (unsigned i = 0; i < n_events; i++)
		if (holds(&a, i, i))
			return false;
	return true;
}

/* [set]: each of these events and itself. */
static inline relation
identity(uint64_t set)
{
	relation r = { { 0 } };

	for (unsigned i = 0; i < n_events; i++)
		if ((set >> i & 1) != 0)
			put(&r, i, i);
	return r;
}

/* a? */
static inline relation
maybe(relation a)
{
	return either(identity(~(uint64_t)0), a);
}

#endif
