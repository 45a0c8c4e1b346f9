/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/atomic.h: atomic integers and pointers, in functions named by their order. */
#ifndef WEFT_ATOMIC_H
#define WEFT_ATOMIC_H

#include "base.h"

/*
 * An atomic is a struct around one plain value, so C, C++ and every compiler agree on
 * its layout, and using it without saying an order does not compile. Zeroed memory is
 * an atomic of value 0.
 *
 *	WEFT_ATOMIC(size_t) tail;
 *	WEFT_ATOMIC(struct node *) head;
 *
 *	size_t t = weft_load_acquire(&q->tail);
 *	weft_store_release(&q->tail, t + 1);
 *	if (weft_cas_weak_acq_rel(&s->head, &seen, mine)) ...
 *
 * T: an integer of 1, 2, 4 or 8 bytes, bool, or a pointer. In a struct or as a variable,
 * WEFT_ATOMIC(T) is a type of its own each time; to pass one to a function, name it by
 * a typedef, or use one of those below.
 *
 * There is no fence: ThreadSanitizer does not see one. There is no default order.
 */
#define WEFT_ATOMIC(T) struct { T value_; }

/* clang-format off: a line a type. */
typedef struct weft_atomic_bool { bool value_; } weft_atomic_bool;
typedef struct weft_atomic_u8 { uint8_t value_; } weft_atomic_u8;
typedef struct weft_atomic_u16 { uint16_t value_; } weft_atomic_u16;
typedef struct weft_atomic_u32 { uint32_t value_; } weft_atomic_u32;
typedef struct weft_atomic_u64 { alignas(8) uint64_t value_; } weft_atomic_u64;
typedef struct weft_atomic_i32 { int32_t value_; } weft_atomic_i32;
typedef struct weft_atomic_i64 { alignas(8) int64_t value_; } weft_atomic_i64;
typedef struct weft_atomic_size { size_t value_; } weft_atomic_size;
typedef struct weft_atomic_ptr { void *value_; } weft_atomic_ptr;
/* clang-format on */

/*
 * A test may define WEFT_ATOMIC_STEP_() before it includes weft, to do something (wait, count,
 * stop) before every atomic operation of the inline code. Otherwise it is nothing.
 */
#ifndef WEFT_ATOMIC_STEP_
#define WEFT_ATOMIC_STEP_() ((void)0)
#endif

/* clang-format off: a table reads best as one. */

/* a is a pointer to any of the above; each of these evaluates its arguments once. */
#define WEFT_LOAD_(a, order) (WEFT_ATOMIC_STEP_(), __atomic_load_n(&(a)->value_, order))
#define weft_load_relaxed(a) WEFT_LOAD_(a, __ATOMIC_RELAXED)
#define weft_load_acquire(a) WEFT_LOAD_(a, __ATOMIC_ACQUIRE)
#define weft_load_seq_cst(a) WEFT_LOAD_(a, __ATOMIC_SEQ_CST)

#define WEFT_STORE_(a, v, order) \
	(WEFT_ATOMIC_STEP_(), __atomic_store_n(&(a)->value_, (v), order))
#define weft_store_relaxed(a, v) WEFT_STORE_(a, v, __ATOMIC_RELAXED)
#define weft_store_release(a, v) WEFT_STORE_(a, v, __ATOMIC_RELEASE)
#define weft_store_seq_cst(a, v) WEFT_STORE_(a, v, __ATOMIC_SEQ_CST)

/* Store v; give the old value back. */
#define WEFT_SWAP_(a, v, order) \
	(WEFT_ATOMIC_STEP_(), __atomic_exchange_n(&(a)->value_, (v), order))
#define weft_swap_relaxed(a, v) WEFT_SWAP_(a, v, __ATOMIC_RELAXED)
#define weft_swap_acquire(a, v) WEFT_SWAP_(a, v, __ATOMIC_ACQUIRE)
#define weft_swap_release(a, v) WEFT_SWAP_(a, v, __ATOMIC_RELEASE)
#define weft_swap_acq_rel(a, v) WEFT_SWAP_(a, v, __ATOMIC_ACQ_REL)
#define weft_swap_seq_cst(a, v) WEFT_SWAP_(a, v, __ATOMIC_SEQ_CST)

