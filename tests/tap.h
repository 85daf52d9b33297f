/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Test Anything Protocol: ok(), is(), is_text() count and print; done_testing() ends with the plan and gives
 * the exit code. A skipped test is printed as such and counts as failed in CI (bootstrap check).
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 2, 3), unused)) static bool ok(bool passed, const char *fmt, ...)
{
	va_list args;
	printf("%sok %d - ", passed ? "" : "not ", ++tap_count);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	tap_failed += !passed;
	return passed;
}

__attribute__((unused)) static bool is(long long got, long long want, const char *name)
{
	bool passed = ok(got == want, "%s", name);
	if (!passed)
		printf("# got %lld, want %lld\n", got, want);
	return passed;
}

__attribute__((unused)) static bool is_text(const char *got, const char *want, const char *name)
{
	bool passed = ok(got && want ? !strcmp(got, want) : got == want, "%s", name);
	if (!passed)
		printf("# got  \"%s\"\n# want \"%s\"\n", got ? got : "(null)", want ? want : "(null)");
	return passed;
}

__attribute__((unused)) static void skip(const char *name, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++tap_count, name, why);
}

__attribute__((unused)) static int done_testing(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed ? 1 : 0;
}

#endif
