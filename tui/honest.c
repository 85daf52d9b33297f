/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Honest data: what in the records looks copied, made up or written down late; the doctor sees it first. */
#include "config.h"
#include "tui/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include "lib/i18n.h"
#include "tui/export.h"
#include "tui/list.h"
#include "tui/popup.h"

enum { DETAIL_ROWS = 4 };

struct honest_screen {
	struct screen screen;
	struct app *app;
	struct period_choice choice;
	struct care_period period;
	struct honest_figure figures[HONEST_N];
	bool known; /* they could be computed */
	struct list list;
	struct arena help;
};

static struct honest_screen *self_of(struct screen *screen)
{
	return (struct honest_screen *)screen;
}

static void honest_reload(struct screen *screen, struct app *app)
{
	struct honest_screen *self = self_of(screen);
	struct error err = { 0 };
	int code = period_resolve(&self->choice, app->today, &self->period, &err);

	if (!code)
		code = care_honest(app->store, &self->period, HONEST_REPEATED, NULL, NULL, self->figures,
		                   app_progress(app), &err);
	if (code)
		app_say_error(app, &err);
	self->known = !code;
	list_set_count(&self->list, self->known ? HONEST_N : 0);
}

/* --- drawing --- */

static void draw_row(void *arg, size_t index, const struct area *line, enum style style)
{
	const struct honest_screen *self = arg;
	const struct honest_figure *one = &self->figures[index];
	int right = line->cols - 24;
	char rate[16];

	scr_put(line, 0, 2, 2, list_style(style, STYLE_WARN), one->remarkable ? "!" : "");
	int x = 4 + scr_put(line, 0, 4, right - (one->digit >= 0 ? 9 : 5), style, honest_label((enum honest_check)index));
	if (one->digit >= 0 && one->of)
		scr_printf(line, 0, x < right - 5 ? x : right - 5, 4, style, "(%d)", one->digit);
	scr_printf(line, 0, right, 14, list_style(style, STYLE_DIM), "%6llu/%llu", (unsigned long long)one->n,
	           (unsigned long long)one->of);
	scr_printf(line, 0, right + 15, 8, list_style(style, one->remarkable ? STYLE_WARN : style), "%6s%s",
	           care_rate_text(rate, one->n, one->of), one->of ? " %" : "");
}

/* The telephones are those of everybody; all else is of visits. */
static bool is_empty(const struct honest_screen *self)
{
	for (int i = 0; i < HONEST_N; i++)
		if (self->figures[i].of && i != HONEST_PHONE)
			return false;
	return !self->figures[HONEST_PHONE].remarkable;
}

static void draw_headings(const struct honest_screen *self, const struct area *area)
{
	char text[PERIOD_TEXT_BYTES];

	period_draw_kinds(&self->choice, area, 0, 2);
	scr_printf(area, 1, 2, area->cols - 26, STYLE_STRONG, _("Signs to look at, %s"),
	           period_choice_text(&self->choice, text));
	scr_put(area, 1, area->cols - 24, 14, STYLE_HEADING, _("Found/of"));
	scr_put(area, 1, area->cols - 10, 8, STYLE_HEADING, _("Share"));
}

static void honest_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct honest_screen *self = self_of(screen);
	struct area list = area_sub(area, 2, 0, area->rows - 2 - DETAIL_ROWS, area->cols);
	struct area below = area_sub(area, area->rows - DETAIL_ROWS, 0, DETAIL_ROWS, area->cols);

	(void)app;
	draw_headings(self, area);
	if (!self->known || is_empty(self)) {
		scr_put(&list, 1, 4, list.cols - 4, STYLE_DIM,
		        self->known ? _("No visit was recorded in this time. F7 goes back in time.") :
		                      _("This could not be computed; F5 tries again."));
		scr_cursor(&list, 1, 4);
		return;
	}
	list_draw(&self->list, &list, true, draw_row, self);
	scr_hline(&below, 0, 0, below.cols, STYLE_BORDER);
	scr_wrap(&below, 1, 2, below.cols - 4, DETAIL_ROWS - 1, 0, STYLE_NORMAL,
	         _("None of this proves anything, and none of it changes a count: look at the records first (Enter). "
	           "The township sees the same figures after the next bundle."));
}

