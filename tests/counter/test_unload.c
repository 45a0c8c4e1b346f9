/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_unload.c: code that adds to a counter is unloaded right after, and again. */
#include <dlfcn.h>
#include <sched.h>
#include <stdio.h>
#include <weft/counter.h>

#define TIMES 100

/*
 * Were the last sequence still announced, the kernel would look for it where the code was, at
 * the next loss of the CPU, and end the process.
 */
int
main(int argc, char **argv)
{
	weft_counter c = WEFT_ZERO_;

	for (int i = 0; argc > 1 && i < TIMES; i++) {
		void *plugin = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
		cpu_set_t set;
		union {
			void *object;
			void (*function)(weft_counter *);
		} add;

		if (plugin == NULL) {
			fprintf(stderr, "%s\n", dlerror());
			return 1;
		}
		add.object = dlsym(plugin, "plugin_add");
		add.function(&c);
		dlclose(plugin);
		CPU_ZERO(&set);
		CPU_SET(i % 2, &set);
		(void)sched_setaffinity(0, sizeof set, &set);
		sched_yield();
	}
	if (weft_counter_sum(&c) != TIMES * 1000)
		return 1;
	weft_counter_fini(&c);
	return 0;
}
