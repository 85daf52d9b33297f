/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include "form/values.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "tests/tap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static struct form_set *set;
static const struct form *visit;
static const char *birth = "1980-05-01";
static struct span former_drugs;

static const char *last_visit(void *arg, const char *name)
{
	(void)arg;
	return !strcmp(name, "weight") ? "61.5" : "";
}

static struct span last_visit_rows(void *arg, const char *name)
{
	(void)arg;
	return !strcmp(name, "drugs") ? former_drugs : (struct span){ NULL, 0 };
}

static const char *subject(void *arg, const char *name)
{
	(void)arg;
	return !strcmp(name, "birth") ? birth : "";
}

static struct expr_context context;

static struct form_values *fresh(void)
{
	struct form_values *values = NULL;
	struct error err = { 0 };
	if (values_new(&values, visit, &context, &err))
		printf("# %s\n", err.text);
	return values;
}

static int at(const char *name)
{
	int index = form_field_find(visit, name);
	if (index < 0)
		printf("# no field %s\n", name);
	return index;
}

static void put(struct form_values *values, const char *name, const char *text)
{
	struct error err = { 0 };
	if (values_set(values, at(name), ROW_NONE, text, &err))
		ok(false, "set %s: %s", name, err.text);
}

static void put_row(struct form_values *values, const char *name, int row, const char *text)
{
	struct error err = { 0 };
	if (values_set(values, at(name), row, text, &err))
		ok(false, "set %s in row %d: %s", name, row, err.text);
}

static const char *get(const struct form_values *values, const char *name)
{
	return values_get(values, at(name), ROW_NONE);
}

static const struct {
	const char *field, *typed, *want;
} typed[] = {
	{ "sbp", "１２０", "120" }, { "sbp", " 120 ", "120" }, { "sbp", "007", "7" }, { "sbp", "+5", "5" },
	{ "sbp", "-0", "0" }, { "sbp", "120.0", "120" }, { "sbp", "12o", "12o" }, { "sbp", "１２。５", "12.5" },
	{ "sbp", "", "" }, { "weight", "62.50", "62.5" }, { "weight", ".5", "0.5" }, { "weight", "62.", "62" },
	{ "weight", "６２。５", "62.5" }, { "weight", "-0.0", "0" }, { "weight", "000.10", "0.1" },
	{ "weight", "1e3", "1e3" }, { "day", "2026/1/5", "2026-01-05" }, { "day", "20260105", "2026-01-05" },
	{ "day", "2026年1月5日", "2026-01-05" }, { "day", "1-5", "2026-01-05" }, { "day", "2026-02-30", "2026-02-30" },
	{ "at", "8:30", "08:30" }, { "at", "8：30", "08:30" }, { "at", "0830", "08:30" }, { "at", "25:00", "25:00" },
	{ "moment", "2026-1-5 8:30", "2026-01-05T08:30" }, { "moment", "2026-01-05T08:30:15", "2026-01-05T08:30:15" },
	{ "moment", "soon", "soon" }, { "mode", "１", "1" }, { "mode", "家庭", "2" }, { "mode", "telephone", "3" },
	{ "mode", "9", "9" }, { "fruit", "10 2 1", "1 2 10" }, { "fruit", "2,1,2", "1 2" }, { "fruit", "香蕉、苹果", "1 10" },
	{ "fruit", "99 2", "2 99" }, { "fruit", "pear", "2" }, { "fruit", "１，２", "1 2" }, { "region", "  甲 村 ", "甲 村" },
	{ "region", "ＡＢ，３组（东）", "AB，3组（东）" }, { "phone", "（０１０）１２", "(010)12" }, { "region", "a\tb\nc", "a b c" }, { "remark", "a\r\nb", "a\nb" },
	{ "phone", "１３８-０", "138-0" }, { "region", "　", "" },
};

static void test_normalise(void)
{
	struct form_values *values = fresh();
	for (size_t i = 0; i < ARRAY_SIZE(typed); i++) {
		put(values, typed[i].field, typed[i].typed);
		is_text(get(values, typed[i].field), typed[i].want, typed[i].typed);
	}
	struct error err = { 0 };
	char *large = malloc(4002);
	memset(large, 'x', 4001);
	large[4001] = '\0';
	put(values, "region", "before");
	is(values_set(values, at("region"), ROW_NONE, large, &err), ERR_LIMIT, "4,001 characters are refused");
	is(values_set(values, at("region"), ROW_NONE, "\xff", &err), ERR_INVALID, "and what is no UTF-8");
	is_text(get(values, "region"), "before", "the value stays");
	large[4000] = '\0';
	is(values_set(values, at("region"), ROW_NONE, large, &err), 0, "4,000 characters are taken");
	is(values_set(values, at("signs"), ROW_NONE, "1", &err), ERR_INVALID, "a group takes no value");
	is(values_set(values, at("dose"), 0, "1", &err), ERR_INVALID, "nor does a row that is not there");
	free(large);
	values_free(values);
}

