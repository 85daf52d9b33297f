#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Forms, rules and program updates are signed in minisign's form: theirs verifies ours, ours theirs.
command -v minisign >/dev/null || { echo "1..0 # SKIP minisign is not installed (Debian: minisign)"; exit 0; }
. "$srcdir/tests/cmd/sync_lib.sh"
make_places
mkdir -p "$work/data/rules" "$work/out.d"
sed 's/^first_visit_hours,,,72,/first_visit_hours,,,48,/' "$XIANGYI_DATA/rules/tb.csv" >"$work/data/rules/tb.csv"
merge keys public >"$work/town.pub"
pk=$(tail -n 1 "$work/town.pub")

merge publish "$work/data" --to "$work/out.d" >/dev/null
ok "publish writes a signed file"
package=$(echo "$work"/out.d/*.xyp)
minisign -V -p "$work/town.pub" -m "$package" >"$work/out" 2>&1
ok "minisign verifies it with the township's key"
grep -q "Trusted comment: xiangyi 430599101 .* file:$(basename "$package")" "$work/out"
ok "the trusted comment names place, day and file"
echo 'program 0.1.1' >"$work/update.tar" && merge sign "$work/update.tar" >/dev/null &&
	minisign -V -P "$pk" -m "$work/update.tar" >"$work/out" 2>&1
ok "and any file that was signed"
sed -i 's/file:update/file:downgrade/' "$work/update.tar.minisig"
minisign -V -P "$pk" -m "$work/update.tar" >/dev/null 2>&1
[ $? -ne 0 ] && ! sync verify --store "$T" "$work/update.tar" 2>"$work/err"
ok "a changed comment is noticed by both"

merge enrol --yes "$A/request.xyr" >/dev/null && sync import --store "$A" "$T/answers" >"$work/out"
grep -q 'changed: rules/tb.csv' "$work/out"
ok "a village takes the signed package from its answer"
merge sign "$work/update.tar" >/dev/null && sync verify --store "$A" "$work/update.tar" >"$work/out"
ok "and verifies files of the township"
grep -q 'signed by 示范镇卫生院 (key ' "$work/out"
ok "naming who signed"
echo more >>"$work/update.tar"
sync verify --store "$A" "$work/update.tar" 2>"$work/err"
is $? 1 "not one that was changed"

# a key made by minisign
minisign -G -W -p "$work/it.pub" -s "$work/it.key" >/dev/null 2>&1 </dev/null || exit 99
echo 'program 0.2.0' >"$work/release.tar"
minisign -S -s "$work/it.key" -m "$work/release.tar" >/dev/null 2>&1 </dev/null || exit 99
sync verify --store "$A" "$work/release.tar" 2>"$work/err"
is $? 1 "a stranger's key counts for nothing"
grep -q 'which nobody above vouches for' "$work/err"
ok "and says so"
merge keys publisher "$work/it.pub" --note 信息科 >/dev/null && sync verify --store "$T" "$work/release.tar" >"$work/out"
ok "a key that the township names counts"
grep -q 'signed by 信息科 .*file:release.tar' "$work/out"
ok "with its name and comment"
merge enrol --yes "$A/request.xyr" >/dev/null && sync import --store "$A" "$T/answers" >/dev/null &&
	sync verify --store "$A" "$work/release.tar" >/dev/null
ok "in the villages too, after their next answer"
minisign -S -l -s "$work/it.key" -m "$work/release.tar" >/dev/null 2>&1 </dev/null
sync verify --store "$A" "$work/release.tar" 2>"$work/err"
grep -q "older form" "$work/err"
ok "minisign's older form is refused with what to do"
echo nonsense >"$work/release.tar.minisig"
sync verify --store "$A" "$work/release.tar" 2>"$work/err"
grep -q "no signature in minisign's form" "$work/err"
ok "and what is no signature"
done_testing
