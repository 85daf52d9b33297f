/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Duties, facts and indicator 4 in a real store: kept with each saved change, counted by village. */
#include "config.h"
#include "care/care.h"
#include "care/duty.h"
#include "care/fact.h"
#include "care/series.h"
#include "db/derive.h"
#include "tests/care/people.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"

/* --- duties --- */

struct seen { struct duty duties[32]; size_t n; char text[512]; };

static bool see(void *arg, const struct duty *duty)
{
	struct seen *seen = arg;
	if (seen->n < 32)
		seen->duties[seen->n++] = *duty;
	return true;
}

static int by_work(const void *a, const void *b)
{
	return duty_compare(a, b);
}

/* Everything open until a day, in the order of work: "word due, word due". */
static const char *open_duties(struct seen *seen, const char *until)
{
	size_t used = 0;
	seen->n = 0;
	seen->text[0] = '\0';
	ok(!care_duties_each(store, date_parse(until), see, seen, &err), "all duties until %s", until);
	qsort(seen->duties, seen->n, sizeof *seen->duties, by_work);
	for (size_t i = 0; i < seen->n; i++) {
		char due[DATE_TEXT_BYTES];
		used += (size_t)snprintf(seen->text + used, sizeof seen->text - used, "%s%s %s", used ? ", " : "",
		                         duty_word(&seen->duties[i]), date_format(seen->duties[i].due, due));
	}
	return seen->text;
}

static void test_duties(rid_t resident)
{
	struct seen seen = { .n = 0 };
	struct arena arena = ARENA_INIT;
	struct duty *before, *duties;
	const struct duty *closed[8];
	size_t n_before, n;
	is_text(open_duties(&seen, "2026-12-31"), "hypertension.visit 2026-12-10, contract.renew 2026-12-31",
	        "a visit and the contract");
	is_text(open_duties(&seen, "2026-12-09"), "", "none until the day before");
	is_text(open_duties(&seen, "2026-12-10"), "hypertension.visit 2026-12-10", "one until that day");
	care_duties_of(store, resident, &arena, &before, &n_before, &err);
	rid_t high = visit(resident, "2026-11-20", "182", "100");
	is_text(open_duties(&seen, "2026-12-31"), "hypertension.referral-check 2026-12-04, contract.renew 2026-12-31",
	        "a danger comes first, in the same save");
	is(care_duties_of(store, resident, &arena, &duties, &n, &err), 0, "the duties of one");
	ok(n > 2 && duties[0].cause == high && duties[0].resident == resident && duties[0].urgency == DUTY_DANGER &&
	           !strcmp(duties[0].form, "hypertension_visit"),
	   "say what made them and what answers them");
	size_t done = 0;
	for (size_t i = 0; i < n; i++)
		done += duties[i].state == DUTY_DONE && !strcmp(duty_word(&duties[i]), "hypertension.visit");
	is((long long)done, 3, "and which visits fulfilled the earlier ones");
	size_t n_closed = care_duties_closed(before, n_before, duties, n, closed, 8);
	ok(n_closed == 1 && !strcmp(duty_word(closed[0]), "hypertension.visit"), "what the visit closed");
	SAVE("hypertension_visit", high, 0, "sbp", "128", "dbp", "80");
	is_text(open_duties(&seen, "2027-03-31"), "contract.renew 2026-12-31, hypertension.visit 2027-02-20",
	        "a correction changes the duty");
	arena_free(&arena);
}

/* What would be urgent only months from now does not stand before what is next. */
static void test_calendar(void)
{
	struct arena arena = ARENA_INIT;
	struct duty *duties;
	size_t n;
	rid_t mother = SAVE("resident", 0, 0, "name", "孙示", "sex", "2", "birth_date", "1996-05-01");
	SAVE("pregnancy_first", 0, mother, "visit_date", "2026-11-20", "lmp", "2026-09-01", "sbp", "110", "dbp", "70");
	is(care_duties_of(store, mother, &arena, &duties, &n, &err), 0, "a pregnant woman's duties");
	ok(n > 3 && !strcmp(duty_word(&duties[0]), "maternal.visit-2") && !duty_presses(&duties[0], date_today()),
	   "begin with the next visit");
	size_t late = 0;
	while (late < n && strcmp(duty_word(&duties[late]), "maternal.overdue"))
		late++;
	ok(late < n && late > 3 && duties[late].urgency < DUTY_SOON && !duty_presses(&duties[late], date_today()),
	   "and the birth that could be late stands at its day");
	arena_free(&arena);
}

/* --- the summary --- */

