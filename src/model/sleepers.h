/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sleepers.h: queues of sleeping threads: of conditions and of futex words. */
#ifndef WEFT_MODEL_SLEEPERS_H
#define WEFT_MODEL_SLEEPERS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * In the graph a queue is a list of threads. Who goes to sleep first joins it, then does
 * what it must (unlocks the mutex, looks at the word), and then sleeps: that is to read from
 * the very step that took it out of the queue. All this in calls that have begun.
 */

/* Returns what sleepers_sleep wants to know. */
unsigned sleepers_join(const void *queue);
void sleepers_sleep(const void *queue, unsigned joined);
/* Instead of sleeping. False: somebody has woken the thread already. */
bool sleepers_leave(const void *queue);
/* The first ones wake, at most so many. Returns how many did. */
unsigned sleepers_wake(const void *queue, unsigned most);
/* Is anyone there? */
bool sleepers_any(const void *queue);

#endif
