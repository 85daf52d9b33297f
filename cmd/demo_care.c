/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One invented resident: the basic record, low-income category, contracts, hypertension and examinations. */
#include "config.h"
#include "cmd/demo_fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cmd/entering.h"
#include "lib/i18n.h"

enum { CHANGES_MAX = 400, ADULT = 18, ELDERLY = 65 };

struct life { /* what is going on with one resident */
	struct demo_village *village;
	const struct demo_household *house;
	const struct demo_person *person;
	struct demo_dice *dice;
	struct arena *arena;
	struct change *changes;
	size_t n;
	struct entering resident;
	int age;
	bool hypertension, enrolled, low_income;
	date_t left;           /* died or moved away, DATE_NONE: still here */
	int sbp, dbp;          /* where the pressure stands now */
	int height, weight10;  /* cm, kg x 10 */
	bool smokes, drinks;
	const char *drug, *drug_dose;
};

/* --- typing --- */

/* The first error of a series; later calls do nothing. */
struct typing {
	struct entering *e;
	struct error *err;
	int rc;
};

static void type(struct typing *t, const char *field, const char *value)
{
	if (!t->rc)
		t->rc = entering_set(t->e, field, ROW_NONE, value, t->err);
}

static void type_number(struct typing *t, const char *field, int value)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", value);
	type(t, field, text);
}

static void type_tenths(struct typing *t, const char *field, int tenths)
{
	char text[32];

	snprintf(text, sizeof(text), "%d.%d", tenths / 10, tenths % 10);
	type(t, field, text);
}

static void type_date(struct typing *t, const char *field, date_t date)
{
	char text[DATE_TEXT_BYTES];

	type(t, field, date_format(date, text));
}

static int finish(struct life *life, struct typing *t)
{
	struct change *change = &life->changes[life->n];

	if (t->rc)
		return t->rc;
	if (life->n == CHANGES_MAX)
		return error_set(t->err, ERR_LIMIT, _("too many records of one resident"));
	*change = (struct change){ .subject = life->n ? REF_CHANGE(0) : 0 };
	t->rc = entering_finish(t->e, change, t->err);
	if (!t->rc)
		life->n++;
	return t->rc;
}

static int start(struct life *life, struct typing *t, struct entering *e, const char *form,
                 const struct entering *last, struct error *err)
{
	*t = (struct typing){ e, err, 0 };
	t->rc = entering_begin(e, life->village->forms, form, &life->resident, last, life->arena, err);
	return t->rc;
}

/* --- the resident --- */

static const char *education(const struct life *life)
{
	uint32_t dice = demo_draw(life->dice, 100);

	if (life->age < 13)
		return "8";
	if (life->age >= 70)
		return dice < 45 ? "9" : dice < 90 ? "8" : "7";
	if (life->age >= 45)
		return dice < 10 ? "9" : dice < 50 ? "8" : dice < 90 ? "7" : "6";
	return dice < 10 ? "8" : dice < 60 ? "7" : dice < 80 ? "6" : dice < 92 ? "3" : "2";
}

static const char *marital(const struct life *life)
{
	const char *relation = life->person->relation;
	bool couple = false;

	for (size_t i = 0; i < life->house->n; i++)
		couple |= !strcmp(life->house->people[i].relation, "11") ||
		          !strcmp(life->house->people[i].relation, "12");
	if (life->age < 22)
		return "1";
	if (!strcmp(relation, "11") || !strcmp(relation, "12") || !strcmp(relation, "38"))
		return "2";
	if (!strcmp(relation, "02"))
		return couple ? "2" : life->age >= 60 ? "3" : "4";
	return life->age >= 65 ? "3" : life->age < 30 ? "1" : "2";
}

static const struct demo_person *contact_of(const struct life *life)
{
	for (size_t i = 0; i < life->house->n; i++)
		if (&life->house->people[i] != life->person)
			return &life->house->people[i];
	return life->person;
}

