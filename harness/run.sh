#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# From a fresh Debian to a verdict on the running kernel: installs what is
# missing, builds, and runs "xsavage check" with the arguments given.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd -P)
me=harness/run.sh
. "$top/harness/setup.sh"

need_packages gcc libc6-dev cmake make pkg-config libelf-dev libhwloc-dev libinih-dev \
	libjansson-dev
# Said each time: the other scripts use the same build folder, and need more.
configure_and_build -DBUILD_TESTING=OFF -DXS_REQUIRE=
exec "$top/build/xsavage" check "$@"
