/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/values_core.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "form/expr_node.h"
#include "form/value_type.h"
#include "lib/i18n.h"
#include "lib/utf8.h"

/* --- cells --- */

const char *cell_text(const struct cell *cell)
{
	return cell->heap ? cell->heap : cell->small;
}

int cell_put(struct cell *cell, const char *text, size_t n_bytes)
{
	char *room = cell->heap ? cell->heap : cell->small;
	size_t cap = cell->heap ? cell->cap_bytes : sizeof cell->small;
	if (n_bytes >= cap) {
		size_t wanted = n_bytes + 1 > 64 ? n_bytes + 1 : 64;
		room = malloc(wanted);
		if (!room)
			return ERR_NOMEM;
		free(cell->heap);
		cell->heap = room;
		cell->cap_bytes = wanted;
	}
	memmove(room, text, n_bytes);
	room[n_bytes] = '\0';
	return 0;
}

static void cell_free(struct cell *cell)
{
	free(cell->heap);
}

static int n_cells(const struct form_values *values, int repeat)
{
	return values->form->fields[repeat].end - repeat - 1;
}

static void row_free(const struct form_values *values, int repeat, struct row *row)
{
	for (int i = 0; i < n_cells(values, repeat); i++)
		cell_free(&row->cells[i]);
	for (size_t i = 0; i < row->n_foreign; i++)
		free(row->foreign[i].bytes);
	free(row->foreign);
	free(row->cells);
}

void values_rows_clear(struct form_values *values, int repeat)
{
	struct slot *slot = &values->slots[repeat];
	for (size_t i = 0; i < slot->n_rows; i++)
		row_free(values, repeat, &slot->rows[i]);
	slot->n_rows = 0;
}

int values_new(struct form_values **out, const struct form *form, const struct expr_context *context,
               struct error *err)
{
	*out = NULL;
	struct form_values *values = calloc(1, sizeof *values);
	struct slot *slots = calloc(form->n_fields + 1u, sizeof *slots);
	if (!values || !slots) {
		free(values);
		free(slots);
		return error_set(err, ERR_NOMEM, _("out of memory"));
	}
	values->form = form;
	values->outer = context;
	values->slots = slots;
	values->dirty = true;
	*out = values;
	return 0;
}

void values_free(struct form_values *values)
{
	if (!values)
		return;
	for (int i = 0; i < values->form->n_fields; i++) {
		cell_free(&values->slots[i].cell);
		if (values->form->fields[i].type == FORM_REPEAT)
			values_rows_clear(values, i);
		free(values->slots[i].rows);
	}
	free(values->slots);
	arena_free(&values->scratch);
	free(values);
}

const struct form *values_form(const struct form_values *values)
{
	return values->form;
}

struct cell *values_cell(const struct form_values *values, int field, int row)
{
	if (field < 0 || field >= values->form->n_fields)
		return NULL;
	int repeat = values->form->fields[field].repeat;
	if (repeat < 0)
		return &values->slots[field].cell;
	struct slot *slot = &values->slots[repeat];
	if (row < 0 || (size_t)row >= slot->n_rows)
		return NULL;
	return &slot->rows[row].cells[field - repeat - 1];
}

/* --- what expressions ask --- */

static const char *relevant_text(const struct cell *cell)
{
	return cell && cell->flags & CELL_RELEVANT ? cell_text(cell) : "";
}

static const char *ask_field(void *arg, int field)
{
	const struct values_frame *frame = arg;
	const struct form_field *fields = frame->values->form->fields;
	bool same_rows = fields[field].repeat == fields[frame->field].repeat;
	return relevant_text(values_cell(frame->values, field, same_rows ? frame->row : ROW_NONE));
}

static size_t ask_count(void *arg, int field)
{
	const struct values_frame *frame = arg;
	const struct form_field *asked = &frame->values->form->fields[field];
	int repeat = asked->type == FORM_REPEAT ? field : asked->repeat;
	if (repeat < 0)
		return 1;
	const struct slot *slot = &frame->values->slots[repeat];
	size_t n = 0;
	for (size_t row = 0; slot->cell.flags & CELL_RELEVANT && row < slot->n_rows; row++)
		n += !values_row_blank(frame->values, repeat, row);
	return n;
}

static const char *ask_cell(void *arg, int field, size_t row)
{
	const struct values_frame *frame = arg;
	int repeat = frame->values->form->fields[field].repeat;
	size_t n = repeat < 0 ? 0 : frame->values->slots[repeat].n_rows;
	for (size_t i = 0; i < n; i++) /* rows that nobody filled do not count */
		if (!values_row_blank(frame->values, repeat, i) && row-- == 0)
			return relevant_text(values_cell(frame->values, field, (int)i));
	return repeat < 0 ? relevant_text(values_cell(frame->values, field, ROW_NONE)) : "";
}

