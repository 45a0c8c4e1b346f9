/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* witness.h: looks for an order of a bounded queue's operations that explains its history. */
#ifndef STRESS_WITNESS_H
#define STRESS_WITNESS_H

#include "span.h"

enum witness { WITNESS_FOUND, WITNESS_NONE, WITNESS_UNKNOWN };

/*
 * Which of two pushes under way is tried first: that whose value leaves first. Where the
 * pops overlap that is a guess: by their calls, their middles or their returns. It
 * changes how soon an order is found, not whether there is one.
 */
enum witness_lean { WITNESS_BY_CALL, WITNESS_BY_MIDDLE, WITNESS_BY_RETURN, WITNESS_LEANS };

/*
 * h is sealed, spans are its values. capacity 0: unbounded. Without with_fulls the pushes
 * that said full are left out. budget: steps before the answer is UNKNOWN. When it is not
 * FOUND, *stuck is the operation that no order tried could get past.
 */
enum witness witness_search(const struct history *h, const struct span *spans, size_t n,
    size_t capacity, bool with_fulls, enum witness_lean lean, size_t budget, size_t *stuck);

#endif
