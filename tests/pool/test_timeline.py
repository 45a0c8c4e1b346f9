#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# test_timeline.py PROGRAM: opens what WEFT_TRACE makes the program write.
"""The file is JSON as trace viewers read it, and says what the program did."""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def run(program, file):
    environment = dict(os.environ, WEFT_NUM_THREADS='2')
    environment.pop('WEFT_TRACE', None)
    if file is not None:
        environment['WEFT_TRACE'] = str(file)
    subprocess.run(program, env=environment, check=True, timeout=100)


def check_whole(events):
    for e in events:
        assert e['ph'] in ('X', 'M', 'C'), e
        if e['ph'] == 'X':
            assert e['name'] in ('run', 'sleep', 'blocked'), e
            assert e['ts'] >= 0 and e['dur'] >= 0, e


def check_pools(events):
    names = {(e['pid'], e['args']['name']) for e in events if e['name'] == 'thread_name'}
    # The one that was freed, and the process's own, written at the end.
    assert {(1, 'timed-0'), (1, 'timed-1'), (1, 'caller-2'), (2, 'weft-0')} <= names, names
    assert {pid for pid, _ in names} == {1, 2}, names
    # What no buffer held is counted.
    dropped = [e for e in events if e['name'] == 'dropped']
    assert len(dropped) == len(names) and all(e['args']['events'] == 0 for e in dropped), dropped


def check_deeds(events):
    first = [e for e in events if e['ph'] == 'X' and e['pid'] == 1]
    runs = [e for e in first if e['name'] == 'run']
    blocked = [e for e in first if e['name'] == 'blocked']
    # One half of the join ran on a thread, and was blocked there, for twenty milliseconds.
    assert len(runs) == 1, runs
    inside = [b for b in blocked if b['tid'] == runs[0]['tid'] and b['dur'] >= 10000]
    assert inside, (runs, blocked)
    assert runs[0]['ts'] <= inside[0]['ts'], (runs, inside)
    assert runs[0]['dur'] >= inside[0]['dur'], (runs, inside)
    assert any(e['name'] == 'sleep' for e in first), first


def main():
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / 'timeline.json'
        run(sys.argv[1:], None)
        assert not file.exists()
        run(sys.argv[1:], file)
        events = json.loads(file.read_text(encoding='utf-8'))['traceEvents']
        check_whole(events)
        check_pools(events)
        check_deeds(events)
        # Where there is no such folder, the program runs all the same.
        run(sys.argv[1:], Path(folder) / 'none' / 'timeline.json')


main()
