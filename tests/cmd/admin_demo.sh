#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# xiangyi-admin demo: invented people, the same for the same seed, good by every check.
. "$srcdir/tests/cmd/admin_lib.sh"
new_village >/dev/null

run demo --residents 0
is $code 2 "nobody is wrong usage"
for day in 0001-01-01 1999-12-31 9999-12-31; do
	out=$(XIANGYI_TODAY=$day "$admin" demo --residents 5 --store "$store" --operator li --password-file "$work/password" 2>&1)
	is $? 1 "a clock of $day is said to be wrong"
done
run demo --residents 60 --years 2 --seed 7
is $code 0 "sixty people and two years"
has "$out" "60 residents" "are invented"
run check
is $code 0 "the store is good"
has "$out" "Nothing is wrong" "in every way"
run export resident
first=$(printf '%s\n' "$out" | cut -d, -f3-)
is "$(printf '%s\n' "$out" | grep -c ',430599')" 60 "every one has an ID number of the unused area"
is "$(printf '%s\n' "$out" | cut -d, -f4 | sort | uniq -d | wc -l)" 0 "each a different one"
run export hypertension_visit
has "$out" "示范医生" "with visits"
store=$work/second
new_village >/dev/null
run demo --residents 60 --years 2 --seed 7
run export resident
is "$(printf '%s\n' "$out" | cut -d, -f3- | sed 's/[0-9a-f]*\.[0-9]*\.[0-9a-f]*//')" \
	"$(printf '%s\n' "$first" | sed 's/[0-9a-f]*\.[0-9]*\.[0-9a-f]*//')" "the same seed, the same people"

store=$work/third
new_village >/dev/null
run demo --residents 60 --years 0 --seed 8
is "$code $out" "0 ${out%%xiangyi-admin:*}" "people without a past"
run export resident
is "$([ "$(printf '%s\n' "$out" | cut -d, -f3-5)" = "$(printf '%s\n' "$first" | cut -d, -f1-3)" ] || echo other)" \
	other "another seed, other people"

# Every form is used but those that only people at work fill in, or that another place sends.
store=$work/whole
new_village >/dev/null
run demo --residents 1500 --years 3 --seed 5
is $code 0 "fifteen hundred people in every programme"
run export --all --out "$work/tables"
unused=
for form in "$srcdir"/data/forms/*.csv; do
	form=$(basename "$form" .csv)
	[ -e "$work/tables/$form.csv" ] || unused="$unused $form"
done
is "$unused" " alert_action audit grant link period_close transfer transfer_receipt" "every other form has records"
out=$(LANGUAGE=en "$builddir/xiangyi-merge" report indicators --store "$store" --operator li \
	--password-file "$work/password" 2>&1)
is "$(printf '%s\n' "$out" | grep -c ' — ')" 0 "no indicator without a denominator"
is "$(printf '%s\n' "$out" | grep -c ' 0\.0 ')" 0 "none that nobody meets"
run check
has "$out" "Nothing is wrong" "and all of it is good"

out=$("$admin" demo --township "$work/town" --villages 2 --residents 20 --years 1 --seed 3 --no-encrypt \
	--operator li --password-file "$work/password" 2>&1)
is $? 0 "a township of two villages"
has "$out" "40 residents" "with forty people"
store=$work/town/township
run stat --json
has "$out" '"residents":40' "the township holds them all"
has "$out" '"quarantined":0' "nothing in quarantine"
run check
is $code 0 "and is good"
store=$work/town/village-02
out=$("$builddir/xiangyi-sync" status --store "$store" --operator li --password-file "$work/password" 2>&1)
has "$out" "示范镇卫生院" "the villages are enrolled"
out=$("$admin" demo --township "$work/town" --villages 2 --operator li --password-file "$work/password" 2>&1)
is $? 1 "a township that is there is not touched"
finish
