#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Keys: enrolment by words, recovery, revocation, rotation, certificates, county and offline root.
. "$srcdir/tests/cmd/sync_lib.sh"
admin_init() { "$builddir/xiangyi-admin" init --operator li --password-file "$work/pw" --no-encrypt --json "$@"; }
at() { day=$1; shift; XIANGYI_TODAY=$day "$@"; }
says() { grep -q "$1" "$work/out" "$work/err"; }
XIANGYI_TODAY=2026-11-29
export XIANGYI_TODAY

# --- recovery key and words ---
admin_init --role township --name 示范镇卫生院 --region 430599101 --store "$T" >"$work/init"
key=$(value recovery_key <"$work/init")
echo "$key" | grep -Eq '^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$'
ok "a township gets a recovery key for paper"
! grep -rqF "$key" "$T"
ok "which lies nowhere in the store"
"$fixture" make "$A" 430599101201 甲村卫生室 && "$fixture" make "$B" 430599101202 乙村卫生室 || exit 99
merge enrol "$A/request.xyr" --words "one two three four five six 1111 2222 3333" >"$work/out" 2>"$work/err"
is $? 1 "other words than those of the request are refused"
says 'these are not the words of 甲村卫生室'
ok "and the right ones are shown"
words=$(merge enrol --yes "$A/request.xyr" --json | value fingerprint)
swapped=$(echo "$words" | awk '{ for (i = 2; $i == $1; i++); t = $1; $1 = $i; $i = t; print }')
merge enrol "$A/request.xyr" --words "$swapped" 2>"$work/err"
is $? 1 "swapped words are refused"
merge enrol "$A/request.xyr" --words "$words" >/dev/null
is $? 0 "the right words are enough"
merge enrol --yes "$B/request.xyr" --json >"$work/out"
own=$(value own_fingerprint <"$work/out")
sync import --store "$A" "$T/answers" </dev/null >"$work/out" 2>"$work/err"
is "$? $(sync status --store "$A" --json | value enrolled)" "1 false" "an answer whose words nobody compared is not followed"
sync import --store "$A" "$T/answers" --words "$words" >"$work/out" 2>"$work/err"
is "$? $(sync status --store "$A" --json | value enrolled)" "1 false" "nor one with other words"
says "these are not the words of 示范镇卫生院 (430599101), which are: $own"
ok "which is said"
sync import --store "$A" "$T/answers" --words "$own" >"$work/out"
is $? 0 "with its words it is"
sync import --store "$B" "$T/answers" --yes >/dev/null || exit 99
sync status --store "$A" >"$work/out"
says "Key of 示范镇卫生院 (430599101): $own" && says 'sealed for it and for its recovery key'
ok "status says whom the village follows"
cp "$T/answers/430599101201.xya" "$work/first.xya"

# --- opening with the recovery key ---
"$fixture" visits "$A" 20 30 5 && sync export --store "$A" --to "$work/s1" >/dev/null || exit 99
late=$work/s1/XIANGYI/430599101201/00000001.XYB
echo "$key" >"$work/key"
"$builddir/xiangyi-sync" open --recovery-key "$work/key" "$late" >"$work/lines" 2>"$work/err"
is "$? $(grep -c '"form": *"' "$work/lines")" "0 50" "the recovery key opens a bundle without any store"
grep -q '"full_name"\|"name"' "$work/lines"
ok "with the names of the fields"
other=$(admin_init --role township --name 另镇卫生院 --region 430599102 --store "$work/T2" | value recovery_key)
echo "$other" >"$work/other"
"$builddir/xiangyi-sync" open --recovery-key "$work/other" "$late" >"$work/out" 2>"$work/err"
is $? 1 "the recovery key of another township opens nothing"
says 'it is that of another place'
ok "and says why"
first=$(echo "$key" | cut -c 1)
echo "$key" | sed "s/^./$([ "$first" = A ] && echo B || echo A)/" >"$work/typo"
"$builddir/xiangyi-sync" open --recovery-key "$work/typo" "$late" >"$work/out" 2>"$work/err"
says 'mistyped'
ok "a mistyped one is noticed"

