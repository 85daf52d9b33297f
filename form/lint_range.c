/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be said of conditions before anybody answers: a small abstract evaluation. A number field is an
 * interval, a code is one of its list; everything else is unknown. What is reported is certain.
 */
#include "config.h"

#include "form/lint_core.h"

#include <math.h>
#include <string.h>
#include "form/number.h"

struct interval {
	double low, high;
	bool low_open, high_open; /* the bound itself is outside */
	const char *equal;        /* the one text it can be, NULL when it can be several */
	bool empty;               /* two texts that differ */
};

static const struct interval anything = { -INFINITY, INFINITY, false, false, NULL, false };

static bool is_empty(const struct interval *range)
{
	return range->empty || range->low > range->high ||
	       (range->low == range->high && (range->low_open || range->high_open));
}

static bool is_literal(const struct expr *expr)
{
	return expr->node == NODE_TEXT || expr->node == NODE_NUMBER ||
	       (expr->node == NODE_NEGATE && expr->args[0]->node == NODE_NUMBER);
}

static double literal_number(const struct expr *expr)
{
	if (expr->node == NODE_NEGATE)
		return -expr->args[0]->number;
	return expr->node == NODE_NUMBER ? expr->number : number_parse(expr->text);
}

static enum expr_node mirrored(enum expr_node node)
{
	switch (node) {
	case NODE_LESS:
		return NODE_GREATER;
	case NODE_LESS_EQUAL:
		return NODE_GREATER_EQUAL;
	case NODE_GREATER:
		return NODE_LESS;
	case NODE_GREATER_EQUAL:
		return NODE_LESS_EQUAL;
	default:
		return node;
	}
}

/* An operand compared with a literal, either way round. */
struct comparison {
	const struct expr *operand, *literal;
	enum expr_node node;
};

static bool as_comparison(const struct expr *expr, struct comparison *out)
{
	if (expr->node < NODE_EQUAL || expr->node > NODE_GREATER_EQUAL)
		return false;
	bool turned = is_literal(expr->args[0]);
	*out = (struct comparison){ expr->args[turned], expr->args[!turned],
		                    turned ? mirrored((enum expr_node)expr->node)
		                           : (enum expr_node)expr->node };
	return is_literal(out->literal) && !is_literal(out->operand);
}

static void narrow(struct interval *range, enum expr_node node, double number)
{
	if (isnan(number))
		return;
	bool open = node == NODE_LESS || node == NODE_GREATER;
	if ((node == NODE_LESS || node == NODE_LESS_EQUAL || node == NODE_EQUAL) &&
	    (number < range->high || (number == range->high && open))) {
		range->high = number;
		range->high_open = open;
	}
	if ((node == NODE_GREATER || node == NODE_GREATER_EQUAL || node == NODE_EQUAL) &&
	    (number > range->low || (number == range->low && open))) {
		range->low = number;
		range->low_open = open;
	}
}

/* All "." OP NUMBER that must hold together; *whole is false when the expression asks for more than these. */
static void narrow_self(struct interval *range, const struct expr *expr, bool *whole)
{
	struct comparison comparison;
	if (expr->node == NODE_AND) {
		narrow_self(range, expr->args[0], whole);
		narrow_self(range, expr->args[1], whole);
	} else if (as_comparison(expr, &comparison) && comparison.operand->node == NODE_SELF &&
	           comparison.node != NODE_UNEQUAL && !isnan(literal_number(comparison.literal))) {
		narrow(range, comparison.node, literal_number(comparison.literal));
	} else {
		*whole = false;
	}
}

static bool is_number(const struct form_field *field)
{
	return field->type == FORM_INTEGER || field->type == FORM_DECIMAL;
}

/* What a number field can hold once it is saved. */
static struct interval range_of(const struct form_field *field)
{
	struct interval range = anything;
	bool whole;
	if (field->constraint && is_number(field))
		narrow_self(&range, field->constraint, &whole);
	return range;
}

/* --- truth --- */

/* True when nothing but texts, numbers and a known "." decides the expression. */
static bool is_known(const struct expr *expr, const char *self)
{
	static const char *const asking[] = { "today", "now", "subject", "last-here", "last-visit", "operator", "rule",
		                              "count", "idno-valid", "idno-birth", "idno-sex" };
	if (expr->node == NODE_SELF)
		return self != NULL;
	if (expr->node == NODE_FIELD || expr->node == NODE_COLUMN)
		return false;
	if (expr->node == NODE_CALL) {
		for (size_t i = 0; i < sizeof asking / sizeof *asking; i++)
			if (!strcmp(expr->function->name, asking[i]))
				return false;
		if (!strcmp(expr->function->name, "string-length") && !expr->n_args)
			return self != NULL;
	}
	for (size_t i = 0; i < expr->n_args; i++)
		if (!is_known(expr->args[i], self))
			return false;
	return true;
}

