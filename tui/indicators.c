/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "care/care.h"
#include "lib/i18n.h"
#include "tui/export.h"
#include "tui/list.h"
#include "tui/people.h"
#include "tui/popup.h"

enum { ALL_REASONS = REASON_N, BAR_COLS = 24, DETAIL_ROWS = 3 };

struct case_row {
	struct indicator_case one; /* detail in arena */
	char name[96];             /* read when first shown */
	bool loaded;
};

struct indicators_screen {
	struct screen screen;
	struct app *app;
	struct arena arena;
	struct indicator_table table;
	struct case_row *rows;
	size_t n_rows, cap_rows;
	uint32_t *shown;
	size_t n_shown;
	struct list list;
	int year, reason; /* ALL_REASONS: all */
	bool known;
};

static struct indicators_screen *self_of(struct screen *screen)
{
	return (struct indicators_screen *)screen;
}

static bool add_case(void *arg, const struct indicator_case *one)
{
	struct indicators_screen *self = arg;

	if (self->n_rows == self->cap_rows) {
		size_t cap = self->cap_rows ? self->cap_rows * 2 : 256;
		struct case_row *rows = realloc(self->rows, cap * sizeof(*rows));
		if (!rows)
			return false;
		self->rows = rows;
		self->cap_rows = cap;
	}
	struct case_row *row = &self->rows[self->n_rows++];
	memset(row, 0, sizeof(*row));
	row->one = *one;
	row->one.detail = arena_strdup(&self->arena, one->detail ? one->detail : "");
	return true;
}

/* Those that can still be mended first: in the denominator and not in the numerator. */
static int rank(const struct indicator_case *one)
{
	return one->in_denominator && !one->in_numerator ? 0 : one->in_numerator ? 2 : 1;
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct indicators_screen *self = arg;
	const struct indicator_case *ca = &self->rows[*(const uint32_t *)a].one;
	const struct indicator_case *cb = &self->rows[*(const uint32_t *)b].one;

	if (rank(ca) != rank(cb))
		return rank(ca) - rank(cb);
	if (ca->reason != cb->reason)
		return ca->reason < cb->reason ? -1 : 1;
	return ca->last_visit < cb->last_visit ? -1 : ca->last_visit > cb->last_visit ? 1 :
	       (ca->resident > cb->resident) - (ca->resident < cb->resident);
}

static void select_rows(struct indicators_screen *self)
{
	free(self->shown);
	self->shown = calloc(self->n_rows + 1, sizeof(*self->shown));
	self->n_shown = 0;
	for (size_t i = 0; self->shown && i < self->n_rows; i++)
		if (self->reason == ALL_REASONS || (int)self->rows[i].one.reason == self->reason)
			self->shown[self->n_shown++] = (uint32_t)i;
	if (self->n_shown > 1)
		qsort_r(self->shown, self->n_shown, sizeof(*self->shown), compare, self);
	list_set_count(&self->list, self->n_shown);
}

static void indicators_reload(struct screen *screen, struct app *app)
{
	struct indicators_screen *self = self_of(screen);
	struct indicator_question question = { .year = self->year, .on = DATE_NONE };
	struct error err = { 0 };

	arena_reset(&self->arena);
	self->n_rows = 0;
	memset(&self->table, 0, sizeof(self->table));
	self->known = !care_indicator4(app->store, &question, add_case, self, &self->arena,
	                               &self->table, app_progress(app), &err);
	if (!self->known)
		app_say_error(app, &err);
	select_rows(self);
}

static void draw_rate(const struct area *area, int y, const char *label, const struct indicator_row *row,
                      double target)
{
	char rate[16];
	double percent = row->denominator ? 100.0 * (double)row->numerator / (double)row->denominator : 0;
	enum style style = percent >= target ? STYLE_OK : STYLE_ERROR;
	int x = 2 + scr_put(area, y, 2, 26, STYLE_LABEL, label);

	x += scr_printf(area, y, x, 14, STYLE_NORMAL, "%llu / %llu",
	                (unsigned long long)row->numerator, (unsigned long long)row->denominator);
	care_rate_text(rate, row->numerator, row->denominator);
	x += scr_printf(area, y, x, 10, row->denominator ? style : STYLE_DIM, "%s%s", rate,
	                row->denominator ? " %" : "");
	if (!row->denominator || x + BAR_COLS + 2 > area->cols)
		return;
	int filled = (int)(percent / 100 * BAR_COLS), mark = (int)(target / 100 * BAR_COLS);
	for (int i = 0; i < BAR_COLS; i++)
		scr_put(area, y, x + i, 1, i == mark ? STYLE_TARGET : percent >= target ? STYLE_BAR_OK :
		                                                                          STYLE_BAR_HIGH,
		        i == mark ? "|" : i < filled ? scr_block(7) : scr_symbol(SYM_DOT));
}

