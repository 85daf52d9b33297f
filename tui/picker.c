/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"
#include "lib/pinyin.h"
#include "tui/list.h"
#include "tui/people.h"
#include "tui/text.h"

struct choice_row {
	rid_t id;
	const char *label, *initials; /* in arena */
};

struct picker_screen {
	struct screen screen;
	struct app *app;
	const char *form;
	rid_t subject; /* only what belongs to it; 0: all */
	app_answer answer;
	struct arena arena;
	struct choice_row *rows;
	size_t n_rows, cap_rows;
	uint32_t *shown;
	size_t n_shown;
	struct text typed;
	struct list list;
};

static struct picker_screen *self_of(struct screen *screen)
{
	return (struct picker_screen *)screen;
}

static void keep_initials(const char *key, void *arg)
{
	snprintf(arg, 64, "%s", key);
}

static bool add_row(void *arg, const struct record *record, struct arena *arena)
{
	struct picker_screen *self = arg;
	const struct form *form = form_set_find(self->app->forms, record->form);
	char label[256] = "", initials[64] = "", date[DATE_TEXT_BYTES];
	size_t len = 0;

	if (record->retired || !form)
		return true;
	if (self->n_rows == self->cap_rows) {
		size_t cap = self->cap_rows ? self->cap_rows * 2 : 64;
		struct choice_row *rows = realloc(self->rows, cap * sizeof(*rows));
		if (!rows)
			return false;
		self->rows = rows;
		self->cap_rows = cap;
	}
	if (self->subject) /* one person's few records tell apart by day and gist, not by names */
		snprintf(label, sizeof(label), "%s  %s", date_format(record_day(self->app, record), date),
		         record_brief(self->app, record, arena));
	for (int i = 0, shown = self->subject ? 4 : 0; i < form->n_fields && shown < 4 && len < 200; i++) {
		const char *value = form->fields[i].tag ? record_text(record, form->fields[i].tag) : "";
		if (form->fields[i].type != FORM_TEXT || !*value || strstr(form->fields[i].name, "id_"))
			continue;
		len += (size_t)snprintf(label + len, sizeof(label) - len, "%s%s", shown ? "  " : "", value);
		shown++;
	}
	pinyin_initials_each(label, 1, keep_initials, initials);
	struct choice_row *row = &self->rows[self->n_rows];
	row->id = record->id;
	row->label = arena_strdup(&self->arena, label);
	row->initials = arena_strdup(&self->arena, initials);
	if (!row->label || !row->initials)
		return false;
	self->n_rows++;
	return true;
}

static void filter(struct picker_screen *self)
{
	self->n_shown = 0;
	for (size_t i = 0; self->shown && i < self->n_rows; i++)
		if (strstr(self->rows[i].label, self->typed.bytes) ||
		    strstr(self->rows[i].initials, self->typed.bytes))
			self->shown[self->n_shown++] = (uint32_t)i;
	list_set_count(&self->list, self->n_shown);
}

static int read_subject(struct picker_screen *self, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct record *records;
	size_t n = 0;
	int code = store_records_of(self->app->store, self->subject, self->form, &arena, &records, &n, err);

	for (size_t i = 0; !code && i < n; i++)
		if (!strcmp(records[i].form, self->form))
			add_row(self, &records[i], &arena);
	arena_free(&arena);
	return code;
}

static void picker_reload(struct screen *screen, struct app *app)
{
	struct picker_screen *self = self_of(screen);
	struct error err = { 0 };

	arena_reset(&self->arena);
	self->n_rows = 0;
	if (self->subject ? read_subject(self, &err) : store_each_master(app->store, self->form, add_row, self, &err))
		app_say_error(app, &err);
	free(self->shown);
	self->shown = calloc(self->n_rows + 1, sizeof(*self->shown));
	filter(self);
}

static void draw_row(void *arg, size_t index, const struct area *line, enum style style)
{
	struct picker_screen *self = arg;

	scr_put(line, 0, 2, line->cols - 2, style, self->rows[self->shown[index]].label);
}

static void picker_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct picker_screen *self = self_of(screen);

	scr_put(area, 0, 2, -1, STYLE_STRONG, form_title(app, self->form));
	scr_put(area, 1, 2, 6, STYLE_LABEL, _("Find"));
	scr_hline(area, 2, 0, area->cols, STYLE_BORDER);
	struct area list = area_sub(area, 3, 0, area->rows - 3, area->cols);
	list_draw(&self->list, &list, true, draw_row, self);
	if (!self->n_shown)
		scr_put(&list, 1, 2, list.cols - 2, STYLE_DIM, _("None found. F2 adds one."));
	text_draw(&self->typed, area, 1, 8, 40, STYLE_FOCUS, !self->list.cursor);
}

static enum screen_result picker_key(struct screen *screen, struct app *app, tkey_t key,
                                     enum action action)
{
	struct picker_screen *self = self_of(screen);
	struct version version;
	struct error err = { 0 };
	char text[VERSION_TEXT_BYTES];
	bool changed;

	if (action == ACTION_ADD)
		return app_push(app, form_new(app, self->form, self->subject, 0));
	if (action == ACTION_OPEN && self->n_shown) {
		rid_t id = self->rows[self->shown[self->list.cursor]].id;
		if (store_version_of(app->store, id, &version, &err)) {
			app_say_error(app, &err);
			return SCREEN_REDRAW;
		}
		snprintf(app->answer_text, sizeof(app->answer_text), "%s", version_format(&version, text));
		app->answer = self->answer;
		app->answer_choice = 0;
		return SCREEN_CLOSE;
	}
	if (action != ACTION_HOME && action != ACTION_END && list_key(&self->list, action))
		return SCREEN_REDRAW;
	if (!text_key(&self->typed, key, action, &changed))
		return SCREEN_NOT_MINE;
	if (changed) {
		self->list.cursor = 0;
		filter(self);
	}
	return SCREEN_REDRAW;
}

static size_t picker_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	(void)screen;
	(void)app;
	out[0] = (struct keybar_item){ ACTION_OPEN, _("Choose") };
	out[1] = (struct keybar_item){ ACTION_ADD, NULL };
	out[2] = (struct keybar_item){ ACTION_HELP, NULL };
	out[3] = (struct keybar_item){ ACTION_IME, NULL };
	out[4] = (struct keybar_item){ ACTION_BACK, NULL };
	return 5;
}

static bool picker_typing(const struct screen *screen)
{
	(void)screen;
	return true;
}

static void picker_destroy(struct screen *screen)
{
	struct picker_screen *self = self_of(screen);

	free(self->rows);
	free(self->shown);
	arena_free(&self->arena);
	free(self);
}

static const struct screen_ops picker_ops = {
	.title = N_("Choose a record"),
	.help = N_("Type a part of the name or its initials, go to the line and press Enter. F2 adds a record that "
	           "is not there yet."),
	.draw = picker_draw,
	.key = picker_key,
	.keys = picker_keys,
	.typing = picker_typing,
	.reload = picker_reload,
	.destroy = picker_destroy,
};

struct screen *picker_new(struct app *app, const char *form_id, rid_t subject, app_answer answer)
{
	struct picker_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &picker_ops;
	self->app = app;
	self->form = form_id;
	self->subject = subject;
	self->answer = answer;
	picker_reload(&self->screen, app);
	return &self->screen;
}
