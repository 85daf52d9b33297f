/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/hypertension.h"

static const char table[] = "hypertension";

static bool below(const struct rule_set *rules, const char *name, int age, date_t on, int value)
{
	double limit;
	return rule_number(rules, table, name, age, on, &limit) && value < limit;
}

static bool reaches(const struct rule_set *rules, const char *name, date_t on, int value)
{
	double limit;
	return rule_number(rules, table, name, -1, on, &limit) && value >= limit;
}

bool bp_controlled(const struct rule_set *rules, date_t birth, date_t on, int sbp, int dbp)
{
	int age = date_age_years(birth, on);
	if (age < 0)
		age = 0;
	return sbp > 0 && dbp > 0 && below(rules, "target_sbp", age, on, sbp) &&
	       below(rules, "target_dbp", age, on, dbp);
}

bool visit_is_danger(const struct rule_set *rules, const struct fact_visit *visit)
{
	return visit->danger_sign || reaches(rules, "danger_sbp", visit->date, visit->sbp) ||
	       reaches(rules, "danger_dbp", visit->date, visit->dbp);
}

bool visit_needs_follow_up(const struct rule_set *rules, date_t birth,
                           const struct fact_visit *visit)
{
	bool measured = visit->sbp && visit->dbp;
	return visit->adverse || visit->class >= CLASS_UNCONTROLLED ||
	       (measured && !bp_controlled(rules, birth, visit->date, visit->sbp, visit->dbp)) ||
	       visit_is_danger(rules, visit);
}

date_t visit_next_due(const struct rule_set *rules, date_t birth, const struct fact_visit *visit)
{
	bool soon = visit_needs_follow_up(rules, birth, visit) || visit->referred;
	double value;
	if (!rule_number(rules, table,
	                 soon ? "interval_uncontrolled_days" : "interval_controlled_months", -1,
	                 visit->date, &value))
		return DATE_NONE;
	return soon ? visit->date + (date_t)value : date_add_months(visit->date, (int)value);
}

const struct fact_enrolment *enrolment_on(const struct facts *facts, date_t on)
{
	const struct fact_enrolment *best = NULL;
	for (size_t i = 0; i < facts->n_enrolments; i++) {
		const struct fact_enrolment *one = &facts->enrolments[i];
		if (one->enrolled > on || (one->closed != DATE_NONE && one->closed <= on))
			continue;
		if (!best || one->enrolled > best->enrolled)
			best = one;
	}
	return best;
}
