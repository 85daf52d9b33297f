/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"
#include "tui/sync_screen.h"

static struct sync_screen *self_of(struct screen *screen)
{
	return (struct sync_screen *)screen;
}

bool sync_is_village(const struct app *app)
{
	return app->info.self.level == LEVEL_VILLAGE;
}

/* --- lines --- */

static size_t count_lines(const struct sync_screen *self)
{
	return self->n_sticks + (self->host[0] != '\0') + (self->path[0] != '\0') + 1;
}

enum sync_target sync_target_at(const struct sync_screen *self, size_t line)
{
	size_t host = self->n_sticks, path = host + (self->host[0] != '\0');

	if (line < self->n_sticks)
		return TARGET_STICK;
	if (line == host && self->host[0])
		return TARGET_HOST;
	return line == path && self->path[0] ? TARGET_FOLDER : TARGET_TYPE;
}

const char *sync_chosen(const struct sync_screen *self)
{
	switch (sync_target_at(self, self->list.cursor)) {
	case TARGET_STICK:
		return self->sticks[self->list.cursor].path;
	case TARGET_HOST:
		return self->host;
	case TARGET_FOLDER:
		return self->path;
	default:
		return NULL;
	}
}

/* --- reading --- */

static void sync_reload(struct screen *screen, struct app *app)
{
	struct sync_screen *self = self_of(screen);
	struct error err = { 0 };

	arena_reset(&self->arena);
	self->n_sticks = 0;
	self->state_trouble[0] = '\0';
	if (stick_list(&self->arena, &self->sticks, &self->n_sticks, &err))
		app_say_error(app, &err);
	if (sync_status(app->store, &self->state, &err))
		snprintf(self->state_trouble, sizeof(self->state_trouble), "%.250s", err.text);
	self->host[0] = '\0';
	if (sync_is_village(app) && sync_host(app->store, self->host, &err))
		app_say_error(app, &err);
	list_set_count(&self->list, count_lines(self));
}

void sync_say_size(char out[SYNC_SIZE_BYTES], uint64_t bytes)
{
	const double gb = 1000.0 * 1000 * 1000;

	if (bytes < 10 * 1024)
		snprintf(out, SYNC_SIZE_BYTES, _("%llu bytes"), (unsigned long long)bytes);
	else if (bytes < 10 * 1024 * 1024)
		snprintf(out, SYNC_SIZE_BYTES, "%llu KB", (unsigned long long)(bytes / 1024));
	else if ((double)bytes < gb)
		snprintf(out, SYNC_SIZE_BYTES, "%llu MB", (unsigned long long)(bytes / 1024 / 1024));
	else
		snprintf(out, SYNC_SIZE_BYTES, "%.1f GB", (double)bytes / gb);
}

/* --- drawing --- */

static void draw_stick(const struct stick *stick, const struct area *line, enum style style)
{
	char free_size[SYNC_SIZE_BYTES], total[SYNC_SIZE_BYTES];
	int x = line->cols - 25;

	scr_put(line, 0, 2, 18, style, stick->label[0] ? stick->label : _("stick"));
	scr_put(line, 0, 21, x - 22, style, stick->path);
	sync_say_size(free_size, stick->free_bytes > 0 ? (uint64_t)stick->free_bytes : 0);
	sync_say_size(total, stick->total_bytes > 0 ? (uint64_t)stick->total_bytes : 0);
	if (stick->read_only)
		scr_put(line, 0, x, 25, list_style(style, STYLE_ERROR), _("! read-only"));
	else if (stick->total_bytes > 0)
		scr_printf(line, 0, x, 25, list_style(style, STYLE_DIM), _("%s free of %s"), free_size, total);
}

static void draw_target(void *arg, size_t index, const struct area *line, enum style style)
{
	struct sync_screen *self = arg;

	switch (sync_target_at(self, index)) {
	case TARGET_STICK:
		draw_stick(&self->sticks[index], line, style);
		break;
	case TARGET_HOST:
		scr_put(line, 0, 2, 18, style, _("over the line"));
		scr_put(line, 0, 21, line->cols - 22, style, self->host);
		break;
	case TARGET_FOLDER:
		scr_put(line, 0, 2, 18, style, _("folder"));
		scr_put(line, 0, 21, line->cols - 22, style, self->path);
		break;
	default:
		scr_put(line, 0, 2, line->cols - 2, style, _("Type the path of another folder…"));
	}
}

