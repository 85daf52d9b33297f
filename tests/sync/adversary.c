/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * adversary TOWNSHIP VILLAGE OTHER DIR: writes one file for each way in which an enrolled installation, or somebody
 * who holds its stick, could do harm; tests/sync/adversary.table says what each must be answered. VILLAGE and OTHER are
 * enrolled at TOWNSHIP. Signatures are good unless the file is about them: what is wrong stands behind all checks that
 * come before.
 */
#include "config.h"

#include "lib/deflate.h"
#include "sync/chunk_format.h"
#include "sync/envelope_format.h"
#include "tests/sync/forge.h"

static struct site township, village, other;
static struct forge f; /* its header and manifest are that of the file at hand */
static struct buf plain, file;
static const char *dir;

/* --- files put together by hand --- */

enum { MAX_FRAMES = 24 };

struct frame { size_t n; uint8_t bytes[ENVELOPE_FRAME + CRYPTO_STREAM_ADD_BYTES]; };

struct knobs { /* what is done differently than by the real writer */
	int recipients;      /* the same one so often; 0: once, -1: never */
	bool no_final;       /* the last frame has an ordinary tag */
	bool early_final;    /* the first has the tag of the last */
	bool swap, again;    /* two frames swapped, one written twice */
	bool foreign;        /* the last frame is sealed with another key */
	size_t cut_manifest; /* so many bytes of the plain text are left out at its front */
	const uint8_t *sign_sk;
};

static void write_out(const char *name, struct span bytes)
{
	char path[SYNC_PATH_BYTES];
	snprintf(path, sizeof(path), "%s/%s.XYB", dir, name);
	site_must(file_write_atomic(path, bytes.data, bytes.len_bytes, &site_err), name);
}

static void put_head(const struct knobs *k, uint8_t key[CRYPTO_KEY_BYTES])
{
	uint8_t key_id[KEY_ID_BYTES], sealed[SEALED_BYTES];
	int n = k->recipients < 0 ? 0 : k->recipients ? k->recipients : 1;
	crypto_random(key, CRYPTO_KEY_BYTES);
	buf_clear(&file);
	buf_put(&file, ENVELOPE_MAGIC, MAGIC_BYTES);
	buf_put(&file, (const uint8_t[]){ ENVELOPE_MAJOR, ENVELOPE_MINOR, ENVELOPE_MIN_READER, ENVELOPE_SUITE }, 4);
	buf_put_u16(&file, HEAD_BODY_BYTES);
	buf_put_u8(&file, f.head.kind);
	buf_put(&file, f.head.recipient, DEVICE_ID_BYTES);
	buf_put(&file, f.head.sender, DEVICE_ID_BYTES);
	buf_put(&file, f.head.bundle_id, BUNDLE_ID_BYTES);
	buf_put_u16(&file, f.head.part);
	buf_put_u8(&file, (uint8_t)n);
	envelope_key_id(key_id, f.to.self.box_pk);
	for (int i = 0; i < n; i++) {
		crypto_seal(sealed, key, CRYPTO_KEY_BYTES, f.to.self.box_pk);
		buf_put(&file, key_id, sizeof(key_id));
		buf_put(&file, sealed, sizeof(sealed));
	}
}

static void put_frame(const struct frame *frame, bool last)
{
	uint8_t length[FRAME_HEAD_BYTES];
	put_u32_be(length, (uint32_t)frame->n | (last ? FRAME_LAST : 0));
	buf_put(&file, length, sizeof(length));
	buf_put(&file, frame->bytes, frame->n);
}

static size_t seal_frames(const struct knobs *k, const uint8_t key[CRYPTO_KEY_BYTES], struct frame *frames)
{
	struct crypto_stream stream, strange;
	uint8_t stream_head[CRYPTO_STREAM_HEADER_BYTES], unused[CRYPTO_STREAM_HEADER_BYTES], head_hash[CRYPTO_HASH_BYTES],
		other_key[CRYPTO_KEY_BYTES] = { 1 }, ad[AD_BYTES];
	size_t n = 0;
	crypto_stream_push_begin(&stream, stream_head, key);
	crypto_stream_push_begin(&strange, unused, other_key);
	buf_put(&file, stream_head, sizeof(stream_head));
	crypto_hash_data(head_hash, sizeof(head_hash), file.data, file.len_bytes, NULL);
	for (size_t at = 0; at < plain.len_bytes || !n; n++) {
		size_t left = plain.len_bytes - at, bytes = left < ENVELOPE_FRAME ? left : ENVELOPE_FRAME;
		bool last = at + bytes == plain.len_bytes, tag = (last && !k->no_final) || (!n && k->early_final);
		envelope_ad(ad, head_hash, (uint32_t)n);
		crypto_stream_push(last && k->foreign ? &strange : &stream, frames[n].bytes, plain.data + at, bytes, ad,
		                   sizeof(ad), tag);
		frames[n].n = bytes + CRYPTO_STREAM_ADD_BYTES;
		at += bytes;
	}
	return n;
}

