/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of cases beside the forms, data/forms/tests/FORM.csv: one row is one record being entered.
 *   case            what the row shows
 *   today           the day it is entered
 *   subject.NAME    a field of the resident
 *   last.NAME       a field of the previous record of this form
 *   NAME            what is typed; empty: nothing is typed, '' : the field is emptied
 *   expect.NAME     the value afterwards; empty: empty, * : anything
 *   expect_error    the fields in error, in the form's order; * : any
 *   expect_warning  the same for warnings
 *   expect_missing  fields that are required and empty; !NAME: a field that is not
 *   expect_asked    fields that are asked; !NAME: a field that is not
 */
#include "config.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include "form/rules.h"
#include "form/values.h"
#include "lib/csv.h"
#include "lib/file.h"
#include "tests/tap.h"

struct table {
	const struct form_set *forms;
	const struct form *form;
	const struct csv_row *header, *row;
	struct arena arena; /* of one row */
};

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* The row's cell below a heading, "" when there is none. */
static const char *cell(const struct table *table, const char *heading)
{
	int at = csv_find(table->header, heading);
	return at >= 0 && (size_t)at < table->row->n ? table->row->cells[at] : "";
}

static const char *prefixed_cell(struct table *table, const char *prefix, const char *name)
{
	return cell(table, arena_printf(&table->arena, "%s%s", prefix, name));
}

static const char *table_last(void *arg, const char *name)
{
	return prefixed_cell(arg, "last.", name);
}

static const char *table_subject(void *arg, const char *name)
{
	return prefixed_cell(arg, "subject.", name);
}

/* --- one case --- */

static const char *shown(const struct form_values *values, int field)
{
	return values_is_relevant(values, field, ROW_NONE) ? values_get(values, field, ROW_NONE) : "";
}

static bool type_in(struct table *table, struct form_values *values)
{
	struct error err = { 0 };
	for (size_t i = 0; i < table->header->n && i < table->row->n; i++) {
		const char *typed = table->row->cells[i];
		int field = form_field_find(table->form, table->header->cells[i]);
		if (field < 0 || !*typed)
			continue;
		if (values_set(values, field, ROW_NONE, strcmp(typed, "''") ? typed : "", &err)) {
			printf("# %s: %s\n", table->header->cells[i], err.text);
			return false;
		}
	}
	return true;
}

static bool check_values(const struct table *table, const struct form_values *values)
{
	bool good = true;
	for (size_t i = 0; i < table->header->n && i < table->row->n; i++) {
		const char *heading = table->header->cells[i], *want = table->row->cells[i];
		if (!begins(heading, "expect.") || !strcmp(want, "*"))
			continue;
		const char *got = shown(values, form_field_find(table->form, heading + 7));
		if (strcmp(got, want)) {
			printf("# %s is \"%s\", not \"%s\"\n", heading + 7, got, want);
			good = false;
		}
	}
	return good;
}

static bool check_problems(struct table *table, const struct form_values *values,
                           enum form_severity severity, const char *heading)
{
	const struct form_problem *found;
	size_t n = values_check(values, &table->arena, &found);
	const char *want = cell(table, heading), *got = "";
	if (csv_find(table->header, heading) < 0 || !strcmp(want, "*"))
		return true;
	for (size_t i = 0; i < n; i++)
		if (found[i].severity == severity)
			got = arena_printf(&table->arena, "%s%s%s", got, *got ? " " : "",
			                   table->form->fields[found[i].field].name);
	if (!strcmp(got, want))
		return true;
	printf("# %s: \"%s\", not \"%s\"\n", heading, got, want);
	return false;
}

static bool is_missing(struct table *table, const struct form_values *values, int field)
{
	const struct form_problem *found;
	size_t n = values_check_field(values, field, ROW_NONE, &table->arena, &found);
	for (size_t i = 0; i < n; i++)
		if (found[i].severity == FORM_INCOMPLETE)
			return true;
	return false;
}

static bool is_asked(struct table *table, const struct form_values *values, int field)
{
	(void)table;
	return values_is_relevant(values, field, ROW_NONE);
}

