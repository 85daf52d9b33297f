/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * population DIR RESIDENTS SEED: make a village's store (operator li) full of odd residents, for
 * tests/care/agree.sh: born, died, moved, lost, refused, enrolled late, closed, with two diseases,
 * telephoned only, without readings, without dates, retired records, contracts that end early.
 * With VISITS as a fourth number as many plain visits for each resident instead: a large store, not encrypted, to
 * measure.
 */
#include "config.h"
#include "tests/care/people.h"

#include "lib/buf.h"

static uint64_t dice;

static uint32_t throw_below(uint32_t n)
{
	dice ^= dice << 13; /* xorshift64 */
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (uint32_t)((dice >> 11) % n);
}

static bool chance(uint32_t percent)
{
	return throw_below(100) < percent;
}

enum { CHANGES = 400, FIELDS = 12 };
static struct change changes[CHANGES];
static struct change_field fields[CHANGES][FIELDS];
static size_t n_changes;
static struct arena texts = ARENA_INIT;

static void flush(void)
{
	if (n_changes && store_save(store, changes, n_changes, NULL, &err)) {
		fprintf(stderr, "population: %s\n", err.text);
		exit(1);
	}
	n_changes = 0;
	arena_reset(&texts);
}

/* The number of a record among the unsaved ones, for what belongs to it. */
static rid_t add(const char *form_id, rid_t subject)
{
	changes[n_changes] = (struct change){ .form = form_id, .subject = subject, .fields = fields[n_changes] };
	return REF_CHANGE(n_changes++);
}

static void set(const char *name, const char *value)
{
	struct change *change = &changes[n_changes - 1];
	uint32_t tag = form_tag(form_set_find(forms, change->form), name);
	if (!tag || change->n_fields == FIELDS) {
		fprintf(stderr, "population: %s has no field %s\n", change->form, name);
		exit(1);
	}
	const char *copy = arena_strdup(&texts, value);
	fields[n_changes - 1][change->n_fields++] =
		(struct change_field){ .tag = tag, .kind = ENTRY_TEXT, .value = span_of(copy, strlen(copy)) };
}

static void set_number(const char *name, int value)
{
	char text[16];
	snprintf(text, sizeof text, "%d", value);
	set(name, text);
}

static void set_day(const char *name, date_t day)
{
	char text[DATE_TEXT_BYTES];
	set(name, date_format(day, text));
}

static date_t day_in(const char *from, int days)
{
	return date_parse(from) + (date_t)throw_below((uint32_t)days);
}

static void retire_some(void)
{
	if (!chance(2))
		return;
	struct change *change = &changes[n_changes - 1];
	if (change->n_fields < FIELDS)
		fields[n_changes - 1][change->n_fields++] = (struct change_field){
			.tag = TAG_RETIRED, .kind = ENTRY_TEXT, .value = span_of("mistake", 7) };
}

/* Many are as the norm wants them, so that both answers occur often. */
static void add_good_visit(const char *form_id, rid_t who, date_t day, bool glucose)
{
	add(form_id, who);
	set_day("visit_date", day);
	set_number("mode", 1 + (int)throw_below(2));
	set("outcome", "1");
	set("class", "1");
	set_number("sbp", 112 + (int)throw_below(27));
	set_number("dbp", 66 + (int)throw_below(24));
	if (glucose)
		set("fpg", chance(50) ? "5.8" : "6.9");
}

static void add_visit(const char *form_id, rid_t who, date_t day, bool glucose)
{
	add(form_id, who);
	set_day("visit_date", day);
	set_number("mode", chance(80) ? 1 + (int)throw_below(2) : 3);
	set_number("outcome", chance(95) ? 1 : 2);
	set_number("class", 1 + (int)throw_below(4) * chance(30));
	if (chance(94))
		set_number("sbp", chance(90) ? 112 + (int)throw_below(44) : 175 + (int)throw_below(12));
	if (chance(94))
		set_number("dbp", 66 + (int)throw_below(30));
	if (chance(8))
		set("adverse", "2");
	if (chance(5))
		set("danger_signs", chance(50) ? "1" : "2 4");
	if (glucose && chance(92)) {
		char text[16];
		snprintf(text, sizeof text, "%u.%u", 3 + throw_below(6), throw_below(10));
		set("fpg", chance(4) ? "17.2" : text);
	}
	retire_some();
}