# --- a stolen computer ---
merge merge "$work/s1" >/dev/null && sync import --store "$A" "$work/s1" >/dev/null || exit 99
"$fixture" visits "$B" 10 10 3 && sync export --store "$B" --to "$work/s2" >/dev/null && merge merge "$work/s2" >/dev/null || exit 99
whole=$(digest)
merge keys revoke 430599101202 --reason stolen --note "break-in" >"$work/out"
says 'from number 21 on do not count; those before stay'
ok "revoke ends a key from the number on that is held"
is "$(digest)" "$whole" "what was there before stays"
"$fixture" visits "$B" 2 3 4 && sync export --store "$B" --to "$work/s3" >/dev/null || exit 99
merge merge --json "$work/s3" >"$work/out"
is "$(value new <"$work/out") $(value quarantined <"$work/out")" "5 5" "later entries are kept, but do not count"
merge merge "$work/s3" >"$work/out"
says 'its key was ended: the computer was stolen'
ok "the report says why"
[ ! -e "$work/s3/XIANGYI/430599101202/00000001.XYA" ]
ok "a key that was ended gets no answer"
merge enrol --yes "$B/request.xyr" >"$work/out" 2>"$work/err"
is $? 1 "and is not enrolled again"
says 'a new installation needs new keys'
ok "which is said"
merge keys >"$work/out"
number=$(grep -o 'record [0-9]*' "$work/out" | cut -d ' ' -f 2)
says '乙村卫生室 .*ended' && says 'from number 21 on do not count .*: break-in'
ok "keys lists it in plain words"
merge enrol --yes "$A/request.xyr" >/dev/null && sync import --store "$A" "$T/answers" >"$work/out"
says 'Keys that were ended or doubted since: 1'
ok "the other village learns it with its next answer"
sync status --store "$A" >"$work/out"
says '乙村卫生室  the computer was stolen'
ok "and its status says so"
sync import --store "$A" "$work/first.xya" >"$work/out"
is $? 0 "an old answer does no harm"
says 'older than number .* that is known here'
ok "its keyring is refused as older, which is said"
is "$(sync status --store "$A" --json | grep -c '"reason": *"stolen"')" 1 "and nothing is forgotten"
merge keys revoke 430599101201 --reason suspect --from 48 --to 50 >/dev/null
is "$(merge status --json | value quarantined)" 8 "a suspect range is held back"
merge keys lift "$(merge keys --json | grep -o '"record": *[0-9]*' | tail -n 1 | grep -o '[0-9]*$')" >/dev/null &&
	merge keys lift "$number" >/dev/null
is "$(merge status --json | value quarantined)" 0 "what was lifted counts again"
merge keys lift 17 2>"$work/err"
is $? 1 "a number that blocks nothing cannot be lifted"
merge keys revoke 430599101201 --reason because 2>"$work/err"
is $? 2 "a reason that is none is wrong usage"

