/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include "form/expr.h"
#include "form/rules.h"
#include "form/rules_set.h"
#include "tests/tap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* The fields of the invented form that the cases ask about. */
static const struct {
	const char *name, *value;
} fields[] = {
	{ "sbp", "150" }, { "dbp", "85" }, { "weight", "62.5" }, { "height", "165" },
	{ "empty", "" }, { "zero", "0" }, { "birth", "1960-02-29" }, { "visit", "2026-11-22" },
	{ "symptoms", "2 10 3" }, { "name", "张三丰" }, { "yes", "true" }, { "no", "false" },
	{ "moment", "2026-11-22T18:00" }, { "drugs", "" }, { "doses", "" },
};
enum { DRUGS = 13, DOSES = 14 };

static int resolve(void *arg, const char *name)
{
	(void)arg;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (!strcmp(fields[i].name, name))
			return (int)i;
	return -1;
}

static const char *field(void *arg, int index)
{
	(void)arg;
	return fields[index].value;
}

static const char *doses[] = { "2", "1.5", "10" };

static size_t count(void *arg, int index)
{
	(void)arg;
	return index == DRUGS || index == DOSES ? ARRAY_SIZE(doses) : 1;
}

static const char *cell(void *arg, int index, size_t row)
{
	(void)arg;
	return index == DOSES ? doses[row] : fields[index].value;
}

static const char *last_visit(void *arg, const char *name)
{
	(void)arg;
	return !strcmp(name, "weight") ? "61" : "";
}

static const char *subject(void *arg, const char *name)
{
	(void)arg;
	return !strcmp(name, "sex") ? "2" : "";
}

static const char *choice(void *arg, const char *column)
{
	(void)arg;
	return !strcmp(column, "county") ? "430599" : !strcmp(column, "name") ? "7" : "";
}

static date_t day(void *arg)
{
	(void)arg;
	return date_make(2025, 6, 1);
}

