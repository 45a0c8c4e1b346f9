# SPDX-License-Identifier: MIT OR Apache-2.0
# test_check_layers.py: includes up, sideways and out of the house, as check-layers sees them.
from toolcase import ToolCase, main


class CheckLayers(ToolCase):
    tool = 'check-layers'

    def setUp(self):
        super().setUp()
        self.noun('base', 0, 'atomic')
        self.noun('sync', 1, 'park')
        self.noun('queue', 2, 'ring')
        self.noun('counter', 2, 'tally')

    def noun(self, folder, floor, name, header='', source=''):
        self.write(f'src/{folder}/meson.build',
                   f"# floor {floor}\nweft_sources += files('{name}.c')\n"
                   f"weft_headers += files('../../include/weft/{name}.h')\n")
        self.write(f'include/weft/{name}.h', f'#include <stdint.h>\n{header}\n')
        self.write(f'src/{folder}/{name}.c', f'#include <weft/{name}.h>\n{source}\n')

    def test_downward(self):
        self.write('src/base/memory.h', '')
        self.noun('queue', 2, 'ring', '#include "park.h"\n#include "atomic.h"',
                  '#include "memory.h"\n#include <pthread.h>\n#include "../base/memory.h"')
        self.assertIn('9 files on 3 floors', self.accepts())

    def test_upward_and_sideways(self):
        self.noun('sync', 1, 'park', '#include "ring.h"')
        self.noun('counter', 2, 'tally', '', '#include <weft/ring.h>')
        self.refuses(
            'park.h:2: sync (floor 1) cannot include include/weft/ring.h of queue (floor 2)',
            'src/counter/tally.c:2: counter (floor 2) cannot include include/weft/ring.h of queue')

    def test_an_internal_header_has_a_floor_too(self):
        self.write('src/queue/inside.h', '')
        self.noun('sync', 1, 'park', '', '#include "../queue/inside.h"')
        self.refuses('src/sync/park.c:2: sync (floor 1) cannot include src/queue/inside.h')

    def test_weft_h_is_for_users(self):
        self.write('include/weft/weft.h', '#include "ring.h"\n#include "park.h"\n')
        self.accepts()
        self.noun('queue', 2, 'ring', '', '#include <weft/weft.h>')
        self.refuses('src/queue/ring.c:2: weft.h is every floor at once')

    def test_public_headers_stand_alone(self):
        self.write('src/queue/inside.h', '')
        self.noun('queue', 2, 'ring', '#include <pthread.h>\n#include "../../src/queue/inside.h"')
        self.refuses('ring.h:2: a public header includes C11 headers and weft headers, not',
                     'ring.h:3: a public header cannot include src/queue/inside.h')

    def test_a_file_that_is_not_there(self):
        self.noun('queue', 2, 'ring', '', '#include "nowhere.h"')
        self.refuses('src/queue/ring.c:2: "nowhere.h" is no file of weft')

    def test_a_detail_belongs_to_its_noun(self):
        self.write('include/weft/detail/ring_inl.h', '')
        self.noun('queue', 2, 'ring', '#include "detail/ring_inl.h"')
        build = self.root / 'src/queue/meson.build'
        build.write_text(build.read_text() +
                         "weft_details += files('../../include/weft/detail/ring_inl.h')\n")
        self.accepts()
        self.write('src/queue/other.c', '#include <weft/detail/ring_inl.h>\n')
        build.write_text(build.read_text() + "weft_sources += files('other.c')\n")
        self.refuses('src/queue/other.c:1: include/weft/detail/ring_inl.h belongs to ring')

    def test_every_file_is_somebodys(self):
        self.write('src/queue/lost.c', '')
        self.write('include/weft/lost.h', '')
        self.refuses('src/queue/lost.c:1: src/queue/meson.build does not name this file',
                     'include/weft/lost.h:1: no src/<folder>/meson.build names this header')

    def test_a_file_is_nobody_elses(self):
        build = self.root / 'src/counter/meson.build'
        build.write_text(build.read_text() + "weft_headers += files('../../include/weft/ring.h')\n")
        self.refuses('src/queue/meson.build:3: include/weft/ring.h is named by src/counter already',
                     'src/queue/ring.c:1: queue (floor 2) cannot include include/weft/ring.h')

    def test_a_named_file_exists(self):
        (self.root / 'src/queue/ring.c').unlink()
        self.refuses('src/queue/meson.build:2: ring.c is not there')

    def test_a_folder_states_its_floor(self):
        self.write('src/base/meson.build', "weft_sources += files('atomic.c')\n"
                   "weft_headers += files('../../include/weft/atomic.h')\n")
        self.refuses('src/base/meson.build:1: src/base does not state its floor')

    def test_the_platform_is_in_one_place(self):
        self.noun('queue', 2, 'ring', '#ifdef __linux__\n#endif',
                  '#include <sys/mman.h>\n#include <unistd.h>\n#if defined(_WIN32) || 1\n#endif\n'
                  '#if defined(__x86_64__)\n#endif')
        self.refuses('include/weft/ring.h:2: #if on __linux__', 'ring.c:2: <sys/mman.h> belongs in',
                     'ring.c:3: <unistd.h> belongs in', 'ring.c:4: #if on _WIN32',
                     'ring.c:6: #if on __x86_64__')

    def test_and_there_it_may_be(self):
        self.noun('base', 0, 'os_linux', '', '#include <sys/mman.h>\n#ifdef __linux__\n#endif')
        self.noun('sync', 1, 'atomic', '#ifdef __x86_64__\n#endif')
        self.write('include/weft/park.h', '')
        self.write('src/base/atomic.c', '')
        for lost in ('src/base/atomic.c', 'src/sync/park.c', 'include/weft/park.h'):
            (self.root / lost).unlink()
        self.accepts()

    def test_names_are_unique(self):
        self.write('tests/queue/ring.c', '')
        self.refuses('tests/queue/ring.c:1: has the name of src/queue/ring.c')


if __name__ == '__main__':
    main()
