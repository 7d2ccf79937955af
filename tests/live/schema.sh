#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# JSON of every kind of verdict that can be had here, and pools of it, is what the schemas say, and
# nothing that is spoilt is.
# Usage: tests/live/schema.sh XSAVAGE PLANTED [XSAVAGE_BENCH]
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

xsavage=${1?which xsavage?}
planted=${2?which planted?}
bench=${3-}
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
. "$here/run_and_say.sh"
. "$here/planted_case.sh"

/usr/bin/python3 -c 'import jsonschema' 2>/dev/null || {
	echo "no python3-jsonschema; see tests/run.sh"
	exit 77
}

# A file $1 with a verdict $2, from the command behind it.
make() {
	name=$1 verdict=$2
	shift 2
	run "$@"
	grep -q "\"verdict\": \"$verdict\"" "$tmp/$name.json" ||
		fail "$name: no verdict $verdict (exit code $code)"
}

# A case of that name, with these lines behind its first section.
write() {
	{ printf '[case]\nname = %s\nduration_ms = %s\n' "$1" "${2-200}"; cat; } >"$tmp/$1.case"
}

# Those with a plant end with it.
planted_case "$tmp/plain.case" 10000 x87,mxcsr,sse sse
write alone <<END
[worker]
registers = x87,mxcsr,sse
END
write no-signals <<END
[signal]
source = timer
delay_us = 900000
END
write not-allowed <<END
[pressure hotplug]
END
write refuses 10000 <<END
[worker]
registers = sse
[handler]
action = bad-pointer
END
echo nothing >"$tmp/none.case"

plant() { # HOW KIND CLASS CASE FILE
	make "$5" "$6" "$planted" replay "$1" "$2" "$3" "$tmp/$4.case" "json=$tmp/$5.json"
}
make pass pass "$xsavage" replay --json "$tmp/pass.json" "$tmp/alone.case"
make skip skip "$xsavage" replay --json "$tmp/skip.json" "$tmp/not-allowed.case"
make inconclusive inconclusive "$xsavage" replay --json "$tmp/inconclusive.json" "$tmp/no-signals.case"
make error error "$xsavage" replay --json "$tmp/error.json" "$tmp/none.case" "$tmp/missing.case"
plant written foreign sse plain foreign corrupt
plant worker flip x87 plain flipped corrupt
plant entry foreign sse plain stale corrupt
plant kill flip sse plain killed killed
plant accept flip sse refuses accepted accepted
# Findings of a known signature, and those that are not.
sed -n 's/.*"\(corrupt frame [^"]*\)".*/\1: planted/p' "$tmp/foreign.json" >"$tmp/known"
run "$xsavage" check -t 1 --json "$tmp/check.json" --save "$tmp" --skip legs=layout
grep -q '"coverage": {' "$tmp/check.json" || fail "check: exit code $code"
echo 'corrupt frame init pkru - x86-64 stack==readonly 6.12..7.3: planted' >"$tmp/known"
run "$xsavage" check -t 1 --json "$tmp/check-known.json" --known "$tmp/known" --save "$tmp"
grep -q '"reason": "planted"' "$tmp/check-known.json" || fail "check --known: exit code $code"
run timeout -s INT 3 "$xsavage" replay --json "$tmp/stopped.json" -n 100000 "$tmp/alone.case"
grep -q '"interrupted": true' "$tmp/stopped.json" || fail "it was not stopped"
/usr/bin/python3 "$here/validate.py" "$top/docs/xsavage.schema.json" "$tmp"/*.json || fail "the schema"

# What these come to: a file of that name, with a verdict on all of it.
mkdir "$tmp/pool"
pool() { # NAME VERDICT ARGUMENT...
	name=$1 verdict=$2
	shift 2
	run "$xsavage" pool --json "$tmp/pool/$name.json" "$@"
	grep -q "^  \"verdict\": \"$verdict\"" "$tmp/pool/$name.json" ||
		fail "pool of $name: no verdict $verdict (exit code $code)"
}
cp "$tmp/pass.json" "$tmp/copy"
pool pass pass "$tmp/pass.json" "$tmp/copy"
pool inconclusive inconclusive "$tmp/inconclusive.json"
pool skip skip "$tmp/skip.json"
pool error error "$tmp/error.json" "$tmp/pass.json"
pool stopped inconclusive "$tmp/stopped.json"
pool foreign corrupt "$tmp/foreign.json" "$tmp/pass.json"
pool killed killed "$tmp/killed.json" "$tmp/pass.json"
pool accepted accepted "$tmp/accepted.json" "$tmp/pass.json"
pool machines corrupt "$tmp/pass.json" "$tmp/stale.json" "$top/corpus/pool/found.json" "$tmp/check.json"
echo 'corrupt frame foreign wide other x86-64: put back' >"$tmp/known"
pool known pass "$tmp/pass.json" "$top/corpus/pool/found.json" --known "$tmp/known"
/usr/bin/python3 "$here/validate.py" "$top/docs/xsavage-pool.schema.json" "$tmp/pool"/*.json ||
	fail "the schema of pool"

[ -n "$bench" ] || exit 0
mkdir "$tmp/bench"
run "$bench" --benchmark_filter='^oracle/' --benchmark_min_time=0.01 --benchmark_repetitions=2 \
	--benchmark_out="$tmp/bench/bench.json"
/usr/bin/python3 "$here/validate.py" "$top/docs/xsavage-bench.schema.json" "$tmp/bench/bench.json" ||
	fail "the schema of xsavage-bench"
