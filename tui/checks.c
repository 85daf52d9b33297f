/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include "lib/i18n.h"

static const struct checks_part *const parts[] = { &CHECKS_CONFLICTS, &CHECKS_DUPLICATES, &CHECKS_HELD };
enum { N_PARTS = sizeof(parts) / sizeof(*parts) };

static struct checks_screen *self_of(struct screen *screen)
{
	return (struct checks_screen *)screen;
}

void checks_reload(struct screen *screen, struct app *app)
{
	struct checks_screen *self = self_of(screen);

	arena_reset(&self->arena);
	self->lines = NULL;
	self->n_more = 0;
	self->n_lines = self->part->read(self, app);
	list_set_count(&self->list, self->n_lines);
}

static void show_part(struct checks_screen *self, size_t part)
{
	self->part = parts[part % N_PARTS];
	self->list.cursor = self->list.top = 0;
	checks_reload(&self->screen, self->app);
}

static size_t part_number(const struct checks_screen *self)
{
	size_t part = 0;

	while (parts[part] != self->part)
		part++;
	return part;
}

static void draw_tabs(const struct checks_screen *self, const struct area *area)
{
	int x = 1;

	for (size_t i = 0; i < N_PARTS; i++) {
		char text[64];
		bool chosen = parts[i] == self->part;
		snprintf(text, sizeof(text), chosen ? "[%zu %s]" : " %zu %s ", i + 1, _(parts[i]->title));
		x += scr_put(area, 0, x, -1, chosen ? STYLE_SELECTED : STYLE_NORMAL, text) + 1;
	}
	if (self->n_lines)
		scr_printf(area, 0, area->cols - 16, 15, STYLE_DIM,
		           self->n_more ? _("first %zu shown") : _("%zu lines"), self->n_lines);
}

static void draw_line(void *arg, size_t index, const struct area *line, enum style style)
{
	struct checks_screen *self = arg;

	self->part->draw(self, self->app, index, line, style);
}

static void checks_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct checks_screen *self = self_of(screen);

	(void)app;
	draw_tabs(self, area);
	scr_hline(area, 1, 0, area->cols, STYLE_BORDER);
	for (const struct checks_column *column = self->part->columns; column->title; column++)
		scr_put(area, 2, column->x, -1, STYLE_HEADING, _(column->title));
	struct area list = area_sub(area, 3, 0, area->rows - 3, area->cols);
	if (self->n_lines) {
		list_draw(&self->list, &list, true, draw_line, self);
		return;
	}
	scr_put(&list, 1, 2, list.cols - 4, STYLE_DIM, _(self->part->empty));
	scr_cursor(&list, 1, 2);
}

static enum screen_result open_resident(struct checks_screen *self, struct app *app)
{
	rid_t resident = self->n_lines ? self->part->resident(self, self->list.cursor) : 0;

	return resident ? app_push(app, resident_new(app, resident, NULL, 0)) : SCREEN_DONE;
}

static enum screen_result checks_key(struct screen *screen, struct app *app, tkey_t key, enum action action)
{
	struct checks_screen *self = self_of(screen);

	if (key >= '1' && key < '1' + N_PARTS) {
		show_part(self, (size_t)(key - '1'));
		return SCREEN_REDRAW;
	}
	switch (action) {
	case ACTION_OPEN:
		return self->n_lines ? self->part->open(self, app, self->list.cursor) : SCREEN_DONE;
	case ACTION_FIND:
		return open_resident(self, app);
	case ACTION_REFRESH:
		checks_reload(screen, app);
		return SCREEN_REDRAW;
	case ACTION_TAB:
	case ACTION_RIGHT:
		show_part(self, part_number(self) + 1);
		return SCREEN_REDRAW;
	case ACTION_BACKTAB:
	case ACTION_LEFT:
		show_part(self, part_number(self) + N_PARTS - 1);
		return SCREEN_REDRAW;
	default:
		return list_key(&self->list, action) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
	}
}

static size_t checks_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	const struct checks_screen *self = self_of(screen);
	size_t n = 0;

	(void)app;
	out[n++] = (struct keybar_item){ ACTION_OPEN, _(self->part->open_label) };
	out[n++] = (struct keybar_item){ ACTION_HELP, NULL };
	out[n++] = (struct keybar_item){ ACTION_FIND, _("Resident record") };
	out[n++] = (struct keybar_item){ ACTION_REFRESH, NULL };
	if (N_PARTS > 1)
		out[n++] = (struct keybar_item){ ACTION_TAB, NULL };
	out[n++] = (struct keybar_item){ ACTION_BACK, NULL };
	return n;
}

static void checks_destroy(struct screen *screen)
{
	struct checks_screen *self = self_of(screen);

	arena_free(&self->arena);
	free(self);
}

static const struct screen_ops checks_ops = {
	.title = N_("To be decided"),
	.help = N_("What only a person can decide. Differences: a field was changed in two places; Enter shows both "
	           "values with who wrote them where and when, and you choose one, give another, or leave it. What "
	           "was settled by itself stands below and can be decided otherwise. Possible duplicates: residents "
	           "that may be one person, with what speaks for it; the township links them or says that they "
	           "are two. Held back: entries that do not count yet, with the reason; the township may accept what a "
	           "village proposes for another one's resident. A decision travels with the next bundle or answer; nobody is asked twice."),
	.draw = checks_draw,
	.key = checks_key,
	.keys = checks_keys,
	.reload = checks_reload,
	.destroy = checks_destroy,
};

struct screen *checks_new(struct app *app, rid_t resident)
{
	struct checks_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &checks_ops;
	self->app = app;
	self->resident = resident;
	show_part(self, 0);
	return &self->screen;
}