static enum truth truth_of_comparison(const struct linter *lint, const struct expr *expr)
{
	struct comparison comparison;
	if (!as_comparison(expr, &comparison) || comparison.operand->node != NODE_FIELD ||
	    comparison.node == NODE_UNEQUAL)
		return PERHAPS;
	const struct form_field *field = &lint->form->fields[comparison.operand->field];
	struct interval range = range_of(field);
	if (!is_number(field))
		return PERHAPS;
	narrow(&range, comparison.node, literal_number(comparison.literal));
	return is_empty(&range) ? NEVER : PERHAPS;
}

static enum truth opposite(enum truth truth)
{
	return truth == ALWAYS ? NEVER : truth == NEVER ? ALWAYS : PERHAPS;
}

enum truth lint_truth(struct linter *lint, const struct expr *expr, const char *self)
{
	if (is_known(expr, self)) {
		struct expr_context context = { .self = self, .arena = &lint->arena };
		return expr_true(expr, &context) ? ALWAYS : NEVER;
	}
	if (expr->node == NODE_AND || expr->node == NODE_OR) {
		enum truth decides = expr->node == NODE_AND ? NEVER : ALWAYS;
		enum truth a = lint_truth(lint, expr->args[0], self);
		enum truth b = lint_truth(lint, expr->args[1], self);
		return a == decides || b == decides ? decides : a == b ? a : PERHAPS;
	}
	if (expr->node == NODE_CALL && !strcmp(expr->function->name, "not"))
		return opposite(lint_truth(lint, expr->args[0], self));
	if (expr->node == NODE_CALL && !strcmp(expr->function->name, "if")) {
		enum truth which = lint_truth(lint, expr->args[0], self);
		enum truth a = lint_truth(lint, expr->args[1], self);
		enum truth b = lint_truth(lint, expr->args[2], self);
		return which == ALWAYS ? a : which == NEVER ? b : a == b ? a : PERHAPS;
	}
	return truth_of_comparison(lint, expr);
}

/* --- constraint and warning --- */

static void check_codes_allowed(struct linter *lint, const struct form_field *field)
{
	size_t refused = 0;
	const char *first = NULL;
	for (size_t i = 0; i < field->list->n; i++) {
		if (lint_truth(lint, field->constraint, field->list->choices[i].name) != NEVER)
			continue;
		first = first ? first : field->list->choices[i].name;
		refused++;
	}
	if (refused)
		lint_problem(lint, field, "constraint", NULL,
		             ngettext("it refuses a code of the list \"%s\": %s",
		                      "it refuses several codes of the list \"%s\", the first is %s", refused),
		             field->list->name, first);
}

static void check_warning(struct linter *lint, const struct form_field *field,
                          const struct interval *allowed)
{
	struct interval usual = anything;
	bool whole = true;
	narrow_self(&usual, field->warning, &whole);
	struct interval both = *allowed;
	narrow(&both, usual.low_open ? NODE_GREATER : NODE_GREATER_EQUAL, usual.low);
	narrow(&both, usual.high_open ? NODE_LESS : NODE_LESS_EQUAL, usual.high);
	if (is_empty(&both))
		lint_problem(lint, field, "warning", NULL,
		             _("it warns of every value that the constraint permits"));
	else if (whole && field->constraint && both.low == allowed->low && both.high == allowed->high &&
	         both.low_open == allowed->low_open && both.high_open == allowed->high_open)
		lint_problem(lint, field, "warning", NULL,
		             _("it never warns: the constraint refuses whatever it would warn of"));
}

void lint_range(struct linter *lint, const struct form_field *field)
{
	struct interval allowed = anything;
	bool whole = true;
	if (field->constraint) {
		narrow_self(&allowed, field->constraint, &whole);
		if (is_empty(&allowed) || lint_truth(lint, field->constraint, NULL) == NEVER) {
			lint_problem(lint, field, "constraint", NULL, _("no value can fulfil it"));
			return;
		}
		if (field->list && !field->choice_filter)
			check_codes_allowed(lint, field);
		if (field->deflt && field->deflt->node == NODE_TEXT && *field->deflt->text &&
		    lint_truth(lint, field->constraint, field->deflt->text) == NEVER)
			lint_problem(lint, field, "default", NULL,
			             _("the constraint refuses the default \"%s\""), field->deflt->text);
	}
	if (field->warning && is_number(field))
		check_warning(lint, field, &allowed);
}

