/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_tasks.c: groups of tasks, tasks by themselves, calls of all, through every execution. */
#include <weft/pool.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../src/base/os.h"
#include "../src/pool/worker.h"
#include "support/client_memory.h"
#include "support/script.h"

/*
 * Pools made by hand: their workers are the threads of the script, which look for tasks as often
 * as it says. The second is made by a thread, beside the others.
 */
static weft_pool pools[2];
static weft_worker_ workers[ANSWER_ROWS];

/*
 * What a task does: whoever makes it writes `given`, whoever runs it `runs`, both plain: what is
 * not seen whole, or is done twice at a time, is a race.
 */
struct deed {
	unsigned given, runs;
	weft_tasks *into;            /* where it spawns one of its own */
	struct deed *child;
	bool forks;
	bool leaves;                 /* one by itself, in another lane */
	weft_status status;
};

enum { DEEDS = 3 };
static struct deed deeds[ANSWER_ROWS][DEEDS];
static unsigned made[ANSWER_ROWS];         /* each by its row's thread */
static struct deed children[ANSWER_ROWS];

/* A group of each thread's own, which is gone when it has been waited for; and one of all. */
static weft_tasks *groups[ANSWER_ROWS];
static weft_tasks shared;
static weft_task *handles[ANSWER_ROWS];

/* What init makes of room: how many look for work. */
#define SEARCHERS(n) (n)
/* There is no memory for tasks; the pool's threads can be called; the first makes its pool. */
#define NO_MEMORY 0x100
#define CALLED 0x200
#define OWN_POOL 0x400
/* One waits for a job, so that forks are offered. */
#define JOINED 0x800

static unsigned calls;

static void
init_worker(weft_pool *p, unsigned row, bool has_thread)
{
	weft_worker_ *w = &workers[row];

	w->forks = (weft_forks_){ w->job, w->job, w->job + WEFT_WORKER_JOBS_, &p->room, 0 };
	w->pool = p;
	w->index = w->dice = row - 1;
	w->has_thread = has_thread;
	/* relaxed: no other thread knows the pool yet. */
	weft_store_relaxed(&p->crew[row - 1], w);
	weft_store_relaxed(&p->crew_end, row);
}

/* With memory for tasks, so that no thread asks for it meanwhile. */
static void
init_pool(weft_pool *p)
{
	weft_board_ *b = &p->board;
	weft_task *task;

	pthread_mutex_init(&p->lock, NULL);
	weft_board_open_(p);
	weft_room_open_(p, 0);
	pthread_mutex_lock(&b->lock);
	task = weft_board_make_(b);
	if (task != NULL)
		weft_board_recycle_(b, task);
	pthread_mutex_unlock(&b->lock);
}

static void
init(const struct script *s)
{
	bool has_thread = (s->variant & CALLED) != 0;

	if (!weft_set_allocator(&allocator))
		abort();
	weft_os_cpus_pretend(1);
	has_memory = (s->variant & NO_MEMORY) == 0;
	calls = s->capacity;
	init_pool(&pools[0]);
	for (unsigned row = 1; row <= ANSWER_THREADS && s->threads[row - 1] != NULL; row++) {
		groups[row] = calloc(1, sizeof *groups[row]);
		pools[0].threads++;
		if (row > 1 || (s->variant & OWN_POOL) == 0)
			init_worker(&pools[0], row, has_thread);
	}
	for (unsigned i = 0; i < (s->variant & 0xf); i++)
		weft_room_search_(&pools[0]);
	if (s->variant & JOINED)
		weft_room_join_(&pools[0], true);
}

static void
fini(void)
{
	for (unsigned i = 0; i < 2; i++)
		if (pools[i].board.pool != NULL)
			weft_board_close_(&pools[i].board);
	for (unsigned row = 1; row <= ANSWER_THREADS; row++)
		free(groups[row]);
}

static void
run_child(void *deed)
{
	struct deed *d = deed;

	assert(d->given == 1 && d->runs == 0);
	d->runs++;
}

static weft_status
run(void *deed)
{
	struct deed *d = deed;

	assert(d->given == 1 && d->runs == 0);
	if (d->into != NULL)
		weft_tasks_spawn(d->into, run, d->child);
	if (d->leaves)
		weft_task_drop(weft_task_spawn(run, d->child, WEFT_NORMAL));
	if (d->forks) {
		weft_fork f = weft_fork_begin_(run_child, d->child);

		if (weft_fork_end_(f))
			run_child(d->child);
		assert(d->child->runs == 1);
	}
	d->runs++;
	return d->status;
}

