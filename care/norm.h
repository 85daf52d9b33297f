/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Managed to the norm (规范管理) for the four chronic diseases, condition by condition, by
 * data/rules/indicator4.csv and the tables of the diseases. Where the sources are silent a project
 * decision stands in the rule's source.
 */
#ifndef CARE_NORM_H
#define CARE_NORM_H

#include "care/registration.h"
#include "form/rules.h"

struct norm_rules { /* the values in force on the reporting date */
	int min_exposure_days, days_per_visit, visits_max, gap_max_days, follow_days;
	int follow_grace_days;
	bool exam_required, follow_required, count_left, category_any_day, contract_any_day;
};

/* ERR_NOTFOUND names the value that the rules leave open; ERR_INVALID one that is out of range. */
int norm_rules_load(struct norm_rules *out, const struct rule_set *set, date_t on, struct error *err);

#endif
