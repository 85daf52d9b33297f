/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Not of residents: the clinic's licence, confirmation, standard check and outpatient designation;
 * licences to practise; blank spots. */
#include "config.h"
#include "care/programme.h"

enum { CLINIC_IS_CLOSED = 3 }; /* clinic.state */

static void add_expiry(struct duty_list *list, enum duty_rule rule, const char *warn,
		       const struct event *cause, date_t until)
{
	if (until == DATE_NONE)
		return;
	int days = duty_rule_days(list, "clinic", warn, until);
	duty_add_window(list, rule, DUTY_REASON_EXPIRES, until - days, until, DATE_NONE,
			cause->record);
}

static struct duty_row *add_monthly(struct duty_list *list, enum duty_rule rule, const char *months,
				    date_t from, date_t agreed, const struct event *cause)
{
	int n = duty_rule_days(list, "clinic", months, from);
	date_t due = n && from != DATE_NONE ? date_add_months(from, n) : DATE_NONE;
	return duty_add_due(list, rule, DUTY_REASON_INTERVAL, DUTY_ROUTINE, from,
			    duty_sooner(due, from, agreed), cause->record);
}

static void clinic(struct duty_list *list, const struct event *one)
{
	const struct facts *facts = list->facts;
	const struct event *told = fact_last(facts, EVENT_CLINIC_EVENT, INT32_MAX);
	const struct event *check = fact_last(facts, EVENT_CLINIC_CHECK, INT32_MAX);
	const struct event *pooling = fact_last(facts, EVENT_POOLING, INT32_MAX);
	date_t confirmed =
	    one->v[CLINIC_CONFIRMED] != DATE_NONE ? one->v[CLINIC_CONFIRMED] : one->date;
	const struct event *cause = one;
	if (one->v[CLINIC_STATE] == CLINIC_IS_CLOSED)
		return;
	add_expiry(list, DUTY_RULE_CLINIC_LICENCE, "licence_warn_days", one,
		   one->v[CLINIC_LICENCE_UNTIL]);
	if (told && told->date != DATE_NONE && (confirmed == DATE_NONE || told->date > confirmed)) {
		confirmed = told->date;
		cause = told;
	}
	add_monthly(list, DUTY_RULE_CLINIC_CONFIRM, "confirm_months", confirmed, DATE_NONE, cause);
	if (check && check->date != DATE_NONE)
		add_monthly(list, DUTY_RULE_CLINIC_CHECK, "check_months", check->date,
			    check->v[CLINIC_CHECK_NEXT], check);
	else
		add_monthly(list, DUTY_RULE_CLINIC_CHECK, "check_months",
			    one->date != DATE_NONE ? one->date : confirmed, DATE_NONE, one);
	if (pooling && pooling->v[POOLING_DESIGNATED] == YES)
		add_expiry(list, DUTY_RULE_CLINIC_POOLING, "designation_warn_days", pooling,
			   pooling->v[POOLING_UNTIL]);
}

static void blank(struct duty_list *list, const struct event *unit)
{
	date_t from = unit->v[UNIT_BLANK_FROM], due = unit->v[UNIT_BLANK_DUE];
	if ((unit->v[UNIT_NO_CLINIC] != YES && unit->v[UNIT_NO_STAFF] != YES) ||
	    unit->v[UNIT_VALID_TO] != DATE_NONE || from == DATE_NONE)
		return;
	if (due == DATE_NONE)
		due = from + duty_rule_days(list, "clinic", "blank_due_days", from);
	struct duty_row *row = duty_add_window(list, DUTY_RULE_BLANK, DUTY_REASON_BLANK, from, due,
					       DATE_NONE, unit->record);
	if (row)
		row->urgency = DUTY_SOON;
}

void programme_clinic(struct duty_list *list)
{
	FACT_EACH(one, list->facts, EVENT_CLINIC)
	clinic(list, one);
	FACT_EACH(one, list->facts, EVENT_STAFF)
	if (one->v[STAFF_LEFT] == DATE_NONE)
		add_expiry(list, DUTY_RULE_STAFF_LICENCE, "licence_warn_days", one,
			   one->v[STAFF_LICENCE_UNTIL]);
	FACT_EACH(one, list->facts, EVENT_UNIT)
	blank(list, one);
}
