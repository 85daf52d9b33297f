/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rule tables: data/rules/NAME.csv with the columns rule, min_age, max_age, value, unit, valid_from,
 * valid_to, source, note. Empty limits mean no limit. An empty value is a rule that is known to be
 * undecided: asking for it answers ERR_NOTFOUND and the screen says so.
 */
#ifndef FORM_RULES_H
#define FORM_RULES_H

#include <stdbool.h>
#include "lib/arena.h"
#include "lib/date.h"
#include "lib/error.h"

struct rule_set;

struct rule {
	const char *table, *name;
	int min_age, max_age; /* whole years, inclusive; -1: no limit */
	const char *value, *unit;
	double number;        /* of the value; NaN: empty or no number */
	date_t valid_from, valid_to; /* inclusive; DATE_NONE: no limit */
	const char *source, *note;
};

/* The row in force on a day for a person of age years (-1: any); NULL when there is none. Of several rows the
 * one with the latest valid_from, then the one with more age limits (age -1: fewer), then the first. */
const struct rule *rule_find(const struct rule_set *set, const char *table, const char *name, int age,
                             date_t on);

/* Its value as a number; false when there is no row or its value is empty or no number. */
bool rule_number(const struct rule_set *set, const char *table, const char *name, int age, date_t on,
                 double *out);

/* The row as people check it, "hypertension.csv target_sbp = 140 mmHg: source; note" (the note only where it can
 * be read: one in English on an English screen); missing when rule is NULL. In arena. */
const char *rule_source_text(const struct rule *rule, const char *missing, struct arena *arena);

/* All rows of a table in file order. */
size_t rule_count(const struct rule_set *set, const char *table);
const struct rule *rule_at(const struct rule_set *set, const char *table, size_t index);

#endif
