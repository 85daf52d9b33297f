/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of texts: numbers, decimals and dates in canonical lexical form, dictionaries, raw bytes. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/date.h"
#include "lib/utf8.h"
#include "sync/column.h"

enum texts_encoding {
	TEXTS_CONST = 0,    /* text: the value of all rows */
	TEXTS_INT = 1,      /* numbers */
	TEXTS_FIXED = 2,    /* scale u8, numbers: exactly scale digits behind the point */
	TEXTS_SHORT = 3,    /* scale u8, numbers: no zeros at the end of the fraction */
	TEXTS_DATE = 4,     /* days since 1970-01-01 */
	TEXTS_DAY = 5,      /* days since the row's own day */
	TEXTS_DICT = 6,     /* n, n texts, numbers of them */
	TEXTS_RAW = 7,      /* lengths, then all bytes */
};

enum {
	NUMBER_MAX_DIGITS = 17,
	SCALE_MAX = 9,
	NUMBER_BYTES = 32,
	DAY_LIMIT = 4000000, /* years 1 to 9999 lie within it on either side of 1970 */
	MEMO_TEXTS_MAX = 128, /* a power of two */
	MEMO_TEXT_BYTES = 23,
	MEMO_ROWS_LEAST = 64,
	MEMO_ROWS_EACH = 4,   /* rows for each place: a chunk has hundreds of such columns */
};

/* Most columns have few distinct numbers: the first text in each place stays for the rest of the column. */
struct text_memo {
	int64_t value;
	uint8_t len; /* 0: free */
	char text[MEMO_TEXT_BYTES];
};

static const int64_t POWERS[SCALE_MAX + 1] = { 1,      10,      100,      1000,      10000,
	                                       100000, 1000000, 10000000, 100000000, 1000000000 };

/* Writes value / 10^scale; keep: all digits of the fraction, else none of the zeros at its end. By hand, as most
 * cells of a bundle are numbers and printf() would be a tenth of the time of a merge. */
static size_t number_format(char out[NUMBER_BYTES], int64_t value, unsigned scale, bool keep)
{
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	char *end = out + NUMBER_BYTES, *at = end;
	unsigned digits = scale;
	for (; !keep && digits && rest % 10 == 0; digits--)
		rest /= 10;
	if (digits) {
		for (; digits; digits--, rest /= 10)
			*--at = (char)('0' + rest % 10);
		*--at = '.';
	}
	do
		*--at = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		*--at = '-';
	memmove(out, at, (size_t)(end - at));
	return (size_t)(end - at);
}

struct number { /* digits without their point */
	int64_t value;
	unsigned whole, fraction; /* how many are before and behind it */
	bool short_form;          /* no zeros at the end of the fraction */
};

/* False unless number_format() can give back exactly this text. */
static bool number_scan(struct span text, struct number *out)
{
	uint64_t value = 0;
	if (!text.len_bytes || text.len_bytes > NUMBER_MAX_DIGITS + 2)
		return false;
	const bool negative = text.data[0] == '-';
	const uint8_t *start = text.data + negative, *end = text.data + text.len_bytes, *point = NULL;
	for (const uint8_t *at = start; at < end; at++) {
		if (*at >= '0' && *at <= '9')
			value = value * 10 + (uint64_t)(*at - '0');
		else if (*at == '.' && !point)
			point = at;
		else
			return false;
	}
	out->value = negative ? -(int64_t)value : (int64_t)value;
	out->whole = (unsigned)((point ? point : end) - start);
	out->fraction = point ? (unsigned)(end - point - 1) : 0;
	out->short_form = !point || end[-1] != '0';
	return out->whole && (out->whole == 1 || *start != '0') && (!point || out->fraction) && !(negative && !value);
}

struct numbers { /* all of a column */
	unsigned whole, scale; /* the most digits before and behind the point */
	bool fixed, short_form;
};

