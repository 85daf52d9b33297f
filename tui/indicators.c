/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All indicators: figure, target, and the way to the names behind each. */
#include "config.h"
#include "tui/screens.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "care/care.h"
#include "lib/i18n.h"
#include "tui/export.h"
#include "tui/indicator.h"
#include "tui/list.h"
#include "tui/popup.h"

enum { DETAIL_ROWS = 3 };

struct indicators_screen {
	struct screen screen;
	struct app *app;
	const struct indicator_table *table; /* of the app's board; NULL: could not be computed */
	struct list list;
	struct arena help;
	int year;
};

static struct indicators_screen *self_of(struct screen *screen)
{
	return (struct indicators_screen *)screen;
}

static void indicators_reload(struct screen *screen, struct app *app)
{
	struct indicators_screen *self = self_of(screen);
	struct error err = { 0 };

	if (app_indicators(app, self->year, &self->table, &err)) {
		app_say_error(app, &err);
		self->table = NULL;
	}
	list_set_count(&self->list, self->table ? self->table->n_indicators : 0);
}

const char *indicator_figure(const struct indicator_view *view, const struct indicator_count *count,
                             char out[24])
{
	if (view->count)
		snprintf(out, 24, "%llu", (unsigned long long)count->numerator);
	else
		care_rate_text(out, count->numerator, count->denominator);
	return out;
}

static void draw_row(void *arg, size_t index, const struct area *line, enum style style)
{
	struct indicators_screen *self = arg;
	const struct indicator_view *view = &self->table->indicators[index];
	const struct indicator_count *count = &self->table->total.counts[index];
	int meets = care_meets(view, count), right = line->cols - 34;
	enum style mark = meets < 0 ? style : meets ? STYLE_OK : STYLE_ERROR;
	char figure[24];

	scr_put(line, 0, 2, right - 3, style, view->label);
	if (!view->count)
		scr_printf(line, 0, right, 13, list_style(style, STYLE_DIM), "%6llu/%llu",
		           (unsigned long long)count->numerator, (unsigned long long)count->denominator);
	scr_printf(line, 0, right + 14, 8, list_style(style, mark), "%7s", indicator_figure(view, count, figure));
	if (!isnan(view->target))
		scr_printf(line, 0, right + 23, 7, list_style(style, STYLE_DIM), "%s%g",
		           view->down ? "≤" : "≥", view->target);
	scr_put(line, 0, right + 31, 2, list_style(style, mark), meets < 0 ? "" : meets ? scr_symbol(SYM_CHECK) : "!");
}

static void indicators_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct indicators_screen *self = self_of(screen);
	int right = area->cols - 35;

	(void)app;
	scr_printf(area, 0, 2, right - 3, STYLE_STRONG, _("Indicators in %d"), self->year);
	scr_put(area, 0, right, 13, STYLE_HEADING, _("Met/of"));
	scr_put(area, 0, right + 14, 8, STYLE_HEADING, _("Figure"));
	scr_put(area, 0, right + 23, 8, STYLE_HEADING, _("Target"));
	if (!self->table) {
		scr_put(area, 2, 2, area->cols - 4, STYLE_DIM, _("The indicators could not be computed; F5 tries again."));
		scr_cursor(area, 2, 2);
		return;
	}
	struct area list = area_sub(area, 1, 0, area->rows - 1 - DETAIL_ROWS, area->cols);
	struct area below = area_sub(area, area->rows - DETAIL_ROWS, 0, DETAIL_ROWS, area->cols);
	list_draw(&self->list, &list, true, draw_row, self);
	scr_hline(&below, 0, 0, below.cols, STYLE_BORDER);
	scr_wrap(&below, 1, 2, below.cols - 4, DETAIL_ROWS - 1, 0, STYLE_NORMAL,
	         self->table->indicators[self->list.cursor].definition);
}

static void export_row(void *arg, size_t index, const char **cells, struct arena *arena)
{
	struct indicators_screen *self = arg;
	const struct indicator_view *view = &self->table->indicators[index];
	const struct indicator_count *count = &self->table->total.counts[index];
	char figure[24];

	cells[0] = view->code;
	cells[1] = view->label;
	cells[2] = arena_printf(arena, "%llu", (unsigned long long)count->numerator);
	cells[3] = arena_printf(arena, "%llu", (unsigned long long)count->denominator);
	cells[4] = arena_printf(arena, "%llu", (unsigned long long)count->apart);
	cells[5] = arena_strdup(arena, indicator_figure(view, count, figure));
	cells[6] = isnan(view->target) ? "" : arena_printf(arena, "%g", view->target);
	cells[7] = view->source;
}

static enum screen_result take_export(struct screen *screen, struct app *app, int choice)
{
	struct indicators_screen *self = self_of(screen);
	const char *const titles[] = { _("Code"), _("Indicator"), _("Numerator"), _("Denominator"),
		                       _("Apart"), _("Figure"), _("Target"), _("Source") };

	if (choice != POPUP_NONE && self->table)
		export_write(app, app->answer_text, titles, 8, self->table->n_indicators, export_row, self);
	return SCREEN_REDRAW;
}

static enum screen_result indicators_key(struct screen *screen, struct app *app, tkey_t key,
                                         enum action action)
{
	struct indicators_screen *self = self_of(screen);

	(void)key;
	switch (action) {
	case ACTION_OPEN:
		if (!self->table)
			return SCREEN_DONE;
		return app_push(app, indicator_new(app, self->table->indicators[self->list.cursor].code, self->year));
	case ACTION_PRINT:
		return export_ask(app, screen, "indicators", take_export);
	case ACTION_PREV:
	case ACTION_NEXT:
		self->year += action == ACTION_PREV ? -1 : 1;
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
	out[0] = (struct keybar_item){ ACTION_OPEN, _("Names") };
	out[1] = (struct keybar_item){ ACTION_HELP, NULL };
	out[2] = (struct keybar_item){ ACTION_PREV, _("Year before") };
	out[3] = (struct keybar_item){ ACTION_NEXT, _("Year after") };
	out[4] = (struct keybar_item){ ACTION_PRINT, NULL };
	out[5] = (struct keybar_item){ ACTION_REFRESH, NULL };
	out[6] = (struct keybar_item){ ACTION_BACK, NULL };
	return 7;
}

/* The definition and source of the indicator under the cursor. */
static const char *indicators_field_help(struct screen *screen, struct app *app)
{
	struct indicators_screen *self = self_of(screen);

	(void)app;
	if (!self->table || !self->table->n_indicators)
		return NULL;
	const struct indicator_view *view = &self->table->indicators[self->list.cursor];
	arena_reset(&self->help);
	return arena_printf(&self->help, "%s\n%s%s\n%s%s", view->label, _("Definition: "), view->definition,
	                    _("Source: "), view->source);
}

static void indicators_destroy(struct screen *screen)
{
	struct indicators_screen *self = self_of(screen);

	arena_free(&self->help);
	free(self);
}

static const struct screen_ops indicators_ops = {
	.title = N_("Indicators"),
	.help = N_("The policy's indicators and each programme's rates: how many met the aim, of how many, and the target. "
	           "Enter lists the people behind a figure, those who can still be mended first. F1 tells how it is "
	           "counted and from which rule, F7 and F8 change the year, F9 writes a table."),
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
	date_split(app->today, &self->year, &month, &day);
	indicators_reload(&self->screen, app);
	return &self->screen;
}