static void draw_row(void *arg, size_t index, const struct area *line, enum style style)
{
	struct indicators_screen *self = arg;
	struct case_row *row = &self->rows[self->shown[index]];
	const struct indicator_case *one = &row->one;
	char date[DATE_TEXT_BYTES];

	if (!row->loaded) {
		struct person person;
		person_load(self->app, one->resident, &person);
		snprintf(row->name, sizeof(row->name), "%s", person.name);
		row->loaded = true;
	}
	scr_put(line, 0, 2, 2, list_style(style, one->in_numerator ? STYLE_OK : STYLE_ERROR),
	        one->in_numerator ? scr_symbol(SYM_CHECK) : one->in_denominator ? "!" : " ");
	scr_put(line, 0, 4, 11, style, row->name);
	if (one->visits_needed > 0)
		scr_printf(line, 0, 16, 5, style, "%d/%d", one->visits_counted, one->visits_needed);
	scr_put(line, 0, 22, 11, style, date_format(one->last_visit, date));
	scr_put(line, 0, 34, line->cols - 34, style, reason_sentence(one->reason));
}

static void indicators_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct indicators_screen *self = self_of(screen);
	char label[64];
	int y = 2;

	(void)app;
	snprintf(label, sizeof(label), _("Indicator 4 in %d"), self->year);
	draw_rate(area, 0, label, &self->table.total, self->table.target_percent);
	draw_rate(area, 1, _("  with former poor (脱贫户)"), &self->table.total_widened,
	          self->table.target_percent);
	if (self->table.definition) {
		char first[256];
		snprintf(first, sizeof(first), "%.*s", (int)strcspn(self->table.definition, "\n"),
		         self->table.definition);
		int used = scr_put(area, y, 2, -1, STYLE_DIM, first);
		scr_put(area, y++, used + 4, area->cols - used - 4, STYLE_DIM, _("F1: how it is counted"));
	}
	scr_hline(area, y++, 0, area->cols, STYLE_BORDER);
	scr_put(area, y, 4, 11, STYLE_HEADING, _("Name"));
	scr_put(area, y, 16, 5, STYLE_HEADING, _("Visits"));
	scr_put(area, y, 22, 11, STYLE_HEADING, _("Last visit"));
	scr_printf(area, y, 34, area->cols - 34, STYLE_HEADING, "%s (%zu)",
	           self->reason == ALL_REASONS ? _("Counted, or why not") :
	                                         reason_sentence((enum reason)self->reason),
	           self->n_shown);
	struct area list = area_sub(area, y + 1, 0, area->rows - y - 1, area->cols);
	if (!self->n_shown) {
		scr_put(&list, 1, 4, list.cols - 4, STYLE_DIM,
		        _("Nobody is enrolled, signed and of low income here yet."));
		scr_cursor(&list, 1, 4);
		return;
	}
	list.rows -= DETAIL_ROWS;
	struct area below = area_sub(area, area->rows - DETAIL_ROWS, 0, DETAIL_ROWS, area->cols);
	const struct indicator_case *one = &self->rows[self->shown[self->list.cursor]].one;
	list_draw(&self->list, &list, true, draw_row, self);
	scr_hline(&below, 0, 0, below.cols, STYLE_BORDER);
	scr_wrap(&below, 1, 2, below.cols - 4, DETAIL_ROWS - 1, 0, STYLE_NORMAL, one->detail);
}

static enum screen_result take_reason(struct screen *screen, struct app *app, int choice)
{
	struct indicators_screen *self = self_of(screen);

	(void)app;
	if (choice == POPUP_NONE)
		return SCREEN_REDRAW;
	self->reason = choice == 0 ? ALL_REASONS : choice - 1;
	self->list.cursor = 0;
	select_rows(self);
	return SCREEN_REDRAW;
}

static enum screen_result ask_reason(struct indicators_screen *self, struct app *app)
{
	struct popup_item items[REASON_N + 1];
	struct arena arena = ARENA_INIT;
	size_t counts[REASON_N] = { 0 };

	memset(items, 0, sizeof(items));
	for (size_t i = 0; i < self->n_rows; i++)
		counts[self->rows[i].one.reason]++;
	items[0] = (struct popup_item){ "0", _("Show all"), false };
	for (int i = 0; i < REASON_N; i++) {
		items[i + 1].label = arena_printf(&arena, "%s (%zu)", reason_sentence((enum reason)i), counts[i]);
		if (!items[i + 1].label)
			items[i + 1].label = "";
	}
	popup_number(items, 1, REASON_N + 1);
	struct popup popup = { .title = _("What to show"), .items = items, .n_items = REASON_N + 1,
		               .answer = take_reason };
	enum screen_result result = popup_open(app, &self->screen, &popup);
	arena_free(&arena);
	return result;
}

