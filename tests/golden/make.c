/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the golden files of this version into a folder: make DIR. The same program writes the same bytes on
 * every machine: keys and random numbers come from hashes of fixed words. See tests/golden/README. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/deflate.h"
#include "lib/file.h"
#include "sync/chunk.h"
#include "sync/envelope_format.h"
#include "sync/wire.h"
#include "tests/reader/dump.h"
#include "tests/reader/ring.h"
#include "tests/sync/invent.h"

/* X(NAME, name of the file without its ending, the file that must be read before it or NULL) */
#define GOLDEN_LIST(X)                               \
	X(tiny, "tiny", NULL)                        \
	X(visits50, "visits-50", NULL)               \
	X(visits4000, "visits-4000", NULL)           \
	X(delta, "delta", "visits-50")               \
	X(two_chunks, "two-chunks", NULL)            \
	X(anything, "anything", NULL)                \
	X(unknown_column, "unknown-column", NULL)    \
	X(unknown_section, "unknown-section", NULL)  \
	X(unknown_critical, "unknown-critical", NULL) \
	X(fork, "fork", NULL)                        \
	X(gap, "gap", NULL)                          \
	X(answer, "answer", NULL)                    \
	X(keyring, "keyring", NULL)                  \
	X(newer_minor, "newer-minor", NULL)          \
	X(newer_major, "newer-major", NULL)          \
	X(needs_newer, "needs-newer", NULL)          \
	X(suite_2, "suite-2", NULL)                  \
	X(maximal, "maximal", NULL)

enum { MAX_TABLE = WIRE_MAX_DEVICES, ENTRY_TEXT_BYTES = 240 * 1024 };

struct party {
	struct store_device device;
	uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES], box_sk[CRYPTO_KEY_BYTES];
};

struct maker {
	struct envelope_sink sink;
	struct buf file;
	struct party village, township, recovery;
	struct invent invent;
	size_t written; /* rows of earlier chunks */
	struct envelope_head head;
	struct envelope_writer *writer;
	uint8_t ids[MAX_TABLE][DEVICE_ID_BYTES];
	struct device_table table;
	struct manifest_device rows[MAX_TABLE];
	uint64_t n_chunks, n_rows, n_covered;
	size_t n_recipients;
};

static void must(int code, const struct error *err)
{
	if (code) {
		fprintf(stderr, "%s\n", err->text);
		exit(1);
	}
}

/* --- randomness --- */

static uint8_t random_seed[32];
static uint64_t random_at;

static void fill_random(void *const out, const size_t n)
{
	struct { uint8_t seed[32]; uint64_t at; } in;
	uint8_t hash[32];
	for (size_t done = 0; done < n; done += sizeof(hash)) {
		memcpy(in.seed, random_seed, sizeof(in.seed));
		put_u64_be((uint8_t *)&in.at, random_at++);
		crypto_generichash(hash, sizeof(hash), (const uint8_t *)&in, sizeof(in), NULL, 0);
		memcpy((uint8_t *)out + done, hash, n - done < sizeof(hash) ? n - done : sizeof(hash));
	}
}

static uint32_t one_random(void)
{
	uint32_t value;
	fill_random(&value, sizeof(value));
	return value;
}

static const char *random_name(void)
{
	return "golden";
}

static struct randombytes_implementation fixed_random = { .implementation_name = random_name,
	                                                  .random = one_random, .buf = fill_random };

/* What is drawn from now on depends on this word alone. */
static void seed(const char *word)
{
	crypto_generichash(random_seed, sizeof(random_seed), (const uint8_t *)word, strlen(word), NULL, 0);
	random_at = 0;
}

/* --- people --- */

static struct party make_party(const char *word, const char *name, const char *region, enum level level)
{
	struct party party = { .device = { .level = level } };
	uint8_t in[CRYPTO_SIGN_PK_BYTES + 8], hash[CRYPTO_DIGEST_BYTES];
	seed(word);
	crypto_sign_keys(party.device.sign_pk, party.sign_sk);
	crypto_box_keys(party.device.box_pk, party.box_sk);
	crypto_random(party.device.incarnation, sizeof(party.device.incarnation));
	memcpy(in, party.device.sign_pk, CRYPTO_SIGN_PK_BYTES);
	memcpy(in + CRYPTO_SIGN_PK_BYTES, party.device.incarnation, 8);
	crypto_hash_data(hash, sizeof(hash), in, sizeof(in), NULL);
	memcpy(party.device.id, hash, DEVICE_ID_BYTES);
	snprintf(party.device.region, sizeof(party.device.region), "%s", region);
	snprintf(party.device.name, sizeof(party.device.name), "%s", name);
	return party;
}

