/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Civil dates as whole days since 1970-01-01 (Gregorian), and local times of day. */
#ifndef LIB_DATE_H
#define LIB_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t date_t;

#define DATE_NONE INT32_MIN
#define DATE_TEXT_BYTES 11 /* "2026-11-22" and its NUL */

/* DATE_NONE when year (1 to 9999), month and day name no day. */
date_t date_make(int year, int month, int day);
void date_split(date_t date, int *year, int *month, int *day);

/* Accepts exactly "YYYY-MM-DD"; DATE_NONE otherwise. */
date_t date_parse(const char *text);

/* What a person or a spreadsheet may type: YYYY-MM-DD, YYYY/M/D, YYYY.M.D, YYYYMMDD, and for
 * today's year M-D; full-width digits; "2026年11月22日". DATE_NONE when it is none of these. */
date_t date_parse_lenient(const char *text, date_t today);

/* Writes "YYYY-MM-DD", or "" for DATE_NONE; returns out. */
char *date_format(date_t date, char out[DATE_TEXT_BYTES]);

/* The local day, or $XIANGYI_TODAY (YYYY-MM-DD) for tests and demonstrations. */
date_t date_today(void);

/* Seconds since 1970 UTC; with $XIANGYI_TODAY, that day at the present local time of day. */
int64_t date_now_seconds(void);

/* The local day of seconds since 1970 UTC; DATE_NONE outside the years 1 to 9999. */
date_t date_of_seconds(int64_t seconds);

/* The same day of the month n months on (n may be negative), or the month's last day. */
date_t date_add_months(date_t date, int n);
date_t date_add_years(date_t date, int n);

/* Whole years, birthday reached; one born on 29 February has the birthday on 1 March in other years
 * (project decision). -1 when either date is DATE_NONE or on is before birth. */
int date_age_years(date_t birth, date_t on);
int date_age_months(date_t birth, date_t on);

int date_weekday(date_t date); /* 1 Monday to 7 Sunday, ISO 8601 */
bool date_time_valid(const char *text); /* "HH:MM" or "HH:MM:SS" */

#endif
