/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written down for no resident: the clinic itself, its people, activities, day lists. First the forms,
 * then the records of one of them. */
#include "config.h"
#include "tui/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"
#include "tui/list.h"
#include "tui/people.h"
#include "tui/popup.h"
#include "tui/record_menu.h"

enum { REGISTER_FORMS = 64, TITLE_PARTS = 4 };

struct register_form {
	const struct form *form;
	size_t n; /* records that are not retired */
};

struct register_row {
	rid_t id, subject;
	date_t day;
	bool retired, conflicted;
};

struct registers_screen {
	struct screen screen;
	struct app *app;
	struct register_form forms[REGISTER_FORMS];
	size_t n_forms;
	struct list form_list;
	const struct form *shown; /* whose records are listed; NULL: the forms are */
	struct register_row *rows;
	size_t n_rows, cap_rows;
	struct list row_list;
};

static struct registers_screen *self_of(struct screen *screen)
{
	return (struct registers_screen *)screen;
}

/* --- the forms --- */

/* What a resident's page has, and what the program writes itself, does not stand here. */
static bool is_register(const struct form *form)
{
	static const char *const elsewhere[] = { "resident", "household", "audit" };

	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		if (!strcmp(form->id, elsewhere[i]))
			return false;
	return strcmp(form->subject, "resident") != 0;
}

static size_t group_place(const struct form *form)
{
	static const char *const groups[] = { "activity", "infectious", "clinic", "contract" };
	enum { N_GROUPS = sizeof(groups) / sizeof(groups[0]) };
	size_t place = 0;

	while (place < N_GROUPS && strcmp(groups[place], form->programme))
		place++;
	return place;
}

static int compare_forms(const void *a, const void *b)
{
	const struct form *fa = ((const struct register_form *)a)->form,
	                  *fb = ((const struct register_form *)b)->form;
	size_t at = group_place(fa), bt = group_place(fb);

	if (at != bt)
		return at < bt ? -1 : 1;
	int by_programme = strcmp(fa->programme, fb->programme);
	return by_programme ? by_programme : strcmp(fa->id, fb->id);
}

static void collect_forms(struct registers_screen *self)
{
	const struct form_set *set = self->app->forms;

	for (size_t i = 0; i < form_set_count(set) && self->n_forms < REGISTER_FORMS; i++)
		if (is_register(form_set_at(set, i)))
			self->forms[self->n_forms++].form = form_set_at(set, i);
	qsort(self->forms, self->n_forms, sizeof(self->forms[0]), compare_forms);
	list_set_count(&self->form_list, self->n_forms);
}

/* --- reading --- */

struct reading {
	struct registers_screen *self;
	const struct form *form;
	bool keep; /* into rows; else only counted */
	size_t n;
	int code;
	struct error *err;
};

static bool keep_row(struct registers_screen *self, const struct record *record)
{
	if (self->n_rows == self->cap_rows) {
		size_t cap = self->cap_rows ? self->cap_rows * 2 : 64;
		struct register_row *rows = realloc(self->rows, cap * sizeof(*rows));
		if (!rows)
			return false;
		self->rows = rows;
		self->cap_rows = cap;
	}
	self->rows[self->n_rows++] = (struct register_row){
		.id = record->id,
		.subject = record->subject == record->id ? 0 : record->subject,
		.day = record_day(self->app, record),
		.retired = record->retired,
		.conflicted = record->conflicted,
	};
	return true;
}