/* --- a file --- */

static int put_file(struct envelope_sink *sink, const void *bytes, size_t n, struct error *err)
{
	(void)err;
	buf_put(&((struct maker *)sink)->file, bytes, n);
	return 0;
}

static void section(struct maker *m, uint8_t type, const struct buf *bytes)
{
	struct error err;
	must(envelope_section(m->writer, type, span_of_buf(bytes), &err), &err);
}

/* From the village to the township, or back; to the recovery key too. */
static void begin(struct maker *m, uint8_t kind)
{
	const struct party *from = kind == ENVELOPE_ENTRIES ? &m->village : &m->township,
	                   *to = kind == ENVELOPE_ENTRIES ? &m->township : &m->village;
	uint8_t recipients[ENVELOPE_MAX_RECIPIENTS][CRYPTO_KEY_BYTES];
	struct error err;
	m->head = (struct envelope_head){ .kind = kind, .part = 1 };
	memcpy(m->head.sender, from->device.id, DEVICE_ID_BYTES);
	memcpy(m->head.recipient, to->device.id, DEVICE_ID_BYTES);
	crypto_random(m->head.bundle_id, BUNDLE_ID_BYTES);
	for (size_t i = 0; i < ENVELOPE_MAX_RECIPIENTS; i++)
		memcpy(recipients[i], (i ? &m->recovery : to)->device.box_pk, CRYPTO_KEY_BYTES);
	for (uint8_t i = 2; i < ENVELOPE_MAX_RECIPIENTS; i++) /* nobody is named twice */
		crypto_hash_data(recipients[i], CRYPTO_KEY_BYTES, &i, 1, NULL);
	must(envelope_begin(&m->writer, &m->head, (const uint8_t (*)[CRYPTO_KEY_BYTES])recipients, m->n_recipients,
	                    &m->sink, &err), &err);
}

static void put_manifest_bytes(struct maker *m, struct buf *out)
{
	struct manifest manifest = { .kind = m->head.kind, .wall = 1794000000, .devices = m->rows, .n_devices = m->table.n };
	memcpy(manifest.sender, m->head.sender, DEVICE_ID_BYTES);
	memcpy(manifest.recipient, m->head.recipient, DEVICE_ID_BYTES);
	memcpy(manifest.bundle_id, m->head.bundle_id, BUNDLE_ID_BYTES);
	crypto_random(manifest.epoch, sizeof(manifest.epoch));
	for (size_t i = 0; i < m->table.n; i++) {
		m->rows[i] = (struct manifest_device){ .covered = i ? 0 : m->n_covered };
		memcpy(m->rows[i].device.id, m->ids[i], DEVICE_ID_BYTES);
		m->rows[i].full = !memcmp(m->ids[i], m->village.device.id, DEVICE_ID_BYTES);
		if (m->rows[i].full)
			m->rows[i].device = m->village.device;
	}
	wire_put_manifest(out, &manifest);
}

static void manifest(struct maker *m)
{
	struct buf bytes = BUF_INIT;
	put_manifest_bytes(m, &bytes);
	section(m, SECTION_MANIFEST, &bytes);
	buf_free(&bytes);
}

static int note_device(void *arg, const uint8_t id[DEVICE_ID_BYTES])
{
	struct maker *m = arg;
	if (device_table_find(&m->table, id) < 0)
		memcpy(m->ids[m->table.n++], id, DEVICE_ID_BYTES);
	return 0;
}

/* The table of all entries that were invented. */
static void note_devices(struct maker *m)
{
	struct arena arena = ARENA_INIT;
	struct error err;
	note_device(m, m->village.device.id);
	for (size_t i = 0; i < m->invent.n; i++)
		must(chunk_devices_each(invent_row(&m->invent, i), &arena, note_device, m, &err), &err);
	arena_free(&arena);
}

