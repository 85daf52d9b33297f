/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/form_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "tui/popup.h"
#include "tui/screens.h"

const struct cell *form_focus(const struct form_screen *self)
{
	return self->focus < self->layout.n ? &self->layout.cells[self->focus] : NULL;
}

const struct form_field *form_focus_field(const struct form_screen *self)
{
	const struct cell *cell = form_focus(self);

	return cell ? &self->entering->form->fields[cell->field] : NULL;
}

bool form_is_choice(const struct form_field *field)
{
	return field->type == FORM_SELECT_ONE || field->type == FORM_SELECT_MULTIPLE;
}

const char *form_focus_value(const struct form_screen *self)
{
	const struct cell *cell = form_focus(self);

	return cell && cell->kind == CELL_FIELD ?
	               values_get(self->entering->values, cell->field, cell->row) : "";
}

/* A day and time is typed with a space between, as people write it; the record has a T there. */
static void put_edit(struct text *edit, const struct form_field *field, const char *value)
{
	struct arena arena = ARENA_INIT;

	text_set(edit, field && field->type == FORM_DATETIME ? layout_value_text(field, value, &arena) : value);
	arena_free(&arena);
}

/* The focus has come to a field: numbers (of a phone, too), dates and carried values are typed over, texts
 * are not. */
static void arrive(struct form_screen *self)
{
	const struct form_field *field = form_focus_field(self);
	const struct cell *cell = form_focus(self);

	self->typed[0] = '\0';
	put_edit(&self->edit, field, form_focus_value(self));
	if (field && cell->kind == CELL_FIELD)
		self->edit.fresh = field->type != FORM_TEXT || !strcmp(field->appearance, "numbers") ||
		                   !strcmp(field->appearance, "idno") ||
		                   values_is_carried(self->entering->values, cell->field, cell->row);
}

void form_layout(struct form_screen *self)
{
	struct error err = { 0 };
	const struct cell *cell = form_focus(self);
	struct cell was = cell ? *cell : (struct cell){ .field = -1 };
	size_t best = SIZE_MAX;

	if (layout_build(&self->layout, self->entering->values, self->rows, self->cols, &err))
		app_say_error(self->app, &err);
	for (size_t i = 0; i < self->layout.n; i++) {
		const struct cell *now = &self->layout.cells[i];
		if (!layout_focusable(self->entering->values, now))
			continue;
		if (now->kind == was.kind && now->field == was.field && now->row == was.row) {
			self->focus = i;
			return;
		}
		if (best == SIZE_MAX || now->field <= was.field)
			best = i;
	}
	self->focus = best == SIZE_MAX ? 0 : best;
	arrive(self);
}

static void keep_draft(struct form_screen *self)
{
	struct error err = { 0 };

	self->entering->changed = true;
	int code = self->entering->writable ? entering_keep_draft(self->entering, &err) : 0;
	if (code) /* the path of a draft says nothing to a doctor and fills the line */
		app_say(self->app, STYLE_WARN, _("The draft could not be kept: %s"),
		        code == ERR_NOSPACE ? error_kind(code) : err.text);
}

void form_set(struct form_screen *self, const char *value)
{
	const struct cell *cell = form_focus(self);
	struct error err = { 0 };

	if (!cell || cell->kind != CELL_FIELD || !self->entering->writable)
		return;
	if (values_set(self->entering->values, cell->field, cell->row, value, &err)) {
		app_say_error(self->app, &err);
		return;
	}
	/* What was accepted held for the values of then. */
	self->warnings_accepted = self->duplicates_accepted = false;
	keep_draft(self);
	put_edit(&self->edit, form_focus_field(self), form_focus_value(self));
	form_layout(self);
}

void form_commit(struct form_screen *self)
{
	const struct form_field *field = form_focus_field(self);
	const struct cell *cell = form_focus(self);
	struct text before;

	if (!field || cell->kind != CELL_FIELD || form_is_choice(field) || field->type == FORM_RECORD)
		return;
	put_edit(&before, field, form_focus_value(self));
	if (strcmp(self->edit.bytes, before.bytes))
		form_set(self, self->edit.bytes);
}

