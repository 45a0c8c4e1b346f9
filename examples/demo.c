/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * demo.c: what a queue is for, and what it costs. Run by ./dev demo.
 *
 * First a job: one thread hands out work, one on each CPU does it. Then a table: numbers
 * through weft's array_queue and through a mutex with two condition variables,
 * and through a mutex whose users spin like array_queue's, so that one sees what comes
 * of the queue and what of the waiting.
 *
 *	demo [numbers in the job [numbers in a round of the table]]
 */
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>
#include <weft/array_queue.h>
#include <weft/time.h>

#define ROOM 1024
#define ROUNDS 7
#define MOST_THREADS 4 /* on each side */

WEFT_ARRAY_QUEUE(numbers, uint64_t);

static numbers queue;

/* Thread i runs on the i-th of the CPUs that this process may use, round and round. */
static void
pin(unsigned i)
{
	cpu_set_t allowed, one;
	unsigned cpu = 0;

	if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
		return;
	for (i %= (unsigned)CPU_COUNT(&allowed); i > 0 || !CPU_ISSET(cpu, &allowed); cpu++)
		if (CPU_ISSET(cpu, &allowed))
			i--;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	(void)sched_setaffinity(0, sizeof one, &one);
}

static unsigned
cpus(void)
{
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
		return 1;
	return (unsigned)CPU_COUNT(&allowed);
}

static pthread_t
start(void *(*run)(void *), void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, arg) != 0) {
		fputs("demo: no thread could be started\n", stderr);
		exit(1);
	}
	return thread;
}

/* The three ways for a number to go from a thread to another. */

static void
send_queue(uint64_t v)
{
	for (unsigned round = 0; !numbers_push(&queue, v);)
		weft_spin(&round);
}

static uint64_t
receive_queue(void)
{
	uint64_t v = 0;

	for (unsigned round = 0; !numbers_pop(&queue, &v);)
		weft_spin(&round);
	return v;
}

static struct {
	pthread_mutex_t lock;
	pthread_cond_t not_full, not_empty;
	uint64_t values[ROOM];
	size_t head, count;
} locked = { .lock = PTHREAD_MUTEX_INITIALIZER,
	.not_full = PTHREAD_COND_INITIALIZER,
	.not_empty = PTHREAD_COND_INITIALIZER };

static void
put_locked(uint64_t v)
{
	locked.values[(locked.head + locked.count++) % ROOM] = v;
}

static uint64_t
take_locked(void)
{
	uint64_t v = locked.values[locked.head];

	locked.head = (locked.head + 1) % ROOM;
	locked.count--;
	return v;
}

static void
send_condvar(uint64_t v)
{
	pthread_mutex_lock(&locked.lock);
	while (locked.count == ROOM)
		pthread_cond_wait(&locked.not_full, &locked.lock);
	put_locked(v);
	pthread_mutex_unlock(&locked.lock);
	pthread_cond_signal(&locked.not_empty);
}

static uint64_t
receive_condvar(void)
{
	uint64_t v;

	pthread_mutex_lock(&locked.lock);
	while (locked.count == 0)
		pthread_cond_wait(&locked.not_empty, &locked.lock);
	v = take_locked();
	pthread_mutex_unlock(&locked.lock);
	pthread_cond_signal(&locked.not_full);
	return v;
}

static void
send_mutex(uint64_t v)
{
	unsigned round = 0;

	pthread_mutex_lock(&locked.lock);
	while (locked.count == ROOM) {
		pthread_mutex_unlock(&locked.lock);
		weft_spin(&round);
		pthread_mutex_lock(&locked.lock);
	}
	put_locked(v);
	pthread_mutex_unlock(&locked.lock);
}

static uint64_t
receive_mutex(void)
{
	unsigned round = 0;
	uint64_t v;

	pthread_mutex_lock(&locked.lock);
	while (locked.count == 0) {
		pthread_mutex_unlock(&locked.lock);
		weft_spin(&round);
		pthread_mutex_lock(&locked.lock);
	}
	v = take_locked();
	pthread_mutex_unlock(&locked.lock);
	return v;
}

static const struct way {
	const char *name;
	void (*send)(uint64_t v);
	uint64_t (*receive)(void);
} ways[] = {
	{ "array_queue", send_queue, receive_queue },
	{ "mutex+condvar", send_condvar, receive_condvar },
	{ "mutex, spinning", send_mutex, receive_mutex },
};

/* The job. */

#define RANGE 5000

/* The numbers from `from` to before `to`; an empty range says that no more will come. */
struct range {
	uint64_t from, to;
};

WEFT_ARRAY_QUEUE(ranges, struct range);

static ranges jobs;

