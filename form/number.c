/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/number.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXACT_DIGITS = 15, EXACT_POWER = 22, DIGITS_MOST = 400 };

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static double power_of_ten(int n)
{
	double power = 1;
	while (n-- > 0)
		power *= 10; /* exact up to 10^22 */
	return power;
}

/* More digits than a division of exact numbers can take: the C library, with its own decimal point. */
static double parse_long(const char *digits, size_t n)
{
	char copy[DIGITS_MOST + 1];
	if (n > DIGITS_MOST)
		return NAN;
	memcpy(copy, digits, n);
	copy[n] = '\0';
	char *point = strchr(copy, '.');
	if (point)
		*point = localeconv()->decimal_point[0];
	return strtod(copy, NULL);
}

double number_parse(const char *text)
{
	while (is_space(*text))
		text++;
	bool negative = *text == '-';
	text += negative;
	const char *start = text;
	uint64_t mantissa = 0;
	int digits = 0, significant = 0, places = 0;
	bool point = false;
	for (; (*text >= '0' && *text <= '9') || (*text == '.' && !point); text++) {
		if (*text == '.') {
			point = true;
			continue;
		}
		digits++;
		places += point;
		significant += significant > 0 || *text != '0';
		if (significant <= EXACT_DIGITS)
			mantissa = mantissa * 10 + (uint64_t)(*text - '0');
	}
	size_t n = (size_t)(text - start);
	while (is_space(*text))
		text++;
	if (*text || digits == 0)
		return NAN;
	double value = significant <= EXACT_DIGITS && places <= EXACT_POWER
	                       ? (double)mantissa / power_of_ten(places)
	                       : parse_long(start, n);
	return negative ? -value : value;
}

/* "d.ddde[+-]xx" to plain digits. */
static void expand(const char *scientific, char *out)
{
	char digits[24] = "";
	size_t n = 0;
	const char *c = scientific;
	if (*c == '-')
		*out++ = *c++;
	for (; *c && *c != 'e'; c++)
		if (*c >= '0' && *c <= '9')
			digits[n++] = *c;
	int point = atoi(c + 1) + 1; /* digits before the point */
	while (n > 1 && digits[n - 1] == '0')
		n--;
	if (point <= 0) {
		*out++ = '0';
		*out++ = '.';
		for (; point < 0; point++)
			*out++ = '0';
	}
	for (size_t i = 0; i < n; i++) {
		if (point > 0 && i == (size_t)point)
			*out++ = '.';
		*out++ = digits[i];
	}
	for (int i = (int)n; i < point; i++)
		*out++ = '0';
	*out = '\0';
}

char *number_format(double value, char out[NUMBER_TEXT_BYTES])
{
	if (isnan(value))
		return strcpy(out, "NaN");
	if (isinf(value))
		return strcpy(out, value > 0 ? "Infinity" : "-Infinity");
	if (value == 0)
		return strcpy(out, "0");
	if (value == trunc(value) && fabs(value) < 1e15) {
		snprintf(out, NUMBER_TEXT_BYTES, "%lld", (long long)value);
		return out;
	}
	char scientific[40];
	for (int precision = DBL_DIG - 1; precision < 17; precision++) {
		snprintf(scientific, sizeof scientific, "%.*e", precision, value);
		if (strtod(scientific, NULL) == value)
			break;
	}
	expand(scientific, out);
	return out;
}

double number_round(double value, int places)
{
	if (!isfinite(value))
		return value;
	if (places > 15)
		places = 15;
	if (places < -15)
		places = -15;
	double power = power_of_ten(places < 0 ? -places : places);
	double up = (places < 0 ? value / power : value * power) + 0.5;
	double nearest = rint(up);
	double whole = fabs(up - nearest) <= 8 * DBL_EPSILON * fabs(up) ? nearest : floor(up);
	return places < 0 ? whole * power : whole / power;
}
