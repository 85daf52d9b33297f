/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "db/exchange.h"
#include "lib/i18n.h"
#include "tui/people.h"

/* A line of the history: a heading for each entry, then one line per changed field. */
struct history_line {
	bool heading;
	const char *left, *right;
};

struct history_screen {
	struct screen screen;
	struct arena arena;
	struct history_line *lines;
	size_t n_lines, cap_lines;
	int top, rows;
	const char *title;
};

static struct history_screen *self_of(struct screen *screen)
{
	return (struct history_screen *)screen;
}

static void add_line(struct history_screen *self, bool heading, const char *left, const char *right)
{
	if (self->n_lines == self->cap_lines) {
		size_t cap = self->cap_lines ? self->cap_lines * 2 : 64;
		struct history_line *lines = realloc(self->lines, cap * sizeof(*lines));
		if (!lines)
			return;
		self->lines = lines;
		self->cap_lines = cap;
	}
	self->lines[self->n_lines++] = (struct history_line){ heading, left ? left : "",
		                                              right ? right : "" };
}

/* --- one entry's fields --- */

struct wanted {
	struct version version;
	struct arena *arena;
	struct entry entry;
	bool found;
};

static bool take_entry(void *arg, const struct version *version, struct span canonical)
{
	struct wanted *wanted = arg;
	struct error err;

	if (version_compare(version, &wanted->version))
		return true;
	const void *copy = arena_memdup(wanted->arena, canonical.data, canonical.len_bytes);
	wanted->found = copy && !entry_decode(&wanted->entry, span_of(copy, canonical.len_bytes),
	                                      wanted->arena, &err);
	return false;
}

static const char *value_label(struct app *app, const struct form *form,
                               const struct entry_field *field, struct arena *arena)
{
	int index = form ? form_field_by_tag(form, field->tag) : -1;

	if (field->kind == ENTRY_ROWS)
		return field->value.len_bytes ? _("(list)") : "";
	if (field->kind == ENTRY_RECORD) {
		struct span in = field->value;
		struct version version;
		char text[VERSION_TEXT_BYTES];
		return version_take(&in, &version) ?
		               reference_label(app, version_format(&version, text), arena) : "";
	}
	const char *text = arena_strndup(arena, (const char *)field->value.data, field->value.len_bytes);
	if (!text || index < 0)
		return text;
	const char *label = form_value_label(&form->fields[index], text, i18n_lang(), arena);
	return label ? label : text;
}

static const char *field_label(const struct form *form, uint32_t tag, struct arena *arena)
{
	if (tag == TAG_RETIRED)
		return _("Retired");
	if (tag == TAG_REASON)
		return _("Reason of the correction");
	int index = form ? form_field_by_tag(form, tag) : -1;
	return index < 0 ? arena_printf(arena, "#%u", tag) : form_text(form->fields[index].label);
}

struct last_value {
	uint32_t tag;
	const char *label;
};

/* The value before this entry, in the order of the record's entries. */
static const char **last_of(struct last_value *values, size_t *n, uint32_t tag)
{
	for (size_t i = 0; i < *n; i++)
		if (values[i].tag == tag)
			return &values[i].label;
	if (*n >= ENTRY_MAX_FIELDS)
		return NULL;
	values[*n] = (struct last_value){ tag, NULL };
	return &values[(*n)++].label;
}

static const char *heading_of(const struct entry_origin *origin, struct arena *arena)
{
	struct tm local;
	time_t wall = (time_t)origin->wall;
	char when[32];

	/* The clock of another device may have said anything. */
	if (!localtime_r(&wall, &local) || !strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &local))
		snprintf(when, sizeof(when), "—");
	return arena_printf(arena, "%s  %s  %s", when, origin->operator_name,
	                    origin->device ? origin->device->name : "");
}

static void add_entry(struct history_screen *self, struct app *app, rid_t id, bool first,
                      struct last_value *values, size_t *n_values)
{
	struct wanted wanted = { .arena = &self->arena };
	struct entry_origin origin;
	struct error err;

	if (store_origin(app->store, id, &origin, &err))
		return;
	wanted.version = origin.version;
	store_entries_each(app->store, origin.version.device, origin.version.seq, origin.version.seq,
	                   take_entry, &wanted, &err);
	add_line(self, true, heading_of(&origin, &self->arena), first ? _("first entry") : _("change"));
	const struct form *form = wanted.found ? form_set_find(app->forms, wanted.entry.form) : NULL;
	for (size_t i = 0; wanted.found && i < wanted.entry.n_fields; i++) {
		const struct entry_field *field = &wanted.entry.fields[i];
		const char **last = last_of(values, n_values, field->tag);
		const char *label = value_label(app, form, field, &self->arena);
		const char *text = label && *label ? label : _("(empty)");
		if (last && *last)
			text = arena_printf(&self->arena, "%s  →  %s", **last ? *last : _("(empty)"), text);
		add_line(self, false, field_label(form, field->tag, &self->arena), text);
		if (last)
			*last = label ? label : "";
	}
}

