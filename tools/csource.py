# SPDX-License-Identifier: MIT OR Apache-2.0
# csource.py: reads C as the checks of this folder need it: code, comments, functions.
"""A C file, seen without a compiler: the code with comments and strings blanked, the
comments by themselves, and which function each line is in. It relies on the house style
(braces that balance in every branch of an #if) and on nothing else."""

import pathlib
import re
import sys

TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
WORD = re.compile(r'[A-Za-z_]\w*')


def blank(text):
    """The same length and lines, nothing in it."""
    return re.sub(r'[^\n]', ' ', text)


class Comment:
    """first and last are line numbers; text is one line, without stars."""

    def __init__(self, first, last, text):
        self.first, self.last, self.text = first, last, text


class Function:
    def __init__(self, name, first, last):
        self.name, self.first, self.last = name, first, last


class Source:
    def __init__(self, root, path):
        self.path = pathlib.Path(path)
        self.name = self.path.relative_to(root).as_posix()
        self.text = self.path.read_text(encoding='utf-8')
        self.raw = self.text.split('\n')
        self.comments = []
        self.code = TOKEN.sub(self._token, self.text)
        self.lines = self.code.split('\n')
        self._functions = None

    def _token(self, match):
        token = match.group()
        if token[0] in '"\'':
            return token[0] + blank(token[1:-1]) + token[0]
        first = self.text.count('\n', 0, match.start()) + 1
        text = token[2:] if token.startswith('//') else token[2:-2]
        text = ' '.join(re.sub(r'^[\s*]+', '', line).strip() for line in text.split('\n'))
        self.comments.append(Comment(first, first + token.count('\n'), text.strip()))
        return blank(token)

    def line_of(self, offset):
        return self.code.count('\n', 0, offset) + 1

    def is_blank(self, line):
        return not self.raw[line - 1].strip()

    def without_preprocessor(self):
        """The code with #lines, and what they continue on, blanked."""
        return re.sub(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', lambda m: blank(m.group()), self.code,
                      flags=re.M)

    def macros(self):
        """(name, first line, last line, the whole definition) of each #define."""
        for m in re.finditer(r'^[ \t]*#[ \t]*define[ \t]+(\w+)(?:[^\n]*\\\n)*[^\n]*', self.code,
                             re.M):
            yield m.group(1), self.line_of(m.start()), self.line_of(m.end()), m.group()

    def functions(self):
        """Every function with a body, and every macro: what a comment may not reach across."""
        if self._functions is None:
            self._functions = [Function(n, a, b) for n, a, b, _ in self.macros()]
            self._functions += self._bodies()
        return self._functions

    def function_at(self, line):
        for f in self.functions():
            if f.first <= line <= f.last:
                return f
        return None

    def _bodies(self):
        code = self.without_preprocessor()
        depth, since, start = 0, 0, None
        for m in re.finditer(r'[{};]', code):
            if m.group() == '{':
                if depth == 0:
                    name = function_named(code[since:m.start()])
                    if name is not None:
                        begun = since + len(code[since:]) - len(code[since:].lstrip())
                        start = (name, self.line_of(begun))
                depth += 1
            elif m.group() == '}':
                depth -= 1
                if depth == 0:
                    since = m.end()
                    if start is not None:
                        yield Function(start[0], start[1], self.line_of(m.start()))
                        start = None
            elif depth == 0:
                since = m.end()


def function_named(head):
    """The name in `static bool name(int a, int b)`, which a body follows; None: no function."""
    head = head.rstrip()
    while head.endswith(')'):
        depth = 0
        for i in range(len(head) - 1, -1, -1):
            depth += {')': 1, '(': -1}.get(head[i], 0)
            if depth == 0:
                break
        before = head[:i].rstrip()
        word = re.search(r'\w+$', before)
        if word is None:
            return None
        if word.group() == '__attribute__':
            head = before[:word.start()].rstrip()
            continue
        return word.group()
    return None


def arguments(code, opening):
    """The arguments of a call, as text; `opening` is the offset of its parenthesis."""
    depth, begin, found = 0, opening + 1, []
    for i in range(opening, len(code)):
        if code[i] in '([{':
            depth += 1
        elif code[i] in ')]}':
            depth -= 1
            if depth == 0:
                return found + [' '.join(code[begin:i].split())]
        elif code[i] == ',' and depth == 1:
            found.append(' '.join(code[begin:i].split()))
            begin = i + 1
    return found


def sources(root, folders, endings=('.c', '.h')):
    """The Sources under the folders of root, in order of their names."""
    for folder in folders:
        for path in sorted((root / folder).rglob('*')):
            if path.suffix in endings and path.is_file():
                yield Source(root, path)


class Report:
    """Collects `file:line: sentence` and ends the program with 0 or 1."""

    def __init__(self, tool):
        self.tool, self.found = tool, []

    def say(self, name, line, sentence):
        self.found.append((name, line, sentence))

    def end(self, summary):
        for name, line, sentence in sorted(set(self.found)):
            print(f'{name}:{line}: {sentence}')
        n = len(set(self.found))
        print(f'{self.tool}: ' + (f'{n} to mend' if n else summary))
        sys.exit(1 if n else 0)


def root_option(parser):
    parser.add_argument('--root', type=pathlib.Path, metavar='FOLDER',
                        default=pathlib.Path(__file__).resolve().parent.parent,
                        help='the tree to look at (default: the one that this tool is in)')
