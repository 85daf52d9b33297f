/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The survey sheet: rows to fields. */
#include "config.h"

#include "form/load.h"

#include <stddef.h>
#include <string.h>
#include "form/expr_node.h"
#include "form/value_type.h"
#include "lib/utf8.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum { NESTING_MOST = 16 };

/* X(NAME, heading) */
#define COLUMN_LIST(X)                                                                             \
	X(TYPE, "type")                                                                            \
	X(NAME, "name")                                                                            \
	X(LABEL_ZH, "label::Chinese (zh)")                                                         \
	X(LABEL_EN, "label::English (en)")                                                         \
	X(HINT_ZH, "hint::Chinese (zh)")                                                           \
	X(HINT_EN, "hint::English (en)")                                                           \
	X(REQUIRED, "required")                                                                    \
	X(RELEVANT, "relevant")                                                                    \
	X(CONSTRAINT, "constraint")                                                                \
	X(CONSTRAINT_ZH, "constraint_message::Chinese (zh)")                                       \
	X(CONSTRAINT_EN, "constraint_message::English (en)")                                       \
	X(WARNING, "warning")                                                                      \
	X(WARNING_ZH, "warning_message::Chinese (zh)")                                             \
	X(WARNING_EN, "warning_message::English (en)")                                             \
	X(CALCULATION, "calculation")                                                              \
	X(DEFAULT, "default")                                                                      \
	X(CHOICE_FILTER, "choice_filter")                                                          \
	X(APPEARANCE, "appearance")                                                                \
	X(READONLY, "readonly")                                                                    \
	X(UNIT, "unit")                                                                            \
	X(TAG, "tag")                                                                              \
	X(DE, "de")
#define COLUMN_ENUM(name, heading) COLUMN_##name,
enum { COLUMN_LIST(COLUMN_ENUM) COLUMN_N };
#undef COLUMN_ENUM
#define COLUMN_HEADING(name, heading) heading,
static const char *const headings[] = { COLUMN_LIST(COLUMN_HEADING) };
#undef COLUMN_HEADING

static const char *const type_words[] = {
#define TYPE_WORD(name, word) word,
	FORM_TYPE_LIST(TYPE_WORD)
#undef TYPE_WORD
};

enum {
	ON_VALUE = 1,  /* what a person fills in */
	ON_CALCULATE = 2,
	ON_NOTE = 4,
	ON_GROUP = 8,
	ON_REPEAT = 16,
	ON_SELECT = 32, /* besides, and only, selects */
	ON_STORED = ON_VALUE | ON_CALCULATE,
	ON_ALL = ON_STORED | ON_NOTE | ON_GROUP | ON_REPEAT,
};

/* The columns that hold expressions, and the kinds of rows they may stand in. */
static const struct {
	int column;
	size_t offset;
	int on;
} expressions[] = {
	{ COLUMN_REQUIRED, offsetof(struct form_field, required), ON_VALUE },
	{ COLUMN_RELEVANT, offsetof(struct form_field, relevant), ON_ALL },
	{ COLUMN_CONSTRAINT, offsetof(struct form_field, constraint), ON_VALUE },
	{ COLUMN_WARNING, offsetof(struct form_field, warning), ON_STORED },
	{ COLUMN_CALCULATION, offsetof(struct form_field, calculation), ON_STORED },
	{ COLUMN_DEFAULT, offsetof(struct form_field, deflt), ON_VALUE | ON_REPEAT },
	{ COLUMN_CHOICE_FILTER, offsetof(struct form_field, choice_filter), ON_SELECT },
};

struct survey {
	struct loader *loader;
	struct form *form;
	struct form_field *fields;
	const struct csv_row **rows; /* of each field */
	const struct form_list *lists;
	size_t n_lists;
	int at[COLUMN_N];
	int16_t open[NESTING_MOST]; /* groups and repeats around the present row */
	int n_open;
};

static const char *cell(const struct survey *s, const struct csv_row *row, int column)
{
	return load_cell(row, s->at[column]);
}

static size_t place(const struct survey *s, int column)
{
	return (size_t)(s->at[column] + 1);
}

/* Splits "select_one LIST" and writes "begin group" as "begin_group"; false when it is too long. */
static bool split_type(const char *text, char word[64], const char **rest)
{
	size_t n = strcspn(text, " ");
	const char *behind = text + n + strspn(text + n, " ");
	if (n == 0 || n + strlen(behind) + 2 > 64)
		return false;
	memcpy(word, text, n);
	word[n] = '\0';
	*rest = behind;
	if ((!strcmp(word, "begin") || !strcmp(word, "end")) && *behind) {
		word[n] = '_';
		strcpy(word + n + 1, behind);
		*rest = "";
	}
	return true;
}

