/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/value_type.h"

#include <stdlib.h>
#include <string.h>
#include "form/entry.h"
#include "form/idno.h"
#include "lib/utf8.h"

enum { NUMBER_DIGITS_MOST = 15 };

bool value_type_stored(enum form_type type)
{
	return type != FORM_NOTE && type != FORM_GROUP && type != FORM_REPEAT;
}

/* --- numbers --- */

/* The Chinese full stop is what an input method gives for the point key. */
static void points(char *text)
{
	static const char stop[] = "。";
	for (char *at; (at = strstr(text, stop));) {
		*at = '.';
		memmove(at + 1, at + sizeof stop - 1, strlen(at + sizeof stop - 1) + 1);
	}
}

/* Canonical digits in place: no plus, no needless zeros or point; false and unchanged when no number. */
static bool canonical_number(char *text)
{
	const char *at = text;
	bool negative = *at == '-';
	if (*at == '-' || *at == '+')
		at++;
	size_t n_whole = strspn(at, "0123456789"), n_places = 0;
	const char *places = at + n_whole;
	if (*places == '.')
		n_places = strspn(++places, "0123456789");
	if (places[n_places] || n_whole + n_places == 0)
		return false;
	while (n_places > 0 && places[n_places - 1] == '0')
		n_places--;
	while (n_whole > 1 && *at == '0') {
		at++;
		n_whole--;
	}
	bool zero = n_places == 0 && (n_whole == 0 || (n_whole == 1 && *at == '0'));
	size_t n_put = 0;
	char number[64];
	if (n_whole + n_places + 4 > sizeof number)
		return false;
	if (negative && !zero)
		number[n_put++] = '-';
	if (n_whole == 0)
		number[n_put++] = '0';
	memcpy(number + n_put, at, n_whole);
	n_put += n_whole;
	if (n_places) {
		number[n_put++] = '.';
		memcpy(number + n_put, places, n_places);
		n_put += n_places;
	}
	number[n_put] = '\0';
	/* ".5" grows by its zero; the caller gives room for it. */
	memcpy(text, number, n_put + 1);
	return true;
}

static const char *number_fault(const char *value, bool whole)
{
	const char *at = value + (*value == '-');
	size_t n_whole = strspn(at, "0123456789");
	size_t n_places = at[n_whole] == '.' ? strspn(at + n_whole + 1, "0123456789") : 0;
	const char *end = at + n_whole + (n_places ? n_places + 1 : 0);
	if (n_whole == 0 || *end)
		return whole ? _("a whole number is wanted, such as 120")
		             : _("a number is wanted, such as 62.5");
	if (whole && n_places)
		return _("a whole number is wanted, such as 120");
	if (n_whole + n_places > NUMBER_DIGITS_MOST)
		return _("this number has too many digits");
	return NULL;
}

/* --- times --- */

/* "8:30" to "08:30", "0830" to "08:30"; false and unchanged otherwise. Room for one more byte. */
static bool canonical_time(char *text)
{
	char time[9];
	size_t n = strlen(text);
	if (n == 4 && strspn(text, "0123456789") == 4) {
		memcpy(time, text, 2);
		time[2] = ':';
		strcpy(time + 3, text + 2);
	} else if ((n == 4 || n == 7) && text[1] == ':') {
		time[0] = '0';
		strcpy(time + 1, text);
	} else if (n == 5 || n == 8) {
		strcpy(time, text);
	} else {
		return false;
	}
	if (!date_time_valid(time))
		return false;
	strcpy(text, time);
	return true;
}

/* Day and time apart by "T" or spaces; room for 4 more bytes. */
static bool canonical_datetime(char *text, date_t today)
{
	char day[32], time[16], date_text[DATE_TEXT_BYTES];
	size_t n_day = strcspn(text, " T");
	const char *behind = text + n_day + strspn(text + n_day, " T");
	if (n_day >= sizeof day || strlen(behind) + 2 > sizeof time)
		return false;
	memcpy(day, text, n_day);
	day[n_day] = '\0';
	strcpy(time, behind);
	date_t date = date_parse_lenient(day, today);
	if (date == DATE_NONE || !canonical_time(time))
		return false;
	strcpy(text, date_format(date, date_text));
	strcat(text, "T");
	strcat(text, time);
	return true;
}

static bool datetime_valid(const char *value)
{
	char day[DATE_TEXT_BYTES];
	if (strlen(value) < sizeof day || value[sizeof day - 1] != 'T')
		return false;
	memcpy(day, value, sizeof day - 1);
	day[sizeof day - 1] = '\0';
	return date_parse(day) != DATE_NONE && date_time_valid(value + sizeof day);
}

/* --- choices --- */

static const struct form_choice *choice_of(const struct form_list *list, const char *text)
{
	const struct form_choice *choice = form_choice_find(list, text);
	for (size_t i = 0; !choice && i < list->n; i++)
		if (!strcmp(list->choices[i].label[LANG_ZH], text) ||
		    !strcmp(list->choices[i].label[LANG_EN], text))
			choice = &list->choices[i];
	return choice;
}

static size_t separator_bytes(const char *at)
{
	static const char *const wide[] = { "、", ",", ";", "　" };
	if (strchr(" ,;\t\n", *at))
		return 1;
	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
		if (!strncmp(at, wide[i], strlen(wide[i])))
			return strlen(wide[i]);
	return 0;
}

/* Codes or labels between spaces, commas and enumeration commas: codes in the list's order, what is
 * none behind them as it was typed. */
