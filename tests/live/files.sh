#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Files that are none: SIGINT and SIGTERM end every wait, and what cannot be used is said at once.
# Usage: tests/live/files.sh XSAVAGE SEED
# Exit code: 0 pass, 1 fail, 77 skip.
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=processes.sh
. "$here/processes.sh"
xsavage=$(realpath "${1?which xsavage?}") seed=$(realpath "${2?which case?}")
fifo=$tmp/fifo
mkfifo "$fifo"

# It waits, with its signals blocked or not; a signal ends it.
ends_by() {
	sleep 1
	alive || fail "it does not wait: $what"
	kill -s "$1" "$pid"
	finish
	exits "$2"
}

# A case that nobody writes.
for signal in INT:130 TERM:143; do
	for command in replay explain topo export; do
		start "$xsavage" "$command" "$fifo"
		ends_by "${signal%:*}" "${signal#*:}"
	done
	start "$xsavage" replay "$seed" "$fifo"
	ends_by "${signal%:*}" "${signal#*:}"
done

# A terminal at which nobody types.
reading() {
	for process in $(marked); do
		[ "$(cat "/proc/$process/comm")" = xsavage ] && victim=$process && return 0
	done
	return 1
}
# Not where there is no terminal to be had, as without /dev/pts.
if script -qec true "$tmp/typescript" </dev/null >/dev/null 2>&1; then
	mkfifo "$tmp/keys"
	exec 3<>"$tmp/keys"
	for signal in INT:130 TERM:143; do
		start sh -c 'exec script -qec "$1 replay -" "$2" <"$0"' \
			"$tmp/keys" "$xsavage" "$tmp/typescript"
		await reading
		sleep 1
		kill -s "${signal%:*}" "$victim"
		finish
		exits "${signal#*:}"
	done
	exec 3<&-
fi

# A case that comes late, and in two parts.
start "$xsavage" replay "$fifo"
exec 3>"$fifo"
sleep 0.3
head -c 20 "$seed" >&3
sleep 0.3
tail -c +21 "$seed" >&3
exec 3>&-
finish
exits 0

# A report that nobody reads; that the reader leaves in the pipe; that is read.
run "$xsavage" replay --json "$fifo" "$seed"
exits 2
complains 'start the reader first'
exec 3<>"$fifo"
(exec dd if=/dev/zero of="$fifo" oflag=nonblock bs=4096 2>/dev/null)
for signal in INT:130 TERM:143; do
	start "$xsavage" replay --json "$fifo" "$seed"
	sleep 2
	ends_by "${signal%:*}" "${signal#*:}"
done
for signal in INT:130 TERM:143; do
	start sh -c 'exec "$@" >"$0"' "$fifo" "$xsavage" replay -n 1000 "$seed"
	sleep 2
	ends_by "${signal%:*}" "${signal#*:}"
	start sh -c 'exec "$@" >"$0"' "$fifo" "$xsavage" check -t 1
	sleep 2
	ends_by "${signal%:*}" "${signal#*:}"
done
exec 3<&-
cat "$fifo" >"$tmp/json" &
sleep 0.3
run "$xsavage" replay --json "$fifo" "$seed"
exits 0
wait
grep -q '"verdict": "pass"' "$tmp/json" || fail "no report came out of the FIFO"

# Where no file can be, before anything has run.
run "$xsavage" check --json "$tmp" -t 600
exits 2
complains 'Is a directory'
run sh -c '"$@" >&-' sh "$xsavage" replay "$seed"
exits 2
complains 'standard output: Bad file descriptor'
run sh -c '"$@" >&-' sh "$xsavage" list
exits 2
complains 'could not be written'

# Standard output by its name: the text comes first, and the file stays the file.
run sh -c '"$@" >"$0"' "$tmp/file" "$xsavage" replay --json /dev/fd/1 "$seed"
exits 0
sed -n '1p' "$tmp/file" | grep -q 'pass$' || fail "the text was written over"
grep -q '"verdict": "pass"' "$tmp/file" || fail "there is no report"

[ -z "$(marked)$(files)" ] || fail "left: $(marked) $(files)"
say passed
