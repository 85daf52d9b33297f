/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sync/chunk.h"
#include "sync/keylog.h"
#include "sync/package_format.h"
#include "sync/wire.h"
#include "tests/reader/dump.h"

struct dump {
	const struct dump_keys *keys;
	struct dump_store *store;
	struct envelope *envelope;
	struct buf *out;
	struct arena arena;
	struct manifest manifest;
	struct device_table table;
	bool seen[256];
	uint64_t n_chunks, n_rows, n_rings;
};

static int refuse(struct error *err, const char *why)
{
	return error_set(err, ERR_CORRUPT, "%s", why);
}

static void put_hex(struct buf *out, const char *before, const void *bytes, size_t n)
{
	buf_printf(out, "%s", before);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%02x", ((const uint8_t *)bytes)[i]);
}

/* --- keys --- */

static bool parse_line(struct dump_keys *out, const char *line)
{
	char device[17], key[65], public[65];
	if (!*line)
		return true;
	if (out->n_box < DUMP_KEYS_MAX && sscanf(line, "box %64s %64s", key, public) == 2) {
		bool good = hex_decode(out->box[out->n_box].sk, CRYPTO_KEY_BYTES, key) &&
		            hex_decode(out->box[out->n_box].pk, CRYPTO_KEY_BYTES, public);
		out->n_box++;
		return good;
	}
	if (out->n_sign == DUMP_KEYS_MAX || sscanf(line, "sign %16s %64s", device, key) != 2)
		return false;
	bool good = hex_decode(out->sign[out->n_sign].device, DEVICE_ID_BYTES, device) &&
	            hex_decode(out->sign[out->n_sign].pk, CRYPTO_SIGN_PK_BYTES, key);
	out->n_sign++;
	return good;
}

bool dump_keys_parse(struct dump_keys *out, const char *text)
{
	char line[160];
	memset(out, 0, sizeof(*out));
	while (*text) {
		size_t n = strcspn(text, "\n");
		if (n >= sizeof(line))
			return false;
		memcpy(line, text, n);
		line[n] = '\0';
		if (!parse_line(out, line))
			return false;
		text += n + (text[n] == '\n');
	}
	return true;
}

void dump_keys_print(struct buf *out, const struct dump_keys *keys)
{
	for (size_t i = 0; i < keys->n_box; i++) {
		put_hex(out, "box ", keys->box[i].sk, CRYPTO_KEY_BYTES);
		put_hex(out, " ", keys->box[i].pk, CRYPTO_KEY_BYTES);
		buf_put(out, "\n", 1);
	}
	for (size_t i = 0; i < keys->n_sign; i++) {
		put_hex(out, "sign ", keys->sign[i].device, DEVICE_ID_BYTES);
		put_hex(out, " ", keys->sign[i].pk, CRYPTO_SIGN_PK_BYTES);
		buf_put(out, "\n", 1);
	}
}

/* --- what came before --- */

void dump_store_free(struct dump_store *store)
{
	free(store->entries);
	*store = (struct dump_store){ .entries = NULL };
}

static void store_add(struct dump_store *store, const struct dump_entry *entry)
{
	for (size_t i = 0; i < store->n; i++)
		if (!memcmp(&store->entries[i], entry, sizeof(*entry)))
			return;
	if (store->n == store->cap) {
		store->cap = store->cap ? 2 * store->cap : 64;
		store->entries = realloc(store->entries, store->cap * sizeof(*store->entries));
		if (!store->entries)
			abort();
	}
	store->entries[store->n++] = *entry;
}

static int find(void *arg, const uint8_t device[DEVICE_ID_BYTES], uint64_t seq,
                uint8_t digest[CRYPTO_DIGEST_BYTES])
{
	const struct dump *d = arg;
	size_t found = 0;
	for (size_t i = 0; i < d->store->n; i++) {
		const struct dump_entry *entry = &d->store->entries[i];
		if (entry->seq != seq || memcmp(entry->device, device, DEVICE_ID_BYTES))
			continue;
		memcpy(digest, entry->digest, CRYPTO_DIGEST_BYTES);
		found++;
	}
	return found == 1 ? 0 : ERR_NOTFOUND;
}

/* --- sections --- */

