/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* report.h: a bug that was found, told to the person who has to mend it. */
#ifndef WEFT_MODEL_REPORT_H
#define WEFT_MODEL_REPORT_H

/*
 * The run of now has ended in a bug. Finds an order of its events with few preemptions,
 * runs the program again along it, and prints what, where, the trace and the token.
 */
void report_bug(void);

#endif