/* The reader holds what was written before, as long as it is alone under its number. */
static bool is_known(void *arg, const struct version *version)
{
	const struct maker *m = arg;
	size_t found = 0;
	bool same = false;
	for (size_t i = 0; i < m->invent.n; i++) {
		if (version->seq != m->invent.versions[i].seq || memcmp(version->device, m->invent.device, DEVICE_ID_BYTES))
			continue;
		found++;
		same = i < m->written && !memcmp(version->digest, m->invent.versions[i].digest, CRYPTO_DIGEST_BYTES);
	}
	return found == 1 && same;
}

/* A chunk of the entries up to end. */
static void chunk(struct maker *m, size_t end)
{
	size_t n = end - m->written;
	struct span *rows = calloc(n, sizeof(*rows));
	struct buf payload = BUF_INIT;
	struct error err;
	for (size_t i = 0; rows && i < n; i++)
		rows[i] = invent_row(&m->invent, m->written + i);
	must(chunk_encode(&payload, rows, n, &m->table, is_known, m, &err), &err);
	section(m, SECTION_CHUNK, &payload);
	m->written = end;
	m->n_chunks++;
	m->n_rows += n;
	buf_free(&payload);
	free(rows);
}

static void put_end_bytes(const struct maker *m, struct buf *out)
{
	buf_put_varint(out, m->n_chunks);
	buf_put_varint(out, m->n_rows);
	buf_put_u8(out, 1);
}

static void end(struct maker *m)
{
	struct buf bytes = BUF_INIT;
	struct error err;
	uint8_t hash[CRYPTO_HASH_BYTES];
	if (m->head.kind == ENVELOPE_ENTRIES)
		put_end_bytes(m, &bytes);
	section(m, SECTION_END, &bytes);
	must(envelope_end(m->writer, m->head.kind == ENVELOPE_ENTRIES ? m->village.sign_sk : m->township.sign_sk, hash, &err),
	     &err);
	envelope_writer_free(m->writer);
	buf_free(&bytes);
}

/* Everything invented in one chunk. */
static void whole(struct maker *m)
{
	note_devices(m);
	begin(m, ENVELOPE_ENTRIES);
	manifest(m);
	chunk(m, m->invent.n);
	end(m);
}

/* --- the files --- */

static void visits(struct maker *m, size_t residents, size_t n)
{
	for (size_t i = 0; i < residents; i++)
		invent_resident(&m->invent);
	for (size_t i = 0; i < n; i++)
		invent_visit(&m->invent, invent_draw(&m->invent, residents));
}

static void make_tiny(struct maker *m)
{
	invent_resident(&m->invent);
	whole(m);
}

static void make_visits50(struct maker *m)
{
	visits(m, 20, 50);
	whole(m);
}

static void make_visits4000(struct maker *m)
{
	visits(m, 300, CHUNK_MAX_ROWS);
	note_devices(m);
	begin(m, ENVELOPE_ENTRIES);
	manifest(m);
	chunk(m, 300);
	for (size_t end_at = 1300; end_at < m->invent.n; end_at += 1000)
		chunk(m, end_at);
	chunk(m, m->invent.n);
	end(m);
}

/* What follows on visits-50: its digests are left out. */
static void make_delta(struct maker *m)
{
	visits(m, 20, 50);
	m->written = m->n_covered = m->invent.n;
	for (size_t i = 0; i < 10; i++)
		invent_visit(&m->invent, i);
	whole(m);
}

static void make_two_chunks(struct maker *m)
{
	visits(m, 10, 10);
	note_devices(m);
	begin(m, ENVELOPE_ENTRIES);
	manifest(m);
	chunk(m, 10);
	chunk(m, m->invent.n);
	end(m);
}

static void make_anything(struct maker *m)
{
	for (size_t i = 0; i < 60; i++)
		invent_any(&m->invent);
	whole(m);
}

