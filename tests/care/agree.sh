#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Indicator 4 and the control rates agree with tests/care/second_opinion.py on random populations with every oddity.
# AGREE_POPULATIONS and AGREE_RESIDENTS make it longer ("make care-agree": 20 of 2,000).
work=$(mktemp -d "${TMPDIR:-/tmp}/xiangyi-test-XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
export LD_PRELOAD=$QUICK_PASSWORD # tests/cmd/quick_password.c
export XIANGYI_TODAY=2026-12-31
populations=${AGREE_POPULATIONS:-2} residents=${AGREE_RESIDENTS:-150}
echo "correct horse" >"$work/password"
open="--operator li --password-file $work/password"
echo "1..$((2 * populations))"
n=0
failed=0
seed=1
while [ "$seed" -le "$populations" ]; do
	store=$work/store-$seed
	"$builddir/tests/care/population" "$store" "$residents" "$seed" >&2 || { echo "Bail out! no population"; exit 1; }
	mkdir "$work/tables"
	for form in resident category_span contract examination referral hypertension_enrolment hypertension_visit \
		diabetes_enrolment diabetes_visit; do
		"$builddir/xiangyi-admin" export "$form" --store "$store" $open --out "$work/tables/$form.csv" >&2 ||
			{ echo "Bail out! no export of $form"; exit 1; }
	done
	for on in 2026-12-31 2026-08-15; do
		python3 "$srcdir/tests/care/second_opinion.py" "$work/tables" "$on" >"$work/theirs" ||
			{ echo "Bail out! no second opinion"; exit 1; }
		"$builddir/xiangyi-merge" report indicators --store "$store" $open --period "$on" --csv |
			awk -F, '$2 == "" && $1 ~ /^(annex4(_wide)?_(htn|dm)|(htn|dm)_(managed|controlled))$/ { print $1, $4, $5, $6 }' |
			sort >"$work/ours"
		n=$((n + 1))
		if [ -s "$work/ours" ] && cmp -s "$work/ours" "$work/theirs"; then
			echo "ok $n - population $seed on $on: $(tr '\n' ';' <"$work/ours")"
		else
			failed=1
			echo "not ok $n - population $seed on $on"
			diff "$work/ours" "$work/theirs" | sed 's/^/# /'
		fi
	done
	rm -rf "$work/tables" "$store"
	seed=$((seed + 1))
done
exit $failed
