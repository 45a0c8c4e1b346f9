/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* jobs.c: the deque of jobs of one worker, in one word. */
#include "jobs.h"

#define TAKEN(word) ((uint32_t)(word))
#define SPLIT(word) ((uint32_t)((word) >> 32))
#define WORD(taken, split) ((uint64_t)(taken) | (uint64_t)(split) << 32)

void
weft_jobs_publish_(weft_jobs_ *j, weft_job_ *job)
{
	/* relaxed: the publishing below is what shows them. */
	weft_store_relaxed(&job->state, WEFT_JOB_OPEN_);
	weft_store_relaxed(&job->thief, NULL);
	/*
	 * S1: shows the job; and is in one order with the look of a worker that is about to
	 * sleep, and with the word that says who sleeps (room.c): either this worker sees the
	 * sleeper, or the sleeper sees the job; pairs with A1, S2.
	 */
	weft_fetch_add_seq_cst(&j->word, WORD(0, 1));
}

bool
weft_jobs_are_there_(const weft_jobs_ *j)
{
	/* S2: after it was said that this worker sleeps; pairs with S1. */
	uint64_t word = weft_load_seq_cst(&j->word);

	return TAKEN(word) < SPLIT(word);
}

bool
weft_jobs_are_left_(const weft_jobs_ *j)
{
	/* relaxed: a hint to the owner, who may offer one more or not. */
	uint64_t word = weft_load_relaxed(&j->word);

	return TAKEN(word) < SPLIT(word);
}

bool
weft_jobs_take_(weft_jobs_ *j, uint32_t from, uint32_t *place)
{
	/* relaxed: a first guess, which the CAS checks. */
	uint64_t word = weft_load_relaxed(&j->word);

	while (TAKEN(word) < SPLIT(word) && TAKEN(word) >= from) {
		*place = TAKEN(word);
		/* A1: the job, whole; pairs with S1, through the additions and CASes after it. */
		if (weft_cas_weak_acquire(&j->word, &word, word + 1))
			return true;
	}
	return false;
}

bool
weft_jobs_reclaim_(weft_jobs_ *j, uint32_t place, uint32_t *split)
{
	/* relaxed: a first guess, which the CAS checks. */
	uint64_t word = weft_load_relaxed(&j->word);

	while (TAKEN(word) <= place) {
		uint32_t half = TAKEN(word) + (place - TAKEN(word)) / 2;

		/* relaxed: the jobs are this thread's own writes; it shows none. */
		if (weft_cas_weak_relaxed(&j->word, &word, WORD(TAKEN(word), half))) {
			*split = half;
			return true;
		}
	}
	return false;
}

void
weft_jobs_reset_(weft_jobs_ *j, uint32_t place)
{
	/* relaxed: with taken == split there is nothing to take, and nothing to show. */
	weft_store_relaxed(&j->word, WORD(place, place));
}
