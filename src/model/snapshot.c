/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* snapshot.c: the program's writable memory, put back before each run. */

/*
 * A small piece is copied as a whole. Of a large one only pages that were ever written are:
 * all are read-only at first, and the fault of the first write tells.
 */
#include "snapshot.h"

#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "graph.h"

enum { MAX_PIECES = 16, SMALL = 64 << 10 };

static struct piece {
	uintptr_t begin;
	size_t size;
	char *copy;
	uintptr_t watched_from, watched_to;	/* whole pages, of which only the written count */
} pieces[MAX_PIECES];
static unsigned n_pieces;

static uintptr_t *written;
static size_t n_written, room;
static size_t page;

static void
add_piece(uintptr_t begin, uintptr_t end)
{
	struct piece *p = &pieces[n_pieces];

	if (begin >= end)
		return;
	if (n_pieces++ == MAX_PIECES)
		refuse("the program has more than %d writable segments", MAX_PIECES);
	*p = (struct piece){ .begin = begin, .size = end - begin };
	p->copy = mmap(NULL, p->size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p->copy == MAP_FAILED)
		refuse("no memory for a copy of the program's variables");
	memcpy(p->copy, (const void *)begin, p->size);
	if (p->size <= SMALL)
		return;
	p->watched_from = (begin + page - 1) & ~(page - 1);
	p->watched_to = end & ~(page - 1);
	if (mprotect((void *)p->watched_from, p->watched_to - p->watched_from, PROT_READ) != 0)
		refuse("cannot watch the program's variables");
}

static int
find_pieces(struct dl_phdr_info *object, size_t size, void *unused)
{
	uintptr_t relro_begin = 0, relro_end = 0;

	(void)size;
	(void)unused;
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &object->dlpi_phdr[i];

		if (p->p_type != PT_GNU_RELRO)
			continue;
		relro_begin = object->dlpi_addr + p->p_vaddr;
		relro_end = (relro_begin + p->p_memsz + page - 1) & ~(page - 1);
	}
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &object->dlpi_phdr[i];
		uintptr_t begin = object->dlpi_addr + p->p_vaddr, end = begin + p->p_memsz;

		if (p->p_type != PT_LOAD || (p->p_flags & PF_W) == 0)
			continue;
		if (begin >= relro_begin && begin < relro_end)
			begin = relro_end;
		add_piece(begin, end);
	}
	/* The first object is the program itself. */
	return 1;
}

void
snapshot_take(void)
{
	page = (size_t)sysconf(_SC_PAGESIZE);
	dl_iterate_phdr(find_pieces, NULL);
}

static void
restore(const struct piece *p, uintptr_t begin, uintptr_t end)
{
	memcpy((void *)begin, p->copy + (begin - p->begin), end - begin);
}

static const struct piece *
piece_watching(uintptr_t address)
{
	for (unsigned i = 0; i < n_pieces; i++)
		if (address >= pieces[i].watched_from && address < pieces[i].watched_to)
			return &pieces[i];
	return NULL;
}

void
snapshot_restore(void)
{
	for (unsigned i = 0; i < n_pieces; i++) {
		const struct piece *p = &pieces[i];

		if (p->watched_to == 0) {
			restore(p, p->begin, p->begin + p->size);
		} else {
			restore(p, p->begin, p->watched_from);
			restore(p, p->watched_to, p->begin + p->size);
		}
	}
	for (size_t i = 0; i < n_written; i++)
		restore(piece_watching(written[i]), written[i], written[i] + page);
}

bool
snapshot_fault(uintptr_t address)
{
	address &= ~(page - 1);
	if (piece_watching(address) == NULL)
		return false;
	for (size_t i = 0; i < n_written; i++)
		if (written[i] == address)
			return false;
	if (n_written == room) {
		room = room == 0 ? 64 : 2 * room;
		written = realloc(written, room * sizeof *written);
		if (written == NULL)
			refuse("no memory for the list of written pages");
	}
	written[n_written++] = address;
	return mprotect((void *)address, page, PROT_READ | PROT_WRITE) == 0;
}

const char *
snapshot_piece(unsigned nth, size_t *size)
{
	if (nth >= n_pieces)
		return NULL;
	*size = pieces[nth].size;
	return (const char *)pieces[nth].begin;
}
