/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Duties, facts and indicator 4 in a real store: kept with each saved change, counted by village. */
#include "config.h"
#include "care/care.h"
#include "care/duty.h"
#include "care/fact.h"
#include "db/derive.h"
#include "tests/care/people.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"

/* --- duties --- */

struct seen { char text[512]; size_t n; };

static bool see(void *arg, const struct duty *duty)
{
	struct seen *seen = arg;
	char due[DATE_TEXT_BYTES];
	size_t used = strlen(seen->text);
	snprintf(seen->text + used, sizeof seen->text - used, "%s%s %s", used ? ", " : "", duty->rule,
	         date_format(duty->due, due));
	seen->n++;
	return true;
}

static void test_duties(rid_t resident)
{
	struct seen seen = { "", 0 };
	struct arena arena = ARENA_INIT;
	struct duty *duties;
	size_t n;
	is(care_duties_each(store, date_parse("2026-12-31"), see, &seen, &err), 0, "all duties of the year");
	is_text(seen.text, "hypertension.visit 2026-12-10, contract.renew 2026-12-31", "a visit and the contract");
	seen = (struct seen){ "", 0 };
	care_duties_each(store, date_parse("2026-12-09"), see, &seen, &err);
	is((long long)seen.n, 0, "none until the day before");
	seen = (struct seen){ "", 0 };
	care_duties_each(store, date_parse("2026-12-10"), see, &seen, &err);
	is((long long)seen.n, 1, "one until that day");
	rid_t high = visit(resident, "2026-11-20", "182", "100");
	seen = (struct seen){ "", 0 };
	care_duties_each(store, date_parse("2026-12-31"), see, &seen, &err);
	is_text(seen.text, "hypertension.referral-check 2026-12-04, contract.renew 2026-12-31",
	        "a danger comes first, in the same save");
	is(care_duties_of(store, resident, &arena, &duties, &n, &err), 0, "the duties of one");
	ok(n == 2 && duties[0].cause == high && duties[0].resident == resident && duties[0].urgency == 0 &&
	           !strcmp(duties[0].form, "hypertension_visit"),
	   "say what made them and what answers them");
	SAVE("hypertension_visit", high, 0, "sbp", "128", "dbp", "80");
	seen = (struct seen){ "", 0 };
	care_duties_each(store, date_parse("2027-03-31"), see, &seen, &err);
	is_text(seen.text, "contract.renew 2026-12-31, hypertension.visit 2027-02-20", "a correction changes the duty");
	arena_free(&arena);
}

/* --- the summary --- */

static void test_summary(rid_t resident)
{
	struct arena arena = ARENA_INIT;
	struct record *records;
	struct resident_summary summary;
	struct bp_reading *readings;
	size_t n, n_readings;
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
	ok(summary.low_income && summary.signed_contract && summary.hypertension, "flags");
	is(care_summary(forms, records, n, date_parse("2027-01-01"), &arena, &summary, &err), 0, "next year");
	ok(!summary.signed_contract && summary.low_income, "the contract has ended");
	is(care_bp_readings(forms, records, n, &arena, &readings, &n_readings, &err), 0, "pressures");
	ok(n_readings == 4 && readings[0].date == date_parse("2026-02-01") && readings[0].sbp == 130 &&
	           readings[0].controlled,
	   "oldest first");
	arena_free(&arena);
}

/* --- the indicator --- */

static bool count_reason(void *arg, const struct indicator_case *one)
{
	uint64_t *reasons = arg;
	reasons[one->reason]++;
	return true;
}

static struct indicator_table indicator(struct arena *arena, const char *on, uint64_t reasons[REASON_N])
{
	struct indicator_question question = { 2026, date_parse(on) };
	struct indicator_table table;
	memset(reasons, 0, REASON_N * sizeof *reasons);
	is(care_indicator4(store, &question, count_reason, reasons, arena, &table, NULL, &err), 0, on);
	return table;
}

