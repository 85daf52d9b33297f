# SPDX-License-Identifier: GPL-3.0-or-later
# What the shell tests of xiangyi-admin share. Sourced.
work=$(mktemp -d "${TMPDIR:-/tmp}/xiangyi-admin.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
export LD_PRELOAD=$QUICK_PASSWORD # tests/cmd/quick_password.c
export XIANGYI_TODAY=2026-11-22
n=0
failed=0
admin=$builddir/xiangyi-admin
echo "correct horse" >"$work/password"
store=$work/store

is() # GOT WANT NAME
{
	n=$((n + 1))
	if [ "$1" = "$2" ]; then
		echo "ok $n - $3"
	else
		failed=1
		echo "not ok $n - $3"
		printf '%s\n' "got:  $1" "want: $2" | sed 's/^/# /'
	fi
}
has() # TEXT PART NAME
{
	case $1 in
	*"$2"*) is yes yes "$3" ;;
	*) is "$1" "...$2..." "$3" ;;
	esac
}
lacks() # TEXT PART NAME
{
	case $1 in
	*"$2"*) is "$1" "nothing like $2" "$3" ;;
	*) is yes yes "$3" ;;
	esac
}
run() # as the doctor; standard output and error in $out, the exit code in $code
{
	out=$("$admin" "$@" --store "$store" --operator li --password-file "$work/password" 2>&1)
	code=$?
}
new_village() # with its options
{
	run init --role village --name 甲村卫生室 --region 430599101201 --no-encrypt "$@"
}
finish()
{
	echo "1..$n"
	exit $failed
}
