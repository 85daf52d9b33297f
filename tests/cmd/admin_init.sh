#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# xiangyi-admin init, user, check and stat.
. "$srcdir/tests/cmd/admin_lib.sh"

run init --role village --name 甲村卫生室 --region 4305991012
is $code 2 "a region code of the wrong length is wrong usage"
has "$out" "12 digits" "and the sentence says what is needed"
run init --role clinic --name 甲村卫生室 --region 430599101201
is $code 2 "so is an unknown role"
run init --role village --region 430599101201
is $code 2 "and a clinic without a name"
is "$(ls -A "$work" | grep -c store)" 0 "nothing was made"

new_village
is $code 0 "a village's store"
has "$out" "Recovery code: " "the recovery code is shown"
has "$out" "request.xyr" "and the next step"
recovery=$(printf '%s\n' "$out" | sed -n 's/^Recovery code: //p')
is "$([ -s "$store/request.xyr" ] && echo yes)" yes "the request for the township is there"
is "$(stat -c %a "$store")" 700 "the folder is the owner's alone"
new_village
is $code 1 "a second time is refused"

run user list
is $code 0 "operators are listed"
has "$out" "doctor" "the first one is a doctor"
echo "another horse" >"$work/new"
run user add zhang --role support --display-name 张支持 --new-password-file "$work/new"
is $code 0 "a supporter is added"
echo short >"$work/short"
run user add wang --role nurse --new-password-file "$work/short"
is $code 1 "a short password is refused"
run user add wang --role king --new-password-file "$work/new"
is $code 2 "an unknown role is wrong usage"
run user frobnicate wang
is $code 2 "and an unknown action"

support()
{
	out=$("$admin" "$@" --store "$store" --operator zhang --password-file "$work/new" 2>&1)
	code=$?
}
support stat
is $code 0 "support prints figures"
has "$out" "entries" "of entries"
support check
is $code 0 "and checks the store"
has "$out" "Nothing is wrong" "in which nothing is wrong"
support export resident
is $code 1 "support sees no residents"
has "$out" "does not allow" "and is told why"
support user add x --role doctor --new-password-file "$work/new"
is $code 1 "support adds nobody"

run user disable li
is $code 1 "the last administrator stays"
run user disable zhang
is $code 0 "an operator is disabled"
support stat
is $code 1 "and shut out"
printf '%s\n' "$recovery" >"$work/recovery"
out=$("$admin" user password li --store "$store" --recovery-code-file "$work/recovery" \
	--new-password-file "$work/new" 2>&1)
is $? 0 "the recovery code sets a new password"
run stat
is $code 1 "the old password is of no use"
out=$("$admin" stat --store "$store" --operator li --password-file "$work/new" --json 2>&1)
is $? 0 "the new one is"
has "$out" '"encrypted"' "figures as JSON"
out=$("$admin" stat --store "$work/nowhere" --operator li --password-file "$work/new" 2>&1)
is $? 1 "no store, no figures"
out=$("$admin" frobnicate 2>&1)
is $? 2 "an unknown command is wrong usage"
finish
