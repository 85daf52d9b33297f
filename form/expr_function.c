/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions of expressions; doc/forms.md describes each with an example. */
#include "config.h"

#include "form/expr_node.h"

#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "form/idno.h"
#include "form/number.h"
#include "form/rules.h"
#include "lib/utf8.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum { DATETIME_BYTES = 32, PATTERN_BYTES = 1024 };

typedef const struct expr *call_t;
typedef const struct expr_context *context_t;

static struct expr_value text_value(const char *text)
{
	return (struct expr_value){ .kind = EXPR_TEXT, .text = text ? text : "" };
}

static struct expr_value number_value(double number)
{
	return (struct expr_value){ .kind = EXPR_NUMBER, .number = number };
}

static struct expr_value boolean_value(bool boolean)
{
	return (struct expr_value){ .kind = EXPR_BOOLEAN, .boolean = boolean };
}

static const char *arg_text(call_t call, int i, context_t context)
{
	struct expr_value value = expr_eval(call->args[i], context);
	return expr_to_text(&value, context);
}

static double arg_number(call_t call, int i, context_t context)
{
	struct expr_value value = expr_eval(call->args[i], context);
	return expr_number_of(&value);
}

static bool arg_boolean(call_t call, int i, context_t context)
{
	struct expr_value value = expr_eval(call->args[i], context);
	return expr_to_boolean(&value);
}

/* The first argument, or "." when there is none. */
static const char *arg_or_self(call_t call, context_t context)
{
	if (call->n_args)
		return arg_text(call, 0, context);
	return context->self ? context->self : "";
}

static date_t number_date(double number)
{
	double day = floor(number);
	if (isnan(day) || day < date_make(1, 1, 1) || day > date_make(9999, 12, 31))
		return DATE_NONE;
	return (date_t)day;
}

static date_t arg_date(call_t call, int i, context_t context)
{
	return number_date(arg_number(call, i, context));
}

static struct expr_value date_value(date_t date, context_t context)
{
	char text[DATE_TEXT_BYTES];
	return text_value(arena_strdup(context->arena, date_format(date, text)));
}

/* --- logic --- */

static struct expr_value eval_if(call_t call, context_t context)
{
	return expr_eval(call->args[arg_boolean(call, 0, context) ? 1 : 2], context);
}

static struct expr_value eval_not(call_t call, context_t context)
{
	return boolean_value(!arg_boolean(call, 0, context));
}

static struct expr_value eval_true(call_t call, context_t context)
{
	(void)call, (void)context;
	return boolean_value(true);
}

static struct expr_value eval_false(call_t call, context_t context)
{
	(void)call, (void)context;
	return boolean_value(false);
}

static struct expr_value eval_boolean(call_t call, context_t context)
{
	return boolean_value(arg_boolean(call, 0, context));
}

static struct expr_value eval_coalesce(call_t call, context_t context)
{
	const char *first = arg_text(call, 0, context);
	return *first ? text_value(first) : text_value(arg_text(call, 1, context));
}

/* --- choices --- */

/* The next word of a list of codes at *at, NULL at the end. */
static const char *next_word(const char **at, size_t *n)
{
	const char *start = *at + strspn(*at, " \t\n\r");
	*n = strcspn(start, " \t\n\r");
	*at = start + *n;
	return *n ? start : NULL;
}

static struct expr_value eval_selected(call_t call, context_t context)
{
	const char *list = arg_text(call, 0, context), *code = arg_text(call, 1, context), *word;
	size_t n, n_code;
	code = next_word(&code, &n_code);
	while (code && (word = next_word(&list, &n)))
		if (n == n_code && !memcmp(word, code, n))
			return boolean_value(true);
	return boolean_value(false);
}

static struct expr_value eval_count_selected(call_t call, context_t context)
{
	const char *list = arg_text(call, 0, context);
	size_t n;
	int count = 0;
	while (next_word(&list, &n))
		count++;
	return number_value(count);
}

static struct expr_value eval_selected_at(call_t call, context_t context)
{
	const char *list = arg_text(call, 0, context), *word;
	double index = trunc(arg_number(call, 1, context));
	size_t n;
	for (int i = 0; (word = next_word(&list, &n)); i++)
		if (i == index)
			return text_value(arena_strndup(context->arena, word, n));
	return text_value("");
}

