#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Replays corpus/parser, and the cases of the other corpora, through xs-fuzz-parser
# and goes on from there for 20 s. An input that fails is left in the build folder.
set -eu

build=${1:?"usage: $0 BUILD/fuzz"}
corpus=$(cd "$(dirname "$0")/../../corpus" && pwd -P)

# New inputs go to the first folder; the corpus is for those that were looked at.
new=$(mktemp -d "${TMPDIR:-/tmp}/xsavage-fuzz.XXXXXX")
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# 77, as libFuzzer has it, would be taken for a skip.
"$build/xs-fuzz-parser" -error_exitcode=1 -timeout=300 -max_total_time=10 -max_len=20000 \
	-dict="$build/case.dict" -artifact_prefix="$build/" -print_final_stats=1 \
	"$new" "$corpus/parser" "$corpus/seeds" "$corpus/regress" \
	"$corpus/found"
