/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policy indicator 4, resident by resident: every boundary from both sides; periods and rates. */
#include "config.h"
#include "care/indicator.h"
#include "tests/care/scene.h"
#include "tests/tap.h"

struct row {
	const char *name;
	struct scene scene;
	const char *want;    /* standing and the condition that decides: "missed htn_no_gap"; "met" */
	int counted, needed; /* visits; -1: not looked at */
	const char *on;      /* NULL: 2026-12-31 */
};

#define VISITS(text) { .visits = (text) }
static const struct row rows[] = {
	{ "everything done", { 0 }, "met", 4, 4, NULL },

	{ "119 days between two visits", VISITS("2026-02-01 2026-05-31 2026-09-10 2026-12-01"), "met", 4, 4, NULL },
	{ "120 days between two visits", VISITS("2026-02-01 2026-06-01 2026-09-10 2026-12-01"), "met", 4, 4, NULL },
	{ "121 days between two visits", VISITS("2026-02-01 2026-06-02 2026-09-10 2026-12-01"), "missed ${htn_no_gap}", 4, 4, NULL },
	{ "120 days from 1 January", VISITS("2026-05-01 2026-07-01 2026-09-10 2026-12-01"), "met", 4, 4, NULL },
	{ "121 days from 1 January", VISITS("2026-05-02 2026-07-01 2026-09-10 2026-12-01"), "missed ${htn_no_gap}", 4, 4, NULL },
	{ "120 days to 31 December", VISITS("2026-02-01 2026-04-01 2026-06-15 2026-09-02"), "met", 4, 4, NULL },
	{ "121 days to 31 December", VISITS("2026-02-01 2026-04-01 2026-06-15 2026-09-01"), "missed ${htn_no_gap}", 4, 4, NULL },
	{ "120 days from an enrolment in the year", { .enrolment = "2026-03-01 - 0", .visits = "2026-06-29 2026-09-10 2026-12-01" }, "met", 3, 3, NULL },
	{ "121 days from an enrolment in the year", { .enrolment = "2026-03-01 - 0", .visits = "2026-06-30 2026-09-10 2026-12-01" }, "missed ${htn_no_gap}", 3, 3, NULL },
	{ "120 days to a reporting date", VISITS("2026-02-01"), "met", 1, 1, "2026-06-01" },
	{ "121 days to a reporting date", VISITS("2026-02-01"), "missed ${htn_no_gap}", 1, 1, "2026-06-02" },

	{ "enrolled 90 days", { .enrolment = "2026-10-02 - 0", .visits = "2026-11-01" }, "met", 1, 1, NULL },
	{ "enrolled 89 days", { .enrolment = "2026-10-03 - 0", .visits = "2026-11-01" }, "apart not(${htn_assessable})", -1, -1, NULL },
	{ "enrolled 180 days: two visits", { .enrolment = "2026-07-04 - 0", .visits = "2026-10-01" }, "missed ${htn_enough}", 1, 2, NULL },
	{ "enrolled 179 days: one visit", { .enrolment = "2026-07-05 - 0", .visits = "2026-10-01" }, "met", 1, 1, NULL },
	{ "enrolled in the last year, reported early", { .enrolment = "2025-11-01 - 0", .visits = "" }, "met", 0, 0, "2026-03-15" },
	{ "enrolled after the reporting date", { .enrolment = "2026-08-01 - 0" }, "out ${htn_registered}", -1, -1, "2026-06-30" },
	{ "a visit before the enrolment does not count", { .enrolment = "2026-07-04 - 0", .visits = "2026-07-03 2026-10-01" }, "missed ${htn_enough}", 1, 2, NULL },

	{ "three visits", VISITS("2026-02-01 2026-05-20 2026-09-10"), "missed ${htn_enough}", 3, 4, NULL },
	{ "five visits", VISITS("2026-02-01 2026-05-20 2026-07-01 2026-09-10 2026-12-01"), "met", 5, 4, NULL },
	{ "at home counts", VISITS("2026-02-01 home 2026-05-20 home 2026-09-10 home 2026-12-01 home"), "met", 4, 4, NULL },
	{ "by telephone does not count", VISITS("2026-02-01 2026-05-20 2026-09-10 phone 2026-12-01"), "missed ${htn_enough}", 3, 4, NULL },
	{ "a fifth by telephone does no harm", VISITS("2026-02-01 2026-05-20 2026-07-01 phone 2026-09-10 2026-12-01"), "met", 4, 4, NULL },
	{ "without the systolic", VISITS("2026-02-01 2026-05-20 no-sbp 2026-09-10 2026-12-01"), "missed ${htn_enough}", 3, 4, NULL },
	{ "without the diastolic", VISITS("2026-02-01 2026-05-20 no-dbp 2026-09-10 2026-12-01"), "missed ${htn_enough}", 3, 4, NULL },
	{ "a visit that found nobody", VISITS("2026-02-01 2026-05-20 lost 2026-09-10 2026-12-01"), "missed ${htn_enough}", 3, 4, NULL },
	{ "twice on one day counts once", VISITS("2026-02-01 2026-05-20 2026-05-20 2026-09-10"), "missed ${htn_enough}", 3, 4, NULL },
	{ "visits of another year", VISITS("2025-12-31 2026-02-01 2026-05-20 2026-09-10"), "missed ${htn_enough}", 3, 4, NULL },
	{ "on the first and the last day", VISITS("2026-01-01 2026-04-20 2026-08-15 2026-10-10 2026-12-31"), "met", 5, 4, NULL },

	{ "no examination", { .exam = "" }, "missed ${htn_exam}", 4, 4, NULL },
	{ "examined the day before the year", { .exam = "2025-12-31" }, "missed ${htn_exam}", 4, 4, NULL },
	{ "examined on the first day", { .exam = "2026-01-01" }, "met", 4, 4, NULL },
	{ "examined on the reporting date", { .exam = "2026-12-31" }, "met", 4, 4, NULL },
	{ "examined after the reporting date", { .exam = "2026-06-02", .visits = "2026-02-01" }, "missed ${htn_exam}", 1, 1, "2026-06-01" },

	{ "uncontrolled, seen on day 14", VISITS("2026-02-01 2026-05-20 160/95 class2 2026-06-03 2026-09-10 2026-12-01"), "met", 5, 4, NULL },
	{ "uncontrolled, seen on day 15", VISITS("2026-02-01 2026-05-20 160/95 class2 2026-06-04 2026-09-10 2026-12-01"), "missed ${htn_followed}", 5, 4, NULL },
	{ "uncontrolled, only telephoned", VISITS("2026-02-01 2026-05-20 160/95 2026-06-01 phone 2026-09-10 2026-12-01"), "missed ${htn_followed}", 4, 4, NULL },
	{ "uncontrolled though stored as class 1", VISITS("2026-02-01 2026-05-20 140/80 class1 2026-09-10 2026-12-01"), "missed ${htn_followed}", 4, 4, NULL },
	{ "139/89 is controlled", VISITS("2026-02-01 2026-05-20 139/89 2026-09-10 2026-12-01"), "met", 4, 4, NULL },
	{ "diastolic 90 is not", VISITS("2026-02-01 2026-05-20 139/90 2026-09-10 2026-12-01"), "missed ${htn_followed}", 4, 4, NULL },
	{ "an adverse reaction", VISITS("2026-02-01 2026-05-20 adverse 2026-09-10 2026-12-01"), "missed ${htn_followed}", 4, 4, NULL },
	{ "a complication", VISITS("2026-02-01 2026-05-20 class4 2026-09-10 2026-12-01"), "missed ${htn_followed}", 4, 4, NULL },
	{ "a danger sign with a normal pressure", VISITS("2026-02-01 2026-05-20 sign 2026-09-10 2026-12-01"), "missed ${htn_followed}", 4, 4, NULL },
	{ "a referral checked on day 14", { .visits = "2026-02-01 2026-05-20 160/95 2026-09-10 2026-12-01", .checked = "2026-05-20 2026-06-03" }, "met", 4, 4, NULL },
	{ "a referral checked on day 15", { .visits = "2026-02-01 2026-05-20 160/95 2026-09-10 2026-12-01", .checked = "2026-05-20 2026-06-04" }, "missed ${htn_followed}", 4, 4, NULL },
	{ "a referral not checked", { .visits = "2026-02-01 2026-05-20 160/95 2026-09-10 2026-12-01", .checked = "2026-05-20 -" }, "missed ${htn_followed}", 4, 4, NULL },
	{ "its day is the reporting date", VISITS("2026-02-01 2026-05-20 2026-09-10 2026-12-17 160/95"), "missed ${htn_followed}", 4, 4, NULL },
	{ "its day is still to come", VISITS("2026-02-01 2026-05-20 2026-09-10 2026-12-18 160/95"), "met", 4, 4, NULL },
	{ "145/85 on the 65th birthday", { .birth = "1961-05-20", .visits = "2026-02-01 2026-05-20 145/85 2026-09-10 2026-12-01" }, "met", 4, 4, NULL },
	{ "145/85 the day before", { .birth = "1961-05-21", .visits = "2026-02-01 2026-05-20 145/85 2026-09-10 2026-12-01" }, "missed ${htn_followed}", 4, 4, NULL },

	{ "died the day before the reporting date", { .status = "2 2026-12-30" }, "apart ${htn_left}", -1, -1, NULL },
	{ "died on the reporting date", { .status = "2 2026-12-31" }, "met", 4, 4, NULL },
	{ "moved away in the year", { .status = "3 2026-07-01" }, "apart ${htn_left}", -1, -1, NULL },
	{ "died before the year", { .status = "2 2025-12-31" }, "out", -1, -1, NULL },
	{ "dead since an unknown day", { .status = "2 -" }, "apart ${htn_left}", -1, -1, NULL },
	{ "lost stays", { .status = "4 2026-07-01" }, "met", 4, 4, NULL },
	{ "refused stays", { .status = "5 2026-07-01", .visits = "2026-02-01" }, "missed ${htn_enough}", 1, 4, NULL },
	{ "enrolment closed by death", { .enrolment = "2025-06-01 2026-08-01 1" }, "apart ${htn_left}", -1, -1, NULL },
	{ "enrolment closed: lost", { .enrolment = "2025-06-01 2026-08-01 3", .visits = "2026-02-01" }, "missed ${htn_enough}", 1, 4, NULL },
	{ "enrolment closed: diagnosis corrected", { .enrolment = "2025-06-01 2026-08-01 5" }, "out ${htn_registered}", -1, -1, NULL },
	{ "enrolment closed last year: lost", { .enrolment = "2025-06-01 2025-12-31 3" }, "out ${htn_registered}", -1, -1, NULL },
	{ "closed and enrolled again", { .enrolment = "2025-06-01 2026-02-01 5 2026-07-05 - 0", .visits = "2026-10-01" }, "met", 1, 1, NULL },

	{ "category ends the day before", { .category = "31 2024-01-01 2026-12-30" }, "out ${low_income}", -1, -1, NULL },
	{ "category ends on the day", { .category = "31 2024-01-01 2026-12-31" }, "met", 4, 4, NULL },
	{ "category begins on the day", { .category = "33 2026-12-31 -" }, "met", 4, 4, NULL },
	{ "category begins the day after", { .category = "33 2027-01-01 -" }, "out ${low_income}", -1, -1, NULL },
	{ "lifted out of poverty only", { .category = "10 2020-01-01 -" }, "out ${low_income}", -1, -1, NULL },
	{ "at the edge, risk not cleared", { .category = "22 2024-01-01 -" }, "met", 4, 4, NULL },
	{ "at the edge, risk cleared", { .category = "22 2024-01-01 - cleared=2026-06-01" }, "out ${low_income}", -1, -1, NULL },
	{ "risk cleared on the reporting date", { .category = "22 2024-01-01 - cleared=2026-12-31" }, "out ${low_income}", -1, -1, NULL },
	{ "risk cleared the day after", { .category = "22 2024-01-01 - cleared=2027-01-01" }, "met", 4, 4, NULL },
	{ "two categories, one counts", { .category = "10 2020-01-01 - 35 2026-01-01 -" }, "met", 4, 4, NULL },
	{ "orphans are not named", { .category = "36 2020-01-01 -" }, "out ${low_income}", -1, -1, NULL },

	{ "contract of the last year", { .contract = "2025-01-01 2025-12-31" }, "out ${signed}", -1, -1, NULL },
	{ "contract until the first day", { .contract = "2025-01-02 2026-01-01" }, "met", 4, 4, NULL },
	{ "contract from the reporting date", { .contract = "2026-12-31 2027-12-30" }, "met", 4, 4, NULL },
	{ "contract after the reporting date", { .contract = "2027-01-01 2027-12-31" }, "out ${signed}", -1, -1, NULL },
	{ "no contract", { .contract = "" }, "out ${signed}", -1, -1, NULL },
	{ "not enrolled", { .enrolment = "" }, "out ${htn_registered}", -1, -1, NULL },
	{ "none of the three", { .category = "", .contract = "", .enrolment = "" }, "out", -1, -1, NULL },
};

