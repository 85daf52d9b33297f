#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The township sends new and changed forms, codes and rules to its villages.
. "$srcdir/tests/cmd/sync_lib.sh"
make_places
admin() { command=$1; shift; "$builddir/xiangyi-admin" "$command" --operator li --password-file "$work/pw" "$@"; }
answer() { merge enrol --yes --replace "$A/request.xyr" >/dev/null; } # a new answer in T/answers

# a form of our own, a field more in a shipped one, a changed rule, a longer code list
data=$work/data
mkdir -p "$data/forms" "$data/rules" "$data/codes"
cat >"$data/forms/goose.csv" <<'END'
survey
,type,name,label::Chinese (zh),label::English (en),required,tag
,date,seen_date,日期,Day,yes,16
,select_one_from_file goose.csv,kind,种类,Kind,yes,17
settings
,form_id,version,form_title::Chinese (zh),form_title::English (en),kind,subject,date_field
,goose,1,养鹅登记,Goose register,event,resident,seen_date
END
cat >"$data/codes/goose.csv" <<'END'
name,label::Chinese (zh),label::English (en),exchange,source
1,白鹅,white goose,,示范镇 2026
2,灰鹅,grey goose,,示范镇 2026
END
sed 's/^first_visit_hours,,,72,/first_visit_hours,,,48,/' "$XIANGYI_DATA/rules/tb.csv" >"$data/rules/tb.csv"
cp "$XIANGYI_DATA/rules/elder.csv" "$data/rules/"
echo remark >"$data/forms/readme.txt"

merge publish "$data" >"$work/out" 2>&1
ok "publish"
number=$(grep -o 'number [0-9]*' "$work/out" | cut -d ' ' -f 2)
is "$(grep -c 'new: \|changed: ' "$work/out")" 3 "three tables differ from the shipped ones"
grep -q '  new: Goose register' "$work/out" && grep -q '  changed: rules/tb.csv' "$work/out"
ok "says which, forms by title"
admin export goose --store "$A" >"$work/out" 2>&1
is $? 2 "the village does not know the form yet"
answer
sync import --store "$A" "$T/answers" >"$work/out"
ok "the village imports an answer"
grep -q "New forms and rules, number $number:" "$work/out" && grep -q '  new: Goose register' "$work/out"
ok "and says what came"
admin export goose --store "$A" >"$work/out" 2>&1
ok "the form is there"
admin export goose --store "$T" >/dev/null
ok "at the township too"
is "$(find "$A" -name 'data.*' | wc -l)" 1 "in one folder"
is "$(find "$A/data.$number" -name '*.csv' | wc -l)" 3 "with what differs, nothing else"
sync import --store "$A" "$T/answers" --json >"$work/out"
is "$(value forms_new <"$work/out") $(value forms_number <"$work/out")" "false $number" "again: nothing new"

# broken ones are refused where they are made
old=$(cat "$T/data.$number/forms/goose.csv")
sed 's/,kind,种类,Kind,/,kind,种类,,/' "$data/forms/goose.csv" >"$work/goose" && cp "$work/goose" "$data/forms/goose.csv"
merge publish "$data" >"$work/out" 2>&1
is $? 1 "a form without its English text is refused"
grep -q 'goose.csv:4:5: the English text is missing' "$work/out"
ok "with the loader's message"
is "$(cat "$T"/data.*/forms/goose.csv)" "$old" "the old one stays"
printf '%s\n' "$old" | sed '/,kind,种类/d' >"$data/forms/goose.csv"
merge publish "$data" >"$work/out" 2>&1
is $? 1 "a form that loses a field is refused"
grep -q 'goose.csv: the field "kind" (tag 17) is missing' "$work/out"
ok "and says which"
printf '%s\n' "$old" | sed 's/,date,seen_date,/,datetime,seen_date,/; s/,seen_date$/,/; s/,event,/,master,/' >"$data/forms/goose.csv"
merge publish "$data" >"$work/out" 2>&1
is $? 1 "a field of another type is refused"
grep -q 'tag 16) has another type' "$work/out"
ok "and says which"
printf '%s\n' "$old" >"$data/forms/goose.csv"
cp "$data/rules/tb.csv" "$data/rules/T B.csv"
merge publish "$data" >"$work/out" 2>&1
is $? 1 "a name that cannot travel is refused"
rm "$data/rules/T B.csv"
merge publish "$work" >"$work/out" 2>&1
is $? 1 "a folder without tables is no package"

# a broken one that comes all the same: made by hand where nothing is checked
printf '%s\n' "$old" | sed 's/select_one_from_file goose.csv/select_one nothing/' >"$T/data.$number/forms/goose.csv"
mv "$T/data.$number" "$T/data.2100010101"
answer
sync import --store "$A" "$T/answers" >"$work/out"
is $? 0 "the answer with a broken package is imported"
grep -q 'were refused, those of before stay: forms/goose.csv:4:' "$work/out"
ok "the linter's message says why it was refused"
is "$(cat "$A/data.$number/forms/goose.csv")" "$old" "the old one stays"
is "$(find "$A" -name 'data.*' | wc -l)" 1 "nothing else is left"

# changes come, older ones do not
mv "$T/data.2100010101" "$T/data.$number"
printf '%s\n' "$old" >"$T/data.$number/forms/goose.csv"
answer && cp -r "$T/answers" "$work/older"
sed 's/,1,养鹅登记,Goose register/,2,养鹅养鸭登记,Geese and ducks/' "$data/forms/goose.csv" >"$work/goose" && cp "$work/goose" "$data/forms/goose.csv"
rm "$data/rules/tb.csv"
merge publish "$data" >"$work/out"
ok "the next package"
answer
sync import --store "$A" "$T/answers" >"$work/out"
grep -q 'changed: Geese and ducks' "$work/out" && grep -q 'changed: rules/tb.csv' "$work/out"
ok "what changed is named, also what goes back"
new=$(sync import --store "$A" "$T/answers" --json | value forms_number)
is "$([ "$new" -gt "$number" ] && echo yes)" yes "the number grows"
sync import --store "$A" "$work/older" --json >"$work/out"
is "$(value forms_number <"$work/out")" "$new" "an older package after a newer one changes nothing"
is "$(find "$A" -name 'data.*' | wc -l)" 1 "the older folder is gone"

# a changed byte
answer
file=$(ls "$T"/answers/*.xya | head -n 1)
cp -r "$A" "$work/before"
for at in 900 2000 4000; do
	cp "$file" "$work/bad.xya"
	printf '\125\252' | dd of="$work/bad.xya" bs=1 seek=$at conv=notrunc 2>/dev/null
	sync import --store "$A" "$work/bad.xya" >/dev/null 2>&1
	is $? 1 "a changed byte at $at is refused"
done
is "$(cat "$A/data.$new/forms/goose.csv")" "$(cat "$work/before/data.$new/forms/goose.csv")" "and changes nothing"

# data of the store that no longer loads must not lock anybody out
echo nonsense >"$A/data.$new/forms/goose.csv"
sync status --store "$A" >"$work/out" 2>&1
ok "a store with a broken package opens"
grep -q 'the shipped ones are used' "$work/out"
ok "with the shipped forms, and says so"
done_testing
