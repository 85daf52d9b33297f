/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The family-doctor contract: to sign, to renew, and what was promised in it. */
#include "config.h"
#include "care/programme.h"

#include <stdio.h>

static bool category_needs_contract(const struct rule_set *rules, const struct event *span)
{
	char name[24];
	double value;
	snprintf(name, sizeof name, "category_%d", (int)span->v[SPAN_CATEGORY]);
	return rule_number(rules, "contract", name, -1, span->v[SPAN_FROM], &value) && value > 0 &&
	       span->v[SPAN_CLEARED] != YES;
}

const struct event *contract_category(const struct rule_set *rules, const struct facts *facts)
{
	const struct event *best = NULL;
	FACT_EACH(span, facts, EVENT_SPAN) {
		date_t to = span->v[SPAN_TO];
		if (span->v[SPAN_FROM] == DATE_NONE || !category_needs_contract(rules, span))
			continue;
		if (!best || to == DATE_NONE || (best->v[SPAN_TO] != DATE_NONE && to > best->v[SPAN_TO]))
			best = span;
	}
	return best;
}

static void sign(struct duty_list *list)
{
	const struct event *best = contract_category(list->rules, list->facts);
	if (!best)
		return;
	date_t from = best->v[SPAN_FROM];
	int days = duty_rule_days(list, "contract", "sign_within_days", from);
	duty_add(list, &(struct duty_row){
		.rule = DUTY_RULE_SIGN, .reason = DUTY_REASON_NO_CONTRACT, .urgency = DUTY_ROUTINE,
		.days = days, .start = from, .due = from + days, .end = from + days,
		.last = best->v[SPAN_TO], .ended = DATE_NONE, .cause = best->record });
}

static void renew(struct duty_list *list, const struct event *contract)
{
	date_t to = contract_to(contract), from = contract->v[CONTRACT_FROM];
	if (to == DATE_NONE)
		return;
	int before = duty_rule_days(list, "contract", "renew_before_days", from);
	duty_add(list, &(struct duty_row){
		.rule = DUTY_RULE_RENEW, .reason = DUTY_REASON_CONTRACT_ENDS, .urgency = DUTY_ROUTINE,
		.start = to - before, .due = to, .end = to,
		.last = to + duty_rule_days(list, "contract", "forget_after_days", from),
		.ended = DATE_NONE, .cause = contract->record });
}

static void items(struct duty_list *list)
{
	FACT_EACH(item, list->facts, EVENT_ITEM) {
		date_t due = item->v[ITEM_DUE];
		if (due == DATE_NONE || item->v[ITEM_STATUS] == 2) /* 2: the contract has ended */
			continue;
		struct duty_row *row = duty_add(list, &(struct duty_row){
			.rule = DUTY_RULE_ITEM, .reason = DUTY_REASON_PROMISED, .urgency = DUTY_ROUTINE,
			.start = due - duty_rule_days(list, "contract", "renew_before_days", due),
			.due = due, .end = due, .last = DATE_NONE, .ended = DATE_NONE,
			.cause = item->record });
		if (item->v[ITEM_DONE] >= item->v[ITEM_PLANNED] || item->v[ITEM_STATUS] == 1)
			duty_done(row, due, item->record);
	}
}

const struct event *contract_last(const struct facts *facts)
{
	const struct event *last = NULL;
	FACT_EACH(one, facts, EVENT_CONTRACT) {
		date_t to = contract_to(one);
		if (!contract_is_made(one))
			continue;
		if (!last || to == DATE_NONE || (contract_to(last) != DATE_NONE && to > contract_to(last)))
			last = one;
	}
	return last;
}

void programme_contract(struct duty_list *list)
{
	const struct event *last = contract_last(list->facts);
	if (last)
		renew(list, last);
	else
		sign(list);
	items(list);
}
