/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random bundles and answers for the second reader: random SEED COUNT writes to standard output the keys, then
 * each file and what the reader in C said of it (dump.h), every piece with its length (u32) in front. About half of the
 * files are damaged before they are signed, most of them in the columns, where no checksum helps.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/deflate.h"
#include "sync/chunk.h"
#include "sync/chunk_format.h"
#include "sync/wire.h"
#include "tests/reader/dump.h"
#include "tests/reader/ring.h"
#include "tests/sync/invent.h"

enum { SECTIONS_MAX = 12, DEVICES_MAX = 16, CHUNKS_MAX = 3 };

struct section { uint8_t type; struct buf bytes; };

struct maker {
	struct envelope_sink sink;
	struct buf file;
	struct invent invent;
	struct section sections[SECTIONS_MAX];
	size_t n_sections;
	uint8_t ids[DEVICES_MAX][DEVICE_ID_BYTES];
	struct device_table table;
	size_t written; /* rows of earlier chunks */
	struct dump_keys keys;
	uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES];
	struct envelope_head head;
};

static void must(int code, const struct error *err)
{
	if (code) {
		fprintf(stderr, "%s\n", err->text);
		exit(1);
	}
}

static uint64_t draw(struct maker *m, uint64_t below)
{
	return invent_draw(&m->invent, below);
}

static void draw_bytes(struct maker *m, void *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((uint8_t *)out)[i] = (uint8_t)draw(m, 256);
}

static struct buf *add_section(struct maker *m, uint8_t type)
{
	struct section *section = &m->sections[m->n_sections++];
	*section = (struct section){ .type = type, .bytes = BUF_INIT };
	return &section->bytes;
}

/* --- entries --- */

/* Texts at the edges of what columns take for numbers, dates and words. */
static const char *const ODD[] = {
	"", "0", "-0", "-1", "007", "0.0", "12.50", "-3.25", ".5", "5.", "1e5", "+1", "99999999999999999", "123456789012345678",
	"-99999999999999999", "0.123456789", "0.1234567890", "0001-01-01", "9999-12-31", "2024-02-29", "2023-02-29", "1970-01-01",
	"2026-11-22", "1800-13-01", "=cmd|' /C calc'!A0", "'; DROP TABLE resident; --", "\342\200\256abc", "\033[2J", "\n", "张\t三",
	"\360\240\234\216\360\240\234\261", "NaN", "9999999999",
};

static void add_odd(struct maker *m)
{
	enum { FIELDS = 5 };
	struct entry_field fields[FIELDS];
	struct entry entry = { .operator_name = "doctor", .form = "resident", .fields = fields };
	uint32_t tag = 0;
	entry.n_fields = draw(m, FIELDS + 1);
	for (size_t i = 0; i < entry.n_fields; i++) {
		const char *text = ODD[draw(m, draw(m, 3) ? sizeof(ODD) / sizeof(*ODD) : 4)];
		tag += 1 + (uint32_t)draw(m, 2);
		fields[i] = (struct entry_field){ .tag = tag, .kind = ENTRY_TEXT, .value = span_of(text, strlen(text)) };
	}
	if (!draw(m, 20))
		m->invent.wall = (int64_t)((uint64_t)1 << draw(m, 64)); /* of which the last is the lowest there is */
	invent_add(&m->invent, &entry);
}

static void add_rows(struct maker *m, size_t n)
{
	int way = (int)draw(m, n < CHUNK_SPLIT_ROWS ? 4 : 2); /* columns long enough for a stream of their own, or not */
	for (size_t i = 0; i < n; i++) {
		if (way == 0 && m->invent.n)
			invent_visit(&m->invent, draw(m, m->invent.n));
		else if (way == 0)
			invent_resident(&m->invent);
		else if (way == 1)
			add_odd(m);
		else
			invent_any(&m->invent);
	}
}

static int note_device(void *arg, const uint8_t id[DEVICE_ID_BYTES])
{
	struct maker *m = arg;
	if (device_table_find(&m->table, id) < 0 && m->table.n < DEVICES_MAX)
		memcpy(m->ids[m->table.n++], id, DEVICE_ID_BYTES);
	return 0;
}

