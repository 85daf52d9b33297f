/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variables of a resident: who they are, and what was done for them in the year. */
#include "config.h"
#include "care/variable.h"

#include <math.h>
#include "care/low_income.h"
#include "lib/i18n.h"

double var_first(struct scope *scope, int parameter)
{
	(void)parameter;
	return scope->first;
}

double var_on(struct scope *scope, int parameter)
{
	(void)parameter;
	return scope->on;
}

double var_year_first(struct scope *scope, int parameter)
{
	(void)parameter;
	return scope->year_first;
}

double var_event_date(struct scope *scope, int parameter)
{
	(void)parameter;
	return scope->event->date == DATE_NONE ? NAN : scope->event->date;
}

double var_in_period(struct scope *scope, int parameter)
{
	(void)parameter;
	return scope->event->date >= scope->first && scope->event->date <= scope->on;
}

/* Lost and refusing residents still live here. */
double var_present(struct scope *scope, int parameter)
{
	const struct event *person = fact_person(scope->facts);
	int status = fact_status(scope->facts, scope->on);
	char text[DATE_TEXT_BYTES];
	(void)parameter;
	if (status == STATUS_DEAD)
		say_evidence(scope, _("died on %s"), date_format(person->v[RESIDENT_STATUS_DATE], text));
	if (status == STATUS_MOVED)
		say_evidence(scope, _("moved away on %s"),
		             date_format(person->v[RESIDENT_STATUS_DATE], text));
	return status && status != STATUS_DEAD && status != STATUS_MOVED;
}

double var_age(struct scope *scope, int parameter)
{
	int age = date_age_years(fact_birth(scope->facts), scope->on);
	(void)parameter;
	return age < 0 ? NAN : age;
}

double var_age_months(struct scope *scope, int parameter)
{
	int age = date_age_months(fact_birth(scope->facts), scope->on);
	(void)parameter;
	return age < 0 ? NAN : age;
}

double var_sex(struct scope *scope, int parameter)
{
	(void)parameter;
	return fact_sex(scope->facts);
}

/* Who has left is asked about the last day here. */
static date_t last_day(const struct scope *scope)
{
	const struct event *person = fact_person(scope->facts);
	int status = fact_status(scope->facts, scope->on);
	date_t day = person ? person->v[RESIDENT_STATUS_DATE] : DATE_NONE;
	bool left = status == STATUS_DEAD || status == STATUS_MOVED;
	return left && day != DATE_NONE && day < scope->on ? day : scope->on;
}

double var_low_income(struct scope *scope, int widened)
{
	const struct event *span = NULL;
	char text[DATE_TEXT_BYTES];
	date_t last = last_day(scope), first = scope->norm->category_any_day ? scope->year_first : last;
	if (!low_income_within(scope->rules, scope->facts, first, last, widened, &span)) {
		say_evidence(scope, "%s", _("in no category that counts on that day"));
		return 0;
	}
	say_evidence(scope, _("category %d since %s"), (int)span->v[SPAN_CATEGORY],
	             date_format(span->v[SPAN_FROM], text));
	return 1;
}

double var_signed(struct scope *scope, int parameter)
{
	date_t last = last_day(scope), first = scope->norm->contract_any_day ? scope->year_first : last;
	char a[DATE_TEXT_BYTES], b[DATE_TEXT_BYTES];
	(void)parameter;
	FACT_EACH(one, scope->facts, EVENT_CONTRACT) {
		date_t from = one->v[CONTRACT_FROM], to = contract_to(one);
		if (!contract_is_made(one) || from > last || (to != DATE_NONE && to < first))
			continue;
		say_evidence(scope, _("contract from %s to %s"), date_format(from, a), date_format(to, b));
		return 1;
	}
	say_evidence(scope, "%s", _("no contract in force"));
	say_todo(scope, scope_year_end(scope), "%s", _("sign a family-doctor contract"));
	return 0;
}

/* Key groups of the family-doctor services: children to 6, 65 and older, the four diseases, pregnant women,
 * disabled people, low income. */
