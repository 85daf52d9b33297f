#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every target takes its seeds and what fuzzing found in the past, without harm.
count=0 failed=0
for dir in "$srcdir"/tests/fuzz/corpus/* "$srcdir"/tests/fuzz/regressions/*; do
	[ -d "$dir" ] || continue
	target=$(basename "$dir") program=$builddir/tests/fuzz/fuzz
	case $target in
	*_open) target=${target%_open} program=$builddir/tests/fuzz/fuzz-open ;;
	esac
	n=$("$program" "$target" "$dir"/*)
	status=$?
	count=$((count + 1))
	[ $status -eq 0 ] || { failed=$((failed + 1)); printf 'not '; }
	echo "ok $count - $n files of $(basename "$(dirname "$dir")")/$(basename "$dir")"
done
echo "1..$count"
[ $failed -eq 0 ] && [ $count -gt 0 ]