/* What is wrong with the field that is left is said while its paper is still in hand; it may stay so. */
static bool say_problem(struct form_screen *self)
{
	const struct cell *cell = form_focus(self);
	struct arena arena = ARENA_INIT;
	const struct form_problem *problem =
		cell && cell->kind == CELL_FIELD ? form_problem_of(self, cell, &arena) : NULL;
	bool told = problem && problem->severity != FORM_INCOMPLETE;

	if (told)
		app_say(self->app, problem->severity == FORM_ERROR ? STYLE_ERROR : STYLE_WARN, "%s%s%s",
		        form_text(self->entering->form->fields[cell->field].label), _(": "), problem->text);
	arena_free(&arena);
	return told;
}

static void go_to(struct form_screen *self, size_t cell)
{
	form_commit(self);
	say_problem(self);
	self->focus = cell;
	arrive(self);
}

void form_jump(struct form_screen *self, int field, int row)
{
	for (size_t i = 0; i < self->layout.n; i++) {
		const struct cell *cell = &self->layout.cells[i];
		if (cell->field == field && cell->row == row &&
		    (cell->kind == CELL_FIELD || cell->kind == CELL_ADD)) {
			self->focus = i;
			arrive(self);
			return;
		}
	}
}

/* The field of form order before or after the focus; the commit may lay out anew, so look after it. */
static void go_by(struct form_screen *self, int by)
{
	form_commit(self);
	for (long i = (long)self->focus + by; i >= 0 && i < (long)self->layout.n; i += by)
		if (layout_focusable(self->entering->values, &self->layout.cells[i])) {
			go_to(self, (size_t)i);
			return;
		}
	if (by > 0 && !say_problem(self))
		app_say(self->app, STYLE_OK, "%s", _("This was the last field. F2 saves."));
}

static int line_of(const struct form_screen *self, const struct cell *cell)
{
	return cell->page * self->rows + cell->y;
}

/* The nearest field on the next line up or down. */
static void go_line(struct form_screen *self, int by)
{
	form_commit(self);
	const struct cell *from = form_focus(self);
	size_t best = SIZE_MAX;
	int best_lines = 0, best_cols = 0;

	for (size_t i = 0; from && i < self->layout.n; i++) {
		const struct cell *cell = &self->layout.cells[i];
		int lines = (line_of(self, cell) - line_of(self, from)) * by;
		int cols = abs(cell->x - from->x);
		if (lines <= 0 || !layout_focusable(self->entering->values, cell))
			continue;
		if (best == SIZE_MAX || lines < best_lines || (lines == best_lines && cols < best_cols)) {
			best = i;
			best_lines = lines;
			best_cols = cols;
		}
	}
	if (best != SIZE_MAX)
		go_to(self, best);
	else if (by > 0)
		go_by(self, 1);
}

static void go_page(struct form_screen *self, int by)
{
	form_commit(self);
	const struct cell *from = form_focus(self);
	int page = from ? from->page + by : 0;

	for (size_t i = 0; i < self->layout.n; i++)
		if (self->layout.cells[i].page == page &&
		    layout_focusable(self->entering->values, &self->layout.cells[i])) {
			go_to(self, i);
			return;
		}
}

/* --- choosing --- */

/* A field of a day or a time of day that F4 fills with now; false: the field is of another kind. */
static bool put_now(struct form_screen *self, enum form_type type)
{
	char date[DATE_TEXT_BYTES], text[DATE_TEXT_BYTES + 8];
	struct tm local;
	time_t now = time(NULL);

	if (type != FORM_DATE && type != FORM_TIME && type != FORM_DATETIME)
		return false;
	date_format(self->app->today, date);
	if (type == FORM_DATE)
		form_set(self, date);
	if (type == FORM_DATE || !localtime_r(&now, &local))
		return true;
	snprintf(text, sizeof(text), "%s%s%02d:%02d", type == FORM_DATETIME ? date : "",
	         type == FORM_DATETIME ? " " : "", local.tm_hour, local.tm_min);
	form_set(self, text);
	return true;
}

static enum screen_result choose(struct form_screen *self)
{
	const struct form_field *field = form_focus_field(self);

	if (!field || !self->entering->writable)
		return SCREEN_DONE;
	if (form_is_choice(field))
		return form_ask_choice(self);
	if (field->type == FORM_RECORD)
		return form_ask_record(self);
	put_now(self, field->type);
	return SCREEN_REDRAW;
}

