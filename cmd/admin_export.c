/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All records of a form, or of every form, as a table that import takes back, or as JSON. */
#include "config.h"
#include "cmd/admin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "care/care.h"
#include "cmd/entering.h"
#include "lib/csv.h"
#include "lib/file.h"
#include "lib/i18n.h"

struct export {
	struct cmd_common common;
	const char *out_path; /* a file; with all a folder; NULL: standard output */
	bool all;
	size_t n_records, n_files;
	struct store *store;
	const struct form_set *forms;
	const struct form *form;
	uint32_t subject_name, subject_id;
	size_t *max_rows;     /* per field index of a repeat */
	const char **cells;
	size_t n_cells;
	FILE *file;
	struct json json;
	int rc;
	struct error *err;
	/* what is done with each record; subject NULL: belongs to nobody */
	int (*each)(struct export *ex, const struct record *record, const struct record *subject,
	            struct arena *arena);
};

/* --- every record --- */

static bool visit_master(void *arg, const struct record *record, struct arena *arena)
{
	struct export *ex = arg;

	ex->rc = ex->each(ex, record, NULL, arena);
	return ex->rc == 0;
}

static void turn(struct record *records, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct record other = records[i];
		records[i] = records[n - 1 - i];
		records[n - 1 - i] = other;
	}
}

static void turn_days(struct record *records, size_t n)
{
	turn(records, n);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && records[to].date == records[from].date; to++)
			;
		turn(records + from, to - from);
	}
}

static bool visit_subject(void *arg, const struct record *subject, struct arena *arena)
{
	struct export *ex = arg;
	struct record *records;
	size_t n;

	ex->rc = store_records_of(ex->store, subject->id, ex->form->id, arena, &records, &n, ex->err);
	/* oldest day first, as master records come, so that an import finds the last visit of each one as it was; those
	 * of one day stay in their order */
	if (ex->form->kind == FORM_EVENT)
		turn_days(records, n);
	for (size_t i = 0; !ex->rc && i < n; i++)
		ex->rc = ex->each(ex, &records[i], subject, arena);
	return ex->rc == 0;
}

static int each_record(struct export *ex,
                       int (*each)(struct export *ex, const struct record *record,
                                   const struct record *subject, struct arena *arena))
{
	const char *subject = ex->form->subject;
	int rc;

	ex->each = each;
	ex->rc = 0;
	if (*subject)
		rc = store_each_master(ex->store, subject, visit_subject, ex, ex->err);
	else
		rc = store_each_master(ex->store, ex->form->id, visit_master, ex, ex->err);
	return rc ? rc : ex->rc;
}

/* Others than residents are named by their version. */
static bool is_of_resident(const struct export *ex)
{
	return !strcmp(ex->form->subject, "resident");
}

static bool is_value(const struct form_field *field)
{
	return field->tag && field->type != FORM_REPEAT && field->type != FORM_GROUP &&
	       field->type != FORM_NOTE;
}

/* --- CSV --- */

static int count_rows(struct export *ex, const struct record *record, const struct record *subject,
                      struct arena *arena)
{
	struct entering e;
	int rc = entering_load(&e, ex->forms, record, arena, ex->err);

	(void)subject;
	for (int i = 0; !rc && i < ex->form->n_fields; i++)
		if (ex->form->fields[i].type == FORM_REPEAT && values_rows(e.values, i) > ex->max_rows[i])
			ex->max_rows[i] = values_rows(e.values, i);
	ex->n_records++;
	entering_end(&e);
	return rc;
}

static size_t copies(const struct export *ex, int field)
{
	int repeat = ex->form->fields[field].repeat;

	return repeat < 0 ? 1 : ex->max_rows[repeat];
}

static void put_cell(struct export *ex, const char *text)
{
	ex->cells[ex->n_cells++] = text ? text : "";
}

static void write_line(struct export *ex)
{
	csv_write_row(ex->file, ex->cells, ex->n_cells, true);
	ex->n_cells = 0;
}

