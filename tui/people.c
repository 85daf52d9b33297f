/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "form/idno.h"
#include "form/values.h"

const char *form_text(const char *const texts[LANG_N])
{
	const char *text = texts[i18n_lang()];

	if (text && *text)
		return text;
	return texts[LANG_ZH] && *texts[LANG_ZH] ? texts[LANG_ZH] :
	       texts[LANG_EN] ? texts[LANG_EN] : "";
}

const char *form_title(const struct app *app, const char *form_id)
{
	const struct form *form = form_set_find(app->forms, form_id);

	return form ? form_text(form->title) : form_id;
}

const char *record_named(const struct app *app, const struct record *record, const char *field)
{
	const struct form *form = form_set_find(app->forms, record->form);
	uint32_t tag = form ? form_tag(form, field) : 0;

	return tag ? record_text(record, tag) : "";
}

const char *record_named_label(const struct app *app, const struct record *record, const char *field,
                               struct arena *arena)
{
	const struct form *form = form_set_find(app->forms, record->form);
	int index = form ? form_field_find(form, field) : -1;

	if (index < 0)
		return "";
	const char *value = record_text(record, form->fields[index].tag);
	const char *label = form_value_label(&form->fields[index], value, i18n_lang(), arena);
	return label ? label : value;
}

const char *person_sex(int sex)
{
	return sex == 1 ? _("M") : sex == 2 ? _("F") : "";
}

bool person_load(struct app *app, rid_t id, struct person *out)
{
	struct arena arena = ARENA_INIT;
	struct record record;
	struct error err;

	memset(out, 0, sizeof(*out));
	out->id = id;
	out->age = -1;
	out->birth = DATE_NONE;
	if (store_record(app->store, id, &arena, &record, &err)) {
		snprintf(out->name, sizeof(out->name), "%s", _("(cannot be read)"));
		arena_free(&arena);
		return false;
	}
	snprintf(out->name, sizeof(out->name), "%s", record_named(app, &record, "name"));
	/* A township looks for the village first. */
	snprintf(out->group, sizeof(out->group), "%s",
	         record_named(app, &record,
	                      app->info.self.level == LEVEL_VILLAGE ? "village_group" : "village"));
	snprintf(out->phone, sizeof(out->phone), "%s", record_named(app, &record, "phone"));
	idno_mask(out->masked_id, record_named(app, &record, "id_number"));
	out->sex = atoi(record_named(app, &record, "sex"));
	out->birth = date_parse(record_named(app, &record, "birth_date"));
	out->age = date_age_years(out->birth, app->today);
	const char *status = record_named(app, &record, "status");
	out->active = !record.retired && (!*status || !strcmp(status, "1"));
	if (!out->active)
		snprintf(out->status, sizeof(out->status), "%s",
		         record.retired ? _("retired") :
		                          record_named_label(app, &record, "status", &arena));
	arena_free(&arena);
	return true;
}

date_t record_day(const struct app *app, const struct record *record)
{
	const struct form *form = form_set_find(app->forms, record->form);

	if (form && form->date_field >= 0) {
		date_t date = date_parse(record_text(record, form->fields[form->date_field].tag));
		if (date != DATE_NONE)
			return date;
	}
	for (int i = 0; form && i < form->n_fields; i++)
		if (form->fields[i].type == FORM_DATE && form->fields[i].repeat < 0) {
			date_t date = date_parse(record_text(record, form->fields[i].tag));
			if (date != DATE_NONE)
				return date;
		}
	return record->date;
}

/* Which fields tell most about a record of each form; others show their first chosen codes. */
static const char *const telling[] = { "class",   "level",    "mode",       "category", "packages", "status",
	                               "grade",   "risk",     "refer_reason", "refer_to", "outcome",
	                               "drugs_now", "adherence", NULL };

