#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# test_gate_files.py: weft-model-gate says what is wrong with a file, and where.
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

GATE = sys.argv.pop(1)
SB = {'id': 'SB', 'values': ['r0', 'r1'], 'executions': 4, 'outcomes': ['00', '01', '10', '11'],
      'threads': [['W x relaxed 1', 'R y relaxed r0'], ['W y relaxed 1', 'R x relaxed r1']]}
TEXT = '''P0                  | P1
store x 1 relaxed   | store y 1 relaxed
r0 = load y relaxed | r1 = load x relaxed

executions: 4
allowed: r0 = 0, r1 = 0
'''


def line(**changes):
    """SB with other fields; None takes one away."""
    return json.dumps({k: v for k, v in (SB | changes).items() if v is not None})


def op(text):
    return line(threads=[[text]], values=['x'], outcomes=['0'])


class GateFiles(unittest.TestCase):
    def gate(self, text, *options, suffix='.jsonl'):
        with tempfile.NamedTemporaryFile('w', suffix=suffix) as f:
            f.write(text)
            f.flush()
            r = subprocess.run([GATE, *options, f.name], capture_output=True, text=True, timeout=60)
            return r.returncode, r.stdout, r.stderr.replace(f.name, 'FILE')

    def refuses(self, text, sentence, number=1, suffix='.jsonl'):
        status, _, said = self.gate(text, suffix=suffix)
        self.assertEqual((status, said.startswith(f'FILE:{number}: '), sentence in said),
                         (3, True, True), said)

    def test_right(self):
        status, out, _ = self.gate(line() + '\n\n' + line(id='again') + '\n')
        self.assertEqual(status, 0)
        self.assertEqual(out.splitlines()[-1], 'gate: 2 programs, 0 missed, 0 extra, '
                         '8 executions (0 differ, 0 met twice)')

    def test_no_line_feed_at_the_end(self):
        self.assertEqual(self.gate(line())[0], 0)

    def test_disagrees(self):
        for text, counts in ((line(outcomes=['00', '01', '10']), '0 missed, 1 extra'),
                             (line(outcomes=['00', '01', '10', '11', '12']), '1 missed, 0 extra'),
                             (line(executions=5), '0 missed, 0 extra')):
            status, out, _ = self.gate(text)
            self.assertEqual((status, counts in out.splitlines()[-1]), (1, True), out)

    def test_only(self):
        status, out, _ = self.gate(line() + '\n' + line(id='b', executions=9), '--only', 'SB')
        self.assertEqual(status, 0)
        self.assertEqual(out.splitlines()[:2], ['r0 = 0, r1 = 0', 'r0 = 0, r1 = 1'])

    def test_no_program(self):
        for text in ('', '\n\n'):
            self.assertEqual(self.gate(text)[0], 3)
        self.assertEqual(self.gate(line(), '--only', 'nothing')[0], 3)
        self.assertEqual(self.gate(line(), '--what')[0], 3)
        no_file = subprocess.run([GATE, '/nonexistent/file'], capture_output=True)
        self.assertEqual(no_file.returncode, 3)

    def test_operations(self):
        for text in ('Q x relaxed', 'R', '', 'R x relaxed', 'R x relaxed r0 r1', 'F',
                     'RR x relaxed r0'):
            self.refuses(op(text), f'"{text}" is no operation')
        self.refuses(op('R x consume r0'), '"consume" is no order')
        self.refuses(op('R x release r0'), 'A load cannot release')
        self.refuses(op('W x acquire 1'), 'nor a store acquire')
        self.refuses(op('C x relaxed 0 1 r0 release'), 'cannot release')
        self.refuses(op('R r0 relaxed r0'), 'is no location')
        self.refuses(op('R x relaxed x'), 'is no register')
        self.refuses(op('R x relaxed r64'), 'is no register')
        self.refuses(op('W x relaxed 16'), 'is no value')
        self.refuses(op('W x relaxed -1'), 'is no value')
        self.refuses(op('O 0 r0'), 'something to choose from')
        self.refuses(op('R x relaxed ' + 'r' * 40), 'no operation')
        self.refuses(op(' '.join('a' * 20)), 'no operation')

    def test_too_much(self):
        self.refuses(line(threads=[['F seq_cst'] * 25]), 'more than 24 operations')
        self.refuses(line(threads=[['F seq_cst']] * 17), 'more than 16 threads')
        self.refuses(line(id='a' * 64), 'too long')
        self.refuses(line(threads=[['W x relaxed ' + '1' * 200]]), 'too long')
        letters = 'abcdefghijklmnopq'
        self.refuses(line(threads=[[f'W {c} relaxed 1'] for c in letters[:8]] +
                          [[f'W {c} relaxed 1' for c in letters[8:]]]), 'more than 16 locations')
        self.refuses(line(threads=[[f'O 1 r{i}' for i in range(17)]],
                          values=[f'r{i}' for i in range(17)]), 'more than 16 values')

    def test_fields(self):
        for field in SB:
            self.refuses('\n' + line(**{field: None}), f'The field "{field}" is missing', 2)
        self.refuses(line(more=1), '"more" is not known')
        self.refuses('{"id":"a","id":"b"}', 'there twice')
        self.refuses(line(executions=0), 'no number of executions')
        self.refuses(line(outcomes=['00', '0']), 'not as long')
        self.refuses(line(outcomes=['0g']), 'no outcome')
        self.refuses(line(outcomes=[]), '0 digits for 2 values')
        self.refuses(line(values=['r0']), '2 digits for 1 values')
        self.refuses(line(values=['r0', 'r0']), 'there twice')
        self.refuses(line(values=['r0', 'r7']), 'No operation gives a value to r7')
        self.refuses(line(threads=[['R x relaxed r0'], ['R x relaxed r0']]), 'Two operations')
        self.refuses(line(threads=[]), 'no threads')

    def test_json(self):
        for text in ('{', '[]', '{"id"', '{"id":"a', '{"id":"a\\n"}', '{"id":1}', '{"id":"a",}',
                     line() + ' x', line()[:-1]):
            self.refuses(text, '')

    def test_text(self):
        self.assertEqual(self.gate(TEXT, suffix='.litmus')[0], 0)
        self.assertEqual(self.gate(TEXT + 'forbidden: r0 = 1', suffix='.litmus')[0], 1)
        self.assertEqual(self.gate(TEXT + 'allowed: r0 = 2', suffix='.litmus')[0], 1)
        self.assertEqual(self.gate(TEXT.replace('4', '3'), suffix='.litmus')[0], 1)
        self.assertEqual(self.gate(TEXT + 'c++20 forbidden: r0 = 1', suffix='.litmus')[0], 0)
        self.assertEqual(self.gate(TEXT + 'c++20 forbidden: r0 = 1', '--sc=c++20',
                                   suffix='.litmus')[0], 1)

    def test_text_refused(self):
        for more, sentence in (('perhaps: r0 = 1', 'not understood'),
                               ('ppc allowed: r0 = 1', 'not understood'),
                               (': r0 = 1', 'not understood'),
                               ('allowed: r0 == 1', 'name = value'),
                               ('allowed: r0', 'name = value'),
                               ('allowed: r0 = 1, r0 = 1', 'there twice'),
                               ('allowed: r9 = 1', 'No operation gives'),
                               ('executions: many', 'a number of executions'),
                               ('load x relaxed | | fence seq_cst', 'more columns than threads'),
                               ('r2 = store x 1 relaxed', 'no operation'),
                               ('fetch x 1 relaxed', 'no operation')):
            with self.subTest(more):
                self.refuses(TEXT + more, sentence, 7, '.litmus')


if __name__ == '__main__':
    unittest.main()
