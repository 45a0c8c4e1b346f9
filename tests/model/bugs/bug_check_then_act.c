/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_check_then_act.c: the balance is looked at, and has changed when it is used. */
/* expect: assert */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int balance = 10;

static void *
withdraw(void *arg)
{
	int seen = atomic_load(&balance);

#ifdef RIGHT
	while (seen >= 10 && !atomic_compare_exchange_strong(&balance, &seen, seen - 10))
		;
#else
	if (seen >= 10)
		atomic_fetch_sub(&balance, 10);
#endif
	return arg;
}

int
main(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, withdraw, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	assert(atomic_load(&balance) >= 0);
	return 0;
}
