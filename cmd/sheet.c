/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "lib/utf8.h"

enum { SERIAL_LEAST = 4000, SERIAL_MOST = 2958465 /* 9999-12-31 */, DAY_S = 86400 };

void sheet_unguard(struct csv_table *table)
{
	for (size_t r = 0; r < table->n_rows; r++)
		for (size_t i = 0; i < table->rows[r].n; i++) {
			char *cell = table->rows[r].cells[i];
			if (csv_is_guarded(cell))
				memmove(cell, cell + 1, strlen(cell));
		}
}

/* Digits, perhaps with a fraction; -1 for all else. */
static double plain_number(const char *text)
{
	size_t n = strspn(text, "0123456789");

	if (!n || n > 7)
		return -1;
	if (text[n] == '.' && strspn(text + n + 1, "0123456789") == strlen(text + n + 1))
		return strtod(text, NULL);
	return text[n] ? -1 : strtod(text, NULL);
}

static const char *time_text(long seconds, struct arena *arena)
{
	long hours = seconds / 3600, minutes = seconds / 60 % 60;

	return seconds % 60 ? arena_printf(arena, "%02ld:%02ld:%02ld", hours, minutes, seconds % 60)
	                    : arena_printf(arena, "%02ld:%02ld", hours, minutes);
}

static const char *day_text(long serial, struct arena *arena)
{
	char day[DATE_TEXT_BYTES];

	return arena_strdup(arena, date_format((date_t)(date_make(1899, 12, 30) + serial), day));
}

/* A number of seconds since day 0 as the field's type has it. */
static const char *serial_text(enum form_type type, double number, struct arena *arena)
{
	long seconds = lround(number * DAY_S), days = seconds / DAY_S;
	const char *day, *time;

	if (type == FORM_TIME)
		return time_text(seconds % DAY_S, arena);
	day = day_text(days, arena);
	if (type == FORM_DATE || !day)
		return day;
	time = time_text(seconds % DAY_S, arena);
	return time ? arena_printf(arena, "%sT%s", day, time) : NULL;
}

/* "1956/3/12 0:00:00" is a day: how a sheet shows one in a column with times. */
static const char *without_midnight(const char *text, struct arena *arena)
{
	static const char *const midnights[] = { "0:00", "00:00", "0:00:00", "00:00:00" };
	size_t n = strcspn(text, " T");
	const char *time = text + n + strspn(text + n, " T");

	for (size_t i = 0; i < sizeof(midnights) / sizeof(*midnights); i++)
		if (!strcmp(time, midnights[i]))
			return arena_strndup(arena, text, n);
	return text;
}

const char *sheet_value(const struct form_field *field, const char *cell, struct arena *arena)
{
	char *text;
	double number;

	if (field->type != FORM_DATE && field->type != FORM_DATETIME && field->type != FORM_TIME)
		return cell;
	text = arena_strdup(arena, cell);
	if (!text)
		return NULL;
	utf8_to_halfwidth(text);
	utf8_trim(text);
	number = plain_number(text);
	if (field->type == FORM_TIME)
		return number >= 0 && number < 1 && strchr(text, '.') ? serial_text(FORM_TIME, number, arena)
		                                                      : cell;
	if (number >= SERIAL_LEAST && number < SERIAL_MOST + 1)
		return serial_text(field->type, number, arena);
	return field->type == FORM_DATE ? without_midnight(text, arena) : cell;
}
