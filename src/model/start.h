/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* start.h: many small programs explored in one process. */
#ifndef WEFT_MODEL_START_H
#define WEFT_MODEL_START_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A program that defines this has a main of its own, which calls weft_model_explore for
 * each program that it wants explored.
 */
extern __attribute__((weak, visibility("default"))) const char weft_model_drives_itself[];

/*
 * Explores body(argument) as if it were main; at_end is called after each complete execution.
 * 0: no bug; 1: a bug, which is told; 2: out of limits.
 */
__attribute__((visibility("default"))) int weft_model_explore(void *(*body)(void *), void *argument,
    void (*at_end)(void), uint64_t *executions, uint64_t *blocked);

#endif
