/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * letters.c: values that own something, in a queue without a bound.
 *
 * The queue's last argument says how a value is dropped; so what nobody took is freed by
 * fini, and a push that fails leaves the value with whoever pushed it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <weft/seg_queue.h>

struct letter {
	char *text;
};

static unsigned dropped;

static void
letter_drop(struct letter *l)
{
	free(l->text);
	dropped++;
}

WEFT_SEG_QUEUE(inbox, struct letter, letter_drop);

int
main(void)
{
	inbox in;
	struct letter first;

	weft_must(inbox_init(&in));
	for (int i = 0; i < 1000; i++) {
		struct letter l = { malloc(20) };

		if (l.text == NULL)
			return 1;
		snprintf(l.text, 20, "letter %d", i);
		if (!inbox_push(&in, l))
			letter_drop(&l); /* no memory: it is still ours */
	}

	if (inbox_pop(&in, &first)) {
		puts(first.text);
		letter_drop(&first);
	}
	inbox_fini(&in); /* drops the others */
	printf("%u letters were dropped\n", dropped);
	return dropped == 1000 ? 0 : 1;
}