static int take_manifest(struct dump *d, struct span payload, struct error *err)
{
	int code = wire_take_manifest(payload, &d->manifest, &d->arena, err);
	if (code)
		return code;
	if (!manifest_matches(&d->manifest, envelope_head(d->envelope)))
		return refuse(err, "signed anew");
	d->table.n = d->manifest.n_devices;
	d->table.ids = arena_array(&d->arena, d->table.n + 1, sizeof(*d->table.ids));
	put_hex(d->out, "manifest epoch ", d->manifest.epoch, sizeof(d->manifest.epoch));
	buf_printf(d->out, " wall %" PRId64 " devices %zu\n", d->manifest.wall, d->manifest.n_devices);
	put_hex(d->out, "believes epoch ", d->manifest.believed_epoch, sizeof(d->manifest.believed_epoch));
	buf_printf(d->out, " serial %" PRIu64 "\n", d->manifest.believed_serial);
	for (size_t i = 0; i < d->manifest.n_devices; i++) {
		const struct manifest_device *row = &d->manifest.devices[i];
		memcpy(d->table.ids[i], row->device.id, DEVICE_ID_BYTES);
		put_hex(d->out, "device ", row->device.id, DEVICE_ID_BYTES);
		buf_printf(d->out, " covered %" PRIu64, row->covered);
		if (row->full) {
			buf_printf(d->out, " level %d", row->device.level);
			put_hex(d->out, " region ", row->device.region, strlen(row->device.region));
			put_hex(d->out, " name ", row->device.name, strlen(row->device.name));
			put_hex(d->out, " box ", row->device.box_pk, CRYPTO_KEY_BYTES);
		}
		buf_put(d->out, "\n", 1);
	}
	return 0;
}

static void put_rows(struct dump *d, const struct dump_entry *rows, size_t n, bool sure)
{
	put_hex(d->out, "chunk of ", rows[0].device, DEVICE_ID_BYTES);
	buf_printf(d->out, " rows %zu %s\n", n, sure ? "whole" : "unsure");
	for (size_t i = 0; sure && i < n; i++) {
		buf_printf(d->out, "%" PRIu64, rows[i].seq);
		put_hex(d->out, " ", rows[i].digest, CRYPTO_DIGEST_BYTES);
		buf_put(d->out, "\n", 1);
	}
	for (size_t i = 0; sure && i < n; i++)
		store_add(d->store, &rows[i]);
}

static int take_chunk(struct dump *d, struct span payload, struct error *err)
{
	struct chunk_reader *reader;
	struct buf bytes = BUF_INIT;
	struct arena arena = ARENA_INIT;
	int code = chunk_open(&reader, payload, &d->table, err);
	if (code)
		return code;
	size_t n = chunk_rows(reader);
	struct dump_entry *rows = calloc(n, sizeof(*rows));
	for (size_t i = 0; rows && i < n && !code; i++) {
		struct entry entry;
		buf_clear(&bytes);
		code = chunk_next(reader, &bytes, find, d, err);
		if (code && code != ERR_UNSURE)
			break;
		int again = entry_decode(&entry, span_of_buf(&bytes), &arena, err);
		code = again ? again : code;
		memcpy(rows[i].device, entry.device, DEVICE_ID_BYTES);
		rows[i].seq = entry.seq;
		entry_digest(rows[i].digest, span_of_buf(&bytes));
		arena_reset(&arena);
	}
	d->n_chunks++;
	d->n_rows += n;
	if (rows && (!code || code == ERR_UNSURE)) {
		put_rows(d, rows, n, !code);
		code = 0;
	}
	free(rows);
	arena_free(&arena);
	buf_free(&bytes);
	chunk_close(reader);
	return code;
}

static int take_certificate(struct dump *d, struct span payload, struct error *err)
{
	struct store_device upper, own;
	if (!wire_take_device(&payload, &upper) || !wire_take_device(&payload, &own))
		return refuse(err, "a malformed certificate");
	put_hex(d->out, "certificate of ", upper.id, DEVICE_ID_BYTES);
	put_hex(d->out, " for ", own.id, DEVICE_ID_BYTES);
	put_hex(d->out, " name ", own.name, strlen(own.name));
	buf_put(d->out, "\n", 1);
	return 0;
}