static int find_type(const char *word)
{
	if (!strcmp(word, "select_one_from_file"))
		return FORM_SELECT_ONE;
	if (!strcmp(word, "select_multiple_from_file"))
		return FORM_SELECT_MULTIPLE;
	for (int i = 0; i < FORM_TYPE_N; i++)
		if (!strcmp(type_words[i], word))
			return i;
	return -1;
}

static void end_group(struct survey *s, const struct csv_row *row, const char *word)
{
	enum form_type type = !strcmp(word, "end_group") ? FORM_GROUP : FORM_REPEAT;
	if (s->n_open == 0 || s->fields[s->open[s->n_open - 1]].type != type) {
		load_problem(s->loader, row->line, place(s, COLUMN_TYPE),
		             _("%s closes nothing that is open here"), word);
		return;
	}
	for (int column = COLUMN_LABEL_ZH; column < COLUMN_N; column++)
		if (*cell(s, row, column))
			load_problem(s->loader, row->line, place(s, column),
			             _("nothing may stand behind %s"), word);
	s->fields[s->open[--s->n_open]].end = s->form->n_fields;
}

static void begin_group(struct survey *s, const struct csv_row *row, struct form_field *field,
                        int16_t index)
{
	if (field->type == FORM_REPEAT && field->repeat >= 0)
		load_problem(s->loader, row->line, place(s, COLUMN_TYPE),
		             _("a repeat cannot stand inside a repeat"));
	if (s->n_open == NESTING_MOST) {
		load_problem(s->loader, row->line, place(s, COLUMN_TYPE),
		             _("groups are nested too deeply"));
		return;
	}
	s->open[s->n_open++] = index;
}

static void find_list(struct survey *s, const struct csv_row *row, struct form_field *field,
                      const char *word, const char *name)
{
	if (strstr(word, "_from_file")) {
		field->list = load_codes(s->loader, name, row->line, place(s, COLUMN_TYPE));
		return;
	}
	for (size_t i = 0; i < s->n_lists; i++)
		if (!strcmp(s->lists[i].name, name))
			field->list = &s->lists[i];
	if (!field->list)
		load_problem(s->loader, row->line, place(s, COLUMN_TYPE),
		             _("the choices have no list \"%s\""), name);
}

static void read_tag(struct survey *s, const struct csv_row *row, struct form_field *field)
{
	const char *text = cell(s, row, COLUMN_TAG);
	size_t column = place(s, COLUMN_TAG);
	bool stored = field->type != FORM_NOTE && field->type != FORM_GROUP;
	if (!stored && *text) {
		load_problem(s->loader, row->line, column,
		             _("a note or group stores nothing and has no tag"));
		return;
	}
	if (!stored)
		return;
	if (!*text) {
		load_problem(s->loader, row->line, column, _("the tag is missing"));
		return;
	}
	for (const char *c = text; *c; c++) {
		if (*c < '0' || *c > '9' || field->tag > 99999999) {
			load_problem(s->loader, row->line, column, _("\"%s\" is no tag"), text);
			field->tag = 0;
			return;
		}
		field->tag = field->tag * 10 + (uint32_t)(*c - '0');
	}
	if (field->tag < FORM_TAG_FIRST)
		load_problem(s->loader, row->line, column, _("tags below %d are the system's own"),
		             FORM_TAG_FIRST);
}

/* Labels are needed where people see them; a calculation is seldom shown. */
static void read_texts(struct survey *s, const struct csv_row *row, struct form_field *field)
{
	struct loader *loader = s->loader;
	bool shown = field->type != FORM_CALCULATE && field->type != FORM_GROUP;
	load_labels(loader, row, s->at[COLUMN_LABEL_ZH], s->at[COLUMN_LABEL_EN], shown,
	            field->label);
	load_labels(loader, row, s->at[COLUMN_HINT_ZH], s->at[COLUMN_HINT_EN], false, field->hint);
	load_labels(loader, row, s->at[COLUMN_CONSTRAINT_ZH], s->at[COLUMN_CONSTRAINT_EN], false,
	            field->constraint_message);
	load_labels(loader, row, s->at[COLUMN_WARNING_ZH], s->at[COLUMN_WARNING_EN], false,
	            field->warning_message);
	field->appearance = load_copy(loader, cell(s, row, COLUMN_APPEARANCE));
	field->unit = load_copy(loader, cell(s, row, COLUMN_UNIT));
	field->de = load_copy(loader, cell(s, row, COLUMN_DE));
	const char *readonly = cell(s, row, COLUMN_READONLY);
	field->readonly = !strcmp(readonly, "yes") || !strcmp(readonly, "true");
	if (*readonly && !field->readonly && strcmp(readonly, "no"))
		load_problem(loader, row->line, place(s, COLUMN_READONLY),
		             _("\"yes\" or \"no\" is wanted here"));
}

