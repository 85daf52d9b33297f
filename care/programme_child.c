/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of children at their ages, from the full month to six years, and what the checks found. */
#include "config.h"
#include "care/programme.h"

#include <stdio.h>

/* Months of age; the first is the full month, the last ends the list. */
static const int stages[] = {1, 3, 6, 8, 12, 18, 24, 30, 36, 48, 60, 72, 0};

static date_t stage_day(const struct duty_list *list, date_t birth, int stage)
{
	char name[16];
	if (stage == 1)
		return birth + duty_rule_days(list, "child", "full_month_from_days", birth);
	snprintf(name, sizeof name, stage ? "stage_%d" : "stage_end", stage);
	int months = duty_rule_days(list, "child", name, birth);
	return months ? date_add_months(birth, months) : DATE_NONE;
}

/* The stage that a check counts for: as its form says, else by age. */
static int stage_of(const struct duty_list *list, date_t birth, const struct event *check)
{
	int stage = check->v[CHILD_STAGE];
	if (stage != EVENT_NONE)
		return stage;
	for (size_t i = 0; stages[i]; i++)
		if (check->date != DATE_NONE && check->date >= stage_day(list, birth, stages[i]))
			stage = stages[i];
	return stage;
}

static const struct event *check_of(const struct duty_list *list, date_t birth, int stage)
{
	FACT_EACH(check, list->facts, EVENT_CHILD)
	if (check->date != DATE_NONE && stage_of(list, birth, check) == stage)
		return check;
	return NULL;
}

static void add_stages(struct duty_list *list, date_t birth, date_t since)
{
	for (size_t i = 0; stages[i]; i++) {
		const struct event *check = check_of(list, birth, stages[i]);
		date_t day = stage_day(list, birth, stages[i]),
		       next = stage_day(list, birth, stages[i + 1]);
		if (day == DATE_NONE || next == DATE_NONE || (next <= since && !check))
			continue;
		date_t end =
		    stages[i] == 1
			? birth + duty_rule_days(list, "child", "full_month_to_days", birth)
			: day + duty_rule_days(list, "child", "stage_due_days", birth);
		struct duty_row *row =
		    duty_add_window(list, DUTY_RULE_CHILD_STAGE, DUTY_REASON_AT_AGE, day, end,
				    next - 1, fact_person(list->facts)->record);
		if (!row)
			continue;
		row->due = stages[i] == 1 ? end : day;
		if (check)
			duty_done(row, check->date, check->record);
	}
}

/* What a check found or agreed: its referral, and a day before the next age. */
static void after_checks(struct duty_list *list, date_t birth)
{
	const struct event *end = fact_end(list->facts, EVENT_CHILD);
	FACT_EACH(check, list->facts, EVENT_CHILD) {
		const struct event *next = check + 1 < end ? check + 1 : NULL;
		date_t agreed = check->v[CHILD_NEXT], age_day = DATE_NONE;
		if (check->date == DATE_NONE)
			continue;
		if (check->v[CHILD_REFER] == SOME)
			duty_add_referred(
			    list, DUTY_RULE_CHILD_REFERRED, check,
			    duty_rule_days(list, "child", "referral_check_days", check->date),
			    next);
		for (size_t i = 0; stages[i] && age_day == DATE_NONE; i++)
			if (stage_day(list, birth, stages[i]) > check->date)
				age_day = stage_day(list, birth, stages[i]);
		if (agreed == DATE_NONE || agreed <= check->date ||
		    (age_day != DATE_NONE && agreed >= age_day))
			continue;
		struct duty_row *row = duty_add_due(list, DUTY_RULE_CHILD_AGAIN, DUTY_REASON_AGREED,
						    DUTY_SOON, check->date, agreed, check->record);
		if (next)
			duty_done(row, next->date, next->record);
	}
}

/* --- warning signs of development, asked for in the check or in a list of their own --- */

static int signs_of(const struct event *one)
{
	return one->v[one->kind == EVENT_CHILD ? CHILD_SIGNS : WARNING_SIGNS];
}

static const struct event *first_asked(const struct facts *facts, enum event_kind kind,
				       date_t after)
{
	FACT_EACH(one, facts, kind)
	if (one->date != DATE_NONE && one->date > after && signs_of(one) != EVENT_NONE)
		return one;
	return NULL;
}

static void recheck_signs(struct duty_list *list, enum event_kind kind)
{
	FACT_EACH(one, list->facts, kind) {
		int limit = duty_rule_days(list, "child", "warning_positive", one->date);
		int months = duty_rule_days(list, "child", "warning_recheck_months", one->date);
		if (one->date == DATE_NONE || !limit || !months || signs_of(one) < limit)
			continue;
		date_t agreed = kind == EVENT_WARNING ? one->v[WARNING_NEXT] : DATE_NONE;
		struct duty_row *row = duty_add_due(
		    list, DUTY_RULE_CHILD_SIGNS, DUTY_REASON_INTERVAL, DUTY_SOON, one->date,
		    duty_sooner(date_add_months(one->date, months), one->date, agreed),
		    one->record);
		const struct event *a = first_asked(list->facts, EVENT_CHILD, one->date);
		const struct event *b = first_asked(list->facts, EVENT_WARNING, one->date);
		const struct event *next = a && (!b || a->date <= b->date) ? a : b;
		if (next)
			duty_done(row, next->date, next->record);
	}
}

bool duty_is_child(const struct duty_list *list)
{
	date_t birth = fact_birth(list->facts), since;
	if (birth == DATE_NONE)
		return false;
	since = duty_since(list);
	return stage_day(list, birth, 0) > since || fact_count(list->facts, EVENT_NEWBORN) ||
	       fact_count(list->facts, EVENT_CHILD) || fact_count(list->facts, EVENT_WARNING);
}

void programme_child(struct duty_list *list)
{
	const struct event *end = fact_end(list->facts, EVENT_WARNING);
	date_t birth = fact_birth(list->facts);
	if (!duty_is_child(list))
		return;
	add_stages(list, birth, duty_since(list));
	after_checks(list, birth);
	recheck_signs(list, EVENT_CHILD);
	recheck_signs(list, EVENT_WARNING);
	FACT_EACH(one, list->facts, EVENT_WARNING)
	if (one->v[WARNING_REFER] == SOME)
		duty_add_referred(list, DUTY_RULE_CHILD_REFERRED, one,
				  duty_rule_days(list, "child", "referral_check_days", one->date),
				  one + 1 < end ? one + 1 : NULL);
}