static const struct {
	const char *text, *want;
} cases[] = {
	/* literals and their texts */
	{ "1", "1" }, { "1.0", "1" }, { "1.50", "1.5" }, { ".5", "0.5" }, { "5.", "5" },
	{ "'a b'", "a b" }, { "\"it's\"", "it's" }, { "''", "" }, { "true()", "true" },
	{ "false()", "false" }, { "0.1 + 0.2", "0.30000000000000004" }, { "1000000 * 1000000", "1000000000000" },
	{ "1 div 3", "0.3333333333333333" }, { "0.0001 div 10", "0.00001" }, { "- 0", "0" },
	{ "100000000 * 100000000 * 100000000", "1000000000000000000000000" },
	/* arithmetic and binding */
	{ "1 + 2 * 3", "7" }, { "(1 + 2) * 3", "9" }, { "10 - 2 - 3", "5" }, { "2 * 3 mod 4", "2" },
	{ "-3 mod 2", "-1" }, { "3 mod -2", "1" }, { "5 mod 0", "" }, { "1.5 mod 0.5", "0" },
	{ "7 div 2", "3.5" }, { "1 div 0", "" }, { "0 div 0", "" }, { "-(2 + 3)", "-5" },
	{ "--4", "4" }, { "2 -1", "1" }, { "1 + 1 = 2 and 3 > 2", "true" },
	{ "1 = 2 or 2 = 2", "true" }, { "1 < 2 = true()", "true" }, { "3 > 2 > 1", "false" },
	{ "true() or 1 div 0 and false()", "true" }, { "'3' + '4'", "7" }, { "' 3 ' * 2", "6" },
	{ "'+3' * 2", "" }, { "'1e3' * 1", "" }, { "'' + 1", "" }, { "true() + 1", "2" },
	/* fields and empty values */
	{ "${sbp}", "150" }, { "${ sbp }", "150" }, { "${sbp} + ${dbp}", "235" },
	{ "${empty}", "" }, { "${empty} + 1", "" }, { "${empty} * 0", "" }, { "${empty} = ''", "true" },
	{ "${empty} != ''", "false" }, { "${empty} = 0", "false" }, { "${empty} != 0", "true" },
	{ "${empty} < 1", "false" }, { "${empty} >= 0", "false" }, { "${zero} = 0", "true" },
	{ "${zero} = ''", "false" }, { "not(${empty})", "true" }, { "not(${zero})", "false" },
	{ "${empty} and true()", "false" }, { "${sbp} and true()", "true" }, { "0 or ''", "false" },
	{ "${empty} = ${empty}", "true" }, { "number(${empty}) = number(${empty})", "false" },
	/* comparison by kind */
	{ "${sbp} >= 140", "true" }, { "${sbp} >= 140 and ${dbp} < 90", "true" }, { "'10' < '9'", "false" },
	{ "'10' = '10.0'", "false" }, { "'10' = 10", "true" }, { "'10.0' = 10", "true" },
	{ "'a' = 'a'", "true" }, { "'a' = 'A'", "false" }, { "'a' < 'b'", "false" }, { "'a' = 1", "false" },
	{ "'a' != 1", "true" }, { "true() = 'x'", "true" }, { "true() = ''", "false" }, { "true() = 2", "true" },
	{ "${no} = true()", "true" }, { "${no} = 'false'", "true" }, { "true() > false()", "true" },
	{ ". >= 50", "true" }, { ". = '60'", "true" }, { ".>50 and .<70", "true" },
	/* if, coalesce, not, boolean */
	{ "if(${sbp} >= 140, 2, 1)", "2" }, { "if('', 'a', 'b')", "b" }, { "if('0', 'a', 'b')", "a" },
	{ "if(0, 'a', 'b')", "b" }, { "if(true(), '', 'b')", "" }, { "if(1, if(0, 1, 2), 3)", "2" },
	{ "coalesce('', 'b')", "b" }, { "coalesce('a', 'b')", "a" }, { "coalesce(${empty}, ${zero})", "0" },
	{ "coalesce('', '')", "" }, { "not(1 = 2)", "true" }, { "boolean('false')", "true" },
	{ "boolean(0)", "false" }, { "boolean(number(''))", "false" },
	/* choices */
	{ "selected(${symptoms}, '10')", "true" }, { "selected(${symptoms}, '1')", "false" },
	{ "selected(${symptoms}, 2)", "true" }, { "selected('', '1')", "false" }, { "selected('', '')", "false" },
	{ "selected('1', '')", "false" }, { "count-selected(${symptoms})", "3" }, { "count-selected('')", "0" },
	{ "selected-at(${symptoms}, 0)", "2" }, { "selected-at(${symptoms}, 2)", "3" },
	{ "selected-at(${symptoms}, 3)", "" }, { "selected-at('', 0)", "" },
	{ "not(selected(., '1') and count-selected(.) > 1)", "true" },
	{ "county = '430599' and name = 7", "true" }, { "other", "" },
	/* numbers */
	{ "int(3.7)", "3" }, { "int(-3.7)", "-3" }, { "int('')", "" }, { "int('x')", "" }, { "number('62.50')", "62.5" },
	{ "number('x')", "" }, { "number('')", "" }, { "number(true())", "1" }, { "round(2.5)", "3" },
	{ "round(-2.5)", "-2" }, { "round(2.4999)", "2" }, { "round(1.005, 2)", "1.01" },
	{ "round(23.955, 2)", "23.96" }, { "round(1234, -2)", "1200" }, { "round('')", "" },
	{ "round(${weight} div ((${height} div 100) * (${height} div 100)), 1)", "23" },
	{ "round(89.95, 1)", "90" }, { "round(89.94, 1)", "89.9" },
	{ "min(3, 1, 2)", "1" }, { "max(3, '10', 2)", "10" }, { "min(3, '')", "" }, { "max('')", "" },
	{ "min(${doses})", "1.5" }, { "max(${doses})", "10" }, { "sum(${doses})", "13.5" },
	{ "count(${drugs})", "3" }, { "max(${doses}, 50)", "50" }, { "max(${sbp}, ${dbp})", "150" },
	/* texts */
	{ "string(1.50)", "1.5" }, { "string(number(''))", "NaN" }, { "string(1 div 0)", "Infinity" },
	{ "string(true())", "true" }, { "string-length(${name})", "3" }, { "string-length('')", "0" },
	{ "string-length()", "2" }, { "concat('a', 1, true())", "a1true" }, { "concat(${name}, '号')", "张三丰号" },
	{ "substr(${name}, 1)", "三丰" }, { "substr(${name}, 0, 1)", "张" }, { "substr('abcdef', 2, 4)", "cd" },
	{ "substr('abcdef', -2)", "ef" }, { "substr('abc', 2, 1)", "" }, { "substr('abc', 5)", "" },
	{ "contains(${name}, '三')", "true" }, { "contains('abc', 'd')", "false" }, { "contains('', '')", "true" },
	{ "starts-with('430599101', '430599')", "true" }, { "starts-with('43', '430')", "false" },
	{ "regex('13812345678', '^1\\d{10}$')", "true" }, { "regex('138', '1\\d{10}')", "false" },
	{ "regex('x138', '\\d+')", "false" }, { "regex('a.b', 'a\\.b')", "true" }, { "regex('acb', 'a\\.b')", "false" },
	{ "regex('张三', '.{2}')", "true" }, { "regex('', '[0-9]*')", "true" }, { "regex('ab', '(?:a|b)+')", "true" },
	/* dates */
	{ "today()", "2026-11-22" }, { "today() + 3", "20782" }, { "date(today() + 3)", "2026-11-25" },
	{ "date('2026-01-05')", "2026-01-05" }, { "date('')", "" }, { "date('2026-02-29')", "" },
	{ "date('2024-02-29') + 1 = date('2024-03-01')", "true" }, { "date(0)", "1970-01-01" },
	{ "date(-1)", "1969-12-31" }, { "date('2026-01-05T23:59')", "2026-01-05" },
	{ "date('2026-01-05') - date('2026-01-01')", "4" }, { "${birth} < today()", "true" },
	{ "${visit} <= today()", "true" }, { "${visit} > today()", "false" }, { "${visit} = today()", "true" },
	{ "${empty} <= today()", "false" }, { "'2026-9-1' < today()", "false" },
	{ "decimal-date-time('2026-11-22')", "20779" }, { "decimal-date-time('2026-11-22T18:00')", "20779.75" },
	{ "decimal-date-time('')", "" }, { "${moment} > ${visit}", "true" },
	{ "substr(now(), 0, 11)", "2026-11-22T" }, { "string-length(now())", "16" },
	{ "format-date('2026-01-05', '%Y年%n月%e日')", "2026年1月5日" },
	{ "format-date('2026-01-05T08:07', '%d/%m/%y %H:%M')", "05/01/26 08:07" }, { "format-date('', '%Y')", "" },
	{ "age-years(${birth}, '2026-02-28')", "65" }, { "age-years(${birth}, '2026-03-01')", "66" },
	{ "age-years(${birth}, '2028-02-28')", "67" }, { "age-years(${birth}, '2028-02-29')", "68" },
	{ "age-years('', today())", "" }, { "age-years('2027-01-01', today())", "" },
	{ "age-years('2026-11-22', today())", "0" }, { "age-months('2026-01-31', '2026-02-28')", "0" },
	{ "age-months('2025-11-22', today())", "12" }, { "add-days('2024-02-28', 1)", "2024-02-29" },
	{ "add-days('2026-01-01', -1)", "2025-12-31" }, { "add-days('', 1)", "" }, { "add-days(today(), '')", "" },
	{ "add-days('9999-12-31', 1)", "" }, { "add-months('2026-01-31', 1)", "2026-02-28" },
	{ "add-months('2023-11-30', 3)", "2024-02-29" }, { "add-months('2024-02-29', 12)", "2025-02-28" },
	{ "add-months('2026-05-31', -3)", "2026-02-28" }, { "add-months(today(), '')", "" },
	{ "weeks-between('2026-11-01', '2026-11-22')", "3" }, { "weeks-between('2026-11-02', '2026-11-22')", "2" },
	{ "weeks-between('2026-11-22', '2026-11-10')", "-1" }, { "weeks-between('', today())", "" },
	/* records, rules and ID numbers */
	{ "last-visit('weight')", "61" }, { "last-visit('nothing')", "" }, { "subject('sex') = 2", "true" },
	{ "rule('htn', 'sbp')", "140" }, { "rule('htn', 'sbp', 64)", "140" }, { "rule('htn', 'sbp', 65)", "150" },
	{ "${sbp} < rule('htn', 'sbp', 70)", "false" }, { "rule('htn', 'unknown')", "" },
	{ "${sbp} < rule('htn', 'undecided')", "false" }, { "rule('htn', 'sbp', '')", "140" },
	{ "idno-valid('11010519491231002X')", "true" }, { "idno-valid('110105194912310021')", "false" },
	{ "idno-birth('11010519491231002X')", "1949-12-31" }, { "idno-birth('1')", "" },
	{ "idno-sex('11010519491231002X')", "2" }, { "idno-sex('')", "" },
};

