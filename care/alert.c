/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of alerts and what people did about them. */
#include "config.h"
#include "care/alert.h"

#include <string.h>

int alert_number(const struct alert_list *list, const char *table, const char *name, date_t on)
{
	double value;
	return rule_number(list->rules, table, name, date_age_years(fact_birth(list->facts), on),
			   on, &value)
		   ? (int)value
		   : 0;
}

void alert_take_actions(const struct facts *facts, struct alert_row *row)
{
	row->state = ALERT_IS_OPEN;
	row->answered = DATE_NONE;
	row->answer = 0;
	FACT_EACH(action, facts, EVENT_ALERT_ACTION) {
		int state = action->v[ALERT_ACTION_STATE];
		if (action->v[ALERT_ACTION_ALERT] != (int)row->rule + 1 ||
		    action->v[ALERT_ACTION_SINCE] != row->since || state < ALERT_IS_OPEN ||
		    state > ALERT_IS_CLOSED)
			continue;
		row->state = (enum alert_state)state;
		row->answered = action->date;
		row->answer = action->record;
	}
}

static bool grow(struct alert_list *list)
{
	size_t cap = list->cap ? list->cap * 2 : 16;
	struct alert_row *rows = arena_array(list->arena, cap, sizeof *rows);
	if (!rows) {
		list->failed = true;
		return false;
	}
	if (list->n)
		memcpy(rows, list->rows, list->n * sizeof *rows);
	list->rows = rows;
	list->cap = cap;
	return true;
}

void alert_add(struct alert_list *list, enum alert_rule rule, date_t since, date_t last,
	       rid_t cause)
{
	if (since == DATE_NONE || (last != DATE_NONE && last < since))
		return;
	for (size_t i = 0; i < list->n; i++)
		if (list->rows[i].rule == rule && list->rows[i].since == since)
			return;
	if (list->n == list->cap && !grow(list))
		return;
	struct alert_row *row = &list->rows[list->n++];
	*row = (struct alert_row){.rule = rule, .since = since, .last = last, .cause = cause};
	alert_take_actions(list->facts, row);
}

int alert_of_duties(const struct rule_set *rules, const struct facts *facts,
		    const struct duty_row *duties, size_t n_duties, struct arena *arena,
		    struct alert_row **out, size_t *n, struct error *err)
{
	struct alert_list list = {.rules = rules,
				  .facts = facts,
				  .arena = arena,
				  .duties = duties,
				  .n_duties = n_duties};
	if (fact_person(facts)) {
		alerts_of_health(&list);
		alerts_of_poverty(&list);
	} else {
		alerts_of_places(&list);
	}
	*out = list.rows;
	*n = list.n;
	return list.failed ? error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM)) : 0;
}

int alert_compute(const struct rule_set *rules, const struct facts *facts, struct arena *arena,
		  struct alert_row **out, size_t *n, struct error *err)
{
	struct duty_row *duties;
	size_t n_duties;
	int rc = duty_compute(rules, facts, arena, &duties, &n_duties, err);
	*out = NULL;
	*n = 0;
	return rc ? rc : alert_of_duties(rules, facts, duties, n_duties, arena, out, n, err);
}
