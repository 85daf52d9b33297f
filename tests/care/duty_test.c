/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Duties of one resident: which, by when, and how urgent. */
#include "config.h"
#include "care/duty.h"
#include "care/chronic.h"
#include "lib/i18n.h"
#include "tests/care/scene.h"
#include "tests/tap.h"

static const struct {
	const char *name;
	struct scene scene;
	const char *want;
} rows[] = {
	{ "controlled: three months", { .visits = "2026-02-01" }, "hypertension.visit 2026-05-01/4" },
	{ "30 November: the last day of February", { .visits = "2025-11-30" }, "hypertension.visit 2026-02-28/4" },
	{ "the doctor asked earlier", { .visits = "2026-02-01 next=2026-03-01" }, "hypertension.visit 2026-03-01/4" },
	{ "the doctor asked later: the rule holds", { .visits = "2026-02-01 next=2026-09-01" }, "hypertension.visit 2026-05-01/4" },
	{ "140 is not controlled", { .visits = "2026-02-01 140/80 class2" }, "hypertension.visit 2026-02-15/3" },
	{ "not controlled, though stored as class 1", { .visits = "2026-02-01 140/80 class1" }, "hypertension.visit 2026-02-15/3" },
	{ "adverse reaction", { .visits = "2026-02-01 adverse class3" }, "hypertension.visit 2026-02-15/3" },
	{ "complication", { .visits = "2026-02-01 class4" }, "hypertension.visit 2026-02-15/3" },
	{ "180 is danger", { .visits = "2026-02-01 180/90 class2" }, "hypertension.referral-check 2026-02-15/0" },
	{ "179/109 is not", { .visits = "2026-02-01 179/109 class2" }, "hypertension.visit 2026-02-15/3" },
	{ "diastolic 110 is danger", { .visits = "2026-02-01 150/110 class2" }, "hypertension.referral-check 2026-02-15/0" },
	{ "a danger sign with a normal pressure", { .visits = "2026-02-01 sign" }, "hypertension.referral-check 2026-02-15/0" },
	{ "twice in a row from the readings", { .visits = "2026-02-01 150/80 class3 2026-02-10 145/80 class4" }, "hypertension.referral-check 2026-02-24/0" },
	{ "a controlled visit between", { .visits = "2026-02-01 150/80 2026-02-08 130/80 2026-02-15 145/80" }, "hypertension.visit 2026-03-01/3" },
	{ "a telephone contact between does not break the row", { .visits = "2026-02-01 150/80 2026-02-05 phone 2026-02-10 145/80" }, "hypertension.referral-check 2026-02-24/0" },
	{ "referred by the doctor", { .visits = "2026-02-01 referred" }, "hypertension.referral-check 2026-02-15/0" },
	{ "referred, checked: the visit is still due", { .visits = "2026-02-01 185/90", .checked = "2026-02-01 2026-02-09" }, "hypertension.visit 2026-02-15/3" },
	{ "referral open: one duty, not two", { .visits = "2026-02-01 185/90", .checked = "2026-02-01 -" }, "referral.check 2026-02-15/3" },
	{ "no visit yet", { .visits = "" }, "hypertension.first-visit 2025-06-15/3" },
	{ "visited before the enrolment only", { .visits = "2025-05-31" }, "hypertension.first-visit 2025-06-15/3" },
	{ "telephoned only", { .visits = "2026-02-01 phone" }, "hypertension.first-visit 2025-06-15/3" },
	{ "telephone moves nothing", { .visits = "2026-02-01 2026-03-01 phone" }, "hypertension.visit 2026-05-01/4" },
	{ "but what it found is followed", { .visits = "2026-02-01 2026-03-01 phone 165/95" }, "hypertension.visit 2026-03-15/3" },
	{ "150 is the limit from 65 on", { .birth = "1961-02-01", .visits = "2026-02-01 149/89" }, "hypertension.visit 2026-05-01/4" },
	{ "and 140 the day before", { .birth = "1961-02-02", .visits = "2026-02-01 149/89" }, "hypertension.visit 2026-02-15/3" },
	{ "enrolment closed", { .enrolment = "2025-06-01 2026-01-01 5" }, "" },
	{ "dead", { .status = "2 2026-03-01" }, "" },
	{ "moved away", { .status = "3 2026-03-01" }, "" },
	{ "refused", { .status = "5 2026-03-01" }, "" },
	{ "contract ends", { .enrolment = "", .contract = "2026-01-01 2026-12-31" }, "contract.renew 2026-12-31/4" },
	{ "the latest contract counts", { .enrolment = "", .contract = "2027-01-01 2027-12-31 2026-01-01 2026-12-31" }, "contract.renew 2027-12-31/4" },
	{ "low income, no contract", { .enrolment = "", .contract = "" }, "contract.sign 2024-01-31/4" },
	{ "not low income, no contract", { .enrolment = "", .contract = "", .category = "" }, "" },
};

