#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every gate, one after the other, from the build directories that ./bootstrap check has configured.
# A gate is a command; the tests it ran are counted from its TAP or from automake's summary. Logs stay in
# build/check/. The last line is "N passed, N failed"; with CI=true a skipped test is a failed one.
set -uo pipefail
cd "$(dirname "$0")/../.."
logs=build/check
mkdir -p "$logs"
export LC_ALL=C.UTF-8
JOBS=${JOBS:-$(nproc)}
passed=0 failed=0 gates=0
skips=()

add_summary() # automake's totals in a log
{
	local key n
	while read -r _ key n; do
		case $key in
		PASS: | XFAIL:) passed=$((passed + n)) ;;
		FAIL: | XPASS: | ERROR:) failed=$((failed + n)) ;;
		esac
	done < <(grep -E '^# (PASS|XFAIL|FAIL|XPASS|ERROR):' "$1")
	mapfile -t -O "${#skips[@]}" skips < <(grep -E '^SKIP: ' "$1")
}

add_tap() # the tests a gate printed itself
{
	local n
	n=$(grep -cE '^ok [0-9]+' "$1")
	passed=$((passed + n))
	n=$(grep -cE '^not ok [0-9]+' "$1")
	failed=$((failed + n))
}

# gate NAME COMMAND...
gate()
{
	local name=$1 log start result=ok
	shift
	gates=$((gates + 1))
	log=$logs/$name.log
	start=$SECONDS
	"$@" >"$log" 2>&1 </dev/null || result="not ok"
	if [ "$result" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
	add_summary "$log"
	case $name in
	make-* | distcheck) ;;
	*) add_tap "$log" ;;
	esac
	echo "$result $gates - $name ($((SECONDS - start)) s)"
	[ "$result" = ok ] || {
		grep -E '^(FAIL|ERROR|XPASS|not ok)' "$log" | grep -v ':  *0$' | head -40
		tail -n 25 "$log"
		echo "# the whole log: $log"
	} | sed 's/^/#   /'
}

check_in() # DIR [VARIABLE=VALUE...]: build everything, then all tests
{
	local dir=$1
	shift
	make -C "$dir" -j"$JOBS" "$@" && make -C "$dir" -j"$JOBS" check "$@"
}

# The suppressed checks follow a pointer across functions without its values: an out parameter counts as read,
# "sizeof err->text" as a dereference, and the end of an array as beyond it.
run_cppcheck()
{
	mkdir -p build/cppcheck
	cppcheck --version
	cppcheck --quiet -j"$JOBS" --cppcheck-build-dir=build/cppcheck --std=c11 --language=c \
		--enable=warning,performance,portability --error-exitcode=1 --inline-suppr \
		--suppress=missingIncludeSystem --suppress=unmatchedSuppression \
		--suppress=ctuuninitvar --suppress=ctunullpointer --suppress=ctuPointerArith \
		--template='{file}:{line}: {severity}: {message} [{id}]' \
		-I . -I build/check-gcc -DPKGDATADIR='""' -DLOCALEDIR='""' -DHAVE_CONFIG_H \
		lib form db care sync tui cmd tests
}

# The archive builds, passes its quick tests, installs and uninstalls from a read-only tree. The full set
# ran above; here the tests that read files of the source tree matter, and how fast the program is does not.
run_distcheck()
{
	make -C build/check-gcc -j"$JOBS" distcheck DISTCHECK_CONFIGURE_FLAGS="--enable-werror CC=clang CFLAGS=-O0" \
		TESTS="$(make -s -C build/check-gcc print-distcheck-tests)"
}

# What a county may change loads without a word.
check_data()
{
	XIANGYI_DATA=data build/check-gcc/xiangyi-admin form check && [ -z "$(XIANGYI_DATA=data build/check-gcc/xiangyi-admin form check 2>&1 >/dev/null)" ]
}

# Every build has 40 seeds of the simulator among its tests; thousands are enough once.
run_fleet()
{
	make -C build/check-gcc --no-print-directory check-fleet FLEET_JOBS="$JOBS"
}

run_demo()
{
	make -C build/check-gcc install && bash tools/demo.sh build/check-gcc/inst/bin build/check-demo
}

gate make-gcc check_in build/check-gcc
gate fleet run_fleet
gate po bash tests/gates/po.sh
gate data check_data
gate make-clang-sanitizers check_in build/check-clang
gate cppcheck run_cppcheck
gate distcheck run_distcheck
gate demo run_demo

if [ ${#skips[@]} -gt 0 ]; then
	echo "${#skips[@]} skipped:"
	printf '  %s\n' "${skips[@]}"
	[ "${CI:-}" != true ] || failed=$((failed + ${#skips[@]}))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
