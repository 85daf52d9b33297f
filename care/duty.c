/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which duties the facts of a resident make. */
#include "config.h"
#include "care/duty.h"

#include <stdio.h>
#include "care/hypertension.h"

struct duty_list {
	const struct rule_set *rules;
	const struct facts *facts;
	struct duty_row *rows;
	size_t n;
};

/* A number of days of a rule, or 0 when the county has left it empty. */
static int rule_days(const struct duty_list *list, const char *table, const char *name, date_t on)
{
	double value;
	return rule_number(list->rules, table, name, -1, on, &value) ? (int)value : 0;
}

static void add(struct duty_list *list, const struct duty_row *row)
{
	if (list->n < DUTY_ROWS_MAX && row->due != DATE_NONE)
		list->rows[list->n++] = *row;
}

static void add_visit_duty(struct duty_list *list, enum duty_rule rule, enum duty_reason reason,
                           int urgency, date_t from, date_t due, rid_t cause)
{
	if (due == DATE_NONE)
		return;
	int before = rule_days(list, "hypertension", "due_before_days", from);
	struct duty_row row = {
		.rule = rule, .reason = reason, .urgency = urgency, .days = due - from,
		.start = due - before > from ? due - before : from, .due = due, .end = due,
		.expires = DATE_NONE, .cause = cause,
	};
	add(list, &row);
}

/* The latest visits that count, newest first; returns how many of the two there are. */
static int last_two(const struct facts *facts, const struct fact_visit *out[2])
{
	int n = 0;
	for (size_t i = facts->n_visits; i > 0 && n < 2; i--)
		if (fact_visit_counts(&facts->visits[i - 1]))
			out[n++] = &facts->visits[i - 1];
	return n;
}

static bool twice_uncontrolled(const struct duty_list *list)
{
	const struct fact_visit *last[2];
	if (last_two(list->facts, last) < 2)
		return false;
	for (int i = 0; i < 2; i++)
		if (bp_controlled(list->rules, list->facts->birth, last[i]->date, last[i]->sbp,
		                  last[i]->dbp))
			return false;
	return true;
}

static bool referral_since(const struct facts *facts, date_t date, bool checked)
{
	for (size_t i = 0; i < facts->n_referrals; i++) {
		const struct fact_referral *one = &facts->referrals[i];
		if (checked ? one->checked != DATE_NONE && one->checked >= date
		            : one->checked == DATE_NONE && one->date >= date)
			return true;
	}
	return false;
}

static enum duty_reason visit_reason(const struct duty_list *list, const struct fact_visit *visit,
                                     bool twice)
{
	if (visit_is_danger(list->rules, visit))
		return DUTY_REASON_DANGER;
	if (twice)
		return DUTY_REASON_TWICE;
	if (visit->referred)
		return DUTY_REASON_REFERRED;
	if (visit->class == CLASS_COMPLICATION)
		return DUTY_REASON_COMPLICATION;
	if (visit->class == CLASS_ADVERSE || visit->adverse)
		return DUTY_REASON_ADVERSE;
	if (visit_needs_follow_up(list->rules, list->facts->birth, visit))
		return DUTY_REASON_UNCONTROLLED;
	return DUTY_REASON_ROUTINE;
}

/* What follows from one visit: by the rules at the latest, earlier when the doctor said so. */
static void add_after_visit(struct duty_list *list, const struct fact_visit *visit, bool twice)
{
	static const int urgency[DUTY_REASON_N] = {
		[DUTY_REASON_ROUTINE] = 2, [DUTY_REASON_UNCONTROLLED] = 1,
		[DUTY_REASON_ADVERSE] = 1, [DUTY_REASON_COMPLICATION] = 1,
	};
	enum duty_reason reason = visit_reason(list, visit, twice);
	date_t due = visit_next_due(list->rules, list->facts->birth, visit);
	if (visit->next != DATE_NONE && visit->next > visit->date &&
	    (due == DATE_NONE || visit->next < due))
		due = visit->next;
	bool referral = reason == DUTY_REASON_DANGER || reason == DUTY_REASON_TWICE ||
	                reason == DUTY_REASON_REFERRED;
	if (referral && referral_since(list->facts, visit->date, false))
		return; /* the referral's own duty asks for the same */
	if (referral && referral_since(list->facts, visit->date, true)) {
		add_visit_duty(list, DUTY_RULE_VISIT, DUTY_REASON_UNCONTROLLED, 1, visit->date, due,
		               visit->record);
		return;
	}
	add_visit_duty(list, referral ? DUTY_RULE_REFERRAL_VISIT : DUTY_RULE_VISIT, reason,
	               urgency[reason], visit->date, due, visit->record);
}

