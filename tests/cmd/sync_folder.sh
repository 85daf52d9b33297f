#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A folder that any other tool carries: files arrive twice, half, renamed, late and in any order.
. "$srcdir/tests/cmd/sync_lib.sh"
make_places
out=$work/out.d in=$work/in.d
mkdir "$out" "$in"
for n in 1 2 3; do
	"$fixture" visits "$A" 5 5 "$n" && sync export --store "$A" --to "$out" >/dev/null || exit 99
	mv "$out/XIANGYI/430599101201/0000000$n.XYB" "$work/$n.XYB" && : >"$out/XIANGYI/430599101201/0000000$n.OLD"
done
state() { echo "$(merge status --json | value entries):$(digest)"; }

cp "$work/3.XYB" "$in/00000003.XYB"
head -c 700 "$work/1.XYB" >"$in/00000001.XYB"
cp "$work/1.XYB" "$in/.00000001.XYB.Xy3f" && cp "$work/1.XYB" "$in/00000001.XYB.part"
merge merge "$in" >"$work/log" 2>"$work/err"
is "$?:$(grep -c 'cut short' "$work/err"):$(merge status --json | value entries)" 1:1:30 "the half file is refused, the newest one is merged; temporary files are not looked at"
after=$(state)
cp "$work/1.XYB" "$in/00000001.XYB"
cp "$work/2.XYB" "$in/00000002 (conflicted copy 2026-11-22).xyb" && cp "$work/2.XYB" "$in/00000002 - 副本.XYB"
mkdir -p "$in/XIANGYI/430599101201" && cp "$work/3.XYB" "$in/XIANGYI/430599101201/00000009.XYB"
merge merge "$in" >"$work/log" 2>"$work/err"
is "$?:$(state)" "0:$after" "late, twice, renamed and in a folder below: nothing changes any more"
merge merge "$in" >/dev/null 2>&1
is "$?:$(state)" "0:$after" "a second time neither"
is "$(sync import --store "$A" "$in" --json | value missing)" 0 "the receipts come back through the folder"
is "$(sync status --store "$A" --json | value pending)" 0 "nothing is left to carry"

# the same files in every order at a second township store: one digest
cp -a "$T" "$work/fresh" && rm -rf "$work/fresh"
"$fixture" visits "$A" 3 3 8 && sync export --store "$A" --to "$out" >/dev/null
fourth=$(ls "$out"/XIANGYI/430599101201/*.XYB | tail -n 1)
cp "$fourth" "$in/name without number.XYB"
cp -a "$T" "$work/T1" && cp -a "$T" "$work/T2"
T=$work/T1
merge merge "$in" >/dev/null 2>&1
one=$(state)
T=$work/T2
for file in "$in/name without number.XYB" "$work/3.XYB" "$work/1.XYB" "$work/2.XYB"; do merge merge "$file" >/dev/null 2>&1; done
is "$(state)" "$one" "one by one or as a folder: the same digest"
done_testing
