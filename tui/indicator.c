/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/indicator.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "tui/export.h"
#include "tui/list.h"
#include "tui/people.h"
#include "tui/popup.h"
#include "tui/screens.h"

enum { BAR_COLS = 24, BAR_LEAST = 8, FIGURE_COLS = 36, DETAIL_ROWS = 3, CONDITIONS = 24 };

struct case_row {
	struct indicator_case one; /* texts in arena */
	char name[96];             /* read when first shown */
	bool loaded;
};

struct indicator_screen {
	struct screen screen;
	struct app *app;
	char code[64];
	struct figures figures;
	size_t at;                 /* the row of code; beyond them when it cannot be read */
	struct arena arena;
	struct case_row *rows;
	size_t n_rows, cap_rows;
	uint32_t *shown;
	size_t n_shown;
	struct list list;
	const char *conditions[CONDITIONS]; /* that are among the rows; in arena */
	size_t n_conditions;
	const char *only;                   /* one of them, or NULL: all */
	struct care_period noted;           /* of which it is noted that names are shown */
};

static struct indicator_screen *self_of(struct screen *screen)
{
	return (struct indicator_screen *)screen;
}

/* The same text once: rows are told apart by their pointer. */
static const char *keep_condition(struct indicator_screen *self, const char *text)
{
	for (size_t i = 0; i < self->n_conditions; i++)
		if (!strcmp(self->conditions[i], text))
			return self->conditions[i];
	const char *kept = arena_strdup(&self->arena, text);
	if (kept && self->n_conditions < CONDITIONS)
		self->conditions[self->n_conditions++] = kept;
	return kept ? kept : "";
}

static bool add_case(void *arg, const struct indicator_case *one)
{
	struct indicator_screen *self = arg;

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
	row->one.region = NULL;
	row->one.condition = keep_condition(self, one->condition);
	row->one.detail = arena_strdup(&self->arena, one->detail);
	return row->one.detail;
}

/* Those that can still be mended first. */
static int rank(const struct indicator_case *one)
{
	return one->kind == STANDING_MISSED ? 0 : one->kind == STANDING_APART ? 1 : 2;
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct indicator_screen *self = arg;
	const struct indicator_case *ca = &self->rows[*(const uint32_t *)a].one;
	const struct indicator_case *cb = &self->rows[*(const uint32_t *)b].one;
	int order = rank(ca) - rank(cb);

	if (!order)
		order = strcmp(ca->condition, cb->condition);
	return order ? order : (ca->subject > cb->subject) - (ca->subject < cb->subject);
}

static void select_rows(struct indicator_screen *self)
{
	free(self->shown);
	self->shown = calloc(self->n_rows + 1, sizeof(*self->shown));
	self->n_shown = 0;
	for (size_t i = 0; self->shown && i < self->n_rows; i++)
		if (!self->only || self->rows[i].one.condition == self->only)
			self->shown[self->n_shown++] = (uint32_t)i;
	if (self->n_shown > 1)
		qsort_r(self->shown, self->n_shown, sizeof(*self->shown), compare, self);
	list_set_count(&self->list, self->n_shown);
}

static const struct indicator_view *view_of(const struct indicator_screen *self)
{
	const struct indicator_table *table = self->figures.table;

	return table && self->at < table->n_indicators ? &table->indicators[self->at] : NULL;
}

static int read_figure(struct indicator_screen *self, struct app *app, struct error *err)
{
	int rc = figures_read(&self->figures, app, err);

	for (self->at = 0; !rc && self->at < self->figures.table->n_indicators; self->at++)
		if (!strcmp(self->figures.table->indicators[self->at].code, self->code))
			break;
	return rc;
}

/* Before they are shown, and once for a period. */
static int note_names(struct indicator_screen *self, struct app *app, struct error *err)
{
	const struct care_period *period = &self->figures.period;
	bool noted = self->noted.first == period->first && self->noted.on == period->on;
	int rc = noted || !self->n_rows ? 0 : care_audit_indicator(app->store, self->code, period, self->n_rows, err);

	if (!rc)
		self->noted = *period;
	return rc;
}