static struct rule rules[] = {
	{ "htn", "sbp", -1, -1, "135", "mmHg", 135, DATE_NONE, DATE_NONE, "", "" },
	{ "htn", "sbp", -1, -1, "140", "mmHg", 140, 19000, DATE_NONE, "", "" },
	{ "htn", "sbp", 65, -1, "150", "mmHg", 150, 19000, DATE_NONE, "", "" },
	{ "htn", "sbp", -1, -1, "130", "mmHg", 130, 20700, DATE_NONE, "", "" },
	{ "htn", "undecided", -1, -1, "", "", NAN, DATE_NONE, DATE_NONE, "", "" },
};
static struct rule_table tables[] = { { "htn", rules, ARRAY_SIZE(rules) } };
static struct rule_place places[16];
static struct rule_set rule_set = { tables, 1, places, ARRAY_SIZE(places) };

static void test_table(struct arena *arena)
{
	struct expr_context context = {
		.today = date_make(2026, 11, 22), .rules = &rule_set, .self = "60", .field = field,
		.last_visit = last_visit, .subject = subject, .count = count, .cell = cell, .day = day,
		.choice = choice, .arena = arena,
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct expr *expr;
		struct error err = { 0 };
		size_t column = 0;
		if (expr_parse(&expr, cases[i].text, resolve, NULL, arena, &column, &err))
			ok(false, "%s: %s at %zu", cases[i].text, err.text, column);
		else
			is_text(expr_text(expr, &context), cases[i].want, cases[i].text);
	}
}

