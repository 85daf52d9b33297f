/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/cohort.h"

#include <stdlib.h>
#include "care/chronic.h"
#include "lib/i18n.h"

struct cohorts {
	const struct chronic *disease;
	const struct rule_set *rules;
	struct cohort *rows;
	size_t n;
};

static bool gone(const struct facts *facts, const struct event *enrolment, date_t until)
{
	int status = fact_status(facts, until), reason = enrolment->v[HTN_ENROL_REASON];
	date_t closed = enrolment->v[HTN_ENROL_CLOSED];
	return status == STATUS_DEAD || status == STATUS_MOVED ||
	       (closed != DATE_NONE && closed <= until && (reason == CLOSED_DEAD || reason == CLOSED_MOVED));
}

static bool lost(const struct facts *facts, const struct event *enrolment, date_t until)
{
	date_t closed = enrolment->v[HTN_ENROL_CLOSED];
	return fact_status(facts, until) == STATUS_LOST ||
	       (closed != DATE_NONE && closed <= until && enrolment->v[HTN_ENROL_REASON] == CLOSED_LOST);
}

/* The best result: controlled at any visit that counts, else not controlled, else none. */
static enum cohort_outcome outcome_of(const struct cohorts *cohorts, const struct cohort *row,
                                      const struct facts *facts, const struct event *enrolment)
{
	bool seen = false;
	FACT_EACH(visit, facts, cohorts->disease->visit) {
		if (visit->date < row->result_first || visit->date > row->result_last ||
		    !chronic_counts(cohorts->disease, visit))
			continue;
		seen = true;
		if (chronic_controlled(cohorts->disease, cohorts->rules, fact_birth(facts), visit))
			return COHORT_CONTROLLED;
	}
	if (seen)
		return COHORT_UNCONTROLLED;
	return lost(facts, enrolment, row->result_last) ? COHORT_LOST : COHORT_MISSED;
}

static bool take_subject(void *arg, const struct facts *facts, struct arena *arena)
{
	struct cohorts *cohorts = arg;
	(void)arena;
	FACT_EACH(enrolment, facts, cohorts->disease->enrol) {
		date_t day = enrolment->v[HTN_ENROL_ENROLLED];
		for (size_t i = 0; i < cohorts->n; i++) {
			struct cohort *row = &cohorts->rows[i];
			if (day < row->first || day > row->last || gone(facts, enrolment, row->result_last))
				continue;
			row->registered++;
			row->outcome[outcome_of(cohorts, row, facts, enrolment)]++;
		}
	}
	return true;
}

static const struct rule *length_rule(const struct rule_set *rules, bool quarters, date_t on)
{
	return rule_find(rules, "cohort", quarters ? "quarter_result" : "month_result", -1, on);
}

/* months: how many after the cohort's own are looked at. */
static void lay_out(struct cohort *out, size_t n, date_t on, bool quarters, int months)
{
	int year, month, day, step = quarters ? 3 : 1;
	date_split(on, &year, &month, &day);
	date_t newest = date_make(year, quarters ? (month - 1) / 3 * 3 + 1 : month, 1);
	for (size_t i = 0; i < n; i++) {
		date_t first = date_add_months(newest, -step * (int)(n - 1 - i));
		date_t after = date_add_months(first, step);
		date_t end = date_add_months(after, months) - 1;
		out[i] = (struct cohort){ .first = first, .last = after - 1, .result_first = after,
			                  .result_last = end < on ? end : on, .complete = end <= on };
	}
}

int care_cohorts(struct store *store, enum disease disease, date_t on, bool quarters, size_t n,
                 struct cohort out[], struct progress *progress, struct error *err)
{
	struct cohorts cohorts = { .disease = disease == DISEASE_DM ? &chronic_diabetes : &chronic_hypertension,
		                   .rules = form_set_rules(store_forms(store)), .rows = out, .n = n };
	if ((disease != DISEASE_HTN && disease != DISEASE_DM) || n > COHORTS_MAX)
		return error_set(err, ERR_INVALID, _("there are cohorts of hypertension and diabetes only"));
	const struct rule *length = length_rule(cohorts.rules, quarters, on);
	int months = length ? atoi(length->value) : 0;
	if (months <= 0)
		return error_set(err, ERR_NOTFOUND, _("rules/cohort.csv says no number of months"));
	lay_out(out, n, on, quarters, months);
	return fact_each(store, take_subject, &cohorts, progress, err);
}

const char *care_cohort_source(const struct rule_set *rules, enum disease disease, date_t on, bool quarters,
                               struct arena *arena)
{
	static const char *const targets[][3] = { { "hypertension", "target_sbp", "target_dbp" },
		                                  { "diabetes", "target_fpg", NULL } };
	const char *missing = _("no rule in force says this");
	const char *const *target = targets[disease == DISEASE_DM];
	const char *text = rule_source_text(length_rule(rules, quarters, on), missing, arena);
	for (int i = 1; i < 3 && target[i] && text; i++)
		text = arena_printf(arena, "%s\n%s", text,
		                    rule_source_text(rule_find(rules, target[0], target[i], -1, on), missing, arena));
	return text ? text : "";
}
