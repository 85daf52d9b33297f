/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choices, code lists and rule tables. */
#include "config.h"

#include "form/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "form/number.h"
#include "lib/file.h"
#include "lib/utf8.h"

/* X(NAME, heading) */
#define CHOICE_COLUMN_LIST(X)                                                                      \
	X(NAME, "name")                                                                            \
	X(LABEL_ZH, "label::Chinese (zh)")                                                         \
	X(LABEL_EN, "label::English (en)")                                                         \
	X(EXCHANGE, "exchange")                                                                    \
	X(SOURCE, "source")                                                                        \
	X(NOTE, "note")                                                                            \
	X(LIST, "list_name")
#define CHOICE_ENUM(name, heading) CHOICE_##name,
enum { CHOICE_COLUMN_LIST(CHOICE_ENUM) CHOICE_N };
#undef CHOICE_ENUM
#define CHOICE_HEADING(name, heading) heading,
static const char *const choice_headings[] = { CHOICE_COLUMN_LIST(CHOICE_HEADING) };
#undef CHOICE_HEADING

#define RULE_COLUMN_LIST(X)                                                                        \
	X(RULE, "rule")                                                                            \
	X(MIN_AGE, "min_age")                                                                      \
	X(MAX_AGE, "max_age")                                                                      \
	X(VALUE, "value")                                                                          \
	X(UNIT, "unit")                                                                            \
	X(VALID_FROM, "valid_from")                                                                \
	X(VALID_TO, "valid_to")                                                                    \
	X(SOURCE, "source")                                                                        \
	X(NOTE, "note")
#define RULE_ENUM(name, heading) RULE_##name,
enum { RULE_COLUMN_LIST(RULE_ENUM) RULE_N };
#undef RULE_ENUM
#define RULE_HEADING(name, heading) heading,
static const char *const rule_headings[] = { RULE_COLUMN_LIST(RULE_HEADING) };
#undef RULE_HEADING

/* The sheet that a plain table file is: its first row is the heading. */
static struct load_sheet whole_file(const struct csv_table *table)
{
	for (size_t r = 0; r < table->n_rows; r++)
		for (size_t i = 0; i < table->rows[r].n; i++)
			utf8_trim(table->rows[r].cells[i]);
	if (table->n_rows == 0)
		return (struct load_sheet){ .header = NULL };
	return (struct load_sheet){ table->rows, table->rows + 1, table->n_rows - 1 };
}

/* --- choices --- */

struct list_reader {
	struct loader *loader;
	int at[CHOICE_N];
	struct load_extra extra;
	const char **columns; /* names of the extra columns */
};

static bool begin_lists(struct list_reader *reader, const struct load_sheet *sheet, bool named)
{
	struct loader *loader = reader->loader;
	load_header(loader, sheet, choice_headings, named ? CHOICE_N : CHOICE_LIST, reader->at,
	            &reader->extra);
	for (int i = CHOICE_NAME; i <= CHOICE_LABEL_EN; i++)
		if (reader->at[i] < 0)
			load_problem(loader, sheet->header->line, 1,
			             _("the column \"%s\" is missing"),
			             choice_headings[i]);
	if (named && reader->at[CHOICE_LIST] < 0)
		load_problem(loader, sheet->header->line, 1, _("the column \"%s\" is missing"),
		             choice_headings[CHOICE_LIST]);
	reader->columns = load_array(loader, reader->extra.n, sizeof *reader->columns);
	for (size_t i = 0; i < reader->extra.n && reader->columns; i++)
		reader->columns[i] =
			load_copy(loader, sheet->header->cells[reader->extra.columns[i]]);
	return reader->columns && reader->at[CHOICE_NAME] >= 0;
}

static void read_choice(struct list_reader *reader, const struct csv_row *row,
                        struct form_list *list,
                        struct form_choice *choice)
{
	struct loader *loader = reader->loader;
	const char *name = load_cell(row, reader->at[CHOICE_NAME]);
	size_t column = (size_t)(reader->at[CHOICE_NAME] + 1);
	if (!*name || strpbrk(name, " \t\n"))
		load_problem(loader, row->line, column, _("a choice needs a name without spaces"));
	else if (form_choice_find(list, name))
		load_problem(loader, row->line, column, _("the choice \"%s\" stands here twice"),
		             name);
	choice->name = load_copy(loader, name);
	choice->exchange = load_copy(loader, load_cell(row, reader->at[CHOICE_EXCHANGE]));
	load_labels(loader, row, reader->at[CHOICE_LABEL_ZH], reader->at[CHOICE_LABEL_EN], true,
	            choice->label);
	if (!list->n_columns)
		return;
	choice->filters = load_array(loader, list->n_columns, sizeof *choice->filters);
	for (size_t i = 0; i < list->n_columns && choice->filters; i++)
		choice->filters[i] =
			load_copy(loader, load_cell(row, (int)reader->extra.columns[i]));
}

