/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chunks: random entries come back byte for byte; damage is refused; wrong digests are noticed. */
#include "config.h"

#include <stdlib.h>

#include "lib/deflate.h"
#include "sync/chunk.h"
#include "sync/chunk_format.h"
#include "tests/sync/invent.h"
#include "tests/tap.h"

static uint8_t ids[8][DEVICE_ID_BYTES];
static struct device_table table = { ids, 0 };

static int collect(void *arg, const uint8_t id[DEVICE_ID_BYTES])
{
	(void)arg;
	if (device_table_find(&table, id) < 0 && table.n < 8)
		memcpy(ids[table.n++], id, DEVICE_ID_BYTES);
	return 0;
}

static void build_table(const struct invent *invent)
{
	struct arena arena = ARENA_INIT;
	struct error err;
	table.n = 0;
	for (size_t i = 0; i < invent->n; i++)
		chunk_devices_each(invent_row(invent, i), &arena, collect, NULL, &err);
	arena_free(&arena);
}

/* What the other side knows: every entry of the invention under a number that is its own. */
static bool unique(const struct invent *invent, const uint8_t *device, uint64_t seq, size_t *at)
{
	size_t found = 0;
	for (size_t i = 0; i < invent->n; i++) {
		if (invent->versions[i].seq == seq && !memcmp(device, invent->device, DEVICE_ID_BYTES)) {
			*at = i;
			found++;
		}
	}
	return found == 1;
}

static bool known(void *arg, const struct version *version)
{
	size_t at;
	return unique(arg, version->device, version->seq, &at);
}

static int resolve(void *arg, const uint8_t *device, uint64_t seq, uint8_t *digest)
{
	const struct invent *invent = arg;
	size_t at;
	if (!unique(invent, device, seq, &at))
		return ERR_NOTFOUND;
	memcpy(digest, invent->versions[at].digest, CRYPTO_DIGEST_BYTES);
	return 0;
}

static int resolve_wrongly(void *arg, const uint8_t *device, uint64_t seq, uint8_t *digest)
{
	(void)arg, (void)device, (void)seq;
	memset(digest, 7, CRYPTO_DIGEST_BYTES);
	return 0;
}

static int encode(const struct invent *invent, size_t from, size_t n, struct buf *out, struct error *err)
{
	struct span *rows = calloc(n, sizeof(*rows));
	for (size_t i = 0; i < n; i++)
		rows[i] = invent_row(invent, from + i);
	int code = chunk_encode(out, rows, n, &table, known, (void *)invent, err);
	free(rows);
	return code;
}

typedef int resolver(void *arg, const uint8_t *device, uint64_t seq, uint8_t *digest);

/* 0 when all rows from `from` come back byte for byte. */
static int decode(const struct invent *invent, size_t from, struct span payload, resolver *how,
                  struct error *err)
{
	struct chunk_reader *reader;
	struct buf out = BUF_INIT;
	bool differs = false;
	int code = chunk_open(&reader, payload, &table, err);
	if (code)
		return code;
	for (size_t i = 0; i < chunk_rows(reader) && !code; i++) {
		buf_clear(&out);
		code = chunk_next(reader, &out, how, (void *)invent, err);
		if (how != resolve || code)
			continue;
		struct span want = from + i < invent->n ? invent_row(invent, from + i) : span_of(NULL, 0);
		differs = differs || out.len_bytes != want.len_bytes ||
		          memcmp(out.data, want.data, want.len_bytes);
	}
	code = !code && differs ? 1 : code;
	buf_free(&out);
	chunk_close(reader);
	return code;
}

static void test_random(void)
{
	int bad = 0;
	struct error err = { 0 };
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct invent invent;
		struct buf out = BUF_INIT;
		size_t n = seed % 7 ? 1 + seed * 5 : 1200, from = seed % 3 ? 0 : n / 3;
		invent_begin(&invent, seed);
		while (invent.n < n)
			invent_any(&invent);
		build_table(&invent);
		int code = encode(&invent, from, n - from, &out, &err);
		code = code ? code : decode(&invent, from, span_of_buf(&out), resolve, &err);
		if (code) {
			printf("# seed %d: %d %s\n", (int)seed, code, err.text);
			bad++;
		}
		buf_free(&out);
		invent_free(&invent);
	}
	is(bad, 0, "random entries come back byte for byte, in small chunks and large ones");
}

