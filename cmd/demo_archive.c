/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The basic record of an invented resident, papers and consent, and the low-income category. */
#include "config.h"
#include "cmd/demo_life.h"

#include <stdio.h>
#include <string.h>

static const char *education(const struct demo_life *life)
{
	uint32_t dice = demo_draw(life->dice, 100);

	if (life->age < 13)
		return life->age < 6 ? "10" : "8";
	if (life->age >= 70)
		return dice < 45 ? "9" : dice < 90 ? "8" : "7";
	if (life->age >= 45)
		return dice < 10 ? "9" : dice < 50 ? "8" : dice < 90 ? "7" : "6";
	return dice < 10 ? "8" : dice < 60 ? "7" : dice < 80 ? "6" : dice < 92 ? "3" : "2";
}

static const char *marital(const struct demo_life *life)
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

static const struct demo_person *contact_of(const struct demo_life *life)
{
	for (size_t i = 0; i < life->house->n; i++)
		if (&life->house->people[i] != life->person)
			return &life->house->people[i];
	return life->person;
}

static void type_diseases(struct demo_life *life, struct demo_record *r)
{
	const struct { bool has; const char *code; } past[] = {
		{ life->hypertension, "2" }, { life->diabetes, "3" }, { life->mental, "8" },
	};
	int y, m, d;

	date_split(life->village->from, &y, &m, &d);
	if (!life->hypertension && !life->diabetes && !life->mental)
		demo_type_row(r, "past_disease", DEMO_PAIRS({ "disease", "1" }));
	for (size_t i = 0; i < sizeof(past) / sizeof(*past); i++)
		if (past[i].has)
			demo_type_row(r, "past_disease", DEMO_PAIRS({ "disease", past[i].code }, { "diagnosed",
				demo_number(life, y - 1 - (int)demo_draw(life->dice, 8)) }));
}

static void type_status(struct demo_life *life, struct demo_record *r)
{
	bool old = life->age >= ELDERLY;

	if (!life->here) {
		demo_type_pairs(r, DEMO_PAIRS({ "status", old ? "2" : "3" },
			{ "status_date", demo_day(life, life->last) },
			{ "status_reason", old ? "年老去世" : "随子女迁往外地" }));
	} else if (life->last < date_today()) {
		bool lost = demo_chance(life->dice, 65);
		demo_type_pairs(r, DEMO_PAIRS({ "status", lost ? "4" : "5" },
			{ "status_date", demo_day(life, life->last) },
			{ "status_reason", lost ? "外出务工,电话停机" : "本人不愿意参加" }));
	}
}

static void type_cover(struct demo_life *life, struct demo_record *r)
{
	const struct demo_village *village = life->village;
	char text[256];

	demo_type(r, "household_relation", life->person->relation);
	snprintf(text, sizeof(text), "%d组", life->house->group);
	demo_type(r, "village_group", text);
	snprintf(text, sizeof(text), "%.60s%.60s%d组%s号", village->township, village->name,
	         life->house->group, life->house->number);
	demo_type(r, "address_now", text);
	demo_type(r, "built_date", demo_day(life, life->from));
	type_status(life, r);
}

static void add_papers(struct demo_life *life)
{
	date_t on = demo_days(life, life->from, life->last);

	if (demo_chance(life->dice, 4))
		demo_add(life, "identifier", on, DEMO_PAIRS({ "number",
			arena_printf(life->arena, "43059900%08u", demo_draw(life->dice, 100000000)) }));
	if (demo_chance(life->dice, 6))
		demo_add(life, "consent", on, DEMO_PAIRS({ "given_date", demo_day(life, on) },
			{ "signer", life->age < ADULT ? "2" : "1" },
			{ "guardian", life->age < ADULT ? contact_of(life)->name : "" },
			{ "guardian_relation", life->age < ADULT ? "50" : "" }));
}

void demo_archive(struct demo_life *life, const char *household_version)
{
	const struct demo_person *person = life->person, *contact = contact_of(life);
	bool child = life->age < 16;
	struct demo_record r;

	demo_begin(&r, life, "resident", life->from, NULL);
	demo_type_pairs(&r, DEMO_PAIRS({ "name", person->name }, { "id_number", person->id_number },
		{ "sex", person->sex == 1 ? "1" : "2" }, { "birth_date", demo_day(life, person->birth) },
		{ "employer", life->age < 6 ? "无" : child ? "学生" : "务农" }, { "phone", person->phone },
		{ "contact_name", contact->name }, { "contact_phone", contact->phone },
		{ "education", education(life) }, { "occupation", child || life->age >= 75 ? "8" : "4" },
		{ "marital", marital(life) }, { "payment", life->category ? "2 4" : "2" },
		{ "household", household_version }));
	type_diseases(life, &r);
	if (life->age >= ELDERLY && demo_chance(life->dice, 6))
		demo_type(&r, "disability", "5");
	type_cover(life, &r);
	demo_save(&r);
	life->resident = r.e; /* until demo_resident() ends it */
	life->resident.subject = NULL;
	life->subject = REF_CHANGE(0);
	add_papers(life);
}

void demo_income(struct demo_life *life)
{
	date_t on = demo_days(life, life->from, life->from + 90 < life->last ? life->from + 90 : life->last);
	const char *code = demo_number(life, life->category);
	bool watched = life->category >= 21 && life->category <= 23;
	bool cleared = watched && demo_chance(life->dice, 20);

	if (!life->category)
		return;
	demo_add(life, "category_span", on, DEMO_PAIRS({ "category", code },
		{ "policy_kept", life->category == 10 ? "1" : "" },
		{ "risk_cleared", cleared ? "1" : watched ? "2" : "" },
		{ "risk_cleared_date", cleared ? demo_day(life, on + 200 < date_today() ? on + 200 : date_today()) : "" },
		{ "valid_from", demo_day(life, on) }, { "list_date", demo_day(life, on) },
		{ "source_list", life->category < 30 ? "1" : "2" }));
}
