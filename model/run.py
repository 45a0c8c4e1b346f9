#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# run.py: builds the clients of clients.tsv with weft-model cc, and explores them.
"""Prints a row a client; exit status 0 only if every one says what clients.tsv expects of it.
With --mutate: which client notices each memory order of the library, made weaker?
"""
import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASE = ['alloc', 'asym', 'base', 'os', 'os_linux', 'os_rseq', 'time']
FLAGS = ['-std=c17', '-D_GNU_SOURCE', '-O2', '-Iinclude', '-Isrc', '-Imodel/support']
LAST = re.compile(r'^(exhaustive|not exhaustive): (?:(.*), )?(\d+) executions, (\d+) blocked, '
                  r'([\d.]+) s$', re.M)


class Client:
    """A row of clients.tsv."""

    def __init__(self, line):
        (self.structure, self.name, self.sources, self.expected, self.executions,
         self.seconds) = line.rstrip('\n').split('\t')

    def title(self):
        return f'{self.structure} {self.name}'


def read_clients(patterns):
    lines = (ROOT / 'model/clients.tsv').read_text(encoding='utf-8').splitlines()
    clients = [Client(line) for line in lines if line and not line.startswith('#')]
    return [c for c in clients if not patterns or any(re.search(p, c.title()) for p in patterns)]


class Builder:
    """Programs of the clients, one a structure; objects are compiled once for all."""

    def __init__(self, command, compiler, folder):
        self.command, self.folder = command, Path(folder)
        self.environment = dict(os.environ, WEFT_MODEL_CC=compiler)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.newest = max(p.stat().st_mtime for where in ('include', 'src', 'model/support')
                          for p in (ROOT / where).rglob('*.h'))

    def call(self, *arguments):
        done = subprocess.run([self.command, 'cc', *arguments], cwd=ROOT, env=self.environment,
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f'{" ".join(arguments)}\n{done.stderr}')

    def object_of(self, source):
        return self.folder / (source.replace('/', '-')[:-2] + '.o')

    def newest_of(self, source):
        """A client may include a file of the library's, to look inside."""
        path = ROOT / source
        inside = re.findall(r'^#include "(\.\./src/.*\.c)"$', path.read_text(encoding='utf-8'),
                            re.M)
        files = [path, *(path.parent / p for p in inside)]
        return max(self.newest, *(p.stat().st_mtime for p in files))

    def compile(self, source):
        out = self.object_of(source)
        if out.exists() and out.stat().st_mtime > self.newest_of(source):
            return
        self.call('-c', *FLAGS, source, '-o', str(out))

    def sources_of(self, client):
        support = [f'model/support/{p.name}' for p in (ROOT / 'model/support').glob('*.c')]
        sources = client.sources.split()
        posix = 'src/base/os_posix.c' in sources
        base = [name for name in BASE if not posix or name not in ('os_linux', 'os_rseq')]
        return ([f'model/model_{client.structure}.c', *sorted(support)] +
                [f'src/base/{name}.c' for name in base] + sources)

    def build(self, clients):
        lists = {c.structure: self.sources_of(c) for c in clients}
        every = sorted({s for some in lists.values() for s in some})
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(self.compile, every))
            list(pool.map(lambda item: self.link(*item), lists.items()))

    def program(self, structure):
        return self.folder / f'model_{structure}'

    def link(self, structure, sources):
        self.call(*dict.fromkeys(str(self.object_of(s)) for s in sources), '-o',
                  str(self.program(structure)))


def explore(builder, client, options):
    """What the checker prints, and its exit status."""
    environment = dict(os.environ, WEFT_MODEL_OPTIONS=' '.join(options))
    done = subprocess.run([str(builder.program(client.structure)), client.name], cwd=ROOT,
                          env=environment, capture_output=True, text=True, check=False)
    return done.stderr, done.returncode


def run_client(builder, client, limit):
    """A row of the table, and whether it is as expected."""
    told, status = explore(builder, client, [f'--limit={limit}'])
    last = LAST.search(told)
    if last is None or status not in (0, 2):
        return f'{client.structure:14} {client.name:16} FAILED\n{told}', False
    executions, blocked, seconds = last.group(3, 4, 5)
    verdict = 'exhaustive' if status == 0 else f'not exhaustive: {last.group(2)}'
    good = status == 0 or client.expected == 'limit'
    return (f'{client.structure:14} {client.name:16} {executions:>10} {blocked:>10} '
            f'{seconds:>8}  {verdict}{"" if good else "  FAILED"}'), good


def run_all(builder, clients, limit):
    failed = 0
    print(f'{"structure":14} {"client":16} {"executions":>10} {"blocked":>10} {"seconds":>8}  '
          'verdict')
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        rows = pool.map(lambda c: run_client(builder, c, limit if c.expected != 'limit' else
                                             min(limit, 5)), clients)
        for row, good in rows:
            print(row, flush=True)
            failed += not good
    print(f'{len(clients) - failed} passed, {failed} failed')
    return failed == 0


def main():
    parser = argparse.ArgumentParser(prog='./dev model', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('clients', nargs='*', metavar='REGEX',
                        help='only the clients that it is found in: "lf_queue 2p"')
    parser.add_argument('--command', required=True, help='weft-model')
    parser.add_argument('--folder', required=True, help='for objects and programs')
    parser.add_argument('--compiler', default='gcc')
    parser.add_argument('--limit', type=float, default=60, help='seconds a client')
    parser.add_argument('--quick', action='store_true',
                        help='only what clients.tsv says takes no longer than a second')
    parser.add_argument('--mutate', action='store_true', help='weaken each order in turn')
    parser.add_argument('--write', metavar='FILE', help='with --mutate: the table of who notices')
    args = parser.parse_args()
    clients = read_clients(args.clients)
    if args.quick:
        clients = [c for c in clients if c.expected == 'exhaustive' and float(c.seconds) <= 1]
    if not clients:
        sys.exit('no client has a name like that')
    builder = Builder(args.command, args.compiler, args.folder)
    builder.build(clients)
    if args.mutate:
        import mutants  # pylint: disable=import-outside-toplevel
        good = mutants.run_all(builder, clients, args, explore)
    else:
        good = run_all(builder, clients, args.limit)
    sys.exit(0 if good else 1)


if __name__ == '__main__':
    main()