static void test_summary(rid_t resident)
{
	struct arena arena = ARENA_INIT;
	struct record *records;
	struct resident_summary summary;
	struct series series[SERIES_N];
	size_t n;
	is(store_records_of(store, resident, NULL, &arena, &records, &n, &err), 0, "read the records");
	is(care_summary(forms, records, n, date_parse("2026-11-22"), &arena, &summary, &err), 0, "sum them up");
	is_text(summary.name, "王小明", "name");
	is_text(summary.masked_id, "430599********0018", "masked number");
	is(summary.age_years, 56, "age");
	is_text(summary.categories, "minimum living allowance", "category");
	is_text(summary.diseases, "hypertension", "programme");
	is_text(summary.allergies, "penicillin", "allergy");
	is_text(summary.emergency, "王大明 13900000000", "whom to call");
	is_text(summary.status, "", "active");
	ok(summary.low_income && summary.signed_contract && summary.enrolled[DISEASE_HTN] &&
	           !summary.enrolled[DISEASE_DM], "flags");
	is(care_summary(forms, records, n, date_parse("2027-01-01"), &arena, &summary, &err), 0, "next year");
	ok(!summary.signed_contract && summary.low_income, "the contract has ended");
	is(care_series(forms, records, n, date_parse("2026-11-22"), &arena, series, &err), 0, "what was measured");
	const struct series *pressure = &series[SERIES_PRESSURE];
	ok(pressure->n == 4 && pressure->readings[0].date == date_parse("2026-02-01") &&
	           pressure->readings[0].value == 130 && pressure->readings[0].verdict == SERIES_WITHIN,
	   "oldest first");
	ok(pressure->n_limits == 2 && pressure->limits[0].value == 140 && pressure->limits[1].value == 90,
	   "with the targets of that age");
	arena_free(&arena);
}

/* --- what was measured --- */

static void read_series(rid_t resident, struct arena *arena, struct series series[SERIES_N])
{
	struct record *records;
	size_t n;
	is(store_records_of(store, resident, NULL, arena, &records, &n, &err), 0, "read the records");
	is(care_series(forms, records, n, date_parse("2026-11-22"), arena, series, &err), 0, "what was measured");
}

static void test_glucose_and_weight(void)
{
	struct arena arena = ARENA_INIT;
	struct series series[SERIES_N];
	rid_t man = SAVE("resident", 0, 0, "name", "李示范", "sex", "1", "birth_date", "1970-05-01");
	SAVE("diabetes_visit", 0, man, "visit_date", "2026-08-01", "fpg", "7.0", "weight", "72.5", "height", "170");
	SAVE("diabetes_visit", 0, man, "visit_date", "2026-02-01", "fpg", "6.9", "weight", "52", "height", "170");
	SAVE("examination", 0, man, "exam_date", "2026-08-01", "fpg", "5.0", "weight", "60");
	read_series(man, &arena, series);
	const struct series *glucose = &series[SERIES_GLUCOSE], *weight = &series[SERIES_WEIGHT];
	ok(glucose->n == 2 && glucose->readings[0].value == 6.9 && glucose->readings[0].verdict == SERIES_WITHIN,
	   "the target is below 7.0");
	ok(glucose->readings[1].value == 7.0 && glucose->readings[1].verdict == SERIES_OUTSIDE,
	   "7.0 itself is not; of two on one day the visit counts");
	is_text(glucose->limits[0].rule->name, "target_fpg", "the rule is named");
	ok(weight->n == 2 && weight->readings[0].verdict == SERIES_OUTSIDE &&
	           weight->readings[1].verdict == SERIES_OUTSIDE, "a BMI of 18.0 and one of 25.1");
	ok(weight->n_limits == 2 && weight->limits[0].from_below && weight->limits[1].value > 69.3 &&
	           weight->limits[1].value < 69.4, "the limits in kg at 170 cm");
	ok(series_bmi(weight, &weight->readings[1]) > 25.0 && series_bmi(weight, &weight->readings[1]) < 25.2, "BMI");
	rid_t child = SAVE("resident", 0, 0, "name", "李小示", "sex", "2", "birth_date", "2026-01-01");
	SAVE("child_check", 0, child, "visit_date", "2026-04-02", "weight", "6.1", "height", "60");
	read_series(child, &arena, series);
	ok(series[SERIES_WEIGHT].n == 1 && series[SERIES_WEIGHT].readings[0].verdict == SERIES_UNJUDGED &&
	           !series[SERIES_WEIGHT].n_limits && !series[SERIES_PRESSURE].n, "a child's weight is not judged");
	arena_free(&arena);
}

