#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh SECONDS [TARGET...]: every target for so long. Prints one line a target: runs, runs a second, what was found.
# Findings and the grown corpora stay in tests/fuzz/out of the build folder.
set -uo pipefail
seconds=$1
shift
out=$builddir/tests/fuzz/out
corpus=$srcdir/tests/fuzz/corpus
failed=0
[ $# -gt 0 ] || set -- $(ls "$corpus")
for target; do
	case $target in
	*_open) program=$builddir/tests/fuzz/fuzz-open name=${target%_open} ;;
	*) program=$builddir/tests/fuzz/fuzz name=$target ;;
	esac
	mkdir -p "$out/$target" "$out/found"
	old=$srcdir/tests/fuzz/regressions/$target
	[ -d "$old" ] || old=
	XIANGYI_FUZZ=$name XIANGYI_DATA=$srcdir/data srcdir=$srcdir "$program" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=512 -max_len=20000 -print_final_stats=1 -artifact_prefix="$out/found/$target-" \
		"$out/$target" "$corpus/$target" $old >"$out/$target.log" 2>&1
	status=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$target.log")
	speed=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$out/$target.log")
	if [ $status -eq 0 ]; then verdict="nothing found"; else
		verdict="FOUND: $(grep -m 1 -E 'SUMMARY|ERROR|broken promise|runtime error' "$out/$target.log")"
		failed=1
	fi
	printf '%-14s %10s runs %8s/s  %s\n' "$target" "${runs:-?}" "${speed:-?}" "$verdict"
done
[ $failed -eq 0 ] || ls "$out/found"
exit $failed
