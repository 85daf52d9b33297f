/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohorts: what became of everybody who was registered in a month or quarter. */
#include "config.h"
#include "tui/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include "care/cohort.h"
#include "lib/i18n.h"
#include "tui/export.h"
#include "tui/list.h"
#include "tui/popup.h"

enum { DETAIL_ROWS = 3, MONTHS = 12, QUARTERS = 8, OUTCOME_COLS = 14 };

struct cohorts_screen {
	struct screen screen;
	struct app *app;
	enum disease disease;
	bool quarters;
	struct cohort rows[COHORTS_MAX]; /* newest first */
	size_t n;
	uint64_t registered;             /* of all rows */
	struct list list;
	struct arena help;
};

static const char *const outcome_labels[] = {
#define OUTCOME_LABEL(name, word, label) label,
	COHORT_OUTCOME_LIST(OUTCOME_LABEL)
#undef OUTCOME_LABEL
};

static struct cohorts_screen *self_of(struct screen *screen)
{
	return (struct cohorts_screen *)screen;
}

static void cohorts_reload(struct screen *screen, struct app *app)
{
	struct cohorts_screen *self = self_of(screen);
	struct cohort oldest_first[COHORTS_MAX];
	struct error err = { 0 };

	self->n = self->quarters ? QUARTERS : MONTHS;
	self->registered = 0;
	if (care_cohorts(app->store, self->disease, app->today, self->quarters, self->n, oldest_first,
	                 app_progress(app), &err)) {
		app_say_error(app, &err);
		self->n = 0;
	}
	for (size_t i = 0; i < self->n; i++) {
		self->rows[i] = oldest_first[self->n - 1 - i];
		self->registered += self->rows[i].registered;
	}
	list_set_count(&self->list, self->n);
}

/* --- drawing --- */

static char *name_of(const struct cohorts_screen *self, const struct cohort *row, char out[PERIOD_TEXT_BYTES])
{
	const struct period_choice choice = period_of(self->quarters ? PERIOD_QUARTER : PERIOD_MONTH, row->first);

	return period_choice_text(&choice, out);
}

static bool has_begun(const struct cohort *row)
{
	return row->result_last >= row->result_first;
}

static void draw_row(void *arg, size_t index, const struct area *line, enum style style)
{
	const struct cohorts_screen *self = arg;
	const struct cohort *row = &self->rows[index];
	enum style main = row->complete ? style : list_style(style, STYLE_DIM);
	char name[PERIOD_TEXT_BYTES], rate[16];
	int x = 20;

	scr_put(line, 0, 2, 9, style, name_of(self, row, name));
	scr_printf(line, 0, 11, 7, style, "%6llu", (unsigned long long)row->registered);
	if (!has_begun(row)) {
		scr_put(line, 0, x, line->cols - x, main, _("the result has not begun"));
		return;
	}
	for (int i = 0; i < COHORT_OUTCOME_N && row->registered; i++, x += OUTCOME_COLS)
		scr_printf(line, 0, x, OUTCOME_COLS - 1, main, "%llu (%s %%)", (unsigned long long)row->outcome[i],
		           care_rate_text(rate, row->outcome[i], row->registered));
}

static void draw_headings(const struct cohorts_screen *self, const struct area *area)
{
	int x = scr_menu_item(area, 0, 2, "1", _("Hypertension"), self->disease == DISEASE_HTN);

	x = scr_menu_item(area, 0, x, "2", _("Diabetes"), self->disease == DISEASE_DM);
	x = scr_menu_item(area, 0, x, "3", _("by month"), !self->quarters);
	scr_menu_item(area, 0, x, "4", _("by quarter"), self->quarters);
	scr_put(area, 1, 2, 10, STYLE_HEADING, _("Registered"));
	scr_put(area, 1, 13, 6, STYLE_HEADING, _("People"));
	x = 20;
	for (int i = 0; i < COHORT_OUTCOME_N; i++, x += OUTCOME_COLS)
		scr_put(area, 1, x, OUTCOME_COLS - 1, STYLE_HEADING, _(outcome_labels[i]));
}

static void draw_detail(const struct cohorts_screen *self, const struct area *area)
{
	const struct cohort *row = &self->rows[self->list.cursor];
	char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];

	scr_hline(area, 0, 0, area->cols, STYLE_BORDER);
	date_format(row->result_first, first);
	if (has_begun(row))
		scr_printf(area, 1, 2, area->cols - 4, STYLE_NORMAL, _("Result: the best of the visits from %s to %s%s"),
		           first, date_format(row->result_last, last), row->complete ? "" : _(" (not over yet)"));
	else
		scr_printf(area, 1, 2, area->cols - 4, STYLE_NORMAL, _("Result: visits from %s on"), first);
	scr_put(area, 2, 2, area->cols - 4, STYLE_DIM,
	        _("Who died or moved away in the meantime is left out. F1 names the rules."));
}