/* False when one is none; values are as in struct number, fractions[i] the digits behind the point of the i-th. */
static bool numbers_scan(const struct span *texts, size_t n, int64_t *values, uint8_t *fractions, struct numbers *out)
{
	*out = (struct numbers){ .fixed = true, .short_form = true };
	for (size_t i = 0; i < n; i++) {
		struct number number;
		if (!number_scan(texts[i], &number))
			return false;
		values[i] = number.value;
		fractions[i] = (uint8_t)number.fraction;
		out->fixed = out->fixed && number.fraction == fractions[0];
		out->short_form = out->short_form && number.short_form;
		out->whole = number.whole > out->whole ? number.whole : out->whole;
		out->scale = number.fraction > out->scale ? number.fraction : out->scale;
	}
	return out->scale <= SCALE_MAX && out->whole + out->scale <= NUMBER_MAX_DIGITS && (out->fixed || out->short_form);
}

static bool put_numbers(struct buf *out, const struct span *texts, size_t n, int64_t *scratch, struct arena *arena)
{
	struct numbers numbers;
	uint8_t *fractions = arena_room(arena, n, sizeof(*fractions));
	if (!fractions) {
		out->failed = true;
		return true;
	}
	if (!numbers_scan(texts, n, scratch, fractions, &numbers))
		return false;
	buf_put_u8(out, !numbers.scale ? TEXTS_INT : numbers.fixed ? TEXTS_FIXED : TEXTS_SHORT);
	if (numbers.scale)
		buf_put_u8(out, (uint8_t)numbers.scale);
	for (size_t i = 0; !numbers.fixed && i < n; i++)
		scratch[i] *= POWERS[numbers.scale - fractions[i]];
	ints_put(out, scratch, n);
	return true;
}

static bool put_dates(struct buf *out, const struct span *texts, const int64_t *days, size_t n,
                      int64_t *scratch)
{
	for (size_t i = 0; i < n; i++) {
		char text[DATE_TEXT_BYTES];
		if (texts[i].len_bytes != DATE_TEXT_BYTES - 1)
			return false;
		memcpy(text, texts[i].data, DATE_TEXT_BYTES - 1);
		text[DATE_TEXT_BYTES - 1] = '\0';
		date_t date = date_parse(text);
		if (date == DATE_NONE)
			return false;
		scratch[i] = date;
	}
	struct ints_plan absolute = ints_plan(scratch, n), plan = absolute;
	bool relative = true;
	for (size_t i = 0; i < n; i++) {
		relative = relative && days[i] >= -DAY_LIMIT && days[i] <= DAY_LIMIT;
		scratch[i] -= days[i];
	}
	if (relative)
		plan = ints_plan(scratch, n);
	relative = relative && plan.bits < absolute.bits;
	for (size_t i = 0; i < n && !relative; i++)
		scratch[i] += days[i];
	buf_put_u8(out, relative ? TEXTS_DAY : TEXTS_DATE);
	ints_put_planned(out, scratch, n, relative ? &plan : &absolute);
	return true;
}

static bool same(struct span a, struct span b)
{
	return a.len_bytes == b.len_bytes && (!a.len_bytes || !memcmp(a.data, b.data, a.len_bytes));
}

static const uint64_t HASH_ODD = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t hash_word(uint64_t hash, const uint8_t *bytes, size_t n_bytes)
{
	uint64_t word = 0;
	memcpy(&word, bytes, n_bytes);
	hash = (hash ^ word) * HASH_ODD;
	return hash ^ hash >> 32;
}

/* Eight bytes at a time; only how fast a dictionary is found depends on it. */
static uint64_t hash_text(struct span text)
{
	uint64_t hash = text.len_bytes * HASH_ODD;
	for (; text.len_bytes >= 8; text.data += 8, text.len_bytes -= 8)
		hash = hash_word(hash, text.data, 8);
	return text.len_bytes ? hash_word(hash, text.data, text.len_bytes) : hash;
}

struct distinct {
	const struct span *texts;
	uint32_t *places; /* 1 + row of the first with a text, by hash; 0: free */
	size_t mask;
};

/* The place of a text, where its row is or belongs. */
static uint32_t *find_place(const struct distinct *d, struct span text)
{
	size_t at = (size_t)hash_text(text) & d->mask;
	while (d->places[at] && !same(d->texts[d->places[at] - 1], text))
		at = (at + 1) & d->mask;
	return &d->places[at];
}

