/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hypertension: control, danger and intervals by data/rules/hypertension.csv
 * (国家基本公共卫生服务规范 third edition, 2017).
 */
#ifndef CARE_HYPERTENSION_H
#define CARE_HYPERTENSION_H

#include "care/fact.h"
#include "form/rules.h"

/* Both pressures below the target for the age on that day; unknown birth: the stricter, younger one. */
bool bp_controlled(const struct rule_set *rules, date_t birth, date_t on, int sbp, int dbp);

/* A pressure at the limit of urgent referral, or a danger sign. */
bool visit_is_danger(const struct rule_set *rules, const struct fact_visit *visit);

/* Two weeks, not three months: by the readings, the reaction, a danger, or a severer class stored. */
bool visit_needs_follow_up(const struct rule_set *rules, date_t birth,
                           const struct fact_visit *visit);

/* The day the next visit is due by the rules. DATE_NONE when the rule has no value. */
date_t visit_next_due(const struct rule_set *rules, date_t birth, const struct fact_visit *visit);

/* The enrolment in force on a day (the latest), NULL when there is none. */
const struct fact_enrolment *enrolment_on(const struct facts *facts, date_t on);

#endif