/* As row.want says it; text in arena. */
static const char *judged(struct judge *judge, const struct indicator *indicator, const struct facts *facts,
                          struct arena *arena)
{
	int failed;
	scope_begin(&judge->scope, facts);
	scope_event(&judge->scope, fact_person(facts));
	enum standing_kind kind = judge_unit(judge, indicator, &failed);
	const struct condition_list *list = kind == STANDING_OUT     ? &indicator->population
	                                    : kind == STANDING_APART ? &indicator->apart
	                                                             : &indicator->numerator;
	return failed < 0 ? standing_word(kind)
	                  : arena_printf(arena, "%s %s", standing_word(kind), list->at[failed].text);
}

static void test_row(const struct row *row, const struct form_set *forms, const struct indicator *indicator)
{
	struct arena arena = ARENA_INIT;
	struct error err = { 0 };
	struct scene_room room;
	struct facts facts = scene_facts(&row->scene, &room);
	struct judge judge;
	judge_begin(&judge, forms, date_parse("2026-01-01"), date_parse(row->on ? row->on : "2026-12-31"), &err);
	const char *got = judged(&judge, indicator, &facts, &arena);
	if (!ok(!strncmp(got, row->want, strlen(row->want)), "%s", row->name))
		printf("# got %s, want %s\n", got, row->want);
	if (row->counted >= 0) {
		int visits = (int)variable_value(&judge.scope, VARIABLE_HTN_VISITS);
		int needed = (int)variable_value(&judge.scope, VARIABLE_HTN_VISITS_NEEDED);
		ok(visits == row->counted && needed == row->needed, "%s: %d of %d visits", row->name, visits, needed);
	}
	judge_end(&judge);
	arena_free(&arena);
}

