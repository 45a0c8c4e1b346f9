/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * harness.c: the command line, the clock, the threads and the watchdog.
 *
 * The time given is split among the cases; each runs rounds until its part is over, one
 * at least. The first round of a case has the seed of the command line itself, so that
 * --case NAME --seed SEED begins with the round that failed. Which thread runs when is
 * the machine's, so a replay may need its --seconds to fail again.
 */
#include "chaos.h"

#include "harness.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <regex.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <weft/atomic.h>

#define MOST_THREADS 64

struct options {
	const char *program;
	const char *pattern;
	uint64_t seed;
	double seconds;
	double hang;
	unsigned threads;
	unsigned ops;
	int chaos; /* mean gap between delays; -1: each round draws one */
	bool noise, clock, list;
};

static struct options options = {
	.pattern = "",
	.seconds = 1.5,
	.hang = 60,
	.threads = 8,
	.chaos = -1,
	.clock = WEFT_TSAN_,
};

/* Apart, so that a thread that counts does not slow the next. */
struct ticks {
	weft_atomic_u64 n; /* written by its thread */
	char pad[WEFT_LINE - sizeof(weft_atomic_u64)];
};

static struct ticks ticks[MOST_THREADS];
static weft_atomic_u32 running; /* threads of the round; written by main */
static struct stress *current; /* for the watchdog's sentence */

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
print_replay(const struct stress *s)
{
	fprintf(stderr, "replay: %s --case '^%s$' --seed %#" PRIx64 " --seconds 10",
	    options.program, s->now->name, s->seed);
	if (s->now->threads > 8)
		fprintf(stderr, " --threads %u", s->now->threads);
	if (options.ops != 0)
		fprintf(stderr, " --ops %u", options.ops);
	if (options.chaos >= 0)
		fprintf(stderr, " --chaos %d", options.chaos);
	if (options.clock && !WEFT_TSAN_)
		fprintf(stderr, " --clock");
	if (options.noise)
		fprintf(stderr, " --noise");
	fputc('\n', stderr);
}

static pthread_mutex_t failing = PTHREAD_MUTEX_INITIALIZER;

_Noreturn void
stress_fail(struct stress *s, const char *format, ...)
{
	va_list args;

	/* The first to fail speaks; the others wait for the end. */
	pthread_mutex_lock(&failing);
	fflush(stdout);
	fprintf(stderr, "FAIL %s: ", s->now->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	print_replay(s);
	fflush(stderr);
	_exit(1);
}

void
stress_judge(struct stress *s, const struct history *h, const struct monitor_verdict *v)
{
	if (v->fault == MONITOR_OK)
		return;
	if (v->fault == MONITOR_UNDECIDED) {
		s->undecided++;
		printf("undecided: %s, a history of %zu operations; ", s->now->name, h->n);
		fflush(stdout);
		print_replay(s);
		return;
	}
	fprintf(stderr, "Of %zu operations, these explain the fault:\n", h->n);
	history_print(stderr, h, v->why, v->n);
	stress_fail(s, "%s", monitor_fault_text(v->fault));
}

unsigned
stress_ops(struct stress *s, unsigned low, unsigned high)
{
	return s->ops != 0 ? s->ops : low + dice_below(&s->dice, high - low + 1);
}

void
stress_tick(struct stress_thread *t)
{
	struct ticks *mine = t->ticks_;

	/* relaxed: this thread alone writes it, and the watchdog only wants it to change. */
	weft_store_relaxed(&mine->n, weft_load_relaxed(&mine->n) + 1);
}

static uint64_t
sum_of_ticks(void)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < MOST_THREADS; i++)
		/* relaxed: only whether it changes counts. */
		sum += weft_load_relaxed(&ticks[i].n);
	return sum;
}

/* Written between rounds; the watchdog reads it when all stand still. */
static void (*dump)(FILE *out, void *ctx);
static void *dump_ctx;
static pthread_mutex_t dumping = PTHREAD_MUTEX_INITIALIZER;

void
stress_dumps(void (*call)(FILE *out, void *ctx), void *ctx)
{
	pthread_mutex_lock(&dumping);
	dump = call;
	dump_ctx = ctx;
	pthread_mutex_unlock(&dumping);
}

static void
say_where_all_stand(unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		/* relaxed: a number for the sentence. */
		fprintf(stderr, "  thread %u stands after %" PRIu64 " operations\n", i,
		    weft_load_relaxed(&ticks[i].n));
	pthread_mutex_lock(&dumping);
	if (dump != NULL)
		dump(stderr, dump_ctx);
	pthread_mutex_unlock(&dumping);
}

