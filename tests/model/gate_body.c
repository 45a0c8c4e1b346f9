/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* gate_body.c: litmus programs as a C program: each operation is one that a compiler has made. */

/*
 * Compiled as weft-model cc does it, and linked with the checker and gate_compiled.c. The
 * program is interpreted, so that one compilation serves for all; an atomic operation of
 * each kind and order is here by itself, as in a program where it is written down.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "gate_compiled.h"
#include "litmus.h"
#include "weft/model.h"

/* main is the gate's; what is explored is body(). */
extern const char weft_model_drives_itself[];
const char weft_model_drives_itself[] = "the gate";

static atomic_int locations[LITMUS_LOCATIONS];
/* Each is written by one thread. */
static int registers[LITMUS_REGISTERS];

#define READ_ORDERS(DO)                                       \
	case RELAXED: DO(memory_order_relaxed); break;        \
	case ACQUIRE: DO(memory_order_acquire); break;        \
	case SEQ_CST: DO(memory_order_seq_cst); break;
#define WRITE_ORDERS(DO)                                      \
	case RELAXED: DO(memory_order_relaxed); break;        \
	case RELEASE: DO(memory_order_release); break;        \
	case SEQ_CST: DO(memory_order_seq_cst); break;
#define ALL_ORDERS(DO)                                        \
	READ_ORDERS(DO)                                       \
	case RELEASE: DO(memory_order_release); break;        \
	case ACQ_REL: DO(memory_order_acq_rel); break;

static int
load(atomic_int *x, int order)
{
	switch (order) {
#define DO(ORDER) return atomic_load_explicit(x, ORDER)
		READ_ORDERS(DO)
#undef DO
	default: return -1;
	}
}

static void
store(atomic_int *x, int value, int order)
{
	switch (order) {
#define DO(ORDER) atomic_store_explicit(x, value, ORDER)
		WRITE_ORDERS(DO)
#undef DO
	default: break;
	}
}

static void
fence(int order)
{
	switch (order) {
#define DO(ORDER) atomic_thread_fence(ORDER)
		ALL_ORDERS(DO)
#undef DO
	default: break;
	}
}

static int
add(atomic_int *x, int value, int order)
{
	switch (order) {
#define DO(ORDER) return atomic_fetch_add_explicit(x, value, ORDER)
		ALL_ORDERS(DO)
#undef DO
	default: return -1;
	}
}

static int
subtract(atomic_int *x, int value, int order)
{
	switch (order) {
#define DO(ORDER) return atomic_fetch_sub_explicit(x, value, ORDER)
		ALL_ORDERS(DO)
#undef DO
	default: return -1;
	}
}

static int
exchange(atomic_int *x, int value, int order)
{
	switch (order) {
#define DO(ORDER) return atomic_exchange_explicit(x, value, ORDER)
		ALL_ORDERS(DO)
#undef DO
	default: return -1;
	}
}

static int
compare_exchange(atomic_int *x, int expected, int desired, int order, int order_fail)
{
#define TRY(ORDER, FAIL) \
	atomic_compare_exchange_strong_explicit(x, &expected, desired, ORDER, FAIL)
	switch (order_fail) {
	case RELAXED:
		switch (order) {
#define DO(ORDER) TRY(ORDER, memory_order_relaxed)
			ALL_ORDERS(DO)
#undef DO
		default: break;
		}
		break;
	case ACQUIRE:
		switch (order) {
#define DO(ORDER) TRY(ORDER, memory_order_acquire)
			ALL_ORDERS(DO)
#undef DO
		default: break;
		}
		break;
	default:
		switch (order) {
#define DO(ORDER) TRY(ORDER, memory_order_seq_cst)
			ALL_ORDERS(DO)
#undef DO
		default: break;
		}
	}
	return expected;
}

static int
read_modify_write(const struct compiled_op *op, atomic_int *x)
{
	switch (op->rmw) {
	case RMW_ADD: return add(x, op->a, op->order);
	case RMW_SUB: return subtract(x, op->a, op->order);
	case RMW_EXCHANGE: return exchange(x, op->a, op->order);
	case RMW_CAS: return compare_exchange(x, op->a, op->b, op->order, op->order_fail);
	default: return load(x, op->order);
	}
}

static void *
thread(void *argument)
{
	unsigned t = (unsigned)(uintptr_t)argument, n = gate_operations(t);

	for (unsigned i = 0; i < n; i++) {
		const struct compiled_op op = gate_operation(t, i);
		atomic_int *x = &locations[op.location];

		switch (op.kind) {
		case WRITE: store(x, op.a, op.order); break;
		case FENCE: fence(op.order); break;
		case CHOOSE: registers[op.reg] = (int)weft_model_choose((unsigned)op.a); break;
		default: registers[op.reg] = read_modify_write(&op, x);
		}
	}
	return NULL;
}

static void *
body(void *unused)
{
	pthread_t threads[MAX_THREADS];
	int last[LITMUS_LOCATIONS] = { 0 };
	unsigned n = gate_threads();

	(void)unused;
	for (unsigned t = 0; t < n; t++)
		pthread_create(&threads[t], NULL, thread, (void *)(uintptr_t)t);
	for (unsigned t = 0; t < n; t++)
		pthread_join(threads[t], NULL);
	for (unsigned l = 0; l < gate_locations(); l++)
		last[l] = atomic_load_explicit(&locations[l], memory_order_relaxed);
	gate_result(registers, last);
	return NULL;
}

int
main(int argc, char **argv)
{
	return gate_compiled_main(argc, argv, body);
}
