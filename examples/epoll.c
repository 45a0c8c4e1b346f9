/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * epoll.c: a channel beside a socket in an epoll loop.
 *
 * The channel's descriptor polls readable when there is something to receive. The loop
 * takes what is there, and arms the descriptor again; so a burst of values wakes it once.
 */
#include <pthread.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <weft/channel.h>

#define JOBS 10000

struct job {
	int id;
};

WEFT_CHANNEL(jobs, struct job);

struct loop {
	jobs queue;
	int sockets[2];
	int received, in_order, wakes;
	char said;
};

static void *
send_jobs(void *arg)
{
	struct loop *l = arg;

	for (int i = 0; i < JOBS; i++)
		if (jobs_send(&l->queue, (struct job){ i }) != WEFT_OK)
			return NULL;
	/* What the socket brings, and then the end. */
	if (write(l->sockets[1], "!", 1) == 1)
		jobs_close(&l->queue);
	return NULL;
}

/* False: the channel is closed, and there is nothing left in it. */
static bool
take_jobs(struct loop *l)
{
	struct job job;
	weft_status s;

	l->wakes++;
	do
		while ((s = jobs_try_recv(&l->queue, &job)) == WEFT_OK)
			l->in_order += job.id == l->received++;
	while (!jobs_fd_arm(&l->queue));
	return s != WEFT_CLOSED;
}

int
main(void)
{
	struct loop l = { .received = 0 };
	struct epoll_event on_job = { .events = EPOLLIN, .data = { .u32 = 1 } };
	struct epoll_event on_socket = { .events = EPOLLIN, .data = { .u32 = 2 } }, e;
	pthread_t sender;
	int epoll = epoll_create1(0);
	bool jobs_come = true;

	weft_must(jobs_init(&l.queue, 100));
	if (epoll < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, l.sockets) != 0 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, jobs_fd(&l.queue), &on_job) != 0 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, l.sockets[0], &on_socket) != 0 ||
	    pthread_create(&sender, NULL, send_jobs, &l) != 0)
		return 1;
	while (jobs_come || l.said != '!') {
		if (epoll_wait(epoll, &e, 1, -1) != 1)
			continue;
		if (e.data.u32 == 2) {
			if (read(l.sockets[0], &l.said, 1) != 1)
				return 1;
		} else if (!take_jobs(&l)) {
			jobs_come = false;
			epoll_ctl(epoll, EPOLL_CTL_DEL, jobs_fd(&l.queue), NULL);
		}
	}
	pthread_join(sender, NULL);
	printf("%d jobs by %d wakes of the loop\n", l.received, l.wakes);
	close(epoll);
	close(l.sockets[0]);
	close(l.sockets[1]);
	jobs_fini(&l.queue);
	return l.received == JOBS && l.in_order == JOBS ? 0 : 1;
}
