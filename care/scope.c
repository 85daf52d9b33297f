/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/scope.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "care/variable.h"
#include "lib/i18n.h"

#define VARIABLE_ROW(NAME, name, function, parameter, kind, label)                                 \
	{ name, function, parameter, VARIABLE_##kind, label },
static const struct {
	const char *name;
	variable_function *value;
	int parameter;
	enum variable_kind kind;
	const char *label;
} variables[] = { VARIABLE_LIST(VARIABLE_ROW) };
#undef VARIABLE_ROW

date_t scope_year_end(const struct scope *scope)
{
	return date_add_years(scope->year_first, 1) - 1;
}

void scope_begin(struct scope *scope, const struct facts *facts)
{
	scope->facts = facts;
	scope->event = NULL;
	memset(scope->known, 0, sizeof scope->known);
}

bool variable_is_of_event(int variable)
{
	switch (variable) {
	case VARIABLE_EVENT_DATE:
	case VARIABLE_IN_PERIOD:
	case VARIABLE_BOOKED_EARLY:
	case VARIABLE_ANTENATAL:
	case VARIABLE_POSTPARTUM:
	case VARIABLE_RENEWED:
	case VARIABLE_ENDS_IN_PERIOD:
	case VARIABLE_ALL_DONE:
	case VARIABLE_HAS_ITEMS:
	case VARIABLE_REPORT_MINUTES:
	case VARIABLE_DOSES_PERCENT:
		return true;
	default:
		return variable >= VARIABLE_N;
	}
}

void scope_event(struct scope *scope, const struct event *event)
{
	scope->event = event;
	for (int i = 0; i < VARIABLE_N; i++)
		if (variable_is_of_event(i))
			scope->known[i] = false;
}

int variable_find(enum event_kind unit, const char *name)
{
	for (int i = 0; i < VARIABLE_N; i++)
		if (!strcmp(variables[i].name, name))
			return i;
	int slot = event_slot_find(unit, name);
	return slot < 0 ? -1 : VARIABLE_N + slot;
}

double variable_value(struct scope *scope, int variable)
{
	if (variable >= VARIABLE_N) {
		int32_t value = scope->event->v[variable - VARIABLE_N];
		return value == EVENT_NONE ? NAN : value;
	}
	if (!scope->known[variable] || scope->say) {
		scope->values[variable] = variables[variable].value(scope, variables[variable].parameter);
		scope->known[variable] = true;
	}
	return scope->values[variable];
}

const char *variable_label(int variable)
{
	return variable < VARIABLE_N ? _(variables[variable].label) : "";
}

enum variable_kind variable_kind(int variable)
{
	return variable < VARIABLE_N ? variables[variable].kind : VARIABLE_NUMBER;
}

__attribute__((format(printf, 3, 0))) static void add_text(struct say *say, const char **to,
                                                           const char *fmt, va_list args)
{
	char text[512];
	vsnprintf(text, sizeof text, fmt, args);
	const char *joined = *to && **to ? arena_printf(say->arena, "%s%s%s", *to, _("; "), text)
	                                 : arena_strdup(say->arena, text);
	if (joined)
		*to = joined;
}

void say_evidence(struct scope *scope, const char *fmt, ...)
{
	va_list args;
	if (!scope->say)
		return;
	va_start(args, fmt);
	add_text(scope->say, &scope->say->evidence, fmt, args);
	va_end(args);
}

void say_todo(struct scope *scope, date_t by, const char *fmt, ...)
{
	va_list args;
	if (!scope->say)
		return;
	va_start(args, fmt);
	add_text(scope->say, &scope->say->todo, fmt, args);
	va_end(args);
	if (by != DATE_NONE)
		scope->say->by = by;
}
