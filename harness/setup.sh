# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What harness/run.sh and tests/run.sh have in common: it installs packages
# that are missing, and builds. Sourced, not run.

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

# Installs those of the Debian packages $@ that are missing. Never prompts.
need_packages() {
	missing=''
	if ! command -v dpkg-query >/dev/null; then
		say "not Debian: taking it that the equivalents of these are installed: $*"
		return 0
	fi
	for package in "$@"; do
		installed "$package" || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" = 0 ]; then
		as_root=''
	elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
		as_root='sudo -n'
	else
		die "missing packages, and neither root nor sudo without a password;" \
			"as root: apt-get install$missing"
	fi
	say "installing:$missing"
	apt='env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300'
	# shellcheck disable=SC2086 # these are lists of words
	{
		quietly $as_root $apt update || die "apt-get update failed"
		quietly $as_root $apt --no-install-recommends install $missing ||
			die "apt-get install failed"
	}
}

# Configures the default preset in $top with the cmake arguments $@ and builds it.
configure_and_build() {
	# A cache that was made for another folder (a copied checkout) is of no use.
	if [ -f "$top/build/CMakeCache.txt" ] &&
		! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$top" "$top/build/CMakeCache.txt"; then
		rm -f "$top/build/CMakeCache.txt"
	fi
	quietly cmake -S "$top" --preset default "$@" || die "cmake failed (see above)"
	say "building"
	quietly cmake --build "$top/build" --parallel "$(nproc)" ||
		die "the build failed (see above)"
}
