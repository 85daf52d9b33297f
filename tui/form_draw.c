/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/form_screen.h"

#include <stdio.h>
#include <string.h>
#include "lib/buf.h"
#include "lib/i18n.h"
#include "lib/utf8.h"

enum { MARK_COLS = 2 };

static void draw_head(struct form_screen *self, const struct area *area)
{
	const struct form *form = self->entering->form;
	const struct cell *focus = form_focus(self);
	char right[64], about[96] = "";
	int x = 2;

	snprintf(right, sizeof(right), _("page %d of %d"), focus ? focus->page + 1 : 1,
	         self->layout.n_pages);
	int cols = (int)utf8_cols(right);
	scr_put(area, 0, area->cols - cols - 2, cols, STYLE_LABEL, right);
	scr_hline(area, 1, 0, area->cols, STYLE_BORDER);
	struct area left = area_sub(area, 0, 0, 1, area->cols - cols - 3);
	x += scr_put(&left, 0, x, -1, STYLE_HEADING, form_text(form->title)) + 1;
	if (self->entering->record.id)
		x += scr_put(&left, 0, x, -1, STYLE_DIM, self->entering->writable ? _("(correcting)") : _("(reading)")) + 1;
	if (!self->has_person)
		return;
	x++;
	if (self->person.age >= 0)
		snprintf(about, sizeof(about), _("%d years"), self->person.age);
	/* Of a long name the end gives way, not sex and age, which tell a wrong person at a glance. */
	int room = left.cols - x - (int)(utf8_cols(person_sex(self->person.sex)) + utf8_cols(about)) - 2;
	int named = (int)utf8_cols(self->person.name);
	x += scr_put(&left, 0, x, named < room ? named : room, STYLE_STRONG, self->person.name) + 1;
	x += scr_put(&left, 0, x, -1, STYLE_NORMAL, person_sex(self->person.sex)) + 1;
	x += scr_put(&left, 0, x, -1, STYLE_NORMAL, about) + (*about ? 2 : 0);
	if (x + (int)utf8_cols(self->person.masked_id) <= left.cols) /* a piece of a number says nothing */
		scr_put(&left, 0, x, -1, STYLE_DIM, self->person.masked_id);
}

static void draw_heading(const struct area *area, const struct cell *cell, const char *title)
{
	int cols = (int)utf8_cols(title);

	scr_put(area, cell->y, cell->x, cols, STYLE_HEADING, title);
	if (cell->cols > cols + 2)
		scr_hline(area, cell->y, cell->x + cols + 1, cell->cols - cols - 1, STYLE_BORDER);
}

const struct form_problem *form_problem_of(const struct form_screen *self, const struct cell *cell,
                                           struct arena *arena)
{
	const struct form_problem *problems;
	size_t n = values_check_field(self->entering->values, cell->field, cell->row, arena, &problems);
	const struct form_problem *worst = NULL;

	for (size_t i = 0; i < n; i++)
		if (!worst || problems[i].severity == FORM_ERROR)
			worst = &problems[i];
	return worst;
}

static const char *shown_value(struct form_screen *self, const struct cell *cell, struct arena *arena)
{
	const struct form_field *field = &self->entering->form->fields[cell->field];
	const char *value = values_get(self->entering->values, cell->field, cell->row);

	if (field->type == FORM_RECORD)
		return reference_label(self->app, value, arena);
	return layout_value_text(field, value, arena);
}

