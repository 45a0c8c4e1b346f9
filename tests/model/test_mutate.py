#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# test_mutate.py: each call of a wrapped atomic is a mutant of its own, named by its line.
"""A line of mutate/two_callers.c that ends in /* needed */ asks for an order that the program
needs: its mutant is killed, that of each /* not needed */ survives, and there is no other."""
import argparse
import os
import pathlib
import re
import subprocess
import sys

TOLD = re.compile(r'^(killed|SURVIVES) +(?:load|store) \w+ -> relaxed two_callers\.c:(\d+)', re.M)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('command')
    args = parser.parse_args()
    source = pathlib.Path(__file__).parent / 'mutate/two_callers.c'
    expected = {}
    for number, line in enumerate(source.read_text(encoding='utf-8').splitlines(), 1):
        said = re.search(r'/\* (not )?needed \*/$', line)
        if said:
            expected[number] = 'SURVIVES' if said.group(1) else 'killed'
    done = subprocess.run([args.command, 'run', '--mutate', '--atomics=wrapped.h', str(source)],
                          env=dict(os.environ, WEFT_MODEL_CC='gcc'), capture_output=True,
                          text=True, check=False)
    told = {int(line): verdict for verdict, line in TOLD.findall(done.stderr)}
    last = 'mutants: 5, killed 2, survive 3, unfinished 0'
    if told != expected or not done.stderr.endswith(last + '\n') or done.returncode != 2:
        print(done.stderr, f'status {done.returncode}, expected {expected}, and {last}')
        sys.exit(1)


if __name__ == '__main__':
    main()
