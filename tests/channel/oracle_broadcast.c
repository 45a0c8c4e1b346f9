/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * oracle_broadcast.c: the same operations of one thread, on a broadcast and on a plain model.
 *
 * The model of a broadcast is all values ever sent, and for each reader the number of the
 * next one. From that everything follows: what it gets, what it has lost, who is in the way,
 * and which objects are still alive.
 *
 * usage: oracle_broadcast [SEQUENCES [SEED]]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <weft/broadcast.h>
#include <weft/random.h>

enum { READERS = 4, LONGEST = 60 };

/* An object that a value owns one of; alive: how many of it there are. */
struct object {
	uint64_t number;
	int alive;
};

static void
object_drop(struct object **v)
{
	(*v)->alive--;
}

static void
object_copy(struct object **to, struct object *const *from)
{
	*to = *from;
	(*to)->alive++;
}

WEFT_BROADCAST(objects, struct object *, object_drop, object_copy);
/* The same values without an owner: 12 bytes, so that the last word is half a one. */
struct plain {
	struct { uint32_t of[3]; } w;
};
WEFT_BROADCAST(plains, struct plain);

static struct {
	uint64_t seed, sequence;
	int step;
} now;

static void
same(const char *what, uint64_t got, uint64_t wanted)
{
	if (got == wanted)
		return;
	fprintf(stderr, "%s gave %" PRIu64 ", the model %" PRIu64 ": seed %" PRIu64
	    ", sequence %" PRIu64
	    ", step %d\n",
	    what, got, wanted, now.seed, now.sequence, now.step);
	exit(1);
}

/* The model, and what it is the model of. */
static struct scene {
	bool owns, lossless, closed;
	uint64_t capacity, sent;
	struct {
		bool is;
		uint64_t next, missed;
	} m[READERS];
	struct object object[LONGEST];
	objects o;
	objects_reader or [READERS];
	plains p;
	plains_reader pr[READERS];
} s;

static uint64_t answers[16];   /* how often each happened, so that a walk that tests little fails */
enum { SENT, LOST, FULL, GOT, NOTHING, ENDED, REFUSED, TO_NOBODY, MISSED, GAVE_UP };

static struct plain
plain_of(uint64_t number)
{
	struct plain v = { { { (uint32_t)number, (uint32_t)number * 3, (uint32_t)number * 7 } } };

	return v;
}