/* An entry of an earlier chunk, alone under its number; now and then a writer is wrong about that. */
static bool is_known(void *arg, const struct version *version)
{
	struct maker *m = arg;
	size_t found = 0;
	bool same = false;
	for (size_t i = 0; i < m->invent.n; i++) {
		if (m->invent.versions[i].seq != version->seq || memcmp(version->device, m->invent.device, DEVICE_ID_BYTES))
			continue;
		found++;
		same = i < m->written && !memcmp(m->invent.versions[i].digest, version->digest, CRYPTO_DIGEST_BYTES);
	}
	return (found == 1 && same) || !draw(m, 200);
}

static void put_chunk(struct maker *m, size_t end)
{
	size_t n = end - m->written;
	struct span *rows = calloc(n, sizeof(*rows));
	struct error err;
	for (size_t i = 0; rows && i < n; i++)
		rows[i] = invent_row(&m->invent, m->written + i);
	must(chunk_encode(add_section(m, SECTION_CHUNK), rows, n, &m->table, is_known, m, &err), &err);
	free(rows);
	m->written = end;
}

/* --- manifests and answers --- */

static struct store_device draw_device(struct maker *m)
{
	static const char *const NAMES[] = { "甲村卫生室", "B", "", "示范镇卫生院" };
	struct store_device device = { .level = (enum level)draw(m, LEVEL_N) };
	uint8_t in[CRYPTO_SIGN_PK_BYTES + 8], hash[CRYPTO_DIGEST_BYTES];
	draw_bytes(m, in, sizeof(in));
	draw_bytes(m, device.box_pk, CRYPTO_KEY_BYTES);
	memcpy(device.sign_pk, in, CRYPTO_SIGN_PK_BYTES);
	memcpy(device.incarnation, in + CRYPTO_SIGN_PK_BYTES, 8);
	crypto_hash_data(hash, sizeof(hash), in, sizeof(in), NULL);
	memcpy(device.id, hash, DEVICE_ID_BYTES);
	snprintf(device.region, sizeof(device.region), "%.*s", 4 + (int)draw(m, 9), "430599101201");
	snprintf(device.name, sizeof(device.name), "%s", NAMES[draw(m, 4)]);
	return device;
}

static void put_manifest(struct maker *m)
{
	struct manifest_device devices[DEVICES_MAX] = { { .covered = 0 } };
	struct manifest manifest = { .kind = m->head.kind, .wall = (int64_t)draw(m, 1 << 30) - 1000, .devices = devices };
	memcpy(manifest.sender, m->head.sender, DEVICE_ID_BYTES);
	memcpy(manifest.recipient, m->head.recipient, DEVICE_ID_BYTES);
	memcpy(manifest.bundle_id, m->head.bundle_id, BUNDLE_ID_BYTES);
	draw_bytes(m, manifest.epoch, sizeof(manifest.epoch));
	draw_bytes(m, manifest.believed_epoch, sizeof(manifest.believed_epoch));
	manifest.believed_serial = draw(m, 100000);
	for (size_t i = 0; i < m->table.n; i++, manifest.n_devices++) {
		memcpy(devices[i].device.id, m->ids[i], DEVICE_ID_BYTES);
		devices[i].covered = draw(m, 1000);
	}
	while (manifest.n_devices < DEVICES_MAX && draw(m, 3) == 0)
		devices[manifest.n_devices++] = (struct manifest_device){ .device = draw_device(m), .full = true };
	wire_put_manifest(add_section(m, SECTION_MANIFEST), &manifest);
}