static void read_type(struct survey *s, const struct csv_row *row, struct form_field *field,
                      const char *word, const char *rest)
{
	bool takes_name = field->type == FORM_SELECT_ONE || field->type == FORM_SELECT_MULTIPLE ||
	                  field->type == FORM_RECORD;
	size_t column = place(s, COLUMN_TYPE);
	if (takes_name != (*rest != '\0') || strchr(rest, ' '))
		load_problem(s->loader, row->line, column,
		             takes_name ? _("\"%s\" needs one name behind it")
		                        : _("nothing may stand behind \"%s\""), word);
	else if (takes_name && field->type != FORM_RECORD)
		find_list(s, row, field, word, rest);
	if (field->type != FORM_RECORD)
		return;
	field->record_form = load_copy(s->loader, rest);
	if (*rest)
		load_refer(s->loader, s->form, row->line, column, REFERENCE_FORM,
		           field->record_form);
}

static void read_row(struct survey *s, const struct csv_row *row)
{
	char word[64];
	const char *rest, *name = cell(s, row, COLUMN_NAME);
	if (!split_type(cell(s, row, COLUMN_TYPE), word, &rest)) {
		load_problem(s->loader, row->line, place(s, COLUMN_TYPE), _("the type is missing"));
		return;
	}
	if (!strcmp(word, "end_group") || !strcmp(word, "end_repeat")) {
		end_group(s, row, word);
		return;
	}
	int type = find_type(word);
	if (type < 0) {
		load_problem(s->loader, row->line, place(s, COLUMN_TYPE), _("unknown type \"%s\""),
		             word);
		return;
	}
	if (!*name)
		load_problem(s->loader, row->line, place(s, COLUMN_NAME), _("the name is missing"));
	else if (!load_name_valid(name))
		load_problem(s->loader, row->line, place(s, COLUMN_NAME),
		             _("\"%s\" is no name: use a-z, 0-9 and _, a letter first"), name);
	if (s->form->n_fields >= LOAD_FIELDS_MOST)
		return;
	int16_t index = (int16_t)s->form->n_fields++;
	struct form_field *field = &s->fields[index];
	s->rows[index] = row;
	field->name = load_copy(s->loader, name);
	field->type = (enum form_type)type;
	field->record_form = "";
	field->line = (uint32_t)row->line;
	field->parent = s->n_open ? s->open[s->n_open - 1] : -1;
	field->repeat = -1;
	for (int i = 0; i < s->n_open; i++)
		if (s->fields[s->open[i]].type == FORM_REPEAT)
			field->repeat = s->open[i];
	field->end = s->form->n_fields;
	read_type(s, row, field, word, rest);
	read_texts(s, row, field);
	read_tag(s, row, field);
	if (field->type == FORM_GROUP || field->type == FORM_REPEAT)
		begin_group(s, row, field, index);
}

static void check_doubles(struct survey *s)
{
	for (int i = 0; i < s->form->n_fields; i++) {
		const struct form_field *field = &s->fields[i];
		int same = form_field_find(s->form, field->name);
		if (*field->name && same >= 0 && same != i)
			load_problem(s->loader, field->line, place(s, COLUMN_NAME),
			             _("the name \"%s\" stands already in line %u"), field->name,
			             s->fields[same].line);
		same = field->tag ? form_field_by_tag(s->form, field->tag) : i;
		if (same >= 0 && same != i)
			load_problem(s->loader, field->line, place(s, COLUMN_TAG),
			             _("the tag %u stands already in line %u"), field->tag,
			             s->fields[same].line);
	}
}

/* --- expressions --- */

static int kind_of(const struct form_field *field)
{
	switch (field->type) {
	case FORM_SELECT_ONE:
	case FORM_SELECT_MULTIPLE:
		return ON_VALUE | ON_SELECT;
	case FORM_CALCULATE:
		return ON_CALCULATE;
	case FORM_NOTE:
		return ON_NOTE;
	case FORM_GROUP:
		return ON_GROUP;
	case FORM_REPEAT:
		return ON_REPEAT;
	default:
		return ON_VALUE;
	}
}

/* "yes" and "no" as words, in required. */
static const char *required_text(const char *text)
{
	if (!strcmp(text, "yes") || !strcmp(text, "true"))
		return "true()";
	if (!strcmp(text, "no") || !strcmp(text, "false"))
		return "";
	return text;
}

