/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/screens.h"

#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"
#include "tui/list.h"
#include "tui/people.h"
#include "tui/text.h"

enum { RESIDENTS_MAX = 500, CACHE = 64 };

struct residents_screen {
	struct screen screen;
	struct app *app;
	struct text typed;
	struct list list;
	struct hit hits[RESIDENTS_MAX];
	size_t n_hits, n_recent; /* the first n_recent are the recently opened */
	struct person cache[CACHE];
};

static struct residents_screen *self_of(struct screen *screen)
{
	return (struct residents_screen *)screen;
}

static bool is_recent(const struct residents_screen *self, rid_t resident)
{
	for (size_t i = 0; i < self->n_recent; i++)
		if (self->hits[i].resident == resident)
			return true;
	return false;
}

static void search(struct residents_screen *self)
{
	struct arena arena = ARENA_INIT;
	struct error err = { 0 };
	struct hit *hits;
	size_t n = 0;

	self->n_hits = self->n_recent = 0;
	if (!self->typed.len)
		for (size_t i = 0; i < self->app->n_recent; i++)
			self->hits[self->n_hits++] = (struct hit){ self->app->recent[i], HIT_NAME };
	self->n_recent = self->n_hits;
	if (store_search(self->app->store, self->typed.bytes, RESIDENTS_MAX, &arena, &hits, &n, &err))
		app_say_error(self->app, &err);
	for (size_t i = 0; i < n && self->n_hits < RESIDENTS_MAX; i++)
		if (!is_recent(self, hits[i].resident))
			self->hits[self->n_hits++] = hits[i];
	arena_free(&arena);
	list_set_count(&self->list, self->n_hits);
}

static struct person *person_of(struct residents_screen *self, rid_t id)
{
	struct person *person = &self->cache[(id ^ (id >> 24)) % CACHE];

	if (person->id != id)
		person_load(self->app, id, person);
	return person;
}

static const char *reason_label(enum hit_reason reason)
{
	static const char *const labels[] = {
		[HIT_NAME] = N_("name"),      [HIT_PINYIN] = N_("pinyin"),
		[HIT_INITIALS] = N_("initials"), [HIT_ID] = N_("ID number"),
		[HIT_PHONE] = N_("phone"),    [HIT_HOUSEHOLD] = N_("household"),
	};

	return _(labels[reason]);
}

static void draw_row(void *arg, size_t index, const struct area *line, enum style style)
{
	struct residents_screen *self = arg;
	struct person *person = person_of(self, self->hits[index].resident);
	enum style main = person->active ? style : list_style(style, STYLE_DIM);
	const char *note = !person->active          ? person->status :
	                   index < self->n_recent   ? _("recent") :
	                   self->typed.len          ? reason_label(self->hits[index].reason) : "";

	scr_put(line, 0, 2, 12, main, person->name);
	scr_put(line, 0, 15, 4, main, person_sex(person->sex));
	if (person->age >= 0)
		scr_printf(line, 0, 20, 4, main, "%3d", person->age);
	scr_put(line, 0, 25, 8, main, person->group);
	scr_put(line, 0, 34, 18, main, person->masked_id);
	scr_put(line, 0, 54, 13, main, person->phone);
	scr_put(line, 0, 68, line->cols - 68, list_style(style, STYLE_DIM), note);
}

static void residents_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct residents_screen *self = self_of(screen);

	scr_put(area, 0, 2, 8, STYLE_LABEL, _("Find"));
	text_draw(&self->typed, area, 0, 8, 40, STYLE_FOCUS, true);
	scr_printf(area, 0, 50, area->cols - 50, STYLE_DIM,
	           self->n_hits >= RESIDENTS_MAX ? _("first %zu shown") : _("%zu residents"), self->n_hits);
	scr_put(area, 1, 8, area->cols - 8, STYLE_DIM,
	        _("name, pinyin, initials (zgf), end of the ID number, phone, household"));
	scr_put(area, 2, 2, 12, STYLE_HEADING, _("Name"));
	scr_put(area, 2, 15, 4, STYLE_HEADING, _("Sex"));
	scr_put(area, 2, 20, 4, STYLE_HEADING, _("Age"));
	scr_put(area, 2, 25, 8, STYLE_HEADING, _("Group"));
	scr_put(area, 2, 34, 18, STYLE_HEADING, _("ID number"));
	scr_put(area, 2, 54, 13, STYLE_HEADING, _("Phone"));
	struct area list = area_sub(area, 3, 0, area->rows - 3, area->cols);
	list_draw(&self->list, &list, true, draw_row, self);
	if (!self->n_hits)
		scr_put(&list, 1, 2, area->cols - 2, STYLE_NORMAL,
		        !app_writes(app) ? _("Nobody found.") :
		        self->typed.len  ? _("Nobody found. F2 adds a new resident.") :
		                           _("No residents yet. F2 adds the first one."));
	/* Typing goes on in the field: the cursor stays there until the list is walked. */
	if (!self->list.cursor || !self->n_hits)
		text_draw(&self->typed, area, 0, 8, 40, STYLE_FOCUS, true);
}

