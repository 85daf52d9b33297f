#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Bad bundles: one sentence with file and cause, exit 1, digest unchanged, file kept.
. "$srcdir/tests/cmd/sync_lib.sh"
make_places
"$fixture" visits "$A" 20 30 5 && sync export --store "$A" --to "$work/stick" >/dev/null || exit 99
good=$work/stick/XIANGYI/430599101201/00000001.XYB
before=$(digest)

refused() # FILE PATTERN TEXT
{
	merge merge "$1" >"$work/out" 2>"$work/err"
	status=$?
	[ $status -eq 1 ] && grep -q "^xiangyi-merge: .*$(basename "$1"): .*$2" "$work/err"
	ok "$3: refused with file and cause, exit 1"
	[ $status -eq 1 ] || sed 's/^/# /' "$work/err"
	is "$(digest)" "$before" "$3: the digest is unchanged"
	[ -f "$1" ]
	ok "$3: the file is kept"
}
size=$(stat -c %s "$good")
head -c $((size - 1)) "$good" >"$work/CUT.XYB"
refused "$work/CUT.XYB" 'cut short' "without its last byte"
head -c 700 "$good" >"$work/HALF.XYB"
refused "$work/HALF.XYB" 'cut short' "cut in the middle"
: >"$work/EMPTY.XYB"
refused "$work/EMPTY.XYB" 'cut short' "an empty file"
cp "$good" "$work/FLIP.XYB"
printf '\377\000' | dd of="$work/FLIP.XYB" bs=1 seek=900 conv=notrunc 2>/dev/null
refused "$work/FLIP.XYB" 'checksum' "a changed byte"
cp "$good" "$work/MORE.XYB" && printf x >>"$work/MORE.XYB"
refused "$work/MORE.XYB" 'follow its end' "a byte too many"
echo 'name,age' >"$work/TEXT.XYB"
refused "$work/TEXT.XYB" 'cut short' "a short file of another kind"
head -c 5000 /dev/zero >"$work/ZERO.XYB"
refused "$work/ZERO.XYB" 'no bundle' "a file of another kind"
truncate -s 2G "$work/HUGE.XYB"
refused "$work/HUGE.XYB" 'larger' "a huge sparse file"
rm "$work/HUGE.XYB"
ln -s "$good" "$work/LINK.XYB"
merge merge "$work/LINK.XYB" 2>"$work/err"
is $? 1 "a link is not followed"

# another township of the same name, and its village
"$fixture" make "$work/T2" 430599102 另镇卫生院 && "$fixture" make "$work/C" 430599102201 丙村卫生室 || exit 99
"$builddir/xiangyi-merge" enrol --yes --operator li --password-file "$work/pw" --store "$work/T2" "$work/C/request.xyr" >/dev/null &&
	sync import --yes --store "$work/C" "$work/T2/answers" >/dev/null && "$fixture" visits "$work/C" 2 2 9 &&
	sync export --store "$work/C" --to "$work/other" >/dev/null || exit 99
refused "$work/other/XIANGYI/430599102201/00000001.XYB" 'another recipient' "sealed for another township"
merge merge "$work/other" 2>"$work/err"
is $? 1 "a stick that has bundles for others only is exit 1"
grep -q 'only for others' "$work/err"
ok "and says so"

# a village that was enrolled by a store with the township's keys, but is unknown to this one
cp -a "$T" "$work/T3" && "$fixture" make "$work/D" 430599101209 丁村卫生室 || exit 99
"$builddir/xiangyi-merge" enrol --yes --operator li --password-file "$work/pw" --store "$work/T3" "$work/D/request.xyr" >/dev/null &&
	sync import --yes --store "$work/D" "$work/T3/answers" >/dev/null && "$fixture" visits "$work/D" 2 2 9 &&
	sync export --store "$work/D" --to "$work/stranger" >/dev/null || exit 99
refused "$work/stranger/XIANGYI/430599101209/00000001.XYB" 'not enrolled' "signed by a stranger"

