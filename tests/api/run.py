#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# run.py: the programs in README.md and the guide compile, run and print what is said.
"""A program in a page is a block that opens with ```c (or ```cpp) and whose first line is a
comment with a file's name, `/* hello.c */`. It must compile as C11 and C17 (or C++17 and
C++20) by each compiler that is here, without a warning, be linked with the library, and
return 0. Where the next block of the page opens with ```text, that is what it prints.

A block ```c without a name is a fragment, and is not looked at."""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r'^```(\w*)[ \t]*\n(.*?)^```[ \t]*$', re.M | re.S)
NAME = re.compile(r'\s*(?:/\*|//)\s*([\w-]+\.(?:c|cc|cpp))\b')
FLAGS = ['-Wall', '-Wextra', '-Wpedantic', '-Werror', '-O1']
C = [('gcc', 'c11'), ('gcc', 'c17'), ('clang-14', 'c11'), ('clang-19', 'c17')]
CXX = [('g++', 'c++17'), ('g++', 'c++20'), ('clang++-14', 'c++17'), ('clang++-19', 'c++20')]


class Program:
    def __init__(self, page, line, name, text, prints):
        self.page, self.line, self.name, self.text, self.prints = page, line, name, text, prints


def programs(page):
    text = page.read_text(encoding='utf-8')
    blocks = list(BLOCK.finditer(text))
    for block, after in zip(blocks, blocks[1:] + [None]):
        name = NAME.match(block.group(2)) if block.group(1) in ('c', 'cpp', 'c++') else None
        if name:
            prints = after.group(2) if after is not None and after.group(1) == 'text' else None
            yield Program(page, text.count('\n', 0, block.start()) + 1, name.group(1),
                          block.group(2), prints)


def check(program, compiler, std, args, folder):
    """What is wrong; None: nothing."""
    source, binary = folder / program.name, folder / 'program'
    source.write_text(program.text, encoding='utf-8')
    done = subprocess.run([compiler, f'-std={std}', *FLAGS, f'-I{args.include}', str(source),
                           str(args.library), '-pthread', '-o', str(binary)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        return f'does not compile:\n{done.stderr}'
    ran = subprocess.run([str(binary)], capture_output=True, text=True, timeout=60, cwd=folder)
    if ran.returncode != 0:
        return f'returns {ran.returncode}: {ran.stderr}'
    if program.prints is not None and ran.stdout != program.prints:
        return f'prints\n{ran.stdout}and not\n{program.prints}'
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--include', required=True, metavar='FOLDER')
    parser.add_argument('--library', required=True, metavar='FILE', help='libweft.a')
    parser.add_argument('--at-least', type=int, default=0, metavar='N',
                        help='fail when there are fewer programs than that')
    parser.add_argument('pages', nargs='+', type=pathlib.Path, help='pages, or folders of them')
    args = parser.parse_args()
    failed = runs = count = 0
    pages = [p for given in args.pages for p in
             (sorted(given.rglob('*.md')) if given.is_dir() else [given]) if p.exists()]
    with tempfile.TemporaryDirectory() as folder:
        for program in (p for page in pages for p in programs(page)):
            count += 1
            for compiler, std in CXX if not program.name.endswith('.c') else C:
                if not shutil.which(compiler):
                    continue
                runs += 1
                trouble = check(program, compiler, std, args, pathlib.Path(folder))
                if trouble:
                    failed += 1
                    print(f'{program.page}:{program.line}: {program.name} by {compiler} -std={std} '
                          f'{trouble}')
    if count < args.at_least:
        failed += 1
        print(f'{args.pages[0]}:1: has {count} programs: at least {args.at_least} are expected.')
    print(f'api: {count} programs of {len(pages)} pages, {runs} runs' +
          (f', {failed} failed' if failed else ''))
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
