#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs "xsavage check" with the arguments given, and tells LAVA of each case, and of the verdict.
set -u

# LAVA's signals come over the same line as the kernel's messages, which would cut them.
dmesg -n 1 2>/dev/null || true
results=${LAVA_RESULT_DIR:-.}
xsavage check --ktap --save "$results" --json "$results/xsavage.json" "$@" \
	>"$results/xsavage.ktap" 2>"$results/xsavage.err"
code=$?
cat "$results/xsavage.err"
# What was covered, and what was found, stands at the end.
tail -n 60 "$results/xsavage.ktap"

while read -r line; do
	case $line in
	'ok '*'# SKIP'*) result='skip' ;;
	'ok '*) result='pass' ;;
	'not ok '*'# ERROR'*) result='unknown' ;;
	'not ok '*) result='fail' ;;
	*) continue ;;
	esac
	line=${line#not }
	line=${line#ok * }
	lava-test-case "${line%% *}" --result "$result"
done <"$results/xsavage.ktap"

case $code in
0) result='pass' ;;
1) result='fail' ;;
4) result='skip' ;;
*) result='unknown' ;;
esac
# With what it rests on, as a number that can be drawn.
signals=$(sed -n '/^  "summary": {/,$ s/^ *"signals": \([0-9]*\),*$/\1/p' "$results/xsavage.json" |
	head -n 1)
lava-test-case verdict --result "$result" --measurement "${signals:-0}" --units signals

# A report for "xsavage pool", without a network: docs/fleet.md takes it out of the job's log.
gzip -9 <"$results/xsavage.json" | base64 | sed 's/^/xsavage.json.gz: /'