static void type_history(struct life *life, struct typing *t)
{
	static const char *const families[] = { "family_father", "family_mother", "family_siblings",
		                                "family_children" };
	char year[16];

	type(t, "allergy", demo_chance(life->dice, 4) ? "2" : demo_chance(life->dice, 1) ? "3" : "1");
	type(t, "exposure", "1");
	if (!t->rc)
		t->rc = entering_add_row(t->e, "past_disease", t->err);
	if (!t->rc)
		t->rc = entering_set(t->e, "disease", 0, life->hypertension ? "2" : "1", t->err);
	if (!t->rc && life->hypertension) {
		int y, m, d;
		date_split(life->village->from, &y, &m, &d);
		snprintf(year, sizeof(year), "%d", y - 1 - (int)demo_draw(life->dice, 8));
		t->rc = entering_set(t->e, "diagnosed", 0, year, t->err);
	}
	type(t, "surgery_has", "1");
	type(t, "trauma_has", "1");
	type(t, "transfusion_has", "1");
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
		type(t, families[i], i < 2 && demo_chance(life->dice, 25) ? "2" : "1");
	type(t, "hereditary", "1");
	type(t, "disability", demo_chance(life->dice, life->age >= ELDERLY ? 8 : 2) ? "5" : "1");
}

static void type_cover(struct life *life, struct typing *t)
{
	const struct demo_village *village = life->village;
	char text[256];

	type(t, "household_relation", life->person->relation);
	snprintf(text, sizeof(text), "%d组", life->house->group);
	type(t, "village_group", text);
	snprintf(text, sizeof(text), "%.60s%.60s%d组%s号", village->township, village->name,
	         life->house->group, life->house->number);
	type(t, "address_now", text);
	type(t, "township", village->township);
	type(t, "village", village->name);
	type(t, "built_by_unit", village->clinic);
	type(t, "built_by", village->doctor);
	type_date(t, "built_date", village->from);
	if (life->left == DATE_NONE)
		return;
	type(t, "status", life->age >= ELDERLY ? "2" : "3");
	type_date(t, "status_date", life->left);
	type(t, "status_reason", life->age >= ELDERLY ? "年老去世" : "随子女迁往外地");
}

static int add_resident(struct life *life, const char *household_version, struct error *err)
{
	struct typing t = { &life->resident, err, 0 };

	t.rc = entering_begin(&life->resident, life->village->forms, "resident", NULL, NULL, life->arena, err);
	type(&t, "name", life->person->name);
	type(&t, "id_number", life->person->id_number);
	type_number(&t, "sex", life->person->sex);
	type_date(&t, "birth_date", life->person->birth);
	type(&t, "employer", life->age < 16 ? "学生" : "务农");
	type(&t, "phone", life->person->phone);
	type(&t, "contact_name", contact_of(life)->name);
	type(&t, "contact_phone", contact_of(life)->phone);
	type(&t, "abo", demo_chance(life->dice, 60) ? "5" : demo_chance(life->dice, 50) ? "3" : "1");
	type(&t, "education", education(life));
	type(&t, "occupation", life->age < 16 || life->age >= 75 ? "8" : "4");
	type(&t, "marital", marital(life));
	type(&t, "payment", life->low_income ? "2 4" : "2");
	type_history(life, &t);
	type(&t, "kitchen", demo_chance(life->dice, 60) ? "2" : "4");
	type(&t, "fuel", demo_chance(life->dice, 60) ? "1" : "5");
	type(&t, "water", demo_chance(life->dice, 70) ? "1" : "3");
	type(&t, "toilet", demo_chance(life->dice, 75) ? "1" : "2");
	type(&t, "household", household_version);
	type_cover(life, &t);
	return finish(life, &t);
}

/* --- category and contracts --- */

