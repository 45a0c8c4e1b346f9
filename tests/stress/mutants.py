#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# mutants.py: shows that the stress programs can fail.
"""Plants bugs in copies of the library, and sees each one caught by the stress programs.

Each mutant is one planted bug: an edit of a copy of the library. The program that stresses
the edited structure is built over the copy and run plain, with Address and Undefined, and
with ThreadSanitizer, until one of them catches it: by a monitor, by counting, by a
sanitizer, by a crash or by a hang. The same three builds without an edit must pass.

usage: mutants.py [--cc CC] [--seconds S] [--only REGEX] SOURCE_DIR BUILD_DIR
Exit status: 0 when all are caught, 1 when some are not.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys

ARRAY = 'include/weft/detail/array_queue_inl.h'
LF = 'include/weft/detail/lf_queue_inl.h'
SEG = 'include/weft/detail/seg_queue_inl.h'
SEG_C = 'src/queue/seg_queue.c'
SPSC = 'include/weft/detail/spsc_queue_inl.h'
DEQUE = 'include/weft/detail/deque_inl.h'
DEQUE_C = 'src/queue/deque.c'

# What is wrong; the program; the file; the text, found once in it or the time that a number
# says; and what it becomes.
MUTANTS = [
    ('a value published by a relaxed store', 'array_queue', ARRAY,
     'weft_store_release(turn, tail + 1);', 'weft_store_relaxed(turn, tail + 1);', 1),
    ('a slot given back by a relaxed store', 'array_queue', ARRAY,
     'weft_store_release(turn, head + q->lap_);', 'weft_store_relaxed(turn, head + q->lap_);', 1),
    ('a slot given back before it is read', 'array_queue', ARRAY,
     'memcpy(v, weft_array_queue_value_(turn, type), type->size);\n',
     'weft_store_release(turn, head + q->lap_);\n'
     'memcpy(v, weft_array_queue_value_(turn, type), type->size);\n', 1),
    ('a push that does not check its slot', 'array_queue', ARRAY,
     'if (WEFT_LIKELY_(past == 0)) {\n\t\t\tuint64_t next = weft_array_queue_next_(q, tail);',
     'if (WEFT_LIKELY_(past <= 0)) {\n\t\t\tuint64_t next = weft_array_queue_next_(q, tail);', 1),
    ('a pop that does not check its slot', 'array_queue', ARRAY,
     'if (WEFT_LIKELY_(past == 0)) {\n\t\t\tuint64_t next = weft_array_queue_next_(q, head);',
     'if (WEFT_LIKELY_(past <= 0 && weft_load_relaxed(&q->tail_) != head)) {\n'
     '\t\t\tuint64_t next = weft_array_queue_next_(q, head);', 1),
    ('a pop that takes without compare-and-swap', 'array_queue', ARRAY,
     'weft_cas_weak_seq_cst(&q->head_, &head, next)',
     '(weft_store_seq_cst(&q->head_, next), 1)', 1),
    ('a lap that is not counted at the wrap', 'array_queue', ARRAY,
     'ticket + 1 : ticket - index + q->lap_;', 'ticket + 1 : ticket - index;', 1),
    ('a wrap one slot late', 'array_queue', ARRAY,
     'index + 1 < q->capacity_ ? ticket', 'index < q->capacity_ ? ticket', 1),
    ('full while an old pop is unfinished', 'array_queue', ARRAY,
     'return head + q->lap_ == tail ? WEFT_FULL : WEFT_BUSY;',
     'return head + q->lap_ == tail ? WEFT_FULL : WEFT_FULL;', 1),
    ('empty while an old push is unfinished', 'array_queue', ARRAY,
     'return weft_load_seq_cst(&q->tail_) == head ? WEFT_EMPTY : WEFT_BUSY;',
     'return WEFT_EMPTY;', 1),
    ('a batch that claims one slot unseen', 'array_queue', ARRAY,
     'while (run < n && weft_load_acquire(weft_array_queue_turn_(q, type, ticket)) == ticket) {',
     'while (run < n && (run == 1 ||\n'
     'weft_load_acquire(weft_array_queue_turn_(q, type, ticket)) == ticket)) {', 1),
    ('a forced push that keeps the oldest', 'array_queue', ARRAY,
     'if (old != NULL)\n\t\tmemcpy(old, value, type->size);',
     'if (old != NULL)\n\t\tmemcpy(old, v, type->size);', 1),

    ('a place published by a relaxed swap', 'lf_queue', LF,
     'if (!weft_cas_weak_acq_rel(at, &entry, fresh))',
     'if (!weft_cas_weak_relaxed(at, &entry, fresh))', 1),
    ('a patience that is not renewed', 'lf_queue', LF,
     'weft_store_seq_cst(&ring->patience_, patience);', ';', 1),
    ('a put that trusts unsafe entries', 'lf_queue', LF,
     '((entry & weft_lf_queue_safe_(q)) != 0 ||', '((entry & weft_lf_queue_safe_(q)) != 2 ||', 1),
    ('a take that spoils nothing', 'lf_queue', LF,
     'if (weft_cas_weak_acq_rel(at, &entry, spoilt))\n\t\t\tbreak;',
     '(void)spoilt;\n\t\tbreak;', 1),
    ('a take that leaves the number there', 'lf_queue', LF,
     'weft_fetch_or_acq_rel(at, q->mask_);', ';', 1),
    ('an is_empty that a pop may outrun', 'lf_queue', LF,
     'if (weft_load_seq_cst(&q->full_.head_) == head)\n\t\t\treturn !weft', 'return !weft', 1),
    ('a value written after its place is put', 'lf_queue', LF,
     'memcpy(q->values_ + place * type->size, v, type->size);\n'
     '\tweft_lf_queue_put_(q, &q->full_, place);\n\treturn true;\n}\n\nWEFT_INLINE_',
     'weft_lf_queue_put_(q, &q->full_, place);\n'
     '\tmemcpy(q->values_ + place * type->size, v, type->size);\n\treturn true;\n}\n\nWEFT_INLINE_',
     1),

    ('a value published by a relaxed store', 'seg_queue', SEG,
     'weft_store_release(state, weft_seg_queue_filled_(type, ticket));',
     'weft_store_relaxed(state, weft_seg_queue_filled_(type, ticket));', 1),
    ('a pop that does not wait for its value', 'seg_queue', SEG,
     'weft_load_acquire(state) != filled', 'weft_load_acquire(state) != filled && round < 1', 1),
    ('empty one value too early', 'seg_queue', SEG,
     'if (tail == head)\n\t\t\t\treturn WEFT_EMPTY;',
     'if (tail - head <= 1)\n\t\t\t\treturn WEFT_EMPTY;', 1),
    ('a segment given back while it is read', 'seg_queue', SEG_C,
     'if (segment_is_done(q, segment))', 'if (segment_is_done(q, segment) || 1)', 1),
    ('segments that never go back', 'seg_queue', SEG,
     'weft_store_release(state, filled + 1);', ';', 1),
    ('tail moved on before its segment', 'seg_queue', SEG_C,
     'weft_store_release(&q->tail_segment_, next);',
     'weft_store_seq_cst(&q->tail_, number * lap);\n\tweft_store_release(&q->tail_segment_, next);',
     1),
    ('a value lost for want of memory', 'seg_queue', SEG_C,
     'if (next == NULL)\n\t\treturn WEFT_NO_MEMORY;',
     'if (next == NULL)\n\t\treturn WEFT_OK;', 1),

    ('values published by a relaxed store', 'spsc_queue', SPSC,
     'weft_store_release(&me->count_, weft_spsc_queue_own_(me) + n);',
     'weft_store_relaxed(&me->count_, weft_spsc_queue_own_(me) + n);', 1),
    ('slots given back by a relaxed store', 'spsc_queue', SPSC,
     'weft_store_release(&me->count_, weft_spsc_queue_own_(me) + n);',
     'weft_store_relaxed(&me->count_, weft_spsc_queue_own_(me) + n);', 2),
    ('one slot too many', 'spsc_queue', SPSC,
     'return q->capacity_ - used;', 'return q->capacity_ - used + 1;', 1),
    ('one slot too few', 'spsc_queue', SPSC,
     'return q->capacity_ - used;', 'return q->capacity_ - used - (used != 0);', 1),
    ('a wrap one slot late', 'spsc_queue', SPSC,
     'at + by < q->capacity_ ?', 'at + by <= q->capacity_ ?', 1),
    ('a batch that forgets its second part', 'spsc_queue', SPSC,
     'memcpy(q->slots_, from + first * type->size, (room - first) * type->size);', '', 1),

    ('a pop that lowers bottom by a release store', 'deque', DEQUE,
     'weft_store_seq_cst(&d->bottom_, last);', 'weft_store_release(&d->bottom_, last);', 1),
    ('a pop that takes the last without asking', 'deque', DEQUE,
     'top == last && weft_cas_seq_cst(&d->top_, &top, last + 1);', 'top == last;', 1),
    ('a steal that copies after it took', 'deque', DEQUE,
     'memcpy(v, copy, type->size);\n\treturn WEFT_OK;',
     'weft_deque_get_(weft_deque_slot_(weft_deque_slots_(buffer), buffer->mask_, type, top), type,'
     '\n\t    copy);\n\tmemcpy(v, copy, type->size);\n\treturn WEFT_OK;', 1),
    ('a steal that reads bottom first', 'deque', DEQUE,
     '\tuint64_t top = weft_load_seq_cst(&d->top_);\n'
     '\t/* S4: names the values that are there; pairs with R1, R2, S1. */\n'
     '\tuint64_t bottom = weft_load_seq_cst(&d->bottom_);',
     '\tuint64_t bottom = weft_load_seq_cst(&d->bottom_);\n'
     '\tuint64_t top = weft_load_seq_cst(&d->top_);', 1),
    ('a deque that grows one value late', 'deque', DEQUE,
     'bottom - d->top_seen_ <= d->mask_)', 'bottom - d->top_seen_ <= d->mask_ + 1)', 1),
    ('a buffer published by a relaxed store', 'deque', DEQUE_C,
     'weft_store_release(&d->buffer_, buffer);', 'weft_store_relaxed(&d->buffer_, buffer);', 1),
]

BUILDS = [
    ('plain', ['-O2']),
    ('address', ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all']),
    ('thread', ['-O1', '-g', '-fsanitize=thread']),
]

HARNESS = ['chaos', 'fifo', 'harness', 'history', 'monitor_deque', 'monitor_queue', 'span',
           'witness']


PARTS = {'deque': ['deque', 'seg_queue']}   # of src/queue: else the noun's own


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors='replace', **more)


def compile_all(cc, jobs):
    """Two compilers at a time; jobs are (source, object, flags)."""
    waiting, running = list(jobs), []
    while waiting or running:
        while waiting and len(running) < 2:
            source, target, flags = waiting.pop(0)
            running.append(subprocess.Popen(
                [cc, '-std=c17', '-w', '-pthread', '-D_FILE_OFFSET_BITS=64', *flags, '-c',
                 str(source), '-o', str(target)]))
        if running.pop(0).wait() != 0:
            sys.exit('a mutant, or the harness, does not compile')


class Build:
    """The three ways in which a program is built, and the parts that no mutant changes."""

    def __init__(self, cc, source, out):
        self.cc, self.source, self.out = cc, source, out
        jobs = []
        for name, flags in BUILDS:
            (out / name).mkdir(parents=True, exist_ok=True)
            for part in HARNESS:
                jobs.append((source / 'stress' / (part + '.c'), out / name / (part + '.o'),
                             ['-D_GNU_SOURCE', '-I', source / 'include', *flags]))
            for part in sorted((source / 'src/base').glob('*.c')):
                jobs.append((part, out / name / (part.stem + '.o'),
                             ['-D_GNU_SOURCE=', '-I', source / 'include', *flags]))
        compile_all(cc, jobs)

    def program(self, tree, noun, build):
        name, flags = build
        work = self.out / name / 'program'
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        flags = ['-I', tree / 'include', *flags]
        stress = self.source / 'stress'
        jobs = [(stress / f'stress_{noun}.c', work / 'main.o', ['-D_GNU_SOURCE', *flags])]
        for part in PARTS.get(noun, [noun]):
            jobs.append((tree / 'src/queue' / (part + '.c'), work / (part + '.o'),
                         ['-D_GNU_SOURCE=', '-include', stress / 'chaos.h', *flags]))
        compile_all(self.cc, jobs)
        objects = sorted(work.glob('*.o')) + sorted((self.out / name).glob('*.o'))
        done = run([self.cc, '-pthread', *build[1], *map(str, objects), '-o', str(work / 'run')])
        if done.returncode != 0:
            sys.exit(done.stdout)
        return work / 'run'


def verdict(program, seconds):
    """Why the program failed, in a few words, or None."""
    try:
        done = run([str(program), '--seconds', str(seconds), '--hang', '5'],
                   timeout=60 + 4 * seconds)
    except subprocess.TimeoutExpired:
        return 'it never ended'
    if done.returncode == 0:
        return None
    for pattern in (r'WARNING: ThreadSanitizer: [^(\n]*', r'ERROR: AddressSanitizer: \S+',
                    r'runtime error: .*', r'^FAIL \S+: (.{0,70})', r'a drained seg_queue .*'):
        found = re.search(pattern, done.stdout, re.M)
        if found:
            return found.group(found.lastindex or 0).strip()
    return f'it ended with status {done.returncode}'


def edited(source, out, mutant):
    """A copy of the library with the bug planted."""
    _, _, path, old, new, which = mutant
    tree = out / 'tree'
    shutil.rmtree(tree, ignore_errors=True)
    for part in ('include', 'src'):
        shutil.copytree(source / part, tree / part)
    text = (tree / path).read_text()
    at = -1
    for _ in range(which):
        at = text.find(old, at + 1)
        if at < 0:
            sys.exit(f'{path}: no such text any more:\n{old}\nrenew the mutant {mutant[0]!r}')
    (tree / path).write_text(text[:at] + new + text[at + len(old):])
    return tree


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--cc', default='cc')
    parser.add_argument('--seconds', type=float, default=2)
    parser.add_argument('--only', default='')
    parser.add_argument('source', type=pathlib.Path)
    parser.add_argument('build', type=pathlib.Path)
    args = parser.parse_args()
    source, out = args.source.resolve(), args.build.resolve() / 'mutants'
    build = Build(args.cc, source, out)
    chosen = [m for m in MUTANTS if re.search(args.only, f'{m[1]}: {m[0]}')]
    missed = []
    for noun in sorted({m[1] for m in chosen}):
        for each in BUILDS:
            why = verdict(build.program(source, noun, each), args.seconds)
            if why is not None:
                sys.exit(f'{noun} fails without any mutant, {each[0]}: {why}')
    for mutant in chosen:
        tree = edited(source, out, mutant)
        for each in BUILDS:
            why = verdict(build.program(tree, mutant[1], each), args.seconds)
            if why is not None:
                print(f'caught  {mutant[1]}: {mutant[0]}: {each[0]}: {why}', flush=True)
                break
        else:
            print(f'MISSED  {mutant[1]}: {mutant[0]}', flush=True)
            missed.append(mutant)
    print(f'{len(chosen) - len(missed)} caught, {len(missed)} missed')
    return 1 if missed else 0


if __name__ == '__main__':
    sys.exit(main())
