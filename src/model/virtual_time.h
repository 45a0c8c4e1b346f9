/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* virtual_time.h: clocks of the program under test. */
#ifndef WEFT_MODEL_VIRTUAL_TIME_H
#define WEFT_MODEL_VIRTUAL_TIME_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/*
 * Time is what a thread knows of it: it goes on when the thread asks for it, when it
 * sleeps, and when it waits until a deadline; and it is never less than that of another
 * thread when that did what happens before now. In nanoseconds since the program began.
 */
uint64_t virtual_time(void);
/* It is now that late, if it was not yet. */
void virtual_time_jump(uint64_t until);

/* The deadline, as the time when it has come; false: it is no time at all. */
bool virtual_deadline(clockid_t clock, const struct timespec *at, uint64_t *deadline);
/* So long from now. */
bool virtual_deadline_after(const struct timespec *span, uint64_t *deadline);

#endif
