/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns and chunks. The first two bytes say how many rows there are; the rest is not deflated. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "sync/chunk.h"
#include "sync/column.h"
#include "tests/fuzz/fuzz.h"

enum { DEVICES = 4 };

static size_t take_rows(struct span *in)
{
	uint16_t n;
	return span_u16(in, &n) ? n % (CHUNK_MAX_ROWS + 1) : 0;
}

void fuzz_numbers(struct span in)
{
	struct ints_reader reader, again;
	struct buf out = BUF_INIT;
	size_t n = take_rows(&in);
	int64_t *values = calloc(n + 1, sizeof(*values));
	if (values && ints_open(&reader, &in, n)) {
		for (size_t i = 0; i < n; i++)
			values[i] = ints_next(&reader);
		ints_put(&out, values, n);
		struct span written = span_of_buf(&out);
		fuzz_must(ints_open(&again, &written, n) && !written.len_bytes, "numbers that were written can be read");
		for (size_t i = 0; i < n; i++)
			fuzz_must(ints_next(&again) == values[i], "numbers come back");
	}
	free(values);
	buf_free(&out);
}

static bool take_texts(struct texts_reader *reader, const int64_t *days, size_t n, struct arena *arena, struct span *out)
{
	for (size_t i = 0; i < n; i++)
		if (!texts_next(reader, days[i], arena, &out[i]))
			return false;
	return true;
}

void fuzz_texts(struct span in)
{
	struct arena arena = ARENA_INIT;
	struct texts_reader reader;
	struct buf out = BUF_INIT;
	size_t n = take_rows(&in);
	struct span *texts = arena_array(&arena, n + 1, sizeof(*texts)), *again = arena_array(&arena, n + 1, sizeof(*again));
	int64_t *days = arena_array(&arena, n + 1, sizeof(*days));
	for (size_t i = 0; days && i < n; i++)
		days[i] = 20000 + (int64_t)i;
	if (texts && again && days && texts_open(&reader, &in, n, CHUNK_MAX_RAW, &arena) &&
	    take_texts(&reader, days, n, &arena, texts)) {
		texts_put(&out, texts, days, n);
		struct span written = span_of_buf(&out);
		fuzz_must(texts_open(&reader, &written, n, CHUNK_MAX_RAW, &arena) && !written.len_bytes &&
		          take_texts(&reader, days, n, &arena, again), "texts that were written can be read");
		for (size_t i = 0; i < n; i++)
			fuzz_must(fuzz_same(texts[i], again[i]), "texts come back");
	}
	buf_free(&out);
	arena_free(&arena);
}

/* --- chunks --- */

static uint8_t ids[DEVICES][DEVICE_ID_BYTES] = { { 0 }, { 1 }, { 2 }, { 3 } };
static const struct device_table table = { ids, DEVICES };

/* The store of this reader has every entry with an even number. */
static int resolve(void *arg, const uint8_t device[DEVICE_ID_BYTES], uint64_t seq, uint8_t digest[CRYPTO_DIGEST_BYTES])
{
	(void)arg;
	memset(digest, device[0], CRYPTO_DIGEST_BYTES);
	return seq % 2 ? ERR_NOTFOUND : 0;
}

/* All rows into out, ends[i] behind row i; false when the chunk is refused. */
static bool read_rows(struct span payload, struct buf *out, size_t *ends, size_t *n)
{
	struct chunk_reader *reader;
	struct error err = { 0 };
	int code = chunk_open(&reader, payload, &table, &err);
	if (code) {
		fuzz_must(err.text[0], "a refusal has its sentence");
		return false;
	}
	*n = chunk_rows(reader);
	for (size_t i = 0; i < *n && (!code || code == ERR_UNSURE); i++) {
		code = chunk_next(reader, out, resolve, NULL, &err);
		ends[i] = out->len_bytes;
	}
	chunk_close(reader);
	return !code || code == ERR_UNSURE;
}

/* What was read can be written, and comes back the same. */
static void write_again(const struct buf *rows, const size_t *ends, size_t n)
{
	struct span *spans = calloc(n, sizeof(*spans));
	size_t *ends_again = calloc(n, sizeof(*ends_again)), n_again;
	struct buf payload = BUF_INIT, again = BUF_INIT;
	struct error err;
	for (size_t i = 0; spans && i < n; i++) {
		size_t from = i ? ends[i - 1] : 0;
		spans[i] = span_of(rows->data + from, ends[i] - from);
	}
	int code = spans && ends_again ? chunk_encode(&payload, spans, n, &table, NULL, NULL, &err) : ERR_LIMIT;
	fuzz_must(!code || code == ERR_LIMIT || code == ERR_INVALID, "entries of a chunk make a chunk");
	if (!code)
		fuzz_must(read_rows(span_of_buf(&payload), &again, ends_again, &n_again) && n == n_again &&
		          fuzz_same(span_of_buf(&again), span_of_buf(rows)), "the rows of a chunk come back");
	free(spans);
	free(ends_again);
	buf_free(&payload);
	buf_free(&again);
}

void fuzz_chunk(struct span in)
{
	static const uint8_t root[CRYPTO_DIGEST_BYTES];
	static size_t ends[CHUNK_MAX_ROWS];
	struct buf payload = BUF_INIT, rows = BUF_INIT;
	size_t n = take_rows(&in);
	buf_put_varint(&payload, n);
	buf_put_u8(&payload, 0);
	buf_put_varint(&payload, 0);
	buf_put(&payload, root, sizeof(root));
	buf_put_varint(&payload, in.len_bytes);
	buf_put(&payload, in.data, in.len_bytes);
	if (read_rows(span_of_buf(&payload), &rows, ends, &n))
		write_again(&rows, ends, n);
	buf_free(&rows);
	buf_free(&payload);
}
