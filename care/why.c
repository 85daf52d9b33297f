/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why is this resident counted, or not? */
#include "config.h"
#include "care/condition_text.h"
#include "care/indicator.h"
#include "care/person.h"
#include "care/tally.h"

#include "lib/i18n.h"

struct explanation {
	struct judge judge;
	struct arena *arena;
	const struct indicator *indicator;
	struct why *why;
	bool failed; /* memory ran out */
};

static void add_lines(struct explanation *e, const char *role, const struct condition_list *list,
                      bool apart)
{
	for (size_t i = 0; i < list->n; i++) {
		struct say say = { .arena = e->arena, .evidence = "", .todo = "", .by = DATE_NONE };
		bool holds = judge_condition(&e->judge, &list->at[i]);
		condition_explain(&e->judge, &list->at[i], &say);
		const char *text = condition_text(e->judge.forms, e->indicator->unit, &list->at[i], e->arena);
		e->failed |= !text;
		e->why->lines[e->why->n_lines++] = (struct why_line){
			.role = role, .condition = text, .holds = holds, .evidence = say.evidence,
			.todo = apart ? "" : say.todo, .by = say.by,
		};
	}
}

static int explain_unit(struct explanation *e, const struct event *event, struct error *err)
{
	const struct indicator *indicator = e->indicator;
	size_t n = indicator->population.n + indicator->apart.n + indicator->numerator.n;
	e->why->lines = arena_array(e->arena, n + 1, sizeof *e->why->lines);
	if (!e->why->lines)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	scope_event(&e->judge.scope, event);
	e->why->record = event->record;
	e->why->kind = judge_unit(&e->judge, indicator, NULL);
	add_lines(e, "population", &indicator->population, false);
	add_lines(e, "apart", &indicator->apart, true);
	add_lines(e, "numerator", &indicator->numerator, false);
	return e->failed ? error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM)) : 0;
}

/* The units of one row that a resident has. */
static int explain_row(struct explanation *e, const struct facts *facts, struct why *out, size_t *n,
                       const struct indicator_view *view, struct error *err)
{
	int rc = 0;
	FACT_EACH(event, facts, e->indicator->unit) {
		e->why = &out[*n];
		e->why->indicator = *view;
		++*n;
		rc = explain_unit(e, event, err);
		if (rc)
			break;
	}
	return rc;
}

static int explain(struct explanation *e, const struct indicator_set *set, int at,
                   const struct facts *facts, struct why **out, size_t *n, struct error *err)
{
	const struct indicator *asked = &set->at[at];
	const struct indicator_view *views = indicator_views(set, e->arena);
	int rows[PARTS_MAX + 1] = { at }, n_rows = 1, rc = 0;
	size_t room = 1;
	if (asked->basis == BASIS_PARTS)
		for (n_rows = 0; n_rows < asked->n_parts; n_rows++)
			rows[n_rows] = asked->parts[n_rows];
	for (int i = 0; i < n_rows; i++)
		room += fact_count(facts, set->at[rows[i]].unit);
	*out = arena_array(e->arena, room, sizeof **out);
	if (!*out || !views)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	for (int i = 0; i < n_rows && !rc; i++) {
		e->indicator = &set->at[rows[i]];
		if (e->indicator->basis == BASIS_EVENTS)
			rc = explain_row(e, facts, *out, n, &views[rows[i]], err);
	}
	return rc;
}

int care_why(struct store *store, rid_t resident, const char *code, const struct care_period *period,
             struct arena *arena, struct why **out, size_t *n, struct error *err)
{
	struct explanation e = { .arena = arena };
	struct indicator_set set;
	struct person person;
	struct facts facts;
	*out = NULL;
	*n = 0;
	int rc = indicator_set_load(&set, store_forms(store), period->on, arena, err);
	int at = rc ? -1 : indicator_find(&set, code);
	if (!rc && at < 0)
		rc = error_set(err, ERR_NOTFOUND, _("there is no indicator \"%s\""), code);
	if (!rc)
		rc = person_of(store, resident, arena, &person, err);
	if (!rc)
		rc = person_facts(store, &person, arena, &facts, err);
	if (!rc)
		rc = judge_begin(&e.judge, store_forms(store), period->first, period->on, err);
	if (rc)
		return rc;
	scope_begin(&e.judge.scope, &facts);
	rc = explain(&e, &set, at, &facts, out, n, err);
	judge_end(&e.judge);
	for (size_t i = 0; !rc && i < *n; i++) {
		(*out)[i].stands = facts.subject;
		(*out)[i].n_records = person.n;
	}
	return rc;
}
