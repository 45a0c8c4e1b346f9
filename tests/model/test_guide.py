#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# test_guide.py: weft-model says of the guide's programs what the guide says that it says.
"""A block ```console that begins with `$ weft-model run [OPTION...] NAME.c` shows what is printed
for the program NAME.c, an earlier block ```c whose first line is a comment with that name."""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r'^```(\w+)\n(.*?)^```$', re.M | re.S)


def without_seconds(text):
    return re.sub(r'[\d.]+ s$', '0 s', text, flags=re.M)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('command', type=pathlib.Path)
    parser.add_argument('page', type=pathlib.Path)
    args = parser.parse_args()
    failed = shown = 0
    with tempfile.TemporaryDirectory() as folder:
        for kind, text in BLOCK.findall(args.page.read_text(encoding='utf-8')):
            name = re.match(r'/\* (\w+\.c) \*/', text)
            if kind == 'c' and name:
                (pathlib.Path(folder) / name.group(1)).write_text(text, encoding='utf-8')
            if kind != 'console':
                continue
            asked, _, expected = text.partition('\n')
            words = asked.split()
            if words[:3] != ['$', 'weft-model', 'run']:
                sys.exit(f'{asked}: not a call of weft-model run')
            done = subprocess.run([args.command.resolve(), *words[2:]], cwd=folder,
                                  env=dict(os.environ, WEFT_MODEL_CC='gcc'),
                                  capture_output=True, text=True, check=False)
            shown += 1
            if without_seconds(done.stdout + done.stderr) != without_seconds(expected):
                failed += 1
                print(f'{asked}\nprints\n{done.stdout}{done.stderr}and not\n{expected}')
    print(f'{shown - failed} passed, {failed} failed')
    sys.exit(failed != 0 or shown == 0)


if __name__ == '__main__':
    main()
