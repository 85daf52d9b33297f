/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Women: cervix and breast, the examination before a pregnancy, folic acid. */
#include "config.h"
#include "care/programme.h"

enum { CERVIX = 1, BREAST = 2 };       /* women_screening.kind */
enum { ATTENDED = 1, REFUSED = 3 };    /* attended */
enum { SUSPICIOUS = 2, POSITIVE = 3 }; /* cervix_result, breast_result */
enum { CANCER = 4 };		       /* diagnosis */

static int months_of(const struct duty_list *list, const char *rule, date_t on)
{
	return duty_rule_days(list, "maternal", rule, on);
}

/* --- cervix and breast --- */

/* Who was never checked is invited in this year or the next: nobody is late by years for it. */
static struct duty_row *never_checked(struct duty_list *list, enum duty_rule rule, date_t from)
{
	int year, month, day;
	date_split(from, &year, &month, &day);
	date_t end = date_make(year, 12, 31);
	struct duty_row *row = duty_add_window(list, rule, DUTY_REASON_INTERVAL, from, end, DATE_NONE,
	                                       fact_person(list->facts)->record);
	if (row)
		row->yearly = true;
	return row;
}

static void checks_of(struct duty_list *list, int kind, enum duty_rule rule, const char *interval)
{
	double from_age, to_age;
	date_t birth = fact_birth(list->facts), since = duty_since(list);
	if (!rule_number(list->rules, "maternal", "women_min_age", -1, since, &from_age) ||
	    !rule_number(list->rules, "maternal", "women_max_age", -1, since, &to_age))
		return;
	date_t from = duty_birthday(birth, (int)from_age),
	       until = duty_birthday(birth, (int)to_age + 1);
	const struct event *cause = NULL;
	date_t made = from > since ? from : since;
	date_t due = DATE_NONE;
	FACT_EACH(e, list->facts, EVENT_WOMEN) {
		bool asked = e->v[WOMEN_KIND] != EVENT_NONE && e->v[WOMEN_KIND] >> kind & 1;
		date_t exam = e->v[WOMEN_EXAM] != DATE_NONE ? e->v[WOMEN_EXAM] : e->date;
		if (e->v[WOMEN_DIAGNOSIS] == CANCER)
			return;
		if (!asked || exam == DATE_NONE)
			continue;
		if (e->v[WOMEN_ATTENDED] == ATTENDED)
			due = date_add_months(exam, months_of(list, interval, exam));
		else if (e->v[WOMEN_ATTENDED] == REFUSED)
			due = date_add_months(e->date,
					      months_of(list, "women_refused_months", e->date));
		else
			continue;
		cause = e;
		made = e->date;
	}
	if (made >= until || (due != DATE_NONE && due >= until))
		return;
	struct duty_row *row = cause ? duty_add_due(list, rule, DUTY_REASON_INTERVAL, DUTY_ROUTINE,
	                                            made, due, cause->record)
	                             : never_checked(list, rule, made);
	if (row)
		row->last = until - 1;
}

static void positives(struct duty_list *list)
{
	FACT_EACH(e, list->facts, EVENT_WOMEN) {
		int cervix = e->v[WOMEN_CERVIX], breast = e->v[WOMEN_BREAST];
		date_t exam = e->v[WOMEN_EXAM] != DATE_NONE ? e->v[WOMEN_EXAM] : e->date;
		if (exam == DATE_NONE || (cervix != SUSPICIOUS && cervix != POSITIVE &&
					  breast != SUSPICIOUS && breast != POSITIVE))
			continue;
		int days = duty_rule_days(list, "maternal", "women_follow_days", exam);
		struct duty_row *row =
		    duty_add_due(list, DUTY_RULE_WOMEN_POSITIVE, DUTY_REASON_POSITIVE, DUTY_SOON,
				 exam, exam + days, e->record);
		if (e->v[WOMEN_FOLLOWED] != DATE_NONE)
			duty_done(row, e->v[WOMEN_FOLLOWED], e->record);
	}
}

/* --- before a pregnancy --- */

static void preconception(struct duty_list *list)
{
	const struct event *last = fact_last(list->facts, EVENT_PRECONCEPTION, INT32_MAX);
	if (!last || last->date == DATE_NONE || last->v[PRECONCEPTION_PLANNED] != YES ||
	    last->v[PRECONCEPTION_PREGNANT] == YES || last->v[PRECONCEPTION_OUTCOME] != DATE_NONE ||
	    fact_within(list->facts, EVENT_PREGNANCY, last->date, INT32_MAX))
		return;
	date_t exam = last->v[PRECONCEPTION_EXAM], due;
	int days = duty_rule_days(list, "maternal", "preconception_days", last->date);
	struct duty_row *row =
	    duty_add_due(list, DUTY_RULE_PRECONCEPTION, DUTY_REASON_INTERVAL, DUTY_ROUTINE,
			 last->date, last->date + days, last->record);
	if (exam != DATE_NONE) {
		duty_done(row, exam, last->record);
		due = date_add_years(exam, months_of(list, "preconception_max_years", exam));
		duty_add_due(list, DUTY_RULE_PRECONCEPTION, DUTY_REASON_INTERVAL, DUTY_ROUTINE,
			     exam, due, last->record);
	}
	if (!fact_within(list->facts, EVENT_FOLIC, last->date, INT32_MAX))
		duty_add_due(list, DUTY_RULE_FOLIC, DUTY_REASON_INTERVAL, DUTY_ROUTINE, last->date,
			     last->date +
				 duty_rule_days(list, "maternal", "folic_issue_days", last->date),
			     last->record);
}

/* Until the end of the first three months: of the period that the issue or a later record tells. */
static void folic(struct duty_list *list)
{
	const struct event *last = fact_last(list->facts, EVENT_FOLIC, INT32_MAX);
	const struct event *book = fact_last(list->facts, EVENT_PREGNANCY, INT32_MAX);
	if (!last || last->date == DATE_NONE)
		return;
	date_t lmp = last->v[FOLIC_LMP];
	if (book && book->date >= last->date)
		lmp = book->v[PREGNANCY_LMP];
	date_t end =
	    lmp == DATE_NONE
		? DATE_NONE
		: lmp + 7 * duty_rule_days(list, "maternal", "folic_until_week", last->date) - 1;
	int days = duty_rule_days(list, "maternal", "folic_issue_days", last->date);
	/* the form's own day counts the bottles, so that it may be later than one bottle lasts */
	date_t next = last->v[FOLIC_NEXT] != DATE_NONE ? last->v[FOLIC_NEXT] : last->date + days;
	if (end != DATE_NONE && next > end)
		return;
	struct duty_row *row = duty_add_due(list, DUTY_RULE_FOLIC, DUTY_REASON_INTERVAL,
					    DUTY_ROUTINE, last->date, next, last->record);
	if (row)
		row->last = end;
}

void programme_women(struct duty_list *list)
{
	if (fact_sex(list->facts) != SEX_FEMALE)
		return;
	if (fact_birth(list->facts) != DATE_NONE) {
		checks_of(list, CERVIX, DUTY_RULE_WOMEN_CERVIX, "cervical_interval_months");
		checks_of(list, BREAST, DUTY_RULE_WOMEN_BREAST, "breast_interval_months");
	}
	positives(list);
	preconception(list);
	folic(list);
}
