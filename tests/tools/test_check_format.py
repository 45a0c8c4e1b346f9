# SPDX-License-Identifier: MIT OR Apache-2.0
# test_check_format.py: C laid out well and badly, as check-format sees it.
import shutil
import unittest

from toolcase import TOOLS, ToolCase, main

GOOD = '''#define TABLE(X)  X(a)    \\
	X(b)

typedef struct weft_ring {
	long tail;          /* written by the producer */
	long n;             /* how many                */
} weft_ring;

bool
weft_ring_push_something_long(weft_ring *q, const weft_type *type, const void *value, size_t bytes,
    size_t n)
{
	long tail = q->tail;

	if (tail - q->n == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		more_of(q, i);
	return tail != 0 && weft_ring_is_something_that_takes_a_long_line(q, type, value, bytes) &&
	    other();
}

/* clang-format off: a table reads best as one. */
static const int t[] = { 1,  2,
                         10, 20 };
/* clang-format on */
'''


@unittest.skipUnless(shutil.which('clang-format-14'), 'clang-format 14 is not here')
class CheckFormat(ToolCase):
    tool = 'check-format'

    def setUp(self):
        super().setUp()
        self.write('.clang-format', (TOOLS.parent / '.clang-format').read_text())

    def test_the_house_style(self):
        self.write('src/a.c', GOOD)
        self.accepts()

    def test_what_is_not_it(self):
        for good, bad in (('\treturn false;', '        return false;'),
                          ('bool\nweft', 'bool weft'), ('weft_ring *q,', 'weft_ring* q,'),
                          ('if (', 'if('), ('\tlong tail', '\t\tlong tail'),
                          ('(q, type, value, bytes)', '(\n\t    q, type, value, bytes)')):
            self.write('src/a.c', GOOD.replace(good, bad, 1))
            code, said = self.run_tool()
            self.assertEqual(code, 1, bad)
            self.assertIn('clang-format writes: ', said)

    def test_breaks_are_left_to_the_hand(self):
        self.write('src/a.c', GOOD.replace('tail != 0 && ', 'tail != 0 &&\n\t    ')
                   + 'static const struct t { int a, b; } table[] = { { 1, 2 },\n\t{ 3, 4 } };\n'
                   'static int f(void) { return 1; }\nint\n(weft_f)(void)\n{\n\treturn 1;\n}\n')
        self.accepts()

    def test_long_lines_break(self):
        long = '\treturn weft_ring_is_something(q, type, value, bytes) &&' + ' more_of(q) &&' * 4
        self.write('src/a.c', f'int\nf(void)\n{{\n{long} other();\n}}\n')
        self.refuses('src/a.c:4: clang-format writes: more_of(q) && more_of(q) && other()')
        self.accepts('--fix')
        self.accepts()

    def test_fix(self):
        bad = GOOD.replace('if (', 'if(').replace('\tlong tail =', '  long tail  =')
        self.write('src/a.c', bad)
        self.accepts('--fix')
        self.accepts()
        self.assertEqual((self.root / 'src/a.c').read_text(), GOOD)


if __name__ == '__main__':
    main()
