/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a county writes and what comes from spreadsheets: forms, tables of records, expressions, dates. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "form/values.h"
#include "lib/csv.h"
#include "lib/date.h"
#include "lib/file.h"
#include "tests/fuzz/fuzz.h"

static const struct expr_context TODAY = { .today = 20779 };

/* A record in which nothing but the defaults stands. */
static void open_form(const struct form *form)
{
	struct form_values *values;
	struct arena arena = ARENA_INIT;
	const struct form_problem *problems;
	struct error err;
	if (!values_new(&values, form, &TODAY, &err)) {
		values_fill_defaults(values, &err);
		values_check(values, &arena, &problems);
		values_free(values);
	}
	arena_free(&arena);
}

/* Files with names, in a folder of this process that goes with it. */
static char folder[64], form_path[96];

static void remove_folder(void)
{
	unlink(form_path);
	rmdir(folder);
}

void fuzz_form_csv(struct span in)
{
	char data[4096];
	struct form_set *set = NULL;
	struct error err = { 0 };
	const char *files[] = { form_path };
	if (!*folder) {
		snprintf(folder, sizeof(folder), "/dev/shm/xiangyi-fuzz.XXXXXX");
		fuzz_must(mkdtemp(folder) != NULL, "a folder");
		snprintf(form_path, sizeof(form_path), "%s/fuzzed.csv", folder);
		atexit(remove_folder);
	}
	FILE *file = fopen(form_path, "w");
	fuzz_must(file && fwrite(in.data, 1, in.len_bytes, file) == in.len_bytes && !fclose(file), "a form to load");
	if (!form_set_load_with(&set, fuzz_path("tests/form/data/good", data), files, 1, NULL, NULL, &err))
		for (size_t i = 0; i < form_set_count(set); i++)
			open_form(form_set_at(set, i));
	else
		fuzz_must(err.text[0], "a refusal has its sentence");
	form_set_free(set);
}

/* Cells of a row as they would be typed in, one field after the other. */
static void type_row(const struct form *form, const struct csv_row *row)
{
	struct form_values *values;
	struct arena arena = ARENA_INIT;
	const struct form_problem *problems;
	struct entry_field *fields;
	struct error err;
	size_t n;
	if (values_new(&values, form, &TODAY, &err))
		return;
	for (size_t i = 0; i < row->n && i < form->n_fields; i++)
		values_set(values, (int)i, form->fields[i].repeat >= 0 ? 0 : ROW_NONE, row->cells[i], &err);
	values_check(values, &arena, &problems);
	if (!values_changes(values, NULL, 0, &arena, &fields, &n, &err)) {
		struct buf bytes = BUF_INIT;
		struct entry entry = { .seq = 1, .form = form->id, .operator_name = "li", .fields = fields, .n_fields = n };
		fuzz_must(!entry_encode(&bytes, &entry, &err), "what was typed makes an entry");
		buf_free(&bytes);
	}
	values_free(values);
	arena_free(&arena);
}

/* Written as a table and read again, the cells are the same. */
static void write_again(const struct csv_table *read)
{
	struct arena arena = ARENA_INIT;
	struct csv_table again;
	struct error err;
	char *text = NULL;
	size_t n_text = 0;
	FILE *file = open_memstream(&text, &n_text);
	for (size_t i = 0; file && i < read->n_rows; i++)
		csv_write_row(file, (const char *const *)read->rows[i].cells, read->rows[i].n, false);
	fuzz_must(file && !fclose(file) && !csv_read_bytes(&again, "again", text, n_text, &arena, &err), "a table is read again");
	fuzz_must(again.n_rows == read->n_rows, "a table has its rows");
	for (size_t i = 0; i < again.n_rows; i++) {
		fuzz_must(again.rows[i].n == read->rows[i].n, "a row has its cells");
		for (size_t c = 0; c < again.rows[i].n; c++)
			fuzz_must(!strcmp(again.rows[i].cells[c], read->rows[i].cells[c]), "a cell comes back");
	}
	free(text);
	arena_free(&arena);
}

void fuzz_data_csv(struct span in)
{
	static struct form_set *set;
	struct arena arena = ARENA_INIT;
	struct csv_table table;
	struct error err;
	char path[4096];
	if (!set)
		fuzz_must(!form_set_load(&set, fuzz_path("data", path), NULL, NULL, &err), "the shipped forms");
	if (!csv_read_bytes(&table, "table", in.data, in.len_bytes, &arena, &err)) {
		const char *const FORMS[] = { "resident", "hypertension_visit" };
		write_again(&table);
		for (size_t i = 0; i < table.n_rows && i < 4; i++)
			type_row(form_set_find(set, FORMS[i % 2]), &table.rows[i]);
	}
	arena_free(&arena);
}

/* --- expressions --- */

static int name_field(void *arg, const char *name)
{
	(void)arg;
	return *name >= 'a' && *name <= 'h' ? *name - 'a' : -1;
}

static const char *field_value(void *arg, int field)
{
	static const char *const VALUES[] = { "", "12", "-3.5", "2026-11-22", "1 3", "张三", "08:30", "NaN" };
	(void)arg;
	return VALUES[field % 8];
}

static size_t count_rows(void *arg, int field)
{
	(void)arg;
	return (size_t)field % 4;
}

static const char *cell_value(void *arg, int field, size_t row)
{
	return field_value(arg, field + (int)row);
}

static const char *named_value(void *arg, const char *name)
{
	return field_value(arg, *name & 7);
}

static struct span no_rows(void *arg, const char *name)
{
	(void)arg, (void)name;
	return span_of(NULL, 0);
}

static void ignore_field(void *arg, int field)
{
	(void)arg;
	fuzz_must(field >= 0 && field < 8, "a field that was resolved");
}

void fuzz_expr(struct span in)
{
	struct arena arena = ARENA_INIT;
	struct expr_context context = { .today = 20779, .self = "12", .field = field_value, .last_visit = named_value,
		                        .last_visit_rows = no_rows, .subject = named_value, .count = count_rows,
		                        .cell = cell_value, .choice = named_value, .arena = &arena };
	const struct expr *expr;
	struct error err = { 0 };
	size_t column = 0;
	char *text = arena_strndup(&arena, in.len_bytes ? (const char *)in.data : "", in.len_bytes);
	if (!expr_parse(&expr, text, name_field, NULL, &arena, &column, &err)) {
		expr_fields_each(expr, ignore_field, NULL);
		expr_true(expr, &context);
		fuzz_must(expr_text(expr, &context) != NULL, "an expression has a text");
	} else {
		fuzz_must(err.text[0] && column >= 1 && column <= strlen(text) + 1, "the place of an error lies in the text");
	}
	arena_free(&arena);
}

void fuzz_date(struct span in)
{
	char text[128], again[DATE_TEXT_BYTES];
	size_t n = in.len_bytes < sizeof(text) ? in.len_bytes : sizeof(text) - 1;
	if (n)
		memcpy(text, in.data, n);
	text[n] = '\0';
	date_t strict = date_parse(text), lenient = date_parse_lenient(text, 20779);
	fuzz_must(strict == DATE_NONE || !strcmp(date_format(strict, again), text), "a date has one form");
	fuzz_must(lenient == DATE_NONE || date_parse(date_format(lenient, again)) == lenient, "a date is a date");
	date_time_valid(text);
	if (lenient != DATE_NONE)
		fuzz_must(date_age_years(lenient, date_add_months(lenient, 12)) <= 1, "a year is a year");
}