static void put_vector(struct buf *out, const struct receipt_device *row)
{
	put_hex(out, "vector ", row->id, DEVICE_ID_BYTES);
	buf_printf(out, " prefix %" PRIu64 " highest %" PRIu64, row->prefix, row->max);
	put_hex(out, " head ", row->head, CRYPTO_HASH_BYTES);
	buf_printf(out, " more %d\n", row->more_forks);
	for (size_t i = 0; i < row->n_ranges; i++) {
		buf_printf(out, "range %" PRIu64 " %" PRIu64, row->ranges[i].range.first, row->ranges[i].range.last);
		put_hex(out, " ", row->ranges[i].hash, CRYPTO_DIGEST_BYTES);
		buf_put(out, "\n", 1);
	}
	for (size_t i = 0; i < row->n_forks; i++) {
		buf_printf(out, "fork %" PRIu64, row->forks[i].seq);
		put_hex(out, " ", row->forks[i].digest, CRYPTO_DIGEST_BYTES);
		buf_put(out, "\n", 1);
	}
}

static int take_receipt(struct dump *d, struct span payload, struct error *err)
{
	struct receipt receipt;
	int code = wire_take_receipt(payload, &receipt, &d->arena, err);
	if (code)
		return code;
	put_hex(d->out, "receipt epoch ", receipt.epoch, sizeof(receipt.epoch));
	buf_printf(d->out, " serial %" PRIu64 " wall %" PRId64 " offset %" PRId64 " devices %zu held %" PRIu64 " %" PRIu64 "\n",
	           receipt.serial, receipt.wall, receipt.clock_offset_s, receipt.n_devices, receipt.n_quarantined,
	           receipt.n_waiting);
	for (size_t i = 0; i < receipt.n_devices; i++)
		put_vector(d->out, &receipt.devices[i]);
	for (size_t i = 0; i < receipt.n_notes; i++) {
		const struct receipt_note *note = &receipt.notes[i];
		buf_printf(d->out, "note %zu %" PRIu64 " %d ", note->device, note->seq, note->waiting);
		put_hex(d->out, "", note->reason, strlen(note->reason));
		buf_put(d->out, "\n", 1);
	}
	return 0;
}

static int put_table(void *arg, enum package_kind kind, struct span name, struct span bytes, struct error *err)
{
	struct buf *out = arg;
	uint8_t hash[CRYPTO_DIGEST_BYTES];
	(void)err;
	crypto_hash_data(hash, sizeof(hash), bytes.data, bytes.len_bytes, NULL);
	buf_printf(out, "table %d", (int)kind);
	put_hex(out, " ", name.data, name.len_bytes);
	put_hex(out, " ", hash, sizeof(hash));
	buf_put(out, "\n", 1);
	return 0;
}

static int take_package(struct dump *d, struct span payload, struct error *err)
{
	struct buf tables = BUF_INIT;
	uint64_t number;
	if (!package_peek(payload, &number))
		return refuse(err, "a package without a number");
	int code = package_each(payload, put_table, &tables, err);
	size_t n = 0;
	for (size_t i = 0; i < tables.len_bytes; i++)
		n += tables.data[i] == '\n';
	buf_printf(d->out, "package %" PRIu64 " tables %zu\n", number, n);
	buf_put(d->out, tables.data, tables.len_bytes);
	buf_free(&tables);
	return code;
}

static int take_keyring(struct dump *d, struct span payload, struct error *err)
{
	struct keylog log;
	int code = keylog_parse(&log, payload, &d->arena, err);
	if (code)
		return code;
	buf_printf(d->out, "keyring %" PRIu64 " records %zu %s\n", log.number, log.n,
	           keylog_verify(&log, err) ? "unproved" : "proved");
	for (size_t i = 0; i < log.n; i++) {
		buf_printf(d->out, "record %" PRIu64 " %d ", log.records[i].number, log.records[i].type);
		put_hex(d->out, "", log.records[i].issuer, DEVICE_ID_BYTES);
		put_hex(d->out, " ", log.records[i].digest, CRYPTO_DIGEST_BYTES);
		buf_put(d->out, "\n", 1);
	}
	return ++d->n_rings > 2 ? refuse(err, "too many keyrings") : 0;
}

