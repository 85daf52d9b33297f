/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Periods of reports, and figures as people read them. */
#include "config.h"
#include "care/care.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "lib/i18n.h"

/* The period's own last day; DATE_NONE when the text names none. */
static date_t last_of(const char *text, date_t *first)
{
	int year, part;
	char end;
	date_t day = date_parse(text);
	if (day != DATE_NONE) {
		date_split(day, &year, &part, &(int){ 0 });
		*first = date_make(year, 1, 1);
		return day;
	}
	if (sscanf(text, "%4d-Q%1d%c", &year, &part, &end) == 2 && part >= 1 && part <= 4) {
		*first = date_make(year, part * 3 - 2, 1);
		return *first == DATE_NONE ? DATE_NONE : date_add_months(*first, 3) - 1;
	}
	if (strlen(text) == 7 && sscanf(text, "%4d-%2d%c", &year, &part, &end) == 2) {
		*first = date_make(year, part, 1);
		return *first == DATE_NONE ? DATE_NONE : date_add_months(*first, 1) - 1;
	}
	if (strlen(text) == 4 && sscanf(text, "%4d%c", &year, &end) == 1) {
		*first = date_make(year, 1, 1);
		return date_make(year, 12, 31);
	}
	return DATE_NONE;
}

int care_period_parse(struct care_period *out, const char *text, date_t today, struct error *err)
{
	date_t first = DATE_NONE, last = last_of(text, &first);
	if (last == DATE_NONE)
		return error_set(err, ERR_INVALID,
		                 _("\"%s\" is no period: give a year 2026, a quarter 2026-Q3, a month 2026-09 or a day 2026-09-30"),
		                 text);
	if (first > today)
		return error_set(err, ERR_INVALID, _("the period %s has not begun"), text);
	*out = (struct care_period){ first, last < today ? last : today };
	return 0;
}

char *care_period_text(const struct care_period *period, char out[PERIOD_TEXT_BYTES])
{
	int year, month, day, last_year, last_month, last_day;
	date_split(period->first, &year, &month, &day);
	date_split(period->on, &last_year, &last_month, &last_day);
	bool whole = date_add_months(date_make(last_year, last_month, 1), 1) - 1 == period->on;
	int months = (last_year - year) * 12 + last_month - month + 1;
	char a[DATE_TEXT_BYTES], b[DATE_TEXT_BYTES];
	if (whole && months == 12 && month == 1)
		snprintf(out, PERIOD_TEXT_BYTES, "%04d", year);
	else if (whole && months == 3 && month % 3 == 1)
		snprintf(out, PERIOD_TEXT_BYTES, "%04d-Q%d", year, month / 3 + 1);
	else if (whole && months == 1)
		snprintf(out, PERIOD_TEXT_BYTES, "%04d-%02d", year, month);
	else
		snprintf(out, PERIOD_TEXT_BYTES, "%.10s - %.10s", date_format(period->first, a),
		         date_format(period->on, b));
	return out;
}

#define STANDING_ROW(name, word, label) { word, label },
static const struct {
	const char *word, *label;
} standings[] = { STANDING_LIST(STANDING_ROW) };
#undef STANDING_ROW

const char *standing_word(enum standing_kind kind)
{
	return standings[kind].word;
}

const char *standing_label(enum standing_kind kind)
{
	return _(standings[kind].label);
}

char *care_rate_text(char out[16], uint64_t numerator, uint64_t denominator)
{
	if (!denominator) {
		snprintf(out, 16, "—");
		return out;
	}
	uint64_t tenths = (numerator * 2000 + denominator) / (denominator * 2);
	snprintf(out, 16, "%u.%u", (unsigned)(tenths / 10 % 100000), (unsigned)(tenths % 10));
	return out;
}

int care_meets(const struct indicator_view *indicator, const struct indicator_count *count)
{
	double value = indicator->count ? (double)count->numerator
	                                : 100.0 * (double)count->numerator / (double)count->denominator;
	bool known = indicator->count ? !indicator->typed || count->denominator || count->numerator
	                              : count->denominator > 0;
	if (isnan(indicator->target) || !known)
		return -1;
	return indicator->down ? value <= indicator->target : value >= indicator->target;
}
