#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# gate_mutants.py: breaks the search of weft-model in every way that we know; the gate must notice.
"""Each mutant is one edit of src/model: a name, a file, what stands there and what to put
instead. It is compiled in a scratch folder and run on the litmus programs: it is caught when
an outcome is missed or extra, an execution is missing or met twice, it crashes, or has no end.
A mutant that is not caught fails the test, and so does an edit that fits nowhere, or twice."""

import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LITMUS = ROOT / 'model/litmus'
SOURCES = ['consistency', 'graph', 'op', 'revisit', 'sc_axiom', 'search', 'gate',
           'gate_search', 'litmus', 'litmus_json', 'litmus_text', 'number_set']

MUTANTS = [
    # What was added maximally, and what is previous.
    ('previous is what the write rests on', 'revisit',
     'return x <= e || event_porf(x, write);', 'return event_porf(x, write);'),
    ('previous is what is older', 'revisit',
     'return x <= e || event_porf(x, write);', 'return x <= e;'),
    ('a write that a previous read reads may go', 'revisit',
     'if (e->op.kind == WRITE && is_read_by_previous(e, write))\n\t\treturn false;', ''),
    ('a write that any read reads may not go', 'revisit',
     'r->from == event_id(e) && is_previous(r, e, write)', 'r->from == event_id(e)'),
    ('an answer but the first may go', 'revisit', 'return e->value == 0;', 'return true;'),
    ('no answer may go', 'revisit', 'return e->value == 0;', 'return false;'),
    ('an access that is not newest may go', 'revisit',
     'if (newer != e && newer != write && is_previous(newer, e, write))', 'if (false)'),
    ('newer is what is not previous too', 'revisit',
     'if (newer != e && newer != write && is_previous(newer, e, write))',
     'if (newer != e && newer != write)'),
    ('a read may be revisited however it was added', 'revisit',
     'if (!added_maximally(read, write))\n\t\treturn false;', ''),
    ('what goes may have been added in any way', 'revisit',
     'if (e != write && !event_porf(e, write) && !added_maximally(e, write))', 'if (false)'),
    ('what stays must have been added maximally', 'revisit',
     'if (e != write && !event_porf(e, write) && !added_maximally(e, write))',
     'if (e != write && !added_maximally(e, write))'),
    # Choices.
    ('a write revisits what it rests on', 'search', ' && !event_porf(r, write) &&', ' &&'),
    ('no write revisits', 'search', 'push(REVISIT, event_id(write), event_id(r));', ';'),
    ('the write of an RMW revisits nothing', 'search', '\tpush_revisits(w);\n', ''),
    ('a dead graph keeps no revisits', 'search',
     '\tpush_revisits(w);\n\treturn graph_place_rmw_write(w) && (newest || sc_holds(w));',
     '\tif (!graph_place_rmw_write(w))\n\t\treturn false;\n\tpush_revisits(w);\n'
     '\treturn newest || sc_holds(w);'),
    ('an older RMW is not checked for SC', 'search',
     'return graph_place_rmw_write(w) && (newest || sc_holds(w));',
     'return graph_place_rmw_write(w);'),
    ('a read has no coherence', 'search', 'floor = coherence_floor(e);', 'floor = 0;'),
    ('a read leaves out the oldest write', 'search', 'for (unsigned p = floor;',
     'for (unsigned p = floor + 1;'),
    ('a write has no coherence', 'search', 'for (unsigned p = coherence_floor(e) + 1; p < newest',
     'for (unsigned p = 1; p < newest'),
    ('a write leaves out the oldest place', 'search',
     'for (unsigned p = coherence_floor(e) + 1; p < newest',
     'for (unsigned p = coherence_floor(e) + 2; p < newest'),
    ('a write may part an RMW', 'search', 'if (!place_parts_rmw(e->op.location, p))\n', ''),
    ('a write of a revisit takes the newest place only', 'search',
     'place_write(w, REVISIT_PLACE);', 'graph_place(w, event_location(w)->n_order + 1u);'),
    ('an older source is not checked for SC', 'search',
     'graph_set_from(e, c->arg);\n\t\treturn sc_holds(e);',
     'graph_set_from(e, c->arg);\n\t\treturn true;'),
    ('an older place is not checked for SC', 'search',
     'case TAKE_PLACE:\n\t\tmove(e, c->arg);\n\t\treturn sc_holds(e);',
     'case TAKE_PLACE:\n\t\tmove(e, c->arg);\n\t\treturn true;'),
    ('a revisit is not checked for SC', 'search',
     'return coherence_floor(read) <= event_place(read) && sc_holds(&graph.events[write]) &&\n'
     '\t    sc_holds(read);', 'return coherence_floor(read) <= event_place(read);'),
    ('a revisit is not checked for coherence', 'search',
     'return coherence_floor(read) <= event_place(read) && sc_holds(&graph.events[write]) &&\n'
     '\t    sc_holds(read);', 'return sc_holds(&graph.events[write]) && sc_holds(read);'),
    ('an older place of a revisit is not checked', 'search',
     'move(e, c->arg);\n\t\treturn revisit_is_consistent();',
     'move(e, c->arg);\n\t\treturn revisit_is_consistent() || true;'),
    ('an answer is left out', 'search', '--answer > 0;', '--answer > 1;'),
    ('each answer is the first', 'search', 'e->value = c->arg;', 'e->value = 0;'),
    ('an RMW that a revisit makes succeed writes nothing', 'search',
     'if (last->op.kind == READ && event_rmw_writes(last) && !add_rmw_write(last))\n'
     '\t\t\treturn false;', ''),
    ('graphs of two RMWs of one write live on', 'search',
     'if (complete_rmws())\n\t\t\treturn true;', 'complete_rmws();\n\t\treturn true;'),
    # Revisits and graphs set aside.
    ('a revisit keeps all', 'graph',
     'if (i > read && i != write && past[e->thread] <= e->index && !begins)', 'if (false)'),
    ('a revisit drops what the write rests on', 'graph',
     'if (i > read && i != write && past[e->thread] <= e->index && !begins)',
     'if (i > read && i != write && e->thread != graph.events[write].thread)'),
    ('a revisit forgets which writes RMWs read', 'graph',
     '*graph_rmw_after(event_before(e)->from, e->op.location) = (uint16_t)i;', ';'),
    ('an RMW that goes leaves its mark', 'graph', '*after = NONE;', ';'),
    ('two RMWs read one write', 'graph', 'if (*after != NONE)\n\t\treturn false;', ''),
    ('places are not renumbered when a write goes', 'graph',
     'write->place = 0;\n\trenumber(l, place - 1);', 'write->place = 0;'),
    ('a graph comes back without its modification orders', 'graph',
     'memcpy(location->order, next, location->n_order * sizeof *next);', ''),
    # Clocks.
    ('an acquire read gains nothing', 'graph', 'vclock_join(&e->hb, &w->message);', ';'),
    ('every read acquires', 'graph', 'if (order_acquires(event_order(e)))', 'if (true)'),
    ('a relaxed read gains nothing for its fence', 'graph',
     'vclock_join(&e->pending, &w->message);', ';'),
    ('a read does not rest on its write', 'graph',
     'vclock_join(&e->porf, &w->porf);\n\tif (order_acq', 'if (order_acq'),
    ('a failed compare-exchange has the order of success', 'graph',
     'return e->op.order_fail;', 'return e->op.order;'),
    ('a release write sends nothing', 'graph',
     'order_releases(e->op.order) ? e->hb : e->released', 'e->released'),
    ('every write releases', 'graph', 'order_releases(e->op.order) ? e->hb : e->released', 'e->hb'),
    ('a relaxed write sends nothing after a fence', 'graph',
     'order_releases(e->op.order) ? e->hb : e->released',
     'order_releases(e->op.order) ? e->hb : (vclock){ 0 }'),
    ('an RMW breaks a release sequence', 'graph',
     'if (e->is_rmw_write && read->from != NONE)', 'if (false)'),
    ('an acquire fence gains nothing', 'graph', 'vclock_join(&e->hb, &e->pending);', ';'),
    ('a release fence acquires', 'graph', 'if (order_acquires(e->op.order))\n', ''),
    ('a release fence is forgotten', 'graph', 'e->released = e->hb;', ';'),
    ('an acquire fence releases', 'graph', 'if (order_releases(e->op.order))\n', ''),
    ('what relaxed reads saw is forgotten', 'graph', 'e->pending = before->pending;',
     'e->pending = (vclock){ 0 };'),
    ('the release fence counts for the next event only', 'graph',
     'e->released = before->released;', 'e->released = (vclock){ 0 };'),
    ('what happened before is forgotten', 'graph', '\t\te->hb = before->hb;',
     '\t\te->hb = (vclock){ 0 };'),
    ('what an event rests on is forgotten', 'graph', '\t\te->porf = before->porf;',
     '\t\te->porf = (vclock){ 0 };'),
    ('a thread begins with nothing', 'graph', 'e->op.kind == BEGIN || e->op.kind == JOIN',
     'e->op.kind == JOIN'),
    ('who joins gains nothing', 'graph', 'e->op.kind == BEGIN || e->op.kind == JOIN',
     'e->op.kind == BEGIN'),
    ('who starts or joins rests on nothing', 'graph',
     'vclock_join(&e->porf, &graph.events[e->from].porf);\n\t}', '}'),
    ('a joined thread is at its first event', 'graph', 'other->ids[other->n - 1]', 'other->ids[0]'),
    # Consistency.
    ('coherence counts what comes later', 'consistency', 'if (event_hb(a, e) &&', 'if ('),
    ('nothing parts an RMW', 'consistency', '*graph_rmw_after(before, location) != NONE', 'false'),
    ('the initial value and an RMW are parted', 'consistency',
     'place == 1 ? NONE : graph.locations[location].order[place - 2];',
     'graph.locations[location].order[place == 1 ? 0 : place - 2];'),
    # The SC axiom.
    ('psc: no axiom', 'sc_axiom', 'if (n_sc_events < 2)', 'if (true)'),
    ('psc: two events are too few', 'sc_axiom', 'if (n_sc_events < 2)', 'if (n_sc_events < 3)'),
    ('psc: a walk stops at what it has seen', 'sc_axiom',
     'if (sc_state[j] == ON_PATH || cycle_through(j))', 'if (sc_state[j] == ON_PATH)'),
    ('psc: from the first event only', 'sc_axiom',
     'if (sc_state[i] == UNSEEN && cycle_through(i))', 'if (i == 0 && cycle_through(i))'),
    ('psc: a failed compare-exchange has the order of success', 'sc_axiom',
     'event_order(e) == SEQ_CST', 'e->op.order == SEQ_CST'),
    ('psc: no fences', 'sc_axiom', 'e->op.kind <= FENCE', 'e->op.kind < FENCE'),
    ('psc: no happens-before at a location', 'sc_axiom',
     'if (sc_axiom == SC_RC11)\n\t\treturn event_hb(a, b);',
     'if (sc_axiom == SC_RC11)\n\t\treturn false;'),
    ('psc: another axiom than asked for', 'sc_axiom',
     'if (sc_axiom == SC_RC11)\n\t\treturn event_hb(a, b);',
     'if (sc_axiom == SC_RC11)\n\t\treturn eco_key(a) < eco_key(b);'),
    ('psc: GenMC without reads-from', 'sc_axiom',
     'return b->op.kind == READ && b->from == event_id(a);', 'return false;'),
    ('psc: C++20 without eco', 'sc_axiom', 'return eco_key(a) < eco_key(b);', 'return false;'),
    ('psc: no mo, no rb', 'sc_axiom',
     'return b->op.kind == WRITE && event_place(a) < event_place(b);', 'return false;'),
    ('psc: no rb', 'sc_axiom', 'return b->op.kind == WRITE && event_place(a) < event_place(b);',
     'return a->op.kind == WRITE && b->op.kind == WRITE && event_place(a) < event_place(b);'),
    ('psc: no mo', 'sc_axiom', 'return b->op.kind == WRITE && event_place(a) < event_place(b);',
     'return a->op.kind == READ && b->op.kind == WRITE && event_place(a) < event_place(b);'),
    ('psc: reads after reads', 'sc_axiom',
     'return b->op.kind == WRITE && event_place(a) < event_place(b);',
     'return event_place(a) < event_place(b);'),
    ('psc: fences without eco', 'sc_axiom', 'if (first < last)', 'if (false)'),
    ('psc: fences over the same access', 'sc_axiom', 'if (first < last)', 'if (first <= last)'),
    ('psc: fences by the last key', 'sc_axiom', 'eco_key(e) < first)', 'first == ~0u)'),
    ('psc: a fence without scb at a location', 'sc_axiom',
     'if (e != b && event_hb(a, e) && (location_step(e, b) || overwrites(e, b)))', 'if (false)'),
    ('psc: a fence without location_step', 'sc_axiom',
     'if (e != b && event_hb(a, e) && (location_step(e, b) || overwrites(e, b)))',
     'if (e != b && event_hb(a, e) && overwrites(e, b))'),
    ('psc: a fence without mo and rb', 'sc_axiom',
     'if (e != b && event_hb(a, e) && (location_step(e, b) || overwrites(e, b)))',
     'if (e != b && event_hb(a, e) && location_step(e, b))'),
    ('psc: an access without scb before a fence', 'sc_axiom',
     'if (e != a && event_hb(e, b) && (location_step(a, e) || overwrites(a, e)))', 'if (false)'),
    ('psc: an access without location_step before a fence', 'sc_axiom',
     'if (e != a && event_hb(e, b) && (location_step(a, e) || overwrites(a, e)))',
     'if (e != a && event_hb(e, b) && overwrites(a, e))'),
    ('psc: an access without mo and rb before a fence', 'sc_axiom',
     'if (e != a && event_hb(e, b) && (location_step(a, e) || overwrites(a, e)))',
     'if (e != a && event_hb(e, b) && location_step(a, e))'),
    ('psc: no program order', 'sc_axiom',
     'if (a->thread == b->thread && a->index < b->index)\n\t\treturn true;', ''),
    ('psc: no order at a location', 'sc_axiom',
     'if (a->op.location == b->op.location && (location_step(a, b) || overwrites(a, b)))\n'
     '\t\treturn true;', ''),
    ('psc: no location_step', 'sc_axiom',
     'if (a->op.location == b->op.location && (location_step(a, b) || overwrites(a, b)))',
     'if (a->op.location == b->op.location && overwrites(a, b))'),
    ('psc: nothing through other locations', 'sc_axiom',
     'return through_other_locations(a, b);', 'return false;'),
    ('psc: through any location', 'sc_axiom', 'bool any = sc_axiom != SC_RC11;',
     'bool any = true;'),
    ('psc: never through any location', 'sc_axiom', 'bool any = sc_axiom != SC_RC11;',
     'bool any = false;'),
    ('psc: C++20 goes in at an RMW', 'sc_axiom', 'before -= b->is_rmw_write;', ';'),
    ('psc: C++20 comes out of an RMW', 'sc_axiom',
     'after += after < t->n && event_of(a->thread, after)->is_rmw_write;', ';'),
    ('psc: a change touches its event only', 'sc_axiom',
     'return sc == e || (sc->op.kind == FENCE && event_hb(sc, e));', 'return sc == e;'),
    ('psc: a change touches fences only', 'sc_axiom', 'return sc == e || (sc->op',
     'return (sc->op'),
    ('psc: a change touches the fences of its thread', 'sc_axiom', 'event_hb(sc, e))',
     'sc->thread == e->thread)'),
    ('psc: a revisit touches its write only', 'search',
     'sc_holds(&graph.events[write]) &&\n\t    sc_holds(read);', 'sc_holds(&graph.events[write]);'),
    ('psc: a revisit touches its read only', 'search',
     'sc_holds(&graph.events[write]) &&\n\t    sc_holds(read);', 'sc_holds(read);'),
    ('psc: leaving by any location', 'sc_axiom', 'while (!any && after < t->n &&',
     'while (false && after < t->n &&'),
    ('psc: coming by any location', 'sc_axiom', 'while (!any && before > 0 &&',
     'while (false && before > 0 &&'),
]