/* A form without telling fields: its first computed values, else its first numbers and codes. */
static const char *first_values(const struct app *app, const struct record *record, struct arena *arena)
{
	const struct form *form = form_set_find(app->forms, record->form);
	char text[256] = "";
	size_t len = 0;
	int shown = 0;

	for (int pass = 0; pass < 2 && !shown; pass++)
		for (int i = 0; form && i < form->n_fields && shown < 3 && len < 120; i++) {
			const struct form_field *field = &form->fields[i];
			bool computed = field->type == FORM_CALCULATE && field->unit[0];
			bool entered = field->type == FORM_SELECT_ONE || field->type == FORM_INTEGER ||
			               field->type == FORM_DECIMAL;
			const char *value = field->tag && field->repeat < 0 ? record_text(record, field->tag) : "";
			if (!*value || !(pass ? entered : computed))
				continue;
			const char *label = form_value_label(field, value, i18n_lang(), arena);
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s %s%s  ",
			                        form_text(field->label), label ? label : value,
			                        field->unit);
			shown++;
		}
	return arena_strdup(arena, text);
}

/* "Fasting glucose 8.2  " of a visit for diabetes; returns the bytes written. */
static int glucose_brief(const struct app *app, const struct record *record, char *out, size_t size)
{
	const struct form *form = form_set_find(app->forms, record->form);
	int field = form && !strcmp(form->programme, "diabetes") ? form_field_find(form, "fpg") : -1;
	const char *value = record_named(app, record, "fpg");

	return field < 0 || !*value ? 0 : snprintf(out, size, "%s %s  ", form_text(form->fields[field].label), value);
}

/* "PHQ-9 score 13  " of a questionnaire; returns the bytes written. */
static int score_brief(const struct app *app, const struct record *record, char *out, size_t size)
{
	const struct form *form = form_set_find(app->forms, record->form);
	int field = form ? form_field_find(form, "score") : -1;
	const char *value = record_named(app, record, "score");

	return field < 0 || !*value ? 0 : snprintf(out, size, "%s %s  ", form_text(form->fields[field].label), value);
}

const char *record_brief(const struct app *app, const struct record *record, struct arena *arena)
{
	const char *sbp = record_named(app, record, "sbp"), *dbp = record_named(app, record, "dbp");
	char text[256] = "";
	size_t len = 0;

	if (*sbp && *dbp)
		len += (size_t)snprintf(text, sizeof(text), "%s/%s mmHg  ", sbp, dbp);
	len += (size_t)glucose_brief(app, record, text + len, sizeof(text) - len);
	len += (size_t)score_brief(app, record, text + len, sizeof(text) - len);
	for (size_t i = 0; telling[i] && len < 120; i++) {
		const char *label = record_named_label(app, record, telling[i], arena);
		bool ordinary = !strcmp(telling[i], "outcome") &&
		                !strcmp(record_named(app, record, telling[i]), "1");
		if (!strcmp(telling[i], "refer_reason") && *label)
			label = _("referred");
		if (*label && !ordinary)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s  ", label);
	}
	return len ? arena_strdup(arena, text) : first_values(app, record, arena);
}

const char *reference_label(struct app *app, const char *version_text, struct arena *arena)
{
	struct version version;
	struct record record;
	struct error err;
	rid_t id;
	char text[256] = "";
	size_t len = 0;
	int shown = 0;

	if (!version_parse(version_text, &version) ||
	    store_find_version(app->store, &version, &id, &err) ||
	    store_record(app->store, id, arena, &record, &err))
		return "";
	const struct form *form = form_set_find(app->forms, record.form);
	for (int i = 0; form && i < form->n_fields && shown < 3; i++) {
		const char *value = form->fields[i].tag ? record_text(&record, form->fields[i].tag) : "";
		if (form->fields[i].type != FORM_TEXT || !*value || strstr(form->fields[i].name, "id_"))
			continue;
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", shown ? "  " : "", value);
		if (len >= sizeof(text))
			break;
		shown++;
	}
	return len ? arena_strdup(arena, text) : record_brief(app, &record, arena);
}
