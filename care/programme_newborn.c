/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first month: home visits after leaving the hospital, blood spot and hearing. */
#include "config.h"
#include "care/programme.h"

enum { DONE = 1, NOT_DONE = 2, REFUSED = 3 };			/* blood_done */
enum { SUSPICIOUS = 2, RESULT_UNKNOWN = 4 };			/* blood_result */
enum { RECALL_PENDING = 4 };					/* recall_result */
enum { HEARING_FAILED = 2, HEARING_NOT_DONE = 3, PENDING = 3 }; /* hearing_*, hearing_diagnosis */

static int child_days(const struct duty_list *list, const char *rule, date_t birth)
{
	return duty_rule_days(list, "child", rule, birth);
}

/* --- home visits --- */

static void extra_visits(struct duty_list *list, date_t full_month)
{
	const struct event *end = fact_end(list->facts, EVENT_NEWBORN);
	FACT_EACH(visit, list->facts, EVENT_NEWBORN) {
		const struct event *next = visit + 1 < end ? visit + 1 : NULL;
		if (visit->date == DATE_NONE)
			continue;
		if (visit->v[NEWBORN_REFER] == SOME)
			duty_add_referred(list, DUTY_RULE_CHILD_REFERRED, visit,
					  child_days(list, "referral_check_days", visit->date),
					  next);
		int days = child_days(list, "newborn_extra_days", visit->date);
		date_t due = duty_sooner(days ? visit->date + days : DATE_NONE, visit->date,
					 visit->v[NEWBORN_NEXT]);
		if (visit->v[NEWBORN_HIGH_RISK] != YES || due == DATE_NONE || due >= full_month)
			continue;
		struct duty_row *row =
		    duty_add_due(list, DUTY_RULE_NEWBORN_EXTRA, DUTY_REASON_AT_RISK, DUTY_SOON,
				 visit->date, due, visit->record);
		if (row)
			row->last = full_month - 1;
		if (next)
			duty_done(row, next->date, next->record);
	}
}

static void home_visit(struct duty_list *list, date_t birth, date_t since)
{
	const struct event *visit =
	    fact_count(list->facts, EVENT_NEWBORN) ? fact_begin(list->facts, EVENT_NEWBORN) : NULL;
	date_t left = visit ? visit->v[NEWBORN_DISCHARGED] : DATE_NONE;
	date_t full_month = birth + child_days(list, "full_month_from_days", birth);
	int days = child_days(list, "newborn_visit_days", birth);
	if (left == DATE_NONE)
		left = birth + child_days(list, "newborn_stay_days", birth);
	if (full_month > since || visit) {
		struct duty_row *row =
		    duty_add_window(list, DUTY_RULE_NEWBORN, DUTY_REASON_LEFT_HOSPITAL, birth,
				    left + days, full_month - 1, fact_person(list->facts)->record);
		if (row)
			row->days = days;
		if (visit && visit->date != DATE_NONE)
			duty_done(row, visit->date, visit->record);
	}
	extra_visits(list, full_month);
}

/* --- screening --- */

static void recall(struct duty_list *list, const struct event *last)
{
	bool suspicious = last->v[NEWBORN_SCREEN_BLOOD_RESULT] == SUSPICIOUS;
	date_t from = suspicious ? last->v[NEWBORN_SCREEN_RECALL_DATE] : last->date;
	if (!suspicious && last->v[NEWBORN_SCREEN_BLOOD_RESULT] != RESULT_UNKNOWN)
		return;
	if (from == DATE_NONE)
		from = last->date;
	struct duty_row *row =
	    duty_add_due(list, DUTY_RULE_NEWBORN_RECALL, DUTY_REASON_POSITIVE, DUTY_SOON, from,
			 from + child_days(list, "recall_days", from), last->record);
	int result = last->v[NEWBORN_SCREEN_RECALL_RESULT];
	if (result != EVENT_NONE && result != RECALL_PENDING)
		duty_done(row, last->date, last->record);
}

static void hearing(struct duty_list *list, const struct event *last, date_t birth)
{
	int first = last->v[NEWBORN_SCREEN_HEARING_1], second = last->v[NEWBORN_SCREEN_HEARING_2];
	int diagnosis = last->v[NEWBORN_SCREEN_HEARING_DIAGNOSIS];
	date_t due = last->date + child_days(list, "recall_days", last->date);
	bool again =
	    first == HEARING_FAILED && (second == EVENT_NONE || second == HEARING_NOT_DONE);
	bool open = second == HEARING_FAILED && (diagnosis == EVENT_NONE || diagnosis == PENDING);
	if (again)
		due = birth + child_days(list, "hearing_again_days", birth);
	if (again || open || first == HEARING_NOT_DONE)
		duty_add_due(list, DUTY_RULE_NEWBORN_HEARING, DUTY_REASON_INTERVAL, DUTY_SOON,
			     last->date, due > last->date ? due : last->date, last->record);
}

static void screening(struct duty_list *list, date_t birth, date_t since)
{
	const struct event *last = fact_last(list->facts, EVENT_NEWBORN_SCREEN, INT32_MAX);
	date_t until = date_add_months(birth, child_days(list, "screen_until_months", birth)) - 1;
	int done = last ? last->v[NEWBORN_SCREEN_BLOOD_DONE] : EVENT_NONE;
	if (until >= since || last) {
		struct duty_row *row =
		    duty_add_window(list, DUTY_RULE_NEWBORN_SCREEN, DUTY_REASON_INTERVAL,
				    birth + child_days(list, "blood_spot_from_hours", birth) / 24,
				    birth + child_days(list, "blood_spot_to_days", birth), until,
				    fact_person(list->facts)->record);
		if (done == DONE || done == REFUSED)
			duty_done(row, last->date, last->record);
	}
	if (last && last->date != DATE_NONE) {
		recall(list, last);
		hearing(list, last, birth);
	}
}

void programme_newborn(struct duty_list *list)
{
	date_t birth = fact_birth(list->facts), since = duty_since(list);
	if (!duty_is_child(list))
		return;
	home_visit(list, birth, since);
	screening(list, birth, since);
}
