/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policy indicator 4, resident by resident: every boundary from both sides. */
#include "config.h"
#include "care/indicator4.h"
#include "tests/care/scene.h"
#include "tests/tap.h"

enum { NO_CASE = -1 };

struct row {
	const char *name;
	struct scene scene;
	int reason; /* enum reason or NO_CASE */
	int counted, needed; /* -1: not looked at */
	const char *on;      /* NULL: 2026-12-31 */
};

#define VISITS(text) { .visits = (text) }
static const struct row rows[] = {
	{ "everything done", { 0 }, REASON_COUNTED, 4, 4, NULL },

	{ "119 days between two visits", VISITS("2026-02-01 2026-05-31 2026-09-10 2026-12-01"), REASON_COUNTED, 4, 4, NULL },
	{ "120 days between two visits", VISITS("2026-02-01 2026-06-01 2026-09-10 2026-12-01"), REASON_COUNTED, 4, 4, NULL },
	{ "121 days between two visits", VISITS("2026-02-01 2026-06-02 2026-09-10 2026-12-01"), REASON_GAP, 4, 4, NULL },
	{ "120 days from 1 January", VISITS("2026-05-01 2026-07-01 2026-09-10 2026-12-01"), REASON_COUNTED, 4, 4, NULL },
	{ "121 days from 1 January", VISITS("2026-05-02 2026-07-01 2026-09-10 2026-12-01"), REASON_GAP, 4, 4, NULL },
	{ "120 days to 31 December", VISITS("2026-02-01 2026-04-01 2026-06-15 2026-09-02"), REASON_COUNTED, 4, 4, NULL },
	{ "121 days to 31 December", VISITS("2026-02-01 2026-04-01 2026-06-15 2026-09-01"), REASON_GAP, 4, 4, NULL },
	{ "120 days from an enrolment in the year", { .enrolment = "2026-03-01 - 0", .visits = "2026-06-29 2026-09-10 2026-12-01" }, REASON_COUNTED, 3, 3, NULL },
	{ "121 days from an enrolment in the year", { .enrolment = "2026-03-01 - 0", .visits = "2026-06-30 2026-09-10 2026-12-01" }, REASON_GAP, 3, 3, NULL },
	{ "120 days to a reporting date", VISITS("2026-02-01"), REASON_COUNTED, 1, 1, "2026-06-01" },
	{ "121 days to a reporting date", VISITS("2026-02-01"), REASON_GAP, 1, 1, "2026-06-02" },

	{ "enrolled 90 days", { .enrolment = "2026-10-02 - 0", .visits = "2026-11-01" }, REASON_COUNTED, 1, 1, NULL },
	{ "enrolled 89 days", { .enrolment = "2026-10-03 - 0", .visits = "2026-11-01" }, REASON_NOT_ASSESSABLE, -1, -1, NULL },
	{ "enrolled 180 days: two visits", { .enrolment = "2026-07-04 - 0", .visits = "2026-10-01" }, REASON_FEW_VISITS, 1, 2, NULL },
	{ "enrolled 179 days: one visit", { .enrolment = "2026-07-05 - 0", .visits = "2026-10-01" }, REASON_COUNTED, 1, 1, NULL },
	{ "enrolled in the last year, reported early", { .enrolment = "2025-11-01 - 0", .visits = "" }, REASON_COUNTED, 0, 0, "2026-03-15" },
	{ "enrolled after the reporting date", { .enrolment = "2026-08-01 - 0" }, REASON_NOT_ENROLLED, -1, -1, "2026-06-30" },
	{ "a visit before the enrolment does not count", { .enrolment = "2026-07-04 - 0", .visits = "2026-07-03 2026-10-01" }, REASON_FEW_VISITS, 1, 2, NULL },

	{ "three visits", VISITS("2026-02-01 2026-05-20 2026-09-10"), REASON_FEW_VISITS, 3, 4, NULL },
	{ "five visits", VISITS("2026-02-01 2026-05-20 2026-07-01 2026-09-10 2026-12-01"), REASON_COUNTED, 5, 4, NULL },
	{ "at home counts", VISITS("2026-02-01 home 2026-05-20 home 2026-09-10 home 2026-12-01 home"), REASON_COUNTED, 4, 4, NULL },
	{ "by telephone does not count", VISITS("2026-02-01 2026-05-20 2026-09-10 phone 2026-12-01"), REASON_FEW_VISITS, 3, 4, NULL },
	{ "a fifth by telephone does no harm", VISITS("2026-02-01 2026-05-20 2026-07-01 phone 2026-09-10 2026-12-01"), REASON_COUNTED, 4, 4, NULL },
	{ "without the systolic", VISITS("2026-02-01 2026-05-20 no-sbp 2026-09-10 2026-12-01"), REASON_FEW_VISITS, 3, 4, NULL },
	{ "without the diastolic", VISITS("2026-02-01 2026-05-20 no-dbp 2026-09-10 2026-12-01"), REASON_FEW_VISITS, 3, 4, NULL },
	{ "a visit that found nobody", VISITS("2026-02-01 2026-05-20 lost 2026-09-10 2026-12-01"), REASON_FEW_VISITS, 3, 4, NULL },
	{ "twice on one day counts once", VISITS("2026-02-01 2026-05-20 2026-05-20 2026-09-10"), REASON_FEW_VISITS, 3, 4, NULL },
	{ "visits of another year", VISITS("2025-12-31 2026-02-01 2026-05-20 2026-09-10"), REASON_FEW_VISITS, 3, 4, NULL },
	{ "on the first and the last day", VISITS("2026-01-01 2026-04-20 2026-08-15 2026-10-10 2026-12-31"), REASON_COUNTED, 5, 4, NULL },

	{ "no examination", { .exam = "" }, REASON_NO_EXAM, 4, 4, NULL },
	{ "examined the day before the year", { .exam = "2025-12-31" }, REASON_NO_EXAM, 4, 4, NULL },
	{ "examined on the first day", { .exam = "2026-01-01" }, REASON_COUNTED, 4, 4, NULL },
	{ "examined on the reporting date", { .exam = "2026-12-31" }, REASON_COUNTED, 4, 4, NULL },
	{ "examined after the reporting date", { .exam = "2026-06-02", .visits = "2026-02-01" }, REASON_NO_EXAM, 1, 1, "2026-06-01" },

	{ "uncontrolled, seen on day 14", VISITS("2026-02-01 2026-05-20 160/95 class2 2026-06-03 2026-09-10 2026-12-01"), REASON_COUNTED, 5, 4, NULL },
	{ "uncontrolled, seen on day 15", VISITS("2026-02-01 2026-05-20 160/95 class2 2026-06-04 2026-09-10 2026-12-01"), REASON_NOT_FOLLOWED, 5, 4, NULL },
	{ "uncontrolled, only telephoned", VISITS("2026-02-01 2026-05-20 160/95 2026-06-01 phone 2026-09-10 2026-12-01"), REASON_NOT_FOLLOWED, 4, 4, NULL },
	{ "uncontrolled though stored as class 1", VISITS("2026-02-01 2026-05-20 140/80 class1 2026-09-10 2026-12-01"), REASON_NOT_FOLLOWED, 4, 4, NULL },
	{ "139/89 is controlled", VISITS("2026-02-01 2026-05-20 139/89 2026-09-10 2026-12-01"), REASON_COUNTED, 4, 4, NULL },
	{ "diastolic 90 is not", VISITS("2026-02-01 2026-05-20 139/90 2026-09-10 2026-12-01"), REASON_NOT_FOLLOWED, 4, 4, NULL },
	{ "an adverse reaction", VISITS("2026-02-01 2026-05-20 adverse 2026-09-10 2026-12-01"), REASON_NOT_FOLLOWED, 4, 4, NULL },
	{ "a complication", VISITS("2026-02-01 2026-05-20 class4 2026-09-10 2026-12-01"), REASON_NOT_FOLLOWED, 4, 4, NULL },
	{ "a danger sign with a normal pressure", VISITS("2026-02-01 2026-05-20 sign 2026-09-10 2026-12-01"), REASON_NOT_FOLLOWED, 4, 4, NULL },
	{ "a referral checked on day 14", { .visits = "2026-02-01 2026-05-20 160/95 2026-09-10 2026-12-01", .checked = "2026-05-20 2026-06-03" }, REASON_COUNTED, 4, 4, NULL },
	{ "a referral checked on day 15", { .visits = "2026-02-01 2026-05-20 160/95 2026-09-10 2026-12-01", .checked = "2026-05-20 2026-06-04" }, REASON_NOT_FOLLOWED, 4, 4, NULL },
	{ "a referral not checked", { .visits = "2026-02-01 2026-05-20 160/95 2026-09-10 2026-12-01", .checked = "2026-05-20 -" }, REASON_NOT_FOLLOWED, 4, 4, NULL },
	{ "its day is the reporting date", VISITS("2026-02-01 2026-05-20 2026-09-10 2026-12-17 160/95"), REASON_NOT_FOLLOWED, 4, 4, NULL },
	{ "its day is still to come", VISITS("2026-02-01 2026-05-20 2026-09-10 2026-12-18 160/95"), REASON_COUNTED, 4, 4, NULL },
	{ "145/85 on the 65th birthday", { .birth = "1961-05-20", .visits = "2026-02-01 2026-05-20 145/85 2026-09-10 2026-12-01" }, REASON_COUNTED, 4, 4, NULL },
	{ "145/85 the day before", { .birth = "1961-05-21", .visits = "2026-02-01 2026-05-20 145/85 2026-09-10 2026-12-01" }, REASON_NOT_FOLLOWED, 4, 4, NULL },

	{ "died the day before the reporting date", { .status = "2 2026-12-30" }, REASON_LEFT, -1, -1, NULL },
	{ "died on the reporting date", { .status = "2 2026-12-31" }, REASON_COUNTED, 4, 4, NULL },
	{ "moved away in the year", { .status = "3 2026-07-01" }, REASON_LEFT, -1, -1, NULL },
	{ "died before the year", { .status = "2 2025-12-31" }, NO_CASE, -1, -1, NULL },
	{ "dead since an unknown day", { .status = "2 -" }, REASON_LEFT, -1, -1, NULL },
	{ "lost stays", { .status = "4 2026-07-01" }, REASON_COUNTED, 4, 4, NULL },
	{ "refused stays", { .status = "5 2026-07-01", .visits = "2026-02-01" }, REASON_FEW_VISITS, 1, 4, NULL },
	{ "enrolment closed by death", { .enrolment = "2025-06-01 2026-08-01 1" }, REASON_LEFT, -1, -1, NULL },
	{ "enrolment closed: lost", { .enrolment = "2025-06-01 2026-08-01 3", .visits = "2026-02-01" }, REASON_FEW_VISITS, 1, 4, NULL },
	{ "enrolment closed: diagnosis corrected", { .enrolment = "2025-06-01 2026-08-01 5" }, REASON_NOT_ENROLLED, -1, -1, NULL },
	{ "enrolment closed last year: lost", { .enrolment = "2025-06-01 2025-12-31 3" }, REASON_NOT_ENROLLED, -1, -1, NULL },
	{ "closed and enrolled again", { .enrolment = "2025-06-01 2026-02-01 5 2026-07-05 - 0", .visits = "2026-10-01" }, REASON_COUNTED, 1, 1, NULL },

	{ "category ends the day before", { .category = "31 2024-01-01 2026-12-30" }, REASON_NOT_LOW_INCOME, -1, -1, NULL },
	{ "category ends on the day", { .category = "31 2024-01-01 2026-12-31" }, REASON_COUNTED, 4, 4, NULL },
	{ "category begins on the day", { .category = "33 2026-12-31 -" }, REASON_COUNTED, 4, 4, NULL },
	{ "category begins the day after", { .category = "33 2027-01-01 -" }, REASON_NOT_LOW_INCOME, -1, -1, NULL },
	{ "lifted out of poverty only", { .category = "10 2020-01-01 -" }, REASON_NOT_LOW_INCOME, -1, -1, NULL },
	{ "at the edge, risk not cleared", { .category = "22 2024-01-01 -" }, REASON_COUNTED, 4, 4, NULL },
	{ "at the edge, risk cleared", { .category = "22 2024-01-01 - cleared=2026-06-01" }, REASON_NOT_LOW_INCOME, -1, -1, NULL },
	{ "risk cleared on the reporting date", { .category = "22 2024-01-01 - cleared=2026-12-31" }, REASON_NOT_LOW_INCOME, -1, -1, NULL },
	{ "risk cleared the day after", { .category = "22 2024-01-01 - cleared=2027-01-01" }, REASON_COUNTED, 4, 4, NULL },
	{ "two categories, one counts", { .category = "10 2020-01-01 - 35 2026-01-01 -" }, REASON_COUNTED, 4, 4, NULL },
	{ "orphans are not named", { .category = "36 2020-01-01 -" }, REASON_NOT_LOW_INCOME, -1, -1, NULL },

	{ "contract of the last year", { .contract = "2025-01-01 2025-12-31" }, REASON_NO_CONTRACT, -1, -1, NULL },
	{ "contract until the first day", { .contract = "2025-01-02 2026-01-01" }, REASON_COUNTED, 4, 4, NULL },
	{ "contract from the reporting date", { .contract = "2026-12-31 2027-12-30" }, REASON_COUNTED, 4, 4, NULL },
	{ "contract after the reporting date", { .contract = "2027-01-01 2027-12-31" }, REASON_NO_CONTRACT, -1, -1, NULL },
	{ "no contract", { .contract = "" }, REASON_NO_CONTRACT, -1, -1, NULL },
	{ "not enrolled", { .enrolment = "" }, REASON_NOT_ENROLLED, -1, -1, NULL },
	{ "none of the three", { .category = "", .contract = "", .enrolment = "" }, NO_CASE, -1, -1, NULL },
};

