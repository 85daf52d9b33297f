/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Indicators are rows of data/codes/indicator.csv: who is counted (population), who is listed apart, who
 * meets the aim (numerator), as conditions over the variables of care/scope.h and the fields of the
 * unit's form. doc/indicators.md describes the columns.
 */
#ifndef CARE_INDICATOR_H
#define CARE_INDICATOR_H

#include "care/care.h"
#include "care/scope.h"
#include "form/expr.h"

enum { CONDITIONS_MAX = 12, PARTS_MAX = 6 };

struct condition {
	const char *text;         /* as the table writes it */
	const struct expr *expr;
};

struct condition_list {
	struct condition at[CONDITIONS_MAX];
	size_t n;
};

/* Where the figures of a row come from. */
enum indicator_basis {
	BASIS_EVENTS, /* conditions, over every record of the unit's form */
	BASIS_PARTS,  /* the sums of other rows: pairs of person and disease */
	BASIS_TYPED,  /* what was typed in the form indicator_value */
	BASIS_LIST    /* active rows of the list of major diseases */
};

struct indicator {
	const char *code, *label, *definition, *source, *group;
	enum indicator_basis basis;
	enum event_kind unit;
	bool count;               /* the numerator is the figure, no rate */
	bool down;                /* less is better */
	bool binding;             /* 约束性, else 预期性 */
	bool annual;              /* judged from 1 January whatever the period */
	bool restricted;          /* its names are read with an audit note */
	double target;            /* NaN: none is set */
	const struct rule *target_rule;
	struct condition_list population, apart, numerator; /* apart: any of them; else all of them */
	int weight;               /* variable that is summed instead of 1 in the numerator; -1 */
	int over;                 /* row whose numerator is this one's denominator; -1 */
	int parts[PARTS_MAX], n_parts;
};

struct indicator_set {
	struct indicator *at;
	size_t n;
};

/* Read all rows into arena, as they stand on a day. ERR_INVALID names row and column; ERR_NOTFOUND when
 * the form that the list belongs to is missing. */
int indicator_set_load(struct indicator_set *out, const struct form_set *forms, date_t on,
                       struct arena *arena, struct error *err);
int indicator_find(const struct indicator_set *set, const char *code); /* -1 */

/* --- judging --- */

struct judge {
	const struct form_set *forms;
	struct scope scope;
	struct expr_context context;
	struct norm_rules norm;
	struct arena scratch;
};

/* For a period; freed by judge_end(). ERR_NOTFOUND and ERR_INVALID by the rules. */
int judge_begin(struct judge *judge, const struct form_set *forms, date_t first, date_t on,
                struct error *err);
void judge_end(struct judge *judge);
/* Judge one unit: scope_begin() and scope_event() were called. failed (may be NULL): the condition that
 * put it where it is, -1 none. */
enum standing_kind judge_unit(struct judge *judge, const struct indicator *indicator, int *failed);
bool judge_condition(struct judge *judge, const struct condition *condition);

#endif