static void indicator_reload(struct screen *screen, struct app *app)
{
	struct indicator_screen *self = self_of(screen);
	struct error err = { 0 };

	arena_reset(&self->arena);
	self->n_rows = self->n_conditions = 0;
	self->only = NULL;
	if (read_figure(self, app, &err) ||
	    care_indicator_cases(app->store, self->code, &self->figures.period, add_case, self, app_progress(app), &err) ||
	    note_names(self, app, &err)) {
		self->n_rows = 0;
		app_say_error(app, &err);
	}
	select_rows(self);
}

/* --- drawing --- */

static void draw_bar(const struct indicator_view *view, const struct area *area, int x, double percent)
{
	double target = view->target;
	bool good = isnan(target) || (view->down ? percent <= target : percent >= target);
	int cols = area->cols - x < BAR_COLS ? area->cols - x : BAR_COLS;
	int filled = (int)(percent / 100 * cols);
	int mark = isnan(target) ? -1 : (int)(target / 100 * cols) - (target >= 100);

	for (int i = 0; cols >= BAR_LEAST && i < cols; i++)
		scr_put(area, 0, x + i, 1, i == mark ? STYLE_TARGET : good ? STYLE_BAR_OK : STYLE_BAR_HIGH,
		        i == mark ? "|" : i < filled ? scr_block(7) : scr_symbol(SYM_DOT));
}

static void draw_figure(const struct indicator_screen *self, const struct area *area)
{
	const struct indicator_view *view = view_of(self);
	const struct indicator_count *total = figures_total(&self->figures, self->at);
	int meets = care_meets(view, total);
	char figure[24], text[PERIOD_TEXT_BYTES];
	int cols = (int)utf8_cols(view->label), most = area->cols - FIGURE_COLS;
	int x = 2 + scr_put(area, 0, 2, cols < most ? cols : most, STYLE_STRONG, view->label) + 1;

	x += scr_put(area, 0, x, -1, STYLE_DIM, period_choice_text(&self->figures.choice, text)) + 2;
	if (!view->count)
		x += scr_printf(area, 0, x, -1, STYLE_NORMAL, "%llu / %llu", (unsigned long long)total->numerator,
		                (unsigned long long)total->denominator) + 2;
	x += scr_printf(area, 0, x, -1, meets < 0 ? STYLE_NORMAL : meets ? STYLE_OK : STYLE_ERROR, "%s%s",
	                indicator_figure(view, total, figure), view->count || !total->denominator ? "" : " %") + 2;
	if (!view->count && total->denominator)
		draw_bar(view, area, x, 100.0 * (double)total->numerator / (double)total->denominator);
}

/* Of a closed period: since when, and what came later; the names are those of today. Returns the rows used. */
static int draw_closed(const struct indicator_screen *self, const struct area *area, int y)
{
	char late[48], day[DATE_TEXT_BYTES];

	if (!self->figures.frozen)
		return 0;
	figures_late(&self->figures, self->at, late);
	scr_printf(area, y, 2, area->cols - 4, STYLE_WARN, _("Closed on %s; late entries: %s. The list is as of today."),
	           date_format(self->figures.closed.closed, day), *late ? late : _("none"));
	return 1;
}

static const char *case_label(const struct indicator_screen *self, const struct indicator_case *one)
{
	if (!view_of(self)->count || one->kind == STANDING_APART)
		return standing_label(one->kind);
	return one->kind == STANDING_MET ? _("counted") : _("not one of them");
}

static void draw_row(void *arg, size_t index, const struct area *line, enum style style)
{
	struct indicator_screen *self = arg;
	struct case_row *row = &self->rows[self->shown[index]];
	const struct indicator_case *one = &row->one;
	bool met = one->kind == STANDING_MET;

	if (!row->loaded) {
		struct person person;
		person_load(self->app, one->subject, &person);
		snprintf(row->name, sizeof(row->name), "%s", person.name);
		row->loaded = true;
	}
	/* Being one of a number, of blanks say, is nothing to reach. */
	bool count = view_of(self)->count, missed = one->kind == STANDING_MISSED && !count;

	scr_put(line, 0, 2, 2, list_style(style, met ? STYLE_OK : STYLE_ERROR),
	        count ? "" : met ? scr_symbol(SYM_CHECK) : missed ? "!" : " ");
	scr_put(line, 0, 4, 11, style, row->name);
	scr_put(line, 0, 16, 16, list_style(style, STYLE_DIM), case_label(self, one));
	scr_printf(line, 0, 33, line->cols - 33, style, "%s%s", missed ? _("fails: ") : count && !met ? _("not: ") : "",
	           one->condition);
}

