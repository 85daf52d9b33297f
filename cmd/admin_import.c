/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records from a table: every row is entered and checked as a person's would be. */
#include "config.h"
#include "cmd/admin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cmd/copies.h"
#include "cmd/entering.h"
#include "cmd/lookup.h"
#include "cmd/sheet.h"
#include "form/idno.h"
#include "lib/csv.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "lib/utf8.h"

enum column_kind {
	COLUMN_FIELD, COLUMN_ID_NUMBER, COLUMN_ARCHIVE_NO,
	COLUMN_SUBJECT, /* whose record it is, if not a resident's: a version or the first text of its form */
	COLUMN_RECORD,  /* filled: the row was exported and is a copy, what is empty stays empty */
	COLUMN_RETIRED,
	COLUMN_IGNORED,
};

/* The last column of a file of rejected rows. No form has a field of this name. */
static const char REASON_COLUMN[] = "rejected_reason";

struct column {
	enum column_kind kind;
	int field, row; /* COLUMN_FIELD */
};

struct import {
	struct cmd_common common;
	const char *rejected_path;
	bool dry_run;
	struct store *store;
	const struct form_set *forms;
	const struct form *form, *subject_form; /* subject_form NULL: belongs to nobody */
	struct csv_table table;
	struct column *columns;
	struct lookup by_id, by_archive, by_household, by_subject;
	struct arena arena; /* for one row */
	size_t n_good, n_rejected, n_doubtful; /* doubtful ones are good, with warnings */
	FILE *rejected;
};

/* --- the header --- */

static bool is_named(const struct form_field *field, const char *name, size_t len)
{
	const char *const names[] = { field->name, field->label[LANG_ZH], field->label[LANG_EN] };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i] && strlen(names[i]) == len && !memcmp(names[i], name, len))
			return true;
	return false;
}

static int find_field(const struct form *form, const char *name, size_t len)
{
	for (int i = 0; form && i < form->n_fields; i++)
		if (form->fields[i].tag && form->fields[i].type != FORM_REPEAT &&
		    is_named(&form->fields[i], name, len))
			return i;
	return -1;
}

static bool is_of_resident(const struct import *im)
{
	return im->subject_form && !strcmp(im->subject_form->id, "resident");
}

/* "disease#2" is the field disease in the second row of its repeat. */
static int read_header_cell(struct import *im, const char *cell, struct column *out, struct error *err)
{
	const char *mark = strrchr(cell, '#');
	size_t len = mark ? (size_t)(mark - cell) : strlen(cell);
	int field = find_field(im->form, cell, len);

	*out = (struct column){ COLUMN_IGNORED, field, ROW_NONE };
	if (field >= 0) {
		long row = mark ? strtol(mark + 1, NULL, 10) : 1;
		if (row < 1 || row > 200)
			return error_set(err, ERR_INVALID, _("column %s: no such row"), cell);
		out->kind = COLUMN_FIELD;
		if (im->form->fields[field].repeat >= 0)
			out->row = (int)row - 1;
		return 0;
	}
	if (im->subject_form && !is_of_resident(im) && !strcmp(cell, "subject")) {
		out->kind = COLUMN_SUBJECT;
		return 0;
	}
	field = is_of_resident(im) ? find_field(im->subject_form, cell, len) : -1;
	if (field >= 0 && !strcmp(im->subject_form->fields[field].name, "id_number"))
		out->kind = COLUMN_ID_NUMBER;
	else if (field >= 0 && !strcmp(im->subject_form->fields[field].name, "archive_no"))
		out->kind = COLUMN_ARCHIVE_NO;
	else if (!strcmp(cell, "record"))
		out->kind = COLUMN_RECORD;
	else if (!strcmp(cell, "retired"))
		out->kind = COLUMN_RETIRED;
	else if (strcmp(cell, "subject_name") && strcmp(cell, REASON_COLUMN))
		return error_set(err, ERR_INVALID, _("column %s: form %s has no such field"), cell,
		                 im->form->id);
	return 0;
}