static void add_disease(const char *enrolment, const char *visit, rid_t who, bool glucose)
{
	date_t enrolled = day_in("2023-06-01", 1300);
	add(enrolment, who);
	set_day("enrolled_date", enrolled);
	if (chance(15)) {
		set_day("closed_date", enrolled + (date_t)throw_below(900));
		set_number("closed_reason", 1 + (int)throw_below(5));
	}
	retire_some();
	bool good = chance(60);
	for (date_t day = enrolled - 20 + (date_t)throw_below(60); day < date_parse("2027-01-20");
	     day += good ? 50 + (date_t)throw_below(36)
	            : chance(85) ? 20 + (date_t)throw_below(90) : 5 + (date_t)throw_below(12))
		if (good && chance(97))
			add_good_visit(visit, who, day, glucose);
		else if (chance(92))
			add_visit(visit, who, day, glucose);
}

static void add_person(unsigned number)
{
	char name[32];
	snprintf(name, sizeof name, "甲%u", number);
	rid_t who = add("resident", 0);
	set("name", name);
	set_number("sex", 1 + (int)throw_below(2));
	if (chance(98))
		set_day("birth_date", chance(4) ? date_parse("1960-02-29") : day_in("1930-01-01", 34000));
	set_number("status", chance(86) ? 1 : 2 + (int)throw_below(4));
	if (chance(90))
		set_day("status_date", day_in("2025-06-01", 700));
	for (int i = 0; i < 2; i++)
		if (chance(60)) {
			static const int categories[] = { 10, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 90 };
			add("category_span", who);
			set_number("category", categories[throw_below(12)]);
			set_day("valid_from", day_in("2023-01-01", 1400));
			if (chance(25))
				set_day("valid_to", day_in("2025-06-01", 800));
			if (chance(20)) {
				set("risk_cleared", "1");
				if (chance(70))
					set_day("risk_cleared_date", day_in("2025-01-01", 700));
			}
			retire_some();
		}
	for (int i = 0; i < 2; i++)
		if (chance(70)) {
			date_t from = day_in("2024-10-01", 900);
			add("contract", who);
			set_day("start_date", from);
			if (chance(95))
				set_day("end_date", from + 364);
			set_number("status", 1 + (int)throw_below(4));
			if (chance(20))
				set_day("ended_date", from + (date_t)throw_below(500));
			retire_some();
		}
	for (int i = 0; i < 2; i++)
		if (chance(65)) {
			add("examination", who);
			set_day("exam_date", day_in("2025-10-01", 480));
			set_number("kind", chance(85) ? 1 : 2);
		}
	for (int i = 0; i < 2; i++)
		if (chance(25)) {
			date_t day = day_in("2025-12-01", 420);
			add("referral", who);
			set_day("referral_date", day);
			if (chance(60))
				set_day("checked_date", day + (date_t)throw_below(25));
		}
	if (chance(70))
		add_disease("hypertension_enrolment", "hypertension_visit", who, false);
	if (chance(40))
		add_disease("diabetes_enrolment", "diabetes_visit", who, true);
	flush();
}

/* A resident of a large store: everything an indicator asks for, and so many visits. */
static void add_plain(unsigned number, unsigned visits)
{
	char name[32];
	snprintf(name, sizeof name, "乙%u", number);
	rid_t who = add("resident", 0);
	set("name", name);
	set("sex", "1");
	set_day("birth_date", day_in("1940-01-01", 25000));
	set("status", "1");
	set("built_date", "2020-01-01");
	add("category_span", who);
	set("category", chance(10) ? "31" : "10");
	set("valid_from", "2024-01-01");
	add("contract", who);
	set("start_date", "2026-01-01");
	set("end_date", "2026-12-31");
	set("status", "1");
	add("examination", who);
	set_day("exam_date", day_in("2026-01-01", 300));
	set("kind", "1");
	add("hypertension_enrolment", who);
	set("enrolled_date", "2022-01-01");
	for (unsigned i = 0; i < visits; i++)
		add_visit("hypertension_visit", who, date_parse("2026-11-01") - (date_t)(i * 80 + throw_below(20)), false);
	flush();
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	unsigned residents = (unsigned)atoi(argv[2]), visits = argc > 4 ? (unsigned)atoi(argv[4]) : 0;
	dice = 88172645463325252u ^ (uint64_t)atoi(argv[3]) * 2654435761u;
	people_unencrypted = visits > 0;
	forms = scene_forms();
	if (!make_store(argv[1], "甲村卫生室", "430599101201") || store_bulk_begin(store, &err))
		return 1;
	for (unsigned i = 0; i < residents; i++)
		visits ? add_plain(i, visits) : add_person(i);
	if (store_bulk_end(store, &err)) {
		fprintf(stderr, "population: %s\n", err.text);
		return 1;
	}
	store_close(store);
	form_set_free(forms);
	arena_free(&texts);
	return 0;
}
