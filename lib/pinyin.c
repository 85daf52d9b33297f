/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/pinyin.h"

#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/pinyin_table.h"
#include "lib/utf8.h"

enum {
	NAME_CHARS = 40,    /* longer names are searched by their front */
	READINGS_MAX = 12,
	SYLLABLE_BYTES = 8,
	KEY_BYTES = NAME_CHARS * SYLLABLE_BYTES,
};

/* The readings of each character of a name, and which of them is next in the count through all. */
struct reading_set {
	char text[READINGS_MAX][SYLLABLE_BYTES];
	size_t n, at;
};

static const uint16_t *readings_list(uint32_t cp)
{
	size_t low = 0, high = pinyin_n_runs;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct pinyin_run *run = &pinyin_runs[mid];

		if (cp > run->last) {
			low = mid + 1;
		} else if (cp < run->first) {
			high = mid;
		} else {
			uint16_t place = pinyin_places[run->place + (cp - run->first)];

			return place ? &pinyin_lists[place] : NULL;
		}
	}
	return NULL;
}

size_t pinyin_readings(uint32_t cp, const char *out[], size_t max)
{
	const uint16_t *list = readings_list(cp);
	size_t n = 0;

	if (!list)
		return 0;
	for (; n < max; list++) {
		out[n++] = pinyin_syllables[*list & ~PINYIN_LAST];
		if (*list & PINYIN_LAST)
			break;
	}
	return n;
}

/* Half-width, lower-case letter or digit, or 0. */
static char plain_letter(uint32_t cp)
{
	if (cp >= 0xFF01 && cp <= 0xFF5E)
		cp = cp - 0xFF01 + '!';
	if (cp >= 'A' && cp <= 'Z')
		return (char)(cp - 'A' + 'a');
	return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9') ? (char)cp : '\0';
}

static void add_reading(struct reading_set *set, const char *text, size_t n_bytes)
{
	for (size_t i = 0; i < set->n; i++)
		if (!strncmp(set->text[i], text, n_bytes) && !set->text[i][n_bytes])
			return;
	memcpy(set->text[set->n], text, n_bytes);
	set->text[set->n++][n_bytes] = '\0';
}

/* Fill sets with the readings of the name's characters, cut to letters bytes; returns how many. */
static size_t split_name(const char *name, size_t letters, struct reading_set sets[NAME_CHARS])
{
	const char *readings[READINGS_MAX];
	size_t n, n_sets = 0;
	uint32_t cp;

	for (; (n = utf8_next(name, &cp)) && n_sets < NAME_CHARS; name += n) {
		size_t n_readings = pinyin_readings(cp, readings, READINGS_MAX);
		char letter = plain_letter(cp);
		struct reading_set *set = &sets[n_sets];

		set->n = set->at = 0;
		if (letter)
			add_reading(set, &letter, 1);
		for (size_t i = 0; i < n_readings; i++)
			add_reading(set, readings[i], strnlen(readings[i], letters));
		n_sets += set->n > 0;
	}
	return n_sets;
}

/* Go to the next combination, the last character fastest; false after the last one. */
static bool next_combination(struct reading_set *sets, size_t n_sets)
{
	for (size_t i = n_sets; i-- > 0; sets[i].at = 0)
		if (++sets[i].at < sets[i].n)
			return true;
	return false;
}

static bool seen_before(struct buf *seen, const char *key)
{
	size_t len = strlen(key) + 1;

	for (size_t at = 0; at < seen->len_bytes; at += strlen((char *)seen->data + at) + 1)
		if (!strcmp((char *)seen->data + at, key))
			return true;
	buf_put(seen, key, len);
	return false;
}

static void each_key(const char *name, size_t letters, size_t max,
		     void (*each)(const char *key, void *arg), void *arg)
{
	struct reading_set sets[NAME_CHARS];
	size_t n_sets = split_name(name, letters, sets), given = 0;
	struct buf seen = BUF_INIT;

	if (!n_sets || !max)
		return;
	do {
		char key[KEY_BYTES], *to = key;

		for (size_t i = 0; i < n_sets; i++)
			to = stpcpy(to, sets[i].text[sets[i].at]);
		if (seen_before(&seen, key))
			continue;
		each(key, arg);
		given++;
	} while (given < max && next_combination(sets, n_sets));
	buf_free(&seen);
}

void pinyin_initials_each(const char *name, size_t max, void (*each)(const char *key, void *arg),
                          void *arg)
{
	each_key(name, 1, max, each, arg);
}

void pinyin_full_each(const char *name, size_t max, void (*each)(const char *key, void *arg),
                      void *arg)
{
	each_key(name, SYLLABLE_BYTES - 1, max, each, arg);
}

static const char *surname_reading(uint32_t cp)
{
	for (size_t i = 0; i < pinyin_n_surnames; i++)
		if (pinyin_surnames[i].cp == cp)
			return pinyin_syllables[pinyin_surnames[i].syllable];
	return NULL;
}

static const struct pinyin_compound *compound_surname(const char *name)
{
	uint32_t first, second;
	size_t n = utf8_next(name, &first);

	if (!n || !utf8_next(name + n, &second))
		return NULL;
	for (size_t i = 0; i < pinyin_n_compounds; i++)
		if (pinyin_compounds[i].cp[0] == first && pinyin_compounds[i].cp[1] == second)
			return &pinyin_compounds[i];
	return NULL;
}

/* The syllable by which the character at a place of the name is sorted; itself without one. */
static const char *sort_reading(uint32_t cp, size_t place, const struct pinyin_compound *compound,
				char self[5])
{
	const char *reading = NULL;
	char letter = plain_letter(cp);

	if (compound && place < 2)
		return pinyin_syllables[compound->syllable[place]];
	if (!place)
		reading = surname_reading(cp);
	if (reading || pinyin_readings(cp, &reading, 1))
		return reading;
	utf8_put(letter ? (uint32_t)letter : cp, self);
	return self;
}

char *pinyin_sort_key(const char *name, char *out, size_t size)
{
	const struct pinyin_compound *compound = compound_surname(name);
	size_t len = 0, place = 0, n;
	uint32_t cp;

	if (!size)
		return out;
	for (; (n = utf8_next(name, &cp)); name += n, place++) {
		char self[5], part[24];
		size_t part_len;

		/* The space sorts "li" before "lin"; the character itself keeps one surname together. */
		part_len = (size_t)snprintf(part, sizeof part, "%s %.*s",
					    sort_reading(cp, place, compound, self), (int)n, name);
		if (len + part_len >= size)
			break;
		memcpy(out + len, part, part_len);
		len += part_len;
	}
	out[len] = '\0';
	return out;
}
