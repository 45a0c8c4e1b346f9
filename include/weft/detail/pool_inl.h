/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/pool_inl.h: offering a call to others, and taking it back: the fast halves. */
#ifndef WEFT_DETAIL_POOL_INL_H
#define WEFT_DETAIL_POOL_INL_H

#include "../atomic.h"
#include "slot_inl.h"

WEFT_C_BEGIN_

/*
 * A call on offer. It lives in an array of its worker's, never in a frame that might be
 * gone under a thief. What it may be, and who may say so: src/pool/jobs.h.
 */
typedef struct weft_job_ {
	void (*fn)(void *ctx);       /* written by the owner, read by who takes it         */
	void *ctx;                   /* likewise                                           */
	weft_atomic_ptr thief;       /* the worker that runs it; written by that one       */
	weft_atomic_u32 base;        /* what it forks stands there from; likewise          */
	weft_atomic_u32 state;
} weft_job_;

/*
 * What a fork touches of the worker that a thread is. All fields are the owner's, but
 * what `room` points to. Jobs below `split` are public: others may take them; those from
 * there to `top` are the owner's alone. A thread that is no worker has split, top and end
 * in one place, so that it comes to the slow half.
 */
typedef struct weft_forks_ {
	weft_job_ *top;              /* where the next one goes                            */
	weft_job_ *split;
	weft_job_ *end;              /* of the array: a fork there is not offered          */
	const weft_atomic_i64 *room; /* over `least`: somebody could take a job            */
	int64_t least;
} weft_forks_;

WEFT_API extern WEFT_THREAD_LOCAL_ weft_forks_ *weft_forks_here_;

/* A piece of work offered to others, in two registers. */
typedef struct weft_fork {
	weft_forks_ *worker_;
	weft_job_ *job_;
} weft_fork;

/* The thread is no worker yet, or its array is full. */
WEFT_API weft_fork weft_fork_slow_(void (*fn)(void *ctx), void *ctx);
/* Somebody could take a job: put the oldest, if there is one, where others see it. */
WEFT_API void weft_fork_offer_(weft_forks_ *w);
/* The job was public: take it back (true), or wait until it is done. */
WEFT_API bool weft_fork_settle_(weft_forks_ *w, weft_job_ *job);

WEFT_INLINE_ WEFT_MUST_USE weft_fork
weft_fork_begin_(void (*fn)(void *ctx), void *ctx)
{
	weft_forks_ *w = weft_forks_here_;
	weft_fork f = { w, w->top };

	if (WEFT_UNLIKELY_(f.job_ == w->end))
		return weft_fork_slow_(fn, ctx);
	f.job_->fn = fn;
	f.job_->ctx = ctx;
	w->top = f.job_ + 1;
	/* relaxed: a hint. Who sees it late offers the next fork. */
	if (WEFT_UNLIKELY_(weft_load_relaxed(w->room) > w->least))
		weft_fork_offer_(w);
	return f;
}

/* True: nobody took it, call it yourself. False: it has been done. */
WEFT_INLINE_ WEFT_MUST_USE bool
weft_fork_end_(weft_fork f)
{
	weft_forks_ *w = f.worker_;

	w->top = f.job_;
	if (WEFT_UNLIKELY_(f.job_ < w->split))
		return weft_fork_settle_(w, f.job_);
	/* relaxed: as in weft_fork_begin_. Who forks no more offers what it has forked. */
	if (WEFT_UNLIKELY_(weft_load_relaxed(w->room) > w->least))
		weft_fork_offer_(w);
	return true;
}

WEFT_C_END_

#endif
