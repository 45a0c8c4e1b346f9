/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_rwlock_posix.c: the clients of rwlock, where there is neither futex nor membarrier. */
#include "model_rwlock.c"