static bool visit_record(void *arg, const struct record *record, struct arena *arena)
{
	struct reading *reading = arg;

	(void)arena;
	reading->n += !record->retired;
	if (reading->keep && !keep_row(reading->self, record))
		reading->code = error_set(reading->err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	return !reading->code;
}

static bool visit_subject(void *arg, const struct record *subject, struct arena *arena)
{
	struct reading *reading = arg;
	struct record *records;
	size_t n;

	reading->code = store_records_of(reading->self->app->store, subject->id, reading->form->id, arena,
	                                 &records, &n, reading->err);
	for (size_t i = 0; !reading->code && i < n; i++)
		visit_record(reading, &records[i], arena);
	return !reading->code;
}

static int read_form(struct reading *reading)
{
	struct store *store = reading->self->app->store;
	const struct form *form = reading->form;
	int code = form->subject[0] ?
	                   store_each_master(store, form->subject, visit_subject, reading, reading->err) :
	                   store_each_master(store, form->id, visit_record, reading, reading->err);

	return code ? code : reading->code;
}

/* Newest first: events by their day, what has no day of its own by its number. */
static int compare_rows(const void *a, const void *b, void *arg)
{
	const struct register_row *ra = a, *rb = b;
	const struct form *form = arg;

	if (form->kind == FORM_EVENT && ra->day != rb->day)
		return ra->day > rb->day ? -1 : 1;
	return ra->id > rb->id ? -1 : ra->id < rb->id;
}

static void read_rows(struct registers_screen *self)
{
	struct error err = { 0 };
	struct reading reading = { .self = self, .form = self->shown, .keep = true, .err = &err };

	self->n_rows = 0;
	if (read_form(&reading))
		app_say_error(self->app, &err);
	if (self->n_rows > 1)
		qsort_r(self->rows, self->n_rows, sizeof(*self->rows), compare_rows, (void *)self->shown);
	list_set_count(&self->row_list, self->n_rows);
}

static void read_counts(struct registers_screen *self)
{
	for (size_t i = 0; i < self->n_forms; i++) {
		struct error err = { 0 };
		struct reading reading = { .self = self, .form = self->forms[i].form, .err = &err };
		if (read_form(&reading))
			app_say_error(self->app, &err);
		self->forms[i].n = reading.n;
	}
}

static void registers_reload(struct screen *screen, struct app *app)
{
	struct registers_screen *self = self_of(screen);

	(void)app;
	if (self->shown)
		read_rows(self);
	else
		read_counts(self);
}

/* --- drawing --- */

static void draw_form(void *arg, size_t index, const struct area *line, enum style style)
{
	struct registers_screen *self = arg;
	const struct register_form *row = &self->forms[index];
	const char *programme = row->form->programme;

	if (!index || strcmp(programme, self->forms[index - 1].form->programme))
		scr_put(line, 0, 2, 24, list_style(style, STYLE_HEADING), programme_title(programme));
	scr_put(line, 0, 27, 26, style, form_text(row->form->title));
	if (row->form->subject[0])
		scr_put(line, 0, 54, 14, list_style(style, STYLE_DIM), form_title(self->app, row->form->subject));
	scr_printf(line, 0, 69, 8, list_style(style, row->n ? style : STYLE_DIM), "%8zu", row->n);
}

/* In which pass a field may enter a record's line: texts, then codes, then numbers; -1 never. */
static int title_pass(const struct form_field *field)
{
	if (!field->tag || field->repeat >= 0 || strstr(field->name, "id_") || strstr(field->name, "phone"))
		return -1;
	switch (field->type) {
	case FORM_TEXT:
		return strstr(field->appearance, "multiline") ? -1 : 0;
	case FORM_SELECT_ONE:
		return strcmp(field->list->name, "yes_no") ? 1 : -1;
	case FORM_INTEGER:
	case FORM_DECIMAL:
		return 2;
	default:
		return -1;
	}
}

static const char *title_part(const struct form_field *field, const char *value, struct arena *arena)
{
	const char *text = NULL;

	if (field->type == FORM_SELECT_ONE)
		text = form_value_label(field, value, i18n_lang(), arena);
	else if (field->type != FORM_TEXT)
		text = arena_printf(arena, "%s %s%s", form_text(field->label), value, field->unit);
	return text ? text : value;
}

/* The first telling fields, in the form's order; in arena. */
static const char *record_title(const struct form *form, const struct record *record, struct arena *arena)
{
	int chosen[TITLE_PARTS] = { 0 }, n = 0;
	const char *text = "";

	for (int pass = 0; pass < 3; pass++)
		for (int i = 0; i < form->n_fields && n < (pass ? TITLE_PARTS : TITLE_PARTS - 1); i++) {
			int at = n;
			if (title_pass(&form->fields[i]) != pass || !*record_text(record, form->fields[i].tag))
				continue;
			for (n++; at > 0 && chosen[at - 1] > i; at--)
				chosen[at] = chosen[at - 1];
			chosen[at] = i;
		}
	for (int k = 0; text && k < n; k++) {
		const struct form_field *field = &form->fields[chosen[k]];
		text = arena_printf(arena, "%s%s%s", text, k ? "  " : "",
		                    title_part(field, record_text(record, field->tag), arena));
	}
	return text ? text : "";
}

static void draw_record(void *arg, size_t index, const struct area *line, enum style style)
{
	struct registers_screen *self = arg;
	const struct register_row *row = &self->rows[index];
	enum style main = row->retired ? list_style(style, STYLE_DIM) : style;
	int x = 2, note_cols = row->retired || row->conflicted ? 10 : 0;
	struct arena arena = ARENA_INIT;
	struct record record;
	struct person subject;
	struct error err;
	char date[DATE_TEXT_BYTES];

	if (self->shown->kind == FORM_EVENT) {
		scr_put(line, 0, x, 11, main, date_format(row->day, date));
		x += 12;
	}
	if (row->subject) {
		person_load(self->app, row->subject, &subject);
		scr_put(line, 0, x, 14, main, subject.name);
		x += 16;
	}
	scr_put(line, 0, x, line->cols - x - note_cols, main,
	        store_record(self->app->store, row->id, &arena, &record, &err) ?
	                _("(cannot be read)") :
	                record_title(self->shown, &record, &arena));
	if (row->retired)
		scr_put(line, 0, line->cols - 9, 9, list_style(style, STYLE_DIM), _("retired"));
	else if (row->conflicted)
		scr_put(line, 0, line->cols - 9, 9, list_style(style, STYLE_WARN), _("! differs"));
	arena_free(&arena);
}

static void draw_forms(struct registers_screen *self, const struct area *area)
{
	scr_put(area, 0, 2, 24, STYLE_HEADING, _("Field of work"));
	scr_put(area, 0, 27, 26, STYLE_HEADING, _("Form"));
	scr_put(area, 0, 54, 14, STYLE_HEADING, _("Belongs to"));
	scr_put(area, 0, 70, area->cols - 70, STYLE_HEADING, _("Records"));
	struct area list = area_sub(area, 1, 0, area->rows - 1, area->cols);
	list_draw(&self->form_list, &list, true, draw_form, self);
}

static void registers_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct registers_screen *self = self_of(screen);
	int x = 2;

	if (!self->shown) {
		draw_forms(self, area);
		return;
	}
	x += scr_put(area, 0, x, -1, STYLE_STRONG, form_text(self->shown->title)) + 2;
	scr_printf(area, 0, x, area->cols - x, STYLE_DIM, _("Records: %zu, newest first"), self->n_rows);
	scr_hline(area, 1, 0, area->cols, STYLE_BORDER);
	struct area list = area_sub(area, 2, 0, area->rows - 2, area->cols);
	if (!self->n_rows) {
		scr_put(&list, 1, 2, list.cols - 2, STYLE_DIM,
		        app_writes(app) ? _("No records yet. F2 adds one.") : _("No records yet."));
		scr_cursor(&list, 1, 2);
		return;
	}
	list_draw(&self->row_list, &list, true, draw_record, self);
}