static void put_receipt(struct maker *m)
{
	struct receipt_range ranges[3];
	struct receipt_fork forks[3];
	struct receipt_device devices[3];
	struct receipt_note notes[3];
	struct receipt receipt = { .serial = draw(m, 99), .wall = (int64_t)draw(m, 1 << 30), .devices = devices,
		                   .clock_offset_s = (int64_t)draw(m, 999) - 500, .n_devices = draw(m, 4), .notes = notes,
		                   .n_quarantined = draw(m, 3), .n_waiting = draw(m, 3) };
	uint64_t last;
	draw_bytes(m, receipt.epoch, sizeof(receipt.epoch));
	for (size_t i = 0; i < receipt.n_devices; i++) {
		struct receipt_device *d = &devices[i];
		*d = (struct receipt_device){ .prefix = last = draw(m, 1000), .ranges = ranges, .n_ranges = draw(m, 4),
			                      .forks = forks, .n_forks = draw(m, 4), .more_forks = draw(m, 2) };
		draw_bytes(m, d->id, DEVICE_ID_BYTES);
		draw_bytes(m, d->head, CRYPTO_HASH_BYTES);
		for (size_t r = 0; r < 3; r++) {
			ranges[r].range.first = last + 1 + draw(m, 9);
			ranges[r].range.last = last = ranges[r].range.first + draw(m, 9);
			draw_bytes(m, ranges[r].hash, CRYPTO_DIGEST_BYTES);
			forks[r].seq = r ? forks[r - 1].seq + draw(m, 3) : draw(m, 100);
			draw_bytes(m, forks[r].digest, CRYPTO_DIGEST_BYTES);
		}
		d->max = last + draw(m, 5);
	}
	for (size_t i = 0; receipt.n_devices && i < draw(m, 4); i++)
		notes[receipt.n_notes++] = (struct receipt_note){ .device = draw(m, receipt.n_devices),
			.seq = draw(m, 999), .waiting = draw(m, 2), .reason = "not-yours" };
	wire_put_receipt(add_section(m, SECTION_RECEIPT), &receipt);
}

static void put_package(struct maker *m)
{
	struct buf plain = BUF_INIT, *out = add_section(m, SECTION_PACKAGE);
	struct error err;
	size_t n = 1 + draw(m, 4);
	buf_put_varint(&plain, n);
	for (size_t i = 0; i < n; i++) {
		char name[8];
		snprintf(name, sizeof(name), "t_%d", (int)draw(m, 20));
		buf_put_u8(&plain, (uint8_t)draw(m, 3));
		buf_put_text(&plain, name);
		buf_put_text(&plain, ODD[draw(m, 20)]);
	}
	buf_put_varint(out, draw(m, 50) ? 2026112201 : 0);
	must(deflate_bytes(out, span_of_buf(&plain), span_of(NULL, 0), DEFLATE_DEFAULT, &err), &err);
	buf_free(&plain);
}

/* A keyring whose records are in order, or one of them is not. */
static void put_keyring(struct maker *m)
{
	struct store_device owner = draw_device(m), later = draw_device(m), below = draw_device(m);
	uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES], in[CRYPTO_SIGN_PK_BYTES + 8], hash[CRYPTO_DIGEST_BYTES];
	struct ring ring = { .records = BUF_INIT };
	owner.level = draw(m, 9) ? LEVEL_TOWNSHIP : LEVEL_VILLAGE;
	crypto_sign_keys(owner.sign_pk, sign_sk);
	memcpy(in, owner.sign_pk, CRYPTO_SIGN_PK_BYTES);
	memcpy(in + CRYPTO_SIGN_PK_BYTES, owner.incarnation, 8);
	crypto_hash_data(hash, sizeof(hash), in, sizeof(in), NULL);
	memcpy(owner.id, hash, DEVICE_ID_BYTES);
	if (draw(m, 9)) {
		snprintf(owner.region, sizeof(owner.region), "4305");
		below.level = LEVEL_VILLAGE;
	}
	ring_certify(&ring, owner.id, sign_sk, &owner);
	if (draw(m, 2))
		ring_certify(&ring, owner.id, sign_sk, &below);
	if (!draw(m, 5))
		ring.before[0] ^= 1;
	if (!draw(m, 5))
		sign_sk[0] ^= 1;
	if (draw(m, 2))
		ring_rest(&ring, draw(m, 9) ? owner.id : below.id, sign_sk, draw(m, 3) ? &below : &owner);
	later.level = owner.level;
	memcpy(later.region, owner.region, sizeof(later.region));
	if (draw(m, 2))
		ring_certify(&ring, draw(m, 9) ? owner.id : later.id, sign_sk, &later);
	ring_put(add_section(m, SECTION_KEYRING), &ring);
}

