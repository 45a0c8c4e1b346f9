/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* channel_model.h: a plain model of a channel: each lane is an array, its oldest value first. */
#ifndef WEFT_TESTS_CHANNEL_MODEL_H
#define WEFT_TESTS_CHANNEL_MODEL_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <weft/channel.h>
#include <weft/random.h>

/* For the one program that includes it: what it holds is one channel and one model. */
#define LANES 3
#define MOST 2000        /* values of a sequence */
#define BATCH 9
#define BYTES 24

static struct {
	weft_channel_options o;
	size_t size;
	uint64_t values[LANES][MOST];
	size_t len[LANES];
	unsigned lanes, streak;
	bool closed;
	uint32_t joined[2];
	size_t reserved, claimed;
	unsigned char *reserved_at;
	uint64_t sent, received, forced, high_water;
	uint32_t next;               /* values count from 1 */
} m;

static weft_channel c;
static weft_random dice;
static uint64_t seed, answers, reached_full, reached_closed;
static const char *doing = "";
static uint8_t dropped[MOST + 1], must_drop[MOST + 1];

static void
differs(const char *what, uint64_t got, uint64_t wanted)
{
	fprintf(stderr, "%s: %s: %" PRIu64 ", the model says %" PRIu64 ": capacity %zu, lanes %u, "
	    "single %d %d, lock-free %d\nreplay: oracle_channels 1 %" PRIu64 "\n", doing, what,
	    got, wanted, m.o.capacity, m.lanes, m.o.single_sender, m.o.single_receiver,
	    m.o.lock_free, seed);
	exit(1);
}

static void
same(const char *what, uint64_t got, uint64_t wanted)
{
	if (got != wanted)
		differs(what, got, wanted);
	answers++;
}

static uint64_t
below(uint64_t n)
{
	return weft_random_below(&dice, n);
}

/* Values: the number in the first bytes, a pattern of it in the rest. */

static void
put_value(unsigned char *to, uint64_t v)
{
	memset(to, (int)(v * 37 & 0xff), m.size);
	memcpy(to, &v, m.size < sizeof v ? m.size : sizeof v);
}

static uint64_t
get_value(const unsigned char *from)
{
	unsigned char copy[BYTES];
	uint64_t v = 0;

	memcpy(&v, from, m.size < sizeof v ? m.size : sizeof v);
	if (v <= MOST) {
		put_value(copy, v);
		same("the bytes of a value", memcmp(copy, from, m.size) != 0, 0);
	}
	return v;
}

static void
drop(void *v)
{
	uint64_t number = get_value(v);

	if (number > MOST)
		differs("a dropped value", number, 0);
	dropped[number]++;
}

/* The model. */

static size_t
model_len(void)
{
	size_t n = 0;

	for (unsigned i = 0; i < m.lanes; i++)
		n += m.len[i];
	return n;
}

static bool
has_room(unsigned lane)
{
	return m.len[lane] < m.o.capacity;
}

static void
model_send(unsigned lane, uint64_t v)
{
	m.values[lane][m.len[lane]++] = v;
	m.sent++;
	if (model_len() > m.high_water)
		m.high_water = model_len();
}

static unsigned
lane_with_value(unsigned from)
{
	while (from < m.lanes && m.len[from] == 0)
		from++;
	return from;
}

/* Which lane is next, and whether that is out of turn. */
static unsigned
model_lane(bool *passes)
{
	unsigned first = lane_with_value(0), second = lane_with_value(first + 1);

	*passes = second < m.lanes && m.o.lane_patience != 0 && m.streak >= m.o.lane_patience;
	return *passes ? second : first;
}

static uint64_t
model_oldest(void)
{
	bool passes;

	return m.values[model_lane(&passes)][0];
}

static uint64_t
model_take(unsigned lane)
{
	uint64_t v = m.values[lane][0];

	memmove(m.values[lane], m.values[lane] + 1, --m.len[lane] * sizeof v);
	return v;
}

static uint64_t
model_recv(void)
{
	bool passes;
	unsigned lane = model_lane(&passes);

	m.streak = passes || lane_with_value(lane + 1) >= m.lanes ? 0 : m.streak + 1;
	m.received++;
	return model_take(lane);
}

#endif
