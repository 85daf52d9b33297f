/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Closed periods: which there are, what came later, where cohorts and honest data say their rules. */
#include "config.h"
#include "care/closing.h"
#include "care/cohort.h"
#include "care/honest.h"
#include "tests/care/people.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"

static void close_period(const char *text, int want)
{
	struct care_period period;
	is(care_period_parse(&period, text, date_today(), &err), 0, text);
	is(care_close_period(store, &period, NULL, &err), want, want ? "refused" : "closed");
}

static void test_list(void)
{
	struct arena arena = ARENA_INIT;
	struct closed_mark *marks;
	size_t n;
	is(care_closed_list(store, &arena, &marks, &n, &err), 0, "the list");
	is((long long)n, 0, "none is closed");
	close_period("2026-09", 0);
	close_period("2026-10", 0);
	close_period("2026-Q3", 0);
	close_period("2026-10", ERR_EXISTS);
	close_period("2026-11", ERR_INVALID);
	is(care_closed_list(store, &arena, &marks, &n, &err), 0, "the list");
	ok(n == 3 && !strcmp(marks[0].period, "2026-Q3") && !strcmp(marks[1].period, "2026-10") &&
	           !strcmp(marks[2].period, "2026-09"), "each once, the latest first");
	is(marks[1].closed, date_parse("2026-11-22"), "with its day");
	arena_free(&arena);
}

static void test_late(void)
{
	struct arena arena = ARENA_INIT;
	const struct indicator_question question = { { date_parse("2026-10-01"), date_parse("2026-10-31") },
		                                     GROUP_VILLAGE };
	const struct indicator_table *table;
	struct care_board *board = NULL;
	struct closed_period closed;
	struct late_entries late;
	size_t at = 0;
	visit(managed("李四"), "2026-10-12", "130", "80");
	is(care_board_new(&board, store, &question, NULL, &err), 0, "figures of today");
	is(care_board_table(board, &table, &err), 0, "as a table");
	is(care_closed_period(store, &question.period, table->indicators, table->n_indicators, &arena, &closed, &err), 0,
	   "the frozen ones");
	while (at < table->n_indicators && strcmp(table->indicators[at].code, "htn_managed"))
		at++;
	is((long long)closed.total.counts[at].denominator, 1, "one person then");
	ok(care_late_entries(&closed.total.counts[at], &table->total.counts[at], &late) && late.denominator == 1 &&
	           late.numerator == 1, "one more since");
	ok(care_closed_counts(&closed, "430599101201")[at].denominator == 1, "of the village, too");
	ok(care_closed_counts(&closed, "430599101299")[at].denominator == 0, "a village that came later has nothing");
	ok(!care_late_entries(&table->total.counts[at], &table->total.counts[at], &late), "no difference is none");
	care_board_free(board);
	arena_free(&arena);
}

static void test_sources(void)
{
	struct arena arena = ARENA_INIT;
	const struct rule_set *rules = form_set_rules(forms);
	date_t on = date_today();
	ok(strstr(care_cohort_source(rules, DISEASE_HTN, on, false, &arena), "month_result = 2 months: Simple") &&
	           strstr(care_cohort_source(rules, DISEASE_HTN, on, false, &arena), "target_sbp"),
	   "cohorts by month name their rules");
	ok(strstr(care_cohort_source(rules, DISEASE_DM, on, true, &arena), "quarter_result = 3 months: Simple") &&
	           strstr(care_cohort_source(rules, DISEASE_DM, on, true, &arena), "target_fpg"),
	   "and those of diabetes by quarter theirs");
	for (int check = 0; check < HONEST_N; check++)
		ok(strstr(honest_source(rules, (enum honest_check)check, on, &arena), "honest.csv"), "%s has a source",
		   honest_word((enum honest_check)check));
	arena_free(&arena);
}

static bool keep_case(void *arg, const struct honest_case *one)
{
	*(struct honest_case *)arg = *one;
	return true;
}

/* The record behind a figure can be opened. */
static void test_cases(void)
{
	struct arena arena = ARENA_INIT;
	struct honest_figure figures[HONEST_N];
	struct honest_case one = { 0 };
	struct record record;
	const struct care_period year = { date_parse("2026-01-01"), date_today() };
	is(care_honest(store, &year, HONEST_REPEATED, keep_case, &one, figures, NULL, &err), 0, "honest data");
	ok(figures[HONEST_REPEATED].n == 3 && one.record && !store_record(store, one.record, &arena, &record, &err) &&
	           !strcmp(record.form, "hypertension_visit") && record.subject == one.subject,
	   "the third and later equal pressures, with their records");
	arena_free(&arena);
}

int main(void)
{
	setenv("XIANGYI_TODAY", "2026-11-22", 1);
	scratch_begin();
	forms = scene_forms();
	if (!make_store(scratch_path("store"), "甲村卫生室", "430599101201"))
		return 99;
	managed("王小明");
	test_list();
	test_late();
	test_sources();
	test_cases();
	store_close(store);
	form_set_free(forms);
	return done_testing();
}
