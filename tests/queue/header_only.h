/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* header_only.h: a program over a queue in its own memory: producers, consumers, and a sum. */
#ifndef WEFT_TESTS_HEADER_ONLY_H
#define WEFT_TESTS_HEADER_ONLY_H

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <weft/base.h>

/*
 * A program includes this and its queue's header, and says what it has: PRODUCERS and
 * CONSUMERS, `jobs`, a queue of struct job, and `memory` for CAPACITY of them. Then it
 * includes header_only_main.h.
 */
enum { CAPACITY = 5, EACH = 20000 };

struct job {
	uint32_t from, number;
	double weight;
};

#endif