/* --- keys --- */

static const struct form *chosen_form(const struct registers_screen *self)
{
	return self->shown ? self->shown :
	       self->n_forms ? self->forms[self->form_list.cursor].form : NULL;
}

static enum screen_result take_subject(struct screen *screen, struct app *app, int choice)
{
	const struct form *form = chosen_form(self_of(screen));
	struct version version;
	struct error err = { 0 };
	rid_t subject;

	if (choice == POPUP_NONE || !form)
		return SCREEN_REDRAW;
	if (!version_parse(app->answer_text, &version))
		return SCREEN_REDRAW;
	if (store_find_version(app->store, &version, &subject, &err)) {
		app_say_error(app, &err);
		return SCREEN_REDRAW;
	}
	return app_push(app, form_new(app, form->id, subject, 0));
}

static enum screen_result add_record(struct registers_screen *self, struct app *app)
{
	const struct form *form = chosen_form(self);

	if (!form || !app_writes(app))
		return SCREEN_DONE;
	if (!form->subject[0])
		return app_push(app, form_new(app, form->id, 0, 0));
	app_say(app, STYLE_DIM, _("%s: choose first what it belongs to."), form_text(form->title));
	return app_push(app, picker_new(app, form->subject, 0, take_subject));
}

static enum screen_result open_line(struct registers_screen *self, struct app *app)
{
	if (!self->shown) {
		self->shown = chosen_form(self);
		self->row_list = (struct list){ 0 };
		if (self->shown)
			read_rows(self);
		return SCREEN_REDRAW;
	}
	if (!self->n_rows)
		return SCREEN_DONE;
	const struct register_row *row = &self->rows[self->row_list.cursor];
	return app_push(app, form_new(app, self->shown->id, row->subject, row->id));
}

