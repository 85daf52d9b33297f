/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several records of one person count once, by all that they say; a link taken back gives every figure back. */
#include "config.h"
#include "care/link.h"
#include "tests/care/people.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"

static const char ON[] = "2026-11-22";

static struct care_board *board_of(void)
{
	struct indicator_question question = { .by = GROUP_VILLAGE };
	struct care_board *board = NULL;
	care_period_parse(&question.period, ON, date_today(), &err);
	if (care_board_new(&board, store, &question, NULL, &err))
		printf("Bail out! %s\n", err.text);
	return board;
}

static struct indicator_count count_of(struct care_board *board, const char *code)
{
	const struct indicator_table *table;
	if (!care_board_table(board, &table, &err))
		for (size_t i = 0; i < table->n_indicators; i++)
			if (!strcmp(table->indicators[i].code, code))
				return table->total.counts[i];
	return (struct indicator_count){ 99, 99, 99 };
}

static bool same_totals(struct care_board *a, struct care_board *b)
{
	const struct indicator_table *x, *y;
	return !care_board_table(a, &x, &err) && !care_board_table(b, &y, &err) &&
	       !memcmp(x->total.counts, y->total.counts, x->n_indicators * sizeof *x->total.counts);
}

struct told { int n; rid_t last; };

static bool count_duty(void *arg, const struct duty *duty)
{
	struct told *told = arg;
	told->n += !strcmp(duty_word(duty), "hypertension.visit");
	told->last = duty->resident;
	return true;
}

static int visits_due(void)
{
	struct told told = { 0, 0 };
	is(care_duties_each(store, date_parse("2027-12-31"), count_duty, &told, &err), 0, "duties of everybody");
	return told.n;
}

static bool count_case(void *arg, const struct indicator_case *one)
{
	(void)one;
	++*(int *)arg;
	return true;
}

static int cases_of(const char *code)
{
	struct care_period period;
	int n = 0;
	care_period_parse(&period, ON, date_today(), &err);
	is(care_indicator_cases(store, code, &period, count_case, &n, NULL, &err), 0, "names of the list");
	return n;
}

/* What stands in the board of now is what a new one would have. */
static void kept_up(struct care_board *board, const char *text)
{
	struct care_board *fresh = board_of();
	ok(same_totals(board, fresh), "%s", text);
	care_board_free(fresh);
}

static void test_once(rid_t first, rid_t second)
{
	struct arena arena = ARENA_INIT;
	struct care_period period;
	char number[VERSION_TEXT_BYTES];
	struct version version;
	struct care_board *apart = board_of();
	struct indicator_count count = count_of(apart, "annex4_htn");
	ok(count.denominator == 2 && count.numerator == 0, "two records: neither has visits enough");
	is(visits_due(), 2, "each has a visit due");
	is(cases_of("annex4_htn"), 2, "and a name on the list");

	is(care_link(store, first, second, LINK_SAME, "本人确认", &err), 0, "they are one person");
	struct care_board *together = board_of();
	count = count_of(together, "annex4_htn");
	ok(count.denominator == 1 && count.numerator == 1, "counted once, with the visits of both: %d of %d",
	   (int)count.numerator, (int)count.denominator);
	is(visits_due(), 1, "one visit is due");
	is(cases_of("annex4_htn"), 1, "one name is on the list");
	is(care_board_update(apart, second, &err), 0, "a board that was kept up");
	ok(same_totals(apart, together), "equals a new one after the link");
	care_period_parse(&period, ON, date_today(), &err);
	const char *text = care_why_text(store, second, "annex4_htn", &period, &arena, &err);
	store_version_of(store, first, &version, &err);
	version_format(&version, number);
	ok(text && strstr(text, number) && strstr(text, "2 records"), "why names the record that stands for the person");

	visit(second, "2026-11-10", "170", "95");
	is(care_board_update(together, second, &err), 0, "a visit under the other record");
	kept_up(together, "changes the person's figures as a rebuild would");
	SAVE("resident", first, 0, "status", "3", "status_date", "2026-06-01");
	is(care_board_update(together, first, &err), 0, "the first record has moved away");
	kept_up(together, "the other one stands for the person");
	count = count_of(together, "annex4_htn");
	is((long long)count.denominator, 1, "who is still there");
	care_board_free(together);
	care_board_free(apart);
	arena_free(&arena);
}

static void test_back(rid_t first, rid_t second)
{
	struct care_board *linked, *before, *after;
	is(care_unlink(store, first, second, "看错了", &err), 0, "the link is taken back");
	before = board_of();
	is(care_link(store, second, first, LINK_SAME, "再次确认", &err), 0, "said again, from the other side");
	linked = board_of();
	ok(!same_totals(before, linked), "the figures are others");
	is(care_unlink(store, first, second, "又看错了", &err), 0, "and taken back");
	after = board_of();
	ok(same_totals(before, after), "the figures are those before");
	is(care_board_update(linked, first, &err), 0, "a board that was kept up, one record");
	is(care_board_update(linked, second, &err), 0, "and the other");
	ok(same_totals(linked, after), "has them too");
	care_board_free(before);
	care_board_free(linked);
	care_board_free(after);
}

static void test_contradiction(rid_t first, rid_t second)
{
	rid_t third = SAVE("resident", 0, 0, "name", "王三", "sex", "1", "birth_date", "1970-05-01", "status", "1");
	struct care_board *before = board_of(), *after;
	is(care_link(store, first, second, LINK_SAME, "x", &err), 0, "one with two");
	is(care_link(store, second, third, LINK_SAME, "x", &err), 0, "two with three");
	is(care_link(store, first, third, LINK_NOT_SAME, "x", &err), 0, "but one is not three");
	after = board_of();
	ok(same_totals(before, after), "what contradicts itself stays apart until somebody looks");
	care_board_free(before);
	care_board_free(after);
}

int main(void)
{
	setenv("XIANGYI_TODAY", ON, 1);
	scratch_begin();
	forms = scene_forms();
	if (!make_store(scratch_path("T"), "示范镇卫生院", "430599101"))
		return 99;
	rid_t first = SAVE("resident", 0, 0, "name", "王建国", "sex", "1", "birth_date", "1970-05-01", "status", "1");
	SAVE("category_span", 0, first, "category", "31", "valid_from", "2024-01-01");
	SAVE("contract", 0, first, "start_date", "2026-01-01", "end_date", "2026-12-31", "status", "1");
	SAVE("hypertension_enrolment", 0, first, "enrolled_date", "2025-06-01");
	SAVE("examination", 0, first, "exam_date", "2026-03-01", "kind", "1");
	visit(first, "2026-02-01", "130", "80");
	rid_t second = SAVE("resident", 0, 0, "name", "王建国", "sex", "1", "birth_date", "1970-05-01", "status", "1");
	SAVE("category_span", 0, second, "category", "31", "valid_from", "2024-01-01");
	SAVE("contract", 0, second, "start_date", "2026-01-01", "end_date", "2026-12-31", "status", "1");
	SAVE("hypertension_enrolment", 0, second, "enrolled_date", "2025-06-01");
	visit(second, "2026-05-20", "130", "80");
	visit(second, "2026-09-10", "130", "80");
	test_once(first, second);
	test_back(first, second);
	test_contradiction(first, second);
	store_close(store);
	form_set_free(forms);
	return done_testing();
}