static void make_unknown_column(struct maker *m)
{
	static const uint8_t strange[] = { 0x00, 0xff, 0x80, 0x01 };
	const struct entry_field fields[] = {
		{ .tag = 16, .kind = ENTRY_TEXT, .value = span_of("张示范", strlen("张示范")) },
		{ .tag = 90001, .kind = ENTRY_TEXT, .value = span_of("明年的字段", strlen("明年的字段")) },
		{ .tag = 90002, .kind = 9, .value = span_of(strange, sizeof(strange)) },
	};
	struct buf extensions = BUF_INIT;
	buf_put_varint(&extensions, 2);
	buf_put_varint(&extensions, 1);
	buf_put_text(&extensions, "of a newer version");
	buf_put_varint(&extensions, 700);
	buf_put_text(&extensions, "");
	for (int i = 0; i < 2; i++) {
		struct entry entry = { .operator_name = "li", .form = i ? "form_of_tomorrow" : "resident",
			               .fields = fields, .n_fields = 3, .extensions = span_of_buf(&extensions) };
		invent_add(&m->invent, &entry);
	}
	buf_free(&extensions);
	whole(m);
}

static void with_section(struct maker *m, uint8_t type)
{
	struct buf bytes = BUF_INIT;
	invent_resident(&m->invent);
	note_devices(m);
	begin(m, ENVELOPE_ENTRIES);
	manifest(m);
	buf_put_text(&bytes, "of a newer version");
	section(m, type, &bytes);
	chunk(m, 1);
	end(m);
	buf_free(&bytes);
}

static void make_unknown_section(struct maker *m)
{
	with_section(m, 0x22);
}

static void make_unknown_critical(struct maker *m)
{
	with_section(m, 0xa2);
}

static void make_fork(struct maker *m)
{
	visits(m, 2, 1);
	m->invent.seq--;
	invent_visit(&m->invent, 1);
	invent_visit(&m->invent, 0);
	whole(m);
}

static void make_gap(struct maker *m)
{
	visits(m, 2, 1);
	m->invent.seq += 7;
	invent_visit(&m->invent, 1);
	m->invent.seq = (UINT64_C(1) << 40) - 2;
	invent_visit(&m->invent, 0);
	whole(m);
}

static void put_receipt(struct maker *m)
{
	struct receipt_range ranges[] = { { .range = { 12, 19 } }, { .range = { 30, 30 } } };
	struct receipt_fork forks[] = { { .seq = 4 }, { .seq = 4, .digest = { 9 } } };
	struct receipt_device devices[] = {
		{ .prefix = 10, .max = 31, .ranges = ranges, .n_ranges = 2, .forks = forks, .n_forks = 2 },
		{ .prefix = 4000, .max = 4000, .more_forks = true },
	};
	struct receipt_note notes[] = { { .device = 0, .seq = 7, .reason = "not-yours" },
		                        { .device = 0, .seq = 8, .waiting = true, .reason = "record-unknown" } };
	struct receipt receipt = { .serial = 77, .wall = 1794000000, .clock_offset_s = -300, .devices = devices,
		                   .n_devices = 2, .n_quarantined = 1, .n_waiting = 1, .notes = notes, .n_notes = 2 };
	struct buf bytes = BUF_INIT;
	crypto_random(receipt.epoch, sizeof(receipt.epoch));
	memcpy(devices[0].id, m->village.device.id, DEVICE_ID_BYTES);
	memcpy(devices[1].id, m->recovery.device.id, DEVICE_ID_BYTES);
	crypto_random(devices[0].head, CRYPTO_HASH_BYTES);
	crypto_random(devices[1].head, CRYPTO_HASH_BYTES);
	wire_put_receipt(&bytes, &receipt);
	section(m, SECTION_RECEIPT, &bytes);
	buf_free(&bytes);
}

static void put_package(struct maker *m)
{
	static const struct { uint8_t folder; const char *name, *table; } tables[] = {
		{ 0, "tb_visit", "settings\nform_id,version\ntb_visit,1\n" },
		{ 1, "tb_drugs", "list_name,name,label\ntb_drugs,1,异烟肼\n" },
	};
	struct buf plain = BUF_INIT, bytes = BUF_INIT;
	struct error err;
	buf_put_varint(&plain, 2);
	for (size_t i = 0; i < 2; i++) {
		buf_put_u8(&plain, tables[i].folder);
		buf_put_text(&plain, tables[i].name);
		buf_put_text(&plain, tables[i].table);
	}
	buf_put_varint(&bytes, 2026112201);
	must(deflate_bytes(&bytes, span_of_buf(&plain), span_of(NULL, 0), DEFLATE_DEFAULT, &err), &err);
	section(m, SECTION_PACKAGE, &bytes);
	buf_free(&plain);
	buf_free(&bytes);
}