/* --- rows --- */

static enum screen_result add_row(struct form_screen *self)
{
	const struct cell *cell = form_focus(self);
	const struct form_field *field = form_focus_field(self);
	struct error err = { 0 };

	if (!cell || !self->entering->writable)
		return SCREEN_DONE;
	int repeat = cell->kind == CELL_ADD ? cell->field : field->repeat;
	if (repeat < 0)
		return SCREEN_DONE;
	form_commit(self);
	if (values_row_add(self->entering->values, repeat, &err)) {
		app_say_error(self->app, &err);
		return SCREEN_REDRAW;
	}
	keep_draft(self);
	form_layout(self);
	form_jump(self, repeat + 1, (int)values_rows(self->entering->values, repeat) - 1);
	return SCREEN_REDRAW;
}

static enum screen_result remove_row(struct form_screen *self)
{
	const struct cell *cell = form_focus(self);
	const struct form_field *field = form_focus_field(self);

	if (!cell || cell->kind != CELL_FIELD || field->repeat < 0 || !self->entering->writable)
		return SCREEN_DONE;
	values_row_remove(self->entering->values, field->repeat, (size_t)cell->row);
	keep_draft(self);
	form_layout(self);
	arrive(self);
	return SCREEN_REDRAW;
}

/* --- keys --- */

static bool key_fits_day(tkey_t key)
{
	return (key >= '0' && key <= '9') || key == '-' || key == '/' || key == '.' || key == 0x5e74 ||
	       key == 0x6708 || key == 0x65e5; /* 年月日 */
}

/* The check at the key: what can never belong into such a field is not taken. */
static bool key_fits(const struct form_field *field, tkey_t key)
{
	if (key >= 0xff01 && key <= 0xff5e) /* full-width ASCII */
		key -= 0xff01 - '!';
	bool digit = key >= '0' && key <= '9';

	switch (field->type) {
	case FORM_INTEGER:
		return digit || key == '-' || key == '+';
	case FORM_DECIMAL:
		return digit || key == '-' || key == '+' || key == '.' || key == 0x3002;
	case FORM_DATE:
		return key_fits_day(key);
	case FORM_TIME:
		return digit || key == ':';
	case FORM_DATETIME:
		return key_fits_day(key) || key == ':' || key == ' ' || key == 'T';
	default:
		return true;
	}
}

static enum screen_result text_or_choice(struct form_screen *self, tkey_t key, enum action action)
{
	const struct form_field *field = form_focus_field(self);
	const struct cell *cell = form_focus(self);
	bool changed;

	if (!field || cell->kind != CELL_FIELD || !self->entering->writable)
		return SCREEN_NOT_MINE;
	if (form_is_choice(field) || field->type == FORM_RECORD) {
		if (key == TKEY_BACKSPACE || key == TKEY_DELETE) {
			self->typed[0] = '\0';
			form_set(self, "");
			return SCREEN_REDRAW;
		}
		if (form_is_choice(field) && key > ' ' && key < 0x7f && key != '?')
			return form_choice_digit(self, key);
		if (form_is_choice(field) && key >= 0xff10 && key <= 0xff19)
			return form_choice_digit(self, key - 0xff10 + '0');
		return SCREEN_NOT_MINE;
	}
	if (key_is_text(key) && !key_fits(field, key)) {
		app_say(self->app, STYLE_WARN, _("This field takes: %s"), form_type_hint(field));
		return SCREEN_REDRAW;
	}
	return text_key(&self->edit, key, action, &changed) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
}

static bool moves_in_text(const struct form_screen *self, enum action action)
{
	const struct form_field *field = form_focus_field(self);

	return field && form_focus(self)->kind == CELL_FIELD && !form_is_choice(field) &&
	       field->type != FORM_RECORD &&
	       (action == ACTION_LEFT || action == ACTION_RIGHT || action == ACTION_HOME ||
	        action == ACTION_END);
}

static enum screen_result form_key(struct screen *screen, struct app *app, tkey_t key,
                                   enum action action)
{
	struct form_screen *self = form_self(screen);
	const struct form_field *field = form_focus_field(self);
	bool typed_in = field && form_focus(self)->kind == CELL_FIELD && !form_is_choice(field) &&
	                field->type != FORM_RECORD;

