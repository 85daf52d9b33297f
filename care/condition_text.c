/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/condition_text.h"

#include <math.h>
#include <string.h>
#include "form/expr_node.h"
#include "form/number.h"
#include "lib/i18n.h"

/* A slot is named by its field's label in the form. */
static const char *name_of(const struct form_set *forms, int variable, enum event_kind unit)
{
	if (variable < VARIABLE_N)
		return variable_label(variable);
	const char *name = event_slot_field(unit, (size_t)(variable - VARIABLE_N));
	const struct form *form = form_set_find(forms, event_form(unit));
	int field = form ? form_field_find(form, name) : -1;
	const char *label = field < 0 ? NULL : form->fields[field].label[i18n_lang()];
	return label && *label ? label : name;
}

static const char *operator_text(uint8_t node)
{
#define OPERATOR_TEXT(name, symbol, strength) [NODE_##name] = symbol,
	static const char *const symbols[] = { EXPR_OPERATOR_LIST(OPERATOR_TEXT) };
#undef OPERATOR_TEXT
	return symbols[node];
}

/* The other side of a comparison: a number or a variable; NULL for anything longer. */
static const char *side_text(const struct form_set *forms, const struct expr *expr, enum event_kind unit,
                             struct arena *arena)
{
	char digits[NUMBER_TEXT_BYTES];
	if (expr->node == NODE_NUMBER)
		return arena_strdup(arena, number_format(expr->number, digits));
	return expr->node == NODE_FIELD ? name_of(forms, expr->field, unit) : NULL;
}

const char *condition_text(const struct form_set *forms, enum event_kind unit, const struct condition *condition,
                           struct arena *arena)
{
	const struct expr *expr = condition->expr;
	const char *text = NULL;
	if (expr->node == NODE_FIELD)
		text = name_of(forms, expr->field, unit);
	else if (expr->node == NODE_CALL && !strcmp(expr->function->name, "not") && expr->n_args == 1 &&
	         expr->args[0]->node == NODE_FIELD)
		text = arena_printf(arena, _("not: %s"), name_of(forms, expr->args[0]->field, unit));
	else if (expr->node < NODE_OPERATOR_N && expr->n_args == 2) {
		const char *left = side_text(forms, expr->args[0], unit, arena),
			   *right = side_text(forms, expr->args[1], unit, arena);
		if (left && right)
			text = arena_printf(arena, "%s %s %s", left, operator_text(expr->node), right);
	}
	return text ? text : condition->text;
}

struct explaining {
	struct judge *judge;
	enum event_kind unit;
};

static void explain_variable(void *arg, int variable)
{
	struct explaining *explaining = arg;
	struct judge *judge = explaining->judge;
	char digits[NUMBER_TEXT_BYTES], day[DATE_TEXT_BYTES];
	double value = variable_value(&judge->scope, variable);
	if (variable_kind(variable) == VARIABLE_YES_NO || variable == VARIABLE_FIRST ||
	    variable == VARIABLE_ON || variable == VARIABLE_YEAR_FIRST)
		return;
	const char *name = name_of(judge->forms, variable, explaining->unit);
	if (isnan(value))
		say_evidence(&judge->scope, _("%s: not recorded"), name);
	else if (variable_kind(variable) == VARIABLE_DATE)
		say_evidence(&judge->scope, "%s: %s", name, date_format((date_t)value, day));
	else
		say_evidence(&judge->scope, "%s: %s", name, number_format(value, digits));
}

void condition_explain(struct judge *judge, const struct condition *condition, struct say *say)
{
	struct explaining explaining = { judge, judge->scope.event
		                                        ? (enum event_kind)judge->scope.event->kind
		                                        : EVENT_RESIDENT };
	judge->scope.say = say;
	expr_fields_each(condition->expr, explain_variable, &explaining);
	judge->scope.say = NULL;
}