static int add_category(struct life *life, struct error *err)
{
	struct entering e;
	struct typing t;
	date_t on = life->village->from + (date_t)demo_draw(life->dice, 90);
	int code = life->village->low_income;

	if (on > date_today())
		on = date_today();
	if (!start(life, &t, &e, "category_span", NULL, err)) {
		type_number(&t, "category", code);
		if (code == 10)
			type(&t, "policy_kept", "1");
		if (code >= 21 && code <= 23 && demo_chance(life->dice, 20)) {
			type(&t, "risk_cleared", "1");
			type_date(&t, "risk_cleared_date", on + 200 < date_today() ? on + 200 : date_today());
		}
		type_date(&t, "valid_from", on);
		type(&t, "source_list", code < 30 ? "1" : "2");
		type_date(&t, "list_date", on);
		finish(life, &t);
	}
	entering_end(&e);
	return t.rc;
}

static void type_groups(struct life *life, struct typing *t)
{
	char groups[32] = "";

	if (life->age >= ELDERLY)
		strcat(groups, "03 ");
	if (life->hypertension)
		strcat(groups, "04 ");
	if (life->low_income)
		strcat(groups, "13 ");
	type(t, "groups", groups[0] ? groups : "10");
}

static int add_contract(struct life *life, date_t signed_on, struct error *err)
{
	struct entering e;
	struct typing t;

	if (!start(life, &t, &e, "contract", NULL, err)) {
		type_groups(life, &t);
		type(&t, "team", "示范镇家庭医生第一团队");
		type(&t, "village_doctor", life->village->doctor);
		type(&t, "institution", life->village->hospital);
		type_date(&t, "signed_date", signed_on);
		type_date(&t, "start_date", signed_on);
		type(&t, "agreement_read", "1");
		type(&t, "agreement_signed", "1");
		finish(life, &t);
	}
	entering_end(&e);
	return t.rc;
}

static int add_contracts(struct life *life, struct error *err)
{
	uint32_t percent = life->hypertension || life->low_income || life->age >= ELDERLY ? 88 : 50;
	int year, last_year, month, day, rc = 0;

	date_split(life->village->from, &year, &month, &day);
	date_split(date_today(), &last_year, &month, &day);
	if (!demo_chance(life->dice, percent))
		return 0;
	for (; !rc && year <= last_year; year++) {
		date_t on = date_make(year, 1, 5) + (date_t)demo_draw(life->dice, 50);
		if (on < life->village->from || on > date_today() ||
		    (life->left != DATE_NONE && on > life->left))
			continue;
		if (demo_chance(life->dice, 95))
			rc = add_contract(life, on, err);
	}
	return rc;
}

/* --- hypertension --- */

static const struct {
	const char *name, *dose;
} drugs[] = {
	{ "苯磺酸氨氯地平片", "5" }, { "硝苯地平缓释片", "10" }, { "厄贝沙坦片", "150" },
	{ "卡托普利片", "25" },      { "氢氯噻嗪片", "12.5" },   { "缬沙坦胶囊", "80" },
};

static int add_enrolment(struct life *life, date_t on, struct error *err)
{
	struct entering e;
	struct typing t;
	char text[4];

	if (!start(life, &t, &e, "hypertension_enrolment", NULL, err)) {
		type_date(&t, "enrolled_date", on);
		type_date(&t, "diagnosed_date", on - (date_t)demo_draw(life->dice, 700));
		type(&t, "diagnosing_unit", life->village->hospital);
		snprintf(text, sizeof(text), "%u", 1 + demo_draw(life->dice, 3));
		type(&t, "source", text);
		type_number(&t, "sbp", life->sbp + 12);
		type_number(&t, "dbp", life->dbp + 6);
		type_number(&t, "height", life->height);
		type_tenths(&t, "weight", life->weight10);
		type(&t, "drugs_now", "2");
		type(&t, "doctor", life->village->doctor);
		if (life->left != DATE_NONE && life->left > on) {
			type_date(&t, "closed_date", life->left);
			type(&t, "closed_reason", life->age >= ELDERLY ? "1" : "2");
		}
		finish(life, &t);
	}
	entering_end(&e);
	return t.rc;
}

