/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forms of data/forms as a doctor meets them: what is asked, suggested, carried over and refused. */
#include "config.h"
#include "form/values.h"
#include "lib/i18n.h"
#include "tests/care/scene.h"
#include "tests/tap.h"

struct desk { /* one record being entered */
	const struct form *form;
	struct expr_context context;
	struct form_values *values;
	struct arena arena;
	const char *const *last, *const *subject; /* name, value, ..., NULL */
};

static const char *look_up(const char *const *pairs, const char *name)
{
	for (; pairs && *pairs; pairs += 2)
		if (!strcmp(pairs[0], name))
			return pairs[1];
	return "";
}

static const char *desk_last(void *arg, const char *name)
{
	return look_up(((struct desk *)arg)->last, name);
}

static const char *desk_subject(void *arg, const char *name)
{
	return look_up(((struct desk *)arg)->subject, name);
}

static const char *const man_of_50[] = { "name", "王小明", "sex", "1", "birth_date", "1976-05-01", NULL };
static const char *const woman_of_30[] = { "sex", "2", "birth_date", "1996-05-01", NULL };
static const char *const before[] = {
	"visit_date", "2026-08-20", "sbp", "134", "dbp", "82", "adverse", "1", "weight", "62.5", "height", "165",
	"heart_rate", "76", "cigarettes", "10", "alcohol", "0", "exercise_times", "3", "exercise_minutes",
	"30", "salt", "2", "psychology", "1", "compliance", "1", "adherence", "1", "doctor", "李医生",
	"refer_to", "示范镇卫生院", NULL
};
static const char *const before_high[] = {
	"visit_date", "2026-11-08", "sbp", "152", "dbp", "92", "adverse", "2", "weight", "62.5", "height", "165",
	"heart_rate", "76", "cigarettes", "10", "alcohol", "0", "exercise_times", "3", "exercise_minutes",
	"30", "salt", "2", "psychology", "1", "compliance", "1", "adherence", "1", "doctor", "李医生",
	"refer_to", "示范镇卫生院", NULL
};

static bool desk_open(struct desk *desk, const struct form_set *forms, const char *form,
                      const char *const *subject, const char *const *last)
{
	struct error err = { 0 };
	*desk = (struct desk){ .form = form_set_find(forms, form), .subject = subject, .last = last };
	desk->context = (struct expr_context){ .today = date_parse("2026-11-22"),
		                               .rules = form_set_rules(forms),
		                               .last_visit = desk_last,
		                               .subject = desk_subject,
		                               .arg = desk };
	bool opened = !values_new(&desk->values, desk->form, &desk->context, &err) &&
	              !values_fill_defaults(desk->values, &err);
	if (!opened)
		printf("Bail out! %s: %s\n", form, err.text);
	return opened;
}

static void desk_close(struct desk *desk)
{
	values_free(desk->values);
	arena_free(&desk->arena);
}

static void set(struct desk *desk, const char *name, const char *value)
{
	struct error err = { 0 };
	if (values_set(desk->values, form_field_find(desk->form, name), ROW_NONE, value, &err))
		printf("Bail out! %s: %s\n", name, err.text);
}

static const char *get(const struct desk *desk, const char *name)
{
	return values_get(desk->values, form_field_find(desk->form, name), ROW_NONE);
}

/* The fields with a problem of this severity, joined by a space. */
static const char *problems(struct desk *desk, enum form_severity severity)
{
	const struct form_problem *found;
	size_t n = values_check(desk->values, &desk->arena, &found);
	const char *out = "";
	for (size_t i = 0; i < n; i++)
		if (found[i].severity == severity)
			out = arena_printf(&desk->arena, "%s%s%s", out, *out ? " " : "",
			                   desk->form->fields[found[i].field].name);
	return out;
}

static bool relevant(const struct desk *desk, const char *name)
{
	return values_is_relevant(desk->values, form_field_find(desk->form, name), ROW_NONE);
}

static void test_only_pressure_changed(const struct form_set *forms)
{
	struct desk desk;
	if (!desk_open(&desk, forms, "hypertension_visit", man_of_50, before))
		return;
	is_text(problems(&desk, FORM_INCOMPLETE), "sbp dbp next_date", "only the pressure is missing, and the next date that follows from it");
	set(&desk, "sbp", "136");
	set(&desk, "dbp", "84");
	is_text(problems(&desk, FORM_INCOMPLETE), "", "with it the visit is complete");
	is_text(problems(&desk, FORM_ERROR), "", "without an error");
	is_text(problems(&desk, FORM_WARNING), "", "without a warning");
	is_text(get(&desk, "class"), "1", "class: controlled");
	is_text(get(&desk, "next_date"), "2027-02-22", "next visit in three months");
	is_text(get(&desk, "bmi"), "23", "BMI from the carried height and weight");
	is_text(get(&desk, "refer_needed"), "", "no referral");
	ok(values_is_carried(desk.values, form_field_find(desk.form, "weight"), ROW_NONE), "the weight is marked as carried over");
	set(&desk, "sbp", "140");
	is_text(get(&desk, "class"), "2", "140: class 2, the class follows");
	is_text(get(&desk, "next_date"), "2026-12-06", "and the next visit, in 14 days");
	set(&desk, "class", "1");
	is_text(problems(&desk, FORM_WARNING), "class", "a milder class is a warning");
	is_text(get(&desk, "next_date"), "2027-02-22", "and the date follows the doctor's class");
	set(&desk, "next_date", "2026-12-01");
	set(&desk, "sbp", "130");
	is_text(get(&desk, "next_date"), "2026-12-01", "a date once set by the doctor stays");
	desk_close(&desk);
}

