/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* gate_compiled.h: between a litmus program as compiled code and what holds it to its file. */
#ifndef GATE_COMPILED_H
#define GATE_COMPILED_H

/* Numbers are those of enum kind, order and rmw in op.h. */
struct compiled_op {
	int kind, order, order_fail, rmw, location, a, b, reg;
};

/* The program of now. These touch no memory that is the program's. */
unsigned gate_threads(void), gate_locations(void), gate_operations(unsigned thread);
struct compiled_op gate_operation(unsigned thread, unsigned i);

/* An execution is at its end: its registers, and the last values of locations. */
void gate_result(const int *registers, const int *locations);

/* Explores each program of the files as body(NULL). */
int gate_compiled_main(int argc, char **argv, void *(*body)(void *));

#endif
