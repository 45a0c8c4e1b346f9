#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# build.sh SOURCE WORK OUT CARGO: builds the rivals in Rust in WORK, a copy, into OUT.
set -eu
source=$1 work=$2 out=$3 cargo=$4

# Debian's compiler with Debian's crates; another cargo brings its own.
if [ "$cargo" = /usr/bin/cargo ] && [ -x /usr/bin/rustc ]; then
	RUSTC=/usr/bin/rustc
	export RUSTC
fi
mkdir -p "$work" "$out"
out=$(cd "$out" && pwd)
rm -rf "$work/src"
cp -R "$source/." "$work/"
cd "$work"
# Without flume or rayon, the rest is built all the same.
for crate in flume rayon; do
	if ! ls -d /usr/share/cargo/registry/$crate-[0-9]* >/dev/null 2>&1; then
		sed -i "/^$crate /d" Cargo.toml
		sed -i "/with_$crate/d" src/lib.rs
		rm -f src/bin/${crate}_*.rs src/with_$crate.rs
	fi
done
# The bench says ABSENT of what is not built, so a crate of another version breaks nothing else.
if ! "$cargo" build --quiet --offline --release; then
	echo "build.sh: the rivals in Rust do not build here: they will be ABSENT" >&2
	exit 0
fi
for program in src/bin/*.rs; do
	cp "target/release/$(basename "$program" .rs)" "$out/"
done
