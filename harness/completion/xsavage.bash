# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What bash completes of xsavage and the programs beside it. They say themselves what there is.

# The long options of the command $@.
_xsavage_options()
{
	case $1 in
	*xsavage-fuzz) "$1" -help=1 2>&1 | sed -n 's/^ \([a-z_]*\) *\t.*/-\1=/p' ;;
	*) "$@" --help 2>/dev/null | grep -oE '(^ +|, |\[)--[a-z][a-z_-]*=?' | sed 's/^[^-]*//' ;;
	esac
}

# The values of --only and --skip that $1 can become.
_xsavage_filters()
{
	local axis=${1%%=*} entries=${1#*=}

	if [[ $1 != *=* ]]; then
		xsavage list --names | sed 's/=.*/=/' | uniq
		return
	fi
	xsavage list --names | sed -n "s/^$axis=/$axis=${entries%"${entries##*,}"}/p"
	echo "$axis=${entries%"${entries##*,}"}all"
}

_xsavage()
{
	local line=${COMP_LINE:0:COMP_POINT} words cur prev value program

	# Words of the shell end at =, too.
	read -ra words <<<"$line"
	[[ $line != *[[:space:]] ]] || words+=('')
	cur=${words[-1]} prev=${words[-2]} program=${words[0]##*/}
	case $prev:$cur in
	*:--only=* | *:--skip=* | *:-only=* | *:-skip=*) value=${cur#*=} ;;
	--only:* | --skip:*) value=$cur ;;
	esac
	COMPREPLY=()
	if [[ -v value ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_xsavage_filters "$value")" -- "$value")
		COMPREPLY=("${COMPREPLY[@]#"${value%"${value##*=}"}"}")
		compopt -o nospace
	elif [[ $program == xsavage && ${#words[@]} == 2 ]]; then
		mapfile -t COMPREPLY < <(compgen -W "--help --version $(
			"${words[0]}" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p')" -- "$cur")
	elif [[ $cur == -* ]]; then
		[[ $program != xsavage ]] || words[0]+=" ${words[1]}"
		# shellcheck disable=SC2086 # the program, and its command
		mapfile -t COMPREPLY < <(compgen -W "$(_xsavage_options ${words[0]})" -- "$cur")
		[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
	elif [[ $program == xsavage-kernel && $prev != -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(
			"${words[0]}" --help | grep -xE ' {15}[a-z0-9@.-]+')" -- "$cur")
	elif [[ $program =~ ^xsavage(-fuzz|-bench)?$ && $prev != -* ]]; then
		mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X '!*.case' -- "$cur")
		compopt -o filenames
	fi
	# Nothing: a file's name, as everywhere.
}

complete -o default -F _xsavage xsavage xsavage-fuzz xsavage-bench xsavage-vm xsavage-kernel xs-plot
