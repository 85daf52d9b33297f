/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hypertension and type 2 diabetes: enrolment and visits; who has both is asked about both on one day. */
#include "config.h"
#include "cmd/demo_life.h"

#include <stdlib.h>
#include <string.h>

struct middle { /* what treated pressure and glucose wander around */
	int sbp, dbp, fpg10;
};

static const struct drug {
	const char *name, *dose;
} pressure_drugs[] = {
	{ "苯磺酸氨氯地平片", "5" }, { "硝苯地平缓释片", "10" }, { "厄贝沙坦片", "150" },
	{ "卡托普利片", "25" },      { "氢氯噻嗪片", "12.5" },   { "缬沙坦胶囊", "80" },
}, glucose_drugs[] = {
	{ "二甲双胍片", "500" }, { "格列美脲片", "2" }, { "阿卡波糖片", "50" },
	{ "格列齐特缓释片", "30" }, { "达格列净片", "10" },
};
#define ONE_OF(life, list) (&(list)[demo_draw((life)->dice, sizeof(list) / sizeof(*(list)))])

static int clamp(int value, int low, int high)
{
	return value < low ? low : value > high ? high : value;
}

static void drift(struct demo_life *life, const struct middle *middle)
{
	life->sbp += demo_normal(life->dice, 0, 6) + (middle->sbp - life->sbp) / 3;
	life->dbp += demo_normal(life->dice, 0, 4) + (middle->dbp - life->dbp) / 3;
	life->fpg10 += demo_normal(life->dice, 0, 5) + (middle->fpg10 - life->fpg10) / 3;
	life->sbp = clamp(life->sbp, 95, 195);
	life->dbp = clamp(life->dbp, 52, life->sbp - 20);
	life->fpg10 = clamp(life->fpg10, 36, 190);
	life->weight10 = clamp(life->weight10 + demo_normal(life->dice, 0, 4), 360, 1300);
}

/* --- enrolment --- */

static void type_closing(struct demo_life *life, struct demo_record *r, date_t on)
{
	if (!life->here && life->last > on)
		demo_type_pairs(r, DEMO_PAIRS({ "closed_date", demo_day(life, life->last) },
			{ "closed_reason", life->age >= ELDERLY ? "1" : "2" }));
}

static void enrol(struct demo_life *life, const char *form, date_t on)
{
	struct demo_record r;

	demo_begin(&r, life, form, on, NULL);
	demo_type_pairs(&r, DEMO_PAIRS({ "enrolled_date", demo_day(life, on) },
		{ "diagnosed_date", demo_day(life, on - (date_t)demo_draw(life->dice, 700)) },
		{ "sbp", demo_number(life, life->sbp + (life->hypertension ? 12 : 0)) },
		{ "dbp", demo_number(life, life->dbp + (life->hypertension ? 6 : 0)) },
		{ "height", demo_number(life, life->height) }, { "weight", demo_tenths(life, life->weight10) }));
	if (!life->rc && form_field_find(r.e.form, "fpg") >= 0)
		demo_type(&r, "fpg", demo_tenths(life, life->fpg10 + 14));
	type_closing(life, &r, on);
	demo_save(&r);
	demo_end(&r);
}

/* --- visits --- */

static void type_drug(struct demo_record *r, const struct drug *drug)
{
	if (!r->life->rc && !values_rows(r->e.values, form_field_find(r->e.form, "drugs")))
		demo_type_row(r, "drugs", DEMO_PAIRS({ "drug_name", drug->name }, { "times_per_day", "1" },
			{ "dose", drug->dose }, { "dose_unit", "mg" }));
}

static void type_signs(struct demo_life *life, struct demo_record *r, bool phone)
{
	bool symptoms = demo_chance(life->dice, life->sbp >= 160 ? 30 : 6);

	demo_type_pairs(r, DEMO_PAIRS({ "mode", phone ? "3" : demo_chance(life->dice, 30) ? "2" : "1" },
		{ "symptoms", symptoms ? "2" : "1" }, { "cigarettes", life->smokes ? "10" : "0" },
		{ "alcohol", life->drinks ? "2" : "0" }));
	if (phone) /* a telephone contact has no class to plan by */
		demo_type(r, "next_date", demo_day(life, r->on + 90));
	else
		demo_type_pairs(r, DEMO_PAIRS({ "sbp", demo_number(life, demo_pressure(life, life->sbp)) },
			{ "dbp", demo_number(life, demo_pressure(life, life->dbp)) },
			{ "weight", demo_tenths(life, life->weight10) },
			{ "height", demo_number(life, life->height) }));
}

