/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blood pressure of those who have no hypertension: yearly, after a raised reading, and at high risk. */
#include "config.h"
#include "care/programme.h"

#include "care/chronic.h"

enum { RAISED_ONCE = 2, RAISED_THREE_DAYS = 3 }; /* high_bp_finding.state */

static void after_finding(struct duty_list *list, const struct event *found)
{
	date_t refer = found->v[HIGH_BP_REFER_DATE];
	int days;
	if (refer == DATE_NONE && found->v[HIGH_BP_STATE] == RAISED_THREE_DAYS)
		refer = found->date;
	if (refer != DATE_NONE) {
		days = duty_rule_days(list, "hypertension", "referral_check_days", refer);
		struct duty_row *row = duty_add_due(list, DUTY_RULE_HTN_CONFIRM, DUTY_REASON_REFERRED,
		                                    DUTY_DANGER, refer, refer + days, found->record);
		if (found->v[HIGH_BP_CHECKED] != DATE_NONE)
			duty_done(row, found->v[HIGH_BP_CHECKED], found->record);
		return;
	}
	if (found->v[HIGH_BP_STATE] == RAISED_ONCE) {
		days = duty_rule_days(list, "hypertension", "remeasure_days", found->date);
		duty_add_due(list, DUTY_RULE_HTN_RAISED, DUTY_REASON_SUSPECTED, DUTY_SOON, found->date,
		             duty_sooner(found->date + days, found->date, found->v[HIGH_BP_NEXT]),
		             found->record);
	} else if (found->v[HIGH_BP_HIGH_RISK] == YES) {
		int months = duty_rule_days(list, "hypertension", "high_risk_months", found->date);
		duty_add_due(list, DUTY_RULE_HTN_RISK, DUTY_REASON_HIGH_RISK, DUTY_ROUTINE, found->date,
		             duty_sooner(date_add_months(found->date, months), found->date,
		                         found->v[HIGH_BP_NEXT]),
		             found->record);
	}
}

/* The year of the last pressure that anybody measured, however it was written down. */
static date_t last_measured(const struct facts *facts)
{
	date_t last = DATE_NONE;
	FACT_EACH(e, facts, EVENT_HIGH_BP)
		if (e->date > last)
			last = e->date;
	FACT_EACH(e, facts, EVENT_GENERAL)
		if (e->v[GENERAL_SBP] > 0 && e->date > last)
			last = e->date;
	FACT_EACH(e, facts, EVENT_EXAM)
		if (e->v[EXAM_SBP] > 0 && e->date > last)
			last = e->date;
	FACT_EACH(e, facts, EVENT_DM)
		if (e->v[DM_SBP] > 0 && e->date > last)
			last = e->date;
	return last;
}

static void yearly(struct duty_list *list, date_t from)
{
	date_t seen = last_measured(list->facts), first = from;
	int year, month, day;
	if (seen != DATE_NONE && seen >= from) {
		date_split(seen, &year, &month, &day);
		first = date_make(year + 1, 1, 1);
	}
	date_split(first, &year, &month, &day);
	date_t end = date_make(year, 12, 31);
	duty_add(list, &(struct duty_row){ .rule = DUTY_RULE_HTN_SCREEN, .reason = DUTY_REASON_YEARLY,
		                           .urgency = DUTY_ROUTINE, .start = first, .due = end, .end = end,
		                           .last = DATE_NONE, .ended = DATE_NONE, .yearly = true });
}

void programme_pressure_screening(struct duty_list *list)
{
	const struct event *person = fact_person(list->facts);
	const struct event *found = fact_last(list->facts, EVENT_HIGH_BP, INT32_MAX);
	date_t birth = person->v[RESIDENT_BIRTH], from = person->v[RESIDENT_BUILT];
	double age;
	if (enrolment_on(list->facts, EVENT_HTN_ENROL, INT32_MAX))
		return;
	if (found)
		after_finding(list, found);
	if (birth == DATE_NONE || from == DATE_NONE ||
	    !rule_number(list->rules, "hypertension", "screening_min_age", -1, from, &age))
		return;
	date_t old_enough = date_add_years(birth, (int)age);
	yearly(list, old_enough > from ? old_enough : from);
}