static enum screen_result registers_key(struct screen *screen, struct app *app, tkey_t key,
                                        enum action action)
{
	struct registers_screen *self = self_of(screen);

	(void)key;
	switch (action) {
	case ACTION_OPEN:
		return open_line(self, app);
	case ACTION_ADD:
		return add_record(self, app);
	case ACTION_HISTORY:
		if (!self->shown || !self->n_rows)
			return SCREEN_DONE;
		return app_push(app, history_new(app, self->rows[self->row_list.cursor].id));
	case ACTION_LEAVE:
	case ACTION_BACK:
		if (!self->shown)
			return SCREEN_CLOSE;
		self->shown = NULL;
		read_counts(self);
		return SCREEN_REDRAW;
	default:
		return list_key(self->shown ? &self->row_list : &self->form_list, action) ? SCREEN_REDRAW :
		                                                                             SCREEN_NOT_MINE;
	}
}

static size_t registers_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	struct registers_screen *self = self_of(screen);
	size_t n = 0;

	out[n++] = (struct keybar_item){ ACTION_OPEN, self->shown ? NULL : _("Show records") };
	if (app_writes(app))
		out[n++] = (struct keybar_item){ ACTION_ADD, NULL };
	out[n++] = (struct keybar_item){ ACTION_HELP, NULL };
	if (self->shown)
		out[n++] = (struct keybar_item){ ACTION_HISTORY, NULL };
	out[n++] = (struct keybar_item){ ACTION_REFRESH, NULL };
	out[n++] = (struct keybar_item){ ACTION_BACK, NULL };
	return n;
}

static void registers_destroy(struct screen *screen)
{
	struct registers_screen *self = self_of(screen);

	free(self->rows);
	free(self);
}

static const struct screen_ops registers_ops = {
	.title = N_("Registers"),
	.help = N_("What belongs to no resident: health education and other activities, fever pre-checks and the "
	           "daily count of symptoms, the clinic, its staff, equipment and checks, service packages. Enter "
	           "shows the records of a form, newest first, and there opens one to read or correct it; F2 adds "
	           "one; h shows who wrote what and when. What belongs to a clinic or to a member of staff asks "
	           "first for which."),
	.draw = registers_draw,
	.key = registers_key,
	.keys = registers_keys,
	.reload = registers_reload,
	.destroy = registers_destroy,
};

struct screen *registers_new(struct app *app)
{
	struct registers_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &registers_ops;
	self->app = app;
	collect_forms(self);
	read_counts(self);
	return &self->screen;
}
