#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every gate, in the build directories that ./bootstrap check has configured; with a name, this one gate (gates.mk).
# A gate is a command; the tests it ran are counted from its TAP or from automake's summary. Logs stay in
# build/check/. The last line is "N passed, N failed"; with CI=true a skipped test is a failed one.
set -uo pipefail
cd "$(dirname "$0")/../.."
logs=build/check
mkdir -p "$logs"
export LC_ALL=C.UTF-8
JOBS=${JOBS:-$(nproc)}

# The archive builds with gcc beside its read-only sources, passes all tests and the simulator's thousands of seeds,
# installs and uninstalls. Nobody keeps the archive: it need not be small.
run_distcheck()
{
	XZ_OPT=-0 make -C build/check-gcc distcheck CHECK_MORE=check-fleet \
		DISTCHECK_CONFIGURE_FLAGS="$(cat build/check-gcc/.arguments)"
}

# The second compiler with the sanitizers, and all tests again: what either finds, in one build and one round.
run_sanitizers()
{
	make -C build/check-clang check COLD_CFLAGS=-O0
}

# The suppressed checks follow a pointer across functions without its values: an out parameter counts as read,
# "sizeof err->text" as a dereference, and the end of an array as beyond it.
run_cppcheck()
{
	mkdir -p build/cppcheck
	cppcheck --version
	cppcheck --quiet --cppcheck-build-dir=build/cppcheck --std=c11 --language=c \
		--enable=warning,performance,portability --error-exitcode=1 --inline-suppr \
		--suppress=missingIncludeSystem --suppress=unmatchedSuppression \
		--suppress=ctuuninitvar --suppress=ctunullpointer --suppress=ctuPointerArith \
		--template='{file}:{line}: {severity}: {message} [{id}]' \
		-I . -I build/check-gcc -DPKGDATADIR='""' -DLOCALEDIR='""' -DHAVE_CONFIG_H \
		lib form db care sync tui cmd tests
}

run_po()
{
	bash tests/gates/po.sh
}

# What a county may change loads without a word.
run_data()
{
	local said
	said=$(XIANGYI_DATA=data build/check-clang/xiangyi-admin form check 2>&1 >/dev/null) && [ -z "$said" ] ||
		{ echo "$said"; false; }
}

run_demo()
{
	make -C build/check-clang install && LSAN_OPTIONS=suppressions=$PWD/tests/gates/lsan.supp:print_suppressions=0 bash tools/demo.sh build/check-clang/inst/bin build/check-demo
}

# What the simulator said in distcheck: every build has 40 of its seeds among its tests; thousands are enough once.
run_fleet()
{
	grep -E '^(not )?ok [0-9]+ - .*seeds ' "$logs/distcheck.log" >"$logs/seeds" && cat "$logs/seeds" &&
		! grep '^not' "$logs/seeds"
}

why_not() # LOG
{
	{
		grep -E '^(FAIL|ERROR|XPASS|not ok)' "$1" | grep -v ':  *0$' | head -40
		tail -n 25 "$1"
		echo "# the whole log: $1"
	} | sed 's/^/#   /'
}

# run_gate NAME: its log, whether it passed, and a line about it. Succeeds always, so that the others run.
run_gate()
{
	local name=$1 log=$logs/$1.log start=$SECONDS result=ok said
	"run_$name" >"$log" 2>&1 </dev/null || result="not ok"
	echo "$result" >"$logs/$name.result"
	said="$result - $name ($((SECONDS - start)) s)"
	[ "$result" = ok ] || said+=$'\n'$(why_not "$log")
	echo "$said" # at once: others speak, too
}

# good_for_tests DIR: in memory, with room for the stores of tests, which wait for the disk thousands of times otherwise,
# and programs may run there.
good_for_tests()
{
	[ -d "$1" ] && [ "$(df --output=avail -k "$1" | tail -n 1)" -gt 1000000 ] &&
		echo '#!/bin/sh' >"$1/program" && chmod +x "$1/program" && "$1/program" 2>/dev/null
}

passed=0 failed=0
skips=()

add_gate() # NAME: itself, automake's totals and the tests it printed
{
	local name=$1 log=$logs/$1.log key n
	if [ "$(cat "$logs/$name.result" 2>/dev/null)" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
	[ -f "$log" ] || return
	while read -r _ key n; do
		case $key in
		PASS: | XFAIL:) passed=$((passed + n)) ;;
		FAIL: | XPASS: | ERROR:) failed=$((failed + n)) ;;
		esac
	done < <(grep -E '^# (PASS|XFAIL|FAIL|XPASS|ERROR):' "$log")
	mapfile -t -O "${#skips[@]}" skips < <(grep -E '^SKIP: ' "$log")
	[ "$name" = distcheck ] || {
		passed=$((passed + $(grep -cE '^ok [0-9]+' "$log")))
		failed=$((failed + $(grep -cE '^not ok [0-9]+' "$log")))
	}
}

if [ $# -gt 0 ]; then
	run_gate "$1"
	exit
fi
rm -f "$logs"/*
memory=$(mktemp -d /dev/shm/xiangyi-check.XXXXXX 2>/dev/null) && trap 'rm -rf "$memory"' EXIT
! good_for_tests "$memory" || export TMPDIR=$memory
echo "# the gates run side by side; their logs are in $logs/"
make -j"$JOBS" --no-print-directory -f tests/gates/gates.mk
for name in $(sed -n 's/^GATES = //p' tests/gates/gates.mk); do
	add_gate "$name"
done
if [ ${#skips[@]} -gt 0 ]; then
	echo "${#skips[@]} skipped:"
	printf '  %s\n' "${skips[@]}"
	[ "${CI:-}" != true ] || failed=$((failed + ${#skips[@]}))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
