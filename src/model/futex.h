/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* futex.h: the system call futex. */
#ifndef WEFT_MODEL_FUTEX_H
#define WEFT_MODEL_FUTEX_H

#include <stdint.h>
#include <time.h>

/* As the system call, in a call that has begun; -1 and errno if it fails. */
long futex(const uint32_t *at, int command, uint32_t value, const struct timespec *time,
    uint32_t bits);

#endif
