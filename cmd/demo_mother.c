/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Women: before a pregnancy, pregnancies that led to the children of the household or are going on, and the check of
 * cervix and breast. */
#include "config.h"
#include "cmd/demo_life.h"

#include <string.h>

enum { TERM_DAYS = 278 };

static bool is_wife(const struct demo_life *life)
{
	const char *relation = life->person->relation;

	return life->person->sex == 2 && (!strcmp(relation, "12") || !strcmp(relation, "38"));
}

static void before(struct demo_life *life, date_t lmp)
{
	date_t on = lmp - 60 - (date_t)demo_draw(life->dice, 60);

	if (demo_within(life, on) && demo_chance(life->dice, 60))
		demo_add(life, "preconception_exam", on, DEMO_PAIRS({ "exam_date", demo_day(life, on) }));
	for (int month = 0; month < 5; month++) /* from before the pregnancy to its third month */
		if (demo_within(life, lmp - 60 + month * 30) && demo_chance(life->dice, 75))
			demo_add(life, "folic_acid", lmp - 60 + month * 30, DEMO_PAIRS(
				{ "stage", month < 2 ? "1" : "2" }, { "lmp", month < 2 ? "" : demo_day(life, lmp) }));
}

static void book(struct demo_life *life, date_t lmp)
{
	bool early = demo_chance(life->dice, 86);
	date_t on = lmp + 7 * (early ? 8 + (date_t)demo_draw(life->dice, 4) : 15) + 2;

	if (!demo_within(life, on))
		return;
	demo_add(life, "pregnancy_first", on, DEMO_PAIRS({ "lmp", demo_day(life, lmp) },
		{ "height", demo_number(life, life->height) }, { "weight", demo_tenths(life, life->weight10) },
		{ "hiv_date", demo_day(life, on) }, { "syphilis_date", demo_day(life, on) },
		{ "hbv_date", demo_day(life, on) }));
}

static void antenatal(struct demo_life *life, date_t lmp)
{
	static const struct { const char *code; int week, weight10, fundus; } visits[] = {
		{ "2", 18, 35, 17 }, { "3", 23, 60, 22 }, { "4", 32, 95, 29 }, { "5", 38, 120, 33 },
	};

	for (size_t i = 0; i < sizeof(visits) / sizeof(*visits); i++) {
		date_t on = lmp + 7 * visits[i].week + (date_t)demo_draw(life->dice, 8);
		if (!demo_within(life, on) || !demo_chance(life->dice, 90))
			continue;
		demo_add(life, "pregnancy_visit", on, DEMO_PAIRS({ "lmp", demo_day(life, lmp) },
			{ "visit_no", visits[i].code },
			{ "weight", demo_tenths(life, life->weight10 + visits[i].weight10) },
			{ "fundus", demo_number(life, visits[i].fundus) }, { "risk", demo_chance(life->dice, 80) ? "1" : "2" }));
	}
}

static void after(struct demo_life *life, date_t lmp, date_t birth)
{
	date_t home = birth + 3 + (date_t)demo_draw(life->dice, 3);
	date_t visit = home + (demo_chance(life->dice, 85) ? 2 + (date_t)demo_draw(life->dice, 5) : 32);
	const char *birth_day = demo_day(life, birth), *home_day = demo_day(life, home);

	if (demo_within(life, birth + 1))
		demo_add(life, "pregnancy_visit", birth + 1, DEMO_PAIRS({ "lmp", demo_day(life, lmp) },
			{ "visit_no", "9" }, { "outcome", "2" }, { "outcome_date", birth_day }));
	if (demo_within(life, visit) && demo_chance(life->dice, 94))
		demo_add(life, "postpartum_visit", visit, DEMO_PAIRS({ "birth_date", birth_day },
			{ "discharged_date", home_day }));
	if (demo_within(life, birth + 44) && demo_chance(life->dice, 86))
		demo_add(life, "postpartum_42", birth + 42 + (date_t)demo_draw(life->dice, 3), DEMO_PAIRS(
			{ "birth_date", birth_day }, { "discharged_date", home_day }));
}

void demo_mother(struct demo_life *life)
{
	date_t last = DATE_NONE;

	if (!is_wife(life) || life->age < 20 || life->age > 46)
		return;
	for (size_t i = 0; i < life->house->n; i++) {
		date_t birth = life->house->people[i].birth;
		if (birth < life->from || birth - life->person->birth < 18 * 365)
			continue;
		before(life, birth - TERM_DAYS);
		book(life, birth - TERM_DAYS);
		antenatal(life, birth - TERM_DAYS);
		after(life, birth - TERM_DAYS, birth);
		last = birth > last ? birth : last;
	}
	if (life->age > 40 || last > date_today() - 400 || date_today() - life->from < 300 ||
	    !demo_has(life, TRAIT_PREGNANT, 16000))
		return;
	date_t lmp = date_today() - 40 - (date_t)demo_draw(life->dice, 230);
	before(life, lmp);
	book(life, lmp);
	antenatal(life, lmp);
}

void demo_women(struct demo_life *life)
{
	date_t past = date_today() - life->from;
	date_t on = demo_days(life, date_today() - (past < 1000 ? past : 1000), life->last);

	if (life->person->sex != 2 || life->age < 38 || life->age > 64 || past < 30 || !demo_chance(life->dice, 62))
		return;
	demo_add(life, "women_screening", on, DEMO_PAIRS({ "exam_date", demo_day(life, on + 5 < life->last ? on + 5 : on) },
		{ "follow_date", demo_chance(life->dice, 70) && demo_within(life, on + 30) ? demo_day(life, on + 30) : "" }));
}
