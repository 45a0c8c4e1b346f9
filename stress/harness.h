/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* harness.h: what every stress program has: cases, seeds, threads, a watchdog, a replay line. */
#ifndef STRESS_HARNESS_H
#define STRESS_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "dice.h"
#include "history.h"
#include "monitor_queue.h"

struct stress;

/* A case: one round of it does something from a fresh seed, and checks it. */
struct stress_case {
	char name[64];
	void (*round)(struct stress *s, const void *arg);
	const void *arg;
	unsigned threads; /* that it runs; cases of more than --threads are left out */
};

struct stress {
	const struct stress_case *now;
	struct dice dice; /* the round's, for the thread that runs it */
	uint64_t seed; /* of the round: with the case's name it replays it */
	unsigned ops; /* a thread and round, at most; 0: as the case likes */
	bool is_long; /* there is time: --seconds is 20 or more */
	uint64_t done; /* operations, for the summary: the case adds */
	uint64_t undecided; /* histories */
};

/* Exit status: 0 nothing wrong, 1 a fault, 2 a bad command line. */
int stress_main(int argc, char **argv, const struct stress_case *cases, size_t n);

/* One thread of a round. */
struct stress_thread {
	struct stress *stress;
	unsigned index;
	struct dice dice;
	void *ctx;
	void *ticks_;
};

/*
 * Runs body in n threads that begin together, each with its own dice and, between the
 * atomics of what it calls, its own delays. Returns when all have.
 */
void stress_run(struct stress *s, unsigned n, void (*body)(struct stress_thread *t), void *ctx);

/* Something went forward: without this for --hang seconds in any thread, it hangs. */
void stress_tick(struct stress_thread *t);

/* What to print, beside the threads, of a round that hangs; NULL: no more. */
void stress_dumps(void (*dump)(FILE *out, void *ctx), void *ctx);

/* A round's failure: says it, says how to replay it, and ends the program with 1. */
_Noreturn void stress_fail(struct stress *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same, for a verdict on a history: prints the operations that explain it. */
void stress_judge(struct stress *s, const struct history *h, const struct monitor_verdict *v);

/* A number of operations for one thread of a round: from low to high, or what --ops says. */
unsigned stress_ops(struct stress *s, unsigned low, unsigned high);

#endif
