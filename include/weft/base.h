/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/base.h: results, types described, and the few words that every header uses. */
#ifndef WEFT_BASE_H
#define WEFT_BASE_H

#include <limits.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * weft needs gcc 12 or clang 14, or later, as C11 to C23 or C++17 to C++23. It uses
 * three extensions, by these names only: __attribute__, the __atomic builtins, and
 * __builtin_expect.
 *
 * The names. A function is weft_noun_verb; a macro WEFT_NOUN(name, ...) declares plain
 * functions name_verb over it, for a type of yours. What ends in an underscore is
 * visible because C must see it, and private all the same. After WEFT_NOUN(name, ...)
 * every identifier that begins with `name_` belongs to weft.
 */
#define WEFT_VERSION_MAJOR 0
#define WEFT_VERSION_MINOR 1
#define WEFT_VERSION_PATCH 0

/* Two things that different threads write stay this many bytes apart. */
#define WEFT_LINE 128

/* How many elements an array has. */
#define WEFT_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Options are structs whose zeroes mean the usual, passed by address; NULL: all the usual.
 * WEFT_0 after a field says so to C++, which else warns of fields that are not named.
 */
#ifdef __cplusplus
#define WEFT_C_BEGIN_ extern "C" {
#define WEFT_C_END_ }
#define WEFT_ZERO_ {}
#define WEFT_0 {}
#else
#define WEFT_C_BEGIN_
#define WEFT_C_END_
#define WEFT_ZERO_ { 0 }
#define WEFT_0
#endif

/* What the library exports; what a caller may not ignore. */
#define WEFT_API __attribute__((visibility("default")))
#define WEFT_MUST_USE __attribute__((warn_unused_result))
#define WEFT_NORETURN_ __attribute__((noreturn))
#define WEFT_COLD_ __attribute__((cold, noinline, unused))
#define WEFT_LIKELY_(x) __builtin_expect(!!(x), 1)
#define WEFT_UNLIKELY_(x) __builtin_expect(!!(x), 0)
/* Every generated function: real, inlined, and no warning when it is not called. */
#define WEFT_GEN_ static inline __attribute__((unused))
/* A fast path: inlined, so that the user's compiler sees sizes and instruments accesses. */
#define WEFT_INLINE_ static inline __attribute__((always_inline, unused))

/* Is this translation unit compiled with -fsanitize=thread? */
#if defined(__SANITIZE_THREAD__)
#define WEFT_TSAN_ 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WEFT_TSAN_ 1
#endif
#endif
#ifndef WEFT_TSAN_
#define WEFT_TSAN_ 0
#endif

/*
 * WEFT_MODEL: defined where a model checker runs the program through every schedule. What
 * only saves time (spins, statistics) is then left out, and what differs from run to run
 * (draws, numbers of CPUs) is a constant; blocks of slots are so small that few values fill
 * them. So every wait goes to the system at once, and each step depends on what the thread
 * has read and on nothing else. All orders and all decisions stay as they are. The library
 * and all that uses it are compiled alike.
 */
#ifdef WEFT_MODEL
#define WEFT_MODEL_ 1
#else
#define WEFT_MODEL_ 0
#endif

/*
 * WEFT_CHECKED: define it before the first include of weft, to have misuse trapped on
 * the fast paths too. It changes no layout, so files with and without it link together.
 */
#ifdef WEFT_CHECKED
#define WEFT_CHECKED_ 1
#else
#define WEFT_CHECKED_ 0
#endif

WEFT_C_BEGIN_

/*
 * The name of this binary interface. What needs the library refers to it, so that
 * headers and a library that do not belong together fail at link time, and the missing
 * name says why: weft_abi_0_tsan is in libweft-tsan, for programs that are built with
 * -fsanitize=thread; weft_abi_0 is in libweft, for all others.
 */
#if WEFT_TSAN_
#define WEFT_ABI_ weft_abi_0_tsan
#else
#define WEFT_ABI_ weft_abi_0
#endif
WEFT_API void WEFT_ABI_(void);

/*
 * weft_status: why something did not happen, or WEFT_OK, which is 0.
 *
 * A call that can fail in one way only returns bool: true, it happened. A call that
 * can fail in two ways or more returns weft_status. A call ending in _n returns how
 * many. A call that cannot fail returns its answer. The compiler warns when a bool or
 * a status is ignored; weft_ignore(s) says that it is meant.
 *
 * Unless its comment says otherwise, a call that fails has changed nothing.
 *
 * Values from WEFT_USER up are yours: a body that returns weft_status (a loop's, a
 * thread's, a stage's) may return weft_user(7), and it comes back to you unchanged.
 */