/* The plain text as a file. */
static void write_raw(const char *name, const struct knobs *k)
{
	static struct frame frames[MAX_FRAMES];
	uint8_t key[CRYPTO_KEY_BYTES], hash[CRYPTO_HASH_BYTES], sig[CRYPTO_SIG_BYTES];
	put_head(k, key);
	size_t n = seal_frames(k, key, frames);
	for (size_t i = 0; i < n; i++) {
		put_frame(&frames[k->swap && i < 2 ? 1 - i : i], i + 1 == n);
		if (k->again && !i)
			put_frame(&frames[i], false);
	}
	crypto_hash_data(hash, sizeof(hash), file.data, file.len_bytes, NULL);
	crypto_sign_data(sig, ENVELOPE_CONTEXT, hash, sizeof(hash), k->sign_sk ? k->sign_sk : f.sign_sk);
	buf_put(&file, hash, sizeof(hash));
	buf_put(&file, sig, sizeof(sig));
	write_out(name, span_of_buf(&file));
}

static void put_section(uint8_t type, struct span bytes)
{
	buf_put_u8(&plain, type);
	buf_put_varint(&plain, bytes.len_bytes);
	buf_put(&plain, bytes.data, bytes.len_bytes);
}

/* A new header and its manifest. */
static void begin(void)
{
	struct buf bytes = BUF_INIT;
	forge_begin(&f, &village, &township, ENVELOPE_ENTRIES);
	envelope_writer_free(f.writer);
	buf_free(&f.file);
	buf_clear(&plain);
	memcpy(f.ids[0], f.from.self.id, DEVICE_ID_BYTES);
	f.table = (struct device_table){ f.ids, 1 };
	wire_put_manifest(&bytes, &f.manifest);
	put_section(SECTION_MANIFEST, span_of_buf(&bytes));
	buf_free(&bytes);
}

static void put_end(uint64_t chunks, uint64_t rows)
{
	struct buf bytes = BUF_INIT;
	buf_put_varint(&bytes, chunks);
	buf_put_varint(&bytes, rows);
	buf_put_u8(&bytes, 1);
	put_section(SECTION_END, span_of_buf(&bytes));
	buf_free(&bytes);
}

/* Enough padding for three frames. */
static void put_much(void)
{
	struct buf bytes = BUF_INIT;
	memset(buf_reserve(&bytes, 150000), 0, 150000);
	bytes.len_bytes = 150000;
	put_section(SECTION_PADDING, span_of_buf(&bytes));
	buf_free(&bytes);
}

/* --- chunks put together by hand: one row of the form resident with one text --- */

struct bytes { const char *data; size_t n; };
#define BYTES(text) { text, sizeof(text) - 1 }

struct pieces {
	const char *name;
	struct bytes heads, numbers, clock, rest, column;
};

#define GOOD_HEADS BYTES("\1\10resident\1\1\20\0\0")
#define GOOD_NUMBERS BYTES("\2\2")
#define GOOD_CLOCK BYTES("\2")
#define GOOD_REST BYTES("\0\2li\0\0\0\0\0")
#define GOOD_COLUMN BYTES("\0\3abc")

