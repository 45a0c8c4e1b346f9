/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_used_after_free.c: one thread, one pointer, one look too many. */
/* expect: use-after-free */
#include <pthread.h>
#include <stdlib.h>

struct node {
	struct node *next;
};

static struct node *volatile list;

static void
free_all(void)
{
	for (struct node *n = list, *next; n != NULL; n = next) {
		next = n->next;
		free(n);
#ifndef RIGHT
		next = list->next;
#endif
	}
}

int
main(void)
{
	for (int i = 0; i < 2; i++) {
		struct node *n = malloc(sizeof *n);

		n->next = list;
		list = n;
	}
	free_all();
	return 0;
}
