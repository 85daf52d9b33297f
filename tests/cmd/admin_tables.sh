#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Tables as people and spreadsheets make them: encodings, line ends, dates, ID numbers, rows to mend.
. "$srcdir/tests/cmd/admin_lib.sh"
new_village >/dev/null

# --- encodings: one table, four ways to save it ---

cat >"$work/plain.csv" <<'END'
household_no,head_name,address,note
H１,王建国,"示范镇甲村,1组","第一行
说 ""你好"""
END
printf '\357\273\277' | cat - "$work/plain.csv" >"$work/bom.csv"
iconv -f UTF-8 -t GB18030 "$work/plain.csv" >"$work/gb18030.csv"
sed 's/$/\r/' "$work/plain.csv" >"$work/crlf.csv"
for file in plain bom gb18030 crlf; do
	run import household "$work/$file.csv"
	is "$out" "1 rows taken over, 0 rejected." "$file"
done
run export household
is "$(printf '%s\n' "$out" | grep -c ',王建国,.*"示范镇甲村,1组"')" 4 "all four read the same"
is "$(printf '%s\n' "$out" | grep -c '^说 ""你好"""')" 4 "with the line end and the quotes in the cell"
is "$(printf '%s\n' "$out" | grep -c ',H1,')" 4 "digits half-width"

# --- residents: ID numbers of every form, birth date and sex from them ---

head=姓名,身份证号,性别,birth_date,phone,联系人姓名,contact_phone,常住类型,education,职业,婚姻状况,医疗费支付方式,药物过敏史,暴露史
head=$head,surgery_has,trauma_has,transfusion_has,family_father,family_mother,family_siblings,family_children,hereditary,残疾情况
head=$head,address_now,township,village,built_by_unit,built_by,疾病#1,diagnosed#1,disease#2,diagnosed#2
tail="１９９０００００００２,李秀英,０７３１－１２３４５６７,户籍,小学,3,已婚,城乡居民医保；贫困救助,无,无,1,1,1,1,1,1,1,1,无残疾"
tail=$tail,示范镇甲村1组,示范镇,甲村,甲村卫生室,李医生
{
	echo "$head"
	echo "甲一,430599195603120012,,,$tail,高血压,2015,3,2018-06"
	echo "甲二,43059919610805004x,,,$tail,1,,,"
	echo "甲三,４３０５９９１９５６０３１２００３９,,,$tail,1,,,"
	echo "甲四,430599560312002,,,$tail,1,,,"
	echo "甲五,43059919560312002043,,,$tail,1,,,"
	echo "甲六,4305992026012000110001,,,$tail,1,,,"
	echo "甲七,999999197001010017,女,1970-01-02,$tail,1,,,"
	echo "甲八,,男,20526,$tail,1,,,"
	echo "甲九,,女,1961/8/5 0:00:00,$tail,1,,,"
	echo "甲十,,男,１９６１．８．５,$tail,1,,,"
} >"$work/residents.csv"
run import resident "$work/residents.csv"
has "$out" "10 rows taken over, 0 rejected." "ID numbers of 15, 18, 20 and 22 characters, and none"
warned=$out
run export resident --out "$work/residents-out.csv"
row() { grep ",$1," "$work/residents-out.csv"; }
sex_birth() { row "$1" | tr , '\n' | grep -A1 '^[12]$' | head -n 2 | tr '\n' ' '; }
is "$(sex_birth 甲一)" "1 1956-03-12 " "18: sex and birth date fill in by themselves"
is "$(sex_birth 甲二)" "2 1961-08-05 " "a lower-case x"
has "$(row 甲二)" 43059919610805004X "is stored as X"
is "$(sex_birth 甲三)" "1 1956-03-12 " "full-width digits"
has "$(row 甲三)" 430599195603120039 "are stored half-width"
is "$(sex_birth 甲四)" "2 1956-03-12 " "15: the old form"
is "$(sex_birth 甲五)" "2 1956-03-12 " "20: with disability class and grade"
has "$(row 甲五)" ",430599195603120020," "the first 18 are the number"
is "$(sex_birth 甲六)" "1 2026-01-20 " "22: a card issued again"
is "$(printf '%s\n' "$warned" | grep -c 'line 8: taken over with a warning: .*differs from the ID number')" 2 "a mismatch warns"
has "$warned" "Rows with warnings: 1" "in one row"
is "$(sex_birth 甲七)" "2 1970-01-02 " "a mismatch and an unknown area are no reason to reject"
is "$(sex_birth 甲八)" "1 1956-03-12 " "an Excel serial date"
is "$(sex_birth 甲九)" "2 1961-08-05 " "a day with midnight behind it"
is "$(sex_birth 甲十)" "1 1961-08-05 " "a date in full-width characters"
has "$(row 甲一)" ",0731-1234567," "a full-width telephone number"
{
	echo id_number,enrolled_date,diagnosed_date,确诊单位,source,doctor
	echo 430599195603120012,46027,42064.0,示范镇卫生院,健康体检,李医生
	echo 43059919610805004x,2026年1月5日,2015-3-1,=卫生院,健康体检,李医生
	echo 43059919560312002043,2015,2015-03-01,示范镇卫生院,健康体检,李医生
	echo 43059919560312002043,2026-01-05,2015-03-01,示范镇,卫生院,健康体检,李医生
} >"$work/enrol.csv"
run import hypertension_enrolment "$work/enrol.csv" --dry-run
has "$out" "2 rows would be taken over, 2 rejected" "a dry run checks every row"
is "$(ls "$work" | grep -c rejected)" 0 "and writes no file"
run import hypertension_enrolment "$work/enrol.csv"
has "$out" "line 4: " "a year alone is no serial date"
has "$out" "line 5: more cells than the heading has" "nor is a row of shifted cells taken over"
run export hypertension_enrolment
has "$out" ",430599195603120012,2026-01-05,2015-03-01," "serial dates with and without a fraction"
has "$out" ",43059919610805004X,2026-01-05,2015-03-01,'=卫生院" "a record is found by an x"