/* pyxform's rule, roughly: what calls a function, names a field or is quoted is computed; anything
 * else
 * is the default itself, so that 2026-01-05 is a day and no subtraction. */
static bool is_computed(const char *text)
{
	return strchr(text, '(') || strstr(text, "${") || *text == '\'' || *text == '"';
}

static const struct expr *literal(struct survey *s, struct form_field *field, const char *text,
                                  size_t column)
{
	bool select = field->type == FORM_SELECT_ONE || field->type == FORM_SELECT_MULTIPLE;
	if (select && !field->list)
		return NULL; /* the missing list is reported */
	const char *value = value_normalise(field, text, DATE_NONE, &s->loader->scratch);
	struct expr *expr = load_array(s->loader, 1, sizeof *expr);
	if (!value || !expr)
		return NULL;
	const char *fault = value_fault(field, value);
	if (fault)
		load_problem(s->loader, field->line, column, _("default: %s"), fault);
	expr->node = NODE_TEXT;
	expr->text = load_copy(s->loader, value);
	return expr;
}

/* All of a repeat's rows can be taken over from the last visit, and from nowhere else. */
static void check_repeat_default(struct survey *s, const struct form_field *field, size_t column)
{
	const struct expr *expr = field->deflt;
	if (field->type == FORM_REPEAT && expr &&
	    !(expr->node == NODE_CALL && expr->function->flags & FUNCTION_LAST_VISIT &&
	      !strcmp(expr->args[0]->text, field->name)))
		load_problem(s->loader, field->line, column,
		             _("the default of a repeat can only be last-visit('%s')"), field->name);
}

static void read_expressions(struct survey *s, int index)
{
	struct form_field *field = &s->fields[index];
	int kind = kind_of(field);
	for (size_t i = 0; i < ARRAY_SIZE(expressions); i++) {
		int column = expressions[i].column;
		const char *text = cell(s, s->rows[index], column);
		if (column == COLUMN_REQUIRED)
			text = required_text(text);
		if (!*text)
			continue;
		if (!(kind & expressions[i].on)) {
			load_problem(s->loader, field->line, place(s, column),
			             _("%s has no meaning for this type"), headings[column]);
			continue;
		}
		const struct expr *expr =
			column == COLUMN_DEFAULT && !is_computed(text)
				? literal(s, field, text, place(s, column))
				: load_expression(s->loader, s->form, index, headings[column], text,
			                          place(s, column), column == COLUMN_CHOICE_FILTER);
		*(const struct expr **)((char *)field + expressions[i].offset) = expr;
	}
	if (field->type == FORM_CALCULATE && !*cell(s, s->rows[index], COLUMN_CALCULATION))
		load_problem(s->loader, field->line, place(s, COLUMN_CALCULATION),
		             _("a calculate needs a calculation"));
	check_repeat_default(s, field, place(s, COLUMN_DEFAULT));
}

void load_survey(struct loader *loader, struct form *form, const struct load_sheet *survey,
                 const struct form_list *lists, size_t n_lists)
{
	struct survey s = { .loader = loader, .form = form, .lists = lists, .n_lists = n_lists };
	load_header(loader, survey, headings, COLUMN_N, s.at, NULL);
	for (int i = COLUMN_TYPE; i <= COLUMN_LABEL_EN; i++)
		if (s.at[i] < 0) {
			load_problem(loader, survey->header->line, 1,
			             _("the column \"%s\" is missing"),
			             headings[i]);
			return;
		}
	size_t n = survey->n_rows < LOAD_FIELDS_MOST ? survey->n_rows : LOAD_FIELDS_MOST;
	form->fields = s.fields = load_array(loader, n, sizeof *s.fields);
	s.rows = arena_array(&loader->scratch, n + 1, sizeof *s.rows);
	if (!s.fields || !s.rows) {
		loader->no_memory = true;
		return;
	}
	for (size_t r = 0; r < n; r++)
		if (!load_row_empty(&survey->rows[r]))
			read_row(&s, &survey->rows[r]);
	if (survey->n_rows > n)
		load_problem(loader, survey->rows[n].line, 1, _("the form has too many rows"));
	while (s.n_open > 0) {
		struct form_field *group = &s.fields[s.open[--s.n_open]];
		group->end = form->n_fields;
		load_problem(loader, group->line, place(&s, COLUMN_TYPE),
		             _("\"%s\" is never closed"),
		             group->name);
	}
	if (!load_index(loader, form))
		return;
	check_doubles(&s);
	for (int i = 0; i < form->n_fields; i++)
		read_expressions(&s, i);
	load_order(loader, form, place(&s, COLUMN_CALCULATION));
}
