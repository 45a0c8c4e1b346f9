/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * model_lf_ring.c: one of the two rings of lf_queue by itself, through every execution: what a
 * thread does that stands still in the middle of a call, and patience that is used up.
 */
#include <stdint.h>

/* As much as the script allows: too little for others, but proven enough for this one. */
static int64_t patience;
#define WEFT_LF_QUEUE_PATIENCE_(entries) patience

#include <weft/lf_queue.h>

#include <assert.h>

#include "support/script.h"

WEFT_LF_QUEUE(places, uint64_t);

#define CAPACITY 2

static places queue;
static uint64_t memory[WEFT_LF_QUEUE_BYTES(uint64_t, CAPACITY) / sizeof(uint64_t)];
static uint64_t stopped;   /* the ticket of a take that stands still */

static void
init(const struct script *s)
{
	patience = s->variant;
	if (places_init_over(&queue, memory, sizeof memory, CAPACITY) != WEFT_OK)
		abort();
}

static bool
took(unsigned row, uint64_t number)
{
	bool is = number != queue.raw.mask_;

	answer_did(row, is ? ANSWER_POP : ANSWER_EMPTY, is ? number : 0);
	return is;
}

static bool
take(unsigned row)
{
	return took(row, weft_lf_queue_take_(&queue.raw, &queue.raw.full_));
}

/* A take of that number that goes no further than to get its ticket. */
static void
take_and_stop(unsigned row, uint64_t number)
{
	stopped = weft_fetch_add_seq_cst(&queue.raw.full_.head_, 1);
	answer_did(row, ANSWER_POP, number);
}

static void
go_on(uint64_t number)
{
	weft_lf_queue_ring_ *ring = &queue.raw.full_;

	assert(weft_lf_queue_visit_(&queue.raw, &ring->entries_[stopped & queue.raw.mask_],
		   weft_lf_queue_cycle_(&queue.raw, stopped)) == number);
}

static void
act(unsigned row, char letter)
{
	switch (letter) {
	case '0':
	case '1':
		weft_lf_queue_put_(&queue.raw, &queue.raw.full_, (uint64_t)(letter - '0'));
		answer_did(row, ANSWER_PUSH, (uint64_t)(letter - '0'));
		break;
	case 't':
		(void)take(row);
		break;
	case 'g':
		(void)took(row, weft_lf_queue_take_tickets_(&queue.raw, &queue.raw.full_));
		break;
	case 'e':
		answer_did(row, weft_lf_queue_ring_is_empty_(&queue.raw, &queue.raw.full_)
		        ? ANSWER_EMPTY : ANSWER_SOME, 0);
		break;
	case 'x':
		(void)weft_fetch_add_seq_cst(&queue.raw.full_.tail_, 1);
		break;
	case 'k':
		take_and_stop(row, 0);
		break;
	case 'r':
		go_on(0);
		break;
	case 'D':
		while (take(row))
			;
		break;
	}
}

static const struct script_subject subject = {
	.init = init, .act = act, .step = answer_queue, .unbounded = true
};

/*
 * 0, 1: that number is put. t takes; g: a take that looked whether there is anything `before`. x:
 * a put gets a ticket, and stands still; k: a take does so that will get 0, and r is the rest of
 * it. e is_empty. D drains. variant: patience, at least the most tickets that may be futile
 * between a put and the take of its number.
 */
static const struct script scripts[] = {
	{ "2p", 0, .threads = { "0", "1" }, .after = "D", .variant = 8 },
	{ "1p1c", 0, .threads = { "01", "tt" }, .after = "D", .variant = 2 },
	{ "chase", 0, .threads = { "0", "t" }, .before = "0t", .after = "D", .variant = 1 },
	{ "unsafe", 0, .threads = { "r", "1", "t" }, .before = "01kt1t1t", .after = "D",
	  .variant = 8 },
	{ "catch-up", 0, .threads = { "g", "g", "0" }, .before = "0txx", .after = "D",
	  .variant = 2 },
	{ "flag-spent", 0, .threads = { "1_2", "^g", "t" }, .before = "0", .after = "D",
	  .variant = 8 },
	{ "flag-stands", 0, .threads = { "1_2", "^g", "g" }, .before = "0x", .after = "D",
	  .variant = 8 },
	{ "flag-used-up", 0, .threads = { "t_2", "^t", "t" }, .before = "0", .after = "D",
	  .variant = 0 },
	{ "flag-used-up-2", 0, .threads = { "t_2", "^t", "t" }, .before = "0xx", .after = "D",
	  .variant = 0 },
	{ "flag-used-up-3", 0, .threads = { "t_2", "^t", "t" }, .before = "0tx0xx", .after = "D",
	  .variant = 1 },
	{ "look", 0, .threads = { "1!", "?1t", "e" }, .before = "0", .after = "D", .variant = 8 },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
