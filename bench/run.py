#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# run.py: measures weft beside its rivals, in one run, and holds the ratios against goals.tsv.
"""Measures weft beside its rivals.

A workload is `noun/work`, as array_queue/2p2c. Each program that can do it is a cell: one
process, which prints `ns N ops N checksum N`. The cells of a workload take turns, round after
round; a ratio is the rival's time over weft's, paired by round, so more is better for weft.
README.md beside this file says how to read the tables.
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WEFT = "weft"
SPREAD = 0.25           # quartiles further apart than this, of the median: NOISY
RETAKES = 2             # how often a noisy pair is taken again, twice as long each time
SLOWEST = 5             # a slow cell does fewer operations: at most this times the fastest's time
# The works of one thread, for --instructions.
ALONE = {"uncontended", "owner", "read-1", "write-1", "add-1", "8-ready", "1-of-8", "1-of-1000"}
# The works whose operations are this many ns apart, by the clock: their figure is another one.
PACED = {"idle": 100_000, "idle-1s": 10**9, "cold": 10**7, "wake": 10**7}
PACED_LONGER = 4        # such a cell lasts this much longer than others
# Nouns whose operation is a whole call, on as many threads as the program is told.
CALLS = {"pool", "par", "sort"}
# What a call of these reads and writes: their rows have GB/s, and the share of memcpy's.
BYTES = {"map-100m": 1.6e9, "scan-100m": 1.6e9, "sum-100m": 0.8e9}
# What --threads shows the curves of, unless it is told.
CURVES = r"^(pool/(fib-35|wake)|par/(map-1m|sum-100m|mandelbrot|callers-16)|sort/random-10m)$"
COLLAPSE = 0.7          # of weft's own speed with fewer threads
# Nouns of so many workloads that each cell is shorter by this factor.
MANY = {"channel": 0.5, "channel_64": 0.5, "channel_lf": 0.5, "select": 0.5}

# What the threads' sums must come to, by the name in cells.tsv: values are 1 to n. What is not
# here is a word of sums.tsv, where the sum does not depend on n.
CHECKSUMS = {
    "sum": lambda n: n * (n + 1) // 2,
    "sum8": lambda n: 8 * (n * (n + 1) // 2),
    "ops": lambda n: n,
}


class Refused(Exception):
    """A cell that did not end well: no figure of its is to be believed."""


class Stalled(Exception):
    """A cell that did not end in time."""


class Program:
    """One program at one workload."""

    def __init__(self, who, path, noun, work, expected):
        self.who, self.path, self.noun, self.work = who, path, noun, work
        self.expected = expected
        self.ops = 0
        self.threads = None

    def whole(self, ops):
        """At least as many as may be done: any number of calls, or a multiple of 64."""
        return max(int(ops), 1) if self.noun in CALLS else int(ops) // 64 * 64 + 64

    def is_there(self):
        return self.path.is_file() and os.access(self.path, os.X_OK)

    def run(self, ops, limit):
        """Nanoseconds an operation of one run."""
        told = [str(self.path), self.work, str(ops)]
        if self.threads is not None:
            told.append(str(self.threads))
        try:
            done = subprocess.run(told, capture_output=True, text=True, check=False, timeout=limit,
                                  start_new_session=True, preexec_fn=weigh)
        except subprocess.TimeoutExpired:
            raise Stalled(f"did not end in {limit:g} s") from None
        if done.returncode != 0:
            raise Refused(f"exit status {done.returncode}: {done.stderr.strip()[:200]}")
        said = re.fullmatch(r"ns (\d+) ops (\d+) checksum (\d+)\n", done.stdout)
        if said is None:
            raise Refused(f"cannot read its line {done.stdout[:80]!r}")
        ns, did, checksum = (int(g) for g in said.groups())
        if did != ops:
            raise Refused(f"did {did} operations of {ops}")
        if checksum != self.expected(ops) % 2**64:
            raise Refused(f"wrong checksum {checksum}, not {self.expected(ops) % 2**64}")
        return max(ns, 1) / ops


def weigh():
    """Gives the cell's own session a greater share of the CPUs, where one may (autogroup(7))."""
    try:
        with open("/proc/self/autogroup", "w", encoding="ascii") as f:
            f.write("-20")
    except OSError:
        pass


