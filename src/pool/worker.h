/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* worker.h: what a pool is made of. Private. */
#ifndef WEFT_SRC_WORKER_H
#define WEFT_SRC_WORKER_H

#include <pthread.h>

#include <weft/park.h>
#include <weft/pool.h>

#include "../base/ticks.h"
#include "board.h"
#include "jobs.h"

/* Deeper forks are not offered to others. Twice as many as halving can need. */
#define WEFT_WORKER_JOBS_ (WEFT_MODEL_ ? 4u : 4096u)
/* Workers of one pool, callers from outside among them. Who comes later works alone. */
#define WEFT_POOL_CREW_ (WEFT_MODEL_ ? 8u : 4096u)
/* Threads of one pool, spare ones among them. */
#define WEFT_POOL_THREADS_ (WEFT_POOL_CREW_ / 2)

/*
 * A worker: a thread of the pool's; or a thread of the program's that has called it, which
 * has a worker in each pool that it called, until it ends. Workers are never given back
 * while the pool is there, since thieves may look at them at any time.
 */
typedef struct weft_worker_ {
	/* The owner's alone. */
	weft_forks_ forks;           /* first: the inline code knows it                     */
	weft_pool *pool;
	uint32_t generation;         /* of the process in which it was made                 */
	uint32_t index;              /* in the crew                                         */
	int cpu;                     /* that it is bound to; -1: none                       */
	bool has_thread;             /* it is the pool's, and was started                   */
	bool outside;                /* not a thread of the pool's                          */
	bool resting;                /* sleeps for the pool's sake: it is not blocked       */
	bool gave_place;             /* to another thread, since it is blocked              */
	bool takes_part;             /* from outside: it works for a group, and is counted  */
	bool spare;                  /* started in place of a blocked one                   */
	uint64_t heard;              /* the last call of all workers that it has answered   */
	weft_task *task;             /* that it runs; the innermost                         */
	uint32_t blocking;           /* blocking sections that it is in                     */
	uint32_t dice;               /* where the next search begins                        */
	uint64_t bet_at;             /* ticks: when it last split a range without a measure */
	uint64_t bet_pause;          /* ticks: and for so long it will not again            */
	pthread_t thread;            /* of one of the pool's                                */
	struct weft_worker_ *under;  /* the worker that the thread was, and is again later  */
	struct weft_worker_ *next_of_thread;   /* from outside: the same thread's           */
	weft_atomic_bool orphan;     /* its pool was freed; by free, under the lock of all  */
	struct weft_timeline_ *timeline;   /* what it did; NULL: nobody asks                */
	uint64_t blocked_at;         /* ticks: when the blocking section began              */
	uint64_t started;            /* ticks: when the thread was started                  */
	/* Statistics: by the owner. */
	weft_atomic_u64 tasks, steals, sleeps;
	weft_atomic_u64 busy;        /* ticks, up to the last search                        */
	weft_atomic_u64 busy_since;  /* ticks; 0: it is not                                 */

	char apart1_[WEFT_LINE];
	weft_jobs_ jobs;             /* by the owner and by thieves: see jobs.h             */
	weft_parker joined;          /* the owner sleeps until a job of its own is over     */

	char apart2_[WEFT_LINE];
	struct weft_worker_ *below;  /* in the list of those asleep, or vacant: its lock    */
	weft_parker bed;             /* the owner sleeps for want of work                   */

	char apart3_[WEFT_LINE];
	weft_job_ job[WEFT_WORKER_JOBS_];
} weft_worker_;

struct weft_pool {
	weft_atomic_i64 room;        /* who works and who looks for work: room.c            */
	char apart1_[WEFT_LINE];

	weft_atomic_ptr crew[WEFT_POOL_CREW_];   /* of weft_worker_: under `lock`, for good  */
	weft_atomic_u32 crew_end;    /* places from here on are empty: under `lock`         */
	weft_atomic_bool stop;       /* set by free, under `lock`                           */
	weft_atomic_u32 runs;        /* threads in weft_pool_run                            */

	pthread_mutex_t lock;        /* held for nanoseconds, or while a thread is started  */
	weft_worker_ *asleep;        /* the last to fall asleep first: under `lock`         */
	weft_worker_ *vacant;        /* left by callers that have ended: under `lock`       */
	unsigned threads;            /* that were asked for                                 */
	unsigned missing;            /* of these, refused by the system: under `lock`       */
	unsigned spares;             /* beyond these, in place of blocked ones: under `lock` */
	uint64_t refused_at;         /* ticks: no spare is tried for a while: under `lock`  */
	weft_atomic_u32 generation;  /* of the process whose threads it has: pool.c's lock  */
	weft_pool_options options;
	char name[16];
	unsigned number;             /* in the timeline: timeline.c                         */
	weft_pool *next_in_timeline; /* under timeline.c's lock                             */

	char apart2_[WEFT_LINE];
	weft_board_ board;           /* tasks, and calls of all workers                     */
};

/* What fork() makes: 0, in the child 1, in its child 2. A worker of another is a memory. */
extern uint32_t weft_pool_generation_;

