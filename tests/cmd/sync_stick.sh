#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Real file systems as sticks (exFAT, FAT, ext4 in images): found by themselves, carried, filled up, read-only. Never
# writes unless the image is mounted; an image has 3 MB.
. "$srcdir/tests/cmd/sync_lib.sh"
. "$srcdir/tests/cmd/stick_lib.sh"
stick=$work/mnt folder=$work/mnt/XIANGYI/430599101201 pid= loop=
fake_system "$stick" sdb1 STICK
mkfifo "$work/never" && exec 9<>"$work/never"
unmount_stick()
{
	umount "$stick" 2>/dev/null || fusermount -u "$stick" 2>/dev/null
	[ -z "$pid" ] || wait "$pid" 2>/dev/null
	pid=
}
end()
{
	mounted && unmount_stick
	[ -z "$loop" ] || losetup -d "$loop"
	rm -rf "$work"
}
trap end EXIT
mounted() { [ "$(stat -c %d "$stick")" != "$(stat -c %d "$work")" ] && [ "$(stat -c %d "$stick")" != "$(stat -c %d /)" ]; }
wait_for_mount()
{
	for _ in $(seq 500); do
		mounted && return 0
		kill -0 "$pid" 2>/dev/null || break
		read -r -t 0.02 -u 9 || : # poll: the mount has no other signal
	done
	mounted
}
mount_stick() # KIND [ro]
{
	case $1 in
	exfat) mount.exfat-fuse -d ${2:+-o "$2"} "$loop" "$stick" >"$work/fuse.log" 2>&1 & pid=$!; wait_for_mount ;;
	fat) mount -t vfat ${2:+-o "$2"} "$loop" "$stick" 2>/dev/null || {
		fusefat -f -o "${2:-rw+}" "$loop" "$stick" >"$work/fuse.log" 2>&1 & pid=$!; wait_for_mount; } ;;
	ext4) mount -t ext4 ${2:+-o "$2"} "$loop" "$stick" 2>"$work/fuse.log" && mounted ;;
	esac
}
make_image() # KIND: a fresh one, mounted; false when this machine cannot
{
	unmount_stick
	[ -z "$loop" ] || losetup -d "$loop"
	loop=
	rm -f "$work/stick.img" && truncate -s 3M "$work/stick.img"
	case $1 in
	exfat) mkfs.exfat "$work/stick.img" ;;
	fat) mkfs.vfat "$work/stick.img" ;;
	ext4) mkfs.ext4 -q -m 0 -O ^has_journal "$work/stick.img" ;;
	esac >/dev/null 2>&1 || return 1
	loop=$(losetup -f --show "$work/stick.img" 2>/dev/null) && mount_stick "$1"
}
fill() { mounted || exit 99; head -c 4194304 /dev/zero >"$stick/FILLER" 2>/dev/null; }

travel() # KIND: out, merged elsewhere, the receipt back
{
	"$fixture" visits "$A" 5 5 "$((sticks += 1))"
	sync export --store "$A" >"$work/out" && grep -q 'safe to remove' "$work/out"
	ok "$1: the stick is found by itself, written, and safe to remove"
	unmount_stick && mount_stick "$1"
	ok "$1: the stick is carried"
	merge merge >"$work/out" && grep -q 'safe to remove' "$work/out"
	ok "$1: merged, the receipt is on the stick"
	unmount_stick && mount_stick "$1"
	is "$(sync import --store "$A" --json | value missing)" 0 "$1: the receipt comes back"
}
full() # KIND
{
	"$fixture" visits "$A" 20 30 6
	fill
	before=$(ls "$folder")
	sync export --store "$A" >"$work/out" 2>"$work/err"
	is "$?:$(grep -c 'no space left.*KB are needed' "$work/err"):$(wc -c <"$work/out")" 1:1:0 "$1: a full stick is refused before anything is written"
	is "$(ls "$folder")" "$before" "$1: the last good bundle stays"
	"$builddir/xiangyi-sync" inspect "$folder"/*.XYB >/dev/null
	ok "$1: and is whole"
	rm "$stick/FILLER"
	sync export --store "$A" >"$work/out"
	ok "$1: after making room the export succeeds"
}
read_only() # KIND
{
	unmount_stick && mount_stick "$1" ro || return
	sync export --store "$A" 2>"$work/err"
	is "$?:$(grep -c 'write-protected' "$work/err")" 1:1 "$1: export to a write-protected stick says so"
	merge merge >"$work/out" 2>"$work/err"
	is "$?:$(grep -c 'receipt could not be' "$work/err")" 1:1 "$1: merge from it says that the receipt could not be written"
	is "$(merge status --json | value entries)" "$(sync status --store "$A" --json | value entries)" "$1: but the entries are merged"
	sync export --store "$A" --to "$stick/NEW" 2>"$work/err"
	is "$?:$(grep -c 'write-protected' "$work/err")" 1:1 "$1: a folder that cannot be made, too"
}
skipped() { count=$((count + 1)); echo "ok $count - $1 # SKIP no image can be mounted here: $(tail -n 1 "$work/fuse.log" 2>/dev/null)"; }

make_places
if make_image exfat; then
	travel exfat
	full exfat
	for n in 1 2 3; do "$fixture" visits "$A" 1 1 "2$n"; sync export --store "$A" >/dev/null; done
	is "$(ls "$folder"/*.XYB | wc -l)" 2 "exfat: two generations stay on the stick"
	read_only exfat
else
	skipped exfat
fi
if make_image ext4; then travel ext4 && full ext4; else skipped ext4; fi
if make_image fat; then travel fat; else skipped fat; fi
done_testing