struct answer {
	uint64_t number, steps;
};

/* Halve it while it is even, take 3n + 1 when it is odd: how many steps to 1? */
static uint64_t
steps_to_one(uint64_t n)
{
	uint64_t steps = 0;

	for (; n != 1; steps++)
		n = n % 2 == 0 ? n / 2 : 3 * n + 1;
	return steps;
}

/* The smallest number with the most steps. */
static struct answer
better(struct answer a, struct answer b)
{
	if (a.steps != b.steps)
		return a.steps > b.steps ? a : b;
	return a.number < b.number ? a : b;
}

static struct answer
best_of(struct range r)
{
	struct answer best = { 0, 0 };

	for (uint64_t n = r.from; n < r.to; n++)
		best = better(best, (struct answer){ n, steps_to_one(n) });
	return best;
}

struct worker {
	pthread_t thread;
	struct answer best;
	unsigned cpu;
};

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct range r = { 0, 1 };

	pin(w->cpu);
	for (unsigned round = 0; r.from < r.to;) {
		if (!ranges_pop(&jobs, &r)) {
			weft_spin(&round);
			continue;
		}
		w->best = better(w->best, best_of(r));
		round = 0;
	}
	return NULL;
}

/* On a terminal the line is written over and over; elsewhere it is silent. */
static void
show_progress(uint64_t done, uint64_t all)
{
	static const char bar[] = "##############################";
	int part = (int)(done * (sizeof bar - 1) / all);

	if (!isatty(1))
		return;
	printf("\r   [%-30.*s] %3d %%, %2zu of %zu places in the queue are taken ", part, bar,
	    (int)(done * 100 / all), ranges_len(&jobs), ranges_capacity(&jobs));
	fflush(stdout);
}

/* This thread has time: when the queue is full it shows how far we are, and sleeps. */
static void
hand_out(struct range r, uint64_t all)
{
	while (!ranges_push(&jobs, r)) {
		show_progress(r.from, all);
		weft_sleep_until(weft_after_ms(2));
	}
}

static struct answer
by_threads(uint64_t last, unsigned threads)
{
	struct worker workers[64] = { { 0, { 0, 0 }, 0 } };
	struct answer best = { 0, 0 };

	for (unsigned i = 0; i < threads; i++) {
		workers[i].cpu = i;
		workers[i].thread = start(work, &workers[i]);
	}
	for (uint64_t n = 1; n <= last; n += RANGE)
		hand_out((struct range){ n, n + RANGE <= last ? n + RANGE : last + 1 }, last);
	for (unsigned i = 0; i < threads; i++)
		hand_out((struct range){ last, last }, last);
	for (unsigned i = 0; i < threads; i++) {
		pthread_join(workers[i].thread, NULL);
		best = better(best, workers[i].best);
	}
	return best;
}

static bool
do_job(uint64_t last)
{
	unsigned threads = cpus() < 64 ? cpus() : 64;
	weft_time begin, middle, end;
	struct answer many, one;

	printf("1. A job. Halve a number while it is even, take 3n + 1 when it is odd: which\n"
	       "   number up to %" PRIu64 " needs the most steps to reach 1? One thread hands\n"
	       "   out ranges of numbers, %u work on them, and an array_queue is between them.\n",
	    last, threads);
	weft_must(ranges_init(&jobs, 64));
	begin = weft_now();
	many = by_threads(last, threads);
	middle = weft_now();
	one = best_of((struct range){ 1, last + 1 });
	end = weft_now();
	ranges_fini(&jobs);
	printf("%s   The answer is %" PRIu64 ", with %" PRIu64 " steps, after %.2f s.\n",
	    isatty(1) ? "\r\033[K" : "", many.number, many.steps,
	    (double)weft_time_since(middle, begin) / 1e9);
	printf("   One thread alone says %" PRIu64 ", %s, after %.2f s.\n\n", one.number,
	    many.number == one.number ? "the same" : "NOT THE SAME",
	    (double)weft_time_since(end, middle) / 1e9);
	return many.number == one.number && many.steps == one.steps;
}

/* The table. */

struct side {
	const struct way *way;
	uint64_t from, count, sum;
	unsigned cpu;
};

static pthread_barrier_t gate;

static void *
send_side(void *arg)
{
	struct side *s = arg;

	pin(s->cpu);
	pthread_barrier_wait(&gate);
	for (uint64_t i = 0; i < s->count; i++)
		s->way->send(s->from + i);
	return NULL;
}

static void *
receive_side(void *arg)
{
	struct side *s = arg;

	pin(s->cpu);
	pthread_barrier_wait(&gate);
	for (uint64_t i = 0; i < s->count; i++)
		s->sum += s->way->receive();
	return NULL;
}