static const struct pieces PIECES[] = {
	{ "many-columns", BYTES("\1\10resident\1\300\204\75\20\0\0"), GOOD_NUMBERS, GOOD_CLOCK, GOOD_REST, GOOD_COLUMN },
	{ "many-groups", BYTES("\300\204\75\10resident\1\1\20\0\0"), GOOD_NUMBERS, GOOD_CLOCK, GOOD_REST, GOOD_COLUMN },
	{ "varint-long", BYTES("\1\10resident\1\1\20\0\0"), BYTES("\202\200\200\200\200\200\200\200\200\200\0\2"), GOOD_CLOCK,
	  GOOD_REST, GOOD_COLUMN },
	{ "varint-not-shortest", GOOD_HEADS, BYTES("\202\0\2"), GOOD_CLOCK, GOOD_REST, GOOD_COLUMN },
	{ "past-the-end", GOOD_HEADS, GOOD_NUMBERS, GOOD_CLOCK, GOOD_REST, BYTES("\0\177abc") },
	{ "negative-length", GOOD_HEADS, GOOD_NUMBERS, GOOD_CLOCK, GOOD_REST, BYTES("\7\0\1abc") },
	{ "dictionary-past", GOOD_HEADS, GOOD_NUMBERS, GOOD_CLOCK, GOOD_REST, BYTES("\6\1\3abc\0\2") },
	{ "no-utf8", GOOD_HEADS, GOOD_NUMBERS, GOOD_CLOCK, GOOD_REST, BYTES("\0\3a\377c") },
	{ "nul-in-a-text", GOOD_HEADS, GOOD_NUMBERS, GOOD_CLOCK, GOOD_REST, BYTES("\0\3a\0c") },
	{ "number-0", GOOD_HEADS, BYTES("\0\2"), GOOD_CLOCK, GOOD_REST, GOOD_COLUMN },
	{ "number-negative", GOOD_HEADS, BYTES("\1\2"), GOOD_CLOCK, GOOD_REST, GOOD_COLUMN },
	{ "bytes-left", GOOD_HEADS, GOOD_NUMBERS, GOOD_CLOCK, GOOD_REST, BYTES("\0\3abcd") },
	{ "unknown-encoding", GOOD_HEADS, GOOD_NUMBERS, GOOD_CLOCK, GOOD_REST, BYTES("\11\3abc") },
	{ "own-record", GOOD_HEADS, GOOD_NUMBERS, GOOD_CLOCK, BYTES("\0\2li\0\0\0\2\0"), GOOD_COLUMN },
	{ "unknown-device", GOOD_HEADS, GOOD_NUMBERS, GOOD_CLOCK, BYTES("\0\2li\0\0\0\176\0"), GOOD_COLUMN },
};

static void put_chunk_head(struct buf *out, uint64_t rows, uint8_t flags)
{
	uint8_t root[CRYPTO_DIGEST_BYTES] = { 0 };
	buf_put_varint(out, rows);
	buf_put_u8(out, flags);
	buf_put_varint(out, 0);
	buf_put(out, root, sizeof(root));
}

static void write_pieces(const struct pieces *p)
{
	struct buf payload = BUF_INIT;
	const struct bytes all[] = { p->heads, p->numbers, p->clock, p->rest, p->column };
	size_t n = 0;
	begin();
	put_chunk_head(&payload, 1, 0);
	for (size_t i = 0; i < 5; i++)
		n += all[i].n;
	buf_put_varint(&payload, n);
	for (size_t i = 0; i < 5; i++)
		buf_put(&payload, all[i].data, all[i].n);
	put_section(SECTION_CHUNK, span_of_buf(&payload));
	put_end(1, 1);
	write_raw(p->name, &(struct knobs){ 0 });
	buf_free(&payload);
}

/* A stream of 64 MiB of zeros that claims to be raw_bytes long; twice deflated it would be smaller still. */
static void write_bomb(const char *name, uint64_t raw_bytes, uint64_t rows)
{
	struct buf payload = BUF_INIT, zeros = BUF_INIT;
	size_t n = 64 << 20;
	memset(buf_reserve(&zeros, n), 0, n);
	zeros.len_bytes = n;
	begin();
	put_chunk_head(&payload, rows, CHUNK_DEFLATED);
	buf_put_varint(&payload, raw_bytes);
	site_must(deflate_bytes(&payload, span_of_buf(&zeros), span_of(NULL, 0), DEFLATE_FAST, &site_err), "deflate");
	put_section(SECTION_CHUNK, span_of_buf(&payload));
	put_end(1, rows);
	write_raw(name, &(struct knobs){ 0 });
	buf_free(&payload);
	buf_free(&zeros);
}

