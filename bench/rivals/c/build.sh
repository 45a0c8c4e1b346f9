#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# build.sh SOURCE OUT CLANG FLAG...: OpenMP's programs by clang, over its own library.
set -eu
source=$1 out=$2 clang=$3
shift 3

for noun in pool par; do
	program=$out/openmp_clang_$noun
	if ! "$clang" -O3 -fopenmp "$@" "$source/openmp_$noun.c" -o "$program" -lm; then
		echo "build.sh: clang has no OpenMP here: it will be ABSENT" >&2
		exit 0
	fi
done
