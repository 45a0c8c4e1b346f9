/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_pool.c: jobs, sleep and wake-up, joins and blocking, through every execution. */
#include <weft/latch.h>
#include <weft/pool.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../src/base/os.h"
#include "../src/pool/worker.h"
#include "support/client_memory.h"
#include "support/script.h"

/*
 * A pool made by hand: its workers are the threads of the script, the first of which may be
 * nobody's but the script's. What a whole pool adds, its threads, is in the clients of the
 * last rows.
 */
static struct weft_pool pool;
static weft_worker_ workers[ANSWER_ROWS];

/*
 * A task: whoever makes it writes `given`, whoever runs it `runs`, both plain: what is not
 * seen whole, or is done twice at a time, is a race.
 */
struct task {
	unsigned given, runs;
	bool forks;                  /* one of its own, as deep as that goes */
	bool opens;                  /* the latch                            */
	unsigned by;                 /* the row of who ran it                */
};

enum { TASKS = 4 };
static struct task tasks[ANSWER_ROWS][TASKS];
static unsigned made[ANSWER_ROWS];         /* each by its row's thread */
static weft_fork forks[ANSWER_ROWS][TASKS];
static weft_latch latch;
static struct weft_timeline_ *timeline;

/* What init makes of room: how many look for work, how many wait for a job of theirs. */
#define SEARCHERS(n) (n)
#define JOINERS(n) ((n) << 4)
/* As many workers as there are threads, and one more than may work. */
#define CROWDED 0x100
#define WHOLE 0x200
/* No pool, but what a worker notes of its life. */
#define TIMED 0x400

static void
init_worker(unsigned row)
{
	weft_worker_ *w = &workers[row];

	w->forks = (weft_forks_){ w->job, w->job, w->job + WEFT_WORKER_JOBS_, &pool.room, 0 };
	w->pool = &pool;
	w->index = w->dice = row - 1;
	/* relaxed: no other thread is there yet. */
	weft_store_relaxed(&pool.crew[row - 1], w);
	weft_store_relaxed(&pool.crew_end, row);
}

/* capacity: how many may work beyond those that do. */
static void
init(const struct script *s)
{
	if (!weft_set_allocator(&allocator))
		abort();
	weft_os_cpus_pretend(1);
	if (s->variant & TIMED)
		timeline = weft_timeline_new_();
	if (s->variant & (WHOLE | TIMED))
		return;
	pthread_mutex_init(&pool.lock, NULL);
	for (unsigned row = 1; row <= ANSWER_THREADS && s->threads[row - 1] != NULL; row++)
		init_worker(row);
	weft_room_open_(&pool, s->capacity);
	for (unsigned row = ANSWER_THREADS; row > 1; row--)
		if (s->threads[row - 1] != NULL && s->threads[row - 1][0] == 'a') {
			workers[row].below = pool.asleep;
			pool.asleep = &workers[row];
		}
	for (unsigned i = 0; i < (s->variant & 0xf); i++)
		weft_room_search_(&pool);
	for (unsigned i = 0; i < (s->variant >> 4 & 0xf); i++)
		weft_room_join_(&pool, true);
	if (s->variant & CROWDED)
		weft_room_enter_(&pool);
	weft_blocking_watch_();
	weft_latch_add(&latch, 1);
}

static void run_task(void *task);

static void
fork_one(unsigned row, bool has_child)
{
	unsigned i = made[row]++;
	struct task *t = &tasks[row][i];

	*t = (struct task){ .given = 1, .forks = has_child };
	forks[row][i] = weft_fork_begin_(run_task, t);
}

static void
unfork(unsigned row)
{
	struct task *t = &tasks[row][--made[row]];

	if (weft_fork_end_(forks[row][made[row]]))
		run_task(t);
	assert(t->runs == 1);
}

static void
run_task(void *task)
{
	struct task *t = task, child = { .given = 1 };

	assert(t->given == 1 && t->runs == 0);
	if (t->forks) {
		weft_fork f = weft_fork_begin_(run_task, &child);

		if (weft_fork_end_(f))
			run_task(&child);
		assert(child.runs == 1);
	}
	if (t->opens)
		weft_latch_done(&latch);
	t->by = weft_worker_now_() == NULL ? 0 : weft_worker_now_()->index + 1;
	t->runs++;
}

/* The oldest that is private, if there is one. */
static void
publish(weft_worker_ *w)
{
	if (w->forks.split == w->forks.top)
		return;
	weft_jobs_publish_(&w->jobs, w->forks.split);
	w->forks.split++;
}