static struct deed *
deed_new(unsigned row)
{
	struct deed *d = &deeds[row][made[row]++];

	*d = (struct deed){ .given = 1 };
	return d;
}

static struct deed *
parent_new(unsigned row)
{
	struct deed *d = deed_new(row);

	children[row].given = 1;
	d->child = &children[row];
	return d;
}

static void
spawn_parent(unsigned row, bool forks)
{
	struct deed *d = parent_new(row);

	d->forks = forks;
	d->into = forks ? NULL : groups[row];
	weft_tasks_spawn(groups[row], run, d);
}

static void
spawn_failure(unsigned row)
{
	struct deed *d = deed_new(row);

	d->status = made[row] == 1 ? WEFT_CLOSED : WEFT_TIMEOUT;
	weft_tasks_spawn(groups[row], run, d);
}

static void
check_runs(unsigned row)
{
	for (unsigned i = 0; i < made[row]; i++)
		assert(deeds[row][i].runs == 1);
	assert(children[row].given == children[row].runs);
}

/* All are done, and the memory goes at once. */
static void
wait_for_group(unsigned row, weft_status status)
{
	weft_status s = weft_tasks_wait(groups[row]);

	assert(s == status);
	free(groups[row]);
	groups[row] = NULL;
	check_runs(row);
}

/* After the threads, by one of its pool: the first who spawned has chosen that. */
static void
wait_for_shared(void)
{
	/* relaxed: the threads have ended. */
	weft_board_ *b = weft_load_relaxed(&shared.board_);
	weft_status s;

	for (unsigned row = 1; row <= ANSWER_THREADS; row++)
		if (b != NULL && workers[row].pool == b->pool)
			weft_forks_here_ = &workers[row].forks;
	s = weft_tasks_wait(&shared);
	assert(s == WEFT_OK);
	for (unsigned row = 1; row <= ANSWER_THREADS; row++)
		check_runs(row);
}

static void
spawn_alone(unsigned row)
{
	handles[row] = weft_task_spawn(run, deed_new(row), WEFT_NORMAL);
	assert(handles[row] != NULL);
}

static void
wait_by_handle(unsigned row)
{
	weft_status s = weft_task_wait(handles[row]);

	assert(s == WEFT_OK);
	check_runs(row);
}

/* One that says that it is over shows what it did. */
static void
look(unsigned row)
{
	if (weft_task_is_done(handles[row]))
		check_runs(row);
}

/* It looks for tasks until it has run one, and sleeps meanwhile. */
static void
search_once(weft_worker_ *w)
{
	while (!weft_board_work_(w, WEFT_NORMAL, true))
		weft_room_sleep_(w);
	weft_room_found_(w->pool);
}

static void
called(unsigned worker, void *counts)
{
	((unsigned *)counts)[worker]++;
}

static void
call_all(void)
{
	unsigned counts[2] = { 0 };

	weft_pool_broadcast(&pools[0], called, counts);
	assert(counts[0] == 1 && counts[1] == 1);
}

/* Until it has answered so many calls. */
static void
answer(weft_worker_ *w)
{
	while (w->heard < calls) {
		if (weft_worker_is_called_(w))
			weft_worker_answer_(w);
		else
			weft_room_sleep_(w);
	}
}

/* Where the frames of a call were, there is now something else. */
static __attribute__((noinline)) void
scribble(void)
{
	char frame[512];

	memset(frame, 1, sizeof frame);
	__asm__ volatile("" : : "r"(frame) : "memory");
}

static __attribute__((noinline)) void
hand_over(void)
{
	struct deed *d = malloc(sizeof *d);

	*d = (struct deed){ .given = 1 };
	weft_task_hand_over_(&pools[0], run_child, d);
	assert(d->runs == 1);
	free(d);
}

static void
make_pool(unsigned row)
{
	init_pool(&pools[1]);
	init_worker(&pools[1], row, false);
	weft_forks_here_ = &workers[row].forks;
}

