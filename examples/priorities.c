/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * priorities.c: alarms overtake mail, and mail is not starved.
 *
 * A channel of two lanes: a receiver takes from the most urgent one that has something, but
 * after `lane_patience` alarms in a row, one letter, if any waits.
 */
#include <stdio.h>
#include <weft/channel.h>

enum { ALARM, MAIL, LANES };

#define PATIENCE 4
#define ALARMS 10

struct note {
	int lane, number;
};

WEFT_CHANNEL(notes, struct note);

int
main(void)
{
	weft_channel_options how = { .capacity = 100, .lanes = LANES, .lane_patience = PATIENCE };
	struct note note;
	int next[LANES] = { 0 }, first_letter = -1, taken = 0;
	notes queue;

	weft_must(notes_init_with(&queue, &how));
	for (int i = 0; i < 2; i++)
		weft_must(notes_send_lane(&queue, MAIL, (struct note){ MAIL, i }));
	for (int i = 0; i < ALARMS; i++)
		weft_must(notes_send_lane(&queue, ALARM, (struct note){ ALARM, i }));
	notes_close(&queue);
	for (; notes_recv(&queue, &note) == WEFT_OK; taken++) {
		printf("%s %d\n", note.lane == ALARM ? "alarm" : "letter", note.number);
		if (note.lane == MAIL && first_letter < 0)
			first_letter = taken;
		/* In a lane, in the order in which they were sent. */
		if (note.number != next[note.lane]++)
			return 1;
	}
	notes_fini(&queue);
	return taken == ALARMS + 2 && first_letter == PATIENCE ? 0 : 1;
}