static void draw_value(struct form_screen *self, const struct area *area, const struct cell *cell,
                       bool focus, struct arena *arena)
{
	const struct form_field *field = &self->entering->form->fields[cell->field];
	const struct form_values *values = self->entering->values;
	int unit_cols = (int)utf8_cols(field->unit);
	int x = cell->x + cell->label_cols;
	int cols = cell->cols - cell->label_cols - MARK_COLS - (unit_cols ? unit_cols + 1 : 0);
	bool carried = values_is_carried(values, cell->field, cell->row);
	enum style style = focus ? STYLE_FOCUS : carried ? STYLE_CARRIED : STYLE_FIELD;

	if (cols < 4) {
		cols += unit_cols + 1;
		unit_cols = 0;
	}
	if (field->type == FORM_INTEGER || field->type == FORM_DECIMAL || field->type == FORM_DATE)
		cols = cols < 12 ? cols : 12;
	if (focus && !form_is_choice(field) && field->type != FORM_RECORD) {
		text_draw(&self->edit, area, cell->y, x, cols, style, true);
	} else {
		scr_put(area, cell->y, x, cols, style, shown_value(self, cell, arena));
		if (focus)
			scr_cursor(area, cell->y, x);
	}
	x += cols;
	const struct form_problem *problem = form_problem_of(self, cell, arena);
	if (problem && problem->severity != FORM_INCOMPLETE)
		scr_put(area, cell->y, x, MARK_COLS, problem->severity == FORM_ERROR ? STYLE_ERROR : STYLE_WARN,
		        problem->severity == FORM_ERROR ? "!!" : "! ");
	else if (carried)
		scr_put(area, cell->y, x, MARK_COLS, STYLE_CARRIED, "« ");
	else if (problem)
		scr_put(area, cell->y, x, MARK_COLS, STYLE_DIM, "* ");
	if (unit_cols)
		scr_put(area, cell->y, x + MARK_COLS, unit_cols, STYLE_DIM, field->unit);
}

static void draw_cell(struct form_screen *self, const struct area *area, const struct cell *cell,
                      bool focus)
{
	const struct form_field *field = &self->entering->form->fields[cell->field];
	struct arena arena = ARENA_INIT;
	const char *computed;
	char count[160];

	switch (cell->kind) {
	case CELL_HEADING:
		if (field->type == FORM_REPEAT) {
			snprintf(count, sizeof(count), "%s (%zu)", form_text(field->label),
			         values_rows(self->entering->values, cell->field));
			draw_heading(area, cell, count);
		} else {
			draw_heading(area, cell, form_text(field->label));
		}
		break;
	case CELL_NOTE:
		scr_put(area, cell->y, cell->x, 3, STYLE_URGENT, " ! ");
		scr_put(area, cell->y, cell->x + 4, cell->cols - 4, STYLE_WARN, form_text(field->label));
		break;
	case CELL_COLUMN:
		scr_put(area, cell->y, cell->x, cell->cols, STYLE_LABEL, form_text(field->label));
		break;
	case CELL_SHOWN:
		if (cell->label_cols)
			scr_put(area, cell->y, cell->x, cell->label_cols - 1, STYLE_LABEL,
			        form_text(field->label));
		computed = layout_value_text(field, values_get(self->entering->values, cell->field, cell->row), &arena);
		scr_printf(area, cell->y, cell->x + cell->label_cols, cell->cols - cell->label_cols,
		           *computed ? STYLE_NORMAL : STYLE_DIM, "%s %s", *computed ? computed : "—",
		           *computed ? field->unit : "");
		break;
	case CELL_ADD:
		scr_printf(area, cell->y, cell->x + 2, 30, focus ? STYLE_FOCUS : STYLE_DIM, "+ %s",
		           _("Space adds a row"));
		if (focus)
			scr_cursor(area, cell->y, cell->x + 2);
		break;
	case CELL_FIELD:
		if (cell->label_cols)
			scr_put(area, cell->y, cell->x, cell->label_cols - 1,
			        focus ? STYLE_STRONG : STYLE_LABEL, form_text(field->label));
		draw_value(self, area, cell, focus, &arena);
		break;
	}
	arena_free(&arena);
}

/* Choices with their codes over the panel's lines; true when all fit. */
static void draw_choices(struct form_screen *self, const struct area *panel,
                         const struct form_field *field, const struct cell *cell)
{
	const char *value = values_get(self->entering->values, cell->field, cell->row);
	int y = 1, x = 2;

	for (int i = 0; i < field->list->n; i++) {
		const struct form_choice *choice = &field->list->choices[i];
		if (!values_choice_visible(self->entering->values, cell->field, cell->row, choice))
			continue;
		const char *label = form_text(choice->label);
		int cols = (int)(utf8_cols(choice->name) + utf8_cols(label)) + 2;
		if (x + cols > panel->cols - 2) {
			x = 2;
			y++;
		}
		if (y > 2 || (y == 2 && x + cols + 10 > panel->cols && i + 1 < field->list->n)) {
			scr_put_right(panel, 2, panel->cols - 12, 11, STYLE_DIM, _("F4: all"));
			return;
		}
		bool picked = utf8_has_word(value, choice->name, strlen(choice->name));
		x += scr_put(panel, y, x, -1, STYLE_KEY, choice->name);
		x += scr_put(panel, y, x, -1, STYLE_NORMAL, picked ? "·" : " ");
		x += scr_put(panel, y, x, -1, picked ? STYLE_STRONG : STYLE_NORMAL, label) + 2;
	}
}

