/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_size.c: how many threads a pool has when nobody says. */
#include <weft/pool.h>

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../src/base/os.h"
#include "../../src/pool/worker.h"
#include "test.h"

/* A folder of fake files of the system's. */
static char root[64];

static void
put(int cpu, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "mkdir -p %s/sys/devices/system/cpu/cpu%d/topology", root, cpu);
	assert_int_equal(system(path), 0);
	snprintf(path, sizeof path, "%s/sys/devices/system/cpu/cpu%d/topology/%s", root, cpu, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int
root_new(void **state)
{
	(void)state;
	strcpy(root, "/tmp/weft-size-XXXXXX");
	return mkdtemp(root) == NULL;
}

static int
root_free(void **state)
{
	char command[128];

	(void)state;
	weft_os_cpus_pretend(0);
	snprintf(command, sizeof command, "rm -rf %s", root);
	return system(command);
}

static void
a_number_is_taken(void **state)
{
	(void)state;
	weft_os_cpus_pretend(7);
	assert_int_equal(weft_pool_size_of_("1", ""), 1);
	assert_int_equal(weft_pool_size_of_("3", ""), 3);
	assert_int_equal(weft_pool_size_of_("0016", ""), 16);
	assert_int_equal(weft_pool_size_of_("99999999999999999999", ""), WEFT_POOL_THREADS_);
	weft_os_cpus_pretend(0);
}

static void
anything_else_is_as_if_not_set(void **state)
{
	static const char *const text[] = { "", "0", "-3", "+3", " 3", "3 ", "3x", "0x3", "1.5",
		"Physical", "physical ", "max" };

	(void)state;
	weft_os_cpus_pretend(7);
	assert_int_equal(weft_pool_size_of_(NULL, ""), 7);
	for (size_t i = 0; i < WEFT_COUNT(text); i++)
		assert_int_equal(weft_pool_size_of_(text[i], ""), 7);
	weft_os_cpus_pretend(0);
}

static void
physical_counts_cores(void **state)
{
	unsigned n = weft_os_cpus_allowed();

	(void)state;
	weft_os_cpus_pretend(n);
	/* The system says nothing: each is a core. */
	assert_int_equal(weft_pool_size_of_("physical", root), n);
	if (weft_os_cpu_nth(0) < 0) {
		weft_os_cpus_pretend(0);
		return;
	}
	/* All are of one core. */
	for (unsigned i = 0; i < n; i++)
		put(weft_os_cpu_nth(i), "thread_siblings_list", "0-999\n");
	assert_int_equal(weft_pool_size_of_("physical", root), 1);
	/* The newer name is believed first; pairs, by a list. */
	for (unsigned i = 0; i < n; i++) {
		char text[32];

		snprintf(text, sizeof text, "%u,%u\n", i / 2 * 2, i / 2 * 2 + 1);
		put(weft_os_cpu_nth(i), "core_cpus_list", text);
	}
	assert_int_equal(weft_pool_size_of_("physical", root), (n + 1) / 2);
	/* The quota counts. */
	weft_os_cpus_pretend(1);
	assert_int_equal(weft_pool_size_of_("physical", root), 1);
	weft_os_cpus_pretend(0);
}

static unsigned
threads_of_new_pool(void)
{
	weft_pool *p = weft_pool_new(NULL);
	unsigned threads;

	assert_non_null(p);
	threads = weft_pool_threads(p);
	weft_pool_free(p);
	return threads;
}

static void
the_environment_is_asked(void **state)
{
	(void)state;
	setenv("WEFT_NUM_THREADS", "5", 1);
	assert_int_equal(threads_of_new_pool(), 5);
	unsetenv("WEFT_NUM_THREADS");
	weft_os_cpus_pretend(3);
	assert_int_equal(threads_of_new_pool(), 3);
	weft_os_cpus_pretend(0);
}

static void
affinity_is_honoured(void **state)
{
	int cpu = weft_os_cpu_nth(0);
	cpu_set_t before, one;

	(void)state;
	if (cpu < 0)
		return;
	assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
	weft_os_cpus_pretend(0);
	assert_int_equal(threads_of_new_pool(), 1);
	assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
	weft_os_cpus_pretend(0);
}

static void
spares_are_within_what_may_be(void **state)
{
	weft_pool_options options = { .threads = 1, .max_spare = UINT32_MAX };
	weft_pool *p = weft_pool_new(&options);

	(void)state;
	assert_non_null(p);
	assert_int_equal(p->options.max_spare, WEFT_POOL_THREADS_ - 1);
	weft_pool_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_taken),
		cmocka_unit_test(anything_else_is_as_if_not_set),
		cmocka_unit_test_setup_teardown(physical_counts_cores, root_new, root_free),
		cmocka_unit_test(the_environment_is_asked),
		cmocka_unit_test(affinity_is_honoured),
		cmocka_unit_test(spares_are_within_what_may_be),
	};

	unsetenv("WEFT_NUM_THREADS");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
