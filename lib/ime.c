/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/ime.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/ime_table.h"
#include "lib/pinyin.h"
#include "lib/utf8.h"

enum { READINGS_MAX = 12, INITIALS_MAX = 6 };

/* What was typed: its letters, and behind how many bytes and separators of it each of them ends. */
struct typed {
	char letters[IME_PINYIN_BYTES];
	size_t n;
	size_t end[IME_PINYIN_BYTES + 1];
	size_t marks[IME_PINYIN_BYTES + 1]; /* separators before the end of so many letters */
};

struct row {
	size_t block;
	const char *text; /* of its first word when next_word() has begun, else of its pinyin */
};

struct word {
	const char *text;
	size_t n_bytes;
	char rank; /* A to Z */
};

/* The page that is being filled. */
struct sink {
	struct ime_candidate *out;
	size_t skip, max, n;
	size_t offered; /* also those skipped */
};

static bool read_typed(const char *pinyin, struct typed *typed)
{
	size_t len = strlen(pinyin), marks = 0;

	*typed = (struct typed){ .n = 0 };
	if (len >= IME_PINYIN_BYTES)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = pinyin[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c == '\'' && typed->n) {
			marks++;
			typed->end[typed->n] = i + 1;
			continue;
		}
		if (c < 'a' || c > 'z')
			return false;
		/* The table writes lue and nue. */
		if (c == 'e' && typed->n >= 2 && typed->letters[typed->n - 1] == 'v' &&
		    strchr("ln", typed->letters[typed->n - 2]))
			typed->letters[typed->n - 1] = 'u';
		typed->letters[typed->n++] = c;
		typed->marks[typed->n] = marks;
		typed->end[typed->n] = i + 1;
	}
	return typed->n > 0;
}

static size_t key_bytes(const char *row)
{
	size_t n = 0;

	while (row[n] >= 'a' && row[n] <= 'z')
		n++;
	return n;
}

static int compare_key(const char *row, const char *letters, size_t n)
{
	size_t row_n = key_bytes(row);
	int order = memcmp(row, letters, row_n < n ? row_n : n);

	return order ? order : (row_n > n) - (row_n < n);
}

static bool next_row(struct row *row)
{
	row->text = strchr(row->text, '\n') + 1;
	if (*row->text)
		return true;
	if (++row->block >= ime_n_blocks)
		return false;
	row->text = ime_blocks[row->block];
	return true;
}

/* The first row whose pinyin is not before these letters; false when there is none. */
static bool find_row(struct row *row, const char *letters, size_t n)
{
	size_t low = 0, high = ime_n_blocks;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (compare_key(ime_blocks[mid], letters, n) <= 0)
			low = mid;
		else
			high = mid;
	}
	*row = (struct row){ low, ime_blocks[low] };
	while (compare_key(row->text, letters, n) < 0)
		if (!next_row(row))
			return false;
	return true;
}

static bool row_begins(const struct row *row, const char *letters, size_t n)
{
	return !strncmp(row->text, letters, n);
}

/* Step through the words of a row; *at begins behind its pinyin. */
static bool next_word(const char **at, struct word *word)
{
	const char *end = *at;

	if (*end == '\n')
		return false;
	while (*end < 'A' || *end > 'Z')
		end++;
	*word = (struct word){ *at, (size_t)(end - *at), *end };
	*at = end + 1;
	return true;
}

static size_t word_chars(const struct word *word)
{
	size_t n = 0;

	for (size_t i = 0; i < word->n_bytes; i++)
		n += (word->text[i] & 0xC0) != 0x80;
	return n;
}

static void offer(struct sink *sink, const struct word *word, size_t used_bytes)
{
	struct ime_candidate *out;

	if (sink->offered++ < sink->skip || sink->n == sink->max || word->n_bytes >= IME_TEXT_BYTES)
		return;
	out = &sink->out[sink->n++];
	memcpy(out->text, word->text, word->n_bytes);
	out->text[word->n_bytes] = '\0';
	out->used_bytes = used_bytes;
}

/* The words whose pinyin is exactly the first n letters. */
static void offer_exact(struct sink *sink, const struct typed *typed, size_t n)
{
	struct word word;
	struct row row;
	const char *at;

	if (!find_row(&row, typed->letters, n) || compare_key(row.text, typed->letters, n))
		return;
	at = row.text + n;
	while (next_word(&at, &word))
		if (word_chars(&word) > typed->marks[n])
			offer(sink, &word, typed->end[n]);
}

/* Whether the word's characters begin with these letters, one each. */
static bool has_initials(const struct word *word, const char *letters, size_t n)
{
	const char *readings[READINGS_MAX];
	char text[IME_TEXT_BYTES], *at = text;

	if (word->n_bytes >= sizeof text || word_chars(word) != n)
		return false;
	memcpy(text, word->text, word->n_bytes);
	text[word->n_bytes] = '\0';
	for (size_t i = 0; i < n; i++) {
		bool found = false;
		size_t n_readings;
		uint32_t cp;

		at += utf8_next(at, &cp);
		n_readings = pinyin_readings(cp, readings, READINGS_MAX);
		for (size_t k = 0; k < n_readings; k++)
			found |= readings[k][0] == letters[i];
		if (!found)
			return false;
	}
	return true;
}

/* Common words first; among equals in the order of the table. */
static int by_rank(const void *a, const void *b)
{
	const struct word *left = a, *right = b;

	if (left->rank != right->rank)
		return right->rank - left->rank;
	return (left->text > right->text) - (left->text < right->text);
}

/* Words whose pinyin begins with the first n letters (all of them, or for initials the first), and whose
 * initials are all the letters if wanted. */
static void offer_many(struct sink *sink, const struct typed *typed, size_t n, bool initials)
{
	struct buf found = BUF_INIT;
	struct word word, *words;
	struct row row;
	bool more = find_row(&row, typed->letters, n);

	for (; more && row_begins(&row, typed->letters, n); more = next_row(&row)) {
		const char *at = row.text + key_bytes(row.text);

		while (next_word(&at, &word))
			if (initials ? has_initials(&word, typed->letters, typed->n) :
				       word_chars(&word) > typed->marks[n])
				buf_put(&found, &word, sizeof word);
	}
	words = (struct word *)(void *)found.data;
	if (words)
		qsort(words, found.len_bytes / sizeof word, sizeof word, by_rank);
	for (size_t i = 0; i < found.len_bytes / sizeof word; i++)
		offer(sink, &words[i], typed->end[typed->n]);
	buf_free(&found);
}

size_t ime_candidates(const char *pinyin, size_t page, size_t per_page, struct ime_candidate out[])
{
	struct sink sink = { .out = out, .max = per_page };
	struct typed typed;

	if (!read_typed(pinyin, &typed) || (page && per_page > SIZE_MAX / page))
		return 0;
	sink.skip = page * per_page;
	offer_exact(&sink, &typed, typed.n);
	if (!sink.offered)
		offer_many(&sink, &typed, typed.n, false);
	if (!sink.offered && typed.n > 1 && typed.n <= INITIALS_MAX)
		offer_many(&sink, &typed, 1, true);
	for (size_t n = typed.n - 1; n > 0 && sink.n < sink.max; n--)
		if (!strchr("iuv", typed.letters[n])) /* no syllable begins with these */
			offer_exact(&sink, &typed, n);
	return sink.n;
}