	if (!typed_in && key == '?')
		action = ACTION_HELP;
	if (!typed_in && key == ' ')
		action = field && form_focus(self)->kind == CELL_ADD ? ACTION_ADD_ROW : ACTION_CHOOSE;
	if (key == TKEY_DELETE)
		action = ACTION_NONE; /* edits */
	if (moves_in_text(self, action))
		return text_or_choice(self, key, action);
	switch (action) {
	case ACTION_OPEN:
	case ACTION_TAB:
	case ACTION_RIGHT:
		go_by(self, 1);
		return SCREEN_REDRAW;
	case ACTION_BACKTAB:
	case ACTION_LEFT:
		go_by(self, -1);
		return SCREEN_REDRAW;
	case ACTION_UP:
		go_line(self, -1);
		return SCREEN_REDRAW;
	case ACTION_DOWN:
		go_line(self, 1);
		return SCREEN_REDRAW;
	case ACTION_PAGE_UP:
		go_page(self, -1);
		return SCREEN_REDRAW;
	case ACTION_PAGE_DOWN:
		go_page(self, 1);
		return SCREEN_REDRAW;
	case ACTION_CHOOSE:
		return choose(self);
	case ACTION_ADD: /* Ctrl-A outside a row */
	case ACTION_ADD_ROW:
		return add_row(self);
	case ACTION_REMOVE_ROW:
		return remove_row(self);
	case ACTION_SAVE:
		form_commit(self);
		return form_save(self);
	case ACTION_LEAVE:
	case ACTION_BACK:
		form_commit(self);
		return form_ask_leave(self);
	case ACTION_HELP:
	case ACTION_REDRAW:
		return SCREEN_NOT_MINE;
	default:
		(void)app;
		return text_or_choice(self, key, action);
	}
}

static size_t form_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	struct form_screen *self = form_self(screen);
	const struct form_field *field = form_focus_field(self);
	size_t n = 0;

	(void)app;
	out[n++] = (struct keybar_item){ ACTION_OPEN, _("Next field") };
	if (self->entering->writable)
		out[n++] = (struct keybar_item){ ACTION_SAVE, NULL };
	out[n++] = (struct keybar_item){ ACTION_HELP, NULL };
	if (field && self->entering->writable && (form_is_choice(field) || field->type == FORM_RECORD))
		out[n++] = (struct keybar_item){ ACTION_CHOOSE, NULL };
	if (field && field->type == FORM_DATE && self->entering->writable)
		out[n++] = (struct keybar_item){ ACTION_CHOOSE, _("Today") };
	if (field && (field->type == FORM_TIME || field->type == FORM_DATETIME) && self->entering->writable)
		out[n++] = (struct keybar_item){ ACTION_CHOOSE, _("Now") };
	if (field && field->type == FORM_REPEAT)
		out[n++] = (struct keybar_item){ ACTION_PICK, _("Add a row") };
	if (field && field->repeat >= 0) {
		out[n++] = (struct keybar_item){ ACTION_ADD_ROW, NULL };
		out[n++] = (struct keybar_item){ ACTION_REMOVE_ROW, NULL };
	}
	if (self->layout.n_pages > 1) {
		out[n++] = (struct keybar_item){ ACTION_PAGE_UP, NULL };
		out[n++] = (struct keybar_item){ ACTION_PAGE_DOWN, NULL };
	}
	if (field && field->type == FORM_TEXT)
		out[n++] = (struct keybar_item){ ACTION_IME, NULL };
	out[n++] = (struct keybar_item){ ACTION_BACK, NULL };
	return n;
}

static bool form_typing(const struct screen *screen)
{
	(void)screen;
	return true;
}

static const char *form_field_help(struct screen *screen, struct app *app)
{
	struct form_screen *self = form_self(screen);
	const struct form_field *field = form_focus_field(self);

	(void)app;
	if (!field)
		return NULL;
	return arena_printf(&self->entering->scratch, "%s%s%s%s%s\n%s", form_text(field->label),
	                    field->unit[0] ? " (" : "", field->unit, field->unit[0] ? ")" : "",
	                    field->de[0] ? arena_printf(&self->entering->scratch, "  %s", field->de) : "",
	                    form_text(field->hint)[0] ? form_text(field->hint) : form_type_hint(field));
}

