/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* once.h: what is done once, for pthread_once and C11's call_once. */
#ifndef WEFT_MODEL_ONCE_H
#define WEFT_MODEL_ONCE_H

#include <stdint.h>

void once(uintptr_t caller, const void *control, void (*function)(void));

#endif