static void test_calculation(void)
{
	struct form_values *values = fresh();
	struct error err = { 0 };
	is(values_fill_defaults(values, &err), 0, "defaults");
	is_text(get(values, "day"), "2026-11-22", "today");
	is_text(get(values, "mode"), "1", "a literal default");
	is_text(get(values, "weight"), "61.5", "from the last visit");
	ok(values_is_carried(values, at("weight"), ROW_NONE), "which is marked as carried over");
	ok(!values_is_carried(values, at("mode"), ROW_NONE), "a literal default is not");
	is_text(get(values, "bmi"), "22.6", "a calculation");
	is_text(get(values, "suggested"), "", "an empty one");
	ok(!values_is_relevant(values, at("class"), ROW_NONE), "what depends on it is not asked");
	put(values, "sbp", "150");
	is_text(get(values, "suggested"), "2", "a rule for the age");
	ok(values_is_relevant(values, at("class"), ROW_NONE), "now it is asked");
	is_text(get(values, "class"), "2", "a default follows a calculation");
	is_text(get(values, "next"), "2026-12-06", "and a default follows the default");
	put(values, "sbp", "139");
	is_text(get(values, "class"), "1", "again");
	is_text(get(values, "next"), "2027-02-20", "and again");
	put(values, "class", "2");
	put(values, "sbp", "138");
	is_text(get(values, "class"), "2", "but what a person chose stays");
	is_text(get(values, "next"), "2026-12-06", "and counts");
	put(values, "next", "");
	put(values, "class", "1");
	is_text(get(values, "next"), "", "what a person emptied stays empty");
	put(values, "weight", "61.5");
	ok(!values_is_carried(values, at("weight"), ROW_NONE), "confirmed is no longer carried over");
	birth = "1950-01-01";
	put(values, "sbp", "145");
	is_text(get(values, "suggested"), "1", "another age, another rule");
	put(values, "day", "2027-01-01");
	is_text(get(values, "suggested"), "2", "the rule of the day of the event");
	birth = "1980-05-01";
	put(values, "mode", "3");
	ok(!values_is_relevant(values, at("sbp"), ROW_NONE), "a group's relevance is its members'");
	is_text(get(values, "bmi"), "", "what is not relevant is empty for others");
	is_text(get(values, "sbp"), "145", "but not lost");
	put(values, "mode", "1");
	is_text(get(values, "bmi"), "22.6", "and comes back");
	put(values, "bmi", "99");
	is_text(get(values, "bmi"), "22.6", "a calculation cannot be overwritten");
	values_free(values);
}

static void problems_are(const struct form_values *values, const char *name, int row, int severity,
                         const char *text)
{
	struct arena arena = ARENA_INIT;
	const struct form_problem *problems;
	size_t n = values_check_field(values, at(name), row, &arena, &problems);
	if (severity < 0)
		ok(n == 0, "%s = \"%s\" is fine", name, values_get(values, at(name), row));
	else if (!ok(n == 1 && (int)problems->severity == severity && !strcmp(problems->text, text),
	             "%s = \"%s\": %s", name, values_get(values, at(name), row), text))
		printf("# %zu problems, the first %s\n", n, n ? problems->text : "");
	arena_free(&arena);
}

