/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ck_rwlock.c: Concurrency Kit's ck_rwlock, a spinning lock; with -DPFLOCK its phase-fair one. */
#include "../../rwlock_work.h"

#ifdef PFLOCK
#include <ck_pflock.h>
#define CK(verb) ck_pflock_##verb
struct rwlock {
	ck_pflock_t l;
};
#else
#include <ck_rwlock.h>
#define CK(verb) ck_rwlock_##verb
struct rwlock {
	ck_rwlock_t l;
};
#endif

static void
rwlock_open(struct rwlock *l)
{
	CK(init)(&l->l);
}

static inline void
rwlock_read_lock(struct rwlock *l)
{
	CK(read_lock)(&l->l);
}

static inline void
rwlock_read_unlock(struct rwlock *l)
{
	CK(read_unlock)(&l->l);
}

static inline void
rwlock_write_lock(struct rwlock *l)
{
	CK(write_lock)(&l->l);
}

static inline void
rwlock_write_unlock(struct rwlock *l)
{
	CK(write_unlock)(&l->l);
}

#include "../../rwlock_main.h"
