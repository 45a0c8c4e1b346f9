/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ignored_try_lock.c: whether a lock was had is ignored. */
/*
 * gcc: ignoring return value of 'weft_rwlock_try_write_lock_?'
 * clang: ignoring return value of function declared with 'warn_unused_result' attribute
 * c++: ignoring return value of
 */
#include <weft/rwlock.h>

void
write_if_free(weft_rwlock *l)
{
#ifdef RIGHT
	if (weft_rwlock_try_write_lock(l))
		weft_rwlock_write_unlock(l);
#else
	weft_rwlock_try_write_lock(l);
	weft_rwlock_write_unlock(l);
#endif
}
