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
run xiangyi-admin init --role township --name 示范镇卫生院 --region 430599101 --store T $(as office) --display-name 李主任
run xiangyi-admin init --role village --name 甲村卫生室 --region 430599101201 --store A $(as doctor) --display-name 张医生
run xiangyi-admin init --role village --name 乙村卫生室 --region 430599101202 --store B $(as doctor) --display-name 陈医生

say "乡镇登记两个村;双方念指纹核对,村里导入答复" "The township enrols both; they read the fingerprint aloud, and import the answer"
for village in A B; do
	run xiangyi-merge enrol $village/request.xyr --store T $(as office) --yes
	run xiangyi-sync import T/answers --store $village $(as doctor) --yes
done

say "填入编造的居民和各项服务;县里公布的数由卫生院填" "Fill in invented people and services; the township types in what the county publishes"
run xiangyi-admin demo --store A $(as doctor) --residents 500 --years 2 --seed 1
run xiangyi-admin demo --store B $(as doctor) --residents 400 --years 2 --seed 2
cat >typed.csv <<EOF
typed_date,indicator,year,numerator,denominator,source
$(date +%F),annex2_hospital,$(date +%Y),1,1,县里下发的通报
$(date +%F),annex3_centres,$(date +%Y),13,15,县里下发的通报
$(date +%F),annex6_literacy,$(date +%Y),271,1000,健康素养调查
EOF
run xiangyi-admin import indicator_value typed.csv --store T $(as office)

say "甲村记一次高血压随访(平时在屏幕上录,这里用表格)" "Village A records a hypertension visit (usually on the screen; here from a table)"
"$bin/xiangyi-admin" export hypertension_enrolment --store A $(as doctor) --out enrolled.csv >/dev/null
column=$(head -n 1 enrolled.csv | tr -d '\r\357\273\277' | tr ',' '\n' | grep -n '^id_number$' | cut -d: -f1)
someone=$(sed -n 2p enrolled.csv | tr -d '\r' | cut -d, -f"$column")
printf 'id_number,sbp,dbp\n%s,138,86\n' "$someone" >visit.csv
run xiangyi-admin import hypertension_visit visit.csv --store A $(as doctor)

say "写到U盘:压缩、加密、签名,回读校验" "To the stick: compressed, encrypted, signed, read back and verified"
mkdir STICK
run xiangyi-sync export --store A --to STICK $(as doctor)
run xiangyi-sync export --store B --to STICK $(as doctor)
find STICK -type f -printf '   %P  %s bytes\n' | sort

say "乡镇合并,把回执写回U盘;再合并一次,结果不变" "The township merges and writes receipts back; merging again changes nothing"
run xiangyi-merge merge STICK --store T $(as office)
run xiangyi-merge digest --store T $(as office)
before=$("$bin/xiangyi-merge" digest --store T $(as office))
run xiangyi-merge merge STICK --store T $(as office)
run xiangyi-merge digest --store T $(as office)
[ "$before" = "$("$bin/xiangyi-merge" digest --store T $(as office))" ]

say "村里读回执:乡镇已收到全部记录" "The villages read the receipt: the township holds everything"
for village in A B; do
	run xiangyi-sync import STICK --store $village $(as doctor)
	"$bin/xiangyi-sync" status --store $village --json $(as doctor) | grep -q '"pending": *0'
done

say "全部指标,再看指标4:分母、分子、率,按村,谁没算数、差在哪" \
	"All indicators; then policy indicator 4 by village, and who is not counted for which reason"
run xiangyi-merge report indicators --store T $(as office)
run xiangyi-merge report indicators annex4 --store T $(as office)

printf '\n完成 / Done: %s (操作员 operator: doctor, office; 密码 password: demo-2026)\n' "$PWD"
if [ -t 0 ] && [ -t 1 ]; then
	printf '现在打开甲村的屏幕:输入密码 demo-2026,F1 帮助,F10 退出。按回车继续…\n'
	printf 'Now the screen of village A opens: type demo-2026; F1 helps, F10 leaves. Press Enter… '
	read -r _
	exec "$bin/xiangyi" --store A --operator doctor
fi