static void test_checks(void)
{
	struct form_values *values = fresh();
	problems_are(values, "day", ROW_NONE, FORM_INCOMPLETE, "must be filled in");
	put(values, "day", "tomorrow");
	problems_are(values, "day", ROW_NONE, FORM_ERROR, "a date is wanted, such as 2026-01-31");
	put(values, "day", "2026-11-23");
	problems_are(values, "day", ROW_NONE, FORM_ERROR, "not after today");
	put(values, "day", "2026-11-22");
	problems_are(values, "day", ROW_NONE, -1, NULL);
	put(values, "sbp", "12.5");
	problems_are(values, "sbp", ROW_NONE, FORM_ERROR, "a whole number is wanted, such as 120");
	put(values, "sbp", "1234567890123456");
	problems_are(values, "sbp", ROW_NONE, FORM_ERROR, "this number has too many digits");
	put(values, "sbp", "301");
	problems_are(values, "sbp", ROW_NONE, FORM_ERROR, "50 to 300");
	put(values, "sbp", "201");
	problems_are(values, "sbp", ROW_NONE, FORM_WARNING, "please check");
	put(values, "sbp", "200");
	problems_are(values, "sbp", ROW_NONE, -1, NULL);
	put(values, "weight", "many");
	problems_are(values, "weight", ROW_NONE, FORM_ERROR, "a number is wanted, such as 62.5");
	put(values, "at", "24:00");
	problems_are(values, "at", ROW_NONE, FORM_ERROR, "a time is wanted, such as 08:30");
	put(values, "moment", "2026-11-22");
	problems_are(values, "moment", ROW_NONE, FORM_ERROR,
	             "a day and time is wanted, such as 2026-01-31 08:30");
	put(values, "helper", "somebody");
	problems_are(values, "helper", ROW_NONE, FORM_ERROR, "a record is wanted here");
	put(values, "mode", "4");
	problems_are(values, "mode", ROW_NONE, FORM_ERROR, "this is none of the choices");
	put(values, "fruit", "1 2");
	problems_are(values, "fruit", ROW_NONE, FORM_ERROR, "this value is not possible here");
	put(values, "fruit", "2 11");
	problems_are(values, "fruit", ROW_NONE, FORM_ERROR, "this is none of the choices");
	put(values, "fruit", "2 10");
	problems_are(values, "fruit", ROW_NONE, -1, NULL);
	put(values, "region", "south");
	problems_are(values, "fruit", ROW_NONE, FORM_ERROR, "this choice does not fit the other answers");
	const struct form_list *list = visit->fields[at("fruit")].list;
	ok(!values_choice_visible(values, at("fruit"), ROW_NONE, form_choice_find(list, "2")) &&
	           values_choice_visible(values, at("fruit"), ROW_NONE, form_choice_find(list, "10")),
	   "a choice filter");
	put(values, "mode", "3");
	put(values, "sbp", "999");
	problems_are(values, "sbp", ROW_NONE, -1, NULL);
	values_free(values);
}

static void test_rows(void)
{
	struct form_values *values = fresh();
	struct error err = { 0 };
	struct arena arena = ARENA_INIT;
	const struct form_problem *problems;
	put(values, "day", "2026-11-22");
	put(values, "mode", "3");
	is_text(get(values, "total"), "0", "the sum of no rows");
	is(values_row_add(values, at("drugs"), &err), 0, "a row");
	is_text(values_get(values, at("times"), 0), "1", "has its defaults");
	is(values_check(values, &arena, &problems), 0, "an untouched row is no problem");
	put_row(values, "dose", 0, "2.5");
	problems_are(values, "drug", 0, FORM_INCOMPLETE, "must be filled in");
	put_row(values, "drug", 0, "甲药");
	is(values_row_add(values, at("drugs"), &err), 0, "a second row");
	put_row(values, "drug", 1, "乙药");
	put_row(values, "dose", 1, "0");
	problems_are(values, "dose", 1, FORM_ERROR, "this value is not possible here");
	put_row(values, "dose", 1, "10");
	put_row(values, "times", 1, "4");
	is_text(values_get(values, at("daily"), 1), "40", "a calculation inside a row");
	is_text(get(values, "total"), "42.5", "a sum over rows");
	is_text(get(values, "n_drugs"), "2", "their number");
	ok(!values_is_relevant(values, at("note_text"), 0) && values_is_relevant(values, at("note_text"), 1),
	   "relevance is each row's own");
	put_row(values, "drug", 0, "");
	is(values_check(values, &arena, &problems), 1, "one problem in all");
	ok(problems[0].row == 0 && problems[0].field == at("drug"), "it says its row");
	values_row_remove(values, at("drugs"), 0);
	is(values_rows(values, at("drugs")), 1, "a row less");
	is_text(values_get(values, at("drug"), 0), "乙药", "the other moves up");
	is_text(get(values, "total"), "40", "and the sum follows");
	int code = 0;
	for (int i = 0; i < 199; i++)
		code |= values_row_add(values, at("drugs"), &err);
	is(code, 0, "200 rows");
	is(values_row_add(values, at("drugs"), &err), ERR_LIMIT, "not 201");
	is(values_row_add(values, at("sbp"), &err), ERR_INVALID, "a question has no rows");
	arena_free(&arena);
	values_free(values);
}