static void test_row(const struct row *row, const struct indicator4_rules *rules)
{
	struct arena arena = ARENA_INIT;
	struct scene_room room;
	struct facts facts = scene_facts(&row->scene, &room);
	struct indicator_case got;
	struct indicator4_period period = { 2026, date_parse("2026-01-01"),
		                            date_parse(row->on ? row->on : "2026-12-31") };
	bool is_case = indicator4_judge(rules, &period, &facts, &arena, &got);
	int reason = is_case ? (int)got.reason : NO_CASE;
	if (!ok(reason == row->reason, "%s", row->name))
		printf("# got %s: %s\n", reason < 0 ? "no case" : reason_word(got.reason),
		       reason < 0 ? "" : got.detail);
	if (row->counted >= 0)
		ok(got.visits_counted == row->counted && got.visits_needed == row->needed,
		   "%s: %d of %d visits", row->name, got.visits_counted, got.visits_needed);
	if (is_case)
		ok(got.in_numerator == (row->reason == REASON_COUNTED) &&
		           got.in_denominator == (row->reason <= REASON_NOT_FOLLOWED),
		   "%s: counts", row->name);
	arena_free(&arena);
}

static void test_switches(const struct indicator4_rules *rules)
{
	struct scene_room room;
	struct indicator_case got;
	struct indicator4_period period = { 2026, date_parse("2026-01-01"), date_parse("2026-12-31") };
	struct scene scene = { .status = "2 2026-07-01", .visits = "2026-02-01 2026-05-20" };
	struct facts facts = scene_facts(&scene, &room);
	struct indicator4_rules changed = *rules;
	changed.count_left = true;
	indicator4_judge(&changed, &period, &facts, NULL, &got);
	ok(got.reason == REASON_COUNTED && got.visits_needed == 2 && got.in_denominator,
	   "count_left: judged up to the day of death");
	changed = *rules;
	changed.category[CATEGORY_POOR_BEFORE] = CATEGORY_ALWAYS;
	facts = scene_facts(&(struct scene){ .category = "10 2020-01-01 -" }, &room);
	indicator4_judge(&changed, &period, &facts, NULL, &got);
	is(got.reason, REASON_COUNTED, "category 10 by switch");
	changed = *rules;
	changed.category_any_day = true;
	facts = scene_facts(&(struct scene){ .category = "31 2024-01-01 2026-01-01" }, &room);
	indicator4_judge(&changed, &period, &facts, NULL, &got);
	is(got.reason, REASON_COUNTED, "category_any_day");
	changed.contract_any_day = false;
	facts = scene_facts(&(struct scene){ .contract = "2026-01-01 2026-12-30" }, &room);
	indicator4_judge(&changed, &period, &facts, NULL, &got);
	is(got.reason, REASON_NO_CONTRACT, "contract on the reporting date only");
	changed = *rules;
	changed.follow_grace_days = 1;
	facts = scene_facts(&(struct scene){ .visits = "2026-02-01 2026-05-20 160/95 2026-06-04 2026-09-10 2026-12-01" }, &room);
	indicator4_judge(&changed, &period, &facts, NULL, &got);
	is(got.reason, REASON_COUNTED, "a day of grace");
}

