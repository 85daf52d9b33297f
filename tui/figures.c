/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/figures.h"

#include <stdio.h>
#include <string.h>
#include "lib/i18n.h"

static const int parts_of_year[PERIOD_KIND_N] = { 1, 4, 12 };

/* --- the choice --- */

struct period_choice period_of(enum period_kind kind, date_t day)
{
	struct period_choice out = { .kind = kind };
	int month, in_month;

	date_split(day, &out.year, &month, &in_month);
	out.part = kind == PERIOD_YEAR ? 0 : kind == PERIOD_QUARTER ? (month - 1) / 3 + 1 : month;
	return out;
}

static date_t first_day(const struct period_choice *choice)
{
	int months = 12 / parts_of_year[choice->kind];

	return date_make(choice->year, choice->part ? (choice->part - 1) * months + 1 : 1, 1);
}

bool period_step(struct period_choice *choice, int by, date_t today)
{
	int months = 12 / parts_of_year[choice->kind];
	date_t first = date_add_months(first_day(choice), by * months);

	if (first == DATE_NONE || first > today)
		return false;
	*choice = period_of(choice->kind, first);
	return true;
}

char *period_choice_text(const struct period_choice *choice, char out[PERIOD_TEXT_BYTES])
{
	if (choice->kind == PERIOD_YEAR)
		snprintf(out, PERIOD_TEXT_BYTES, "%04d", choice->year % 10000);
	else if (choice->kind == PERIOD_QUARTER)
		snprintf(out, PERIOD_TEXT_BYTES, "%04d-Q%d", choice->year % 10000, choice->part % 10);
	else
		snprintf(out, PERIOD_TEXT_BYTES, "%04d-%02d", choice->year % 10000, choice->part % 100);
	return out;
}

int period_resolve(const struct period_choice *choice, date_t today, struct care_period *out, struct error *err)
{
	char text[PERIOD_TEXT_BYTES];

	return care_period_parse(out, period_choice_text(choice, text), today, err);
}

int period_draw_kinds(const struct period_choice *choice, const struct area *area, int y, int x)
{
	static const char *const labels[PERIOD_KIND_N] = { N_("Year"), N_("Quarter"), N_("Month") };

	for (int kind = 0; kind < PERIOD_KIND_N; kind++) {
		const char key[2] = { (char)('1' + kind), '\0' };
		x = scr_menu_item(area, y, x, key, _(labels[kind]), kind == (int)choice->kind);
	}
	return x;
}

bool period_key(struct period_choice *choice, struct app *app, tkey_t key, enum action action)
{
	struct care_period period;
	struct error err = { 0 };

	if (key >= '1' && key < '1' + PERIOD_KIND_N) {
		if (!period_resolve(choice, app->today, &period, &err))
			*choice = period_of((enum period_kind)(key - '1'), period.on);
		return true;
	}
	if (action != ACTION_PREV && action != ACTION_NEXT)
		return false;
	if (!period_step(choice, action == ACTION_PREV ? -1 : 1, app->today))
		app_say(app, STYLE_DIM, "%s", _("The next one has not begun."));
	return true;
}

/* --- the figures --- */

static bool copy_group(const struct indicator_group *from, size_t n_indicators, struct arena *arena,
                       struct indicator_group *out)
{
	struct indicator_count *counts = arena_array(arena, n_indicators + 1, sizeof(*counts));

	if (!counts)
		return false;
	memcpy(counts, from->counts, n_indicators * sizeof(*counts));
	*out = *from;
	out->counts = counts;
	return true;
}

static int copy_table(struct figures *figures, struct app *app, const struct indicator_table *from,
                      struct error *err)
{
	struct indicator_table *own = &figures->own;
	struct indicator_view *views;
	size_t n;
	int code = care_indicator_views(app->forms, figures->period.on, &figures->arena, &views, &n, err);

	if (code)
		return code;
	*own = (struct indicator_table){ .indicators = views, .n_indicators = from->n_indicators };
	own->groups = arena_array(&figures->arena, from->n_groups + 1, sizeof(*own->groups));
	bool copied = own->groups && n == from->n_indicators &&
	              copy_group(&from->total, n, &figures->arena, &own->total);
	for (; copied && own->n_groups < from->n_groups; own->n_groups++)
		copied = copy_group(&from->groups[own->n_groups], n, &figures->arena, &own->groups[own->n_groups]);
	return copied ? 0 : error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

int figures_read(struct figures *figures, struct app *app, struct error *err)
{
	const struct indicator_table *board;
	struct error none = { 0 };
	int code;

	arena_reset(&figures->arena);
	figures->table = NULL;
	figures->frozen = false;
	code = period_resolve(&figures->choice, app->today, &figures->period, err);
	if (!code)
		code = app_indicators(app, &figures->period, &board, err);
	if (!code)
		code = copy_table(figures, app, board, err);
	if (code)
		return code;
	figures->table = &figures->own;
	code = care_closed_period(app->store, &figures->period, figures->table->indicators,
	                          figures->table->n_indicators, &figures->arena, &figures->closed, &none);
	figures->frozen = !code;
	if (!code || code == ERR_NOTFOUND)
		return 0;
	*err = none;
	figures->table = NULL;
	return code;
}

void figures_free(struct figures *figures)
{
	arena_free(&figures->arena);
}

const struct indicator_count *figures_total(const struct figures *figures, size_t at)
{
	return (figures->frozen ? figures->closed.total.counts : figures->table->total.counts) + at;
}

const struct indicator_count *figures_region(const struct figures *figures, const char *region, size_t at)
{
	const struct indicator_table *table = figures->table;

	if (figures->frozen)
		return care_closed_counts(&figures->closed, region) + at;
	for (size_t i = 0; i < table->n_groups; i++)
		if (!strcmp(table->groups[i].key, region))
			return &table->groups[i].counts[at];
	return NULL;
}

char *figures_late(const struct figures *figures, size_t at, char out[48])
{
	struct late_entries late;

	out[0] = '\0';
	if (!figures->frozen ||
	    !care_late_entries(figures_total(figures, at), &figures->table->total.counts[at], &late))
		return out;
	if (figures->table->indicators[at].count)
		snprintf(out, 48, "%+lld", (long long)late.numerator);
	else
		snprintf(out, 48, "%+lld/%+lld", (long long)late.numerator, (long long)late.denominator);
	return out;
}
