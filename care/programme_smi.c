/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Severe mental disorder: visits at intervals by class, and the examination of those who consent.
 */
#include "config.h"
#include "care/programme.h"

#include "care/registration.h"

enum { UNSTABLE = 1, BASIC = 2, STABLE = 3 }; /* class */
enum { REFERRED = 2 };			      /* refer: 1 no, 2 yes */

/* Face to face, met, and classed. */
static bool counts(const struct event *visit)
{
	return (visit->v[SMI_MODE] == MODE_CLINIC || visit->v[SMI_MODE] == MODE_HOME) &&
	       visit->v[SMI_OUTCOME] == OUTCOME_SEEN;
}

static bool is_unstable(const struct duty_list *list, const struct event *visit)
{
	int level = duty_rule_days(list, "smi", "unstable_risk", visit->date);
	return visit->v[SMI_CLASS] == UNSTABLE || (level && visit->v[SMI_RISK] >= level);
}

static date_t after_days(const struct duty_list *list, const char *rule, date_t date)
{
	int days = duty_rule_days(list, "smi", rule, date);
	return days ? date + days : DATE_NONE;
}

static date_t after_months(const struct duty_list *list, const char *rule, date_t date)
{
	int months = duty_rule_days(list, "smi", rule, date);
	return months ? date_add_months(date, months) : DATE_NONE;
}

static struct duty_row *after_visit(struct duty_list *list, const struct event *visit,
				    const struct event *before)
{
	enum duty_reason reason = DUTY_REASON_STABLE;
	enum duty_urgency urgency = DUTY_ROUTINE;
	date_t due;
	if (is_unstable(list, visit)) {
		reason = DUTY_REASON_UNSTABLE;
		urgency = DUTY_DANGER;
		due = after_days(list, "interval_unstable_days", visit->date);
	} else if (visit->v[SMI_CLASS] == STABLE) {
		due = after_months(list, "interval_stable_months", visit->date);
	} else if (before && before->v[SMI_CLASS] == BASIC) {
		reason = DUTY_REASON_BASIC_AGAIN;
		due = after_months(list, "interval_basic_again_months", visit->date);
	} else {
		reason = DUTY_REASON_BASIC;
		urgency = DUTY_SOON;
		due = after_days(list, "interval_basic_days", visit->date);
	}
	if (visit->v[SMI_REFER] == REFERRED) {
		reason = DUTY_REASON_REFERRED;
		urgency = DUTY_DANGER;
		date_t check = after_days(list, "referral_check_days", visit->date);
		due = check != DATE_NONE && (due == DATE_NONE || check < due) ? check : due;
	}
	due = duty_sooner(due, visit->date, visit->v[SMI_NEXT]);
	return duty_add_due(
	    list, visit->v[SMI_REFER] == REFERRED ? DUTY_RULE_SMI_REFERRED : DUTY_RULE_SMI_VISIT,
	    reason, urgency, visit->date, due, visit->record);
}

/* A later contact that does not count fulfils nothing, but an unstable state it found must be
 * followed: at the earlier of both days. */
static void add_contact(struct duty_list *list, const struct event *contact, size_t open)
{
	if (contact->v[SMI_OUTCOME] != OUTCOME_SEEN || !is_unstable(list, contact))
		return;
	struct duty_row *row = after_visit(list, contact, NULL);
	if (!row || open >= list->n - 1)
		return;
	if (row->due < list->rows[open].due)
		list->rows[open] = *row;
	list->n--;
}

void programme_smi(struct duty_list *list)
{
	const struct event *before = NULL, *newest = NULL;
	struct registration made =
	    registration_within(list->facts, DISEASE_SMI, INT32_MIN + 1, INT32_MAX);
	if (!made.event)
		return;
	size_t from = list->n;
	struct duty_row *open =
	    duty_add_due(list, DUTY_RULE_SMI_FIRST, DUTY_REASON_FIRST, DUTY_SOON, made.enrolled,
			 after_days(list, "first_visit_days", made.enrolled), made.event->record);
	FACT_EACH(visit, list->facts, EVENT_SMI) {
		if (visit->date == DATE_NONE || visit->date < made.enrolled ||
		    (made.closed != DATE_NONE && visit->date > made.closed))
			continue;
		newest = visit;
		if (!counts(visit))
			continue;
		duty_done(open, visit->date, visit->record);
		open = after_visit(list, visit, before);
		before = visit;
	}
	if (newest && !counts(newest))
		add_contact(list, newest, open ? (size_t)(open - list->rows) : list->n);
	if (made.event->v[SMI_ENROL_CONSENT] == YES)
		duty_add_yearly(list, DUTY_RULE_SMI_EXAM, made.enrolled, EVENT_EXAM,
				exam_is_yearly);
	if (made.closed != DATE_NONE)
		duty_close(list, from, made.closed);
}
