#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# fuzz.py: random small C programs, none of which may upset the checker.
"""fuzz.py [--cc 'weft-model cc'] [--seed N] [--count N] [--keep FOLDER]

Programs of two or three threads with atomics of all sizes and orders, plain data, locks,
conditions, semaphores, memory that comes and goes, loops that count, wait and try again. Most
have bugs; what is asked for is that the checker always comes to a verdict of its own: no crash,
no claim that a program is not deterministic, no token that does not replay. A program that is
explored to its end must be told the same, a bug or none, without the reductions, and walks
must find no bug where there is none. The last line is `N programs, N failed`."""

import argparse
import collections
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

ORDERS = ['relaxed', 'acquire', 'release', 'acq_rel', 'seq_cst']
TYPES = ['uint8_t', 'uint16_t', 'uint32_t', 'uint64_t']
HEAD = '''#define _GNU_SOURCE
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
struct pair { int a, b; char rest[20]; };
static pthread_mutex_t lock[2] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER };
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static sem_t sem;
static int plain[3], made;
static struct pair pair, other;
static _Atomic(int *) box;
static _Thread_local int own;
static void make(void) { made++; }
static int deep(int n) { volatile int here = n; own++; return n == 0 ? own : deep(n - 1) + here; }
'''


class Writer:
    """Writes one program."""

    def __init__(self, dice):
        self.dice, self.calm = dice, dice.random() < 0.4
        self.atoms = [dice.choice(TYPES) for _ in range(dice.randint(2, 3))]

    def atom(self):
        return f'x{self.dice.randrange(len(self.atoms))}'

    def type_of(self, atom):
        return self.atoms[int(atom[1:])]

    def order(self, allowed):
        return 'memory_order_' + self.dice.choice([o for o in ORDERS if o in allowed])

    def load(self):
        return (f'atomic_load_explicit(&{self.atom()}, '
                f'{self.order(("relaxed", "acquire", "seq_cst"))})')

    def simple(self):
        d, v = self.dice, self.dice.randint(1, 3)
        any_order, i = self.order(ORDERS), self.dice.randrange(3)
        kinds = [
            f'atomic_store_explicit(&{self.atom()}, {v}, '
            f'{self.order(("relaxed", "release", "seq_cst"))});',
            f'r += {self.load()};',
            f'r += atomic_fetch_{d.choice(["add", "sub", "or", "xor", "and"])}_explicit('
            f'&{self.atom()}, {v}, {any_order});',
            f'r += atomic_exchange_explicit(&{self.atom()}, {v}, {any_order});',
            f'{{ {self.type_of(x := self.atom())} w = {d.randint(0, 1)}; r += '
            f'atomic_compare_exchange_{d.choice(["strong", "weak"])}(&{x}, &w, {v}); }}',
            f'atomic_thread_fence({any_order});',
            'own++; r += own;',
            f'r += deep({d.randint(0, 3)});',
            '{ struct pair copy = { r, 1, "" }; r += copy.a & 1; }',
        ]
        wild = [
            f'plain[{i}] += {v};', f'r += plain[{i}];', 'pair = other;', 'other.b = r;',
            'memcpy(&other, &pair, sizeof pair);', 'memset(&pair, 1, sizeof pair);',
            'free(atomic_exchange(&box, malloc(sizeof(int))));',
            '{ int *p = atomic_load(&box); if (p) r += *p & 1; }',
            f'assert(r < {d.randint(3, 30)});',
            'pthread_mutex_unlock(&lock[0]);', 'pthread_mutex_lock(&lock[0]);',
            f'r += (int)((volatile char *)&pair)[{d.randint(0, 27)}];',
        ]
        return d.choice(kinds if self.calm or d.random() < 0.7 else wild)

    def block(self, depth):
        d = self.dice
        inner = ' '.join(self.statement(depth - 1) for _ in range(d.randint(1, 2)))
        m = d.randrange(2)
        kinds = [
            f'for (int i = 0; i < {d.randint(1, 2)}; i++) {{ {inner} }}',
            f'if ({self.load()}) {{ {inner} }}',
            f'pthread_mutex_lock(&lock[{m}]); {inner} pthread_mutex_unlock(&lock[{m}]);',
            f'pthread_mutex_lock(&lock[1]); plain[2]++; {inner} pthread_mutex_unlock(&lock[1]);',
            f'if (pthread_mutex_trylock(&lock[{m}]) == 0) {{ {inner} '
            f'pthread_mutex_unlock(&lock[{m}]); }}',
            f'while (pthread_mutex_trylock(&lock[{m}]) != 0) ; {inner} '
            f'pthread_mutex_unlock(&lock[{m}]);',
            f'pthread_rwlock_rdlock(&rw); {inner} pthread_rwlock_unlock(&rw);',
            f'pthread_rwlock_wrlock(&rw); {inner} pthread_rwlock_unlock(&rw);',
            f'{{ int *mine = malloc({d.randint(1, 40)}); memset(mine, 0, 1); {inner} '
            'free(mine); }',
            f'{{ {self.type_of(x := self.atom())} e = {x}; '
            f'while (!atomic_compare_exchange_weak(&{x}, &e, e + 1)) ; }}',
            'pthread_once(&once, make); r += made;',
            f'sem_post(&sem); {inner}',
        ]
        wild = [
            f'while (!{self.load()}) ;', 'sem_wait(&sem);', 'while (sem_trywait(&sem) != 0) ;',
            f'do {{ {inner} }} while ({self.load()} == 1);',
            'pthread_mutex_lock(&lock[0]); while (plain[0] == 0) '
            'pthread_cond_wait(&cond, &lock[0]); pthread_mutex_unlock(&lock[0]);',
            'pthread_mutex_lock(&lock[0]); plain[0] = 1; pthread_cond_signal(&cond); '
            'pthread_mutex_unlock(&lock[0]);',
        ]
        return d.choice(kinds if self.calm or d.random() < 0.7 else wild)

    def statement(self, depth):
        if depth > 0 and self.dice.random() < 0.4:
            return self.block(depth)
        return self.simple()

    def program(self):
        d, n = self.dice, self.dice.randint(2, 3)
        text = HEAD + ''.join(f'static _Atomic {t} x{i};\n' for i, t in enumerate(self.atoms))
        for t in range(n):
            body = '\n\t'.join(self.statement(2) for _ in range(d.randint(1, 4 if n == 2 else 3)))
            text += f'static void *thread{t}(void *arg)\n{{\n\tint r = 0;\n\t{body}\n'
            text += '\t*(int *)arg = r;\n\treturn NULL;\n}\n'
        text += f'int main(void)\n{{\n\tpthread_t t[{n}];\n\tint r[{n}];\n\tsem_init(&sem, 0, 0);\n'
        for t in range(n):
            text += f'\tpthread_create(&t[{t}], NULL, thread{t}, &r[{t}]);\n'
        text += ''.join(f'\tpthread_join(t[{t}], NULL);\n' for t in range(n))
        return text + '\tfree(atomic_load(&box));\n\treturn 0;\n}\n'


