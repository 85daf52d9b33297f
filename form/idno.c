/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/idno.h"

#include <string.h>
#include "lib/utf8.h"

enum { YEAR_LEAST = 1890 };

static bool digits(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

static int number(const char *text, size_t n)
{
	int value = 0;
	for (size_t i = 0; i < n; i++)
		value = value * 10 + (text[i] - '0');
	return value;
}

/* ISO 7064 MOD 11-2 over the first 17 digits. */
static char check_character(const char *text)
{
	static const int weight[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0;
	for (int i = 0; i < 17; i++)
		sum += (text[i] - '0') * weight[i];
	return "10X98765432"[sum % 11];
}

static bool all_alphanumeric(const char *text)
{
	for (; *text; text++)
		if (!(*text >= '0' && *text <= '9') && !(*text >= 'A' && *text <= 'Z'))
			return false;
	return true;
}

/* Half-width, trimmed, upper case; false when it cannot be a number because of its length. */
static bool normalise(char *out, size_t size, const char *text)
{
	if (strlen(text) >= size)
		return false;
	strcpy(out, text);
	utf8_to_halfwidth(out);
	utf8_trim(out);
	for (char *c = out; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c -= 'a' - 'A';
	size_t n_chars = utf8_chars(out);
	return n_chars == 15 || n_chars == 18 || n_chars == 20 || n_chars == 22;
}

enum idno_fault idno_parse(struct idno *out, const char *text, date_t today)
{
	char clean[128];
	*out = (struct idno){ .birth = DATE_NONE };
	if (!normalise(clean, sizeof clean, text))
		return IDNO_LENGTH;
	if (!all_alphanumeric(clean))
		return IDNO_CHARS;
	bool old = strlen(clean) == 15;
	if (!digits(clean, old ? 15 : 17))
		return IDNO_CHARS;
	if (!old && clean[17] != 'X' && !digits(clean + 17, 1))
		return IDNO_CHARS;
	memcpy(out->text, clean, old ? 15 : 18);
	if (old)
		out->birth = date_make(1900 + number(clean + 6, 2), number(clean + 8, 2),
		                       number(clean + 10, 2));
	else
		out->birth = date_make(number(clean + 6, 4), number(clean + 10, 2),
		                       number(clean + 12, 2));
	out->sex = (clean[old ? 14 : 16] - '0') % 2 ? 1 : 2;
	if (!old && check_character(clean) != clean[17])
		return IDNO_CHECK;
	if (out->birth == DATE_NONE)
		return IDNO_DATE;
	out->unlikely = out->birth < date_make(YEAR_LEAST, 1, 1) || out->birth > today;
	return IDNO_OK;
}

void idno_mask(char out[IDNO_BYTES], const char *text)
{
	size_t n = strlen(text);
	if (n > IDNO_BYTES - 1)
		n = IDNO_BYTES - 1;
	/* What is no number of either form shows nothing of itself. */
	size_t front = n >= 15 ? 6 : 0, back = n == 18 ? 4 : n == 15 ? 3 : 0;
	memset(out, '*', n);
	memcpy(out, text, front);
	memcpy(out + n - back, text + n - back, back);
	out[n] = '\0';
}
