/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/layout.h"

#include <stdlib.h>
#include <string.h>
#include "lib/buf.h"
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "tui/people.h"

enum { TWO_COLUMNS_FROM = 76, GAP_COLS = 2, LABEL_MAX_COLS = 20, LONG_LIST = 20, TABLE_PART_COLS = 10 };

/* While a block (a top-level group, repeat or run of fields) is laid out. */
struct builder {
	struct layout *layout;
	const struct form_values *values;
	const struct form *form;
	int rows, cols, columns, column_cols, label_cols;
	int y, slot;       /* within the block */
	size_t block;      /* its first cell */
	int page, page_y;  /* where the next block may begin */
	struct cell nowhere; /* written to when memory is short */
	bool failed;
};

void layout_free(struct layout *layout)
{
	free(layout->cells);
	memset(layout, 0, sizeof(*layout));
}

static struct cell *add(struct builder *b, enum cell_kind kind, int field, int row)
{
	struct layout *layout = b->layout;

	if (layout->n == layout->cap) {
		size_t cap = layout->cap ? layout->cap * 2 : 64;
		struct cell *cells = realloc(layout->cells, cap * sizeof(*cells));
		if (!cells) {
			b->failed = true;
			return &b->nowhere;
		}
		layout->cells = cells;
		layout->cap = cap;
	}
	struct cell *cell = &layout->cells[layout->n++];
	*cell = (struct cell){ .kind = kind, .field = field, .row = row, .y = b->y };
	return cell;
}

static void next_line(struct builder *b)
{
	if (b->slot) {
		b->slot = 0;
		b->y++;
	}
}

/* --- how wide a field is --- */

/* "2026-11-20T09:30"; a computed one has no type that says so. */
static bool is_day_and_time(const struct form_field *field, const char *value)
{
	return (field->type == FORM_DATETIME || field->type == FORM_CALCULATE) &&
	       strlen(value) > DATE_TEXT_BYTES && value[DATE_TEXT_BYTES - 1] == 'T';
}

/* Some computed values are for people: those with a unit (BMI), and those that the form says. */
static bool is_shown(const struct form_field *field)
{
	return field->unit[0] || !strcmp(field->appearance, "shown");
}

const char *layout_value_text(const struct form_field *field, const char *value, struct arena *arena)
{
	struct buf text = BUF_INIT;
	char code[64];

	if (is_day_and_time(field, value)) {
		char *day = arena_strdup(arena, value);
		if (day)
			day[DATE_TEXT_BYTES - 1] = ' ';
		return day ? day : value;
	}
	if (!field->list || !*value)
		return value;
	while (*value) {
		size_t n = strcspn(value, " ");
		if (n >= sizeof(code))
			return value;
		memcpy(code, value, n);
		code[n] = '\0';
		const struct form_choice *choice = form_choice_find(field->list, code);
		buf_printf(&text, "%s%s %s", text.len_bytes ? "  " : "", code,
		           choice ? form_text(choice->label) : "?");
		value += n + (value[n] == ' ');
	}
	const char *copy = arena_strdup(arena, buf_text(&text));
	buf_free(&text);
	return copy ? copy : "";
}

static int widest_choice(const struct form_list *list)
{
	int widest = 0;

	for (int i = 0; i < list->n; i++) {
		int cols = (int)(utf8_cols(form_text(list->choices[i].label)) +
		                 utf8_cols(list->choices[i].name)) + 1;
		widest = cols > widest ? cols : widest;
	}
	return widest;
}

static bool needs_full_line(const struct builder *b, int index)
{
	const struct form_field *field = &b->form->fields[index];
	int room = b->column_cols - b->label_cols - 2 - (int)utf8_cols(field->unit);

	if (field->type == FORM_SELECT_MULTIPLE || field->type == FORM_RECORD ||
	    strstr(field->appearance, "multiline"))
		return true;
	if (field->type == FORM_SELECT_ONE && field->list && field->list->n < LONG_LIST)
		return widest_choice(field->list) > room;
	if (field->type != FORM_TEXT)
		return false;
	return (int)utf8_cols(values_get(b->values, index, ROW_NONE)) >= room;
}

/* --- fields and repeats --- */

static void add_field(struct builder *b, int index)
{
	const struct form_field *field = &b->form->fields[index];
	bool full = b->columns == 1 || needs_full_line(b, index);

	if (full)
		next_line(b);
	struct cell *cell = add(b, field->type == FORM_CALCULATE ? CELL_SHOWN : CELL_FIELD, index, ROW_NONE);
	cell->label_cols = b->label_cols;
	cell->x = 1 + b->slot * (b->column_cols + GAP_COLS);
	cell->cols = full ? b->cols - 2 : b->column_cols;
	if (full || ++b->slot == b->columns) {
		b->slot = 0;
		b->y++;
	}
}

static void add_line(struct builder *b, enum cell_kind kind, int index)
{
	next_line(b);
	struct cell *cell = add(b, kind, index, ROW_NONE);
	cell->x = 1;
	cell->cols = b->cols - 2;
	b->y++;
}

/* Parts of a table's width that a column has: a name needs more than a number. 0: it is no column. */
static int column_parts(const struct form_field *field, int text_parts)
{
	if (field->type == FORM_NOTE || field->type == FORM_GROUP)
		return 0;
	return field->type == FORM_TEXT ? text_parts : 1;
}

