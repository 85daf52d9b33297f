#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# xiangyi-merge report: what it prints in each form, to whom, and what it refuses.
work=$(mktemp -d "${TMPDIR:-/tmp}/xiangyi-test-XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
export LD_PRELOAD=$QUICK_PASSWORD # tests/cmd/quick_password.c
export XIANGYI_TODAY=2026-11-22
n=0
failed=0
check() # NAME GOT WANT
{
	n=$((n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $n - $1"
	else
		failed=1
		echo "not ok $n - $1"
		printf '%s\n' "got:  $2" "want: $3" | sed 's/^/# /'
	fi
}
has() # NAME TEXT PART
{
	case $2 in
	*"$3"*) check "$1" yes yes ;;
	*) check "$1" "$2" "...$3..." ;;
	esac
}
lacks() # NAME TEXT PART
{
	case $2 in
	*"$3"*) check "$1" "$2" "nothing like $3" ;;
	*) check "$1" yes yes ;;
	esac
}
echo "correct horse" >"$work/password"
"$builddir/tests/cmd/report_fixture" "$work/store" >&2 || { echo "Bail out! no store"; exit 1; }
report()
{
	operator=$1
	shift
	"$builddir/xiangyi-merge" report indicators --store "$work/store" --operator "$operator" \
		--password-file "$work/password" "$@" 2>&1
}

all=$(report li)
check "exit code" $? 0
has "every indicator has a line" "$all" "low-income, four diseases managed"
has "with its target" "$all" "66.7    ≥90  ✗"
check "lines of at most 80 columns" "$(printf '%s\n' "$all" | LC_ALL=C.UTF-8 awk 'length > 80')" ""

plain=$(report li annex4_htn)
check "exit code" $? 0
has "a row by village" "$plain" "430599101201  甲村卫生室           3           2       1     66.7"
has "why one is not counted" "$plain" "     1  every visit that was not controlled was followed in time"
has "who has left" "$plain" "     1  died or moved away before the reporting date"
has "the definition" "$plain" "no gap over 120 days"
has "and its source" "$plain" "Source: 政策附件指标4"
lacks "no names" "$plain" "李四"
check "lines of at most 80 columns" "$(printf '%s\n' "$plain" | LC_ALL=C.UTF-8 awk 'length > 80')" ""

names=$(report li annex4_htn --names)
has "names on request, numbers masked" "$names" "李四          430599********0018  fails: every visit that was not controlled was followed in time"
has "with the detail" "$names" "the visit of 2026-10-01 was not followed by 2026-10-15"
lacks "never the whole number" "$names" "430599197005010018"

csv=$(report li annex4_htn --csv)
check "CSV" "$csv" "indicator,region,name,denominator,numerator,apart,rate,closed,late_denominator,late_numerator
annex4_htn,430599101201,甲村卫生室,3,2,1,66.7,,,
annex4_htn,,total,3,2,1,66.7,,,"
has "JSON" "$(report li annex4_htn --json | tr -d ' \n')" '"on":"2026-11-22"'
has "an earlier reporting date" "$(report li annex4_htn --csv --period 2026-09-30)" "430599101201,甲村卫生室,3,3,1,100.0"
has "the last year" "$(report li annex4_htn --csv --period 2025)" ",total,0,0,0,"
has "by month" "$(report li annex4_htn --csv --monthly)" "2026-10-31,3,2,66.7"
has "by doctor" "$(report li annex4_htn --by doctor)" "nobody named"
has "in Chinese" "$(LANGUAGE=zh report li annex4_htn)" "分母"

out=$(report audit annex4_htn --names)
check "an auditor sees names" $? 0
has "in the report" "$out" "李四"
out=$(report it annex4_htn --names)
check "IT support does not" $? 1
has "and is told so" "$out" "does not allow to see patients"
out=$(report li --period soon)
check "no period" $? 2
out=$(report li --names)
check "names of what" $? 2
out=$(report li nothing)
check "no such indicator" $? 1
out=$("$builddir/xiangyi-merge" report nothing 2>&1)
check "no such report" $? 2