double var_key_group(struct scope *scope, int parameter)
{
	const struct event *person = fact_person(scope->facts);
	int age = date_age_years(fact_birth(scope->facts), scope->on);
	int32_t disability = person ? person->v[RESIDENT_DISABILITY] : EVENT_NONE;
	(void)parameter;
	if ((age >= 0 && age < 7) || age >= 65 ||
	    (disability != EVENT_NONE && disability & ~(INT32_C(1) << 1)) ||
	    low_income_within(scope->rules, scope->facts, scope->on, scope->on, false, NULL))
		return 1;
	for (int disease = 0; disease < DISEASE_N; disease++) {
		struct registration one =
			registration_within(scope->facts, (enum disease)disease, scope->on, scope->on);
		if (one.event && !registration_is_closed(&one, scope->on))
			return 1;
	}
	const struct event *pregnancy = fact_last(scope->facts, EVENT_PREGNANCY, scope->on);
	return pregnancy && pregnancy->v[PREGNANCY_LMP] != DATE_NONE &&
	       scope->on - pregnancy->v[PREGNANCY_LMP] <= 322; /* 280 days and the 42 after the birth */
}

/* 动态记录: an examination, visit or advice within the year before the reporting date. */
double var_dynamic(struct scope *scope, int parameter)
{
	static const enum event_kind services[] = {
		EVENT_GENERAL, EVENT_HTN, EVENT_DM, EVENT_EXAM, EVENT_SELFCARE, EVENT_TCM,
		EVENT_SMI, EVENT_TB, EVENT_TB_FIRST, EVENT_NEWBORN, EVENT_CHILD, EVENT_TCM_CHILD,
		EVENT_PREGNANCY, EVENT_ANTENATAL, EVENT_POSTPARTUM, EVENT_POSTPARTUM_42, EVENT_SERVICE,
		EVENT_DISABLED, EVENT_PHQ9, EVENT_GAD7, EVENT_WOMEN, EVENT_HIGH_BP,
	};
	char text[DATE_TEXT_BYTES];
	(void)parameter;
	for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
		const struct event *last = fact_last(scope->facts, services[i], scope->on);
		if (!last || last->date <= date_add_years(scope->on, -1))
			continue;
		say_evidence(scope, _("served on %s"), date_format(last->date, text));
		return 1;
	}
	say_todo(scope, scope_year_end(scope), "%s", _("any service that is recorded"));
	return 0;
}

static bool said_day(struct scope *scope, const struct event *event)
{
	char text[DATE_TEXT_BYTES];
	if (event)
		say_evidence(scope, "%s", date_format(event->date, text));
	return event != NULL;
}

double var_examined(struct scope *scope, int parameter)
{
	(void)parameter;
	FACT_EACH(exam, scope->facts, EVENT_EXAM)
		if (exam->date >= scope->year_first && exam->date <= scope->on &&
		    exam->v[EXAM_KIND] == EXAM_YEARLY)
			return said_day(scope, exam);
	say_todo(scope, scope_year_end(scope), "%s", _("the yearly examination"));
	return 0;
}

double var_within_year(struct scope *scope, int kind)
{
	return said_day(scope, fact_within(scope->facts, (enum event_kind)kind, scope->year_first, scope->on));
}

double var_within_life(struct scope *scope, int kind)
{
	return said_day(scope, fact_within(scope->facts, (enum event_kind)kind, -1000000, scope->on));
}

/* 0 to 6 with at least one contact in the year: a check, or the newborn visit. */
double var_child_seen(struct scope *scope, int parameter)
{
	(void)parameter;
	return var_within_year(scope, EVENT_CHILD) || var_within_year(scope, EVENT_NEWBORN);
}

double var_born_in_period(struct scope *scope, int parameter)
{
	date_t birth = fact_birth(scope->facts);
	(void)parameter;
	return birth >= scope->first && birth <= scope->on;
}

