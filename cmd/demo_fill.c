/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/demo_fill.h"

#include <stdio.h>
#include <string.h>
#include "cmd/demo_life.h"
#include "lib/i18n.h"

static int save_household(struct demo_village *village, const struct demo_household *house,
                          struct arena *arena, char version_text[VERSION_TEXT_BYTES], struct error *err)
{
	struct change change = { .record = 0 };
	struct version version;
	struct entering e;
	char text[256];
	rid_t rid;
	int rc = entering_begin(&e, village->forms, "household", NULL, NULL, arena, err);

	if (!rc)
		rc = entering_set(&e, "household_no", ROW_NONE, house->number, err);
	if (!rc)
		rc = entering_set(&e, "head_name", ROW_NONE, house->people[0].name, err);
	if (!rc)
		rc = entering_set(&e, "head_id_number", ROW_NONE, house->people[0].id_number, err);
	snprintf(text, sizeof(text), "%d组", house->group);
	if (!rc)
		rc = entering_set(&e, "village_group", ROW_NONE, text, err);
	snprintf(text, sizeof(text), "%.60s%.60s%d组%s号", village->township, village->name, house->group,
	         house->number);
	if (!rc)
		rc = entering_set(&e, "address", ROW_NONE, text, err);
	if (!rc)
		rc = entering_set(&e, "phone", ROW_NONE, house->people[0].phone, err);
	snprintf(text, sizeof(text), "%zu", house->n);
	if (!rc)
		rc = entering_set(&e, "members_registered", ROW_NONE, text, err);
	if (!rc)
		rc = entering_set(&e, "members_living", ROW_NONE, text, err);
	if (!rc)
		rc = entering_finish(&e, &change, err);
	if (!rc)
		rc = store_save(village->store, &change, 1, &rid, err);
	if (!rc)
		rc = store_version_of(village->store, rid, &version, err);
	if (!rc)
		version_format(&version, version_text);
	entering_end(&e);
	return rc;
}

/* About one household in eight is on a low-income list. */
static int draw_category(struct demo_dice *dice)
{
	static const int codes[] = { 10, 10, 21, 22, 22, 23, 31, 31, 31, 32, 34, 35 };

	return demo_chance(dice, 12) ? codes[demo_draw(dice, sizeof(codes) / sizeof(*codes))] : 0;
}

/* One person in some hundreds has a second file, without an ID number. */
static bool is_written_twice(struct demo_village *village)
{
	return village->people >= 200 && demo_draw(&village->maker.dice, 1000) < 5;
}

static int fill_household(struct demo_village *village, long room, struct demo_totals *totals,
                          struct error *err)
{
	char version[VERSION_TEXT_BYTES];
	struct arena arena = ARENA_INIT;
	struct demo_household house;
	int rc;

	demo_make_household(&village->maker, &house);
	if ((long)house.n > room)
		house.n = (size_t)room;
	village->category = draw_category(&village->maker.dice);
	rc = save_household(village, &house, &arena, version, err);
	totals->households += !rc;
	village->records += !rc;
	for (size_t i = 0; !rc && i < house.n; i++) {
		rc = demo_resident(village, &house, &house.people[i], version, &arena, err);
		totals->residents += !rc;
		arena_reset(&arena);
		if (!rc && (long)house.n < room && is_written_twice(village)) {
			rc = demo_double(village, &house, &house.people[i], version, &arena, err);
			totals->residents += !rc;
			room--;
			arena_reset(&arena);
		}
	}
	arena_free(&arena);
	return rc;
}

/* "甲村卫生室" is the clinic of 甲村. */
static void name_village(struct demo_village *village, const char *site)
{
	const char *end = strstr(site, "卫生室");
	size_t len = end ? (size_t)(end - site) : strlen(site);

	snprintf(village->clinic, sizeof(village->clinic), "%.100s", site);
	snprintf(village->name, sizeof(village->name), "%.*s", (int)(len < 60 ? len : 60), site);
	snprintf(village->township, sizeof(village->township), "示范镇");
	village->hospital = "示范镇卫生院";
}

/* Clinic, staff and activities. */
static int fill_place(struct demo_village *village, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct demo_life life = { .village = village, .dice = &village->maker.dice, .arena = &arena, .err = err,
		                  .doctor = "示范医生", .here = true, .from = village->from,
		                  .last = date_today() };
	int rc = demo_life_room(&life);

	if (!rc)
		demo_place(&life);
	arena_free(&arena);
	return rc ? rc : life.rc;
}

/* The first of each kind comes early. */
static void spread_traits(struct demo_village *village)
{
	for (int i = 0; i < TRAIT_N; i++) {
		village->due[0][i] = 60000 + demo_draw(&village->maker.dice, 30000);
		village->due[1][i] = 60000 + demo_draw(&village->maker.dice, 30000);
	}
}

int demo_fill(struct store *store, const struct demo_plan *plan, struct demo_totals *totals,
              struct progress *progress, struct error *err)
{
	struct demo_village village = { .store = store, .forms = store_forms(store) };
	struct demo_totals mine = { 0 };
	struct store_info info;
	int rc = store_info_get(store, &info, err);

	if (!rc)
		rc = demo_maker_begin(&village.maker, plan->seed, plan->village, date_today(), err);
	if (!rc)
		rc = demo_answers_load(&village.answers, village.forms, err);
	if (rc) {
		demo_maker_end(&village.maker);
		return rc;
	}
	spread_traits(&village);
	name_village(&village, info.self.name);
	village.from = date_add_years(date_today(), -(int)plan->years);
	village.types_values = plan->village == 1 || (!plan->village && !store_device_at(store, 1));
	village.people = plan->residents;
	rc = store_bulk_begin(store, err);
	if (!rc)
		rc = fill_place(&village, err);
	while (!rc && mine.residents < (uint64_t)plan->residents) {
		rc = fill_household(&village, plan->residents - (long)mine.residents, &mine, err);
		if (!rc && !progress_report(progress, _("inventing people"), mine.residents,
		                            (uint64_t)plan->residents))
			rc = error_set(err, ERR_CANCELLED, "%s", error_kind(ERR_CANCELLED));
	}
	if (rc) {
		struct error ignored;
		store_bulk_end(store, &ignored);
	} else {
		rc = store_bulk_end(store, err);
	}
	demo_answers_free(village.answers);
	demo_maker_end(&village.maker);
	totals->households += mine.households;
	totals->residents += mine.residents;
	totals->records += village.records;
	return rc;
}
