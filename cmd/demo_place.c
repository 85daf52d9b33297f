/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The village itself: unit, clinic, staff and equipment; packages, health education, clean days, the logs. */
#include "config.h"
#include "cmd/demo_life.h"

#include <string.h>

/* A record of the clinic or of a doctor. */
static void add_for(struct demo_life *life, rid_t subject, const char *form, date_t on, const struct demo_pair *pairs)
{
	life->subject = subject;
	demo_add(life, form, on, pairs);
	life->subject = 0;
}

/* Saves what was added last, for others to point to. */
static rid_t keep(struct demo_life *life)
{
	size_t last = life->n - 1;

	demo_flush(life);
	return life->rc ? 0 : life->saved[last];
}

static const struct doctor {
	const char *name, *role, *sex, *route, *specialty;
	int age;
} doctors[] = {
	{ "示范医生", "1", "1", "3", "1 3", 46 },
	{ "示范乙医生", "2", "1", "4", "2", 58 },
	{ "示范护士", "3", "2", "6", "8", 33 },
};
enum { DOCTORS = sizeof(doctors) / sizeof(*doctors) };

static void add_doctor(struct demo_life *life, const struct doctor *doctor, const char *clinic)
{
	date_t today = date_today(), birth = date_add_years(today, -doctor->age) - 100;
	bool licensed = strcmp(doctor->route, "6") != 0;

	demo_add(life, "staff", today, DEMO_PAIRS({ "name", doctor->name }, { "sex", doctor->sex },
		{ "birth_date", demo_day(life, birth) }, { "clinic", clinic }, { "role", doctor->role },
		{ "route", doctor->route }, { "licence_no", licensed ? "430599000000" : "" },
		{ "licence_until", licensed ? demo_day(life, today + (doctor->age > 50 ? 70 : 900)) : "" },
		{ "place_ok", licensed ? "1" : "" }, { "specialty", doctor->specialty },
		{ "joined_date", demo_day(life, today - 3000) }));
	rid_t staff = keep(life);
	for (date_t on = life->from + 40; !life->rc && on <= today; on += 150 + (date_t)demo_draw(life->dice, 60))
		add_for(life, staff, "staff_training", on, DEMO_PAIRS({ "end_date", demo_day(life, on) }));
	if (date_today() - life->from > 100)
		add_for(life, staff, "staff_event", life->from + 60, NULL);
}

static void add_clinic(struct demo_life *life)
{
	static const char *const items[] = { "01", "02", "03", "04", "05", "06", "10", "14", "18", "20", "22", "51" };
	const char *people = demo_number(life, (int)life->village->people + (int)life->village->people / 12);
	date_t today = date_today();

	demo_add(life, "coverage_unit", today, DEMO_PAIRS({ "population", people },
		{ "service_from", demo_day(life, today - 4000) }));
	keep(life);
	demo_add(life, "clinic", today, DEMO_PAIRS({ "unit", demo_version(life, 0) },
		{ "licence_until", demo_day(life, today + 50) }, { "confirmed_date", demo_day(life, today - 20) },
		{ "integrated_date", demo_day(life, today - 2000) }, { "opened_date", demo_day(life, today - 4000) }));
	rid_t clinic = keep(life);
	const char *version = demo_version(life, 0);
	for (size_t i = 0; i < sizeof(items) / sizeof(*items); i++)
		add_for(life, clinic, "equipment", today, DEMO_PAIRS({ "item", items[i] },
			{ "condition", i == 7 ? "2" : "1" }));
	for (date_t on = life->from + 20; !life->rc && on <= today; on += 175)
		add_for(life, clinic, "clinic_check", on, DEMO_PAIRS({ "population", people }));
	for (date_t on = life->from + 30; !life->rc && on <= today; on += 30)
		add_for(life, clinic, "clinic_event", on, NULL);
	add_for(life, clinic, "outpatient_pooling", today, DEMO_PAIRS(
		{ "designated_date", demo_day(life, today - 300) }, { "valid_until", demo_day(life, today + 65) }));
	for (size_t i = 0; i < DOCTORS; i++)
		add_doctor(life, &doctors[i], version);
}

