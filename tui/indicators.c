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

enum { DETAIL_ROWS = 3, LATE_COLS = 11 };

struct indicators_screen {
	struct screen screen;
	struct app *app;
	struct figures figures;
	struct list list;
	struct arena help;
};

static struct indicators_screen *self_of(struct screen *screen)
{
	return (struct indicators_screen *)screen;
}

static void indicators_reload(struct screen *screen, struct app *app)
{
	struct indicators_screen *self = self_of(screen);
	struct error err = { 0 };

	if (figures_read(&self->figures, app, &err))
		app_say_error(app, &err);
	list_set_count(&self->list, self->figures.table ? self->figures.table->n_indicators : 0);
}

const char *indicator_figure(const struct indicator_view *view, const struct indicator_count *count,
                             char out[24])
{
	if (view->typed && !count->numerator && !count->denominator)
		snprintf(out, 24, "—");
	else if (view->count)
		snprintf(out, 24, "%llu", (unsigned long long)count->numerator);
	else
		care_rate_text(out, count->numerator, count->denominator);
	return out;
}

const char *indicator_help(const struct indicator_view *view, struct arena *arena)
{
	return arena_printf(arena, "%s\n%s%s\n%s%s", view->label, _("Definition: "), view->definition, _("Source: "),
	                    view->source);
}

/* Where the figures begin; of a closed period one more column stands behind them. */
static int figures_at(const struct indicators_screen *self, int cols)
{
	return cols - 34 - (self->figures.frozen ? LATE_COLS : 0);
}

static void draw_row(void *arg, size_t index, const struct area *line, enum style style)
{
	struct indicators_screen *self = arg;
	const struct indicator_view *view = &self->figures.table->indicators[index];
	const struct indicator_count *count = figures_total(&self->figures, index);
	int meets = care_meets(view, count), right = figures_at(self, line->cols);
	enum style mark = meets < 0 ? style : meets ? STYLE_OK : STYLE_ERROR;
	char figure[24], late[48];

	scr_put(line, 0, 2, right - 3, style, view->label);
	if (!view->count)
		scr_printf(line, 0, right, 13, list_style(style, STYLE_DIM), "%6llu/%llu",
		           (unsigned long long)count->numerator, (unsigned long long)count->denominator);
	scr_printf(line, 0, right + 14, 8, list_style(style, mark), "%7s", indicator_figure(view, count, figure));
	if (!isnan(view->target))
		scr_printf(line, 0, right + 23, 7, list_style(style, STYLE_DIM), "%s%g",
		           view->down ? "≤" : "≥", view->target);
	scr_put(line, 0, right + 31, 2, list_style(style, mark), meets < 0 ? "" : meets ? scr_symbol(SYM_CHECK) : "!");
	if (self->figures.frozen)
		scr_put(line, 0, right + 34, LATE_COLS - 1, list_style(style, STYLE_WARN),
		        figures_late(&self->figures, index, late));
}

static void draw_menu(const struct indicators_screen *self, const struct area *area)
{
	int x = period_draw_kinds(&self->figures.choice, area, 0, 2);

	x = scr_menu_item(area, 0, x, "4", _("Cohorts"), false);
	x = scr_menu_item(area, 0, x, "5", _("Honest data"), false);
	scr_menu_item(area, 0, x, "6", _("Closed periods"), false);
}

static void draw_headings(const struct indicators_screen *self, const struct area *area)
{
	int right = figures_at(self, area->cols - 1);
	char text[PERIOD_TEXT_BYTES], day[DATE_TEXT_BYTES];

	period_choice_text(&self->figures.choice, text);
	if (self->figures.frozen)
		scr_printf(area, 1, 2, right - 3, STYLE_STRONG, _("%s, closed on %s"), text,
		           date_format(self->figures.closed.closed, day));
	else
		scr_printf(area, 1, 2, right - 3, STYLE_STRONG, _("Indicators, %s"), text);
	scr_put(area, 1, right, 13, STYLE_HEADING, _("Met/of"));
	scr_put(area, 1, right + 14, 8, STYLE_HEADING, _("Figure"));
	scr_put(area, 1, right + 23, 8, STYLE_HEADING, _("Target"));
	if (self->figures.frozen)
		scr_put(area, 1, right + 34, LATE_COLS, STYLE_HEADING, _("Late"));
}