static void describe(const struct duty_row *duties, size_t n, bool contracts, char *out, size_t size)
{
	size_t used = 0;
	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		char due[DATE_TEXT_BYTES];
		bool contract = duties[i].rule == DUTY_RULE_RENEW || duties[i].rule == DUTY_RULE_SIGN;
		if (contract != contracts || duties[i].yearly || duties[i].state != DUTY_END_OPEN)
			continue;
		used += (size_t)snprintf(out + used, size - used, "%s%s %s/%d", used ? " " : "",
		                         duty_rule_word(duties[i].rule),
		                         date_format(duties[i].due, due), duties[i].urgency);
	}
}

/* The duties of a scene; room and arena hold them. */
static size_t duties_of(const struct rule_set *rules, const struct scene *scene, struct scene_room *room,
                        struct arena *arena, struct duty_row **out)
{
	struct facts facts = scene_facts(scene, room);
	struct error err = { 0 };
	size_t n = 0;
	*out = NULL;
	ok(!duty_compute(rules, &facts, arena, out, &n, &err), "computed%s", err.text);
	return n;
}

static const struct duty_row *find(const struct duty_row *rows_of, size_t n, enum duty_rule rule)
{
	for (size_t i = 0; i < n; i++)
		if (rows_of[i].rule == rule && rows_of[i].state == DUTY_END_OPEN)
			return &rows_of[i];
	return NULL;
}

static void test_rows(const struct rule_set *rules)
{
	struct arena arena = ARENA_INIT;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct scene_room room;
		struct duty_row *duties;
		char text[256];
		size_t n = duties_of(rules, &rows[i].scene, &room, &arena, &duties);
		bool contracts = rows[i].scene.enrolment && !*rows[i].scene.enrolment;
		describe(duties, n, contracts, text, sizeof text);
		is_text(text, rows[i].want, rows[i].name);
		arena_free(&arena);
	}
}

static void test_window(const struct rule_set *rules)
{
	struct arena arena = ARENA_INIT;
	struct scene_room room;
	struct duty_row *duties;
	size_t n = duties_of(rules, &(struct scene){ .visits = "2026-02-01" }, &room, &arena, &duties);
	const struct duty_row *visit = find(duties, n, DUTY_RULE_HTN_VISIT);
	const struct duty_row *renew = find(duties, n, DUTY_RULE_RENEW);
	if (!ok(visit && renew, "a visit and the contract"))
		return;
	is(duty_row_state(visit, date_parse("2026-04-23")), DUTY_PLANNED, "eight days before: planned");
	is(duty_row_state(visit, date_parse("2026-04-24")), DUTY_DUE, "seven days before: due");
	is(duty_row_state(visit, date_parse("2026-05-01")), DUTY_DUE, "on the day: due");
	is(duty_row_state(visit, date_parse("2026-05-02")), DUTY_OVERDUE, "the day after: overdue");
	is(duty_row_state(renew, date_parse("2026-11-30")), DUTY_PLANNED, "31 days before the contract ends: planned");
	is(duty_row_state(renew, date_parse("2026-12-01")), DUTY_DUE, "30 days before: due");
	arena_free(&arena);
}

