/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns: many values of one kind, one behind the other, in few bytes (doc/bundle.md, "Columns").
 *
 * A writer picks the encoding by an estimate of its entropy; a reader opens a column, which checks all
 * of it, and then takes its values in order, which cannot fail any more. A column does not say how
 * many values it has: the chunk does.
 */
#ifndef SYNC_COLUMN_H
#define SYNC_COLUMN_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/arena.h"
#include "lib/buf.h"

enum ints_encoding {
	INTS_CONST = 0,  /* zigzag: the value of all rows */
	INTS_BYTE = 1,   /* zigzag base, then one byte each: value - base */
	INTS_PLAIN = 2,  /* zigzags */
	INTS_DELTA = 3,  /* zigzags of the difference to the value before, the first to 0 */
	INTS_WORD = 4,   /* zigzag base, then all high bytes, then all low bytes of value - base */
	INTS_ENCODINGS = 5,
};

struct ints_reader {
	uint8_t encoding;
	struct span rest;
	size_t n;      /* values in all */
	size_t taken;
	int64_t base;
};

/* How a column of numbers is best written. */
struct ints_plan {
	uint8_t encoding;
	int64_t base;
	double bits; /* after compression; a rough estimate */
};
struct ints_plan ints_plan(const int64_t *values, size_t n); /* n 1 or more */
void ints_put_planned(struct buf *out, const int64_t *values, size_t n, const struct ints_plan *plan);
/* Append a column of n numbers (nothing for n 0). */
void ints_put(struct buf *out, const int64_t *values, size_t n);
/* Take a column of n numbers from the front of in; false when it is broken. */
bool ints_open(struct ints_reader *reader, struct span *in, size_t n);
/* The next number; 0 behind the last. Every cell that is read comes through here: it must not cost a call. */
static inline int64_t ints_next(struct ints_reader *reader)
{
	int64_t value = 0;
	size_t i = reader->taken++;
	if (i >= reader->n)
		return 0;
	switch (reader->encoding) {
	case INTS_BYTE:
		return (int64_t)((uint64_t)reader->base + reader->rest.data[i]);
	case INTS_WORD:
		return (int64_t)((uint64_t)reader->base + ((uint64_t)reader->rest.data[i] << 8 | reader->rest.data[reader->n + i]));
	case INTS_PLAIN:
		span_zigzag(&reader->rest, &value);
		return value;
	case INTS_DELTA:
		span_zigzag(&reader->rest, &value);
		return reader->base = (int64_t)((uint64_t)reader->base + (uint64_t)value);
	default:
		return reader->base;
	}
}

struct texts_reader {
	uint8_t encoding;
	uint8_t scale;           /* decimals: digits behind the point */
	struct ints_reader ints;
	struct span bytes;       /* constant text, or the heap */
	struct span *entries;    /* dictionary, in the arena given to texts_open() */
	size_t n_entries;
	struct text_memo *memo;  /* numbers and dates that were written out before, there as well; or NULL */
	uint8_t memo_mask;
};

/* Append a column of n texts (any bytes). days[i] is the local day (since 1970-01-01) on which row i
 * was saved: dates are often near it. */
void texts_put(struct buf *out, const struct span *texts, const int64_t *days, size_t n);
/* Take a column of n texts; false when it is broken or its values make more than max_bytes. */
bool texts_open(struct texts_reader *reader, struct span *in, size_t n, size_t max_bytes,
                struct arena *arena);
/* Whether all its texts are UTF-8; before the first texts_next(). */
bool texts_are_utf8(const struct texts_reader *reader);
/* The next text, in the column or in arena; false when memory is short or a number names no date. */
bool texts_next(struct texts_reader *reader, int64_t day, struct arena *arena, struct span *out);

#endif
