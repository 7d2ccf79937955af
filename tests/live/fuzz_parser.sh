#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Replays corpus/parser, and the cases of the other corpora, through xs-fuzz-parser and goes on
# from there for 10 s; or corpus/pool through xs-fuzz-pool for 5 s. An input that fails is left in
# the build folder.
# Usage: tests/live/fuzz_parser.sh BUILD/fuzz [pool]
set -eu

build=${1:?"usage: $0 BUILD/fuzz [pool]"}
corpus=$(cd "$(dirname "$0")/../../corpus" && pwd -P)

# New inputs go to the first folder; the corpus is for those that were looked at.
new=$(mktemp -d "${TMPDIR:-/tmp}/xsavage-fuzz.XXXXXX")
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

target=xs-fuzz-${2-parser}
case ${2-parser} in
parser) set -- -max_total_time=10 -max_len=20000 -dict="$build/case.dict" "$new" "$corpus/parser" \
	"$corpus/seeds" "$corpus/regress" "$corpus/found" ;;
pool) set -- -max_total_time=5 -max_len=50000 "$new" "$corpus/pool" ;;
esac
# 77, as libFuzzer has it, would be taken for a skip.
"$build/$target" -error_exitcode=1 -timeout=300 -artifact_prefix="$build/" -print_final_stats=1 "$@"
