/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/utf8.h"

#include <string.h>

#include "lib/utf8_table.h"

enum { REPLACEMENT = 0xFFFD };

/* Bytes of the well-formed character at s (at most n bytes), or 0. Table 3-7 of the Unicode Standard. */
static size_t decode(const unsigned char *s, size_t n, uint32_t *out)
{
	size_t len;
	uint32_t cp, least;

	if (!n)
		return 0;
	if (s[0] < 0x80) {
		*out = s[0];
		return 1;
	}
	if (s[0] >= 0xC2 && s[0] <= 0xDF) {
		len = 2, cp = s[0] & 0x1F, least = 0x80;
	} else if ((s[0] & 0xF0) == 0xE0) {
		len = 3, cp = s[0] & 0x0F, least = 0x800;
	} else if (s[0] >= 0xF0 && s[0] <= 0xF4) {
		len = 4, cp = s[0] & 0x07, least = 0x10000;
	} else {
		return 0;
	}
	for (size_t i = 1; i < len; i++) {
		if (i >= n || (s[i] & 0xC0) != 0x80)
			return 0;
		cp = cp << 6 | (s[i] & 0x3F);
	}
	if (cp < least || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		return 0;
	*out = cp;
	return len;
}

size_t utf8_next(const char *text, uint32_t *out)
{
	size_t n;

	if (!*text)
		return 0;
	n = decode((const unsigned char *)text, strnlen(text, 4), out);
	if (n)
		return n;
	*out = REPLACEMENT;
	return 1;
}

size_t utf8_put(uint32_t cp, char out[5])
{
	size_t n = 0;

	if (cp < 0x80) {
		out[n++] = (char)cp;
	} else if (cp < 0x800) {
		out[n++] = (char)(0xC0 | cp >> 6);
	} else if (cp < 0x10000) {
		if (cp >= 0xD800 && cp <= 0xDFFF)
			goto end;
		out[n++] = (char)(0xE0 | cp >> 12);
		out[n++] = (char)(0x80 | (cp >> 6 & 0x3F));
	} else if (cp <= 0x10FFFF) {
		out[n++] = (char)(0xF0 | cp >> 18);
		out[n++] = (char)(0x80 | (cp >> 12 & 0x3F));
		out[n++] = (char)(0x80 | (cp >> 6 & 0x3F));
	} else {
		goto end;
	}
	if (cp >= 0x80)
		out[n++] = (char)(0x80 | (cp & 0x3F));
end:
	out[n] = '\0';
	return n;
}

/* Whether eight bytes are ASCII without a NUL. */
static bool ascii_8(const unsigned char *s)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t word;

	memcpy(&word, s, sizeof(word));
	return ((word | (word - ones)) & tops) == 0;
}

/* Three bytes of a Chinese character and most others below U+D000, which need no look at their value. */
static bool common_3(const unsigned char *s)
{
	return s[0] >= 0xE1 && s[0] <= 0xEC && (s[1] & 0xC0) == 0x80 && (s[2] & 0xC0) == 0x80;
}

bool utf8_valid(const char *bytes, size_t n_bytes)
{
	const unsigned char *s = (const unsigned char *)bytes;
	uint32_t cp;

	while (n_bytes) {
		size_t n = 1; /* most of what is checked: numbers, dates, codes */

		if (n_bytes >= 8 && ascii_8(s))
			n = 8;
		else if (*s >= 0x80 || !*s)
			n = n_bytes >= 3 && common_3(s) ? 3 : decode(s, n_bytes, &cp);
		if (!n || (n == 1 && !*s))
			return false;
		s += n;
		n_bytes -= n;
	}
	return true;
}

bool utf8_char_plain(uint32_t cp)
{
	return cp >= 0x20 && !(cp >= 0x7F && cp <= 0x9F) && cp != 0x061C && cp != 0x200E && cp != 0x200F &&
	       !(cp >= 0x2028 && cp <= 0x202E) && !(cp >= 0x2066 && cp <= 0x2069);
}

bool utf8_plain(const char *text)
{
	uint32_t cp;
	size_t n;

	if (!utf8_valid(text, strlen(text)))
		return false;
	for (; (n = utf8_next(text, &cp)) != 0; text += n)
		if (!utf8_char_plain(cp))
			return false;
	return true;
}

int utf8_char_cols(uint32_t cp)
{
	size_t low = 0, high = utf8_n_ranges;

	if (cp >= 0x20 && cp < 0x7F)
		return 1;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (cp > utf8_ranges[mid].last)
			low = mid + 1;
		else if (cp < utf8_ranges[mid].first)
			high = mid;
		else
			return utf8_ranges[mid].cols;
	}
	return 1;
}

size_t utf8_cols(const char *text)
{
	size_t cols;

	utf8_clip(text, SIZE_MAX, &cols);
	return cols;
}

size_t utf8_chars(const char *text)
{
	size_t n, chars = 0;
	uint32_t cp;

	for (; (n = utf8_next(text, &cp)); text += n)
		chars++;
	return chars;
}

size_t utf8_clip(const char *text, size_t cols, size_t *used_cols)
{
	size_t n, bytes = 0, used = 0;
	uint32_t cp;

	for (; (n = utf8_next(text + bytes, &cp)); bytes += n) {
		size_t width = (size_t)utf8_char_cols(cp);

		if (width > cols - used)
			break;
		used += width;
	}
	if (used_cols)
		*used_cols = used;
	return bytes;
}

size_t utf8_prev_at(const char *text, size_t offset)
{
	uint32_t cp;

	for (size_t back = 2; back <= 4 && back <= offset; back++)
		if (utf8_next(text + offset - back, &cp) == back)
			return offset - back;
	return offset ? offset - 1 : 0;
}

size_t utf8_next_at(const char *text, size_t offset)
{
	uint32_t cp;

	return offset + utf8_next(text + offset, &cp);
}

void utf8_to_halfwidth(char *text)
{
	char *to = text;
	uint32_t cp;
	size_t n;

	for (; (n = utf8_next(text, &cp)); text += n) {
		if (cp >= 0xFF01 && cp <= 0xFF5E) {
			*to++ = (char)(cp - 0xFF01 + '!');
		} else if (cp == 0x3000) {
			*to++ = ' ';
		} else {
			memmove(to, text, n);
			to += n;
		}
	}
	*to = '\0';
}

static bool is_space(uint32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0x85 || cp == 0xA0 ||
	       cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 || cp == 0x2029 ||
	       cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

char *utf8_trim(char *text)
{
	size_t start = 0, end = strlen(text), n;
	uint32_t cp;

	while ((n = utf8_next(text + start, &cp)) && is_space(cp))
		start += n;
	while (end > start) {
		size_t before = utf8_prev_at(text, end);

		utf8_next(text + before, &cp);
		if (!is_space(cp))
			break;
		end = before;
	}
	memmove(text, text + start, end - start);
	text[end - start] = '\0';
	return text;
}

bool utf8_has_word(const char *list, const char *word, size_t n)
{
	for (size_t len; *list; list += len + (list[len] == ' ')) {
		len = strcspn(list, " ");
		if (len == n && !memcmp(list, word, n))
			return true;
	}
	return false;
}
