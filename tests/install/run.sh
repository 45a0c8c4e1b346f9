#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Installs weft into a folder of its own, and uses it there as its users would: by
# pkg-config, by CMake and as a subproject of meson's, from C and from C++.
#
#	run.sh SOURCE-FOLDER
#
# WEFT_RUN_TSAN has the words that go before a ThreadSanitizer program, if it needs some.
set -u
source=$(cd "$1" && pwd)
run_tsan=${WEFT_RUN_TSAN:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
prefix=$work/usr
cc=${CC:-cc}
cxx=${CXX:-c++}
strict='-Wall -Wextra -Wpedantic -Werror'
failed=0

# try SENTENCE COMMAND...: it must succeed.
try()
{
	sentence=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		echo "ok: $sentence"
	else
		echo "FAILED: $sentence: $*"
		sed 's/^/	/' "$work/log"
		failed=$((failed + 1))
	fi
}

# refuse SENTENCE WORDS COMMAND...: it must fail, and say the words.
refuse()
{
	sentence=$1 words=$2
	shift 2
	if "$@" >"$work/log" 2>&1; then
		echo "FAILED: $sentence: this succeeded: $*"
		failed=$((failed + 1))
	elif ! grep -q "$words" "$work/log"; then
		echo "FAILED: $sentence: no word of \"$words\" from: $*"
		sed 's/^/	/' "$work/log"
		failed=$((failed + 1))
	else
		echo "ok: $sentence"
	fi
}

# The flags are words to be split.
# shellcheck disable=SC2046,SC2086
compile()
{
	"$@" $strict $(pkg-config --cflags "$package") -o "$work/first" "$first" \
		$(pkg-config $static --libs "$package")
}
compile_and_run() { compile "$@" && "$work/first"; }

install_weft()
{
	meson setup "$work/build" "$source" --prefix="$prefix" --libdir=lib -Dtests=disabled &&
		meson compile -C "$work/build" -j2 && meson install -C "$work/build" --no-rebuild
}

by_pkg_config()
{
	first=$source/tests/install/first.c package=weft static=
	export PKG_CONFIG_PATH="$prefix/lib/pkgconfig" LD_LIBRARY_PATH="$prefix/lib"
	try 'C by pkg-config' compile_and_run "$cc" -std=c11 -D_DEFAULT_SOURCE
	try 'C with NDEBUG' compile_and_run "$cc" -O2 -DNDEBUG
	try 'C with WEFT_CHECKED' compile_and_run "$cc" -O2 -DWEFT_CHECKED
	try 'C with its unused sections removed' compile_and_run "$cc" -O2 -ffunction-sections \
		-fdata-sections -Wl,--gc-sections
	try 'C++ by pkg-config' compile_and_run "$cxx" -std=c++17 -x c++
	static=--static
	try 'C by pkg-config, static' compile_and_run "$cc" -static
	try 'C++ by pkg-config, static' compile_and_run "$cxx" -std=c++17 -static -x c++
	static=
	try 'the version of weft.pc' pkg-config --exact-version="$version" weft
	try 'the program needs the soversion' needs_soversion
}

needs_soversion()
{
	compile "$cc" && objdump -p "$work/first" | grep -q 'NEEDED *libweft\.so\.0$'
}

by_threadsanitizer()
{
	package=weft-tsan static=
	try 'ThreadSanitizer with weft-tsan' tsan_runs
	package=weft
	refuse 'ThreadSanitizer with weft' weft_abi_0_tsan compile "$cc" -fsanitize=thread
	package=weft-tsan
	refuse 'weft-tsan without ThreadSanitizer' 'weft_abi_0\b' compile "$cc"
}

tsan_runs()
{
	compile "$cc" -g -fsanitize=thread || return 1
	# shellcheck disable=SC2086 # words to be split
	TSAN_OPTIONS=halt_on_error=1 $run_tsan "$work/first"
}

by_cmake()
{
	for name in weft weft-tsan; do
		flags=
		[ "$name" = weft ] || flags=-fsanitize=thread
		try "CMake, weft::$name" cmake_builds "$name" "$flags"
		try "the program of CMake's runs, $name" runs "$work/cmake-$name/first_c"
		try "the C++ program of CMake's runs, $name" runs "$work/cmake-$name/first_cc"
	done
	refuse 'CMake, a version that is too new' 'compatible' cmake_asks 99.0
	refuse 'CMake, another series' 'compatible' cmake_asks 0.0.9
	try 'CMake, this version' cmake_asks "$version"
}

cmake_builds()
{
	mkdir -p "$work/cmake"
	cp "$source/tests/install/first.c" "$work/cmake/first.c"
	cp "$source/tests/install/first.c" "$work/cmake/first.cc"
	cp "$source/tests/install/CMakeLists.txt" "$work/cmake/"
	cmake -S "$work/cmake" -B "$work/cmake-$1" -DCMAKE_PREFIX_PATH="$prefix" -DNAME="$1" \
		-DCMAKE_C_FLAGS="$2" -DCMAKE_CXX_FLAGS="$2" && cmake --build "$work/cmake-$1"
}

cmake_asks()
{
	rm -rf "$work/cmake-asks"
	cmake -S "$work/cmake" -B "$work/cmake-asks" -DCMAKE_PREFIX_PATH="$prefix" -DNAME=weft \
		-DVERSION="$1"
}

# shellcheck disable=SC2086 # words to be split
runs() { $run_tsan "$@"; }

as_subproject()
{
	mkdir -p "$work/user/subprojects"
	cp "$source/tests/install/subproject.build" "$work/user/meson.build"
	cp "$source/tests/install/first.c" "$work/user/"
	cp "$source/tests/install/first.c" "$work/user/first.cc"
	ln -s "$source" "$work/user/subprojects/weft"
	printf '[wrap-file]\ndirectory = weft\n[provide]\nweft = weft_dep\n' \
		>"$work/user/subprojects/weft.wrap"
	unset PKG_CONFIG_PATH LD_LIBRARY_PATH
	try 'a subproject of meson' subproject_runs
}

subproject_runs()
{
	meson setup "$work/user/build" "$work/user" && meson compile -C "$work/user/build" -j2 &&
		meson test -C "$work/user/build" --no-rebuild &&
		! ls "$work/user/build/subprojects/weft/tests" 2>/dev/null
}

version=$(sed -n "s/^  version: '\(.*\)',/\1/p" "$source/meson.build")
try 'meson install' install_weft
[ "$failed" -eq 0 ] || exit 1
by_pkg_config
by_threadsanitizer
by_cmake
as_subproject
[ "$failed" -eq 0 ]
