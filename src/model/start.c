/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* start.c: the program's main comes to be run by the checker. */

/*
 * The program's start calls libc's __libc_start_main with its main. The program is linked
 * with this library before libc, so that call comes here: main is put by, and libc starts
 * ours in its place. Nothing of ours has to be linked into the program.
 */
#include "start.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "explore.h"
#include "export.h"
#include "graph.h"
#include "options.h"
#include "report.h"

typedef int main_function(int argc, char **argv, char **environment);
typedef int start_function(main_function *main, int argc, char **argv, void (*init)(void),
    void (*fini)(void), void (*rtld_fini)(void), void *stack_end);

static struct {
	main_function *main;
	int argc;
	char **argv, **environment;
} program;

static void *
run_main(void *unused)
{
	(void)unused;
	return (void *)(intptr_t)program.main(program.argc, program.argv, program.environment);
}

static int
checked_main(int argc, char **argv, char **environment)
{
	const char *text = getenv("WEFT_MODEL_OPTIONS");

	program.argc = argc;
	program.argv = argv;
	program.environment = environment;
	options_read(text != NULL ? text : "");
	if (weft_model_drives_itself)
		return program.main(argc, argv, environment);
	explore_program(run_main, NULL);
}

EXPORT start_function __libc_start_main;
int
__libc_start_main(main_function *main, int argc, char **argv, void (*init)(void),
    void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
	start_function *start;

	*(void **)&start = dlsym(RTLD_NEXT, "__libc_start_main");
	if (start == NULL)
		refuse("libc has no __libc_start_main: is the program linked statically?");
	program.main = main;
	return start(checked_main, argc, argv, init, fini, rtld_fini, stack_end);
}

int
weft_model_explore(void *(*body)(void *), void *argument, void (*at_end)(void),
    uint64_t *executions, uint64_t *blocked)
{
	static bool is_set_up;
	enum outcome outcome;

	if (!is_set_up)
		explore_set_up();
	is_set_up = true;
	outcome = explore(body, argument, at_end);
	*executions = exploration.complete;
	*blocked = exploration.blocked;
	if (outcome == FOUND_BUG)
		report_bug();
	return (int)outcome;
}