/* Judge a scene on 31 December with switches of the norm changed. */
static const char *switched(const struct form_set *forms, const struct indicator *indicator,
                            const struct scene *scene, void (*change)(struct norm_rules *), struct arena *arena)
{
	struct scene_room room;
	struct facts facts = scene_facts(scene, &room);
	struct error err = { 0 };
	struct judge judge;
	judge_begin(&judge, forms, date_parse("2026-01-01"), date_parse("2026-12-31"), &err);
	change(&judge.norm);
	const char *got = judged(&judge, indicator, &facts, arena);
	judge_end(&judge);
	return got;
}

static void count_left(struct norm_rules *norm)
{
	norm->count_left = true;
}
static void category_any_day(struct norm_rules *norm)
{
	norm->category_any_day = true;
}
static void contract_on_the_day(struct norm_rules *norm)
{
	norm->contract_any_day = false;
}
static void grace(struct norm_rules *norm)
{
	norm->follow_grace_days = 1;
}

static void test_switches(const struct form_set *forms, const struct indicator *indicator)
{
	struct arena arena = ARENA_INIT;
	is_text(switched(forms, indicator,
	                 &(struct scene){ .status = "2 2026-07-01", .visits = "2026-02-01 2026-05-20" },
	                 count_left, &arena), "met", "count_left: judged up to the day of death");
	is_text(switched(forms, indicator, &(struct scene){ .category = "31 2024-01-01 2026-01-01" },
	                 category_any_day, &arena), "met", "category_any_day");
	is_text(switched(forms, indicator, &(struct scene){ .contract = "2026-01-01 2026-12-30" },
	                 contract_on_the_day, &arena), "out ${signed}", "contract on the reporting date only");
	is_text(switched(forms, indicator,
	                 &(struct scene){ .visits = "2026-02-01 2026-05-20 160/95 2026-06-04 2026-09-10 2026-12-01" },
	                 grace, &arena), "met", "a day of grace");
	arena_free(&arena);
}

