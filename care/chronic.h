/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hypertension and type-2 diabetes: control, danger and intervals by data/rules/hypertension.csv and
 * diabetes.csv (国家基本公共卫生服务规范 third edition, 2017). Visits of both are read by the names of
 * the slots of HTN, which those of DM begin with.
 */
#ifndef CARE_CHRONIC_H
#define CARE_CHRONIC_H

#include "care/fact.h"
#include "form/rules.h"

struct chronic {
	enum event_kind enrol, visit;
	const char *table; /* of data/rules/ */
};
extern const struct chronic chronic_hypertension, chronic_diabetes;

/* Both pressures below the target for the age on that day; unknown birth: the stricter, younger one. */
bool bp_controlled(const struct rule_set *rules, date_t birth, date_t on, int32_t sbp, int32_t dbp);
/* Fasting glucose (hundredths of mmol/L) measured and below the target of that day; 7.0 itself is not. */
bool glucose_controlled(const struct rule_set *rules, date_t on, int32_t fpg);

/* Face-to-face, met, and with a complete reading: what counts as a visit (project decision). */
bool chronic_counts(const struct chronic *disease, const struct event *visit);
bool chronic_controlled(const struct chronic *disease, const struct rule_set *rules, date_t birth,
                        const struct event *visit);
/* A reading at the limit of urgent referral, or a danger sign. */
bool chronic_danger(const struct chronic *disease, const struct rule_set *rules,
                    const struct event *visit);
/* By the readings, the reaction, or a severer class stored; a danger is not looked for. */
bool chronic_unfavourable(const struct chronic *disease, const struct rule_set *rules, date_t birth,
                          const struct event *visit);
/* Two weeks, not three months: the same, or a danger. */
bool chronic_needs_follow_up(const struct chronic *disease, const struct rule_set *rules, date_t birth,
                             const struct event *visit);
/* Not controlled at this counted visit and the counted one before it: from the readings and reactions,
 * not from the stored class (project decision). */
bool chronic_twice(const struct chronic *disease, const struct rule_set *rules,
                   const struct facts *facts, const struct event *visit);

/* The enrolment in force on a day (the latest), NULL when there is none. */
const struct event *enrolment_on(const struct facts *facts, enum event_kind kind, date_t on);

#endif