static date_t ask_day(void *arg)
{
	const struct values_frame *frame = arg;
	int field = frame->values->form->date_field;
	return field < 0 ? DATE_NONE : date_parse(cell_text(&frame->values->slots[field].cell));
}

static const char *take_over(struct values_frame *frame, const char *(*ask)(void *arg, const char *name),
                             const char *name)
{
	const char *value = ask ? ask(frame->values->outer->arg, name) : "";
	frame->took_over |= *value != '\0';
	return value;
}

static const char *ask_last_visit(void *arg, const char *name)
{
	struct values_frame *frame = arg;
	return take_over(frame, frame->values->outer->last_visit, name);
}

static const char *ask_last_here(void *arg, const char *name)
{
	struct values_frame *frame = arg;
	return take_over(frame, frame->values->outer->last_here, name);
}

static const char *ask_subject(void *arg, const char *name)
{
	const struct values_frame *frame = arg;
	const struct expr_context *outer = frame->values->outer;
	return outer->subject ? outer->subject(outer->arg, name) : "";
}

static const char *ask_choice(void *arg, const char *column)
{
	const struct values_frame *frame = arg;
	const struct form_list *list = frame->values->form->fields[frame->field].list;
	if (!frame->choice)
		return "";
	if (!strcmp(column, "name"))
		return frame->choice->name;
	for (size_t i = 0; i < list->n_columns; i++)
		if (!strcmp(list->columns[i], column))
			return frame->choice->filters[i];
	return "";
}

struct expr_context values_context(struct values_frame *frame)
{
	const struct cell *self = values_cell(frame->values, frame->field, frame->row);
	return (struct expr_context){
		.today = frame->values->outer->today,
		.rules = frame->values->outer->rules,
		.self = self ? cell_text(self) : "",
		.field = ask_field,
		.last_visit = ask_last_visit,
		.last_here = ask_last_here,
		.subject = ask_subject,
		.operator_name = frame->values->outer->operator_name,
		.count = ask_count,
		.cell = ask_cell,
		.day = ask_day,
		.choice = ask_choice,
		.arg = frame,
		.arena = &((struct form_values *)frame->values)->scratch,
	};
}

/* --- calculations --- */

/* The result of a calculation or default as the field's type keeps it: a number becomes a date there. */
static const char *computed_text(struct form_values *values, const struct form_field *field,
                                 const struct expr *expr, const struct expr_context *context)
{
	char day[DATE_TEXT_BYTES];
	struct expr_value value = expr_eval(expr, context);
	if (value.kind == EXPR_NUMBER && field->type == FORM_DATE) {
		double number = floor(value.number);
		bool fits = number >= date_make(1, 1, 1) && number <= date_make(9999, 12, 31);
		return arena_strdup(&values->scratch, date_format(fits ? (date_t)number : DATE_NONE, day));
	}
	bool none = value.kind == EXPR_NUMBER && !isfinite(value.number);
	const char *text = none ? "" : expr_to_text(&value, context);
	if (!*text || field->type == FORM_CALCULATE)
		return text;
	return value_normalise(field, text, values->outer->today, &values->scratch);
}

static void compute(struct form_values *values, int index, int row, const struct expr *expr)
{
	const struct form_field *field = &values->form->fields[index];
	struct cell *cell = values_cell(values, index, row);
	struct values_frame frame = { .values = values, .field = index, .row = row };
	struct expr_context context = values_context(&frame);
	const char *text = computed_text(values, field, expr, &context);
	if (!text)
		values->no_memory = true;
	else if (strcmp(text, cell_text(cell)) && cell_put(cell, text, strlen(text)))
		values->no_memory = true;
	if (expr != field->deflt)
		return;
	cell->flags &= (uint8_t)~CELL_CARRIED;
	if (*cell_text(cell) && frame.took_over)
		cell->flags |= CELL_CARRIED;
}

static bool compute_relevance(struct form_values *values, int index, int row)
{
	const struct form_field *field = &values->form->fields[index];
	if (field->parent >= 0) {
		const struct cell *parent = values_cell(values, field->parent, row);
		if (!(parent->flags & CELL_RELEVANT))
			return false;
	}
	if (!field->relevant)
		return true;
	struct values_frame frame = { .values = values, .field = index, .row = row };
	struct expr_context context = values_context(&frame);
	return expr_true(field->relevant, &context);
}