static void test_widened(const struct form_set *forms, const struct indicator_set *set)
{
	const struct row row = { "脱贫户 count in the widened row", { .category = "10 2020-01-01 -" }, "met", -1, -1, NULL };
	test_row(&row, forms, &set->at[indicator_find(set, "annex4_wide_htn")]);
}

/* The words that say why. */
static void test_say(const struct form_set *forms)
{
	struct arena arena = ARENA_INIT;
	struct error err = { 0 };
	struct scene_room room;
	struct facts facts = scene_facts(&(struct scene){ .visits = "2026-02-01", .exam = "" }, &room);
	struct say say = { .arena = &arena, .evidence = "", .todo = "", .by = DATE_NONE };
	struct judge judge;
	judge_begin(&judge, forms, date_parse("2026-01-01"), date_parse("2026-12-31"), &err);
	scope_begin(&judge.scope, &facts);
	judge.scope.say = &say;
	variable_value(&judge.scope, VARIABLE_HTN_ENOUGH);
	variable_value(&judge.scope, VARIABLE_HTN_NO_GAP);
	variable_value(&judge.scope, VARIABLE_HTN_EXAM);
	is_text(say.evidence,
	        "2026-02-01; 1 of 4 visits; 333 days without a visit from 2026-02-01 to 2026-12-31; "
	        "no examination in the year", "what decided it");
	is_text(say.todo, "3 more face-to-face visits with a complete reading; the yearly examination", "what to do");
	is(say.by, date_parse("2026-12-31"), "by when");
	judge_end(&judge);
	arena_free(&arena);
}