static void
act(unsigned row, char letter)
{
	struct deed *d;
	weft_worker_ *w;

	/* What is done before there are threads, or after, the first one does. */
	if (row == ANSWER_BEFORE || row == ANSWER_AFTER)
		row = 1;
	w = &workers[row];
	if (w->pool != NULL)
		weft_forks_here_ = &w->forks;
	switch (letter) {
	case 'g':
		weft_tasks_spawn(groups[row], run, deed_new(row));
		break;
	case 'G':
		spawn_parent(row, false);
		break;
	case 'F':
		spawn_parent(row, true);
		break;
	case 'e':
		spawn_failure(row);
		break;
	case 'w':
		wait_for_group(row, WEFT_OK);
		break;
	case 'E':
		wait_for_group(row, WEFT_CLOSED);
		break;
	case 'v':
		weft_ignore(weft_tasks_wait(groups[row]));
		check_runs(row);
		break;
	case 'S':
		weft_tasks_spawn(&shared, run, deed_new(row));
		break;
	case 'V':
		weft_ignore(weft_tasks_wait(&shared));
		check_runs(row);
		break;
	case 'W':
		wait_for_shared();
		break;
	case 'u':
		(void)weft_board_work_(w, WEFT_URGENT, false);
		break;
	case 't':
		(void)weft_board_work_(w, WEFT_NORMAL, false);
		break;
	case 'r':
		weft_room_search_(w->pool);
		search_once(w);
		break;
	case 's':
		search_once(w);
		break;
	case 'h':
		spawn_alone(row);
		break;
	case 'H':
		wait_by_handle(row);
		break;
	case 'd':
		look(row);
		break;
	case 'x':
		weft_task_drop(handles[row]);
		break;
	case 'X':
		d = parent_new(row);
		d->leaves = true;
		weft_task_drop(weft_task_spawn(run, d, WEFT_URGENT));
		break;
	case 'D':
		weft_task_drain_(&pools[0].board);
		check_runs(row);
		break;
	case 'c':
		call_all();
		break;
	case 'a':
		answer(w);
		break;
	case 'o':
		/* The task is in a frame of it. */
		hand_over();
		scribble();
		break;
	case 'm':
		make_pool(row);
		break;
	}
}

static const struct script_subject subject = { .init = init, .act = act, .fini = fini };

/*
 * g spawns into the thread's own group; G one that spawns another, F one that forks, e one that
 * fails; w waits for it, and frees it; E does, when the first has failed; v waits, and keeps it.
 * S spawns into the group of all, V waits for it, W does after the threads. t runs a task, if
 * there is any, u an urgent one; s sleeps until there is one, r once more. h spawns one by
 * itself, H waits for it by its handle, d asks whether it is done, x drops the handle; X spawns
 * an urgent one that spawns another, D waits until none is left. c calls all workers, a answers as
 * many calls as the number says. o hands a call over to another. m makes a pool, and is its worker.
 */
static const struct script scripts[] = {
	{ "exit", 0, .threads = { "gw", "t" } },
	{ "exit-2", 0, .threads = { "ggw", "t" } },
	{ "exit-2t", 0, .threads = { "ggw", "t", "t" } },
	{ "nested", 0, .threads = { "Gw", "t" } },
	{ "nested-2", 0, .threads = { "Gw", "tt" } },
	{ "forks", 0, .threads = { "Fw", "t" }, .variant = JOINED },
	{ "again", 0, .threads = { "gvgw", "t" } },
	{ "fails", 0, .threads = { "eeE", "t" } },
	{ "no-memory", 0, .threads = { "ggw", "t" }, .variant = NO_MEMORY },
	{ "two", 0, .threads = { "gw", "gw" } },
	{ "beside", 0, .threads = { "SV", "S" }, .after = "W" },
	{ "first", 0, .threads = { "mS", "S" }, .after = "W", .variant = OWN_POOL },
	{ "sleep", 0, .threads = { "S", "s" }, .variant = SEARCHERS(1), .after = "W" },
	{ "sleep-x2", 0, .threads = { "SS", "sr" }, .variant = SEARCHERS(1), .after = "W" },
	{ "sleep-2s", 0, .threads = { "S", "S", "s" }, .variant = SEARCHERS(1), .after = "W" },
	{ "sleep-groups", 0, .threads = { "Sg", "sr" }, .variant = SEARCHERS(1), .after = "Ww" },
	{ "sleep-taken", 0, .threads = { "gvg", "s" }, .variant = SEARCHERS(1), .after = "w" },
	{ "handle", 0, .threads = { "hH", "t" } },
	{ "handle-2", 0, .threads = { "hH", "hH" } },
	{ "handle-reuse", 0, .threads = { "hH", "thH" } },
	{ "done", 0, .threads = { "hdH", "t" } },
	{ "drop", 0, .threads = { "hx", "t" }, .after = "t" },
	{ "drain", 0, .threads = { "D", "t" }, .before = "hx" },
	{ "drain-spawns", 0, .threads = { "D", "ut" }, .before = "X" },
	{ "drain-wait", 0, .threads = { "H", "D", "t" }, .before = "h" },
	{ "hand-over", 0, .threads = { "o", "s" }, .variant = SEARCHERS(1) },
	{ "call", 1, .threads = { "c", "a" }, .variant = SEARCHERS(1) | CALLED },
	{ "calls", 2, .threads = { "ca", "ca" }, .variant = CALLED },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
