#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What docs/ci.md shows can be read: as YAML, by the shell, and by the programs that it calls. No
# GitHub and no GitLab takes part.
# Usage: tests/fleet/ci.sh BUILD
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

build=${1?which build?}
top=$(cd "$(dirname "$0")/../.." && pwd)
python3 -c 'import yaml' 2>/dev/null || { echo "no yaml of Python; apt-get install python3-yaml"; exit 77; }
cd "$top"
python3 tests/fleet/ci.py docs/ci.md "$build"
# And it shows when something is wrong.
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
for spoilt in 's/tests\/kernels\/gate/tests\/kernels\/gat/' 's/--save/--sav/' 's/|| \[ /|| [[ (/' \
	's/    steps:/   steps:/' 's/  script:/  scripts:/'; do
	sed "$spoilt" docs/ci.md >"$tmp/ci.md"
	! python3 tests/fleet/ci.py "$tmp/ci.md" "$build" >/dev/null 2>&1 ||
		{ echo "FAILED: $spoilt is taken"; exit 1; }
done
