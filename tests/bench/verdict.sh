# SPDX-License-Identifier: GPL-3.0-or-later
# Lines of verdicts for the measuring scripts, which source this.

# verdict LABEL VALUE UNIT RELATION TARGET
verdict()
{
	awk -v label="$1" -v value="$2" -v unit="$3" -v relation="$4" -v target="$5" 'BEGIN {
		met = value == "" ? "not measured" : relation == "<=" ? (value + 0 <= target + 0 ? "met" : "NOT MET") \
			: relation == ">=" ? (value + 0 >= target + 0 ? "met" : "NOT MET") : ""
		printf "%-58s %12s %-10s %2s %-8s %s\n", label, value, unit, relation, target, met
	}'
}

ratio() # A B: A / B, empty when there is none
{
	awk -v a="$1" -v b="$2" 'BEGIN { if (a != "" && b + 0 > 0) printf "%.2f", a / b }'
}

ratio_of_rounds() # FILE A B: the median over all rounds of A / B of the same round
{
	awk -F'\t' -v a="$2" -v b="$3" '$1 == a { of_a[++n] = $2 } $1 == b { of_b[++m] = $2 }
		END { for (i = 1; i <= n && i <= m; i++) if (of_b[i] > 0) print of_a[i] / of_b[i] }' "$1" |
		sort -g | awk '{ ratio[NR] = $1 } END { if (NR) printf "%.2f", ratio[int((NR + 1) / 2)] }'
}
