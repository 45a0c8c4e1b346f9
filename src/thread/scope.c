/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * scope.c: threads that are joined before the memory goes which they borrow.
 *
 * A round of a scope is from its first spawn to the join. Each spawn takes a number; each
 * failure is kept as one word, number and status together, of which the lowest number wins:
 * so join needs to look at one word, and a spawn that had no memory even for a record is
 * counted like the others.
 *
 * A thread, at its end: its failure into failed_, its record into ended_, then its done of
 * running_. It is illegal to touch the scope after that: join may have returned, and the
 * scope be gone. The latch counts a thread before it is made, and threads are made by the
 * owner or by a thread that is itself counted, so it comes to 0 only when all have ended and
 * nobody can make more; all records are in ended_ then.
 *
 * Whoever takes ended_ joins those threads, which have only the way out of the system left to
 * go, and frees the records: join does, and each spawn, so that a scope that lives long and
 * spawns much keeps no stacks of threads that are done. A thread writes its own handle into
 * its record: who made it may come to that later than the thread to its end.
 *
 * Linearization points: a spawn's, the fetch_add of spawned_; a failure's, the CAS of failed_;
 * a thread's end, the done of running_.
 */
#include <weft/scope.h>

#include <pthread.h>

#include "../base/memory.h"
#include "../base/os.h"
#include "../base/os_thread.h"

typedef struct thread {
	struct thread *next;         /* in ended_ */
	weft_scope *scope;
	weft_thread_fn *fn;
	void *ctx;
	uint64_t number;
	weft_status status;
	pthread_t handle;            /* by the thread itself */
} thread;

/* The scope that this thread is one of. */
static _Thread_local const weft_scope *inside;

/*
 * Rounds that are open of scopes which this thread declared. Its address tells threads apart. A
 * thread that ends with one was sent past the scope's cleanup, so its stack goes while others
 * use it: the key's destructor sees that.
 */
static _Thread_local unsigned open_here;

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;

static void
thread_goes(void *value)
{
	(void)value;
	if (open_here != 0)
		weft_misuse_("WEFT_SCOPE", "a thread ends, and threads of a scope that it declared "
		    "were not joined: join before longjmp or pthread_exit, or compile with "
		    "-fexceptions");
}

static void
key_init(void)
{
	has_key = pthread_key_create(&key, thread_goes) == 0;
}

/* From here to unwatch, this thread may not end. */
static void
watch(weft_scope *s)
{
	if (WEFT_MODEL_ || s->owner_ != &open_here || pthread_once(&key_once, key_init) != 0 ||
	    !has_key || pthread_setspecific(key, &open_here) != 0)
		return;
	open_here++;
	s->counted_ = true;
}

static void
unwatch(weft_scope *s)
{
	if (s->counted_)
		open_here--;
	s->counted_ = false;
}

static void
check(const weft_scope *s, const char *call)
{
	if (s == NULL)
		weft_misuse_(call, "there is no scope: give the address of one");
	if (s->alive_.self == NULL)
		return;
	if (s->alive_.self != s)
		weft_misuse_(call, "the scope is a copy of one that has threads: use that one, "
		    "where it stands");
	if (s->process_ != weft_os_process_id())
		weft_misuse_(call,
		    "this is a child that fork made, and the scope's threads are its "
		    "parent's: leave by _exit or exec");
}

static void
fail(weft_scope *s, uint64_t number, weft_status status)
{
	/* Beyond 2^32 spawns of one round the later ones count as one. */
	uint32_t order = number < UINT32_MAX ? (uint32_t)number : UINT32_MAX - 1;
	uint64_t failure = (uint64_t)(UINT32_MAX - order) << 32 | (uint32_t)status;
	/* relaxed: the number is all there is; the latch brings it to the join. */
	uint64_t seen = weft_load_relaxed(&s->failed_);

	/* relaxed: as above. */
	while (seen >> 32 < failure >> 32 && !weft_cas_weak_relaxed(&s->failed_, &seen, failure))
		;
	if (s->stop_on_error)
		weft_cancel_set(&s->stop);
}

/* Join those that have ended, but for the system's part of it. */
static void
reap(weft_scope *s)
{
	thread *t;

	/* relaxed: a first look, so that most spawns leave the line alone. */
	if (weft_load_relaxed(&s->ended_) == NULL)
		return;
	/* A1: the records; pairs with R1. */
	for (thread *next = weft_swap_acquire(&s->ended_, NULL); next != NULL;) {
		t = next;
		next = t->next;
		weft_thread_join_(t->handle);
		weft_memory_free_(NULL, t, sizeof *t, alignof(thread));
	}
}