/* Treated pressure wanders around its own middle. */
static void drift(struct life *life, int middle_sbp, int middle_dbp)
{
	life->sbp += demo_normal(life->dice, 0, 6) + (middle_sbp - life->sbp) / 3;
	life->dbp += demo_normal(life->dice, 0, 4) + (middle_dbp - life->dbp) / 3;
	if (life->sbp < 95)
		life->sbp = 95;
	if (life->sbp > 195)
		life->sbp = 195;
	if (life->dbp < 52)
		life->dbp = 52;
	if (life->dbp > life->sbp - 20)
		life->dbp = life->sbp - 20;
	life->weight10 += demo_normal(life->dice, 0, 4);
	if (life->weight10 < 360)
		life->weight10 = 360;
}

static void type_drugs(struct life *life, struct typing *t)
{
	int repeat = form_field_find(t->e->form, "drugs");

	if (t->rc || repeat < 0 || values_rows(t->e->values, repeat))
		return;
	t->rc = entering_add_row(t->e, "drugs", t->err);
	if (!t->rc)
		t->rc = entering_set(t->e, "drug_name", 0, life->drug, t->err);
	if (!t->rc)
		t->rc = entering_set(t->e, "times_per_day", 0, "1", t->err);
	if (!t->rc)
		t->rc = entering_set(t->e, "dose", 0, life->drug_dose, t->err);
	if (!t->rc)
		t->rc = entering_set(t->e, "dose_unit", 0, "mg", t->err);
}

static void type_signs(struct life *life, struct typing *t, bool phone)
{
	bool symptoms = demo_chance(life->dice, life->sbp >= 160 ? 30 : 6);

	type(t, "symptoms", symptoms ? "2" : "1");
	if (!phone) {
		type_number(t, "sbp", life->sbp);
		type_number(t, "dbp", life->dbp);
		type_tenths(t, "weight", life->weight10);
		type_number(t, "height", life->height);
		type_number(t, "heart_rate", demo_normal(life->dice, 75, 7));
	}
	if (!t->rc && values_is_required(t->e->values, form_field_find(t->e->form, "danger_signs"), ROW_NONE))
		type(t, "danger_signs", "1");
}

static void type_habits(struct life *life, struct typing *t)
{
	type(t, "cigarettes", life->smokes ? "10" : "0");
	type(t, "alcohol", life->drinks ? "2" : "0");
	type(t, "exercise_times", "5");
	type(t, "exercise_minutes", "30");
	type(t, "salt", demo_chance(life->dice, 60) ? "1" : "2");
	type(t, "psychology", "1");
	type(t, "compliance", demo_chance(life->dice, 85) ? "1" : "2");
	type(t, "adherence", demo_chance(life->dice, 82) ? "1" : "2");
}

static int add_visit(struct life *life, date_t on, struct entering *e, const struct entering *last,
                     struct error *err)
{
	bool phone = demo_chance(life->dice, 4);
	struct typing t;

	if (start(life, &t, e, "hypertension_visit", last, err))
		return t.rc;
	type_date(&t, "visit_date", on);
	type(&t, "mode", phone ? "3" : demo_chance(life->dice, 30) ? "2" : "1");
	type_signs(life, &t, phone);
	type_habits(life, &t);
	type_drugs(life, &t);
	if (!t.rc && *entering_get(e, "refer_needed"))
		type(&t, "refer_to", life->village->hospital);
	if (!t.rc && !*entering_get(e, "next_date")) /* a telephone contact has no class to plan by */
		type_date(&t, "next_date", on + 90);
	type(&t, "doctor", life->village->doctor);
	return finish(life, &t);
}

/* Quarterly, some missed; soon after an uncontrolled one. */
static date_t next_visit(struct life *life, const struct entering *last, date_t on)
{
	const char *class = entering_get(last, "class");
	date_t next = on + 78 + (date_t)demo_draw(life->dice, 22);

	if (!strcmp(class, "2") && demo_chance(life->dice, 92))
		return on + 9 + (date_t)demo_draw(life->dice, 6);
	return demo_chance(life->dice, 3) ? next + 85 : next;
}