def read_rows(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield [field.strip() for field in line.split("\t") if field.strip()]


def expect(checksum, sums, workload):
    """The sum that so many operations must come to."""
    if checksum in CHECKSUMS:
        return CHECKSUMS[checksum]
    key = (checksum, workload)
    if key not in sums:
        sys.exit(f"run.py: sums.tsv has no {checksum} of {workload}")
    return lambda n: sums[key]


def read_cells(path, build):
    """Workload -> its programs, weft's first."""
    workloads = {}
    beside = path.with_name("sums.tsv")
    rows = read_rows(beside) if beside.is_file() else []
    sums = {(word, workload): int(n) for word, workload, n in rows}
    for noun, who, program, checksum, works in read_rows(path):
        for work in works.split():
            work, _, told = work.partition("=")
            cells = workloads.setdefault(f"{noun}/{work}", [])
            expected = expect(checksum, sums, f"{noun}/{work}")
            cell = Program(who, build / program, noun, told or work, expected)
            cells.insert(0 if who == WEFT else len(cells), cell)
    return workloads


def read_goals(path, workloads):
    goals = []
    for row in read_rows(path):
        if len(row) not in (3, 4) or (len(row) == 4 and row[3] != "stretch"):
            sys.exit(f"run.py: {path}: cannot read the row {row}")
        rivals = row[1].removeprefix("best:").split(",")
        known = [p.who for p in workloads.get(row[0], [])]
        for rival in rivals:
            if rival not in known and (row[0] not in workloads or limit_of(rival) is None):
                sys.exit(f"run.py: {path}: {row[0]} has no cell of {rival}")
        goals.append({"workload": row[0], "rival": row[1], "rivals": rivals,
                      "at_least": float(row[2]), "stretch": len(row) == 4})
    return goals


def limit_of(rival):
    """The N of `under:N`, which stands in a rival's place."""
    word, _, ns = rival.partition(":")
    return int(ns) if word == "under" else None


class Bench:
    def __init__(self, rounds, target_ns, limit, retakes=RETAKES):
        self.rounds, self.target_ns, self.limit = rounds, target_ns, limit
        self.retakes = retakes

    def calibrate(self, cells, states, target_ns):
        """Chooses how many operations: the same for all, fewer for those that are far slower."""
        pace = next((PACED[c.work] for c in cells if c.work in PACED), None)
        if pace is not None:
            for c in cells:
                c.ops = c.whole(PACED_LONGER * target_ns / pace)
            return
        per_op = {}
        for c in cells:
            ops = 1 if c.noun in CALLS else 6400
            while c.who not in per_op and c.who not in states:
                ns = self.try_run(c, ops, states)
                if ns is None:
                    break
                if ns * ops >= target_ns / 8 or ops >= 10**9:
                    per_op[c.who] = ns
                ops *= 8
        if not per_op:
            return
        ops = target_ns / min(per_op.values())
        for c in cells:
            if c.who in per_op:
                c.ops = c.whole(min(ops, SLOWEST * target_ns / per_op[c.who]))

    def try_run(self, cell, ops, states):
        """None, and the reason in states, when there is no figure."""
        try:
            return cell.run(ops, self.limit)
        except Stalled as e:
            states[cell.who] = ("STALLED", str(e))
        except Refused as e:
            states[cell.who] = ("REFUSED", str(e))
        return None

    def take(self, cells, longer=1):
        """who -> ns an operation by round, and who -> (state, why) of those without a figure."""
        states = {c.who: ("ABSENT", "not built") for c in cells if not c.is_there()}
        here = [c for c in cells if c.who not in states]
        times = {c.who: [] for c in here}
        self.calibrate(here, states, self.target_ns * longer)
        for r in range(self.rounds):
            turn = r % max(len(here), 1)
            for c in here[turn:] + here[:turn]:
                ns = self.try_run(c, c.ops, states) if c.who not in states else None
                if ns is not None:
                    times[c.who].append(ns)
        return {who: t for who, t in times.items() if who not in states}, states

    def measure(self, workload, cells):
        shorter = MANY.get(workload.split("/")[0], 1)
        times, states = self.take(cells, shorter)
        weft = next((c for c in cells if c.who == WEFT), None)
        result = {"workload": workload, "cells": []}
        for c in cells:
            cell = describe(c, times, states)
            for again in range(1, self.retakes + 1):
                if cell["state"] != "NOISY":
                    break
                took, without = self.take([weft, c], shorter * 2**again)
                cell = describe(c, took, {**states, **without})
                cell["retaken"] = again
            result["cells"].append(cell)
        return result


def quartiles(values):
    if len(values) == 1:
        return values[0], values[0], values[0]
    return tuple(statistics.quantiles(values, n=4, method="inclusive"))


def describe(cell, times, states):
    """One cell's figures: its state is OK, NOISY, ABSENT, STALLED or REFUSED."""
    d = {"who": cell.who, "state": "OK", "ops": cell.ops}
    if cell.who in states:
        d["state"], d["why"] = states[cell.who]
        return d
    mine = times[cell.who]
    d["ns"] = statistics.median(mine)
    d["ns_rounds"] = mine
    if cell.who != WEFT and WEFT in times:
        low, ratio, high = quartiles([rival / weft for rival, weft in zip(mine, times[WEFT])])
        d.update(ratio=ratio, low=low, high=high, weft_ns=statistics.median(times[WEFT]))
        if (high - low) / ratio > SPREAD:
            d["state"] = "NOISY"
    return d


def say_ns(ns):
    return f"{ns:.2f}" if ns < 100 else f"{ns:.0f}"


def say_bytes(cell, result):
    moved = BYTES.get(result["workload"].partition("/")[2].partition("@")[0])
    if moved is None:
        return ""
    copy = next((c["ns"] for c in result["cells"] if c["who"] == "memcpy" and "ns" in c), None)
    share = "" if copy is None else f", {100 * copy / cell['ns']:.0f} % of memcpy"
    return f"   {moved / cell['ns']:.1f} GB/s{share}"


def print_table(result, baseline, say):
    for i, c in enumerate(result["cells"]):
        line = f"{result['workload'] if i == 0 else '':<28}{c['who']:<20}"
        if "ns" not in c:
            say(f"{line}{c['state']:>10}   {c['why']}", flush=True)
            continue
        line += f"{say_ns(c['ns']):>10}"
        if "ratio" in c:
            line += f"{c['ratio']:>9.2f}   {c['low']:.2f} to {c['high']:.2f}"
        if "retaken" in c and "weft_ns" in c:
            line += f"   taken again, weft {say_ns(c['weft_ns'])}"
        line += say_bytes(c, result)
        if c["state"] != "OK":
            line += f"   {c['state']}"
        was = baseline.get((result["workload"], c["who"]))
        if was is not None:
            line += f"   was {say_ns(was)} ns: {was / c['ns']:.2f}"
        say(line, flush=True)


def judge_alone(goal, cell, limit):
    """A figure that must be under a limit: noise does not matter where all of it is."""
    low, ratio, high = quartiles([limit / ns for ns in cell["ns_rounds"]])
    verdict = "NOISY"
    if low >= goal["at_least"]:
        verdict = "PASS"
    elif high < goal["at_least"]:
        verdict = "MISS"
    return verdict, f"{ratio:.2f} [{low:.2f} to {high:.2f}]   weft {say_ns(cell['ns'])} ns"


def judge(goal, cells):
    """The row's verdict, and what to say of it. Of several rivals the one of the least ratio."""
    by_who = {c["who"]: c for c in cells}
    if by_who[WEFT]["state"] != "OK":
        state = by_who[WEFT]["state"]
        verdict = "ABSENT" if state == "ABSENT" else "MISS"
        return verdict, f"weft itself: {by_who[WEFT]['why']}"
    limit = limit_of(goal["rival"])
    if limit is not None:
        return judge_alone(goal, by_who[WEFT], limit)
    rivals = [by_who[w] for w in goal["rivals"]]
    without = [f"{c['who']} {c['state']}" for c in rivals if "ratio" not in c]
    rivals = [c for c in rivals if "ratio" in c]
    also = f"   (without {', '.join(without)})" if without else ""
    if not rivals:
        if any("REFUSED" in w for w in without):
            return "MISS", f"no figure of the rival's{also}"
        stalled = any("STALLED" in w for w in without)
        return ("PASS" if stalled else "ABSENT"), f"no figure of the rival's{also}"
    best = min(rivals, key=lambda c: c["ratio"])
    steady = min((c for c in rivals if c["state"] == "OK"), key=lambda c: c["ratio"], default=best)
    if steady["ratio"] < goal["at_least"] and steady["state"] == "OK":
        best, verdict = steady, "MISS"
    else:
        verdict = "NOISY" if best["state"] == "NOISY" else "PASS"
    return verdict, (f"{best['ratio']:.2f} [{best['low']:.2f} to {best['high']:.2f}]   weft "
                     f"{say_ns(best['weft_ns'])} ns, {best['who']} {say_ns(best['ns'])} ns{also}")


def check(goals, results, say):
    """Prints a line a row; the number of rows missed that may not be."""
    counts = {"PASS": 0, "MISS": 0, "NOISY": 0, "ABSENT": 0}
    failed = 0
    for goal in goals:
        verdict, text = judge(goal, results[goal["workload"]]["cells"])
        goal.update(verdict=verdict, text=text)
        counts[verdict] += 1
        failed += verdict == "MISS" and not goal["stretch"]
        stretch = " stretch" if goal["stretch"] else ""
        say(f"{verdict:<7}{goal['workload']:<28}{goal['rival']:<24} "
            f"goal {goal['at_least']:.2f}{stretch}   {text}")
    summary = ", ".join(f"{n} {verdict}" for verdict, n in counts.items())
    if counts["MISS"] > failed:
        summary += f"; {counts['MISS'] - failed} of the MISS stretch"
    say(summary)
    return failed


def count_instructions(workloads):
    """Instructions an operation, by the difference of two runs under callgrind."""
    if shutil.which("valgrind") is None:
        sys.exit("run.py: --instructions needs valgrind")

    def run(c, ops):
        done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                               str(c.path), c.work, str(ops)],
                              capture_output=True, text=True, check=False)
        said = re.search(r"Collected : (\d+)", done.stderr)
        if done.returncode != 0 or said is None:
            raise Refused(done.stderr[-200:])
        return int(said.group(1))

    for workload, cells in workloads.items():
        if workload.split("/")[1] not in ALONE:
            continue
        for i, c in enumerate(cells):
            line = f"{workload if i == 0 else '':<28}{c.who:<20}"
            if not c.is_there():
                print(f"{line}{'ABSENT':>10}")
                continue
            try:
                print(f"{line}{(run(c, 128000) - run(c, 64000)) / 64000:>10.1f}", flush=True)
            except Refused as e:
                print(f"{line}{'REFUSED':>10}   {e}")