# These change nothing that can be seen, and so must not be caught. A read of what is not
# previous: what it reads goes too, and an older event reads that. Happens-before to or
# from a fence, and reads-from of C++20: such a step and the next one are a step of psc by
# themselves, so every cycle through it has a shorter one without.
EQUAL = [
    ('a read of what is not previous may go', 'revisit',
     'if (e->op.kind == READ && e->from != NONE &&\n'
     '\t    !is_previous(&graph.events[e->from], e, write))\n\t\treturn false;', ''),
    ('psc: C++20 by places', 'sc_axiom', 'return eco_key(a) < eco_key(b);',
     'return event_place(a) < event_place(b);'),
    ('psc: fences without happens-before', 'sc_axiom',
     '{\n\tif (event_hb(a, b))\n\t\treturn true;\n\tfor', '{\n\tfor'),
    ('psc: a fence without happens-before to an access', 'sc_axiom',
     'if (before == a || (before != NULL && event_hb(a, before)))\n\t\treturn true;', ''),
    ('psc: a fence straight before an access', 'sc_axiom',
     'if (before == a || (before != NULL && event_hb(a, before)))', 'if (before == a)'),
    ('psc: an access without happens-before to a fence', 'sc_axiom',
     'if (after == b || event_hb(after, b))\n\t\t\treturn true;', '(void)after;'),
    ('psc: an access straight before a fence', 'sc_axiom',
     'if (after == b || event_hb(after, b))', 'if (after == b)'),
]


