# SPDX-License-Identifier: GPL-3.0-or-later
# What the shell tests of xiangyi-sync and xiangyi-merge share. Sourced.
work=$(mktemp -d "${TMPDIR:-/tmp}/xiangyi-sync.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
export LD_PRELOAD=$QUICK_PASSWORD # tests/cmd/quick_password.c
count=0 failed=0
T=$work/T A=$work/A B=$work/B
fixture=$builddir/tests/cmd/sync_fixture

ok() # TEXT: by the status of the command before
{
	set -- $? "$1"
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else failed=$((failed + 1)); echo "not ok $count - $2"; fi
}
is() # GOT WANTED TEXT
{
	[ "$1" = "$2" ]
	ok "$3"
	[ "$1" = "$2" ] || { echo "# got:    $1"; echo "# wanted: $2"; }
}
done_testing() { echo "1..$count"; [ $failed -eq 0 ]; }
sync() { command=$1; shift; "$builddir/xiangyi-sync" "$command" --operator li --password-file "$work/pw" "$@"; }
merge() { command=$1; shift; "$builddir/xiangyi-merge" "$command" --operator li --password-file "$work/pw" --store "$T" "$@"; }
value() { grep -o "\"$1\": *[^,}]*" | head -n 1 | sed 's/.*: *//; s/"//g'; } # of a key in JSON on stdin
digest() { merge digest; }

"$fixture" password "$work/pw" || exit 99
make_places() { # a township and two enrolled villages
	"$fixture" make "$T" 430599101 示范镇卫生院 && "$fixture" make "$A" 430599101201 甲村卫生室 &&
		"$fixture" make "$B" 430599101202 乙村卫生室 || exit 99
	for v in "$A" "$B"; do
		merge enrol --yes "$v/request.xyr" >"$work/enrol" || exit 99
	done
	sync import --yes --store "$A" "$T/answers" >"$work/import" && sync import --yes --store "$B" "$T/answers" >>"$work/import" || exit 99
}
