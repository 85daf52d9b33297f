/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the last receipt does not cover, as bundles on a stick. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lib/date.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/chunk.h"
#include "sync/coverage.h"
#include "sync/export.h"
#include "sync/keys.h"
#include "sync/renew.h"
#include "sync/stick.h"

struct exporter {
	struct store *store;
	struct self self;
	struct store_device upper;
	struct arena arena;
	struct coverage coverage;
	struct device_table table;
	struct manifest_device *manifest_devices;
	uint8_t recipients[KEYS_RECIPIENTS][CRYPTO_KEY_BYTES];
	size_t n_recipients;
	struct span keyring; /* its own, of a place that keeps one */
	char folder[SYNC_PATH_BYTES];
	struct progress *progress;
	struct export_report *report;
	struct error *err;
	/* the file that is being written */
	struct stick_writer *stick;
	struct envelope_writer *envelope;
	uint64_t part_bytes;
	uint16_t part;
	uint64_t part_chunks, part_rows;
	struct seq_range *included; /* by device number: what this file holds so far */
	uint64_t done;
};

static int no_memory(struct exporter *x)
{
	return error_set(x->err, ERR_NOMEM, _("out of memory"));
}

/* --- the table of devices --- */

static int build_table(struct exporter *x)
{
	size_t n = 0;
	while (store_device_at(x->store, n))
		n++;
	x->table.ids = arena_array(&x->arena, n + 1, sizeof(*x->table.ids));
	x->manifest_devices = arena_array(&x->arena, n + 1, sizeof(*x->manifest_devices));
	x->included = arena_array(&x->arena, n + 1, sizeof(*x->included));
	if (!x->table.ids || !x->manifest_devices || !x->included)
		return no_memory(x);
	if (n > WIRE_MAX_DEVICES)
		return error_set(x->err, ERR_LIMIT, _("too many installations for one bundle"));
	for (size_t i = 0; i < n; i++) {
		const struct store_device *device = store_device_at(x->store, i);
		struct manifest_device *row = &x->manifest_devices[i];
		row->device = *device;
		memcpy(x->table.ids[i], device->id, DEVICE_ID_BYTES);
		for (size_t c = 0; c < x->coverage.n_devices; c++) {
			const struct coverage_device *cover = &x->coverage.devices[c];
			if (memcmp(cover->vector->device, device->id, DEVICE_ID_BYTES))
				continue;
			row->covered = cover->prefix;
			/* an earlier life of this place that the level above does not know yet */
			row->full = !device->self && !cover->receipt && *device->region;
		}
	}
	x->table.n = n;
	return 0;
}

/* --- parts --- */

static int begin_part(struct exporter *x)
{
	struct envelope_head head = { .kind = ENVELOPE_ENTRIES, .part = ++x->part };
	struct manifest manifest = { .kind = ENVELOPE_ENTRIES, .wall = date_now_seconds(),
		                     .devices = x->manifest_devices, .n_devices = x->table.n };
	struct buf bytes = BUF_INIT;
	int code = stick_begin(&x->stick, x->folder, "XYB", x->err);
	if (code)
		return code;
	memcpy(head.sender, x->self.info.self.id, DEVICE_ID_BYTES);
	memcpy(head.recipient, x->upper.id, DEVICE_ID_BYTES);
	crypto_random(head.bundle_id, sizeof(head.bundle_id));
	memcpy(manifest.sender, head.sender, DEVICE_ID_BYTES);
	memcpy(manifest.recipient, head.recipient, DEVICE_ID_BYTES);
	memcpy(manifest.bundle_id, head.bundle_id, BUNDLE_ID_BYTES);
	memcpy(manifest.epoch, x->self.info.epoch, sizeof(manifest.epoch));
	memset(x->included, 0, x->table.n * sizeof(*x->included));
	x->part_chunks = x->part_rows = 0;
	wire_put_manifest(&bytes, &manifest);
	code = envelope_begin(&x->envelope, &head, (const uint8_t (*)[CRYPTO_KEY_BYTES])x->recipients,
	                      x->n_recipients, stick_sink(x->stick), x->err);
	if (!code)
		code = envelope_section(x->envelope, SECTION_MANIFEST, span_of_buf(&bytes), x->err);
	if (!code && x->keyring.len_bytes)
		code = envelope_section(x->envelope, SECTION_KEYRING, x->keyring, x->err);
	if (!code && bytes.failed)
		code = no_memory(x);
	buf_free(&bytes);
	return code;
}

static void drop_part(struct exporter *x)
{
	envelope_writer_free(x->envelope);
	stick_end(x->stick);
	x->envelope = NULL;
	x->stick = NULL;
}

static int end_part(struct exporter *x, bool last)
{
	uint8_t hash[CRYPTO_HASH_BYTES];
	struct buf bytes = BUF_INIT;
	buf_put_varint(&bytes, x->part_chunks);
	buf_put_varint(&bytes, x->part_rows);
	buf_put_u8(&bytes, last);
	int code = envelope_section(x->envelope, SECTION_END, span_of_buf(&bytes), x->err);
	if (!code && bytes.failed)
		code = no_memory(x);
	if (!code && !(code = envelope_end(x->envelope, x->self.sign_sk, hash, x->err)) &&
	    !(code = stick_sync(x->stick, x->err))) {
		x->report->bytes += envelope_written(x->envelope);
		code = stick_commit(x->stick, x->report->path, x->err);
	}
	if (!code)
		x->report->files++;
	buf_free(&bytes);
	drop_part(x);
	return code;
}

