/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* source.c: the names that the program's text has for its addresses. */
#include "source.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options.h"

/* Where the program lies: link-time addresses are this much lower. */
static uintptr_t
load_address(void)
{
	const struct link_map *first = _r_debug.r_map;

	return first == NULL ? 0 : first->l_addr;
}

/* Functions and lines. */

static const char *
without_folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* The command that asks for all of them: addresses one before, to be inside the call. */
static char *
addr2line_command(const struct place *places, size_t n)
{
	char exe[4096], *command = NULL;
	ssize_t length = readlink("/proc/self/exe", exe, sizeof exe - 1);
	size_t size;
	FILE *out;

	if (length <= 0 || memchr(exe, '\'', (size_t)length) != NULL)
		return NULL;
	exe[length] = '\0';
	out = open_memstream(&command, &size);
	if (out == NULL)
		return NULL;
	fprintf(out, "addr2line -a -f -i -e '%s'", exe);
	for (size_t i = 0; i < n; i++)
		fprintf(out, " %#lx", (unsigned long)(places[i].caller - load_address() - 1));
	fprintf(out, " 2>/dev/null");
	fclose(out);
	return command;
}

/* "folder/file.c:12 (discriminator 3)" */
static void
read_line(struct frame_name *frame, char *text)
{
	char *colon;

	text[strcspn(text, " \n")] = '\0';
	colon = strrchr(text, ':');
	if (colon == NULL)
		return;
	*colon = '\0';
	frame->line = (unsigned)strtoul(colon + 1, NULL, 10);
	snprintf(frame->file, sizeof frame->file, "%.95s", without_folder(text));
}

/* For each address a line with it, then pairs of lines: the function, its file and line. */
static void
read_answer(FILE *answer, struct place *places, size_t n)
{
	char line[4096];
	struct place *place = NULL;
	size_t next = 0;

	while (fgets(line, sizeof line, answer) != NULL) {
		struct frame_name frame = { .line = 0 };

		if (strncmp(line, "0x", 2) == 0) {
			place = next < n ? &places[next++] : NULL;
			continue;
		}
		line[strcspn(line, "\n")] = '\0';
		snprintf(frame.function, sizeof frame.function, "%.63s", line);
		if (fgets(line, sizeof line, answer) == NULL)
			return;
		read_line(&frame, line);
		if (place != NULL && place->n_frames < sizeof place->frames / sizeof frame)
			place->frames[place->n_frames++] = frame;
	}
}

void
places_find(struct place *places, size_t n)
{
	enum { AT_ONCE = 500 };

	for (size_t i = 0; i < n; i++)
		places[i].n_frames = 0;
	for (; n > 0; places += n < AT_ONCE ? n : AT_ONCE, n -= n < AT_ONCE ? n : AT_ONCE) {
		size_t some = n < AT_ONCE ? n : AT_ONCE;
		char *command = addr2line_command(places, some);
		FILE *answer = command == NULL ? NULL : popen(command, "r");

		if (answer != NULL) {
			read_answer(answer, places, some);
			pclose(answer);
		}
		free(command);
	}
}

static bool
only_wraps(const struct frame_name *f)
{
	return strcmp(f->file, options.atomics) == 0 || strcmp(f->file, "model.h") == 0 ||
	    f->line == 0;
}

const struct frame_name *
place_frame(const struct place *place)
{
	unsigned i = 0;

	while (i + 1 < place->n_frames && only_wraps(&place->frames[i]))
		i++;
	return place->n_frames == 0 || place->frames[i].line == 0 ? NULL : &place->frames[i];
}

/* Variables: the symbol table of the program's file. */

static const Elf64_Ehdr *
program_file(void)
{
	static const Elf64_Ehdr *file;
	static int tried;
	struct stat status;
	int fd;
	void *p;

	if (tried++ > 0)
		return file;
	fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) != 0)
		return NULL;
	p = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	file = p == MAP_FAILED ? NULL : p;
	return file;
}

static const void *
at_offset(const Elf64_Ehdr *file, uint64_t offset)
{
	return (const char *)file + offset;
}

static const Elf64_Shdr *
symbol_table(const Elf64_Ehdr *file)
{
	const Elf64_Shdr *sections = at_offset(file, file->e_shoff);

	for (unsigned i = 0; i < file->e_shnum; i++)
		if (sections[i].sh_type == SHT_SYMTAB)
			return &sections[i];
	return NULL;
}

const char *
object_name(uintptr_t address, char *text, size_t size)
{
	const Elf64_Ehdr *file = program_file();
	const Elf64_Shdr *table = file == NULL ? NULL : symbol_table(file);
	const Elf64_Shdr *sections;
	const Elf64_Sym *symbols;
	uint64_t inside = address - load_address();

	snprintf(text, size, "%#lx", (unsigned long)address);
	if (table == NULL)
		return text;
	sections = at_offset(file, file->e_shoff);
	symbols = at_offset(file, table->sh_offset);
	for (uint64_t i = 0; i < table->sh_size / sizeof *symbols; i++) {
		const Elf64_Sym *s = &symbols[i];
		const char *name;

		if (ELF64_ST_TYPE(s->st_info) != STT_OBJECT || inside < s->st_value ||
		    inside >= s->st_value + s->st_size)
			continue;
		name = at_offset(file, sections[table->sh_link].sh_offset + s->st_name);
		if (inside == s->st_value)
			snprintf(text, size, "%s", name);
		else
			snprintf(text, size, "%s+%lu", name,
			    (unsigned long)(inside - s->st_value));
		break;
	}
	return text;
}
