#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A few seeds of the simulator in every build; tests/gates/run.sh runs thousands in one. Then the same seed twice: byte
# by byte the same run. Then a known bug, which must be noticed.
set -u
fleet=$builddir/tests/fleet/fleet
"$fleet" --known "$srcdir/tests/fleet/seeds.txt" --seeds "${FLEET_SEEDS:-1..40}" | grep -v '^1\.\.' | tee "$builddir/tests/fleet/fleet.out"
grep -q '^not ok' "$builddir/tests/fleet/fleet.out" && exit 1
count=$(grep -c '^ok' "$builddir/tests/fleet/fleet.out")
if [ "$("$fleet" --seeds 7 --trace | cksum)" = "$("$fleet" --seeds 7 --trace | cksum)" ]; then
	echo "ok $((count + 1)) - a seed is the same run each time"
else
	echo "not ok $((count + 1)) - a seed is the same run each time"
fi
if "$fleet" --seeds 1..8 --bug drop-unknown >/dev/null; then
	echo "not ok $((count + 2)) - a bug that was put back in is noticed"
else
	echo "ok $((count + 2)) - a bug that was put back in is noticed"
fi
rm -f "$builddir/tests/fleet/fleet.out"
echo "1..$((count + 2))"