def machine():
    try:
        cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        model = re.search(r"model name\s*: (.*)", cpuinfo).group(1)
    except (OSError, AttributeError):
        model = os.uname().machine
    return {"cpu": model, "cpus": len(os.sched_getaffinity(0)), "kernel": os.uname().release,
            "load": os.getloadavg()[0]}


def read_baseline(path):
    if path is None:
        return {}
    saved = json.loads(Path(path).read_text(encoding="utf-8"))
    return {(w["workload"], c["who"]): c["ns"]
            for w in saved["workloads"] for c in w["cells"] if "ns" in c}


def parse(argv):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = p.add_argument
    add("regex", nargs="?", default="", help="only the workloads that it is found in")
    add("--check", nargs="?", const="", metavar="REGEX", help="hold the ratios against the goals")
    add("--json", action="store_true", help="print JSON and nothing else")
    add("--rounds", type=int, default=7, metavar="N")
    add("--quick", action="store_true", help="short cells, 3 rounds: for a first look")
    add("--threads", metavar="N,N...", help="pool, loops, sorts on so many threads")
    add("--instructions", action="store_true", help="instructions an operation, by callgrind")
    add("--save", metavar="FILE", help="write the figures as JSON")
    add("--baseline", metavar="FILE", help="show the change since they were saved")
    add("--build", type=Path, default=HERE.parent / "build", metavar="DIR", help="the build folder")
    add("--cells", type=Path, default=HERE / "cells.tsv", help=argparse.SUPPRESS)
    add("--goals", type=Path, default=HERE / "goals.tsv", help=argparse.SUPPRESS)
    add("--limit", type=float, default=10, help=argparse.SUPPRESS)
    args = p.parse_args(argv)
    if args.rounds < 1:
        p.error("--rounds must be at least 1")
    if args.threads is not None:
        args.threads = [int(n) for n in args.threads.split(",") if n.isdigit() and int(n) > 0]
        if not args.threads or args.check is not None:
            p.error("--threads takes numbers like 1,2,4, and does not go with --check")
    return args


