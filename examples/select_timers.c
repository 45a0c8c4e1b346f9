/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * select_timers.c: a server: jobs come in, replies go out, a line now and then, and an end.
 *
 * All that may happen next stands in one array. The arm of the reply is off while there is
 * nothing to say, and that of the job while a reply has not gone out.
 */
#include <pthread.h>
#include <stdio.h>
#include <weft/channel.h>

#define JOBS 200

struct job {
	int id;
};

struct reply {
	int id, square;
};

WEFT_CHANNEL(jobs, struct job);
WEFT_CHANNEL(replies, struct reply);

struct server {
	jobs in;
	replies out;
	weft_cancel stop;
	int served;
};

static void *
serve(void *arg)
{
	struct server *s = arg;
	struct job job;
	struct reply reply;
	weft_timer tick = weft_timer_tick(WEFT_MS(20));
	weft_timer end = weft_timer_after(WEFT_S(60));
	enum { JOB, REPLY, TICK, END, STOP };
	weft_arm arms[] = {
		[JOB] = jobs_recv_arm(&s->in, &job),
		[REPLY] = { 0 }, /* off: there is nothing to say yet */
		[TICK] = weft_timer_arm(&tick, NULL),
		[END] = weft_timer_arm(&end, NULL),
		[STOP] = weft_cancel_arm(&s->stop),
	};

	for (int won; (won = weft_select(arms, WEFT_COUNT(arms))) >= 0;)
		switch (won) {
		case JOB:
			if (arms[JOB].status == WEFT_CLOSED)
				break; /* the arm is off from now on */
			reply = (struct reply){ job.id, job.id * job.id };
			weft_arm_off(&arms[JOB]);
			arms[REPLY] = replies_send_arm(&s->out, &reply);
			break;
		case REPLY:
			s->served++;
			weft_arm_off(&arms[REPLY]);
			arms[JOB] = jobs_recv_arm(&s->in, &job);
			break;
		case TICK:
			printf("%d served\n", s->served);
			break;
		case END:
		case STOP:
			replies_close(&s->out);
			return NULL;
		}
	return NULL;
}

int
main(void)
{
	struct server s = { .served = 0 };
	struct reply reply;
	pthread_t thread;
	int right = 0;

	weft_must(jobs_init(&s.in, 10));
	weft_must(replies_init(&s.out, 0));
	if (pthread_create(&thread, NULL, serve, &s) != 0)
		return 1;
	for (int i = 0; i < JOBS; i++) {
		weft_must(jobs_send(&s.in, (struct job){ i }));
		weft_must(replies_recv(&s.out, &reply));
		right += reply.id == i && reply.square == i * i;
		if (i % 50 == 0)
			weft_sleep_until(weft_after_ms(25));
	}
	weft_cancel_set(&s.stop);
	pthread_join(thread, NULL);
	printf("%d of %d replies are right\n", right, JOBS);
	jobs_fini(&s.in);
	replies_fini(&s.out);
	return right == JOBS && s.served == JOBS ? 0 : 1;
}
