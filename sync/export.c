/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the last receipt does not cover, as bundles. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/date.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/carry.h"
#include "sync/chunk.h"
#include "sync/coverage.h"
#include "sync/export.h"
#include "sync/gather.h"
#include "sync/answer.h"
#include "sync/keys.h"
#include "sync/renew.h"
#include "sync/stick.h"

struct exporter {
	struct store *store;
	struct self self;
	struct store_device to;
	const char *extension;      /* XYB upward, XYA downward */
	struct arena arena;
	struct coverage coverage;
	struct carried carried;     /* downward: what concerns the residents that the other side has */
	bool carrying;              /* rows of it, of which the reader holds no neighbours */
	struct device_table table;
	struct manifest_device *manifest_devices;
	uint8_t recipients[KEYS_RECIPIENTS][CRYPTO_KEY_BYTES];
	size_t n_recipients;
	struct span keyring;  /* its own, of a place that keeps one */
	struct span holdings; /* what is held here of a place that has, or may have had, more than this installation */
	struct span others;   /* what is held here of other places */
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

/* A place in the region of this file that the other side has not named so far. */
static bool is_news(const struct exporter *x, const struct store_device *device)
{
	const struct receipt *receipt = x->coverage.asked.receipt;
	if (device->self || !device->enrolled || !region_holds(x->coverage.asked.region, device->region))
		return false;
	for (size_t i = 0; receipt && i < receipt->n_devices; i++)
		if (!memcmp(receipt->devices[i].id, device->id, DEVICE_ID_BYTES))
			return false;
	return true;
}

/* A place that wrote something of what is carried: its installations signed it. Or one that made a record which is named
 * there: a link counts only where it is known whose residents it joins. */
static bool is_witness(const struct exporter *x, const struct store_device *device)
{
	const struct version *versions = x->carried.versions;
	if (device->self || !device->enrolled)
		return false;
	if (carried_names(&x->carried, device->id))
		return true;
	for (size_t i = 0; i < x->carried.n; i++) {
		if (i && !memcmp(versions[i].device, versions[i - 1].device, DEVICE_ID_BYTES))
			continue;
		const struct store_device *author = store_device_find(x->store, versions[i].device);
		if (author && author->level == device->level && !strcmp(author->region, device->region))
			return true;
	}
	return false;
}

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
		const struct coverage_device *cover = coverage_find(&x->coverage, device->id);
		if (cover) {
			row->covered = cover->prefix;
			/* an earlier life of this place that the level above does not know yet */
			row->full = !device->self && !cover->receipt && *device->region;
		}
		if ((x->self.info.self.level > LEVEL_VILLAGE && is_news(x, device)) || is_witness(x, device))
			row->full = true; /* it may have signed what others wrote */
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
	int code = stick_begin(&x->stick, x->folder, x->extension, x->err);
	if (code)
		return code;
	memcpy(head.sender, x->self.info.self.id, DEVICE_ID_BYTES);
	memcpy(head.recipient, x->to.id, DEVICE_ID_BYTES);
	crypto_random(head.bundle_id, sizeof(head.bundle_id));
	memcpy(manifest.sender, head.sender, DEVICE_ID_BYTES);
	memcpy(manifest.recipient, head.recipient, DEVICE_ID_BYTES);
	memcpy(manifest.bundle_id, head.bundle_id, BUNDLE_ID_BYTES);
	memcpy(manifest.epoch, x->self.info.epoch, sizeof(manifest.epoch));
	memcpy(manifest.believed_epoch, x->coverage.receipt.epoch, sizeof(manifest.believed_epoch));
	manifest.believed_serial = x->coverage.receipt.serial;
	memset(x->included, 0, x->table.n * sizeof(*x->included));
	x->part_chunks = x->part_rows = 0;
	wire_put_manifest(&bytes, &manifest);
	code = envelope_begin(&x->envelope, &head, (const uint8_t (*)[CRYPTO_KEY_BYTES])x->recipients,
	                      x->n_recipients, stick_sink(x->stick), x->err);
	if (!code)
		code = envelope_section(x->envelope, SECTION_MANIFEST, span_of_buf(&bytes), x->err);
	if (!code && x->keyring.len_bytes)
		code = envelope_section(x->envelope, SECTION_KEYRING, x->keyring, x->err);
	if (!code && x->holdings.len_bytes)
		code = envelope_section(x->envelope, SECTION_HOLDINGS, x->holdings, x->err);
	if (!code && x->others.len_bytes)
		code = envelope_section(x->envelope, SECTION_OTHERS, x->others, x->err);
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

static bool is_single_here(const struct exporter *x, const struct version *version)
{
	uint8_t digest[CRYPTO_DIGEST_BYTES];
	return !store_digest_of(x->store, version->device, version->seq, digest, NULL) &&
	       !memcmp(digest, version->digest, CRYPTO_DIGEST_BYTES);
}

/* Whether the reader of this file will find the digest by the number alone. */
static bool reader_knows(void *arg, const struct version *version)
{
	struct exporter *x = arg;
	const struct coverage_device *cover = coverage_find(&x->coverage, version->device);
	/* a number may have been used twice: the reader and this store may hold the one, and the version be the other */
	if (coverage_has(&x->coverage, version))
		return is_single_here(x, version);
	int number = device_table_find(&x->table, version->device);
	if (number < 0 || version->seq < x->included[number].first ||
	    version->seq > x->included[number].last)
		return false;
	if (cover && (cover->twin || (cover->receipt && (cover->receipt->n_forks || cover->receipt->more_forks))))
		return false;
	return is_single_here(x, version);
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

static int count_chunk(struct exporter *x, const uint8_t *device, const struct gathered *rows)
{
	int number = device_table_find(&x->table, device);
	if (number >= 0) {
		struct seq_range *included = &x->included[number];
		if (!included->first || gathered_seq(rows, 0) > included->last + 1)
			included->first = gathered_seq(rows, 0); /* what lies between is not in this file */
		included->last = gathered_seq(rows, rows->n - 1);
	}
	x->part_chunks++;
	x->part_rows += rows->n;
	x->report->entries += rows->n;
	x->done += rows->n;
	if (!progress_report(x->progress, _("writing the bundle"), x->done, x->coverage.n_uncovered + x->carried.n))
		return error_set(x->err, ERR_CANCELLED, _("stopped; nothing was left half-written"));
	return 0;
}

static int next_part(struct exporter *x)
{
	int code = 0;
	if (x->envelope && envelope_written(x->envelope) + ENVELOPE_MAX_SECTION <= x->part_bytes)
		return 0;
	if (x->envelope)
		code = end_part(x, false);
	return code ? code : begin_part(x);
}

static int put_section(struct exporter *x, uint8_t type, const struct buf *bytes)
{
	return bytes->failed ? no_memory(x) : envelope_section(x->envelope, type, span_of_buf(bytes), x->err);
}

/* With a roll, the seal is of more rows than these. */
static int put_proof(struct exporter *x, const uint8_t *device, const struct gathered *rows, const struct seal *seal,
                     const struct roll *roll)
{
	struct buf bytes = BUF_INIT;
	struct seal own;
	int code = 0;
	if (roll) {
		roll_put(&bytes, roll);
		code = put_section(x, SECTION_ROLL, &bytes);
		buf_clear(&bytes);
	}
	if (!seal)
		seal_make(&own, &x->self, device, rows->n, rows->root);
	seal_put(&bytes, seal ? seal : &own, x->self.info.self.id);
	code = code ? code : put_section(x, SECTION_SEAL, &bytes);
	buf_free(&bytes);
	return code;
}

/* A chunk behind its seal; without one this place signs it. */
static int put_chunk(struct exporter *x, const uint8_t *device, const struct gathered *rows, const struct seal *seal,
                     const struct roll *roll)
{
	struct buf payload = BUF_INIT;
	int code = next_part(x);
	if (!code && !(code = chunk_encode_rows(&payload, rows->rows, rows->n, &x->table, x->carrying ? NULL : reader_knows,
	                                        x, x->err)) &&
	    !(code = check_chunk(x, span_of_buf(&payload), rows)) &&
	    !(code = put_proof(x, device, rows, seal, roll)))
		code = envelope_section(x->envelope, SECTION_CHUNK, span_of_buf(&payload), x->err);
	if (!code)
		code = count_chunk(x, device, rows);
	buf_free(&payload);
	return code;
}

/* Entries of this place: it signs what it sends. */
static int put_range(struct exporter *x, const uint8_t *device, struct seq_range range)
{
	struct gathered *rows = calloc(1, sizeof(*rows));
	int code = rows ? 0 : no_memory(x);
	while (!code && range.first <= range.last) {
		code = gather_range(x->store, device, range, rows, x->err);
		if (code || !rows->n)
			break;
		code = put_chunk(x, device, rows, NULL, NULL);
		range.first = gathered_seq(rows, rows->n - 1) + 1;
	}
	gather_free(rows);
	return code;
}

static bool overlaps(const struct coverage_device *device, uint64_t first, uint64_t last)
{
	for (size_t i = 0; i < device->n_missing; i++)
		if (device->missing[i].first <= last && first <= device->missing[i].last)
			return true;
	return false;
}

/* Entries of other places go on under the seals with which they came. */
static int put_sealed(struct exporter *x, const struct coverage_device *device)
{
	const uint8_t *author = device->vector->device;
	struct gathered *rows = calloc(1, sizeof(*rows));
	struct kept_seal *seals;
	uint64_t sent_to = 0;
	size_t n = 0;
	int code = rows ? seal_list(x->store, author, &x->arena, &seals, &n, x->err) : no_memory(x);
	for (size_t i = 0; !code && i < n; i++) {
		uint64_t from = device->vector->forks || seals[i].first > sent_to ? seals[i].first : sent_to + 1;
		if (from > seals[i].last || !overlaps(device, from, seals[i].last))
			continue;
		code = gather_sealed(x->store, author, &seals[i], rows, x->err);
		if (code == ERR_NOTFOUND) {
			code = 0;
			continue;
		}
		code = code ? code : put_chunk(x, author, rows, &seals[i].seal, NULL);
		sent_to = seals[i].last > sent_to ? seals[i].last : sent_to;
	}
	gather_free(rows);
	return code;
}

/* Whether an entry that has its own numbers is among those to send: the fence must stand before. */
static int set_fence(struct exporter *x)
{
	const struct coverage_device *own = coverage_find(&x->coverage, x->self.info.self.id);
	int code = store_fence(x->store, own ? own->vector->max : 0, x->err);
	return code == ERR_UNSURE ? renew_set_back(x->store, x->err) : code;
}

static int keep(struct exporter *x, const struct buf *bytes, struct span *out)
{
	*out = span_of(arena_memdup(&x->arena, bytes->data, bytes->len_bytes), bytes->len_bytes);
	return bytes->failed || !out->data ? no_memory(x) : 0;
}

static int find_keys(struct exporter *x)
{
	struct buf bytes = BUF_INIT;
	int code = keys_recipients(x->store, &x->to, x->recipients, &x->n_recipients, x->err);
	if (!code && x->self.info.self.level > LEVEL_VILLAGE) /* a renewed store goes on with its keyring */
		code = keys_open_own(x->store, &x->self, x->err);
	if (!code && !(code = keys_own_bytes(x->store, &bytes, x->err)))
		code = keep(x, &bytes, &x->keyring);
	buf_free(&bytes);
	return code;
}

/* The level above gives back what it holds and this store lost. One installation in its first life has lost nothing that
 * its own numbers do not tell. */
static int find_holdings(struct exporter *x)
{
	struct receipt holdings = { .n_devices = 0 };
	struct buf bytes = BUF_INIT;
	int code = receipt_holdings(x->store, x->self.info.self.region, &x->arena, &holdings, x->err);
	if (!code && (holdings.n_devices > 1 || x->self.info.self.level > LEVEL_VILLAGE)) {
		wire_put_holdings(&bytes, &holdings);
		code = keep(x, &bytes, &x->holdings);
	}
	buf_free(&bytes);
	return code;
}

static int find_others(struct exporter *x)
{
	struct buf bytes = BUF_INIT;
	int code = others_put(x->store, x->self.info.self.region, &bytes, x->err);
	if (!code)
		code = keep(x, &bytes, &x->others);
	buf_free(&bytes);
	return code;
}

static bool is_own_place(const struct exporter *x, const uint8_t author[DEVICE_ID_BYTES])
{
	const struct store_device *device = store_device_find(x->store, author);
	return device && device->level == x->self.info.self.level &&
	       !strcmp(device->region, x->self.info.self.region);
}

static int put_all(struct exporter *x)
{
	int code = 0;
	for (size_t i = 0; !code && i < x->coverage.n_devices; i++) {
		const struct coverage_device *device = &x->coverage.devices[i];
		if (!device->n_missing)
			continue;
		bool own = is_own_place(x, device->vector->device);
		if (!own)
			code = put_sealed(x, device);
		for (size_t r = 0; !code && own && r < device->n_missing; r++)
			code = put_range(x, device->vector->device, device->missing[r]);
	}
	return code;
}

static int finish_parts(struct exporter *x, int code)
{
	if (!code && x->envelope)
		code = end_part(x, true);
	drop_part(x);
	return code;
}

static int export_all(struct exporter *x)
{
	int code = set_fence(x);
	if (code || (code = find_keys(x)) || (code = find_holdings(x)) || (code = find_others(x)) ||
	    (code = build_table(x)))
		return code;
	return finish_parts(x, put_all(x));
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

int sync_export_make(struct store *store, const char *folder, uint64_t part_bytes,
                     struct progress *progress, struct export_report *out, struct error *err)
{
	struct exporter x = { .store = store, .extension = "XYB", .part_bytes = part_bytes, .progress = progress,
		              .report = out, .err = err };
	memset(out, 0, sizeof(*out));
	snprintf(x.folder, sizeof(x.folder), "%s", folder);
	int code = self_begin(store, &x.self, err);
	if (!code && !(code = peer_upper(store, &x.self.info, &x.to, err)) &&
	    !(code = coverage_compute(store, &x.self.info, &x.arena, &x.coverage, err))) {
		out->nothing_new = !x.coverage.n_uncovered;
		if (!out->nothing_new)
			code = export_all(&x);
		out->nothing_new = !out->files;
		out->unsigned_rest = x.coverage.n_uncovered > out->entries ? x.coverage.n_uncovered - out->entries : 0;
	}
	self_end(&x.self);
	arena_free(&x.arena);
	return code;
}

/* --- downward --- */

/* This place signs the rows anew; what others wrote goes on under their seals, with the rolls of what was sealed. */
static int carry_own(struct exporter *x, struct chosen *chosen, struct gathered *rows)
{
	int code;
	while (!(code = gather_chosen(x->store, chosen, rows, x->err)) && rows->n &&
	       !(code = put_chunk(x, chosen->versions->device, rows, NULL, NULL)))
		;
	return code;
}

/* Of the numbers of a seal; NULL: at all. */
static bool any_left(const struct chosen *chosen, const struct kept_seal *seal)
{
	for (size_t i = 0; i < chosen->n && (!seal || chosen->versions[i].seq <= seal->last); i++)
		if (!chosen->sent[i] && (!seal || chosen->versions[i].seq >= seal->first))
			return true;
	return false;
}

static int carry_sealed(struct exporter *x, struct chosen *chosen, struct gathered *rows, struct roll *roll)
{
	const uint8_t *author = chosen->versions->device;
	struct kept_seal *seals;
	size_t n = 0;
	int code = seal_list(x->store, author, &x->arena, &seals, &n, x->err);
	for (size_t i = 0; !code && i < n; i++) {
		if (!any_left(chosen, &seals[i]))
			continue;
		code = gather_sealed(x->store, author, &seals[i], rows, x->err);
		if (code == ERR_NOTFOUND) {
			code = 0;
			continue;
		}
		if (!code)
			gather_keep(rows, chosen, roll);
		if (!code && rows->n)
			code = put_chunk(x, author, rows, &seals[i].seal, roll->n_marked < roll->n ? roll : NULL);
	}
	return code;
}

/* What came down to this place with a roll goes on with it. */
static int carry_rolled(struct exporter *x, struct chosen *chosen, struct gathered *rows, struct roll *roll)
{
	const uint8_t *author = chosen->versions->device;
	struct roll_name *names;
	struct seal seal;
	size_t n = 0;
	int code = roll_list(x->store, author, &x->arena, &names, &n, x->err);
	for (size_t i = 0; !code && i < n && any_left(chosen, NULL); i++) {
		code = roll_recall(x->store, names[i].text, roll, &seal, x->err);
		if (code == ERR_CORRUPT) {
			code = 0;
			continue;
		}
		while (!code && !(code = gather_rolled(x->store, chosen, roll, rows, x->err)) && rows->n)
			code = put_chunk(x, author, rows, &seal, roll->n_marked < roll->n ? roll : NULL);
	}
	return code;
}

static int carry_author(struct exporter *x, struct chosen *chosen)
{
	struct gathered *rows = calloc(1, sizeof(*rows));
	struct roll *roll = calloc(1, sizeof(*roll));
	int code = rows && roll ? 0 : no_memory(x);
	if (!code && is_own_place(x, chosen->versions->device))
		code = carry_own(x, chosen, rows);
	else if (!code && !(code = carry_sealed(x, chosen, rows, roll)))
		code = carry_rolled(x, chosen, rows, roll);
	gather_free(rows);
	free(roll);
	return code;
}

static int put_carried(struct exporter *x)
{
	const struct version *versions = x->carried.versions;
	bool *sent = arena_array(&x->arena, x->carried.n + 1, sizeof(*sent));
	uint64_t before = x->report->entries;
	int code = sent ? 0 : no_memory(x);
	x->carrying = true;
	for (size_t from = 0, to; !code && from < x->carried.n; from = to) {
		for (to = from + 1; to < x->carried.n && !memcmp(versions[to].device, versions[from].device, DEVICE_ID_BYTES);)
			to++;
		struct chosen chosen = { versions + from, sent + from, to - from };
		code = carry_author(x, &chosen);
	}
	x->report->carried = x->report->entries - before;
	return code;
}

/* What the place below lost, and what it does not hold of its residents. */
static int find_given(struct exporter *x, const struct give *give)
{
	const struct coverage_asked asked = { .region = give->to->region, .receipt = give->holdings, .down = true,
		                              .all = give->all || give->to->level > LEVEL_VILLAGE };
	struct others others;
	int code = 0;
	x->coverage.asked = asked;
	if (give->holdings || give->all)
		code = coverage_of(x->store, &asked, &x->arena, &x->coverage, x->err);
	if (!code && !(code = others_recall(x->store, give->to->id, &x->arena, &others, x->err)))
		code = carry_collect(x->store, give->to->region, &others, &x->arena, &x->carried, x->err);
	return code;
}

int give_down(struct store *store, const struct give *give, struct progress *progress, struct export_report *out,
              struct error *err)
{
	struct exporter x = { .store = store, .extension = "XYA", .part_bytes = EXPORT_PART_BYTES, .part = 1,
		              .to = *give->to, .n_recipients = 1, .progress = progress, .report = out, .err = err };
	memset(out, 0, sizeof(*out));
	memcpy(x.recipients[0], give->to->box_pk, CRYPTO_KEY_BYTES);
	snprintf(x.folder, sizeof(x.folder), "%s", give->folder);
	int code = self_begin(store, &x.self, err);
	if (!code && !(code = find_given(&x, give)) && x.coverage.n_uncovered + x.carried.n && !(code = build_table(&x))) {
		code = put_all(&x);
		code = code ? code : put_carried(&x);
		code = finish_parts(&x, code);
	}
	uint64_t wanted = x.coverage.n_uncovered + x.carried.n;
	out->nothing_new = !out->files;
	out->unsigned_rest = wanted > out->entries ? wanted - out->entries : 0;
	self_end(&x.self);
	arena_free(&x.arena);
	return code;
}
