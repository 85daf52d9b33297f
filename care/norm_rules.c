/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/norm.h"

#include "lib/i18n.h"

int norm_rules_load(struct norm_rules *out, const struct rule_set *set, date_t on, struct error *err)
{
	*out = (struct norm_rules){ 0 };
	const struct { const char *name; int *number; bool *flag; } values[] = {
		{ "min_exposure_days", &out->min_exposure_days, NULL },
		{ "days_per_visit", &out->days_per_visit, NULL },
		{ "visits_max", &out->visits_max, NULL },
		{ "gap_max_days", &out->gap_max_days, NULL },
		{ "follow_days", &out->follow_days, NULL },
		{ "follow_grace_days", &out->follow_grace_days, NULL },
		{ "exam_required", NULL, &out->exam_required },
		{ "follow_required", NULL, &out->follow_required },
		{ "count_left", NULL, &out->count_left },
		{ "category_any_day", NULL, &out->category_any_day },
		{ "contract_any_day", NULL, &out->contract_any_day },
	};
	double value;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		if (!rule_number(set, "indicator4", values[i].name, -1, on, &value))
			return error_set(err, ERR_NOTFOUND, _("rules/indicator4.csv gives no value for %s"),
			                 values[i].name);
		if (value < 0 || value > 3660)
			return error_set(err, ERR_INVALID,
			                 _("rules/indicator4.csv: the value of %s is out of range"),
			                 values[i].name);
		if (values[i].number)
			*values[i].number = (int)value;
		else
			*values[i].flag = value != 0;
	}
	if (out->days_per_visit < 1)
		out->days_per_visit = 1;
	return 0;
}
