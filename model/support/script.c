/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* script.c: threads that act on letters. */
#include "script.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUES 16u

static const struct script_subject *subject;
static const struct script *script;
static unsigned values[ANSWER_ROWS];   /* each by its row's thread */

static answer_step *step;
static bool apart;

void
script_rule(answer_step *by, bool is_apart)
{
	step = by;
	apart = is_apart;
}

uint64_t
script_value(unsigned row)
{
	return row * VALUES + ++values[row];
}

unsigned
script_row(uint64_t value)
{
	return (unsigned)((value - 1) / VALUES);
}

static void
act_all(unsigned row, const char *letters)
{
	for (const char *at = letters; at != NULL && *at != '\0'; at++) {
		if (*at == '!')
			answer_mark(row);
		else if (*at == '?')
			answer_look(row, (unsigned)(*++at - '0'));
		else if (*at == '^')
			answer_raise(row);
		else if (*at == '_')
			answer_look_at_flag(row, (unsigned)(*++at - '0'));
		else
			subject->act(row, *at);
	}
}

static void *
thread(void *arg)
{
	unsigned row = (unsigned)(uintptr_t)arg;

	act_all(row, script->threads[row - 1]);
	return NULL;
}

static void
check(void)
{
	unsigned capacity = subject->unbounded ? 0 : script->capacity;

	if (step == NULL)
		return;
	answer_check(step, capacity, apart ? ANSWER_FULL : ANSWER_ALL);
	if (apart)
		answer_check(step, capacity, ANSWER_EMPTY);
}

static void
run(void)
{
	pthread_t threads[ANSWER_THREADS];

	script_rule(subject->step, subject->apart);
	subject->init(script);
	act_all(ANSWER_BEFORE, script->before);
	for (unsigned i = 0; i < ANSWER_THREADS && script->threads[i] != NULL; i++)
		if (pthread_create(&threads[i], NULL, thread, (void *)(uintptr_t)(i + 1)) != 0)
			abort();
	for (unsigned i = 0; i < ANSWER_THREADS && script->threads[i] != NULL; i++)
		pthread_join(threads[i], NULL);
	act_all(ANSWER_AFTER, script->after);
	check();
	if (subject->fini != NULL)
		subject->fini();
}

int
script_main(int argc, char **argv, const struct script_subject *of, const struct script *scripts,
    size_t n)
{
	subject = of;
	script = argc < 2 ? scripts : NULL;
	for (size_t i = 0; i < n && argc > 1; i++) {
		if (strcmp(argv[1], "--list") == 0)
			puts(scripts[i].name);
		else if (strcmp(argv[1], scripts[i].name) == 0)
			script = &scripts[i];
	}
	if (script == NULL && strcmp(argv[1], "--list") != 0) {
		fprintf(stderr, "%s: no such script: --list names them\n", argv[1]);
		/* Every checker says so. */
		abort();
	}
	if (script != NULL)
		run();
	return 0;
}
