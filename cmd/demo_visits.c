/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The daily work of the clinic: people who come, screening of those who are well, referrals, infectious diseases. */
#include "config.h"
#include "cmd/demo_life.h"

#include <stdio.h>

static const struct complaint {
	const char *complaint, *diagnosis, *icd, *drug, *dose;
} complaints[] = {
	{ "咳嗽、咽痛两天", "急性上呼吸道感染", "J06.9", "感冒灵颗粒", "1000" },
	{ "腰痛三天", "腰肌劳损", "M54.5", "布洛芬缓释胶囊", "300" },
	{ "上腹不适", "慢性胃炎", "K29.5", "奥美拉唑肠溶胶囊", "20" },
	{ "腹泻一天", "急性胃肠炎", "K52.9", "蒙脱石散", "3000" },
	{ "膝关节痛", "膝骨关节炎", "M17.9", "双氯芬酸钠缓释片", "75" },
	{ "皮肤瘙痒", "湿疹", "L30.9", "氯雷他定片", "10" },
	{ "手外伤", "皮肤浅表裂伤", "T14.1", "头孢氨苄胶囊", "250" },
};

void demo_refer(struct demo_life *life, date_t on, const char *reason, const char *department)
{
	date_t checked = on + 3 + (date_t)demo_draw(life->dice, 11), back = on + 10, followed = back + 6;
	bool known = demo_chance(life->dice, 86) && demo_within(life, checked);
	bool returned = known && demo_chance(life->dice, 35) && demo_within(life, followed);

	demo_add(life, "referral", on, DEMO_PAIRS({ "reason", reason }, { "department", department },
		{ "checked_date", known ? demo_day(life, checked) : "" },
		{ "seen", !known ? "" : demo_chance(life->dice, 90) ? "1" : "2" },
		{ "result", known ? "已就诊,按上级医院意见调整" : "" },
		{ "back_date", returned ? demo_day(life, back) : "" },
		{ "back_from", returned ? life->village->hospital : "" },
		{ "back_diagnosis", returned ? reason : "" }, { "back_advice", returned ? "继续规律服药,两周后复查" : "" },
		{ "followed_date", returned ? demo_day(life, followed) : "" },
		{ "follow_result", returned ? "病情平稳" : "" }));
}

/* 五个一: diagnosis, prescription, essential drug, advice, channel; one is missing now and then. */
static void chronic_visit(struct demo_life *life, date_t on)
{
	bool htn = life->hypertension;
	struct demo_record r;

	demo_begin(&r, life, "general_visit", on, NULL);
	demo_type_pairs(&r, DEMO_PAIRS({ "complaint", "复诊配药" }, { "chronic", htn ? life->diabetes ? "1 2" : "1" : "2" },
		{ "diagnosis", htn ? "原发性高血压" : "2型糖尿病" }, { "icd", htn ? "I10" : "E11.9" },
		{ "sbp", demo_number(life, demo_pressure(life, life->sbp)) },
		{ "dbp", demo_number(life, demo_pressure(life, life->dbp)) },
		{ "next_date", demo_day(life, on + 28) }, { "diagnosed_date", demo_day(life, life->from) }));
	demo_type_row(&r, "drugs", DEMO_PAIRS({ "drug_name", htn ? "苯磺酸氨氯地平片" : "二甲双胍片" },
		{ "times_per_day", "1" }, { "dose", htn ? "5" : "500" }, { "dose_unit", "mg" }, { "days", "28" }));
	demo_save(&r);
	demo_end(&r);
}

static void plain_visit(struct demo_life *life, date_t on)
{
	const struct complaint *one = &complaints[demo_draw(life->dice, sizeof(complaints) / sizeof(*complaints))];
	bool refer = demo_chance(life->dice, 4);
	struct demo_record r;

	demo_begin(&r, life, "general_visit", on, NULL);
	demo_type_pairs(&r, DEMO_PAIRS({ "complaint", one->complaint }, { "diagnosis", one->diagnosis },
		{ "icd", one->icd }, { "refer", refer ? "2" : "1" }, { "refer_reason", refer ? "治疗三天没有好转" : "" },
		{ "refer_to", refer ? life->village->hospital : "" }));
	demo_type_row(&r, "drugs", DEMO_PAIRS({ "drug_name", one->drug }, { "times_per_day", "2" },
		{ "dose", one->dose }, { "dose_unit", "mg" }, { "days", "3" }));
	demo_save(&r);
	demo_end(&r);
	if (refer)
		demo_refer(life, on, "治疗三天没有好转", "内科");
	if (demo_chance(life->dice, 3))
		demo_add(life, "remote_reading", on, DEMO_PAIRS(
			{ "received_date", demo_within(life, on + 1) ? demo_day(life, on + 1) : "" }));
}

