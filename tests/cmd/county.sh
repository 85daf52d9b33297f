#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# County, township and village: what the villages signed reaches the county, receipts come down, and what a level lost
# comes back from the one above it.
. "$srcdir/tests/cmd/sync_lib.sh"
admin() { command=$1; shift; "$builddir/xiangyi-admin" "$command" --operator li --password-file "$work/pw" "$@"; }
at() { store=$1 command=$2; shift 2; "$builddir/xiangyi-merge" "$command" --operator li --password-file "$work/pw" --store "$store" "$@"; }
C=$work/C
mkdir "$work/backups"

make_places
"$fixture" make "$C" 430599 示范县卫生局 && at "$C" enrol --yes "$T/request.xyr" >"$work/out" &&
	sync import --yes --store "$T" "$C/answers" >"$work/out"
ok "a county enrols a township"
"$fixture" visits "$A" 30 30 1 && "$fixture" visits "$B" 10 10 2 && sync export --store "$A" --to "$work/up" >/dev/null &&
	sync export --store "$B" --to "$work/up" >/dev/null
before=$(digest)
merge merge --dry-run --json "$work/up" >"$work/out"
ok "a merge is tried"
is "$(value new <"$work/out")" 60 "and tells what is new"
is "$(digest)" "$before" "nothing was changed"
is "$(find "$work/up" -name '*.XYA' | wc -l)" 0 "and nobody answered"
merge merge "$work/up" >/dev/null
merge forward --to "$work/county" --json >"$work/out"
is "$(value entries <"$work/out")" 80 "the township forwards what its villages wrote"
is "$(value unsigned <"$work/out")" 0 "all of it signed by them"
at "$C" merge "$work/county" >"$work/out"
ok "the county merges it"
is "$(at "$C" digest)" "$(digest)" "county and township hold the same"
sync import --store "$B" "$work/up" >/dev/null; sync import --store "$T" "$work/county" >"$work/out"
is "$(sync status --store "$T" --json | value pending)" 0 "the county's receipt covers it"
merge forward --to "$work/county" | grep -q 'Nothing new'
ok "nothing is forwarded twice"
sync import --store "$A" "$work/up" >/dev/null
is "$(sync status --store "$A" --json | value stable)" 0 "the village does not know yet that the county has it"
"$fixture" visits "$A" 2 0 3 && sync export --store "$A" --to "$work/up2" >/dev/null && merge merge "$work/up2" >/dev/null &&
	sync import --store "$A" "$work/up2" >/dev/null
is "$(sync status --store "$A" --json | value stable)" 60 "the next receipt says how much the county has, too"

# the township loses its disk; its backup is from before the last bundles
admin backup --store "$T" "$work/backups" --json >"$work/out"
backup=$(value path <"$work/out")
"$fixture" visits "$B" 5 5 4 && sync export --store "$B" --to "$work/up3" >/dev/null && merge merge "$work/up3" >/dev/null &&
	merge forward --to "$work/county2" >/dev/null && at "$C" merge "$work/county2" >/dev/null
whole=$(digest)
is "$(at "$C" digest)" "$whole" "the county has the last bundles"
rm -rf "$T"
admin restore --store "$T" "$backup" >/dev/null && at "$C" enrol --yes --replace "$T/request.xyr" >/dev/null &&
	sync import --yes --store "$T" "$C/answers" >/dev/null
sync status --store "$T" --json >"$work/out"
is "$(value lost <"$work/out")" 10 "the restored township learns what it lacks"
merge forward --to "$work/county3" >/dev/null && at "$C" merge "$work/county3" >"$work/out"
grep -q 'given back to clinics that had lost them: 10' "$work/out" || cat "$work/out"
grep -q 'given back to clinics that had lost them: 10' "$work/out"
ok "the county gives it back"
sync import --store "$T" "$work/county3" --json >"$work/out"
is "$(value returned <"$work/out")" 10 "the township takes it"
is "$(digest)" "$whole" "and holds the same as before"

# a village's computer is gone; a new one is made from what the township holds
R=$work/R
"$fixture" make "$R" 430599101201 甲村卫生室 && merge enrol --yes --replace "$R/request.xyr" >/dev/null
merge reply 430599101201 --rebuild --to "$work/new" >"$work/out"
ok "the township answers a new computer with all that is held of its village"
grep -q 'not sent yet is not' "$work/out" || grep -q 'had not sent' "$work/out"
ok "and says what is not among it"
sync import --yes --store "$R" "$work/new" --json >"$work/out"
is "$(value returned <"$work/out")" 62 "the new computer has the village's entries"
admin check --store "$R" >/dev/null
ok "and they are sound"
is "$(sync status --store "$R" --json | value pending)" 0 "there is nothing to send back"
"$fixture" visits "$R" 0 4 6 && sync export --store "$R" --to "$work/up4" --json >"$work/out"
is "$(value entries <"$work/out")" 4 "it goes on with the village's residents"
merge merge "$work/up4" --json >"$work/out"
is "$(value new <"$work/out"):$(value quarantined <"$work/out"):$(value forks <"$work/out")" 4:0:0 "and what it writes counts"
merge reply 430599101209 --to "$work/new" 2>"$work/err"
is $? 1 "a region that is not enrolled gets no answer"

# a copy of a disk: both go on under the same numbers until the township says so
cp -a "$B" "$work/B2"
"$fixture" visits "$B" 0 2 7 && "$fixture" visits "$work/B2" 0 2 8
sync export --store "$B" --to "$work/f1" >/dev/null && merge merge "$work/f1" >/dev/null
sync export --store "$work/B2" --to "$work/f2" >/dev/null && merge merge "$work/f2" >"$work/out"
grep -q 'used twice' "$work/out"
ok "the township says that numbers are used twice"
merge status --json | grep -q '"branches": *2'
ok "its status lists both branches"
sync import --store "$work/B2" "$work/f2" --json | grep -q '"renewed": *true'
ok "the copy learns it and goes on as another one"
sync status --store "$work/B2" | grep -q 'used twice'
ok "and its status says so"
merge forward --to "$work/county4" --json >"$work/out"
is "$(value unsigned <"$work/out")" 0 "both branches go on to the county"
at "$C" merge "$work/county4" >/dev/null
is "$(at "$C" digest)" "$(digest)" "which holds both"

# another computer
XIANGYI_HOST=elsewhere sync status --store "$A" >"$work/out" 2>"$work/err"
grep -q 'copied or moved' "$work/err"
ok "a store that wakes up on another computer says so"
grep -q 'Not enrolled' "$work/out"
ok "and must be enrolled again"
done_testing
