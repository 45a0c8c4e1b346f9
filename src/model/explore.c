/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* explore.c: the program is run again and again, until all its executions are known. */
#include "explore.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "consistency.h"
#include "fiber.h"
#include "heap.h"
#include "mutate.h"
#include "options.h"
#include "replay.h"
#include "record.h"
#include "report.h"
#include "retry.h"
#include "search.h"
#include "snapshot.h"
#include "thread.h"
#include "verdict.h"
#include "walk.h"

struct exploration exploration;

static void *(*program)(void *);
static void *program_argument;

/* What the program must not do, and what it does not come back from. */

static void
on_signal(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (signal == SIGSEGV && snapshot_fault((uintptr_t)info->si_addr))
		return;
	if (!exploring)
		refuse("the checker itself got signal %d: this is a defect of weft-model", signal);
	fail(BUG_SIGNAL, "thread %u gets signal %d (%s) at address %p", running->id, signal,
	    strsignal(signal), info->si_addr);
}

/* Every second of processor time. */
static void
on_tick(int signal)
{
	static uint64_t hooks, operations;
	static unsigned ticks;

	(void)signal;
	ticks = replay_operations == operations ? ticks + 1 : 0;
	if (exploring && ticks > 0 && (replay_hooks == hooks || ticks > 2)) {
		retry_end_trial();
		refuse("thread %u is in a loop, or a call, without atomic operations that does not "
		       "end: it is nothing to explore", running->id);
	}
	hooks = replay_hooks;
	operations = replay_operations;
}

static void
catch_signals(void)
{
	static char stack[64 << 10];
	const stack_t alternative = { .ss_sp = stack, .ss_size = sizeof stack };
	const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
	const struct itimerval second = { { 1, 0 }, { 1, 0 } };
	struct sigaction action = { .sa_flags = SA_ONSTACK | SA_NODEFER | SA_SIGINFO };

	sigaltstack(&alternative, NULL);
	action.sa_sigaction = on_signal;
	for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
		sigaction(crashes[i], &action, NULL);
	action.sa_flags = SA_ONSTACK | SA_NODEFER | SA_RESTART;
	action.sa_handler = on_tick;
	sigaction(SIGVTALRM, &action, NULL);
	setitimer(ITIMER_VIRTUAL, &second, NULL);
}

void
explore_set_up(void)
{
	fibers_set_up();
	heap_reset();
	snapshot_take();
	catch_signals();
	sc_axiom = options.sc;
}

/* One run. */

static void
judge_leaks(void)
{
	size_t size;
	unsigned thread;
	const void *block;

	/* After exit, stacks that are gone now may have pointed at anything. */
	if (!options.leaks || thread_exited_program())
		return;
	block = heap_leak(&size, &thread);
	if (block == NULL)
		return;
	verdict.ending = RUN_BUG;
	verdict.bug = BUG_LEAK;
	snprintf(verdict.text, sizeof verdict.text,
	    "%zu bytes at %p, which thread %u allocated, are lost: nothing points at them", size,
	    block, thread);
}

static void
run(void)
{
	run_number++;
	verdict = (struct verdict){ .ending = RUN_BLOCKED };
	snapshot_restore();
	heap_reset();
	threads_reset();
	fibers_reset();
	running = &fibers[0];
	fiber_start(0, program, program_argument);
	do
		fiber_enter();
	while (retry_trial());
	if (verdict.ending == RUN_COMPLETE)
		judge_leaks();
}

/* All of them. */

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void
begin(void)
{
	const struct op op = { .kind = BEGIN };

	if (options.mode == MODE_EXHAUSTIVE) {
		search_begin(1);
		search_add(0, &op);
	} else {
		walk_begin(1);
		walk_add(0, &op);
	}
}

static bool
next(void)
{
	if (options.mode == MODE_EXHAUSTIVE)
		return search_next();
	if (options.mode == MODE_PREEMPTIONS && !walk_again())
		return false;
	begin();
	return true;
}

