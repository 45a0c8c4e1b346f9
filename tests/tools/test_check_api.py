# SPDX-License-Identifier: MIT OR Apache-2.0
# test_check_api.py: public names without prose, test, export or twin, as check-api sees them.
import shutil
import subprocess
import unittest

from toolcase import LICENCE, ToolCase, main

HEADER = f'''/* {LICENCE} */
/* weft/ring.h: a ring. */
#define WEFT_RING_H

/*
 * WEFT_RING(r, T) declares r.
 */
typedef struct weft_ring {{
	int n;
}} weft_ring;

/* v points to a value. */
WEFT_API WEFT_MUST_USE bool weft_ring_push(weft_ring *q,
    const void *v);
WEFT_API bool weft_ring_pop(weft_ring *q, void *v);

/* Its length. */
static inline int
weft_ring_len(const weft_ring *q)
{{
	return q->n;
}}

#define WEFT_RING(name, ...) WEFT_RING_GEN_(name, __VA_ARGS__)
#define WEFT_RING_GEN_(name, T) \\
	static inline bool name##_push(name *q, T v) {{ return weft_ring_push(q, &v); }} \\
	static inline bool name##_pop(name *q, T *v) {{ if (q) {{ return name##_inner(q); }} }} \\
	static inline void name##_drop_(void *v) {{ drop(v); }}
'''
TEST = 'WEFT_RING(r, int);\n' \
       'void f(void) { r_push(&q, 1), weft_ring_pop(&q, v), weft_ring_len(&q); }\n'


class CheckApi(ToolCase):
    tool = 'check-api'

    def given(self, header=HEADER, test=TEST):
        self.write('include/weft/ring.h', header)
        self.write('tests/queue/test_ring.c', test)

    def test_all_is_there(self):
        self.given()
        self.assertIn('5 public names, 2 of them exported', self.accepts())

    def test_no_prose(self):
        self.given(HEADER.replace('/* Its length. */', ''))
        self.refuses('include/weft/ring.h:18: weft_ring_len has no prose')
        self.given(HEADER.replace('/* v points to a value. */', ''))
        self.refuses('include/weft/ring.h:13: weft_ring_push has no prose',
                     'include/weft/ring.h:15: weft_ring_pop has no prose')
        self.given(HEADER.replace('WEFT_RING(r, T) declares r', 'A ring'))
        self.refuses('include/weft/ring.h:24: WEFT_RING has no prose')

    def test_no_test(self):
        self.given(test=TEST.replace('r_push', 'r_pull').replace('weft_ring_len', ''))
        self.refuses('ring.h:13: no test mentions weft_ring_push',
                     'ring.h:18: no test mentions weft_ring_len')

    def test_a_test_may_paste_names(self):
        self.given(test='WEFT_RING\n#define T(noun, end) weft_##noun##_push weft_ring_##end\n')
        self.accepts()
        self.given(test='WEFT_RING\n#define T(noun) weft_##noun##_push\n')
        self.refuses('no test mentions weft_ring_pop', 'no test mentions weft_ring_len')

    def test_the_header_matrix_is_no_test(self):
        self.given(test='')
        self.write('tests/headers/all.c', TEST)
        code, said = self.run_tool()
        self.assertEqual(said.count('no test mentions'), 4)

    def test_no_twin(self):
        self.given(HEADER.replace('weft_ring_pop(weft_ring', 'weft_ring_take(weft_ring'),
                   TEST + 'weft_ring_take')
        self.refuses('include/weft/ring.h:27: weft_ring_pop, the untyped twin, is not marked')

    def test_private_names_need_nothing(self):
        self.given(HEADER.replace('/* Its length. */', '')
                   .replace('weft_ring_len', 'weft_ring_len_'))
        self.accepts()

    @unittest.skipUnless(shutil.which('cc') and shutil.which('nm'), 'no compiler here')
    def test_exports(self):
        self.given()
        library = self.root / 'libweft.so'
        for body, sentences in (
                ('int weft_ring_push, weft_ring_pop;', []),
                ('int weft_ring_push;', ['ring.h:15: weft_ring_pop is marked WEFT_API, and the']),
                ('int weft_ring_push, weft_ring_pop, weft_extra, helper;',
                 ['weft_extra is exported, and no header', 'helper is exported: only weft_'])):
            subprocess.run(['cc', '-shared', '-fPIC', '-x', 'c', '-', '-o', library], input=body,
                           text=True, check=True)
            if sentences:
                self.refuses(*sentences, options=('--library', library))
            else:
                self.accepts('--library', library)


if __name__ == '__main__':
    main()