/* --- keys --- */

/* A digit that is written too often has no records of its own. */
static enum screen_result open_line(struct honest_screen *self, struct app *app)
{
	enum honest_check check = (enum honest_check)self->list.cursor;

	if (!self->known)
		return SCREEN_DONE;
	if (self->figures[check].digit >= 0 || check <= HONEST_DBP_DIGIT) {
		app_say(app, STYLE_DIM, "%s", _("A digit is a matter of all readings: there is no list behind it."));
		return SCREEN_REDRAW;
	}
	return app_push(app, honest_cases_new(app, check, &self->period));
}

static void export_row(void *arg, size_t index, const char **cells, struct arena *arena)
{
	const struct honest_screen *self = arg;
	const struct honest_figure *one = &self->figures[index];
	char rate[16];

	cells[0] = honest_label((enum honest_check)index);
	cells[1] = arena_printf(arena, "%llu", (unsigned long long)one->n);
	cells[2] = arena_printf(arena, "%llu", (unsigned long long)one->of);
	cells[3] = arena_strdup(arena, care_rate_text(rate, one->n, one->of));
	cells[4] = honest_source(form_set_rules(self->app->forms), (enum honest_check)index, self->period.on, arena);
}

static enum screen_result take_export(struct screen *screen, struct app *app, int choice)
{
	struct honest_screen *self = self_of(screen);
	const char *const titles[] = { _("What"), _("Found"), _("Of"), _("Share"), _("Source") };

	if (choice != POPUP_NONE && self->known)
		export_write(app, app->answer_text, titles, 5, HONEST_N, export_row, self);
	return SCREEN_REDRAW;
}

static enum screen_result honest_key(struct screen *screen, struct app *app, tkey_t key, enum action action)
{
	struct honest_screen *self = self_of(screen);

	if (period_key(&self->choice, app, key, action)) {
		honest_reload(screen, app);
		return SCREEN_REDRAW;
	}
	switch (action) {
	case ACTION_OPEN:
		return open_line(self, app);
	case ACTION_PRINT:
		return export_ask(app, screen, "honest", take_export);
	default:
		return list_key(&self->list, action) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
	}
}

static size_t honest_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	(void)screen;
	(void)app;
	out[0] = (struct keybar_item){ ACTION_OPEN, _("Show records") };
	out[1] = (struct keybar_item){ ACTION_HELP, _("Rule") };
	out[2] = (struct keybar_item){ ACTION_PREV, _("Before") };
	out[3] = (struct keybar_item){ ACTION_NEXT, _("After") };
	out[4] = (struct keybar_item){ ACTION_PRINT, NULL };
	out[5] = (struct keybar_item){ ACTION_REFRESH, NULL };
	out[6] = (struct keybar_item){ ACTION_BACK, NULL };
	return 7;
}

static const char *honest_field_help(struct screen *screen, struct app *app)
{
	struct honest_screen *self = self_of(screen);
	enum honest_check check = (enum honest_check)self->list.cursor;

	if (!self->known)
		return NULL;
	arena_reset(&self->help);
	return arena_printf(&self->help, "%s\n%s%s", honest_label(check), _("Source: "),
	                    honest_source(form_set_rules(app->forms), check, self->period.on, &self->help));
}

static void honest_destroy(struct screen *screen)
{
	struct honest_screen *self = self_of(screen);

	arena_free(&self->help);
	free(self);
}

static const struct screen_ops honest_ops = {
	.title = N_("Honest data"),
	.help = N_("What in the records of this time looks copied, made up or written down late: you see it before anybody "
	           "else does, and can look what is behind it. Marked ! is what reaches the limit of the rule (F1). Enter "
	           "shows the records; that names were shown is noted. F7 and F8 go back and on in time."),
	.draw = honest_draw,
	.key = honest_key,
	.keys = honest_keys,
	.field_help = honest_field_help,
	.reload = honest_reload,
	.destroy = honest_destroy,
};

struct screen *honest_new(struct app *app, const struct period_choice *choice)
{
	struct honest_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &honest_ops;
	self->app = app;
	self->choice = *choice;
	honest_reload(&self->screen, app);
	return &self->screen;
}
