#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A real exFAT image as the stick: carried, filled up, read-only. Never writes unless the image is mounted.
. "$srcdir/tests/cmd/sync_lib.sh"
image=$work/stick.img stick=$work/mnt pid= loop=
mkdir "$stick"
mkfifo "$work/never" && exec 9<>"$work/never"
end() {
	if [ -n "$pid" ]; then
		umount "$stick" 2>/dev/null || fusermount -u "$stick" 2>/dev/null
		wait "$pid" 2>/dev/null
	fi
	[ -z "$loop" ] || losetup -d "$loop"
	rm -rf "$work"
}
trap end EXIT
skip_all() { echo "1..0 # SKIP $1"; exit 0; }
mounted() { [ "$(stat -c %d "$stick")" != "$(stat -c %d "$work")" ] && [ "$(stat -c %d "$stick")" != "$(stat -c %d /)" ]; }
mount_stick() # OPTIONS
{
	mount.exfat-fuse -d ${1:+-o "$1"} "$loop" "$stick" >"$work/fuse.log" 2>&1 &
	pid=$!
	for _ in $(seq 500); do
		mounted && return 0
		kill -0 "$pid" 2>/dev/null || break
		read -r -t 0.02 -u 9 || : # poll: the mount has no other signal
	done
	mounted
}
unmount_stick() { umount "$stick" && wait "$pid"; pid=; }

command -v mount.exfat-fuse >/dev/null && command -v mkfs.exfat >/dev/null || skip_all "exfat-fuse or exfatprogs is missing"
[ -w /dev/fuse ] || skip_all "/dev/fuse cannot be used"
truncate -s 3M "$image" && mkfs.exfat "$image" >/dev/null 2>&1 || skip_all "no exFAT image can be made"
loop=$(losetup -f --show "$image" 2>/dev/null) || skip_all "no loop device can be had"
mount_stick || skip_all "the image cannot be mounted: $(tail -n 1 "$work/fuse.log")"

make_places
"$fixture" visits "$A" 50 50 5
sync export --store "$A" --to "$stick" >"$work/out"
ok "export to exFAT"
unmount_stick && mount_stick
ok "the stick is carried"
merge merge "$stick" >"$work/out"
ok "merge from exFAT, receipt to exFAT"
sync import --store "$A" "$stick" >"$work/out"
is "$(sync status --store "$A" --json | value pending)" 0 "the receipt comes back"

# full: at most the image's 3 MB are written, and only because it is mounted
"$fixture" visits "$A" 20 30 6
mounted || exit 99
head -c 4194304 /dev/zero >"$stick/FILLER" 2>/dev/null
before=$(ls "$stick/XIANGYI/430599101201")
sync export --store "$A" --to "$stick" 2>"$work/err"
is $? 1 "export to a full stick fails"
grep -q 'no space left' "$work/err"
ok "and says that there is no space"
is "$(ls "$stick/XIANGYI/430599101201")" "$before" "nothing half-written is left, the last good bundle stays"
"$builddir/xiangyi-sync" inspect "$stick"/XIANGYI/430599101201/*.XYB >/dev/null
ok "and is whole"
rm "$stick/FILLER"
sync export --store "$A" --to "$stick" >"$work/out"
ok "after making room the export succeeds"
for n in 1 2 3; do "$fixture" visits "$A" 1 1 "2$n"; sync export --store "$A" --to "$stick" >/dev/null; done
is "$(ls "$stick"/XIANGYI/430599101201/*.XYB | wc -l)" 2 "two generations stay on the stick"

unmount_stick && mount_stick ro && {
	"$fixture" visits "$A" 1 1 8
	sync export --store "$A" --to "$stick" 2>"$work/err"
	is $? 1 "export to a write-protected stick fails"
	grep -q 'write-protected' "$work/err"
	ok "and says so"
	merge merge "$stick" >"$work/out" 2>"$work/err"
	is $? 1 "merge from it says that the receipt could not be written"
	is "$(merge status --json | value entries)" "$(sync status --store "$A" --json | value entries | awk '{print $1 - 2}')" \
		"but the entries are merged"
}
done_testing