static void
work_once(weft_worker_ *w)
{
	weft_worker_ *owner;
	uint32_t place;

	if (weft_worker_steal_(w, &owner, &place))
		weft_worker_run_(w, owner, &owner->job[place]);
}

/* It looks for work until it has done some, and nothing after that. */
static void
search_once(weft_worker_ *w)
{
	weft_worker_ *owner;
	uint32_t place;

	while (!weft_worker_steal_(w, &owner, &place))
		weft_room_sleep_(w);
	weft_room_found_(&pool);
	weft_worker_run_(w, owner, &owner->job[place]);
}

/* A job that its owner never takes back: another runs it, when it is public. */
static void
give_private(weft_worker_ *w, unsigned row, bool opens)
{
	struct task *t = &tasks[row][made[row]++];

	*t = (struct task){ .given = 1, .opens = opens };
	w->forks.top->fn = run_task;
	w->forks.top->ctx = t;
	w->forks.top++;
}

static void
give(weft_worker_ *w, unsigned row, bool opens)
{
	give_private(w, row, opens);
	publish(w);
}

/* After the threads: each job that was given was run. */
static void
check_given(unsigned row)
{
	for (unsigned i = 0; i < made[row]; i++)
		assert(tasks[row][i].runs == 1);
}

/* A caller from outside, who comes to be a worker now. */
static weft_worker_ *
become_worker(void)
{
	weft_worker_ *w = weft_crew_outside_(&pool);

	assert(w != NULL);
	weft_forks_here_ = &w->forks;
	return w;
}

/* What is there is whole. */
static void
read_timeline(void)
{
	const struct weft_deed_noted_ *deed;
	uint32_t n = weft_timeline_deeds_(timeline, &deed);

	assert(n <= 4);
	for (uint32_t i = 0; i < n; i++)
		assert(deed[i].from == 5);
}

static weft_atomic_bool is_asked;

/* The process's pool, made by the first, and seen whole by the second. */
static void
look_at_process_pool(void)
{
	weft_pool *p = weft_pool_of_process_();

	assert(p != NULL && weft_pool_threads(p) == 1);
	/* relaxed: it must be the pool's own orders that show it. */
	weft_store_relaxed(&is_asked, true);
}

/* Another has it by now: so it is always the same that makes it. */
static void
look_at_process_pool_later(void)
{
	/* relaxed: as above. */
	while (!weft_load_relaxed(&is_asked))
		;
	look_at_process_pool();
}

static void
body(void *unused)
{
	(void)unused;
	fork_one(1, false);
	unfork(1);
}

static void
whole(void)
{
	weft_pool_options options = { .threads = 2, .no_spare = true };
	weft_pool *p;

	p = weft_pool_new(&options);
	assert(p != NULL);
	weft_pool_run(p, body, NULL);
	weft_pool_free(p);
}

static void
act(unsigned row, char letter)
{
	weft_worker_ *w;

	/* What is done before there are threads, the first one has done. */
	if (row == ANSWER_BEFORE)
		row = 1;
	w = &workers[row];
	if (w->pool != NULL)
		weft_forks_here_ = &w->forks;
	switch (letter) {
	case 'f':
		fork_one(row, false);
		break;
	case 'F':
		fork_one(row, true);
		break;
	case 'u':
		unfork(row);
		break;
	case 'p':
		publish(w);
		break;
	case 't':
		work_once(w);
		break;
	case 's':
		search_once(w);
		break;
	case 'e':
		w = become_worker();
		give(w, row, false);
		(void)weft_room_wake_(&pool);
		break;
	case 'h':
		work_once(become_worker());
		break;
	case 'B':
		give_private(w, row, true);
		weft_latch_wait(&latch);
		break;
	case 'n':
		assert(tasks[2][0].runs == 0);
		break;
	case 'y':
		assert(tasks[2][0].by == 2);
		break;
	case 'q':
		look_at_process_pool();
		break;
	case 'Q':
		look_at_process_pool_later();
		break;
	case 'd':
		weft_timeline_add_(timeline, WEFT_DEED_RUN_, 5);
		break;
	case 'D':
		read_timeline();
		break;
	case 'c':
		weft_pool_generation_++;
		weft_crew_forget_();
		break;
	case 'a':
		weft_parker_park(&w->bed);
		search_once(w);
		break;
	case 'r':
		weft_room_search_(&pool);
		search_once(w);
		break;
	case 'g':
		give(w, row, false);
		break;
	case 'w':
		(void)weft_room_wake_(&pool);
		break;
	case 'k':
		give(w, row, false);
		(void)weft_room_wake_(&pool);
		break;
	case 'b':
		give(w, row, true);
		weft_latch_wait(&latch);
		break;
	case '1':
	case '2':
		check_given((unsigned)(letter - '0'));
		break;
	case 'l':
		weft_room_leave_(&pool);
		break;
	case 'P':
		whole();
		break;
	}
}