static const struct entry_field *find(const struct entry_field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (fields[i].tag == form_tag(visit, name))
			return &fields[i];
	return NULL;
}

#define BYTES(literal) (literal), sizeof(literal) - 1

static bool is_bytes(const struct entry_field *field, uint8_t kind, const void *bytes, size_t n)
{
	return field && field->kind == kind && field->value.len_bytes == n &&
	       (!n || !memcmp(field->value.data, bytes, n));
}

static void test_changes(void)
{
	struct form_values *values = fresh(), *again = fresh();
	struct error err = { 0 };
	struct arena arena = ARENA_INIT;
	struct entry_field *first, *second;
	size_t n_first, n_second;
	char reference[] = "0123456789abcdef.7.00112233445566778899aabbccddeeff";
	put(values, "day", "2026-11-22");
	put(values, "mode", "1");
	put(values, "sbp", "150");
	put(values, "helper", reference);
	values_row_add(values, at("drugs"), &err);
	put_row(values, "drug", 0, "甲");
	put_row(values, "dose", 0, "2");
	values_row_add(values, at("drugs"), &err);
	is(values_changes(values, NULL, 0, &arena, &first, &n_first, &err), 0, "the fields of a new record");
	ok(is_bytes(find(first, n_first, "sbp"), ENTRY_TEXT, "150", 3), "a number is its text");
	ok(is_bytes(find(first, n_first, "helper"), ENTRY_RECORD,
	            "\x01\x23\x45\x67\x89\xab\xcd\xef\x07\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff",
	            25), "a reference is a version");
	ok(is_bytes(find(first, n_first, "drugs"), ENTRY_ROWS,
	            BYTES("\1\4\x1f\0\3甲\x20\0\1" "2\x21\0\1" "1\x22\0\1" "2")),
	   "a repeat is its rows without blank ones");
	ok(!find(first, n_first, "weight") && !find(first, n_first, "class"), "empty fields are not named");
	bool ascending = true;
	for (size_t i = 1; i < n_first; i++)
		ascending &= first[i - 1].tag < first[i].tag;
	ok(ascending && n_first > 6, "tags ascend");

	is(values_load(again, first, n_first, &err), 0, "loading them");
	is_text(values_get(again, at("drug"), 0), "甲", "gives the rows back");
	is_text(get(again, "helper"), reference, "and the reference");
	is(values_changes(again, first, n_first, &arena, &second, &n_second, &err), 0, "asking at once");
	is(n_second, 0, "nothing has changed");
	put(again, "sbp", "120");
	put(again, "helper", "");
	values_row_remove(again, at("drugs"), 0);
	values_changes(again, first, n_first, &arena, &second, &n_second, &err);
	ok(is_bytes(find(second, n_second, "sbp"), ENTRY_TEXT, "120", 3), "a changed field");
	ok(is_bytes(find(second, n_second, "helper"), ENTRY_TEXT, "", 0), "a cleared reference");
	ok(is_bytes(find(second, n_second, "drugs"), ENTRY_TEXT, "", 0), "a repeat without rows");
	ok(!find(second, n_second, "day"), "an unchanged field is not named");
	put(again, "mode", "3");
	values_changes(again, first, n_first, &arena, &second, &n_second, &err);
	ok(is_bytes(find(second, n_second, "sbp"), ENTRY_TEXT, "", 0), "an irrelevant field is cleared");
	put(again, "helper", "nobody");
	is(values_changes(again, first, n_first, &arena, &second, &n_second, &err), ERR_INVALID,
	   "a reference to nothing cannot be stored");
	arena_free(&arena);
	values_free(values);
	values_free(again);
}

