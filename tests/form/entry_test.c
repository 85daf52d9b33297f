/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include "form/entry.h"
#include "tests/tap.h"

enum { RANDOM_ENTRIES = 400 };

static uint64_t random_state = 20261122;

static uint64_t random_number(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static uint64_t random_below(uint64_t n)
{
	return random_number() % n;
}

/* Numbers of every length, as varints have. */
static uint64_t random_size(void)
{
	return random_number() >> random_below(64);
}

static struct version random_version(void)
{
	struct version version = { .seq = random_size() | 1 };
	for (size_t i = 0; i < sizeof version.device; i++)
		version.device[i] = (uint8_t)random_number();
	for (size_t i = 0; i < sizeof version.digest; i++)
		version.digest[i] = (uint8_t)random_number();
	return version;
}

static const char *random_text(struct arena *arena)
{
	static const char *const part[] = { "", "120", "张三", " ", "\n", "é", "𠮷", "62.5", "x" };
	char text[256] = "";
	for (uint64_t n = random_below(12); n > 0; n--)
		strcat(text, part[random_below(sizeof part / sizeof part[0])]);
	return arena_strdup(arena, text);
}

static struct span text_span(const char *text)
{
	return span_of(text, strlen(text));
}

static struct span keep(struct arena *arena, struct buf *buf)
{
	struct span kept = { arena_memdup(arena, buf->data, buf->len_bytes), buf->len_bytes };
	buf_free(buf);
	return kept;
}

static struct span random_rows(struct arena *arena)
{
	struct buf buf = BUF_INIT;
	uint64_t n = random_below(4);
	buf_put_varint(&buf, n);
	while (n-- > 0) {
		uint64_t n_cells = random_below(4);
		buf_put_varint(&buf, n_cells);
		for (uint64_t i = 0; i < n_cells; i++) {
			buf_put_varint(&buf, 16 + 3 * i);
			bool strange = random_below(4) == 0;
			buf_put_u8(&buf, strange ? 77 : ENTRY_TEXT);
			buf_put_text(&buf, strange ? "\xff\xfe" : random_text(arena));
		}
	}
	return keep(arena, &buf);
}

static struct span random_value(struct arena *arena, uint8_t kind)
{
	struct buf buf = BUF_INIT;
	struct version version = random_version();
	switch (kind) {
	case ENTRY_TEXT:
		return text_span(random_text(arena));
	case ENTRY_RECORD:
		version_put(&buf, &version);
		return keep(arena, &buf);
	case ENTRY_ROWS:
		return random_rows(arena);
	default:
		buf_put(&buf, "\0\xff any bytes", random_below(12));
		return keep(arena, &buf);
	}
}

static struct entry random_entry(struct arena *arena)
{
	struct entry entry = {
		.seq = random_size() | 1,
		.lamport = random_size(),
		.wall = (int64_t)random_size() * (random_below(2) ? 1 : -1),
		.operator_name = random_text(arena),
		.form = "hypertension_visit",
		.n_fields = random_below(20),
	};
	struct entry_field *fields = arena_array(arena, entry.n_fields + 1, sizeof *fields);
	uint32_t tag = 0;
	for (size_t i = 0; i < entry.n_fields; i++) {
		struct entry_field *field = &fields[i];
		field->tag = tag += 1 + (uint32_t)random_below(3000);
		field->kind = (uint8_t)random_below(5);
		field->value = random_value(arena, field->kind);
		field->n_bases = random_below(4);
		struct version *bases = arena_array(arena, field->n_bases + 1, sizeof *bases);
		for (size_t j = 0; j < field->n_bases; j++)
			bases[j] = random_version();
		field->bases = bases;
	}
	entry.fields = fields;
	if (random_below(2))
		entry.record = random_version();
	if (random_below(2))
		entry.subject = random_version();
	if (random_below(3) == 0) {
		struct buf buf = BUF_INIT;
		buf_put(&buf, "\x02\x05\x03\xff\0z\x09\x00", 8);
		entry.extensions = keep(arena, &buf);
	}
	return entry;
}

static bool same_span(struct span a, struct span b)
{
	return a.len_bytes == b.len_bytes && (!a.len_bytes || !memcmp(a.data, b.data, a.len_bytes));
}

static bool same_entry(const struct entry *a, const struct entry *b)
{
	if (a->seq != b->seq || a->lamport != b->lamport || a->wall != b->wall ||
	    strcmp(a->operator_name, b->operator_name) || strcmp(a->form, b->form) ||
	    version_compare(&a->record, &b->record) || version_compare(&a->subject, &b->subject) ||
	    a->n_fields != b->n_fields || !same_span(a->extensions, b->extensions))
		return false;
	for (size_t i = 0; i < a->n_fields; i++) {
		const struct entry_field *f = &a->fields[i], *g = &b->fields[i];
		if (f->tag != g->tag || f->kind != g->kind || f->n_bases != g->n_bases ||
		    !same_span(f->value, g->value))
			return false;
		for (size_t j = 0; j < f->n_bases; j++)
			if (version_compare(&f->bases[j], &g->bases[j]))
				return false;
	}
	return true;
}

static bool all_truncations_refused(struct span whole, struct arena *arena)
{
	for (size_t n = 0; n < whole.len_bytes; n++) {
		struct entry entry;
		struct error err;
		/* A copy of exactly n bytes, so that a sanitizer sees any read beyond. */
		uint8_t *part = malloc(n ? n : 1);
		memcpy(part, whole.data, n);
		int code = entry_decode(&entry, span_of(part, n), arena, &err);
		free(part);
		if (code != ERR_TRUNCATED)
			return false;
	}
	return true;
}

static void test_random(void)
{
	struct arena arena = ARENA_INIT;
	int same = 0, equal_bytes = 0, refused = 0, flips_canonical = 1;
	for (int i = 0; i < RANDOM_ENTRIES; i++) {
		struct buf bytes = BUF_INIT, again = BUF_INIT;
		struct error err = { 0 };
		struct entry entry = random_entry(&arena), decoded;
		if (entry_encode(&bytes, &entry, &err)) {
			printf("# %s\n", err.text);
			continue;
		}
		struct span span = span_of_buf(&bytes);
		if (!entry_decode(&decoded, span, &arena, &err) && same_entry(&entry, &decoded))
			same++;
		if (!entry_encode(&again, &decoded, &err))
			equal_bytes += same_span(span, span_of_buf(&again));
		refused += all_truncations_refused(span, &arena);
		/* Whatever a flipped bit makes of it: refused, or again one form only. */
		for (int flip = 0; flip < 64; flip++) {
			size_t at = random_below(bytes.len_bytes);
			uint8_t bit = (uint8_t)(1u << random_below(8));
			bytes.data[at] ^= bit;
			buf_clear(&again);
			if (!entry_decode(&decoded, span_of_buf(&bytes), &arena, &err))
				flips_canonical &= !entry_encode(&again, &decoded, &err) &&
				                   same_span(span_of_buf(&bytes), span_of_buf(&again));
			bytes.data[at] ^= bit;
		}
		buf_free(&bytes);
		buf_free(&again);
		arena_reset(&arena);
	}
	is(same, RANDOM_ENTRIES, "decoding gives back what was encoded");
	is(equal_bytes, RANDOM_ENTRIES, "encoding what was decoded gives the same bytes");
	is(refused, RANDOM_ENTRIES, "every truncation is refused as cut short");
	ok(flips_canonical, "a flipped bit is refused or read as another entry of one form only");
	arena_free(&arena);
}

static int decode_code(const void *bytes, size_t n)
{
	struct arena arena = ARENA_INIT;
	struct error err = { 0 };
	struct entry entry;
	int code = entry_decode(&entry, span_of(bytes, n), &arena, &err);
	arena_free(&arena);
	return code;
}

/* 01, device, then what the test gives. */
static int decode_tail(const char *tail, size_t n)
{
	struct buf buf = BUF_INIT;
	buf_put(&buf, "\1abcdefgh", 9);
	buf_put(&buf, tail, n);
	int code = decode_code(buf.data, buf.len_bytes);
	buf_free(&buf);
	return code;
}
#define TAIL(text) decode_tail(text, sizeof text - 1)

static void test_refusals(void)
{
	is(TAIL("\1\0\0\0\1f\0\0\0\0"), 0, "the smallest entry");
	is(TAIL("\1\0\0\0\1f\0\0\0\0\0"), ERR_INVALID, "a byte behind the end");
	is(TAIL("\0\0\0\0\1f\0\0\0\0"), ERR_INVALID, "number 0");
	is(TAIL("\x81\0\0\0\0\1f\0\0\0\0"), ERR_INVALID, "a number with a needless byte");
	is(TAIL("\1\0\0\1\xff\1f\0\0\0\0"), ERR_INVALID, "an operator that is not UTF-8");
	is(TAIL("\1\0\0\0\1f\2\0\0\0"), ERR_INVALID, "an unknown mark of a reference");
	is(TAIL("\1\0\0\0\1f\0\0\2\x14\0\0\0\x14\0\0\0\0"), ERR_INVALID, "one tag twice");
	is(TAIL("\1\0\0\0\1f\0\0\2\x14\0\0\0\x13\0\0\0\0"), ERR_INVALID, "descending tags");
	is(TAIL("\1\0\0\0\1f\0\0\1\0\0\0\0\0"), ERR_INVALID, "tag 0");
	is(TAIL("\1\0\0\0\1f\0\0\1\x14\0\1\xff\0\0"), ERR_INVALID, "a value that is not UTF-8");
	is(TAIL("\1\0\0\0\1f\0\0\1\x14\2\1\1\0\0"), ERR_INVALID, "rows that end too early");
	is(TAIL("\1\0\0\0\1f\0\0\1\x14\2\2\0\0\0\0"), ERR_INVALID, "bytes behind rows");
	is(TAIL("\1\0\0\0\1f\0\0\x81\x08"), ERR_LIMIT, "1,025 fields");
	is(TAIL("\1\0\0\0\1f\0\0\1\x14\0\0\x41"), ERR_LIMIT, "65 bases");
	is(TAIL("\1\0\0\0\xff\xff\xff\x7f"), ERR_LIMIT, "a text of 256 MiB");
	is(TAIL("\1\0\0\0\1f\0\0\0\2\5\0\5\0"), ERR_INVALID, "one extension twice");
	is(decode_code("\2anything", 9), ERR_VERSION, "a newer format");
	uint8_t *large = calloc(1, ENTRY_MAX_BYTES + 1);
	is(decode_code(large, ENTRY_MAX_BYTES + 1), ERR_LIMIT, "more than 256 KiB");
	free(large);
}

static int encode_code(const struct entry *entry)
{
	struct buf buf = BUF_INIT;
	struct error err = { 0 };
	buf_put(&buf, "kept", 4);
	int code = entry_encode(&buf, entry, &err);
	if (code && (buf.len_bytes != 4 || !err.text[0]))
		code = 1;
	buf_free(&buf);
	return code;
}

static void test_encode_refusals(void)
{
	struct entry_field fields[] = { { .tag = 20 }, { .tag = 20 } };
	struct entry entry = { .seq = 1, .form = "f", .fields = fields, .n_fields = 2 };
	is(encode_code(&entry), ERR_INVALID, "encoding one tag twice");
	fields[1].tag = 21;
	is(encode_code(&entry), 0, "encoding ascending tags");
	fields[1].value = span_of("\xff", 1);
	is(encode_code(&entry), ERR_INVALID, "encoding what is not UTF-8");
	fields[1].kind = 9;
	is(encode_code(&entry), 0, "encoding a kind of a newer version, any bytes");
	fields[1].kind = ENTRY_RECORD;
	is(encode_code(&entry), ERR_INVALID, "encoding a reference that is no version");
	fields[1].kind = ENTRY_TEXT;
	char *large = malloc(ENTRY_MAX_BYTES);
	memset(large, 'a', ENTRY_MAX_BYTES);
	fields[1].value = span_of(large, ENTRY_MAX_BYTES);
	is(encode_code(&entry), ERR_INVALID, "encoding more than 256 KiB");
	free(large);
	entry.n_fields = 0;
	entry.seq = 0;
	is(encode_code(&entry), ERR_INVALID, "encoding number 0");
}

static void test_versions(void)
{
	struct version version = { .device = "\x01\x23\x45\x67\x89\xab\xcd\xef", .seq = UINT64_MAX };
	struct version back;
	char text[VERSION_TEXT_BYTES];
	memset(version.digest, 0xa5, sizeof version.digest);
	is_text(version_format(&version, text),
	        "0123456789abcdef.18446744073709551615.a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5",
	        "a version as text");
	is(strlen(text), VERSION_TEXT_BYTES - 1, "the longest version fills the buffer");
	ok(version_parse(text, &back) && !version_compare(&version, &back), "and back");
	int round_trips = 0;
	for (int i = 0; i < 200; i++) {
		version = random_version();
		round_trips += version_parse(version_format(&version, text), &back) &&
		               !version_compare(&version, &back);
	}
	is(round_trips, 200, "any version survives as text");
	static const char *const wrong[] = {
		"", "0123456789abcdef", "0123456789abcdef.1",
		"0123456789abcdef.0.a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5",
		"0123456789abcdef.01.a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5",
		"0123456789abcdef.-1.a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5",
		"0123456789abcdef.18446744073709551616.a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5",
		"0123456789ABCDEF.1.a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5",
		"0123456789abcdef.1.a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5",
		"0123456789abcdef.1.a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
		"0123456789abcdef.1.a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5ag",
	};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		ok(!version_parse(wrong[i], &back), "no version: \"%s\"", wrong[i]);
}

static void test_digest(void)
{
	uint8_t a[CRYPTO_DIGEST_BYTES], b[CRYPTO_DIGEST_BYTES];
	char text[2 * CRYPTO_DIGEST_BYTES + 1];
	entry_digest(a, span_of("abc", 3));
	/* printf abc | b2sum -l 128 */
	is_text(hex_encode(text, a, sizeof a), "cf4ab791c62b8d2b2109c90275287816",
	        "the digest is BLAKE2b-128");
	entry_digest(b, span_of("abd", 3));
	ok(memcmp(a, b, sizeof a) != 0, "another entry has another digest");
}

static void test_find(void)
{
	struct entry_field fields[] = { { .tag = 1 }, { .tag = 16 }, { .tag = 17 }, { .tag = 900 } };
	struct entry entry = { .fields = fields, .n_fields = 4 };
	ok(entry_field_find(&entry, 1) == &fields[0] && entry_field_find(&entry, 17) == &fields[2] &&
	           entry_field_find(&entry, 900) == &fields[3],
	   "fields are found by tag");
	ok(!entry_field_find(&entry, 2) && !entry_field_find(&entry, 901), "others are not");
}

int main(void)
{
	struct error err = { 0 };
	if (crypto_init(&err))
		return 1;
	test_random();
	test_refusals();
	test_encode_refusals();
	test_versions();
	test_digest();
	test_find();
	return done_testing();
}
