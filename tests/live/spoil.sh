# SPDX-License-Identifier: GPL-2.0-only
# For live tests: has the kernel kill a task of ours on its own account. To be sourced.
# shellcheck shell=sh

# Write instructions that are none over the window of process $1, which runs the program $2. What
# is in the way goes to $3. Where a child shares no memory with others, it alone dies: of SIGILL.
spoil_window() {
	from=$(nm "$2" 2>"$3" | sed -n 's/ . xs_window_begin$//p')
	to=$(nm "$2" 2>"$3" | sed -n 's/ . xs_window_end$//p')
	base=$(sed -n "s,^\([0-9a-f]*\)-[^ ]* [^ ]* 00000000 .*/xsavage\$,\1,p" "/proc/$1/maps" 2>"$3")
	[ -n "$from$to" ] && [ -n "$base" ] || { echo "no nm, or no symbols" >"$3"; return 1; }
	bytes=$((0x$to - 0x$from))
	yes "$(printf '\017\013')" | tr -d '\n' | head -c "$bytes" |
		dd of="/proc/$1/mem" bs="$bytes" count=1 iflag=fullblock conv=notrunc \
			oflag=seek_bytes seek=$((0x$base + 0x$from)) 2>"$3"
}
