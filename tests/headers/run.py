#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
# run.py: every public header alone, in every language, by one compiler.
"""Compiles, with one compiler and in each of its languages (C11, C17, C2x; or C++17, C++20,
C++23), one file, made from the headers, that declares every typed macro for values of several
kinds and takes the address of every function; and, in the oldest and the newest language,
every header of include/weft by itself, included twice. Any warning is an error, under the
flags that users are known to have.

Not among them, since plain C in a C++ program cannot hold them: -Wold-style-cast,
-Wuseless-cast, -Wzero-as-null-pointer-constant. Nor -Wpadded: the padding is meant."""

import argparse
import importlib.machinery
import importlib.util
import pathlib
import re
import subprocess
import sys

C = ['c11', 'c17', 'c2x']
CXX = ['c++17', 'c++20', 'c++2b']
ALL = ['-Wall', '-Wextra', '-Wpedantic', '-Werror', '-Wshadow', '-Wconversion', '-Wsign-conversion',
       '-Wundef', '-Wcast-qual', '-Wcast-align', '-Wwrite-strings', '-Wdouble-promotion',
       '-Wformat=2', '-Wredundant-decls', '-Wswitch-enum', '-Wnull-dereference']
C_ONLY = ['-Wstrict-prototypes', '-Wmissing-prototypes', '-Wbad-function-cast', '-Wvla']
CXX_ONLY = ['-Wnon-virtual-dtor', '-Woverloaded-virtual', '-Wextra-semi']
TOOLS = pathlib.Path(__file__).resolve().parents[2] / 'tools'
MODES = [[], ['-DWEFT_CHECKED', '-DNDEBUG', '-O2']]


# What values may be: the file declares each typed macro for each of these.
VALUES = {'int': 'int', 'text': 'const char *', 'small': 'struct small', 'wide': 'struct wide'}
TYPES = """
struct small { char c; };
struct wide { alignas(64) float f[16]; };
#define DROP(name, T) static inline void name(T *v) { (void)v; }
#define COPY(name, T) static inline void name(T *to, T const *from) { *to = *from; }
"""


# What is declared by a function and not by a value's type; and a scope, in a block.
THREADS = """
static inline weft_status thread_of_wide(struct wide *w) { w->f[0] = 1; return WEFT_OK; }
WEFT_THREAD(wide_thread, struct wide, thread_of_wide);
static inline weft_status scope_of_wide(struct wide *w)
{
	WEFT_SCOPE(s);
	if (wide_thread_spawn(&s, w) != WEFT_OK)
		return WEFT_BUSY;
	return weft_scope_join(&s);
}
"""


def check_api():
    """tools/check-api, as a module: it knows the public names."""
    sys.path.insert(0, str(TOOLS))
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader('check_api', str(TOOLS / 'check-api'))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader('check_api', loader))
    loader.exec_module(module)
    return module


def everything(root):
    """A file that declares and names all there is."""
    api = check_api()
    headers = list(api.sources(root, ['include/weft'], ('.h',)))
    out = [f'#include <weft/{s.path.name}>' for s in headers if '/detail/' not in s.name]
    out.append(TYPES)
    used = []
    for source in headers:
        macros = {word for word, *_ in source.macros()}
        for word in sorted(macros):
            if f'{word}_GEN_' not in macros:
                continue
            verbs = sorted({twin.removeprefix(word.lower()) for twin, _ in api.twins(source)})
            for kind, value in VALUES.items():
                name = f'{word.lower()}_of_{kind}'
                # A local's values are made and dropped, others are dropped and copied.
                twin = 'end' if word == 'WEFT_LOCAL' else 'twin'
                copies = f'{word}_3_' in macros and kind == 'text'
                drops = f'{word}_2_' in macros and kind == 'text'
                more = [f'{name}_end'] * drops + [f'{name}_{twin}'] * copies
                out.append(f'DROP({name}_end, {value})' if drops else '')
                out.append(f'COPY({name}_twin, {value})' if copies and twin == 'twin' else '')
                out.append(f'{word}({", ".join([name, value, *more])});')
                used += [name + verb for verb in verbs]
        used += [n.word for n in api.names_of(source) if n.kind == 'function' and n.public()]
    if any(s.name == 'include/weft/scope.h' for s in headers):
        out.append(THREADS)
        used += ['wide_thread_spawn', 'wide_thread_spawn_with', 'scope_of_wide']
    out.append('extern void use_all(void);\nvoid\nuse_all(void)\n{')
    out += [f'\t(void)&{word};' for word in dict.fromkeys(used)]
    return '\n'.join(out) + '\n}\n'


def compile_text(command, text, options):
    return subprocess.run([*command, *options, '-c', '-o', '/dev/null', '-'], input=text,
                          capture_output=True, text=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--compiler', required=True)
    parser.add_argument('--root', type=pathlib.Path, metavar='FOLDER', default=TOOLS.parent)
    parser.add_argument('--without', action='append', default=[], metavar='FLAG',
                        help='a warning that cannot be held; say why where you write it')
    parser.add_argument('--print', action='store_true', help='print the file that has everything')
    args = parser.parse_args()
    include = args.root / 'include'
    if args.print:
        print(everything(args.root))
        return
    cxx = '++' in args.compiler
    flags = [f for f in ALL + (CXX_ONLY if cxx else C_ONLY) if f not in args.without]
    units = [(f'weft/{h.name}', f'#include <weft/{h.name}>\n' * 2)
             for h in sorted((include / 'weft').glob('*.h'))]
    whole = [('everything', everything(args.root))]
    # Macros that take functions, of every kind, by names that might collide.
    whole += [(p.name, p.read_text(encoding='utf-8'))
              for p in sorted(pathlib.Path(__file__).parent.glob('declare_*.h'))]
    failed = compiled = 0
    languages = CXX if cxx else C
    for std in languages:
        command = [args.compiler, f'-std={std}', f'-I{include}', '-x', 'c++' if cxx else 'c',
                   *flags]
        for mode in MODES:
            alone = units if std in (languages[0], languages[-1]) and mode == MODES[0] else []
            for name, text in whole + alone:
                done = compile_text(command, text, mode)
                compiled += 1
                if done.returncode != 0:
                    failed += 1
                    first = next((x for x in done.stderr.splitlines()
                                  if re.search(r'error:|warning:', x)), done.stderr)
                    print(f'{name}:1: {args.compiler} -std={std} {" ".join(mode)}: {first}')
    print(f'headers: {compiled} compiles by {args.compiler}' +
          (f', {failed} failed' if failed else ''))
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