static void make_answer(struct maker *m)
{
	struct buf bytes = BUF_INIT;
	begin(m, ENVELOPE_ANSWER);
	manifest(m);
	wire_put_device(&bytes, &m->township.device);
	wire_put_device(&bytes, &m->village.device);
	section(m, SECTION_CERTIFICATE, &bytes);
	put_receipt(m);
	put_package(m);
	end(m);
	buf_free(&bytes);
}

/* The keyring of the township, and that of the county which vouches for it. */
static void make_keyring(struct maker *m)
{
	const struct store_device *county = &m->recovery.device, *town = &m->township.device;
	struct ring ring = { .records = BUF_INIT }, root = { .records = BUF_INIT };
	struct buf bytes = BUF_INIT;
	begin(m, ENVELOPE_ANSWER);
	manifest(m);
	ring_certify(&ring, town->id, m->township.sign_sk, town);
	ring_certify(&ring, town->id, m->township.sign_sk, &m->village.device);
	ring_rest(&ring, town->id, m->township.sign_sk, &m->village.device);
	ring_put(&bytes, &ring);
	section(m, SECTION_KEYRING, &bytes);
	buf_clear(&bytes);
	ring_certify(&root, county->id, m->recovery.sign_sk, county);
	ring_certify(&root, county->id, m->recovery.sign_sk, town);
	ring_put(&bytes, &root);
	section(m, SECTION_KEYRING, &bytes);
	end(m);
	buf_free(&bytes);
}

/* --- files that this version cannot write: one frame, put together by hand --- */

struct versions { uint8_t major, minor, least, suite; size_t n_header; };

static void put_frame(struct maker *m, const uint8_t key[CRYPTO_KEY_BYTES], const struct buf *plain)
{
	struct crypto_stream stream;
	uint8_t stream_head[CRYPTO_STREAM_HEADER_BYTES], head_hash[CRYPTO_HASH_BYTES], ad[AD_BYTES], length[4];
	uint8_t *sealed = calloc(1, plain->len_bytes + CRYPTO_STREAM_ADD_BYTES);
	crypto_stream_push_begin(&stream, stream_head, key);
	buf_put(&m->file, stream_head, sizeof(stream_head));
	crypto_hash_data(head_hash, sizeof(head_hash), m->file.data, m->file.len_bytes, NULL);
	envelope_ad(ad, head_hash, 0);
	crypto_stream_push(&stream, sealed, plain->data, plain->len_bytes, ad, sizeof(ad), true);
	put_u32_be(length, (uint32_t)(plain->len_bytes + CRYPTO_STREAM_ADD_BYTES) | FRAME_LAST);
	buf_put(&m->file, length, sizeof(length));
	buf_put(&m->file, sealed, plain->len_bytes + CRYPTO_STREAM_ADD_BYTES);
	free(sealed);
}

static void put_trailer(struct maker *m)
{
	uint8_t hash[CRYPTO_HASH_BYTES], sig[CRYPTO_SIG_BYTES];
	crypto_hash_data(hash, sizeof(hash), m->file.data, m->file.len_bytes, NULL);
	crypto_sign_data(sig, ENVELOPE_CONTEXT, hash, sizeof(hash), m->village.sign_sk);
	buf_put(&m->file, hash, sizeof(hash));
	buf_put(&m->file, sig, sizeof(sig));
}

static void put_section(struct buf *out, uint8_t type, const struct buf *bytes)
{
	buf_put_u8(out, type);
	buf_put_varint(out, bytes->len_bytes);
	buf_put(out, bytes->data, bytes->len_bytes);
}

