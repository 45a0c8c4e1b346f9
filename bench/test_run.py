# SPDX-License-Identifier: MIT OR Apache-2.0
# test_run.py: what run.py says of programs that only pretend: PASS, MISS, NOISY, ABSENT, refused.
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

RUN = Path(__file__).resolve().parent / "run.py"

# A cell that says that it took so many ns an operation.
STEADY = """#!/bin/sh
echo "ns $(($2 * {ns})) ops $2 checksum $(($2 * ($2 + 1) / 2 + {wrong}))"
"""
# One whose time goes up and down from run to run.
WILD = """#!/bin/sh
n=$(cat "$0.runs" 2>/dev/null || echo 0)
echo $((n + 1)) >"$0.runs"
echo "ns $(($2 * (10 + n % 4 * 20))) ops $2 checksum $(($2 * ($2 + 1) / 2))"
"""

# One that says what it is told, and writes it down.
TOLD = """#!/bin/sh
echo "$1 $2" >>"$0.told"
echo "ns $(($2 * {ns})) ops $2 checksum $(($2 * ($2 + 1) / 2))"
"""


class RunTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "bench").mkdir()
        self.cells = []
        self.goals = ""

    def cell(self, who, script, work="work", noun="noun"):
        program = f"{noun}_{who}"
        self.cells.append(f"{noun}\t{who}\t{program}\tsum\t{work}\n")
        if script is not None:
            path = self.folder / "bench" / program
            path.write_text(script, encoding="ascii")
            path.chmod(0o755)

    def steady(self, who, ns, wrong=0, **where):
        self.cell(who, STEADY.format(ns=ns, wrong=wrong), **where)

    def run_it(self, *args):
        cells = "# who\n" + "".join(self.cells)
        (self.folder / "cells.tsv").write_text(cells, encoding="utf-8")
        (self.folder / "goals.tsv").write_text("# goals\n" + self.goals, encoding="utf-8")
        command = [sys.executable, str(RUN), *args, "--build", str(self.folder),
                   "--cells", str(self.folder / "cells.tsv"),
                   "--goals", str(self.folder / "goals.tsv")]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    def verdicts(self, done):
        words = ("PASS", "MISS", "NOISY", "ABSENT")
        return [line.split()[0] for line in done.stdout.splitlines() if line.startswith(words)]

    def test_pass(self):
        self.steady("weft", 10)
        self.steady("rival", 15)
        self.goals = "noun/work\trival\t1.4\n"
        done = self.run_it("--check")
        self.assertEqual(self.verdicts(done), ["PASS"])
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"PASS +noun/work +rival +goal 1.40   1.50 \[1.50 to 1.50\]")

    def test_miss_fails(self):
        self.steady("weft", 10)
        self.steady("rival", 15)
        self.goals = "noun/work\trival\t1.6\n"
        done = self.run_it("--check", "noun")
        self.assertEqual(self.verdicts(done), ["MISS"])
        self.assertEqual(done.returncode, 1)

    def test_stretch_miss_does_not_fail(self):
        self.steady("weft", 10)
        self.steady("rival", 15)
        self.goals = "noun/work\trival\t1.6\tstretch\n"
        done = self.run_it("--check")
        self.assertEqual(self.verdicts(done), ["MISS"])
        self.assertIn("stretch", done.stdout)
        self.assertEqual(done.returncode, 0)

    def test_noisy_is_taken_again_and_neither_passes_nor_fails(self):
        self.steady("weft", 10)
        self.cell("rival", WILD)
        self.goals = "noun/work\trival\t100\n"
        done = self.run_it("--check")
        self.assertEqual(self.verdicts(done), ["NOISY"])
        self.assertEqual(done.returncode, 0)
        runs = int((self.folder / "bench" / "noun_rival.runs").read_text(encoding="ascii"))
        self.assertGreaterEqual(runs, 3 * 7)

    def test_absent_rival_is_said(self):
        self.steady("weft", 10)
        self.cell("rival", None)
        self.goals = "noun/work\trival\t1.0\n"
        done = self.run_it("--check")
        self.assertEqual(self.verdicts(done), ["ABSENT"])
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"rival +ABSENT   not built")

    def test_absent_weft_is_said(self):
        self.cell("weft", None)
        self.steady("rival", 10)
        self.goals = "noun/work\trival\t1.0\n"
        done = self.run_it("--check")
        self.assertEqual(self.verdicts(done), ["ABSENT"])
        self.assertIn("weft itself", done.stdout)

    def test_best_is_the_fastest_that_is_there(self):
        self.steady("weft", 10)
        self.steady("slow", 30)
        self.steady("fast", 11)
        self.cell("gone", None)
        self.goals = "noun/work\tbest:slow,fast,gone\t1.05\n"
        done = self.run_it("--check")
        self.assertEqual(self.verdicts(done), ["PASS"])
        self.assertIn("1.10", done.stdout)
        self.assertIn("without gone ABSENT", done.stdout)

    def test_a_steady_miss_counts_beside_a_noisy_rival(self):
        self.steady("weft", 10)
        self.steady("rival", 12)
        self.cell("wild", WILD)
        self.goals = "noun/work\tbest:wild,rival\t1.3\n"
        self.assertEqual(self.verdicts(self.run_it("--check")), ["MISS"])

    def test_wrong_checksum_is_refused(self):
        self.steady("weft", 10, wrong=1)
        self.steady("rival", 15)
        self.goals = "noun/work\trival\t1.0\n"
        done = self.run_it("--check")
        self.assertEqual(self.verdicts(done), ["MISS"])
        self.assertIn("wrong checksum", done.stderr)
        self.assertEqual(done.returncode, 2)

    def test_wrong_checksum_of_a_rival_is_refused(self):
        self.steady("weft", 10)
        self.steady("rival", 15, wrong=1)
        self.goals = "noun/work\trival\t1.0\n"
        done = self.run_it("--check")
        self.assertEqual(self.verdicts(done), ["MISS"])
        self.assertEqual(done.returncode, 2)

    def test_crash_and_nonsense_are_refused(self):
        self.steady("weft", 10)
        self.cell("crash", "#!/bin/sh\necho sorry >&2\nexit 3\n")
        self.cell("nonsense", "#!/bin/sh\necho fast\n")
        done = self.run_it()
        self.assertEqual(done.returncode, 2)
        self.assertIn("exit status 3: sorry", done.stderr)
        self.assertIn("cannot read its line", done.stderr)

    def test_stalled_rival_is_said(self):
        self.steady("weft", 10)
        self.cell("rival", "#!/bin/sh\nexec sleep 60\n")
        done = self.run_it("--limit", "0.2")
        self.assertRegex(done.stdout, r"rival +STALLED   did not end in 0.2 s")
        self.assertEqual(done.returncode, 0)

    def told(self, who, noun="noun"):
        lines = (self.folder / "bench" / f"{noun}_{who}.told").read_text(encoding="ascii")
        return [tuple(line.split()) for line in lines.splitlines()]

    def test_a_program_may_know_a_work_by_another_name(self):
        self.steady("weft", 10)
        self.cell("rival", TOLD.format(ns=15), work="other work=same")
        self.goals = "noun/work\trival\t1.4\n"
        done = self.run_it("--check")
        self.assertEqual(self.verdicts(done), ["PASS"])
        self.assertEqual({work for work, _ in self.told("rival")}, {"same"})

    def test_a_paced_work_is_sized_by_the_clock(self):
        for who, ns in ("weft", 10), ("rival", 15):
            self.cell(who, TOLD.format(ns=ns), work="idle")
        self.goals = "noun/idle\trival\t1.4\n"
        self.assertEqual(self.verdicts(self.run_it("--check")), ["PASS"])
        # 100 us each: 0.48 s, and not the millions that would take 120 ms of what it says.
        self.assertEqual(self.told("rival"), 7 * [("idle", "4864")])

    def test_a_limit_may_stand_in_a_rivals_place(self):
        self.steady("weft", 10)
        for limit, verdict, status in ("20", "PASS", 0), ("5", "MISS", 1):
            self.goals = f"noun/work\tunder:{limit}\t1.0\n"
            done = self.run_it("--check")
            self.assertEqual(self.verdicts(done), [verdict])
            self.assertEqual(done.returncode, status)

    # Two programs of a noun whose operations are calls: any number of them, the same sum.
    def call(self, who, ns, checksum="7", work="work"):
        script = (f'#!/bin/sh\necho "$@" >>"$0.told"\n'
                  f'echo "ns $(($2 * {ns})) ops $2 checksum {checksum}"\n')
        self.cell(who, script, noun="par", work=work)
        self.cells[-1] = self.cells[-1].replace("\tsum\t", "\tsums\t")
        (self.folder / "sums.tsv").write_text(f"sums\tpar/{work}\t7\n", encoding="ascii")

    def test_calls_are_any_number_and_their_sum_stands_in_a_file(self):
        self.call("weft", 50_000_000)
        self.call("rival", 60_000_000)
        self.assertEqual(self.run_it("--rounds", "3").returncode, 0)
        self.assertEqual(self.told("weft", "par")[-1], ("work", "2"))
        self.call("rival", 60_000_000, checksum="8")
        done = self.run_it("--rounds", "3")
        self.assertIn("wrong checksum 8, not 7", done.stderr)
        self.assertEqual(done.returncode, 2)

    def test_a_sum_that_stands_nowhere_is_an_error(self):
        self.call("weft", 10)
        (self.folder / "sums.tsv").write_text("", encoding="ascii")
        self.assertIn("sums.tsv has no sums of par/work", self.run_it().stderr)

    def test_bytes_are_shown_beside_the_share_of_memcpy(self):
        self.call("weft", 160_000_000, work="map-100m")
        self.call("memcpy", 80_000_000, work="map-100m")
        said = self.run_it("--rounds", "3").stdout
        self.assertRegex(said, r"weft .* 10.0 GB/s, 50 % of memcpy")

    def test_threads_are_told_and_a_collapse_is_said(self):
        self.call("weft", "(${3:-1} * 10000000)")
        done = self.run_it("--threads", "1,2", "--rounds", "3", "par")
        self.assertIn("par/work@1", done.stdout)
        self.assertIn("COLLAPSE par/work@2: 0.50 of weft's speed with fewer", done.stdout)
        self.assertEqual({t[2] for t in self.told("weft", "par")}, {"1", "2"})

    def test_a_cell_of_a_noun_with_many_workloads_is_shorter(self):
        for noun in "noun", "channel":
            self.cell("weft", TOLD.format(ns=10), noun=noun)
            self.cell("rival", TOLD.format(ns=15), noun=noun)
        self.run_it("--rounds", "3")
        longest = {noun: max(int(ops) for _, ops in self.told("weft", noun))
                   for noun in ("noun", "channel")}
        self.assertEqual(longest, {"noun": 12000064, "channel": 6000064})

    def test_only_what_the_goals_need_is_run(self):
        self.steady("weft", 10)
        self.steady("rival", 15)
        self.cell("other", WILD)
        self.steady("weft", 10, noun="elsewhere")
        self.goals = "noun/work\trival\t1.0\n"
        done = self.run_it("--check")
        self.assertNotIn("other", done.stdout)
        self.assertNotIn("elsewhere", done.stdout)

    def test_json_save_and_baseline(self):
        self.steady("weft", 10)
        self.steady("rival", 15)
        self.goals = "noun/work\trival\t1.0\n"
        saved = self.folder / "saved.json"
        done = self.run_it("--check", "--json", "--rounds", "3", "--save", str(saved))
        whole = json.loads(done.stdout)
        self.assertEqual(whole, json.loads(saved.read_text(encoding="utf-8")))
        self.assertEqual(whole["rounds"], 3)
        self.assertEqual(whole["goals"][0]["verdict"], "PASS")
        rival = whole["workloads"][0]["cells"][1]
        self.assertEqual((rival["who"], rival["ratio"], len(rival["ns_rounds"])), ("rival", 1.5, 3))
        self.steady("weft", 5)
        done = self.run_it("--baseline", str(saved))
        self.assertRegex(done.stdout, r"noun/work +weft .*was 10.00 ns: 2.00")

    def test_a_goal_without_a_cell_is_an_error(self):
        self.steady("weft", 10)
        self.goals = "noun/work\tnobody\t1.0\n"
        done = self.run_it("--check")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no cell of nobody", done.stderr)

    def test_an_unknown_workload_is_an_error(self):
        self.steady("weft", 10)
        self.assertIn("no workload", self.run_it("typo").stderr)

    def test_the_goals_of_this_folder_name_cells_that_there_are(self):
        done = subprocess.run([sys.executable, str(RUN), "--check", "no such row"],
                              capture_output=True, text=True, check=False, timeout=60)
        self.assertIn("no workload of that name", done.stderr)


if __name__ == "__main__":
    unittest.main()