static void test_expiry(const struct rule_set *rules)
{
	struct arena arena = ARENA_INIT;
	struct scene_room room;
	struct duty_row *duties;
	struct scene scene = { .enrolment = "", .contract = "", .category = "31 2024-01-01 2026-06-30" };
	size_t n = duties_of(rules, &scene, &room, &arena, &duties);
	const struct duty_row *sign = find(duties, n, DUTY_RULE_SIGN);
	if (!ok(sign != NULL, "a category that has ended still has a row"))
		return;
	is(sign->last, date_parse("2026-06-30"), "which is not shown after the category's end");
	is(duty_row_state(sign, date_parse("2026-06-30")), DUTY_OVERDUE, "on its last day it is");
	is(duty_row_state(sign, date_parse("2026-07-01")), DUTY_MISSED, "the day after: missed");
	arena_free(&arena);
}

static void test_gone(const struct rule_set *rules)
{
	struct arena arena = ARENA_INIT;
	struct scene_room room;
	struct duty_row *duties;
	size_t cancelled = 0, done = 0;
	size_t n = duties_of(rules, &(struct scene){ .status = "2 2026-12-20" }, &room, &arena, &duties);
	for (size_t i = 0; i < n; i++) {
		cancelled += duties[i].state == DUTY_END_CANCELLED && duties[i].ended == date_parse("2026-12-20");
		done += duties[i].state == DUTY_END_DONE;
	}
	ok(cancelled >= 2, "the visit and the contract of a dead person are cancelled on the day");
	ok(done >= 4, "what was done before stays done");
	arena_free(&arena);
}

static void test_control(const struct rule_set *rules)
{
	date_t leap = date_parse("1960-02-29"), none = DATE_NONE;
	ok(!bp_controlled(rules, leap, date_parse("2025-02-28"), 145, 85), "born on 29 February: 64 on 28 February");
	ok(bp_controlled(rules, leap, date_parse("2025-03-01"), 145, 85), "and 65 on 1 March");
	ok(!bp_controlled(rules, leap, date_parse("2025-03-01"), 150, 85), "150 is not below 150");
	ok(!bp_controlled(rules, leap, date_parse("2025-03-01"), 149, 90), "90 is not below 90 at any age");
	ok(!bp_controlled(rules, none, date_parse("2025-03-01"), 145, 85), "unknown birth: the stricter target");
	ok(bp_controlled(rules, none, date_parse("2025-03-01"), 139, 89), "which 139/89 meets");
	ok(!bp_controlled(rules, none, date_parse("2025-03-01"), 0, 80), "a missing reading is not controlled");
}

static void test_text(void)
{
	struct arena arena = ARENA_INIT;
	struct duty duty = { .reason = DUTY_REASON_UNCONTROLLED, .days = 14, .due = date_parse("2026-12-31") };
	is_text(duty_text(&duty, &arena), "not controlled: see again within 14 days", "why, in words");
	duty.reason = DUTY_REASON_CONTRACT_ENDS;
	is_text(duty_text(&duty, &arena), "the contract ends on 2026-12-31", "with the day");
	bool all = true;
	for (duty.reason = 0; duty.reason < DUTY_REASON_N; duty.reason++)
		all = all && *duty_text(&duty, &arena);
	ok(all, "every reason has words");
	arena_free(&arena);
}

int main(void)
{
	struct form_set *forms = scene_forms();
	const struct rule_set *rules = form_set_rules(forms);
	test_rows(rules);
	test_window(rules);
	test_expiry(rules);
	test_gone(rules);
	test_control(rules);
	test_text();
	form_set_free(forms);
	return done_testing();
}