static int read_header(struct import *im, struct error *err)
{
	const struct csv_row *header = &im->table.rows[0];
	bool subject = false;

	im->columns = calloc(header->n + 1, sizeof(*im->columns));
	if (!im->columns)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	for (size_t i = 0; i < header->n; i++) {
		int rc = read_header_cell(im, utf8_trim(header->cells[i]), &im->columns[i], err);
		if (rc)
			return rc;
		for (size_t j = 0; j < i && im->columns[i].kind != COLUMN_IGNORED; j++)
			if (im->columns[j].kind == im->columns[i].kind &&
			    im->columns[j].field == im->columns[i].field &&
			    im->columns[j].row == im->columns[i].row)
				return error_set(err, ERR_INVALID, _("column %s stands twice"), header->cells[i]);
		subject |= im->columns[i].kind == COLUMN_ID_NUMBER ||
		           im->columns[i].kind == COLUMN_ARCHIVE_NO || im->columns[i].kind == COLUMN_SUBJECT;
	}
	if (im->subject_form && !subject && !is_of_resident(im))
		return error_set(err, ERR_INVALID, _("a column subject must say whose records these are"));
	if (im->subject_form && !subject)
		return error_set(err, ERR_INVALID,
		                 _("a column id_number or archive_no must say whose records these are"));
	return 0;
}

/* --- one row --- */

/* Codes stand as they are; labels of either language become codes; several are separated by 、;,| or blanks. */
static const char *code_of(const struct form_list *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->choices[i].name, text))
			return text;
	for (size_t i = 0; i < list->n; i++)
		for (int lang = 0; lang < LANG_N; lang++)
			if (list->choices[i].label[lang] && !strcmp(list->choices[i].label[lang], text))
				return list->choices[i].name;
	return text;
}

static const char *codes_of(const struct form_list *list, const char *text, struct arena *arena)
{
	static const char *const marks[] = { "、", "，", "；", "｜", "　" }; /* of three bytes each */
	struct buf out = BUF_INIT;
	char *copy = arena_strdup(arena, text), *rest = copy, *word;
	const char *result = code_of(list, text);

	if (!copy || result != text)
		return result;
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		for (char *mark; (mark = strstr(copy, marks[i]));)
			memcpy(mark, ";;;", 3);
	while ((word = strtok_r(rest, ";|, ", &rest)))
		buf_printf(&out, "%s%s", out.len_bytes ? " " : "", code_of(list, utf8_trim(word)));
	result = arena_strdup(arena, buf_text(&out));
	buf_free(&out);
	return result ? result : text;
}

/* A reference: the version of a record that is here or was copied, or a household's number. */
static int reference_of(struct import *im, const struct form_field *field, const char **text,
                        struct error *err)
{
	struct version version;
	struct error ignored;
	char *out;
	rid_t rid = 0;

	if (version_parse(*text, &version)) {
		const char *copied = copies_find(im->store, *text, &im->arena);
		if (!store_find_version(im->store, &version, &rid, &ignored))
			return 0;
		if (!*copied)
			return error_set(err, ERR_NOTFOUND, _("the store has no such record: %s"), *text);
		*text = copied;
		return 0;
	}
	if (!strcmp(field->record_form, "household"))
		rid = lookup_find(&im->by_household, *text);
	if (!rid)
		return error_set(err, ERR_NOTFOUND, _("the store has no such record: %s"), *text);
	out = arena_alloc(&im->arena, VERSION_TEXT_BYTES);
	if (!out)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	if (store_version_of(im->store, rid, &version, err))
		return err->code;
	*text = version_format(&version, out);
	return 0;
}

