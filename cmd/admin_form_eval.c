/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a table run through a form, as if each were typed in: what it computes and what it says. */
#include "config.h"
#include "cmd/admin_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "form/values.h"
#include "lib/csv.h"
#include "lib/i18n.h"

enum column_kind { COLUMN_IGNORED, COLUMN_FIELD, COLUMN_SUBJECT, COLUMN_LAST, COLUMN_TODAY };

struct column {
	enum column_kind kind;
	int field, row;   /* COLUMN_FIELD; row ROW_NONE outside of repeats */
	const char *name; /* COLUMN_SUBJECT, COLUMN_LAST: without the prefix */
};

struct eval {
	const struct form_set *forms;
	const struct form *form;
	struct csv_table table;
	struct column *columns;
	const struct csv_row *row; /* at hand */
	struct form_values *values;
	struct arena arena;        /* of one row */
	bool as_json;
	struct json json;
};

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* --- headings --- */

static bool field_column(const struct eval *ev, const char *heading, struct column *column)
{
	char name[128];
	const char *mark = strchr(heading, '#');
	size_t n = mark ? (size_t)(mark - heading) : strlen(heading);

	if (n >= sizeof(name))
		return false;
	memcpy(name, heading, n);
	name[n] = '\0';
	column->kind = COLUMN_FIELD;
	column->field = form_field_find(ev->form, name);
	column->row = ROW_NONE;
	if (column->field < 0 || (ev->form->fields[column->field].repeat >= 0) != (mark != NULL))
		return false;
	if (mark) {
		column->row = atoi(mark + 1) - 1;
		return column->row >= 0 && mark[1 + strspn(mark + 1, "0123456789")] == '\0';
	}
	return ev->form->fields[column->field].tag && ev->form->fields[column->field].type != FORM_REPEAT;
}

static bool named_column(const struct form *form, const char *name, enum column_kind kind,
                         struct column *column)
{
	*column = (struct column){ .kind = kind, .name = name };
	return form && form_field_find(form, name) >= 0;
}

/* Columns of an exported table, and of the tables of cases, that say nothing to a form. */
static bool is_ignored(const char *heading)
{
	static const char *const names[] = { "case", "record", "retired", "subject_name" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(heading, names[i]))
			return true;
	return !*heading || begins(heading, "expect.") || begins(heading, "expect_");
}

static bool read_column(const struct eval *ev, const char *heading, struct column *column)
{
	if (begins(heading, "subject."))
		return named_column(form_set_find(ev->forms, ev->form->subject), heading + strlen("subject."),
		                    COLUMN_SUBJECT, column);
	if (begins(heading, "last."))
		return named_column(ev->form, heading + strlen("last."), COLUMN_LAST, column);
	if (field_column(ev, heading, column))
		return true;
	column->kind = !strcmp(heading, "today") ? COLUMN_TODAY : COLUMN_IGNORED;
	return column->kind == COLUMN_TODAY || is_ignored(heading) ||
	       (!strcmp(heading, "id_number") && *ev->form->subject);
}

static int read_header(struct eval *ev, struct arena *arena, struct error *err)
{
	if (!ev->table.n_rows)
		return error_set(err, ERR_INVALID, _("%s is empty"), ev->table.path);
	const struct csv_row *header = &ev->table.rows[0];
	ev->columns = arena_array(arena, header->n, sizeof(*ev->columns));
	if (!ev->columns)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	for (size_t i = 0; i < header->n; i++)
		if (!read_column(ev, header->cells[i], &ev->columns[i]))
			return error_set(err, ERR_INVALID, _("%s:%zu:%zu: form %s has no field %s"),
			                 ev->table.path, header->line, i + 1, ev->form->id, header->cells[i]);
	return 0;
}

/* --- one row --- */

static const char *cell(const struct eval *ev, size_t i)
{
	return i < ev->row->n ? ev->row->cells[i] : "";
}

static const char *ask(const struct eval *ev, enum column_kind kind, const char *name)
{
	for (size_t i = 0; i < ev->table.rows[0].n; i++)
		if (ev->columns[i].kind == kind && !strcmp(ev->columns[i].name, name))
			return cell(ev, i);
	return "";
}

static const char *ask_last(void *arg, const char *name)
{
	return ask(arg, COLUMN_LAST, name);
}

static const char *ask_subject(void *arg, const char *name)
{
	return ask(arg, COLUMN_SUBJECT, name);
}

static int row_today(const struct eval *ev, date_t *today, struct error *err)
{
	for (size_t i = 0; i < ev->table.rows[0].n; i++) {
		if (ev->columns[i].kind != COLUMN_TODAY || !*cell(ev, i))
			continue;
		*today = date_parse_lenient(cell(ev, i), *today);
		if (*today == DATE_NONE)
			return error_set(err, ERR_INVALID, _("%s:%zu:%zu: \"%s\" is no date"), ev->table.path,
			                 ev->row->line, i + 1, cell(ev, i));
	}
	return 0;
}

/* An empty cell types nothing; two quotation marks ('') empty the field. */
static int type_in(struct eval *ev, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < ev->table.rows[0].n; i++) {
		const struct column *column = &ev->columns[i];
		const char *typed = cell(ev, i);
		if (column->kind != COLUMN_FIELD || !*typed)
			continue;
		int repeat = ev->form->fields[column->field].repeat;
		while (!rc && column->row != ROW_NONE && values_rows(ev->values, repeat) <= (size_t)column->row)
			rc = values_row_add(ev->values, repeat, err);
		if (!rc)
			rc = values_set(ev->values, column->field, column->row, strcmp(typed, "''") ? typed : "",
			                err);
	}
	return rc;
}

