/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of numbers. */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sync/column.h"

enum ints_encoding {
	INTS_CONST = 0,  /* zigzag: the value of all rows */
	INTS_BYTE = 1,   /* zigzag base, then one byte each: value - base */
	INTS_PLAIN = 2,  /* zigzags */
	INTS_DELTA = 3,  /* zigzags of the difference to the value before, the first to 0 */
	INTS_WORD = 4,   /* zigzag base, then all high bytes, then all low bytes of value - base */
	INTS_ENCODINGS = 5,
};

static int64_t minus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

static int64_t plus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static void write_as(struct buf *out, enum ints_encoding encoding, const int64_t *values, size_t n,
                     int64_t base)
{
	int64_t last = 0;
	buf_put_u8(out, (uint8_t)encoding);
	switch (encoding) {
	case INTS_CONST:
		buf_put_zigzag(out, values[0]);
		return;
	case INTS_BYTE:
		buf_put_zigzag(out, base);
		for (size_t i = 0; i < n; i++)
			buf_put_u8(out, (uint8_t)minus(values[i], base));
		return;
	case INTS_WORD:
		buf_put_zigzag(out, base);
		for (size_t i = 0; i < n; i++)
			buf_put_u8(out, (uint8_t)((uint64_t)minus(values[i], base) >> 8));
		for (size_t i = 0; i < n; i++)
			buf_put_u8(out, (uint8_t)minus(values[i], base));
		return;
	case INTS_PLAIN:
		for (size_t i = 0; i < n; i++)
			buf_put_zigzag(out, values[i]);
		return;
	default:
		for (size_t i = 0; i < n; i++) {
			buf_put_zigzag(out, minus(values[i], last));
			last = values[i];
		}
	}
}

/* Order-0 entropy of the bytes in bits, at least one bit a byte: deflate has no shorter code, and a
 * small charge for every byte value that a Huffman table must name. */
static double entropy_bits(const uint8_t *bytes, size_t n)
{
	size_t counts[256] = { 0 };
	double bits = 0;
	for (size_t i = 0; i < n; i++)
		counts[bytes[i]]++;
	for (size_t i = 0; i < 256; i++)
		if (counts[i])
			bits += (double)counts[i] * log2((double)n / (double)counts[i]) + 2;
	return bits;
}

static double best_of(struct buf *best, const int64_t *values, size_t n)
{
	int64_t low = values[0], high = values[0];
	for (size_t i = 1; i < n; i++) {
		low = values[i] < low ? values[i] : low;
		high = values[i] > high ? values[i] : high;
	}
	if (low == high) {
		write_as(best, INTS_CONST, values, n, 0);
		return 8.0 * (double)best->len_bytes;
	}
	uint64_t range = (uint64_t)minus(high, low);
	double least = INFINITY;
	struct buf trial = BUF_INIT;
	for (enum ints_encoding e = INTS_BYTE; e < INTS_ENCODINGS; e++) {
		if ((e == INTS_BYTE && range > 0xff) || (e == INTS_WORD && (range > 0xffff || range <= 0xff)))
			continue;
		/* a base of 0 keeps small codes alike from bundle to bundle, for the dictionary's sake */
		int64_t base = e == INTS_BYTE && low >= 0 && high <= 0xff ? 0 : low;
		buf_clear(&trial);
		write_as(&trial, e, values, n, base);
		double bits = trial.failed ? INFINITY : entropy_bits(trial.data, trial.len_bytes);
		if (bits < least) {
			struct buf swap = *best;
			least = bits;
			*best = trial;
			trial = swap;
		}
	}
	if (trial.failed)
		best->failed = true;
	buf_free(&trial);
	return least;
}

void ints_put(struct buf *out, const int64_t *values, size_t n)
{
	struct buf best = BUF_INIT;
	if (!n)
		return;
	best_of(&best, values, n);
	if (best.failed || !best.len_bytes)
		out->failed = true;
	else
		buf_put(out, best.data, best.len_bytes);
	buf_free(&best);
}

double ints_cost(const int64_t *values, size_t n)
{
	struct buf best = BUF_INIT;
	double bits = n ? best_of(&best, values, n) : 0;
	buf_free(&best);
	return bits;
}

bool ints_open(struct ints_reader *reader, struct span *in, size_t n)
{
	struct span start;
	int64_t value;
	memset(reader, 0, sizeof(*reader));
	reader->n = n;
	if (!n) {
		reader->encoding = INTS_CONST;
		return true;
	}
	if (!span_u8(in, &reader->encoding))
		return false;
	switch (reader->encoding) {
	case INTS_CONST:
		return span_zigzag(in, &reader->base);
	case INTS_BYTE:
		return span_zigzag(in, &reader->base) && span_take(in, n, &reader->rest);
	case INTS_WORD:
		return n <= SIZE_MAX / 2 && span_zigzag(in, &reader->base) &&
		       span_take(in, 2 * n, &reader->rest);
	case INTS_PLAIN:
	case INTS_DELTA:
		start = *in;
		for (size_t i = 0; i < n; i++)
			if (!span_zigzag(in, &value))
				return false;
		reader->rest = span_of(start.data, start.len_bytes - in->len_bytes);
		return true;
	default:
		return false;
	}
}

int64_t ints_next(struct ints_reader *reader)
{
	int64_t value = 0;
	size_t i = reader->taken++;
	if (i >= reader->n)
		return 0;
	switch (reader->encoding) {
	case INTS_BYTE:
		return plus(reader->base, reader->rest.data[i]);
	case INTS_WORD:
		return plus(reader->base,
		            (reader->rest.data[i] << 8) | reader->rest.data[reader->n + i]);
	case INTS_PLAIN:
		span_zigzag(&reader->rest, &value);
		return value;
	case INTS_DELTA:
		span_zigzag(&reader->rest, &value);
		return reader->base = plus(reader->base, value);
	default:
		return reader->base;
	}
}