static int take_signature(struct dump *d, struct span payload)
{
	uint8_t hash[CRYPTO_DIGEST_BYTES];
	crypto_hash_data(hash, sizeof(hash), payload.data, payload.len_bytes, NULL);
	put_hex(d->out, "signature ", hash, sizeof(hash));
	buf_put(d->out, "\n", 1);
	return 0;
}

static int take_end(struct dump *d, struct span payload, struct error *err)
{
	uint64_t chunks, rows;
	uint8_t last;
	if (envelope_head(d->envelope)->kind != ENVELOPE_ENTRIES) {
		buf_printf(d->out, "end\n");
		return 0;
	}
	if (!span_varint(&payload, &chunks) || !span_varint(&payload, &rows) || !span_u8(&payload, &last) ||
	    chunks != d->n_chunks || rows != d->n_rows)
		return refuse(err, "not all that was announced");
	buf_printf(d->out, "end last %d\n", last);
	return 0;
}

static int take_section(void *arg, uint8_t type, struct span payload, struct error *err)
{
	struct dump *d = arg;
	if (!d->seen[SECTION_MANIFEST] && type != SECTION_MANIFEST)
		return refuse(err, "no manifest in front");
	if (d->seen[type] && type != SECTION_CHUNK && type != SECTION_KEYRING && type != SECTION_END)
		return refuse(err, "a section twice");
	d->seen[type] = true;
	switch (type) {
	case SECTION_MANIFEST: return take_manifest(d, payload, err);
	case SECTION_CERTIFICATE: return take_certificate(d, payload, err);
	case SECTION_RECEIPT: return take_receipt(d, payload, err);
	case SECTION_CHUNK: return take_chunk(d, payload, err);
	case SECTION_KEYRING: return take_keyring(d, payload, err);
	case SECTION_PACKAGE_SIGNATURE: return take_signature(d, payload);
	case SECTION_PACKAGE: return take_package(d, payload, err);
	default: return take_end(d, payload, err);
	}
}

/* --- files --- */

static int check_sender(struct dump *d, struct error *err)
{
	const struct envelope_head *head = envelope_head(d->envelope);
	int code = refuse(err, "a stranger");
	for (size_t i = 0; i < d->keys->n_sign; i++)
		if (!memcmp(d->keys->sign[i].device, head->sender, DEVICE_ID_BYTES))
			code = envelope_verify(d->envelope, d->keys->sign[i].pk, err);
	if (code)
		return code;
	for (size_t i = 0; i < d->keys->n_box; i++)
		if (!(code = envelope_unseal(d->envelope, d->keys->box[i].pk, d->keys->box[i].sk, err)))
			return 0;
	return refuse(err, "sealed for another recipient");
}

static void put_head(struct dump *d)
{
	const struct envelope_head *head = envelope_head(d->envelope);
	buf_printf(d->out, "bundle kind %d part %d", head->kind, head->part);
	put_hex(d->out, " from ", head->sender, DEVICE_ID_BYTES);
	put_hex(d->out, " to ", head->recipient, DEVICE_ID_BYTES);
	put_hex(d->out, " id ", head->bundle_id, BUNDLE_ID_BYTES);
	buf_printf(d->out, " recipients %zu frames %" PRIu64 "\n", envelope_recipients(d->envelope),
	           envelope_frames(d->envelope));
}

int dump_bundle(const struct dump_keys *keys, struct dump_store *store, int fd, struct buf *out, struct error *err)
{
	struct dump d = { .keys = keys, .store = store, .out = out };
	size_t before = out->len_bytes;
	int code = envelope_open(&d.envelope, fd, err);
	if (!code && !(code = check_sender(&d, err))) {
		put_head(&d);
		code = envelope_sections(d.envelope, take_section, &d, err);
		envelope_close(d.envelope);
	} else if (d.envelope) {
		envelope_close(d.envelope);
	}
	arena_free(&d.arena);
	if (code) {
		out->len_bytes = before;
		buf_printf(out, "refused\n");
	}
	return code;
}

int dump_bytes(const struct dump_keys *keys, struct dump_store *store, struct span file, struct buf *out,
               struct error *err)
{
	int fd = memfd_create("bundle", MFD_CLOEXEC);
	if (fd < 0 || (file.len_bytes && write(fd, file.data, file.len_bytes) != (ssize_t)file.len_bytes))
		abort();
	int code = dump_bundle(keys, store, fd, out, err);
	close(fd);
	return code;
}
