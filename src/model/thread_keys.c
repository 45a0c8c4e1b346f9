/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* thread_keys.c: what each thread keeps under a key. */

/*
 * The number of a key follows from the past of the thread that makes it: its own number and
 * how many it made before. So no event is needed, and numbers are the same in every run.
 */
#include "thread_keys.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "fiber.h"
#include "object.h"
#include "thread.h"
#include "verdict.h"

enum { KEYS_OF_A_THREAD = 64, KEYS = MAX_THREADS * KEYS_OF_A_THREAD, ROUNDS = 4 };

/* Made by its thread in this run; ordered before all uses by the program's own care. */
static struct key {
	uint32_t run;
	bool is_deleted;
	void (*destructor)(void *);
} keys[KEYS];

static struct {
	uint32_t run;
	unsigned n_made;
	const void *values[KEYS];
} kept[MAX_THREADS];

static unsigned
own(void)
{
	unsigned t = running->id;

	if (kept[t].run != run_number) {
		memset(&kept[t], 0, sizeof kept[t]);
		kept[t].run = run_number;
	}
	return t;
}

static bool
is_key(unsigned key)
{
	return key < KEYS && keys[key].run == run_number && !keys[key].is_deleted;
}

int
thread_key_create(uintptr_t caller, unsigned *key, void (*destructor)(void *))
{
	unsigned t = own();

	call_begins(caller, "makes a key", NULL);
	if (kept[t].n_made == KEYS_OF_A_THREAD)
		return EAGAIN;
	model_will_write((uintptr_t)key, sizeof *key);
	*key = t * KEYS_OF_A_THREAD + kept[t].n_made++;
	keys[*key] = (struct key){ run_number, false, destructor };
	return 0;
}

int
thread_key_delete(uintptr_t caller, unsigned key)
{
	call_begins(caller, "deletes a key", NULL);
	if (!is_key(key))
		return EINVAL;
	keys[key].is_deleted = true;
	return 0;
}

int
thread_key_set(uintptr_t caller, unsigned key, const void *value)
{
	call_begins(caller, "sets a key's value", NULL);
	if (!is_key(key))
		return EINVAL;
	kept[own()].values[key] = value;
	return 0;
}

void *
thread_key_get(unsigned key)
{
	const void *value = is_key(key) ? kept[own()].values[key] : NULL;

	return (void *)(uintptr_t)value;
}

/* The running thread ends: the destructors of what it still keeps are called. */
static void
destroy_kept(void)
{
	unsigned t = running->id;
	/* Most threads have no part in keys. */
	bool any = kept[t].run == run_number;

	for (int round = 0; any && round < ROUNDS; round++) {
		any = false;
		for (unsigned i = 0; i < KEYS; i++) {
			const void *value = kept[t].values[i];

			if (value == NULL || !is_key(i))
				continue;
			kept[t].values[i] = NULL;
			if (keys[i].destructor == NULL)
				continue;
			keys[i].destructor((void *)(uintptr_t)value);
			any = true;
		}
	}
}

__attribute__((constructor)) static void
set_up(void)
{
	thread_at_end = destroy_kept;
}

/* Calls of the program. */

WRAPPED(int, pthread_key_create, pthread_key_t *key, void (*destructor)(void *))
{
	if (!exploring)
		return pthread_key_create(key, destructor);
	return thread_key_create(CALLER, key, destructor);
}

WRAPPED(int, pthread_key_delete, pthread_key_t key)
{
	if (!exploring)
		return pthread_key_delete(key);
	return thread_key_delete(CALLER, key);
}

WRAPPED(int, pthread_setspecific, pthread_key_t key, const void *value)
{
	if (!exploring)
		return pthread_setspecific(key, value);
	return thread_key_set(CALLER, key, value);
}

WRAPPED(void *, pthread_getspecific, pthread_key_t key)
{
	return exploring ? thread_key_get(key) : pthread_getspecific(key);
}
