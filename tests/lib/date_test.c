/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/date.h"

#include <stdlib.h>
#include <time.h>

#include "tests/tap.h"

static void test_calendar(void)
{
	date_t first = date_make(1, 1, 1), last = date_make(9999, 12, 31);
	bool same = true, weekdays = true, round = true;

	is(date_make(1970, 1, 1), 0, "the epoch");
	is(first, -719162, "the first day");
	is(last, 2932896, "the last day");
	for (date_t date = first; date <= last; date++) {
		time_t seconds = (time_t)date * 86400;
		int year, month, day;
		struct tm tm;

		gmtime_r(&seconds, &tm);
		date_split(date, &year, &month, &day);
		same &= year == tm.tm_year + 1900 && month == tm.tm_mon + 1 && day == tm.tm_mday;
		round &= date_make(year, month, day) == date;
		weekdays &= date_weekday(date) == (tm.tm_wday ? tm.tm_wday : 7);
	}
	ok(same, "every day of 9999 years is that of gmtime()");
	ok(round, "and comes back");
	ok(weekdays, "weekdays too");
	is(date_make(2023, 2, 29), DATE_NONE, "no 29 February in 2023");
	is(date_make(1900, 2, 29), DATE_NONE, "nor in 1900");
	ok(date_make(2000, 2, 29) != DATE_NONE, "but in 2000");
	is(date_make(0, 1, 1), DATE_NONE, "year 0");
	is(date_make(10000, 1, 1), DATE_NONE, "year 10000");
	is(date_make(2024, 13, 1), DATE_NONE, "month 13");
	is(date_make(2024, 0, 1), DATE_NONE, "month 0");
	is(date_make(2024, 4, 31), DATE_NONE, "31 April");
	is(date_make(2024, 4, 0), DATE_NONE, "day 0");
}

static void test_parse(void)
{
	static const struct {
		const char *text, *strict, *lenient;
	} cases[] = {
		{ "2026-11-22", "2026-11-22", "2026-11-22" },
		{ "2026-1-2", "", "2026-01-02" },
		{ "2026/1/2", "", "2026-01-02" },
		{ "2026.01.2", "", "2026-01-02" },
		{ "20260102", "", "2026-01-02" },
		{ " 2026-01-02 ", "", "2026-01-02" },
		{ "2026年11月22日", "", "2026-11-22" },
		{ "2026年1月2", "", "2026-01-02" },
		{ "２０２６－０１－０２", "", "2026-01-02" },
		{ "２０２６年１月２日", "", "2026-01-02" },
		{ "11-22", "", "2026-11-22" },
		{ "3.8", "", "2026-03-08" },
		{ "1月5日", "", "2026-01-05" },
		{ "2026-02-29", "", "" },
		{ "2024-02-29", "2024-02-29", "2024-02-29" },
		{ "02-29", "", "" },
		{ "2026-1/2", "", "" },
		{ "20261301", "", "" },
		{ "202601021", "", "" },
		{ "26-01-02", "", "" },
		{ "2026-011-02", "", "" },
		{ "2026-11-22x", "", "" },
		{ "0000-01-01", "", "" },
		{ "-2026-01-01", "", "" },
		{ "2026", "", "" },
		{ "45000", "", "" },
		{ "", "", "" },
		{ "明天", "", "" },
		{ "2026-01-02 00:00:00 and much more text that is too long for a date", "", "" },
	};
	date_t today = date_make(2026, 11, 22);
	char text[DATE_TEXT_BYTES];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		is_text(date_format(date_parse(cases[i].text), text), cases[i].strict, cases[i].text);
		is_text(date_format(date_parse_lenient(cases[i].text, today), text), cases[i].lenient,
			"leniently");
	}
	is(date_parse(NULL), DATE_NONE, "no text");
	is(date_parse_lenient(NULL, today), DATE_NONE, "no text, leniently");
	is(date_parse_lenient("11-22", DATE_NONE), DATE_NONE, "month and day without a today");
	is_text(date_format(DATE_NONE, text), "", "format of none");
	is_text(date_format(INT32_MAX, text), "", "format of a day beyond 9999");
	is_text(date_format(date_make(7, 3, 4), text), "0007-03-04", "an early year");
}

