/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused.c: functions that the model has no answer for are refused by name. */

/*
 * Whoever calls one of these gets a sentence and an end, rather than an execution that
 * means nothing. wrapped.txt names them to the linker.
 */
#include "fiber.h"
#include "graph.h"

#define REFUSED(name, why) \
	__attribute__((visibility("default"))) void __wrap_##name(void); \
	void __wrap_##name(void) { refuse(#name " is not modelled: " why); }

#define PROCESS "an execution is one process"
#define OUTSIDE "nothing outside of the program is"
#define SIGNALS "signals are not"

/* clang-format off: a table */
REFUSED(fork, PROCESS)
REFUSED(vfork, PROCESS)
REFUSED(_Fork, PROCESS)
REFUSED(clone, PROCESS)
REFUSED(system, PROCESS)
REFUSED(popen, PROCESS)
REFUSED(posix_spawn, PROCESS)
REFUSED(posix_spawnp, PROCESS)
REFUSED(execl, PROCESS)
REFUSED(execlp, PROCESS)
REFUSED(execv, PROCESS)
REFUSED(execve, PROCESS)
REFUSED(execvp, PROCESS)
REFUSED(wait, PROCESS)
REFUSED(waitpid, PROCESS)

REFUSED(socket, OUTSIDE)
REFUSED(socketpair, OUTSIDE)
REFUSED(accept, OUTSIDE)
REFUSED(accept4, OUTSIDE)
REFUSED(connect, OUTSIDE)
REFUSED(pipe, OUTSIDE)
REFUSED(pipe2, OUTSIDE)
REFUSED(poll, OUTSIDE)
REFUSED(ppoll, OUTSIDE)
REFUSED(select, OUTSIDE)
REFUSED(pselect, OUTSIDE)
REFUSED(epoll_create, OUTSIDE)
REFUSED(epoll_create1, OUTSIDE)
REFUSED(eventfd, OUTSIDE)
REFUSED(timerfd_create, OUTSIDE)
REFUSED(signalfd, OUTSIDE)
REFUSED(inotify_init, OUTSIDE)
REFUSED(sem_open, OUTSIDE)
REFUSED(shm_open, OUTSIDE)

REFUSED(signal, SIGNALS)
REFUSED(sigaction, SIGNALS)
REFUSED(sigwait, SIGNALS)
REFUSED(sigsuspend, SIGNALS)
REFUSED(sigtimedwait, SIGNALS)
REFUSED(sigwaitinfo, SIGNALS)
REFUSED(pause, SIGNALS)
REFUSED(kill, SIGNALS)
REFUSED(raise, SIGNALS)
REFUSED(alarm, SIGNALS)
REFUSED(setitimer, SIGNALS)
REFUSED(timer_create, SIGNALS)
REFUSED(pthread_kill, SIGNALS)
REFUSED(pthread_sigqueue, SIGNALS)
REFUSED(pthread_cancel, "cancellation is not")
REFUSED(pthread_setcancelstate, "cancellation is not")
REFUSED(pthread_setcanceltype, "cancellation is not")
REFUSED(pthread_testcancel, "cancellation is not")
REFUSED(pthread_tryjoin_np, "pthread_join is")
REFUSED(pthread_timedjoin_np, "pthread_join is")
REFUSED(pthread_clockjoin_np, "pthread_join is")
/* clang-format on */

/* What is to be done at a fork is never done. */
__attribute__((visibility("default"))) int __wrap_pthread_atfork(void (*)(void), void (*)(void),
    void (*)(void));
int
__wrap_pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	(void)prepare;
	(void)parent;
	(void)child;
	return 0;
}