#define WEFT_STATUSES(X)                                                                          \
	X(OK, "done")                                                                             \
	X(FULL, "there is no room")                                                               \
	X(EMPTY, "there is nothing to take")                                                      \
	X(CLOSED, "it is closed, and drained")                                                    \
	X(TIMEOUT, "the deadline passed")                                                         \
	X(CANCELLED, "it was asked to stop")                                                      \
	X(NOT_FOUND, "there is no such entry")                                                    \
	X(EXISTS, "there is such an entry already")                                               \
	X(BUSY, "another thread holds it")                                                        \
	X(INVALID, "an argument is out of range")                                                 \
	X(NO_MEMORY, "the allocator returned no memory")                                          \
	X(NO_THREADS, "the system gave no thread")                                                \
	X(SYSTEM, "a system call failed")

/* clang-format off: what the macro makes is not to be indented. */
typedef enum weft_status {
#define WEFT_STATUS_ENUM_(name, text) WEFT_##name,
	WEFT_STATUSES(WEFT_STATUS_ENUM_)
#undef WEFT_STATUS_ENUM_
	WEFT_USER = 1000,            /* the first of yours */
	WEFT_STATUS_MAX_ = INT_MAX   /* so that any of yours fits, in C++ too */
} weft_status;
/* clang-format on */

/* "WEFT_FULL", "there is no room". For yours: "WEFT_USER", "a status of the program's". */
WEFT_API const char *weft_status_name(weft_status s);
WEFT_API const char *weft_status_text(weft_status s);

/* A status of your own: code counts from 0. weft_user_code gives it back. */
static inline weft_status
weft_user(int code)
{
	return (weft_status)(WEFT_USER + code);
}

static inline int
weft_user_code(weft_status s)
{
	return (int)s - (int)WEFT_USER;
}

/* I know that this can fail, and do not mind. */
static inline void
weft_ignore(weft_status s)
{
	(void)s;
}

/*
 * weft_must(call): for main() and tests. When the call does not return WEFT_OK, prints
 * the call, its status and its place to stderr, and exits with status 1.
 *
 *	weft_must(jobs_init(&q, 64));
 */
#define weft_must(call) weft_must_((call), #call, __FILE__, __LINE__)
WEFT_API void weft_must_(weft_status s, const char *call, const char *file, int line);

/* Some bytes of someone else's, by default good for the duration of a call. */
typedef struct weft_bytes {
	const void *data;
	size_t len;
} weft_bytes;

/* The bytes of a C string, without its final zero. */
WEFT_API weft_bytes weft_bytes_of(const char *text);

/*
 * What the untyped functions must know of an element. The macros make one for each
 * type; a binding from another language makes its own and calls the weft_ functions.
 */
typedef struct weft_type {
	const char *name;            /* said in sentences about misuse, and shown by gdb */
	size_t size;                 /* bytes of a value, at least 1                     */
	size_t align;                /* a power of two, of which size is a multiple      */
	void (*drop)(void *value);   /* NULL: values need no dropping                    */
} weft_type;

/*
 * Each object knows its own address from init to fini, so that using one before, or
 * after, or through a copy of it, stops the program with a sentence that says which.
 * weft's objects need no more alignment than malloc gives: fields that must not share
 * a line are kept apart by padding.
 */
typedef struct weft_alive_ {
	const void *self;
} weft_alive_;

/*
 * Misuse: says `call: sentence` on stderr, and aborts. In every build. It stands here so
 * that the queues that need no library can trap misuse without one.
 */
static WEFT_NORETURN_ WEFT_COLD_ void
weft_misuse_(const char *call, const char *sentence)
{
	fprintf(stderr, "weft: %s: %s\n", call, sentence);
	fflush(stderr);
	abort();
}

/* From init on an object knows its address; what is used otherwise, does not. */
WEFT_INLINE_ void
weft_alive_check_(const weft_alive_ *alive, const void *self, const char *call)
{
	if (WEFT_UNLIKELY_(self == NULL || alive->self != self))
		weft_misuse_(call,
		    "the object was not initialised, is finished, or is a copy: "
		    "call its init, and use it where it stands");
}

WEFT_C_END_

/* The rest serves the macros of the other headers. */

