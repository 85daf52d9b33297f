/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Policy indicator 4 for one resident: low-income residents with a contract who are enrolled for
 * hypertension and managed to the norm. A pure function of facts, rules, year and reporting date.
 */
#ifndef CARE_INDICATOR4_H
#define CARE_INDICATOR4_H

#include "care/care.h"
#include "care/fact.h"
#include "form/rules.h"

enum { CATEGORY_MAX = 100 };
enum category_use { CATEGORY_NEVER, CATEGORY_ALWAYS, CATEGORY_UNCLEARED };

struct indicator4_rules { /* the values of data/rules/indicator4.csv in force on the reporting date */
	const struct rule_set *set;
	int min_exposure_days, days_per_visit, visits_max, gap_max_days, follow_days;
	int follow_grace_days;
	bool exam_required, follow_required, count_left, category_any_day, contract_any_day;
	double target_percent;
	uint8_t category[CATEGORY_MAX]; /* enum category_use */
};

/* ERR_NOTFOUND names the value that the rules leave open. */
int indicator4_rules_load(struct indicator4_rules *out, const struct rule_set *set, date_t on,
                          struct error *err);

struct indicator4_period { int year; date_t first, on; }; /* on: at most 31 December */
/* Today (or what was asked) and 31 December, whichever is earlier. ERR_INVALID: outside the year. */
int indicator4_period(struct indicator4_period *out, const struct indicator_question *question,
                      date_t today, struct error *err);

/* False when the resident has none of the three conditions and is no case at all. detail is written
 * to arena unless that is NULL. */
bool indicator4_judge(const struct indicator4_rules *rules, const struct indicator4_period *period,
                      const struct facts *facts, struct arena *arena, struct indicator_case *out);

/* The rule in words, with values and sources, in arena; NULL when memory is short. */
const char *indicator4_definition(const struct indicator4_rules *rules,
                                  const struct indicator4_period *period,
                                  const struct form_set *forms, struct arena *arena);

#endif
