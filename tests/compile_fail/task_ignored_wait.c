/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* task_ignored_wait.c: what the tasks of a group came to is ignored. */
/*
 * gcc: ignoring return value of 'weft_tasks_wait'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * g++: ignoring return value of 'weft_status weft_tasks_wait
 * clang++: ignoring return value of function declared with 'warn_unused_result' attribute
 */
#include <weft/pool.h>

bool
end(weft_tasks *t)
{
#ifdef RIGHT
	return weft_tasks_wait(t) == WEFT_OK;
#else
	weft_tasks_wait(t);
	return true;
#endif
}
