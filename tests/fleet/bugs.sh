#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every known bug put back in, one after the other: how many seeds notice, which is the first, and how it shows.
# SEEDS=1..2000; FLEET is the program. Fails when a bug that must be noticed is not.
set -uo pipefail
FLEET=${FLEET:-${builddir:-.}/tests/fleet/fleet}
SEEDS=${SEEDS:-1..2000}
failed=0
printf '| bug | what it does | seeds | failing | first | how it shows |\n|---|---|---|---|---|---|\n'
while IFS=$'\t' read -r name text; do
	line=$("$FLEET" --seeds "$SEEDS" --bug "$name" | grep -E '^# [0-9]+ of [0-9]+ seeds failed' || true)
	if [[ $line =~ ^#\ ([0-9]+)\ of\ ([0-9]+)\ seeds\ failed,\ the\ first\ is\ ([0-9]+):\ (.*)$ ]]; then
		share=$(awk "BEGIN { printf \"%.2f %%\", 100 * ${BASH_REMATCH[1]} / ${BASH_REMATCH[2]} }")
		printf '| %s | %s | %s | %s | %s | %s |\n' "$name" "$text" "${BASH_REMATCH[2]}" "$share" \
			"${BASH_REMATCH[3]}" "${BASH_REMATCH[4]}"
	else
		printf '| %s | %s | %s | 0 | - | - |\n' "$name" "$text" "${SEEDS#*..}"
		[[ $text == *"defence in depth"* ]] || failed=$((failed + 1))
	fi
done < <("$FLEET" --bugs)
echo
echo "$failed bugs went unnoticed"
[ "$failed" -eq 0 ]