/* A text of 100 KB that every one of 4,000 rows names. */
static void write_giant(void)
{
	struct buf payload = BUF_INIT, raw = BUF_INIT;
	begin();
	buf_put(&raw, "\1\10resident\1\1\20\0\0", 14);
	buf_put(&raw, "\2\0\0\2\0\0\2\0\0\0\2li\0\0\0\0\0\0", 18);
	buf_put_u8(&raw, 0);
	buf_put_varint(&raw, 100000);
	for (int i = 0; i < 100000; i++)
		buf_put_u8(&raw, 'x');
	put_chunk_head(&payload, 4000, CHUNK_DEFLATED);
	buf_put_varint(&payload, raw.len_bytes);
	site_must(deflate_bytes(&payload, span_of_buf(&raw), span_of(NULL, 0), DEFLATE_DEFAULT, &site_err), "deflate");
	put_section(SECTION_CHUNK, span_of_buf(&payload));
	put_end(1, 4000);
	write_raw("giant-text", &(struct knobs){ 0 });
	buf_free(&payload);
	buf_free(&raw);
}

static void write_chunks(void)
{
	struct buf payload = BUF_INIT;
	for (size_t i = 0; i < sizeof(PIECES) / sizeof(*PIECES); i++)
		write_pieces(&PIECES[i]);
	write_bomb("bomb-declared-small", 1000, 1);
	write_bomb("bomb-declared-4GiB", UINT64_C(4) << 30, 1);
	write_bomb("rows-2-32", 1000, UINT64_C(1) << 32);
	write_giant();
	begin();
	put_chunk_head(&payload, 0, 0);
	buf_put_varint(&payload, 0);
	for (int i = 0; i < 6000; i++)
		put_section(SECTION_CHUNK, span_of_buf(&payload));
	put_end(6000, 0);
	write_raw("empty-chunks", &(struct knobs){ 0 });
	begin();
	buf_put_u8(&plain, SECTION_CHUNK);
	buf_put_varint(&plain, UINT64_C(1) << 40);
	write_raw("section-of-1TiB", &(struct knobs){ 0 });
	buf_free(&payload);
}

/* --- envelopes --- */

static void write_frames(void)
{
	static const struct { const char *name; struct knobs knobs; } files[] = {
		{ "no-recipient", { .recipients = -1 } },
		{ "recipients-9", { .recipients = 9 } },
		{ "recipient-twice", { .recipients = 2 } },
		{ "no-final", { .no_final = true } },
		{ "early-final", { .early_final = true } },
		{ "frames-swapped", { .swap = true } },
		{ "frame-twice", { .again = true } },
		{ "frame-of-another", { .foreign = true } },
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		begin();
		put_much();
		put_end(0, 0);
		write_raw(files[i].name, &files[i].knobs);
	}
}

/* The header of one good file before the frames of another, and other thefts. */
static void write_stolen(void)
{
	struct buf first = BUF_INIT;
	struct store_info info;
	uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES], box_sk[CRYPTO_KEY_BYTES], hash[CRYPTO_HASH_BYTES];
	const size_t heads = HEAD_FIXED_BYTES + HEAD_BODY_BYTES + 1 + RECIPIENT_BYTES + CRYPTO_STREAM_HEADER_BYTES;
	begin();
	put_end(0, 0);
	write_raw("taken-empty", &(struct knobs){ 0 });
	buf_put(&first, file.data, file.len_bytes);
	begin();
	put_end(0, 0);
	write_raw("taken-empty-2", &(struct knobs){ 0 });
	memcpy(file.data, first.data, heads);
	crypto_hash_data(hash, sizeof(hash), file.data, file.len_bytes - TRAILER_BYTES, NULL);
	memcpy(file.data + file.len_bytes - TRAILER_BYTES, hash, sizeof(hash));
	crypto_sign_data(file.data + file.len_bytes - CRYPTO_SIG_BYTES, ENVELOPE_CONTEXT, hash, sizeof(hash), f.sign_sk);
	write_out("header-swapped", span_of_buf(&file));
	buf_clear(&file);
	buf_put(&file, first.data, first.len_bytes);
	buf_put(&file, first.data, first.len_bytes);
	write_out("two-concatenated", span_of_buf(&file));
	/* another enrolled village takes the signature off and signs as the sender of what it did not write */
	site_must(store_info_get(other.store, &info, &site_err), "info");
	site_must(store_secrets(other.store, sign_sk, box_sk, &site_err), "secrets");
	begin();
	put_end(0, 0);
	memcpy(f.head.sender, info.self.id, DEVICE_ID_BYTES);
	write_raw("signed-anew", &(struct knobs){ .sign_sk = sign_sk });
	begin();
	put_end(0, 0);
	write_raw("signed-by-another", &(struct knobs){ .sign_sk = sign_sk });
	buf_free(&first);
}

