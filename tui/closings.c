/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Closed periods: which months, quarters and years are frozen, and freezing one that is over. */
#include "config.h"
#include "tui/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"
#include "tui/list.h"
#include "tui/popup.h"

enum { LINES = 24, YEARS = 5, DETAIL_ROWS = 4 };

struct closing_line {
	struct period_choice choice;
	date_t closed; /* DATE_NONE: not */
};

struct closings_screen {
	struct screen screen;
	struct app *app;
	struct period_choice choice; /* of which only the kind is shown */
	struct closing_line lines[LINES];
	size_t n;
	struct list list;
};

static struct closings_screen *self_of(struct screen *screen)
{
	return (struct closings_screen *)screen;
}

static date_t closed_on(const struct closed_mark *marks, size_t n, const struct period_choice *choice)
{
	char text[PERIOD_TEXT_BYTES];

	period_choice_text(choice, text);
	for (size_t i = 0; i < n; i++)
		if (!strcmp(marks[i].period, text))
			return marks[i].closed;
	return DATE_NONE;
}

/* The periods that are over, the latest first. */
static void closings_reload(struct screen *screen, struct app *app)
{
	struct closings_screen *self = self_of(screen);
	struct period_choice choice = period_of(self->choice.kind, app->today);
	struct arena arena = ARENA_INIT;
	struct closed_mark *marks = NULL;
	struct error err = { 0 };
	size_t n_marks = 0, max = self->choice.kind == PERIOD_YEAR ? YEARS : LINES;

	if (care_closed_list(app->store, &arena, &marks, &n_marks, &err))
		app_say_error(app, &err);
	for (self->n = 0; self->n < max && period_step(&choice, -1, app->today); self->n++)
		self->lines[self->n] = (struct closing_line){ choice, closed_on(marks, n_marks, &choice) };
	arena_free(&arena);
	list_set_count(&self->list, self->n);
}

/* --- drawing --- */

static void draw_row(void *arg, size_t index, const struct area *line, enum style style)
{
	const struct closings_screen *self = arg;
	const struct closing_line *one = &self->lines[index];
	char text[PERIOD_TEXT_BYTES], day[DATE_TEXT_BYTES];

	scr_put(line, 0, 2, 2, list_style(style, STYLE_OK), one->closed == DATE_NONE ? "" : scr_symbol(SYM_CHECK));
	scr_put(line, 0, 4, 12, style, period_choice_text(&one->choice, text));
	if (one->closed == DATE_NONE)
		scr_put(line, 0, 18, line->cols - 18, list_style(style, STYLE_DIM), _("not closed"));
	else
		scr_printf(line, 0, 18, line->cols - 18, style, _("closed since %s"), date_format(one->closed, day));
}

static void closings_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct closings_screen *self = self_of(screen);
	struct area list = area_sub(area, 2, 0, area->rows - 2 - DETAIL_ROWS, area->cols);
	struct area below = area_sub(area, area->rows - DETAIL_ROWS, 0, DETAIL_ROWS, area->cols);

	period_draw_kinds(&self->choice, area, 0, 2);
	scr_put(area, 1, 4, 12, STYLE_HEADING, _("Period"));
	scr_put(area, 1, 18, area->cols - 18, STYLE_HEADING, _("State"));
	list_draw(&self->list, &list, true, draw_row, self);
	scr_hline(&below, 0, 0, below.cols, STYLE_BORDER);
	scr_wrap(&below, 1, 2, below.cols - 4, DETAIL_ROWS - 1, 0, STYLE_DIM,
	         app_writes(app) ?
	                 _("F2 closes the marked period: its figures stay as they are, and what is entered later stands beside "
	                   "them as a difference. Enter shows its figures.") :
	                 _("Enter shows the figures of the marked period; this operator may not close one."));
}

/* --- keys --- */

