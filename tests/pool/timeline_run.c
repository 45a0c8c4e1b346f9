/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* timeline_run.c: what test_timeline.py looks at: a pool that is freed, and one that is not. */
#include <weft/latch.h>
#include <weft/pool.h>

#include <stdlib.h>

#include "meet.h"

static weft_latch latch;

static void
wait_for_the_other(struct meeting *m, bool is_first)
{
	(void)m;
	/* Whoever is on a thread of the pool's is blocked, and then the other. */
	if (is_first) {
		sleep_ms(20);
		weft_latch_done(&latch);
	} else {
		weft_latch_wait(&latch);
	}
}

int
main(void)
{
	weft_pool_options options = { .threads = 2, .name = "timed" };
	weft_pool *p = weft_pool_new(&options);
	struct meeting m = { .then = wait_for_the_other };
	pid_t child;

	weft_latch_add(&latch, 1);
	if (p == NULL || !meet(p, &m))
		return 1;
	weft_pool_free(p);
	if (!tree_is_right(NULL, 1000))
		return 1;
	/* A child writes nothing into its parent's file. */
	child = fork();
	if (child == 0)
		exit(tree_is_right(NULL, 1000) ? 0 : 1);
	return waitpid(child, &(int){ 0 }, 0) == child ? 0 : 1;
}