static uint64_t
number_of(struct plain v)
{
	same("a plain value", v.w.of[1] == v.w.of[0] * 3 && v.w.of[2] == v.w.of[0] * 7, true);
	return v.w.of[0];
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static int
model_readers(void)
{
	int n = 0;

	for (int i = 0; i < READERS; i++)
		n += s.m[i].is;
	return n;
}

static uint64_t
model_lowest(void)
{
	uint64_t lowest = s.sent;

	for (int i = 0; i < READERS; i++)
		if (s.m[i].is)
			lowest = least(lowest, s.m[i].next);
	return lowest;
}

/* What falls out of the ring is lost. */
static void
model_send(void)
{
	s.sent++;
	answers[SENT]++;
	for (int i = 0; i < READERS; i++) {
		if (!s.m[i].is || s.sent - s.m[i].next <= s.capacity)
			continue;
		s.m[i].next++;
		s.m[i].missed++;
		answers[LOST]++;
	}
}

/* Of object n there is one in the ring while a reader is to get it. */
static void
check_objects(void)
{
	for (uint64_t n = 0; s.owns && n < s.sent; n++) {
		bool wanted = false;

		for (int i = 0; i < READERS; i++)
			wanted = wanted || (s.m[i].is && s.m[i].next <= n);
		same("the objects alive", (uint64_t)s.object[n].alive, wanted);
	}
}

static void
do_send(weft_random *r)
{
	weft_status wanted = s.closed ? WEFT_CLOSED : WEFT_OK, got;
	bool until = weft_random_below(r, 3) == 0;
	uint64_t n = s.sent;

	if (!s.closed && s.lossless && s.sent - model_lowest() == s.capacity) {
		wanted = until ? WEFT_TIMEOUT : WEFT_FULL;
		answers[FULL]++;
	}
	s.object[n] = (struct object){ n, 1 };
	if (s.owns)
		got = until ? objects_send_until(&s.o, &s.object[n], weft_after_ns(-1))
			    : objects_try_send(&s.o, &s.object[n]);
	else
		got = until ? plains_send_until(&s.p, plain_of(n), weft_after_ns(-1))
			    : plains_try_send(&s.p, plain_of(n));
	same("a send", got, wanted);
	answers[REFUSED] += wanted == WEFT_CLOSED;
	if (wanted != WEFT_OK) {
		same("an object that was not sent", (uint64_t)s.object[n].alive, 1);
		return;
	}
	answers[TO_NOBODY] += model_readers() == 0;
	model_send();
}

static void
do_recv(weft_random *r, int i)
{
	bool until = weft_random_below(r, 3) == 0;
	weft_status wanted = WEFT_OK, got;
	struct plain v = plain_of(99);
	struct object none = { 99, 0 }, *o = &none;

	if (s.m[i].next == s.sent)
		wanted = s.closed ? WEFT_CLOSED : until ? WEFT_TIMEOUT : WEFT_EMPTY;
	if (s.owns)
		got = until ? objects_recv_until(&s.or [i], &o, weft_after_ns(-1))
			    : objects_try_recv(&s.or [i], &o);
	else
		got = until ? plains_recv_until(&s.pr[i], &v, weft_after_ns(-1))
			    : plains_try_recv(&s.pr[i], &v);
	same("a recv", got, wanted);
	same("what it gave", s.owns ? o->number : number_of(v),
	    wanted == WEFT_OK ? s.m[i].next : 99);
	answers[wanted == WEFT_OK ? GOT : wanted == WEFT_CLOSED ? ENDED : NOTHING]++;
	answers[MISSED] += wanted == WEFT_OK && s.m[i].missed > 0;
	if (wanted != WEFT_OK)
		return;
	s.m[i].next++;
	if (s.owns)
		object_drop(&o);
}

static void
do_look(int i)
{
	same("missed", s.owns ? objects_missed(&s.or [i]) : plains_missed(&s.pr[i]),
	    s.m[i].missed);
	same("lag", s.owns ? objects_lag(&s.or [i]) : plains_lag(&s.pr[i]),
	    s.sent - s.m[i].next);
	same("readers", s.owns ? objects_readers(&s.o) : plains_readers(&s.p),
	    (uint64_t)model_readers());
	same("is_closed", s.owns ? objects_is_closed(&s.o) : plains_is_closed(&s.p), s.closed);
}

static void
do_subscribe(int i)
{
	if (s.owns)
		objects_subscribe(&s.o, &s.or [i]);
	else
		plains_subscribe(&s.p, &s.pr[i]);
	s.m[i].is = true;
	s.m[i].next = s.sent;
	s.m[i].missed = 0;
}

static void
do_unsubscribe(int i)
{
	if (s.owns)
		objects_unsubscribe(&s.or [i]);
	else
		plains_unsubscribe(&s.pr[i]);
	answers[GAVE_UP] += s.m[i].next != s.sent;
	s.m[i].is = false;
}

static void
do_close(void)
{
	if (s.owns)
		objects_close(&s.o);
	else
		plains_close(&s.p);
	s.closed = true;
}

static void
step(weft_random *r, uint64_t sends_in_8)
{
	int i = (int)weft_random_below(r, READERS);
	uint64_t kind = weft_random_below(r, 100);

	if (kind == 0 && now.step > LONGEST / 2)
		do_close();
	else if (!s.m[i].is && kind < 50)
		do_subscribe(i);
	else if (!s.m[i].is || kind % 8 < sends_in_8)
		do_send(r);
	else if (kind > 96)
		do_unsubscribe(i);
	else
		do_recv(r, i);
	if (s.m[i].is)
		do_look(i);
	check_objects();
}

static void
walk(void)
{
	weft_random r = weft_random_stream(now.seed, now.sequence);
	weft_broadcast_options options;
	uint64_t sends_in_8 = 1 + weft_random_below(&r, 6);

	memset(&s, 0, sizeof s);
	s.owns = weft_random_below(&r, 2) != 0;
	s.lossless = weft_random_below(&r, 2) != 0;
	s.capacity = 1 + weft_random_below(&r, 8);
	options = (weft_broadcast_options){ .capacity = (size_t)s.capacity,
		.lossless = s.lossless };
	weft_must(s.owns ? objects_init_with(&s.o, &options) : plains_init_with(&s.p, &options));
	for (now.step = 0; now.step < LONGEST; now.step++)
		step(&r, sends_in_8);
	for (int i = 0; i < READERS; i++) {
		if (s.m[i].is)
			do_unsubscribe(i);
		check_objects();
	}
	if (s.owns)
		objects_fini(&s.o);
	else
		plains_fini(&s.p);
	check_objects();
}

int
main(int argc, char **argv)
{
	uint64_t sequences = argc > 1 ? strtoull(argv[1], NULL, 0) : 100000;

	now.seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	for (now.sequence = 0; now.sequence < sequences; now.sequence++)
		walk();
	for (int i = SENT; i <= GAVE_UP; i++) {
		if (answers[i] < sequences / 10) {
			fprintf(stderr, "answer %d came %" PRIu64 " times: too few\n", i,
			    answers[i]);
			return 1;
		}
	}
	printf("oracle: %" PRIu64 " sequences of %d operations, all as the model (seed %" PRIu64
	    "); %" PRIu64 " values sent, %" PRIu64 " received, %" PRIu64 " lost\n", sequences,
	    LONGEST, now.seed, answers[SENT], answers[GOT], answers[LOST]);
	return 0;
}
