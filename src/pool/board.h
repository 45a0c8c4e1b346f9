/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* board.h: the tasks of a pool that wait, in groups, in lanes. Private. */
#ifndef WEFT_SRC_BOARD_H
#define WEFT_SRC_BOARD_H

#include <pthread.h>

#include <weft/pool.h>

#include "../sync/parking.h"

#define WEFT_LANES_ 3

struct weft_worker_;

/* Whose the memory of a task is. */
enum {
	WEFT_TASK_OURS_,             /* the board's, free again when the task is over       */
	WEFT_TASK_HELD_,             /* the board's, but somebody has a handle              */
	WEFT_TASK_LENT_              /* a frame's, which stays until the task is over       */
};

/*
 * A task of a group. It waits, runs, is over: in the first of the group's lists, in the
 * second, in none. All fields are under the lock of the board, but for what says otherwise.
 */
struct weft_task {
	weft_task_fn *fn;            /* written before it waits; likewise ctx, group        */
	void *ctx;
	weft_tasks *group;
	struct weft_task *before, *next;   /* in the list of its group; or of free ones     */
	struct weft_task *under;     /* what its thread ran before; its thread's            */
	struct weft_worker_ *worker; /* that runs it; NULL: a thread that is none           */
	uint32_t base;               /* what it forks stands there from, with that worker   */
	weft_status status;          /* its thread's, until it is over                      */
	uint64_t order;              /* of spawning, in its group                           */
	uint32_t generation;         /* of the process                                      */
	uint8_t memory;
	bool is_waiting;
	weft_atomic_bool is_over;    /* under the lock; looked at without it                */
	void *sleeper;               /* the node of who waits for it by itself, and sleeps  */
};

typedef struct weft_block_ {
	struct weft_block_ *next;
	weft_task task[];
} weft_block_;

/* A call of weft_pool_broadcast, in the frame of the one who calls: everyone.c. */
typedef struct weft_call_ {
	void (*fn)(unsigned worker, void *ctx);
	void *ctx;
	uint64_t number;             /* from 1                                              */
	unsigned left;               /* workers that have not run it                        */
	struct weft_call_ *next;
	void *sleeper;
} weft_call_;

/*
 * Each group has a list of tasks that wait; each lane has a ring of the groups where one
 * does. One lock for all that, held for nanoseconds; whoever wakes another does so without it.
 */
typedef struct weft_board_ {
	weft_pool *pool;             /* NULL: none could be made; tasks run at once         */
	pthread_mutex_t lock;
	weft_atomic_u32 lanes;       /* bits: tasks are there; under the lock, seen without */
	weft_tasks *front[WEFT_LANES_];   /* whose turn it is                               */
	weft_tasks alone[WEFT_LANES_];    /* tasks by themselves                            */
	uint64_t open;               /* groups that are to be waited for                    */
	weft_task *free;             /* memory for tasks                                    */
	weft_block_ *blocks;         /* where that is from                                  */
	weft_call_ *calls;           /* that not all workers have run, the oldest first     */
	weft_atomic_u64 called;      /* the last one's number; under the lock, seen without */
} weft_board_;

/* board.c */
void weft_board_open_(weft_pool *p);
void weft_board_close_(weft_board_ *b);
/* In a child process: the locks are free. */
void weft_board_forget_(void);
/* The board of a pool, with threads of this process; NULL: of those who can have no pool. */
weft_board_ *weft_board_of_(weft_pool *p);
/* Are there tasks that wait? With the order that the sleep of workers needs. */
bool weft_board_has_work_(const weft_board_ *b);
/*
 * These are called with the lock held. Memory for a task; NULL: there is none. It lets go of
 * the lock meanwhile.
 */
weft_task *weft_board_make_(weft_board_ *b);
void weft_board_recycle_(weft_board_ *b, weft_task *task);
/* The task is of the group, and counted. */
void weft_board_add_(weft_board_ *b, weft_tasks *t, weft_task *task);
/* It waits from now on. Then weft_room_wake_, without the lock. */
void weft_board_put_(weft_board_ *b, weft_task *task);
/* This task, or the next of the group (NULL: none waits), runs from now on, here. */
void weft_board_take_(weft_board_ *b, weft_task *task, struct weft_worker_ *w);
weft_task *weft_board_next_of_(weft_board_ *b, weft_tasks *t, struct weft_worker_ *w);
/* Without the lock: runs it. Takes the lock, then: it is over. */
void weft_board_run_(weft_board_ *b, weft_task *task, struct weft_worker_ *w);
/*
 * Sleeps until *where, in which this thread's node is put, is taken out by a waker, or the
 * deadline passes. Lets go of the lock meanwhile.
 */
void weft_board_sleep_(weft_board_ *b, void **where, weft_time deadline, bool rests);

/* Without the lock. One task of a lane, and more of them for a while, if it searches. */
bool weft_board_work_(struct weft_worker_ *w, weft_lane lane, bool searches);

/* everyone.c: has another called that this worker has not answered? It answers all. */
bool weft_worker_is_called_(const struct weft_worker_ *w);
void weft_worker_answer_(struct weft_worker_ *w);

/* task.c: runs fn on a worker of the pool, and sleeps until it is done. */
void weft_task_hand_over_(weft_pool *p, void (*fn)(void *ctx), void *ctx);
/* Until no task by itself is left. */
void weft_task_drain_(weft_board_ *b);

#endif
