/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * table_fixture STORE PASSWORD-FILE: save records of every form, filled with whatever each field takes, all of one
 * invented resident, clinic, doctor and so on. Prints the forms it could not fill, and why; exit 1 if there are any.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cmd/common.h"
#include "cmd/entering.h"
#include "lib/i18n.h"

enum { RECORDS = 3, ROWS = 2 };

struct filler {
	struct cmd_store opened;
	struct arena arena;
	struct error err;
	unsigned seed;
	rid_t *newest; /* record of each form, 0: none yet */
	char version[VERSION_TEXT_BYTES];
};

static const char *const texts[] = {
	"示范,内容 \"引号\"", "13900000001", "430599195603120012", "2019-03", "201-00012", "I10", "=1+1", "08:30", "1", "甲",
	"430599101201", "430599101202",
};
static const char *const numbers[] = {
	"36.5", "120", "80", "170", "65", "5.5", "1", "2", "0", "3", "10", "20", "30", "50", "100", "200", "1000", "4", "7",
	"15", "25", "40", "12", "2020", "0.5", "5", "6", "8", "9",
};
static const char *const days[] = {
	"2026-11-01", "2026-11-22", "2026-12-20", "2020-02-29", "1956-03-12", "2026-10-01", "2027-05-01", "2026-01-31",
};
static const char *const times[] = { "08:30", "23:59" };
static const char *const moments[] = { "2026-11-01T08:30", "2026-11-22T00:00" };

static size_t n_candidates(const struct form_field *field)
{
	switch (field->type) {
	case FORM_TEXT: return sizeof(texts) / sizeof(*texts);
	case FORM_INTEGER:
	case FORM_DECIMAL: return sizeof(numbers) / sizeof(*numbers);
	case FORM_DATE: return sizeof(days) / sizeof(*days);
	case FORM_TIME: return sizeof(times) / sizeof(*times);
	case FORM_DATETIME: return sizeof(moments) / sizeof(*moments);
	case FORM_SELECT_ONE: return field->list->n;
	case FORM_SELECT_MULTIPLE: return 2u * field->list->n;
	case FORM_RECORD: return 1;
	default: return 0;
	}
}

static rid_t newest(const struct filler *f, const char *form)
{
	for (size_t i = 0; i < form_set_count(f->opened.forms); i++)
		if (!strcmp(form_set_at(f->opened.forms, i)->id, form))
			return f->newest[i];
	return 0;
}

/* The newest record of the form that is referred to; NULL when there is none yet. */
static const char *reference(struct filler *f, const char *form)
{
	struct version version;
	rid_t rid = newest(f, form);
	if (!rid || store_version_of(f->opened.store, rid, &version, &f->err))
		return NULL;
	return version_format(&version, f->version);
}

static const char *candidate(struct filler *f, const struct form_field *field, size_t at)
{
	switch (field->type) {
	case FORM_TEXT: return texts[at];
	case FORM_INTEGER:
	case FORM_DECIMAL: return numbers[at];
	case FORM_DATE: return days[at];
	case FORM_TIME: return times[at];
	case FORM_DATETIME: return moments[at];
	case FORM_SELECT_ONE: return field->list->choices[at].name;
	case FORM_RECORD: return reference(f, field->record_form);
	default: /* two codes, then one */
		if (at >= field->list->n)
			return field->list->choices[at - field->list->n].name;
		return arena_printf(&f->arena, "%s %s", field->list->choices[at].name,
		                    field->list->choices[(at + 1) % field->list->n].name);
	}
}

static size_t faults(const struct form_problem *problems, size_t n)
{
	size_t found = 0;
	for (size_t i = 0; i < n; i++)
		found += problems[i].severity != FORM_WARNING;
	return found;
}

static size_t all_faults(struct filler *f, struct entering *e)
{
	const struct form_problem *problems;
	size_t n = values_check(e->values, &f->arena, &problems);
	return faults(problems, n);
}

static size_t field_faults(struct filler *f, struct entering *e, int field, int row)
{
	const struct form_problem *problems;
	size_t n = values_check_field(e->values, field, row, &f->arena, &problems);
	return faults(problems, n);
}

