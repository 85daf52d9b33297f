/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One unit against one indicator. */
#include "config.h"
#include "care/indicator.h"

#include <stdlib.h>

static struct expr_value value_of(void *arg, int variable)
{
	return (struct expr_value){ .kind = EXPR_NUMBER, .number = variable_value(arg, variable) };
}

int judge_begin(struct judge *judge, const struct form_set *forms, date_t first, date_t on,
                struct error *err)
{
	int year, month, day;
	*judge = (struct judge){ .forms = forms, .scratch = ARENA_INIT };
	date_split(on, &year, &month, &day);
	judge->scope = (struct scope){ .rules = form_set_rules(forms), .norm = &judge->norm,
		                       .first = first, .on = on, .year_first = date_make(year, 1, 1) };
	judge->context = (struct expr_context){ .today = on, .rules = judge->scope.rules,
		                                .value = value_of, .arg = &judge->scope,
		                                .arena = &judge->scratch };
	return norm_rules_load(&judge->norm, judge->scope.rules, on, err);
}

void judge_end(struct judge *judge)
{
	arena_free(&judge->scratch);
}

bool judge_condition(struct judge *judge, const struct condition *condition)
{
	return expr_true(condition->expr, &judge->context);
}

/* The first condition that is (not) true, as asked; -1 when there is none. */
static int first_that_is(struct judge *judge, const struct condition_list *list, bool wanted)
{
	for (size_t i = 0; i < list->n; i++)
		if (judge_condition(judge, &list->at[i]) == wanted)
			return (int)i;
	return -1;
}

enum standing_kind judge_unit(struct judge *judge, const struct indicator *indicator, int *failed)
{
	int at = first_that_is(judge, &indicator->population, false);
	enum standing_kind kind = STANDING_OUT;
	if (at < 0) {
		at = first_that_is(judge, &indicator->apart, true);
		kind = STANDING_APART;
	}
	if (at < 0) {
		at = first_that_is(judge, &indicator->numerator, false);
		kind = at < 0 ? STANDING_MET : STANDING_MISSED;
	}
	if (failed)
		*failed = at;
	return kind;
}