/* --- numbers --- */

static struct expr_value eval_number(call_t call, context_t context)
{
	return number_value(arg_number(call, 0, context));
}

static struct expr_value eval_int(call_t call, context_t context)
{
	return number_value(trunc(arg_number(call, 0, context)));
}

static struct expr_value eval_round(call_t call, context_t context)
{
	double places = call->n_args > 1 ? trunc(arg_number(call, 1, context)) : 0;
	if (isnan(places))
		return number_value(NAN);
	int n = places > 15 ? 15 : places < -15 ? -15 : (int)places;
	return number_value(number_round(arg_number(call, 0, context), n));
}

/* --- all rows of a repeat --- */

struct fold {
	double value;
	bool begun;
};

static void fold_in(call_t call, struct fold *fold, double number)
{
	char which = call->function->name[1]; /* sum, min, max */
	if (!fold->begun)
		fold->value = number;
	else if (which == 'u')
		fold->value += number;
	else if (isnan(number) || isnan(fold->value))
		fold->value = NAN;
	else if (which == 'i' ? number < fold->value : number > fold->value)
		fold->value = number;
	fold->begun = true;
}

static struct expr_value eval_fold(call_t call, context_t context)
{
	struct fold fold = { 0, false };
	for (int i = 0; i < call->n_args; i++) {
		if (call->args[i]->node != NODE_FIELD || !context->count || !context->cell) {
			fold_in(call, &fold, arg_number(call, i, context));
			continue;
		}
		int field = call->args[i]->field;
		size_t n = context->count(context->arg, field);
		for (size_t row = 0; row < n; row++) {
			struct expr_value cell = text_value(context->cell(context->arg, field, row));
			fold_in(call, &fold, expr_number_of(&cell));
		}
	}
	if (!fold.begun && call->function->name[0] == 'm')
		return number_value(NAN);
	return number_value(fold.value);
}

static struct expr_value eval_count(call_t call, context_t context)
{
	if (!context->count)
		return number_value(0);
	return number_value((double)context->count(context->arg, call->args[0]->field));
}

/* --- texts --- */

static struct expr_value eval_string(call_t call, context_t context)
{
	return text_value(arg_text(call, 0, context));
}

static struct expr_value eval_string_length(call_t call, context_t context)
{
	return number_value((double)utf8_chars(arg_or_self(call, context)));
}

static struct expr_value eval_concat(call_t call, context_t context)
{
	const char *text = "";
	for (int i = 0; i < call->n_args; i++) {
		text = arena_printf(context->arena, "%s%s", text, arg_text(call, i, context));
		if (!text)
			return text_value("");
	}
	return text_value(text);
}

/* A position in a text of n characters as substr() takes it: negative counts from the end. */
static size_t position(double number, size_t n)
{
	number = trunc(number);
	if (number < 0)
		number += (double)n;
	if (isnan(number) || number < 0)
		return 0;
	return number > (double)n ? n : (size_t)number;
}

static size_t bytes_of_chars(const char *text, size_t n_chars)
{
	size_t at = 0;
	while (n_chars-- > 0 && text[at])
		at = utf8_next_at(text, at);
	return at;
}

static struct expr_value eval_substr(call_t call, context_t context)
{
	const char *text = arg_text(call, 0, context);
	size_t n = utf8_chars(text), end = n;
	size_t start = position(arg_number(call, 1, context), n);
	if (call->n_args > 2)
		end = position(arg_number(call, 2, context), n);
	if (start >= end)
		return text_value("");
	size_t from = bytes_of_chars(text, start), to = bytes_of_chars(text, end);
	return text_value(arena_strndup(context->arena, text + from, to - from));
}

static struct expr_value eval_contains(call_t call, context_t context)
{
	return boolean_value(strstr(arg_text(call, 0, context), arg_text(call, 1, context)) != NULL);
}

static struct expr_value eval_starts_with(call_t call, context_t context)
{
	const char *text = arg_text(call, 0, context), *front = arg_text(call, 1, context);
	return boolean_value(!strncmp(text, front, strlen(front)));
}

