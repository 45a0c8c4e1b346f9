/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* source.h: the names that the program's text has for its addresses. */
#ifndef WEFT_MODEL_SOURCE_H
#define WEFT_MODEL_SOURCE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A place in the text that a call comes from. Where functions were inlined, each is a
 * frame of its own, innermost first.
 */
struct frame_name {
	char function[64];
	char file[96];		/* without its folder */
	unsigned line;		/* 0: not known */
};

struct place {
	uintptr_t caller;	/* a return address: the call is before it */
	unsigned n_frames;
	struct frame_name frames[8];
};

/* Asks addr2line once for all of them, by their `caller`. Nothing is known without it. */
void places_find(struct place *places, size_t n);

/*
 * The frame that tells a reader most: the innermost one, but for headers that only wrap
 * what is called (options.atomics, weft/model.h). Null: nothing is known.
 */
const struct frame_name *place_frame(const struct place *place);

/*
 * The variable that the address is of, as `name`, `name+8`, or what else can be said of
 * it. Returns text.
 */
const char *object_name(uintptr_t address, char *text, size_t size);

#endif