def programs():
    """What a mutant is run on, one after another until it is caught."""
    for options, names in (
            ([], ['classic/*.litmus', 'litmus-edges.jsonl']),
            (['--sc=c++20'], ['classic/*.litmus', 'litmus-cxx20.jsonl']),
            (['--spawn'], ['classic/*.litmus', 'litmus-edges.jsonl']),
            ([], ['litmus-sc.jsonl']), ([], ['litmus-rmw.jsonl', 'litmus-all.jsonl']),
            ([], ['litmus-lsf.jsonl']), (['--sc=genmc'], ['litmus-sc-disputed.jsonl'])):
        yield [*options, '--first',
               *(str(path) for name in names for path in sorted(LITMUS.glob(name)))]


VERDICTS = {(True, True): 'caught', (True, False): 'NOT CAUGHT', (False, False): 'equal',
            (False, True): 'NOT EQUAL', (True, None): 'NOT TRIED', (False, None): 'NOT TRIED'}


class Workshop:
    """Compiles the gate once, and then one file of it anew for each mutant."""

    def __init__(self, folder, compiler):
        self.folder, self.compiler = pathlib.Path(folder), compiler
        for name in SOURCES:
            self._compile(ROOT / f'src/model/{name}.c', self.folder / f'{name}.o')

    def _compile(self, source, target):
        subprocess.run([self.compiler, '-std=c17', '-D_GNU_SOURCE', '-O1', '-w', '-I',
                        ROOT / 'src/model', '-c', source, '-o', target], check=True)

    def gate(self, number, mutant):
        """The path of the mutant's gate; None: the edit does not fit."""
        _, name, old, new = mutant
        text = (ROOT / f'src/model/{name}.c').read_text(encoding='utf-8')
        if text.count(old) != 1:
            return None
        source = self.folder / f'{number}.c'
        source.write_text(text.replace(old, new), encoding='utf-8')
        changed, gate = source.with_suffix('.o'), source.with_suffix('.gate')
        self._compile(source, changed)
        objects = [changed if other == name else self.folder / f'{other}.o' for other in SOURCES]
        subprocess.run([self.compiler, *objects, '-o', gate], check=True)
        changed.unlink()
        return gate