/* How it is written says more than its limits do. */
static bool is_when(const struct form_field *field)
{
	return field->type == FORM_DATE || field->type == FORM_TIME || field->type == FORM_DATETIME;
}

const char *form_type_hint(const struct form_field *field)
{
	switch (field->type) {
	case FORM_INTEGER:
		return _("A whole number");
	case FORM_DECIMAL:
		return _("A number, with decimals if need be");
	case FORM_DATE:
		return _("A date such as 2026-01-05 or 1-5; F4 puts today");
	case FORM_TIME:
		return _("A time such as 08:30; F4 puts now");
	case FORM_DATETIME:
		return _("Day and time such as 2026-01-05 08:30 or 1-5 8:30; F4 puts now");
	case FORM_RECORD:
		return _("F4 or Space chooses from the list");
	default:
		return "";
	}
}

static void draw_panel(struct form_screen *self, const struct area *panel)
{
	const struct cell *cell = form_focus(self);
	const struct form_field *field = form_focus_field(self);
	struct arena arena = ARENA_INIT;

	scr_hline(panel, 0, 0, panel->cols, STYLE_BORDER);
	if (!field)
		return;
	scr_printf(panel, 0, 2, -1, STYLE_HEADING, " %s ", form_text(field->label));
	if (cell->kind == CELL_ADD) {
		scr_put(panel, 1, 2, panel->cols - 4, STYLE_DIM, form_text(field->hint));
		return;
	}
	if (form_is_choice(field)) {
		draw_choices(self, panel, field, cell);
	} else {
		const char *own = form_text(field->hint), *limits = form_text(field->constraint_message);
		scr_put(panel, 1, 2, panel->cols - 4, STYLE_NORMAL,
		        *own ? own : !is_when(field) && *limits ? limits : form_type_hint(field));
	}
	const struct form_problem *problem = form_problem_of(self, cell, &arena);
	const char *hint = form_text(field->hint);
	if (problem && problem->severity != FORM_INCOMPLETE)
		scr_printf(panel, 3, 2, panel->cols - 4,
		           problem->severity == FORM_ERROR ? STYLE_ERROR : STYLE_WARN, "%s %s",
		           problem->severity == FORM_ERROR ? "!!" : "!", problem->text);
	else if (cell->row == ROW_NONE && *entering_others(self->entering, cell->field, &arena))
		scr_printf(panel, 3, 2, panel->cols - 4, STYLE_WARN, _("! Elsewhere: %s. Saving settles it."),
		           entering_others(self->entering, cell->field, &arena));
	else if (values_is_carried(self->entering->values, cell->field, cell->row))
		scr_put(panel, 3, 2, panel->cols - 4, STYLE_CARRIED,
		        _("« Taken over from the last visit: type over it if it has changed"));
	else if (form_is_choice(field) && *hint)
		scr_put(panel, 3, 2, panel->cols - 4, STYLE_DIM, hint);
	else if (problem)
		scr_put(panel, 3, 2, panel->cols - 4, STYLE_DIM, _("* Must be filled before saving"));
	arena_free(&arena);
}

void form_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct form_screen *self = form_self(screen);
	struct area body = area_sub(area, FORM_HEAD_ROWS, 0, area->rows - FORM_HEAD_ROWS - FORM_PANEL_ROWS, area->cols);
	struct area panel = area_sub(area, area->rows - FORM_PANEL_ROWS, 0, FORM_PANEL_ROWS, area->cols);

	(void)app;
	if (body.rows != self->rows || body.cols != self->cols) {
		self->rows = body.rows;
		self->cols = body.cols;
		form_layout(self);
	}
	draw_head(self, area);
	const struct cell *focus = form_focus(self);
	for (size_t i = 0; i < self->layout.n; i++)
		if (self->layout.cells[i].page == (focus ? focus->page : 0))
			draw_cell(self, &body, &self->layout.cells[i], &self->layout.cells[i] == focus);
	draw_panel(self, &panel);
	entering_tidy(self->entering);
}
