/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* litmus.h: small programs over atomic locations, and what they may do. */
#ifndef WEFT_MODEL_LITMUS_H
#define WEFT_MODEL_LITMUS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "op.h"
#include "vclock.h"

enum {
	LITMUS_NAME = 64,
	LITMUS_OPS = 24,		/* in one thread */
	LITMUS_VALUES = 16,		/* in an outcome */
	LITMUS_LOCATIONS = 16,
	LITMUS_REGISTERS = 64,
	LITMUS_AXIOMS = 3,		/* of enum sc_axiom */
};

/* One operation, and the register that gets what it reads: -1 where there is none. */
struct litmus_op {
	struct op op;
	int reg;
};

struct litmus_thread {
	unsigned n;
	struct litmus_op ops[LITMUS_OPS];
};

/* What an outcome tells: a register, or the last value of a location. */
struct litmus_value {
	bool is_location;
	unsigned number;
};

/*
 * An outcome is a number of one hexadecimal digit a value, the first value highest. An
 * expectation speaks of those outcomes whose digits under `mask` are as in `digits`.
 */
struct expectation {
	uint64_t mask, digits;
	bool allowed;		/* some execution ends so; else none does */
	uint8_t axioms;		/* the SC axioms that it is true of: bits, by enum sc_axiom */
};

struct litmus {
	char name[LITMUS_NAME];
	unsigned line;			/* of its file */
	unsigned n_threads, n_locations, n_values;
	struct litmus_thread threads[MAX_THREADS];
	char locations[LITMUS_LOCATIONS];	/* their names, a letter each */
	struct litmus_value values[LITMUS_VALUES];
	uint64_t executions[LITMUS_AXIOMS];	/* execution graphs, by SC axiom; 0: not said */
	bool complete;			/* nothing is allowed that is not expected */
	struct expectation *expected;
	unsigned n_expected, room;	/* of expected[] */
};

/* A file of programs, in memory. */
struct litmus_file {
	const char *name;
	char *text, *at;
	unsigned line;		/* of `at`, from 1 */
	bool is_text;		/* one program for readers (litmus_text.c); else JSON lines */
};

/* A file that cannot be read, or is wrong, ends the program with a sentence. Status 3. */
void litmus_open(struct litmus_file *f, const char *name);
/* The next program; false: there is none. Its expectations are the caller's to free. */
bool litmus_next(struct litmus_file *f, struct litmus *p);
void litmus_close(struct litmus_file *f);

/* The letter or number of a value, and an outcome in words. */
void litmus_print_value(FILE *out, const struct litmus *p, unsigned value);
void litmus_print_outcome(FILE *out, const struct litmus *p, uint64_t outcome);

/* For those that read the formats. */
bool litmus_next_json(struct litmus_file *f, struct litmus *p);
bool litmus_next_text(struct litmus_file *f, struct litmus *p);
/* Says "file:line: ..." and ends the program. Status 3. */
__attribute__((noreturn, format(printf, 2, 3))) void litmus_fail(const struct litmus_file *f,
    const char *format, ...);
/* The number of the location with this name of one letter; a new one gets the next. */
unsigned litmus_location(const struct litmus_file *f, struct litmus *p, const char *name);
unsigned litmus_register(const struct litmus_file *f, const char *name);
unsigned litmus_digit(const struct litmus_file *f, const char *text);
unsigned litmus_order(const struct litmus_file *f, const char *text);
void litmus_add_thread(const struct litmus_file *f, struct litmus *p);
/* The order of a compare-exchange that fails, where none is said: the load half. */
unsigned litmus_order_of_failure(unsigned order);
/* Its orders must be such as the operation can have. */
void litmus_add_op(const struct litmus_file *f, struct litmus *p, unsigned thread,
    struct litmus_op op);
/* The place of a value in outcomes; a new one gets the next. */
unsigned litmus_value(const struct litmus_file *f, struct litmus *p, const char *name);
void litmus_expect(struct litmus *p, struct expectation e);
/* What can be said of the program as a whole. */
void litmus_check(const struct litmus_file *f, const struct litmus *p);

#endif
