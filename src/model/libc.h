/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* libc.h: functions of libc whose accesses the checker must see. */
#ifndef WEFT_MODEL_LIBC_H
#define WEFT_MODEL_LIBC_H

#include <stddef.h>

/* memmove and memset */
void *model_copy(void *to, const void *from, size_t size);
void *model_set(void *to, int byte, size_t size);

#endif