/* Seconds for `count` numbers from `each` threads to `each` others; 0 when one got lost. */
static double
round_of(const struct way *way, unsigned each, uint64_t count)
{
	struct side sides[2 * MOST_THREADS] = { { NULL, 0, 0, 0, 0 } };
	pthread_t threads[2 * MOST_THREADS];
	weft_time begin, end;
	uint64_t sum = 0;

	pthread_barrier_init(&gate, NULL, 2 * each + 1);
	for (unsigned i = 0; i < 2 * each; i++) {
		sides[i] = (struct side){ way, i / 2 * (count / each), count / each, 0, i };
		threads[i] = start(i % 2 == 0 ? send_side : receive_side, &sides[i]);
	}
	pthread_barrier_wait(&gate);
	begin = weft_now();
	for (unsigned i = 0; i < 2 * each; i++)
		pthread_join(threads[i], NULL);
	end = weft_now();
	pthread_barrier_destroy(&gate);
	for (unsigned i = 0; i < 2 * each; i++)
		sum += sides[i].sum;
	count = count / each * each;
	return sum == count * (count - 1) / 2 ? (double)weft_time_since(end, begin) / 1e9 : 0;
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
quartile(const double *values, unsigned which)
{
	double sorted[ROUNDS];

	memcpy(sorted, values, sizeof sorted);
	qsort(sorted, ROUNDS, sizeof *sorted, ascending);
	return sorted[which * (ROUNDS - 1) / 4];
}

static void
print_cell(const double *rates)
{
	double middle = quartile(rates, 2);
	double spread = (quartile(rates, 3) - quartile(rates, 1)) / middle;

	printf(" %8.1f ±%2.0f %%%c ", middle, 50 * spread, spread > 0.25 ? '!' : ' ');
}

static bool
do_row(unsigned each, uint64_t count)
{
	double rates[WEFT_COUNT(ways)][ROUNDS], ratios[ROUNDS];

	for (int round = 0; round < ROUNDS; round++)
		for (size_t w = 0; w < WEFT_COUNT(ways); w++) {
			double seconds = round_of(&ways[w], each, count);

			if (seconds == 0) {
				printf("   %s: THE SUM IS WRONG\n", ways[w].name);
				return false;
			}
			rates[w][round] = (double)count / seconds / 1e6;
		}
	printf("   %u to %u ", each, each);
	for (size_t w = 0; w < WEFT_COUNT(ways); w++)
		print_cell(rates[w]);
	for (size_t w = 1; w < WEFT_COUNT(ways); w++) {
		for (int round = 0; round < ROUNDS; round++)
			ratios[round] = rates[0][round] / rates[w][round];
		printf(" %6.1f x", quartile(ratios, 2));
	}
	putchar('\n');
	fflush(stdout);
	return true;
}

static bool
do_table(uint64_t count)
{
	bool ok = true;

	printf(
	    "2. The cost. Millions of numbers a second from threads to threads, and how many\n"
	    "   times array_queue is faster than the others. %d places; thread i on CPU i;\n"
	    "   medians of %d rounds in turn, ± half of what lies between the quartiles (!: too\n"
	    "   noisy to trust); every sum is checked.\n\n   threads",
	    ROOM, ROUNDS);
	for (size_t w = 0; w < WEFT_COUNT(ways); w++)
		printf("%17s", ways[w].name);
	puts("  condvar spinning");
	for (unsigned each = 1; each <= MOST_THREADS; each *= 2)
		ok = do_row(each, count) && ok;
	puts("\n   mutex+condvar puts a thread that must wait to sleep; the others spin for a\n"
	     "   moment, then give the CPU away, which suits threads that are busy anyway.\n"
	     "   weft's channels, whose threads sleep, are not there yet.");
	return ok;
}

int
main(int argc, char **argv)
{
	uint64_t numbers_in_job = argc > 1 ? strtoull(argv[1], NULL, 10) : 5000000;
	uint64_t numbers_in_round = argc > 2 ? strtoull(argv[2], NULL, 10) : 400000;
	bool ok;

	if (numbers_in_job < 2 || numbers_in_round < MOST_THREADS) {
		fputs("demo [numbers in the job [numbers in a round of the table]]\n", stderr);
		return 2;
	}
	weft_must(numbers_init(&queue, ROOM));
	printf("weft %d.%d.%d on %u CPUs\n\n", WEFT_VERSION_MAJOR, WEFT_VERSION_MINOR,
	    WEFT_VERSION_PATCH, cpus());
	ok = do_job(numbers_in_job);
	ok = do_table(numbers_in_round) && ok;
	numbers_fini(&queue);
	return ok ? 0 : 1;
}
