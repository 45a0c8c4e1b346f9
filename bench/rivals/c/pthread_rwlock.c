/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* pthread_rwlock.c: the C library's pthread_rwlock_t, with its defaults. */
#include "../../rwlock_work.h"

struct rwlock {
	pthread_rwlock_t l;
};

static void
rwlock_open(struct rwlock *l)
{
	pthread_rwlock_init(&l->l, NULL);
}

static inline void
rwlock_read_lock(struct rwlock *l)
{
	pthread_rwlock_rdlock(&l->l);
}

static inline void
rwlock_read_unlock(struct rwlock *l)
{
	pthread_rwlock_unlock(&l->l);
}

static inline void
rwlock_write_lock(struct rwlock *l)
{
	pthread_rwlock_wrlock(&l->l);
}

static inline void
rwlock_write_unlock(struct rwlock *l)
{
	pthread_rwlock_unlock(&l->l);
}

#include "../../rwlock_main.h"