static void test_months(void)
{
	char text[DATE_TEXT_BYTES];
	date_t jan31 = date_make(2024, 1, 31);
	bool back = true;

	is_text(date_format(date_add_months(jan31, 1), text), "2024-02-29", "the month's last day");
	is_text(date_format(date_add_months(jan31, 13), text), "2025-02-28", "in another year");
	is_text(date_format(date_add_months(jan31, -2), text), "2023-11-30", "backwards");
	is_text(date_format(date_add_months(jan31, -1), text), "2023-12-31", "across the year");
	is_text(date_format(date_add_years(date_make(2024, 2, 29), 1), text), "2025-02-28", "years");
	is(date_add_years(jan31, 8000), DATE_NONE, "beyond the last year");
	is(date_add_years(jan31, INT32_MAX), DATE_NONE, "far beyond");
	is(date_add_months(date_make(1, 1, 1), -1), DATE_NONE, "before the first year");
	is(date_add_months(DATE_NONE, 1), DATE_NONE, "of none");
	for (int n = -300; n <= 300; n++)
		back &= date_add_months(date_add_months(date_make(2020, 5, 28), n), -n) ==
			date_make(2020, 5, 28);
	ok(back, "forth and back is the same day up to the 28th");
}

/* Birthdays counted one by one. */
static int age_by_counting(date_t birth, date_t on)
{
	int year, month, day, age = -1;

	date_split(birth, &year, &month, &day);
	for (date_t birthday = birth; birthday <= on; age++) {
		birthday = date_make(++year, month, day);
		if (birthday == DATE_NONE)
			birthday = date_make(year, 3, 1);
	}
	return age;
}

static void test_ages(void)
{
	date_t leap = date_make(2020, 2, 29);
	bool same = true;

	is(date_age_years(leap, date_make(2021, 2, 28)), 0, "29 February, the day before");
	is(date_age_years(leap, date_make(2021, 3, 1)), 1, "birthday on 1 March");
	is(date_age_years(leap, date_make(2024, 2, 29)), 4, "and in a leap year on its day");
	is(date_age_months(leap, date_make(2020, 3, 28)), 0, "months");
	is(date_age_months(date_make(2020, 1, 31), date_make(2020, 3, 1)), 1, "a month after the 31st");
	is(date_age_years(leap, leap), 0, "newborn");
	is(date_age_years(leap, leap - 1), -1, "before birth");
	is(date_age_years(DATE_NONE, leap), -1, "birth unknown");
	is(date_age_years(leap, DATE_NONE), -1, "day unknown");
	for (date_t birth = date_make(2019, 12, 1); birth < date_make(2020, 4, 1); birth++)
		for (date_t on = birth; on < birth + 1900; on++)
			same &= date_age_years(birth, on) == age_by_counting(birth, on);
	ok(same, "the same as counting birthdays");
}

static void test_clock(void)
{
	char text[DATE_TEXT_BYTES];
	time_t now;
	struct tm tm;
	int64_t seconds;

	setenv("XIANGYI_TODAY", "2026-11-22", 1);
	is_text(date_format(date_today(), text), "2026-11-22", "XIANGYI_TODAY");
	now = date_now_seconds();
	localtime_r(&now, &tm);
	ok(tm.tm_year == 126 && tm.tm_mon == 10 && tm.tm_mday == 22, "and its seconds");
	is_text(date_format(date_of_seconds(now), text), "2026-11-22", "the local day of a second");
	is(date_of_seconds(INT64_MAX / 2), DATE_NONE, "no day so far away");
	setenv("XIANGYI_TODAY", "rubbish", 1);
	seconds = time(NULL);
	ok(date_now_seconds() - seconds >= 0 && date_now_seconds() - seconds < 60, "rubbish is ignored");
	unsetenv("XIANGYI_TODAY");
	now = time(NULL);
	localtime_r(&now, &tm);
	ok(date_today() - date_make(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) <= 1, "the local day");
	ok(date_time_valid("00:00") && date_time_valid("23:59:59"), "times of day");
	ok(!date_time_valid("24:00") && !date_time_valid("12:60") && !date_time_valid("12:00:60") &&
		   !date_time_valid("1:00") && !date_time_valid("12:00:") && !date_time_valid("") &&
		   !date_time_valid("12:00 ") && !date_time_valid(NULL),
	   "no times of day");
}

int main(void)
{
	test_calendar();
	test_parse();
	test_months();
	test_ages();
	test_clock();
	return done_testing();
}