def run(gate, arguments, seconds):
    """How the gate ended, in a word; None: it found nothing wrong."""
    try:
        result = subprocess.run([gate, *arguments], capture_output=True, text=True,
                                timeout=seconds)
    except subprocess.TimeoutExpired:
        return 'without end'
    if result.returncode == 0:
        return None
    if result.returncode == 1:
        return result.stdout.splitlines()[-1].removeprefix('gate: ')
    return f'status {result.returncode} {result.stderr.strip()[:60]}'


def judge(workshop, number, mutant, seconds):
    gate = workshop.gate(number, mutant)
    if gate is None:
        return None, 'the edit does not fit: the source has changed'
    for arguments in programs():
        found = run(gate, arguments, seconds)
        if found is not None:
            break
    gate.unlink()
    return found is not None, found or ''


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--only', default='', help='mutants with this in their names')
    parser.add_argument('--every', type=int, default=1, metavar='N', help='each Nth mutant only')
    parser.add_argument('--seconds', type=float, default=20, help='for one file')
    parser.add_argument('--compiler', default=os.environ.get('CC', 'cc'))
    args = parser.parse_args()
    chosen = [(m, m not in EQUAL) for m in MUTANTS + EQUAL if args.only in m[0]][::args.every]
    failed = 0
    with tempfile.TemporaryDirectory() as folder, \
         concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        workshop = Workshop(folder, args.compiler)
        verdicts = pool.map(lambda job: judge(workshop, job[0], job[1][0], args.seconds),
                            enumerate(chosen))
        for (mutant, should_be), (caught, how) in zip(chosen, verdicts):
            failed += caught is not should_be
            print(f'{VERDICTS[should_be, caught]:12} {mutant[1]}: {mutant[0]}: {how}', flush=True)
    print(f'{len(chosen)} mutants, {len(chosen) - failed} as they should be')
    sys.exit(failed != 0)


if __name__ == '__main__':
    main()