static const struct fact_enrolment *open_enrolment(const struct facts *facts)
{
	const struct fact_enrolment *best = NULL;
	for (size_t i = 0; i < facts->n_enrolments; i++)
		if (facts->enrolments[i].closed == DATE_NONE &&
		    (!best || facts->enrolments[i].enrolled > best->enrolled))
			best = &facts->enrolments[i];
	return best;
}

static void add_hypertension(struct duty_list *list)
{
	const struct facts *facts = list->facts;
	const struct fact_enrolment *enrolment = open_enrolment(facts);
	const struct fact_visit *last[2];
	if (!enrolment)
		return;
	int n = last_two(facts, last);
	date_t seen = n ? last[0]->date : DATE_NONE;
	if (n && seen >= enrolment->enrolled)
		add_after_visit(list, last[0], twice_uncontrolled(list));
	else
		add_visit_duty(list, DUTY_RULE_FIRST_VISIT, DUTY_REASON_FIRST, 1,
		               enrolment->enrolled,
		               enrolment->enrolled + rule_days(list, "hypertension", "first_visit_days",
		                                               enrolment->enrolled),
		               enrolment->record);
	/* A later contact by telephone satisfies nothing, but what it found must be followed. */
	const struct fact_visit *newest =
		facts->n_visits ? &facts->visits[facts->n_visits - 1] : NULL;
	if (newest && !fact_visit_counts(newest) && newest->date > seen && newest->outcome <= 1 &&
	    visit_needs_follow_up(list->rules, facts->birth, newest)) {
		add_after_visit(list, newest, false);
		if (list->n == 2 && list->rows[1].due < list->rows[0].due)
			list->rows[0] = list->rows[1];
		list->n = 1;
	}
}

static void add_referrals(struct duty_list *list)
{
	for (size_t i = 0; i < list->facts->n_referrals; i++) {
		const struct fact_referral *one = &list->facts->referrals[i];
		int days = rule_days(list, "hypertension", "referral_check_days", one->date);
		struct duty_row row = {
			.rule = DUTY_RULE_REFERRAL, .reason = DUTY_REASON_REFERRED,
			.urgency = one->urgent ? 0 : 1, .days = days, .start = one->date,
			.due = one->date + days, .end = one->date + days, .expires = DATE_NONE,
			.cause = one->record,
		};
		if (one->checked == DATE_NONE)
			add(list, &row);
	}
}

static bool category_needs_contract(const struct duty_list *list, const struct fact_span *span)
{
	char name[24];
	double value;
	snprintf(name, sizeof name, "category_%d", span->category);
	return rule_number(list->rules, "contract", name, -1, span->from, &value) && value > 0 &&
	       !span->cleared;
}

static void add_missing_contract(struct duty_list *list)
{
	const struct fact_span *best = NULL;
	for (size_t i = 0; i < list->facts->n_spans; i++) {
		const struct fact_span *span = &list->facts->spans[i];
		if (span->from == DATE_NONE || !category_needs_contract(list, span))
			continue;
		if (!best || span->to == DATE_NONE || (best->to != DATE_NONE && span->to > best->to))
			best = span;
	}
	if (!best)
		return;
	int days = rule_days(list, "contract", "sign_within_days", best->from);
	struct duty_row row = {
		.rule = DUTY_RULE_SIGN, .reason = DUTY_REASON_NO_CONTRACT, .urgency = 2, .days = days,
		.start = best->from, .due = best->from + days, .end = best->from + days,
		.expires = best->to,
	};
	add(list, &row);
}

static void add_contract(struct duty_list *list)
{
	const struct fact_contract *last = NULL;
	for (size_t i = 0; i < list->facts->n_contracts; i++) {
		const struct fact_contract *one = &list->facts->contracts[i];
		if (!last || one->to == DATE_NONE || (last->to != DATE_NONE && one->to > last->to))
			last = one;
	}
	if (!last) {
		add_missing_contract(list);
		return;
	}
	if (last->to == DATE_NONE)
		return;
	int before = rule_days(list, "contract", "renew_before_days", last->from);
	struct duty_row row = {
		.rule = DUTY_RULE_RENEW, .reason = DUTY_REASON_CONTRACT_ENDS, .urgency = 2,
		.start = last->to - before, .due = last->to, .end = last->to,
		.expires = last->to + rule_days(list, "contract", "forget_after_days", last->from),
		.cause = last->record,
	};
	add(list, &row);
}

size_t duty_compute(const struct rule_set *rules, const struct facts *facts,
                    struct duty_row out[DUTY_ROWS_MAX])
{
	struct duty_list list = { rules, facts, out, 0 };
	if (facts->status != STATUS_ACTIVE)
		return 0;
	add_hypertension(&list);
	add_referrals(&list);
	add_contract(&list);
	return list.n;
}