static enum screen_result open_resident(struct residents_screen *self, struct app *app)
{
	rid_t others[RESIDENTS_MAX];

	if (!self->n_hits)
		return SCREEN_DONE;
	for (size_t i = 0; i < self->n_hits; i++)
		others[i] = self->hits[i].resident;
	self->typed.fresh = true; /* coming back, the next person's name is typed over this one */
	return app_push(app, resident_new(app, others[self->list.cursor], others, self->n_hits));
}

static enum screen_result residents_key(struct screen *screen, struct app *app, tkey_t key,
                                        enum action action)
{
	struct residents_screen *self = self_of(screen);
	bool changed;

	switch (action) {
	case ACTION_OPEN:
		return open_resident(self, app);
	case ACTION_ADD:
		if (!app_writes(app))
			return SCREEN_DONE;
		return app_push(app, form_new(app, "resident", 0, 0));
	case ACTION_FIND:
		text_set(&self->typed, "");
		self->list.cursor = 0;
		search(self);
		return SCREEN_REDRAW;
	case ACTION_BACK:
		if (!self->typed.len)
			return SCREEN_CLOSE;
		text_set(&self->typed, "");
		search(self);
		return SCREEN_REDRAW;
	case ACTION_HOME:
	case ACTION_END:
		break;
	default:
		if (list_key(&self->list, action))
			return SCREEN_REDRAW;
	}
	if (!text_key(&self->typed, key, action, &changed))
		return SCREEN_NOT_MINE;
	if (changed) {
		self->list.cursor = 0;
		search(self);
	}
	return SCREEN_REDRAW;
}

static size_t residents_keys(struct screen *screen, struct app *app,
                             struct keybar_item out[KEYBAR_MAX])
{
	size_t n = 0;

	(void)screen;
	out[n++] = (struct keybar_item){ ACTION_OPEN, NULL };
	out[n++] = (struct keybar_item){ ACTION_HELP, NULL };
	if (app_writes(app))
		out[n++] = (struct keybar_item){ ACTION_ADD, _("New resident") };
	out[n++] = (struct keybar_item){ ACTION_FIND, _("Search anew") };
	out[n++] = (struct keybar_item){ ACTION_REFRESH, NULL };
	out[n++] = (struct keybar_item){ ACTION_IME, NULL };
	out[n++] = (struct keybar_item){ ACTION_BACK, NULL };
	return n;
}

static bool residents_typing(const struct screen *screen)
{
	(void)screen;
	return true;
}

static void residents_reload(struct screen *screen, struct app *app)
{
	struct residents_screen *self = self_of(screen);

	(void)app;
	memset(self->cache, 0, sizeof(self->cache));
	search(self);
}

static void residents_destroy(struct screen *screen)
{
	free(screen);
}

static const struct screen_ops residents_ops = {
	.title = N_("Residents"),
	.help = N_("Type a part of the name, its pinyin or its initials (zgf and cgf both find 曾国藩), the last "
	           "digits of the ID number, the phone number or the household number; the list follows each "
	           "key. Without anything typed the residents opened lately come first. Enter opens."),
	.draw = residents_draw,
	.key = residents_key,
	.keys = residents_keys,
	.typing = residents_typing,
	.reload = residents_reload,
	.destroy = residents_destroy,
};

struct screen *residents_new(struct app *app)
{
	struct residents_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &residents_ops;
	self->app = app;
	search(self);
	return &self->screen;
}
