/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* begun.h: the threads of the process's pool have begun. */
#ifndef WEFT_TESTS_BEGUN_H
#define WEFT_TESTS_BEGUN_H

#include <weft/pool.h>

static inline void
test_worker_has_begun(unsigned worker, void *unused)
{
	(void)worker;
	(void)unused;
}

/* A thread gives the memory of its name back as it begins: count what is out after that. */
static inline void
test_threads_have_begun(void)
{
	weft_pool_broadcast(NULL, test_worker_has_begun, NULL);
}

#endif
