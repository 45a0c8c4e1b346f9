/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* inject_other.c: work of another type is injected. */
/*
 * gcc: incompatible type for argument 2 of 'work_inject'
 * clang: to parameter of incompatible type 'struct task'
 * g++: could not convert 'o' from 'other' to 'task'
 * clang++: no known conversion from 'struct other' to 'struct task' for 2nd argument
 */
#include <weft/deque.h>

struct task {
	int from, to;
};

struct other {
	int from, to;
};

WEFT_DEQUE(work, struct task);

bool
give(work *w, struct task t, struct other o)
{
	(void)t;
	(void)o;
#ifdef RIGHT
	return work_inject(w, t);
#else
	return work_inject(w, o);
#endif
}