static void refresh_cell(struct form_values *values, int index, int row)
{
	const struct form_field *field = &values->form->fields[index];
	struct cell *cell = values_cell(values, index, row);
	bool relevant = compute_relevance(values, index, row);
	cell->flags = (uint8_t)((cell->flags & ~CELL_RELEVANT) | (relevant ? CELL_RELEVANT : 0));
	if (field->calculation && relevant)
		compute(values, index, row, field->calculation);
	else if (field->calculation && cell_put(cell, "", 0))
		values->no_memory = true;
	else if (cell->flags & CELL_FOLLOWS)
		compute(values, index, row, field->deflt);
}

void values_refresh(const struct form_values *const_values)
{
	struct form_values *values = (struct form_values *)const_values; /* a cache, made by values_new() */
	if (!values->dirty)
		return;
	const struct form *form = values->form;
	for (int i = 0; i < form->n_fields; i++) {
		int index = form->order[i], repeat = form->fields[index].repeat;
		if (repeat < 0)
			refresh_cell(values, index, ROW_NONE);
		for (size_t row = 0; repeat >= 0 && row < values->slots[repeat].n_rows; row++)
			refresh_cell(values, index, (int)row);
	}
	arena_reset(&values->scratch);
	values->dirty = false;
}

/* --- reading and writing --- */

const char *values_get(const struct form_values *values, int field, int row)
{
	values_refresh(values);
	const struct cell *cell = values_cell(values, field, row);
	return cell ? cell_text(cell) : "";
}

static int put_normalised(struct form_values *values, int field, struct cell *cell, const char *text)
{
	const char *normal = value_normalise(&values->form->fields[field], text, values->outer->today,
	                                     &values->scratch);
	int code = normal ? cell_put(cell, normal, strlen(normal)) : ERR_NOMEM;
	arena_reset(&values->scratch);
	return code;
}

int values_set(struct form_values *values, int field, int row, const char *text, struct error *err)
{
	struct cell *cell = values_cell(values, field, row);
	if (!cell || !value_type_stored(values->form->fields[field].type))
		return error_set(err, ERR_INVALID, _("there is no such field to fill in"));
	if (!utf8_valid(text, strlen(text)))
		return error_set(err, ERR_INVALID, _("the text is not UTF-8"));
	if (utf8_chars(text) > VALUE_MAX_CHARS)
		return error_set(err, ERR_LIMIT, _("a text can have at most %d characters"),
		                 VALUE_MAX_CHARS);
	if (put_normalised(values, field, cell, text))
		return error_set(err, ERR_NOMEM, _("out of memory"));
	cell->flags = (uint8_t)((cell->flags & ~CELL_PACKED) | CELL_SET);
	int repeat = values->form->fields[field].repeat;
	if (repeat >= 0)
		values->slots[repeat].cell.flags &= (uint8_t)~CELL_CARRIED;
	values->dirty = true;
	return 0;
}

size_t values_rows(const struct form_values *values, int repeat)
{
	return values->form->fields[repeat].type == FORM_REPEAT ? values->slots[repeat].n_rows : 0;
}

struct row *values_row_new(struct form_values *values, int repeat)
{
	struct slot *slot = &values->slots[repeat];
	if (slot->n_rows == slot->cap_rows) {
		size_t cap = slot->cap_rows ? 2 * slot->cap_rows : 4;
		struct row *rows = realloc(slot->rows, cap * sizeof *rows);
		if (!rows)
			return NULL;
		slot->rows = rows;
		slot->cap_rows = cap;
	}
	struct row *row = &slot->rows[slot->n_rows];
	*row = (struct row){ .cells = calloc((size_t)n_cells(values, repeat) + 1, sizeof *row->cells) };
	if (!row->cells)
		return NULL;
	slot->n_rows++;
	values->dirty = true;
	return row;
}

static void note_field(void *arg, int field)
{
	(void)field;
	*(bool *)arg = true;
}

static void fill_default(struct form_values *values, int index, int row)
{
	const struct expr *deflt = values->form->fields[index].deflt;
	struct cell *cell = values_cell(values, index, row);
	if (!deflt || cell->flags & CELL_SET || *cell_text(cell))
		return;
	bool follows = false;
	expr_fields_each(deflt, note_field, &follows);
	if (follows)
		cell->flags |= CELL_FOLLOWS;
	else
		compute(values, index, row, deflt);
}

static void fill_row(struct form_values *values, int repeat, size_t row)
{
	for (int i = repeat + 1; i < values->form->fields[repeat].end; i++)
		fill_default(values, i, (int)row);
}

