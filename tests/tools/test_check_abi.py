# SPDX-License-Identifier: MIT OR Apache-2.0
# test_check_abi.py: layouts that change, and layouts that depend, as check-abi sees them.
import shutil
import subprocess
import unittest

from toolcase import LICENCE, ToolCase, main

HEADER = f'''/* {LICENCE} */
/* weft/ring.h: a ring. */
#ifndef WEFT_RING_H
#define WEFT_RING_H
#include <stdalign.h>
#include <stddef.h>
#define WEFT_ABI_ weft_abi_0
#ifdef __cplusplus
#define WEFT_ASSERT_ static_assert
#define WEFT_0 {{}}
extern "C" {{
#else
#define WEFT_ASSERT_ _Static_assert
#define WEFT_0
#endif
void weft_abi_0(void);
typedef struct weft_ring {{
	long head WEFT_0, *tail;
	void (*drop)(void *v, int n);
	char pad_[4 + 4];
	union {{
		int number;
		char letter;
	}};
	struct weft_ring *next;
}} weft_ring;
#ifdef __cplusplus
}}
#endif
#endif
'''


@unittest.skipUnless(shutil.which('gcc') and shutil.which('nm'), 'no compiler here')
class CheckAbi(ToolCase):
    tool = 'check-abi'
    options = ('--quick',)

    def given(self, *change):
        self.write('include/weft/ring.h', HEADER.replace(*change) if change else HEADER)

    def recorded(self):
        self.given()
        self.accepts('--quick', '--update')

    def test_every_field_is_found(self):
        self.recorded()
        rows = (self.root / 'abi/weft-0.txt').read_text().split('\n')
        self.assertEqual([r for r in rows if not r.startswith('#')], [
            'weft_ring 0 48 8', 'weft_ring.head 0 8 -', 'weft_ring.tail 8 8 -',
            'weft_ring.drop 16 8 -', 'weft_ring.pad_ 24 8 -', 'weft_ring.number 32 4 -',
            'weft_ring.letter 32 1 -', 'weft_ring.next 40 8 -', ''])
        self.accepts()

    def test_a_change(self):
        self.recorded()
        self.given('pad_[4 + 4]', 'pad_[16]')
        self.refuses(
            'abi/weft-0.txt:1: weft_ring was at 0 with 48 bytes, alignment 8; it is at 0 with 56',
            'weft_ring.pad_ was at 24 with 8 bytes', 'weft_ring.number was at 32',
            'weft_ring.letter was at 32', 'weft_ring.next was at 40')
        self.assertIn('broken: weft_ring was at 0', self.accepts('--quick', '--update'))
        self.accepts()

    def test_a_field_less_or_more(self):
        self.recorded()
        self.given('int number', 'int figure')
        self.refuses('weft_ring.number is gone', 'weft_ring.figure is new')

    def test_a_layout_must_not_depend(self):
        for condition, mode in (('NDEBUG', '-DNDEBUG'), ('WEFT_CHECKED', '-DWEFT_CHECKED'),
                                ('__SANITIZE_THREAD__', 'gcc -std=c11 -fsanitize=thread'),
                                ('__cplusplus', 'g++ -std=c++17')):
            self.recorded()
            self.given('\tchar pad_[4 + 4];', f'\tchar pad_[4 +\n#ifdef {condition}\n\t    8 +\n'
                       '#endif\n\t    4];')
            code, said = self.run_tool()
            self.assertEqual(code, 1)
            self.assertRegex(said, r'abi/weft-0.txt:1: weft_ring.pad_ has another layout under .*'
                             + mode.replace('+', r'\+'))

    def test_symbols(self):
        self.given()
        library = self.root / 'libweft.so'

        def build(body):
            subprocess.run(['gcc', '-shared', '-fPIC', '-x', 'c', '-', '-o', library], input=body,
                           text=True, check=True)
        build('int weft_a, weft_b;')
        self.accepts('--quick', '--update', '--library', library)
        self.accepts('--quick', '--library', library)
        build('int weft_a, weft_c;')
        self.refuses('the symbol weft_b is gone', 'the symbol weft_c is new',
                     options=('--quick', '--library', library))


if __name__ == '__main__':
    main()
