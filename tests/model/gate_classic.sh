#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# gate_classic.sh PROGRAM OPTION FOLDER: runs the program on the litmus tests of the folder.
set -eu
exec "$1" "$2" "$3"/*.litmus