static void test_detail(const struct indicator4_rules *rules)
{
	struct arena arena = ARENA_INIT;
	struct scene_room room;
	struct indicator_case got;
	struct indicator4_period period = { 2026, date_parse("2026-01-01"), date_parse("2026-12-31") };
	struct facts facts = scene_facts(&(struct scene){ .visits = "2026-02-01", .exam = "" }, &room);
	indicator4_judge(rules, &period, &facts, &arena, &got);
	is_text(got.detail,
	        "1 of 4 visits; 333 days without a visit from 2026-02-01 to 2026-12-31; no examination in 2026",
	        "the detail names everything that is missing");
	is(got.last_visit, date_parse("2026-02-01"), "the last visit");
	is(got.enrolled, date_parse("2025-06-01"), "the enrolment");
	arena_free(&arena);
}

static void test_period(void)
{
	struct error err = { 0 };
	struct indicator4_period period;
	date_t today = date_parse("2026-11-22");
	struct indicator_question question = { 2026, DATE_NONE };
	is(indicator4_period(&period, &question, today, &err), 0, "this year");
	is(period.on, today, "is reported up to today");
	question.year = 2025;
	is(indicator4_period(&period, &question, today, &err), 0, "the last year");
	is(period.on, date_parse("2025-12-31"), "is reported up to its end");
	question.year = 2027;
	is(indicator4_period(&period, &question, today, &err), ERR_INVALID, "the next year is refused");
	question = (struct indicator_question){ 2026, date_parse("2025-12-31") };
	is(indicator4_period(&period, &question, today, &err), ERR_INVALID, "a day of another year is refused");
	question.year = 20260;
	is(indicator4_period(&period, &question, today, &err), ERR_INVALID, "an impossible year is refused");
}