/* A value may name a record of an installation of which nothing ever came here; nothing else of an entry may. */
static void test_unknown_installation(void)
{
	struct invent invent;
	struct buf out = BUF_INIT, value = BUF_INIT;
	struct error err = { 0 };
	struct version stranger = { .device = { 0x99 }, .seq = 7, .digest = { 1 } };
	struct entry_field field = { .tag = 16, .kind = ENTRY_RECORD };
	struct entry entry = { .operator_name = "doctor", .form = "resident", .fields = &field, .n_fields = 1 };
	invent_begin(&invent, 5);
	invent_resident(&invent);
	build_table(&invent);
	version_put(&value, &invent.versions[0]);
	field.value = span_of_buf(&value);
	invent_add(&invent, &entry);
	buf_clear(&value);
	version_put(&value, &stranger);
	field.value = span_of_buf(&value);
	invent_add(&invent, &entry);
	is(encode(&invent, 1, 2, &out, &err), 0, "a reference to an installation outside the table is written");
	is(decode(&invent, 1, span_of_buf(&out), resolve, &err), 0, "and comes back byte for byte");
	entry.subject = stranger;
	invent_add(&invent, &entry);
	buf_clear(&out);
	is(encode(&invent, 3, 1, &out, &err), ERR_INVALID, "under a record of such an installation nothing stands");
	buf_free(&out);
	buf_free(&value);
	invent_free(&invent);
}

static void visits(struct invent *invent, size_t residents, size_t n)
{
	invent_begin(invent, 42);
	for (size_t i = 0; i < residents; i++)
		invent_resident(invent);
	for (size_t i = 0; i < n; i++)
		invent_visit(invent, invent_draw(invent, residents));
	build_table(invent);
}

static bool is_split(const struct buf *chunk)
{
	struct span in = span_of_buf(chunk);
	uint64_t n;
	uint8_t flags;
	return span_varint(&in, &n) && span_u8(&in, &flags) && flags & CHUNK_SPLIT;
}

/* Many rows with few cells a column: one stream for all of them. */
static void test_short_columns(void)
{
	struct invent invent;
	struct buf out = BUF_INIT;
	struct error err = { 0 };
	invent_begin(&invent, 43);
	while (invent.n < CHUNK_SPLIT_ROWS)
		invent_any(&invent);
	build_table(&invent);
	is(encode(&invent, 0, invent.n, &out, &err), 0, "many rows of many columns are packed");
	ok(!is_split(&out), "as one stream");
	is(decode(&invent, 0, span_of_buf(&out), resolve, &err), 0, "they come back");
	buf_free(&out);
	invent_free(&invent);
}

static void test_sizes(void)
{
	struct invent invent;
	struct buf out = BUF_INIT;
	struct error err = { 0 };
	visits(&invent, 500, 4000);
	size_t canonical = 0;
	for (size_t i = 0; i < 50; i++)
		canonical += invent_row(&invent, 500 + i).len_bytes;
	is(encode(&invent, 500, 50, &out, &err), 0, "visits are packed");
	ok(out.len_bytes <= 2048, "50 visits (%zu bytes) in %zu bytes", canonical, out.len_bytes);
	is(decode(&invent, 500, span_of_buf(&out), resolve, &err), 0, "they come back");
	buf_clear(&out);
	is(encode(&invent, 500, 2000, &out, &err), 0, "many visits are packed");
	ok(is_split(&out), "every column as a stream of its own");
	ok(out.len_bytes <= 2000 * 30,
	   "2000 visits in %zu bytes, %.1f each", out.len_bytes, (double)out.len_bytes / 2000);
	is(decode(&invent, 500, span_of_buf(&out), resolve, &err), 0, "they come back");
	buf_free(&out);
	invent_free(&invent);
}

static void test_damage(void)
{
	struct invent invent;
	struct buf out = BUF_INIT;
	struct error err = { 0 };
	int wrong = 0, whole = 0;
	visits(&invent, 20, 30);
	encode(&invent, 10, 40, &out, &err);
	is(decode(&invent, 10, span_of_buf(&out), resolve_wrongly, &err), ERR_UNSURE,
	   "a digest that was found wrongly is noticed");
	is(decode(&invent, 10, span_of_buf(&out), NULL, &err), 0, "the structural pass needs no digests");
	for (size_t cut = 0; cut < out.len_bytes; cut++)
		wrong += decode(&invent, 10, span_of(out.data, cut), resolve, &err) == 0;
	is(wrong, 0, "cut anywhere it is refused");
	/* every bit: an error, or a change that the root catches; never a crash, never other rows */
	for (size_t i = 0; i < out.len_bytes; i++) {
		for (int b = 0; b < 8; b++) {
			out.data[i] ^= (uint8_t)(1 << b);
			int code = decode(&invent, 10, span_of_buf(&out), resolve, &err);
			whole += code == 0;
			wrong += code == 1;
			out.data[i] ^= (uint8_t)(1 << b);
		}
	}
	is(wrong, 0, "no flipped bit gives other rows");
	printf("# %d flips without effect\n", whole);
	buf_free(&out);
	invent_free(&invent);
}

/* Head of a chunk with one row whose block claims to be raw_bytes long and is stored as it is. */
static int open_claim(uint64_t rows, uint64_t raw_bytes, struct error *err)
{
	struct buf out = BUF_INIT;
	uint8_t root[CRYPTO_DIGEST_BYTES] = { 0 };
	struct chunk_reader *reader;
	buf_put_varint(&out, rows);
	buf_put_u8(&out, 0);
	buf_put_varint(&out, 0);
	buf_put(&out, root, sizeof(root));
	buf_put_varint(&out, raw_bytes);
	int code = chunk_open(&reader, span_of_buf(&out), &table, err);
	buf_free(&out);
	return code;
}