def measure_curve(bench, workload, cells, counts, say):
    """The workload on so many threads, each in turn; whether more of them make weft slow."""
    results, speeds = [], {}
    for n in counts:
        for c in cells:
            c.threads = n
        result = bench.measure(workload, cells)
        result["workload"], result["threads"] = f"{workload}@{n}", n
        print_table(result, {}, say)
        results.append(result)
        ns = next((c.get("ns") for c in result["cells"] if c["who"] == WEFT), None)
        fewer = max((speeds[m] for m in speeds if m < n), default=0)
        if ns is not None:
            speeds[n] = 1 / ns
            if speeds[n] < COLLAPSE * fewer:
                say(f"COLLAPSE {workload}@{n}: {speeds[n] / fewer:.2f} of weft's speed with fewer")
    return results


def measure_curves(args, bench, workloads, say):
    results = {}
    for workload, cells in workloads.items():
        if cells[0].noun in CALLS and re.search(args.regex or CURVES, workload):
            for result in measure_curve(bench, workload, cells, args.threads, say):
                results[result["workload"]] = result
    return results


def choose(args, workloads):
    """The workloads to run, and the goals to hold them against: only what those need, then."""
    if args.check is None:
        return {w: cells for w, cells in workloads.items() if re.search(args.regex, w)}, []
    regex = args.check or args.regex
    goals = [g for g in read_goals(args.goals, workloads) if re.search(regex, g["workload"])]
    needed = {}
    for g in goals:
        needed.setdefault(g["workload"], {WEFT, "memcpy"}).update(g["rivals"])
    return {w: [c for c in workloads[w] if c.who in who] for w, who in needed.items()}, goals


