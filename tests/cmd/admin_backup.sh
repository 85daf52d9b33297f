#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A backup holds the whole store; a restore from it goes on under a new identity; a bad one changes nothing.
. "$srcdir/tests/cmd/sync_lib.sh"
admin() { command=$1; shift; "$builddir/xiangyi-admin" "$command" --operator li --password-file "$work/pw" "$@"; }
R=$work/R
mkdir "$work/backups"

make_places
"$fixture" visits "$A" 60 0 1 && sync export --store "$A" --to "$work/stick" >"$work/out" &&
	merge merge "$work/stick" >"$work/out" && sync import --store "$A" "$work/stick" >"$work/out"
"$fixture" visits "$A" 5 40 2
mkdir "$A/drafts" 2>/dev/null
echo draft >"$A/drafts/0123456789abcdef0123456789abcdef"
before=$("$builddir/xiangyi-merge" digest --operator li --password-file "$work/pw" --store "$A")

admin backup --store "$A" "$work/backups" --json >"$work/out"
ok "a backup is written"
file=$(value path <"$work/out")
is "$(value entries <"$work/out")" 105 "with all entries"
is "$(find "$work/backups" -type f | wc -l)" 1 "as one file"
[ "$(wc -c <"$file")" -lt 30000 ]
ok "of $(wc -c <"$file") bytes"
[ "$(head -c 4 "$file" | tail -c 3)" = XYK ]
ok "which begins with its mark"
! grep -q 'hypertension\|13800' "$file"
ok "and shows nothing of what is in it"
admin backup --store "$A" "$work/nowhere" 2>"$work/err"
is $? 1 "a folder that is not there is refused"

admin restore --store "$R" "$file" >"$work/out"
ok "a restore makes a new store"
grep -q '105 entries' "$work/out" && grep -q 'new identity' "$work/out" && grep -q 'request.xyr' "$work/out"
ok "and says what it did and what comes next"
is "$("$builddir/xiangyi-merge" digest --operator li --password-file "$work/pw" --store "$R")" "$before" "it holds the same entries and state"
admin check --store "$R" >"$work/out"
ok "nothing is wrong in it"
cmp -s "$A/drafts/0123456789abcdef0123456789abcdef" "$R/drafts/0123456789abcdef0123456789abcdef"
ok "unfinished drafts come back"
[ ! -e "$R/unfinished" ] && [ "$(stat -c %a "$R")" = 700 ]
ok "the folder is finished and closed to others"
sync export --store "$R" --to "$work/other" 2>"$work/err"
is $? 1 "it sends nothing before it is enrolled again"
cmp -s "$A/request.xyr" "$R/request.xyr"
is $? 1 "its request is that of a new identity"

# what the old machine went on to write does not collide with what the new one writes
"$fixture" visits "$A" 3 0 8 && "$fixture" visits "$R" 3 0 9
merge enrol --yes --replace "$R/request.xyr" >/dev/null && sync import --yes --store "$R" "$T/answers" >/dev/null
sync export --store "$A" --to "$work/two" >/dev/null && merge merge "$work/two" >/dev/null
sync export --store "$R" --to "$work/three" >/dev/null && merge merge --json "$work/three" >"$work/out"
is "$(value forks <"$work/out")" 0 "old and restored machine use no number twice"
is "$(merge status --json | value entries)" 111 "the township holds what both wrote"
sync import --store "$R" "$work/three" --json >"$work/out"
is "$(value returned <"$work/out")" 3 "what the old machine sent after the backup comes back"
is "$(sync status --store "$R" --json | value pending)" 0 "nothing is left to send"

# what must not work
state() { find "$work/X" 2>/dev/null | sort; }
refused() # FILE TEXT WORDS
{
	rm -rf "$work/X"
	admin restore --store "$work/X" "$1" >"$work/out" 2>"$work/err"
	is $? 1 "$2"
	grep -q "$3" "$work/err" || cat "$work/err"
	grep -q "$3" "$work/err"
	ok "and says so: $3"
	is "$(state)" "" "nothing is made"
}
size=$(wc -c <"$file")
head -c $((size - 1)) "$file" >"$work/cut"
refused "$work/cut" "a backup without its last byte is refused" "cut short"
head -c 700 "$file" >"$work/cut"
refused "$work/cut" "a backup cut in its head is refused" "cut short"
for at in 30 1500 $((size / 2)) $((size - 5)); do
	cp "$file" "$work/bad"
	printf '\377\001' | dd of="$work/bad" bs=1 seek="$at" conv=notrunc 2>/dev/null
	refused "$work/bad" "a backup damaged at $at is refused" "damaged"
done
refused "$A/request.xyr" "another file is refused" "no backup"
refused "$work/missing" "a missing file is refused" "no such file"
echo 'wrong horse' >"$work/wrong"
rm -rf "$work/X"
"$builddir/xiangyi-admin" restore --operator li --password-file "$work/wrong" --store "$work/X" "$file" 2>"$work/err"
is $? 1 "a wrong password is refused"
grep -q 'wrong operator or password' "$work/err"
ok "and says so"
is "$(state)" "" "nothing is made"
admin restore --store "$A" "$file" 2>"$work/err"
is $? 1 "a store is never restored over another one"
grep -q 'not empty' "$work/err"
ok "and says so"
mkdir "$work/X" && echo mine >"$work/X/mine"
admin restore --store "$work/X" "$file" 2>"$work/err"
is "$?:$(cat "$work/X/mine")" 1:mine "nor over anything else"

# a person says that this store is a copy
words=$(admin renew --store "$B" --json | value fingerprint)
[ -n "$words" ]
ok "renew prints the words of the new identity"
sync status --store "$B" --json | grep -q '"enrolled": *false'
ok "which must be enrolled again"
done_testing
