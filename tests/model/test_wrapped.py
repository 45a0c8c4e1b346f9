#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# test_wrapped.py: each function that stands for one of libc's is named to the linker.
"""test_wrapped.py LIBRARY WRAPPED: a name that is in one and not in the other is a call that
goes to libc unseen, or a link that fails."""

import subprocess
import sys

library, wrapped = sys.argv[1:]
symbols = subprocess.run(['nm', '-D', '--defined-only', library], capture_output=True, text=True,
                         check=True).stdout
there = {s.split()[-1][7:] for s in symbols.splitlines() if s.split()[-1].startswith('__wrap_')}
named = {line.strip() for line in open(wrapped) if not line.startswith('#')}
for name in sorted(there - named):
    print(f'{name}: the library has it, wrapped.txt does not')
for name in sorted(named - there):
    print(f'{name}: wrapped.txt has it, the library does not')
print(f'{len(there & named)} functions')
sys.exit(1 if there != named or not there else 0)
