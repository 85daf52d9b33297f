#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A resident moves: what the old village wrote comes down to the new one with the township's answers, signed as it was and
# once; both villages answer; what the old village still had on its way follows; what the law keeps stays.
. "$srcdir/tests/cmd/move_lib.sh"
up() { up_to "$1" "$T" "$2"; }

make_places
make_couple "$A"
is "$(rows "$A" resident)" 2 "two residents of one household in the old village"
write "$A" 0002
up "$A" s1
ok "which the township has"
report_hiv "$A" $id
is "$(rows "$A" infectious_report)" 1 "a card of HIV in the old village"
write "$B" 1006
up "$A" a1 && up "$B" b1
ok "which the township has"
is "$(value carried <"$work/imported")" 0 "none of it is the second village's business"

merge move $id 430599101202 --reason '随儿子迁到乙村' >/dev/null
ok "one of them moves"
write "$B" 1007
sync export --store "$B" --to "$work/lost" >/dev/null && merge merge "$work/lost" >"$work/merged"
grep -q 'whom these clinics have: 5' "$work/merged" || cat "$work/merged"
grep -q 'whom these clinics have: 5' "$work/merged"
ok "resident, household, enrolment, screening and transfer go down with the answer, which is lost"
write "$B" 1008
up "$B" b2
is "$(value carried <"$work/imported")" 5 "they come with the next answer"
is "$(admin "$B" export resident | grep -c $id)" 1 "the new doctor finds the resident"
is "$(admin "$B" export resident | grep -c $other)" 0 "and nobody else of the household"
is "$(rows "$B" hypertension_enrolment):$(rows "$B" tb_suspect)" 1:1 "with the history, restricted records too"
is "$(rows "$B" infectious_report)" 0 "but without the card of HIV"
is "$(admin "$B" export household | grep -c 0001)" 1 "and with the household"
admin "$B" check >/dev/null
ok "the store is sound"
is "$(value transfers <"$work/imported")" 1 "the new village writes its receipt"
sync import --store "$B" "$work/lost" --json >"$work/imported"
is "$(value carried <"$work/imported")" 0 "the lost answer changes nothing when it is found"

up "$B" b3
is "$(grep -c 'whom these clinics have' "$work/merged")" 0 "what the new village holds is not sent again"
screen "$A" $id 2026-06-05
up "$A" a2
is "$(value carried <"$work/imported"):$(value transfers <"$work/imported")" 2:1 "the old village hears of the transfer and of the receipt, and writes its own"
up "$A" a3
write "$B" 1009
up "$B" b4
is "$(value carried <"$work/imported")" 2 "what the old village still had, and its receipt, follow"
is "$(rows "$B" tb_suspect)" 2 "the late entry is in the history"
screen "$B" $id 2026-07-05
up "$B" b5 && grep -q '0 new' "$work/merged"
is $? 1 "the new village writes on"
write "$A" 1010
up "$A" a4
is "$(value carried <"$work/imported"):$(rows "$A" tb_suspect)" 0:3 "which is not the old village's business any more"
is "$(admin "$A" export transfer_receipt | grep -c $id):$(admin "$B" export transfer_receipt | grep -c $id)" 2:2 "both hold both receipts"

# without a bundle of the new village; a new computer there
merge move $other 430599101202 --reason '随夫迁到乙村' >/dev/null && merge reply 430599101202 --to "$work/by-hand" --json >"$work/out"
is "$(value carried <"$work/out")" 4 "the township may answer without being asked"
sync import --store "$B" "$work/by-hand" --json >"$work/imported"
is "$(value carried <"$work/imported"):$(rows "$B" tb_suspect)" 4:4 "the other one arrives, to the household that is there"
R=$work/R
"$fixture" make "$R" 430599101202 乙村卫生室 && merge enrol --yes --replace "$R/request.xyr" >/dev/null &&
	merge reply 430599101202 --rebuild --to "$work/new" >/dev/null && sync import --yes --store "$R" "$work/new" >/dev/null
is "$(rows "$R" tb_suspect):$(admin "$R" export resident | grep -c 430599)" "4:2" \
	"a new computer gets residents who moved in, too"
admin "$R" check --rebuild >/dev/null
ok "and is sound"
done_testing
