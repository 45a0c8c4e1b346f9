/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ignored_steal.c: whether a steal succeeded is ignored. */
/*
 * gcc: ignoring return value of 'work_steal'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * c++: ignoring return value of
 */
#include <weft/deque.h>

WEFT_DEQUE(work, int);

int
thief(work *w)
{
	int task = 0;

#ifdef RIGHT
	weft_ignore(work_steal(w, &task));
#else
	work_steal(w, &task);
#endif
	return task;
}