#ifdef __cplusplus
template <class A, class B> struct weft_same_ {
	static constexpr bool value = false;
};
template <class A> struct weft_same_<A, A> {
	static constexpr bool value = true;
};
#define WEFT_ASSERT_(truth, text) static_assert(truth, text)
#define WEFT_IS_(fn, type) weft_same_<decltype(&fn), type>::value
#define WEFT_PLAIN_(T) __is_trivially_copyable(T)
#define WEFT_SAME_(A, B) weft_same_<A, B>::value
#else
#define WEFT_ASSERT_(truth, text) _Static_assert(truth, text)
#define WEFT_IS_(fn, type) _Generic(&(fn), type: 1, default: 0)
#define WEFT_PLAIN_(T) 1
#define WEFT_SAME_(A, B) _Generic((A *)0, B *: 1, default: 0)
#endif
#define WEFT_CHECK_TYPE_(name, T)                                                                 \
	WEFT_ASSERT_(sizeof(T) > 0, #name ": its values have no size: " #T " is empty");          \
	WEFT_ASSERT_(WEFT_PLAIN_(T), #name ": its values are copied as bytes: "                   \
	    #T " must be trivially copyable")
#define WEFT_END_ WEFT_ASSERT_(1, "")   /* eats the semicolon of the user's line */

/* WEFT_PICK_(M_, a, b) is M_2_: macros choose by the number of optional arguments. */
#define WEFT_CAT_(a, b) WEFT_CAT2_(a, b)
#define WEFT_CAT2_(a, b) a##b##_
#define WEFT_NARGS_(...) WEFT_NARGS2_(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define WEFT_NARGS2_(a, b, c, d, e, f, g, h, n, ...) n
#define WEFT_PICK_(macro, ...) WEFT_CAT_(macro, WEFT_NARGS_(__VA_ARGS__))

/*
 * Hygiene. A function of the user's is called in one place only, a shim of which every
 * name ends in an underscore: so it may have any name, `a`, `in` or `ctx` included.
 *
 * An optional, last context: `, Ctx const *ctx` in a prototype, `, ctx` in a call.
 */
#define WEFT_CTX_TYPE_0_(Ctx)
#define WEFT_CTX_TYPE_1_(Ctx) , Ctx const *
#define WEFT_CTX_PARAM_0_(Ctx)
#define WEFT_CTX_PARAM_1_(Ctx) , Ctx const *ctx
#define WEFT_CTX_PASS_0_(Ctx, from)
#define WEFT_CTX_PASS_1_(Ctx, from) , (Ctx const *)(from)
#define WEFT_CTX_PTR_0_ NULL
#define WEFT_CTX_PTR_1_ ctx
#define WEFT_CTX_SHIM_0_(Ctx)
#define WEFT_CTX_SHIM_1_(Ctx) , Ctx const *ctx_
#define WEFT_CTX_FROM_0_
#define WEFT_CTX_FROM_1_ , ctx_
#define WEFT_CTX_TEXT_0_(Ctx) ""
#define WEFT_CTX_TEXT_1_(Ctx) ", " #Ctx " const *"
/* The same for one that a single thread at a time may change. */
#define WEFT_MUT_TYPE_0_(Ctx)
#define WEFT_MUT_TYPE_1_(Ctx) , Ctx *
#define WEFT_MUT_SHIM_0_(Ctx)
#define WEFT_MUT_SHIM_1_(Ctx) , Ctx *ctx_
#define WEFT_MUT_FROM_0_
#define WEFT_MUT_FROM_1_ , ctx_
#define WEFT_MUT_TEXT_0_(Ctx) ""
#define WEFT_MUT_TEXT_1_(Ctx) ", " #Ctx " *"
#define WEFT_MUT_PASS_0_(Ctx, from)
#define WEFT_MUT_PASS_1_(Ctx, from) , (Ctx *)(from)

/* fn has the type; or our sentence. */
#define WEFT_CHECK_FN_(name, fn, type, text) \
	WEFT_ASSERT_(WEFT_IS_(fn, type), #name ": " #fn " must be: " text)

/* The descriptor of T, without and with a drop function. */
#define WEFT_TYPE_0_(name, T, drop)                                                               \
	WEFT_CHECK_TYPE_(name, T);                                                                \
	static const weft_type name##_type_ __attribute__((unused)) = {                           \
	    #name, sizeof(T), alignof(T), NULL };                                                 \
	typedef T name##_value_
#define WEFT_TYPE_1_(name, T, drop)                                                               \
	WEFT_CHECK_TYPE_(name, T);                                                                \
	WEFT_ASSERT_(WEFT_IS_(drop, void (*)(T *)),                                               \
	    #name ": drop must be: void " #drop "(" #T " *)");                                    \
	WEFT_GEN_ void name##_drop_(void *value_) { drop((T *)value_); }                          \
	static const weft_type name##_type_ __attribute__((unused)) = {                           \
	    #name, sizeof(T), alignof(T), name##_drop_ };                                         \
	typedef T name##_value_

#endif