static void
thread_ends(void *arg)
{
	thread *t = arg;
	weft_scope *s = t->scope;
	void *seen;

	if (s->alive_.self != s)
		weft_misuse_("weft_scope",
		    "its memory is gone before its threads are: join it first, "
		    "or declare it by WEFT_SCOPE");
	if (t->status != WEFT_OK)
		fail(s, t->number, t->status);
	/* relaxed: only an address to compare. */
	seen = weft_load_relaxed(&s->ended_);
	do {
		t->next = seen;
		/* R1: the record; pairs with A1. */
	} while (!weft_cas_weak_release(&s->ended_, &seen, t));
	weft_latch_done(&s->running_);
}

static void *
thread_main(void *arg)
{
	thread *t = arg;

	t->handle = pthread_self();
	inside = t->scope;
	/* The model has no exit of a thread that these are for. */
	if (WEFT_MODEL_) {
		t->status = t->fn(t->ctx);
		thread_ends(t);
		return NULL;
	}
	pthread_cleanup_push(thread_ends, t);
	t->status = t->fn(t->ctx);
	pthread_cleanup_pop(1);
	return NULL;
}

static weft_status
start(weft_scope *s, const thread *of, const weft_thread_options *options)
{
	weft_thread_how_ how = { .cpu = -1 };
	pthread_t handle;
	weft_status status;
	thread *t = weft_memory_alloc_(NULL, sizeof *t, alignof(thread));

	if (t == NULL)
		return WEFT_NO_MEMORY;
	*t = *of;
	if (options != NULL) {
		how.name = options->name;
		how.stack_size = options->stack_size;
		how.cpu = options->cpu_plus_1 < 0 ? -2 : options->cpu_plus_1 - 1;
	}
	weft_latch_add(&s->running_, 1);
	status = weft_thread_start_(&handle, thread_main, t, &how);
	if (status != WEFT_OK) {
		weft_latch_done(&s->running_);
		weft_memory_free_(NULL, t, sizeof *t, alignof(thread));
	}
	return status;
}

weft_status
weft_thread_spawn_with(weft_scope *s, weft_thread_fn *fn, void *ctx,
    const weft_thread_options *options)
{
	thread t = { .scope = s, .fn = fn, .ctx = ctx, .status = WEFT_CANCELLED };
	weft_status status;

	check(s, "weft_thread_spawn");
	if (fn == NULL)
		weft_misuse_("weft_thread_spawn", "there is no function for the thread to run");
	if (s->alive_.self == NULL) {
		s->process_ = weft_os_process_id();
		s->alive_.self = s;
		watch(s);
	}
	reap(s);
	/* relaxed: a number that no other spawn gets. */
	t.number = weft_fetch_add_relaxed(&s->spawned_, 1);
	status = start(s, &t, options);
	if (status != WEFT_OK)
		fail(s, t.number, status);
	return status;
}

weft_status
weft_thread_spawn(weft_scope *s, weft_thread_fn *fn, void *ctx)
{
	return weft_thread_spawn_with(s, fn, ctx, NULL);
}

weft_status
weft_scope_join(weft_scope *s)
{
	uint64_t failure;

	check(s, "weft_scope_join");
	if (s->alive_.self == NULL)
		return WEFT_OK;
	if (inside == s)
		weft_misuse_("weft_scope_join",
		    "a thread of the scope would wait for itself: return "
		    "from it, and join where the scope was declared");
	if (s->owner_ != NULL && s->owner_ != &open_here)
		weft_misuse_("weft_scope_join", "another thread declared this scope, and joins it");
	weft_latch_wait(&s->running_);
	reap(s);
	unwatch(s);
	/* relaxed: the latch brought it; and nobody else knows the scope's fields now. */
	failure = weft_load_relaxed(&s->failed_);
	/* relaxed: as above. */
	weft_store_relaxed(&s->failed_, 0);
	/* relaxed: as above. */
	weft_store_relaxed(&s->spawned_, 0);
	/* relaxed: as above. Whoever else waits for a token that nobody set, still does. */
	if ((weft_load_relaxed(&s->stop.set_) & WEFT_CANCEL_SET_) != 0)
		/* relaxed: as above. */
		weft_store_relaxed(&s->stop.set_, 0);
	s->alive_.self = NULL;
	return (weft_status)(uint32_t)failure;
}

void
weft_scope_stop(weft_scope *s)
{
	if (s == NULL)
		weft_misuse_("weft_scope_stop", "there is no scope: give the address of one");
	weft_cancel_set(&s->stop);
}

weft_scope
weft_scope_enter_(void)
{
	weft_scope s = { .owner_ = &open_here };

	return s;
}

void
weft_scope_leave_(weft_scope *s)
{
	weft_ignore(weft_scope_join(s));
}
