#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# build.sh SOURCE WORK OUT GO: builds the rivals in Go, with what is made on the way in WORK.
set -eu
source=$1 work=$2 out=$3 go=$4

mkdir -p "$work" "$out"
GOCACHE=$(cd "$work" && pwd)/cache
out=$(cd "$out" && pwd)
export GOCACHE GOPROXY=off GOFLAGS=-mod=mod GOTOOLCHAIN=local CGO_ENABLED=0 GO111MODULE=on
cd "$source"
# The bench says ABSENT of what is not built.
if ! "$go" build -o "$out/go_channel" go_channel.go; then
	echo "build.sh: the rivals in Go do not build here: they will be ABSENT" >&2
fi