# --- rotation ---
merge keys rotate >/dev/null && merge enrol --yes "$A/request.xyr" >/dev/null && sync import --store "$A" "$T/answers" >/dev/null || exit 99
merge keys >"$work/out"
says 'since 2026-11-29; to be replaced from 2027-11-29' && says 'accepted until 2027-12-29, its secret may be destroyed from 2028-11-29'
ok "rotate says how long the key before counts"
at 2027-12-01 merge keys >"$work/out"
says 'due since 2027-11-29'
ok "a key that is due is named"
"$fixture" visits "$A" 1 2 8 && sync export --store "$A" --to "$work/s4" >/dev/null && merge merge "$work/s4" >"$work/out"
says ': 3 new'
ok "a bundle for the new key is merged"
# the other village has heard nothing of the new key
"$fixture" visits "$B" 1 1 9 && sync export --store "$B" --to "$work/s5" >/dev/null || exit 99
at 2028-11-28 merge keys destroy-old >"$work/out"
says 'destroyed: 0'
ok "a secret stays for late sticks"
merge merge "$work/s5" >"$work/out"
is $? 0 "which are merged"
at 2028-11-29 merge keys destroy-old >"$work/out"
says 'destroyed: 1'
ok "and is destroyed after its time"
"$builddir/xiangyi-sync" open --recovery-key "$work/key" "$work/s5"/XIANGYI/*/*.XYB 2>&1 >/dev/null | grep -q ' [0-9]* entries'
ok "the recovery key still opens a bundle for the destroyed key"
merge merge "$work/s5" >"$work/out" 2>"$work/err"
says 'sealed for a key that is here no more'
ok "the township cannot any more"
sync import --store "$B" "$work/s5" >/dev/null && "$fixture" visits "$B" 1 1 10 &&
	sync export --store "$B" --to "$work/s6" >/dev/null || exit 99
merge merge "$work/s6" >"$work/out"
says ': 2 new'
ok "but it answers, and what comes next is sealed for the new key"

# --- certificates ---
at 2032-01-01 merge merge "$work/s4" >"$work/out" 2>"$work/err"
is $? 1 "a certificate that ended counts no more"
says 'ended on 2031-11-29'
ok "with its day"
at 2026-01-01 merge merge "$work/s4" >"$work/out" 2>"$work/err"
says 'counts only from 2026-11-29 on'
ok "nor one before its first day"
at 2031-06-01 merge merge "$work/s4" >/dev/null
at 2031-06-01 merge keys >"$work/out"
says '甲村卫生室 .*in force until 2036-06-01'
ok "a merge renews one that ends soon"

# --- the county ---
C=$work/C
admin_init --role county --name 示范县 --region 430599 --store "$C" >/dev/null
county() { command=$1; shift; "$builddir/xiangyi-merge" "$command" --operator li --password-file "$work/pw" --store "$C" "$@"; }
county enrol --yes "$T/request.xyr" >/dev/null && sync import --yes --store "$T" "$C/answers" >/dev/null || exit 99
merge enrol --yes "$A/request.xyr" >/dev/null && sync import --store "$A" "$T/answers" >/dev/null
sync status --store "$A" >"$work/out"
says '示范县 (430599) vouches for it until 2031-11-29'
ok "a village proves its township by the county"
admin_init --role township --name 示范镇卫生院 --region 430599101 --store "$work/new" >/dev/null
new() { command=$1; shift; "$builddir/xiangyi-merge" "$command" --operator li --password-file "$work/pw" --store "$work/new" "$@"; }
new enrol --yes "$A/request.xyr" >/dev/null
sync import --yes --store "$A" "$work/new/answers" >"$work/out" 2>"$work/err"
is $? 1 "a new township is not followed by itself"
county enrol --yes --replace "$work/new/request.xyr" >/dev/null &&
	sync import --yes --store "$work/new" "$C/answers" >/dev/null && new enrol --yes "$A/request.xyr" >/dev/null || exit 99
sync import --store "$A" "$work/new/answers" </dev/null >"$work/out" 2>"$work/err"
is $? 0 "but without a question when the county vouches for it"
says 'has new keys, proved by the old ones or by the level above it'
ok "which is said"
sync import --store "$A" "$T/answers" >"$work/out" 2>"$work/err"
is $? 1 "the one before is followed no more"

# --- a root on paper ---
"$builddir/xiangyi-merge" root make "$work/root.xyk" --name 另县 --region 430599 >"$work/out"
grep -o 'Root code: .*' "$work/out" | cut -d ' ' -f 3 >"$work/code"
root=$(grep 'Words: ' "$work/out" | cut -d ' ' -f 2-)
! grep -qF "$(cat "$work/code")" "$work/root.xyk"
ok "the file of a root has no secret"
"$builddir/xiangyi-merge" root sign "$work/root.xyk" "$work/T2/request.xyr" --yes --code-file "$work/key" 2>"$work/err"
is $? 1 "another code signs nothing"
says 'the code of another root'
ok "and says so"
"$builddir/xiangyi-merge" root sign "$work/root.xyk" "$work/T2/request.xyr" --yes --code-file "$work/code" --until 2030-01-01 >/dev/null
is $? 0 "the root vouches for a township"
cp "$work/root.xyk" "$work/forged.xyk"
printf '\001\376' | dd of="$work/forged.xyk" bs=1 seek=$(($(stat -c %s "$work/root.xyk") - 80)) conv=notrunc 2>/dev/null
two() { command=$1; shift; "$builddir/xiangyi-merge" "$command" --operator li --password-file "$work/pw" --store "$work/T2" "$@"; }
two keys import "$work/forged.xyk" --yes >"$work/out" 2>"$work/err"
is $? 1 "a forged certificate is refused"
says 'forged: its signature does not match\|is malformed'
ok "and says so"
two keys import "$work/root.xyk" --words "$swapped" 2>"$work/err"
is $? 1 "so is a root with other words"
two keys import "$work/root.xyk" --words "$root" >/dev/null
is $? 0 "with its words it is taken"
merge keys import "$work/root.xyk" --yes 2>"$work/err"
is $? 1 "a township that it does not name refuses it"
"$fixture" make "$work/V" 430599102201 丙村卫生室 && two enrol --yes "$work/V/request.xyr" >/dev/null &&
	sync import --yes --store "$work/V" "$work/T2/answers" >/dev/null || exit 99
sync status --store "$work/V" >"$work/out"
says '另县 (430599) vouches for it until 2030-01-01'
ok "its villages prove it by the root"
at 2030-06-01 two enrol --yes "$work/V/request.xyr" >/dev/null
sync import --store "$work/V" "$work/T2/answers" >"$work/out" 2>"$work/err"
is $? 1 "an answer after the township's certificate is refused"
says 'after the certificate of 另镇卫生院 (430599102) ended on 2030-01-01'
ok "with its day"
"$builddir/xiangyi-merge" root sign "$work/root.xyk" "$work/T2/request.xyr" --yes --code-file "$work/code" --until 2040-01-01 >/dev/null &&
	at 2030-06-01 two keys import "$work/root.xyk" --words "$root" >/dev/null &&
	at 2030-06-01 two enrol --yes "$work/V/request.xyr" >/dev/null || exit 99
sync import --store "$work/V" "$work/T2/answers" >"$work/out" 2>"$work/err"
is $? 0 "one that brings a renewed certificate counts"
sync status --store "$work/V" >"$work/out"
says '另县 (430599) vouches for it until 2040-01-01'
ok "which is in force from then on"
done_testing
