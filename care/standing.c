/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One resident against all indicators, and the explanation as a text. */
#include "config.h"
#include "care/indicator.h"

#include <string.h>
#include "care/tally.h"
#include "lib/i18n.h"

static int order_of(enum standing_kind kind)
{
	static const int order[] = { [STANDING_MISSED] = 0, [STANDING_MET] = 1, [STANDING_APART] = 2,
		                     [STANDING_OUT] = 3 };
	return order[kind];
}

/* The worst of all units; STANDING_N when the resident has none. */
static enum standing_kind worst_unit(struct judge *judge, const struct indicator *indicator,
                                     const struct facts *facts)
{
	enum standing_kind worst = STANDING_N;
	FACT_EACH(event, facts, indicator->unit) {
		scope_event(&judge->scope, event);
		enum standing_kind kind = judge_unit(judge, indicator, NULL);
		if (worst == STANDING_N || order_of(kind) < order_of(worst))
			worst = kind;
	}
	return worst;
}

/* Few rows, and the table's order within a kind is to be kept. */
static void sort_standings(struct indicator_standing *rows, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct indicator_standing row = rows[i];
		size_t at = i;
		for (; at > 0 && order_of(rows[at - 1].kind) > order_of(row.kind); at--)
			rows[at] = rows[at - 1];
		rows[at] = row;
	}
}

int care_standings_of_records(const struct form_set *forms, rid_t resident, const struct record *records,
                              size_t n_records, const struct care_period *period, struct arena *arena,
                              struct indicator_standing **out, size_t *n, struct error *err)
{
	struct indicator_set set;
	struct facts facts;
	struct judge judge;
	*n = 0;
	int rc = indicator_set_load(&set, forms, period->on, arena, err);
	if (!rc)
		rc = fact_read(forms, resident, records, n_records, arena, &facts, err);
	if (!rc)
		rc = judge_begin(&judge, forms, period->first, period->on, err);
	if (rc)
		return rc;
	struct indicator_view *views = indicator_views(&set, arena);
	*out = arena_array(arena, set.n + 1, sizeof **out);
	if (!views || !*out)
		rc = error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	scope_begin(&judge.scope, &facts);
	for (size_t i = 0; i < set.n && !rc; i++) {
		enum standing_kind kind = set.at[i].basis == BASIS_EVENTS
		                                  ? worst_unit(&judge, &set.at[i], &facts)
		                                  : STANDING_N;
		if (kind != STANDING_N)
			(*out)[(*n)++] = (struct indicator_standing){ views[i], kind };
	}
	if (!rc)
		sort_standings(*out, *n);
	judge_end(&judge);
	return rc;
}

static void put_unit(struct buf *out, const struct why *why)
{
	char day[DATE_TEXT_BYTES];
	buf_printf(out, "%s: %s\n", why->indicator.label, standing_label(why->kind));
	for (size_t i = 0; i < why->n_lines; i++) {
		const struct why_line *line = &why->lines[i];
		if (!strcmp(line->role, "apart") && !line->holds)
			continue; /* what does not set them apart explains nothing */
		buf_printf(out, "%s %s%s%s%s\n", line->holds ? "✓" : "✗", line->condition,
		           *line->evidence ? " (" : "", line->evidence, *line->evidence ? ")" : "");
		if (*line->todo && line->by != DATE_NONE)
			buf_printf(out, _("   to do by %s: %s\n"), date_format(line->by, day), line->todo);
		else if (*line->todo)
			buf_printf(out, _("   to do: %s\n"), line->todo);
	}
}

/* Which of several records of one person is counted for all of them. */
static void put_person(struct buf *out, struct store *store, const struct why *why)
{
	char text[VERSION_TEXT_BYTES];
	struct version version;
	if (why->n_records > 1 && !store_version_of(store, why->stands, &version, NULL))
		buf_printf(out, _("One person with %zu records, counted once by all of them; this record stands for the person: %s\n"),
		           why->n_records, version_format(&version, text));
}

const char *care_why_text(struct store *store, rid_t resident, const char *code,
                          const struct care_period *period, struct arena *arena, struct error *err)
{
	struct buf out = BUF_INIT;
	struct why *why;
	size_t n;
	if (care_why(store, resident, code, period, arena, &why, &n, err))
		return NULL;
	if (n)
		put_person(&out, store, &why[0]);
	for (size_t i = 0; i < n; i++)
		put_unit(&out, &why[i]);
	if (!n)
		buf_printf(&out, "%s\n", _("This resident has no record that the indicator counts."));
	else
		buf_printf(&out, "%s%s\n%s%s\n", _("Definition: "), why[0].indicator.definition,
		           _("Source: "), why[0].indicator.source);
	const char *text = out.failed ? NULL : arena_strdup(arena, buf_text(&out));
	buf_free(&out);
	if (!text)
		error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	return text;
}