static int table_parts(const struct builder *b, int repeat, int text_parts)
{
	int n = 0;

	for (int i = repeat + 1; i < b->form->fields[repeat].end; i++)
		n += column_parts(&b->form->fields[i], text_parts);
	return n ? n : 1;
}

static void add_table_line(struct builder *b, int repeat, enum cell_kind kind, int row)
{
	int wide = (b->cols - 4) / table_parts(b, repeat, 2) >= TABLE_PART_COLS ? 2 : 1;
	int part_cols = (b->cols - 4) / table_parts(b, repeat, wide), x = 3;

	for (int i = repeat + 1; i < b->form->fields[repeat].end; i++) {
		enum form_type type = b->form->fields[i].type;
		int cols = part_cols * column_parts(&b->form->fields[i], wide);
		if (!cols)
			continue;
		if (kind == CELL_COLUMN || values_is_relevant(b->values, i, row)) {
			struct cell *cell = add(b, type == FORM_CALCULATE && kind == CELL_FIELD ? CELL_SHOWN :
			                                                                           kind, i, row);
			cell->x = x;
			cell->cols = cols - 1;
		}
		x += cols;
	}
	b->y++;
}

static void add_repeat(struct builder *b, int repeat)
{
	size_t rows = values_rows(b->values, repeat);

	add_line(b, CELL_HEADING, repeat);
	if (rows)
		add_table_line(b, repeat, CELL_COLUMN, ROW_NONE);
	for (size_t row = 0; row < rows; row++)
		add_table_line(b, repeat, CELL_FIELD, (int)row);
	add_line(b, CELL_ADD, repeat);
}

static void add_members(struct builder *b, int from, int to);

static void add_one(struct builder *b, int index)
{
	const struct form_field *field = &b->form->fields[index];

	if (!values_is_relevant(b->values, index, ROW_NONE))
		return;
	switch (field->type) {
	case FORM_GROUP:
		add_line(b, CELL_HEADING, index);
		add_members(b, index + 1, field->end);
		next_line(b);
		break;
	case FORM_REPEAT:
		add_repeat(b, index);
		break;
	case FORM_NOTE:
		add_line(b, CELL_NOTE, index);
		break;
	case FORM_CALCULATE:
		if (is_shown(field))
			add_field(b, index);
		break;
	default:
		add_field(b, index);
		break;
	}
}

static int behind(const struct form *form, int index)
{
	enum form_type type = form->fields[index].type;

	return type == FORM_GROUP || type == FORM_REPEAT ? form->fields[index].end : index + 1;
}

static void add_members(struct builder *b, int from, int to)
{
	for (int i = from; i < to; i = behind(b->form, i))
		add_one(b, i);
}

/* A block that does not fit below the one before begins a page; one longer than a page flows on. */
static void end_block(struct builder *b)
{
	next_line(b);
	int height = b->y;

	if (!height)
		return;
	if (b->page_y && b->page_y + height > b->rows) {
		b->page++;
		b->page_y = 0;
	}
	for (size_t i = b->block; i < b->layout->n; i++) {
		struct cell *cell = &b->layout->cells[i];
		int line = b->page_y + cell->y;
		cell->page = b->page + line / b->rows;
		cell->y = line % b->rows;
	}
	int end = b->page_y + height;
	b->page += (end - 1) / b->rows;
	b->page_y = (end - 1) % b->rows + 1;
	b->block = b->layout->n;
	b->y = 0;
}

static int widest_label(const struct form *form)
{
	int widest = 8;

	for (int i = 0; i < form->n_fields; i++) {
		const struct form_field *field = &form->fields[i];
		if (field->repeat >= 0 || field->type == FORM_GROUP || field->type == FORM_NOTE ||
		    field->type == FORM_REPEAT || (field->type == FORM_CALCULATE && !is_shown(field)))
			continue;
		int cols = (int)utf8_cols(form_text(field->label));
		widest = cols > widest ? cols : widest;
	}
	return widest < LABEL_MAX_COLS ? widest : LABEL_MAX_COLS;
}

int layout_build(struct layout *layout, const struct form_values *values, int rows, int cols,
                 struct error *err)
{
	const struct form *form = values_form(values);
	struct builder b = { .layout = layout, .values = values, .form = form, .rows = rows,
		             .cols = cols };

	layout->n = 0;
	b.columns = cols >= TWO_COLUMNS_FROM ? 2 : 1;
	b.column_cols = (cols - 2 - (b.columns - 1) * GAP_COLS) / b.columns;
	b.label_cols = widest_label(form) + 2;
	for (int i = 0; i < form->n_fields; i = behind(form, i)) {
		enum form_type type = form->fields[i].type;
		bool own_block = type == FORM_GROUP || type == FORM_REPEAT;
		if (own_block)
			end_block(&b);
		add_one(&b, i);
		if (own_block)
			end_block(&b);
	}
	end_block(&b);
	layout->n_pages = b.page + 1;
	return b.failed ? error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM)) : 0;
}

bool layout_focusable(const struct form_values *values, const struct cell *cell)
{
	const struct form *form = values_form(values);

	if (cell->kind == CELL_ADD)
		return true;
	return cell->kind == CELL_FIELD && !form->fields[cell->field].readonly;
}
