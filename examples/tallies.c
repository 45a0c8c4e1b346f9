/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tallies.c: a buffer and a count for each thread that works, merged and dropped at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <weft/local.h>
#include <weft/scope.h>

struct scratch {
	char *buffer;
	long lines;
};

enum { BUFFER = 4096, ITEMS = 1000, THREADS = 4 };

static void
scratch_make(struct scratch *s)
{
	s->buffer = malloc(BUFFER);
}

static void
scratch_drop(struct scratch *s)
{
	free(s->buffer);
}

WEFT_LOCAL(scratches, struct scratch, scratch_make, scratch_drop);

struct work {
	scratches *local;
	weft_atomic_u32 next;        /* the next item that nobody has taken */
};

/* It knows nothing of threads: it asks for its buffer. */
static weft_status
format(uint32_t i, scratches *local)
{
	struct scratch *mine = scratches_get(local);

	if (mine == NULL || mine->buffer == NULL)
		return WEFT_NO_MEMORY;
	snprintf(mine->buffer, BUFFER, "item %u", i);
	mine->lines++;
	return WEFT_OK;
}

static weft_status
work_run(struct work *w)
{
	weft_status status = WEFT_OK;
	uint32_t i;

	/* relaxed: a number that no other thread gets. */
	while (status == WEFT_OK && (i = weft_fetch_add_relaxed(&w->next, 1)) < ITEMS)
		status = format(i, w->local);
	return status;
}
WEFT_THREAD(work, struct work, work_run);

int
main(void)
{
	scratches local = { 0 };
	struct work w = { .local = &local };
	long lines = 0;
	WEFT_SCOPE(s);

	for (int i = 0; i < THREADS; i++)
		weft_must(work_spawn(&s, &w));
	weft_must(weft_scope_join(&s));
	for (struct scratch *each = NULL; (each = scratches_next(&local, each)) != NULL;)
		lines += each->lines;
	printf("%ld lines\n", lines);
	scratches_fini(&local);
	return lines != ITEMS;
}
