/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* fiber.c: stacks and thread-local storage of the threads of the program under test. */

/*
 * All threads run on one thread of the system, ours, each on a stack of its own. Thread-local
 * storage works because the thread pointer is changed with the stack: for each thread of the
 * program a real one was started that does nothing but lend its block, with errno and all that
 * libc keeps there.
 */
#include "fiber.h"

#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "retry.h"
#include "thread.h"

struct fiber fibers[MAX_THREADS];
struct fiber *running;
bool exploring;

static void *own_stack;
static uintptr_t own_tls;

/* The program's thread-local variables: as they begin, and where a block has them. */
static struct {
	char *image;		/* of new threads */
	char *main_image;	/* of the first, when it came to us */
	size_t size;
	intptr_t offset;	/* from the thread pointer */
} tls;

static sem_t lent;

static void *
lender(void *fiber)
{
	((struct fiber *)fiber)->tls = context_tls();
	sem_post(&lent);
	for (;;)
		pause();
	return NULL;
}

/* Signals are for the thread that runs the program. */
static void
start_lenders(void)
{
	sigset_t all, before;
	pthread_attr_t attributes;
	pthread_t thread;

	sem_init(&lent, 0, 0);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	/* It holds the thread-local storage, too. */
	pthread_attr_setstacksize(&attributes, 256 << 10);
	for (int i = 0; i < MAX_THREADS; i++)
		if (pthread_create(&thread, &attributes, lender, &fibers[i]) != 0)
			refuse("cannot start threads to borrow thread-local storage from");
	for (int i = 0; i < MAX_THREADS; i++)
		while (sem_wait(&lent) != 0)
			;
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static int
find_tls(struct dl_phdr_info *object, size_t size, void *unused)
{
	(void)size;
	(void)unused;
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &object->dlpi_phdr[i];
		char *block = object->dlpi_tls_data;

		if (p->p_type != PT_TLS || block == NULL)
			continue;
		tls.size = p->p_memsz;
		tls.offset = block - (char *)context_tls();
		tls.image = calloc(2, tls.size);
		if (tls.image == NULL)
			refuse("no memory for thread-local storage");
		memcpy(tls.image, (char *)object->dlpi_addr + p->p_vaddr, p->p_filesz);
		tls.main_image = tls.image + tls.size;
		memcpy(tls.main_image, block, tls.size);
	}
	/* The first object is the program itself. */
	return 1;
}

char *
fiber_tls_block(const struct fiber *f, size_t *size)
{
	*size = tls.size;
	return (char *)f->tls + tls.offset;
}

void
fibers_set_up(void)
{
	size_t guard = (size_t)sysconf(_SC_PAGESIZE);

	dl_iterate_phdr(find_tls, NULL);
	start_lenders();
	own_tls = context_tls();
	for (unsigned i = 0; i < MAX_THREADS; i++) {
		char *stack = mmap(NULL, guard + STACK_SIZE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

		if (stack == MAP_FAILED || mprotect(stack, guard, PROT_NONE) != 0)
			refuse("no memory for the threads' stacks");
		fibers[i].stack = stack + guard;
		fibers[i].id = i;
	}
}

void
fibers_reset(void)
{
	for (int i = 0; i < MAX_THREADS; i++)
		fibers[i].state = UNBORN;
}

/* Where every thread begins, on its own stack. */
static void
begin(void)
{
	struct fiber *f = running;

	errno = 0;
	thread_ends(f->start(f->argument));
}

void
fiber_start(unsigned id, void *(*start)(void *), void *argument)
{
	struct fiber *f = &fibers[id];

	if (tls.size != 0)
		memcpy((char *)f->tls + tls.offset, id == 0 ? tls.main_image : tls.image, tls.size);
	f->state = READY;
	f->stack_pointer = context_new(f->stack + STACK_SIZE, begin);
	f->start = start;
	f->argument = argument;
	f->result = NULL;
	/* BEGIN is its first event. */
	f->done = 1;
	f->hb = &event_of(id, 0)->hb;
	retry_begin(id);
	f->timed = false;
	f->volatile_size = 0;
	f->doing = NULL;
	f->object = 0;
	f->now = 0;
}

void
fiber_switch(struct fiber *to)
{
	struct fiber *from = running;

	running = to;
	context_set_tls(to->tls);
	context_switch(&from->stack_pointer, to->stack_pointer);
}

void
fiber_enter(void)
{
	exploring = true;
	context_set_tls(running->tls);
	context_switch(&own_stack, running->stack_pointer);
	context_set_tls(own_tls);
	exploring = false;
}

void
fiber_enter_at(const struct entry *at, uint64_t low, uint64_t high)
{
	exploring = true;
	context_set_tls(running->tls);
	context_resume(&own_stack, at, low, high);
	context_set_tls(own_tls);
	exploring = false;
}

void
fiber_leave(void)
{
	context_switch(&running->stack_pointer, own_stack);
}
