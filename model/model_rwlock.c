/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_rwlock.c: the reader-writer lock and its biased form, through every execution. */
#include <weft/rwlock.h>

#include <assert.h>

#include "support/script.h"

static weft_rwlock lock;
static weft_bias_rwlock bias;
/* Plain: who is in at the same time as a writer is a race. Each write keeps them equal. */
static unsigned a, b;

/* capacity 1: the biased form is used too. */
static void
init(const struct script *s)
{
	lock = (weft_rwlock){ 0 };
	if (s->capacity == 1 && !weft_bias_rwlock_init(&bias))
		abort();
}

static void
write_both(void)
{
	assert(a == b);
	a++;
	b++;
}

static void
read_both(void)
{
	assert(a == b);
}

static void
upgrade(void)
{
	weft_rwlock_read_lock(&lock);
	read_both();
	if (weft_rwlock_upgrade(&lock)) {
		write_both();
		weft_rwlock_write_unlock(&lock);
	} else {
		read_both();
		weft_rwlock_read_unlock(&lock);
	}
}

static void
act(unsigned row, char letter)
{
	(void)row;
	switch (letter) {
	case 'r':
		weft_rwlock_read_lock(&lock);
		read_both();
		weft_rwlock_read_unlock(&lock);
		break;
	case 'w':
		weft_rwlock_write_lock(&lock);
		write_both();
		weft_rwlock_write_unlock(&lock);
		break;
	case 'o':
		if (weft_rwlock_try_read_lock(&lock)) {
			read_both();
			weft_rwlock_read_unlock(&lock);
		}
		break;
	case 't':
		if (weft_rwlock_try_write_lock(&lock)) {
			write_both();
			weft_rwlock_write_unlock(&lock);
		}
		break;
	case 'u':
		upgrade();
		break;
	case 'd':
		weft_rwlock_write_lock(&lock);
		write_both();
		weft_rwlock_downgrade(&lock);
		read_both();
		weft_rwlock_read_unlock(&lock);
		break;
	case 'R':
		weft_bias_rwlock_read_lock(&bias);
		read_both();
		weft_bias_rwlock_read_unlock(&bias);
		break;
	case 'W':
		weft_bias_rwlock_write_lock(&bias);
		write_both();
		weft_bias_rwlock_write_unlock(&bias);
		break;
	case 'T':
		if (weft_bias_rwlock_try_write_lock(&bias)) {
			write_both();
			weft_bias_rwlock_write_unlock(&bias);
		}
		break;
	case 'O':
		if (weft_bias_rwlock_try_read_lock(&bias)) {
			read_both();
			weft_bias_rwlock_read_unlock(&bias);
		}
		break;
	case 'H':
		weft_bias_rwlock_read_lock(&bias);
		assert(!weft_bias_rwlock_try_write_lock(&bias));
		weft_bias_rwlock_read_unlock(&bias);
		break;
	case 'F':
		weft_bias_rwlock_fini(&bias);
		break;
	}
}

static const struct script_subject subject = { .init = init, .act = act };

/*
 * r reads, w writes, o and t the same where the lock is free; u reads and then writes, d writes
 * and then reads. R, W, O, T: of the biased form; H: a reader that tries to write, in vain; F
 * finishes it.
 */
static const struct script scripts[] = {
	{ "1r1w", 0, .threads = { "r", "w" } },
	{ "2w", 0, .threads = { "w", "w" } },
	{ "rw-rw", 0, .threads = { "rw", "wr" } },
	{ "2r1w", 0, .threads = { "r", "r", "w" } },
	{ "1r2w", 0, .threads = { "r", "w", "w" } },
	{ "3w", 0, .threads = { "w", "w", "w" } },
	{ "1r1w-x2", 0, .threads = { "rr", "ww" } },
	{ "1r1w-back", 0, .threads = { "r", "ww" } },
	{ "try", 0, .threads = { "t", "w", "o" } },
	{ "upgrade", 0, .threads = { "u", "w" } },
	{ "upgrade-2", 0, .threads = { "u", "u" } },
	{ "upgrade-read", 0, .threads = { "u", "r" } },
	{ "upgrade-3", 0, .threads = { "u", "r", "w" } },
	{ "downgrade", 0, .threads = { "d", "w" } },
	{ "downgrade-read", 0, .threads = { "d", "r", "w" } },
	{ "bias-1r1w", 1, .threads = { "R", "W" }, .after = "F" },
	{ "bias-again", 1, .threads = { "RR", "W" }, .after = "F" },
	{ "bias-handed", 1, .threads = { "WR", "R" }, .after = "F" },
	{ "bias-2w", 1, .threads = { "W", "W" }, .before = "R", .after = "F" },
	{ "bias-try", 1, .threads = { "R", "T" }, .after = "F" },
	{ "bias-try-read", 1, .threads = { "O", "W" }, .after = "F" },
	{ "bias-stopped", 1, .threads = { "WR", "R" }, .before = "W", .after = "F" },
	{ "bias-in-vain", 1, .threads = { "WRH", "R" }, .before = "W", .after = "F" },
	{ "bias-2r1w", 1, .threads = { "R", "R", "W" }, .after = "F" },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