static void indicators_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct indicators_screen *self = self_of(screen);

	(void)app;
	draw_menu(self, area);
	draw_headings(self, area);
	if (!self->figures.table) {
		scr_put(area, 3, 2, area->cols - 4, STYLE_DIM, _("The indicators could not be computed; F5 tries again."));
		scr_cursor(area, 3, 2);
		return;
	}
	struct area list = area_sub(area, 2, 0, area->rows - 2 - DETAIL_ROWS, area->cols);
	struct area below = area_sub(area, area->rows - DETAIL_ROWS, 0, DETAIL_ROWS, area->cols);
	list_draw(&self->list, &list, true, draw_row, self);
	scr_hline(&below, 0, 0, below.cols, STYLE_BORDER);
	scr_wrap(&below, 1, 2, below.cols - 4, DETAIL_ROWS - 1, 0, STYLE_NORMAL,
	         self->figures.table->indicators[self->list.cursor].definition);
}

static void export_row(void *arg, size_t index, const char **cells, struct arena *arena)
{
	struct indicators_screen *self = arg;
	const struct indicator_view *view = &self->figures.table->indicators[index];
	const struct indicator_count *count = figures_total(&self->figures, index);
	char figure[24], late[48];

	cells[0] = view->code;
	cells[1] = view->label;
	cells[2] = arena_printf(arena, "%llu", (unsigned long long)count->numerator);
	cells[3] = arena_printf(arena, "%llu", (unsigned long long)count->denominator);
	cells[4] = arena_printf(arena, "%llu", (unsigned long long)count->apart);
	cells[5] = arena_strdup(arena, indicator_figure(view, count, figure));
	cells[6] = isnan(view->target) ? "" : arena_printf(arena, "%g", view->target);
	cells[7] = arena_strdup(arena, figures_late(&self->figures, index, late));
	cells[8] = view->source;
}

static enum screen_result take_export(struct screen *screen, struct app *app, int choice)
{
	struct indicators_screen *self = self_of(screen);
	const char *const titles[] = { _("Code"), _("Indicator"), _("Numerator"), _("Denominator"),
		                       _("Apart"), _("Figure"), _("Target"), _("Late"), _("Source") };

	if (choice != POPUP_NONE && self->figures.table)
		export_write(app, app->answer_text, titles, 9, self->figures.table->n_indicators, export_row, self);
	return SCREEN_REDRAW;
}

static enum screen_result indicators_key(struct screen *screen, struct app *app, tkey_t key,
                                         enum action action)
{
	struct indicators_screen *self = self_of(screen);

	switch (key) {
	case '4':
		return app_push(app, cohorts_new(app));
	case '5':
		return app_push(app, honest_new(app, &self->figures.choice));
	case '6':
		return app_push(app, closings_new(app, self->figures.choice.kind));
	default:
		break;
	}
	if (period_key(&self->figures.choice, app, key, action)) {
		indicators_reload(screen, app);
		return SCREEN_REDRAW;
	}
	switch (action) {
	case ACTION_OPEN:
		if (!self->figures.table)
			return SCREEN_DONE;
		return app_push(app, indicator_new(app, self->figures.table->indicators[self->list.cursor].code,
		                                   &self->figures.choice));
	case ACTION_PRINT:
		return export_ask(app, screen, "indicators", take_export);
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
	out[2] = (struct keybar_item){ ACTION_PREV, _("Before") };
	out[3] = (struct keybar_item){ ACTION_NEXT, _("After") };
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
	if (!self->figures.table || !self->figures.table->n_indicators)
		return NULL;
	arena_reset(&self->help);
	return indicator_help(&self->figures.table->indicators[self->list.cursor], &self->help);
}

static void indicators_destroy(struct screen *screen)
{
	struct indicators_screen *self = self_of(screen);

	figures_free(&self->figures);
	arena_free(&self->help);
	free(self);
}

static const struct screen_ops indicators_ops = {
	.title = N_("Indicators"),
	.help = N_("The policy's indicators and each programme's rates: how many met the aim, of how many, and the target. "
	           "Enter lists the people behind a figure, those who can still be mended first. F1 tells how it is "
	           "counted and from which rule, F7 and F8 go a year, quarter or month back and on. Of a closed period the "
	           "frozen figures stand there; what was entered after the closing stands beside them as Late: met/of. "
	           "F9 writes a table."),
	.draw = indicators_draw,
	.key = indicators_key,
	.keys = indicators_keys,
	.field_help = indicators_field_help,
	.reload = indicators_reload,
	.destroy = indicators_destroy,
};

struct screen *indicators_new(struct app *app, const struct period_choice *choice)
{
	struct indicators_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &indicators_ops;
	self->app = app;
	self->figures.choice = choice ? *choice : period_of(PERIOD_YEAR, app->today);
	indicators_reload(&self->screen, app);
	return &self->screen;
}