/* Read the rows of one list; name NULL: all rows. */
static void read_list(struct list_reader *reader, const struct load_sheet *sheet, const char *name,
                      struct form_list *list)
{
	size_t n = 0;
	for (size_t r = 0; r < sheet->n_rows; r++)
		n += !name || !strcmp(load_cell(&sheet->rows[r], reader->at[CHOICE_LIST]), name);
	struct form_choice *choices = load_array(reader->loader, n, sizeof *choices);
	list->choices = choices;
	list->columns = reader->columns;
	list->n_columns = (uint16_t)reader->extra.n;
	for (size_t r = 0; r < sheet->n_rows && choices && list->n < UINT16_MAX; r++) {
		const struct csv_row *row = &sheet->rows[r];
		if (load_row_empty(row) ||
		    (name && strcmp(load_cell(row, reader->at[CHOICE_LIST]), name)))
			continue;
		struct form_choice choice = { .exchange = "" };
		read_choice(reader, row, list, &choice);
		choices[list->n++] = choice;
	}
}

void load_choices(struct loader *loader, const struct load_sheet *sheet, struct form_list **out,
                  size_t *n_out)
{
	struct list_reader reader = { .loader = loader };
	if (!begin_lists(&reader, sheet, true) || reader.at[CHOICE_LIST] < 0)
		return;
	struct form_list *lists = load_array(loader, sheet->n_rows, sizeof *lists);
	size_t n = 0;
	for (size_t r = 0; r < sheet->n_rows && lists; r++) {
		const struct csv_row *row = &sheet->rows[r];
		const char *name = load_cell(row, reader.at[CHOICE_LIST]);
		size_t i = 0;
		if (load_row_empty(row))
			continue;
		if (!*name) {
			load_problem(loader, row->line, (size_t)(reader.at[CHOICE_LIST] + 1),
			             _("the list_name is missing"));
			continue;
		}
		while (i < n && strcmp(lists[i].name, name))
			i++;
		if (i < n)
			continue;
		lists[n].name = load_copy(loader, name);
		read_list(&reader, sheet, name, &lists[n++]);
	}
	*out = lists;
	*n_out = n;
}

static void read_codes(struct loader *loader, const char *path, struct form_list *list)
{
	struct csv_table table;
	struct error err = { 0 };
	const char *path_before = loader->path;
	loader->path = path;
	/* The cells of the form that asks stay in the scratch arena beside these. */
	if (csv_read_file(&table, path, &loader->scratch, &err)) {
		load_problem(loader, 1, 1, "%s", err.text);
	} else {
		struct load_sheet sheet = whole_file(&table);
		struct list_reader reader = { .loader = loader };
		if (!sheet.header)
			load_problem(loader, 1, 1, _("the file is empty"));
		else if (begin_lists(&reader, &sheet, false))
			read_list(&reader, &sheet, NULL, list);
	}
	loader->path = path_before;
}

const struct form_list *load_codes(struct loader *loader, const char *name, size_t line,
                                   size_t column)
{
	size_t n = strlen(name);
	for (size_t i = 0; i < loader->n_codes; i++)
		if (!strcmp(loader->codes[i].name, name))
			return &loader->codes[i];
	if (n < 5 || strcmp(name + n - 4, ".csv") || strchr(name, '/') || name[0] == '.') {
		load_problem(loader, line, column, _("\"%s\" is no file name of a code list"),
		             name);
		return NULL;
	}
	const char *path = load_path(loader, LOAD_CODES, name);
	if (!file_exists(path)) {
		load_problem(loader, line, column,
		             _("there is no code list \"%s\" in the folder codes"),
		             name);
		return NULL;
	}
	if (!loader->codes)
		loader->codes = load_array(loader, loader->cap_codes = 256, sizeof *loader->codes);
	if (!loader->codes || loader->n_codes == loader->cap_codes) {
		load_problem(loader, line, column, _("there are too many code lists"));
		return NULL;
	}
	struct form_list *list = &loader->codes[loader->n_codes++];
	list->name = load_copy(loader, name);
	read_codes(loader, path, list);
	return list;
}

/* --- rules --- */

