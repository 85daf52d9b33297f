/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/expr_node.h"

#include <math.h>
#include <string.h>
#include "form/number.h"

static struct expr_value text_value(const char *text)
{
	return (struct expr_value){ .kind = EXPR_TEXT, .text = text ? text : "" };
}

static struct expr_value number_value(double number)
{
	return (struct expr_value){ .kind = EXPR_NUMBER, .number = number };
}

static struct expr_value boolean_value(bool boolean)
{
	return (struct expr_value){ .kind = EXPR_BOOLEAN, .boolean = boolean };
}

/* Days since 1970 of "YYYY-MM-DD" or "YYYY-MM-DDTHH:MM[:SS]" (with the fraction of the day), else NaN. */
static double date_number(const char *text)
{
	char day[DATE_TEXT_BYTES];
	size_t n = strlen(text);
	if (n < sizeof day - 1)
		return NAN;
	memcpy(day, text, sizeof day - 1);
	day[sizeof day - 1] = '\0';
	date_t date = date_parse(day);
	if (date == DATE_NONE)
		return NAN;
	const char *time = text + sizeof day - 1;
	if (!*time)
		return date;
	if (*time != 'T' || !date_time_valid(time + 1))
		return NAN;
	int seconds = ((time[1] - '0') * 10 + time[2] - '0') * 3600 +
	              ((time[4] - '0') * 10 + time[5] - '0') * 60;
	if (time[6] == ':')
		seconds += (time[7] - '0') * 10 + time[8] - '0';
	return date + seconds / 86400.0;
}

double expr_number_of(const struct expr_value *value)
{
	switch (value->kind) {
	case EXPR_NUMBER:
		return value->number;
	case EXPR_BOOLEAN:
		return value->boolean;
	case EXPR_TEXT:
		break;
	}
	double number = number_parse(value->text);
	return isnan(number) ? date_number(value->text) : number;
}

bool expr_to_boolean(const struct expr_value *value)
{
	switch (value->kind) {
	case EXPR_NUMBER:
		return value->number != 0 && !isnan(value->number);
	case EXPR_BOOLEAN:
		return value->boolean;
	case EXPR_TEXT:
		break;
	}
	return *value->text != '\0';
}

const char *expr_to_text(const struct expr_value *value, const struct expr_context *context)
{
	char digits[NUMBER_TEXT_BYTES];
	switch (value->kind) {
	case EXPR_NUMBER: {
		const char *text = arena_strdup(context->arena, number_format(value->number, digits));
		return text ? text : "";
	}
	case EXPR_BOOLEAN:
		return value->boolean ? "true" : "false";
	case EXPR_TEXT:
		break;
	}
	return value->text;
}

static bool equal(const struct expr_value *a, const struct expr_value *b)
{
	if (a->kind == EXPR_BOOLEAN || b->kind == EXPR_BOOLEAN)
		return expr_to_boolean(a) == expr_to_boolean(b);
	if (a->kind == EXPR_NUMBER || b->kind == EXPR_NUMBER)
		return expr_number_of(a) == expr_number_of(b);
	return !strcmp(a->text, b->text);
}

static struct expr_value eval_binary(const struct expr *expr, const struct expr_context *context)
{
	struct expr_value a = expr_eval(expr->args[0], context);
	if (expr->node == NODE_OR || expr->node == NODE_AND) {
		bool first = expr_to_boolean(&a);
		if (first == (expr->node == NODE_OR))
			return boolean_value(first);
		struct expr_value second = expr_eval(expr->args[1], context);
		return boolean_value(expr_to_boolean(&second));
	}
	struct expr_value b = expr_eval(expr->args[1], context);
	if (expr->node == NODE_EQUAL)
		return boolean_value(equal(&a, &b));
	if (expr->node == NODE_UNEQUAL)
		return boolean_value(!equal(&a, &b));
	double x = expr_number_of(&a), y = expr_number_of(&b);
	switch (expr->node) {
	case NODE_LESS:
		return boolean_value(x < y);
	case NODE_LESS_EQUAL:
		return boolean_value(x <= y);
	case NODE_GREATER:
		return boolean_value(x > y);
	case NODE_GREATER_EQUAL:
		return boolean_value(x >= y);
	case NODE_ADD:
		return number_value(x + y);
	case NODE_SUBTRACT:
		return number_value(x - y);
	case NODE_MULTIPLY:
		return number_value(x * y);
	case NODE_DIVIDE:
		/* Written out, because a division by zero is Infinity here and undefined in C. */
		if (y == 0)
			return number_value(x == 0 || isnan(x) ? NAN
			                    : (x > 0) != (signbit(y) != 0) ? INFINITY : -INFINITY);
		return number_value(x / y);
	default:
		return number_value(fmod(x, y));
	}
}

struct expr_value expr_eval(const struct expr *expr, const struct expr_context *context)
{
	switch (expr->node) {
	case NODE_TEXT:
		return text_value(expr->text);
	case NODE_NUMBER:
		return number_value(expr->number);
	case NODE_SELF:
		return text_value(context->self);
	case NODE_FIELD:
		if (context->value)
			return context->value(context->arg, expr->field);
		return text_value(context->field ? context->field(context->arg, expr->field) : "");
	case NODE_COLUMN:
		return text_value(context->choice ? context->choice(context->arg, expr->text) : "");
	case NODE_CALL:
		return expr->function->eval(expr, context);
	case NODE_NEGATE: {
		struct expr_value value = expr_eval(expr->args[0], context);
		return number_value(-expr_number_of(&value));
	}
	default:
		return eval_binary(expr, context);
	}
}

bool expr_true(const struct expr *expr, const struct expr_context *context)
{
	struct expr_value value = expr_eval(expr, context);
	return expr_to_boolean(&value);
}

const char *expr_text(const struct expr *expr, const struct expr_context *context)
{
	struct expr_value value = expr_eval(expr, context);
	if (value.kind == EXPR_NUMBER && !isfinite(value.number))
		return "";
	return expr_to_text(&value, context);
}
