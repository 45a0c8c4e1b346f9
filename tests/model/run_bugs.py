#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# run_bugs.py: the checker against small programs: each bug is found, each right twin passes.
"""Compiles and runs the programs of tests/model/ under a checker, and holds it to their words.

Each program says in comments what must be seen:

  /* expect: race */         as it is: this bug is found, the exit status is 1. One of assert,
                             race, deadlock, livelock, use-after-free, overflow, double-free,
                             leak, misuse; or several, any of which will do. With -DRIGHT: it
                             passes, exhaustively, the exit status is 0.
  /* expect: exhaustive */   there is no bug: it passes as it is. `exhaustive 6`: in exactly
                             six executions.
  /* expect: refused: words */  the checker gives up at once: the words are said, and the
                             exit status is neither 0 nor a signal's.
  /* options: -DN=3 */       for the compiler.
  /* run: --spurious */      for the program; a word with = in it is put in its environment.

  run_bugs.py [--cc 'weft-model cc'] [--time SECONDS] [--only WORDS] [--replays N]
              [--options WORDS] [FILE or FOLDER...]

With --replays each bug is found again N times by the token of its report, and at once. With
--options the checker is told so, and `right` twins need not be explored to the end. Several
--cc are tried in turn; the word before a colon names one: --cc 'gcc: weft-model cc'.
The last line is `N passed, N failed`; the exit status is 0 if none failed."""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

# What a report says of each kind of bug; the checker may word it in any of these ways.
WORDS = {
    'assert': r'assert|abort',
    'race': r'data race',
    'deadlock': r'deadlock|lost wake-?up',
    'livelock': r'livelock|spins? for ever|endless',
    'use-after-free': r'use[ -]after[ -]free',
    'overflow': r'overflow|out of bounds|past the end',
    'double-free': r'double[ -]free|freed twice',
    'leak': r'leak',
    'misuse': r'misuse|unlock|destroy',
    'crash': r'crash',
}
EXHAUSTIVE = re.compile(r'(?<!not )exhaustive(?:: (?P<n>\d+) executions?)?')
FLAGS = '-O2 -g -std=gnu17'.split()
HERE = pathlib.Path(__file__).resolve().parent


class Program:
    """A C file and what its comments ask for."""

    def __init__(self, path):
        self.path, text = path, path.read_text()

        def comment(word):
            found = re.search(rf'^/\* {word}: (.*?) \*/$', text, re.M)
            return found.group(1) if found else ''
        self.expect, self.options = comment('expect'), comment('options').split()
        self.run = comment('run').split()
        self.has_twin = re.search(r'^#if.*\bRIGHT\b', text, re.M) is not None

    def forms(self):
        """(name of the form, extra flags, what is expected) for each form of the program."""
        if not self.expect:
            yield 'as it is', [], 'a comment that says what to expect'
        elif re.match(r'exhaustive|refused', self.expect):
            yield 'as it is', [], self.expect
        else:
            yield 'wrong', [], self.expect
            if self.has_twin:
                yield 'right', ['-DRIGHT'], 'exhaustive'
            else:
                yield 'right', ['-DRIGHT'], 'a form for -DRIGHT'


def judge(expected, status, said):
    """'' if the run is as expected, or what is wrong with it."""
    last = said.strip().split('\n')[-1][:100] if said.strip() else 'nothing said'
    if expected.startswith('refused: '):
        if expected[9:] not in said:
            return f'does not say "{expected[9:]}", but: {last}'
        return '' if 0 < status < 126 else f'exit status {status}'
    if expected.startswith('exhaustive'):
        found = EXHAUSTIVE.search(said)
        if status != 0 or not found:
            return f'exit status {status}: {last}'
        wanted = expected[10:].strip()
        return '' if wanted in ('', found.group('n')) else f"{found.group('n')} executions"
    kinds = expected.split()
    if not all(k in WORDS for k in kinds):
        return f'it has not {expected}'
    if status != 1:
        return f'exit status {status}: {last}'
    return '' if any(re.search(WORDS[k], said, re.I) for k in kinds) else f'another bug: {last}'


TOKEN = re.compile(r'--replay=(\S*)')