/*
 * Where *a == *seen, store v and return true; else load *a into *seen and return false.
 * The weak one may fail with *a == *seen: it belongs in a loop. A failure loads with
 * the order that the name's load part gives (release: relaxed).
 */
#define WEFT_CAS_(a, seen, v, weak, yes, no) \
	(WEFT_ATOMIC_STEP_(), \
	    __atomic_compare_exchange_n(&(a)->value_, (seen), (v), weak, __ATOMIC_##yes, \
	        __ATOMIC_##no))
#define weft_cas_relaxed(a, seen, v) WEFT_CAS_(a, seen, v, 0, RELAXED, RELAXED)
#define weft_cas_acquire(a, seen, v) WEFT_CAS_(a, seen, v, 0, ACQUIRE, ACQUIRE)
#define weft_cas_release(a, seen, v) WEFT_CAS_(a, seen, v, 0, RELEASE, RELAXED)
#define weft_cas_acq_rel(a, seen, v) WEFT_CAS_(a, seen, v, 0, ACQ_REL, ACQUIRE)
#define weft_cas_seq_cst(a, seen, v) WEFT_CAS_(a, seen, v, 0, SEQ_CST, SEQ_CST)
#define weft_cas_weak_relaxed(a, seen, v) WEFT_CAS_(a, seen, v, 1, RELAXED, RELAXED)
#define weft_cas_weak_acquire(a, seen, v) WEFT_CAS_(a, seen, v, 1, ACQUIRE, ACQUIRE)
#define weft_cas_weak_release(a, seen, v) WEFT_CAS_(a, seen, v, 1, RELEASE, RELAXED)
#define weft_cas_weak_acq_rel(a, seen, v) WEFT_CAS_(a, seen, v, 1, ACQ_REL, ACQUIRE)
#define weft_cas_weak_seq_cst(a, seen, v) WEFT_CAS_(a, seen, v, 1, SEQ_CST, SEQ_CST)

/* Integers only. Each gives the old value back; adding wraps round. */
#define WEFT_FETCH_(op, a, v, order) \
	(WEFT_ATOMIC_STEP_(), __atomic_fetch_##op(&(a)->value_, (v), order))
#define weft_fetch_add_relaxed(a, v) WEFT_FETCH_(add, a, v, __ATOMIC_RELAXED)
#define weft_fetch_add_acquire(a, v) WEFT_FETCH_(add, a, v, __ATOMIC_ACQUIRE)
#define weft_fetch_add_release(a, v) WEFT_FETCH_(add, a, v, __ATOMIC_RELEASE)
#define weft_fetch_add_acq_rel(a, v) WEFT_FETCH_(add, a, v, __ATOMIC_ACQ_REL)
#define weft_fetch_add_seq_cst(a, v) WEFT_FETCH_(add, a, v, __ATOMIC_SEQ_CST)
#define weft_fetch_sub_relaxed(a, v) WEFT_FETCH_(sub, a, v, __ATOMIC_RELAXED)
#define weft_fetch_sub_acquire(a, v) WEFT_FETCH_(sub, a, v, __ATOMIC_ACQUIRE)
#define weft_fetch_sub_release(a, v) WEFT_FETCH_(sub, a, v, __ATOMIC_RELEASE)
#define weft_fetch_sub_acq_rel(a, v) WEFT_FETCH_(sub, a, v, __ATOMIC_ACQ_REL)
#define weft_fetch_sub_seq_cst(a, v) WEFT_FETCH_(sub, a, v, __ATOMIC_SEQ_CST)
#define weft_fetch_or_relaxed(a, v) WEFT_FETCH_(or, a, v, __ATOMIC_RELAXED)
#define weft_fetch_or_acquire(a, v) WEFT_FETCH_(or, a, v, __ATOMIC_ACQUIRE)
#define weft_fetch_or_release(a, v) WEFT_FETCH_(or, a, v, __ATOMIC_RELEASE)
#define weft_fetch_or_acq_rel(a, v) WEFT_FETCH_(or, a, v, __ATOMIC_ACQ_REL)
#define weft_fetch_or_seq_cst(a, v) WEFT_FETCH_(or, a, v, __ATOMIC_SEQ_CST)
#define weft_fetch_and_relaxed(a, v) WEFT_FETCH_(and, a, v, __ATOMIC_RELAXED)
#define weft_fetch_and_acquire(a, v) WEFT_FETCH_(and, a, v, __ATOMIC_ACQUIRE)
#define weft_fetch_and_release(a, v) WEFT_FETCH_(and, a, v, __ATOMIC_RELEASE)
#define weft_fetch_and_acq_rel(a, v) WEFT_FETCH_(and, a, v, __ATOMIC_ACQ_REL)
#define weft_fetch_and_seq_cst(a, v) WEFT_FETCH_(and, a, v, __ATOMIC_SEQ_CST)

/* clang-format on */

WEFT_C_BEGIN_

/*
 * A moment's rest inside a spin: some 5 to 50 ns, by CPU. It orders nothing. Without an
 * instruction for it, it is nothing.
 */
WEFT_INLINE_ void
weft_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ __volatile__("isb");
#endif
}

/*
 * The compiler moves no access to memory across it; the CPU may. It is half of an asymmetric
 * barrier (detail/asym_inl.h), and nothing by itself.
 */
WEFT_INLINE_ void
weft_compiler_barrier(void)
{
	/* The same to a compiler; and a call that a model checker sees. */
	if (WEFT_MODEL_)
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
	else
		__asm__ __volatile__("" ::: "memory");
}

/* The C library's, under names that cannot clash with its own headers. */
#define WEFT_LIBC_(name) __asm__(WEFT_STRING_(__USER_LABEL_PREFIX__) name)
#define WEFT_STRING_(x) WEFT_STRING2_(x)
#define WEFT_STRING2_(x) #x
extern int weft_libc_sched_yield_(void) WEFT_LIBC_("sched_yield");
extern int weft_libc_usleep_(unsigned us) WEFT_LIBC_("usleep");
extern int weft_libc_setcancelstate_(int state, int *old) WEFT_LIBC_("pthread_setcancelstate");
/* PTHREAD_CANCEL_DISABLE of glibc, musl and the BSDs. */
#define WEFT_CANCEL_DISABLE_ 1

/*
 * A moment's sleep that is no cancellation point: a thread that ended here would leave what
 * it is in the middle of as it is.
 */
WEFT_GEN_ void
weft_nap_(void)
{
	int old;

	(void)weft_libc_setcancelstate_(WEFT_CANCEL_DISABLE_, &old);
	(void)weft_libc_usleep_(50);
	(void)weft_libc_setcancelstate_(old, &old);
}

/*
 * One step of waiting for another thread that is in the middle of something short:
 * call it in a loop, with a round that began at 0. Pauses, twice as long each time, up
 * to about a microsecond; then gives the CPU away; then, since the other may have a
 * lower priority than all who are running, sleeps for moments.
 */
#define WEFT_SPIN_PAUSES_ 7u
#define WEFT_SPIN_YIELDS_ 200u

WEFT_INLINE_ void
weft_spin(unsigned *round)
{
	unsigned r;

	/* A loop that counts would never be where it was before; this one is. */
	if (WEFT_MODEL_) {
		(void)weft_libc_sched_yield_();
		return;
	}
	r = (*round)++;
	if (r < WEFT_SPIN_PAUSES_) {
		for (unsigned i = 0; i < 1u << r; i++)
			weft_pause();
	} else if (r < WEFT_SPIN_PAUSES_ + WEFT_SPIN_YIELDS_) {
		(void)weft_libc_sched_yield_();
	} else {
		weft_nap_();
	}
}

/*
 * One step of stepping aside, after a compare-and-swap was lost to another thread: call it
 * with pauses that began at WEFT_BACKOFF. The winner then does several operations on lines
 * that are its own, instead of one on a line that both pull at. Twice as long each time, up
 * to about a microsecond; the numbers are those that did best in bench_seg_queue and
 * bench_array_queue, 2p2c and 4p4c (twice the throughput of no stepping aside).
 */
#define WEFT_BACKOFF 16u
#define WEFT_BACKOFF_MOST_ 64u

WEFT_INLINE_ void
weft_backoff(unsigned *pauses)
{
	if (WEFT_MODEL_)
		return;
	for (unsigned i = 0; i < *pauses; i++)
		weft_pause();
	if (*pauses < WEFT_BACKOFF_MOST_)
		*pauses *= 2;
}

WEFT_C_END_

#endif
