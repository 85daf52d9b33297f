/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The resident at a glance. */
#include "config.h"
#include "care/care.h"

#include <stdlib.h>
#include <string.h>
#include "care/chronic.h"
#include "care/low_income.h"
#include "care/registration.h"
#include "form/idno.h"
#include "lib/i18n.h"

struct view { /* one record with its form, and where texts go */
	const struct form *form;
	const struct record *record;
	struct arena *arena;
};

static const char *view_text(const struct view *view, const char *name)
{
	uint32_t tag = form_tag(view->form, name);
	return tag ? record_text(view->record, tag) : "";
}

static const char *view_label(const struct view *view, const char *name)
{
	int field = form_field_find(view->form, name);
	const char *value = view_text(view, name);
	if (field < 0 || !*value)
		return "";
	return form_value_label(&view->form->fields[field], value, i18n_lang(), view->arena);
}

/* "list、item"; items that are there already are left out. */
static const char *join(struct arena *arena, const char *list, const char *item)
{
	const char *comma = i18n_lang() == LANG_ZH ? "、" : ", ";
	if (!list || !item || !*item)
		return list;
	if (!*list)
		return arena_strdup(arena, item);
	size_t length = strlen(item);
	for (const char *at = strstr(list, item); at; at = strstr(at + 1, item)) {
		bool begins = at == list || !strncmp(at - strlen(comma), comma, strlen(comma));
		bool ends = !at[length] || !strncmp(at + length, comma, strlen(comma));
		if (begins && ends)
			return list;
	}
	return arena_printf(arena, "%s%s%s", list, comma, item);
}

/* The code's label, with the text that explains "other" instead of it. */
static const char *code_label(const struct view *view, const char *name, const char *text_name)
{
	const char *label = view_label(view, name), *text = view_text(view, text_name);
	if (!*text)
		return label;
	return arena_printf(view->arena, "%s(%s)", label, text);
}

/* --- past diseases: rows of a repeat, see form/entry.h --- */

struct disease_row { const char *code, *text; };

static bool take_row(struct span *in, const struct form *form, struct arena *arena,
                     struct disease_row *out)
{
	uint64_t n;
	uint32_t code_tag = form_tag(form, "disease"), text_tag = form_tag(form, "disease_text");
	*out = (struct disease_row){ "", "" };
	if (!span_varint(in, &n))
		return false;
	while (n--) {
		uint64_t tag;
		uint8_t kind;
		struct span value;
		if (!span_varint(in, &tag) || !span_u8(in, &kind) || !span_text(in, &value))
			return false;
		if (tag != code_tag && tag != text_tag)
			continue;
		const char *text =
			arena_strndup(arena, (const char *)value.data, value.len_bytes);
		if (!text)
			return false;
		if (tag == code_tag)
			out->code = text;
		else
			out->text = text;
	}
	return true;
}

static const char *past_diseases(const struct view *view, const char *list)
{
	const struct record_field *stored =
		record_field(view->record, form_tag(view->form, "past_disease"));
	int field = form_field_find(view->form, "disease");
	uint64_t rows;
	if (!stored || field < 0 || stored->leaves[0].kind != ENTRY_ROWS)
		return list;
	struct span in = stored->leaves[0].value;
	if (!span_varint(&in, &rows))
		return list;
	struct disease_row row;
	while (rows-- && take_row(&in, view->form, view->arena, &row)) {
		const char *label = form_value_label(&view->form->fields[field], row.code,
		                                     i18n_lang(), view->arena);
		if (!*row.code || !strcmp(row.code, "1")) /* none */
			continue;
		list = join(view->arena, list, *row.text ? row.text : label);
	}
	return list;
}

/* --- the summary --- */

static void take_id(const struct view *view, struct resident_summary *out)
{
	char masked[IDNO_BYTES];
	const char *id = view_text(view, "id_number");
	if (!*id)
		return;
	idno_mask(masked, id);
	out->masked_id = arena_strdup(view->arena, masked);
}

static void take_resident(const struct view *view, date_t on, struct resident_summary *out)
{
	const char *contact = view_text(view, "contact_name"),
		   *phone = view_text(view, "contact_phone"), *status = view_text(view, "status");
	out->name = view_text(view, "name");
	out->phone = view_text(view, "phone");
	out->archive_no = view_text(view, "archive_no");
	out->sex = atoi(view_text(view, "sex"));
	out->birth = date_parse(view_text(view, "birth_date"));
	out->age_years = date_age_years(out->birth, on);
	out->allergies = code_label(view, "allergy", "allergy_text");
	out->emergency = *contact && *phone
	                         ? arena_printf(view->arena, "%s %s", contact, phone)
	                         : (*contact ? contact : phone);
	if (*status && atoi(status) != STATUS_ACTIVE)
		out->status = view_label(view, "status");
	out->diseases = past_diseases(view, out->diseases);
	take_id(view, out);
}

static void take_span(const struct view *view, date_t on, struct resident_summary *out)
{
	struct event span = { .v = {
		[SPAN_CLEARED] = event_number(SLOT_NUM, view_text(view, "risk_cleared")),
		[SPAN_CLEARED_DATE] = date_parse(view_text(view, "risk_cleared_date")),
	} };
	if (span_holds(date_parse(view_text(view, "valid_from")),
	               date_parse(view_text(view, "valid_to")), on) &&
	    !category_cleared(&span, on))
		out->categories = join(view->arena, out->categories, view_label(view, "category"));
}

/* The label that the past-disease list gives to a programme's illness: no word twice on the screen. */
static const char *disease_label(const struct form_set *forms, enum disease disease,
                                 struct arena *arena)
{
	const struct form *form = form_set_find(forms, "resident");
	int field = form ? form_field_find(form, "disease") : -1;
	if (field < 0)
		return "";
	return form_value_label(&form->fields[field], disease_code(disease), i18n_lang(), arena);
}

static void take_facts(const struct form_set *forms, const struct facts *facts, date_t on,
                       struct arena *arena, struct resident_summary *out)
{
	out->low_income = low_income_within(form_set_rules(forms), facts, on, on, false, NULL);
	out->signed_contract = contract_on(facts, on) != NULL;
	for (int disease = 0; disease < DISEASE_N; disease++) {
		struct registration one = registration_within(facts, (enum disease)disease, on, on);
		if (!one.event || registration_is_closed(&one, on))
			continue;
		out->enrolled[disease] = true;
		out->diseases = join(arena, out->diseases,
		                     disease_label(forms, (enum disease)disease, arena));
	}
}

int care_summary(const struct form_set *forms, const struct record *records, size_t n, date_t on,
                 struct arena *arena, struct resident_summary *out, struct error *err)
{
	struct facts facts;
	int rc = fact_read(forms, n ? records[0].subject : 0, records, n, arena, &facts, err);
	if (rc)
		return rc;
	*out = (struct resident_summary){
		.name = "", .masked_id = "", .phone = "", .archive_no = "", .age_years = -1,
		.birth = DATE_NONE, .categories = "", .diseases = "", .allergies = "", .emergency = "",
		.status = "",
	};
	take_facts(forms, &facts, on, arena, out);
	for (size_t i = 0; i < n; i++) {
		struct view view = { form_set_find(forms, records[i].form), &records[i], arena };
		if (!view.form || records[i].retired)
			continue;
		if (!strcmp(records[i].form, "resident"))
			take_resident(&view, on, out);
		else if (!strcmp(records[i].form, "category_span"))
			take_span(&view, on, out);
	}
	if (!out->masked_id || !out->categories || !out->diseases || !out->allergies ||
	    !out->emergency || !out->status)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	return 0;
}
