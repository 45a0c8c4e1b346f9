/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_harness.c: what a stress program says when something is wrong, and with which status. */
#include "../../stress/harness.h"
#include "test.h"

static void
quiet(struct stress *s, const void *arg)
{
	(void)arg;
	s->done++;
}

static void
fails(struct stress *s, const void *arg)
{
	(void)arg;
	stress_fail(s, "the %s is on the loose", "cat");
}

/* A queue that gave a value twice. */
static void
misjudged(struct stress *s, const void *arg)
{
	struct history_op ops[] = { { 0, 1, 7, 0, HISTORY_PUSH }, { 2, 4, 7, 1, HISTORY_POP },
		{ 3, 5, 7, 2, HISTORY_POP } };
	struct monitor_spec spec = { .capacity = 0 };
	struct history h = { ops, 3, 3 };
	struct monitor_verdict v;

	(void)arg;
	history_seal(&h);
	v = monitor_queue(&h, &spec);
	stress_judge(s, &h, &v);
}

static void
stand_still(struct stress_thread *t)
{
	for (unsigned i = 0; i < 3 + t->index; i++)
		stress_tick(t);
	while (true)
		usleep(1000);
}

static void
hangs(struct stress *s, const void *arg)
{
	(void)arg;
	stress_run(s, 2, stand_still, NULL);
}

static void
look_at_dice(struct stress_thread *t)
{
	uint64_t *drawn = t->ctx;

	drawn[t->index] = dice_u64(&t->dice);
	stress_tick(t);
}

/* Fails unless each round with seed 5 draws what the first one drew. */
static void
draws(struct stress *s, const void *arg)
{
	uint64_t drawn[3];

	(void)arg;
	stress_run(s, 3, look_at_dice, drawn);
	printf("drawn %llx %llx %llx\n", (unsigned long long)drawn[0], (unsigned long long)drawn[1],
	    (unsigned long long)drawn[2]);
}

static const struct stress_case cases[] = {
	{ "quiet", quiet, NULL, 1 },
	{ "fails/1", fails, NULL, 1 },
	{ "misjudged", misjudged, NULL, 1 },
	{ "hangs", hangs, NULL, 2 },
	{ "draws", draws, NULL, 3 },
	{ "large", fails, NULL, 12 },
};

/* Runs the program with these arguments, NULL at the end, as a child: its status and words. */
static int
run(const char *const *args, char *said, size_t room)
{
	char *argv[16] = { (char *)(uintptr_t) "stress_test" };
	int argc = 1, status, pipes[2];
	size_t n = 0;
	ssize_t got;
	pid_t child;

	for (; args[argc - 1] != NULL; argc++)
		argv[argc] = (char *)(uintptr_t)args[argc - 1];
	assert_int_equal(pipe(pipes), 0);
	fflush(NULL);
	child = fork();
	if (child == 0) {
		dup2(pipes[1], 1);
		dup2(pipes[1], 2);
		status = stress_main(argc, argv, cases, WEFT_COUNT(cases));
		fflush(NULL);
		_exit(status);
	}
	close(pipes[1]);
	while ((got = read(pipes[0], said + n, room - 1 - n)) > 0)
		n += (size_t)got;
	said[n] = '\0';
	close(pipes[0]);
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define RUN(said, ...) run((const char *const[]){ __VA_ARGS__, NULL }, said, sizeof(said))

static void
assert_says(const char *said, const char *words)
{
	if (strstr(said, words) == NULL)
		fail_msg("it said:\n%sbut not: %s", said, words);
}

static void
what_is_right_passes(void **state)
{
	char said[4096];

	(void)state;
	assert_int_equal(RUN(said, "--case", "quiet", "--seconds", "0.01", "--seed", "0x11"), 0);
	assert_says(said, "seed 0x11");
	assert_says(said, "1 of 1 cases");
}

static void
a_failure_says_how_to_replay_it(void **state)
{
	char said[4096];

	(void)state;
	assert_int_equal(RUN(said, "--case", "fails", "--seed", "77", "--ops", "9", "--chaos", "4"),
	    1);
	assert_says(said, "FAIL fails/1: the cat is on the loose");
	assert_says(said, "replay: stress_test --case '^fails/1$' --seed 0x4d");
	assert_says(said, "--ops 9 --chaos 4");
}

static void
a_verdict_shows_what_explains_it(void **state)
{
	char said[4096];

	(void)state;
	assert_int_equal(RUN(said, "--case", "misjudged"), 1);
	assert_says(said, "value twice");
	assert_says(said, "Of 3 operations, these explain the fault:");
	assert_says(said, "pop 0.7");
	assert_says(said, "replay: ");
}

static void
a_hang_is_a_failure(void **state)
{
	char said[4096];

	(void)state;
	assert_int_equal(RUN(said, "--case", "hangs", "--hang", "0.2"), 1);
	assert_says(said, "FAIL hangs: it hangs: for 0.2 s no thread went forward");
	assert_says(said, "thread 1 stands after 4 operations");
}

static void
a_seed_repeats_the_dice(void **state)
{
	char first[4096], second[4096];

	(void)state;
	assert_int_equal(RUN(first, "--case", "draws", "--seed", "5", "--seconds", "0"), 0);
	assert_int_equal(RUN(second, "--case", "draws", "--seed", "5", "--seconds", "0"), 0);
	assert_non_null(strstr(first, "drawn "));
	*strchr(strstr(first, "drawn "), '\n') = '\0';
	assert_says(second, strstr(first, "drawn "));
	assert_int_equal(RUN(second, "--case", "draws", "--seed", "6", "--seconds", "0"), 0);
	assert_null(strstr(second, strstr(first, "drawn ")));
}

static void
cases_are_listed_and_chosen(void **state)
{
	char said[4096];

	(void)state;
	assert_int_equal(RUN(said, "--list"), 0);
	assert_string_equal(said, "quiet\nfails/1\nmisjudged\nhangs\ndraws\n");
	assert_int_equal(RUN(said, "--list", "--threads", "12", "--case", "^(qui|lar)"), 0);
	assert_string_equal(said, "quiet\nlarge\n");
}

static void
a_bad_command_line_is_refused(void **state)
{
	char said[4096];

	(void)state;
	assert_int_equal(RUN(said, "--case", "nothing of the kind"), 2);
	assert_says(said, "usage: stress_test");
	assert_int_equal(RUN(said, "--seconds", "soon"), 2);
	assert_int_equal(RUN(said, "--seed"), 2);
	assert_int_equal(RUN(said, "--sede", "1"), 2);
	assert_int_equal(RUN(said, "--case", "("), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_right_passes),
		cmocka_unit_test(a_failure_says_how_to_replay_it),
		cmocka_unit_test(a_verdict_shows_what_explains_it),
		cmocka_unit_test(a_hang_is_a_failure),
		cmocka_unit_test(a_seed_repeats_the_dice),
		cmocka_unit_test(cases_are_listed_and_chosen),
		cmocka_unit_test(a_bad_command_line_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
