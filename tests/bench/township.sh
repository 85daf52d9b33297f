#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A township's first sync: villages of 3,000 residents and about 40,000 records each, one stick after the other. States
# the time of every step and where the merges' time goes. Run by "make bench-township". In the environment: BENCH_VILLAGES
# (50), BENCH_RESIDENTS (3000), BENCH_YEARS (6), BENCH_DIR (bench-township-data), BENCH_KEEP (anything keeps that folder).
set -euo pipefail
export BENCH_DIR=${BENCH_DIR:-$PWD/bench-township-data}
export LANGUAGE=zh_CN XIANGYI_TODAY=2026-11-20
villages=${BENCH_VILLAGES:-50}
residents=${BENCH_RESIDENTS:-3000}
years=${BENCH_YEARS:-6}
rm -rf "$BENCH_DIR"
mkdir -p "$BENCH_DIR"
echo 'bench-pass-1' >"$BENCH_DIR/password"
options="--operator bench --password-file $BENCH_DIR/password"
figures=$BENCH_DIR/figures
town=$BENCH_DIR/town

./xiangyi-admin init --role township --name "bench town" --region 430599101 --store "$town" $options --no-encrypt >/dev/null
for i in $(seq "$villages"); do
	village=$BENCH_DIR/village
	stick=$BENCH_DIR/stick-$i
	rm -rf "$village"
	mkdir -p "$stick"
	./xiangyi-admin init --role village --name "bench $i" --region "430599101$((200 + i))" --store "$village" $options \
		--no-encrypt >/dev/null
	./xiangyi-admin demo --store "$village" $options --residents "$residents" --years "$years" --seed "$i" >/dev/null
	./xiangyi-merge enrol "$village/request.xyr" --store "$town" $options --yes >/dev/null
	./xiangyi-sync import --yes "$town/answers" --store "$village" $options >/dev/null
	tests/bench/measured export ./xiangyi-sync export --store "$village" $options --to "$stick" 2>/dev/null
	tests/bench/measured "merge.$i" ./xiangyi-merge merge "$stick" --store "$town" $options 2>/dev/null
	printf 'bytes\t%s\tbytes\n' "$(find "$stick" -iname '*.xyb' -printf '%s\n' | awk '{ n += $1 } END { print n }')"
	rm -rf "$stick"
done >"$figures"
rm -rf "$BENCH_DIR/village"
tests/bench/measured derive ./xiangyi-merge report indicators --store "$town" $options 2>/dev/null >>"$figures"
entries=$(./xiangyi-admin stat --store "$town" $options --json | tr -d ' \n' | sed 's/.*"entries":\([0-9]*\).*/\1/')

echo "$(date '+%Y-%m-%d'), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores, load $(cut -d" " -f1 /proc/loadavg)"
awk -F'\t' -v villages="$villages" -v entries="$entries" '
	$1 == "export.time" { export_s += $2 }
	$1 == "bytes" { bytes += $2 }
	$1 ~ /^merge\..*\.time$/ { merge_s += $2; last = $2; if (!n++) first = $2 }
	$1 ~ /^merge\..*\.cpu$/ { cpu_s += $2 }
	$1 ~ /^merge\..*\.memory$/ && $2 > memory { memory = $2 }
	$1 == "derive.time" { derive_s = $2 }
	END {
		printf "%d villages, %d entries, %.1f MB of bundles\n", villages, entries, bytes / 1e6
		printf "exports          %8.1f s   %8.0f entries/s\n", export_s, entries / export_s
		printf "merges           %8.1f s   %8.0f entries/s\n", merge_s, entries / merge_s
		printf "  processor      %8.1f s   %8.0f entries/s\n", cpu_s, entries / cpu_s
		printf "  waiting        %8.1f s   (disk and other programs)\n", merge_s - cpu_s
		printf "  first village  %8.1f s\n  last village   %8.1f s\n", first, last
		printf "  most memory    %8.1f MB\n", memory
		printf "first indicators %8.1f s   (duties and facts of all residents are computed)\n", derive_s
	}' "$figures"
echo "base copies made: $(grep -c 'base copy made' "$town/log" || true), store $(du -sm "$town" | cut -f1) MB, of it data $(du -sm "$town/env/data" | cut -f1) MB"
[ -n "${BENCH_KEEP:-}" ] || rm -rf "$BENCH_DIR"
