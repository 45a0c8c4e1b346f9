/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_hand_over.c: the step of a select in which it meets another, or joins; of many at once. */
#include "../src/channel/select.c"

#include <assert.h>
#include <weft/channel.h>

#include "support/script.h"

WEFT_CHANNEL(jobs, uint64_t);

/*
 * Selects of two arms on rendezvous channels: what lies between their first tries, in which
 * none could happen, and their sleep. Tries and sleep are in model_select.c.
 */
static jobs channels[ANSWER_ROWS];

static struct selecting {
	weft_arm arms[2];     /* a send, a receive */
	choice choice;
	asleep asleep;
	weft_park_node_ node;
	uint64_t out, in;
	unsigned to, from;
	int won;              /* the arm that happened, or NOBODY */
	bool began, left;
} selects[ANSWER_ROWS];

static void
init(const struct script *s)
{
	(void)s;
	for (unsigned i = 0; i < ANSWER_ROWS; i++)
		if (jobs_init(&channels[i], 0) != WEFT_OK)
			abort();
}

static void
begin(unsigned row, unsigned to, unsigned from)
{
	struct selecting *s = &selects[row];

	s->began = true;
	s->to = to;
	s->from = from;
	s->out = script_value(row);
	s->arms[0] = jobs_send_arm(&channels[to], &s->out);
	s->arms[1] = jobs_recv_arm(&channels[from], &s->in);
	s->choice = (choice){ .arms = s->arms, .n = 2, .how = &usual, .deadline = WEFT_FOREVER };
	s->asleep = (asleep){ .wait = { .node = &s->node }, .end = WEFT_FOREVER };
	if (!join_all(&s->choice, &s->asleep))
		abort();
	s->won = hand_over_or_join(&s->choice, &s->asleep);
}

/* As after the sleep: it leaves what it joined, if it joined. */
static void
leave(unsigned row)
{
	struct selecting *s = &selects[row];

	if (s->won < 0)
		/* relaxed: as in claimed(), after a wake; main has joined the threads. */
		s->won = (int)weft_load_relaxed(&s->asleep.wait.won) - 1;
	leave_all(&s->choice, &s->asleep);
	s->left = true;
}

static void
act(unsigned row, char letter)
{
	switch (letter) {
	case 'o':
	case 'O':
		/* In a circle of three, or of four. */
		begin(row, row - 1, row % (letter == 'o' ? 3 : 4));
		break;
	case 'a':
		begin(row, 0, 1);
		break;
	case 'b':
		begin(row, 1, 0);
		break;
	case 'l':
		/* One that met another knows it at once. */
		if (selects[row].won >= 0)
			leave(row);
		break;
	}
}

/* Each that sent has one that received, and nobody is left who could have met another. */
static void
check(void)
{
	for (unsigned row = 0; row < ANSWER_ROWS; row++)
		if (selects[row].began && !selects[row].left)
			leave(row);
	for (unsigned i = 0; i < ANSWER_ROWS; i++)
		for (unsigned k = 0; k < ANSWER_ROWS; k++) {
			struct selecting *s = &selects[i], *r = &selects[k];

			if (!s->began || !r->began || s->to != r->from)
				continue;
			if (s->won == 0 && r->won == 1 && r->in == s->out)
				s->out = r->in = 0;
			assert(s->won >= 0 || r->won >= 0);
		}
	for (unsigned i = 0; i < ANSWER_ROWS; i++) {
		assert(selects[i].won != 0 || selects[i].out == 0 || !selects[i].began);
		assert(selects[i].won != 1 || selects[i].in == 0);
		jobs_fini(&channels[i]);
	}
}

static const struct script_subject subject = { .init = init, .act = act, .fini = check };

/*
 * o, O: a select that sends to the one before it and receives from the one after it, in a circle of
 * three or four; a sends to X and receives from Y, b the other way round. l: it leaves, if it met
 * another; else main does so for it.
 */
static const struct script scripts[] = {
	{ "meet", 0, .threads = { "al", "bl" } },
	{ "circle", 0, .threads = { "ol", "ol", "ol" } },
	{ "circle-4", 0, .threads = { "O", "O", "O", "O" } },
	{ "two-one", 0, .threads = { "al", "bl", "al" } },
	{ "two-two", 0, .threads = { "a", "b", "a", "b" } },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
