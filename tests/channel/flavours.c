/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* flavours.c: the table of channels that the tests go through, and threads that wait. */
#include "flavours.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/syscall.h>

#include "base/os.h"

#define FLAVOURS_MOST 128
/* The largest one lasts too long where a step is slow. */
#define LARGE (TEST_IS_SLOW ? 130 : 1024)
/* So many takes running make a thread the owner of a lock (index_lock.c). */
#define LONG 4200

static flavour table[FLAVOURS_MOST];
static size_t table_len;
static bool is_some[FLAVOURS_MOST];
static const char *now = "none";
static bool running;

weft_atomic_u32 drops_of[DROPS_MOST];
weft_atomic_u64 drops;

void
number_drop(uint64_t *v)
{
	if (*v < DROPS_MOST)
		weft_fetch_add_seq_cst(&drops_of[*v], 1);
	weft_fetch_add_seq_cst(&drops, 1);
}

void
forget_drops(void)
{
	for (size_t i = 0; i < DROPS_MOST; i++)
		weft_store_seq_cst(&drops_of[i], 0);
	weft_store_seq_cst(&drops, 0);
}

/* The table. */

static flavour *
add(const char *kind, size_t capacity, bool some)
{
	flavour *f = &table[table_len];

	REQUIRE(table_len < FLAVOURS_MOST);
	is_some[table_len++] = some;
	f->o.capacity = capacity;
	if (capacity == WEFT_UNBOUNDED)
		snprintf(f->name, sizeof f->name, "%s, unbounded", kind);
	else
		snprintf(f->name, sizeof f->name, "%s, capacity %zu", kind, capacity);
	return f;
}

static void
add_singles(size_t capacity, bool some, bool portable)
{
	static const char *const names[2][2] = {
		{ "single sender", "single receiver" },
		{ "single sender, portable", "single receiver, portable" },
	};
	flavour *both;

	for (int role = 0; role < 2; role++) {
		flavour *f = add(names[portable][role], capacity, some);

		f->portable = portable;
		*(role == 0 ? &f->o.single_sender : &f->o.single_receiver) = true;
	}
	both = add(portable ? "both single, portable" : "both single", capacity, some);
	both->o.single_sender = both->o.single_receiver = true;
	both->portable = portable;
}

static void
make_table(void)
{
	static const size_t capacities[] = { 0, 1, 2, 3, 4, 5, 7, 64, LARGE, WEFT_UNBOUNDED };
	static const uint64_t starts[] = { UINT64_C(1) << 63, 0 };

	for (size_t i = 0; i < WEFT_COUNT(capacities); i++) {
		size_t n = capacities[i];
		bool some = n <= 1 || n == 4 || n == 5 || n == WEFT_UNBOUNDED;

		add("plain", n, some);
		if (n == 5 || n == 64 || n == WEFT_UNBOUNDED)
			add("plain, owned", n, n != 64)->owned = true;
		add_singles(n, n == 0 || n == 3 || n == WEFT_UNBOUNDED, false);
		if (n == 3 || n == 7 || n == WEFT_UNBOUNDED)
			add_singles(n, n == 3, true);
		if (n != 0)
			add("lock-free", n, n == 1 || n == 5 || n == WEFT_UNBOUNDED)
			    ->o.lock_free = true;
		if (n <= 3 || n == 64 || n == WEFT_UNBOUNDED)
			add("lanes", n, n == 0 || n == 2 || n == WEFT_UNBOUNDED)->o.lanes = 3;
	}
	for (size_t i = 0; i < 2 * WEFT_COUNT(starts); i++) {
		flavour *f = add(i % 2 == 0 ? "plain, late" : "both single, late", 5 + 2 * (i / 2),
		    false);

		/* Three values before the top. */
		f->start = starts[i / 2] - 3;
		f->o.single_sender = f->o.single_receiver = i % 2 != 0;
	}
}

numbers *
flavour_open(const flavour *f)
{
	numbers *c = malloc(sizeof *c);
	uint64_t v;

	REQUIRE(c != NULL);
	memset(c, 0xee, sizeof *c);
	weft_must(numbers_init_with(c, &f->o));
	if (f->start != 0) {
		for (int role = 0; role < 2; role++) {
			weft_channel_side_ *side = &c->raw.sides_[role];

			side->own_ = side->limit_ = f->start;
			weft_store_seq_cst(&side->index_, f->start);
		}
	}
	for (int i = 0; i < LONG && f->owned; i++) {
		REQUIRE(numbers_try_send_n(c, &v, 0) == 0);
		REQUIRE(numbers_try_recv(c, &v) == WEFT_EMPTY);
	}
	return c;
}

