/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tuberculosis: suspects, notice, first visit, visits by supervisor, doses, the end of the course. */
#include "config.h"
#include "cmd/demo_life.h"

enum { COURSE_DAYS = 182, INTENSIVE_DAYS = 60 };

static void suspect(struct demo_life *life, date_t on, const char *result)
{
	date_t checked = on + 2 + (date_t)demo_draw(life->dice, 6);

	if (demo_within(life, on))
		demo_add(life, "tb_suspect", on, DEMO_PAIRS({ "cough_days", "20" },
			{ "symptoms", demo_chance(life->dice, 40) ? "2 3" : "0" },
			{ "checked_date", checked <= life->last ? demo_day(life, checked) : "" },
			{ "result", checked <= life->last ? result : "" }));
}

/* Within 72 hours of the notice; some late. */
static date_t first_visit(struct demo_life *life, struct demo_record *r, date_t notice, bool doctor)
{
	date_t on = notice + (demo_chance(life->dice, 12) ? 5 : 1 + (date_t)demo_draw(life->dice, 2));

	demo_begin(r, life, "tb_first_visit", on, NULL);
	demo_type_pairs(r, DEMO_PAIRS({ "notice_at", demo_time(life, notice) }, { "visit_time", "15:30" },
		{ "treatment_start", demo_day(life, notice) }, { "supervisor", doctor ? "1" : "2" },
		{ "supervisor_name", doctor ? life->doctor : life->house->people[life->house->n - 1].name },
		{ "cigarettes", life->smokes ? "5" : "0" }, { "alcohol", "0" }));
	demo_save(r);
	return on;
}

/* Monthly with a doctor; with the family every ten days at first. Returns the doses missed. */
static int visits(struct demo_life *life, struct demo_record *r, date_t start, bool doctor, int *n)
{
	bool careless = demo_chance(life->dice, 20);
	int missed = 0;
	date_t end = start + COURSE_DAYS - 5;

	for (date_t on = start; !life->rc;) {
		on += !doctor && on - start < INTENSIVE_DAYS ? 8 + (date_t)demo_draw(life->dice, 4)
		                                             : 27 + (date_t)demo_draw(life->dice, 7);
		if (on > life->last || on > end)
			break;
		int lost = demo_chance(life->dice, careless ? 80 : 12) ? 1 + (int)demo_draw(life->dice, careless ? 8 : 2) : 0;
		int month = (int)(on - start) / 30 + 1;
		demo_add(life, "tb_visit", on, DEMO_PAIRS({ "month", demo_number(life, month) },
			{ "phase", on - start < INTENSIVE_DAYS ? "1" : "2" }, { "supervisor", doctor ? "1" : "2" },
			{ "cigarettes", life->smokes ? "5" : "0" }, { "alcohol", "0" },
			{ "missed_doses", demo_number(life, lost) },
			{ "regimen", demo_get(r, "regimen") }));
		missed += lost;
		(*n)++;
	}
	return missed;
}

/* Works elsewhere: called on twice, and the institution that sent the notice was told. */
static void not_met(struct demo_life *life, date_t notice)
{
	demo_add(life, "tb_first_visit", notice + 2, DEMO_PAIRS({ "notice_at", demo_time(life, notice) },
		{ "met", "2" }, { "attempts", "2" }, { "reported_date", demo_day(life, notice + 3) }));
}

static void course(struct demo_life *life, date_t notice)
{
	bool doctor = demo_chance(life->dice, 60);
	int n = 1;
	struct demo_record first;

	if (demo_chance(life->dice, 65))
		suspect(life, notice - 9, "3");
	date_t seen = first_visit(life, &first, notice, doctor), stop = notice + COURSE_DAYS;
	int missed = visits(life, &first, notice, doctor, &n);
	if (demo_within(life, stop)) {
		int due = COURSE_DAYS - 2, asked = doctor ? 7 : 11;
		demo_add(life, "tb_closing", stop, DEMO_PAIRS({ "start_date", demo_day(life, notice) },
			{ "supervisor", doctor ? "1" : "2" }, { "first_in_time", seen - notice <= 3 ? "1" : "2" },
			{ "visits_due", demo_number(life, asked) }, { "visits_done", demo_number(life, n) },
			{ "doses_due", demo_number(life, due) }, { "doses_taken", demo_number(life, due - missed) }));
	}
	demo_end(&first);
}

void demo_tb(struct demo_life *life)
{
	date_t today = date_today(), past = today - life->from;
	uint32_t years = (uint32_t)(past / 365 + 1);

	if (life->age < 15 || past < 120)
		return;
	if (demo_has(life, TRAIT_TB, years * (life->category ? 350 : 90))) {
		/* Every other one lately, so that there are always some at hand. */
		date_t from = demo_chance(life->dice, 60) && past > 330 ? today - 320 : life->from + 10;
		date_t notice = demo_days(life, from, today - 20);
		if (demo_within(life, notice + 6) && demo_chance(life->dice, 6))
			not_met(life, notice);
		else if (demo_within(life, notice + 6))
			course(life, notice);
	} else if (demo_chance(life->dice, 1)) {
		const char *result = demo_chance(life->dice, 85) ? "2" : "1";
		suspect(life, demo_days(life, today - (past < 365 ? past : 365), life->last), result);
	}
}
