/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* libc.c: functions of libc that the program calls: memory, and how it ends. */
#include "libc.h"

#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "heap.h"
#include "retry.h"
#include "thread.h"
#include "verdict.h"

/* Memory. */

void *
model_copy(void *to, const void *from, size_t size)
{
	if (exploring) {
		plain_access((uintptr_t)from, size, false);
		plain_access((uintptr_t)to, size, true);
	}
	return memmove(to, from, size);
}

void *
model_set(void *to, int byte, size_t size)
{
	if (exploring)
		plain_access((uintptr_t)to, size, true);
	return memset(to, byte, size);
}

EXPORT void *__wrap_memcpy(void *to, const void *from, size_t size);
void *
__wrap_memcpy(void *to, const void *from, size_t size)
{
	ARRIVE();
	return model_copy(to, from, size);
}

EXPORT void *__wrap_memmove(void *to, const void *from, size_t size);
void *
__wrap_memmove(void *to, const void *from, size_t size)
{
	ARRIVE();
	return model_copy(to, from, size);
}

EXPORT void *__wrap_memset(void *to, int byte, size_t size);
void *
__wrap_memset(void *to, int byte, size_t size)
{
	ARRIVE();
	return model_set(to, byte, size);
}

/* Allocation. */

static void *
alloc_or_errno(size_t size, size_t align)
{
	void *p = heap_alloc(size, align);

	if (p == NULL)
		errno = ENOMEM;
	return p;
}

EXPORT void *__wrap_malloc(size_t size);
void *
__wrap_malloc(size_t size)
{
	ARRIVE();
	return exploring ? alloc_or_errno(size, 1) : malloc(size);
}

EXPORT void *__wrap_calloc(size_t n, size_t size);
void *
__wrap_calloc(size_t n, size_t size)
{
	size_t all;
	void *p;

	ARRIVE();
	if (!exploring)
		return calloc(n, size);
	if (__builtin_mul_overflow(n, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	p = alloc_or_errno(all, 1);
	return p == NULL ? NULL : model_set(p, 0, all);
}

EXPORT void *__wrap_aligned_alloc(size_t align, size_t size);
void *
__wrap_aligned_alloc(size_t align, size_t size)
{
	ARRIVE();
	return exploring ? alloc_or_errno(size, align) : aligned_alloc(align, size);
}

EXPORT void *__wrap_memalign(size_t align, size_t size);
void *
__wrap_memalign(size_t align, size_t size)
{
	ARRIVE();
	return exploring ? alloc_or_errno(size, align) : aligned_alloc(align, size);
}

EXPORT int __wrap_posix_memalign(void **result, size_t align, size_t size);
int
__wrap_posix_memalign(void **result, size_t align, size_t size)
{
	void *p;

	ARRIVE();
	if (!exploring)
		return posix_memalign(result, align, size);
	if (align < sizeof p || (align & (align - 1)) != 0)
		return EINVAL;
	p = heap_alloc(size, align);
	if (p == NULL)
		return ENOMEM;
	plain_access((uintptr_t)result, sizeof p, true);
	*result = p;
	return 0;
}

/* What the program has from before main, or from libc itself, is left alone. */
EXPORT void __wrap_free(void *p);
void
__wrap_free(void *p)
{
	ARRIVE();
	if (!exploring)
		free(p);
	else if (p != NULL && heap_has(p))
		heap_free(p);
}

EXPORT void *__wrap_realloc(void *old, size_t size);
void *
__wrap_realloc(void *old, size_t size)
{
	size_t old_size;
	void *p;

	ARRIVE();
	if (!exploring)
		return realloc(old, size);
	p = alloc_or_errno(size, 1);
	if (p == NULL || old == NULL)
		return p;
	old_size = heap_has(old) ? heap_size(old) : malloc_usable_size(old);
	model_copy(p, old, old_size < size ? old_size : size);
	if (heap_has(old))
		heap_free(old);
	return p;
}

EXPORT size_t __wrap_malloc_usable_size(void *p);
size_t
__wrap_malloc_usable_size(void *p)
{
	return p != NULL && heap_has(p) ? heap_size(p) : malloc_usable_size(p);
}

EXPORT char *__wrap_strndup(const char *text, size_t size);
char *
__wrap_strndup(const char *text, size_t size)
{
	size_t length = strnlen(text, size);
	char *copy;

	ARRIVE();
	if (!exploring)
		return strndup(text, size);
	copy = alloc_or_errno(length + 1, 1);
	if (copy == NULL)
		return NULL;
	model_copy(copy, text, length);
	plain_access((uintptr_t)copy + length, 1, true);
	copy[length] = '\0';
	return copy;
}

EXPORT char *__wrap_strdup(const char *text);
char *
__wrap_strdup(const char *text)
{
	ARRIVE();
	return exploring ? __wrap_strndup(text, strlen(text)) : strdup(text);
}

/* How a program ends. */

EXPORT void __wrap_abort(void) __attribute__((noreturn));
void
__wrap_abort(void)
{
	ARRIVE();
	if (!exploring)
		abort();
	fail(BUG_ASSERT, "thread %u calls abort()", running->id);
}

EXPORT void __wrap___assert_fail(const char *what, const char *file, unsigned line,
    const char *function) __attribute__((noreturn));
void
__wrap___assert_fail(const char *what, const char *file, unsigned line, const char *function)
{
	ARRIVE();
	(void)function;
	if (!exploring)
		abort();
	fail(BUG_ASSERT, "assertion failed in thread %u: %s (%s:%u)", running->id, what, file,
	    line);
}

EXPORT void __wrap_exit(int status) __attribute__((noreturn));
void
__wrap_exit(int status)
{
	ARRIVE();
	if (!exploring)
		exit(status);
	thread_exits_program();
}

EXPORT void __wrap__exit(int status) __attribute__((noreturn));
void
__wrap__exit(int status)
{
	ARRIVE();
	if (!exploring)
		_Exit(status);
	thread_exits_program();
}

EXPORT void __wrap__Exit(int status) __attribute__((noreturn));
void
__wrap__Exit(int status)
{
	ARRIVE();
	if (!exploring)
		_Exit(status);
	thread_exits_program();
}

EXPORT void __wrap_quick_exit(int status) __attribute__((noreturn));
void
__wrap_quick_exit(int status)
{
	ARRIVE();
	if (!exploring)
		quick_exit(status);
	thread_exits_program();
}
