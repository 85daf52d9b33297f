#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# xiangyi-merge report indicators: what it prints in each form, to whom, and what it refuses.
work=$(mktemp -d "${TMPDIR:-/tmp}/xiangyi-test-XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
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

plain=$(report li)
check "exit code" $? 0
has "a row by village" "$plain" "430599101201  甲村卫生室                        3          2    66.7"
has "why one is not counted" "$plain" "an uncontrolled visit was not followed in time       1 (甲村卫生室 1)"
has "who has left" "$plain" "died or moved away before the reporting date         1 (甲村卫生室 1)"
has "the definition" "$plain" "no more than 120 days without one"
lacks "no names" "$plain" "李四"
check "lines of at most 80 columns" "$(printf '%s\n' "$plain" | LC_ALL=C.UTF-8 awk 'length > 80')" ""

names=$(report li --names)
has "names on request, numbers masked" "$names" "李四          430599********0018  an uncontrolled visit was not followed in time"
has "with the detail" "$names" "the visit of 2026-10-01 was not followed by 2026-10-15"
lacks "never the whole number" "$names" "430599197005010018"

csv=$(report li --csv)
check "CSV" "$csv" "region,village,denominator,numerator,rate,counted,few-visits,gap,no-exam,not-followed,not-yet-assessable,not-low-income,no-contract,not-enrolled,left
430599101201,甲村卫生室,3,2,66.7,2,0,0,0,1,0,0,0,0,1
,total,3,2,66.7,2,0,0,0,1,0,0,0,0,1"
has "JSON" "$(report li --json | tr -d ' \n')" '"on":"2026-11-22"'
has "an earlier reporting date" "$(report li --csv --on 2026-09-30)" "430599101201,甲村卫生室,3,3,100.0"
has "the last year" "$(report li --csv --year 2025)" ",total,0,0,,"
has "in Chinese" "$(LANGUAGE=zh report li)" "分母"

out=$(report audit --names)
check "an auditor sees names" $? 0
has "in the report" "$out" "李四"
out=$(report it --names)
check "IT support does not" $? 1
has "and is told so" "$out" "does not allow to see patients"
out=$(report li --on 2025-06-01 --year 2026)
check "a date outside the year" $? 1
out=$(report li --on soon)
check "no date" $? 2
out=$("$builddir/xiangyi-merge" report nothing 2>&1)
check "no such report" $? 2
echo "1..$n"
exit $failed
