#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Several sticks, and what may lie beside the bundles on one: links, pipes, devices and odd names are never followed.
. "$srcdir/tests/cmd/sync_lib.sh"
. "$srcdir/tests/cmd/stick_lib.sh"
make_places
"$fixture" visits "$A" 10 10 1 || exit 99
sync export --store "$A" 2>"$work/err" </dev/null
is "$?:$(grep -c 'no stick is plugged in' "$work/err")" 2:1 "without a stick the export says so"
one=$work/media/one two=$work/media/two folder=$work/media/one/XIANGYI/430599101201
fake_system "$one" sdb1 ONE
fake_system "$two" sdc1 TWO
sync export --store "$A" 2>"$work/err" </dev/null
is "$?:$(grep -c 'ONE, TWO.*--stick' "$work/err")" 2:1 "of two sticks one must be named"
sync export --store "$A" --stick THREE 2>"$work/err"
is "$?:$(grep -c 'no stick called THREE' "$work/err")" 1:1 "one that is not there"
sync export --store "$A" --stick ONE --json >"$work/out"
is "$(value safe_to_remove <"$work/out"):$(ls "$folder"):$(ls "$two")" "true:00000001.XYB:" "the one that is named is written"

# beside the bundle; the linked bundle must not be merged, the pipe must not be waited for
"$fixture" visits "$B" 5 0 2 && sync export --store "$B" --to "$work/elsewhere" >/dev/null || exit 99
other=$work/elsewhere/XIANGYI/430599101202/00000001.XYB
long=$(printf 'L%.0s' $(seq 250))
ln -s "$other" "$folder/00000002.XYB"
ln -s "$work/elsewhere/XIANGYI/430599101202" "$one/XIANGYI/430599101202"
ln -s "$work/elsewhere/XIANGYI" "$one/XIANGYI/430599101203"
ln -s / "$one/XIANGYI/4305"
mkfifo "$folder/00000003.XYB" "$folder/00000004.XYA" "$one/00000005.XYB"
cp "$other" "$folder/00000006.XYB"$'\n' && cp "$other" "$folder/a"$'\n'"b.XYB" && cp "$other" "$folder/.hidden.XYB"
cp "$other" "$folder/..XYB" && cp "$other" "$folder/$long" && cp "$other" "$folder/autorun.inf" && cp "$other" "$folder/00000001.XYB.lnk"
mkdir -p "$one/XIANGYI/..." "$one/XIANGYI/43059910120x" "$folder/00000007.XYB" && cp "$other" "$one/XIANGYI/.../1.XYB"
cp "$other" "$one/XIANGYI/43059910120x/1.XYB"
[ "$(id -u)" -ne 0 ] || mknod "$folder/00000008.XYB" c 1 5 2>/dev/null || : # /dev/zero
(cd "$folder" && for n in $(seq 17); do mkdir "D$long" && cd "D$long" || exit; done && cp "$other" 1.XYB) || exit 99
merged=$(timeout 20 "$builddir/xiangyi-merge" merge --operator li --password-file "$work/pw" --store "$T" --json --stick ONE)
is "$?:$(echo "$merged" | grep -o '"path"' | wc -l):$(echo "$merged" | value new)" 0:1:20 "only the bundle is opened and merged"
is "$(timeout 20 "$builddir/xiangyi-sync" import --operator li --password-file "$work/pw" --store "$A" --stick ONE --json | value missing)" 0 \
	"and only the receipt is read back"
is "$(merge status --json | value entries)" 20 "nothing behind a link came in"
[ -p "$folder/00000003.XYB" ] && [ -L "$folder/00000002.XYB" ] && [ -d "$folder/00000007.XYB" ]
ok "what is not ours stays where it is"
before=$(find "$work/elsewhere" | sort)
"$fixture" visits "$A" 1 1 7 && sync export --store "$A" --stick ONE >/dev/null
is "$?:$(find "$work/elsewhere" | sort | cmp - <(echo "$before"))" 0: "the next export takes a free number and leaves the rest"

mkdir "$work/attack" && ln -s "$work/attack" "$two/XIANGYI"
sync export --store "$A" --stick TWO 2>"$work/err"
is "$?:$(grep -c 'link to another place' "$work/err"):$(ls "$work/attack")" 1:1: "a stick whose XIANGYI is a link is not written through"
cp -r "$work/elsewhere/XIANGYI/430599101202" "$work/attack/"
merge merge --stick TWO 2>"$work/err"
is "$?:$(grep -c 'no bundle is here' "$work/err")" 1:1 "nor read through"
done_testing
