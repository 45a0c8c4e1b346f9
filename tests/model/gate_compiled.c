/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* gate_compiled.c: the gate for compiled code: litmus programs that a compiler has been at. */

/*
 * A shared library, so that it keeps its memory from run to run: the checker puts back that
 * of the program itself, which is gate_body.c. It is not instrumented; its functions are
 * for the checker what libc's are.
 */
#include "gate_compiled.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "consistency.h"
#include "gate.h"
#include "start.h"

/* Those of the checker are its own. WEFT_MODEL_OPTIONS tells it the axiom. */
enum sc_axiom sc_axiom = SC_RC11;

void
refuse(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	_Exit(3);
}

static const struct litmus *program;
static struct findings *findings;
static void *(*body)(void *);
static int last_registers[LITMUS_REGISTERS], last_locations[LITMUS_LOCATIONS];

unsigned
gate_threads(void)
{
	return program->n_threads;
}

unsigned
gate_locations(void)
{
	return program->n_locations;
}

unsigned
gate_operations(unsigned thread)
{
	return program->threads[thread].n;
}

struct compiled_op
gate_operation(unsigned thread, unsigned i)
{
	const struct litmus_op *o = &program->threads[thread].ops[i];

	return (struct compiled_op){
		.kind = o->op.kind,
		.order = o->op.order,
		.order_fail = o->op.order_fail,
		.rmw = o->op.rmw,
		.location = o->op.location,
		.a = (int)o->op.a,
		.b = (int)o->op.b,
		.reg = o->reg,
	};
}

void
gate_result(const int *registers, const int *locations)
{
	memcpy(last_registers, registers, sizeof last_registers);
	memcpy(last_locations, locations, sizeof last_locations);
}

static void
add_outcome(void)
{
	uint64_t digits = 0;

	for (unsigned i = 0; i < program->n_values; i++) {
		const struct litmus_value *v = &program->values[i];
		int value = v->is_location ? last_locations[v->number] : last_registers[v->number];

		if (value < 0 || value > 15)
			refuse("%s: %d has no digit in an outcome", program->name, value);
		digits = digits << 4 | (unsigned)value;
	}
	number_set_add(&findings->outcomes, digits);
}

void
gate_explore(const struct litmus *p, struct findings *found, uint64_t enough)
{
	uint64_t blocked;

	(void)enough;
	program = p;
	findings = found;
	if (weft_model_explore(body, NULL, add_outcome, &found->executions, &blocked) != 0)
		refuse("%s: the checker reports a bug, or has given up", p->name);
}

int
gate_compiled_main(int argc, char **argv, void *(*the_body)(void *))
{
	body = the_body;
	return gate_main(argc, argv);
}