static bool
is_out_of_limits(double start)
{
	uint64_t runs = exploration.complete + exploration.blocked;

	if (options.mode == MODE_REPLAY)
		exploration.stopped_by = "one execution, replayed";
	else if (options.executions != 0 && runs >= options.executions)
		exploration.stopped_by = "the number of executions asked for";
	else if (options.limit > 0 && (runs & 63) == 0 && now() - start > options.limit)
		exploration.stopped_by = "the time limit";
	return exploration.stopped_by != NULL;
}

/* What the program writes in later runs is what it wrote in the first, or nearly. */
static void
silence_output(void)
{
	static bool done;
	int null;

	if (done)
		return;
	done = true;
	fflush(NULL);
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDOUT_FILENO);
		close(null);
	}
}

enum outcome
explore(void *(*main)(void *), void *argument, void (*at_end)(void))
{
	double start = now();
	enum outcome outcome = FOUND_NOTHING;

	program = main;
	program_argument = argument;
	exploration = (struct exploration){ 0 };
	begin();
	do {
		record_begin(false);
		run();
		if (verdict.ending == RUN_BUG) {
			outcome = FOUND_BUG;
			break;
		}
		if (verdict.ending == RUN_COMPLETE) {
			exploration.complete++;
			if (at_end != NULL)
				at_end();
		} else {
			exploration.blocked++;
		}
		if (at_end == NULL)
			silence_output();
	} while (!is_out_of_limits(start) && next());
	if (exploration.stopped_by == NULL)
		exploration.stopped_by = exploration.bounded_by;
	if (exploration.stopped_by != NULL && outcome == FOUND_NOTHING)
		outcome = OUT_OF_LIMITS;
	exploration.seconds = now() - start;
	return outcome;
}

enum outcome
explore_again(void)
{
	return explore(program, program_argument, NULL);
}

static bool
is_by_chance(void)
{
	return options.mode == MODE_RANDOM || options.mode == MODE_PCT;
}

static void
set_mode(void)
{
	enum { SECONDS_BY_CHANCE = 10 };

	if (is_by_chance() && options.limit == 0 && options.executions == 0)
		options.limit = SECONDS_BY_CHANCE;
	if (options.mode == MODE_RANDOM)
		walk_randomly(options.seed);
	else if (options.mode == MODE_PCT)
		walk_by_priority(options.seed, options.depth);
	else if (options.mode == MODE_PREEMPTIONS)
		walk_by_preemptions(options.preemptions);
	else if (options.mode == MODE_REPLAY)
		walk_along(options.token);
}

void
explore_walk(void)
{
	enum mode mode = options.mode;

	options.mode = MODE_REPLAY;
	begin();
	run();
	options.mode = mode;
}

static void
print_last_line(enum outcome outcome)
{
	const char *why = outcome == FOUND_BUG ? "it stopped at the bug" : exploration.stopped_by;

	if (is_by_chance())
		why = outcome == FOUND_BUG ? "random, until the bug" : "random";
	if (options.mode == MODE_PREEMPTIONS && outcome == FOUND_NOTHING)
		why = "all with so few preemptions";
	if (outcome == FOUND_NOTHING && !options.quiet)
		fputs("(under RC11, where relaxed atomics have no load buffering)\n", stderr);
	if (outcome == FOUND_NOTHING && options.mode == MODE_EXHAUSTIVE)
		fprintf(stderr, "exhaustive: %llu executions",
		    (unsigned long long)exploration.complete);
	else
		fprintf(stderr, "not exhaustive: %s, %llu executions", why,
		    (unsigned long long)(exploration.complete + (outcome == FOUND_BUG)));
	fprintf(stderr, ", %llu blocked, %.2f s\n", (unsigned long long)exploration.blocked,
	    exploration.seconds);
}

void
explore_program(void *(*main)(void *), void *argument)
{
	enum outcome outcome;

	explore_set_up();
	set_mode();
	outcome = explore(main, argument, NULL);
	fflush(NULL);
	if (outcome == FOUND_BUG && !options.quiet)
		report_bug();
	if (options.mutate && outcome == FOUND_NOTHING)
		_Exit(mutate_all());
	print_last_line(outcome);
	fflush(NULL);
	/* Dice have no end to come to before the limit. */
	if (outcome == OUT_OF_LIMITS && is_by_chance())
		_Exit(0);
	_Exit((int)outcome);
}
