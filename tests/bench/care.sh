#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# All duties, alerts and facts anew and all indicators of everybody, for stores of growing size: growth must be linear.
# Run by "make bench-care" in a build directory. BENCH_RESIDENTS: the sizes, by default 500 5000 50000, 20 records for
# each resident; the size that has figures to meet is 100000, two million records, one to two minutes and 2 GB of disk.
# BENCH_DIR: where.
set -euo pipefail
. "$(dirname "$0")/verdict.sh"
export BENCH_DIR=${BENCH_DIR:-$PWD/bench-care-data}
export XIANGYI_TODAY=2026-11-22
sizes=${BENCH_RESIDENTS:-500 5000 50000}
visits=15 # and five other records
goal=100000
figures=$BENCH_DIR/figures
rm -rf "$BENCH_DIR"
mkdir -p "$BENCH_DIR"
trap 'rm -rf "$BENCH_DIR"' EXIT
echo "correct horse" >"$BENCH_DIR/password"

value() # RESIDENTS NAME: the figure
{
	awk -F'\t' -v name="$1.$2" '$1 == name { print $2 }' "$figures"
}

for residents in $sizes; do
	echo "== $residents residents =="
	{
		tests/bench/measured care.made tests/care/population "$BENCH_DIR/store" "$residents" 1 $visits
		tests/bench/care "$BENCH_DIR/store" li "$BENCH_DIR/password"
	} | sed "s/^/$residents./" | tee -a "$figures"
	rm -rf "$BENCH_DIR/store"
done

microseconds() # RESIDENTS NAME: seconds of all as microseconds for a record
{
	ratio "$(value "$1" "$2" | awk '{ print $1 * 1e6 }')" "$(value "$1" care.records)"
}

echo
echo "$(date -u '+%F %H:%M UTC'), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
for residents in $sizes; do
	# Only the largest size has figures to meet; of the others the screen's.
	[ "$residents" = $goal ] && relation="<=" seconds=10 megabytes=64 || relation="" seconds="" megabytes=""
	echo "$residents residents, $(value "$residents" care.records | cut -d. -f1) records"
	verdict "  duties, alerts, facts and indicators anew" "$(value "$residents" care.both)" s "$relation" "$seconds"
	verdict "    (processor time)" "$(value "$residents" care.both.cpu)" s "$relation" "$seconds"
	verdict "    processor time of one record" "$(microseconds "$residents" care.both.cpu)" us "" ""
	verdict "  most memory" "$(value "$residents" care.memory)" MB "$relation" "$megabytes"
	verdict "  the indicators after one more save" "$(value "$residents" care.one-more)" ms "<=" 50
done
read -ra size <<<"$sizes"
before=${size[-2]:-}
[ -z "$before" ] || verdict "growth: time of one record, ${size[-1]} / $before residents" \
	"$(ratio "$(microseconds "${size[-1]}" care.both.cpu)" "$(microseconds "$before" care.both.cpu)")" x "<=" 1.25
