/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/entering.h"

#include <string.h>
#include "lib/i18n.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

const char *entering_get(const struct entering *e, const char *name)
{
	int field = form_field_find(e->form, name);

	return field < 0 ? "" : values_get(e->values, field, ROW_NONE);
}

static const char *ask_last(void *arg, const char *name)
{
	const struct entering *e = arg;

	return e->last ? entering_get(e->last, name) : "";
}

static struct span ask_last_rows(void *arg, const char *name)
{
	const struct entering *e = arg;
	uint32_t tag = form_tag(e->form, name);

	for (size_t i = 0; e->last && tag && i < e->last->n_fields; i++)
		if (e->last->fields[i].tag == tag && e->last->fields[i].kind == ENTRY_ROWS)
			return e->last->fields[i].value;
	return span_of("", 0);
}

static const char *ask_subject(void *arg, const char *name)
{
	const struct entering *e = arg;

	return e->subject ? entering_get(e->subject, name) : "";
}

static int begin(struct entering *e, const struct form_set *forms, const char *form, struct arena *arena,
                 struct error *err)
{
	e->form = form_set_find(forms, form);
	if (!e->form)
		return error_set(err, ERR_NOTFOUND, _("there is no form %s"), form);
	e->arena = arena;
	e->context = (struct expr_context){
		.today = date_today(),
		.rules = form_set_rules(forms),
		.last_visit = ask_last,
		.last_visit_rows = ask_last_rows,
		.subject = ask_subject,
		.arg = e,
	};
	return values_new(&e->values, e->form, &e->context, err);
}

int entering_begin(struct entering *e, const struct form_set *forms, const char *form,
                   const struct entering *subject, const struct entering *last, struct arena *arena,
                   struct error *err)
{
	int rc;

	memset(e, 0, sizeof(*e));
	e->subject = subject;
	e->last = last;
	rc = begin(e, forms, form, arena, err);
	return rc ? rc : values_fill_defaults(e->values, err);
}

int entering_load(struct entering *e, const struct form_set *forms, const struct record *record,
                  struct arena *arena, struct error *err)
{
	int rc;

	memset(e, 0, sizeof(*e));
	rc = begin(e, forms, record->form, arena, err);
	if (!rc)
		rc = record_entry_fields(record, arena, &e->fields, &e->n_fields, err);
	return rc ? rc : values_load(e->values, e->fields, e->n_fields, err);
}

void entering_end(struct entering *e)
{
	values_free(e->values);
	e->values = NULL;
}

static int find(const struct entering *e, const char *name, int *field, struct error *err)
{
	*field = form_field_find(e->form, name);
	if (*field >= 0)
		return 0;
	return error_set(err, ERR_INVALID, _("form %s has no field %s"), e->form->id, name);
}

int entering_set(struct entering *e, const char *name, int row, const char *value, struct error *err)
{
	int field, rc = find(e, name, &field, err);

	return rc ? rc : values_set(e->values, field, row, value, err);
}

int entering_add_row(struct entering *e, const char *repeat, struct error *err)
{
	int field, rc = find(e, repeat, &field, err);

	return rc ? rc : values_row_add(e->values, field, err);
}

int entering_finish(struct entering *e, struct change *change, struct error *err)
{
	const struct form_problem *problems;
	struct change_field *fields;
	size_t n = values_check(e->values, e->arena, &problems);
	int rc;

	for (size_t i = 0; i < n; i++)
		if (problems[i].severity != FORM_WARNING)
			return error_set(err, ERR_INVALID, "%s: %s",
			                 e->form->fields[problems[i].field].label[i18n_lang()], problems[i].text);
	rc = values_changes(e->values, NULL, 0, e->arena, &e->fields, &e->n_fields, err);
	if (rc)
		return rc;
	fields = arena_array(e->arena, e->n_fields + 1, sizeof(*fields));
	if (!fields)
		return no_memory(err);
	for (size_t i = 0; i < e->n_fields; i++)
		fields[i] = (struct change_field){ .tag = e->fields[i].tag, .kind = e->fields[i].kind,
			                           .value = e->fields[i].value };
	change->form = e->form->id;
	change->fields = fields;
	change->n_fields = e->n_fields;
	return 0;
}