/* --- the indicators --- */

struct reasons { size_t met, missed, left, apart; };

static bool count_reason(void *arg, const struct indicator_case *one)
{
	struct reasons *reasons = arg;
	reasons->met += one->kind == STANDING_MET;
	reasons->missed += one->kind == STANDING_MISSED;
	reasons->apart += one->kind == STANDING_APART;
	reasons->left += one->kind == STANDING_APART && strstr(one->condition, "died") != NULL;
	return true;
}

static struct reasons reasons_on(const char *on)
{
	struct reasons reasons = { 0 };
	struct care_period period;
	care_period_parse(&period, on, date_today(), &err);
	ok(!care_indicator_cases(store, "annex4_htn", &period, count_reason, &reasons, NULL, &err), "names on %s", on);
	return reasons;
}

static struct care_board *board_on(const char *on)
{
	struct indicator_question question = { .by = GROUP_VILLAGE };
	struct care_board *board = NULL;
	care_period_parse(&question.period, on, date_today(), &err);
	ok(!care_board_new(&board, store, &question, NULL, &err), "figures on %s", on);
	return board;
}

static struct indicator_count count_of(struct care_board *board, const char *code, const char *region)
{
	const struct indicator_table *table;
	is(care_board_table(board, &table, &err), 0, "the table");
	for (size_t i = 0; i < table->n_indicators; i++) {
		if (strcmp(table->indicators[i].code, code) != 0)
			continue;
		for (size_t g = 0; region && g < table->n_groups; g++)
			if (!strcmp(table->groups[g].key, region))
				return table->groups[g].counts[i];
		if (!region)
			return table->total.counts[i];
	}
	return (struct indicator_count){ 99, 99, 99 };
}

static bool same_tables(struct care_board *a, struct care_board *b)
{
	const struct indicator_table *x, *y;
	if (care_board_table(a, &x, &err) || care_board_table(b, &y, &err) || x->n_groups != y->n_groups)
		return false;
	bool same = !memcmp(x->total.counts, y->total.counts, x->n_indicators * sizeof *x->total.counts);
	for (size_t g = 0; g < x->n_groups; g++)
		same = same && !strcmp(x->groups[g].key, y->groups[g].key) &&
		       !memcmp(x->groups[g].counts, y->groups[g].counts, x->n_indicators * sizeof *x->groups[g].counts);
	return same;
}

static void test_indicators(void)
{
	struct arena arena = ARENA_INIT;
	rid_t dead = managed("李四"), unsigned_one = managed("张三"), poor = managed("赵六");
	SAVE("resident", dead, 0, "status", "2", "status_date", "2026-10-01");
	rid_t stranger = SAVE("resident", 0, 0, "name", "钱七", "status", "1");
	struct record *records;
	size_t n;
	store_records_of(store, unsigned_one, "contract", &arena, &records, &n, &err);
	SAVE("contract", records[n - 1].id, 0, "status", "2", "ended_date", "2025-12-31");
	store_records_of(store, poor, "category_span", &arena, &records, &n, &err);
	SAVE("category_span", records[n - 1].id, 0, "category", "10");
	struct care_board *board = board_on("2026-11-22");
	struct indicator_count count = count_of(board, "annex4_htn", "430599101201");
	ok(count.denominator == 1 && count.numerator == 1 && count.apart == 1, "by village");
	count = count_of(board, "annex4_wide", NULL);
	is((long long)count.denominator, 2, "denominator with category 10, in the sum of the four diseases");
	struct reasons reasons = reasons_on("2026-11-22");
	ok(reasons.met == 1 && reasons.left == 1 && reasons.missed == 0, "the same by name");
	SAVE("category_span", 0, stranger, "category", "33", "valid_from", "2026-01-01");
	SAVE("resident", stranger, 0, "status", "2", "status_date", "2026-03-01");
	visit(unsigned_one, "2026-11-10", "170", "95");
	is(care_board_update(board, stranger, &err), 0, "one changed resident");
	is(care_board_update(board, unsigned_one, &err), 0, "and another");
	struct care_board *fresh = board_on("2026-11-22");
	ok(same_tables(board, fresh), "a board that was kept up equals a new one");
	care_board_free(fresh);
	care_board_free(board);
	reasons = reasons_on("2026-06-30");
	ok(reasons.left == 0 && reasons.met + reasons.missed == 2, "who died in October was there in June");
	arena_free(&arena);
}