static void test_newer_versions(void)
{
	struct form_values *values = fresh();
	struct error err = { 0 };
	struct arena arena = ARENA_INIT;
	struct entry_field *changes;
	size_t n;
	uint32_t drugs = form_tag(visit, "drugs"), sbp = form_tag(visit, "sbp"), name = form_tag(visit, "region");
	/* One row: an unknown tag 5, drug, an unknown tag 200 of an unknown kind, times in an unknown kind. */
	static const char rows[] = "\1\5\5\0\1x\x1f\0\3甲\x21\7\2\xff\xfe\x22\0\1" "1\xc8\1\x09\2\0\xff";
	struct entry_field stored[] = {
		{ .tag = 9999, .kind = 0, .value = span_of("kept elsewhere", 14) },
		{ .tag = drugs, .kind = ENTRY_ROWS, .value = span_of(rows, sizeof rows - 1) },
		{ .tag = sbp, .kind = 42, .value = span_of("\xff\xff", 2) },
		{ .tag = name, .kind = ENTRY_TEXT, .value = span_of("甲", 3) },
	};
	is(values_load(values, stored, ARRAY_SIZE(stored), &err), 0, "fields of a newer version load");
	put(values, "mode", "1");
	values_changes(values, stored, ARRAY_SIZE(stored), &arena, &changes, &n, &err);
	ok(!find(changes, n, "sbp"), "an unknown kind is left alone");
	put_row(values, "drug", 0, "乙");
	values_changes(values, stored, ARRAY_SIZE(stored), &arena, &changes, &n, &err);
	ok(is_bytes(find(changes, n, "drugs"), ENTRY_ROWS,
	            BYTES("\1\4\5\0\1x\x1f\0\3乙\x21\7\2\xff\xfe\xc8\1\x09\2\0\xff")),
	   "unknown cells of a row are written back byte for byte");
	put_row(values, "times", 0, "3");
	put_row(values, "dose", 0, "1");
	values_changes(values, stored, ARRAY_SIZE(stored), &arena, &changes, &n, &err);
	ok(is_bytes(find(changes, n, "drugs"), ENTRY_ROWS,
	            BYTES("\1\6\5\0\1x\x1f\0\3乙\x20\0\1" "1\x21\0\1" "3\x22\0\1" "3\xc8\1\x09\2\0\xff")),
	   "until somebody fills the field anew");
	put(values, "sbp", "120");
	values_changes(values, stored, ARRAY_SIZE(stored), &arena, &changes, &n, &err);
	ok(is_bytes(find(changes, n, "sbp"), ENTRY_TEXT, "120", 3), "the same at the top");
	stored[1].value.len_bytes--;
	is(values_load(values, stored, ARRAY_SIZE(stored), &err), ERR_CORRUPT, "damaged rows are refused");
	arena_free(&arena);
	values_free(values);
}

static void test_carried_rows(void)
{
	former_drugs = span_of(BYTES("\1\3\x1f\0\3甲\x20\0\1" "2\x21\0\1" "1"));
	struct form_values *values = fresh();
	struct error err = { 0 };
	is(values_fill_defaults(values, &err), 0, "defaults with rows of the last visit");
	is(values_rows(values, at("drugs")), 1, "bring the row");
	is_text(values_get(values, at("drug"), 0), "甲", "with its values");
	ok(values_is_carried(values, at("drugs"), ROW_NONE) && values_is_carried(values, at("dose"), 0),
	   "marked as carried over");
	put_row(values, "dose", 0, "3");
	ok(!values_is_carried(values, at("dose"), 0) && values_is_carried(values, at("drug"), 0),
	   "until a person sets them");
	values_free(values);
	former_drugs = (struct span){ NULL, 0 };
}

static uint64_t random_state = 99;

static unsigned random_below(unsigned n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state % n);
}

static const char *random_text(void)
{
	static const char *const texts[] = {
		"", "1", "2", "3", "150", "62.5", "2026-11-22", "甲", "１２０", "1 2", "08:30", "half done",
		"a text that does not fit into the small room of a cell, 在这里放不下",
		"0123456789abcdef.7.00112233445566778899aabbccddeeff",
	};
	return texts[random_below(ARRAY_SIZE(texts))];
}

static void scribble(struct form_values *values)
{
	struct error err;
	for (unsigned n = random_below(60); n > 0; n--) {
		int field = (int)random_below(visit->n_fields), repeat = visit->fields[field].repeat;
		if (random_below(8) == 0)
			values_row_add(values, at("drugs"), &err);
		if (random_below(16) == 0)
			values_row_remove(values, at("drugs"), random_below(4));
		values_set(values, field, repeat < 0 ? ROW_NONE : (int)random_below(4), random_text(), &err);
	}
}

