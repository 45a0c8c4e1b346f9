#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# random_loops.py: random programs with loops: each reduction off, and the outcomes are the same.
"""Makes programs of two or three threads that push nodes onto a stack by CAS, with plain
links; count by CAS, by hand and with a bound; take spin locks; wait for a flag; some with an
order too weak, so that they race. Each is explored with all reductions, and with one after
the other switched off: the sets of outcomes are equal, or a bug is found by all.

  random_loops.py [--cc COMMAND] [--seed N] [--count N] [--flags FLAGS]

The last line is `N programs, N differ`; the exit status is 0 if none does."""

import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile

HEAD = '''
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

struct node { struct node *next; int value; };
static struct node nodes[16];
static _Atomic(struct node *) top;
static atomic_int count, other, flag, seen;
static atomic_flag lock = ATOMIC_FLAG_INIT;
static int data;
static char marks[16][16];
#define RELAXED memory_order_relaxed
#define ACQUIRE memory_order_acquire
#define RELEASE memory_order_release
'''

PARTS = [
    # A push: the link is plain.
    '''{{ struct node *n = &nodes[{n}], *old = atomic_load_explicit(&top, RELAXED);
        n->value = {n};
        do n->next = old;
        while (!atomic_compare_exchange_weak_explicit(&top, &old, n, {release}, RELAXED)); }}''',
    # A pop that looks at the link.
    '''{{ struct node *old = atomic_load_explicit(&top, {acquire});
        while (old && !atomic_compare_exchange_weak_explicit(&top, &old, old->next, ACQUIRE,
            {acquire}));
        if (old) atomic_fetch_add_explicit(&seen, old->value * old->value + 1, RELAXED); }}''',
    # A count, by a load and a CAS each round.
    '''for (;;) {{ int c = atomic_load_explicit(&count, RELAXED);
        if (atomic_compare_exchange_strong_explicit(&count, &c, c + {n}, RELAXED, RELAXED))
            break; }}''',
    # By what the CAS found; two counts in turn.
    '''{{ int c = atomic_load_explicit(&other, RELAXED);
        while (!atomic_compare_exchange_weak_explicit(&other, &c, 2 * c + {n}, RELAXED, RELAXED))
            if (c > 5) {{ atomic_fetch_add_explicit(&count, 10, RELAXED); break; }} }}''',
    # With a bound, so that giving up is an outcome, and what is written on the way stays.
    '''{{ int c = 0; for (int i = 0; i < 2; i++) {{ nodes[{n}].value = c + i;
        if (atomic_compare_exchange_strong_explicit(&other, &c, c + {n}, RELAXED, RELAXED))
            break; }} }}''',
    # Rounds that leave a trace in plain memory: they are not for nothing.
    '''{{ int c = atomic_load_explicit(&count, RELAXED);
        do nodes[{n}].value++;
        while (!atomic_compare_exchange_weak_explicit(&count, &c, c + {n}, RELAXED,
            RELAXED)); }}''',
    '''{{ int c = atomic_load_explicit(&count, RELAXED);
        do marks[{n}][c & 15] = 1;
        while (!atomic_compare_exchange_weak_explicit(&count, &c, c + {n}, RELAXED,
            RELAXED)); }}''',
    # Under a spin lock.
    '''while (atomic_flag_test_and_set_explicit(&lock, {acquire}));
    data = data * 3 + {n};
    atomic_flag_clear_explicit(&lock, {release});''',
    # Two counters must agree.
    '''{{ int a, b; do {{ a = atomic_load_explicit(&count, ACQUIRE);
        b = atomic_load_explicit(&other, RELAXED); }}
        while (a != atomic_load_explicit(&count, RELAXED));
        atomic_fetch_add_explicit(&seen, 100 * (a + 7 * b), RELAXED); }}''',
]
WAIT = 'while (atomic_load_explicit(&flag, {acquire}) == 0);'
RAISE = 'atomic_store_explicit(&flag, 1, {release});'

TAIL = '''
int main(void)
{
	pthread_t t[4];
	for (long i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, work[i], NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	fprintf(stderr, "outcome");
	for (struct node *n = atomic_load(&top); n; n = n->next)
		fprintf(stderr, " %d", n->value);
	fprintf(stderr, " | %d %d %d %d |", atomic_load(&count), atomic_load(&other),
	    atomic_load(&seen), data);
	for (int i = 0; i < 16; i++)
		fprintf(stderr, " %d", nodes[i].value);
	for (int i = 0; i < 256; i++)
		if (marks[i / 16][i % 16])
			fprintf(stderr, " %d.%d", i / 16, i % 16);
	fprintf(stderr, "\\n");
	return 0;
}
'''


def program(dice):
    threads, n, text = dice.choice([2, 2, 3]), 0, HEAD
    waits = dice.random() < 0.3
    weak = dice.random() < 0.2
    for thread in range(threads):
        body = []
        for _ in range(dice.choice([1, 2]) if threads == 3 else dice.choice([1, 2, 2])):
            n += 1
            body.append(dice.choice(PARTS).format(
                n=n, acquire='RELAXED' if weak and dice.random() < 0.3 else 'ACQUIRE',
                release='RELAXED' if weak and dice.random() < 0.3 else 'RELEASE'))
        if waits:
            body.insert(dice.randrange(len(body) + 1), (WAIT if thread else RAISE).format(
                acquire='ACQUIRE', release='RELEASE'))
        text += (f'static void *w{thread}(void *arg)\n{{\n' + '\n'.join(body) +
                 '\nreturn arg;\n}\n')
    text += f'#define THREADS {threads}\nstatic void *(*const work[])(void *) = {{ '
    return text + ', '.join(f'w{t}' for t in range(threads)) + ' };\n' + TAIL


def explore(binary, options):
    """(exit status, outcomes), or None: it took too long."""
    env = os.environ | {'WEFT_MODEL_OPTIONS': f'--limit=8 --quiet {options}'}
    try:
        done = subprocess.run([binary], capture_output=True, text=True, timeout=60, env=env)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode == 2:
        return None
    lines = done.stderr.split('\n')
    if done.returncode not in (0, 1):
        return done.returncode, lines
    return done.returncode, sorted({w for w in lines if w.startswith('outcome')} if
                                   done.returncode == 0 else [])


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--cc', default='weft-model cc', metavar='COMMAND')
    parser.add_argument('--seed', type=int, default=1, metavar='N')
    parser.add_argument('--count', type=int, default=40, metavar='N')
    parser.add_argument('--flags', default='-O1', metavar='FLAGS')
    args = parser.parse_args()
    tried = differ = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(args.seed, args.seed + args.count):
            source = pathlib.Path(folder) / 'random.c'
            source.write_text(program(random.Random(seed)))
            subprocess.run([*args.cc.split(), *args.flags.split(), '-o', source.with_suffix(''),
                            source], check=True)
            found = {o: explore(source.with_suffix(''), o)
                     for o in ('', '--no-retry', '--no-give-up', '--no-retry --no-give-up')}
            known = {o: f for o, f in found.items() if f is not None}
            if len(known) < 2:
                continue
            tried += 1
            first = next(iter(known.values()))
            if first[0] not in (0, 1) or any(f != first for f in known.values()):
                differ += 1
                print(f'seed {seed}:')
                for option, (status, outcomes) in known.items():
                    print(f'  {option or "all reductions"}: status {status}, '
                          f'{len(outcomes)} outcomes', *outcomes[:3])
    print(f'{tried} programs, {differ} differ')
    sys.exit(0 if tried and not differ else 1)


if __name__ == '__main__':
    main()
