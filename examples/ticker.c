/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ticker.c: every display sees every price, or knows how many it missed. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <weft/broadcast.h>

struct price {
	char symbol[8];
	double value;
};

WEFT_BROADCAST(prices, struct price);

enum { PRICES = 1000, DISPLAYS = 2 };

struct display {
	const char *name;
	prices_reader reader;
	uint64_t shown, missed;
	double last;
	pthread_t thread;
};

static void *
display(void *arg)
{
	struct display *d = arg;
	struct price p;

	while (prices_recv(&d->reader, &p) == WEFT_OK) {
		d->shown++;
		d->last = p.value;
	}
	d->missed = prices_missed(&d->reader);
	prices_unsubscribe(&d->reader);
	return NULL;
}

int
main(void)
{
	struct display displays[DISPLAYS] = { { .name = "wall" }, { .name = "desk" } };
	struct price p = { "ACME", 0 };
	bool right = true;
	prices feed;

	weft_must(prices_init(&feed, 64));
	for (int i = 0; i < DISPLAYS; i++) {
		prices_subscribe(&feed, &displays[i].reader);
		if (pthread_create(&displays[i].thread, NULL, display, &displays[i]) != 0)
			return 1;
	}
	for (int i = 0; i < PRICES; i++) {
		p.value = 100 + i * 0.01;
		weft_must(prices_send(&feed, p));
	}
	prices_close(&feed);
	for (int i = 0; i < DISPLAYS; i++) {
		struct display *d = &displays[i];

		pthread_join(d->thread, NULL);
		printf("%s: %" PRIu64 " shown, %" PRIu64 " missed, the last was %s %.2f\n", d->name,
		    d->shown, d->missed, p.symbol, d->last);
		/* The last 64 come in any case, the newest among them. */
		right = right && d->shown + d->missed == PRICES && d->last == p.value;
	}
	prices_fini(&feed);
	return right ? 0 : 1;
}