static int write_header(struct export *ex, struct arena *arena)
{
	size_t n = 4;

	for (int i = 0; i < ex->form->n_fields; i++)
		n += is_value(&ex->form->fields[i]) ? copies(ex, i) : 0;
	ex->cells = arena_array(arena, n, sizeof(*ex->cells));
	if (!ex->cells)
		return error_set(ex->err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	put_cell(ex, "record");
	put_cell(ex, "retired");
	if (*ex->form->subject) {
		put_cell(ex, "subject_name");
		put_cell(ex, is_of_resident(ex) ? "id_number" : "subject");
	}
	for (int i = 0; i < ex->form->n_fields; i++) {
		const struct form_field *field = &ex->form->fields[i];
		for (size_t row = 0; is_value(field) && row < copies(ex, i); row++)
			put_cell(ex, field->repeat < 0 ? field->name
			                               : arena_printf(arena, "%s#%zu", field->name, row + 1));
	}
	write_line(ex);
	return 0;
}

static const char *version_text(struct export *ex, rid_t rid, struct arena *arena)
{
	char *text = arena_alloc(arena, VERSION_TEXT_BYTES);
	struct version version;

	if (!text || store_version_of(ex->store, rid, &version, ex->err))
		return "";
	return version_format(&version, text);
}

static int write_csv(struct export *ex, const struct record *record, const struct record *subject,
                     struct arena *arena)
{
	struct entering e;
	int rc = entering_load(&e, ex->forms, record, arena, ex->err);

	if (rc)
		return rc;
	put_cell(ex, version_text(ex, record->id, arena));
	put_cell(ex, record_text(record, TAG_RETIRED));
	if (subject) {
		put_cell(ex, record_text(subject, ex->subject_name));
		put_cell(ex, is_of_resident(ex) ? record_text(subject, ex->subject_id)
		                                : version_text(ex, subject->id, arena));
	}
	for (int i = 0; i < ex->form->n_fields; i++) {
		const struct form_field *field = &ex->form->fields[i];
		if (!is_value(field))
			continue;
		for (size_t row = 0; row < copies(ex, i); row++) {
			bool there = field->repeat < 0 || row < values_rows(e.values, field->repeat);
			const char *value = there ? values_get(e.values, i,
			                                       field->repeat < 0 ? ROW_NONE : (int)row)
			                          : "";
			put_cell(ex, arena_strdup(arena, value));
		}
	}
	write_line(ex);
	entering_end(&e);
	return 0;
}

/* --- JSON --- */

static void json_repeat(struct export *ex, const struct entering *e, int repeat)
{
	json_array(&ex->json, ex->form->fields[repeat].name);
	for (size_t row = 0; row < values_rows(e->values, repeat); row++) {
		json_object(&ex->json, NULL);
		for (int i = repeat + 1; i < ex->form->fields[repeat].end; i++)
			if (is_value(&ex->form->fields[i]))
				json_text(&ex->json, ex->form->fields[i].name,
				          values_get(e->values, i, (int)row));
		json_end(&ex->json, '}');
	}
	json_end(&ex->json, ']');
}

static int write_json(struct export *ex, const struct record *record, const struct record *subject,
                      struct arena *arena)
{
	struct entering e;
	int rc = entering_load(&e, ex->forms, record, arena, ex->err);

	if (rc)
		return rc;
	json_object(&ex->json, NULL);
	json_text(&ex->json, "record", version_text(ex, record->id, arena));
	if (subject) {
		json_text(&ex->json, "subject", version_text(ex, subject->id, arena));
		json_text(&ex->json, "subject_name", record_text(subject, ex->subject_name));
		json_text(&ex->json, "id_number", record_text(subject, ex->subject_id));
	}
	if (record->retired)
		json_text(&ex->json, "retired", record_text(record, TAG_RETIRED));
	for (int i = 0; i < ex->form->n_fields; i++) {
		const struct form_field *field = &ex->form->fields[i];
		const char *value;
		if (field->type == FORM_REPEAT)
			json_repeat(ex, &e, i);
		if (!is_value(field) || field->repeat >= 0)
			continue;
		value = values_get(e.values, i, ROW_NONE);
		if (*value)
			json_text(&ex->json, field->name, value);
	}
	json_end(&ex->json, '}');
	entering_end(&e);
	return 0;
}

static int count_record(struct export *ex, const struct record *record, const struct record *subject,
                        struct arena *arena)
{
	(void)record;
	(void)subject;
	(void)arena;
	ex->n_records++;
	return 0;
}

/* What the table will hold; and before anything is written, a note of who read it. */
static int survey(struct export *ex, struct arena *arena)
{
	char what[128];
	int rc;

	ex->n_records = 0;
	ex->max_rows = arena_array(arena, (size_t)ex->form->n_fields + 1, sizeof(*ex->max_rows));
	if (!ex->max_rows)
		return error_set(ex->err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	rc = each_record(ex, ex->common.json ? count_record : count_rows);
	if (rc || !ex->n_records || !ex->form->restricted)
		return rc;
	snprintf(what, sizeof(what), _("export of %s"), ex->form->id);
	return care_audit(ex->store, what, ex->n_records, ex->err);
}

static int write_table(struct export *ex, struct arena *arena)
{
	int rc;

	if (ex->common.json) {
		json_begin(&ex->json, ex->file);
		json_array(&ex->json, NULL);
		rc = each_record(ex, write_json);
		json_end(&ex->json, ']');
		fputc('\n', ex->file);
		return rc;
	}
	rc = write_header(ex, arena);
	return rc ? rc : each_record(ex, write_csv);
}

/* path NULL: standard output. An export never replaces a file. */
static int write_to(struct export *ex, const char *path, struct arena *arena)
{
	int rc, bad, number;

	ex->file = path ? fopen(path, "wxe") : stdout;
	if (!ex->file)
		return error_errno(ex->err, errno, "%s", path);
	rc = write_table(ex, arena);
	bad = fflush(ex->file) || ferror(ex->file);
	number = errno;
	if (path && fclose(ex->file))
		bad = 1;
	return rc || !bad ? rc : error_errno(ex->err, number, "%s", path ? path : "stdout");
}

static void choose(struct export *ex, const struct form *form)
{
	const struct form *subject = *form->subject ? form_set_find(ex->forms, form->subject) : NULL;

	ex->form = form;
	ex->subject_name = subject ? form_tag(subject, "name") : 0;
	ex->subject_id = subject ? form_tag(subject, "id_number") : 0;
}

static int write_one(struct export *ex, const char *name, struct arena *arena)
{
	const struct form *form = form_set_find(ex->forms, name);

	if (!form)
		return error_set(ex->err, ERR_USAGE, _("there is no form %s"), name);
	choose(ex, form);
	int rc = survey(ex, arena);
	return rc ? rc : write_to(ex, ex->out_path, arena);
}

/* Every form of which there are records, as FOLDER/FORM.csv. */
static int write_all(struct export *ex, struct arena *arena)
{
	char name[256], path[4096];
	int rc = file_make_dirs(ex->out_path, 0700, ex->err);

	for (size_t i = 0; !rc && i < form_set_count(ex->forms); i++) {
		choose(ex, form_set_at(ex->forms, i));
		rc = survey(ex, arena);
		if (rc || !ex->n_records)
			continue;
		snprintf(name, sizeof(name), "%s.%s", ex->form->id, ex->common.json ? "json" : "csv");
		rc = path_join(path, sizeof(path), ex->out_path, name, ex->err);
		if (!rc)
			rc = write_to(ex, path, arena);
		ex->n_files += !rc;
		arena_reset(arena);
	}
	if (!rc)
		fprintf(stderr, ngettext("%zu table: %s\n", "%zu tables: %s\n", ex->n_files), ex->n_files, ex->out_path);
	return rc;
}

static int run(struct export *ex, const char *form, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct cmd_store opened;
	int rc = cmd_open(&opened, &ex->common, err);

	if (rc)
		return rc;
	ex->store = opened.store;
	ex->forms = opened.forms;
	ex->err = err;
	rc = ex->all ? write_all(ex, &arena) : write_one(ex, form, &arena);
	arena_free(&arena);
	cmd_close(&opened);
	return rc;
}

int admin_export(int argc, char **argv)
{
	struct export ex = { .out_path = NULL };
	const struct cli_option options[] = {
		{ "out", CLI_TEXT, "FILE", N_("a new file, instead of standard output; with --all a folder"), &ex.out_path },
		{ "all", CLI_FLAG, NULL, N_("every form of which there are records"), &ex.all },
		CMD_OPTIONS(&ex.common),
	};
	static const struct cli_command command = { "export", "[FORM]", 0, 1,
		                                    N_("write all records of a form, or of every form, as tables"), NULL };
	struct cli_args args;
	struct error err = { 0 };
	int rc = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options), &command, &err);

	if (rc == 1)
		return 0;
	if (!rc && (ex.all ? args.n > 0 || !ex.out_path : args.n == 0))
		rc = error_set(&err, ERR_USAGE, _("give one FORM, or --all --out FOLDER"));
	if (!rc)
		rc = run(&ex, args.operands[0], &err);
	return rc ? cli_fail(&err) : 0;
}