static const struct script_subject subject = { .init = init, .act = act };

/*
 * f forks, and F what forks in turn; p publishes the oldest; u unforks the newest; t takes and
 * runs one, if there is any. s sleeps until there is, r once more; a is asleep, and then does
 * likewise. g gives a job to others, w wakes one, k does both; e becomes a worker before, and h
 * before it does as t does. b gives one and waits, blocked, for it; B waits for what it has not
 * made public; l leaves its place. 1 and 2 check that what was given was run, n that it was not,
 * y that the second ran its own.
 * q asks for the process's pool, Q does when another has; c is a child; P makes a pool, works
 * there, and frees it. d notes a deed, D reads those that are noted.
 */
static const struct script scripts[] = {
	{ "1t", 0, .threads = { "fpu", "t" } },
	{ "2t", 0, .threads = { "fpu", "t", "t" } },
	{ "2j1t", 0, .threads = { "ffppuu", "t" } },
	{ "2j2t", 0, .threads = { "ffppuu", "t", "t" } },
	{ "2j1t-x2", 0, .threads = { "ffppuu", "tt" } },
	{ "3j1t", 0, .threads = { "fffpppuuu", "t" } },
	{ "again", 0, .threads = { "fpufpu", "t" } },
	{ "again-x2", 0, .threads = { "fpufpu", "tt" } },
	{ "again-2t", 0, .threads = { "fpufpu", "t", "t" } },
	{ "leap", 0, .threads = { "Fpu", "t" }, .variant = JOINERS(1) },
	{ "leap-3", 0, .threads = { "Fpu", "t", "t" }, .variant = JOINERS(1) },
	{ "return", 0, .threads = { "fpu", "tfpu" }, .after = "y" },
	{ "sleep", 0, .threads = { "k", "s" }, .variant = SEARCHERS(1), .after = "1" },
	{ "sleep-x2", 0, .threads = { "kk", "sr" }, .variant = SEARCHERS(1), .after = "1" },
	{ "sleep-2p", 0, .threads = { "k", "k", "sr" }, .variant = SEARCHERS(1), .after = "12" },
	{ "chain", 2, .threads = { "w", "a", "a" }, .before = "gg", .after = "1" },
	{ "chain-s", 1, .threads = { "k", "s", "a" }, .variant = SEARCHERS(1), .before = "g",
	  .after = "1" },
	{ "chain-2p", 2, .threads = { "w", "k", "a", "a" }, .before = "g", .after = "12" },
	{ "offer", 0, .threads = { "f", "s" }, .variant = SEARCHERS(1), .after = "1" },
	{ "leave", 0, .threads = { "kl", "s" }, .variant = SEARCHERS(1) | CROWDED,
	  .after = "1" },
	{ "blocking", 0, .threads = { "b", "s" }, .variant = SEARCHERS(1) | CROWDED,
	  .after = "1" },
	{ "blocking-own", 0, .threads = { "B", "s" }, .variant = SEARCHERS(1) | CROWDED,
	  .after = "1" },
	{ "stranger", 0, .threads = { "fpu", "gt" }, .after = "n" },
	{ "newcomer", 0, .threads = { "e", "s" }, .variant = SEARCHERS(1), .after = "1" },
	{ "newcomer-leap", 0, .threads = { "fpu", "h" } },
	{ "leave-2", 0, .threads = { "k", "l", "a" }, .after = "1" },
	{ "fake", 1, .threads = { "w", "k", "r" }, .after = "2" },
	{ "process", 0, .threads = { "q", "Q" }, .variant = WHOLE },
	{ "child", 0, .threads = { "q", "q" }, .before = "qc", .variant = WHOLE },
	{ "timeline", 0, .threads = { "dd", "DD" }, .after = "D", .variant = TIMED },
	{ "timeline-full", 0, .threads = { "dddddd", "D" }, .after = "D", .variant = TIMED },
	{ "pool", 0, .threads = { "P" }, .variant = WHOLE },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