static bool check_names(struct table *table, const struct form_values *values, const char *heading,
                        bool (*holds)(struct table *, const struct form_values *, int))
{
	char *rest = NULL, *names = arena_strdup(&table->arena, cell(table, heading));
	bool good = true;
	for (char *name = strtok_r(names, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		bool want = *name != '!';
		int field = form_field_find(table->form, name + !want);
		if (field < 0 || holds(table, values, field) != want) {
			printf("# %s: not so for %s\n", heading, name);
			good = false;
		}
	}
	return good;
}

static bool check_all(struct table *table, struct form_values *values)
{
	bool good = check_values(table, values);
	good &= check_problems(table, values, FORM_ERROR, "expect_error");
	good &= check_problems(table, values, FORM_WARNING, "expect_warning");
	good &= check_names(table, values, "expect_missing", is_missing);
	good &= check_names(table, values, "expect_asked", is_asked);
	return good;
}

static void run_case(struct table *table)
{
	struct expr_context context = { .today = date_parse(cell(table, "today")),
		                        .rules = form_set_rules(table->forms),
		                        .last_visit = table_last,
		                        .subject = table_subject,
		                        .arg = table };
	struct form_values *values = NULL;
	struct error err = { 0 };
	bool good = context.today != DATE_NONE && !values_new(&values, table->form, &context, &err) &&
	            !values_fill_defaults(values, &err) && type_in(table, values) && check_all(table, values);
	ok(good, "%s:%zu %s", table->form->id, table->row->line, cell(table, "case"));
	if (*err.text)
		printf("# %s\n", err.text);
	values_free(values);
	arena_reset(&table->arena);
}

/* --- one table --- */

static bool heading_known(const struct form_set *forms, const struct form *form, const char *heading)
{
	static const char *const words[] = { "case", "today", "expect_error", "expect_warning", "expect_missing",
		                             "expect_asked" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i], heading))
			return true;
	if (begins(heading, "subject."))
		return *form->subject && form_field_find(form_set_find(forms, form->subject), heading + 8) >= 0;
	if (begins(heading, "last."))
		return form_field_find(form, heading + 5) >= 0;
	return form_field_find(form, heading + (begins(heading, "expect.") ? 7 : 0)) >= 0;
}

static bool table_sound(const struct table *table, const struct csv_table *csv)
{
	bool good = csv->n_rows > 1;
	for (size_t i = 0; good && i < table->header->n; i++) {
		if (heading_known(table->forms, table->form, table->header->cells[i]))
			continue;
		printf("# %s: unknown column \"%s\"\n", csv->path, table->header->cells[i]);
		good = false;
	}
	for (size_t r = 1; good && r < csv->n_rows; r++) {
		if (csv->rows[r].n == table->header->n)
			continue;
		printf("# %s:%zu: %zu cells, not %zu\n", csv->path, csv->rows[r].line, csv->rows[r].n,
		       table->header->n);
		good = false;
	}
	return good;
}

static void run_table(const struct form_set *forms, const char *folder, const char *file)
{
	char path[PATH_MAX], id[NAME_MAX + 1];
	struct error err = { 0 };
	struct arena arena = { 0 };
	struct csv_table csv = { 0 };
	struct table table = { .forms = forms };
	snprintf(id, sizeof id, "%.*s", (int)strlen(file) - 4, file);
	table.form = form_set_find(forms, id);
	if (!ok(table.form != NULL, "%s: the form of this table of cases", id))
		return;
	if (!ok(!path_join(path, sizeof path, folder, file, &err) && !csv_read_file(&csv, path, &arena, &err),
	        "%s: the table can be read", id)) {
		printf("# %s\n", err.text);
		arena_free(&arena);
		return;
	}
	table.header = csv.n_rows ? &csv.rows[0] : NULL;
	if (ok(table_sound(&table, &csv), "%s: the table is sound", id))
		for (size_t r = 1; r < csv.n_rows; r++) {
			table.row = &csv.rows[r];
			run_case(&table);
		}
	arena_free(&table.arena);
	arena_free(&arena);
}

static int is_table(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);
	return entry->d_name[0] != '.' && n > 4 && !strcmp(entry->d_name + n - 4, ".csv");
}

int main(int argc, char **argv)
{
	char data[PATH_MAX], folder[PATH_MAX];
	struct error err = { 0 };
	struct form_set *forms = NULL;
	struct dirent **entries;
	if (path_data(data, sizeof data, "", &err) || path_data(folder, sizeof folder, "forms/tests", &err) ||
	    form_set_load(&forms, data, NULL, NULL, &err)) {
		printf("Bail out! %s\n", err.text);
		return 1;
	}
	int n = scandir(folder, &entries, is_table, alphasort);
	ok(n > 0, "there are tables of cases in %s", "data/forms/tests");
	for (int i = 0; i < n; i++) {
		if (argc < 2 || begins(entries[i]->d_name, argv[1]))
			run_table(forms, folder, entries[i]->d_name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	form_set_free(forms);
	return done_testing();
}
