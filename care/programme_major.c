/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Major diseases and illness-driven poverty: checks of the month, the way home from hospital,
 * clues, debts. */
#include "config.h"
#include "care/programme.h"

enum { GAVE_UP = 4, DEAD = 5 };				  /* major_disease.status */
enum { ALREADY_HELPED = 2, NOT_TRUE = 3 };		  /* clue.answer_kind */
enum { LEFT_UNSETTLED = 3, SETTLED = 4, IN_ARREARS = 5 }; /* payafter_case.status */

/* --- checks of the month, and after a stay in hospital --- */

static void monthly(struct duty_list *list)
{
	const struct event *log = fact_last(list->facts, EVENT_TREATMENT, INT32_MAX);
	FACT_EACH(one, list->facts, EVENT_MAJOR) {
		date_t checked = one->v[MAJOR_CHECKED] != DATE_NONE ? one->v[MAJOR_CHECKED]
								    : one->v[MAJOR_FOUND];
		int status = one->v[MAJOR_STATUS];
		const struct event *cause = one;
		date_t next = DATE_NONE;
		if (checked == DATE_NONE || status == GAVE_UP || status == DEAD ||
		    one->v[MAJOR_CLOSED] != DATE_NONE)
			continue;
		if (log && log->date != DATE_NONE && log->date > checked) {
			checked = log->date;
			next = log->v[TREATMENT_NEXT];
			cause = log;
		}
		int months = duty_rule_days(list, "major", "check_months", checked);
		date_t due = months ? date_add_months(checked, months) : DATE_NONE;
		duty_add_due(list, DUTY_RULE_MAJOR, DUTY_REASON_INTERVAL, DUTY_ROUTINE, checked,
			     duty_sooner(due, checked, next), cause->record);
	}
}

/* The first contact after a day in hospital: of any of the kinds that see the person. */
static const struct event *seen_after(const struct facts *facts, date_t day)
{
	static const enum event_kind kinds[] = {EVENT_TREATMENT, EVENT_GENERAL, EVENT_HTN,
						EVENT_DM};
	const struct event *first = NULL;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const struct event *e = fact_within(facts, kinds[i], day + 1, INT32_MAX);
		if (e && (!first || e->date < first->date))
			first = e;
	}
	return first;
}

static void rehabilitation(struct duty_list *list)
{
	FACT_EACH(one, list->facts, EVENT_TREATMENT) {
		date_t left = one->v[TREATMENT_DISCHARGED];
		int days =
		    left == DATE_NONE ? 0 : duty_rule_days(list, "major", "rehab_days", left);
		if (!days)
			continue;
		/* the record of the stay itself, written some days later, is no visit */
		date_t from = one->date != DATE_NONE && one->date > left ? one->date : left;
		const struct event *seen = seen_after(list->facts, from);
		struct duty_row *row = duty_add_due(list, DUTY_RULE_REHAB, DUTY_REASON_DISCHARGED,
						    DUTY_SOON, left, left + days, one->record);
		if (seen)
			duty_done(row, seen->date, seen->record);
	}
}

/* --- clues --- */

static struct duty_row *add_step(struct duty_list *list, const struct event *clue,
				 enum duty_rule rule, enum duty_reason reason, date_t from,
				 date_t due)
{
	struct duty_row *row = duty_add_due(list, rule, reason, DUTY_SOON, from, due, clue->record);
	if (row)
		row->start = from;
	return row;
}

static void clue_steps(struct duty_list *list, const struct event *clue)
{
	date_t answered = clue->v[CLUE_ANSWERED], closed = clue->v[CLUE_CLOSED];
	date_t from = clue->v[CLUE_REPORTED] != DATE_NONE ? clue->v[CLUE_REPORTED] : clue->date;
	int answer = clue->v[CLUE_ANSWER];
	size_t first = list->n;
	struct duty_row *row = add_step(list, clue, DUTY_RULE_CLUE_ANSWER, DUTY_REASON_CLUE, from,
					from + duty_rule_days(list, "clue", "respond_days", from));
	if (answered != DATE_NONE)
		duty_done(row, answered, clue->record);
	if (answer != ALREADY_HELPED && answer != NOT_TRUE) {
		row =
		    add_step(list, clue, DUTY_RULE_CLUE_HELP, DUTY_REASON_INTERVAL, clue->date,
			     date_add_months(clue->date, duty_rule_days(list, "clue", "help_months",
									clue->date)));
		if (clue->v[CLUE_HELPED] != DATE_NONE)
			duty_done(row, clue->v[CLUE_HELPED], clue->record);
	}
	if (answered != DATE_NONE)
		add_step(list, clue, DUTY_RULE_CLUE_REVIEW, DUTY_REASON_CLUE_OPEN, answered,
			 answered + duty_rule_days(list, "clue", "review_days", answered));
	if (closed != DATE_NONE)
		duty_close(list, first, closed);
}

/* --- pay after treatment --- */

static void settle(struct duty_list *list, const struct event *one)
{
	date_t left = one->v[PAYAFTER_DISCHARGED], plan = one->v[PAYAFTER_PLAN],
	       paid = one->v[PAYAFTER_SETTLED];
	if (left == DATE_NONE || (one->v[PAYAFTER_STATUS] == SETTLED && paid == DATE_NONE))
		return;
	if (plan == DATE_NONE && one->v[PAYAFTER_STATUS] != LEFT_UNSETTLED &&
	    one->v[PAYAFTER_STATUS] != IN_ARREARS && paid == DATE_NONE)
		return;
	int days = duty_rule_days(list, "payafter", "settle_days", left);
	struct duty_row *row =
	    duty_add_due(list, DUTY_RULE_PAYAFTER, DUTY_REASON_INTERVAL, DUTY_ROUTINE, left,
			 plan != DATE_NONE ? plan : left + days, one->record);
	if (paid != DATE_NONE)
		duty_done(row, paid, one->record);
}

void programme_major(struct duty_list *list)
{
	monthly(list);
	rehabilitation(list);
	FACT_EACH(one, list->facts, EVENT_CLUE)
	if (one->date != DATE_NONE)
		clue_steps(list, one);
	FACT_EACH(one, list->facts, EVENT_PAYAFTER)
	settle(list, one);
}
