/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/checks.h"

#include <stdlib.h>
#include <string.h>
#include "db/exchange.h"
#include "lib/i18n.h"
#include "sync/conflict.h"
#include "tui/people.h"
#include "tui/popup.h"

enum { SIDES_SHOWN = 8 };

struct line {
	struct conflict conflict;
	const char *who;
};

struct reader {
	struct checks_screen *self;
	struct line *lines;
	size_t n;
	struct error err;
};

static const struct line *line_at(const struct checks_screen *self, size_t index)
{
	return &((const struct line *)self->lines)[index];
}

/* --- reading --- */

static const char *who_of(struct checks_screen *self, rid_t subject)
{
	struct person person;

	return person_load(self->app, subject, &person) ? arena_strdup(&self->arena, person.name) : "";
}

static void add_record(struct reader *reader, rid_t record)
{
	struct checks_screen *self = reader->self;
	struct conflict *conflicts;
	size_t n;

	if (conflict_of(self->app->store, record, &self->arena, &conflicts, &n, &reader->err))
		return;
	const char *who = n ? who_of(self, conflicts[0].subject) : NULL;
	for (size_t i = 0; i < n; i++) {
		if (reader->n == CHECKS_MAX)
			self->n_more++;
		else
			reader->lines[reader->n++] = (struct line){ conflicts[i], who ? who : "" };
	}
}

static bool take_record(void *arg, rid_t record)
{
	add_record(arg, record);
	return true;
}

static void read_of_resident(struct reader *reader)
{
	struct checks_screen *self = reader->self;
	struct record *records;
	size_t n;

	if (!store_records_of(self->app->store, self->resident, NULL, &self->arena, &records, &n, &reader->err))
		for (size_t i = 0; i < n; i++)
			add_record(reader, records[i].id);
}

/* What a person has to decide comes first. */
static int compare_lines(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	bool open_x = conflict_is_open(x->conflict.kind), open_y = conflict_is_open(y->conflict.kind);

	if (open_x != open_y)
		return open_x ? -1 : 1;
	if (x->conflict.record != y->conflict.record)
		return x->conflict.record > y->conflict.record ? -1 : 1;
	return (x->conflict.tag > y->conflict.tag) - (x->conflict.tag < y->conflict.tag);
}

static size_t read_lines(struct checks_screen *self, struct app *app)
{
	struct reader reader = { .self = self,
		                 .lines = arena_array(&self->arena, CHECKS_MAX, sizeof(*reader.lines)) };

	if (!reader.lines)
		return 0;
	if (self->resident)
		read_of_resident(&reader);
	else
		store_conflicts_each(app->store, take_record, &reader, &reader.err);
	if (reader.err.code)
		app_say_error(app, &reader.err);
	if (reader.n > 1)
		qsort(reader.lines, reader.n, sizeof(*reader.lines), compare_lines);
	self->lines = reader.lines;
	return reader.n;
}

/* --- drawing --- */

static void draw_line(struct checks_screen *self, struct app *app, size_t index, const struct area *line,
                      enum style style)
{
	const struct line *one = line_at(self, index);
	const struct conflict *c = &one->conflict;
	bool open = conflict_is_open(c->kind);
	struct arena arena = ARENA_INIT;
	const char *a = c->n_sides ? c->sides[0].text : "", *b = c->n_sides > 1 ? c->sides[1].text : "";
	const char *values = open ? arena_printf(&arena, "%s / %s", *a ? a : _("(empty)"), *b ? b : _("(empty)")) :
	                            arena_printf(&arena, "%s", c->shown);

	scr_put(line, 0, 0, 1, list_style(style, open ? STYLE_WARN : STYLE_DIM), open ? "!" : " ");
	scr_put(line, 0, 2, 9, style, one->who);
	scr_put(line, 0, 12, 14, style, form_title(app, c->form));
	scr_put(line, 0, 27, 14, style, c->label);
	scr_put(line, 0, 42, line->cols - 42 - (open ? 1 : 10), style, values ? values : "");
	if (!open)
		scr_put(line, 0, line->cols - 9, 9, list_style(style, STYLE_DIM), _("settled"));
	arena_free(&arena);
}