static void test_rate(void)
{
	char text[16];
	is_text(care_rate_text(text, 7, 8), "87.5", "7 of 8");
	is_text(care_rate_text(text, 1, 3), "33.3", "1 of 3");
	is_text(care_rate_text(text, 2, 3), "66.7", "2 of 3");
	is_text(care_rate_text(text, 1999, 2000), "100.0", "99.95 rounds up");
	is_text(care_rate_text(text, 17999, 20000), "90.0", "89.995 shows as 90.0");
	is_text(care_rate_text(text, 0, 5), "0.0", "none");
	is_text(care_rate_text(text, 0, 0), "—", "nobody to count");
}

int main(void)
{
	struct form_set *forms = scene_forms();
	struct indicator4_rules rules;
	struct arena arena = ARENA_INIT;
	struct error err = { 0 };
	struct indicator4_period period = { 2026, date_parse("2026-01-01"), date_parse("2026-12-31") };
	is(indicator4_rules_load(&rules, form_set_rules(forms), period.on, &err), 0, "the rules load");
	ok(rules.min_exposure_days == 90 && rules.gap_max_days == 120 && rules.target_percent == 90,
	   "with the values of data/rules");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		test_row(&rows[i], &rules);
	test_switches(&rules);
	test_detail(&rules);
	test_period();
	test_rate();
	const char *definition = indicator4_definition(&rules, &period, forms, &arena);
	ok(strstr(definition, "below 140/90; from 65 years 150/90 mmHg") != NULL, "the definition names the targets");
	ok(strstr(definition, "no more than 120 days") && strstr(definition, "within 14 days"), "and the days");
	ok(strstr(definition, "project decision 2026-11-22: ") && strstr(definition, " category_10=0"), "and the sources");
	arena_free(&arena);
	form_set_free(forms);
	return done_testing();
}