def execute(binary, program, options, seconds):
    """Runs it. Returns (exit status, all that it said)."""
    settings = dict(w.split('=', 1) for w in program.run if '=' in w and w[0] != '-')
    settings['WEFT_MODEL_OPTIONS'] = f"{settings.get('WEFT_MODEL_OPTIONS', '')} {options}"
    words = [w for w in program.run if w[0] == '-']
    done = subprocess.run([binary, *words], capture_output=True, text=True, errors='replace',
                          timeout=seconds, cwd=os.path.dirname(binary),
                          stdin=subprocess.DEVNULL, env={**os.environ, **settings})
    return done.returncode, done.stdout + done.stderr


def told(said):
    """What the bug is. Of a race, either side may be told as the one that is late."""
    return ':'.join(said.split('\n')[0].split(':')[:2])


def replay(binary, program, said, args):
    """'' if the report's token finds the same bug each time."""
    token = TOKEN.search(said)
    if not token:
        return 'no token to replay'
    for i in range(args.replays):
        status, again = execute(binary, program, '--replay=' + token.group(1), args.time)
        if status != 1 or told(again) != told(said):
            return f'replay {i + 1}: {told(again)[:90]}'
    return ''


def run_once(binary, program, expected, options, args):
    """Returns (seconds, what is wrong or '')."""
    began = time.monotonic()
    try:
        status, said = execute(binary, program, options, args.time)
    except subprocess.TimeoutExpired:
        return args.time, f'still running after {args.time} s'
    took = time.monotonic() - began
    # What is said of a whole search is not said of a walk.
    if options and 'exhaustive' in expected and status == 0:
        return took, ''
    wrong = judge(expected, status, said)
    if not wrong and args.replays and status == 1 and not expected.startswith('refused'):
        wrong = replay(binary, program, said, args)
    return took, wrong


def run(cc, program, extra, expected, args):
    """Compiles one form, and runs it with each of the options. Returns (seconds that it ran,
    what is wrong or '')."""
    with tempfile.TemporaryDirectory() as folder:
        binary = f'{folder}/{program.path.stem}'
        made = subprocess.run([*cc, *FLAGS, *program.options, *extra, '-o', binary, program.path],
                              capture_output=True, text=True)
        if made.returncode != 0:
            return 0, 'does not compile: ' + made.stderr.strip().split('\n')[0]
        took, wrong = 0, ''
        for options in args.options or ['']:
            seconds, found = run_once(binary, program, expected, options, args)
            took += seconds
            if found:
                wrong = f'{wrong} {options} {found}'.strip()
        return took, wrong


def programs(names):
    for name in names:
        path = pathlib.Path(name)
        found = sorted(path.rglob('*.c')) if path.is_dir() else [path]
        if not found:
            sys.exit(f'{name}: no programs here')
        yield from (Program(p) for p in found)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--cc', action='append', metavar='COMMAND')
    parser.add_argument('--time', type=float, default=10, metavar='SECONDS')
    parser.add_argument('--only', default='', metavar='WORDS', help='what to expect, of these')
    parser.add_argument('--replays', type=int, default=0, metavar='N')
    parser.add_argument('--options', action='append', metavar='WORDS',
                        help='for the checker; several: one run with each')
    parser.add_argument('--jobs', type=int, default=2, metavar='N')
    parser.add_argument('files', nargs='*', default=[HERE / 'bugs'])
    args = parser.parse_args()
    only, passed, failed, work = args.only.split(), 0, 0, []
    for command in args.cc or ['weft-model cc']:
        name, colon, rest = command.partition(': ')
        cc = (rest if colon else command).split()
        for program in programs(args.files):
            if not only or any(w in program.expect.split() for w in only):
                for form, extra, expected in program.forms():
                    work.append((name if colon else '', cc, program, form, extra, expected))
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        results = pool.map(lambda w: run(w[1], w[2], w[4], w[5], args), work)
        for (name, _, program, form, _, expected), (took, wrong) in zip(work, results):
            passed, failed = passed + (wrong == ''), failed + (wrong != '')
            print(f'{name:8s}{program.path.stem:28s} {form:9s} {expected[:24]:24s} {took:6.2f} s  '
                  f"{'ok' if wrong == '' else 'FAILED: ' + wrong}", flush=True)
    print(f'{passed} passed, {failed} failed')
    sys.exit(0 if work and failed == 0 else 1)


main()