/* Ends a program of which no thread goes forward any more. */
static void *
watchdog(void *arg)
{
	uint64_t last = 0;
	double since = now_s();

	(void)arg;
	for (;;) {
		uint64_t sum = sum_of_ticks();
		/* relaxed: a number for the sentence. */
		unsigned n = weft_load_relaxed(&running);

		if (sum != last || n == 0) {
			last = sum;
			since = now_s();
		} else if (now_s() - since > options.hang) {
			say_where_all_stand(n);
			stress_fail(current, "it hangs: for %g s no thread went forward",
			    options.hang);
		}
		usleep(100000);
	}
	return NULL;
}

struct start {
	struct stress_thread thread;
	void (*body)(struct stress_thread *t);
	weft_atomic_u32 *gate; /* 1: go; written by main */
	uint32_t gap;
};

static void *
thread_main(void *arg)
{
	struct start *s = arg;

	/* A1: what main set up; pairs with R1. */
	while (weft_load_acquire(s->gate) == 0)
		sched_yield();
	chaos_begin(dice_u64(&s->thread.dice), s->gap);
	s->body(&s->thread);
	chaos_end();
	return NULL;
}

static uint32_t
draw_gap(struct dice *d)
{
	static const uint32_t gaps[] = { 0, 4, 12, 40, 200 };

	return gaps[dice_below(d, WEFT_COUNT(gaps))];
}

/*
 * How rough a round is: drawn, so that calm ones (where races of speed show) come too. In
 * an uneven one each thread draws its own: a slow one sees much happen between its atomics.
 */
static void
draw_gaps(struct stress *s, struct start *starts, unsigned n)
{
	bool uneven = dice_once_in(&s->dice, 2);
	uint32_t gap = draw_gap(&s->dice);

	for (unsigned i = 0; i < n; i++) {
		starts[i].gap = uneven ? draw_gap(&s->dice) : gap;
		if (options.chaos >= 0)
			starts[i].gap = (uint32_t)options.chaos;
	}
}

void
stress_run(struct stress *s, unsigned n, void (*body)(struct stress_thread *t), void *ctx)
{
	pthread_t ids[MOST_THREADS];
	struct start starts[MOST_THREADS];
	weft_atomic_u32 gate = { 0 };

	if (n > MOST_THREADS)
		stress_fail(s, "a case of %u threads: %d are the most", n, MOST_THREADS);
	for (unsigned i = 0; i < n; i++)
		starts[i] = (struct start){ { s, i, { dice_u64(&s->dice) }, ctx, &ticks[i] }, body,
			&gate, 0 };
	draw_gaps(s, starts, n);
	for (unsigned i = 0; i < n; i++)
		if (pthread_create(&ids[i], NULL, thread_main, &starts[i]) != 0)
			stress_fail(s, "the system gave no thread");
	/* relaxed: for the watchdog's sentence. */
	weft_store_relaxed(&running, n);
	/* R1: all threads begin; pairs with A1. */
	weft_store_release(&gate, 1);
	for (unsigned i = 0; i < n; i++)
		pthread_join(ids[i], NULL);
	/* relaxed: as above. */
	weft_store_relaxed(&running, 0);
}

static void
on_alarm(int signal)
{
	(void)signal;
}

/* A signal every half millisecond, to any thread: system calls return EINTR. */
static void
make_noise(void)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval each = { { 0, 500 }, { 0, 500 } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &each, NULL);
}

static void
usage(void)
{
	fprintf(stderr,
	    "usage: %s [--list] [--case REGEX] [--seed N] [--seconds S] [--threads N] [--ops N]\n"
	    "       [--chaos GAP] [--hang S] [--clock] [--noise]\n"
	    "  --case REGEX  only the cases whose names match (extended regular expression)\n"
	    "  --seed N      of the first round of each case; a new one each time\n"
	    "  --seconds S   for all cases together; 1.5\n"
	    "  --threads N   leave out the cases of more; 8\n"
	    "  --ops N       operations a thread and round; else each round draws\n"
	    "  --chaos GAP   a delay after so many atomics, on average; 0: none; else drawn\n"
	    "  --hang S      how long nothing may go forward; 60\n"
	    "  --clock       time operations by the monotonic clock, not by tickets\n"
	    "  --noise       a timer signal all the while\n",
	    options.program);
	exit(2);
}

static double
number(const char *text)
{
	char *end;
	double d = text ? strtod(text, &end) : 0;

	if (text == NULL || *text == '\0' || *end != '\0' || d < 0)
		usage();
	return d;
}