/* The pattern for the whole text, with the Java classes \d \w \s and (?: written as POSIX has them. */
static bool regex_translate(char *out, size_t size, const char *pattern)
{
	static const struct {
		const char *java, *posix;
	} words[] = {
		{ "\\d", "[0-9]" }, { "\\w", "[A-Za-z0-9_]" }, { "\\s", "[[:space:]]" },
		{ "\\D", "[^0-9]" }, { "\\W", "[^A-Za-z0-9_]" }, { "\\S", "[^[:space:]]" },
		{ "(?:", "(" },
	};
	size_t n = (size_t)snprintf(out, size, "^(");
	while (*pattern) {
		const char *from = pattern;
		size_t n_from = 1, n_put = 1;
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			if (!strncmp(pattern, words[i].java, strlen(words[i].java))) {
				from = words[i].posix;
				n_from = strlen(words[i].java);
				n_put = strlen(from);
			}
		if (from == pattern && *pattern == '\\' && pattern[1])
			n_from = n_put = 2;
		if (n + n_put + 3 > size)
			return false;
		memcpy(out + n, from, n_put);
		n += n_put;
		pattern += n_from;
	}
	memcpy(out + n, ")$", 3);
	return true;
}

/* Skip a bracket expression; text stands behind its "[". */
static const char *regex_bracket_end(const char *text)
{
	text += *text == '^';
	for (text += *text == ']'; *text && *text != ']';)
		text++;
	return *text ? text + 1 : text;
}

/* The C library unrolls repetitions when it compiles: a quantifier behind a quantifier, or large numbers within each
 * other, take all memory. Numbers side by side add up; one behind a group repeats all that stands in it, and counts as
 * if that were all so far. */
static bool regex_is_tame(const char *pattern)
{
	enum { COPIES_MAX = 1000 };
	unsigned long copies = 1;
	bool quantified = false, group = false;
	while (*pattern) {
		bool quantifier = strchr("*+?{", *pattern) != NULL;
		if (quantifier && quantified)
			return false;
		quantified = quantifier;
		if (*pattern == '{') {
			char *end;
			unsigned long least = strtoul(pattern + 1, &end, 10), most = least;
			if (*end == ',' && end[1] != '}')
				most = strtoul(end + 1, NULL, 10);
			if (most > COPIES_MAX)
				return false;
			copies = group && most > 0 ? copies * most : copies + most;
			pattern += strcspn(pattern, "}");
		}
		if (copies > COPIES_MAX)
			return false;
		group = *pattern == ')';
		if (*pattern == '[')
			pattern = regex_bracket_end(pattern + 1);
		else
			pattern += *pattern == '\\' && pattern[1] ? 2 : *pattern != '\0';
	}
	return true;
}

static bool regex_make(regex_t *regex, const char *pattern)
{
	char translated[PATTERN_BYTES];
	return regex_translate(translated, sizeof translated, pattern) &&
	       regex_is_tame(translated) && regcomp(regex, translated, REG_EXTENDED | REG_NOSUB) == 0;
}

bool expr_regex_valid(const char *pattern)
{
	regex_t regex;
	if (!regex_make(&regex, pattern))
		return false;
	regfree(&regex);
	return true;
}

static struct expr_value eval_regex(call_t call, context_t context)
{
	const char *text = arg_text(call, 0, context);
	regex_t regex;
	if (!regex_make(&regex, arg_text(call, 1, context)))
		return boolean_value(false);
	bool matches = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return boolean_value(matches);
}

/* --- dates --- */

static struct expr_value eval_today(call_t call, context_t context)
{
	(void)call;
	return date_value(context->today, context);
}

static struct expr_value eval_now(call_t call, context_t context)
{
	(void)call;
	char day[DATE_TEXT_BYTES];
	time_t seconds = (time_t)date_now_seconds();
	struct tm local = { .tm_hour = 0 };
	localtime_r(&seconds, &local);
	return text_value(arena_printf(context->arena, "%sT%02d:%02d",
	                               date_format(context->today, day), local.tm_hour, local.tm_min));
}

static struct expr_value eval_date(call_t call, context_t context)
{
	return date_value(arg_date(call, 0, context), context);
}

static struct expr_value eval_decimal_date_time(call_t call, context_t context)
{
	return number_value(arg_number(call, 0, context));
}