static void make_entries(struct maker *m)
{
	size_t ends[CHUNKS_MAX], n = 1 + draw(m, CHUNKS_MAX), rows = 0;
	struct arena arena = ARENA_INIT;
	struct error err;
	for (size_t i = 0; i < n; i++) {
		add_rows(m, !draw(m, 300) ? CHUNK_SPLIT_ROWS + draw(m, 50) : 1 + draw(m, draw(m, 6) ? 12 : 60));
		ends[i] = m->invent.n;
	}
	for (size_t i = 0; i < m->invent.n; i++)
		must(chunk_devices_each(invent_row(&m->invent, i), &arena, note_device, m, &err), &err);
	arena_free(&arena);
	put_manifest(m);
	for (size_t i = 0; i < n; i++) {
		rows = ends[i];
		put_chunk(m, rows);
	}
	struct buf *end = add_section(m, SECTION_END);
	buf_put_varint(end, n);
	buf_put_varint(end, rows);
	buf_put_u8(end, (uint8_t)draw(m, 2));
}

static void make_answer(struct maker *m)
{
	put_manifest(m);
	if (draw(m, 2)) {
		struct store_device upper = draw_device(m), own = draw_device(m);
		struct buf *bytes = add_section(m, SECTION_CERTIFICATE);
		wire_put_device(bytes, &upper);
		wire_put_device(bytes, &own);
	}
	if (draw(m, 5))
		put_receipt(m);
	for (uint64_t i = draw(m, 3); i; i--)
		put_keyring(m);
	if (!draw(m, 3))
		put_package(m);
	if (!draw(m, 5))
		buf_put_text(add_section(m, SECTION_PACKAGE_SIGNATURE), "untrusted comment");
	if (!draw(m, 5))
		buf_put_text(add_section(m, draw(m, 9) ? 0x33 : 0xb3), "of a newer version");
	add_section(m, SECTION_END);
}

/* --- damage --- */

static void damage(struct maker *m, struct buf *bytes)
{
	static const uint8_t LIKED[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 0x7f, 0x80, 0xff };
	size_t n = bytes->len_bytes, at = n ? draw(m, n) : 0;
	uint8_t byte = draw(m, 2) ? LIKED[draw(m, sizeof(LIKED))] : (uint8_t)draw(m, 256);
	if (!n)
		return;
	switch (draw(m, 8)) {
	case 0:
		bytes->len_bytes = at;
		break;
	case 1:
		memmove(bytes->data + at, bytes->data + at + 1, n - at - 1);
		bytes->len_bytes--;
		break;
	case 2:
		buf_put_u8(bytes, 0);
		memmove(bytes->data + at + 1, bytes->data + at, n - at);
		bytes->data[at] = byte;
		break;
	case 3:
		bytes->data[at] ^= (uint8_t)(1 << draw(m, 8));
		break;
	default:
		bytes->data[at] = byte;
	}
}

/* A chunk's columns as they are before they are deflated, damaged, in a chunk that is not deflated at all. */
static void damage_columns(struct maker *m, struct buf *payload)
{
	struct span in = span_of_buf(payload), root, name, dictionary = { NULL, 0 };
	struct buf raw = BUF_INIT, out = BUF_INIT;
	struct error err;
	uint64_t n, device, raw_bytes;
	uint8_t flags;
	if (!span_varint(&in, &n) || !span_u8(&in, &flags) || flags & CHUNK_SPLIT || !span_varint(&in, &device) ||
	    !span_take(&in, CRYPTO_DIGEST_BYTES, &root) ||
	    (flags & CHUNK_PRESET && (!span_take(&in, CHUNK_DICTIONARY_BYTES, &name) ||
	                              !chunk_dictionary(get_u32_be(name.data), &dictionary))) ||
	    !span_varint(&in, &raw_bytes)) {
		damage(m, payload);
		return;
	}
	if (!(flags & CHUNK_DEFLATED))
		buf_put(&raw, in.data, in.len_bytes);
	else
		must(inflate_bytes(&raw, in, dictionary, CHUNK_MAX_RAW, &err), &err);
	for (uint64_t times = 1 + draw(m, 2); times; times--)
		damage(m, &raw);
	buf_put_varint(&out, n);
	buf_put_u8(&out, 0);
	buf_put_varint(&out, device);
	buf_put(&out, root.data, root.len_bytes);
	buf_put_varint(&out, raw.len_bytes);
	buf_put(&out, raw.data, raw.len_bytes);
	buf_free(&raw);
	buf_free(payload);
	*payload = out;
}

