/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* jobs.h: the deque of jobs of one worker, in one word. Private. */
#ifndef WEFT_SRC_JOBS_H
#define WEFT_SRC_JOBS_H

#include <weft/pool.h>

/*
 * The jobs of a worker stand in an array, the oldest first:
 *
 *	0 ... taken-1        taken by others; they may be done
 *	taken ... split-1    public: anyone may take the first of them
 *	split ... top-1      the owner's own, of which nobody else knows
 *
 * `taken` and `split` are the halves of one word, so each change is one step and sees both.
 *
 *	publish   split + 1         the owner, by an addition
 *	take      taken + 1         a thief, by a CAS, where taken < split
 *	reclaim   split downwards   the owner, by a CAS, where its job is not taken yet
 *	reset     both to one place the owner, where all is taken: nothing is there to take
 *
 * A thief reads the job after its CAS: until the owner has seen it done, nobody writes the
 * place again, though the word may have gone round to the same value in between.
 */
typedef struct weft_jobs_ {
	weft_atomic_u64 word;        /* taken, in the low half; split, in the high one      */
} weft_jobs_;

/*
 * The states of a job that is public. The owner prepares OPEN; nobody looks at the state of
 * others.
 *
 *	OPEN       on offer, or being run; the owner is awake
 *	AWAITED    the owner sleeps, or is about to: legal from OPEN only, by the owner, which
 *	           may take it back. Who leaves it for another must wake the owner.
 *	DONE       final; by the thief, after the call
 *	RETURNED   final; by a thief that must not run it: the owner does
 */
enum { WEFT_JOB_OPEN_, WEFT_JOB_AWAITED_, WEFT_JOB_DONE_, WEFT_JOB_RETURNED_ };

/* The owner: the job at `split`, prepared here, is public from now on. */
void weft_jobs_publish_(weft_jobs_ *j, weft_job_ *job);
/* Are there jobs to be taken? With the order that the sleep of workers needs. */
bool weft_jobs_are_there_(const weft_jobs_ *j);
/* The owner: is a job of its own still on offer? */
bool weft_jobs_are_left_(const weft_jobs_ *j);
/* A thief: takes the oldest, if its place is at least `from`. False: there is none. */
bool weft_jobs_take_(weft_jobs_ *j, uint32_t from, uint32_t *place);
/*
 * The owner: takes the job at `place` back, and half of those before it, since nobody was
 * in a hurry; *split: what is public now. False: it was taken, and *split is as it was.
 */
bool weft_jobs_reclaim_(weft_jobs_ *j, uint32_t place, uint32_t *split);
/* The owner: all are taken, and that at `place`, the last, is over. */
void weft_jobs_reset_(weft_jobs_ *j, uint32_t place);

#endif
