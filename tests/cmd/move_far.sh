#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A resident moves to a village of another township: the history goes by way of the county to the new village, signed as
# it was and once; the receipts of both villages reach both townships; what the law keeps stays with the first township.
. "$srcdir/tests/cmd/move_lib.sh"
C=$work/C U=$work/U N=$work/N # the county, the other township, the new village
round() { # everybody has something to send, and is answered once: from the old village up, from the new village down
	day=$((day + 1))
	write "$A" "10$day" && up_to "$A" "$T" "a$day" && cp "$work/imported" "$work/at-A" && up_to "$T" "$C" "t$day" &&
		cp "$work/imported" "$work/at-T" && write "$N" "20$day" && up_to "$N" "$U" "n$day" && up_to "$U" "$C" "u$day" &&
		cp "$work/imported" "$work/at-U" && write "$N" "30$day" && up_to "$N" "$U" "m$day"
}
receipts() { admin "$1" export transfer_receipt | grep -c $id; }
day=10

make_places
"$fixture" make "$C" 430599 示范县卫生局 && "$fixture" make "$U" 430599102 外镇卫生院 && "$fixture" make "$N" 430599102201 丙村卫生室
for township in "$T" "$U"; do
	at "$C" enrol --yes "$township/request.xyr" >"$work/out" && sync import --yes --store "$township" "$C/answers" >"$work/out"
done
at "$U" enrol --yes "$N/request.xyr" >"$work/out" && sync import --yes --store "$N" "$U/answers" >"$work/out"
ok "a county with two townships"
make_couple "$A"
report_hiv "$A" $id
round
ok "the old village's records reach the county"
is "$(rows "$C" infectious_report):$(rows "$N" resident)" 1:0 "the new village knows nobody"

at "$C" move $id 430599102201 --reason '随儿子迁到外镇丙村' >"$work/out"
ok "the county moves one of the couple"
round
is "$(value carried <"$work/at-U")" 5 "resident, household, enrolment, screening and transfer reach the other township"
is "$(value carried <"$work/imported")" 5 "and with its answer the new village"
is "$(admin "$N" export resident | grep -c $id):$(admin "$N" export resident | grep -c $other)" 1:0 \
	"the new doctor finds the resident, and nobody else of the household"
is "$(rows "$N" hypertension_enrolment):$(rows "$N" tb_suspect)" 1:1 "with the history, restricted records too"
is "$(admin "$N" export household | grep -c 0001)" 1 "and with the household"
is "$(rows "$U" infectious_report):$(rows "$N" infectious_report)" 0:0 "without the card of HIV, which no place there has"
is "$(value transfers <"$work/imported")" 1 "the new village writes its receipt"
admin "$N" check >/dev/null && admin "$U" check >/dev/null
ok "the stores are sound"

screen "$A" $id 2026-06-05
round
is "$(value transfers <"$work/at-A")" 1 "the old village hears of the transfer, and writes its receipt"
round
round
for place in "$A" "$T" "$C" "$U" "$N"; do
	is "$(receipts "$place")" 2 "$(basename "$place") holds the receipts of both villages"
done
is "$(rows "$N" tb_suspect)" 2 "a screening that the old village added after the move is in the history"
is "$(rows "$A" tb_suspect):$(rows "$A" resident)" 3:2 "the old village keeps what it has"
screen "$N" $id 2026-07-05
round
round
is "$(rows "$N" tb_suspect):$(rows "$C" tb_suspect):$(rows "$A" tb_suspect)" 3:4:3 \
	"what the new village writes is not the old one's business"
is "$(value carried <"$work/at-U"):$(value carried <"$work/at-T"):$(value carried <"$work/imported")" 0:0:0 \
	"nothing is carried twice"
at "$C" status --json >"$work/out"
is "$(value quarantined <"$work/out")" 0 "all of it counts"

# the other one of the same household, whom the same seals prove; a new computer; a township that lost its disk
at "$C" move $other 430599102201 --reason '随夫迁到外镇丙村' >"$work/out"
round
is "$(admin "$N" export resident | grep -c 430599):$(rows "$N" tb_suspect)" 2:4 "the other one follows"
R=$work/R
"$fixture" make "$R" 430599102201 丙村卫生室 && at "$U" enrol --yes --replace "$R/request.xyr" >/dev/null &&
	at "$U" reply 430599102201 --rebuild --to "$work/new" >/dev/null && sync import --yes --store "$R" "$work/new" >/dev/null
is "$(admin "$R" export resident | grep -c 430599):$(rows "$R" tb_suspect)" 2:4 "a new computer of the village gets both"
rm -rf "$U"
"$fixture" make "$U" 430599102 外镇卫生院 && at "$C" enrol --yes --replace "$U/request.xyr" >"$work/out" &&
	at "$C" reply 430599102 --rebuild --to "$work/lost" >/dev/null && sync import --yes --store "$U" "$work/lost" >/dev/null
is "$(admin "$U" export resident | grep -c 430599):$(rows "$U" infectious_report)" 2:0 "a new computer of the township, too"
S=$work/S
"$fixture" make "$S" 430599102201 丙村卫生室 && at "$U" enrol --yes --replace "$S/request.xyr" >"$work/out" &&
	at "$U" reply 430599102201 --rebuild --to "$work/newer" >/dev/null && sync import --yes --store "$S" "$work/newer" >/dev/null
is "$(admin "$S" export resident | grep -c 430599):$(rows "$S" tb_suspect)" 2:4 "which can pass them on"
at "$U" move $other 430599102202 --reason '迁到外镇丁村' >"$work/out" && at "$U" forward --to "$work/on" >"$work/out" &&
	at "$C" merge "$work/on" >"$work/out"
is "$(at "$C" status --json | value quarantined):$(admin "$C" export transfer | grep -c 430599102202)" 0:1 \
	"the new township may move whom it was given"
admin "$S" check --rebuild >/dev/null && admin "$U" check --rebuild >/dev/null
ok "and all is sound"
done_testing