int values_row_add(struct form_values *values, int repeat, struct error *err)
{
	if (repeat < 0 || repeat >= values->form->n_fields ||
	    values->form->fields[repeat].type != FORM_REPEAT)
		return error_set(err, ERR_INVALID, _("there is no such field to fill in"));
	struct slot *slot = &values->slots[repeat];
	if (slot->n_rows >= ROWS_MOST)
		return error_set(err, ERR_LIMIT, _("there can be at most %d rows"), ROWS_MOST);
	if (!values_row_new(values, repeat))
		return error_set(err, ERR_NOMEM, _("out of memory"));
	slot->cell.flags = (uint8_t)((slot->cell.flags & ~CELL_PACKED) | CELL_SET);
	fill_row(values, repeat, slot->n_rows - 1);
	return values->no_memory ? error_set(err, ERR_NOMEM, _("out of memory")) : 0;
}

void values_row_remove(struct form_values *values, int repeat, size_t row)
{
	struct slot *slot = &values->slots[repeat];
	if (row >= slot->n_rows)
		return;
	row_free(values, repeat, &slot->rows[row]);
	memmove(&slot->rows[row], &slot->rows[row + 1], (--slot->n_rows - row) * sizeof slot->rows[0]);
	slot->cell.flags = (uint8_t)((slot->cell.flags & ~CELL_PACKED) | CELL_SET);
	values->dirty = true;
}

static int fill_rows(struct form_values *values, int repeat, struct error *err)
{
	const struct expr_context *outer = values->outer;
	struct slot *slot = &values->slots[repeat];
	if (!values->form->fields[repeat].deflt || !outer->last_visit_rows || slot->n_rows ||
	    slot->cell.flags & CELL_SET)
		return 0;
	struct span rows = outer->last_visit_rows(outer->arg, values->form->fields[repeat].name);
	if (!rows.len_bytes)
		return 0;
	int code = values_rows_load(values, repeat, rows, CELL_CARRIED, err);
	if (!code && slot->n_rows)
		slot->cell.flags |= CELL_CARRIED;
	return code;
}

int values_fill_defaults(struct form_values *values, struct error *err)
{
	for (int i = 0; i < values->form->n_fields; i++) {
		const struct form_field *field = &values->form->fields[i];
		int code = field->type == FORM_REPEAT ? fill_rows(values, i, err) : 0;
		if (code)
			return code;
		if (field->repeat < 0 && field->type != FORM_REPEAT)
			fill_default(values, i, ROW_NONE);
	}
	arena_reset(&values->scratch);
	values->dirty = true;
	values_refresh(values);
	return values->no_memory ? error_set(err, ERR_NOMEM, _("out of memory")) : 0;
}

/* --- questions about a field --- */

static bool has_flag(const struct form_values *values, int field, int row, uint8_t flag)
{
	values_refresh(values);
	const struct cell *cell = values_cell(values, field, row);
	return cell && cell->flags & flag;
}

bool values_is_carried(const struct form_values *values, int field, int row)
{
	return has_flag(values, field, row, CELL_CARRIED);
}

bool values_is_relevant(const struct form_values *values, int field, int row)
{
	return has_flag(values, field, row, CELL_RELEVANT);
}

bool values_true(const struct form_values *values, const struct expr *expr, struct values_frame frame)
{
	values_refresh(values);
	frame.values = values;
	struct expr_context context = values_context(&frame);
	bool is_true = expr_true(expr, &context);
	arena_reset(context.arena);
	return is_true;
}

bool values_is_required(const struct form_values *values, int field, int row)
{
	const struct expr *required = values->form->fields[field].required;
	return required && values_is_relevant(values, field, row) &&
	       values_true(values, required, (struct values_frame){ .field = field, .row = row });
}

bool values_choice_visible(const struct form_values *values, int field, int row,
                           const struct form_choice *choice)
{
	const struct expr *filter = values->form->fields[field].choice_filter;
	return !filter || values_true(values, filter, (struct values_frame){
		.field = field, .row = row, .choice = choice,
	});
}

bool values_row_blank(const struct form_values *values, int repeat, size_t row)
{
	const struct row *cells = &values->slots[repeat].rows[row];
	for (int i = 0; i < n_cells(values, repeat); i++)
		if (!values->form->fields[repeat + 1 + i].calculation && *cell_text(&cells->cells[i]) &&
		    cells->cells[i].flags & (CELL_SET | CELL_CARRIED))
			return false;
	return cells->n_foreign == 0;
}