# A run with two bugs may come to the other one when it is made again for the report.
BAD = re.compile(r'not deterministic|not of this program|defect of weft-model')
LIMITS = '--limit=3'


def check(binary, options):
    """(exit status, what is wrong with it or '', all that it said)"""
    try:
        done = subprocess.run([binary], capture_output=True, text=True, errors='replace',
                              timeout=60, stdin=subprocess.DEVNULL, cwd=os.path.dirname(binary),
                              env={**os.environ, 'WEFT_MODEL_OPTIONS': options})
    except subprocess.TimeoutExpired:
        return -1, f'with {options}: it does not end', ''
    said = done.stdout + done.stderr
    if done.returncode not in (0, 1, 2, 3) or BAD.search(said) or not said.strip():
        return done.returncode, f'with {options}: status {done.returncode}: {said[:300]}', said
    return done.returncode, '', said


def examine(binary, seed):
    """'' or what is wrong, and what the verdict was."""
    status, wrong, said = check(binary, LIMITS)
    verdict = {0: 'none', 1: 'bug', 2: 'unfinished', 3: 'refused'}.get(status, '?')
    if not wrong and status == 1:
        token = re.search(r'--replay=(\S*)', said)
        again, wrong, _ = check(binary, '--replay=' + (token.group(1) if token else ''))
        if not wrong and again != 1:
            wrong = 'its token does not replay'
    if not wrong and status in (0, 1):
        full, wrong, _ = check(binary, LIMITS + ' --no-await --no-retry --no-give-up')
        if not wrong and full in (0, 1) and full != status:
            wrong = f'without the reductions the exit status is {full}, with them {status}'
    if not wrong and status == 0:
        walked, wrong, more = check(binary, f'--random --seed={seed} --executions=500 --limit=3')
        if not wrong and walked == 1:
            wrong = 'a walk finds a bug, the search does not: ' + more[:300]
    return wrong, verdict


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--cc', default='weft-model cc', metavar='COMMAND')
    parser.add_argument('--seed', type=int, default=1, metavar='N')
    parser.add_argument('--count', type=int, default=50, metavar='N')
    parser.add_argument('--keep', metavar='FOLDER', help='where failing programs are left')
    args = parser.parse_args()
    failed, verdicts = 0, collections.Counter()
    for seed in range(args.seed, args.seed + args.count):
        with tempfile.TemporaryDirectory() as folder:
            file, binary = pathlib.Path(folder, 'fuzz.c'), f'{folder}/fuzz'
            file.write_text(Writer(random.Random(seed)).program())
            made = subprocess.run([*args.cc.split(), *'-O2 -g -std=gnu17 -o'.split(), binary, file],
                                  capture_output=True, text=True)
            wrong, verdict = 'does not compile: ' + made.stderr[:300], 'none'
            if made.returncode == 0:
                wrong, verdict = examine(binary, seed)
            verdicts[verdict] += 1
            if wrong:
                failed += 1
                print(f'seed {seed}: {wrong}', flush=True)
                if args.keep:
                    pathlib.Path(args.keep, f'fuzz-{seed}.c').write_text(file.read_text())
    print(', '.join(f'{v}: {n}' for v, n in verdicts.most_common()))
    print(f'{args.count} programs, {failed} failed')
    sys.exit(1 if failed else 0)


main()