static const struct {
	const char *text;
	size_t column;
	const char *says;
} faults[] = {
	{ "", 1, "too early" }, { "1 +", 4, "too early" }, { "${sbq} > 1", 1, "\"sbq\"" },
	{ "${sbp} > ${sbq}", 10, "\"sbq\"" }, { "'中文' = ${x}", 8, "\"x\"" }, { "foo(1)", 1, "foo()" },
	{ "1 + position(..)", 5, "position()" }, { "if(1, 2)", 1, "if()" }, { "today(1)", 1, "today()" },
	{ "(1 + 2", 1, "\")\"" }, { "round(1, 2", 11, "comma" }, { "'open", 1, "quotation" },
	{ "${open", 1, "}" }, { "${}", 1, "name of a field" }, { "1 2", 3, "\"2\"" }, { "1 = = 2", 5, "\"=\"" },
	{ "‘a’", 1, "‘" }, { "1 ≥ 2", 3, "≥" }, { "1.2.3", 1, "number" }, { "3x", 1, "number" },
	{ "last-visit(${sbp})", 1, "name in quotation marks" }, { "rule('htn', 1)", 1, "name in quotation" },
	{ "sum(1)", 1, "${name}" }, { "regex('a', '(')", 1, "regular expression" }, { "${sbp} == 1", 9, "\"=\"" },
	{ "1 & 2", 3, "&" }, { "a/b", 2, "/" }, { "1 )", 3, ")" }, { "substr('a')", 1, "substr()" },
};

static void test_faults(struct arena *arena)
{
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		const struct expr *expr;
		struct error err = { 0 };
		size_t column = 0;
		int code = expr_parse(&expr, faults[i].text, resolve, NULL, arena, &column, &err);
		if (!ok(code == ERR_INVALID && column == faults[i].column &&
		                strstr(err.text, faults[i].says),
		        "refused: %s", faults[i].text))
			printf("# %d at %zu: %s\n", code, column, err.text);
	}
	char deep[400];
	memset(deep, '(', 200);
	memset(deep + 200, '\0', 200);
	const struct expr *expr;
	size_t column;
	struct error err;
	is(expr_parse(&expr, deep, resolve, NULL, arena, &column, &err), ERR_INVALID,
	   "refused: 200 parentheses");
	char *wide = malloc(20002);
	for (int i = 0; i < 10000; i++)
		memcpy(wide + 2 * i, "1+", 2);
	strcpy(wide + 20000, "1");
	is(expr_parse(&expr, wide, resolve, NULL, arena, &column, &err), ERR_INVALID,
	   "refused: 10,000 additions");
	free(wide);
}