static int set_cell(struct import *im, struct entering *e, const struct column *column, const char *cell,
                    struct error *err)
{
	const struct form_field *field = &im->form->fields[column->field];
	const char *value = sheet_value(field, cell, &im->arena);
	int rc = value ? 0 : error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));

	if (!value)
		return rc;
	if (!*cell && column->row != ROW_NONE &&
	    values_rows(e->values, field->repeat) <= (size_t)column->row)
		return 0;
	if (field->type == FORM_SELECT_ONE)
		value = code_of(field->list, cell);
	else if (field->type == FORM_SELECT_MULTIPLE)
		value = codes_of(field->list, cell, &im->arena);
	else if (field->type == FORM_RECORD && *cell)
		rc = reference_of(im, field, &value, err);
	else if (field->type == FORM_CALCULATE)
		return 0;
	while (!rc && column->row != ROW_NONE &&
	       values_rows(e->values, field->repeat) <= (size_t)column->row)
		rc = values_row_add(e->values, field->repeat, err);
	return rc ? rc : values_set(e->values, column->field, column->row, value, err);
}

/* How an ID number of any form stands in the store. */
static const char *id_key(struct arena *arena, const char *cell)
{
	struct idno idno;

	return idno_parse(&idno, cell, date_today()) ? cell : arena_strdup(arena, idno.text);
}

/* The cell of the column of a kind, "" when there is none. */
static const char *special_cell(const struct import *im, const struct csv_row *row, enum column_kind kind)
{
	for (size_t i = 0; i < row->n && i < im->table.rows[0].n; i++)
		if (im->columns[i].kind == kind)
			return utf8_trim(row->cells[i]);
	return "";
}

static rid_t subject_of(struct import *im, const char *text)
{
	struct version version;
	struct error ignored;
	rid_t rid = 0;

	if (!version_parse(text, &version))
		return lookup_find(&im->by_subject, text);
	if (!store_find_version(im->store, &version, &rid, &ignored))
		return rid;
	if (!version_parse(copies_find(im->store, text, &im->arena), &version) ||
	    store_find_version(im->store, &version, &rid, &ignored))
		return 0;
	return rid;
}

/* The resident of the row and the latest record of this form. */
static int find_subject(struct import *im, const struct csv_row *row, rid_t *rid, struct error *err)
{
	*rid = 0;
	for (size_t i = 0; i < row->n && i < im->table.rows[0].n && !*rid; i++) {
		char *cell = arena_strdup(&im->arena, row->cells[i]);
		if (!cell)
			return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
		utf8_to_halfwidth(cell);
		cell = utf8_trim(cell);
		if (im->columns[i].kind == COLUMN_ID_NUMBER)
			*rid = lookup_find(&im->by_id, id_key(&im->arena, cell));
		else if (im->columns[i].kind == COLUMN_ARCHIVE_NO)
			*rid = lookup_find(&im->by_archive, cell);
		else if (im->columns[i].kind == COLUMN_SUBJECT)
			*rid = subject_of(im, cell);
	}
	if (*rid)
		return 0;
	return is_of_resident(im) ? error_set(err, ERR_NOTFOUND, _("nobody in the store has this number"))
	                          : error_set(err, ERR_NOTFOUND, _("the store has no such record: %s"),
	                                      special_cell(im, row, COLUMN_SUBJECT));
}

struct row_context {
	struct entering subject, last;
	bool has_last;
	rid_t rid;
};

static int load_context(struct import *im, const struct csv_row *row, struct row_context *context,
                        struct error *err)
{
	struct record *records, record;
	size_t n;
	int rc = find_subject(im, row, &context->rid, err);

	if (!rc)
		rc = store_record(im->store, context->rid, &im->arena, &record, err);
	if (!rc)
		rc = entering_load(&context->subject, im->forms, &record, &im->arena, err);
	if (!rc)
		rc = store_records_of(im->store, context->rid, im->form->id, &im->arena, &records, &n, err);
	for (size_t i = 0; !rc && i < n && !context->has_last; i++) {
		/* events stand newest first, master records oldest first */
		const struct record *last = &records[im->form->kind == FORM_EVENT ? i : n - 1 - i];
		if (last->retired)
			continue;
		rc = entering_load(&context->last, im->forms, last, &im->arena, err);
		context->has_last = true;
	}
	return rc;
}

