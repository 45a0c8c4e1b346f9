/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * step.h: a thread that is stopped right before an atomic operation of its own choosing.
 * Include it before anything of weft: the inline code in this file then counts its atomics.
 */
#ifndef WEFT_TESTS_STEP_H
#define WEFT_TESTS_STEP_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>

/* A call in a thread of its own, which stops before its atomic number `at`, from 0. */
struct stopped {
	void (*call)(void *arg);
	void *arg;
	long at;
	long steps;           /* atomics so far; itself an atomic                        */
	bool ended;           /* read by others once it stopped or ended                 */
	sem_t reached, go;
	pthread_t thread;
};

/* The call that this thread makes; NULL in threads that are not to be stopped. */
static __thread struct stopped *stopped_me;

static inline void
step_(void)
{
	struct stopped *me = stopped_me;

	if (me == NULL || __atomic_fetch_add(&me->steps, 1, __ATOMIC_RELAXED) != me->at)
		return;
	sem_post(&me->reached);
	while (sem_wait(&me->go) != 0)
		;
}

#define WEFT_ATOMIC_STEP_() step_()

static inline void *
stopped_run(void *arg)
{
	struct stopped *me = arg;

	stopped_me = me;
	me->call(me->arg);
	stopped_me = NULL;
	me->ended = true;
	sem_post(&me->reached);
	return NULL;
}

/* Starts the call. True: it stands before its atomic number `at`. False: it has fewer. */
static inline bool
stopped_start(struct stopped *s, long at, void (*call)(void *arg), void *arg)
{
	s->call = call;
	s->arg = arg;
	s->at = at;
	s->steps = 0;
	s->ended = false;
	sem_init(&s->reached, 0, 0);
	sem_init(&s->go, 0, 0);
	pthread_create(&s->thread, NULL, stopped_run, s);
	while (sem_wait(&s->reached) != 0)
		;
	return !s->ended;
}

/* Lets it go on, if it stands, and waits for its end. */
static inline void
stopped_end(struct stopped *s)
{
	sem_post(&s->go);
	pthread_join(s->thread, NULL);
	sem_destroy(&s->reached);
	sem_destroy(&s->go);
}

/* How many atomics a call makes in this thread. */
static inline long
steps_of(void (*call)(void *arg), void *arg)
{
	struct stopped s = { .at = -1 };

	stopped_me = &s;
	call(arg);
	stopped_me = NULL;
	return s.steps;
}

#endif
