/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* thread.h: threads of the program begin, end and are joined. */
#ifndef WEFT_MODEL_THREAD_H
#define WEFT_MODEL_THREAD_H

#include <stdbool.h>

/* A new thread: its number. */
unsigned thread_create(void *(*start)(void *), void *argument);
/* The running thread waits for the other to end; `what` is the call, for the report. */
void *thread_join(unsigned thread, const char *what);
void thread_detach(unsigned thread, const char *what);
/* The running thread ends. thread_at_end is called before, with what destroys its keys. */
__attribute__((noreturn)) void thread_ends(void *result);
extern void (*thread_at_end)(void);
/* The running thread ends the program: the others may still do what they do. */
__attribute__((noreturn)) void thread_exits_program(void);
/* Has some thread done so, in this run? */
bool thread_exited_program(void);
/* No thread has been created yet, in this run. */
void threads_reset(void);

#endif