/* A resident who is in the store already is no new resident. */
static int check_known(struct import *im, const struct entering *e, struct error *err)
{
	const char *id_number = strcmp(im->form->id, "resident") ? "" : entering_get(e, "id_number");

	if (lookup_find(&im->by_id, id_number))
		return error_set(err, ERR_EXISTS, _("this ID number is in the store already"));
	return 0;
}

static int note_new(struct import *im, const struct entering *e, rid_t rid, struct error *err)
{
	if (!strcmp(im->form->id, "resident"))
		return lookup_add(&im->by_id, entering_get(e, "id_number"), rid, err);
	return 0;
}

/* Rows that were taken over from the last record do not belong to a copy. */
static void clear_rows(struct entering *e)
{
	for (int i = 0; i < e->form->n_fields; i++)
		while (values_rows(e->values, i))
			values_row_remove(e->values, i, values_rows(e->values, i) - 1);
}

/* Unusual values are taken over and said, as the screen says them. */
static void report_warnings(struct import *im, const struct csv_row *row, const struct entering *e)
{
	const struct form_problem *problems;
	size_t n = values_check(e->values, e->arena, &problems), n_warnings = 0;

	for (size_t i = 0; i < n; i++) {
		if (problems[i].severity != FORM_WARNING)
			continue;
		n_warnings++;
		cli_warn(_("%s: line %zu: taken over with a warning: %s: %s"), im->table.path, row->line,
		         e->form->fields[problems[i].field].label[i18n_lang()], problems[i].text);
	}
	im->n_doubtful += n_warnings != 0;
}

static int enter_row(struct import *im, const struct csv_row *row, struct entering *e,
                     const struct row_context *context, struct error *err)
{
	struct change change = { .subject = context->rid };
	const char *original = special_cell(im, row, COLUMN_RECORD);
	bool copy = *original != '\0';
	rid_t rid = 1;
	int rc = entering_begin(e, im->forms, im->form->id, im->subject_form ? &context->subject : NULL,
	                        context->has_last ? &context->last : NULL, &im->arena, err);

	if (!rc && copy)
		clear_rows(e);
	for (size_t i = 0; !rc && i < row->n && i < im->table.rows[0].n; i++) {
		const char *cell = utf8_trim(row->cells[i]);
		if (im->columns[i].kind == COLUMN_FIELD && (*cell || copy))
			rc = set_cell(im, e, &im->columns[i], cell, err);
	}
	if (!rc)
		rc = copies_check(im->store, original, err);
	if (!rc)
		rc = check_known(im, e, err);
	if (!rc)
		rc = entering_finish(e, &change, err);
	if (!rc && !im->dry_run)
		rc = store_save(im->store, &change, 1, &rid, err);
	if (!rc && !im->dry_run)
		rc = copies_add(im->store, original, rid, err);
	if (!rc)
		report_warnings(im, row, e);
	return rc ? rc : note_new(im, e, rid, err);
}

static int import_row(struct import *im, const struct csv_row *row, struct error *err)
{
	struct row_context context = { .rid = 0 };
	struct entering e = { .form = NULL };
	int rc = 0;

	for (size_t i = im->table.rows[0].n; i < row->n; i++)
		if (*utf8_trim(row->cells[i]))
			return error_set(err, ERR_INVALID, _("more cells than the heading has: is a comma not in "
			                                     "quotes?"));
	if (*special_cell(im, row, COLUMN_RETIRED))
		rc = error_set(err, ERR_INVALID, _("this record was retired; empty the column retired to take it "
		                                   "over"));
	if (!rc && im->subject_form)
		rc = load_context(im, row, &context, err);

	if (!rc)
		rc = enter_row(im, row, &e, &context, err);
	entering_end(&e);
	entering_end(&context.last);
	entering_end(&context.subject);
	arena_reset(&im->arena);
	return rc;
}

