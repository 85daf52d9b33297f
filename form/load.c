/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/utf8.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct form_set {
	struct arena arena;
	struct form *forms; /* by id */
	size_t n;
	struct rule_set rules;
};

/* X(NAME, heading) */
#define SETTING_LIST(X)                                                                            \
	X(FORM_ID, "form_id")                                                                      \
	X(VERSION, "version")                                                                      \
	X(TITLE_ZH, "form_title::Chinese (zh)")                                                    \
	X(TITLE_EN, "form_title::English (en)")                                                    \
	X(KIND, "kind")                                                                            \
	X(SUBJECT, "subject")                                                                      \
	X(DATE_FIELD, "date_field")                                                                \
	X(PROGRAMME, "programme")                                                                  \
	X(RESTRICTED, "restricted")                                                                \
	X(ORDER, "order")
#define SETTING_ENUM(name, heading) SETTING_##name,
enum { SETTING_LIST(SETTING_ENUM) SETTING_N };
#undef SETTING_ENUM
#define SETTING_HEADING(name, heading) heading,
static const char *const setting_headings[] = { SETTING_LIST(SETTING_HEADING) };
#undef SETTING_HEADING

/* --- problems and copies --- */

void load_problem(struct loader *loader, size_t line, size_t column, const char *fmt, ...)
{
	char message[512], whole[1024];
	if (loader->n_problems++ >= LOAD_PROBLEMS_MOST)
		return;
	va_list args;
	va_start(args, fmt);
	vsnprintf(message, sizeof message, fmt, args);
	va_end(args);
	snprintf(whole, sizeof whole, "%s:%zu:%zu: %s", loader->path, line, column ? column : 1,
	         message);
	if (loader->report)
		loader->report(loader->arg, whole);
	size_t used = strlen(loader->text);
	snprintf(loader->text + used, sizeof loader->text - used, "%s%s", used ? "\n" : "", whole);
}

const char *load_copy(struct loader *loader, const char *text)
{
	if (!*text)
		return "";
	const char *copy = arena_strdup(loader->arena, text);
	if (!copy)
		loader->no_memory = true;
	return copy ? copy : "";
}

void *load_array(struct loader *loader, size_t n, size_t size)
{
	void *array = arena_array(loader->arena, n ? n : 1, size);
	if (!array)
		loader->no_memory = true;
	return array;
}

/* --- rows and cells --- */

const char *load_cell(const struct csv_row *row, int at)
{
	return at >= 0 && (size_t)at < row->n ? row->cells[at] : "";
}

bool load_row_empty(const struct csv_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (*row->cells[i])
			return false;
	return true;
}

