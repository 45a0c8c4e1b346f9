/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_c11_condition.c: a C11 condition is signalled for one, and two wait. */
/* expect: deadlock */
#include <stdbool.h>
#include <threads.h>

static mtx_t lock;
static cnd_t changed;
static bool open;

static int
go_through(void *arg)
{
	(void)arg;
	mtx_lock(&lock);
	while (!open)
		cnd_wait(&changed, &lock);
	mtx_unlock(&lock);
	return 0;
}

int
main(void)
{
	thrd_t t[2];

	mtx_init(&lock, mtx_plain);
	cnd_init(&changed);
	for (int i = 0; i < 2; i++)
		thrd_create(&t[i], go_through, NULL);
	mtx_lock(&lock);
	open = true;
#ifdef RIGHT
	cnd_broadcast(&changed);
#else
	cnd_signal(&changed);
#endif
	mtx_unlock(&lock);
	for (int i = 0; i < 2; i++)
		thrd_join(t[i], NULL);
	cnd_destroy(&changed);
	mtx_destroy(&lock);
	return 0;
}