static void cohorts_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct cohorts_screen *self = self_of(screen);
	struct area list = area_sub(area, 2, 0, area->rows - 2 - DETAIL_ROWS, area->cols);
	struct area below = area_sub(area, area->rows - DETAIL_ROWS, 0, DETAIL_ROWS, area->cols);

	(void)app;
	draw_headings(self, area);
	if (!self->registered) {
		scr_wrap(&list, 1, 4, list.cols - 8, list.rows - 1, 0, STYLE_DIM,
		         self->n ? _("Nobody was registered in this time. F2 on a resident's page registers: the form "
		                     "Hypertension enrolment or Diabetes enrolment. F8 shows quarters, which reach further back.") :
		                   _("The cohorts could not be computed; F5 tries again."));
		scr_cursor(&list, 1, 4);
		return;
	}
	list_draw(&self->list, &list, true, draw_row, self);
	draw_detail(self, &below);
}

/* --- keys --- */

static void export_row(void *arg, size_t index, const char **cells, struct arena *arena)
{
	const struct cohorts_screen *self = arg;
	const struct cohort *row = &self->rows[index];
	char text[PERIOD_TEXT_BYTES];

	cells[0] = arena_strdup(arena, name_of(self, row, text));
	cells[1] = arena_printf(arena, "%llu", (unsigned long long)row->registered);
	for (int i = 0; i < COHORT_OUTCOME_N; i++)
		cells[2 + i] = has_begun(row) ? arena_printf(arena, "%llu", (unsigned long long)row->outcome[i]) : "";
	cells[2 + COHORT_OUTCOME_N] = arena_strdup(arena, date_format(row->result_first, text));
	cells[3 + COHORT_OUTCOME_N] = has_begun(row) ? arena_strdup(arena, date_format(row->result_last, text)) : "";
}

static enum screen_result take_export(struct screen *screen, struct app *app, int choice)
{
	struct cohorts_screen *self = self_of(screen);
	const char *titles[4 + COHORT_OUTCOME_N] = { _("Registered"), _("People") };

	for (int i = 0; i < COHORT_OUTCOME_N; i++)
		titles[2 + i] = _(outcome_labels[i]);
	titles[2 + COHORT_OUTCOME_N] = _("Result from");
	titles[3 + COHORT_OUTCOME_N] = _("Result to");
	if (choice != POPUP_NONE)
		export_write(app, app->answer_text, titles, 4 + COHORT_OUTCOME_N, self->n, export_row, self);
	return SCREEN_REDRAW;
}

static enum screen_result show(struct cohorts_screen *self, enum disease disease, bool quarters)
{
	self->disease = disease;
	self->quarters = quarters;
	self->list.cursor = 0;
	cohorts_reload(&self->screen, self->app);
	return SCREEN_REDRAW;
}

static enum screen_result cohorts_key(struct screen *screen, struct app *app, tkey_t key, enum action action)
{
	struct cohorts_screen *self = self_of(screen);

	switch (key) {
	case '1':
	case '2':
		return show(self, key == '1' ? DISEASE_HTN : DISEASE_DM, self->quarters);
	case '3':
	case '4':
		return show(self, self->disease, key == '4');
	default:
		break;
	}
	switch (action) {
	case ACTION_PREV:
		return show(self, self->disease == DISEASE_HTN ? DISEASE_DM : DISEASE_HTN, self->quarters);
	case ACTION_NEXT:
		return show(self, self->disease, !self->quarters);
	case ACTION_PRINT:
		return export_ask(app, screen, "cohorts", take_export);
	default:
		return list_key(&self->list, action) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
	}
}

static size_t cohorts_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	const struct cohorts_screen *self = self_of(screen);

	(void)app;
	out[0] = (struct keybar_item){ ACTION_HELP, _("Rules") };
	out[1] = (struct keybar_item){ ACTION_PREV, self->disease == DISEASE_HTN ? _("Diabetes") : _("Hypertension") };
	out[2] = (struct keybar_item){ ACTION_NEXT, self->quarters ? _("by month") : _("by quarter") };
	out[3] = (struct keybar_item){ ACTION_PRINT, NULL };
	out[4] = (struct keybar_item){ ACTION_REFRESH, NULL };
	out[5] = (struct keybar_item){ ACTION_BACK, NULL };
	return 6;
}

static const char *cohorts_field_help(struct screen *screen, struct app *app)
{
	struct cohorts_screen *self = self_of(screen);

	arena_reset(&self->help);
	return arena_printf(&self->help, "%s%s", _("Source: "),
	                    care_cohort_source(form_set_rules(app->forms), self->disease, app->today, self->quarters,
	                                       &self->help));
}

static void cohorts_destroy(struct screen *screen)
{
	struct cohorts_screen *self = self_of(screen);

	arena_free(&self->help);
	free(self);
}

static const struct screen_ops cohorts_ops = {
	.title = N_("Cohorts"),
	.help = N_("Everybody who was registered for hypertension or diabetes in one month (or quarter), and their best "
	           "result in the two months (the quarter) after it: controlled at any visit, else not controlled, else no "
	           "visit, or lost. A rate of everybody hides whether new patients are kept; this does not. Figures that "
	           "are not over yet are dim."),
	.draw = cohorts_draw,
	.key = cohorts_key,
	.keys = cohorts_keys,
	.field_help = cohorts_field_help,
	.reload = cohorts_reload,
	.destroy = cohorts_destroy,
};

struct screen *cohorts_new(struct app *app)
{
	struct cohorts_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &cohorts_ops;
	self->app = app;
	self->disease = DISEASE_HTN;
	cohorts_reload(&self->screen, app);
	return &self->screen;
}
