#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The programs carry records from two villages to a township and receipts back.
. "$srcdir/tests/cmd/sync_lib.sh"
stick=$work/stick
mkdir "$stick"

make_places
grep -q 'Its words: [a-z]' "$work/enrol"
ok "enrol shows the words of the key"
grep -q 'now enrolled at 示范镇卫生院' "$work/import"
ok "import says where the clinic is enrolled"

"$fixture" visits "$A" 60 0 1 && sync export --store "$A" --to "$stick" >"$work/out"
ok "export"
grep -q 'Read back and verified' "$work/out" && ! grep -q 'safe to remove' "$work/out"
ok "a folder is no stick that could be removed"
merge merge "$stick" >"$work/out"
ok "merge"
is "$(cat "$work/out")" "甲村卫生室 (430599101201): 60 new, 0 known
Receipts written: 1" "says what came"
sync import --store "$A" "$stick" >"$work/out"
ok "import the receipt"
grep -q 'holds 60 entries, lacks 0' "$work/out"
ok "says what the township holds"
is "$(sync status --store "$A" --json | value pending)" 0 "nothing is left to carry"
sync export --store "$A" --to "$stick" | grep -q 'Nothing new'
ok "an export without anything new writes nothing"

"$fixture" visits "$A" 40 50 7
before=$(digest)
is "$(sync export --store "$A" --to "$work/two" --json | value entries)" 90 "the next export carries only what came later"
merge merge --json "$work/two" >"$work/out"
is "$(value new <"$work/out")" 90 "merge as JSON"
[ "$before" != "$(digest)" ]
ok "the digest changes"
after=$(digest)
merge merge "$work/two" "$stick" >"$work/out"
is "$(digest)" "$after" "merging everything again changes nothing"
grep -q '0 new, 90 known' "$work/out"
ok "and says so"
sync import --store "$A" "$work/two" >/dev/null
sync import --store "$A" "$stick" >"$work/out"
is "$(sync status --store "$A" --json | value pending)" 0 "an older receipt takes nothing back"

"$fixture" visits "$B" 5 5 3 && sync export --store "$B" --to "$stick" >/dev/null && merge merge "$stick" >/dev/null
is "$(merge status --json | value entries)" 160 "the township holds both villages"
sync import --store "$A" "$stick" >/dev/null
is "$(sync import --store "$B" "$stick" --json | value held)" 10 "each village finds its own receipt"

# a conflict: the township and the village change one field of one record
"$fixture" edit "$T" 22 13900000001 && "$fixture" edit "$A" 22 13900000002 &&
	sync export --store "$A" --to "$work/three" >/dev/null && merge merge "$work/three" >"$work/out"
merge conflicts >"$work/out"
grep -q 13900000001 "$work/out" && grep -q 13900000002 "$work/out"
ok "both values of a conflict are listed"
grep -q '甲村卫生室, li' "$work/out"
ok "with their authors"
record=$(merge conflicts --json | value record)
field=$(merge conflicts --json | value name)
"$builddir/xiangyi-admin" conflicts --store "$A" --operator li --password-file "$work/pw" >"$work/out"
grep -q 'No conflicts' "$work/out"
ok "the village that saw one of them only has none"
merge conflicts --decide "$record" "$field" --take 3 2>"$work/err"
is $? 1 "there is no third of two values"
merge conflicts --decide "$record" "$field" 2>"$work/err"
is $? 2 "a decision needs a value"
merge conflicts --decide "$record" "$field" --value 12 2>"$work/err"
is $? 1 "a value that is no phone number is refused"
merge conflicts --decide "$record" "$field" --value 13900000003 --reason 'asked by phone' >"$work/out"
ok "another value decides it"
merge conflicts | grep -q 'No conflicts'
ok "and nobody is asked again"
is "$(merge status --json | value conflicts)" 0 "nor is it counted"

file=$(ls "$stick"/XIANGYI/430599101201/*.XYB | head -n 1)
"$builddir/xiangyi-sync" inspect "$file" | grep -q 'entries, .* bytes, format 1.0, suite 1'
ok "inspect needs no store"
sync verify --store "$A" "$file" | grep -q 'matches a known key'
ok "verify knows the own key"
sync verify --store "$B" "$file" >"$work/out"
is $? 1 "verify of a stranger's file is exit 1"
sync export --store "$A" --nonsense 2>"$work/err"
is $? 2 "wrong usage is exit 2"
merge frobnicate 2>/dev/null
is $? 2 "an unknown command is exit 2"
done_testing
