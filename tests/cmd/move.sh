#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A resident moves: what the old village wrote comes down to the new one with the township's answers, signed as it was and
# once; both villages answer; what the old village still had on its way follows; what the law keeps stays.
. "$srcdir/tests/cmd/sync_lib.sh"
admin() { store=$1 command=$2; shift 2; "$builddir/xiangyi-admin" "$command" --operator li --password-file "$work/pw" --store "$store" "$@"; }
put() { "$builddir/xiangyi-admin" import --operator li --password-file "$work/pw" --store "$1" "$2" "$3" >"$work/put" || cat "$work/put"; }
rows() { admin "$1" export "$2" | grep -c 430599; } # with an ID number
write() { printf '户编号,户主姓名,住址\n%s,某人,某组\n' "$2" >"$work/some.csv" && put "$1" household "$work/some.csv"; } # something to send
up() { # STORE STICK: what is new goes to the township, its answer comes back
	sync export --store "$1" --to "$work/$2" >"$work/export" && merge merge "$work/$2" >"$work/merged" &&
		sync import --store "$1" "$work/$2" --json >"$work/imported"
}
id=430599195603120012 other=430599196004050029

make_places
printf '户编号,户主姓名,住址\n0001,王建国,示范镇甲村1组\n' >"$work/household.csv"
head=姓名,身份证号,性别,birth_date,phone,联系人姓名,contact_phone,常住类型,education,职业,婚姻状况,医疗费支付方式,药物过敏史,暴露史
head=$head,surgery_has,trauma_has,transfusion_has,family_father,family_mother,family_siblings,family_children,hereditary,残疾情况
head=$head,household,address_now,township,village,built_by_unit,built_by,疾病#1
tail=19900000002,户籍,小学,无职业,已婚,城乡居民医保,无,无,1,1,1,1,1,1,1,1,无残疾,0001,示范镇甲村1组,示范镇,甲村,甲村卫生室,李医生,无
{
	echo "$head"
	echo "王建国,$id,男,1956-03-12,19900000001,李秀英,$tail"
	echo "李秀英,$other,女,1960-04-05,19900000001,王建国,$tail"
} >"$work/residents.csv"
put "$A" household "$work/household.csv"
put "$A" resident "$work/residents.csv"
is "$(rows "$A" resident)" 2 "two residents of one household in the old village"
for one in $id $other; do
	printf 'id_number,enrolled_date,diagnosed_date,确诊单位,source,doctor\n%s,2026-01-05,2015-03-01,示范镇卫生院,健康体检,李医生\n' $one >"$work/enrol.csv"
	put "$A" hypertension_enrolment "$work/enrol.csv"
	printf 'id_number,screen_date,cough_days,symptoms,contact,result,doctor\n%s,2026-02-05,0,0,1,9,李医生\n' $one >"$work/tb.csv"
	put "$A" tb_suspect "$work/tb.csv"
done
write "$A" 0002
up "$A" s1
ok "which the township has"
printf 'id_number,card_type,phone,belongs,address,group,case_class,onset_date,diagnosed_at,disease,type,course,phoned_to,phoned_at,unit,doctor,filled_date\n' >"$work/card.csv"
echo "$id,1,19900000001,1,甲村1组,16,2,2026-05-01,2026-05-02 09:00,05,052,0,疾控,2026-05-02 10:00,甲村卫生室,李医生,2026-05-02" >>"$work/card.csv"
put "$A" infectious_report "$work/card.csv"
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
printf 'id_number,screen_date,cough_days,symptoms,contact,result,doctor\n%s,2026-06-05,0,0,1,9,李医生\n' $id >"$work/tb.csv"
put "$A" tb_suspect "$work/tb.csv"
up "$A" a2
is "$(value carried <"$work/imported"):$(value transfers <"$work/imported")" 2:1 "the old village hears of the transfer and of the receipt, and writes its own"
up "$A" a3
write "$B" 1009
up "$B" b4
is "$(value carried <"$work/imported")" 2 "what the old village still had, and its receipt, follow"
is "$(rows "$B" tb_suspect)" 2 "the late entry is in the history"
sed 's/2026-06-05/2026-07-05/' "$work/tb.csv" >"$work/tb2.csv"
put "$B" tb_suspect "$work/tb2.csv"
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
