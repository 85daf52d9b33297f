/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is behind a figure, and a figure over time. */
#include "config.h"
#include "care/condition_text.h"
#include "care/indicator.h"
#include "care/tally.h"

#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"

static int no_such(const char *code, struct error *err)
{
	return error_set(err, ERR_NOTFOUND, _("there is no indicator \"%s\""), code);
}

struct cases {
	struct store *store;
	struct judge judge;
	const struct indicator_set *set;
	int only[PARTS_MAX + 1], n_only; /* the rows that are judged: one, or its parts */
	struct tally regions;            /* only to name the clinic of a subject */
	bool (*each)(void *arg, const struct indicator_case *one);
	void *arg;
	struct error *err;
	int rc;
};

/* What put a unit where it is, in words. */
static void decide(struct cases *cases, const struct indicator *indicator, int failed,
                   struct arena *arena, struct indicator_case *out)
{
	const struct condition_list *list = out->kind == STANDING_APART ? &indicator->apart
	                                                                : &indicator->numerator;
	struct say say = { .arena = arena, .evidence = "", .todo = "", .by = DATE_NONE };
	out->condition = out->detail = "";
	if (failed < 0 || out->kind == STANDING_MET)
		return;
	out->condition = condition_text(cases->judge.forms, indicator->unit, &list->at[failed], arena);
	condition_explain(&cases->judge, &list->at[failed], &say);
	out->detail = say.evidence;
}

static bool tell(struct cases *cases, const struct indicator *indicator, const struct facts *facts,
                 const struct event *event, struct arena *arena)
{
	int failed;
	uint32_t group;
	struct indicator_case one = { .subject = facts->subject, .record = event->record };
	scope_event(&cases->judge.scope, event);
	one.kind = judge_unit(&cases->judge, indicator, &failed);
	if (one.kind == STANDING_OUT)
		return true;
	cases->rc = tally_group_of(&cases->regions, cases->store, facts, GROUP_VILLAGE, &group, cases->err);
	if (cases->rc)
		return false;
	one.region = cases->regions.groups[group].key;
	decide(cases, indicator, failed, arena, &one);
	return cases->each(cases->arg, &one);
}

static bool take_subject(void *arg, const struct facts *facts, struct arena *arena)
{
	struct cases *cases = arg;
	scope_begin(&cases->judge.scope, facts);
	arena_reset(&cases->judge.scratch);
	for (int i = 0; i < cases->n_only; i++) {
		const struct indicator *indicator = &cases->set->at[cases->only[i]];
		if (indicator->basis != BASIS_EVENTS)
			continue;
		FACT_EACH(event, facts, indicator->unit)
			if (!tell(cases, indicator, facts, event, arena))
				return false;
	}
	return true;
}

int care_indicator_cases(struct store *store, const char *code, const struct care_period *period,
                         bool (*each)(void *arg, const struct indicator_case *one), void *arg,
                         struct progress *progress, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct indicator_set set;
	struct cases cases = { .store = store, .set = &set, .each = each, .arg = arg, .err = err };
	int rc = indicator_set_load(&set, store_forms(store), period->on, &arena, err);
	int at = rc ? -1 : indicator_find(&set, code);
	if (!rc && at < 0)
		rc = no_such(code, err);
	if (rc) {
		arena_free(&arena);
		return rc;
	}
	if (set.at[at].basis == BASIS_PARTS)
		for (int i = 0; i < set.at[at].n_parts; i++)
			cases.only[cases.n_only++] = set.at[at].parts[i];
	else
		cases.only[cases.n_only++] = at;
	rc = judge_begin(&cases.judge, store_forms(store), period->first, period->on, err);
	if (!rc)
		rc = tally_begin(&cases.regions, 0, err);
	if (!rc)
		rc = fact_each(store, take_subject, &cases, progress, err);
	judge_end(&cases.judge);
	tally_end(&cases.regions);
	arena_free(&arena);
	return rc ? rc : cases.rc;
}

/* --- over time --- */

struct series {
	struct judge *judges;      /* one for each period */
	const struct indicator_set *set;
	size_t n;
	struct indicator_count *all; /* of every indicator, a row for each period */
	struct indicator_count *one; /* of the subject in hand */
};

static bool add_subject(void *arg, const struct facts *facts, struct arena *arena)
{
	struct series *series = arg;
	size_t rows = series->set->n;
	(void)arena;
	for (size_t p = 0; p < series->n; p++) {
		tally_judge(&series->judges[p], series->set, facts, series->one);
		for (size_t i = 0; i < rows; i++) {
			struct indicator_count *to = &series->all[p * rows + i];
			to->denominator += series->one[i].denominator;
			to->numerator += series->one[i].numerator;
			to->apart += series->one[i].apart;
		}
	}
	return true;
}

int care_indicator_series(struct store *store, const char *code, const struct care_period *periods,
                          size_t n, struct indicator_count *out, struct progress *progress,
                          struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct indicator_set set;
	struct series series = { .set = &set, .n = n };
	int rc = indicator_set_load(&set, store_forms(store), n ? periods[n - 1].on : 0, &arena, err);
	int at = rc ? -1 : indicator_find(&set, code);
	if (!rc && at < 0)
		rc = no_such(code, err);
	if (!rc) {
		series.judges = arena_array(&arena, n + 1, sizeof *series.judges);
		series.all = arena_array(&arena, n * set.n + 1, sizeof *series.all);
		series.one = arena_array(&arena, set.n + 1, sizeof *series.one);
		if (!series.judges || !series.all || !series.one)
			rc = error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	}
	for (size_t p = 0; p < n && !rc; p++)
		rc = judge_begin(&series.judges[p], store_forms(store), periods[p].first, periods[p].on, err);
	if (!rc)
		rc = fact_each(store, add_subject, &series, progress, err);
	for (size_t p = 0; p < n && !rc; p++) {
		tally_settle(&set, store_forms(store), &series.all[p * set.n]);
		out[p] = series.all[p * set.n + (size_t)at];
	}
	for (size_t p = 0; series.judges && p < n; p++)
		judge_end(&series.judges[p]);
	arena_free(&arena);
	return rc;
}

int care_indicator_views(const struct form_set *forms, date_t on, struct arena *arena,
                         struct indicator_view **out, size_t *n, struct error *err)
{
	struct indicator_set set;
	int rc = indicator_set_load(&set, forms, on, arena, err);
	if (rc)
		return rc;
	*n = set.n;
	*out = indicator_views(&set, arena);
	return *out ? 0 : error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}
