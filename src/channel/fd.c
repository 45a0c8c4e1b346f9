/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * fd.c: a descriptor by which a channel joins an event loop.
 *
 * It is a watcher in the place of a receiver. `told` says which of two states it is in:
 *
 *	0  armed: the watcher is in the list, or is being told. The descriptor is not readable,
 *	   or, while it is being told, about to be
 *	1  told: the watcher is in no list, and the descriptor is readable. Legal to leave only
 *	   by arm, which clears the descriptor first
 *
 * So of one arming comes at most one write, however many values are sent. Whoever tells has
 * the lock of the channel's list: it writes to the descriptor, then sets `told`, and does no
 * more. The write wakes the loop, which may take the value and arm before `told` is set: it
 * leaves the list, and so waits for who tells. Else it would find the descriptor readable again
 * and again, and burn what CPU the other needs. A value may be taken between a send and the
 * write that tells of it: then the descriptor is readable once, and nothing there.
 *
 * A channel that is closed and drained is never armed again: its descriptor stays readable.
 */
#include "../base/memory.h"
#include "../base/os.h"
#include "core.h"

typedef struct descriptor {
	weft_waiter_ watcher;
	weft_index_lock_ lock;     /* of those who arm                                       */
	weft_atomic_u32 told;      /* set by who tells; cleared under the lock, before a join */
	int fds[2];
} descriptor;

static void
tell(weft_waiter_ *w)
{
	descriptor *d = w->ctx;

	weft_os_readable_set(d->fds);
	/* relaxed: see is_told. */
	weft_store_relaxed(&d->told, 1);
}

static bool
is_told(const descriptor *d)
{
	/* relaxed: the write came before it, and a clear that follows takes that away: the system
	 * does the two one after the other, and the write cannot come after a clear that rests
	 * on it. */
	return weft_load_relaxed(&d->told) != 0;
}

/* Under the descriptor's lock. True: it will be readable at the next value, or is for ever. */
static bool
arm(weft_channel *c, descriptor *d)
{
	if (!is_told(d))
		/* Who is telling it has the lock that this takes, and has then told it. */
		c->kind_->leave(c, WEFT_RECEIVER, 0, &d->watcher);
	if (is_told(d)) {
		if (weft_channel_has_ended_(c, WEFT_RECEIVER))
			return true;
		if (c->kind_->is_ready(c, WEFT_RECEIVER, 0))
			return false;
		weft_os_readable_clear(d->fds);
		/* relaxed: the channel's lock, which join takes, is between this and who tells. */
		weft_store_relaxed(&d->told, 0);
	}
	if (c->kind_->join(c, WEFT_RECEIVER, 0, &d->watcher))
		return true;
	tell(&d->watcher);
	return weft_channel_has_ended_(c, WEFT_RECEIVER);
}

static bool
lock_and_arm(weft_channel *c, descriptor *d)
{
	bool armed;

	weft_index_lock_take_(&d->lock, "");
	armed = arm(c, d);
	weft_index_lock_leave_(&d->lock);
	return armed;
}

static descriptor *
descriptor_of(const weft_channel *c)
{
	/* A1: its fields; pairs with R1. */
	return weft_load_acquire(&c->descriptor_);
}

static void
descriptor_free(weft_channel *c, descriptor *d)
{
	weft_os_readable_close(d->fds);
	weft_memory_free_(c->allocator_, d, sizeof *d, alignof(descriptor));
}

/* In the state `told`, and readable: that is what an arm may leave. NULL: there is none. */
static descriptor *
descriptor_new(weft_channel *c)
{
	descriptor *d = weft_memory_alloc_(c->allocator_, sizeof *d, alignof(descriptor));

	if (d == NULL)
		return NULL;
	*d = (descriptor){ .watcher = { .tell = tell, .ctx = d } };
	if (!weft_os_readable_open(d->fds)) {
		weft_memory_free_(c->allocator_, d, sizeof *d, alignof(descriptor));
		return NULL;
	}
	tell(&d->watcher);
	return d;
}

int
weft_channel_fd(weft_channel *c)
{
	descriptor *d, *mine;
	void *seen = NULL;

	weft_alive_check_(&c->alive_, c, "fd of a channel");
	d = descriptor_of(c);
	if (d != NULL)
		return d->fds[0];
	mine = descriptor_new(c);
	if (mine == NULL)
		return -1;
	/* Whoever asks at the same time gets this one, and arms after this thread has. */
	weft_index_lock_take_(&mine->lock, "");
	/* R1: its fields; pairs with A1. */
	if (!weft_cas_release(&c->descriptor_, &seen, mine)) {
		descriptor_free(c, mine);
		return descriptor_of(c)->fds[0];
	}
	(void)arm(c, mine);
	weft_index_lock_leave_(&mine->lock);
	return mine->fds[0];
}

bool
weft_channel_fd_arm(weft_channel *c)
{
	descriptor *d;

	weft_alive_check_(&c->alive_, c, "fd_arm of a channel");
	d = descriptor_of(c);
	if (d == NULL)
		weft_misuse_("fd_arm of a channel",
		    "it has no descriptor: ask for it by fd, which must not say -1");
	return lock_and_arm(c, d);
}

void
weft_channel_fd_fini_(weft_channel *c)
{
	/* relaxed: nobody else uses the channel. */
	descriptor *d = weft_load_relaxed(&c->descriptor_);

	if (d != NULL)
		descriptor_free(c, d);
}
