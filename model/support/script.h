/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* script.h: programs for a model checker: a few threads, each with a few letters to act on. */
#ifndef MODEL_SCRIPT_H
#define MODEL_SCRIPT_H

#include "answers.h"

/*
 * Each letter is an operation: what it means, the program's `act` says. Four are
 * everyone's: ! marks, and ?N looks at what thread N has marked; ^ raises the thread's flag,
 * and _N looks at that of thread N (see answers.h).
 *
 *	{ "2p1c", 2, { "pp", "pp", "cc" } }
 *
 * main() inits, acts `before`, starts a thread for each string, joins them, acts `after`,
 * looks for an order of all that was recorded, and finishes.
 */
struct script {
	const char *name;
	unsigned capacity;
	const char *threads[ANSWER_THREADS];
	const char *before, *after;        /* main's; NULL: nothing */
	unsigned variant;                  /* what init makes of it */
};

struct script_subject {
	void (*init)(const struct script *s);
	/* row: ANSWER_BEFORE, ANSWER_AFTER, or that of a thread, from 1. */
	void (*act)(unsigned row, char letter);
	void (*fini)(void);
	answer_step *step;                 /* NULL: act checks all there is */
	bool unbounded;                    /* to step, whatever the capacity */
	bool apart;                        /* full and empty: each right by itself */
};

/* By init, where it depends on the script: as in script_subject, of which it takes the place. */
void script_rule(answer_step *step, bool apart);

/* A value that no other call gave, for this row: they count up. */
uint64_t script_value(unsigned row);
/* Whose value it is. */
unsigned script_row(uint64_t value);

/* prog NAME runs that script; prog --list names all; prog: the first. */
int script_main(int argc, char **argv, const struct script_subject *subject,
    const struct script *scripts, size_t n);

#define SCRIPT_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
