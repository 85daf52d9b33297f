#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Everything derived anew and all indicators computed, for stores of growing size: growth must be linear.
# BENCH_SIZES: residents, each with 20 records.
set -eu
work=$(mktemp -d "${TMPDIR:-/tmp}/xiangyi-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT
export XIANGYI_TODAY=2026-11-22
echo "correct horse" >"$work/password"
echo "# $(date -u '+%F %H:%M UTC'), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
for residents in ${BENCH_SIZES:-500 5000 50000 100000}; do
	echo "# $residents residents"
	tests/care/population "$work/store" "$residents" 1 16
	tests/bench/care "$work/store" li "$work/password"
	rm -rf "$work/store"
done