/* --- all rows --- */

/* One row as it came, a reason of an earlier import taken out, the new one behind it. */
static void put_cells(struct import *im, const struct csv_row *row, const char **cells, const char *reason)
{
	const struct csv_row *header = &im->table.rows[0];
	size_t n = 0;

	for (size_t i = 0; i < header->n; i++)
		if (strcmp(header->cells[i], REASON_COLUMN))
			cells[n++] = i < row->n ? row->cells[i] : "";
	cells[n++] = reason;
	csv_write_row(im->rejected, cells, n, true);
}

static int write_rejected(struct import *im, const struct csv_row *row, const char *reason,
                          struct error *err)
{
	const struct csv_row *header = &im->table.rows[0];
	const char **cells = calloc(header->n + 1, sizeof(*cells));
	bool first = im->n_rejected == 1;

	if (!cells)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	if (first && !im->rejected) {
		im->rejected = fopen(im->rejected_path, "wxe"); /* rows being mended are never overwritten */
		if (!im->rejected) {
			free(cells);
			return error_errno(err, errno, "%s", im->rejected_path);
		}
		fputs("\xEF\xBB\xBF", im->rejected); /* spreadsheets take a file without it for GB18030 */
		put_cells(im, header, cells, REASON_COLUMN);
	}
	put_cells(im, row, cells, reason);
	free(cells);
	return ferror(im->rejected) ? error_errno(err, errno, "%s", im->rejected_path) : 0;
}

static int import_rows(struct import *im, struct error *err)
{
	for (size_t i = 1; i < im->table.n_rows; i++) {
		const struct csv_row *row = &im->table.rows[i];
		struct error why = { 0 };
		int rc = import_row(im, row, &why);
		if (rc == ERR_NOMEM || rc == ERR_NOSPACE || rc == ERR_IO || rc == ERR_DENIED ||
		    rc == ERR_CORRUPT) {
			*err = why;
			return error_prefix(err, _("line %zu"), row->line);
		}
		im->n_good += !rc;
		if (!rc)
			continue;
		im->n_rejected++;
		cli_warn(_("%s: line %zu: %s"), im->table.path, row->line, why.text);
		if (!im->dry_run && write_rejected(im, row, why.text, err))
			return err->code;
	}
	return 0;
}

static int load_lookups(struct import *im, struct error *err)
{
	int rc = lookup_load(&im->by_id, im->store, "resident", "id_number", err);

	for (int i = 0; !rc && im->subject_form && !is_of_resident(im) && i < im->subject_form->n_fields; i++)
		if (im->subject_form->fields[i].type == FORM_TEXT && im->subject_form->fields[i].repeat < 0) {
			rc = lookup_load(&im->by_subject, im->store, im->subject_form->id,
			                 im->subject_form->fields[i].name, err);
			break;
		}
	if (!rc && is_of_resident(im))
		rc = lookup_load(&im->by_archive, im->store, "resident", "archive_no", err);
	return rc ? rc : lookup_load(&im->by_household, im->store, "household", "household_no", err);
}

static int run(struct import *im, struct arena *arena, const char *path, struct error *err)
{
	struct error second;
	int rc = csv_read_file(&im->table, path, arena, err);

	if (!rc)
		sheet_unguard(&im->table);
	if (!rc && im->table.n_rows < 2)
		rc = error_set(err, ERR_INVALID, _("%s has no rows"), path);
	if (!rc)
		rc = read_header(im, err);
	if (!rc)
		rc = load_lookups(im, err);
	if (rc)
		return rc;
	if (!im->dry_run)
		rc = store_bulk_begin(im->store, err);
	if (!rc)
		rc = import_rows(im, err);
	if (!im->dry_run && store_bulk_end(im->store, rc ? &second : err) && !rc)
		rc = err->code;
	return rc;
}

