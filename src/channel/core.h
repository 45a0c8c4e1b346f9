/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* core.h: what the kinds of channels have in common. Private. */
#ifndef WEFT_SRC_CHANNEL_CORE_H
#define WEFT_SRC_CHANNEL_CORE_H

#include <weft/channel.h>

#include "waiter.h"

/*
 * A kind of channel. "blocked" is WEFT_FULL to a sender, WEFT_EMPTY to a receiver. What
 * says `try` never waits; the waits return WEFT_TIMEOUT at the deadline, and are called when
 * a try was blocked.
 */
typedef struct weft_channel_kind_ {
	weft_status (*try_send)(weft_channel *c, unsigned lane, const void *v);
	weft_status (*try_recv)(weft_channel *c, void *v);
	weft_status (*wait_send)(weft_channel *c, unsigned lane, const void *v, weft_time deadline);
	weft_status (*wait_recv)(weft_channel *c, void *v, weft_time deadline);
	/* How many; *why: WEFT_OK when all n, or what ended it. */
	size_t (*try_send_n)(weft_channel *c, const void *vs, size_t n, weft_status *why);
	size_t (*try_recv_n)(weft_channel *c, void *vs, size_t n, weft_status *why);
	weft_status (*force_send)(weft_channel *c, const void *v, void *old, bool *had);
	weft_status (*peek)(weft_channel *c, void *v);
	void (*close)(weft_channel *c);
	/* The last receiver has left a closed channel: drops what is in it. */
	void (*discard)(weft_channel *c);
	/* Closed, and no send is under way that may yet succeed; NULL: close waits for those. */
	bool (*is_over)(const weft_channel *c);
	size_t (*len)(const weft_channel *c);
	void (*count)(const weft_channel *c, weft_channel_stats *stats);
	/* Drops what is left, gives the memory back. */
	void (*fini)(weft_channel *c);

	/* Of arms, as in weft_arm_kind_; role is that of who waits. */
	bool (*is_ready)(const weft_channel *c, weft_role role, unsigned lane);
	bool (*join)(weft_channel *c, weft_role role, unsigned lane, weft_waiter_ *w);
	void (*leave)(weft_channel *c, weft_role role, unsigned lane, weft_waiter_ *w);
	void (*pass_on)(weft_channel *c, weft_role role, bool takes);
	/* The arms, by weft_role. */
	const weft_arm_kind_ *arms[2];
} weft_channel_kind_;

extern const weft_channel_kind_ weft_channel_indexed_;
extern const weft_channel_kind_ weft_channel_lanes_;
extern const weft_channel_kind_ weft_channel_lock_free_;
extern const weft_channel_kind_ weft_channel_lock_free_unbounded_;
/* Arms, by role, that are tried once they are woken; lanes.c has those that hand over. */
extern const weft_arm_kind_ weft_channel_arms_[2];

/* What both have in common. */
weft_status weft_channel_arm_try_(weft_arm *arm);
bool weft_channel_arm_is_ready_(const weft_arm *arm);
bool weft_channel_arm_has_ended_(const weft_arm *arm);
bool weft_channel_arm_join_(weft_arm *arm, weft_waiter_ *w);
void weft_channel_arm_leave_(weft_arm *arm, weft_waiter_ *w);
void weft_channel_arm_pass_on_(weft_arm *arm, bool takes);

/* What a kind's init gets: c with type, allocator, capacity and so on set, the rest zero. */
weft_status weft_channel_indexed_init_(weft_channel *c, const weft_channel_options *o);
weft_status weft_channel_lanes_init_(weft_channel *c, const weft_channel_options *o);
weft_status weft_channel_lock_free_init_(weft_channel *c, const weft_channel_options *o);

/* In place, of indexed channels. want: what n was, then what is given. */
weft_status weft_channel_lend_(weft_channel *c, weft_role role, size_t *n, void **at,
    weft_time deadline);
weft_status weft_channel_return_(weft_channel *c, weft_role role, size_t n);

/* Nothing more will come, or can be sent, by this role. */
bool weft_channel_has_ended_(const weft_channel *c, weft_role role);

/* blocks.c: the slots of an unbounded channel, c->rest_. False: no memory. */
bool weft_channel_blocks_init_(weft_channel *c);
void weft_channel_blocks_fini_(weft_channel *c);

/* fd.c: closes it, if there is one. */
void weft_channel_fd_fini_(weft_channel *c);

/* A deadline that has passed, told without asking the clock: the call only tries. */
#define WEFT_CHANNEL_NOW_ ((weft_time){ INT64_MIN })

/* What the option `stats` counts, beside what the indices tell. Anyone adds. */
typedef struct weft_channel_counts_ {
	weft_atomic_u64 forced_out;
	weft_atomic_u64 discarded;   /* where the receivers' index counts them, too */
	weft_atomic_u64 waits[2], spins[2], sleeps[2];   /* by weft_role */
	weft_atomic_u64 high_water;
} weft_channel_counts_;

/* relaxed: a count orders nothing. */
#define WEFT_CHANNEL_COUNT_(c, what)                                                              \
	do {                                                                                      \
		if (WEFT_UNLIKELY_((c)->counts_ != NULL))                                         \
			weft_fetch_add_relaxed(&(c)->counts_->what, 1);                           \
	} while (0)

static inline void
weft_channel_high_water_(weft_channel *c, uint64_t len)
{
	uint64_t most;

	if (WEFT_LIKELY_(c->counts_ == NULL))
		return;
	/* relaxed: a count orders nothing. */
	most = weft_load_relaxed(&c->counts_->high_water);
	/* relaxed: as above. */
	while (most < len && !weft_cas_relaxed(&c->counts_->high_water, &most, len))
		;
}

static inline bool
weft_channel_closed_now_(const weft_channel *c)
{
	/* A3: what was done before the close; pairs with R3 of indexed, R3 of lanes, R3 of
	 * lock_free. */
	return weft_load_acquire(&c->closed_) != 0;
}

static inline void
weft_channel_drop_(const weft_channel *c, void *v)
{
	if (c->type_->drop != NULL)
		c->type_->drop(v);
}

#endif