void
flavour_close(numbers *c)
{
	numbers_fini(c);
	free(c);
}

/* A test that hangs. */
static void
too_long(int sig)
{
	static const char text[] = "\nit hangs: ";

	(void)sig;
	(void)!write(2, text, sizeof text - 1);
	(void)!write(2, now, strlen(now));
	(void)!write(2, "\n", 1);
	abort();
}

static void
run(const flavour *f, flavour_test *fn)
{
	numbers *c;

	now = f->name;
	running = true;
	signal(SIGALRM, too_long);
	alarm(60);
	weft_os_membarrier_forbid(f->portable);
	forget_drops();
	c = flavour_open(f);
	fn(f, c);
	flavour_close(c);
	weft_os_membarrier_forbid(false);
	alarm(0);
	running = false;
}

/*
 * Where a step is slow, each channel goes through the plain variant of a test alone; through
 * those with misuse trapped, and over the portable layer, go some of each kind.
 */
#if TEST_IS_SLOW && (defined WEFT_CHECKED || defined TEST_OS_POSIX)
#define EACH_IS_SOME true
#else
#define EACH_IS_SOME false
#endif

void
on_each(flavour_test *fn)
{
	if (table_len == 0)
		make_table();
	for (size_t i = 0; i < table_len; i++)
		if (is_some[i] || !EACH_IS_SOME)
			run(&table[i], fn);
}

void
on_some(flavour_test *fn)
{
	if (table_len == 0)
		make_table();
	for (size_t i = 0; i < table_len; i++)
		if (is_some[i])
			run(&table[i], fn);
}

int
flavour_teardown(void **state)
{
	(void)state;
	if (running)
		print_message("it failed in the flavour: %s\n", now);
	running = false;
	alarm(0);
	weft_os_membarrier_forbid(false);
	return 0;
}

/* Tasks. */

static void *
task_run(void *arg)
{
	task *t = arg;

	t->call(t);
	weft_store_seq_cst(&t->done, 1);
	return NULL;
}

void
task_start(task *t)
{
	weft_store_seq_cst(&t->done, 0);
	REQUIRE(pthread_create(&t->thread, NULL, task_run, t) == 0);
}

void
task_join(task *t)
{
	pthread_join(t->thread, NULL);
}

static weft_time
end_of(const task *t)
{
	return t->end.ns == 0 ? WEFT_FOREVER : t->end;
}

void
task_send(task *t)
{
	t->s = numbers_send_until(t->c, t->v, end_of(t));
}

void
task_recv(task *t)
{
	t->s = numbers_recv_until(t->c, &t->v, end_of(t));
}

static void
select_one(task *t, weft_arm arm)
{
	t->s = weft_select_until(&arm, 1, end_of(t)) == 0 ? arm.status : WEFT_TIMEOUT;
}

void
task_select_send(task *t)
{
	select_one(t, numbers_send_arm(t->c, &t->v));
}

void
task_select_recv(task *t)
{
	select_one(t, numbers_recv_arm(t->c, &t->v));
}

/* Whether a thread of this process but the caller runs, or waits for a CPU: field 3 of stat. */
static bool
another_runs(void)
{
	DIR *threads = opendir("/proc/self/task");
	struct dirent *thread;
	bool runs = false;

	while (threads != NULL && !runs && (thread = readdir(threads)) != NULL) {
		long id = atol(thread->d_name);   /* 0: . and .. */
		char path[64], line[100] = "", *state;
		FILE *stat;

		snprintf(path, sizeof path, "/proc/self/task/%ld/stat", id);
		if (id == 0 || id == syscall(SYS_gettid) || (stat = fopen(path, "r")) == NULL)
			continue;
		if (fgets(line, sizeof line, stat) != NULL && (state = strrchr(line, ')')) != NULL)
			runs = state[2] == 'R';
		fclose(stat);
	}
	if (threads != NULL)
		closedir(threads);
	return runs;
}

/*
 * A wait counts as a sleep a little before it stands in a list and sleeps: on a machine with
 * much to do, that may be long. So each other thread must have been seen off the CPUs too,
 * twice on end.
 */
void
until_asleep(uint64_t mark, size_t n)
{
	for (int i = 0; i < 50000 && weft_park_usage().slept - mark < n; i++)
		usleep(100);
	for (int i = 0, idle = 0; i < 2000 && idle < 2; i++) {
		usleep(1000);
		idle = another_runs() ? 0 : idle + 1;
	}
}
