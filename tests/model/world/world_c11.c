/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* world_c11.c: the calls of <threads.h>, and what they return. */
/* expect: exhaustive 1 */
#include <assert.h>
#include <stddef.h>
#include <threads.h>
#include <time.h>

static mtx_t plain, recursive;
static cnd_t changed;
static tss_t key;
static once_flag flag = ONCE_FLAG_INIT;
static int made, destroyed;

static void
make(void)
{
	made++;
}

static void
destroy(void *value)
{
	destroyed += value != NULL;
}

static int
work(void *arg)
{
	assert(arg == &key && tss_get(key) == NULL);
	assert(tss_set(key, arg) == thrd_success && tss_get(key) == arg);
	call_once(&flag, make);
	assert(mtx_trylock(&plain) == thrd_busy);
	assert(thrd_sleep(&(struct timespec){ 1, 0 }, NULL) == 0);
	thrd_yield();
	thrd_exit(-5);
}

int
main(void)
{
	struct timespec at;
	thrd_t t;
	int result;

	assert(mtx_init(&plain, mtx_timed) == thrd_success);
	assert(mtx_init(&recursive, mtx_plain | mtx_recursive) == thrd_success);
	assert(cnd_init(&changed) == thrd_success && tss_create(&key, destroy) == thrd_success);
	assert(mtx_lock(&plain) == thrd_success && mtx_lock(&recursive) == thrd_success);
	assert(mtx_lock(&recursive) == thrd_success && mtx_unlock(&recursive) == thrd_success);
	assert(mtx_unlock(&recursive) == thrd_success);
	assert(timespec_get(&at, TIME_UTC) == TIME_UTC);
	assert(cnd_timedwait(&changed, &plain, &at) == thrd_timedout);
	assert(cnd_signal(&changed) == thrd_success && cnd_broadcast(&changed) == thrd_success);
	call_once(&flag, make);
	assert(thrd_create(&t, work, &key) == thrd_success);
	assert(thrd_join(t, &result) == thrd_success && result == -5);
	assert(made == 1 && destroyed == 1 && thrd_equal(thrd_current(), thrd_current()));
	assert(mtx_unlock(&plain) == thrd_success);
	cnd_destroy(&changed);
	mtx_destroy(&plain);
	mtx_destroy(&recursive);
	tss_delete(key);
	return 0;
}