/* A stream of 64 MiB of zeros in about 64 KiB that claims to be raw_bytes long. */
static int open_bomb(uint64_t raw_bytes, struct error *err)
{
	struct buf out = BUF_INIT, zeros = BUF_INIT;
	uint8_t root[CRYPTO_DIGEST_BYTES] = { 0 };
	struct span none = { NULL, 0 };
	struct chunk_reader *reader;
	size_t n = 64 << 20;
	uint8_t *to = buf_reserve(&zeros, n);
	if (!to)
		abort();
	memset(to, 0, n);
	zeros.len_bytes = n;
	buf_put_varint(&out, 1);
	buf_put_u8(&out, CHUNK_DEFLATED);
	buf_put_varint(&out, 0);
	buf_put(&out, root, sizeof(root));
	buf_put_varint(&out, raw_bytes);
	deflate_bytes(&out, span_of_buf(&zeros), none, DEFLATE_FAST, err);
	buf_free(&zeros);
	int code = chunk_open(&reader, span_of_buf(&out), &table, err);
	buf_free(&out);
	return code;
}

static void test_caps(void)
{
	struct error err = { 0 };
	table.n = 1;
	is(open_claim(4001, 10, &err), ERR_LIMIT, "too many rows are refused");
	is(open_claim(UINT64_C(1) << 40, 10, &err), ERR_LIMIT, "absurdly many rows are refused");
	is(open_claim(1, UINT64_C(4) << 30, &err), ERR_LIMIT, "a declared size of 4 GiB is refused");
	is(open_bomb(1000, &err), ERR_LIMIT, "a stream that inflates beyond its declared size is refused");
	is(open_bomb(64 << 20, &err), ERR_LIMIT, "a stream that declares more than the cap is refused");
	is(open_claim(1, 10, &err), ERR_CORRUPT, "fewer bytes than declared are refused");
}

/* Bundles on sticks name the dictionary by its hash: its bytes may never change once a release knew them. */
static void test_dictionary(void)
{
	struct span dictionary;
	uint8_t hash[CRYPTO_DIGEST_BYTES];
	char hex[2 * CRYPTO_DIGEST_BYTES + 1];
	ok(chunk_dictionary(CHUNK_DICTIONARY, &dictionary) && dictionary.len_bytes <= 32768, "the dictionary is there");
	crypto_hash_data(hash, sizeof(hash), dictionary.data, dictionary.len_bytes, NULL);
	is_text(hex_encode(hex, hash, sizeof(hash)), "2c7ee84e7f5cead74a4ac6f8a597d54f", "and has the bytes it always had");
	is(get_u32_be(hash), CHUNK_DICTIONARY, "its name is its hash");
	ok(!chunk_dictionary(CHUNK_DICTIONARY + 1, &dictionary), "another one is of a newer version");
}

/* What a chunk with these flags, and a dictionary of this name, is refused as. */
static int open_flags(const struct buf *good, uint8_t flags, uint32_t dictionary, struct error *err)
{
	enum { FLAGS_AT = 1, NAME_AT = 1 + 1 + 1 + CRYPTO_DIGEST_BYTES }; /* rows and device below 128 */
	struct chunk_reader *reader;
	struct buf bytes = BUF_INIT;
	buf_put(&bytes, good->data, good->len_bytes);
	bytes.data[FLAGS_AT] = flags;
	put_u32_be(bytes.data + NAME_AT, dictionary);
	int code = chunk_open(&reader, span_of_buf(&bytes), &table, err);
	if (!code)
		chunk_close(reader);
	buf_free(&bytes);
	return code;
}

static void test_versions(void)
{
	const uint8_t flags = CHUNK_DEFLATED | CHUNK_PRESET;
	struct invent invent;
	struct buf out = BUF_INIT;
	struct error err = { 0 };
	visits(&invent, 20, 30);
	encode(&invent, 10, 40, &out, &err);
	is(open_flags(&out, flags, CHUNK_DICTIONARY, &err), 0, "a small chunk is deflated with the dictionary");
	is(open_flags(&out, flags, 7, &err), ERR_VERSION, "one with an unknown dictionary is of a newer version");
	is(open_flags(&out, flags | 8, CHUNK_DICTIONARY, &err), ERR_VERSION, "so is one with an unknown flag");
	is(open_flags(&out, CHUNK_PRESET, CHUNK_DICTIONARY, &err), ERR_CORRUPT,
	   "a dictionary without a deflated stream is refused");
	is(open_flags(&out, CHUNK_SPLIT | CHUNK_DEFLATED, CHUNK_DICTIONARY, &err), ERR_CORRUPT,
	   "flags that contradict each other are refused");
	buf_free(&out);
	invent_free(&invent);
}

int main(void)
{
	test_random();
	test_unknown_installation();
	test_sizes();
	test_short_columns();
	test_damage();
	test_caps();
	test_dictionary();
	test_versions();
	return done_testing();
}
