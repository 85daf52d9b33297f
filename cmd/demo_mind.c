/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questionnaires for low mood and anxiety, and people with a severe mental disorder. */
#include "config.h"
#include "cmd/demo_life.h"

#include <string.h>

/* Who is low says so to most questions; who is not, to none or one. */
static void ask_mood(struct demo_life *life, date_t on, bool low)
{
	struct demo_record r;

	demo_begin(&r, life, "phq9", on, NULL);
	if (low) {
		static const char *const questions[] = { "q1_interest", "q2_low", "q3_sleep", "q4_tired",
			                                 "q5_appetite", "q6_self", "q7_focus", "q8_motion" };
		for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++)
			demo_type(&r, questions[i], i < 2 || demo_chance(life->dice, 50) ? "2" : "1");
		demo_type(&r, "full", "1");
	}
	demo_save(&r);
	demo_end(&r);
}

void demo_mind(struct demo_life *life)
{
	date_t today = date_today(), since = life->from > today - 700 ? life->from : today - 700;

	if (life->age < ADULT || today - life->from < 30 || !demo_chance(life->dice, life->age >= ELDERLY ? 30 : 6))
		return;
	date_t on = demo_days(life, since, life->last);
	bool low = demo_has(life, TRAIT_LOW_MOOD, 7000);
	ask_mood(life, on, low);
	if (low || demo_chance(life->dice, 15))
		demo_add(life, "gad7", on, NULL);
	if (low && demo_within(life, on + 20))
		ask_mood(life, on + 20, false);
}

/* --- severe mental disorder --- */

static const char *const disorders[] = { "1", "1", "1", "1", "1", "1", "4", "4", "6", "6", "5", "2", "3" };

static void supplement(struct demo_life *life, date_t on)
{
	uint32_t disorder = demo_draw(life->dice, sizeof(disorders) / sizeof(*disorders));

	demo_add(life, "smi_supplement", on, DEMO_PAIRS({ "filled_date", demo_day(life, on) },
		{ "diagnosis", disorders[disorder] },
		{ "diagnosed_date", demo_day(life, on - 300 - (date_t)demo_draw(life->dice, 3000)) },
		{ "economy", life->category ? "1" : "2" }));
}

/* steady: 0 unstable now, 1 so so, 2 steady */
static void see(struct demo_life *life, struct demo_record *r, date_t on, const struct demo_record *last,
                uint32_t steady)
{
	static const struct { const char *risk, *symptoms, *level, *insight, *diet; } states[] = {
		{ "3", "1 4 7", "3", "3", "3" }, { "1", "10 11", "2", "2", "2" }, { "0", "", "1", "1", "1" },
	};

	demo_begin(r, life, "smi_visit", on, last);
	demo_type_pairs(r, DEMO_PAIRS({ "risk", states[steady].risk }, { "symptoms", states[steady].symptoms },
		{ "symptom_level", states[steady].level }, { "insight", states[steady].insight },
		{ "sleep", states[steady].diet }, { "diet", states[steady].diet },
		{ "living", states[steady].diet }, { "housework", steady == 2 ? "1" : "2" },
		{ "social", steady == 2 ? "1" : "2" }));
	if (!life->rc && !values_rows(r->e.values, form_field_find(r->e.form, "drugs")))
		demo_type_row(r, "drugs", DEMO_PAIRS(
			{ "drug_name", demo_chance(life->dice, 50) ? "利培酮片" : "奥氮平片" },
			{ "morning", "2" }, { "evening", "2" }));
	demo_save(r);
	if (!steady && demo_chance(life->dice, 75))
		demo_refer(life, on, "病情不稳定", "精神科");
}

void demo_smi(struct demo_life *life)
{
	struct demo_record records[2];
	date_t from = demo_days(life, life->from, life->from + 60);
	int turn = 0;
	bool seen = false, wrong;
	date_t end = life->last;

	if (!life->mental || from >= life->last)
		return;
	wrong = demo_has(life, TRAIT_CORRECTED, 12000); /* the diagnosis */
	if (wrong)
		end = demo_days(life, from, life->last);
	supplement(life, from);
	for (date_t on = from + (date_t)demo_draw(life->dice, 20); !life->rc && on <= end; turn = !turn) {
		uint32_t dice = demo_draw(life->dice, 100), steady = dice < 5 ? 0 : dice < 25 ? 1 : 2;
		see(life, &records[turn], on, seen ? &records[!turn] : NULL, steady);
		if (seen)
			demo_end(&records[!turn]);
		seen = true;
		on += steady == 0 ? 7 + (date_t)demo_draw(life->dice, 8)
		      : steady == 1 ? 25 + (date_t)demo_draw(life->dice, 8)
		                    : 78 + (date_t)demo_draw(life->dice, 20);
	}
	if (seen)
		demo_end(&records[!turn]);
	if (!life->here || wrong)
		demo_add(life, "smi_closing", end, DEMO_PAIRS(
			{ "closed_reason", wrong ? "5" : life->age >= ELDERLY ? "1" : "2" },
			{ "death_date", demo_day(life, end) }));
}