void demo_clinic_visits(struct demo_life *life)
{
	date_t today = date_today(), since = life->from > today - 365 ? life->from : today - 365;

	if (today - life->from < 30 || since >= life->last)
		return;
	if (life->enrolled && life->last > today - 60 && demo_chance(life->dice, 68))
		chronic_visit(life, demo_days(life, life->last - 80 > since ? life->last - 80 : since, life->last));
	if (demo_chance(life->dice, life->age < 7 || life->age >= ELDERLY ? 45 : 22))
		plain_visit(life, demo_days(life, since, life->last));
	if (demo_chance(life->dice, 4))
		demo_add(life, "home_education", demo_days(life, since, life->last), NULL);
}

/* --- those who are well --- */

static void measure(struct demo_life *life, date_t on)
{
	bool raised = life->sbp >= 140 || life->dbp >= 90, again = raised && demo_within(life, on + 4);
	bool high = again && demo_chance(life->dice, 50);
	bool sent = high && demo_within(life, on + 9), known = sent && demo_within(life, on + 16);

	demo_add(life, "high_bp_finding", on, DEMO_PAIRS({ "sbp", demo_number(life, life->sbp) },
		{ "dbp", demo_number(life, life->dbp) }, { "height", demo_number(life, life->height) },
		{ "weight", demo_tenths(life, life->weight10) }, { "date2", again ? demo_day(life, on + 4) : "" },
		{ "sbp2", again ? high ? "146" : "134" : "" }, { "dbp2", again ? "84" : "" },
		{ "date3", sent ? demo_day(life, on + 9) : "" }, { "sbp3", sent ? "144" : "" },
		{ "dbp3", sent ? "86" : "" }, { "refer_to", sent ? life->village->hospital : "" },
		{ "refer_date", sent ? demo_day(life, on + 9) : "" },
		{ "checked_date", known ? demo_day(life, on + 16) : "" }, { "diagnosis", known ? "3" : "" }));
}

/* --- infectious diseases: children are ill more often --- */

static const struct infection {
	const char *disease, *type, *group;
	bool child;
} infections[] = {
	{ "39", "", "2", true },  { "31", "", "3", true },   { "23", "", "1", true },
	{ "30", "", "12", false }, { "16", "161", "12", false }, { "06", "062", "12", false },
};
enum { INFECTIONS = sizeof(infections) / sizeof(*infections) };

void demo_infections(struct demo_life *life)
{
	date_t today = date_today(), since = life->from > today - 360 ? life->from : today - 360;
	bool child = life->age < 15;

	if (today - life->from < 90 || since >= life->last ||
	    !demo_has(life, TRAIT_INFECTED, child ? 4000 : 400))
		return;
	const struct infection *one = &infections[(child ? 0 : INFECTIONS / 2) + demo_draw(life->dice, INFECTIONS / 2)];
	date_t onset = demo_days(life, since, life->last - 8), found = onset + 1 + (date_t)demo_draw(life->dice, 2);
	bool sent = demo_chance(life->dice, 92);
	date_t told = found + (demo_chance(life->dice, 85) ? 0 : 3);
	char text[DATE_TEXT_BYTES];
	demo_add(life, "infectious_report", told > life->last ? life->last : told, DEMO_PAIRS(
		{ "parent_name", life->age < ADULT ? life->house->people[0].name : "" }, { "group", one->group },
		{ "onset_date", demo_day(life, onset) }, { "diagnosed_at", demo_time(life, found) },
		{ "disease", one->disease }, { "type", one->type }, { "course", *one->type == '0' && one->type[1] == '6' ? "2" : "0" },
		{ "sent_at", sent ? arena_printf(life->arena, "%sT16:20", date_format(told, text)) : "" }));
}

void demo_screening(struct demo_life *life)
{
	date_t today = date_today(), since = life->from > today - 500 ? life->from : today - 500;

	if (life->age < 35 || today - life->from < 60 || since >= life->last)
		return;
	if (!life->hypertension && demo_chance(life->dice, 40))
		measure(life, demo_days(life, since, life->last));
	if (!life->diabetes && life->age < 75 && demo_chance(life->dice, 12))
		demo_add(life, "diabetes_risk", demo_days(life, since, life->last), DEMO_PAIRS(
			{ "height", demo_number(life, life->height) }, { "weight", demo_tenths(life, life->weight10) },
			{ "sbp", demo_number(life, life->sbp) }, { "fpg", demo_tenths(life, life->fpg10) }));
}
