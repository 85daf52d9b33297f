/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variables of the unit that is counted: a contract, a delivery, a report, a clinic. */
#include "config.h"
#include "care/variable.h"

#include <math.h>
#include "lib/i18n.h"

/* --- contracts --- */

double var_ends_in_period(struct scope *scope, int parameter)
{
	date_t to = contract_to(scope->event);
	(void)parameter;
	return contract_is_made(scope->event) && to != DATE_NONE && to >= scope->first && to <= scope->on;
}

double var_renewed(struct scope *scope, int parameter)
{
	char text[DATE_TEXT_BYTES];
	(void)parameter;
	FACT_EACH(other, scope->facts, EVENT_CONTRACT) {
		date_t from = other->v[CONTRACT_FROM];
		if (other == scope->event || !contract_is_made(other) ||
		    from <= scope->event->v[CONTRACT_FROM] || from > scope->on)
			continue;
		say_evidence(scope, _("followed by the contract from %s"), date_format(from, text));
		return 1;
	}
	return 0;
}

static bool item_is_done(const struct event *item)
{
	return item->v[ITEM_DONE] >= item->v[ITEM_PLANNED] || item->v[ITEM_STATUS] == 1;
}

double var_has_items(struct scope *scope, int parameter)
{
	(void)parameter;
	return fact_count(scope->facts, EVENT_ITEM) > 0;
}

double var_all_done(struct scope *scope, int parameter)
{
	(void)parameter;
	FACT_EACH(item, scope->facts, EVENT_ITEM)
		if (!item_is_done(item))
			return 0;
	return 1;
}

/* --- the pregnancy that a delivery ends: the first visit within 44 weeks before the birth --- */

static const struct event *pregnancy_of(const struct scope *scope)
{
	enum { LONGEST_DAYS = 44 * 7 };
	date_t born = scope->event->kind == EVENT_POSTPARTUM ? scope->event->v[POSTPARTUM_BORN] : DATE_NONE;
	if (born == DATE_NONE)
		born = scope->event->date;
	FACT_EACH(e, scope->facts, EVENT_PREGNANCY)
		if (e->date <= born && e->date >= born - LONGEST_DAYS)
			return e;
	return NULL;
}

double var_booked_early(struct scope *scope, int parameter)
{
	const struct event *first = pregnancy_of(scope);
	double weeks;
	(void)parameter;
	if (!first || first->v[PREGNANCY_LMP] == DATE_NONE ||
	    !rule_number(scope->rules, "maternal", "early_before_week", -1, first->date, &weeks))
		return 0;
	date_t booked = first->v[PREGNANCY_BOOKED] == DATE_NONE ? first->date : first->v[PREGNANCY_BOOKED];
	date_t later = booked > first->date ? booked : first->date;
	say_evidence(scope, _("booked in week %d"), (later - first->v[PREGNANCY_LMP]) / 7);
	return (later - first->v[PREGNANCY_LMP]) / 7.0 < weeks;
}

double var_antenatal(struct scope *scope, int parameter)
{
	const struct event *first = pregnancy_of(scope);
	(void)parameter;
	if (!first)
		return 0;
	return 1 + (double)fact_count_within(scope->facts, EVENT_ANTENATAL, first->date + 1,
	                                     scope->event->date);
}

/* A visit within so many days after leaving the hospital counts for the rate. */
static bool counts_after_birth(const struct scope *scope, const struct event *visit)
{
	date_t home = visit->v[POSTPARTUM_DISCHARGED];
	double days;
	return home != DATE_NONE && visit->date >= home &&
	       rule_number(scope->rules, "maternal", "postpartum_count_days", -1, home, &days) &&
	       visit->date - home <= days;
}

double var_postpartum(struct scope *scope, int parameter)
{
	enum { LATEST_DAYS = 70 }; /* a visit later than this belongs to another birth */
	date_t born = scope->event->kind == EVENT_ANTENATAL ? scope->event->v[ANTENATAL_OUTCOME_DATE]
	                                                    : scope->event->v[POSTPARTUM_BORN];
	char text[DATE_TEXT_BYTES];
	(void)parameter;
	FACT_EACH(visit, scope->facts, EVENT_POSTPARTUM)
		if (visit->date >= born && visit->date <= born + LATEST_DAYS &&
		    counts_after_birth(scope, visit)) {
			say_evidence(scope, "%s", date_format(visit->date, text));
			return 1;
		}
	return 0;
}

/* --- reports of infectious diseases --- */

double var_report_minutes(struct scope *scope, int parameter)
{
	int32_t from = scope->event->v[REPORT_DIAGNOSED], to = scope->event->v[REPORT_NETWORK];
	(void)parameter;
	if (to == EVENT_NONE)
		to = scope->event->v[REPORT_SENT];
	if (from == EVENT_NONE || to == EVENT_NONE)
		return NAN;
	say_evidence(scope, _("%d minutes from the diagnosis to the report"), to - from);
	return to - from;
}

/* --- clinics --- */

double var_clinic_standard(struct scope *scope, int parameter)
{
	const struct event *check = fact_last(scope->facts, EVENT_CLINIC_CHECK, scope->on);
	char text[DATE_TEXT_BYTES];
	(void)parameter;
	if (!check) {
		say_evidence(scope, "%s", _("no check of the standard yet"));
		say_todo(scope, scope_year_end(scope), "%s", _("check the clinic against the standard"));
		return 0;
	}
	say_evidence(scope, _("checked on %s"), date_format(check->date, text));
	return check->v[CLINIC_CHECK_STANDARD] == YES;
}
