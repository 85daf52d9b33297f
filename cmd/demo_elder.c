/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Yearly examinations; for the elderly also TCM constitution and self-care; care of the frail. */
#include "config.h"
#include "cmd/demo_life.h"

/* What the TCM questionnaire answers in most people of a leaning. X(answers 4 or 5 to) */
static const char *const leanings[][4] = {
	{ "q02_tired", "q03_breath", "q04_voice", "q14_colds" },
	{ "q11_hands", "q12_cold_body", "q13_cold", "q29_cold_food" },
	{ "q10_eyes", "q21_dry", "q26_thirst", "q31_stool_dry" },
	{ "q09_heavy", "q16_sticky", "q28_belly", "q32_tongue" },
	{ "q19_bruises", "q22_numb", "q24_dark", "q33_veins" },
};

static void tcm(struct demo_life *life, date_t on)
{
	uint32_t leaning = demo_draw(life->dice, 10);
	struct demo_record r;

	demo_begin(&r, life, "tcm_constitution", on, NULL);
	for (size_t i = 0; leaning < sizeof(leanings) / sizeof(*leanings) && i < 4; i++)
		demo_type(&r, leanings[leaning][i], demo_chance(life->dice, 60) ? "4" : "3");
	demo_save(&r);
	demo_end(&r);
}

static void examine(struct demo_life *life, date_t on)
{
	int pulse = demo_normal(life->dice, 76, 7);
	bool ill = life->hypertension || life->diabetes;
	struct demo_record r;

	demo_begin(&r, life, "examination", on, NULL);
	demo_type_pairs(&r, DEMO_PAIRS({ "smoking", life->smokes ? "3" : "1" },
		{ "cigarettes", life->smokes ? "10" : "" }, { "drinking", life->drinks ? "2" : "1" },
		{ "alcohol", life->drinks ? "2" : "" }, { "pulse", demo_number(life, pulse) },
		{ "heart_rate", demo_number(life, pulse) },
		{ "sbp_right", demo_number(life, demo_pressure(life, life->sbp)) },
		{ "dbp_right", demo_number(life, demo_pressure(life, life->dbp)) },
		{ "sbp_left", demo_number(life, demo_pressure(life, life->sbp - 2)) },
		{ "dbp_left", demo_number(life, demo_pressure(life, life->dbp - 1)) },
		{ "height", demo_number(life, life->height) }, { "weight", demo_tenths(life, life->weight10) },
		{ "fpg", demo_tenths(life, life->fpg10) }, { "abnormal", ill ? "2" : "1" }));
	if (ill)
		demo_type(&r, "conclusion", life->hypertension ? "血压偏高,继续规范服药,低盐饮食"
		                                               : "血糖偏高,控制饮食,按时复查");
	demo_save(&r);
	demo_end(&r);
}

void demo_exams(struct demo_life *life)
{
	int year, last_year, month, day;

	date_split(life->from, &year, &month, &day);
	date_split(date_today(), &last_year, &month, &day);
	if (!life->enrolled && !life->mental && life->age < ELDERLY)
		return;
	for (; !life->rc && year <= last_year; year++) {
		date_t on = date_make(year, 3, 10) + (date_t)demo_draw(life->dice, 80);
		bool old = date_age_years(life->person->birth, on) >= ELDERLY;
		if (!demo_within(life, on) || !demo_chance(life->dice, 86))
			continue;
		examine(life, on);
		if (old && demo_chance(life->dice, 82))
			tcm(life, on);
		if (old && demo_chance(life->dice, 88))
			demo_add(life, "selfcare", on, NULL);
	}
}

static void visit_frail(struct demo_life *life, date_t from)
{
	struct demo_record records[2];
	int turn = 0, score = 30 + 5 * (int)demo_draw(life->dice, 10);

	for (date_t on = from; !life->rc && on <= life->last; turn = !turn, on += 80 + (date_t)demo_draw(life->dice, 30)) {
		struct demo_record *r = &records[turn];
		demo_begin(r, life, "disability_care", on, on > from ? &records[!turn] : NULL);
		demo_type_pairs(r, DEMO_PAIRS({ "scale", "3" }, { "score", demo_number(life, score) },
			{ "care_level", score <= 40 ? "3" : "2" }));
		demo_save(r);
		if (on > from)
			demo_end(&records[!turn]);
	}
	if (from <= life->last)
		demo_end(&records[!turn]);
}

void demo_elder(struct demo_life *life)
{
	date_t today = date_today(), from = life->from > today - 400 ? life->from : today - 400;

	if (life->age < 70 || today - life->from < 60 || !demo_has(life, TRAIT_FRAIL, life->age < 80 ? 3000 : 9000))
		return;
	visit_frail(life, demo_days(life, from, from + 90));
	if (!demo_chance(life->dice, 50))
		return;
	date_t on = demo_days(life, from, life->last);
	demo_add(life, "eldercare_contract", on, DEMO_PAIRS({ "start_date", demo_day(life, on) }));
	for (; !life->rc && (on += 30 + (date_t)demo_draw(life->dice, 10)) <= life->last;)
		demo_add(life, "eldercare_visit", on, DEMO_PAIRS(
			{ "sbp", demo_number(life, demo_pressure(life, life->sbp < 175 ? life->sbp : 170)) },
			{ "dbp", demo_number(life, demo_pressure(life, life->dbp < 105 ? life->dbp : 100)) }));
}
