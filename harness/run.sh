#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# From a fresh Debian 12 to a verdict on the running kernel: installs what is
# missing, builds, and runs "xsavage check" with the arguments given.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd -P)
me=harness/run.sh
. "$top/harness/setup.sh"

need_packages gcc libc6-dev cmake make pkg-config libhwloc-dev libinih-dev libjansson-dev
# Tests off, and said so each time: tests/run.sh uses the same build folder.
configure_and_build -DBUILD_TESTING=OFF
exec "$top/build/xsavage" check "$@"
