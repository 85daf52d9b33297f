#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Who is one person: proposed, linked, taken back; at the township only.
. "$srcdir/tests/cmd/sync_lib.sh"
id=430599195503080025

make_places
"$fixture" person "$T" 王秀英 2 1955-03-08 $id 13800000001 && "$fixture" person "$T" 王秀瑛 2 1955-03-08 $id 13900000001 &&
	"$fixture" person "$T" 马三立 1 1950-10-10 '' 13700000001 && "$fixture" person "$T" 马三立 1 1950-10-10 '' 13700000001 &&
	"$fixture" person "$T" 单小梅 2 1988-09-09 '' 13600000001
ok "residents, two of them twice"
pairs() { merge duplicates --json | grep -o '"kind": *"[a-z-]*"' | sed 's/.*: *"//; s/"//' | sort | tr '\n' ' '; }
nth() { merge duplicates --json | grep -o '"record": *"[^"]*"' | sed 's/.*: *"//; s/"//' | sed -n "$1p"; }
is "$(pairs)" "certain probable " "both are proposed, and what kind they are"
merge duplicates >"$work/out"
grep -q 'birth date same +14.2' "$work/out" && grep -q '5 residents' "$work/out"
ok "with what every field adds"
! grep -q "$id" "$work/out"
ok "and no whole ID number"
merge duplicates --link-certain >"$work/out"
grep -q 'Linked: 1' "$work/out"
ok "what is certain is linked"
is "$(pairs)" "probable " "and not proposed again"
a=$(nth 1) b=$(nth 2)
merge not-same "$a" "$b" 2>"$work/err"
is $? 2 "a reason is needed"
merge not-same "$a" "$b" --reason '堂兄弟' >/dev/null
ok "say that they are two people"
is "$(pairs)" "" "nobody is proposed any more"
merge link "$a" "$b" --reason '看错了' 2>"$work/err"
is $? 1 "the contrary is refused"
grep -q 'take it back first' "$work/err"
ok "and says what to do"
merge unlink "$b" "$a" --reason '看错了' >/dev/null
ok "take it back, from the other side"
is "$(pairs)" "probable " "they are proposed again"
merge link "$a" "$b" --reason '本人确认' >/dev/null
ok "link them"
merge link $id "$a" --reason x 2>"$work/err"
is $? 1 "an ID number that two residents have names nobody"
"$fixture" person "$A" 甲 1 1950-01-01 '' 13500000001
"$fixture" person "$A" 甲 1 1950-01-01 '' 13500000001
"$builddir/xiangyi-merge" duplicates --operator li --password-file "$work/pw" --store "$A" --link-certain >"$work/out"
ok "a village may look"
"$builddir/xiangyi-merge" link --operator li --password-file "$work/pw" --store "$A" \
	$("$builddir/xiangyi-merge" duplicates --operator li --password-file "$work/pw" --store "$A" --json | grep -o '"record": *"[^"]*"' |
		sed 's/.*: *"//; s/"//') --reason x 2>"$work/err"
is $? 1 "but does not decide"

# what a village proposes for another one's resident, and a resident who moves
"$fixture" person "$A" 单小梅 2 1988-09-09 43059919880909006X 13600000002
sync export --store "$A" --to "$work/stick" >/dev/null && merge merge "$work/stick" >/dev/null
ok "a resident of the first village"
merge move 43059919880909006X 430599101202 2>"$work/err"
is $? 2 "a move needs a reason"
merge move 43059919880909006X 4305 --reason x 2>"$work/err"
is $? 1 "and a region"
merge move 43059919880909006X 430599101202 --reason '嫁到乙村' >/dev/null
ok "she moves to the second village"
merge move 43059919880909006X 430599101202 --reason '嫁到乙村' 2>"$work/err"
is $? 1 "once"
merge grant 43059919880909006X 430599101202 --reason '常在乙村就诊' >/dev/null
ok "a grant"
merge held | grep -q 'Nothing is held back'
ok "nothing is held back"
is "$(merge held --json)" "[]" "as JSON too"
done_testing