static uint64_t
integer(const char *text)
{
	char *end;
	uint64_t u;

	if (text == NULL || *text == '\0')
		usage();
	errno = 0;
	u = strtoull(text, &end, 0);
	if (*end != '\0' || errno != 0)
		usage();
	return u;
}

static void
read_options(int argc, char **argv)
{
	struct timespec t;

	options.program = argc > 0 ? argv[0] : "stress";
	clock_gettime(CLOCK_REALTIME, &t);
	options.seed = dice_mix((uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec) >> 16;
	for (int i = 1; i < argc; i++) {
		const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (strcmp(name, "--list") == 0)
			options.list = true;
		else if (strcmp(name, "--clock") == 0)
			options.clock = true;
		else if (strcmp(name, "--noise") == 0)
			options.noise = true;
		else if (strcmp(name, "--case") == 0 && value != NULL)
			options.pattern = value, i++;
		else if (strcmp(name, "--seed") == 0)
			options.seed = integer(value), i++;
		else if (strcmp(name, "--seconds") == 0)
			options.seconds = number(value), i++;
		else if (strcmp(name, "--threads") == 0)
			options.threads = (unsigned)integer(value), i++;
		else if (strcmp(name, "--ops") == 0)
			options.ops = (unsigned)integer(value), i++;
		else if (strcmp(name, "--chaos") == 0)
			options.chaos = (int)integer(value), i++;
		else if (strcmp(name, "--hang") == 0)
			options.hang = number(value), i++;
		else
			usage();
	}
}

/* The indices of the cases asked for, in an order that the seed gives; how many. */
static size_t
choose_cases(const struct stress_case *cases, size_t n, size_t *chosen)
{
	struct dice d = { options.seed };
	regex_t regex;
	size_t k = 0;

	if (regcomp(&regex, options.pattern, REG_EXTENDED | REG_NOSUB) != 0)
		usage();
	for (size_t i = 0; i < n; i++)
		if (cases[i].threads <= options.threads &&
		    regexec(&regex, cases[i].name, 0, NULL, 0) == 0)
			chosen[k++] = i;
	regfree(&regex);
	for (size_t i = k; i > 1 && !options.list; i--) {
		size_t j = dice_below(&d, (uint32_t)i), c = chosen[j];

		chosen[j] = chosen[i - 1];
		chosen[i - 1] = c;
	}
	return k;
}

/* Rounds of one case until its time is over, one at least; how many. */
static unsigned
run_case(struct stress *s, const struct stress_case *c, double seconds)
{
	double until = now_s() + seconds;
	unsigned rounds = 0;

	s->now = c;
	s->seed = options.seed;
	do {
		s->dice.state = s->seed;
		c->round(s, c->arg);
		s->seed = dice_mix(s->seed) >> 16;
		rounds++;
	} while (now_s() < until);
	return rounds;
}

int
stress_main(int argc, char **argv, const struct stress_case *cases, size_t n)
{
	struct stress s = { 0 };
	size_t *chosen = calloc(n + 1, sizeof(*chosen)), k, ran = 0;
	unsigned rounds = 0;
	pthread_t dog;
	double began;

	read_options(argc, argv);
	if (chosen == NULL || (k = choose_cases(cases, n, chosen)) == 0)
		usage();
	if (options.list) {
		for (size_t i = 0; i < k; i++)
			puts(cases[chosen[i]].name);
		free(chosen);
		return 0;
	}
	s.ops = options.ops;
	s.is_long = options.seconds >= 20;
	s.now = &cases[chosen[0]];
	s.seed = options.seed;
	current = &s;
	history_use(options.clock ? HISTORY_CLOCK : HISTORY_TICKET);
	if (pthread_create(&dog, NULL, watchdog, NULL) != 0 || pthread_detach(dog) != 0)
		stress_fail(&s, "the system gave no thread");
	if (options.noise)
		make_noise();
	printf("%s: seed %#" PRIx64 "\n", options.program, options.seed);
	fflush(stdout);
	/* A slow build may not get through all: then the seed has chosen which. */
	for (began = now_s(); ran < k && now_s() - began < 2 * options.seconds + 0.1; ran++)
		rounds += run_case(&s, &cases[chosen[ran]], options.seconds / (double)k);
	printf("%zu of %zu cases, %u rounds, %" PRIu64 " operations, %" PRIu64
	       " histories undecided, %.1f s\n",
	    ran, k, rounds, s.done, s.undecided, now_s() - began);
	free(chosen);
	return 0;
}
