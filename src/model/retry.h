/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* retry.h: loops that wait, or that try again, are not explored round by round. */
#ifndef WEFT_MODEL_RETRY_H
#define WEFT_MODEL_RETRY_H

/*
 * The running thread does something that others may notice, or that must not be done
 * twice: what came before is no idle round of a loop.
 */
void effect(void);

#endif
