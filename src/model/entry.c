/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* entry.c: what the compilers call under -fsanitize=thread. */

/*
 * The calls of gcc 12, clang 14 and clang 19. Those of atomic reads come in through
 * context_<machine>.S, which notes the caller's state and goes on to entry_atomic...
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "atomics.h"
#include "context.h"
#include "export.h"
#include "fiber.h"
#include "libc.h"
#include "replay.h"
#include "retry.h"
#include "shadow.h"

/* clang-format off */

/* Before each atomic read: where the call came from. */
static inline void
arrive(void)
{
#if defined(__x86_64__)
	model_arrive(*(void **)entry.stack_pointer);
#else
	model_arrive((void *)entry.registers[11]);
#endif
}

#define FETCH(bits, T, name, rmw) \
	T entry_atomic##bits##_##name(volatile T *p, T v, int order); \
	T entry_atomic##bits##_##name(volatile T *p, T v, int order) \
	{ \
		arrive(); \
		return (T)model_rmw((uintptr_t)p, bits / 8, rmw, (word)v, order); \
	}

#define EXCHANGE_IF(bits, T, name) \
	int entry_atomic##bits##_##name(volatile T *p, T *expected, T v, int order, \
	    int failure); \
	int entry_atomic##bits##_##name(volatile T *p, T *expected, T v, int order, \
	    int failure) \
	{ \
		T wanted = *expected, found; \
		\
		arrive(); \
		found = (T)model_cas((uintptr_t)p, bits / 8, (word)wanted, (word)v, order, \
		    failure, (uintptr_t)expected); \
		if (found == wanted) \
			return 1; \
		model_will_write((uintptr_t)expected, bits / 8); \
		*expected = found; \
		return 0; \
	}

#define ATOMICS(bits, T) \
	T entry_atomic##bits##_load(const volatile T *p, int order); \
	T entry_atomic##bits##_load(const volatile T *p, int order) \
	{ \
		arrive(); \
		return (T)model_load((uintptr_t)p, bits / 8, order); \
	} \
	EXPORT void __tsan_atomic##bits##_store(volatile T *p, T v, int order); \
	void __tsan_atomic##bits##_store(volatile T *p, T v, int order) \
	{ \
		ARRIVE(); \
		model_store((uintptr_t)p, bits / 8, (word)v, order); \
	} \
	FETCH(bits, T, exchange, RMW_EXCHANGE) \
	FETCH(bits, T, fetch_add, RMW_ADD) \
	FETCH(bits, T, fetch_sub, RMW_SUB) \
	FETCH(bits, T, fetch_and, RMW_AND) \
	FETCH(bits, T, fetch_or, RMW_OR) \
	FETCH(bits, T, fetch_xor, RMW_XOR) \
	FETCH(bits, T, fetch_nand, RMW_NAND) \
	EXCHANGE_IF(bits, T, compare_exchange_strong) \
	EXCHANGE_IF(bits, T, compare_exchange_weak) \
	T entry_atomic##bits##_compare_exchange_val(volatile T *p, T expected, T v, int order, \
	    int failure); \
	T entry_atomic##bits##_compare_exchange_val(volatile T *p, T expected, T v, int order, \
	    int failure) \
	{ \
		arrive(); \
		return (T)model_cas((uintptr_t)p, bits / 8, (word)expected, (word)v, order, \
		    failure, 0); \
	}

ATOMICS(8, uint8_t)
ATOMICS(16, uint16_t)
ATOMICS(32, uint32_t)
ATOMICS(64, uint64_t)
ATOMICS(128, word)

#define PLAIN(name, size, reads, writes) \
	EXPORT void __tsan_##name(void *p); \
	void __tsan_##name(void *p) \
	{ \
		ARRIVE(); \
		if (!exploring) \
			return; \
		if (reads) \
			plain_access((uintptr_t)p, size, false); \
		if (writes) \
			plain_access((uintptr_t)p, size, true); \
	}
#define VOLATILE_WRITE(name, size) \
	EXPORT void __tsan_##name(void *p); \
	void __tsan_##name(void *p) \
	{ \
		ARRIVE(); \
		model_volatile_write((uintptr_t)p, size); \
	}
#define VOLATILE_READ(size) \
	void entry_volatile_read##size(void *p); \
	void entry_volatile_read##size(void *p) \
	{ \
		arrive(); \
		model_volatile_read((uintptr_t)p, size); \
	}
/* Where the compiler says that it is the program's own counter: as in ordinary code. */
#define OF_SIZE(size) \
	PLAIN(read##size, size, true, false) \
	PLAIN(write##size, size, false, true) \
	PLAIN(read_write##size, size, true, true) \
	PLAIN(unaligned_read##size, size, true, false) \
	PLAIN(unaligned_write##size, size, false, true) \
	PLAIN(unaligned_read_write##size, size, true, true) \
	VOLATILE_READ(size) \
	VOLATILE_WRITE(volatile_write##size, size) \
	VOLATILE_WRITE(unaligned_volatile_write##size, size)

OF_SIZE(1)
OF_SIZE(2)
OF_SIZE(4)
OF_SIZE(8)
OF_SIZE(16)

/* C++ virtual tables. */
PLAIN(vptr_read, sizeof(void *), true, false)

EXPORT void __tsan_vptr_update(void *p, void *value);
void
__tsan_vptr_update(void *p, void *value)
{
	ARRIVE();
	if (exploring && *(void **)p != value)
		plain_access((uintptr_t)p, sizeof value, true);
}

EXPORT void __tsan_read_range(void *p, size_t size);
void
__tsan_read_range(void *p, size_t size)
{
	ARRIVE();
	if (exploring)
		plain_access((uintptr_t)p, size, false);
}

EXPORT void __tsan_write_range(void *p, size_t size);
void
__tsan_write_range(void *p, size_t size)
{
	ARRIVE();
	if (exploring)
		plain_access((uintptr_t)p, size, true);
}

EXPORT void *__tsan_memcpy(void *to, const void *from, size_t size);
void *
__tsan_memcpy(void *to, const void *from, size_t size)
{
	ARRIVE();
	return model_copy(to, from, size);
}

EXPORT void *__tsan_memmove(void *to, const void *from, size_t size);
void *
__tsan_memmove(void *to, const void *from, size_t size)
{
	ARRIVE();
	return model_copy(to, from, size);
}

EXPORT void *__tsan_memset(void *to, int byte, size_t size);
void *
__tsan_memset(void *to, int byte, size_t size)
{
	ARRIVE();
	return model_set(to, byte, size);
}

EXPORT void __tsan_atomic_thread_fence(int order);
void
__tsan_atomic_thread_fence(int order)
{
	ARRIVE();
	model_fence(order);
}

/* Of this thread with its own signal handlers; and what the checker does not need. */
EXPORT void __tsan_atomic_signal_fence(int order);
void __tsan_atomic_signal_fence(int order) { (void)order; }
EXPORT void __tsan_init(void);
void __tsan_init(void) { }
EXPORT void __tsan_func_entry(void *caller);
void __tsan_func_entry(void *caller) { (void)caller; }
EXPORT void __tsan_func_exit(void);
void __tsan_func_exit(void) { }
EXPORT void __tsan_ignore_thread_begin(void);
void __tsan_ignore_thread_begin(void) { }
EXPORT void __tsan_ignore_thread_end(void);
void __tsan_ignore_thread_end(void) { }
