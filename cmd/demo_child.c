/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children to six: newborn visit and screening, the checks of every stage, TCM, guidance, nutrition packs. */
#include "config.h"
#include "cmd/demo_life.h"

/* Middle weight (kg x 10) and length (cm) of the stages, boys; girls are a little smaller. Rounded from the WHO child
 * growth standards of 2006, from memory: good enough for invented children. */
static const struct stage {
	const char *code;
	int months, weight10, height;
	bool hearing, tcm;
} stages[] = {
	{ "1", 1, 45, 55, false, false },    { "3", 3, 64, 61, false, false },   { "6", 6, 79, 68, true, true },
	{ "8", 8, 86, 71, false, false },    { "12", 12, 96, 76, true, true },   { "18", 18, 109, 82, false, true },
	{ "24", 24, 122, 87, true, true },   { "30", 30, 133, 92, false, true }, { "36", 36, 143, 96, true, true },
	{ "48", 48, 163, 103, false, false }, { "60", 60, 183, 110, false, false }, { "72", 72, 205, 116, false, false },
};
enum { STAGES = sizeof(stages) / sizeof(*stages) };

static const struct demo_person *parent_of(const struct demo_life *life)
{
	for (size_t i = 0; i < life->house->n; i++) {
		const struct demo_person *one = &life->house->people[i];
		date_t older = life->person->birth - one->birth;
		if (one->sex == 2 && older > 18 * 365 && older < 45 * 365)
			return one;
	}
	return &life->house->people[0];
}

static void newborn(struct demo_life *life)
{
	date_t birth = life->person->birth, home = birth + 3 + (date_t)demo_draw(life->dice, 3);
	date_t on = home + (demo_chance(life->dice, 88) ? (date_t)demo_draw(life->dice, 7) : 12);
	int weight10 = demo_normal(life->dice, 33, 4), grams = weight10 + (int)(on - birth) / 6;

	if (demo_within(life, on) && demo_chance(life->dice, 93))
		demo_add(life, "newborn_visit", on, DEMO_PAIRS({ "discharged_date", demo_day(life, home) },
			{ "mother_name", parent_of(life)->name }, { "mother_phone", parent_of(life)->phone },
			{ "birth_weight", demo_tenths(life, weight10) }, { "weight", demo_tenths(life, grams) }));
	if (demo_within(life, on + 10) && demo_chance(life->dice, 95))
		demo_add(life, "newborn_screening", on + 10, DEMO_PAIRS({ "blood_date", demo_day(life, birth + 3) },
			{ "hearing_first_date", demo_day(life, birth + 2) }));
}

static void check(struct demo_life *life, date_t on, const struct stage *stage, int percent)
{
	int girl = life->person->sex == 2, low = percent < 82;
	int weight10 = stage->weight10 * (percent - 4 * girl) / 100 + demo_normal(life->dice, 0, 2);
	int height = stage->height * (400 + percent - 2 * girl) / 500;

	demo_add(life, "child_check", on, DEMO_PAIRS({ "stage", stage->code },
		{ "weight", demo_tenths(life, weight10) }, { "height", demo_number(life, height) },
		{ "weight_grade", low ? "3" : percent > 115 ? "1" : "2" }, { "height_grade", low ? "3" : "2" },
		{ "head", demo_tenths(life, 340 + 18 * stage->months) },
		{ "teeth", demo_number(life, stage->months < 8 ? 1 : stage->months > 30 ? 20 : stage->months * 2 / 3) },
		{ "hearing", stage->hearing ? demo_chance(life->dice, 97) ? "1" : "2" : "" }));
	if (stage->tcm && demo_chance(life->dice, 78))
		demo_add(life, "tcm_child", on, DEMO_PAIRS({ "stage", stage->code },
			{ "receiver", parent_of(life)->name }));
	if (stage->months >= 3 && demo_chance(life->dice, 30))
		demo_add(life, "warning_signs", on, DEMO_PAIRS({ "stage", stage->code }));
}

static void help_growth(struct demo_life *life, date_t birth)
{
	const struct demo_pair *receiver = DEMO_PAIRS({ "receiver", parent_of(life)->name });

	for (date_t on = birth + 190; !life->rc && on < birth + 730; on += 29 + (date_t)demo_draw(life->dice, 5))
		if (demo_within(life, on) && on > date_today() - 400 && demo_chance(life->dice, 85))
			demo_add(life, "nutrition_pack", on, receiver);
	for (date_t on = birth + 60; !life->rc && on < birth + 1050; on += 90 + (date_t)demo_draw(life->dice, 12))
		if (demo_within(life, on) && on > date_today() - 400 && demo_chance(life->dice, 60))
			demo_add(life, "guidance_0_3", on, receiver);
}

void demo_child(struct demo_life *life)
{
	date_t birth = life->person->birth;
	int percent = demo_normal(life->dice, 100, 9);

	if (life->age > 6)
		return;
	if (birth >= life->from)
		newborn(life);
	for (size_t i = 0; i < STAGES; i++) {
		date_t due = date_add_months(birth, stages[i].months);
		date_t on = due + (date_t)demo_draw(life->dice, stages[i].months > 1 ? 25 : 4);
		if (demo_within(life, on) && demo_chance(life->dice, stages[i].months > 36 ? 84 : 92))
			check(life, on, &stages[i], percent);
	}
	help_growth(life, birth);
}
