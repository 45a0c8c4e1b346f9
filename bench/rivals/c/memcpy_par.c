/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* memcpy_par.c: memcpy on all threads of as many bytes, read and written, as map, sum and scan. */
#include "../../par_work.h"

/* A team that waits for its next copy at a barrier of its own, spinning: no copy is short. */
struct copy_team {
	uint64_t *out;
	const uint64_t *in;
	size_t n;
	unsigned begun, done;   /* __atomic: copies, as ordered by the caller; parts, by the team */
	int threads;
};

static struct copy_team the_team;

static void
copy_part(int me)
{
	size_t begin = the_team.n * (size_t)me / (size_t)the_team.threads;
	size_t end = the_team.n * (size_t)(me + 1) / (size_t)the_team.threads;

	memcpy(the_team.out + begin, the_team.in + begin, (end - begin) * sizeof *the_team.in);
}

static void *
copy_member(void *arg)
{
	struct bench_wait wait = { 0 };

	team_pin((int)(intptr_t)arg);
	for (unsigned seen = 0;; seen++) {
		for (wait.tries = 0; __atomic_load_n(&the_team.begun, __ATOMIC_ACQUIRE) == seen;)
			bench_wait(&wait);
		copy_part((int)(intptr_t)arg);
		__atomic_fetch_add(&the_team.done, 1, __ATOMIC_RELEASE);
	}
	return NULL;
}

static void
copy_map(uint64_t *out, const uint64_t *in, size_t n)
{
	unsigned others = (unsigned)the_team.threads - 1;
	struct bench_wait wait = { 0 };

	the_team.out = out;
	the_team.in = in;
	the_team.n = n;
	__atomic_store_n(&the_team.done, 0, __ATOMIC_RELAXED);
	__atomic_fetch_add(&the_team.begun, 1, __ATOMIC_RELEASE);
	copy_part(0);
	while (__atomic_load_n(&the_team.done, __ATOMIC_ACQUIRE) != others)
		bench_wait(&wait);
}

/* As many bytes as a sum reads are half of them read, half of them written. */
static uint64_t
copy_sum(const uint64_t *in, size_t n)
{
	static uint64_t *out;

	if (out == NULL)
		out = team_room(n / 2);
	copy_map(out, in, n / 2);
	return out[n / 2 - 1];
}

static struct par_loops
par_open(int threads)
{
	struct par_loops l = { copy_map, copy_sum, copy_map, NULL, NULL, NULL };
	pthread_t thread;

	the_team.threads = threads;
	for (intptr_t i = 1; i < threads; i++)
		if (pthread_create(&thread, NULL, copy_member, (void *)i) != 0)
			bench_die("no thread");
	return l;
}

#include "../../par_main.h"