static bool same_values(const struct form_values *a, const struct form_values *b)
{
	for (int i = 0; i < visit->n_fields; i++) {
		int repeat = visit->fields[i].repeat;
		size_t n = repeat < 0 ? 1 : values_rows(a, repeat);
		if (repeat >= 0 && values_rows(b, repeat) != n)
			return false;
		for (size_t row = 0; row < n; row++) {
			int at_row = repeat < 0 ? ROW_NONE : (int)row;
			if (strcmp(values_get(a, i, at_row), values_get(b, i, at_row)) ||
			    values_is_carried(a, i, at_row) != values_is_carried(b, i, at_row) ||
			    values_is_relevant(a, i, at_row) != values_is_relevant(b, i, at_row))
				return false;
		}
	}
	return true;
}

static void test_drafts(void)
{
	int same = 0, refused = 0, harmless = 0, following = 0;
	enum { ROUNDS = 150 };
	former_drugs = span_of(BYTES("\1\3\x1f\0\3甲\x20\0\1" "2\xc8\1\0\1" "1"));
	for (int i = 0; i < ROUNDS; i++) {
		struct form_values *values = fresh(), *back = fresh();
		struct buf draft = BUF_INIT, second = BUF_INIT;
		struct error err = { 0 };
		if (i % 2)
			values_fill_defaults(values, &err);
		scribble(values);
		values_pack(values, &draft, &err);
		int code = values_unpack(back, span_of_buf(&draft), &err);
		values_pack(back, &second, &err);
		same += !code && same_values(values, back) && draft.len_bytes == second.len_bytes &&
		        !memcmp(draft.data, second.data, draft.len_bytes);
		put(values, "sbp", "150");
		put(back, "sbp", "150");
		following += same_values(values, back);
		bool all = true;
		for (size_t n = 0; n < draft.len_bytes; n++)
			all &= values_unpack(back, span_of(draft.data, n), &err) < 0 && err.text[0];
		refused += all;
		for (int flip = 0; flip < 50; flip++) {
			draft.data[random_below((unsigned)draft.len_bytes)] ^= (uint8_t)(1u << random_below(8));
			harmless += values_unpack(back, span_of_buf(&draft), &err) <= 0;
		}
		buf_free(&draft);
		buf_free(&second);
		values_free(values);
		values_free(back);
	}
	former_drugs = (struct span){ NULL, 0 };
	is(same, ROUNDS, "a draft gives back all values, marks and unfinished texts");
	is(following, ROUNDS, "and goes on the same way");
	is(refused, ROUNDS, "every cut draft is refused");
	is(harmless, 50 * ROUNDS, "a damaged one does no harm");
}

/* Whatever is filled in: what is stored loads to the same, and saving again changes nothing. */
static void test_stable(void)
{
	int stable = 0;
	enum { ROUNDS = 300 };
	for (int i = 0; i < ROUNDS; i++) {
		struct form_values *values = fresh(), *back = fresh();
		struct arena arena = ARENA_INIT;
		struct error err = { 0 };
		struct entry_field *fields, *changes;
		size_t n, n_changes = 99;
		scribble(values);
		put(values, "helper", "");
		if (!values_changes(values, NULL, 0, &arena, &fields, &n, &err) &&
		    !values_load(back, fields, n, &err))
			values_changes(back, fields, n, &arena, &changes, &n_changes, &err);
		struct entry entry = { .seq = 1, .form = "visit", .fields = fields, .n_fields = n };
		struct buf bytes = BUF_INIT;
		stable += n_changes == 0 && !entry_encode(&bytes, &entry, &err);
		buf_free(&bytes);
		arena_free(&arena);
		values_free(values);
		values_free(back);
	}
	is(stable, ROUNDS, "stored values load and store to the same");
}

int main(void)
{
	char path[4096];
	struct error err = { 0 };
	const char *srcdir = getenv("srcdir");
	setlocale(LC_CTYPE, "C.UTF-8");
	snprintf(path, sizeof path, "%s/tests/form/data/good", srcdir ? srcdir : ".");
	if (!ok(form_set_load(&set, path, NULL, NULL, &err) == 0, "the forms of the test load")) {
		printf("# %s\n", err.text);
		return done_testing();
	}
	visit = form_set_find(set, "visit");
	context = (struct expr_context){
		.today = date_make(2026, 11, 22), .rules = form_set_rules(set), .last_visit = last_visit,
		.last_visit_rows = last_visit_rows, .subject = subject,
	};
	test_normalise();
	test_calculation();
	test_checks();
	test_rows();
	test_changes();
	test_newer_versions();
	test_carried_rows();
	test_drafts();
	test_stable();
	form_set_free(set);
	return done_testing();
}
