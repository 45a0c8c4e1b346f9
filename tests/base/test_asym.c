/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_asym.c: of two threads that write and then look, one sees the other: both forms. */
#include <pthread.h>
#include <weft/detail/asym_inl.h>

#include "base/os.h"
#include "test.h"

/* Many rounds of the store-buffering test; the threads start each together. */
struct dekker {
	weft_atomic_u32 x, y, round[2];
	uint32_t saw_x, saw_y;
	uint32_t rounds;
	bool light_both;
};

static void
meet(struct dekker *d, int side, uint32_t round)
{
	unsigned spins = 0;

	weft_store_release(&d->round[side], round);
	while (weft_load_acquire(&d->round[!side]) < round)
		if (++spins % 1000 == 0)
			weft_os_yield();
}

static void *
light_side(void *arg)
{
	struct dekker *d = arg;

	for (uint32_t i = 1; i <= d->rounds; i++) {
		meet(d, 0, 2 * i - 1);
		weft_store_relaxed(&d->x, i);
		weft_asym_light_();
		d->saw_y = weft_load_relaxed(&d->y);
		meet(d, 0, 2 * i);
	}
	return NULL;
}

static unsigned
both_blind(struct dekker *d)
{
	unsigned blind = 0;
	pthread_t thread;

	pthread_create(&thread, NULL, light_side, d);
	for (uint32_t i = 1; i <= d->rounds; i++) {
		meet(d, 1, 2 * i - 1);
		weft_store_relaxed(&d->y, i);
		if (d->light_both)
			weft_compiler_barrier();
		else
			weft_asym_heavy_();
		d->saw_x = weft_load_relaxed(&d->x);
		meet(d, 1, 2 * i);
		blind += d->saw_x != i && d->saw_y != i;
	}
	pthread_join(thread, NULL);
	return blind;
}

static void
one_sees_the_other(void **state)
{
	struct dekker d = { .rounds = 20000 };

	(void)state;
	weft_asym_is_cheap_();
	assert_int_equal(both_blind(&d), 0);
}

static void
with_no_barrier(void *arg)
{
	struct dekker d = { .rounds = 20000 };

	(void)arg;
	weft_os_membarrier_forbid(true);
	if (weft_asym_is_cheap_() || both_blind(&d) != 0)
		abort();
	_exit(0);
}

static void
one_sees_the_other_without_membarrier(void **state)
{
	int status;
	pid_t child;

	(void)state;
	fflush(NULL);
	/* The mode is for good: a child whose parent has not asked yet. */
	child = fork();
	if (child == 0)
		with_no_barrier(NULL);
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
it_is_cheap_where_the_system_has_it(void **state)
{
	(void)state;
	assert_int_equal(weft_asym_is_cheap_(), !WEFT_TSAN_ && weft_os_has_membarrier());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_sees_the_other_without_membarrier),
		cmocka_unit_test(one_sees_the_other),
		cmocka_unit_test(it_is_cheap_where_the_system_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
