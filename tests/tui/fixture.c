/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tests/tui/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "care/care.h"
#include "form/idno.h"
#include "form/values.h"
#include "lib/file.h"
#include "sync/sync.h"

struct pair {
	const char *field, *value;
};

struct clinic {
	struct form_set *forms;
	struct store *store;
};

static const char *nothing(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return "";
}

/* One record through the same checks as a person's entry. */
static int put(struct clinic *clinic, const char *form_id, rid_t subject, const struct pair *pairs,
               rid_t *out, struct error *err)
{
	const struct form *form = form_set_find(clinic->forms, form_id);
	struct arena arena = ARENA_INIT;
	struct expr_context context = { .today = date_today(), .rules = form_set_rules(clinic->forms),
		                        .last_visit = nothing, .subject = nothing, .arena = &arena };
	struct form_values *values;
	struct entry_field *changed;
	struct change_field fields[ENTRY_MAX_FIELDS];
	const struct form_problem *problems;
	size_t n;
	int code = values_new(&values, form, &context, err);

	if (code)
		return code;
	code = values_fill_defaults(values, err);
	for (; !code && pairs->field; pairs++) {
		int field = form_field_find(form, pairs->field), row = ROW_NONE;
		if (field < 0)
			return error_set(err, ERR_INVALID, "no field %s", pairs->field);
		if (form->fields[field].repeat >= 0) {
			row = 0;
			if (!values_rows(values, form->fields[field].repeat))
				code = values_row_add(values, form->fields[field].repeat, err);
		}
		if (!code)
			code = values_set(values, field, row, pairs->value, err);
	}
	n = values_check(values, &arena, &problems);
	for (size_t i = 0; !code && i < n; i++)
		if (problems[i].severity != FORM_WARNING)
			code = error_set(err, ERR_INVALID, "%s.%s: %s", form_id,
			                 form->fields[problems[i].field].name, problems[i].text);
	if (!code)
		code = values_changes(values, NULL, 0, &arena, &changed, &n, err);
	for (size_t i = 0; !code && i < n; i++)
		fields[i] = (struct change_field){ .tag = changed[i].tag, .kind = changed[i].kind,
			                           .value = changed[i].value };
	struct change change = { .form = form_id, .subject = subject, .fields = fields, .n_fields = n };
	if (!code)
		code = store_save(clinic->store, &change, 1, out, err);
	values_free(values);
	arena_free(&arena);
	return code;
}

/* Area 430599 was never assigned: nobody has such a number. */
static void make_id(char out[19], const char *birth, int serial)
{
	static const int weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0;

	snprintf(out, 19, "430599%.4s%.2s%.2s%03d", birth, birth + 5, birth + 8, serial);
	for (int i = 0; i < 17; i++)
		sum += (out[i] - '0') * weights[i];
	out[17] = "10X98765432"[sum % 11];
	out[18] = '\0';
}

struct someone {
	const char *name, *birth, *group, *phone;
	int serial, household;
};

static const struct someone people[] = {
	{ "王秀英", "1955-03-08", "3组", "13800000001", 2, 0 },
	{ "李建国", "1952-11-20", "3组", "13800000002", 1, 0 },
	{ "曾庆福", "1949-07-01", "1组", "13800000003", 3, 1 },
	{ "刘桂兰", "1961-01-15", "1组", "13800000004", 4, 1 },
	{ "单小梅", "1988-09-09", "10组", "13800000005", 6, 1 },
};

enum { N_PEOPLE = sizeof(people) / sizeof(people[0]) };

static int put_person(struct clinic *clinic, const struct someone *one, const char *household,
                      rid_t *out, struct error *err)
{
	char id[19];

	make_id(id, one->birth, one->serial);
	const struct pair pairs[] = {
		{ "name", one->name },
		{ "id_number", id },
		{ "phone", one->phone },
		{ "contact_name", "王小军" },
		{ "contact_phone", "13900000009" },
		{ "education", "8" },
		{ "occupation", "4" },
		{ "marital", "2" },
		{ "payment", "2" },
		{ "allergy", one->serial == 2 ? "2" : "1" },
		{ "exposure", "1" },
		{ "disease", one->serial < 5 ? "2" : "1" },
		{ "surgery_has", "1" },
		{ "trauma_has", "1" },
		{ "transfusion_has", "1" },
		{ "family_father", "1" },
		{ "family_mother", "1" },
		{ "family_siblings", "1" },
		{ "family_children", "1" },
		{ "hereditary", "1" },
		{ "disability", "1" },
		{ "household", household },
		{ "village_group", one->group },
		{ "address_now", "示范镇甲村" },
		{ "township", "示范镇" },
		{ "village", "甲村" },
		{ "built_by_unit", "甲村卫生室" },
		{ "built_by", "张医生" },
		{ "built_date", "2020-05-06" },
		{ NULL, NULL },
	};

	return put(clinic, "resident", 0, pairs, out, err);
}

static int put_visit(struct clinic *clinic, rid_t resident, const char *date, const char *sbp,
                     const char *dbp, const char *class, const char *next, struct error *err)
{
	const struct pair pairs[] = {
		{ "visit_date", date },
		{ "mode", "1" },
		{ "symptoms", "1" },
		{ "sbp", sbp },
		{ "dbp", dbp },
		{ "weight", "62" },
		{ "height", "160" },
		{ "heart_rate", "72" },
		{ "cigarettes", "0" },
		{ "alcohol", "0" },
		{ "exercise_times", "5" },
		{ "exercise_minutes", "30" },
		{ "salt", "2" },
		{ "salt_target", "1" },
		{ "psychology", "1" },
		{ "compliance", "1" },
		{ "adherence", "1" },
		{ "adverse", "1" },
		{ "class", class },
		{ "drug_name", "硝苯地平控释片" },
		{ "times_per_day", "1" },
		{ "dose", "30" },
		{ "dose_unit", "mg" },
		{ "next_date", next },
		{ "doctor", "张医生" },
		{ NULL, NULL },
	};
	rid_t visit;

	return put(clinic, "hypertension_visit", resident, pairs, &visit, err);
}