static void type_glucose(struct demo_life *life, struct demo_record *r)
{
	demo_type(r, "fpg", demo_tenths(life, life->fpg10));
	if (demo_chance(life->dice, 18))
		demo_type_pairs(r, DEMO_PAIRS(
			{ "hba1c", demo_tenths(life, 26 + life->fpg10 * 6 / 10 + (int)demo_draw(life->dice, 5)) },
			{ "hba1c_date", demo_day(life, r->on) }));
}

/* What became of a referral is only told of the last year: older ones are on paper. */
static void follow_referral(struct demo_life *life, struct demo_record *r)
{
	bool asked = r->on > date_today() - 365 && *demo_get(r, "refer_needed");

	if (asked && demo_chance(life->dice, 30))
		demo_refer(life, r->on, !strcmp(r->e.form->programme, "diabetes") ? "血糖连续两次控制不满意"
		                                                                  : "血压连续两次控制不满意",
		           "内科");
}

static void visit(struct demo_life *life, struct demo_record *r, const char *form, date_t on,
                  const struct demo_record *last, const struct drug *drug)
{
	bool phone = demo_chance(life->dice, 4);

	demo_begin(r, life, form, on, last);
	type_signs(life, r, phone);
	if (!phone && drug >= glucose_drugs && drug < glucose_drugs + sizeof(glucose_drugs) / sizeof(*glucose_drugs))
		type_glucose(life, r);
	type_drug(r, drug);
	demo_save(r);
	follow_referral(life, r);
}

/* Quarterly, some missed; soon after an uncontrolled one. */
static date_t next_visit(struct demo_life *life, bool uncontrolled, date_t on)
{
	date_t next = on + 78 + (date_t)demo_draw(life->dice, 22);

	if (uncontrolled && demo_chance(life->dice, 92))
		return on + 9 + (date_t)demo_draw(life->dice, 6);
	return demo_chance(life->dice, 3) ? next + 85 : next;
}

/* The last word about somebody who is not found any more, or does not want to. */
static void miss(struct demo_life *life, const char *form)
{
	if (life->here && life->last < date_today())
		demo_add(life, form, life->last, DEMO_PAIRS({ "mode", "3" }, { "outcome", "2" },
			{ "outcome_reason", demo_chance(life->dice, 65) ? "3" : "4" }));
}

enum { PRESSURE, GLUCOSE, DISEASES };

static void visits(struct demo_life *life, const bool has[DISEASES], date_t enrolled)
{
	static const char *const forms[DISEASES] = { "hypertension_visit", "diabetes_visit" };
	struct demo_record records[DISEASES][2];
	const struct demo_record *last[DISEASES] = { NULL, NULL };
	const struct drug *drugs[DISEASES] = { ONE_OF(life, pressure_drugs), ONE_OF(life, glucose_drugs) };
	const struct middle middle = { demo_normal(life->dice, 136, 9), demo_normal(life->dice, 80, 6),
		                       demo_normal(life->dice, life->diabetes ? 63 : 53, 7) };
	int turn = 0;

	for (date_t on = enrolled + (date_t)demo_draw(life->dice, 14); !life->rc && on <= life->last; turn = !turn) {
		bool uncontrolled = false;
		drift(life, &middle);
		for (int i = 0; i < DISEASES; i++) {
			if (!has[i])
				continue;
			visit(life, &records[i][turn], forms[i], on, last[i], drugs[i]);
			uncontrolled |= !strcmp(demo_get(&records[i][turn], "class"), "2");
			if (last[i])
				demo_end(&records[i][!turn]);
			last[i] = &records[i][turn];
		}
		on = next_visit(life, uncontrolled, on);
	}
	for (int i = 0; i < DISEASES; i++) {
		if (last[i])
			demo_end(&records[i][!turn]);
		if (has[i])
			miss(life, forms[i]);
	}
}

void demo_chronic(struct demo_life *life)
{
	const bool has[DISEASES] = { life->hypertension, life->diabetes };
	date_t span = date_today() - life->village->from;
	/* Most were enrolled early; some of them lately. */
	date_t early = demo_chance(life->dice, 80) && span > 120 ? 120 : span > 1 ? span : 1;
	date_t enrolled = life->village->from + (date_t)demo_draw(life->dice, (uint32_t)early);

	life->enrolled = life->enrolled && (has[PRESSURE] || has[GLUCOSE]) && enrolled < life->last;
	if (!life->enrolled)
		return;
	if (has[PRESSURE])
		enrol(life, "hypertension_enrolment", enrolled);
	if (has[GLUCOSE])
		enrol(life, "diabetes_enrolment", enrolled);
	visits(life, has, enrolled);
}
