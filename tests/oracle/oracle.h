/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* oracle.h: a queue of numbers as the oracle test sees it, ours and others'. */
#ifndef WEFT_TESTS_ORACLE_H
#define WEFT_TESTS_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One thread calls it. What a queue does not have is NULL. One without bounds is never
 * asked to push past the capacity, so that all can run the same operations.
 */
struct subject {
	const char *name;
	bool (*takes)(size_t capacity);   /* NULL: any */
	void *(*make)(size_t capacity);
	void (*unmake)(void *q);
	bool (*push)(void *q, uint64_t v);
	bool (*pop)(void *q, uint64_t *v);
	size_t (*push_n)(void *q, const uint64_t *vs, size_t n);
	size_t (*pop_n)(void *q, uint64_t *vs, size_t n);
	bool (*force_push)(void *q, uint64_t v, uint64_t *old);   /* true: one was displaced */
	size_t (*len)(void *q);
	bool bounded;
};

/* Of another library; defined by the file that is built with it, where there is one. */
extern const struct subject *const oracle;

#endif