static int put_enrolment(struct clinic *clinic, rid_t resident, struct error *err)
{
	const struct pair pairs[] = {
		{ "enrolled_date", "2023-02-01" },
		{ "diagnosed_date", "2022-12-20" },
		{ "diagnosing_unit", "示范镇卫生院" },
		{ "source", "1" },
		{ "doctor", "张医生" },
		{ NULL, NULL },
	};
	rid_t record;

	return put(clinic, "hypertension_enrolment", resident, pairs, &record, err);
}

static int put_contract(struct clinic *clinic, rid_t resident, struct error *err)
{
	const struct pair contract[] = {
		{ "groups", "04" },          { "team", "示范镇卫生院第一团队" },
		{ "village_doctor", "张医生" }, { "institution", "示范镇卫生院" },
		{ "signed_date", "2026-01-05" }, { "start_date", "2026-01-05" },
		{ "end_date", "2026-12-31" }, { "agreement_read", "1" },
		{ "agreement_signed", "1" }, { NULL, NULL },
	};
	const struct pair category[] = { { "category", "31" },
		                         { "valid_from", "2024-01-01" },
		                         { "source_list", "2" },
		                         { NULL, NULL } };
	rid_t record;
	int code = put(clinic, "contract", resident, contract, &record, err);

	return code ? code : put(clinic, "category_span", resident, category, &record, err);
}

static int fill(struct clinic *clinic, struct error *err)
{
	char household[2][VERSION_TEXT_BYTES];
	rid_t residents[N_PEOPLE];
	int code = 0;

	for (int i = 0; !code && i < 2; i++) {
		const struct pair pairs[] = { { "household_no", i ? "0102" : "0301" },
			                      { "head_name", i ? "曾庆福" : "李建国" },
			                      { "village_group", i ? "1组" : "3组" },
			                      { "address", "示范镇甲村" },
			                      { NULL, NULL } };
		struct version version;
		rid_t record;
		code = put(clinic, "household", 0, pairs, &record, err);
		if (!code)
			code = store_version_of(clinic->store, record, &version, err);
		if (!code)
			version_format(&version, household[i]);
	}
	for (int i = 0; !code && i < N_PEOPLE; i++)
		code = put_person(clinic, &people[i], household[people[i].household], &residents[i], err);
	for (int i = 0; !code && i < 3; i++)
		code = put_enrolment(clinic, residents[i], err);
	if (!code)
		code = put_contract(clinic, residents[0], err);
	static const struct {
		int who;
		const char *date, *sbp, *dbp, *class, *next;
	} visits[] = {
		{ 0, "2025-11-10", "152", "94", "2", "2025-11-24" },
		{ 0, "2025-11-24", "144", "88", "1", "2026-02-20" },
		{ 0, "2026-02-20", "138", "86", "1", "2026-05-18" },
		{ 0, "2026-05-18", "146", "92", "2", "2026-06-01" },
		{ 0, "2026-06-01", "136", "84", "1", "2026-08-28" },
		{ 0, "2026-08-28", "132", "82", "1", "2026-11-24" },
		{ 1, "2026-11-01", "168", "98", "2", "2026-11-15" },
		{ 2, "2026-04-10", "142", "80", "1", "2026-07-08" },
	};
	for (size_t i = 0; !code && i < sizeof(visits) / sizeof(visits[0]); i++)
		code = put_visit(clinic, residents[visits[i].who], visits[i].date, visits[i].sbp,
		                 visits[i].dbp, visits[i].class, visits[i].next, err);
	return code;
}

int fixture_make(const char *dir, struct error *err)
{
	struct store_params params = { .level = LEVEL_VILLAGE, .name = "甲村卫生室",
		                       .region = "430599101201", .operator_name = FIXTURE_OPERATOR,
		                       .display_name = "张医生", .password = FIXTURE_PASSWORD };
	char recovery[RECOVERY_CODE_BYTES], data[4096];
	struct clinic clinic = { NULL, NULL };
	struct session session;
	int code = store_create(dir, &params, recovery, err);

	if (!code)
		code = account_unlock(dir, FIXTURE_OPERATOR, FIXTURE_PASSWORD, &session, err);
	if (!code)
		code = path_data(data, sizeof(data), "", err);
	if (!code)
		code = form_set_load(&clinic.forms, data, NULL, NULL, err);
	if (!code)
		code = store_open(&clinic.store, dir, &session, clinic.forms, 0, err);
	if (!code)
		code = care_register(clinic.store, NULL, err);
	if (!code)
		sync_register(clinic.store);
	if (!code)
		code = fill(&clinic, err);
	store_close(clinic.store);
	form_set_free(clinic.forms);
	return code;
}

int fixture_make_township(const char *dir, struct error *err)
{
	struct store_params params = { .level = LEVEL_TOWNSHIP, .name = "示范镇卫生院",
		                       .region = "430599101", .operator_name = FIXTURE_OPERATOR,
		                       .display_name = "张医生", .password = FIXTURE_PASSWORD };
	char recovery[RECOVERY_CODE_BYTES];

	return store_create(dir, &params, recovery, err);
}