/* 五个一: the score that the newest visit with a prescription computed, not older than the rule says. */
double var_five_ones(struct scope *scope, int parameter)
{
	const struct event *last = NULL;
	double days, needed;
	(void)parameter;
	FACT_EACH(e, scope->facts, EVENT_GENERAL)
		if (e->date <= scope->on && e->v[GENERAL_FIVE] != EVENT_NONE)
			last = e;
	if (!last || !rule_number(scope->rules, "care", "prescription_days", -1, scope->on, &days) ||
	    !rule_number(scope->rules, "care", "five_items", -1, scope->on, &needed)) {
		say_todo(scope, scope_year_end(scope), "%s", _("a visit with a prescription"));
		return 0;
	}
	said_day(scope, last);
	say_evidence(scope, _("%d of %.0f"), (int)last->v[GENERAL_FIVE], needed);
	return last->v[GENERAL_FIVE] >= needed && scope->on - last->date <= days;
}

double var_women_screened(struct scope *scope, int parameter)
{
	double months;
	(void)parameter;
	if (!rule_number(scope->rules, "maternal", "cervical_interval_months", -1, scope->on, &months))
		return 0;
	date_t since = date_add_months(scope->on, -(int)months);
	FACT_EACH(e, scope->facts, EVENT_WOMEN)
		if (e->v[WOMEN_EXAM] > since && e->v[WOMEN_EXAM] <= scope->on)
			return said_day(scope, e);
	say_todo(scope, scope_year_end(scope), "%s", _("the check of cervix and breast"));
	return 0;
}

/* --- tuberculosis --- */

double var_tb_first_in_time(struct scope *scope, int parameter)
{
	struct registration one = registration_within(scope->facts, DISEASE_TB, scope->year_first, scope->on);
	double hours;
	(void)parameter;
	if (!one.event || one.event->v[TB_FIRST_NOTICE] == EVENT_NONE || one.event->date == DATE_NONE ||
	    one.event->v[TB_FIRST_MET] != YES ||
	    !rule_number(scope->rules, "tb", "first_visit_hours", -1, one.enrolled, &hours))
		return 0;
	int32_t at = one.event->v[TB_FIRST_TIME] == EVENT_NONE ? 0 : one.event->v[TB_FIRST_TIME];
	double took = (one.event->date * 1440.0 + at - one.event->v[TB_FIRST_NOTICE]) / 60;
	say_evidence(scope, _("first visit %.0f hours after the notice"), took);
	return took <= hours;
}

/* Doses taken of doses due, unrounded: at the closing as counted there, before it by the missed doses. */
double var_doses_percent(struct scope *scope, int parameter)
{
	struct registration one = registration_within(scope->facts, DISEASE_TB, scope->year_first, scope->on);
	(void)parameter;
	if (!one.event)
		return NAN;
	const struct event *closing = fact_within(scope->facts, EVENT_TB_CLOSING, one.enrolled, scope->on);
	double due, taken;
	if (closing && closing->v[TB_CLOSING_DOSES_DUE] > 0) {
		due = closing->v[TB_CLOSING_DOSES_DUE];
		taken = closing->v[TB_CLOSING_DOSES_TAKEN] > 0 ? closing->v[TB_CLOSING_DOSES_TAKEN] : 0;
	} else {
		date_t start = one.event->v[TB_FIRST_START];
		const struct event *last = fact_last(scope->facts, EVENT_TB, scope->on);
		if (!last || last->date < one.enrolled)
			return NAN;
		due = last->date - (start == DATE_NONE ? one.enrolled : start);
		taken = due;
		FACT_EACH(visit, scope->facts, EVENT_TB)
			if (visit->date >= one.enrolled && visit->date <= scope->on &&
			    visit->v[TB_MISSED] > 0)
				taken -= visit->v[TB_MISSED];
	}
	say_evidence(scope, _("%.0f of %.0f doses"), taken, due);
	return due > 0 ? 100 * taken / due : NAN;
}

double var_tb_regular(struct scope *scope, int parameter)
{
	double percent = var_doses_percent(scope, parameter), limit;
	return rule_number(scope->rules, "tb", "regular_percent", -1, scope->on, &limit) && percent >= limit;
}
