/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/chronic.h"

#include <assert.h>

const struct chronic chronic_hypertension = { EVENT_HTN_ENROL, EVENT_HTN, "hypertension" };
const struct chronic chronic_diabetes = { EVENT_DM_ENROL, EVENT_DM, "diabetes" };

static_assert((int)HTN_SYMPTOMS == (int)DM_SYMPTOMS && (int)HTN_SLOT_N == (int)DM_FPG,
              "the visits of both diseases begin alike");
static_assert((int)HTN_ENROL_REASON == (int)DM_ENROL_REASON, "the enrolments too");

static bool below(const struct rule_set *rules, const char *table, const char *name, int age,
                  date_t on, double value)
{
	double limit;
	return rule_number(rules, table, name, age, on, &limit) && value < limit;
}

static bool reaches(const struct rule_set *rules, const char *table, const char *name, date_t on,
                    int32_t value)
{
	double limit;
	return value != EVENT_NONE && rule_number(rules, table, name, -1, on, &limit) && value >= limit;
}

bool bp_controlled(const struct rule_set *rules, date_t birth, date_t on, int32_t sbp, int32_t dbp)
{
	int age = date_age_years(birth, on);
	if (age < 0)
		age = 0;
	return sbp > 0 && dbp > 0 && below(rules, "hypertension", "target_sbp", age, on, sbp) &&
	       below(rules, "hypertension", "target_dbp", age, on, dbp);
}

bool glucose_controlled(const struct rule_set *rules, date_t on, int32_t fpg)
{
	return fpg > 0 && below(rules, "diabetes", "target_fpg", -1, on, fpg / 100.0);
}

bool chronic_counts(const struct chronic *disease, const struct event *visit)
{
	return (visit->v[HTN_MODE] == MODE_CLINIC || visit->v[HTN_MODE] == MODE_HOME) &&
	       visit->v[HTN_SBP] > 0 && visit->v[HTN_DBP] > 0 && visit->v[HTN_OUTCOME] != OUTCOME_LOST &&
	       (disease->visit != EVENT_DM || visit->v[DM_FPG] > 0);
}

bool chronic_controlled(const struct chronic *disease, const struct rule_set *rules, date_t birth,
                        const struct event *visit)
{
	if (disease->visit == EVENT_DM)
		return glucose_controlled(rules, visit->date, visit->v[DM_FPG]);
	return bp_controlled(rules, birth, visit->date, visit->v[HTN_SBP], visit->v[HTN_DBP]);
}

/* Any glucose that was measured: too low is as urgent as too high. */
static bool glucose_danger(const struct rule_set *rules, const struct event *visit)
{
	static const uint8_t slots[] = { DM_FPG, DM_GLUCOSE_2H, DM_RANDOM };
	double low, high;
	bool has_low = rule_number(rules, "diabetes", "danger_low", -1, visit->date, &low);
	bool has_high = rule_number(rules, "diabetes", "danger_high", -1, visit->date, &high);
	for (size_t i = 0; i < sizeof slots; i++) {
		double value = visit->v[slots[i]] / 100.0;
		if (visit->v[slots[i]] > 0 && ((has_low && value <= low) || (has_high && value >= high)))
			return true;
	}
	return false;
}

bool chronic_danger(const struct chronic *disease, const struct rule_set *rules,
                    const struct event *visit)
{
	int32_t signs = visit->v[HTN_DANGER];
	return (signs != EVENT_NONE && signs & ~(INT32_C(1) << 1)) || /* code 1: none */
	       reaches(rules, disease->table, "danger_sbp", visit->date, visit->v[HTN_SBP]) ||
	       reaches(rules, disease->table, "danger_dbp", visit->date, visit->v[HTN_DBP]) ||
	       (disease->visit == EVENT_DM && glucose_danger(rules, visit));
}

static bool measured(const struct chronic *disease, const struct event *visit)
{
	return disease->visit == EVENT_DM ? visit->v[DM_FPG] > 0
	                                  : visit->v[HTN_SBP] > 0 && visit->v[HTN_DBP] > 0;
}

bool chronic_unfavourable(const struct chronic *disease, const struct rule_set *rules, date_t birth,
                          const struct event *visit)
{
	return visit->v[HTN_ADVERSE] == SOME || visit->v[HTN_CLASS] >= CLASS_UNCONTROLLED ||
	       (measured(disease, visit) && !chronic_controlled(disease, rules, birth, visit));
}

bool chronic_needs_follow_up(const struct chronic *disease, const struct rule_set *rules, date_t birth,
                             const struct event *visit)
{
	return chronic_unfavourable(disease, rules, birth, visit) || chronic_danger(disease, rules, visit);
}

bool chronic_twice(const struct chronic *disease, const struct rule_set *rules,
                   const struct facts *facts, const struct event *visit)
{
	date_t birth = fact_birth(facts);
	if (!chronic_counts(disease, visit) || chronic_controlled(disease, rules, birth, visit))
		return false;
	for (const struct event *e = visit; e > fact_begin(facts, disease->visit); e--)
		if (chronic_counts(disease, e - 1))
			return !chronic_controlled(disease, rules, birth, e - 1);
	return false;
}

const struct event *enrolment_on(const struct facts *facts, enum event_kind kind, date_t on)
{
	const struct event *best = NULL;
	FACT_EACH(one, facts, kind) {
		date_t enrolled = one->v[HTN_ENROL_ENROLLED], closed = one->v[HTN_ENROL_CLOSED];
		if (enrolled == DATE_NONE || enrolled > on || (closed != DATE_NONE && closed <= on))
			continue;
		if (!best || enrolled > best->v[HTN_ENROL_ENROLLED])
			best = one;
	}
	return best;
}
