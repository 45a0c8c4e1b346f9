# SPDX-License-Identifier: MIT OR Apache-2.0
# mutants.py: which client notices each memory order of the library, made one step weaker?
"""An order counts as killed when every step down from it is noticed by some client. Those that
may stay unnoticed are in reasons.tsv, each with one of three reasons; at most one in ten.
"""
import collections
import importlib.machinery
import importlib.util
import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOLD = re.compile(r'^(killed|SURVIVES|UNFINISHED) +((load|store|rmw|failure|fence) (\w+) -> '
                  r'(\w+) ([^\s:]+):(\d+))', re.M)
WEAKER = {'acquire': ['relaxed'], 'release': ['relaxed'], 'acq_rel': ['acquire', 'release']}
KINDS = ('statistics', 'not shared', 'first guess')


def load_check_orders():
    path = str(ROOT / 'tools/check-orders')
    import sys  # pylint: disable=import-outside-toplevel
    sys.path.insert(0, str(ROOT / 'tools'))
    loader = importlib.machinery.SourceFileLoader('check_orders', path)
    spec = importlib.util.spec_from_loader('check_orders', loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


class Order:
    """One operation of the library that is not relaxed."""

    def __init__(self, source, function, what, lines, order):
        self.file, self.function, self.what, self.lines = source.name, function, what, lines
        self.order, self.killed_by, self.survives = order, {}, set()
        if order == 'seq_cst':
            kind = what.split('weft_')[1]
            self.steps = ['acquire' if kind.startswith('load') else
                          'release' if kind.startswith('store') else 'acq_rel']
        else:
            self.steps = WEAKER[order]

    def key(self):
        return self.file, self.function, self.what

    def is_killed(self):
        return all(step in self.killed_by for step in self.steps)

    def verdict(self, reasons):
        """killed, reasoned or open; and by whom, or why."""
        if self.is_killed():
            return 'killed', ', '.join(sorted(set(self.killed_by.values())))
        if self.key() in reasons:
            return 'reasoned', reasons[self.key()]
        return 'open', 'survives ' + ', '.join(sorted(self.survives)) if self.survives else \
            'not reached'

    def row(self, reasons):
        verdict, why = self.verdict(reasons)
        return (f'{"OPEN" if verdict == "open" else verdict:9} {self.file}:{self.lines[0]} '
                f'{self.function} {self.what}  {"by " if verdict == "killed" else ""}{why}')


def read_orders():
    check = load_check_orders()
    report = check.Report('mutants')
    orders = []
    for source in check.sources(ROOT, ['include', 'src'], ('.c', '.h')):
        for o, function, what, _, lines, order in check.check_atomics(source, report)[0]:
            if order != 'relaxed':
                orders.append(Order(o, function, what, lines, order))
    return orders


def read_reasons():
    """{(file, function, operation): kind: why}"""
    reasons = {}
    path = ROOT / 'model/reasons.tsv'
    for line in path.read_text(encoding='utf-8').splitlines() if path.exists() else []:
        if not line or line.startswith('#'):
            continue
        file, function, what, kind, why = line.split('\t')
        if kind not in KINDS:
            raise SystemExit(f'reasons.tsv: {kind}: the kinds are {", ".join(KINDS)}')
        reasons[file, function, what] = f'{kind}: {why}'
    return reasons


def note(orders, client, told):
    """Files what a client's run says; returns the mutants that need not be tried again."""
    known = []
    for verdict, mutant, what, _, weak, file, line in TOLD.findall(told):
        if verdict == 'killed':
            known.append(mutant)
        if what == 'failure':
            continue
        for o in orders:
            if Path(o.file).name == file and int(line) in o.lines:
                if verdict == 'killed':
                    o.killed_by.setdefault(weak, client.title())
                else:
                    o.survives.add(client.title())
    return known


def run_structure(builder, clients, orders, explore, limit):
    """The clients of one structure one after another: each tries what is still open."""
    with tempfile.NamedTemporaryFile('w', suffix='.mutants') as known:
        for client in sorted(clients, key=lambda c: float(c.seconds)):
            told, _ = explore(builder, client, [f'--limit={limit}', '--mutate',
                                                f'--known-mutants={known.name}'])
            known.write(''.join(m + '\n' for m in note(orders, client, told)))
            known.flush()


def read_noticed(path):
    """{(file, function, operation): [(verdict, by whom)]}, in the order of the code."""
    noticed = collections.defaultdict(list)
    for line in path.read_text(encoding='utf-8').splitlines() if path.exists() else []:
        if line and not line.startswith('#'):
            *key, verdict, by = line.split('\t')
            noticed[tuple(key)].append((verdict, by))
    return noticed


def write_noticed(path, orders, reasons, clients):
    """Orders that clients not run today notice keep what the file says of them."""
    old, run = read_noticed(path), {c.title() for c in clients}
    count = collections.Counter(o.key() for o in orders)
    out = ['# SPDX-License-Identifier: MIT OR Apache-2.0',
           '# noticed.tsv: who notices each memory order made weaker; written by',
           '# ./dev model --mutate --write=model/noticed.tsv, read by tools/check-orders.',
           '# With a REGEX, orders that only other clients notice stay as they are here.', '#',
           '# file\tfunction\toperation\tverdict\tnoticed by']
    place = collections.Counter()
    for o in orders:
        verdict, by = o.verdict(reasons)
        before = old[o.key()] if len(old[o.key()]) == count[o.key()] else []
        if before and verdict != 'killed' and before[place[o.key()]][0] == 'killed':
            was = before[place[o.key()]]
            if not run & set(was[1].split(', ')):
                verdict, by = was
        place[o.key()] += 1
        out.append('\t'.join((*o.key(), verdict, '-' if verdict == 'open' else by)))
    path.write_text('\n'.join(out) + '\n', encoding='utf-8')


def run_all(builder, clients, args, explore):
    orders, reasons = read_orders(), read_reasons()
    structures = collections.defaultdict(list)
    for c in clients:
        if c.expected == 'exhaustive':
            structures[c.structure].append(c)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda some: run_structure(builder, some, orders, explore, args.limit),
                      structures.values()))
    rows = [o.row(reasons) for o in orders]
    print('\n'.join(rows))
    killed = sum(o.is_killed() for o in orders)
    reasoned = sum(not o.is_killed() and o.key() in reasons for o in orders)
    still_open = len(orders) - killed - reasoned
    if args.write:
        write_noticed(Path(args.write), orders, reasons, clients)
    if reasoned * 10 > len(orders):
        print(f'reasons.tsv: {reasoned} reasons are more than one in ten')
    print(f'orders: {len(orders)}, killed {killed}, reasoned {reasoned}, open {still_open}')
    return still_open == 0 and reasoned * 10 <= len(orders)