/* Numbers the distinct texts in order of first appearance; false when most are distinct. */
static bool put_dictionary(struct buf *out, const struct span *texts, size_t n, int64_t *scratch,
                           struct arena *arena)
{
	struct distinct d = { .texts = texts, .mask = 1 };
	size_t distinct = 0, *first;
	while (d.mask + 1 < 2 * n)
		d.mask = 2 * d.mask + 1;
	d.places = arena_array(arena, d.mask + 1, sizeof(*d.places));
	first = arena_room(arena, n, sizeof(*first)); /* rows that name a text */
	if (!d.places || !first) {
		out->failed = true;
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t *place = find_place(&d, texts[i]);
		if (*place) {
			scratch[i] = scratch[*place - 1];
			continue;
		}
		*place = (uint32_t)i + 1;
		first[distinct] = i;
		scratch[i] = (int64_t)distinct++;
		if (distinct > n - n / 4)
			return false;
	}
	buf_put_u8(out, TEXTS_DICT);
	buf_put_varint(out, distinct);
	for (size_t i = 0; i < distinct; i++) {
		buf_put_varint(out, texts[first[i]].len_bytes);
		buf_put(out, texts[first[i]].data, texts[first[i]].len_bytes);
	}
	ints_put(out, scratch, n);
	return true;
}

static void put_raw(struct buf *out, const struct span *texts, size_t n, int64_t *scratch)
{
	buf_put_u8(out, TEXTS_RAW);
	for (size_t i = 0; i < n; i++)
		scratch[i] = (int64_t)texts[i].len_bytes;
	ints_put(out, scratch, n);
	for (size_t i = 0; i < n; i++)
		buf_put(out, texts[i].data, texts[i].len_bytes);
}

void texts_put(struct buf *out, const struct span *texts, const int64_t *days, size_t n)
{
	struct arena arena = ARENA_INIT;
	size_t i = 1;
	if (!n)
		return;
	int64_t *scratch = arena_room(&arena, n, sizeof(*scratch));
	if (!scratch) {
		out->failed = true;
		return;
	}
	while (i < n && same(texts[i], texts[0]))
		i++;
	if (i == n) {
		buf_put_u8(out, TEXTS_CONST);
		buf_put_varint(out, texts[0].len_bytes);
		buf_put(out, texts[0].data, texts[0].len_bytes);
	} else if (!put_numbers(out, texts, n, scratch, &arena) && !put_dates(out, texts, days, n, scratch) &&
	           !put_dictionary(out, texts, n, scratch, &arena)) {
		put_raw(out, texts, n, scratch);
	}
	arena_free(&arena);
}

static bool open_dictionary(struct texts_reader *reader, struct span *in, size_t n, size_t max_bytes,
                            struct arena *arena)
{
	uint64_t count;
	size_t total = 0;
	if (!span_varint(in, &count) || !count || count > n)
		return false;
	reader->n_entries = (size_t)count;
	reader->entries = arena_room(arena, reader->n_entries, sizeof(*reader->entries));
	if (!reader->entries)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!span_text(in, &reader->entries[i]))
			return false;
	if (!ints_open(&reader->ints, in, n))
		return false;
	struct ints_reader check = reader->ints;
	for (size_t i = 0; i < n; i++) {
		uint64_t number = (uint64_t)ints_next(&check);
		if (number >= count)
			return false;
		total += reader->entries[number].len_bytes;
		if (total > max_bytes)
			return false;
	}
	return true;
}

static bool open_raw(struct texts_reader *reader, struct span *in, size_t n, size_t max_bytes)
{
	size_t total = 0;
	if (!ints_open(&reader->ints, in, n))
		return false;
	struct ints_reader check = reader->ints;
	for (size_t i = 0; i < n; i++) {
		uint64_t length = (uint64_t)ints_next(&check);
		if (length > max_bytes || (total += (size_t)length) > max_bytes)
			return false;
	}
	return span_take(in, total, &reader->bytes);
}

static bool open_numbers(struct texts_reader *reader, struct span *in, size_t n, struct arena *arena)
{
	size_t places = MEMO_TEXTS_MAX;
	while (places > n / MEMO_ROWS_EACH)
		places /= 2;
	if (n >= MEMO_ROWS_LEAST && !(reader->memo = arena_array(arena, places, sizeof(*reader->memo))))
		return false;
	reader->memo_mask = reader->memo ? (uint8_t)(places - 1) : 0;
	return ints_open(&reader->ints, in, n);
}