static void put_date_part(char *out, size_t size, char letter, double moment)
{
	int year, month, day;
	date_t date = (date_t)floor(moment);
	unsigned minutes = (unsigned)lround((moment - date) * 1440) % 1440;
	date_split(date, &year, &month, &day);
	switch (letter) {
	case 'Y':
		snprintf(out, size, "%04d", year);
		break;
	case 'y':
		snprintf(out, size, "%02d", year % 100);
		break;
	case 'm':
		snprintf(out, size, "%02d", month);
		break;
	case 'n':
		snprintf(out, size, "%d", month);
		break;
	case 'd':
		snprintf(out, size, "%02d", day);
		break;
	case 'e':
		snprintf(out, size, "%d", day);
		break;
	case 'H':
		snprintf(out, size, "%02u", minutes / 60);
		break;
	case 'h':
		snprintf(out, size, "%u", minutes / 60);
		break;
	case 'M':
		snprintf(out, size, "%02u", minutes % 60);
		break;
	default:
		snprintf(out, size, "%%%c", letter);
	}
}

static struct expr_value eval_format_date(call_t call, context_t context)
{
	double moment = arg_number(call, 0, context);
	const char *format = arg_text(call, 1, context);
	if (number_date(moment) == DATE_NONE)
		return text_value("");
	char *out = arena_alloc(context->arena, 4 * strlen(format) + 8);
	if (!out)
		return text_value("");
	char *end = out;
	for (; *format; format++) {
		if (*format == '%' && format[1]) {
			put_date_part(end, 8, *++format, moment);
			end += strlen(end);
		} else {
			*end++ = *format;
		}
	}
	*end = '\0';
	return text_value(out);
}

static struct expr_value age_value(int age)
{
	return number_value(age < 0 ? NAN : age);
}

static struct expr_value eval_age_years(call_t call, context_t context)
{
	return age_value(date_age_years(arg_date(call, 0, context), arg_date(call, 1, context)));
}

static struct expr_value eval_age_months(call_t call, context_t context)
{
	return age_value(date_age_months(arg_date(call, 0, context), arg_date(call, 1, context)));
}

static struct expr_value eval_weeks_between(call_t call, context_t context)
{
	date_t from = arg_date(call, 0, context), to = arg_date(call, 1, context);
	if (from == DATE_NONE || to == DATE_NONE)
		return number_value(NAN);
	return number_value(trunc((to - from) / 7.0));
}

static struct expr_value eval_add_days(call_t call, context_t context)
{
	double days = trunc(arg_number(call, 1, context));
	date_t date = arg_date(call, 0, context);
	if (date == DATE_NONE || isnan(days))
		return text_value("");
	return date_value(number_date(date + days), context);
}

static struct expr_value eval_add_months(call_t call, context_t context)
{
	double months = trunc(arg_number(call, 1, context));
	date_t date = arg_date(call, 0, context);
	if (date == DATE_NONE || isnan(months) || fabs(months) > 12000)
		return text_value("");
	return date_value(date_add_months(date, (int)months), context);
}

/* --- records, rules, ID numbers --- */

static struct expr_value eval_last_visit(call_t call, context_t context)
{
	if (!context->last_visit)
		return text_value("");
	return text_value(context->last_visit(context->arg, call->args[0]->text));
}

static struct expr_value eval_last_here(call_t call, context_t context)
{
	if (!context->last_here)
		return text_value("");
	return text_value(context->last_here(context->arg, call->args[0]->text));
}

static struct expr_value eval_operator(call_t call, context_t context)
{
	(void)call;
	return text_value(context->operator_name ? context->operator_name : "");
}

static struct expr_value eval_subject(call_t call, context_t context)
{
	if (!context->subject)
		return text_value("");
	return text_value(context->subject(context->arg, call->args[0]->text));
}

static struct expr_value eval_rule(call_t call, context_t context)
{
	int age = -1;
	if (call->n_args > 2) {
		double years = arg_number(call, 2, context);
		age = years >= 0 && years < 1000 ? (int)years : -1;
	}
	date_t on = context->day ? context->day(context->arg) : DATE_NONE;
	const struct rule *rule = rule_find(context->rules, call->args[0]->text, call->args[1]->text,
	                                    age, on == DATE_NONE ? context->today : on);
	return text_value(rule ? rule->value : "");
}

