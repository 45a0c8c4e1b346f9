#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# gate_random.sh BRUTE GATE: random programs, by brute force and by the search, must agree.
set -eu
brute=$1
gate=$2
here=$(dirname "$0")
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

# try NAME OPTION...: OPTIONs are for the generator.
try()
{
	name=$1
	shift
	python3 "$here/random_litmus.py" "$@" >"$folder/$name"
	for axiom in rc11 c++20; do
		out=$folder/$name.$axiom.jsonl
		"$brute" --sc=$axiom --bound 3000 --write "$folder/$name" >"$out"
		"$gate" --sc=$axiom "$out"
	done
}

try plain 11 200
try choices 12 100 --choose 0.5
try orders 13 200 --sc 0.7 --same 0.4 --fence 0.1
