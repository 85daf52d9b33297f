/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/utf8.h"

enum { YEAR_MAX = 9999 };

static bool leap_year(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && leap_year(year));
}

/* Days by eras of 400 years, years counted from 1 March (H. Hinnant, "chrono-Compatible Low-Level
 * Date Algorithms"). */
date_t date_make(int year, int month, int day)
{
	int y, era, year_of_era, day_of_year;

	if (year < 1 || year > YEAR_MAX || month < 1 || month > 12 || day < 1 ||
	    day > month_days(year, month))
		return DATE_NONE;
	y = year - (month <= 2);
	era = y / 400;
	year_of_era = y - era * 400;
	day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

void date_split(date_t date, int *year, int *month, int *day)
{
	int64_t z = (int64_t)date + 719468;
	int64_t era, day_of_era, year_of_era, day_of_year, mp;

	if (date == DATE_NONE) {
		*year = *month = *day = 0;
		return;
	}
	era = (z >= 0 ? z : z - 146096) / 146097;
	day_of_era = z - era * 146097;
	year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	mp = (5 * day_of_year + 2) / 153;
	*day = (int)(day_of_year - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(year_of_era + era * 400) + (*month <= 2);
}

/* Read from min to max digits; false, and *text unmoved, when there are fewer or more. */
static bool take_digits(const char **text, int min, int max, int *out)
{
	const char *s = *text;
	int n = 0, value = 0;

	while (n < max && s[n] >= '0' && s[n] <= '9')
		value = value * 10 + (s[n++] - '0');
	if (n < min || (s[n] >= '0' && s[n] <= '9'))
		return false;
	*text = s + n;
	*out = value;
	return true;
}

static bool take_text(const char **text, const char *expected)
{
	size_t n = strlen(expected);

	if (strncmp(*text, expected, n))
		return false;
	*text += n;
	return true;
}

date_t date_parse(const char *text)
{
	int year, month, day;

	if (!text || !take_digits(&text, 4, 4, &year) || !take_text(&text, "-") ||
	    !take_digits(&text, 2, 2, &month) || !take_text(&text, "-") ||
	    !take_digits(&text, 2, 2, &day) || *text)
		return DATE_NONE;
	return date_make(year, month, day);
}

/* Year and month with their separators, then the day and what may end it. */
static date_t parse_parts(const char *text, bool with_year, const char *after_year,
			  const char *after_month, const char *end, date_t today)
{
	int year, month, day;

	if (with_year) {
		if (!take_digits(&text, 4, 4, &year) || !take_text(&text, after_year))
			return DATE_NONE;
	} else {
		date_split(today, &year, &month, &day);
	}
	if (!take_digits(&text, 1, 2, &month) || !take_text(&text, after_month) ||
	    !take_digits(&text, 1, 2, &day))
		return DATE_NONE;
	if (*end)
		take_text(&text, end);
	return *text ? DATE_NONE : date_make(year, month, day);
}

date_t date_parse_lenient(const char *text, date_t today)
{
	static const char *const marks[][3] = {
		{ "-", "-", "" }, { "/", "/", "" }, { ".", ".", "" }, { "年", "月", "日" },
	};
	char copy[64];
	const char *s = copy;
	int ymd;

	if (!text || strlen(text) >= sizeof copy)
		return DATE_NONE;
	strcpy(copy, text);
	utf8_to_halfwidth(copy);
	utf8_trim(copy);
	if (strspn(copy, "0123456789") == 8 && take_digits(&s, 8, 8, &ymd) && !*s)
		return date_make(ymd / 10000, ymd / 100 % 100, ymd % 100);
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		date_t date = parse_parts(copy, true, marks[i][0], marks[i][1], marks[i][2], today);

		if (date == DATE_NONE && today != DATE_NONE)
			date = parse_parts(copy, false, "", marks[i][1], marks[i][2], today);
		if (date != DATE_NONE)
			return date;
	}
	return DATE_NONE;
}

static char *put_digits(char *at, int value, int n)
{
	for (int i = n; i-- > 0; value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + n;
}

char *date_format(date_t date, char out[DATE_TEXT_BYTES])
{
	int year, month, day;
	char *at = out;

	date_split(date, &year, &month, &day);
	if (year >= 1 && year <= YEAR_MAX) {
		at = put_digits(at, year, 4);
		*at++ = '-';
		at = put_digits(at, month, 2);
		*at++ = '-';
		at = put_digits(at, day, 2);
	}
	*at = '\0';
	return out;
}

date_t date_today(void)
{
	date_t wanted = date_parse(getenv("XIANGYI_TODAY"));

	return wanted != DATE_NONE ? wanted : date_of_seconds(time(NULL));
}

date_t date_of_seconds(int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm tm;

	if (!localtime_r(&when, &tm) || tm.tm_year > 9999 - 1900)
		return DATE_NONE;
	return date_make(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

int64_t date_now_seconds(void)
{
	date_t wanted = date_parse(getenv("XIANGYI_TODAY"));
	time_t now = time(NULL), then;
	int year, month, day;
	struct tm tm;

	if (wanted == DATE_NONE || !localtime_r(&now, &tm))
		return now;
	date_split(wanted, &year, &month, &day);
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	tm.tm_mday = day;
	tm.tm_isdst = -1;
	then = mktime(&tm);
	return then == (time_t)-1 ? (int64_t)wanted * 86400 + now % 86400 : then;
}

date_t date_add_months(date_t date, int n)
{
	int year, month, day;
	int64_t months;

	if (date == DATE_NONE)
		return DATE_NONE;
	date_split(date, &year, &month, &day);
	months = (int64_t)year * 12 + (month - 1) + n;
	if (months < 12 || months >= (YEAR_MAX + 1) * 12)
		return DATE_NONE;
	year = (int)(months / 12);
	month = (int)(months % 12) + 1;
	if (day > month_days(year, month))
		day = month_days(year, month);
	return date_make(year, month, day);
}

date_t date_add_years(date_t date, int n)
{
	if (n > YEAR_MAX || n < -YEAR_MAX)
		return DATE_NONE;
	return date_add_months(date, n * 12);
}

int date_age_months(date_t birth, date_t on)
{
	int y1, m1, d1, y2, m2, d2;

	if (birth == DATE_NONE || on == DATE_NONE || on < birth)
		return -1;
	date_split(birth, &y1, &m1, &d1);
	date_split(on, &y2, &m2, &d2);
	return (y2 - y1) * 12 + (m2 - m1) - (d2 < d1);
}

int date_age_years(date_t birth, date_t on)
{
	int months = date_age_months(birth, on);

	return months < 0 ? -1 : months / 12;
}

int date_weekday(date_t date)
{
	int64_t days = ((int64_t)date + 3) % 7; /* 1970-01-01 was a Thursday */

	return (int)(days < 0 ? days + 7 : days) + 1;
}

bool date_time_valid(const char *text)
{
	int hour, minute, second = 0;

	if (!text || !take_digits(&text, 2, 2, &hour) || !take_text(&text, ":") ||
	    !take_digits(&text, 2, 2, &minute))
		return false;
	if (*text && (!take_text(&text, ":") || !take_digits(&text, 2, 2, &second)))
		return false;
	return !*text && hour < 24 && minute < 60 && second < 60;
}
