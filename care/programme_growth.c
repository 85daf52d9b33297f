/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small children: TCM at their ages, nutrition packs, and guidance for the family. */
#include "config.h"
#include "care/programme.h"

static int child_months(const struct duty_list *list, const char *rule, date_t birth)
{
	return duty_rule_days(list, "child", rule, birth);
}

static const struct event *tcm_of(const struct facts *facts, int stage)
{
	FACT_EACH(one, facts, EVENT_TCM_CHILD)
	if (one->date != DATE_NONE && one->v[TCM_CHILD_STAGE] == stage)
		return one;
	return NULL;
}

static void tcm(struct duty_list *list, date_t birth, date_t since)
{
	int step = child_months(list, "tcm_next_months", birth),
	    until = child_months(list, "tcm_until_month", birth);
	int stage = child_months(list, "tcm_from_month", birth);
	for (; step > 0 && stage > 0 && stage < until; stage += step) {
		date_t day = date_add_months(birth, stage),
		       last = date_add_months(birth, stage + step) - 1;
		const struct event *done = tcm_of(list->facts, stage);
		if (last < since && !done)
			continue;
		struct duty_row *row =
		    duty_add_window(list, DUTY_RULE_CHILD_TCM, DUTY_REASON_AT_AGE, day,
				    day + child_months(list, "stage_due_days", birth), last,
				    fact_person(list->facts)->record);
		if (!row)
			continue;
		row->due = day;
		if (done)
			duty_done(row, done->date, done->record);
	}
}

/* From a first day on monthly (or the like) until an age; residents known later begin later. */
static void until_age(struct duty_list *list, struct duty_chain chain, date_t birth, date_t first,
		      int until)
{
	date_t since = duty_since(list);
	if (!until || first == DATE_NONE)
		return;
	chain.until = date_add_months(birth, until);
	duty_add_chain(list, &chain, birth, first < since ? since : first,
		       fact_person(list->facts)->record);
}

void programme_growth(struct duty_list *list)
{
	static const struct duty_chain packs = {DUTY_RULE_CHILD_PACK,
						DUTY_REASON_INTERVAL,
						EVENT_PACK,
						PACK_NEXT,
						"child",
						"pack_interval_months",
						DATE_NONE};
	static const struct duty_chain guidance = {DUTY_RULE_CHILD_GUIDANCE,
						   DUTY_REASON_INTERVAL,
						   EVENT_GUIDANCE,
						   GUIDANCE_NEXT,
						   "child",
						   "guidance_interval_months",
						   DATE_NONE};
	date_t birth = fact_birth(list->facts);
	if (!duty_is_child(list))
		return;
	int packs_from = child_months(list, "pack_from_month", birth);
	int guided = child_months(list, "guidance_interval_months", birth);
	tcm(list, birth, duty_since(list));
	until_age(list, packs, birth, packs_from ? date_add_months(birth, packs_from) : DATE_NONE,
		  child_months(list, "pack_to_month", birth));
	until_age(list, guidance, birth, guided ? date_add_months(birth, guided) : DATE_NONE,
		  child_months(list, "guidance_until_month", birth));
}