bool texts_open(struct texts_reader *reader, struct span *in, size_t n, size_t max_bytes,
                struct arena *arena)
{
	memset(reader, 0, sizeof(*reader));
	if (!n)
		return true;
	if (!span_u8(in, &reader->encoding))
		return false;
	switch (reader->encoding) {
	case TEXTS_CONST:
		return span_text(in, &reader->bytes) &&
		       reader->bytes.len_bytes <= max_bytes / n;
	case TEXTS_FIXED:
	case TEXTS_SHORT:
		if (!span_u8(in, &reader->scale) || !reader->scale || reader->scale > SCALE_MAX)
			return false;
		return open_numbers(reader, in, n, arena);
	case TEXTS_INT:
	case TEXTS_DATE:
	case TEXTS_DAY:
		return open_numbers(reader, in, n, arena);
	case TEXTS_DICT:
		return open_dictionary(reader, in, n, max_bytes, arena);
	case TEXTS_RAW:
		return open_raw(reader, in, n, max_bytes);
	default:
		return false;
	}
}

static bool is_utf8(struct span text)
{
	return !text.len_bytes || utf8_valid((const char *)text.data, text.len_bytes);
}

bool texts_are_utf8(const struct texts_reader *reader)
{
	struct texts_reader rest = *reader;
	bool good = reader->encoding != TEXTS_CONST || is_utf8(reader->bytes);
	for (size_t i = 0; good && i < reader->n_entries; i++)
		good = is_utf8(reader->entries[i]);
	for (size_t i = 0; good && reader->encoding == TEXTS_RAW && i < reader->ints.n; i++) {
		struct span text;
		good = span_take(&rest.bytes, (size_t)ints_next(&rest.ints), &text) && is_utf8(text);
	}
	return good;
}

static struct text_memo *memo_of(const struct texts_reader *reader, int64_t value)
{
	return reader->memo ? &reader->memo[(uint64_t)value & reader->memo_mask] : NULL;
}

/* Keep a text that was written out: in the memo while its place is free, else in arena. */
static bool keep_text(struct text_memo *memo, int64_t value, const char *text, size_t len, struct arena *arena,
                      struct span *out)
{
	bool free_place = memo && !memo->len && len <= MEMO_TEXT_BYTES;
	const char *kept = free_place ? memcpy(memo->text, text, len) : arena_memdup(arena, text, len);
	if (free_place) {
		memo->value = value;
		memo->len = (uint8_t)len;
	}
	*out = span_of(kept, len);
	return kept != NULL;
}

static bool next_number(struct texts_reader *reader, struct arena *arena, struct span *out)
{
	char text[NUMBER_BYTES];
	int64_t value = ints_next(&reader->ints);
	struct text_memo *memo = memo_of(reader, value);
	if (memo && memo->len && memo->value == value) {
		*out = span_of(memo->text, memo->len);
		return true;
	}
	size_t len = number_format(text, value, reader->scale, reader->encoding != TEXTS_SHORT);
	return keep_text(memo, value, text, len, arena, out);
}

static bool next_date(struct texts_reader *reader, int64_t origin, struct arena *arena,
                      struct span *out)
{
	char text[DATE_TEXT_BYTES];
	int64_t day = ints_next(&reader->ints);
	if (day < -2 * DAY_LIMIT || day > 2 * DAY_LIMIT || origin < -DAY_LIMIT || origin > DAY_LIMIT)
		return false;
	day += origin;
	struct text_memo *memo = memo_of(reader, day);
	if (memo && memo->len && memo->value == day) {
		*out = span_of(memo->text, memo->len);
		return true;
	}
	date_format((date_t)day, text);
	return date_parse(text) == (date_t)day && keep_text(memo, day, text, strlen(text), arena, out);
}

bool texts_next(struct texts_reader *reader, int64_t day, struct arena *arena, struct span *out)
{
	switch (reader->encoding) {
	case TEXTS_CONST:
		*out = reader->bytes;
		return true;
	case TEXTS_DATE:
		return next_date(reader, 0, arena, out);
	case TEXTS_DAY:
		return next_date(reader, day, arena, out);
	case TEXTS_DICT:
		*out = reader->entries[ints_next(&reader->ints)];
		return true;
	case TEXTS_RAW:
		return span_take(&reader->bytes, (size_t)ints_next(&reader->ints), out);
	default:
		return next_number(reader, arena, out);
	}
}