# --- rows to mend ---

rejected=$work/enrol.csv.rejected.csv
is "$(head -c 3 "$rejected" | od -An -tx1)" " ef bb bf" "spreadsheets see that it is UTF-8"
is "$(wc -l <"$rejected")" 3 "a heading and the two rejected rows"
sed 's/,2015,2015/,46027,2015/; /示范镇,卫生院/d' "$rejected" >"$work/mended.csv"
run import hypertension_enrolment "$work/mended.csv"
is "$out" "1 rows taken over, 0 rejected." "what was mended goes in, the column of reasons is passed over"
run import hypertension_enrolment "$work/enrol.csv"
is "$(ls "$work" | grep -c 'enrol.csv.rejected-2.csv')" 1 "a second import has a second file"
run import hypertension_enrolment "$work/enrol.csv" --rejected "$rejected"
has "$out" "enrol.csv.rejected.csv exists" "no file of rejected rows is overwritten"
run import resident "$work/residents.csv" --dry-run
has "$out" "3 rows would be taken over, 7 rejected" "nobody with a number is taken over twice"

# --- there and back: every form, filled with whatever it takes, and a demonstration ---

# the versions of records as their places in the tables
comparable() # TABLES FORM
{
	[ -e "$1/places" ] || awk -F, 'FNR > 1 { file = FILENAME; sub(".*/", "", file); print $1 "," file "." FNR }' \
		"$1"/*.csv >"$1/places"
	awk -F, 'NR == FNR { place[$1] = $2; next }
		{ for (i = 1; i <= NF; i++) if ($i in place) $i = place[$i]; print }' OFS=, "$1/places" "$1/$2.csv"
}
there_and_back() # NAME FORMS: all of the store $work/NAME into another one, these first: others point to them
{
	run export --all --out "$work/$1-out"
	has "$out" "$(ls "$work/$1-out" | wc -l) tables: " "$1: all tables are written"
	store=$work/$1-back
	new_village >/dev/null
	others=$(ls "$work/$1-out" | sed 's/\.csv$//' | grep -vxE "$(echo "$2" | tr ' ' '|')")
	for form in $2 $others; do
		run import "$form" "$work/$1-out/$form.csv"
		has "$out" ", 0 rejected." "$1, $form: all rows go into another store"
	done
	run export --all --out "$work/$1-again"
	for file in "$work/$1-out"/*.csv; do
		form=$(basename "$file" .csv)
		[ "$form" != audit ] || continue # the export itself is noted
		comparable "$work/$1-out" "$form" >"$work/first"
		comparable "$work/$1-again" "$form" >"$work/second"
		is "$(wc -l <"$work/first") $(diff "$work/first" "$work/second")" "$(wc -l <"$file") " "$1, $form: and come out the same"
	done
	run import household "$work/$1-out/household.csv"
	has "$out" "0 rows taken over" "$1: copies are not taken over twice"
}
store=$work/every
new_village >/dev/null
is "$("$builddir/tests/cmd/table_fixture" "$store" "$work/password")" "" "every form can be filled"
there_and_back every "household resident"
is "$(ls "$work/every-out" | grep -vc "rejected\|places")" "$(ls "$XIANGYI_DATA"/forms/*.csv | wc -l)" "that were all forms"
run export audit
has "$out" ",export of phq9,3" "who reads restricted records is noted"
store=$work/demo
new_village >/dev/null
run demo --residents 40 --years 2 --seed 3
there_and_back demo "household resident coverage_unit clinic"
finish