/* --- chunks --- */

struct gathered {
	struct arena arena; /* has the entries */
	struct chunk_row rows[CHUNK_MAX_ROWS];
	size_t n, n_bytes;
	uint64_t first_seq, last_seq;
};

/* About the canonical bytes of an entry. */
static size_t entry_size(const struct entry *entry)
{
	enum { HEAD_BYTES = 74, FIELD_BYTES = 4, BASE_BYTES = DEVICE_ID_BYTES + 4 + CRYPTO_DIGEST_BYTES };
	size_t n_bytes = HEAD_BYTES + entry->extensions.len_bytes;
	for (size_t i = 0; i < entry->n_fields; i++)
		n_bytes += FIELD_BYTES + entry->fields[i].value.len_bytes + BASE_BYTES * entry->fields[i].n_bases;
	return n_bytes;
}

/* Take entries up to the limits, but never only some of those under one number. */
static bool gather(void *arg, const struct version *version, const struct whole_entry *whole)
{
	struct gathered *rows = arg;
	size_t n_bytes = entry_size(whole->entry);
	bool full = rows->n == CHUNK_MAX_ROWS || rows->n_bytes + n_bytes > CHUNK_MAX_CANONICAL;
	if (rows->n && full && (version->seq != rows->last_seq || rows->n == CHUNK_MAX_ROWS))
		return false;
	rows->n_bytes += n_bytes;
	rows->rows[rows->n++] = (struct chunk_row){ whole->entry, whole->digest };
	rows->first_seq = rows->n == 1 ? version->seq : rows->first_seq;
	rows->last_seq = version->seq;
	return true;
}

/* Whether the reader of this file will find the digest by the number alone. */
static bool reader_knows(void *arg, const struct version *version)
{
	struct exporter *x = arg;
	uint8_t digest[CRYPTO_DIGEST_BYTES];
	if (coverage_has(&x->coverage, version))
		return true;
	int number = device_table_find(&x->table, version->device);
	if (number < 0 || version->seq < x->included[number].first ||
	    version->seq > x->included[number].last)
		return false;
	for (size_t c = 0; c < x->coverage.n_devices; c++) {
		const struct coverage_device *cover = &x->coverage.devices[c];
		if (!memcmp(cover->vector->device, version->device, DEVICE_ID_BYTES) &&
		    (cover->twin || (cover->receipt && (cover->receipt->n_forks || cover->receipt->more_forks))))
			return false;
	}
	return !store_digest_of(x->store, version->device, version->seq, digest, NULL) &&
	       !memcmp(digest, version->digest, CRYPTO_DIGEST_BYTES);
}

static int find_own(void *arg, const uint8_t device[DEVICE_ID_BYTES], uint64_t seq,
                    uint8_t digest[CRYPTO_DIGEST_BYTES])
{
	struct exporter *x = arg;
	return store_digest_of(x->store, device, seq, digest, NULL);
}

/* Rebuild every entry from the chunk and compare: a fault of the codec must not leave this machine. */
static int check_chunk(struct exporter *x, struct span payload, const struct gathered *rows)
{
	struct chunk_reader *reader;
	struct buf rebuilt = BUF_INIT;
	int code = chunk_open(&reader, payload, &x->table, x->err);
	if (code)
		return code;
	for (size_t i = 0; !code && i < rows->n; i++) {
		buf_clear(&rebuilt);
		code = chunk_next(reader, &rebuilt, find_own, x, x->err);
		if (!code && memcmp(chunk_entry_digest(reader), rows->rows[i].digest, CRYPTO_DIGEST_BYTES))
			code = error_set(x->err, ERR_CORRUPT, _("the bundle does not give back what went in"));
	}
	buf_free(&rebuilt);
	chunk_close(reader);
	return code;
}

static int put_chunk(struct exporter *x, const uint8_t *device, const struct gathered *rows)
{
	struct buf payload = BUF_INIT;
	int code = 0;
	if (!x->envelope || envelope_written(x->envelope) + ENVELOPE_MAX_SECTION > x->part_bytes) {
		if (x->envelope)
			code = end_part(x, false);
		code = code ? code : begin_part(x);
	}
	if (!code && !(code = chunk_encode_rows(&payload, rows->rows, rows->n, &x->table, reader_knows, x, x->err)) &&
	    !(code = check_chunk(x, span_of_buf(&payload), rows)))
		code = envelope_section(x->envelope, SECTION_CHUNK, span_of_buf(&payload), x->err);
	int number = device_table_find(&x->table, device);
	if (!code && number >= 0) {
		struct seq_range *included = &x->included[number];
		included->first = included->first ? included->first : rows->first_seq;
		included->last = rows->last_seq;
		x->part_chunks++;
		x->part_rows += rows->n;
		x->report->entries += rows->n;
		x->done += rows->n;
		if (!progress_report(x->progress, _("writing the bundle"), x->done, x->coverage.n_uncovered))
			code = error_set(x->err, ERR_CANCELLED, _("stopped; nothing was left half-written"));
	}
	buf_free(&payload);
	return code;
}