bool load_name_valid(const char *name)
{
	if (*name < 'a' || *name > 'z')
		return false;
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

void load_header(struct loader *loader, const struct load_sheet *sheet, const char *const names[],
                 size_t n, int at[], struct load_extra *extra)
{
	const struct csv_row *header = sheet->header;
	for (size_t i = 0; i < n; i++)
		at[i] = -1;
	for (size_t i = 0; i < header->n; i++) {
		const char *heading = header->cells[i];
		size_t known = 0;
		if (!*heading)
			continue;
		while (known < n && strcmp(names[known], heading))
			known++;
		if (known < n && at[known] >= 0)
			load_problem(loader, header->line, i + 1,
			             _("the column \"%s\" stands here twice"),
			             heading);
		else if (known < n)
			at[known] = (int)i;
		else if (extra && load_name_valid(heading) && extra->n < ARRAY_SIZE(extra->columns))
			extra->columns[extra->n++] = i;
		else
			load_problem(loader, header->line, i + 1, _("unknown column \"%s\""),
			             heading);
	}
	for (size_t r = 0; r < sheet->n_rows; r++)
		for (size_t i = 0; i < sheet->rows[r].n; i++)
			if (*sheet->rows[r].cells[i] && !*load_cell(header, (int)i))
				load_problem(loader, sheet->rows[r].line, i + 1,
				             _("this cell stands below no heading"));
}

void load_labels(struct loader *loader, const struct csv_row *row, int at_zh, int at_en,
                 bool required,
                 const char *out[LANG_N])
{
	const char *zh = load_cell(row, at_zh), *en = load_cell(row, at_en);
	if (!*zh && (required || *en))
		load_problem(loader, row->line, (size_t)(at_zh + 1),
		             _("the Chinese text is missing"));
	if (!*en && (required || *zh))
		load_problem(loader, row->line, (size_t)(at_en + 1),
		             _("the English text is missing"));
	out[LANG_ZH] = load_copy(loader, zh);
	out[LANG_EN] = load_copy(loader, en);
}

static void trim_cells(struct csv_table *table)
{
	for (size_t r = 0; r < table->n_rows; r++)
		for (size_t i = 0; i < table->rows[r].n; i++)
			utf8_trim(table->rows[r].cells[i]);
}

/* --- one form --- */

enum { SHEET_SURVEY, SHEET_CHOICES, SHEET_SETTINGS, SHEET_N };
static const char *const sheet_names[] = { "survey", "choices", "settings" };

static struct load_sheet *begin_sheet(struct loader *loader, const struct csv_row *row,
                                      struct load_sheet sheets[SHEET_N])
{
	for (size_t i = 0; i < SHEET_N; i++) {
		if (strcmp(sheet_names[i], row->cells[0]))
			continue;
		if (!sheets[i].header)
			return &sheets[i];
		load_problem(loader, row->line, 1, _("the sheet \"%s\" stands here twice"),
		             row->cells[0]);
		return NULL;
	}
	load_problem(loader, row->line, 1, _("unknown sheet \"%s\""), row->cells[0]);
	return NULL;
}

/* A row with text in its first cell begins a sheet; the next row is its heading. */
static void split_sheets(struct loader *loader, const struct csv_table *table,
                         struct load_sheet sheets[SHEET_N])
{
	struct load_sheet *sheet = NULL;
	const struct csv_row *begun = NULL; /* a sheet's name whose heading has not come yet */
	int problems_before = loader->n_problems;
	for (size_t r = 0; r < table->n_rows; r++) {
		const struct csv_row *row = &table->rows[r];
		if (*load_cell(row, 0)) {
			if (begun)
				load_problem(loader, begun->line, 1,
				             _("the sheet has no heading row"));
			begun = row;
			sheet = begin_sheet(loader, row, sheets);
		} else if (begun) {
			begun = NULL;
			if (sheet) {
				sheet->header = row;
				sheet->rows = row + 1;
			}
		} else if (sheet) {
			sheet->n_rows = (size_t)(row + 1 - sheet->rows);
		} else if (r == 0) {
			load_problem(loader, row->line, 1,
			             _("the first sheet's name is missing here"));
		}
	}
	if (begun)
		load_problem(loader, begun->line, 1, _("the sheet has no heading row"));
	for (size_t i = 0; i < SHEET_N; i++)
		if (!sheets[i].header && i != SHEET_CHOICES && loader->n_problems == problems_before)
			load_problem(loader, 1, 1, _("the sheet \"%s\" is missing"),
			             sheet_names[i]);
}

void load_refer(struct loader *loader, const struct form *form, size_t line, size_t column,
                enum load_reference_kind kind, const char *name)
{
	struct load_reference *reference = arena_alloc(&loader->pending, sizeof *reference);
	if (!reference) {
		loader->no_memory = true;
		return;
	}
	*reference = (struct load_reference){
		.form = form, .path = loader->path, .line = line, .column = column, .kind = kind,
		.name = name, .next = loader->references,
	};
	loader->references = reference;
}

static bool yes_or_no(struct loader *loader, const struct csv_row *row, int at)
{
	const char *cell = load_cell(row, at);
	if (*cell && strcmp(cell, "yes") && strcmp(cell, "no"))
		load_problem(loader, row->line, (size_t)(at + 1),
		             _("\"yes\" or \"no\" is wanted here"));
	return !strcmp(cell, "yes");
}

/* A place among the forms of its programme; those without one stand behind. */
static int menu_order(struct loader *loader, const struct csv_row *row, int at)
{
	const char *cell = load_cell(row, at);
	char *end;
	if (!*cell)
		return FORM_ORDER_LAST;
	long order = strtol(cell, &end, 10);
	if (*end || order < 1 || order >= FORM_ORDER_LAST) {
		load_problem(loader, row->line, (size_t)(at + 1), _("a number from 1 to %d is wanted here"),
		             FORM_ORDER_LAST - 1);
		return FORM_ORDER_LAST;
	}
	return (int)order;
}

static const struct csv_row *settings_row(struct loader *loader, const struct load_sheet *sheet)
{
	const struct csv_row *found = NULL;
	for (size_t r = 0; r < sheet->n_rows; r++) {
		if (load_row_empty(&sheet->rows[r]))
			continue;
		if (found)
			load_problem(loader, sheet->rows[r].line, 1,
			             _("settings have one row only"));
		else
			found = &sheet->rows[r];
	}
	if (!found)
		load_problem(loader, sheet->header->line, 1, _("the settings have no row"));
	return found;
}

/* Fills all but the fields; date_field is looked up when the fields are known. */
static void read_settings(struct loader *loader, struct form *form, const struct load_sheet *sheet,
                          int at[SETTING_N], const struct csv_row **row_out)
{
	load_header(loader, sheet, setting_headings, SETTING_N, at, NULL);
	const struct csv_row *row = *row_out = settings_row(loader, sheet);
	if (!row)
		return;
	const char *id = load_cell(row, at[SETTING_FORM_ID]);
	const char *kind = load_cell(row, at[SETTING_KIND]);
	if (strcmp(id, form->id))
		load_problem(loader, row->line, (size_t)(at[SETTING_FORM_ID] + 1),
		             _("form_id must be the file's name, \"%s\""), form->id);
	form->version = load_copy(loader, load_cell(row, at[SETTING_VERSION]));
	if (!*form->version)
		load_problem(loader, row->line, (size_t)(at[SETTING_VERSION] + 1),
		             _("the form has no version"));
	load_labels(loader, row, at[SETTING_TITLE_ZH], at[SETTING_TITLE_EN], true, form->title);
	form->kind = !strcmp(kind, "event") ? FORM_EVENT : FORM_MASTER;
	if (strcmp(kind, "event") && strcmp(kind, "master"))
		load_problem(loader, row->line, (size_t)(at[SETTING_KIND] + 1),
		             _("kind must be \"master\" or \"event\""));
	form->subject = load_copy(loader, load_cell(row, at[SETTING_SUBJECT]));
	if (*form->subject)
		load_refer(loader, form, row->line, (size_t)(at[SETTING_SUBJECT] + 1),
		           REFERENCE_SUBJECT_FORM, form->subject);
	form->programme = load_copy(loader, load_cell(row, at[SETTING_PROGRAMME]));
	form->restricted = yes_or_no(loader, row, at[SETTING_RESTRICTED]);
	form->menu_order = menu_order(loader, row, at[SETTING_ORDER]);
}

static void find_date_field(struct loader *loader, struct form *form, const struct csv_row *row,
                            int at)
{
	const char *name = load_cell(row, at);
	size_t column = (size_t)(at + 1);
	if (!*name) {
		if (form->kind == FORM_EVENT)
			load_problem(loader, row->line, column, _("an event needs a date_field"));
		return;
	}
	form->date_field = form_field_find(form, name);
	if (form->date_field < 0) {
		load_problem(loader, row->line, column, _("no field is called \"%s\""), name);
		return;
	}
	const struct form_field *field = &form->fields[form->date_field];
	if (field->type == FORM_DATE && field->repeat < 0)
		return;
	load_problem(loader, row->line, column, _("\"%s\" is no date outside of repeats"), name);
	form->date_field = -1;
}

static void load_form(struct loader *loader, struct form *form)
{
	struct csv_table table;
	struct error err = { 0 };
	if (csv_read_file(&table, form->path, &loader->scratch, &err)) {
		load_problem(loader, 1, 1, "%s", err.text);
		return;
	}
	trim_cells(&table);
	struct load_sheet sheets[SHEET_N] = { { NULL, NULL, 0 } };
	split_sheets(loader, &table, sheets);
	int at[SETTING_N];
	const struct csv_row *settings = NULL;
	if (sheets[SHEET_SETTINGS].header)
		read_settings(loader, form, &sheets[SHEET_SETTINGS], at, &settings);
	struct form_list *lists = NULL;
	size_t n_lists = 0;
	if (sheets[SHEET_CHOICES].header)
		load_choices(loader, &sheets[SHEET_CHOICES], &lists, &n_lists);
	if (!sheets[SHEET_SURVEY].header)
		return;
	load_survey(loader, form, &sheets[SHEET_SURVEY], lists, n_lists);
	if (settings && !loader->no_memory)
		find_date_field(loader, form, settings, at[SETTING_DATE_FIELD]);
}

/* --- all forms --- */

static bool name_form(struct loader *loader, struct form *form, const char *file)
{
	form->path = load_path(loader, LOAD_FORM, file);
	form->id = arena_strndup(loader->arena, file, strlen(file) - 4);
	form->version = form->subject = form->programme = "";
	form->title[LANG_EN] = form->title[LANG_ZH] = "";
	form->date_field = -1;
	if (!form->id)
		loader->no_memory = true;
	return form->id != NULL;
}

static int load_forms(struct loader *loader, struct form_set *set, struct error *err)
{
	const char **names;
	size_t n;
	int code = load_names(loader, LOAD_FORM, &names, &n, err);
	if (code)
		return code;
	if (n == 0)
		return error_set(err, ERR_NOTFOUND, _("there are no forms in %s/forms"), loader->dir);
	set->forms = load_array(loader, n, sizeof *set->forms);
	for (size_t i = 0; i < n && set->forms; i++) {
		struct form *form = &set->forms[set->n];
		if (!name_form(loader, form, names[i]))
			break;
		set->n++;
		loader->path = form->path;
		load_form(loader, form);
		arena_reset(&loader->scratch);
	}
	return 0;
}

static void check_reference(struct loader *loader, const struct form_set *set,
                            const struct load_reference *reference)
{
	const char *wanted = reference->kind == REFERENCE_SUBJECT_FIELD ? reference->form->subject
	                                                                : reference->name;
	const struct form *form = form_set_find(set, wanted);
	loader->path = reference->path;
	if (!form) {
		/* An unknown subject is reported once, at the settings. */
		if (reference->kind != REFERENCE_SUBJECT_FIELD || !*wanted)
			load_problem(loader, reference->line, reference->column,
			             *wanted ? _("there is no form \"%s\"")
			                     : _("subject(%s) in a form without a subject"),
			             reference->name);
	} else if (reference->kind == REFERENCE_SUBJECT_FORM && form->kind != FORM_MASTER) {
		load_problem(loader, reference->line, reference->column,
		             _("the subject \"%s\" is no master form"), reference->name);
	} else if (reference->kind == REFERENCE_SUBJECT_FIELD &&
	           form_field_find(form, reference->name) < 0) {
		load_problem(loader, reference->line, reference->column,
		             _("the form \"%s\" has no field \"%s\""), form->id, reference->name);
	}
}

/* References were pushed, so the last comes first: turn them round for messages in file order. */
static void check_references(struct loader *loader, const struct form_set *set)
{
	struct load_reference *list = loader->references, *ordered = NULL;
	while (list) {
		struct load_reference *next = list->next;
		list->next = ordered;
		ordered = list;
		list = next;
	}
	for (; ordered; ordered = ordered->next)
		check_reference(loader, set, ordered);
}

int form_set_load(struct form_set **out, const char *dir,
                  void (*report)(void *arg, const char *line), void *arg, struct error *err)
{
	return form_set_load_with(out, dir, NULL, 0, report, arg, err);
}

int form_set_load_with(struct form_set **out, const char *dir, const char *const files[],
                       size_t n_files, void (*report)(void *arg, const char *line), void *arg,
                       struct error *err)
{
	*out = NULL;
	struct form_set *set = calloc(1, sizeof *set);
	if (!set)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	struct loader loader = {
		.dir = dir, .arena = &set->arena, .report = report, .arg = arg, .rules = &set->rules,
	};
	int code = load_files(&loader, files, n_files, err);
	if (!code)
		code = load_rules(&loader, err);
	if (!code)
		code = load_forms(&loader, set, err);
	if (!code && !loader.no_memory)
		check_references(&loader, set);
	if (!code && loader.no_memory)
		code = error_set(err, ERR_NOMEM, _("out of memory"));
	if (!code && loader.n_problems)
		code = error_set(err, ERR_INVALID, "%s", loader.text);
	arena_free(&loader.scratch);
	arena_free(&loader.pending);
	if (code) {
		form_set_free(set);
		return code;
	}
	*out = set;
	return 0;
}

void form_set_free(struct form_set *set)
{
	if (!set)
		return;
	arena_free(&set->arena);
	free(set);
}

size_t form_set_count(const struct form_set *set)
{
	return set->n;
}

const struct form *form_set_at(const struct form_set *set, size_t index)
{
	return index < set->n ? &set->forms[index] : NULL;
}

const struct form *form_set_find(const struct form_set *set, const char *id)
{
	size_t low = 0, high = set->n;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(id, set->forms[middle].id);
		if (order == 0)
			return &set->forms[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct rule_set *form_set_rules(const struct form_set *set)
{
	return &set->rules;
}