static int read_age(struct loader *loader, const struct csv_row *row, int at)
{
	const char *cell = load_cell(row, at);
	if (!*cell)
		return -1;
	if (strlen(cell) > 3 || cell[strspn(cell, "0123456789")]) {
		load_problem(loader, row->line, (size_t)(at + 1),
		             _("an age in whole years is wanted here"));
		return -1;
	}
	return atoi(cell);
}

static date_t read_date(struct loader *loader, const struct csv_row *row, int at)
{
	const char *cell = load_cell(row, at);
	date_t date = date_parse(cell);
	if (*cell && date == DATE_NONE)
		load_problem(loader, row->line, (size_t)(at + 1),
		             _("a date such as 2026-01-31 is wanted here"));
	return date;
}

static void read_rule(struct loader *loader, const struct csv_row *row, const int at[RULE_N],
                      const char *table, struct rule *rule)
{
	*rule = (struct rule){
		.table = table,
		.name = load_copy(loader, load_cell(row, at[RULE_RULE])),
		.min_age = read_age(loader, row, at[RULE_MIN_AGE]),
		.max_age = read_age(loader, row, at[RULE_MAX_AGE]),
		.value = load_copy(loader, load_cell(row, at[RULE_VALUE])),
		.unit = load_copy(loader, load_cell(row, at[RULE_UNIT])),
		.number = number_parse(load_cell(row, at[RULE_VALUE])),
		.valid_from = read_date(loader, row, at[RULE_VALID_FROM]),
		.valid_to = read_date(loader, row, at[RULE_VALID_TO]),
		.source = load_copy(loader, load_cell(row, at[RULE_SOURCE])),
		.note = load_copy(loader, load_cell(row, at[RULE_NOTE])),
	};
	if (!*rule->name)
		load_problem(loader, row->line, (size_t)(at[RULE_RULE] + 1),
		             _("the rule's name is missing"));
	if (!*rule->source)
		load_problem(loader, row->line, (size_t)(at[RULE_SOURCE] + 1),
		             _("a rule must say its source"));
	if (rule->max_age >= 0 && rule->min_age > rule->max_age)
		load_problem(loader, row->line, (size_t)(at[RULE_MAX_AGE] + 1),
		             _("max_age is below min_age"));
	if (rule->valid_to != DATE_NONE && rule->valid_from > rule->valid_to)
		load_problem(loader, row->line, (size_t)(at[RULE_VALID_TO] + 1),
		             _("valid_to is before valid_from"));
}

static void read_table(struct loader *loader, struct rule_table *out)
{
	struct csv_table table;
	struct error err = { 0 };
	if (csv_read_file(&table, loader->path, &loader->scratch, &err)) {
		load_problem(loader, 1, 1, "%s", err.text);
		return;
	}
	struct load_sheet sheet = whole_file(&table);
	if (!sheet.header) {
		load_problem(loader, 1, 1, _("the file is empty"));
		return;
	}
	int at[RULE_N];
	load_header(loader, &sheet, rule_headings, RULE_N, at, NULL);
	for (int i = 0; i < RULE_N; i++)
		if (at[i] < 0)
			load_problem(loader, sheet.header->line, 1,
			             _("the column \"%s\" is missing"),
			             rule_headings[i]);
	out->rules = load_array(loader, sheet.n_rows, sizeof *out->rules);
	for (size_t r = 0; r < sheet.n_rows && out->rules; r++)
		if (!load_row_empty(&sheet.rows[r]))
			read_rule(loader, &sheet.rows[r], at, out->name, &out->rules[out->n++]);
}

static void index_rules(struct loader *loader)
{
	struct rule_set *rules = loader->rules;
	size_t n = 0;
	for (size_t i = 0; i < rules->n_tables; i++)
		n += rules->tables[i].n;
	rules->places = load_array(loader, rule_places_for(n), sizeof *rules->places);
	rules->n_places = rules->places ? rule_places_for(n) : 0;
	if (rules->places)
		rule_set_index(rules);
}

int load_rules(struct loader *loader, struct error *err)
{
	const char **names;
	size_t n;
	int code = load_names(loader, LOAD_RULES, &names, &n, err);
	if (code)
		return code;
	loader->rules->tables = load_array(loader, n, sizeof *loader->rules->tables);
	for (size_t i = 0; i < n && loader->rules->tables; i++) {
		struct rule_table *table = &loader->rules->tables[loader->rules->n_tables++];
		loader->path = load_path(loader, LOAD_RULES, names[i]);
		table->name = arena_strndup(loader->arena, names[i], strlen(names[i]) - 4);
		if (!table->name) {
			table->name = "";
			loader->no_memory = true;
		}
		read_table(loader, table);
		arena_reset(&loader->scratch);
	}
	index_rules(loader);
	return 0;
}