static void test_why(rid_t resident)
{
	struct arena arena = ARENA_INIT;
	struct care_period period;
	struct why *why;
	size_t n;
	care_period_parse(&period, "2026-11-22", date_today(), &err);
	is(care_why(store, resident, "annex4_htn", &period, &arena, &why, &n, &err), 0, "why");
	ok(n == 1 && why[0].kind == STANDING_MET && why[0].n_lines == 9, "every condition has a line");
	ok(n == 1 && why[0].lines[0].holds && strstr(why[0].lines[0].evidence, "2024-01-01"), "with what decided it");
	is(care_why(store, resident, "annex4", &period, &arena, &why, &n, &err), 0, "a sum");
	is((long long)n, 4, "is explained part by part");
	is(care_why(store, resident, "nothing", &period, &arena, &why, &n, &err), ERR_NOTFOUND, "no such indicator");
	arena_free(&arena);
}

static void test_audit(void)
{
	struct store_info before, after;
	store_info_get(store, &before, &err);
	is(care_audit(store, "names of indicator 4", 4, &err), 0, "note that names were shown");
	store_info_get(store, &after, &err);
	ok(after.n_entries == before.n_entries + 1, "as one entry");
}

/* --- rows --- */

static void test_row_forms(void)
{
	struct arena arena = ARENA_INIT;
	struct scene_room room;
	struct scene scene = { .category = "22 2024-01-01 2026-06-30 cleared=2026-02-01 31 2024-01-01 -",
		               .visits = "2025-12-31 2026-02-01 160/95 adverse class3 2026-05-20 phone sign referred",
		               .exam = "2026-03-01 2025-02-02", .checked = "2026-02-03 2026-02-10",
		               .status = "2 2026-10-01", .birth = "1899-12-31",
		               .events = "infectious_report 2026-03-01 diagnosed_at=2026-03-01T08:30 limit_hours=24" };
	struct facts facts = scene_facts(&scene, &room);
	struct fact_room back = { 0 };
	struct buf value = BUF_INIT;
	size_t at = 0, refused = 0;
	fact_put(&value, &facts, &at);
	is((long long)at, (long long)facts.n, "one value holds them all");
	ok(fact_take(span_of_buf(&value), &back, &arena) && back.n == facts.n, "and gives them back");
	for (size_t i = 0; i < back.n; i++)
		ok(back.events[i].kind == facts.events[i].kind && back.events[i].date == facts.events[i].date &&
		           !memcmp(back.events[i].v, facts.events[i].v, event_slots(back.events[i].kind) * sizeof(int32_t)),
		   "%s %zu", event_form(back.events[i].kind), i);
	for (size_t cut = 1; cut < value.len_bytes; cut++) {
		struct fact_room part = { 0 };
		refused += !fact_take(span_of(value.data, cut), &part, &arena) || part.n < back.n;
	}
	is((long long)refused, (long long)value.len_bytes - 1, "cut anywhere, it is refused or holds fewer");
	buf_free(&value);
	arena_free(&arena);
}

static void test_many_visits(void)
{
	enum { N = 400 };
	static struct event events[N];
	struct arena arena = ARENA_INIT;
	struct fact_room back = { 0 };
	struct facts facts;
	size_t at = 0, chunks = 0;
	bool small = true;
	for (int i = 0; i < N; i++) {
		events[i] = (struct event){ .kind = EVENT_HTN, .date = date_parse("2020-01-01") + i };
		for (size_t slot = 0; slot < EVENT_SLOTS_MAX; slot++)
			events[i].v[slot] = slot < HTN_SLOT_N ? 120 + i : EVENT_NONE;
	}
	fact_of_events(&facts, 1, events, N);
	while (at < facts.n) {
		struct buf value = BUF_INIT;
		fact_put(&value, &facts, &at);
		small = small && value.len_bytes <= 1024 && fact_take(span_of_buf(&value), &back, &arena);
		buf_free(&value);
		chunks++;
	}
	ok(small && chunks > 1, "many events take several values, each small enough for a row");
	ok(back.n == N && back.events[N - 1].v[HTN_SBP] == 120 + N - 1, "and none is lost");
	arena_free(&arena);
}

int main(void)
{
	setenv("XIANGYI_TODAY", "2026-11-22", 1);
	scratch_begin();
	forms = scene_forms();
	test_row_forms();
	test_many_visits();
	if (!make_store(scratch_path("village"), "甲村卫生室", "430599101201"))
		return 1;
	rid_t resident = managed("王小明");
	test_duties(resident);
	test_summary(resident);
	test_indicators();
	test_why(resident);
	test_audit();
	test_calendar();
	test_glucose_and_weight();
	store_close(store);
	form_set_free(forms);
	return done_testing();
}