static void test_ranges(const struct form_set *forms)
{
	static const struct { const char *field, *value, *error, *warning; } rows[] = {
		{ "sbp", "300", "", "sbp" }, { "sbp", "301", "sbp", "" }, { "sbp", "50", "dbp", "sbp" },
		{ "sbp", "49", "sbp dbp", "" }, { "sbp", "200", "", "" }, { "sbp", "201", "", "sbp" },
		{ "sbp", "84", "dbp", "" }, { "sbp", "85", "", "" },
		{ "dbp", "30", "", "dbp" }, { "dbp", "29", "dbp", "" }, { "dbp", "136", "dbp", "" },
		{ "weight", "0.5", "", "weight" }, { "weight", "0.4", "weight", "" },
		{ "heart_rate", "250", "", "heart_rate" }, { "heart_rate", "251", "heart_rate", "" },
		{ "symptoms", "1 2", "symptoms", "" }, { "visit_date", "2026-11-23", "visit_date", "" },
		{ "next_date", "2026-11-22", "next_date", "" }, { "next_date", "2027-02-22", "", "" },
		{ "next_date", "2027-02-23", "", "next_date" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct desk desk;
		char name[64];
		if (!desk_open(&desk, forms, "hypertension_visit", man_of_50, before))
			return;
		set(&desk, "sbp", "136");
		set(&desk, "dbp", "84");
		set(&desk, "class", "1");
		set(&desk, rows[i].field, rows[i].value);
		snprintf(name, sizeof name, "%s %s: errors", rows[i].field, rows[i].value);
		is_text(problems(&desk, FORM_ERROR), rows[i].error, name);
		snprintf(name, sizeof name, "%s %s: warnings", rows[i].field, rows[i].value);
		const char *warnings = problems(&desk, FORM_WARNING);
		ok(!*rows[i].warning || strstr(warnings, rows[i].warning), "%s (%s)", name, warnings);
		if (!*rows[i].warning && !*rows[i].error)
			ok(!strstr(warnings, rows[i].field), "%s: none for it", name);
		desk_close(&desk);
	}
}

static void test_referral(const struct form_set *forms)
{
	struct desk desk;
	if (!desk_open(&desk, forms, "hypertension_visit", man_of_50, before))
		return;
	set(&desk, "sbp", "180");
	set(&desk, "dbp", "90");
	is_text(get(&desk, "refer_needed"), "1", "180: urgent referral");
	is_text(get(&desk, "refer_reason"), "5", "the reason is filled in");
	is_text(get(&desk, "refer_to"), "示范镇卫生院", "and where to");
	ok(relevant(&desk, "note_urgent"), "the form says so");
	set(&desk, "sbp", "179");
	set(&desk, "dbp", "109");
	is_text(get(&desk, "refer_needed"), "", "179/109: first time uncontrolled, no referral");
	is_text(get(&desk, "refer_reason"), "", "the reason goes again");
	set(&desk, "symptoms", "2 6");
	is_text(problems(&desk, FORM_INCOMPLETE), "danger_signs", "with symptoms the danger signs are asked");
	set(&desk, "sbp", "130");
	set(&desk, "dbp", "80");
	set(&desk, "danger_signs", "8");
	is_text(get(&desk, "refer_needed"), "1", "a danger sign with a normal pressure: urgent");
	is_text(get(&desk, "class"), "2", "and class 2, never 1");
	set(&desk, "danger_signs", "1");
	is_text(get(&desk, "class"), "1", "none of them: class 1");
	set(&desk, "adverse", "2");
	is_text(get(&desk, "class"), "3", "an adverse reaction: class 3");
	is_text(problems(&desk, FORM_INCOMPLETE), "adverse_text", "which one is asked");
	set(&desk, "class", "4");
	is_text(get(&desk, "refer_needed"), "4", "a complication: referral");
	desk_close(&desk);
	if (!desk_open(&desk, forms, "hypertension_visit", man_of_50, before_high))
		return;
	set(&desk, "sbp", "141");
	set(&desk, "dbp", "80");
	is_text(get(&desk, "refer_needed"), "2", "uncontrolled twice in a row: referral");
	is_text(get(&desk, "refer_reason"), "1", "with that reason");
	set(&desk, "sbp", "139");
	is_text(get(&desk, "refer_needed"), "", "controlled now: none");
	set(&desk, "adverse", "2");
	is_text(get(&desk, "refer_needed"), "3", "a reaction twice in a row: referral");
	desk_close(&desk);
	if (!desk_open(&desk, forms, "hypertension_visit", woman_of_30, before))
		return;
	set(&desk, "sbp", "139");
	set(&desk, "dbp", "89");
	ok(!relevant(&desk, "danger_signs"), "a woman of 30, pressure normal: not asked");
	set(&desk, "sbp", "140");
	ok(relevant(&desk, "danger_signs"), "pressure high: asked whether she is pregnant");
	desk_close(&desk);
}

static void test_contact_only(const struct form_set *forms)
{
	struct desk desk;
	if (!desk_open(&desk, forms, "hypertension_visit", man_of_50, before))
		return;
	set(&desk, "mode", "3");
	set(&desk, "next_date", "2026-12-22");
	is_text(problems(&desk, FORM_INCOMPLETE), "", "by telephone the pressure may be missing");
	is_text(get(&desk, "class"), "", "then no class is suggested");
	set(&desk, "mode", "2");
	set(&desk, "outcome", "2");
	is_text(problems(&desk, FORM_INCOMPLETE), "outcome_reason", "not found: only the reason is asked");
	desk_close(&desk);
}

static void test_resident(const struct form_set *forms)
{
	struct desk desk;
	if (!desk_open(&desk, forms, "resident", NULL, NULL))
		return;
	set(&desk, "id_number", "430599198001010012");
	is_text(get(&desk, "birth_date"), "1980-01-01", "the birth date follows from the ID number");
	is_text(get(&desk, "sex"), "1", "the sex too");
	is_text(problems(&desk, FORM_ERROR), "", "no error");
	set(&desk, "sex", "2");
	is_text(problems(&desk, FORM_WARNING), "sex", "another sex is a warning");
	set(&desk, "id_number", "430599198001010013");
	is_text(problems(&desk, FORM_ERROR), "id_number", "a wrong check digit is an error");
	set(&desk, "id_number", "430599199002291236");
	is_text(problems(&desk, FORM_ERROR), "id_number", "so is 29 February 1990");
	set(&desk, "id_number", "");
	set(&desk, "sex", "1");
	set(&desk, "allergy", "1 2");
	set(&desk, "archive_no", "43059910120100012");
	set(&desk, "phone", "13800000000");
	is_text(problems(&desk, FORM_ERROR), "allergy", "none and penicillin at once");
	set(&desk, "allergy", "2 5");
	ok(relevant(&desk, "allergy_text"), "another medicine: which one is asked");
	set(&desk, "archive_no", "4305");
	set(&desk, "phone", "123");
	is_text(problems(&desk, FORM_ERROR), "archive_no phone", "numbers of the wrong length");
	ok(!relevant(&desk, "status_date"), "an active record has no date of leaving");
	set(&desk, "status", "2");
	ok(relevant(&desk, "status_date") && relevant(&desk, "status_reason"), "a dead person's has, and a reason");
	desk_close(&desk);
}

static void test_contract(const struct form_set *forms)
{
	struct desk desk;
	if (!desk_open(&desk, forms, "contract", man_of_50, NULL))
		return;
	is_text(get(&desk, "start_date"), "2026-11-22", "a contract begins today");
	is_text(get(&desk, "end_date"), "2027-11-21", "and ends in a year less a day");
	is_text(get(&desk, "signer_name"), "王小明", "the resident signs");
	set(&desk, "start_date", "2028-02-29");
	is_text(get(&desk, "end_date"), "2029-02-27", "from 29 February");
	set(&desk, "end_date", "2028-12-31");
	ok(strstr(problems(&desk, FORM_WARNING), "end_date") != NULL, "less than a year is a warning");
	desk_close(&desk);
}

static void test_enrolment(const struct form_set *forms)
{
	static const char *const young[] = { "birth_date", "1991-11-23", NULL };
	static const char *const old[] = { "birth_date", "1991-11-22", NULL };
	struct desk desk;
	if (!desk_open(&desk, forms, "hypertension_enrolment", young, NULL))
		return;
	is_text(problems(&desk, FORM_WARNING), "enrolled_date", "34 years: a warning");
	desk_close(&desk);
	if (!desk_open(&desk, forms, "hypertension_enrolment", old, NULL))
		return;
	is_text(problems(&desk, FORM_WARNING), "", "35 today: none");
	desk_close(&desk);
}

int main(void)
{
	struct form_set *forms = scene_forms();
	test_only_pressure_changed(forms);
	test_ranges(forms);
	test_referral(forms);
	test_contact_only(forms);
	test_resident(forms);
	test_contract(forms);
	test_enrolment(forms);
	form_set_free(forms);
	return done_testing();
}
