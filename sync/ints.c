/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of numbers. */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sync/column.h"

static int64_t minus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

static uint64_t zigzag(int64_t value)
{
	return (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
}

/* --- which encoding --- */

/* How often each byte would be written. */
struct bytes {
	uint32_t counts[256];
	size_t n;
};

static void count_varint(struct bytes *bytes, uint64_t value)
{
	for (; value >= 0x80; value >>= 7, bytes->n++)
		bytes->counts[(uint8_t)(value | 0x80)]++;
	bytes->counts[value]++;
	bytes->n++;
}

static void count_as(struct bytes *bytes, enum ints_encoding encoding, const int64_t *values, size_t n, int64_t base)
{
	int64_t last = 0;
	*bytes = (struct bytes){ .n = 1 };
	bytes->counts[encoding]++;
	if (encoding == INTS_BYTE || encoding == INTS_WORD) {
		count_varint(bytes, zigzag(base));
		for (size_t i = 0; i < n; i++)
			bytes->counts[(uint8_t)minus(values[i], base)]++;
		for (size_t i = 0; encoding == INTS_WORD && i < n; i++)
			bytes->counts[(uint8_t)((uint64_t)minus(values[i], base) >> 8)]++;
		bytes->n += encoding == INTS_WORD ? 2 * n : n;
	} else if (encoding == INTS_PLAIN) {
		for (size_t i = 0; i < n; i++)
			count_varint(bytes, zigzag(values[i]));
	} else {
		for (size_t i = 0; i < n; last = values[i++])
			count_varint(bytes, zigzag(minus(values[i], last)));
	}
}

/* What deflate needs for these bytes: their entropy, one bit a byte or more, as it has no shorter code, and a little for
 * every value that a Huffman table must name. */
static double huffman_bits(const struct bytes *bytes)
{
	enum { NAME_BITS = 2 };
	double bits = 0;
	for (size_t i = 0; i < 256; i++) {
		if (!bytes->counts[i])
			continue;
		double code = log2((double)bytes->n / (double)bytes->counts[i]);
		bits += (double)bytes->counts[i] * (code > 1 ? code : 1) + NAME_BITS;
	}
	return bits;
}

struct ints_plan ints_plan(const int64_t *values, size_t n)
{
	int64_t low = values[0], high = values[0];
	for (size_t i = 1; i < n; i++) {
		low = values[i] < low ? values[i] : low;
		high = values[i] > high ? values[i] : high;
	}
	struct ints_plan best = { .encoding = INTS_CONST, .base = low };
	struct bytes bytes = { .n = 1 };
	if (low == high) {
		count_varint(&bytes, zigzag(low));
		best.bits = 8.0 * (double)bytes.n;
		return best;
	}
	uint64_t range = (uint64_t)minus(high, low);
	best.bits = INFINITY;
	for (enum ints_encoding e = INTS_BYTE; e < INTS_ENCODINGS; e++) {
		/* where single bytes do, longer codes for the same values are never shorter */
		if (range <= 0xff ? e == INTS_PLAIN || e == INTS_WORD : e == INTS_BYTE || (e == INTS_WORD && range > 0xffff))
			continue;
		/* a base of 0 keeps small codes alike from bundle to bundle, for the dictionary's sake */
		int64_t base = e == INTS_BYTE && low >= 0 && high <= 0xff ? 0 : low;
		count_as(&bytes, e, values, n, base);
		double bits = huffman_bits(&bytes);
		if (bits < best.bits)
			best = (struct ints_plan){ (uint8_t)e, base, bits };
	}
	return best;
}

/* --- writing --- */

/* Zigzags with room asked for once, as most columns are these or single bytes. */
static void put_zigzags(struct buf *out, const int64_t *values, size_t n, bool steps)
{
	uint8_t *start = buf_reserve(out, n * VARINT_MAX_BYTES), *to = start;
	int64_t last = 0;
	if (!start)
		return;
	for (size_t i = 0; i < n; i++) {
		to = put_varint(to, zigzag(minus(values[i], last)));
		last = steps ? values[i] : 0;
	}
	out->len_bytes += (size_t)(to - start);
}

static void put_bytes(struct buf *out, const int64_t *values, size_t n, int64_t base, unsigned shift)
{
	uint8_t *to = buf_reserve(out, n);
	if (!to)
		return;
	for (size_t i = 0; i < n; i++)
		to[i] = (uint8_t)((uint64_t)minus(values[i], base) >> shift);
	out->len_bytes += n;
}

void ints_put_planned(struct buf *out, const int64_t *values, size_t n, const struct ints_plan *plan)
{
	buf_put_u8(out, plan->encoding);
	if (plan->encoding == INTS_PLAIN || plan->encoding == INTS_DELTA) {
		put_zigzags(out, values, n, plan->encoding == INTS_DELTA);
		return;
	}
	buf_put_zigzag(out, plan->base);
	if (plan->encoding == INTS_WORD)
		put_bytes(out, values, n, plan->base, 8);
	if (plan->encoding != INTS_CONST)
		put_bytes(out, values, n, plan->base, 0);
}

void ints_put(struct buf *out, const int64_t *values, size_t n)
{
	if (!n)
		return;
	struct ints_plan plan = ints_plan(values, n);
	ints_put_planned(out, values, n, &plan);
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