static void by_hand(struct maker *m, const struct versions *v)
{
	static const uint8_t zeros[ENVELOPE_MAX_HEADER];
	uint8_t key[CRYPTO_KEY_BYTES], key_id[KEY_ID_BYTES], sealed[SEALED_BYTES];
	struct buf plain = BUF_INIT, bytes = BUF_INIT;
	note_devices(m);
	begin(m, ENVELOPE_ENTRIES); /* for its header; the file is begun anew */
	envelope_writer_free(m->writer);
	buf_clear(&m->file);
	crypto_random(key, sizeof(key));
	buf_put(&m->file, ENVELOPE_MAGIC, MAGIC_BYTES);
	buf_put(&m->file, (const uint8_t[]){ v->major, v->minor, v->least, v->suite }, 4);
	buf_put_u16(&m->file, (uint16_t)v->n_header);
	buf_put_u8(&m->file, m->head.kind);
	buf_put(&m->file, m->head.recipient, DEVICE_ID_BYTES);
	buf_put(&m->file, m->head.sender, DEVICE_ID_BYTES);
	buf_put(&m->file, m->head.bundle_id, BUNDLE_ID_BYTES);
	buf_put_u16(&m->file, m->head.part);
	buf_put(&m->file, zeros, v->n_header - HEAD_BODY_BYTES);
	buf_put_u8(&m->file, 1);
	envelope_key_id(key_id, m->township.device.box_pk);
	crypto_seal(sealed, key, sizeof(key), m->township.device.box_pk);
	buf_put(&m->file, key_id, sizeof(key_id));
	buf_put(&m->file, sealed, sizeof(sealed));
	put_manifest_bytes(m, &bytes);
	buf_put_text(&bytes, "of a newer version");
	put_section(&plain, SECTION_MANIFEST, &bytes);
	buf_clear(&bytes);
	put_end_bytes(m, &bytes);
	put_section(&plain, SECTION_END, &bytes);
	put_frame(m, key, &plain);
	put_trailer(m);
	buf_free(&plain);
	buf_free(&bytes);
}

static void make_newer_minor(struct maker *m)
{
	by_hand(m, &(struct versions){ 1, 200, 0, 1, ENVELOPE_MAX_HEADER });
}

static void make_newer_major(struct maker *m)
{
	by_hand(m, &(struct versions){ 2, 0, 0, 1, HEAD_BODY_BYTES });
}

static void make_needs_newer(struct maker *m)
{
	by_hand(m, &(struct versions){ 1, 200, 200, 1, HEAD_BODY_BYTES });
}

static void make_suite_2(struct maker *m)
{
	by_hand(m, &(struct versions){ 1, 0, 0, 2, HEAD_BODY_BYTES });
}

/* As many recipients, devices, rows, fields and bases as there may be, and an entry of 240 KiB. */
static void make_maximal(struct maker *m)
{
	static struct entry_field fields[ENTRY_MAX_FIELDS];
	static struct version bases[ENTRY_MAX_BASES];
	static char text[ENTRY_TEXT_BYTES];
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < ENTRY_MAX_FIELDS; i++)
		fields[i] = (struct entry_field){ .tag = (uint32_t)(i ? 16 + i : 1), .kind = ENTRY_TEXT };
	fields[ENTRY_MAX_FIELDS - 1].tag = UINT32_MAX;
	fields[1].value = span_of(text, sizeof(text));
	for (size_t i = 0; i < ENTRY_MAX_BASES; i++) {
		bases[i].seq = 1 + i;
		crypto_random(bases[i].device, DEVICE_ID_BYTES);
	}
	fields[2].bases = bases;
	fields[2].n_bases = ENTRY_MAX_BASES;
	struct entry most = { .operator_name = "li", .form = "resident", .fields = fields, .n_fields = ENTRY_MAX_FIELDS };
	struct entry least = { .operator_name = "", .form = "a" };
	invent_add(&m->invent, &most);
	while (m->invent.n < CHUNK_MAX_ROWS)
		invent_add(&m->invent, &least);
	note_devices(m);
	while (m->table.n < MAX_TABLE)
		put_u64_be(m->ids[m->table.n], m->table.n), m->table.n++;
	m->n_recipients = ENVELOPE_MAX_RECIPIENTS;
	begin(m, ENVELOPE_ENTRIES);
	manifest(m);
	chunk(m, m->invent.n);
	end(m);
}

/* --- all --- */

