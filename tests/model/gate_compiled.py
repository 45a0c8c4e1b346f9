#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# gate_compiled.py: litmus programs as compiled code, under each compiler that is here.
"""gate_compiled.py CHECKER DRIVER [--compiler CC]... ARGUMENT...

Compiles gate_body.c, links it with the library of the checker and that of the driver, and
runs it with the arguments."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILERS = ['gcc', 'clang', 'clang-14', 'clang-19']
VOLATILE = {'gcc': ['--param', 'tsan-distinguish-volatile=1'],
            'clang': ['-mllvm', '-tsan-distinguish-volatile=1']}
# What ends executions early: each one switched off must change no outcome.
REDUCTIONS = ['', '--no-await', '--no-retry', '--no-give-up']


def compile_body(compiler, optimize, checker, driver, program):
    names = (ROOT / 'src/model/wrapped.txt').read_text(encoding='utf-8').split('\n')
    wraps = ['-Wl,--wrap=' + n for n in names if n and not n.startswith('#')]
    volatile = VOLATILE['clang' if 'clang' in compiler else 'gcc']
    body = program.with_suffix('.o')
    subprocess.run([compiler, '-std=c17', optimize, '-g', '-w', '-DWEFT_MODEL',
                    '-fsanitize=thread', *volatile, '-I', ROOT / 'src/model', '-I',
                    ROOT / 'include', '-c', ROOT / 'tests/model/gate_body.c', '-o', body],
                   check=True)
    folders = {checker.parent, driver.parent}
    subprocess.run([compiler, body, '-o', program, *wraps, driver, checker, '-Wl,-z,now',
                    *(f'-Wl,-rpath,{folder}' for folder in folders)], check=True)


def those_here():
    """The compilers of this machine, none twice."""
    found = {os.path.realpath(shutil.which(c)): c for c in COMPILERS if shutil.which(c)}
    return found.values()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('checker', type=pathlib.Path)
    parser.add_argument('driver', type=pathlib.Path)
    parser.add_argument('--compiler', action='append')
    parser.add_argument('--reductions', action='store_true', help='each switched off in turn')
    args, rest = parser.parse_known_args()
    checker, driver = args.checker.resolve(), args.driver.resolve()
    failed = tried = 0
    with tempfile.TemporaryDirectory() as folder:
        for compiler in args.compiler or those_here():
            for optimize in ('-O1', '-O2') if not args.reductions else ('-O1',):
                program = pathlib.Path(folder) / f'{compiler}{optimize}'
                compile_body(compiler, optimize, checker, driver, program)
                for options in REDUCTIONS if args.reductions else ['']:
                    tried += 1
                    sc = [a for a in rest if a.startswith('--sc=')]
                    env = os.environ | {'WEFT_MODEL_OPTIONS': ' '.join([*sc, options])}
                    print(f'{compiler} {optimize} {options}', flush=True)
                    failed += subprocess.run([program, *rest], env=env).returncode != 0
    print(f'{tried} programs, {failed} failed')
    sys.exit(failed != 0 or tried == 0)


if __name__ == '__main__':
    main()
