#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Everything that a hostile installation or a stick's finder can make: each answered with the one Chinese sentence of
# tests/sync/adversary.table, nothing stored, nothing written elsewhere, the file kept, little memory used.
. "$srcdir/tests/cmd/sync_lib.sh"
table=$srcdir/tests/sync/adversary.table
tab=$(printf '\t')
make_places
mkdir "$work/bad" "$work/good"
"$builddir/tests/sync/adversary" "$T" "$A" "$B" "$work/bad" || exit 99
mv "$work"/bad/taken-*.XYB "$work/good/"

elsewhere() { find "$work" -path "$T" -prune -o -type f ! -name zh ! -name before ! -name after -exec cksum {} + | sort; }
in_store() { (cd "$T" && find . -type f ! -path './db/log.*' ! -path './db/__db*' | sort); }
before=$(digest)
elsewhere >"$work/before" && in_store >>"$work/before"
LANGUAGE=zh_CN "$builddir/tests/cmd/peak" "$builddir/xiangyi-merge" merge --operator li \
	--password-file "$work/pw" --store "$T" "$work/bad" >"$work/zh" 2>&1
is $? 1 "a stick full of bad files is exit 1"
elsewhere >"$work/after" && in_store >>"$work/after"
cmp -s "$work/before" "$work/after"
ok "no file appeared, went or changed, in the store or beside it"
is "$(digest)" "$before" "no entry was stored"

rows=0 files=0
while IFS=$tab read -r case place want; do
	case $case in '' | '#'*) continue ;; esac
	rows=$((rows + 1))
	case $place in
	file\ taken-*)
		[ -f "$work/good/${place#file }.XYB" ]
		ok "$case: a file"
		;;
	file\ *)
		files=$((files + 1))
		grep -qF "/${place#file }.XYB: $want" "$work/zh" && [ -f "$work/bad/${place#file }.XYB" ]
		set -- $?
		[ "$1" -eq 0 ] || grep -F "/${place#file }.XYB" "$work/zh" | sed 's/^/# /'
		[ "$1" -eq 0 ]
		ok "$case: $want"
		;;
	test\ *)
		grep -qF "$want" "$srcdir/${place#test }"
		ok "$case: ${place#test }, \"$want\""
		;;
	none)
		[ -n "$want" ]
		ok "$case: $want"
		;;
	*)
		false
		ok "a row of the table that says where: $case"
		;;
	esac
done <"$table"
is "$(ls "$work/bad" | wc -l)" $files "every file has its row in the table"
is "$(grep -c "XYB: " "$work/zh")" $files "every file has its one sentence"

merge merge "$work/good" >"$work/out" 2>"$work/err"
ok "what only looks odd is taken"
is "$(merge status --json | value entries)" 1 "and stored"
merge merge "$work/good" >"$work/out" 2>"$work/err" && grep -q ' 0 new' "$work/out"
ok "once"
if grep -q '^XY_CFLAGS = .*sanitize' "$builddir/Makefile"; then
	echo "# memory is not measured with sanitizers"
else
	peak=$(sed -n 's/^peak \([0-9]*\) KiB$/\1/p' "$work/zh")
	[ "${peak:-99999}" -le 32768 ]
	ok "all of it in ${peak} KiB of memory"
fi
done_testing