/* crew.c: who is in a pool. */
extern weft_forks_ weft_forks_nobody_;
extern const weft_atomic_i64 weft_no_room_;
/* The worker that this thread is; one of the process's pool if it is none. NULL: no memory. */
weft_worker_ *weft_worker_here_(void);
/* The same, but NULL when it is none yet. */
weft_worker_ *weft_worker_now_(void);
/* This thread's worker in p: one from outside, where it is not a thread of p's. */
weft_worker_ *weft_crew_outside_(weft_pool *p);
/* A thread more, asleep, and not in the list. NULL: refused. Under the lock. */
weft_worker_ *weft_crew_start_(weft_pool *p);
/* The same, in place of a blocked one, if there may be more. Under the lock. */
weft_worker_ *weft_crew_start_spare_(weft_pool *p);
/* All workers of a pool whose threads are gone, but those of callers that are still there. */
void weft_crew_dissolve_(weft_pool *p);
/* In a child process: this thread was in no crew. */
void weft_crew_forget_(void);
/* Stops the program where a worker came back to what is not its own any more. */
void weft_worker_check_(const weft_worker_ *w, const weft_job_ *top);

/* size.c: how many threads a pool has when nobody says. */
unsigned weft_pool_size_(void);
/* By the value of WEFT_NUM_THREADS, or NULL. root: as of weft_os_cores. */
unsigned weft_pool_size_of_(const char *text, const char *root);

/* pool.c */
/* The pool, with threads of this process. */
void weft_pool_refresh_(weft_pool *p);
/* The process's own; NULL: no memory. */
weft_pool *weft_pool_of_process_(void);
/* fn(ctx) by this thread, as a worker of p's; as what it is, if there is no memory for one. */
void weft_pool_inside_(weft_pool *p, void (*fn)(void *ctx), void *ctx);

/* join.c */
/* All that it has forked is public: it may be stuck for a while. */
void weft_fork_expose_(weft_worker_ *w);
/* Could anyone take a job of this worker's? A hint. */
bool weft_worker_has_room_(const weft_worker_ *w);

/* room.c: a word of who works and who looks. */
/* What a caller from outside leaves out when it asks whether there is room: its own place. */
#define WEFT_ROOM_LEAST_OUTSIDE_ ((int64_t)1 << 32)
enum { WEFT_ROOM_SEARCHED_ = 1, WEFT_ROOM_JOINED_ = 2, WEFT_ROOM_PLACE_ = 4 };
/* Places, at first. */
void weft_room_open_(weft_pool *p, unsigned places);
/* Does anyone look for work, everywhere; for descendants; may one more work? A hint. */
unsigned weft_room_look_(const weft_pool *p);
/* Do more work than may? A hint. */
bool weft_room_is_crowded_(const weft_pool *p);
/* There is work for others, public by now. One that sleeps is woken, if nobody looks for it. */
bool weft_room_wake_(weft_pool *p);
/* This worker looks for work from now on; it has found some, and others look for the rest. */
void weft_room_search_(weft_pool *p);
void weft_room_found_(weft_pool *p);
/* It looked for work; it sleeps; it was woken, has a place, and looks again. */
void weft_room_sleep_(weft_worker_ *w);
/* All that sleep are woken, whether there is room or not: they look around, and sleep again. */
void weft_room_rouse_all_(weft_pool *p);
/* It looks for descendants from now on; not any more. */
void weft_room_join_(weft_pool *p, bool begins);
/* One more works than was counted; one less, so another may. */
void weft_room_enter_(weft_pool *p);
void weft_room_leave_(weft_pool *p);

/* join.c: the oldest of what the worker has forked is public from now on; there is one. */
void weft_worker_publish_(weft_worker_ *w);

/* steal.c */
bool weft_pool_has_work_(weft_pool *p);
/* Takes a job of anyone's, the oldest of the first who has one. False: nobody has. */
bool weft_worker_steal_(weft_worker_ *w, weft_worker_ **owner, uint32_t *place);
/* Runs a job that was taken from its owner. */
void weft_worker_run_(weft_worker_ *w, weft_worker_ *owner, weft_job_ *job);
void weft_worker_count_(weft_atomic_u64 *counter);
/* From here to there the thread is busy: usage.c. */
void weft_worker_busy_(weft_worker_ *w, bool begins);
void *weft_worker_main_(void *worker);

/* timeline.c: what WEFT_TRACE asks for. */
enum weft_deed_ { WEFT_DEED_RUN_, WEFT_DEED_SLEEP_, WEFT_DEED_BLOCKED_ };
/* A pool that begins, before it has workers; and one whose threads are gone. */
void weft_timeline_begin_(weft_pool *p);
void weft_timeline_end_(weft_pool *p);
/* Does anybody ask? Known from the first pool on. */
bool weft_timeline_is_on_(void);
/* Of a worker; NULL: there is no memory. */
struct weft_timeline_ *weft_timeline_new_(void);
void weft_timeline_free_(struct weft_timeline_ *t);
void weft_timeline_add_(struct weft_timeline_ *t, enum weft_deed_ deed, uint64_t from);
/* Those that are there so far. */
struct weft_deed_noted_ {
	uint64_t from, to;           /* ticks */
	enum weft_deed_ deed;
};
uint32_t weft_timeline_deeds_(const struct weft_timeline_ *t,
    const struct weft_deed_noted_ **deeds);

/* Before a deed, and after it: one branch each, while nobody asks. */
WEFT_INLINE_ uint64_t
weft_deed_begin_(const weft_worker_ *w)
{
	return WEFT_UNLIKELY_(w->timeline != NULL) ? weft_ticks_() : 0;
}

WEFT_INLINE_ void
weft_deed_end_(const weft_worker_ *w, enum weft_deed_ deed, uint64_t from)
{
	if (WEFT_UNLIKELY_(w->timeline != NULL))
		weft_timeline_add_(w->timeline, deed, from);
}

/* blocking.c: from now on each wait of weft's is a blocking section of its worker. */
void weft_blocking_watch_(void);

#endif
