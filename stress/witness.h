/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* witness.h: looks for an order of a bounded queue's operations that explains its history. */
#ifndef STRESS_WITNESS_H
#define STRESS_WITNESS_H

#include "span.h"

enum witness { WITNESS_FOUND, WITNESS_NONE, WITNESS_UNKNOWN };

/*
 * h is sealed, spans are its values. capacity 0: unbounded. Without with_fulls the pushes
 * that said full are left out. budget: steps before the answer is UNKNOWN. When it is not
 * FOUND, *stuck is the operation that no order tried could get past.
 */
enum witness witness_search(const struct history *h, const struct span *spans, size_t n,
    size_t capacity, bool with_fulls, size_t budget, size_t *stuck);

#endif