static void test_period(void)
{
	static const struct { const char *text, *first, *on; } good[] = {
		{ "2026", "2026-01-01", "2026-11-22" }, { "2025", "2025-01-01", "2025-12-31" },
		{ "2026-Q3", "2026-07-01", "2026-09-30" }, { "2026-Q4", "2026-10-01", "2026-11-22" },
		{ "2026-02", "2026-02-01", "2026-02-28" }, { "2024-02", "2024-02-01", "2024-02-29" },
		{ "2026-09-15", "2026-01-01", "2026-09-15" },
	};
	static const char *const bad[] = { "2027", "2026-12", "2026-Q5", "2026-Q0", "2026-13", "26", "", "soon",
		                           "2026-1", "20260", "2026-02-30" };
	date_t today = date_parse("2026-11-22");
	struct care_period period;
	struct error err = { 0 };
	char text[PERIOD_TEXT_BYTES];
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		ok(!care_period_parse(&period, good[i].text, today, &err) && period.first == date_parse(good[i].first) &&
		   period.on == date_parse(good[i].on), "the period %s", good[i].text);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(care_period_parse(&period, bad[i], today, &err) == ERR_INVALID, "no period: \"%s\"", bad[i]);
	care_period_parse(&period, "2026-Q3", today, &err);
	is_text(care_period_text(&period, text), "2026-Q3", "a whole quarter by its name");
	care_period_parse(&period, "2026", today, &err);
	is_text(care_period_text(&period, text), "2026-01-01 - 2026-11-22", "an open year by its days");
}

static void test_rate(void)
{
	struct indicator_view view = { .target = 90 };
	char text[16];
	is_text(care_rate_text(text, 7, 8), "87.5", "7 of 8");
	is_text(care_rate_text(text, 1, 3), "33.3", "1 of 3");
	is_text(care_rate_text(text, 2, 3), "66.7", "2 of 3");
	is_text(care_rate_text(text, 1999, 2000), "100.0", "99.95 rounds up");
	is_text(care_rate_text(text, 17999, 20000), "90.0", "89.995 shows as 90.0");
	is(care_meets(&view, &(struct indicator_count){ 20000, 17999, 0 }), 0, "but does not meet 90");
	is(care_meets(&view, &(struct indicator_count){ 20000, 18000, 0 }), 1, "90 does");
	is(care_meets(&view, &(struct indicator_count){ 0, 0, 0 }), -1, "nobody to count meets nothing and misses nothing");
	is_text(care_rate_text(text, 0, 5), "0.0", "none");
	is_text(care_rate_text(text, 0, 0), "—", "nobody to count");
}

int main(void)
{
	struct form_set *forms = scene_forms();
	struct indicator_set set;
	struct arena arena = ARENA_INIT;
	struct error err = { 0 };
	is(indicator_set_load(&set, forms, date_parse("2026-12-31"), &arena, &err), 0, "the indicators load");
	if (*err.text)
		printf("# %s\n", err.text);
	int at = indicator_find(&set, "annex4_htn");
	ok(at >= 0 && set.at[at].target == 90 && !set.at[at].binding, "indicator 4 with its target");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		test_row(&rows[i], forms, &set.at[at]);
	test_switches(forms, &set.at[at]);
	test_widened(forms, &set);
	test_say(forms);
	test_period();
	test_rate();
	arena_free(&arena);
	form_set_free(forms);
	return done_testing();
}
