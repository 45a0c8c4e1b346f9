/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* task_spawn_other.c: a task is given another's context. */
/*
 * gcc: passing argument 2 of 'parse_spawn' from incompatible pointer type
 * clang: incompatible pointer types passing 'struct other \*' to parameter of type 'struct file \*'
 * g++: cannot convert 'other\*' to 'file\*'
 * clang++: no matching function for call
 */
#include <weft/pool.h>

struct file {
	int id;
};

struct other {
	double price;
};

static weft_status
parse_file(struct file *f)
{
	return f->id > 0 ? WEFT_OK : WEFT_INVALID;
}

WEFT_TRY_TASK(parse, struct file, parse_file);

void
start(weft_tasks *t, struct file *f, struct other *o)
{
	(void)f;
	(void)o;
#ifdef RIGHT
	parse_spawn(t, f);
#else
	parse_spawn(t, o);
#endif
}
