#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# under_test.sh: compiles a program for the checker of a build folder, which is not installed.
#
# under_test.sh COMPILER LIBRARY WRAPPED FLAG... -o OUT FILE.c
set -eu
compiler=$1 library=$2 wrapped=$3
shift 3
flags=
while [ "$1" != -o ]; do
	flags="$flags $1"
	shift
done
out=$2 file=$3
# Volatile accesses are called apart from plain ones. gcc would write memcpy out after the
# calls for ThreadSanitizer have been put in.
case $compiler in
*clang*) flags="$flags -mllvm -tsan-distinguish-volatile=1" ;;
*) flags="$flags --param tsan-distinguish-volatile=1"
	flags="$flags -fno-builtin-memcpy -fno-builtin-memmove -fno-builtin-memset" ;;
esac
# What gcc warns of, fences, is about ThreadSanitizer's own runtime.
# shellcheck disable=SC2086 # words
"$compiler" -w -fsanitize=thread $flags -c "$file" -o "$out.o"
# shellcheck disable=SC2046 # words
exec "$compiler" "$out.o" -o "$out" -rdynamic -pthread \
	$(sed -n '/^#/d; s/^/-Wl,--wrap=/p' "$wrapped") \
	-Wl,-z,now "$library" "-Wl,-rpath,$(dirname "$library")"