static void damage_sections(struct maker *m)
{
	struct section *section = &m->sections[draw(m, m->n_sections)];
	if (section->type == SECTION_CHUNK && draw(m, 4))
		damage_columns(m, &section->bytes);
	else
		damage(m, &section->bytes);
}

/* --- files --- */

static int put_file(struct envelope_sink *sink, const void *bytes, size_t n, struct error *err)
{
	(void)err;
	buf_put(&((struct maker *)sink)->file, bytes, n);
	return 0;
}

static void write_file(struct maker *m)
{
	struct envelope_writer *writer;
	struct error err;
	uint8_t hash[CRYPTO_HASH_BYTES], recipients[2][CRYPTO_KEY_BYTES];
	size_t first = draw(m, 2); /* nobody may be named twice */
	for (size_t i = 0; i < 2; i++)
		memcpy(recipients[i], m->keys.box[(first + i) % 2].pk, CRYPTO_KEY_BYTES);
	must(envelope_begin(&writer, &m->head, (const uint8_t (*)[CRYPTO_KEY_BYTES])recipients, 1 + draw(m, 2), &m->sink,
	                    &err), &err);
	for (size_t i = 0; i < m->n_sections; i++)
		must(envelope_section(writer, m->sections[i].type, span_of_buf(&m->sections[i].bytes), &err), &err);
	must(envelope_end(writer, m->sign_sk, hash, &err), &err);
	envelope_writer_free(writer);
}

static void make_file(struct maker *m, uint64_t seed)
{
	invent_begin(&m->invent, seed);
	m->n_sections = m->written = 0;
	m->table = (struct device_table){ m->ids, 0 };
	m->head.kind = draw(m, 4) ? ENVELOPE_ENTRIES : ENVELOPE_ANSWER;
	m->head.part = (uint16_t)draw(m, 4);
	draw_bytes(m, m->head.bundle_id, BUNDLE_ID_BYTES);
	m->file = (struct buf)BUF_INIT;
	if (m->head.kind == ENVELOPE_ENTRIES)
		make_entries(m);
	else
		make_answer(m);
	int harm = (int)draw(m, 20);
	if (harm < 9)
		damage_sections(m);
	write_file(m);
	if (harm == 19)
		damage(m, &m->file);
	for (size_t i = 0; i < m->n_sections; i++)
		buf_free(&m->sections[i].bytes);
	invent_free(&m->invent);
}

static void put_piece(const struct buf *bytes)
{
	uint8_t n[4];
	put_u32_be(n, (uint32_t)bytes->len_bytes);
	fwrite(n, 1, sizeof(n), stdout);
	fwrite(bytes->data, 1, bytes->len_bytes, stdout);
}

static void make_keys(struct maker *m)
{
	struct buf text = BUF_INIT;
	m->keys.n_box = 2;
	m->keys.n_sign = 1;
	for (size_t i = 0; i < 2; i++)
		crypto_box_keys(m->keys.box[i].pk, m->keys.box[i].sk);
	crypto_sign_keys(m->keys.sign[0].pk, m->sign_sk);
	memcpy(m->keys.sign[0].device, "a sender", DEVICE_ID_BYTES);
	memcpy(m->head.sender, "a sender", DEVICE_ID_BYTES);
	memcpy(m->head.recipient, "a reader", DEVICE_ID_BYTES);
	dump_keys_print(&text, &m->keys);
	put_piece(&text);
	buf_free(&text);
}

int main(int argc, char **argv)
{
	static struct maker m = { .sink = { put_file } };
	struct error err;
	if (argc != 3 || crypto_init(&err))
		return 2;
	make_keys(&m);
	for (unsigned long long seed = strtoull(argv[1], NULL, 10), i = 0; i < strtoull(argv[2], NULL, 10); i++) {
		struct dump_store store = { .entries = NULL };
		struct buf said = BUF_INIT;
		make_file(&m, seed + i);
		dump_bytes(&m.keys, &store, span_of_buf(&m.file), &said, &err);
		put_piece(&m.file);
		put_piece(&said);
		dump_store_free(&store);
		buf_free(&said);
		buf_free(&m.file);
	}
	return fflush(stdout) || ferror(stdout);
}