static void draw_state(struct sync_screen *self, struct app *app, const struct area *area)
{
	const struct sync_state *s = &self->state;
	char exported[DATE_TEXT_BYTES], receipt[DATE_TEXT_BYTES];
	int x;

	if (self->state_trouble[0]) {
		scr_put(area, 0, 2, area->cols - 4, STYLE_ERROR, self->state_trouble);
		return;
	}
	if (!sync_is_village(app)) {
		scr_put(area, 0, 2, area->cols - 4, STYLE_NORMAL,
		        _("The villages' bundles are merged here; receipts are written back to the stick."));
		scr_printf(area, 1, 2, area->cols - 4, STYLE_NORMAL,
		           _("Entries held %llu   waiting %llu   returned %llu"),
		           (unsigned long long)app->info.n_entries,
		           (unsigned long long)app->info.n_waiting,
		           (unsigned long long)app->info.n_quarantined);
		return;
	}
	x = 2 + scr_put(area, 0, 2, -1, STYLE_LABEL, _("Township")) + 1;
	if (s->enrolled)
		scr_printf(area, 0, x, area->cols - x, STYLE_STRONG, "%s (%s)", s->township,
		           s->township_region);
	else
		scr_put(area, 0, x, area->cols - x, STYLE_WARN,
		        _("! not joined yet: take the request there, bring the answer back"));
	x = 5 + scr_printf(area, 1, 2, -1, STYLE_NORMAL, _("Own entries %llu"),
	                   (unsigned long long)s->own_entries);
	x += 3 + scr_printf(area, 1, x, -1, STYLE_OK, _("arrived %llu"),
	                    (unsigned long long)s->acknowledged);
	x += 3 + scr_printf(area, 1, x, -1, s->pending ? STYLE_WARN : STYLE_DIM, _("to send %llu"),
	                    (unsigned long long)s->pending);
	scr_printf(area, 1, x, -1, s->quarantined ? STYLE_ERROR : STYLE_DIM, _("returned %llu"),
	           (unsigned long long)s->quarantined);
	scr_printf(area, 2, 2, area->cols - 4, STYLE_DIM, _("Last sent %s   last receipt %s"),
	           s->last_export == DATE_NONE ? _("never") : date_format(s->last_export, exported),
	           s->last_receipt == DATE_NONE ? _("never") : date_format(s->last_receipt, receipt));
}

static void sync_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct sync_screen *self = self_of(screen);
	int rows = (int)(self->list.n < 5 ? self->list.n : 5), y = 6 + rows;

	draw_state(self, app, area);
	scr_hline(area, 3, 0, area->cols, STYLE_BORDER);
	scr_put(area, 4, 2, area->cols - 4, STYLE_HEADING,
	        self->n_sticks ? _("Sticks found") : _("No stick found: plug one in and press F5"));
	struct area list = area_sub(area, 5, 0, rows, area->cols);
	list_draw(&self->list, &list, true, draw_target, self);
	scr_hline(area, y - 1, 0, area->cols, STYLE_BORDER);
	for (size_t i = 0; i < self->n_lines && y < area->rows; i++) {
		int used = scr_wrap(area, y, 2, area->cols - 4, area->rows - y, 0, self->lines[i].style,
		                    self->lines[i].text);
		y += used;
	}
	if (!self->n_lines)
		scr_put(area, y, 2, area->cols - 4, STYLE_DIM,
		        sync_is_village(app) ? _("Enter on a line: send, or read the township's receipt.") :
		                          _("Enter on a line: merge the villages' bundles there."));
}

static enum screen_result take_path(struct screen *screen, struct app *app, int choice)
{
	struct sync_screen *self = self_of(screen);

	if (choice == POPUP_NONE || !app->answer_text[0])
		return SCREEN_REDRAW;
	snprintf(self->path, sizeof(self->path), "%s", app->answer_text);
	list_set_count(&self->list, count_lines(self));
	self->list.cursor = self->list.n - 2;
	return sync_ask_deed(self, app);
}

static enum screen_result sync_key(struct screen *screen, struct app *app, tkey_t key,
                                   enum action action)
{
	struct sync_screen *self = self_of(screen);

	(void)key;
	if (action == ACTION_OPEN) {
		if (sync_chosen(self))
			return sync_ask_deed(self, app);
		struct popup popup = { .title = _("Folder"), .prompt = true,
			               .text = _("Path of the folder or of the mounted stick:"),
			               .proposal = self->path[0] ? self->path : "/media/",
			               .answer = take_path };
		enum screen_result result = popup_open(app, screen, &popup);
		return result;
	}
	return list_key(&self->list, action) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
}

static size_t sync_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	(void)screen;
	(void)app;
	out[0] = (struct keybar_item){ ACTION_OPEN, _("Choose") };
	out[1] = (struct keybar_item){ ACTION_HELP, NULL };
	out[2] = (struct keybar_item){ ACTION_REFRESH, _("Look for sticks") };
	out[3] = (struct keybar_item){ ACTION_BACK, NULL };
	return 4;
}

static void sync_destroy(struct screen *screen)
{
	struct sync_screen *self = self_of(screen);

	arena_free(&self->arena);
	arena_free(&self->results);
	free(self);
}

static const struct screen_ops sync_ops = {
	.title = N_("Sync"),
	.help = N_("Records travel to the township on a stick, encrypted for it and signed by this clinic. Send "
	           "writes what no receipt covers yet; the township merges it and writes a receipt back to the "
	           "stick; reading that receipt here shows what has arrived and what was returned and why. "
	           "Sending twice does no harm. Esc during the work stops it; nothing is left half done. A host that "
	           "xiangyi-sync push has reached once stands in the list, too: then no stick is needed."),
	.draw = sync_draw,
	.key = sync_key,
	.keys = sync_keys,
	.reload = sync_reload,
	.destroy = sync_destroy,
};

struct screen *sync_new(struct app *app)
{
	struct sync_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &sync_ops;
	sync_reload(&self->screen, app);
	return &self->screen;
}
