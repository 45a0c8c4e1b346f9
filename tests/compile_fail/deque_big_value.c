/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* deque_big_value.c: a deque of values that thieves cannot copy in time. */
/*
 * any: work: a value of a deque has at most 64 bytes: make it a pointer to struct task
 */
#include <weft/deque.h>

struct task {
	char name[65];
};

#ifdef RIGHT
WEFT_DEQUE(work, struct task *);
#else
WEFT_DEQUE(work, struct task);
#endif
