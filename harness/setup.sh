# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What harness/run.sh, tests/run.sh and bench/run.sh have in common: it installs
# packages that are missing, and builds. Sourced, not run.

# The script that sources this, for messages, and the top of the checkout.
: "${me:?}" "${top:?}"

say() { echo "$me: $*" >&2; }
die() { say "$*"; exit 2; }

quiet_log=''
trap '[ -z "$quiet_log" ] || rm -f "$quiet_log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs a command; shows its output only if it fails.
quietly() {
	quiet_log=$(mktemp "${TMPDIR:-/tmp}/xsavage-log.XXXXXX") || die "no temporary file"
	quiet_code=0
	"$@" >"$quiet_log" 2>&1 </dev/null || quiet_code=$?
	[ $quiet_code = 0 ] || cat "$quiet_log" >&2
	rm -f "$quiet_log"
	quiet_log=''
	return $quiet_code
}

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Other commands of apt take a name for a pattern: linux-source-6.1 is linux-source-6.12, too.
known() { apt-cache pkgnames "$1" | grep -qxF -- "$1"; }

# apt-get with the arguments $@, as root. Never prompts.
apt() {
	set -- env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
	if [ "$(id -u)" != 0 ]; then
		if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
			die "missing packages, and neither root nor sudo without a password;" \
				"as root: apt-get install$missing$optional"
		fi
		set -- sudo -n "$@"
	fi
	quietly "$@"
}

# Installs those of the Debian packages $@ that are missing. One with :optional behind its
# name need not exist in this Debian.
need_packages() {
	missing='' optional=''
	if ! command -v dpkg-query >/dev/null; then
		say "not Debian: taking it that the equivalents of these are installed: $*"
		return 0
	fi
	for package in "$@"; do
		if installed "${package%:optional}"; then
			continue
		elif [ "${package%:optional}" = "$package" ]; then
			missing="$missing $package"
		else
			optional="$optional ${package%:optional}"
		fi
	done
	[ -n "$missing$optional" ] || return 0
	# Images of Debian come without apt's lists: it knows no package then.
	if [ -n "$missing" ] || ! known gcc; then
		apt update || die "apt-get update failed (see above)"
	fi
	for package in $optional; do
		if known "$package"; then
			missing="$missing $package"
		else
			say "this Debian has no package $package: what needs it is skipped"
		fi
	done
	optional=''
	[ -n "$missing" ] || return 0
	say "installing:$missing"
	# shellcheck disable=SC2086 # a list of words
	apt --no-install-recommends install $missing || die "apt-get install failed (see above)"
}

# Configures the default preset in $top with the cmake arguments $@ and builds it.
configure_and_build() {
	# A cache that was made for another folder (a copied checkout) is of no use.
	if [ -f "$top/build/CMakeCache.txt" ] &&
		! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$top" "$top/build/CMakeCache.txt"; then
		rm -f "$top/build/CMakeCache.txt"
	fi
	[ ! -e "$top/build" ] || [ -w "$top/build" ] ||
		die "$top/build belongs to another user: remove it, or run this as that user"
	quietly cmake -S "$top" --preset default "$@" || die "cmake failed (see above)"
	say "building"
	quietly cmake --build "$top/build" --parallel "$(nproc)" ||
		die "the build failed (see above)"
}