static void export_row(void *arg, size_t index, const char **cells, struct arena *arena)
{
	struct indicators_screen *self = arg;
	const struct indicator_case *one = &self->rows[self->shown[index]].one;
	struct person person;
	char date[DATE_TEXT_BYTES];

	person_load(self->app, one->resident, &person);
	cells[0] = arena_strdup(arena, person.name);
	cells[1] = arena_strdup(arena, person.group);
	cells[2] = arena_printf(arena, "%d", one->visits_counted);
	cells[3] = arena_printf(arena, "%d", one->visits_needed);
	cells[4] = arena_strdup(arena, date_format(one->last_visit, date));
	cells[5] = one->in_denominator ? "1" : "0";
	cells[6] = one->in_numerator ? "1" : "0";
	cells[7] = reason_sentence(one->reason);
	cells[8] = one->detail;
}

static enum screen_result take_export(struct screen *screen, struct app *app, int choice)
{
	struct indicators_screen *self = self_of(screen);
	const char *const titles[] = { _("Name"), _("Group"), _("Visits"), _("Visits needed"),
		                       _("Last visit"), _("In the denominator"), _("In the numerator"),
		                       _("Reason"), _("Details") };

	if (choice != POPUP_NONE)
		export_write(app, app->answer_text, titles, 9, self->n_shown, export_row, self);
	return SCREEN_REDRAW;
}

static enum screen_result open_resident(struct indicators_screen *self, struct app *app)
{
	rid_t others[512];
	size_t n = 0, from = self->list.cursor > 255 ? self->list.cursor - 255 : 0;

	if (!self->n_shown)
		return SCREEN_DONE;
	for (size_t i = from; i < self->n_shown && n < 512; i++)
		others[n++] = self->rows[self->shown[i]].one.resident;
	return app_push(app, resident_new(app, self->rows[self->shown[self->list.cursor]].one.resident,
	                                  others, n));
}

static enum screen_result indicators_key(struct screen *screen, struct app *app, tkey_t key,
                                         enum action action)
{
	struct indicators_screen *self = self_of(screen);

	(void)key;
	switch (action) {
	case ACTION_OPEN:
		return open_resident(self, app);
	case ACTION_CHOOSE:
		return ask_reason(self, app);
	case ACTION_PRINT:
		return export_ask(app, screen, "indicator4", take_export);
	case ACTION_PREV:
	case ACTION_NEXT:
		self->year += action == ACTION_PREV ? -1 : 1;
		self->list.cursor = 0;
		indicators_reload(screen, app);
		return SCREEN_REDRAW;
	default:
		return list_key(&self->list, action) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
	}
}

static size_t indicators_keys(struct screen *screen, struct app *app,
                              struct keybar_item out[KEYBAR_MAX])
{
	(void)screen;
	(void)app;
	out[0] = (struct keybar_item){ ACTION_OPEN, NULL };
	out[1] = (struct keybar_item){ ACTION_HELP, NULL };
	out[2] = (struct keybar_item){ ACTION_CHOOSE, _("By reason") };
	out[3] = (struct keybar_item){ ACTION_PREV, _("Year before") };
	out[4] = (struct keybar_item){ ACTION_NEXT, _("Year after") };
	out[5] = (struct keybar_item){ ACTION_PRINT, NULL };
	out[6] = (struct keybar_item){ ACTION_REFRESH, NULL };
	out[7] = (struct keybar_item){ ACTION_BACK, NULL };
	return 8;
}

/* The definition with its values and sources, as it was counted. */
static const char *indicators_field_help(struct screen *screen, struct app *app)
{
	(void)app;
	return self_of(screen)->table.definition;
}

static void indicators_destroy(struct screen *screen)
{
	struct indicators_screen *self = self_of(screen);

	free(self->rows);
	free(self->shown);
	arena_free(&self->arena);
	free(self);
}

static const struct screen_ops indicators_ops = {
	.title = N_("Indicators"),
	.help = N_("Policy indicator 4 for hypertension: of the residents of low income with a contract and enrolled "
	           "for hypertension, how many are managed to the norm. Every resident is listed with the reason; "
	           "those marked ! can still be mended. Enter opens the resident, F4 shows one reason, F7 and F8 "
	           "change the year."),
	.draw = indicators_draw,
	.key = indicators_key,
	.keys = indicators_keys,
	.field_help = indicators_field_help,
	.reload = indicators_reload,
	.destroy = indicators_destroy,
};

struct screen *indicators_new(struct app *app)
{
	struct indicators_screen *self = calloc(1, sizeof(*self));
	int month, day;

	if (!self)
		return NULL;
	self->screen.ops = &indicators_ops;
	self->app = app;
	self->reason = ALL_REASONS;
	date_split(app->today, &self->year, &month, &day);
	indicators_reload(&self->screen, app);
	return &self->screen;
}