/* The first value that the field takes, from a place that differs by record; with others, that mends the record too. */
static void fill_field(struct filler *f, struct entering *e, int index, int row, bool mend)
{
	const struct form_field *field = &e->form->fields[index];
	size_t n = n_candidates(field), before = mend ? all_faults(f, e) : 0;
	if (!values_is_relevant(e->values, index, row) || (*values_get(e->values, index, row) && !mend))
		return;
	for (size_t i = 0; i < n; i++) {
		const char *value = candidate(f, field, (i + f->seed) % n);
		if (!value || values_set(e->values, index, row, value, &f->err))
			continue;
		if (field_faults(f, e, index, row) == 0 && (!mend || all_faults(f, e) < before))
			return;
	}
	values_set(e->values, index, row, "", &f->err);
}

static void fill_all(struct filler *f, struct entering *e)
{
	for (int i = 0; i < e->form->n_fields; i++) {
		const struct form_field *field = &e->form->fields[i];
		if (field->calculation || field->readonly)
			continue;
		if (field->type == FORM_REPEAT)
			while (values_rows(e->values, i) < ROWS && !values_row_add(e->values, i, &f->err))
				;
		else if (field->repeat < 0)
			fill_field(f, e, i, ROW_NONE, false);
		for (int row = 0; field->repeat >= 0 && row < ROWS; row++)
			fill_field(f, e, i, row, false);
	}
}

/* Try the fields that are at fault again, then those of a repeat with one row less. */
static void mend(struct filler *f, struct entering *e)
{
	for (int round = 0; round < 4; round++) {
		const struct form_problem *problems;
		size_t n = values_check(e->values, &f->arena, &problems);
		for (size_t i = 0; i < n; i++) {
			int repeat = e->form->fields[problems[i].field].repeat;
			if (problems[i].severity == FORM_WARNING)
				continue;
			fill_field(f, e, problems[i].field, problems[i].row, true);
			if (round == 3 && repeat >= 0 && values_rows(e->values, repeat) > 1)
				values_row_remove(e->values, repeat, 1);
		}
	}
}

static int save_one(struct filler *f, const struct form *form)
{
	size_t at = 0;
	struct entering e = { .form = NULL }, subject = { .form = NULL };
	struct change change = { .subject = newest(f, form->subject) };
	struct record record;
	rid_t rid;
	int code = 0;
	if (*form->subject && !(code = store_record(f->opened.store, change.subject, &f->arena, &record, &f->err)))
		code = entering_load(&subject, f->opened.forms, &record, &f->arena, &f->err);
	if (!code)
		code = entering_begin(&e, f->opened.forms, form->id, *form->subject ? &subject : NULL, NULL,
		                      &f->arena, &f->err);
	if (!code) {
		fill_all(f, &e);
		fill_all(f, &e);
		mend(f, &e);
		code = entering_finish(&e, &change, &f->err);
	}
	if (!code)
		code = store_save(f->opened.store, &change, 1, &rid, &f->err);
	while (form_set_at(f->opened.forms, at) != form)
		at++;
	if (!code)
		f->newest[at] = rid;
	entering_end(&e);
	entering_end(&subject);
	return code;
}

int main(int argc, char **argv)
{
	struct cmd_common common = { .operator_name = "li" };
	struct filler f = { .arena = ARENA_INIT };
	int failed = 0;
	if (argc != 3)
		return 2;
	common.store = argv[1];
	common.password_file = argv[2];
	i18n_init(NULL);
	if (cmd_open(&f.opened, &common, &f.err))
		return cli_fail(&f.err);
	f.newest = arena_array(&f.arena, form_set_count(f.opened.forms), sizeof(*f.newest));
	if (!f.newest || save_one(&f, form_set_find(f.opened.forms, "household")) ||
	    save_one(&f, form_set_find(f.opened.forms, "resident")))
		return cli_fail(&f.err);
	for (size_t i = 0; i < form_set_count(f.opened.forms); i++) {
		const struct form *form = form_set_at(f.opened.forms, i);
		for (f.seed = 0; f.seed < RECORDS && strcmp(form->id, "resident"); f.seed++)
			if (save_one(&f, form)) {
				printf("%s: %s\n", form->id, f.err.text);
				failed++;
			}
	}
	cmd_close(&f.opened);
	arena_free(&f.arena);
	return failed != 0;
}
