/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* revisit.h: which reads may take a write that was added after them. */
#ifndef WEFT_MODEL_REVISIT_H
#define WEFT_MODEL_REVISIT_H

#include <stdbool.h>

#include "graph.h"

/*
 * May `read` take `write`, the newest event, which does not rest on it? Many graphs lead
 * to the one that comes of it; only from one of them, the one in which all that would go
 * had been added in the first way there is, the answer is yes.
 */
bool may_revisit(const struct event *read, const struct event *write);

#endif
