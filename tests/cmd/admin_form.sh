#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# xiangyi-admin form: list, show, check and eval, on forms of the test and without any store.
work=$(mktemp -d "${TMPDIR:-/tmp}/xiangyi-test-XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
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
mkdir -p "$work/data/forms" "$work/data/codes" "$work/data/rules"
cat >"$work/data/forms/person.csv" <<'END'
survey
,type,name,label::Chinese (zh),label::English (en),required,tag
,text,name,姓名,Name,yes,16
,date,birth_date,出生日期,Birth,,17
settings
,form_id,version,form_title::Chinese (zh),form_title::English (en),kind
,person,1,人,Person,master
END
cat >"$work/data/forms/visit.csv" <<'END'
survey
,type,name,label::Chinese (zh),label::English (en),required,constraint,warning,calculation,default,unit,tag
,date,day,日期,Day,yes,. <= today(),,,today(),,16
,decimal,weight,体重,Weight,yes,. >= 2 and . <= 300,. >= 30 and . <= 150,,last-visit('weight'),kg,17
,calculate,age,,,,,,"age-years(subject('birth_date'), ${day})",,,18
,select_one class,class,分级,Class,,,,,"if(${weight} > 100, '2', '1')",,19
,begin_repeat,drugs,用药,Drugs,,,,,,,20
,text,drug,药名,Drug,yes,,,,,,21
,decimal,dose,剂量,Dose,,,,,,,22
,calculate,double,,,,,,${dose} * 2,,,23
,end_repeat
choices
,list_name,name,label::Chinese (zh),label::English (en)
,class,1,一级,first
,class,2,二级,second
settings
,form_id,version,form_title::Chinese (zh),form_title::English (en),kind,subject,date_field
,visit,3,随访,Visit,event,person,day
END
XIANGYI_DATA=$work/data
LANGUAGE=en
export XIANGYI_DATA LANGUAGE
form()
{
	"$builddir/xiangyi-admin" form "$@" 2>"$work/err"
}

out=$(form check)
check "forms without a lock are refused" $? 1
has "as such" "$out" "visit.csv:3:12: tags.lock lacks 8 tags of this form"
form check --update-lock >/dev/null
check "the lock is made" $? 0
check "with a row for every field" "$(wc -l <"$work/data/forms/tags.lock")" 11
check "then all is in order" "$(form check)" "2 forms are in order."

sed 's/,text,drug,/,integer,drug,/; s/\. <= 300/. <= 1/' "$work/data/forms/visit.csv" >"$work/visit.csv"
out=$(form check "$work/visit.csv")
check "a faulty version of a form is refused" $? 1
has "with file, line and column" "$out" "$work/visit.csv:4:7: no value can fulfil it"
has "and all its faults" "$out" "$work/visit.csv:8:2: the tag 21 is of type \"text\" (tags.lock line"
check "counted" "$(tail -1 "$work/err")" "xiangyi-admin form: 2 problems were found"
check "as JSON too" "$(form check --json "$work/visit.csv" | grep -o '"problem"' | wc -l)" 2
form check --update-lock "$work/visit.csv" >/dev/null
check "a file cannot be locked" $? 2

check "the forms are listed" "$(form list | awk '{ print $1, $2, $3, $4 }' | paste -sd,)" "person 1 master 2,visit 3 event 8"
out=$(form show visit --lang zh)
has "a form is shown in Chinese" "$out" "体重 *"
has "or English" "$(form show visit --lang en)" "Weight *"
has "from a file too" "$(form show "$work/visit.csv" --lang en)" "Weight *"
form print "$work/paper"
check "all go into a folder" "$(cd "$work/paper" && echo *)" "person.txt visit.txt"
check "in both languages" "$(grep -cE '体重 \*|Weight \*' "$work/paper/visit.txt")" 2
form show nothing >/dev/null
check "an unknown form is wrong usage" $? 2

cat >"$work/rows.csv" <<'END'
case,today,subject.birth_date,last.weight,day,weight,class,drug#1,dose#1,drug#2,dose#2
carried,2026-11-22,1960-02-29,120,,,,,,,
typed,2026-11-22,1960-03-01,,2026-02-28,２０,2,甲,1.5,,3
wrong,2026-11-22,,,2026-11-23,1,9,,,,
END
form eval visit "$work/rows.csv" >"$work/out"
check "rows are run through a form" $? 0
cat >"$work/want" <<'END'
line,field,kind,text
2,day,default,2026-11-22
2,weight,default,120
2,age,calculated,66
2,class,default,2
3,age,calculated,65
3,double#1,calculated,3
3,double#2,calculated,6
3,weight,warning,"unusual value, please check"
3,drug#2,missing,must be filled in
4,age,calculated,
END
check "with what it computes and says" "$(head -11 "$work/out")" "$(cat "$work/want")"
check "a day to come, a weight and a code out of range are errors" \
	"$(tail -3 "$work/out" | cut -d, -f1-3 | paste -sd' ')" "4,day,error 4,weight,error 4,class,error"
check "the same as JSON" "$(form eval visit "$work/rows.csv" --json | tr -d '\n ' | grep -o '"line":' | wc -l)" 13
printf 'weight\n50\n' >"$work/one.csv"
has "the day can be given" "$(form eval visit "$work/one.csv" --today 2025-01-31)" "2,day,default,2025-01-31"
printf 'weight,hight\n50,1\n' >"$work/one.csv"
form eval visit "$work/one.csv" >/dev/null
check "a column that the form does not know is refused" $? 1
has "by name and place" "$(cat "$work/err")" "one.csv:1:2: form visit has no field hight"
printf 'dose\n1\n' >"$work/one.csv"
form eval visit "$work/one.csv" >/dev/null
check "a field of a repeat needs its row" $? 1
printf 'weight,today\n50,soon\n' >"$work/one.csv"
form eval visit "$work/one.csv" >/dev/null
has "a day that is none is refused" "$(cat "$work/err")" '2:2: "soon" is no date'
form eval visit "$work/none.csv" >/dev/null
check "and so is a file that is not there" $? 1
echo "1..$n"
exit $failed
