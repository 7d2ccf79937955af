#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What a shell makes of words that are begun, with Tab, in a terminal.
# Usage: tests/live/complete.sh bash|zsh BUILD
# Exit code: 0 pass, 1 fail, 77 skip.
set -eu

shell=${1?which shell?}
build=$(realpath "${2?which build?}")
completion=$(cd "$(dirname "$0")/../../harness/completion" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
for tool in "$shell" script; do
	command -v "$tool" >/dev/null || { echo "skipped: no $tool (Debian: zsh, bsdutils)"; exit 77; }
done
# shellcheck source=tests/live/run_and_say.sh
. "$here/run_and_say.sh"
cd "$tmp"
touch a-case.case a-text.txt

# Ctrl-O writes the line to a file, Ctrl-U makes it empty.
case $shell in
bash)
	cat >rc <<END
PATH=$build:\$PATH
. $completion/xsavage.bash
bind -x '"\C-o": echo "\$READLINE_LINE" >>lines'
PROMPT_COMMAND='touch ready'
END
	set -- "bash --noprofile --rcfile rc -i" ;;
zsh)
	cat >.zshrc <<END
PATH=$build:\$PATH
fpath=($completion \$fpath)
autoload -U compinit
compinit -u -D
write() { print -r -- "\$BUFFER" >>lines }
zle -N write
bindkey -e
bindkey '^o' write
precmd() { touch ready }
END
	set -- "ZDOTDIR=. zsh -d -i" ;;
esac
mkfifo keys
TERM=dumb script -qfc "$1" screen <keys >/dev/null 2>err &
exec 3>keys

# Until the command $@ says yes.
await() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 300 ] || { cat -v screen 2>/dev/null || :; fail "$shell does not answer"; }
		sleep 0.1
	done
}

touch lines
count=0
lines() { [ "$(wc -l <lines)" -ge $count ]; }

# The line $1, and Tab, is the line $2.
becomes() {
	printf '%s\t\017\025' "$1" >&3
	count=$((count + 1))
	await lines
	[ "$(tail -n 1 lines)" = "$2" ] || fail "'$1' becomes '$(tail -n 1 lines)', not '$2'"
}

await test -f ready
becomes 'xsavage mini' 'xsavage minimize '
becomes 'xsavage check --write' 'xsavage check --write-known='
becomes 'xsavage selftest --verb' 'xsavage selftest --verbose '
becomes 'xsavage check --only sta' 'xsavage check --only stack='
becomes 'xsavage check --only stack=dont' 'xsavage check --only stack=dontneed'
becomes 'xsavage check --skip=stack=dontneed,uffd-mis' 'xsavage check --skip=stack=dontneed,uffd-missing'
becomes 'xsavage list --only legs=lay' 'xsavage list --only legs=layout'
becomes 'xsavage replay a-' 'xsavage replay a-case.case '
becomes 'xsavage replay a-t' 'xsavage replay a-text.txt '
becomes 'xsavage check --json=a-t' 'xsavage check --json=a-text.txt '
becomes 'xsavage-vm --singl' 'xsavage-vm --singlestep '
becomes 'xsavage-kernel stale-owner-' 'xsavage-kernel stale-owner-54 '
becomes 'xs-plot --mit' 'xs-plot --mitigations '
[ ! -x "$build/xsavage-bench" ] || becomes 'xsavage-bench --benchmark_fil' 'xsavage-bench --benchmark_filter='
if [ -x "$build/xsavage-fuzz" ]; then
	becomes 'xsavage-fuzz -keep_g' 'xsavage-fuzz -keep_going='
	becomes 'xsavage-fuzz -only=signal=tim' 'xsavage-fuzz -only=signal=timer'
fi
echo exit >&3
wait
