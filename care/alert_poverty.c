/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Possible illness-driven poverty: what asks for a clue until one is written (programmes of the
 * policy). */
#include "config.h"
#include "care/alert.h"

#include "care/low_income.h"

/* Codes of clue.trigger. */
enum {
	CLUE_BILL = 1,
	CLUE_DISEASE = 2,
	CLUE_DISABLED = 4,
	CLUE_LABOUR = 5,
	CLUE_ADMITTED = 6,
	CLUE_UNINSURED = 7,
	CLUE_LEFT_LIST = 10
};
enum { MAJOR_DEAD = 5, SEVERE_DISABILITY = 37 };

/* A clue with that trigger, on the day or later. */
static bool is_told(const struct facts *facts, int trigger, date_t since)
{
	FACT_EACH(clue, facts, EVENT_CLUE)
	if (clue->date != DATE_NONE && clue->date >= since && clue->v[CLUE_TRIGGER] != EVENT_NONE &&
	    clue->v[CLUE_TRIGGER] >> trigger & 1)
		return true;
	return false;
}

static void add(struct alert_list *list, enum alert_rule rule, int trigger, date_t since,
		rid_t cause)
{
	if (since == DATE_NONE || is_told(list->facts, trigger, since))
		return;
	int days = alert_number(list, "clue", "alert_days", since);
	alert_add(list, rule, since, days ? since + days : DATE_NONE, cause);
}

static void major_disease(struct alert_list *list)
{
	FACT_EACH(one, list->facts, EVENT_MAJOR) {
		date_t since = one->v[MAJOR_FOUND] != DATE_NONE ? one->v[MAJOR_FOUND]
								: one->v[MAJOR_DIAGNOSED];
		if (one->v[MAJOR_CLOSED] == DATE_NONE && one->v[MAJOR_STATUS] != MAJOR_DEAD)
			add(list, ALERT_POOR_DISEASE, CLUE_DISEASE, since, one->record);
	}
}

static int year_of(date_t date)
{
	int year, month, day;
	date_split(date, &year, &month, &day);
	return year;
}

/* The county's line for the person on a day, in hundredths; -1 while it is undecided. */
static double warning_line(const struct alert_list *list, date_t on)
{
	double yuan;
	bool monitored = low_income_within(list->rules, list->facts, on, on, false, NULL);
	return rule_number(list->rules, "clue",
			   monitored ? "warn_selfpay_monitored" : "warn_selfpay_general", -1, on,
			   &yuan)
		   ? yuan * 100
		   : -1;
}

/* The own share of a calendar year reaches the line: from the day of the record that did it. */
static void own_costs(struct alert_list *list)
{
	double sum = 0;
	int year = 0;
	bool reached = false;
	FACT_EACH(one, list->facts, EVENT_TREATMENT) {
		if (one->date == DATE_NONE || one->v[TREATMENT_SELF_PAID] == EVENT_NONE)
			continue;
		if (year_of(one->date) != year) {
			year = year_of(one->date);
			sum = 0;
			reached = false;
		}
		sum += one->v[TREATMENT_SELF_PAID];
		double line = warning_line(list, one->date);
		if (reached || line < 0 || sum < line)
			continue;
		reached = true;
		add(list, ALERT_POOR_COST, CLUE_BILL, one->date, one->record);
	}
}

/* Admissions may be written down late, so they are compared by their own days. */
static void admissions(struct alert_list *list)
{
	FACT_EACH(one, list->facts, EVENT_TREATMENT) {
		date_t day = one->v[TREATMENT_ADMITTED];
		int days =
		    day == DATE_NONE ? 0 : alert_number(list, "clue", "readmission_days", day);
		bool again = false;
		if (!days)
			continue;
		FACT_EACH(other, list->facts, EVENT_TREATMENT) {
			date_t before = other->v[TREATMENT_ADMITTED];
			again =
			    again || (before != DATE_NONE && before < day && day - before <= days);
		}
		if (again)
			add(list, ALERT_POOR_ADMITTED, CLUE_ADMITTED, day, one->record);
	}
}

static void disability(struct alert_list *list)
{
	FACT_EACH(span, list->facts, EVENT_SPAN)
	if (span->v[SPAN_CATEGORY] == SEVERE_DISABILITY)
		add(list, ALERT_POOR_DISABLED, CLUE_DISABLED, span->v[SPAN_FROM], span->record);
	FACT_EACH(one, list->facts, EVENT_DISABLED)
	if (one->date != DATE_NONE && one->v[DISABLED_GRADE] > 0) {
		add(list, ALERT_POOR_DISABLED, CLUE_DISABLED, one->date, one->record);
		return; /* only the first is new */
	}
}

/* Low income, and of the ways to pay none is an insurance. */
static void uninsured(struct alert_list *list)
{
	enum { EMPLOYEE = 1, RESIDENT = 2, RURAL = 3, PUBLIC = 6 };
	static const int32_t insured = 1 << EMPLOYEE | 1 << RESIDENT | 1 << RURAL | 1 << PUBLIC;
	int32_t payment = fact_person(list->facts)->v[RESIDENT_PAYMENT];
	if (payment == EVENT_NONE || payment & insured)
		return;
	FACT_EACH(span, list->facts, EVENT_SPAN) {
		date_t from = span->v[SPAN_FROM];
		if (from == DATE_NONE || is_told(list->facts, CLUE_UNINSURED, from) ||
		    !low_income_within(list->rules, list->facts, from, from, false, NULL))
			continue;
		alert_add(list, ALERT_POOR_UNINSURED, from, span->v[SPAN_TO], span->record);
	}
}

static bool has_category(const struct facts *facts, date_t on)
{
	FACT_EACH(span, facts, EVENT_SPAN)
	if (span_holds(span->v[SPAN_FROM], span->v[SPAN_TO], on))
		return true;
	return false;
}

static void left_list(struct alert_list *list)
{
	FACT_EACH(span, list->facts, EVENT_SPAN) {
		date_t to = span->v[SPAN_TO];
		if (to == DATE_NONE || has_category(list->facts, to + 1))
			continue;
		FACT_EACH(one, list->facts, EVENT_MAJOR)
		if (one->v[MAJOR_CLOSED] == DATE_NONE && one->v[MAJOR_STATUS] != MAJOR_DEAD &&
		    one->v[MAJOR_FOUND] != DATE_NONE && one->v[MAJOR_FOUND] <= to)
			add(list, ALERT_POOR_LEFT_LIST, CLUE_LEFT_LIST, to + 1, span->record);
	}
}

static void labourer(struct alert_list *list)
{
	const struct event *person = fact_person(list->facts);
	date_t died = person->v[RESIDENT_STATUS_DATE];
	double from, to;
	int age = date_age_years(person->v[RESIDENT_BIRTH], died);
	if (age >= 0 && rule_number(list->rules, "clue", "labour_from", -1, died, &from) &&
	    rule_number(list->rules, "clue", "labour_to", -1, died, &to) && age >= from &&
	    age <= to)
		add(list, ALERT_POOR_LABOUR, CLUE_LABOUR, died, person->record);
}

void alerts_of_poverty(struct alert_list *list)
{
	int status = fact_person(list->facts)->v[RESIDENT_STATUS];
	if (status == STATUS_DEAD)
		labourer(list);
	if (status > STATUS_ACTIVE)
		return;
	major_disease(list);
	own_costs(list);
	admissions(list);
	disability(list);
	uninsured(list);
	left_list(list);
}