static void form_settle(struct screen *screen, struct app *app)
{
	(void)app;
	form_commit(form_self(screen));
}

static void form_destroy(struct screen *screen)
{
	struct form_screen *self = form_self(screen);

	text_clear(&self->edit);
	layout_free(&self->layout);
	entering_free(self->entering);
	free(self);
}

/* --- the start --- */

static enum screen_result take_draft(struct screen *screen, struct app *app, int choice)
{
	struct form_screen *self = form_self(screen);
	struct error err = { 0 };

	if (choice == POPUP_NONE)
		return SCREEN_CLOSE;
	if (choice == 1)
		entering_drop_draft(self->entering);
	else if (entering_take_draft(self->entering, &err))
		app_say_error(app, &err);
	form_layout(self);
	arrive(self);
	return SCREEN_REDRAW;
}

static enum screen_result form_opened(struct screen *screen, struct app *app)
{
	struct form_screen *self = form_self(screen);
	struct popup_item items[] = { { "1", _("Go on with the draft"), false },
		                      { "2", _("Throw the draft away and start anew"), false } };
	struct tm local;
	char when[32], text[256];
	int64_t modified;

	if (!self->entering->writable || !entering_has_draft(self->entering, &modified))
		return SCREEN_REDRAW;
	time_t time = (time_t)modified;
	if (!localtime_r(&time, &local) || !strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &local))
		snprintf(when, sizeof(when), "—");
	snprintf(text, sizeof(text), _("This form was begun on %s and not saved."), when);
	struct popup popup = { .title = _("A draft was kept"), .text = text, .items = items,
		               .n_items = 2, .answer = take_draft };
	return popup_open(app, screen, &popup);
}

static const struct screen_ops form_ops = {
	.title = N_("Entry"),
	.help = N_("Fill the fields from top to bottom; Enter goes on. Where a field has codes, type the digit "
	           "of the printed form; F4 shows them all. « marks what was taken over from the last visit, "
	           "* what must still be filled, ! what is unusual, !! what cannot be right. Every field "
	           "that was left is kept as a draft at once: after a power cut the form offers it again. F2 "
	           "checks everything and saves."),
	.draw = form_draw,
	.key = form_key,
	.keys = form_keys,
	.typing = form_typing,
	.field_help = form_field_help,
	.opened = form_opened,
	.settle = form_settle,
	.destroy = form_destroy,
};

/* Where work begins: the first field that must be filled and is empty, else the first. */
static void start_focus(struct form_screen *self)
{
	size_t first = SIZE_MAX;

	for (size_t i = 0; i < self->layout.n; i++) {
		const struct cell *cell = &self->layout.cells[i];
		if (!layout_focusable(self->entering->values, cell))
			continue;
		if (first == SIZE_MAX)
			first = i;
		if (cell->kind == CELL_FIELD && !self->entering->record.id &&
		    values_is_required(self->entering->values, cell->field, cell->row) &&
		    !*values_get(self->entering->values, cell->field, cell->row)) {
			first = i;
			break;
		}
	}
	self->focus = first == SIZE_MAX ? 0 : first;
	arrive(self);
}

struct screen *form_new(struct app *app, const char *form_id, rid_t subject, rid_t record)
{
	struct form_screen *self = calloc(1, sizeof(*self));
	struct area whole = term_area();
	struct error err = { 0 };

	if (!self)
		return NULL;
	self->screen.ops = &form_ops;
	self->app = app;
	if (entering_new(&self->entering, app, form_id, subject, record, &err)) {
		app_say_error(app, &err);
		free(self);
		return NULL;
	}
	rid_t person = subject ? subject : !strcmp(form_id, "resident") ? record : 0;
	if (person)
		self->has_person = person_load(app, person, &self->person);
	self->rows = whole.rows - 3 - FORM_HEAD_ROWS - FORM_PANEL_ROWS;
	self->cols = whole.cols;
	if (self->rows < 1)
		self->rows = 1;
	form_layout(self);
	start_focus(self);
	if (!self->entering->writable)
		app_say(app, STYLE_DIM, "%s", _("To read only: this operator may not write."));
	return &self->screen;
}
