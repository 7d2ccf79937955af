#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Installs what the tests need, builds, and runs every test. The arguments go to
# ctest, whose summary ends the output and whose exit code this ends with.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd -P)
me=tests/run.sh
. "$top/harness/setup.sh"

# The program; xsavage-bench; xs-plot and its test; the unit tests; the fuzz targets;
# tests/kernels/build; tests/vm/run.
need_packages gcc libc6-dev cmake make pkg-config libhwloc-dev libinih-dev libjansson-dev \
	g++ libbenchmark-dev \
	gnuplot-nox libxml2-utils \
	libcmocka-dev \
	clang libclang-rt-14-dev \
	linux-source-6.1 coccinelle flex bison bc libelf-dev xz-utils \
	qemu-system-x86 cpio
configure_and_build -DBUILD_TESTING=ON
say "testing"
cd "$top"
exec ctest --preset default "$@"