static enum screen_result take_answer(struct screen *screen, struct app *app, int choice)
{
	struct closings_screen *self = self_of(screen);
	struct care_period period;
	struct error err = { 0 };
	char text[PERIOD_TEXT_BYTES];

	if (choice != 0 || !self->n)
		return SCREEN_REDRAW;
	const struct closing_line *one = &self->lines[self->list.cursor];
	if (period_resolve(&one->choice, app->today, &period, &err) ||
	    care_close_period(app->store, &period, app_progress(app), &err)) {
		app_say_error(app, &err);
		return SCREEN_REDRAW;
	}
	period_choice_text(&one->choice, text);
	app_reload(app);
	app_say(app, STYLE_OK, _("%s %s is closed: its figures stay as they are now."), scr_symbol(SYM_CHECK), text);
	return SCREEN_REDRAW;
}

static enum screen_result ask_close(struct closings_screen *self, struct app *app)
{
	struct popup_item items[] = { { "1", _("Close it"), false }, { "2", _("Not yet"), false } };
	char text[PERIOD_TEXT_BYTES], title[96];

	if (!self->n || !app_writes(app))
		return SCREEN_DONE;
	const struct closing_line *one = &self->lines[self->list.cursor];
	period_choice_text(&one->choice, text);
	if (one->closed != DATE_NONE) {
		app_say(app, STYLE_DIM, _("%s is closed already. Enter shows its figures."), text);
		return SCREEN_REDRAW;
	}
	snprintf(title, sizeof(title), _("Close %s?"), text);
	struct popup popup = { .title = title, .items = items, .n_items = 2, .cursor = 1, .answer = take_answer,
		               .text = _("Are all visits of this time written down? A closed period stays closed; what comes "
		                         "later is shown as late entries.") };
	return popup_open(app, &self->screen, &popup);
}

static enum screen_result closings_key(struct screen *screen, struct app *app, tkey_t key, enum action action)
{
	struct closings_screen *self = self_of(screen);

	if (key >= '1' && key < '1' + PERIOD_KIND_N) {
		self->choice.kind = (enum period_kind)(key - '1');
		self->list = (struct list){ 0 };
		closings_reload(screen, app);
		return SCREEN_REDRAW;
	}
	switch (action) {
	case ACTION_OPEN:
		return self->n ? app_push(app, indicators_new(app, &self->lines[self->list.cursor].choice)) : SCREEN_DONE;
	case ACTION_ADD:
		return ask_close(self, app);
	default:
		return list_key(&self->list, action) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
	}
}

static size_t closings_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	size_t n = 0;

	(void)screen;
	out[n++] = (struct keybar_item){ ACTION_OPEN, _("Figures") };
	if (app_writes(app))
		out[n++] = (struct keybar_item){ ACTION_ADD, _("Close it") };
	out[n++] = (struct keybar_item){ ACTION_HELP, NULL };
	out[n++] = (struct keybar_item){ ACTION_REFRESH, NULL };
	out[n++] = (struct keybar_item){ ACTION_BACK, NULL };
	return n;
}

static void closings_destroy(struct screen *screen)
{
	free(self_of(screen));
}

static const struct screen_ops closings_ops = {
	.title = N_("Closed periods"),
	.help = N_("A month, quarter or year that is over can be closed: its figures are frozen, village by village, with the "
	           "digest of the data they came from. What is entered later never changes them; it stands beside them as a "
	           "difference. Each level closes for itself. F2 closes the marked period, Enter shows its figures, 1 to 3 "
	           "choose years, quarters or months."),
	.draw = closings_draw,
	.key = closings_key,
	.keys = closings_keys,
	.reload = closings_reload,
	.destroy = closings_destroy,
};

struct screen *closings_new(struct app *app, enum period_kind kind)
{
	struct closings_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &closings_ops;
	self->app = app;
	self->choice = period_of(kind == PERIOD_YEAR ? PERIOD_MONTH : kind, app->today);
	closings_reload(&self->screen, app);
	return &self->screen;
}
