/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * batches.c: a logger that writes up to 64 lines at once, none of them later than 5 ms.
 *
 * recv_n_linger waits for the first line as long as it takes, and then 5 ms at most for the
 * batch to fill. So a burst costs few writes, and a lone line is not held back for long.
 */
#include <pthread.h>
#include <stdio.h>
#include <weft/channel.h>

#define THREADS 3
#define EACH 400
#define BATCH 64

struct line {
	char text[48];
};

WEFT_CHANNEL(lines, struct line);

static lines queue;

struct log {
	FILE *file;
	unsigned lines, batches;
};

static void *
write_log(void *arg)
{
	struct log *log = arg;
	struct line batch[BATCH];
	size_t n;

	while ((n = lines_recv_n_linger(&queue, batch, BATCH, WEFT_MS(5), WEFT_FOREVER)) != 0) {
		for (size_t i = 0; i < n; i++)
			fputs(batch[i].text, log->file);
		fflush(log->file);
		log->lines += (unsigned)n;
		log->batches++;
	}
	return NULL; /* closed, and all is written */
}

static void *
work(void *arg)
{
	struct line ten[10];

	for (int i = 0; i < EACH; i += 10) {
		for (int k = 0; k < 10; k++)
			snprintf(ten[k].text, sizeof ten[k].text, "step %d is done\n", i + k);
		if (lines_send_n(&queue, ten, 10) != 10)
			break; /* closed: the logger has gone */
	}
	lines_leave(&queue, WEFT_SENDER);
	return arg;
}

int
main(void)
{
	struct log log = { tmpfile(), 0, 0 };
	pthread_t logger, workers[THREADS];
	unsigned in_file = 0;
	int ch;

	weft_must(lines_init_with(&queue,
	    &(weft_channel_options){ .capacity = 1024, .senders = THREADS }));
	if (log.file == NULL || pthread_create(&logger, NULL, write_log, &log) != 0)
		return 1;
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&workers[i], NULL, work, NULL) != 0)
			return 1;
	for (int i = 0; i < THREADS; i++)
		pthread_join(workers[i], NULL);
	pthread_join(logger, NULL);
	lines_fini(&queue);
	rewind(log.file);
	while ((ch = getc(log.file)) != EOF)
		in_file += ch == '\n';
	fclose(log.file);
	printf("%u lines in %u batches\n", log.lines, log.batches);
	return log.lines == THREADS * EACH && in_file == log.lines ? 0 : 1;
}
