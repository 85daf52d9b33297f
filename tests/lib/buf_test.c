/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/buf.h"

#include "tests/tap.h"

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Bytes that a varint needs, counted another way. */
static size_t varint_bytes(uint64_t value)
{
	size_t bits = 1;

	while (bits < 64 && value >> bits)
		bits++;
	return (bits + 6) / 7;
}

static void test_round_trips(void)
{
	uint64_t state = 88172645463325252u;
	bool varints = true, sizes = true, zigzags = true, fixed = true, cut = true;

	for (int i = 0; i < 20000; i++) {
		uint64_t value = next_random(&state) >> (next_random(&state) % 64), got;
		struct buf buf = BUF_INIT;
		struct span span;
		int64_t signed_got;
		uint32_t got32;
		uint16_t got16;
		uint8_t got8;

		buf_put_varint(&buf, value);
		sizes &= buf.len_bytes == varint_bytes(value);
		for (size_t n = 0; n < buf.len_bytes; n++) {
			span = span_of(buf.data, n);
			cut &= !span_varint(&span, &got) && span.len_bytes == n;
		}
		buf_put_zigzag(&buf, (int64_t)value);
		buf_put_zigzag(&buf, -(int64_t)(value >> 1));
		buf_put_u64(&buf, value);
		buf_put_u32(&buf, (uint32_t)value);
		buf_put_u16(&buf, (uint16_t)value);
		buf_put_u8(&buf, (uint8_t)value);
		span = span_of_buf(&buf);
		varints &= span_varint(&span, &got) && got == value;
		zigzags &= span_zigzag(&span, &signed_got) && signed_got == (int64_t)value;
		zigzags &= span_zigzag(&span, &signed_got) && signed_got == -(int64_t)(value >> 1);
		fixed &= span_u64(&span, &got) && got == value && span_u32(&span, &got32) &&
			 got32 == (uint32_t)value && span_u16(&span, &got16) &&
			 got16 == (uint16_t)value && span_u8(&span, &got8) && got8 == (uint8_t)value;
		fixed &= !span.len_bytes && !span_u8(&span, &got8);
		buf_free(&buf);
	}
	ok(varints, "varints come back");
	ok(sizes, "varints are as short as can be");
	ok(cut, "a varint cut short is refused and the span unchanged");
	ok(zigzags, "zigzag numbers come back");
	ok(fixed, "fixed numbers come back");
}

static void test_limits(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		bool good;
		uint64_t value;
	} cases[] = {
		{ "\x00", 1, true, 0 },
		{ "\x7f", 1, true, 127 },
		{ "\x80\x01", 2, true, 128 },
		{ "\x80\x00", 2, false, 0 },
		{ "\xff\x00", 2, false, 0 },
		{ "\x80", 1, false, 0 },
		{ "", 0, false, 0 },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, true, UINT64_MAX },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, false, 0 },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00", 11, false, 0 },
		{ "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 10, false, 0 },
	};
	struct buf buf = BUF_INIT;
	int64_t back;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct span span = span_of(cases[i].bytes, cases[i].n);
		uint64_t value = 0;
		bool good = span_varint(&span, &value);

		ok(good == cases[i].good && value == cases[i].value &&
			   span.len_bytes == (good ? 0 : cases[i].n),
		   "varint of %zu bytes is %s", cases[i].n, cases[i].good ? "taken" : "refused");
	}
	buf_put_zigzag(&buf, INT64_MIN);
	buf_put_zigzag(&buf, -1);
	is(buf.data[buf.len_bytes - 1], 1, "-1 is zigzag 1");
	struct span span = span_of_buf(&buf);
	ok(span_zigzag(&span, &back) && back == INT64_MIN, "the least number");
	buf_free(&buf);
}

static void test_texts(void)
{
	struct buf buf = BUF_INIT;
	struct span span, text, before;
	uint8_t be[8];

	is_text(buf_text(&buf), "", "text of an empty buffer");
	buf_put_text(&buf, "村卫生室");
	buf_put_text(&buf, "");
	span = span_of_buf(&buf);
	ok(span_text(&span, &text) && text.len_bytes == 12 && !memcmp(text.data, "村卫生室", 12), "text");
	ok(span_text(&span, &text) && !text.len_bytes, "empty text");
	before = span_of(buf.data, 8);
	span = before;
	ok(!span_text(&span, &text) && span.data == before.data && span.len_bytes == 8, "text cut short");
	span = span_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x", 11);
	ok(!span_text(&span, &text) && span.len_bytes == 11, "text of an impossible length");
	buf_clear(&buf);
	buf_printf(&buf, "%05d", 42);
	buf_printf(&buf, "%s", "医");
	is_text(buf_text(&buf), "00042医", "printf appends");
	is((long long)buf.len_bytes, 8, "the NUL does not count");
	buf_put(&buf, NULL, 0);
	is((long long)buf.len_bytes, 8, "putting nothing");
	ok(!buf_reserve(&buf, SIZE_MAX / 2) && buf.failed, "no room for everything");
	buf_put_u8(&buf, 1);
	is((long long)buf.len_bytes, 8, "a failed buffer takes no more");
	is_text(buf_text(&buf), "", "and has no text");
	buf_clear(&buf);
	buf_put_u32(&buf, 0x01020304);
	ok(!buf.failed && !memcmp(buf.data, "\1\2\3\4", 4), "clear mends it; big-endian");
	put_u64_be(be, 0x0102030405060708);
	ok(!memcmp(be, "\1\2\3\4\5\6\7\10", 8) && get_u64_be(be) == 0x0102030405060708, "u64_be");
	buf_free(&buf);
	ok(!buf.data && !buf.len_bytes && !buf.failed, "free empties");
}

int main(void)
{
	test_round_trips();
	test_limits();
	test_texts();
	return done_testing();
}
