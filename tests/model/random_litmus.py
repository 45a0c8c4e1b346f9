#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# random_litmus.py: random litmus programs, for the gate and for brute force.
"""Prints COUNT programs as JSON lines, the same ones for the same SEED. Their outcomes are not
known yet: `litmus_brute --write` fills them in. Threads visit the locations in a circle, so
that many programs have a cycle that some order or fence could forbid."""

import argparse
import json
import random

ORDERS = {'R': ['relaxed', 'acquire', 'seq_cst'], 'W': ['relaxed', 'release', 'seq_cst'],
          'F': ['acquire', 'release', 'acq_rel', 'seq_cst'],
          'AXC': ['relaxed', 'acquire', 'release', 'acq_rel', 'seq_cst']}
FAILURE = ['relaxed', 'acquire', 'seq_cst']


class Writer:
    def __init__(self, chance, locations, args):
        self.chance, self.locations, self.args = chance, locations, args
        self.registers = 0

    def order(self, letter):
        orders = next(v for k, v in ORDERS.items() if letter in k)
        return 'seq_cst' if self.chance.random() < self.args.sc else self.chance.choice(orders)

    def register(self):
        self.registers += 1
        return f'r{self.registers - 1}'

    def access(self, location):
        letter = self.chance.choices('RWAXC', [8, 8, 1, 1, 2])[0]
        start = f'{letter} {location} {self.order(letter)}'
        value = self.chance.choice([1, 2])
        if letter == 'W':
            return f'{start} {value}'
        if letter == 'X':
            return f'{start} {value} {self.register()}'
        if letter == 'C':
            expected = self.chance.choice([0, 1])
            return f'{start} {expected} 3 {self.register()} {self.chance.choice(FAILURE)}'
        return f'{start} {self.register()}'

    def thread(self, first, second):
        ops = [self.access(first)]
        while self.chance.random() < self.args.same:
            ops.append(self.access(first))
        if self.chance.random() < self.args.fence:
            ops.append(f'F {self.order("F")}')
        ops.append(self.access(second))
        if self.chance.random() < self.args.same:
            ops.append(self.access(second))
        if self.chance.random() < self.args.choose:
            ops.insert(self.chance.randrange(len(ops)), f'O 2 {self.register()}')
        return ops


def program(chance, name, args):
    locations = 'xyz'[:chance.choice([2, 2, 3])]
    writer = Writer(chance, locations, args)
    n = chance.choice([2, 3, 3, 4])
    threads = []
    for t in range(n):
        first = locations[t % len(locations)]
        second = locations[(t + 1) % len(locations)]
        if chance.random() < 0.2:
            threads.append([writer.access(first)])
        else:
            threads.append(writer.thread(first, second))
    values = [f'r{i}' for i in range(writer.registers)] + list(locations)
    if len(values) > 16:
        return None
    return {'id': name, 'threads': threads, 'values': values, 'executions': 1,
            'outcomes': ['0' * len(values)]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('seed', type=int)
    parser.add_argument('count', type=int)
    parser.add_argument('--sc', type=float, default=0.4, help='how often an order is seq_cst')
    parser.add_argument('--fence', type=float, default=0.3, help='how often a thread has a fence')
    parser.add_argument('--same', type=float, default=0.3, help='how often a location comes twice')
    parser.add_argument('--choose', type=float, default=0.0, help='how often a thread chooses')
    args = parser.parse_args()
    for i in range(args.count):
        chance = random.Random(args.seed * 1000003 + i)
        p = program(chance, f'random-{args.seed}-{i}', args)
        if p is not None:
            print(json.dumps(p, separators=(',', ':')))


if __name__ == '__main__':
    main()