static void write_in(const char *dir, const char *name, const char *ending, const struct buf *bytes)
{
	char path[4096];
	struct error err;
	snprintf(path, sizeof(path), "%s/%s%s", dir, name, ending);
	must(file_write_atomic(path, bytes->data, bytes->len_bytes, &err), &err);
}

static void make_keys(struct maker *m, struct dump_keys *keys)
{
	const struct party *const parties[] = { &m->township, &m->village, &m->recovery };
	m->village = make_party("village", "甲村卫生室", "430599101201", LEVEL_VILLAGE);
	m->township = make_party("township", "示范镇卫生院", "430599101", LEVEL_TOWNSHIP);
	m->recovery = make_party("recovery", "示范县卫健局", "430599", LEVEL_COUNTY);
	keys->n_box = keys->n_sign = 3;
	for (size_t i = 0; i < 3; i++) {
		memcpy(keys->box[i].pk, parties[i]->device.box_pk, CRYPTO_KEY_BYTES);
		memcpy(keys->box[i].sk, parties[i]->box_sk, CRYPTO_KEY_BYTES);
		memcpy(keys->sign[i].device, parties[i]->device.id, DEVICE_ID_BYTES);
		memcpy(keys->sign[i].pk, parties[i]->device.sign_pk, CRYPTO_SIGN_PK_BYTES);
	}
}

static void make_one(struct maker *m, const char *name, void (*make)(struct maker *))
{
	buf_clear(&m->file);
	m->written = m->n_covered = 0;
	m->n_chunks = m->n_rows = 0;
	m->n_recipients = 2;
	m->table = (struct device_table){ m->ids, 0 };
	seed(name);
	invent_begin(&m->invent, 20261122);
	memcpy(m->invent.device, m->village.device.id, DEVICE_ID_BYTES);
	make(m);
	invent_free(&m->invent);
}

/* A line of the expectations: what this version reads in it. */
static void say(struct buf *out, const char *dir, const struct dump_keys *keys, const char *name, const char *before)
{
	char path[4096], hex[2 * CRYPTO_DIGEST_BYTES + 1];
	const char *const names[] = { before, name };
	uint8_t digest[CRYPTO_DIGEST_BYTES];
	struct dump_store store = { .entries = NULL };
	struct buf said = BUF_INIT, file = BUF_INIT;
	struct error err;
	int code = 0;
	for (size_t i = 0; i < 2; i++) {
		if (!names[i])
			continue;
		snprintf(path, sizeof(path), "%s/%s.xyb", dir, names[i]);
		buf_clear(&file);
		must(file_read(path, ENVELOPE_MAX_FILE, &file, &err), &err);
		code = dump_bytes(keys, &store, span_of_buf(&file), &said, &err);
	}
	crypto_hash_data(digest, sizeof(digest), said.data, said.len_bytes, NULL);
	buf_printf(out, "%s %s %s %s\n", name, before ? before : "-", hex_encode(hex, digest, sizeof(digest)),
	           code ? err.text : "taken");
	dump_store_free(&store);
	buf_free(&said);
	buf_free(&file);
}

int main(int argc, char **argv)
{
	static struct maker m = { .sink = { put_file } };
	static const struct { const char *name, *before; void (*make)(struct maker *); } files[] = {
#define FILE_ROW(name, file, before) { file, before, make_##name },
		GOLDEN_LIST(FILE_ROW)
#undef FILE_ROW
	};
	struct dump_keys keys;
	struct buf text = BUF_INIT;
	struct error err;
	if (argc != 2 || randombytes_set_implementation(&fixed_random) || crypto_init(&err))
		return 2;
	make_keys(&m, &keys);
	dump_keys_print(&text, &keys);
	write_in(argv[1], "keys", "", &text);
	buf_clear(&text);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		make_one(&m, files[i].name, files[i].make);
		write_in(argv[1], files[i].name, ".xyb", &m.file);
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		say(&text, argv[1], &keys, files[i].name, NULL);
		if (files[i].before)
			say(&text, argv[1], &keys, files[i].name, files[i].before);
	}
	write_in(argv[1], "expected", "", &text);
	buf_free(&text);
	buf_free(&m.file);
	return 0;
}
