/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* thread_keys.h: what each thread keeps under a key, for pthread_key_t and C11's tss_t. */
#ifndef WEFT_MODEL_THREAD_KEYS_H
#define WEFT_MODEL_THREAD_KEYS_H

#include <stdint.h>

/* The calls of the program, from `caller`; the results are those of POSIX. */
int thread_key_create(uintptr_t caller, unsigned *key, void (*destructor)(void *));
int thread_key_delete(uintptr_t caller, unsigned key);
int thread_key_set(uintptr_t caller, unsigned key, const void *value);
void *thread_key_get(unsigned key);

#endif