static void history_read(struct history_screen *self, struct app *app, rid_t record)
{
	struct last_value *values = calloc(ENTRY_MAX_FIELDS, sizeof(*values));
	struct error err = { 0 };
	struct record shown;
	size_t n = 0, n_values = 0;
	rid_t *ids;

	if (!values)
		return;
	if (store_record(app->store, record, &self->arena, &shown, &err) ||
	    care_audit_record(app->store, &shown, &err) ||
	    store_history(app->store, record, &self->arena, &ids, &n, &err))
		app_say_error(app, &err);
	else
		self->title = form_title(app, shown.form);
	for (size_t i = 0; i < n; i++)
		add_entry(self, app, ids[i], i == 0, values, &n_values);
	free(values);
}

static void history_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct history_screen *self = self_of(screen);

	(void)app;
	self->rows = area->rows - 2;
	int last = (int)self->n_lines - self->rows;
	if (self->top > last)
		self->top = last;
	if (self->top < 0)
		self->top = 0;
	scr_put(area, 0, 2, area->cols - 2, STYLE_STRONG, self->title ? self->title : "");
	scr_hline(area, 1, 0, area->cols, STYLE_BORDER);
	for (int i = 0; i < self->rows && self->top + i < (int)self->n_lines; i++) {
		const struct history_line *line = &self->lines[self->top + i];
		int y = 2 + i;
		if (line->heading) {
			scr_put(area, y, 2, area->cols - 16, STYLE_HEADING, line->left);
			scr_put(area, y, area->cols - 14, 12, STYLE_DIM, line->right);
		} else {
			scr_put(area, y, 4, 20, STYLE_LABEL, line->left);
			scr_put(area, y, 25, area->cols - 27, STYLE_NORMAL, line->right);
		}
	}
	if (self->top > 0)
		scr_put(area, 2, area->cols - 1, 1, STYLE_DIM, scr_symbol(SYM_UP));
	if (self->top < last)
		scr_put(area, area->rows - 1, area->cols - 1, 1, STYLE_DIM, scr_symbol(SYM_DOWN));
	scr_cursor(area, 2, 2);
}

static enum screen_result history_key(struct screen *screen, struct app *app, tkey_t key,
                                      enum action action)
{
	struct history_screen *self = self_of(screen);
	int page = self->rows > 1 ? self->rows - 1 : 1;

	(void)app;
	(void)key;
	switch (action) {
	case ACTION_UP:
		self->top--;
		return SCREEN_REDRAW;
	case ACTION_DOWN:
		self->top++;
		return SCREEN_REDRAW;
	case ACTION_PAGE_UP:
		self->top -= page;
		return SCREEN_REDRAW;
	case ACTION_PAGE_DOWN:
		self->top += page;
		return SCREEN_REDRAW;
	case ACTION_HOME:
		self->top = 0;
		return SCREEN_REDRAW;
	case ACTION_END:
		self->top = (int)self->n_lines;
		return SCREEN_REDRAW;
	default:
		return SCREEN_NOT_MINE;
	}
}

static size_t history_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	(void)screen;
	(void)app;
	out[0] = (struct keybar_item){ ACTION_PAGE_DOWN, NULL };
	out[1] = (struct keybar_item){ ACTION_PAGE_UP, NULL };
	out[2] = (struct keybar_item){ ACTION_HELP, NULL };
	out[3] = (struct keybar_item){ ACTION_BACK, NULL };
	return 4;
}

static void history_destroy(struct screen *screen)
{
	struct history_screen *self = self_of(screen);

	free(self->lines);
	arena_free(&self->arena);
	free(self);
}

static const struct screen_ops history_ops = {
	.title = N_("History"),
	.help = N_("Everything that was ever written about this record, oldest first: when, by whom, at which "
	           "clinic, and for each change the old and the new value."),
	.draw = history_draw,
	.key = history_key,
	.keys = history_keys,
	.destroy = history_destroy,
};

struct screen *history_new(struct app *app, rid_t record)
{
	struct history_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &history_ops;
	history_read(self, app, record);
	return &self->screen;
}