static int add_visits(struct life *life, date_t enrolled, struct error *err)
{
	struct entering visits[2];
	const struct entering *last = NULL;
	date_t end = life->left != DATE_NONE ? life->left : date_today();
	int middle_sbp = demo_normal(life->dice, 136, 9), middle_dbp = demo_normal(life->dice, 80, 6);
	int turn = 0, rc = 0;

	for (date_t on = enrolled + (date_t)demo_draw(life->dice, 14); !rc && on <= end;) {
		struct entering *e = &visits[turn];
		drift(life, middle_sbp, middle_dbp);
		rc = add_visit(life, on, e, last, err);
		if (!rc)
			on = next_visit(life, e, on);
		if (last)
			entering_end(&visits[1 - turn]);
		last = e;
		turn = 1 - turn;
	}
	if (last)
		entering_end(&visits[1 - turn]);
	return rc;
}

/* --- examinations --- */

/* What nobody finds anything wrong with. */
static const char *const healthy[][2] = {
	{ "symptoms", "01" }, { "elder_health", "2" }, { "elder_selfcare", "1" }, { "elder_cognition", "1" },
	{ "elder_emotion", "1" }, { "exercise", "2" }, { "exercise_minutes", "30" }, { "diet", "1" },
	{ "hazard", "1" }, { "lips", "1" }, { "teeth", "1" }, { "throat", "1" }, { "vision_left", "4.8" },
	{ "vision_right", "4.9" }, { "hearing", "1" }, { "motion", "1" }, { "skin", "1" }, { "sclera", "1" },
	{ "lymph", "1" }, { "barrel_chest", "1" }, { "breath_sound", "1" }, { "rales", "1" }, { "rhythm", "1" },
	{ "murmur", "1" }, { "tender", "1" }, { "mass", "1" }, { "liver", "1" }, { "spleen", "1" },
	{ "ascites", "1" }, { "oedema", "1" }, { "cerebral", "1" }, { "kidney", "1" }, { "heart", "1" },
	{ "vessel", "1" }, { "eye", "1" }, { "nerve", "1" }, { "other_system", "1" },
};

static void type_healthy(struct life *life, struct typing *t)
{
	for (size_t i = 0; i < sizeof(healthy) / sizeof(*healthy); i++)
		type(t, healthy[i][0], healthy[i][1]);
	type(t, "smoking", life->smokes ? "3" : "1");
	type(t, "cigarettes", life->smokes ? "10" : "");
	type(t, "drinking", life->drinks ? "2" : "1");
	type(t, "alcohol", life->drinks ? "2" : "");
}

static int add_exam(struct life *life, date_t on, struct error *err)
{
	struct entering e;
	struct typing t;

	if (!start(life, &t, &e, "examination", NULL, err)) {
		type_date(&t, "exam_date", on);
		type_tenths(&t, "temperature", demo_normal(life->dice, 364, 2));
		int pulse = demo_normal(life->dice, 76, 7);
		type_healthy(life, &t);
		type_number(&t, "pulse", pulse);
		type_number(&t, "heart_rate", pulse);
		type_number(&t, "respiration", demo_normal(life->dice, 18, 1));
		type_number(&t, "sbp_right", life->sbp);
		type_number(&t, "dbp_right", life->dbp);
		type_number(&t, "sbp_left", life->sbp - 2);
		type_number(&t, "dbp_left", life->dbp - 1);
		type_number(&t, "height", life->height);
		type_tenths(&t, "weight", life->weight10);
		type_number(&t, "waist", demo_normal(life->dice, 84, 7));
		type(&t, "abnormal", life->hypertension ? "2" : "1");
		if (life->hypertension)
			type(&t, "conclusion", "血压偏高,继续规范服药,低盐饮食");
		type(&t, "institution", life->village->hospital);
		type(&t, "doctor", life->village->doctor);
		finish(life, &t);
	}
	entering_end(&e);
	return t.rc;
}