static struct expr_value eval_idno_valid(call_t call, context_t context)
{
	struct idno idno;
	return boolean_value(!idno_parse(&idno, arg_text(call, 0, context), context->today));
}

static struct expr_value eval_idno_birth(call_t call, context_t context)
{
	struct idno idno;
	if (idno_parse(&idno, arg_text(call, 0, context), context->today))
		return text_value("");
	return date_value(idno.birth, context);
}

static struct expr_value eval_idno_sex(call_t call, context_t context)
{
	struct idno idno;
	if (idno_parse(&idno, arg_text(call, 0, context), context->today))
		return text_value("");
	return text_value(idno.sex == 1 ? "1" : "2");
}

/* Sorted by name. */
static const struct expr_function functions[] = {
	{ "add-days", 2, 2, 0, eval_add_days },
	{ "add-months", 2, 2, 0, eval_add_months },
	{ "age-months", 2, 2, 0, eval_age_months },
	{ "age-years", 2, 2, 0, eval_age_years },
	{ "boolean", 1, 1, 0, eval_boolean },
	{ "coalesce", 2, 2, 0, eval_coalesce },
	{ "concat", 1, EXPR_ARGS_ANY, 0, eval_concat },
	{ "contains", 2, 2, 0, eval_contains },
	{ "count", 1, 1, FUNCTION_NODES | FUNCTION_NODES_ONLY, eval_count },
	{ "count-selected", 1, 1, 0, eval_count_selected },
	{ "date", 1, 1, 0, eval_date },
	{ "decimal-date-time", 1, 1, 0, eval_decimal_date_time },
	{ "false", 0, 0, 0, eval_false },
	{ "format-date", 2, 2, 0, eval_format_date },
	{ "idno-birth", 1, 1, 0, eval_idno_birth },
	{ "idno-sex", 1, 1, 0, eval_idno_sex },
	{ "idno-valid", 1, 1, 0, eval_idno_valid },
	{ "if", 3, 3, 0, eval_if },
	{ "int", 1, 1, 0, eval_int },
	{ "last-here", 1, 1, FUNCTION_NAME | FUNCTION_LAST_HERE, eval_last_here },
	{ "last-visit", 1, 1, FUNCTION_NAME | FUNCTION_LAST_VISIT, eval_last_visit },
	{ "max", 1, EXPR_ARGS_ANY, FUNCTION_NODES, eval_fold },
	{ "min", 1, EXPR_ARGS_ANY, FUNCTION_NODES, eval_fold },
	{ "not", 1, 1, 0, eval_not },
	{ "now", 0, 0, 0, eval_now },
	{ "number", 1, 1, 0, eval_number },
	{ "operator", 0, 0, 0, eval_operator },
	{ "regex", 2, 2, FUNCTION_REGEX, eval_regex },
	{ "round", 1, 2, 0, eval_round },
	{ "rule", 2, 3, FUNCTION_NAMES | FUNCTION_RULE, eval_rule },
	{ "selected", 2, 2, 0, eval_selected },
	{ "selected-at", 2, 2, 0, eval_selected_at },
	{ "starts-with", 2, 2, 0, eval_starts_with },
	{ "string", 1, 1, 0, eval_string },
	{ "string-length", 0, 1, 0, eval_string_length },
	{ "subject", 1, 1, FUNCTION_NAME | FUNCTION_SUBJECT, eval_subject },
	{ "substr", 2, 3, 0, eval_substr },
	{ "sum", 1, 1, FUNCTION_NODES | FUNCTION_NODES_ONLY, eval_fold },
	{ "today", 0, 0, 0, eval_today },
	{ "true", 0, 0, 0, eval_true },
	{ "weeks-between", 2, 2, 0, eval_weeks_between },
};

const struct expr_function *expr_function_find(const char *name, size_t n_bytes)
{
	size_t low = 0, high = ARRAY_SIZE(functions);
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strncmp(name, functions[middle].name, n_bytes);
		if (order == 0 && functions[middle].name[n_bytes])
			order = -1;
		if (order == 0)
			return &functions[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
