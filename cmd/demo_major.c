/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can make a family poor: major diseases, their costs, clues and help; endemic diseases and dust. */
#include "config.h"
#include "cmd/demo_life.h"

static const char *const diseases[] = { "N08", "N02", "N09", "N03", "N01", "N05", "N10" };

void demo_major(struct demo_life *life)
{
	date_t today = date_today(), past = today - life->from;
	date_t found = demo_days(life, today - (past < 700 ? past : 700), life->last - 20);
	uint32_t n = sizeof(diseases) / sizeof(*diseases) - (life->person->sex == 1);

	if (life->age < 40 || past < 120 || !demo_within(life, found) ||
	    !demo_has(life, TRAIT_MAJOR, life->category ? 3500 : 700))
		return;
	demo_add(life, "major_disease", found, DEMO_PAIRS({ "disease", diseases[demo_draw(life->dice, n)] },
		{ "diagnosed_date", demo_day(life, found - 6) }, { "found_date", demo_day(life, found) },
		{ "status_date", demo_day(life, found) }, { "monitored", life->category ? "1" : "2" },
		{ "poverty_risk", demo_chance(life->dice, life->category ? 60 : 25) ? "1" : "2" }));
	life->illness = life->n - 1;
}

static void clue(struct demo_life *life, date_t found, int paid)
{
	date_t answered = found + 1 + (date_t)demo_draw(life->dice, 9);
	bool known = demo_within(life, answered);

	demo_add(life, "clue", found, DEMO_PAIRS({ "trigger", paid > 10000 ? "1 2" : "2" },
		{ "monitored", life->category == 10 ? "2" : life->category ? "1" : "3" },
		{ "self_paid", demo_number(life, paid) }, { "reported_date", demo_day(life, found) },
		{ "answered_date", known ? demo_day(life, answered) : "" },
		{ "answered_by", known ? "示范镇乡村振兴办" : "" },
		{ "answer_kind", !known ? "" : demo_chance(life->dice, 70) ? "1" : "2" },
		{ "measures", "1 4" }));
}

static void pay_later(struct demo_life *life, date_t admitted, date_t home, int cost, int paid)
{
	const char *category = demo_number(life, life->category);

	demo_add(life, "payafter_slip", admitted, DEMO_PAIRS({ "categories", category },
		{ "list_date", demo_day(life, life->from) }));
	demo_add(life, "payafter_case", admitted, DEMO_PAIRS({ "categories", category },
		{ "discharged_date", demo_day(life, home) }, { "total", demo_number(life, cost) },
		{ "paid_basic", demo_number(life, cost * 6 / 10) },
		{ "self_paid", demo_chance(life->dice, 60) ? demo_number(life, paid) : "0" }));
}

static void plan(struct demo_life *life, date_t on)
{
	struct demo_record r;

	demo_begin(&r, life, "care_plan", on, NULL);
	demo_type_pairs(&r, DEMO_PAIRS({ "plan_date", demo_day(life, on) }, { "groups", life->illness ? "1 6" : "1 2" }));
	demo_type_row(&r, "problems", DEMO_PAIRS({ "problem", life->illness ? "大病治疗费用高" : "血压控制不好" },
		{ "goal", life->illness ? "按疗程治疗,不因病返贫" : "三个月内血压达标" },
		{ "measure", life->illness ? "落实大病专项救治和医疗救助" : "规律服药,每月上门随访" },
		{ "frequency", "每月一次" }));
	demo_save(&r);
	demo_end(&r);
}

void demo_help(struct demo_life *life)
{
	date_t today = date_today(), since = life->from > today - 500 ? life->from : today - 500;

	if (life->rc || today - life->from < 90 || since + 60 >= life->last)
		return;
	if (life->illness || (life->enrolled && demo_has(life, TRAIT_INPATIENT, 1500))) {
		date_t admitted = demo_days(life, since, life->last - 40);
		date_t home = admitted + 6 + (date_t)demo_draw(life->dice, 20);
		int cost = 4000 + 100 * (int)demo_draw(life->dice, life->illness ? 600 : 80), paid = cost * 4 / 10;
		demo_add(life, "treatment_log", home + 1, DEMO_PAIRS(
			{ "illness", life->illness ? demo_version(life, life->illness) : "" },
			{ "illness_text", life->illness ? "" : "脑梗死" }, { "admitted_date", demo_day(life, admitted) },
			{ "discharged_date", demo_day(life, home) }, { "cost", demo_number(life, cost) },
			{ "paid_basic", demo_number(life, cost * 6 / 10) }));
		if (life->illness && demo_chance(life->dice, 60))
			clue(life, home + 2, paid);
		if (life->category)
			pay_later(life, admitted, home, cost, paid);
	}
	if (life->category && (life->illness || life->enrolled) && demo_chance(life->dice, 35))
		plan(life, demo_days(life, life->last - 130 > since ? life->last - 130 : since, life->last));
}

static void endemic(struct demo_life *life, date_t on)
{
	demo_add(life, "endemic_disease", on, DEMO_PAIRS({ "disease", demo_chance(life->dice, 60) ? "10" : "01" },
		{ "diagnosed_date", demo_day(life, on - 900) }, { "registered_date", demo_day(life, on) }));
	for (on += 30; !life->rc && demo_within(life, on); on += 170 + (date_t)demo_draw(life->dice, 40))
		demo_add(life, "endemic_visit", on, NULL);
}

static void dust(struct demo_life *life, date_t on)
{
	struct demo_record r;

	demo_begin(&r, life, "pneumoconiosis", on, NULL);
	demo_type_pairs(&r, DEMO_PAIRS({ "diagnosed_date", demo_day(life, on - 700) },
		{ "registered_date", demo_day(life, on) }));
	demo_type_row(&r, "jobs", DEMO_PAIRS({ "job_employer", "示范石料厂" }, { "job_kind", "凿岩工" },
		{ "job_from", "1995" }, { "job_to", "2008" }, { "job_years", "13" }));
	demo_save(&r);
	demo_end(&r);
	for (on += 14; !life->rc && demo_within(life, on); on += 28 + (date_t)demo_draw(life->dice, 12))
		if (on > date_today() - 500)
			demo_add(life, "pneumoconiosis_rehab", on, NULL);
}

void demo_industry(struct demo_life *life)
{
	date_t on = demo_days(life, life->from, life->from + 60);

	if (life->age < 35 || date_today() - life->from < 120 || !demo_within(life, on))
		return;
	if (demo_has(life, TRAIT_ENDEMIC, 500))
		endemic(life, on);
	if (life->person->sex == 1 && life->age >= 45 && demo_has(life, TRAIT_DUST, 700))
		dust(life, on);
}