static void print_result(const struct import *im)
{
	struct json json;

	if (im->common.json) {
		json_begin(&json, stdout);
		json_object(&json, NULL);
		json_bool(&json, "dry_run", im->dry_run);
		json_number(&json, "accepted", (long long)im->n_good);
		json_number(&json, "rejected", (long long)im->n_rejected);
		json_number(&json, "with_warnings", (long long)im->n_doubtful);
		json_text(&json, "rejected_file", im->rejected ? im->rejected_path : NULL);
		json_end(&json, '}');
		putchar('\n');
		return;
	}
	printf(im->dry_run ? _("%zu rows would be taken over, %zu rejected; nothing was saved.\n")
	                   : _("%zu rows taken over, %zu rejected.\n"),
	       im->n_good, im->n_rejected);
	if (im->n_doubtful)
		printf(_("Rows with warnings: %zu\n"), im->n_doubtful);
	if (im->rejected)
		printf(_("The rejected rows are in %s.\n"), im->rejected_path);
}

/* A free name; a file that a person named must not be there, and is asked for before anything is saved. */
static int name_rejected(struct import *im, const char *table, struct arena *arena, struct error *err)
{
	if (im->rejected_path)
		return file_exists(im->rejected_path) && !im->dry_run
		       ? error_set(err, ERR_EXISTS, _("%s exists; the rejected rows need a new file"),
		                   im->rejected_path) : 0;
	im->rejected_path = arena_printf(arena, "%s.rejected.csv", table);
	for (int i = 2; im->rejected_path && file_exists(im->rejected_path) && i < 1000; i++)
		im->rejected_path = arena_printf(arena, "%s.rejected-%d.csv", table, i);
	return im->rejected_path ? 0 : error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

static int open_and_run(struct import *im, const struct cli_args *args, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct cmd_store opened;
	int rc = cmd_open(&opened, &im->common, err);

	if (rc)
		return rc;
	im->store = opened.store;
	im->forms = opened.forms;
	im->form = form_set_find(opened.forms, args->operands[0]);
	if (!im->form)
		rc = error_set(err, ERR_USAGE, _("there is no form %s"), args->operands[0]);
	if (!rc && *im->form->subject)
		im->subject_form = form_set_find(opened.forms, im->form->subject);
	if (!rc)
		rc = name_rejected(im, args->operands[1], &arena, err);
	if (!rc)
		rc = run(im, &arena, args->operands[1], err);
	if (!rc)
		print_result(im);
	if (im->rejected && fclose(im->rejected) && !rc)
		rc = error_errno(err, errno, "%s", im->rejected_path);
	free(im->columns);
	lookup_free(&im->by_id);
	lookup_free(&im->by_archive);
	lookup_free(&im->by_household);
	lookup_free(&im->by_subject);
	arena_free(&im->arena);
	arena_free(&arena);
	cmd_close(&opened);
	return rc;
}

int admin_import(int argc, char **argv)
{
	struct import im = { .rejected_path = NULL };
	const struct cli_option options[] = {
		{ "dry-run", CLI_FLAG, NULL, N_("check every row, save nothing"), &im.dry_run },
		{ "rejected", CLI_TEXT, "FILE", N_("where rejected rows go (FILE.csv.rejected.csv)"),
		  &im.rejected_path },
		CMD_OPTIONS(&im.common),
	};
	static const struct cli_command command = { "import", "FORM FILE.csv", 2, 2,
		                                    N_("take records over from a table"), NULL };
	struct cli_args args;
	struct error err = { 0 };
	int rc = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options), &command, &err);

	if (rc == 1)
		return 0;
	if (!rc)
		rc = open_and_run(&im, &args, &err);
	if (rc)
		return cli_fail(&err);
	return im.n_rejected ? 1 : 0;
}
