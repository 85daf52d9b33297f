/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One invented resident: who he or she is, and the programmes in turn. */
#include "config.h"
#include "cmd/demo_life.h"

#include "lib/i18n.h"

static uint32_t hypertension_percent(int age)
{
	return age < 35 ? 0 : age < 45 ? 12 : age < 55 ? 25 : age < 65 ? 40 : age < 75 ? 52 : 58;
}

static uint32_t diabetes_percent(int age, bool hypertension)
{
	return age < 35 ? 0 : (age < 45 ? 2 : age < 55 ? 6 : age < 65 ? 10 : 14) + (hypertension ? 6 : 0);
}

static void draw_body(struct demo_life *life)
{
	bool man = life->person->sex == 1;

	life->sbp = demo_normal(life->dice, life->hypertension ? 148 : 122, 9);
	life->dbp = demo_normal(life->dice, life->hypertension ? 86 : 76, 6);
	life->fpg10 = demo_normal(life->dice, life->diabetes ? 76 : 53, life->diabetes ? 12 : 4);
	life->height = demo_normal(life->dice, man ? 166 : 155, 5) - (life->age >= 70 ? 3 : 0);
	if (life->age < ADULT)
		life->height = 75 + 6 * (life->age < 15 ? life->age : 15);
	life->weight10 = life->height * life->height *
	                 demo_normal(life->dice, life->age < ADULT ? 170 : 235, 25) / 10000;
	life->smokes = man && life->age >= ADULT && demo_chance(life->dice, 45);
	life->drinks = man && life->age >= ADULT && demo_chance(life->dice, 30);
}

/* Somebody who died, moved, was lost or refuses has a last day before today. */
static void draw_end(struct demo_life *life)
{
	date_t today = date_today(), days = today - life->village->from;

	life->from = life->person->birth > life->village->from ? life->person->birth : life->village->from;
	life->last = today;
	life->here = true;
	if (days <= 200 || today - life->from <= 200)
		return;
	bool left = demo_draw(life->dice, 1000) < (life->age >= ELDERLY ? 25u : 6u);
	if (left || (life->age >= ADULT && (demo_has(life, TRAIT_LOST, 600) || demo_has(life, TRAIT_REFUSED, 250))))
		life->last = demo_days(life, today - (days - 150 < 900 ? days - 150 : 900), today - 20);
	if (life->last < life->from)
		life->last = life->from;
	life->here = !left;
}

static void draw_life(struct demo_life *life)
{
	life->age = date_age_years(life->person->birth, date_today());
	life->category = life->village->category;
	life->rounds = demo_chance(life->dice, 30);
	life->doctor = life->rounds ? "示范乙医生" : "示范医生";
	life->hypertension = demo_chance(life->dice, hypertension_percent(life->age));
	life->diabetes = demo_chance(life->dice, diabetes_percent(life->age, life->hypertension));
	life->enrolled = demo_chance(life->dice, 78);
	draw_end(life);
	draw_body(life);
	life->mental = life->age >= ADULT && date_today() - life->from > 100 &&
	               demo_has(life, TRAIT_SMI, life->category ? 1300 : 430);
}

static void live(struct demo_life *life, const char *household_version)
{
	static void (*const programmes[])(struct demo_life *life) = {
		demo_income, demo_chronic, demo_contracts, demo_exams, demo_elder, demo_mind, demo_smi,
		demo_tb, demo_child, demo_mother, demo_women, demo_clinic_visits, demo_screening, demo_infections,
		demo_major, demo_industry,
	};

	demo_archive(life, household_version);
	for (size_t i = 0; i < sizeof(programmes) / sizeof(*programmes); i++)
		programmes[i](life);
	demo_flush(life);
	if (!life->rc)
		life->subject = life->saved[0];
	demo_fulfil(life);
	demo_help(life);
	demo_flush(life);
}

int demo_resident(struct demo_village *village, const struct demo_household *house,
                  const struct demo_person *person, const char *household_version, struct arena *arena,
                  struct error *err)
{
	struct demo_life life = { .village = village, .house = house, .person = person,
		                  .dice = &village->maker.dice, .arena = arena, .err = err };
	int rc = demo_life_room(&life);

	if (rc)
		return rc;
	draw_life(&life);
	live(&life, household_version);
	entering_end(&life.resident);
	return life.rc;
}

int demo_double(struct demo_village *village, const struct demo_household *house,
                const struct demo_person *person, const char *household_version, struct arena *arena,
                struct error *err)
{
	struct demo_person again = *person;
	struct demo_life life = { .village = village, .house = house, .person = &again,
		                  .dice = &village->maker.dice, .arena = arena, .err = err };
	int rc = demo_life_room(&life);

	if (rc)
		return rc;
	again.id_number[0] = '\0';
	draw_life(&life);
	life.from = life.last;
	demo_archive(&life, household_version);
	demo_flush(&life);
	entering_end(&life.resident);
	return life.rc;
}