static void gather(void *arg, int index)
{
	*(unsigned *)arg |= 1u << index;
}

static void test_questions(struct arena *arena)
{
	const struct expr *expr;
	unsigned mask = 0;
	expr_parse(&expr, "if(${sbp} > 1, max(${doses}), ${birth})", resolve, NULL, arena, NULL, NULL);
	expr_fields_each(expr, gather, &mask);
	is(mask, 1u << 0 | 1u << 6 | 1u << DOSES, "the fields of an expression");
	expr_parse(&expr, "coalesce(concat(last-visit('weight')), 1)", resolve, NULL, arena, NULL, NULL);
	struct expr_context bare = { .today = 0, .arena = arena };
	is_text(expr_text(expr, &bare), "1", "without anyone to ask, a former visit is empty");
	expr_parse(&expr, "${sbp}", resolve, NULL, arena, NULL, NULL);
	is_text(expr_text(expr, &bare), "", "and so is a field");
	expr_parse(&expr, "last-here('weight')", resolve, NULL, arena, NULL, NULL);
	is_text(expr_text(expr, &bare), "", "and what the clinic wrote last");
	expr_parse(&expr, "operator()", resolve, NULL, arena, NULL, NULL);
	is_text(expr_text(expr, &bare), "", "and who enters");
	bare.operator_name = "张医生";
	is_text(expr_text(expr, &bare), "张医生", "who enters is asked by operator()");
}

/* Whatever stands in a cell: an answer or an error, never a crash. */
static void test_random(struct arena *arena)
{
	static const char *const part[] = {
		"(", ")", "1", "'a'", "${sbp}", "+", "-", "<", "=", "!=", " and ", " div ", "if(", ",", ".", "today()",
		"selected(", "date(", "substr(", "\"", "中", "${", "name", " ",
	};
	struct expr_context context = { .today = 20000, .field = field, .arena = arena };
	unsigned seed = 7, parsed = 0, refused = 0;
	for (int i = 0; i < 20000; i++) {
		char text[160] = "";
		for (int n = i % 9; n >= 0; n--) {
			seed = seed * 1103515245u + 12345u;
			strcat(text, part[(seed >> 16) % ARRAY_SIZE(part)]);
		}
		const struct expr *expr;
		struct error err = { 0 };
		size_t column = 0;
		if (!expr_parse(&expr, text, resolve, NULL, arena, &column, &err)) {
			parsed += expr_text(expr, &context) != NULL;
		} else {
			refused += err.text[0] && column >= 1;
		}
		arena_reset(arena);
	}
	is(parsed + refused, 20000, "random texts are understood or refused");
	ok(parsed > 100 && refused > 100, "both happen");
}

static void test_rules(void)
{
	double number;
	is(rule_count(&rule_set, "htn"), ARRAY_SIZE(rules), "rows of a table");
	is(rule_count(&rule_set, "none"), 0, "rows of an unknown table");
	ok(rule_at(&rule_set, "htn", 2) == &rules[2] && !rule_at(&rule_set, "htn", 9), "rows in order");
	ok(rule_find(&rule_set, "htn", "sbp", 70, 18000) == &rules[0], "before an edition: the one without a date");
	ok(rule_find(&rule_set, "htn", "sbp", 70, 19000) == &rules[2], "the row for the age");
	ok(rule_find(&rule_set, "htn", "sbp", 40, 19000) == &rules[1], "the row without limits");
	ok(rule_find(&rule_set, "htn", "sbp", -1, 19000) == &rules[1], "no age: the row without limits");
	ok(rule_find(&rule_set, "htn", "sbp", 70, 20700) == &rules[3], "a later edition replaces an earlier one");
	ok(rule_number(&rule_set, "htn", "sbp", 40, 20000, &number) && number == 140, "as a number");
	ok(!rule_number(&rule_set, "htn", "undecided", 40, 20000, &number), "an undecided rule is no number");
}

int main(void)
{
	struct arena arena = ARENA_INIT;
	setlocale(LC_CTYPE, "C.UTF-8");
	rule_set_index(&rule_set);
	test_table(&arena);
	test_faults(&arena);
	test_questions(&arena);
	test_random(&arena);
	test_rules();
	arena_free(&arena);
	return done_testing();
}