why()
{
	"$builddir/xiangyi-admin" why --store "$work/store" --operator "$1" --password-file "$work/password" \
		"$2" annex4_htn 2>&1
}
out=$(why li 李四)
check "why" $? 0
has "the condition that fails" "$out" "✗ every visit that was not controlled was followed in time (the visit of 2026-10-01"
has "and those that hold" "$out" "✓ a family-doctor contract in force (contract from 2026-01-01 to 2026-12-31)"
out=$(why li 赵六)
has "who has left" "$out" "listed apart"
out=$(why li 没有这个人)
check "nobody" $? 1
out=$(why it 李四)
check "IT support sees nobody" $? 1

township()
{
	"$builddir/xiangyi-merge" report --store "$work/$1" --operator "$2" --password-file "$work/password" "$3" $4 $5 2>&1
}
cohorts=$(township store li cohorts --quarters)
has "everybody registered in a quarter" "$cohorts" "Registered 2025-04: 4   result 2025-07-01 to 2025-09-30"
has "what became of them in the next one" "$cohorts" "no visit 4 (100.0 %)"
has "a result that has not begun" "$cohorts" "Registered 2026-10: 0   result from 2027-01-01 (not begun)"
out=$(township store li cohorts rabies)
check "no cohorts of it" $? 2
honest=$(township store li honest)
has "the same pressure again and again is marked" "$honest" "! repeated          4 / 13"
has "few readings say nothing of their digits" "$honest" "  sbp-digit        12 / 13"
has "a visit after somebody left" "$honest" "! gone              1 / 13"
names=$(township store li honest gone --names)
has "whose, when asked for" "$names" "赵六  430599********0018  2026-09-10"
lacks "nobody else" "$names" "张三"
out=$(township store it honest gone --names)
check "not to IT support" $? 1
out=$(township store li honest nothing)
check "no such check" $? 2

out=$(township store li closed 2026-10)
check "not closed yet" $? 1
out=$(township store li close 2026-12)
check "a month that has not begun" $? 2
out=$(township store li close 2026-11)
check "a month that is not over" $? 1
has "is told why" "$out" "2026-11"
out=$(township store li close 2026-10)
check "a month that is over" $? 0
before=$(township store li closed 2026-10)
has "its figures" "$before" "htn_managed               2/3        66.7"
out=$(township store li close 2026-10)
check "not twice" $? 1
check "the first closing holds" "$(township store li closed 2026-10)" "$before"
"$builddir/tests/cmd/report_fixture" "$work/late" 2026-10 >&2
after=$(township late li closed 2026-10)
has "what is written down later stands beside it" "$after" "htn_managed               2/3        66.7   late entries: +1/+0, now 100.0"
late_report()
{
	"$builddir/xiangyi-merge" report indicators --store "$work/late" --operator li --password-file "$work/password" \
		--period 2026-10 "$@" 2>&1
}
plain=$(late_report htn_managed)
has "report indicators prints the frozen figure of a closed period" "$plain" "3           2       1     66.7"
has "with what came late beside it" "$plain" "late entries: +1/+0, now 100.0"
has "and says when it was closed" "$plain" "2026-10 was closed on 2026-11-22"
has "in the list of all, too" "$(late_report)" "late entries: +1/+0, now 100.0"
check "lines of at most 80 columns" "$(late_report | LC_ALL=C.UTF-8 awk 'length > 80')" ""
check "in CSV" "$(late_report htn_managed --csv | tail -n 1)" "htn_managed,,total,3,2,1,66.7,2026-11-22,0,1"
json=$(late_report htn_managed --json | tr -d ' \n')
has "in JSON" "$json" '"denominator":3,"numerator":2,"apart":1,"rate_percent":66.6667,"late_denominator":0,"late_numerator":1'
has "with the digest of the data" "$json" '"closed":"2026-11-22","digest":"'
has "by doctor the rows are not frozen" "$(late_report htn_managed --by doctor)" "By doctor nothing was frozen"
has "an open period is as it was" "$("$builddir/xiangyi-merge" report indicators htn_managed --store "$work/late" \
	--operator li --password-file "$work/password" --period 2026-09 --csv | tail -n 1)" ",,,"
has "and counts in the running year" "$(XIANGYI_TODAY=2026-11-22 "$builddir/xiangyi-merge" report indicators annex4_htn \
	--csv --store "$work/late" --operator li --password-file "$work/password")" ",total,3,3,"
echo "1..$n"
exit $failed
