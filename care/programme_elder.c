/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the 65th birthday on, once a calendar year: examination, self-care and TCM constitution. */
#include "config.h"
#include "care/programme.h"

void programme_elder(struct duty_list *list)
{
	double age;
	date_t birth = fact_birth(list->facts);
	if (birth == DATE_NONE ||
	    !rule_number(list->rules, "elder", "min_age", -1, date_add_years(birth, 65), &age))
		return;
	date_t first = duty_birthday(birth, (int)age);
	duty_add_yearly(list, DUTY_RULE_ELDER_EXAM, first, EVENT_EXAM, exam_is_yearly);
	duty_add_yearly(list, DUTY_RULE_ELDER_SELFCARE, first, EVENT_SELFCARE, NULL);
	duty_add_yearly(list, DUTY_RULE_ELDER_TCM, first, EVENT_TCM, NULL);
}
