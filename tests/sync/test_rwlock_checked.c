/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_rwlock_checked.c: what WEFT_CHECKED traps of the reader-writer locks, and what not. */
#define WEFT_CHECKED
#include <weft/rwlock.h>

#include "sync_test.h"

static weft_rwlock lock, other;

static void
read_twice(void *arg)
{
	(void)arg;
	weft_rwlock_read_lock(&lock);
	weft_rwlock_read_lock(&lock);
}

static void
write_twice(void *arg)
{
	(void)arg;
	weft_rwlock_write_lock(&lock);
	weft_rwlock_write_lock(&lock);
}

static void
write_while_reading(void *arg)
{
	(void)arg;
	weft_rwlock_read_lock(&lock);
	(void)!weft_rwlock_write_lock_until(&lock, weft_after_ms(1));
}

static void
unlock_what_another_holds(void *arg)
{
	(void)arg;
	weft_store_relaxed(&lock.word_, (uint64_t)1 << 8);    /* some reader */
	weft_rwlock_read_unlock(&lock);
}

static void
unlock_the_other(void *arg)
{
	(void)arg;
	weft_rwlock_read_lock(&lock);
	weft_rwlock_read_unlock(&other);
}

static void
write_unlock_of_a_reader(void *arg)
{
	(void)arg;
	weft_rwlock_read_lock(&lock);
	weft_rwlock_write_unlock(&lock);
}

static void
read_unlock_of_an_upgraded(void *arg)
{
	(void)arg;
	weft_rwlock_read_lock(&lock);
	if (weft_rwlock_upgrade(&lock))
		weft_rwlock_read_unlock(&lock);
}

static void
upgrade_of_nothing(void *arg)
{
	(void)arg;
	(void)!weft_rwlock_upgrade(&lock);
}

static void
downgrade_of_a_reader(void *arg)
{
	(void)arg;
	weft_rwlock_read_lock(&lock);
	weft_rwlock_downgrade(&lock);
}

static void
bias_read_twice(void *arg)
{
	weft_bias_rwlock l;

	(void)arg;
	if (!weft_bias_rwlock_init(&l))
		return;
	weft_bias_rwlock_read_lock(&l);
	weft_bias_rwlock_read_lock(&l);
}

static void
bias_unlock_of_nothing(void *arg)
{
	weft_bias_rwlock l;

	(void)arg;
	if (!weft_bias_rwlock_init(&l))
		return;
	weft_bias_rwlock_read_unlock(&l);
}

static void
waiting_for_oneself_traps(void **state)
{
	(void)state;
	assert_aborts(read_twice, NULL,
	    "weft_rwlock_read_lock: this thread holds the lock already");
	assert_aborts(write_twice, NULL,
	    "weft_rwlock_write_lock: this thread holds the lock already");
	assert_aborts(write_while_reading, NULL, "weft_rwlock_write_lock: this thread holds");
	assert_aborts(bias_read_twice, NULL, "weft_bias_rwlock_read_lock: this thread holds");
}

static void
unlocking_what_one_does_not_hold_traps(void **state)
{
	(void)state;
	assert_aborts(unlock_what_another_holds, NULL,
	    "weft_rwlock_read_unlock: this thread does not");
	assert_aborts(unlock_the_other, NULL, "weft_rwlock_read_unlock: this thread does not hold");
	assert_aborts(write_unlock_of_a_reader, NULL,
	    "weft_rwlock_write_unlock: this thread does not");
	assert_aborts(read_unlock_of_an_upgraded, NULL,
	    "weft_rwlock_read_unlock: this thread does");
	assert_aborts(upgrade_of_nothing, NULL, "weft_rwlock_upgrade: this thread does not hold");
	assert_aborts(downgrade_of_a_reader, NULL,
	    "weft_rwlock_downgrade: this thread does not hold");
	assert_aborts(bias_unlock_of_nothing, NULL,
	    "weft_bias_rwlock_read_unlock: this thread does");
}

static void
right_use_is_let_alone(void **state)
{
	static weft_rwlock many[80];
	weft_bias_rwlock b;

	(void)state;
	weft_rwlock_read_lock(&lock);
	weft_rwlock_write_lock(&other);
	assert_false(weft_rwlock_try_write_lock(&other));
	/* Asking without waiting is no deadlock. */
	assert_true(weft_rwlock_try_read_lock(&lock));
	weft_rwlock_read_unlock(&lock);
	assert_true(weft_rwlock_upgrade(&lock));
	weft_rwlock_downgrade(&lock);
	weft_rwlock_read_unlock(&lock);
	weft_rwlock_write_unlock(&other);
	assert_true(weft_bias_rwlock_init(&b));
	weft_bias_rwlock_read_lock(&b);
	weft_bias_rwlock_read_unlock(&b);
	weft_bias_rwlock_write_lock(&b);
	weft_bias_rwlock_write_unlock(&b);
	assert_true(weft_bias_rwlock_try_write_lock(&b));
	weft_bias_rwlock_write_unlock(&b);
	weft_bias_rwlock_fini(&b);
	/* More than are noted: no judgement, and no false one. */
	for (int i = 0; i < 80; i++)
		weft_rwlock_write_lock(&many[i]);
	for (int i = 0; i < 80; i++)
		weft_rwlock_write_unlock(&many[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waiting_for_oneself_traps),
		cmocka_unit_test(unlocking_what_one_does_not_hold_traps),
		cmocka_unit_test(right_use_is_let_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
