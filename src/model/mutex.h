/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mutex.h: mutexes, for those who wait or build on them: conditions, C11's mtx_t. */
#ifndef WEFT_MODEL_MUTEX_H
#define WEFT_MODEL_MUTEX_H

#include <pthread.h>

#include "virtual_time.h"

/* In calls that have begun (object.h); the results are those of POSIX. */
int mutex_lock(pthread_mutex_t *mutex);
int mutex_try_lock(pthread_mutex_t *mutex);
int mutex_lock_until(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *at);
int mutex_unlock(pthread_mutex_t *mutex);
void mutex_destroy(uintptr_t caller, pthread_mutex_t *mutex);

#endif