static void test_indicator(void)
{
	struct arena arena = ARENA_INIT;
	uint64_t reasons[REASON_N];
	rid_t dead = managed("李四"), unsigned_one = managed("张三"), poor = managed("赵六");
	SAVE("resident", dead, 0, "status", "2", "status_date", "2026-10-01");
	rid_t stranger = SAVE("resident", 0, 0, "name", "钱七", "status", "1");
	struct record *records;
	size_t n;
	store_records_of(store, unsigned_one, "contract", &arena, &records, &n, &err);
	SAVE("contract", records[n - 1].id, 0, "status", "2", "ended_date", "2025-12-31");
	store_records_of(store, poor, "category_span", &arena, &records, &n, &err);
	SAVE("category_span", records[n - 1].id, 0, "category", "10");
	struct indicator_table table = indicator(&arena, "2026-11-22", reasons);
	ok(table.n_rows == 1 && !strcmp(table.rows[0].region, "430599101201") &&
	           !strcmp(table.rows[0].village, "甲村卫生室"),
	   "by village");
	is((long long)table.total.denominator, 1, "denominator");
	is((long long)table.total.numerator, 1, "numerator");
	is((long long)table.total_widened.denominator, 2, "denominator with category 10");
	ok(reasons[REASON_COUNTED] == 1 && reasons[REASON_LEFT] == 1 && reasons[REASON_NO_CONTRACT] == 1 &&
	           reasons[REASON_NOT_LOW_INCOME] == 1,
	   "everybody has a reason");
	ok(!memcmp(reasons, table.total.by_reason, sizeof reasons), "the same in the table");
	ok(table.rows[0].denominator == 1 && table.target_percent == 90 && strstr(table.definition, "120"), "row, target, definition");
	SAVE("category_span", 0, stranger, "category", "33", "valid_from", "2026-01-01");
	table = indicator(&arena, "2026-06-30", reasons);
	is((long long)reasons[REASON_NOT_ENROLLED] + (long long)reasons[REASON_NO_CONTRACT], 2, "a new low-income resident is a case");
	is((long long)reasons[REASON_LEFT], 0, "who died in October was there in June");
	is((long long)table.total.denominator, 2, "and counts");
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
		               .status = "2 2026-10-01", .birth = "1899-12-31" };
	struct facts facts = scene_facts(&scene, &room), back = { 0 };
	struct buf person = BUF_INIT, year = BUF_INIT;
	size_t event = 0;
	fact_put_person(&person, &facts);
	ok(!fact_put_year(&year, &facts, 2026, &event), "one value holds the year");
	ok(fact_take_person(span_of_buf(&person), &arena, &back) &&
	           fact_take_year(span_of_buf(&year), 2026, &arena, &back),
	   "and is read again");
	ok(back.birth == facts.birth && back.status == 2 && back.status_date == facts.status_date, "the person");
	ok(back.n_spans == 2 && !memcmp(back.spans, facts.spans, 2 * sizeof *back.spans), "the categories");
	ok(back.n_contracts == 1 && back.contracts[0].to == facts.contracts[0].to, "the contract");
	ok(back.n_enrolments == 1 && back.enrolments[0].closed == DATE_NONE, "the enrolment");
	ok(back.n_visits == 2 && back.visits[0].sbp == 160 && back.visits[0].adverse && back.visits[0].class == 3 &&
	           back.visits[1].mode == MODE_PHONE && back.visits[1].danger_sign && back.visits[1].referred &&
	           back.visits[1].date == date_parse("2026-05-20"),
	   "the visits of the year");
	ok(back.n_exams == 1 && back.exams[0] == date_parse("2026-03-01"), "the examination of the year");
	ok(back.n_referrals == 1 && back.referrals[0].checked == date_parse("2026-02-10"), "the referral");
	bool refused = true;
	for (size_t cut = 0; cut < person.len_bytes; cut++)
		refused = refused && !fact_take_person(span_of(person.data, cut), &arena, &back);
	ok(refused, "a value cut short is refused");
	buf_free(&person);
	buf_free(&year);
	arena_free(&arena);
}

static void test_many_visits(void)
{
	enum { N = 400 };
	static struct fact_visit visits[N];
	struct arena arena = ARENA_INIT;
	struct facts facts = { .visits = visits, .n_visits = N }, back = { 0 };
	size_t event = 0, rows = 0;
	bool more = true, small = true;
	for (int i = 0; i < N; i++)
		visits[i] = (struct fact_visit){ .date = date_parse("2026-01-01") + i * 364 / N, .mode = 1,
			                         .sbp = 100 + i % 100, .dbp = 60 };
	while (more) {
		struct buf value = BUF_INIT;
		more = fact_put_year(&value, &facts, 2026, &event);
		small = small && value.len_bytes <= 1024 && fact_take_year(span_of_buf(&value), 2026, &arena, &back);
		rows++;
		buf_free(&value);
	}
	ok(rows > 1 && small, "many visits take several rows of at most 1 KiB");
	ok(back.n_visits == N && back.visits[N - 1].date == visits[N - 1].date && back.visits[N - 1].sbp == 199,
	   "and all come back");
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
	test_indicator();
	test_audit();
	store_close(store);
	form_set_free(forms);
	return done_testing();
}
