#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# run.py: a misuse must not compile, and the compiler must say what is wrong.
"""A case is a C (or .cc) file whose opening comment says what each compiler must print:

  /*
   * gcc: regex
   * clang: regex
   * g++: regex          likewise clang++: where the case is C++, too
   */

A line `any:` is for all of them, `c:` for gcc and clang, `c++:` for g++ and clang++. The file
must fail to compile with a text that matches, and must compile without a warning once RIGHT
is defined: so it fails for its misuse, and for nothing else."""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Werror', '-Wno-unused-function']
COMPILERS = {'gcc': 'gcc', 'clang-14': 'clang', 'clang-19': 'clang',
             'g++': 'g++', 'clang++-14': 'clang++', 'clang++-19': 'clang++'}
KINDS = {'gcc': ('any', 'c', 'gcc'), 'clang': ('any', 'c', 'clang'),
         'g++': ('any', 'c++', 'g++'), 'clang++': ('any', 'c++', 'clang++')}


def expected(text):
    """{kind: [regex]} of the opening comments."""
    found = {}
    kinds = '|'.join(re.escape(k) for k in {k for kinds in KINDS.values() for k in kinds})
    for kind, regex in re.findall(rf'^ ?(?:\*|//) ({kinds}): (.*)$', text, re.M):
        found.setdefault(kind, []).append(regex.strip())
    return found


def compile_case(command, case, include, *options):
    language = ['-x', 'c++', '-std=c++17'] if '++' in command else ['-std=c11']
    return subprocess.run([command, *language, *WARNINGS, f'-I{include}', *options, '-c',
                           str(case), '-o', '/dev/null'], capture_output=True, text=True,
                          env={**os.environ, 'LC_ALL': 'C'})


def check(command, kind, case, include, wanted):
    """What is wrong with this case under this compiler; None: nothing."""
    right = compile_case(command, case, include, '-DRIGHT')
    if right.returncode != 0:
        return f'the right twin does not compile:\n{right.stderr}'
    wrong = compile_case(command, case, include)
    if wrong.returncode == 0:
        return 'it compiles.'
    for regex in wanted:
        if not re.search(regex, wrong.stderr):
            return f'nothing that was said matches `{regex}`:\n{wrong.stderr}'
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--include', required=True, metavar='FOLDER')
    parser.add_argument('cases', nargs='+', type=pathlib.Path)
    args = parser.parse_args()
    failed = compiled = 0
    for case in args.cases:
        wants = expected(case.read_text(encoding='utf-8'))
        used = 0
        for command, kind in COMPILERS.items():
            wanted = [regex for k in KINDS[kind] for regex in wants.get(k, [])]
            if not wanted or not shutil.which(command):
                continue
            used += 1
            trouble = check(command, kind, case, args.include, wanted)
            if trouble:
                failed += 1
                print(f'{case.name}:1: {command}: {trouble}')
        if used == 0:
            failed += 1
            print(f'{case.name}:1: states no text that a compiler of this machine must print.')
        compiled += used
    print(f'compile_fail: {compiled} refused as they should be' if not failed
          else f'compile_fail: {failed} wrong')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
