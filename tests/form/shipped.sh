#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The shipped forms, code lists and rules: free of faults, every tag in data/forms/tags.lock, every file in
# data/local.mk, every form printed in doc/forms/.
work=$(mktemp -d "${TMPDIR:-/tmp}/xiangyi-test-XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
n=0
failed=0
check() # NAME FILE-WITH-FAULTS
{
	n=$((n + 1))
	if [ -s "$2" ]; then
		failed=1
		echo "not ok $n - $1"
		sed 's/^/# /' "$2"
	else
		echo "ok $n - $1"
	fi
}
top=$(cd "$srcdir" && pwd)
admin=$builddir/xiangyi-admin
LANGUAGE=en "$admin" form check >"$work/out" 2>&1 && : >"$work/out"
grep -q 'tags.lock lacks' "$work/out" && echo 'to add them: make update-forms, then commit data/forms/tags.lock' >>"$work/out"
check "xiangyi-admin form check finds nothing in the shipped data" "$work/out"

sed -n 's/^\t\(data[^ ]*\).*/\1/p' "$top/data/local.mk" >"$work/listed"
(cd "$top" && ls data/forms/*.csv data/forms/tests/*.csv data/codes/*.csv data/rules/*.csv data/forms/tags.lock) |
	grep -vxFf "$work/listed" | sed 's/$/ is not in data\/local.mk/' >"$work/unlisted"
check "every file of data/ is in data/local.mk" "$work/unlisted"

"$admin" form print "$work/forms"
diff -r "$work/forms" "$top/doc/forms" >"$work/diff" && : >"$work/diff"
[ -s "$work/diff" ] && { head -20 "$work/diff"; echo 'make update-forms prints them anew'; } >"$work/short" || : >"$work/short"
check "doc/forms/ shows the forms as they are" "$work/short"
[ "$(ls "$work/forms" | wc -l)" -ge 11 ] || echo "only $(ls "$work/forms" | wc -l) forms" >"$work/few"
check "all forms were looked at" "$work/few"
echo "1..$n"
exit $failed
