/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * stealing.c: a scheduler of one's own, which adds up the numbers below a million.
 *
 * A task is a range. Whoever holds a big one cuts it in two, pushes a half to its own deque
 * and goes on with the other; who has none steals the oldest, and so the biggest, of
 * another's. Programs that want work done take weft/pool.h, once it is there.
 */
#include <pthread.h>
#include <stdio.h>
#include <weft/deque.h>

#define WORKERS 3
#define LAST 1000000l
#define SMALL 1000l

struct task {
	long from, to;
};

WEFT_DEQUE(work, struct task);

struct worker {
	work tasks;
	long long sum;
	long stolen;
};

static struct worker workers[WORKERS];
static weft_atomic_i64 left; /* numbers that nobody has added yet; each worker subtracts */

static void
run(struct worker *me, struct task t)
{
	while (t.to - t.from > SMALL) {
		struct task half = { t.from + (t.to - t.from) / 2, t.to };

		if (!work_push(&me->tasks, half))
			break; /* no memory: then all of it at once */
		t.to = half.from;
	}
	for (long i = t.from; i < t.to; i++)
		me->sum += i;
	/* relaxed: a count; join orders the sums. */
	weft_fetch_sub_relaxed(&left, t.to - t.from);
}

static bool
steal(struct worker *me, struct task *t)
{
	for (struct worker *from = workers; from < workers + WORKERS; from++)
		if (from != me && work_steal(&from->tasks, t) == WEFT_OK) {
			me->stolen++;
			return true;
		}
	return false;
}

static void *
work_until_done(void *arg)
{
	struct worker *me = arg;
	unsigned round = 0;
	struct task t;

	/* relaxed: a count. */
	while (weft_load_relaxed(&left) != 0)
		if (work_pop(&me->tasks, &t) || steal(me, &t)) {
			run(me, t);
			round = 0;
		} else {
			weft_spin(&round);
		}
	return NULL;
}

int
main(void)
{
	struct task all = { 0, LAST };
	pthread_t threads[WORKERS];
	long long sum = 0;

	weft_store_relaxed(&left, LAST); /* relaxed: nobody else is there yet. */
	for (int i = 0; i < WORKERS; i++)
		weft_must(work_init(&workers[i].tasks));
	if (!work_push(&workers[0].tasks, all))
		return 1;
	for (int i = 0; i < WORKERS; i++)
		if (pthread_create(&threads[i], NULL, work_until_done, &workers[i]) != 0)
			return 1;
	for (int i = 0; i < WORKERS; i++) {
		pthread_join(threads[i], NULL);
		sum += workers[i].sum;
		printf("worker %d stole %ld times\n", i, workers[i].stolen);
	}
	for (int i = 0; i < WORKERS; i++)
		work_fini(&workers[i].tasks);
	printf("the sum is %lld\n", sum);
	return sum == LAST * (LAST - 1) / 2 ? 0 : 1;
}
