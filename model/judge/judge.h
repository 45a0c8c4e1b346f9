/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* judge.h: the monitors of the stress programs, judged by what a checker explores. */
#ifndef MODEL_JUDGE_H
#define MODEL_JUDGE_H

#include "../support/answers.h"

/*
 * After answer_check has found an order: that execution, as a history. Each operation takes
 * effect where the order has it, and its interval reaches to its thread's operations before and
 * after. So the history is linearizable, and whoever says otherwise raises a false alarm. Then
 * two answers change places, and the monitor and the search through all orders must agree.
 * Aborts where they do not. Only scripts of pushes, pops and their refusals.
 */
void judge_queue(unsigned capacity);
/* Row 1 and main are the owner; all others steal. */
void judge_deque(void);

#endif
