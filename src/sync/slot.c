/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* slot.c: a small number for each thread, given back when it ends. */
#include <weft/detail/slot_inl.h>

#include <pthread.h>

#include "../base/os.h"

#define SLOTS 4096u

WEFT_THREAD_LOCAL_ uint32_t weft_slot_;

/* Which are taken; under the mutex, which also orders a slot's threads one after the other. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static uint64_t taken[SLOTS / 64];

/* Its destructor gives a thread's slot back. */
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;

static void
give_back(void *value)
{
	uint32_t slot = weft_slot_ - 1;

	(void)value;
	/* What locks after this, in a later destructor, does without. */
	weft_slot_ = WEFT_SLOT_NONE_;
	pthread_mutex_lock(&mutex);
	taken[slot / 64] &= ~((uint64_t)1 << slot % 64);
	pthread_mutex_unlock(&mutex);
}

static void
before_fork(void)
{
	pthread_mutex_lock(&mutex);
}

static void
after_fork(void)
{
	pthread_mutex_unlock(&mutex);
}

static void
key_init(void)
{
	has_key = pthread_key_create(&key, give_back) == 0 &&
	    pthread_atfork(before_fork, after_fork, after_fork) == 0;
}

static uint32_t
lowest_free(void)
{
	for (uint32_t i = 0; i < SLOTS / 64; i++) {
		if (taken[i] != UINT64_MAX) {
			uint32_t bit = (uint32_t)__builtin_ctzll(~taken[i]);

			taken[i] |= (uint64_t)1 << bit;
			return i * 64 + bit + 1;
		}
	}
	return WEFT_SLOT_NONE_;
}

uint32_t
weft_slot_take_(void)
{
	if (weft_slot_ != 0)
		return weft_slot_;
	weft_slot_ = WEFT_SLOT_NONE_;
	if (pthread_once(&key_once, key_init) != 0 || !has_key)
		return weft_slot_;
	pthread_mutex_lock(&mutex);
	weft_slot_ = lowest_free();
	pthread_mutex_unlock(&mutex);
	/* Without the destructor the slot would never be free again. */
	if (weft_slot_ != WEFT_SLOT_NONE_ && pthread_setspecific(key, &weft_slot_) != 0)
		give_back(NULL);
	return weft_slot_;
}