static bool was_typed(const struct eval *ev, int field, int row)
{
	for (size_t i = 0; i < ev->table.rows[0].n; i++)
		if (ev->columns[i].kind == COLUMN_FIELD && ev->columns[i].field == field &&
		    ev->columns[i].row == row && *cell(ev, i))
			return true;
	return false;
}

static void print_line(struct eval *ev, int field, int row, const char *kind, const char *text)
{
	char line[32], name[160];

	snprintf(line, sizeof(line), "%zu", ev->row->line);
	if (row == ROW_NONE)
		snprintf(name, sizeof(name), "%s", ev->form->fields[field].name);
	else
		snprintf(name, sizeof(name), "%s#%d", ev->form->fields[field].name, row + 1);
	if (!ev->as_json) {
		const char *const cells[] = { line, name, kind, text };
		csv_write_row(stdout, cells, 4, true);
		return;
	}
	json_object(&ev->json, NULL);
	json_number(&ev->json, "line", (long long)ev->row->line);
	json_text(&ev->json, "field", name);
	json_text(&ev->json, "kind", kind);
	json_text(&ev->json, "text", text);
	json_end(&ev->json, '}');
}

/* What the form computed: its calculations, and the defaults that nobody overwrote. */
static void print_value(struct eval *ev, int field, int row)
{
	const struct form_field *it = &ev->form->fields[field];
	bool calculated = it->calculation != NULL;

	if (!it->tag || it->type == FORM_REPEAT || (!calculated && !it->deflt) ||
	    !values_is_relevant(ev->values, field, row) || (!calculated && was_typed(ev, field, row)))
		return;
	const char *value = values_get(ev->values, field, row);
	if (calculated || *value)
		print_line(ev, field, row, calculated ? "calculated" : "default", value);
}

static void print_row(struct eval *ev)
{
	static const char *const kinds[] = {
		[FORM_INCOMPLETE] = "missing", [FORM_ERROR] = "error", [FORM_WARNING] = "warning",
	};
	const struct form_problem *problems;

	for (int i = 0; i < ev->form->n_fields; i++) {
		int repeat = ev->form->fields[i].repeat;
		if (repeat < 0)
			print_value(ev, i, ROW_NONE);
		for (size_t row = 0; repeat >= 0 && row < values_rows(ev->values, repeat); row++)
			print_value(ev, i, (int)row);
	}
	size_t n = values_check(ev->values, &ev->arena, &problems);
	for (size_t i = 0; i < n; i++)
		print_line(ev, problems[i].field, problems[i].row, kinds[problems[i].severity], problems[i].text);
}

static int eval_row(struct eval *ev, date_t today, struct error *err)
{
	int rc = row_today(ev, &today, err);

	if (rc)
		return rc;
	const struct expr_context context = {
		.today = today, .rules = form_set_rules(ev->forms), .last_visit = ask_last,
		.subject = ask_subject, .arg = ev,
	};
	rc = values_new(&ev->values, ev->form, &context, err);
	if (rc)
		return rc;
	rc = values_fill_defaults(ev->values, err);
	if (!rc)
		rc = type_in(ev, err);
	if (!rc)
		print_row(ev);
	values_free(ev->values);
	arena_reset(&ev->arena);
	return rc;
}

static int eval_all(struct eval *ev, const char *path, date_t today, struct error *err)
{
	struct arena arena = ARENA_INIT;
	int rc = csv_read_file(&ev->table, path, &arena, err);

	if (!rc)
		rc = read_header(ev, &arena, err);
	if (rc)
		goto done;
	if (ev->as_json) {
		json_begin(&ev->json, stdout);
		json_array(&ev->json, NULL);
	} else {
		static const char *const headings[] = { "line", "field", "kind", "text" };
		csv_write_row(stdout, headings, 4, true);
	}
	for (size_t r = 1; !rc && r < ev->table.n_rows; r++) {
		ev->row = &ev->table.rows[r];
		rc = eval_row(ev, today, err);
	}
	if (ev->as_json) {
		json_end(&ev->json, ']');
		putchar('\n');
	}
done:
	arena_free(&ev->arena);
	arena_free(&arena);
	return rc;
}

int admin_form_eval(int argc, char **argv)
{
	struct eval ev = { .as_json = false };
	const char *day = NULL;
	const struct cli_option options[] = {
		{ "today", CLI_TEXT, "DATE", N_("the day of entry, for rows without a column today"), &day },
		{ "json", CLI_FLAG, NULL, N_("print results as JSON"), &ev.as_json },
	};
	static const struct cli_command command = { "eval", "FORM|FILE.csv ROWS.csv", 2, 2,
		                                    N_("run the rows of a table through a form"), NULL };
	struct form_set *set = NULL;
	date_t today = date_today();
	struct cli_args args;
	struct error err = { 0 };
	int rc = cli_parse(&args, argc, argv, options, 2, &command, &err);

	if (rc == 1)
		return 0;
	if (!rc && day && (today = date_parse(day)) == DATE_NONE)
		rc = error_set(&err, ERR_USAGE, _("\"%s\" is no date"), day);
	if (!rc)
		rc = form_open(&set, &ev.form, args.operands[0], &err);
	ev.forms = set;
	if (!rc)
		rc = eval_all(&ev, args.operands[1], today, &err);
	form_set_free(set);
	return rc ? cli_fail(&err) : 0;
}