static int add_exams(struct life *life, struct error *err)
{
	int year, last_year, month, day, rc = 0;

	date_split(life->village->from, &year, &month, &day);
	date_split(date_today(), &last_year, &month, &day);
	for (; !rc && year <= last_year; year++) {
		date_t on = date_make(year, 3, 10) + (date_t)demo_draw(life->dice, 80);
		if (on < life->village->from || on > date_today() ||
		    (life->left != DATE_NONE && on > life->left))
			continue;
		if (demo_chance(life->dice, 86))
			rc = add_exam(life, on, err);
	}
	return rc;
}

/* --- all of it --- */

static uint32_t hypertension_percent(int age)
{
	return age < 35 ? 0 : age < 45 ? 12 : age < 55 ? 25 : age < 65 ? 40 : age < 75 ? 52 : 58;
}

static void draw_life(struct life *life)
{
	bool man = life->person->sex == 1;
	size_t drug = demo_draw(life->dice, sizeof(drugs) / sizeof(*drugs));
	date_t today = date_today(), years = today - life->village->from;

	life->age = date_age_years(life->person->birth, today);
	life->low_income = life->village->low_income != 0;
	life->hypertension = demo_chance(life->dice, hypertension_percent(life->age));
	life->enrolled = life->hypertension && demo_chance(life->dice, 78);
	life->left = DATE_NONE;
	if (demo_draw(life->dice, 1000) < (life->age >= ELDERLY ? 25u : 6u) && years > 200)
		life->left = today - (date_t)demo_draw(life->dice, (uint32_t)(years - 150));
	life->sbp = demo_normal(life->dice, life->hypertension ? 148 : 122, 9);
	life->dbp = demo_normal(life->dice, life->hypertension ? 86 : 76, 6);
	life->height = demo_normal(life->dice, man ? 166 : 155, 5) - (life->age >= 70 ? 3 : 0);
	if (life->age < ADULT)
		life->height = 108 + 5 * (life->age - 6);
	life->weight10 = life->height * life->height * demo_normal(life->dice, 235, 25) / 10000;
	life->smokes = man && life->age >= ADULT && demo_chance(life->dice, 45);
	life->drinks = man && life->age >= ADULT && demo_chance(life->dice, 30);
	life->drug = drugs[drug].name;
	life->drug_dose = drugs[drug].dose;
}

static int live(struct life *life, const char *household_version, struct error *err)
{
	int rc = add_resident(life, household_version, err);

	if (!rc && life->low_income)
		rc = add_category(life, err);
	if (!rc)
		rc = add_contracts(life, err);
	if (!rc && life->enrolled) {
		date_t span = date_today() - life->village->from;
		/* Most were enrolled early; some of them lately. */
		date_t enrolled = life->village->from +
		                  (date_t)demo_draw(life->dice, demo_chance(life->dice, 80) && span > 120
		                                                        ? 120
		                                                        : (uint32_t)(span > 1 ? span : 1));
		if (life->left == DATE_NONE || enrolled < life->left) {
			rc = add_enrolment(life, enrolled, err);
			if (!rc)
				rc = add_visits(life, enrolled, err);
		}
	}
	if (!rc && (life->enrolled || life->age >= ELDERLY))
		rc = add_exams(life, err);
	return rc;
}

int demo_resident(struct demo_village *village, const struct demo_household *house,
                  const struct demo_person *person, const char *household_version, struct arena *arena,
                  struct change **out, size_t *n, struct error *err)
{
	struct life life = { .village = village, .house = house, .person = person,
		             .dice = &village->maker.dice, .arena = arena };
	int rc;

	life.changes = arena_array(arena, CHANGES_MAX, sizeof(*life.changes));
	if (!life.changes)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	draw_life(&life);
	rc = live(&life, household_version, err);
	entering_end(&life.resident);
	*out = life.changes;
	*n = life.n;
	return rc;
}