static void indicator_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct indicator_screen *self = self_of(screen);
	int y;

	(void)app;
	if (!view_of(self)) {
		scr_put(area, 1, 2, area->cols - 4, STYLE_DIM, _("The indicators could not be computed; F5 tries again."));
		scr_cursor(area, 1, 2);
		return;
	}
	draw_figure(self, area);
	y = 1 + scr_wrap(area, 1, 2, area->cols - 4, 2, 0, STYLE_DIM, view_of(self)->definition);
	y = y > 3 ? 3 : y;
	y += draw_closed(self, area, y);
	scr_hline(area, y++, 0, area->cols, STYLE_BORDER);
	scr_put(area, y, 4, 11, STYLE_HEADING, _("Name"));
	scr_put(area, y, 16, 16, STYLE_HEADING, _("Standing"));
	scr_printf(area, y, 33, area->cols - 33, STYLE_HEADING, "%s (%zu)",
	           self->only ? self->only : _("Condition that decides"), self->n_shown);
	struct area list = area_sub(area, y + 1, 0, area->rows - y - 1, area->cols);
	if (!self->n_shown) {
		scr_put(&list, 1, 4, list.cols - 4, STYLE_DIM, _("Nobody and nothing is counted here yet."));
		scr_cursor(&list, 1, 4);
		return;
	}
	list.rows -= DETAIL_ROWS;
	struct area below = area_sub(area, area->rows - DETAIL_ROWS, 0, DETAIL_ROWS, area->cols);
	list_draw(&self->list, &list, true, draw_row, self);
	scr_hline(&below, 0, 0, below.cols, STYLE_BORDER);
	scr_wrap(&below, 1, 2, below.cols - 4, DETAIL_ROWS - 1, 0, STYLE_NORMAL,
	         self->rows[self->shown[self->list.cursor]].one.detail);
}

/* --- keys --- */

static enum screen_result take_condition(struct screen *screen, struct app *app, int choice)
{
	struct indicator_screen *self = self_of(screen);

	(void)app;
	if (choice == POPUP_NONE)
		return SCREEN_REDRAW;
	self->only = choice == 0 || (size_t)choice > self->n_conditions ? NULL : self->conditions[choice - 1];
	self->list.cursor = 0;
	select_rows(self);
	return SCREEN_REDRAW;
}

static enum screen_result ask_condition(struct indicator_screen *self, struct app *app)
{
	struct popup_item items[CONDITIONS + 1] = { { .code = "0" } };
	struct arena arena = ARENA_INIT;

	items[0].label = _("Show all");
	for (size_t i = 0; i < self->n_conditions; i++) {
		size_t n = 0;
		for (size_t r = 0; r < self->n_rows; r++)
			n += self->rows[r].one.condition == self->conditions[i];
		items[i + 1].label = arena_printf(&arena, "%s (%zu)",
		                                  *self->conditions[i] ? self->conditions[i] : standing_label(STANDING_MET), n);
		if (!items[i + 1].label)
			items[i + 1].label = "";
	}
	popup_number(items, 1, self->n_conditions + 1);
	struct popup popup = { .title = _("What to show"), .items = items, .n_items = self->n_conditions + 1,
		               .answer = take_condition };
	enum screen_result result = popup_open(app, &self->screen, &popup);
	arena_free(&arena);
	return result;
}

static void export_row(void *arg, size_t index, const char **cells, struct arena *arena)
{
	struct indicator_screen *self = arg;
	const struct indicator_case *one = &self->rows[self->shown[index]].one;
	struct person person;

	person_load(self->app, one->subject, &person);
	cells[0] = arena_strdup(arena, person.name);
	cells[1] = arena_strdup(arena, person.group);
	cells[2] = case_label(self, one);
	cells[3] = one->condition;
	cells[4] = one->detail;
}

static enum screen_result take_export(struct screen *screen, struct app *app, int choice)
{
	struct indicator_screen *self = self_of(screen);
	const char *const titles[] = { _("Name"), _("Group"), _("Standing"), _("Condition that decides"), _("Details") };

