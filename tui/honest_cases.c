/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The records behind one figure of honest data. */
#include "config.h"
#include "tui/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"
#include "tui/list.h"
#include "tui/people.h"

struct case_line {
	struct honest_case one;
	struct person person; /* read when first shown */
	bool loaded;
};

struct cases_screen {
	struct screen screen;
	struct app *app;
	enum honest_check check;
	struct care_period period;
	struct case_line *lines;
	size_t n, cap;
	struct list list;
	struct arena help;
	bool noted; /* that names are shown */
};

static struct cases_screen *self_of(struct screen *screen)
{
	return (struct cases_screen *)screen;
}

static bool add_case(void *arg, const struct honest_case *one)
{
	struct cases_screen *self = arg;

	if (self->n == self->cap) {
		size_t cap = self->cap ? self->cap * 2 : 64;
		struct case_line *lines = realloc(self->lines, cap * sizeof(*lines));
		if (!lines)
			return false;
		self->lines = lines;
		self->cap = cap;
	}
	self->lines[self->n++] = (struct case_line){ .one = *one };
	return true;
}

static void cases_reload(struct screen *screen, struct app *app)
{
	struct cases_screen *self = self_of(screen);
	struct honest_figure figures[HONEST_N];
	struct error err = { 0 };

	self->n = 0;
	if (care_honest(app->store, &self->period, self->check, add_case, self, figures, app_progress(app), &err))
		app_say_error(app, &err);
	list_set_count(&self->list, self->noted ? self->n : 0);
}

/* Before anything is drawn. */
static enum screen_result cases_opened(struct screen *screen, struct app *app)
{
	struct cases_screen *self = self_of(screen);
	struct error err = { 0 };

	self->noted = !self->n || !care_audit(app->store, _("names of the self-check of honest data"), self->n, &err);
	if (!self->noted)
		app_say_error(app, &err);
	list_set_count(&self->list, self->noted ? self->n : 0);
	return SCREEN_REDRAW;
}

/* What is remarkable about the record, in words. */
static const char *case_text(enum honest_check check, const struct honest_case *one, struct arena *arena)
{
	if (check == HONEST_GONE)
		return _("had died or moved away before that day");
	if (check == HONEST_REPEATED)
		return arena_printf(arena, _("systolic pressure %d again"), one->value);
	if (check == HONEST_FAST)
		return arena_printf(arena, _("%d visits saved in that hour"), one->value);
	if (check == HONEST_PHONE)
		return arena_printf(arena, _("%d residents with this number"), one->value);
	return arena_printf(arena, _("written down %d days later"), one->value);
}

static void draw_row(void *arg, size_t index, const struct area *area, enum style style)
{
	struct cases_screen *self = arg;
	struct case_line *line = &self->lines[index];
	struct arena arena = ARENA_INIT;
	char date[DATE_TEXT_BYTES];

	if (!line->loaded)
		person_load(self->app, line->one.subject, &line->person);
	line->loaded = true;
	scr_put(area, 0, 2, 10, style, line->person.name);
	scr_put(area, 0, 13, 18, list_style(style, STYLE_DIM), line->person.masked_id);
	scr_put(area, 0, 33, 10, style, line->one.date == DATE_NONE ? "" : date_format(line->one.date, date));
	const char *text = case_text(self->check, &line->one, &arena);
	scr_put(area, 0, 45, area->cols - 45, style, text ? text : "");
	arena_free(&arena);
}

static void cases_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct cases_screen *self = self_of(screen);
	struct area list = area_sub(area, 2, 0, area->rows - 2, area->cols);

	(void)app;
	scr_printf(area, 0, 2, area->cols - 4, STYLE_STRONG, "%s (%zu)", honest_label(self->check), self->list.n);
	scr_put(area, 1, 2, 10, STYLE_HEADING, _("Name"));
	scr_put(area, 1, 13, 18, STYLE_HEADING, _("ID number"));
	scr_put(area, 1, 33, 10, STYLE_HEADING, _("Date"));
	scr_put(area, 1, 45, area->cols - 45, STYLE_HEADING, _("What"));
	if (self->list.n) {
		list_draw(&self->list, &list, true, draw_row, self);
		return;
	}
	scr_put(&list, 1, 4, list.cols - 4, STYLE_OK, _("Nothing of this kind in this time. Esc goes back."));
	scr_cursor(&list, 1, 4);
}

/* The visit itself; where it is a matter of the basic data, the resident. */
static enum screen_result open_line(struct cases_screen *self, struct app *app)
{
	struct arena arena = ARENA_INIT;
	struct record record;
	struct error err = { 0 };
	enum screen_result result = SCREEN_REDRAW;

	if (!self->list.n)
		return SCREEN_DONE;
	const struct honest_case *one = &self->lines[self->list.cursor].one;
	if (!one->record)
		return app_push(app, resident_new(app, one->subject, NULL, 0));
	if (store_record(app->store, one->record, &arena, &record, &err))
		app_say_error(app, &err);
	else
		result = app_push(app, form_new(app, record.form, one->subject, one->record));
	arena_free(&arena);
	return result;
}

static enum screen_result cases_key(struct screen *screen, struct app *app, tkey_t key, enum action action)
{
	struct cases_screen *self = self_of(screen);

	(void)key;
	switch (action) {
	case ACTION_OPEN:
		return open_line(self, app);
	case ACTION_FIND:
		if (!self->list.n)
			return SCREEN_DONE;
		return app_push(app, resident_new(app, self->lines[self->list.cursor].one.subject, NULL, 0));
	case ACTION_HISTORY:
		if (!self->list.n || !self->lines[self->list.cursor].one.record)
			return SCREEN_DONE;
		return app_push(app, history_new(app, self->lines[self->list.cursor].one.record));
	default:
		return list_key(&self->list, action) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
	}
}

static size_t cases_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	(void)screen;
	(void)app;
	out[0] = (struct keybar_item){ ACTION_OPEN, NULL };
	out[1] = (struct keybar_item){ ACTION_HELP, _("Rule") };
	out[2] = (struct keybar_item){ ACTION_FIND, _("Resident record") };
	out[3] = (struct keybar_item){ ACTION_HISTORY, NULL };
	out[4] = (struct keybar_item){ ACTION_REFRESH, NULL };
	out[5] = (struct keybar_item){ ACTION_BACK, NULL };
	return 6;
}

static const char *cases_field_help(struct screen *screen, struct app *app)
{
	struct cases_screen *self = self_of(screen);

	arena_reset(&self->help);
	return arena_printf(&self->help, "%s\n%s%s", honest_label(self->check), _("Source: "),
	                    honest_source(form_set_rules(app->forms), self->check, self->period.on, &self->help));
}

static void cases_destroy(struct screen *screen)
{
	struct cases_screen *self = self_of(screen);

	free(self->lines);
	arena_free(&self->help);
	free(self);
}

static const struct screen_ops cases_ops = {
	.title = N_("Records behind the figure"),
	.help = N_("The records that make one figure of honest data. Enter opens one to read or correct it, F3 its resident, "
	           "h shows who wrote it when."),
	.draw = cases_draw,
	.key = cases_key,
	.keys = cases_keys,
	.field_help = cases_field_help,
	.reload = cases_reload,
	.opened = cases_opened,
	.destroy = cases_destroy,
};

struct screen *honest_cases_new(struct app *app, enum honest_check check, const struct care_period *period)
{
	struct cases_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &cases_ops;
	self->app = app;
	self->check = check;
	self->period = *period;
	cases_reload(&self->screen, app);
	return &self->screen;
}
