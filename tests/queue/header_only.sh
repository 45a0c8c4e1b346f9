#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# header_only.sh INCLUDE SOURCE: compiles SOURCE with the headers alone, as C and as C++, with
# every compiler that is here, without and with optimisation, and runs it. Nothing of weft's
# is linked.
set -eu
include=$1 source=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tried=0

try() {
	command -v "$1" >/dev/null 2>&1 || return 0
	echo "$*"
	"$@" -Wall -Wextra -Wpedantic -Wshadow -Werror -I "$include" -pthread -o "$dir/program"
	timeout 60 "$dir/program"
	tried=$((tried + 1))
}

for suffix in '' -14 -19; do
	for level in -O0 -O2; do
		try "clang$suffix" -std=c11 $level "$source"
		try "clang++$suffix" -std=c++17 $level -x c++ "$source"
		[ -z "$suffix" ] || continue
		try gcc -std=c11 $level "$source"
		try g++ -std=c++17 $level -x c++ "$source"
		try gcc -std=c11 $level -DWEFT_CHECKED "$source"
	done
done
[ $tried -gt 0 ] || { echo "no compiler by these names"; exit 77; }
