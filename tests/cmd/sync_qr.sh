#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# QR codes as the last resort: drawn, read back by zbar from an image of the screen, typed, merged; and the answer.
. "$srcdir/tests/cmd/sync_lib.sh"
command -v zbarimg >/dev/null || { echo "1..0 # SKIP zbar-tools is missing"; exit 0; }
make_places
"$fixture" visits "$A" 20 30 1 || exit 99
sync export --store "$A" --to "$work/dir" >/dev/null && merge merge "$work/dir" >/dev/null && sync import --store "$A" "$work/dir" >/dev/null
"$fixture" visits "$A" 0 50 2

sync qr --store "$A" >"$work/codes" 2>"$work/err"
ok "qr draws codes"
codes=$(grep -c '^Code' "$work/codes")
[ "$codes" -ge 2 ] && is "$(grep '^Code' "$work/codes" | tail -n 1)" "Code $codes of $codes" "numbered ones, as 50 visits do not fit 80 by 24"
grep -q "^$codes codes in a window of 80 by 24; in one of [0-9]* by [0-9]* it would be 1" "$work/err"
ok "and says which window would show a single one"
is "$(awk '/^Code/ { n = 0 } { n++ } n > 24 { bad = 1 } END { print bad + 0 }' "$work/codes")" 0 "a code and its heading have 24 lines"

read_back() # FILE: what a scanner types of all codes in it
{
	csplit -s -z -f "$work/code." -b %03d "$1" '/^Code/' '{*}'
	for part in "$work"/code.*; do
		tail -n +2 "$part" | "$builddir/tests/cmd/qr_image" >"$part.pgm" && zbarimg -q --nodbus --raw -Sdisable -Sqrcode.enable "$part.pgm"
		rm "$part"
	done
	rm -f "$work"/code.*
}
read_back "$work/codes" >"$work/typed"
is "$(grep -c '^XY1:' "$work/typed")" "$codes" "zbar reads every code from the picture"
head -n 2 "$work/typed" >"$work/some"
merge merge --qr "$work/some" 2>"$work/err"
is "$?:$(grep -c "codes are missing: 3-$codes" "$work/err")" 1:1 "missing codes are named"
{ tac "$work/typed" | sed '1s/^XY1:..../XY1:0000/'; echo; echo 'something else'; cat "$work/typed"; } >"$work/mixed"
merge merge --qr - <"$work/mixed" >"$work/out" 2>"$work/err"
is "$?:$(grep -c '50 new' "$work/out"):$(grep -c 'scan it again' "$work/err")" 0:1:1 "typed in any order, twice and with a misread line: merged"
grep -q 'answers/430599101201.xya' "$work/out"
ok "says where the answer lies"
merge merge --qr "$work/typed" >"$work/out"
is "$?:$(grep -c '0 new, 50 known' "$work/out")" 0:1 "a second time changes nothing"
"$builddir/xiangyi-sync" qr --columns 200 --rows 100 "$T/answers/430599101201.xya" >"$work/codes" 2>/dev/null
is "$(grep -c '^Code' "$work/codes")" 1 "the answer is one code in a large window"
read_back "$work/codes" | sync import --store "$A" --qr - >"$work/out"
is "$?:$(grep -c 'lacks 0' "$work/out")" 0:1 "and comes back the same way"
is "$(sync qr --store "$A")" "Nothing new: the level above holds everything" "then there is nothing to show"
is "$(find "$A/spool" "$T/spool" -type f | wc -l)" 0 "nothing is left in the spools"

"$fixture" visits "$A" 300 300 3
sync qr --store "$A" 2>"$work/err"
is "$?:$(grep -c 'take a stick' "$work/err")" 1:1 "too much for codes: it says so"
"$builddir/xiangyi-sync" qr --columns 20 --rows 8 "$T/answers/430599101201.xya" 2>"$work/err"
is "$?:$(grep -c 'too small' "$work/err")" 1:1 "a window that is too small"
done_testing