static void add_packages(struct demo_life *life)
{
	static const struct { const char *package, *kind, *target, *price, *item, *times; } packages[] = {
		{ "1", "1", "全体居民", "0", "07", "1" },     { "2", "2", "65岁及以上老年人", "0", "15", "1" },
		{ "3", "2", "高血压患者", "0", "10", "4" },   { "4", "2", "糖尿病患者", "0", "12", "4" },
		{ "11", "3", "自愿购买的居民", "120", "31", "6" },
	};
	struct demo_record r;

	for (size_t i = 0; i < sizeof(packages) / sizeof(*packages); i++) {
		demo_begin(&r, life, "service_package", life->from, NULL);
		demo_type_pairs(&r, DEMO_PAIRS({ "package", packages[i].package }, { "kind", packages[i].kind },
			{ "target", packages[i].target }, { "price", packages[i].price },
			{ "valid_from", demo_day(life, life->from) }));
		demo_type_row(&r, "items", DEMO_PAIRS({ "item", packages[i].item }, { "times", packages[i].times }));
		demo_save(&r);
		demo_end(&r);
	}
}

static void add_education(struct demo_life *life)
{
	static const struct { const char *topic, *title; } talks[] = {
		{ "07", "高血压的防治" }, { "08", "糖尿病的饮食与运动" }, { "09", "结核病防治知识" }, { "02", "合理膳食" },
		{ "04", "戒烟限酒" },     { "11", "呼吸道传染病预防" },   { "05", "心理健康" },
	};
	static const char *const kinds[] = { "1", "3", "1", "2", "1", "4" };
	size_t turn = 0;

	for (date_t on = life->from + 12; !life->rc && on <= date_today(); turn++) {
		bool board = turn % 6 == 1;
		demo_add(life, "health_education", on, DEMO_PAIRS({ "form", kinds[turn % 6] },
			{ "topic", talks[turn % 7].topic }, { "title", talks[turn % 7].title },
			{ "board_area", board ? "2.5" : "" }, { "speaker", board ? "" : life->doctor },
			{ "filled_date", demo_day(life, on + 3 <= date_today() ? on + 3 : on) }));
		if (turn % 2)
			demo_add(life, "patriotic_health", on, NULL);
		on += 24 + (date_t)demo_draw(life->dice, 16);
	}
}

/* Every working day of the last four months; a cluster of diarrhoea once. */
static void add_logs(struct demo_life *life)
{
	static const char *const names[] = { "刘示范", "陈示范", "周示范", "吴示范" };
	date_t today = date_today(), from = life->from > today - 120 ? life->from : today - 120;

	for (date_t on = from; !life->rc && on < today; on++) {
		int seen = 4 + (int)demo_draw(life->dice, 14);
		bool cluster = on == today - 6;
		if (date_weekday(on) == 7)
			continue;
		demo_add(life, "symptom_log", on, DEMO_PAIRS({ "seen", demo_number(life, seen + 10) },
			{ "diarrhoea", cluster ? "6" : demo_chance(life->dice, 15) ? "1" : "0" },
			{ "phoned_at", cluster ? demo_time(life, on) : "" },
			{ "phoned_to", cluster ? "示范镇卫生院公卫科" : "" },
			{ "detail", cluster ? "同一宴席后六人腹泻,已留样" : "" }));
		if (demo_chance(life->dice, 30))
			demo_add(life, "fever_register", on, DEMO_PAIRS(
				{ "name", names[demo_draw(life->dice, 4)] },
				{ "temperature", demo_tenths(life, 374 + (int)demo_draw(life->dice, 18)) }));
	}
}

/* What the county publishes; typed in once. */
static void add_values(struct demo_life *life)
{
	static const struct { const char *indicator, *numerator, *denominator; } values[] = {
		{ "annex2_hospital", "1", "1" },  { "annex3_centres", "13", "15" }, { "annex3_tcm", "14", "15" },
		{ "annex6_literacy", "271", "1000" }, { "health_counties", "2", "3" }, { "pooling", "186", "204" },
		{ "fever_clinics", "12", "15" },
	};
	int year, month, day;

	date_split(date_today(), &year, &month, &day);
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		demo_add(life, "indicator_value", date_today(), DEMO_PAIRS({ "indicator", values[i].indicator },
			{ "year", demo_number(life, year) }, { "numerator", values[i].numerator },
			{ "denominator", values[i].denominator }));
}

void demo_place(struct demo_life *life)
{
	add_clinic(life);
	add_packages(life);
	add_education(life);
	demo_flush(life);
	add_logs(life);
	if (life->village->types_values)
		add_values(life);
	demo_flush(life);
}
