/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What general visits agreed, care of those who cannot care for themselves, review of care plans. */
#include "config.h"
#include "care/programme.h"

enum { ABLE = 0 }; /* disability_care.grade */

/* The first self-care score that is at least half dependent, and not better since. */
static const struct event *dependent(const struct duty_list *list)
{
	const struct event *first = NULL;
	FACT_EACH(e, list->facts, EVENT_SELFCARE) {
		double half;
		if (e->date == DATE_NONE || e->v[SELFCARE_SCORE] == EVENT_NONE ||
		    !rule_number(list->rules, "selfcare", "half_from", -1, e->date, &half))
			continue;
		if (e->v[SELFCARE_SCORE] < half)
			first = NULL;
		else if (!first)
			first = e;
	}
	return first;
}

static void disability(struct duty_list *list)
{
	static const struct duty_chain chain = {
	    DUTY_RULE_DISABLED, DUTY_REASON_INTERVAL, EVENT_DISABLED, DISABLED_NEXT,
	    "disability",	"visit_months",	      DATE_NONE};
	const struct event *visit = fact_last(list->facts, EVENT_DISABLED, INT32_MAX),
			   *found = dependent(list);
	size_t from = list->n;
	if (visit)
		duty_add_chain(list, &chain, DATE_NONE, DATE_NONE, 0);
	else if (found)
		duty_add_due(list, DUTY_RULE_DISABLED, DUTY_REASON_FIRST_CARE, DUTY_ROUTINE,
			     found->date,
			     found->date + duty_rule_days(list, "disability", "first_visit_days",
							  found->date),
			     found->record);
	if (visit && visit->v[DISABLED_GRADE] == ABLE)
		duty_close(list, from, visit->date);
}

/* The first visit after a day, of the kinds that a general visit may be followed by. */
static const struct event *seen_after(const struct facts *facts, date_t day)
{
	static const enum event_kind kinds[] = { EVENT_GENERAL, EVENT_HTN, EVENT_DM };
	const struct event *first = NULL;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const struct event *e = fact_within(facts, kinds[i], day + 1, INT32_MAX);
		if (e && (!first || e->date < first->date))
			first = e;
	}
	return first;
}

static void general(struct duty_list *list)
{
	FACT_EACH(visit, list->facts, EVENT_GENERAL) {
		date_t next = visit->v[GENERAL_NEXT];
		if (visit->date == DATE_NONE)
			continue;
		const struct event *seen = seen_after(list->facts, visit->date);
		if (visit->v[GENERAL_REFER] == SOME)
			duty_add_referred(list, DUTY_RULE_GENERAL_REFERRED, visit,
			                  duty_rule_days(list, "referral", "check_days", visit->date), seen);
		if (next == DATE_NONE || next <= visit->date)
			continue;
		struct duty_row *row = duty_add_due(list, DUTY_RULE_GENERAL_NEXT, DUTY_REASON_AGREED,
		                                    DUTY_ROUTINE, visit->date, next, visit->record);
		if (seen)
			duty_done(row, seen->date, seen->record);
	}
}

void programme_care(struct duty_list *list)
{
	general(list);
	disability(list);
	FACT_EACH(plan, list->facts, EVENT_PLAN) {
		date_t closed = plan->v[PLAN_CLOSED], due = plan->v[PLAN_NEXT];
		if (due == DATE_NONE)
			continue;
		size_t from = list->n;
		int before = duty_rule_days(list, "care", "due_before_days", due);
		struct duty_row *row = duty_add_window(list, DUTY_RULE_PLAN, DUTY_REASON_INTERVAL,
						       due - before, due, DATE_NONE, plan->record);
		if (row && closed != DATE_NONE)
			duty_close(list, from, closed);
	}
}
