/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/low_income.h"

#include <stdio.h>

enum use { NEVER, ALWAYS, UNCLEARED };

static enum use use_of(const struct rule_set *rules, int category, date_t on, bool widened)
{
	char name[24];
	double value;
	if (widened && category == CATEGORY_POOR_BEFORE)
		return ALWAYS;
	snprintf(name, sizeof name, "category_%d", category);
	if (!rule_number(rules, "indicator4", name, -1, on, &value))
		return NEVER;
	return value == 2 ? UNCLEARED : value ? ALWAYS : NEVER;
}

bool low_income_within(const struct rule_set *rules, const struct facts *facts, date_t first,
                       date_t last, bool widened, const struct event **span)
{
	FACT_EACH(one, facts, EVENT_SPAN) {
		date_t from = one->v[SPAN_FROM], to = one->v[SPAN_TO];
		if (one->v[SPAN_CATEGORY] < 0 || from == DATE_NONE || from > last ||
		    (to != DATE_NONE && to < first))
			continue;
		date_t day = from > first ? from : first; /* risks only ever get cleared */
		enum use use = use_of(rules, one->v[SPAN_CATEGORY], last, widened);
		if (use == NEVER || (use == UNCLEARED && category_cleared(one, day)))
			continue;
		if (span)
			*span = one;
		return true;
	}
	return false;
}