/* --- deciding --- */

static enum screen_result decided(struct app *app, int code, const struct error *err)
{
	if (code) {
		app_say_error(app, err);
		return SCREEN_REDRAW;
	}
	app_reload(app);
	app_say(app, STYLE_OK, _("%s decided: it travels, and nobody is asked again"), scr_symbol(SYM_CHECK));
	return SCREEN_REDRAW;
}

static enum screen_result take_answer(struct screen *screen, struct app *app, int choice)
{
	struct checks_screen *self = (struct checks_screen *)screen;
	struct error err = { 0 };

	if (choice == POPUP_NONE || self->list.cursor >= self->n_lines)
		return SCREEN_REDRAW;
	const struct conflict *c = &line_at(self, self->list.cursor)->conflict;
	size_t sides = c->n_sides < SIDES_SHOWN ? c->n_sides : SIDES_SHOWN;
	if ((size_t)choice < sides)
		return decided(app, conflict_take(app->store, c, (size_t)choice, "", &err), &err);
	if ((size_t)choice == sides && c->kind != CONFLICT_CONTESTED)
		return app_push(app, form_new(app, c->form, c->subject, c->record));
	return SCREEN_REDRAW; /* later */
}

static const char *side_label(const struct conflict *c, size_t i, struct arena *arena)
{
	const struct conflict_side *side = &c->sides[i];
	char day[DATE_TEXT_BYTES];
	const char *value = *side->text ? side->text : _("(empty)");

	if (c->kind == CONFLICT_CONTESTED)
		value = i ? arena_printf(arena, _("Keep it: %s"), value) :
		            arena_printf(arena, _("Retire it: %s"), value);
	return arena_printf(arena, "%s  — %s %s %s%s", value ? value : "",
	                    side->origin.device ? side->origin.device->name : "?", side->origin.operator_name,
	                    date_format(date_of_seconds(side->origin.wall), day),
	                    side->clock_doubt ? _(" (clock in doubt)") : "");
}

static enum screen_result open_line(struct checks_screen *self, struct app *app, size_t index)
{
	const struct line *one = line_at(self, index);
	const struct conflict *c = &one->conflict;
	struct popup_item items[SIDES_SHOWN + 2];
	struct arena arena = ARENA_INIT;
	size_t n = 0;

	if (!app_writes(app)) {
		app_say(app, STYLE_WARN, "%s", _("To read only: this operator may not write."));
		return SCREEN_REDRAW;
	}
	memset(items, 0, sizeof(items));
	for (size_t i = 0; i < c->n_sides && n < SIDES_SHOWN; i++) {
		items[n].label = side_label(c, i, &arena);
		if (!items[n].label)
			items[n].label = "";
		n++;
	}
	if (c->kind != CONFLICT_CONTESTED)
		items[n++].label = _("None of these: give another value");
	items[n++].label = _("Later");
	popup_number(items, 0, n);
	const char *title = arena_printf(&arena, "%s  %s  %s", one->who, form_title(app, c->form), c->label);
	struct popup popup = { .title = title ? title : "", .text = conflict_sentence(c->kind), .items = items,
		               .n_items = n, .warning = true, .answer = take_answer };
	enum screen_result result = popup_open(app, &self->screen, &popup);
	arena_free(&arena);
	return result;
}

static rid_t resident_of(struct checks_screen *self, size_t index)
{
	const struct conflict *c = &line_at(self, index)->conflict;

	return *line_at(self, index)->who ? c->subject : 0;
}

static const struct checks_column columns[] = {
	{ 2, N_("Whose") }, { 12, N_("Form") }, { 27, N_("Field") }, { 42, N_("Values") }, { 0, NULL },
};

const struct checks_part CHECKS_CONFLICTS = {
	.title = N_("Differences"),
	.columns = columns,
	.empty = N_("No field was changed differently in two places."),
	.read = read_lines,
	.draw = draw_line,
	.open = open_line,
	.open_label = N_("Decide"),
	.resident = resident_of,
};