static int put_range(struct exporter *x, const uint8_t *device, struct seq_range range)
{
	struct gathered *rows = calloc(1, sizeof(*rows));
	int code = rows ? 0 : no_memory(x);
	while (!code && range.first <= range.last) {
		arena_reset(&rows->arena);
		rows->n = rows->n_bytes = 0;
		code = store_entries_read(x->store, device, range.first, range.last, &rows->arena, gather, rows, x->err);
		if (code || !rows->n)
			break;
		code = put_chunk(x, device, rows);
		range.first = rows->last_seq + 1;
	}
	if (rows)
		arena_free(&rows->arena);
	free(rows);
	return code;
}

/* Whether an entry that has its own numbers is among those to send: the fence must stand before. */
static int set_fence(struct exporter *x)
{
	uint64_t highest = 0;
	for (size_t i = 0; i < x->coverage.n_devices; i++)
		if (!memcmp(x->coverage.devices[i].vector->device, x->self.info.self.id, DEVICE_ID_BYTES))
			highest = x->coverage.devices[i].vector->max;
	int code = store_fence(x->store, highest, x->err);
	return code == ERR_UNSURE ? renew_set_back(x->store, x->err) : code;
}

static void prune(struct exporter *x)
{
	uint8_t (*senders)[DEVICE_ID_BYTES] = arena_array(&x->arena, x->table.n + 1, sizeof(*senders));
	size_t n = 0;
	const struct store_device *device;
	for (size_t i = 0; senders && (device = store_device_at(x->store, i)); i++)
		if (!strcmp(device->region, x->self.info.self.region))
			memcpy(senders[n++], device->id, DEVICE_ID_BYTES);
	if (senders)
		stick_prune(x->folder, "XYB", (const uint8_t (*)[DEVICE_ID_BYTES])senders, n);
}

static int find_keys(struct exporter *x)
{
	struct buf bytes = BUF_INIT;
	int code = keys_recipients(x->store, &x->upper, x->recipients, &x->n_recipients, x->err);
	if (!code && x->self.info.self.level != LEVEL_VILLAGE)
		code = keys_open_own(x->store, &x->self, x->err);
	if (!code && !(code = keys_own_bytes(x->store, &bytes, x->err))) {
		x->keyring = span_of(arena_memdup(&x->arena, bytes.data, bytes.len_bytes), bytes.len_bytes);
		code = x->keyring.data ? 0 : no_memory(x);
	}
	buf_free(&bytes);
	return code;
}

static int export_all(struct exporter *x, const char *dir)
{
	int code = set_fence(x);
	if (code || (code = find_keys(x)) || (code = stick_folder(x->folder, dir, x->self.info.self.region, x->err)) ||
	    (code = build_table(x)))
		return code;
	stick_prune(x->folder, "XYB", NULL, 0); /* temporary files of a stick that was pulled out */
	for (size_t i = 0; !code && i < x->coverage.n_devices; i++) {
		const struct coverage_device *device = &x->coverage.devices[i];
		for (size_t r = 0; !code && r < device->n_missing; r++)
			code = put_range(x, device->vector->device, device->missing[r]);
	}
	if (!code && x->envelope)
		code = end_part(x, true);
	drop_part(x);
	if (code)
		return code;
	prune(x);
	return peer_set_number(x->store, PEER_LAST_EXPORT, date_today(), x->err);
}

int sync_pending(struct store *store, uint64_t *entries, struct error *err)
{
	struct store_info info;
	struct store_device upper;
	struct arena arena = ARENA_INIT;
	struct coverage coverage = { .n_uncovered = 0 };
	int code = store_info_get(store, &info, err);
	if (!code && !(code = peer_upper(store, &info, &upper, err)))
		code = coverage_compute(store, &info, &arena, &coverage, err);
	*entries = coverage.n_uncovered;
	arena_free(&arena);
	return code;
}

int sync_export_parts(struct store *store, const char *dir, uint64_t part_bytes, struct progress *progress,
                      struct export_report *out, struct error *err)
{
	struct exporter x = { .store = store, .part_bytes = part_bytes, .progress = progress, .report = out, .err = err };
	memset(out, 0, sizeof(*out));
	int code = self_begin(store, &x.self, err);
	if (!code && !(code = peer_upper(store, &x.self.info, &x.upper, err)) &&
	    !(code = coverage_compute(store, &x.self.info, &x.arena, &x.coverage, err))) {
		out->nothing_new = !x.coverage.n_uncovered;
		if (!out->nothing_new)
			code = export_all(&x, dir);
	}
	self_end(&x.self);
	arena_free(&x.arena);
	return code;
}

int sync_export(struct store *store, const char *dir, struct progress *progress,
                struct export_report *out, struct error *err)
{
	return sync_export_parts(store, dir, EXPORT_PART_BYTES, progress, out, err);
}
