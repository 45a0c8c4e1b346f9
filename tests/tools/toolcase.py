# SPDX-License-Identifier: MIT OR Apache-2.0
# toolcase.py: a small tree of files, and a tool of tools/ that is run on it.
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / 'tools'
LICENCE = 'SPDX-License-Identifier: MIT OR Apache-2.0'


class ToolCase(unittest.TestCase):
    """A test writes files, then says what the tool must find in them."""
    tool = None
    options = ()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')

    def run_tool(self, *options):
        done = subprocess.run([sys.executable, TOOLS / self.tool, '--root', self.root,
                               *(options or self.options)], capture_output=True, text=True)
        self.assertEqual(done.stderr, '')
        return done.returncode, done.stdout

    def accepts(self, *options):
        code, said = self.run_tool(*options)
        self.assertEqual(code, 0, said)
        return said

    def refuses(self, *sentences, options=()):
        """Each sentence is said, at file:line, and the exit status is 1."""
        code, said = self.run_tool(*options)
        self.assertEqual(code, 1, said)
        for sentence in sentences:
            self.assertIn(sentence, said)
        found = [line for line in said.split('\n')[:-2]]
        self.assertEqual(len(found), len(sentences), said)
        for line in found:
            self.assertRegex(line, r'^[^ :]+:\d+: .*[^ ]$')
        return said


def main():
    unittest.main()