static const char *canonical_codes(const struct form_list *list, char *typed, struct arena *arena)
{
	const struct form_choice *whole = choice_of(list, typed);
	if (whole)
		return whole->name;
	bool *chosen = arena_array(arena, list->n + 1u, sizeof *chosen);
	const char *unknown = "";
	for (char *at = typed; chosen && unknown && *at;) {
		char *end = at;
		size_t n = 0;
		while (*end && !(n = separator_bytes(end)))
			end++;
		char *next = *end ? end + n : end;
		*end = '\0';
		const struct form_choice *choice = *at ? choice_of(list, at) : NULL;
		if (choice)
			chosen[choice - list->choices] = true;
		else if (*at)
			unknown = arena_printf(arena, "%s%s%s", unknown, *unknown ? " " : "", at);
		at = next;
	}
	const char *codes = "";
	for (size_t i = 0; chosen && codes && i < list->n; i++)
		if (chosen[i])
			codes = arena_printf(arena, "%s%s%s", codes, *codes ? " " : "",
			                     list->choices[i].name);
	if (!chosen || !codes || !unknown)
		return NULL;
	if (!*unknown)
		return codes;
	return arena_printf(arena, "%s%s%s", codes, *codes ? " " : "", unknown);
}

static const char *codes_fault(const struct form_list *list, const char *value, bool one)
{
	char code[128];
	for (const char *at = value; *at;) {
		size_t n = one ? strlen(at) : strcspn(at, " ");
		if (n >= sizeof code)
			return _("this is none of the choices");
		memcpy(code, at, n);
		code[n] = '\0';
		if (!form_choice_find(list, code))
			return _("this is none of the choices");
		at += n;
		at += *at == ' ';
	}
	return NULL;
}

/* --- all types --- */

static bool appears(const struct form_field *field, const char *word)
{
	const char *found = strstr(field->appearance, word);
	size_t n = strlen(word);
	return found && (found == field->appearance || found[-1] == ' ') &&
	       (!found[n] || found[n] == ' ');
}

/* The half-width form of a full-width digit or letter (U+FF10.., FF21.., FF41..), '\0' for all else. */
static char half_width(const char *at)
{
	uint32_t cp;
	utf8_next(at, &cp);
	bool wide = (cp >= 0xff10 && cp <= 0xff19) || (cp >= 0xff21 && cp <= 0xff3a) ||
	            (cp >= 0xff41 && cp <= 0xff5a);
	return wide ? (char)(cp - 0xfee0) : '\0';
}

/* Carriage returns go; other controls, and line ends outside of multiline fields, become spaces. Digits and
 * letters become half-width, so that an ID number or a drug is found however it was typed; punctuation stays. */
static void plain_text(const struct form_field *field, char *text)
{
	bool lines = appears(field, "multiline");
	char *put = text;
	for (const char *c = text; *c; c++) {
		char half = *c == '\xef' ? half_width(c) : '\0';
		if (half) {
			*put++ = half;
			c += 2;
			continue;
		}
		if (*c == '\r' && c[1] == '\n')
			continue;
		bool control = (unsigned char)*c < 0x20 || *c == 0x7f;
		*put++ = control && !(lines && *c == '\n') ? ' ' : *c;
	}
	*put = '\0';
}

/* A valid ID number of any length as its 18 or 15 characters, so that one person has one number; else as typed. */
static const char *canonical_idno(const char *text, date_t today, struct arena *arena)
{
	struct idno idno;
	return idno_parse(&idno, text, today) ? text : arena_strdup(arena, idno.text);
}

const char *value_normalise(const struct form_field *field, const char *typed, date_t today,
                            struct arena *arena)
{
	char day[DATE_TEXT_BYTES];
	size_t n = strlen(typed);
	char *text = arena_alloc(arena, n + 16); /* canonical forms may be a little longer */
	if (!text)
		return NULL;
	memcpy(text, typed, n + 1);
	plain_text(field, text);
	if (field->type != FORM_TEXT || appears(field, "numbers"))
		utf8_to_halfwidth(text);
	utf8_trim(text);
	date_t date;
	switch (field->type) {
	case FORM_INTEGER:
	case FORM_DECIMAL:
		points(text);
		canonical_number(text);
		return text;
	case FORM_DATE:
		points(text);
		date = date_parse_lenient(text, today);
		return date == DATE_NONE ? text : arena_strdup(arena, date_format(date, day));
	case FORM_DATETIME:
		canonical_datetime(text, today);
		return text;
	case FORM_TIME:
		canonical_time(text);
		return text;
	case FORM_SELECT_ONE: {
		const struct form_choice *choice = choice_of(field->list, text);
		return choice ? choice->name : text;
	}
	case FORM_SELECT_MULTIPLE:
		return canonical_codes(field->list, text, arena);
	default:
		return appears(field, "idno") ? canonical_idno(text, today, arena) : text;
	}
}

const char *value_fault(const struct form_field *field, const char *value)
{
	struct version version;
	switch (field->type) {
	case FORM_INTEGER:
		return number_fault(value, true);
	case FORM_DECIMAL:
		return number_fault(value, false);
	case FORM_DATE:
		return date_parse(value) == DATE_NONE ? _("a date is wanted, such as 2026-01-31") : NULL;
	case FORM_DATETIME:
		return datetime_valid(value) ? NULL
		                             : _("a day and time is wanted, such as 2026-01-31 08:30");
	case FORM_TIME:
		return date_time_valid(value) ? NULL : _("a time is wanted, such as 08:30");
	case FORM_SELECT_ONE:
		return codes_fault(field->list, value, true);
	case FORM_SELECT_MULTIPLE:
		return codes_fault(field->list, value, false);
	case FORM_RECORD:
		return version_parse(value, &version) ? NULL : _("a record is wanted here");
	default:
		return NULL;
	}
}