/* --- reach --- */

enum { NEEDS_MOST = 64 };

/* What must hold together for a question to be asked. */
struct reach {
	struct linter *lint;
	int fields[NEEDS_MOST]; /* that a condition compares with a literal */
	struct interval ranges[NEEDS_MOST];
	size_t n;
	int seen[NEEDS_MOST]; /* fields whose own relevance was looked at */
	size_t n_seen;
	bool never;
	const char *name; /* the field whose answers contradict each other */
};

static void need_field(struct reach *reach, int field);

static struct interval *range_for(struct reach *reach, int field)
{
	for (size_t i = 0; i < reach->n; i++)
		if (reach->fields[i] == field)
			return &reach->ranges[i];
	if (reach->n == NEEDS_MOST)
		return NULL;
	reach->fields[reach->n] = field;
	reach->ranges[reach->n] = range_of(&reach->lint->form->fields[field]);
	return &reach->ranges[reach->n++];
}

static void need_comparison(struct reach *reach, const struct comparison *comparison)
{
	int index = comparison->operand->field;
	const struct form_field *field = &reach->lint->form->fields[index];
	const struct expr *literal = comparison->literal;
	/* A row of a repeat answers for itself. */
	if (field->repeat >= 0 || comparison->node == NODE_UNEQUAL)
		return;
	struct interval *range = range_for(reach, index);
	if (!range)
		return;
	bool nothing = literal->node == NODE_TEXT && !*literal->text;
	if (comparison->node == NODE_EQUAL && literal->node == NODE_TEXT) {
		range->empty |= range->equal && strcmp(range->equal, literal->text);
		range->equal = literal->text;
	}
	if (is_number(field) || field->list || field->type == FORM_CALCULATE)
		narrow(range, comparison->node, literal_number(literal));
	if (is_empty(range)) {
		reach->never = true;
		reach->name = field->name;
	}
	if (!nothing)
		need_field(reach, index);
}

static void need_condition(struct reach *reach, const struct expr *expr)
{
	struct comparison comparison;
	if (lint_truth(reach->lint, expr, NULL) == NEVER)
		reach->never = true;
	if (expr->node == NODE_AND) {
		need_condition(reach, expr->args[0]);
		need_condition(reach, expr->args[1]);
	} else if (as_comparison(expr, &comparison) && comparison.operand->node == NODE_FIELD) {
		need_comparison(reach, &comparison);
	} else if (expr->node == NODE_CALL && !strcmp(expr->function->name, "selected") &&
	           expr->args[0]->node == NODE_FIELD) {
		need_field(reach, expr->args[0]->field);
	}
}

/* A field with an answer is itself asked, and so are its groups. */
static void need_field(struct reach *reach, int field)
{
	for (size_t i = 0; i < reach->n_seen; i++)
		if (reach->seen[i] == field)
			return;
	if (reach->n_seen == NEEDS_MOST)
		return;
	reach->seen[reach->n_seen++] = field;
	const struct form_field *it = &reach->lint->form->fields[field];
	if (it->relevant)
		need_condition(reach, it->relevant);
	if (it->parent >= 0)
		need_field(reach, it->parent);
}

static bool never_asked(struct linter *lint, int field, const char **name)
{
	struct reach reach = { .lint = lint };
	need_field(&reach, field);
	*name = reach.name;
	return reach.never;
}

void lint_reach(struct linter *lint, int index)
{
	const struct form_field *field = &lint->form->fields[index];
	const char *name;
	/* The group of which it is a member is reported, not each member. */
	if (!field->relevant || (field->parent >= 0 && never_asked(lint, field->parent, &name)) ||
	    !never_asked(lint, index, &name))
		return;
	if (name)
		lint_problem(lint, field, "relevant", NULL,
		             _("it is never true, so \"%s\" is never asked: \"%s\" cannot be all that it asks for"),
		             field->name, name);
	else
		lint_problem(lint, field, "relevant", NULL, _("it is never true, so \"%s\" is never asked"),
		             field->name);
}
