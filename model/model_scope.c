/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_scope.c: scopes through every execution: all are joined, and nobody comes after. */
#include <weft/scope.h>

#include <assert.h>

#include "support/script.h"

/*
 * main declares a scope and acts on it. What its threads do is plain, so that what a join does
 * not bring is a race; so is the scope's memory, which main writes when it has left.
 */
static weft_scope scope;

enum { MOST = 4 };
static struct body {
	unsigned number;             /* by order of spawning */
	bool fails, looks;
	struct body *child;          /* NULL; else one that it spawns */
	unsigned ran;
} bodies[MOST];
static unsigned spawned, first_failed;
/* Those that bodies spawn: one each. */
static struct body children[MOST];

static weft_status body_run(struct body *b);
WEFT_THREAD(body, struct body, body_run);

static weft_status
body_run(struct body *b)
{
	b->ran++;
	if (b->child != NULL)
		assert(body_spawn(&scope, b->child) == WEFT_OK);
	/* What a thread did before it failed happened before whoever sees that it is to stop. */
	if (b->looks && weft_cancel_is_set(&scope.stop) && scope.stop_on_error)
		assert(bodies[0].ran == 1);
	return b->fails ? weft_user((int)b->number) : WEFT_OK;
}

static void
init(const struct script *s)
{
	scope = (weft_scope){ .stop_on_error = s->variant == 1 };
	for (unsigned i = 0; i < MOST; i++) {
		bodies[i] = (struct body){ .number = i };
		children[i] = (struct body){ .number = MOST + i };
	}
	spawned = 0;
	first_failed = MOST;
}

static void
spawn(bool fails, bool looks)
{
	struct body *b = &bodies[spawned];

	b->fails = fails;
	b->looks = looks;
	if (fails && first_failed == MOST)
		first_failed = spawned;
	spawned++;
	assert(body_spawn(&scope, b) == WEFT_OK);
}

/* Whoever is spawned from inside comes later than who spawns it, so its failure counts less. */
static void
spawn_parent(bool fails)
{
	struct body *b = &bodies[spawned];

	b->child = &children[spawned];
	b->child->fails = fails;
	spawn(fails, false);
}

static void
join(void)
{
	unsigned ran = 0;
	weft_status status = weft_scope_join(&scope);

	assert(status == (first_failed == MOST ? WEFT_OK : weft_user((int)first_failed)));
	for (unsigned i = 0; i < MOST; i++) {
		ran += bodies[i].ran;
		assert(children[i].ran == (bodies[i].child != NULL));
	}
	assert(ran == spawned);
	assert(!weft_cancel_is_set(&scope.stop));
	first_failed = MOST;
}

static void
act(unsigned row, char letter)
{
	(void)row;
	switch (letter) {
	case 's':
		spawn(false, false);
		break;
	case 'f':
		spawn(true, false);
		break;
	case 'l':
		spawn(false, true);
		break;
	case 'i':
		spawn_parent(false);
		break;
	case 'I':
		spawn_parent(true);
		break;
	case 'a':
		weft_scope_stop(&scope);
		break;
	case 'j':
		join();
		break;
	case 'x':
		/* The memory is main's again. */
		join();
		scope = (weft_scope){ .process_ = 7 };
		break;
	}
}

static const struct script_subject subject = { .init = init, .act = act };

/*
 * s spawns a thread, f one that fails, l one that looks whether it is to stop; i spawns one that
 * spawns another, I one that fails like the one it spawns. a asks them to stop; j joins, x joins
 * and uses the memory for something else.
 */
static const struct script scripts[] = {
	{ "1s", .before = "sx" },
	{ "2s", .before = "ssx" },
	{ "3s", .before = "sssx" },
	{ "inside", .before = "ix" },
	{ "inside-2", .before = "isx" },
	{ "inside-rounds", .before = "ijsx" },
	{ "inside-f", .before = "Ix" },
	{ "rounds", .before = "sjsjx" },
	{ "2f", .before = "ffx" },
	{ "stop", .before = "slax" },
	{ "error", .before = "flx", .variant = 1 },
	{ "error-twice", .before = "fljfx", .variant = 1 },
};

int
main(int argc, char **argv)
{
	return script_main(argc, argv, &subject, scripts, SCRIPT_COUNT(scripts));
}
