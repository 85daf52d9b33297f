/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Duties of hypertension and diabetes: each visit says when the next is due. */
#include "config.h"
#include "care/programme.h"

#include "care/chronic.h"

struct programme {
	const struct chronic *disease;
	enum duty_rule first, visit, referred, exam;
};

static enum duty_reason visit_reason(const struct duty_list *list, const struct programme *p,
                                     const struct event *visit)
{
	date_t birth = fact_birth(list->facts);
	if (chronic_danger(p->disease, list->rules, visit))
		return DUTY_REASON_DANGER;
	if (chronic_twice(p->disease, list->rules, list->facts, visit))
		return DUTY_REASON_TWICE;
	if (visit->v[HTN_REFERRED] == YES)
		return DUTY_REASON_REFERRED;
	if (visit->v[HTN_CLASS] == CLASS_COMPLICATION)
		return DUTY_REASON_COMPLICATION;
	if (visit->v[HTN_CLASS] == CLASS_ADVERSE || visit->v[HTN_ADVERSE] == SOME)
		return DUTY_REASON_ADVERSE;
	if (chronic_unfavourable(p->disease, list->rules, birth, visit))
		return DUTY_REASON_UNCONTROLLED;
	return DUTY_REASON_ROUTINE;
}

/* By the rules at the latest, earlier when the doctor said so. DATE_NONE when the rule has no value. */
static date_t next_due(const struct duty_list *list, const struct programme *p,
                       const struct event *visit, enum duty_reason reason)
{
	double value;
	date_t due = DATE_NONE, next = visit->v[HTN_NEXT];
	bool soon = reason != DUTY_REASON_ROUTINE;
	if (rule_number(list->rules, p->disease->table,
	                soon ? "interval_uncontrolled_days" : "interval_controlled_months", -1,
	                visit->date, &value))
		due = soon ? visit->date + (date_t)value : date_add_months(visit->date, (int)value);
	return next != DATE_NONE && next > visit->date && (due == DATE_NONE || next < due) ? next : due;
}

/* What follows from one visit. open: nothing has answered it yet. */
static struct duty_row *add_after_visit(struct duty_list *list, const struct programme *p,
                                        const struct event *visit, bool open)
{
	enum duty_reason reason = visit_reason(list, p, visit);
	date_t due = next_due(list, p, visit, reason);
	bool referral = reason == DUTY_REASON_DANGER || reason == DUTY_REASON_TWICE ||
	                reason == DUTY_REASON_REFERRED;
	if (referral && open && duty_referral_since(list->facts, visit->date, false))
		return NULL; /* the referral's own duty asks for the same */
	if (referral && duty_referral_since(list->facts, visit->date, true))
		return duty_add_due(list, p->visit, DUTY_REASON_UNCONTROLLED, DUTY_SOON, visit->date, due,
		                    visit->record);
	return duty_add_due(list, referral ? p->referred : p->visit, reason,
	                    referral ? DUTY_DANGER
	                    : reason == DUTY_REASON_ROUTINE ? DUTY_ROUTINE
	                                                    : DUTY_SOON,
	                    visit->date, due, visit->record);
}

/* A later contact by telephone satisfies nothing, but what it found must be followed: at the earlier of
 * both days. */
static void add_contact(struct duty_list *list, const struct programme *p, const struct event *newest,
                        size_t open)
{
	date_t birth = fact_birth(list->facts);
	if (newest->v[HTN_OUTCOME] > OUTCOME_SEEN ||
	    !chronic_needs_follow_up(p->disease, list->rules, birth, newest))
		return;
	struct duty_row *row = add_after_visit(list, p, newest, true);
	if (!row || open >= list->n - 1)
		return;
	if (row->due < list->rows[open].due)
		list->rows[open] = *row;
	list->n--;
}

static void add_visits(struct duty_list *list, const struct programme *p, date_t enrolled,
                       date_t until, rid_t cause)
{
	const struct facts *facts = list->facts;
	const struct event *newest = NULL;
	int days = duty_rule_days(list, p->disease->table, "first_visit_days", enrolled);
	struct duty_row *open = duty_add_due(list, p->first, DUTY_REASON_FIRST, DUTY_SOON, enrolled,
	                                     enrolled + days, cause);
	FACT_EACH(visit, facts, p->disease->visit) {
		if (visit->date == DATE_NONE || visit->date < enrolled ||
		    (until != DATE_NONE && visit->date > until))
			continue;
		newest = visit;
		if (!chronic_counts(p->disease, visit))
			continue;
		duty_done(open, visit->date, visit->record);
		bool last = true;
		for (const struct event *e = visit + 1; last && e < fact_end(facts, p->disease->visit); e++)
			last = !chronic_counts(p->disease, e);
		open = add_after_visit(list, p, visit, last);
	}
	if (newest && !chronic_counts(p->disease, newest))
		add_contact(list, p, newest, open ? (size_t)(open - list->rows) : list->n);
}

static void programme_chronic(struct duty_list *list, const struct programme *p)
{
	const struct event *last = NULL;
	FACT_EACH(one, list->facts, p->disease->enrol)
		if (one->v[HTN_ENROL_ENROLLED] != DATE_NONE &&
		    (!last || one->v[HTN_ENROL_ENROLLED] >= last->v[HTN_ENROL_ENROLLED]))
			last = one;
	if (!last)
		return;
	size_t from = list->n;
	date_t closed = last->v[HTN_ENROL_CLOSED];
	add_visits(list, p, last->v[HTN_ENROL_ENROLLED], closed, last->record);
	duty_add_yearly(list, p->exam, last->v[HTN_ENROL_ENROLLED], EVENT_EXAM, exam_is_yearly);
	if (closed != DATE_NONE)
		duty_close(list, from, closed);
}

void programme_hypertension(struct duty_list *list)
{
	static const struct programme p = { &chronic_hypertension, DUTY_RULE_HTN_FIRST,
		                            DUTY_RULE_HTN_VISIT, DUTY_RULE_HTN_REFERRED,
		                            DUTY_RULE_HTN_EXAM };
	programme_chronic(list, &p);
}

/* Who has no diabetes yet: high risk is measured again, glucose in the range of a diagnosis is referred. */
static void after_risk(struct duty_list *list)
{
	const struct event *risk = fact_last(list->facts, EVENT_DM_RISK, INT32_MAX);
	if (!risk || risk->date == DATE_NONE)
		return;
	if (risk->v[DM_RISK_REFER] > 0) { /* 1 danger, 2 in the range of a diagnosis */
		duty_add_referred(list, DUTY_RULE_DM_CONFIRM, risk,
		                  duty_rule_days(list, "diabetes", "referral_check_days", risk->date), NULL);
		return;
	}
	if (risk->v[DM_RISK_RISK] != YES)
		return;
	int months = duty_rule_days(list, "diabetes", "high_risk_months", risk->date);
	duty_add_due(list, DUTY_RULE_DM_RISK, DUTY_REASON_HIGH_RISK, DUTY_ROUTINE, risk->date,
	             duty_sooner(date_add_months(risk->date, months), risk->date, risk->v[DM_RISK_NEXT]),
	             risk->record);
}

void programme_diabetes(struct duty_list *list)
{
	static const struct programme p = { &chronic_diabetes, DUTY_RULE_DM_FIRST, DUTY_RULE_DM_VISIT,
		                            DUTY_RULE_DM_REFERRED, DUTY_RULE_DM_EXAM };
	programme_chronic(list, &p);
	if (!fact_count(list->facts, EVENT_DM_ENROL))
		after_risk(list);
}