sync import --store "$A" "$work/T2/answers" 2>"$work/err"
is $? 1 "an answer for another clinic is refused"
sync import --store "$A" "$good" 2>"$work/err"
is $? 1 "a bundle is no answer"
mkdir -p "$work/shared" && cp "$good" "$work/shared/00000001.XYA" || exit 99
sync import --store "$A" "$work/shared" 2>"$work/err"
is $? 1 "entries that come back for another clinic are no answer either"
grep -q 'no answer for' "$work/err"
ok "and no broken file: others share the stick"
merge enrol --yes "$work/C/request.xyr" 2>"$work/err"
is $? 1 "a clinic of another township is not enrolled"
if [ -c /dev/full ]; then
	merge digest >/dev/full 2>"$work/err"
	is $? 1 "results that cannot be written are exit 1"
	grep -q '^xiangyi-merge: the output could not be written: ' "$work/err"
	ok "and said"
	"$builddir/xiangyi-sync" --help >/dev/full 2>/dev/null
	is $? 1 "even of a help"
fi
merge digest >&- 2>"$work/err"
is $? 1 "without a standard output nothing is printed, least of all into a file of the store"
"$builddir/xiangyi-admin" check --operator li --password-file "$work/pw" --store "$T" >/dev/null
ok "which is as good as before"
merge digest 2>"$work/err" | :
grep -q 'could not be written' "$work/err" || [ ! -s "$work/err" ]
ok "a reader who goes away is no crash"
mkdir "$work/odd" && : >"$work/odd/$(printf 'a\033[2J\nb').XYB"
merge merge "$work/odd" 2>"$work/err"
is $? 1 "a file whose name would write on the terminal is refused"
tr -d '\n' <"$work/err" | LC_ALL=C grep -q '[[:cntrl:]]'
is $? 1 "and its name is printed without control characters"
mkdir "$work/real" && cp "$good" "$work/real/" && mkdir "$work/away" && ln -s "$work/real" "$work/away/XIANGYI"
sync export --store "$A" --to "$work/away" >/dev/null 2>"$work/err"
is $? 1 "a stick whose folder is a link to another place is refused"
is "$(ls "$work/real")" 00000001.XYB "and nothing is written there"
mkdir "$work/junk" && cp "$good" "$work/junk/00000009.TMP" && head -c 600 "$good" >"$work/junk/00000010.TMP"
printf '[autorun]\r\nopen=virus.exe\r\n' >"$work/junk/autorun.inf" && cp /bin/true "$work/junk/XIANGYI.EXE"
printf 'L\000\000\000' >"$work/junk/XIANGYI.LNK" && printf '../../../etc/passwd' >"$work/junk/..XYB.txt"
merge merge "$work/junk" 2>"$work/err"
grep -q 'no bundle is here' "$work/err"
ok "an unfinished file of a stick is not looked at"
is "$(wc -l <"$work/err")" 1 "autorun and other files of a stick are not opened"
mkfifo "$work/pipe" && merge enrol --yes "$work/pipe" 2>"$work/err"
is $? 1 "a pipe is no request"
sync export --store "$A" --to "" 2>"$work/err"
is $? 2 "an option without its value is wrong usage"
name=$(head -c 3000 /dev/zero | tr '\0' x)
merge merge "$name" 2>"$work/err"
grep -q 'x\.\.\.: the name is too long$' "$work/err"
ok "of a monstrous name the end is left out, not the cause"
"$builddir/xiangyi-admin" user add audit --role auditor --new-password-file "$work/pw" --operator li --password-file "$work/pw" --store "$T" &&
	"$builddir/xiangyi-merge" merge --operator audit --password-file "$work/pw" --store "$T" "$work/stick" 2>"$work/err"
is $? 1 "an auditor does not merge"
is "$(digest)" "$before" "and changes nothing"
merge merge "$work/stick" >/dev/null
ok "and the good bundle is merged after all that"
done_testing
