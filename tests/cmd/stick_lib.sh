# SPDX-License-Identifier: GPL-3.0-or-later
# A system as $XIANGYI_SYSTEM shows it, with folders as sticks. Sourced after sync_lib.sh.
export XIANGYI_SYSTEM=$work/system
mkdir -p "$XIANGYI_SYSTEM/proc/self" "$XIANGYI_SYSTEM/sys/dev/block" "$XIANGYI_SYSTEM/dev/disk/by-label"
echo "22 1 8:1 / / rw - ext4 /dev/sda1 rw" >"$XIANGYI_SYSTEM/proc/self/mountinfo"
sticks=0
fake_system() # FOLDER DEVICE LABEL: one more USB stick
{
	sticks=$((sticks + 1))
	local disk=${2%[0-9]} device=$XIANGYI_SYSTEM/sys/devices/pci0000:00/usb1/1-1/host$sticks/block/${2%[0-9]}/$2
	mkdir -p "$1" "$device"
	echo 1 >"$device/partition"
	ln -s "$device" "$XIANGYI_SYSTEM/sys/dev/block/8:$((16 * sticks + 1))"
	ln -s "../../$2" "$XIANGYI_SYSTEM/dev/disk/by-label/$3"
	echo "$((30 + sticks)) 22 8:$((16 * sticks + 1)) / $1 rw,nosuid - vfat /dev/$2 rw" >>"$XIANGYI_SYSTEM/proc/self/mountinfo"
}