static void write_sections(void)
{
	struct buf bytes = BUF_INIT;
	begin();
	put_section(0xa2, span_of("x", 1));
	put_end(0, 0);
	write_raw("unknown-critical", &(struct knobs){ 0 });
	begin();
	put_section(0x22, span_of("x", 1));
	put_end(0, 0);
	write_raw("taken-unknown-section", &(struct knobs){ 0 });
	begin();
	put_end(0, 0);
	put_section(SECTION_CHUNK, span_of("x", 1));
	write_raw("behind-the-end", &(struct knobs){ 0 });
	begin();
	put_end(7, 0);
	write_raw("fewer-than-announced", &(struct knobs){ 0 });
	begin();
	write_raw("no-end", &(struct knobs){ 0 });
	begin();
	wire_put_manifest(&bytes, &f.manifest);
	put_section(SECTION_MANIFEST, span_of_buf(&bytes));
	put_end(0, 0);
	write_raw("two-manifests", &(struct knobs){ 0 });
	begin();
	buf_clear(&plain);
	put_end(0, 0);
	write_raw("no-manifest", &(struct knobs){ 0 });
	buf_free(&bytes);
}

/* A good file, damaged on its way. */
static void write_damaged(void)
{
	begin();
	put_end(0, 0);
	write_raw("taken-empty-3", &(struct knobs){ 0 });
	struct buf text = BUF_INIT;
	for (size_t i = 0; i < file.len_bytes; i++) {
		if (file.data[i] == '\n' && (!i || file.data[i - 1] != '\r'))
			buf_put_u8(&text, '\r');
		buf_put_u8(&text, file.data[i]);
	}
	write_out("text-mode", span_of_buf(&text));
	write_out("cut", span_of(file.data, file.len_bytes / 2));
	write_out("empty", span_of("", 0));
	file.data[MAGIC_BYTES + 1] ^= 1;
	write_out("minor-changed", span_of_buf(&file));
	file.data[MAGIC_BYTES + 1] ^= 1;
	file.data[MAGIC_BYTES + 3] = 2;
	write_out("suite-2", span_of_buf(&file));
	file.data[MAGIC_BYTES + 3] = 1;
	file.data[file.len_bytes - 1] ^= 1;
	write_out("signature-changed", span_of_buf(&file));
	buf_free(&text);
}

/* --- texts that are what they are: taken, and kept byte for byte --- */

static void write_odd(void)
{
	static const char *const odd[] = { "=cmd|' /C calc'!A0", "'; DROP TABLE resident; --", "\342\200\256txt.exe", "NaN", "9999",
		                           "1800-01-01", "2099-12-31", "\033[2J" };
	enum { N = sizeof(odd) / sizeof(*odd) };
	struct entry_field fields[N];
	char path[SYNC_PATH_BYTES];
	for (size_t i = 0; i < N; i++)
		fields[i] = (struct entry_field){ .tag = (uint32_t)(16 + i), .kind = ENTRY_TEXT,
			                          .value = span_of(odd[i], strlen(odd[i])) };
	forge_begin(&f, &village, &township, ENVELOPE_ENTRIES);
	forge_manifest(&f);
	struct entry entry = { .seq = 70, .lamport = 1, .wall = 1700000000, .operator_name = "li", .form = "resident",
		               .fields = fields, .n_fields = N };
	memcpy(entry.device, f.from.self.id, DEVICE_ID_BYTES);
	forge_chunk(&f, &entry, 1);
	forge_end_section(&f);
	snprintf(path, sizeof(path), "%s/taken-odd-texts.XYB", dir);
	forge_write(&f, path);
}

static void open_site(struct site *site, const char *path)
{
	snprintf(site->dir, sizeof(site->dir), "%s", path);
	site_open(site);
}

int main(int argc, char **argv)
{
	if (argc != 5)
		return 2;
	site_must(crypto_init(&site_err), "crypto");
	open_site(&township, argv[1]);
	open_site(&village, argv[2]);
	open_site(&other, argv[3]);
	dir = argv[4];
	write_frames();
	write_stolen();
	write_sections();
	write_damaged();
	write_chunks();
	write_odd();
	site_close(&township);
	site_close(&village);
	site_close(&other);
	buf_free(&plain);
	buf_free(&file);
	return 0;
}
