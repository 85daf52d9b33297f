#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The main job with the installed programs: a township and two villages, a visit recorded, carried, merged,
# answered, and the indicator. Usage: demo.sh BINDIR DIR (DIR is made anew). Everyone in it is invented.
set -euo pipefail
bin=$(cd "$1" && pwd)
rm -rf "$2"
mkdir -p "$2"
cd "$2"
export LANGUAGE=${LANGUAGE:-zh_CN}
unset XIANGYI_STORE XIANGYI_DATA XIANGYI_LOCALEDIR XIANGYI_TODAY
echo 'demo-2026' >password
step=0

say() # a step, in Chinese and English
{
	step=$((step + 1))
	printf '\n\033[1m%d. %s\033[0m\n   %s\n' "$step" "$1" "$2"
}

run() # PROGRAM ARGUMENTS...: shown, then done
{
	printf '   $ %s\n' "$*"
	"$bin/$1" "${@:2}" | sed 's/^/   /'
}

as() # OPERATOR: the options of a person at work
{
	echo "--operator $1 --password-file password"
}

say "建三个库:乡镇卫生院、甲村、乙村" "Make three stores: the township and two villages (password: demo-2026)"
run xiangyi-admin init --role township --name 示范镇卫生院 --region 430599101 --store T $(as office)
run xiangyi-admin init --role village --name 甲村卫生室 --region 430599101201 --store A $(as doctor)
run xiangyi-admin init --role village --name 乙村卫生室 --region 430599101202 --store B $(as doctor)

say "乡镇登记两个村;双方念指纹核对,村里导入答复" "The township enrols both; they read the fingerprint aloud, and import the answer"
for village in A B; do
	run xiangyi-merge enrol $village/request.xyr --store T $(as office) --yes
	run xiangyi-sync import T/answers --store $village $(as doctor)
done

say "填入编造的居民、签约和随访" "Fill in invented residents, contracts and visits"
run xiangyi-admin demo --store A $(as doctor) --residents 150 --years 2 --seed 1
run xiangyi-admin demo --store B $(as doctor) --residents 120 --years 2 --seed 2

say "甲村记一次高血压随访(平时在屏幕上录,这里用表格)" "Village A records a hypertension visit (usually on the screen; here from a table)"
"$bin/xiangyi-admin" export resident --store A $(as doctor) >residents.csv
"$bin/xiangyi-admin" export hypertension_enrolment --store A $(as doctor) >enrolled.csv
