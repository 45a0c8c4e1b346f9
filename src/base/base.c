/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* base.c: what a status is called, and the end of a program whose call must succeed. */
#include <weft/base.h>

#include <string.h>

void
WEFT_ABI_(void)
{
	/* Its name is all it is for. */
}

/*
 * Statuses count from 0 without gaps, up to WEFT_USER; a table per question, both made
 * of the list in the header.
 */
static const char *const names[] = {
#define NAME(name, text) "WEFT_" #name,
	WEFT_STATUSES(NAME)
#undef NAME
};

static const char *const texts[] = {
#define TEXT(name, text) text,
	WEFT_STATUSES(TEXT)
#undef TEXT
};

const char *
weft_status_name(weft_status s)
{
	if ((size_t)s < WEFT_COUNT(names))
		return names[s];
	return s >= WEFT_USER ? "WEFT_USER" : "not a weft_status";
}

const char *
weft_status_text(weft_status s)
{
	if ((size_t)s < WEFT_COUNT(texts))
		return texts[s];
	return s >= WEFT_USER ? "a status of the program's" : "no status has this number";
}

void
weft_must_(weft_status s, const char *call, const char *file, int line)
{
	if (s == WEFT_OK)
		return;
	if (s >= WEFT_USER)
		fprintf(stderr, "%s:%d: %s: WEFT_USER + %d\n", file, line, call, weft_user_code(s));
	else
		fprintf(stderr, "%s:%d: %s: %s: %s\n", file, line, call, weft_status_name(s),
		    weft_status_text(s));
	exit(1);
}

weft_bytes
weft_bytes_of(const char *text)
{
	weft_bytes b = { text, text == NULL ? 0 : strlen(text) };

	return b;
}
