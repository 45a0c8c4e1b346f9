/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* monitor_deque.h: is this history one of a work-stealing deque? */
#ifndef STRESS_MONITOR_DEQUE_H
#define STRESS_MONITOR_DEQUE_H

#include "monitor_queue.h"

/*
 * h is sealed. One thread, the owner, pushes and pops (the newest); any may steal (the
 * oldest). Values grow in the order of their pushes. A steal that found another thief in
 * its way says nothing and is not recorded. The steals of one steal_n are recorded as one
 * operation each within its interval, in their order.
 *
 * Faults: NOWHERE, TWICE, LOST where drained, FALSE_EMPTY of either end, and ORDER: a pop
 * passed over a newer value, or a steal over an older one.
 */
struct monitor_verdict monitor_deque(const struct history *h, bool is_drained);

#endif
