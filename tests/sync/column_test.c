/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns: what goes in comes out, byte for byte, and broken bytes are refused. */
#include "config.h"

#include <stdlib.h>

#include "sync/column.h"
#include "tests/tap.h"

enum { N = 300 };

static uint64_t seed = 20261122;

static uint64_t draw(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static bool ints_round_trip(const int64_t *values, size_t n)
{
	struct buf out = BUF_INIT;
	struct ints_reader reader;
	ints_put(&out, values, n);
	buf_put(&out, "tail", 4);
	struct span in = span_of_buf(&out);
	bool good = !out.failed && ints_open(&reader, &in, n) && in.len_bytes == 4;
	for (size_t i = 0; i < n && good; i++)
		good = ints_next(&reader) == values[i];
	/* cut anywhere, a column is refused */
	for (size_t cut = 0; n && cut + 4 < out.len_bytes && good; cut++) {
		in = span_of(out.data, cut);
		good = !ints_open(&reader, &in, n);
	}
	buf_free(&out);
	return good;
}

static void test_ints(void)
{
	static const uint64_t RANGES[] = { 1, 2, 200, 256, 257, 65536, 65537, 1u << 30, UINT64_MAX };
	int64_t values[N];
	bool good = true;
	for (size_t r = 0; r < sizeof(RANGES) / sizeof(*RANGES); r++) {
		for (int round = 0; round < 40; round++) {
			size_t n = draw() % N;
			int64_t base = round % 3 ? (int64_t)(draw() >> draw() % 64) : 0;
			for (size_t i = 0; i < n; i++) {
				uint64_t step = RANGES[r] == UINT64_MAX ? draw() : draw() % RANGES[r];
				values[i] = (int64_t)((uint64_t)base + (round & 1 ? step : i * 7 + step));
			}
			good = good && ints_round_trip(values, n);
		}
	}
	ok(good, "numbers of every range come back");
	values[0] = INT64_MIN;
	values[1] = INT64_MAX;
	values[2] = -1;
	ok(ints_round_trip(values, 3), "the extremes come back");
}

static bool texts_round_trip(const struct span *texts, const int64_t *days, size_t n, size_t *bytes)
{
	struct buf out = BUF_INIT;
	struct arena arena = ARENA_INIT;
	struct texts_reader reader;
	texts_put(&out, texts, days, n);
	struct span in = span_of_buf(&out);
	bool good = !out.failed && texts_open(&reader, &in, n, 1 << 20, &arena) && !in.len_bytes;
	for (size_t i = 0; i < n && good; i++) {
		struct span text;
		good = texts_next(&reader, days[i], &arena, &text) &&
		       text.len_bytes == texts[i].len_bytes &&
		       (!text.len_bytes || !memcmp(text.data, texts[i].data, text.len_bytes));
	}
	*bytes = out.len_bytes;
	arena_free(&arena);
	buf_free(&out);
	return good;
}

/* One text of a kind; each kind is what one encoding is for, and the odd ones are near misses. */
static int make_text(char *out, size_t size, int kind, int64_t day)
{
	unsigned a = (unsigned)draw(), b = (unsigned)draw();
	switch (kind) {
	case 0: return snprintf(out, size, "%u", a % 200);
	case 1: return snprintf(out, size, "%u.%u", a % 100, b % 10);
	case 2: return b % 3 ? snprintf(out, size, "%u.%u", a % 100, 1 + b % 9)
	                     : snprintf(out, size, "%u", a % 100);
	case 3: return snprintf(out, size, "%04u-%02u-%02u", 1900 + a % 150, 1 + b % 12, 1 + a % 28);
	case 4: { /* a date near the row's day: 2020-01-01 is day 18262 */
		unsigned d = (unsigned)(day - 18262) % 28;
		return snprintf(out, size, "2020-01-%02u", 1 + d);
	}
	case 5: return snprintf(out, size, "%s", b % 2 ? "1 3" : "氨氯地平片");
	case 6: return snprintf(out, size, "note %x", a);
	case 7: return snprintf(out, size, "%s", b % 2 ? "007" : "-0");
	case 8: return snprintf(out, size, "%s", b % 2 ? "" : "12");
	case 9: return snprintf(out, size, "-%u.%03u", a % 9, b % 1000);
	case 10: return snprintf(out, size, "%s", b % 2 ? "2026-02-30" : "2026-02-28");
	case 11: return snprintf(out, size, "43059919%010u", a);
	case 12: return snprintf(out, size, "%s", b % 2 ? "1e5" : "12345678901234567890");
	default: return snprintf(out, size, "%s", b % 2 ? "1.50" : "1.5");
	}
}

static void test_texts(void)
{
	static char store[N][64];
	struct span texts[N];
	int64_t days[N];
	size_t bytes = 0;
	for (int kind = 0; kind <= 13; kind++) {
		bool good = true;
		for (int round = 0; round < 30; round++) {
			size_t n = 1 + draw() % (N - 1);
			for (size_t i = 0; i < n; i++) {
				days[i] = round == 7 ? (int64_t)draw() / 86400 : 18262 + (int64_t)(draw() % 28);
				int len = make_text(store[i], sizeof(store[i]), kind, days[i]);
				texts[i] = span_of(store[i], (size_t)len);
			}
			good = good && texts_round_trip(texts, days, n, &bytes);
		}
		ok(good, "texts of kind %d come back byte for byte", kind);
	}
	for (size_t i = 0; i < N; i++)
		texts[i] = span_of("高血压", 9);
	ok(texts_round_trip(texts, days, N, &bytes) && bytes == 11, "a constant takes 11 bytes");
	for (size_t i = 0; i < N; i++) {
		size_t len = draw() % 20;
		for (size_t b = 0; b < len; b++)
			store[i][b] = (char)draw();
		texts[i] = span_of(store[i], len);
	}
	ok(texts_round_trip(texts, days, N, &bytes), "any bytes come back");
}

static void test_limits(void)
{
	struct buf out = BUF_INIT;
	struct arena arena = ARENA_INIT;
	struct texts_reader reader;
	char big[1001] = "";
	struct span texts[2] = { span_of(big, 1000), span_of(big, 1001) };
	int64_t days[2] = { 0, 0 };
	memset(big, 'x', sizeof(big));
	texts_put(&out, texts, days, 2);
	struct span in = span_of_buf(&out);
	ok(texts_open(&reader, &in, 2, 2001, &arena), "texts within the cap open");
	in = span_of_buf(&out);
	ok(!texts_open(&reader, &in, 2, 2000, &arena), "texts beyond the cap are refused");
	static const uint8_t INDEX[] = { 6, 1, 1, 'a', 1, 0, 0, 5 }; /* dictionary of one, number 5 */
	in = span_of(INDEX, sizeof(INDEX));
	ok(!texts_open(&reader, &in, 2, 1000, &arena), "a number beyond the dictionary is refused");
	static const uint8_t UNKNOWN[] = { 99, 0, 0 };
	in = span_of(UNKNOWN, sizeof(UNKNOWN));
	ok(!texts_open(&reader, &in, 2, 1000, &arena), "an unknown encoding is refused");
	arena_free(&arena);
	buf_free(&out);
}

int main(void)
{
	test_ints();
	test_texts();
	test_limits();
	return done_testing();
}
