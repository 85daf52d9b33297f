#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# xiangyi-admin import and export.
. "$srcdir/tests/cmd/admin_lib.sh"
new_village >/dev/null

cat >"$work/households.csv" <<'END'
户编号,户主姓名,住址
0001,王建国,示范镇甲村1组
0002,=HYPERLINK(1),示范镇甲村2组
0003,,示范镇甲村3组
END
run import household "$work/households.csv" --dry-run
is $code 1 "a rejected row shows in the exit code"
has "$out" "line 4: Head: " "the report names line and field"
has "$out" "2 rows would be taken over, 1 rejected" "and counts"
run stat --json
has "$out" '"records":0' "a dry run saves nothing"
run import household "$work/households.csv"
has "$out" "2 rows taken over, 1 rejected" "the good rows are taken over"
rejected=$(cat "$work/households.csv.rejected.csv")
has "$rejected" "0003,,示范镇甲村3组" "the bad one is in a file of its own"
lacks "$rejected" "0001" "the good ones are not"
has "$rejected" "reason" "with the reason beside it"

printf '户编号,户编号,住址\n1,2,3\n' >"$work/twice.csv"
run import household "$work/twice.csv"
is $code 1 "a table with one column twice is refused"
has "$out" "column 户编号 stands twice" "by its name"

head=姓名,身份证号,性别,birth_date,phone,联系人姓名,contact_phone,常住类型,education,职业,婚姻状况,医疗费支付方式,药物过敏史,暴露史
head=$head,surgery_has,trauma_has,transfusion_has,family_father,family_mother,family_siblings,family_children,hereditary,残疾情况
head=$head,household,address_now,township,village,built_by_unit,built_by,疾病#1,diagnosed#1,disease#2,diagnosed#2
tail=19900000002,户籍,小学,"农、林、牧、渔、水利业生产人员",已婚,城乡居民医保、贫困救助,无,无,1,1,1,1,1,1,1,1,无残疾
tail=$tail,0001,示范镇甲村1组,示范镇,甲村,甲村卫生室,李医生
{
	echo "$head"
	echo "王建国,430599195603120012,男,1956-03-12,19900000001,李秀英,$tail,高血压,2015,3,2018-06"
	echo "王建国,430599195603120012,男,1956-03-12,19900000001,李秀英,$tail,1,,,"
	echo "张三,430599195603120011,男,1956-03-12,19900000001,李秀英,$tail,1,,,"
	echo "李四,,男,1960/1/5,１９９０００００００３,李秀英,$tail,无,,,"
	echo "赵六,,男性,1960-01-05,19900000003,李秀英,$tail,无,,,"
} | sed 's/农、林、牧、渔、水利业生产人员/"&"/' >"$work/residents.csv"
run import resident "$work/residents.csv"
is $code 1 "residents with labels, codes, repeats and mistakes"
has "$out" "2 rows taken over, 3 rejected" "two are good"
has "$out" "line 3: this ID number is in the store already" "nobody is taken over twice"
has "$out" "line 4: " "a wrong check digit"
has "$out" "line 6: " "an unknown label"

cat >"$work/visits.csv" <<'END'
id_number,enrolled_date,diagnosed_date,确诊单位,source,doctor
430599195603120012,2026-01-05,2015-03-01,示范镇卫生院,健康体检,李医生
430599195603120039,2026-01-05,2015-03-01,示范镇卫生院,健康体检,李医生
END
run import hypertension_enrolment "$work/visits.csv"
has "$out" "1 rows taken over, 1 rejected" "records of a resident"
has "$out" "line 3: nobody in the store has this number" "a number that nobody has"
run import hypertension_enrolment "$work/households.csv"
is $code 1 "a table of something else is refused"
has "$out" "column 户编号" "with the column"
run import nothing "$work/visits.csv"
is $code 2 "an unknown form is wrong usage"
run import resident "$work/nothing.csv"
is $code 1 "a missing file"

run export resident
is $code 0 "residents are exported"
has "$out" "disease#2" "repeats have a column for each row"
has "$out" "430599195603120012,1,1956-03-12" "values as codes"
printf '%s\n' "$out" >"$work/exported.csv"
run export household
has "$out" "'=HYPERLINK(1)" "a spreadsheet runs nothing"
run export hypertension_enrolment
has "$out" "王建国,430599195603120012" "whose record it is"
run export resident --json
has "$out" '"disease":"3"' "as JSON"
is "$(printf '%s' "$out" | tr -cd '{' | wc -c)" "$(printf '%s' "$out" | tr -cd '}' | wc -c)" "with all brackets closed"
echo keep >"$work/there.csv"
run export resident --out "$work/there.csv"
is $code 1 "an export replaces no file"
is "$(cat "$work/there.csv")" keep "which stays as it is"

run check
is $code 0 "nothing is wrong with the store"
store=$work/second
new_village >/dev/null
run import household "$work/households.csv" --rejected "$work/other.csv" >/dev/null
run import resident "$work/exported.csv"
has "$out" "the store has no such record" "another store's household is not taken for one of ours"
sed 's/[0-9a-f]*\.1\.[0-9a-f]*,,,示范镇/0001,,,示范镇/' "$work/exported.csv" >"$work/by-number.csv"
run import resident "$work/by-number.csv"
has "$out" "2 rows taken over, 0 rejected" "with the household's number an export can be imported elsewhere"
finish