def main(argv):
    args = parse(argv)
    if args.quick:
        bench = Bench(3, 15e6, args.limit, retakes=1)
    else:
        bench = Bench(args.rounds, 120e6, args.limit)
    workloads, goals = choose(args, read_cells(args.cells, args.build / "bench"))
    if not workloads:
        sys.exit("run.py: no workload of that name")
    if args.instructions:
        count_instructions(workloads)
        return 0
    on = machine()
    baseline = read_baseline(args.baseline)
    say = (lambda *_, **__: None) if args.json else print
    say(f"{on['cpu']}, {on['cpus']} CPUs, Linux {on['kernel']}, load {on['load']:.1f}, "
        f"{bench.rounds} rounds")
    say(f"{'workload':<28}{'program':<20}{'ns/op':>10}{'ratio':>9}   quartiles")
    results = measure_curves(args, bench, workloads, say) if args.threads else {}
    for workload, cells in workloads.items() if not args.threads else ():
        results[workload] = bench.measure(workload, cells)
        print_table(results[workload], baseline, say)
    failed = check(goals, results, say) if args.check is not None else 0
    whole = {"machine": on, "rounds": bench.rounds, "workloads": list(results.values()),
             "goals": goals}
    if args.json:
        print(json.dumps(whole, indent=1))
    if args.save:
        Path(args.save).write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    refused = [f"{w}: {c['who']}: {c['why']}"
               for w, r in results.items() for c in r["cells"] if c["state"] == "REFUSED"]
    for line in refused:
        print(f"refused: {line}", file=sys.stderr)
    return 2 if refused else 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
