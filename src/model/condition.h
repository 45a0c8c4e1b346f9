/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* condition.h: conditions, for pthread_cond_t and C11's cnd_t. */
#ifndef WEFT_MODEL_CONDITION_H
#define WEFT_MODEL_CONDITION_H

#include <pthread.h>

#include "virtual_time.h"

/* The calls of the program, from `caller`; the results are those of POSIX. */
int condition_wait(uintptr_t caller, pthread_cond_t *cond, pthread_mutex_t *mutex);
int condition_wait_until(uintptr_t caller, pthread_cond_t *cond, pthread_mutex_t *mutex,
    clockid_t clock, const struct timespec *at);
void condition_wake(uintptr_t caller, pthread_cond_t *cond, unsigned most);
void condition_destroy(uintptr_t caller, pthread_cond_t *cond);

#endif