	if (choice != POPUP_NONE)
		export_write(app, app->answer_text, titles, 5, self->n_shown, export_row, self);
	return SCREEN_REDRAW;
}

/* What is counted may be a village or a clinic: that is opened as the record that it is. */
static enum screen_result open_unit(struct app *app, rid_t subject, const rid_t *others, size_t n)
{
	struct arena arena = ARENA_INIT;
	struct record record;
	struct error err = { 0 };
	enum screen_result result = SCREEN_REDRAW;

	if (store_record(app->store, subject, &arena, &record, &err))
		app_say_error(app, &err);
	else
		result = app_push(app, strcmp(record.form, "resident") ? form_new(app, record.form, 0, subject) :
		                                                         resident_new(app, subject, others, n));
	arena_free(&arena);
	return result;
}

static enum screen_result open_case(struct indicator_screen *self, struct app *app)
{
	rid_t others[512];
	size_t n = 0, from = self->list.cursor > 255 ? self->list.cursor - 255 : 0;

	if (!self->n_shown)
		return SCREEN_DONE;
	for (size_t i = from; i < self->n_shown && n < 512; i++) {
		rid_t subject = self->rows[self->shown[i]].one.subject;
		if (!n || others[n - 1] != subject)
			others[n++] = subject;
	}
	return open_unit(app, self->rows[self->shown[self->list.cursor]].one.subject, others, n);
}

static enum screen_result indicator_key(struct screen *screen, struct app *app, tkey_t key,
                                        enum action action)
{
	struct indicator_screen *self = self_of(screen);

	if (period_key(&self->figures.choice, app, key, action)) {
		self->list.cursor = 0;
		indicator_reload(screen, app);
		return SCREEN_REDRAW;
	}
	switch (action) {
	case ACTION_OPEN:
		return open_case(self, app);
	case ACTION_CHOOSE:
		return ask_condition(self, app);
	case ACTION_PRINT:
		return export_ask(app, screen, self->code, take_export);
	default:
		return list_key(&self->list, action) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
	}
}

static size_t indicator_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	(void)screen;
	(void)app;
	out[0] = (struct keybar_item){ ACTION_OPEN, NULL };
	out[1] = (struct keybar_item){ ACTION_HELP, NULL };
	out[2] = (struct keybar_item){ ACTION_CHOOSE, _("By reason") };
	out[3] = (struct keybar_item){ ACTION_PREV, _("Before") };
	out[4] = (struct keybar_item){ ACTION_NEXT, _("After") };
	out[5] = (struct keybar_item){ ACTION_PRINT, NULL };
	out[6] = (struct keybar_item){ ACTION_REFRESH, NULL };
	out[7] = (struct keybar_item){ ACTION_BACK, NULL };
	return 8;
}

static const char *indicator_field_help(struct screen *screen, struct app *app)
{
	struct indicator_screen *self = self_of(screen);

	(void)app;
	const struct indicator_view *view = view_of(self);
	return view ? indicator_help(view, &self->arena) : NULL;
}

static void indicator_destroy(struct screen *screen)
{
	struct indicator_screen *self = self_of(screen);

	free(self->rows);
	free(self->shown);
	arena_free(&self->arena);
	figures_free(&self->figures);
	free(self);
}

static const struct screen_ops indicator_ops = {
	.title = N_("Indicator"),
	.help = N_("The people (or records) behind one figure. Those marked ! can still be mended: the condition that they "
	           "fail stands beside them, what decided it below. Enter opens the resident, F4 shows one condition, "
	           "F7 and F8 go back and on in time; 1 to 3 choose year, quarter or month."),
	.draw = indicator_draw,
	.key = indicator_key,
	.keys = indicator_keys,
	.field_help = indicator_field_help,
	.reload = indicator_reload,
	.destroy = indicator_destroy,
};

struct screen *indicator_new(struct app *app, const char *code, const struct period_choice *choice)
{
	struct indicator_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &indicator_ops;
	self->app = app;
	self->figures.choice = *choice;
	snprintf(self->code, sizeof(self->code), "%s", code);
	indicator_reload(&self->screen, app);
	return &self->screen;
}
