/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bench_rwlock.c: weft's rwlock; with -DBIASED its reader-biased form. */
#include "rwlock_work.h"

#include <weft/rwlock.h>

#ifdef BIASED
#define WEFT(verb) weft_bias_rwlock_##verb
struct rwlock {
	weft_bias_rwlock l;
};

static void
rwlock_open(struct rwlock *l)
{
	if (!weft_bias_rwlock_init(&l->l))
		bench_die("no memory");
}
#else
#define WEFT(verb) weft_rwlock_##verb
struct rwlock {
	weft_rwlock l;
};

static void
rwlock_open(struct rwlock *l)
{
	(void)l;        /* zeroed, it is ready */
}
#endif

static inline void
rwlock_read_lock(struct rwlock *l)
{
	WEFT(read_lock)(&l->l);
}

static inline void
rwlock_read_unlock(struct rwlock *l)
{
	WEFT(read_unlock)(&l->l);
}

static inline void
rwlock_write_lock(struct rwlock *l)
{
	WEFT(write_lock)(&l->l);
}

static inline void
rwlock_write_unlock(struct rwlock *l)
{
	WEFT(write_unlock)(&l->l);
}

#include "rwlock_main.h"
