# SPDX-License-Identifier: MIT OR Apache-2.0
# test_check_spdx.py: heads and looks of files, as check-spdx sees them.
from toolcase import LICENCE, ToolCase, main

HEAD = f'/* {LICENCE} */\n/* a.c: a file. */\n'


class CheckSpdx(ToolCase):
    tool = 'check-spdx'

    def test_good_heads(self):
        self.write('src/a.c', HEAD)
        self.write('src/long.c', f'/* {LICENCE} */\n/*\n * long.c: states its design.\n */\n')
        self.write('tests/b.cc', f'// {LICENCE}\n// b.cc: a file.\n')
        self.write('tools/run', f'#!/bin/sh\n# {LICENCE}\n# run: a script.\n')
        self.write('src/meson.build', f"# {LICENCE}\n")
        self.write('README.md', '# A page\n')
        self.write('LICENSES/MIT.txt', 'The licence itself\n')
        self.assertIn('6 files', self.accepts())

    def test_no_licence(self):
        self.write('src/a.c', '/* a.c: a file. */\n')
        self.write('tools/run', '#!/bin/sh\n# run: a script.\n')
        self.refuses(f'src/a.c:1: line 1 is not `/* {LICENCE} */`',
                     f'tools/run:2: line 2 is not `# {LICENCE}`')

    def test_another_licence(self):
        self.write('src/a.c', HEAD.replace(' OR Apache-2.0', ''))
        self.refuses('src/a.c:1: line 1 is not')

    def test_what_is_it(self):
        self.write('src/a.c', f'/* {LICENCE} */\n#include "a.h"\n')
        self.write('src/b.c', f'/* {LICENCE} */\n/* b.c */\n')
        self.refuses('src/a.c:2: line 2 does not say what the file is',
                     'src/b.c:2: line 2 does not say what the file is')

    def test_columns(self):
        self.write('src/a.c', HEAD + '\t' + 'x' * 92 + '\n')
        self.accepts()
        self.write('src/a.c', HEAD + '\t' + 'x' * 93 + '\n')
        self.refuses('src/a.c:3: has 101 columns')

    def test_blanks_at_the_end(self):
        self.write('src/a.c', HEAD + 'int x; \n\t\n')
        self.refuses('src/a.c:3: has blanks', 'src/a.c:4: has blanks')

    def test_indents(self):
        self.write('src/a.c', HEAD + 'int f(int a,\n    int b);\n\tg(a\n\t    + b);\n /* c */\n')
        self.write('tools/a.py', f'# {LICENCE}\n# a.py: a tool.\nif x:\n    y()\n')
        self.accepts()
        self.write('src/a.c', HEAD + 'int x;\n        int y;\n')
        self.refuses('src/a.c:4: is indented with spaces')

    def test_ends(self):
        self.write('src/a.c', HEAD + 'int x;')
        self.write('src/b.c', HEAD.replace('\n', '\r\n'))
        self.refuses('src/a.c:3: does not end in a line feed', 'src/b.c:1: ends in a carriage',
                     'src/b.c:2: ends in a carriage')


if __name__ == '__main__':
    main()
