/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The digest of a store: hash(hash of the set | combined hashes of the states). The set: devices by id, their
 * entries by number and digest. The states: one hash per record, in versions instead of local numbers, combined by
 * addition of 64-bit lanes, which forgets the order of local numbers.
 */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "db/exchange.h"
#include "db/records.h"
#include "lib/i18n.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

struct device_ref {
	uint8_t id[DEVICE_ID_BYTES];
	uint16_t devno;
};

static int device_order(const void *a, const void *b)
{
	return memcmp(((const struct device_ref *)a)->id, ((const struct device_ref *)b)->id,
	              DEVICE_ID_BYTES);
}

static int digest_order(const void *a, const void *b)
{
	return memcmp(a, b, CRYPTO_DIGEST_BYTES);
}

/* The entries of one number, in the order of their digests. */
static void add_number(struct crypto_hash_state *hash, uint64_t seq,
                       uint8_t digests[][CRYPTO_DIGEST_BYTES], size_t n)
{
	uint8_t number[8];

	put_u64_be(number, seq);
	if (n > 1)
		qsort(digests, n, CRYPTO_DIGEST_BYTES, digest_order);
	for (size_t i = 0; i < n; i++) {
		crypto_hash_add(hash, number, sizeof(number));
		crypto_hash_add(hash, digests[i], CRYPTO_DIGEST_BYTES);
	}
}

static int add_device(struct store *store, const struct device_ref *device,
                      struct crypto_hash_state *hash, struct error *err)
{
	uint8_t (*digests)[CRYPTO_DIGEST_BYTES] = malloc((size_t)(UINT8_MAX + 1) * sizeof(*digests));
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	uint8_t from[8];
	uint64_t seq = 0;
	size_t n = 0;
	bool named = false;
	int rc = digests ? engine_cursor_open(&cursor, store->engine, TABLE_ENTRY, ENGINE_ROWS, err)
	                 : no_memory(err);

	put_u64_be(from, rid_make(device->devno, 0, 0));
	if (!rc)
		rc = engine_seek(cursor, span_of(from, 8), &key, &value, err);
	for (; !rc; rc = engine_next(cursor, &key, &value, err)) {
		rid_t rid = get_u64_be(key.data);
		struct row row;
		if (rid_devno(rid) != device->devno)
			break;
		if (!row_decode(&row, rid, &value)) {
			rc = error_set(err, ERR_CORRUPT, _("the header of a stored entry cannot be read"));
			break;
		}
		if (row.status == ROW_STUB)
			continue;
		if (!named)
			crypto_hash_add(hash, device->id, DEVICE_ID_BYTES);
		named = true;
		if (rid_seq(rid) != seq) {
			add_number(hash, seq, digests, n);
			n = 0;
			seq = rid_seq(rid);
		}
		memcpy(digests[n++], row.digest, CRYPTO_DIGEST_BYTES);
	}
	if (!rc || rc == ERR_NOTFOUND)
		add_number(hash, seq, digests, n);
	engine_cursor_close(cursor);
	free(digests);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int hash_set(struct store *store, uint8_t out[CRYPTO_HASH_BYTES], struct error *err)
{
	struct device_ref *devices = calloc(store->n_devices + 1, sizeof(*devices));
	struct crypto_hash_state hash;
	int rc = devices ? 0 : no_memory(err);

	crypto_hash_begin(&hash, CRYPTO_HASH_BYTES, NULL);
	for (size_t i = 0; !rc && i < store->n_devices; i++) {
		memcpy(devices[i].id, store->devices[i].id, DEVICE_ID_BYTES);
		devices[i].devno = (uint16_t)(i + 1);
	}
	if (!rc)
		qsort(devices, store->n_devices, sizeof(*devices), device_order);
	for (size_t i = 0; !rc && i < store->n_devices; i++)
		rc = add_device(store, &devices[i], &hash, err);
	crypto_hash_end(&hash, out, CRYPTO_HASH_BYTES);
	free(devices);
	return rc;
}

static int put_version_of(struct store *store, rid_t rid, struct buf *out, struct error *err)
{
	struct version version;
	int rc = row_version(store, rid, &version, err);

	if (!rc)
		version_put(out, &version);
	return rc;
}

static int hash_record(struct store *store, const struct record *record, struct buf *bytes,
                       uint8_t out[CRYPTO_HASH_BYTES], struct error *err)
{
	int rc;

	buf_clear(bytes);
	rc = put_version_of(store, record->id, bytes, err);
	if (!rc)
		rc = put_version_of(store, record->subject, bytes, err);
	buf_put_text(bytes, record->form);
	for (size_t i = 0; !rc && i < record->n_fields; i++) {
		const struct record_field *field = &record->fields[i];
		buf_put_varint(bytes, field->tag);
		buf_put_varint(bytes, field->n_leaves);
		for (size_t k = 0; !rc && k < field->n_leaves; k++) {
			const struct leaf *leaf = &field->leaves[k];
			rc = put_version_of(store, leaf->entry, bytes, err);
			buf_put_u8(bytes, leaf->kind);
			buf_put_varint(bytes, leaf->value.len_bytes);
			buf_put(bytes, leaf->value.data, leaf->value.len_bytes);
		}
	}
	if (!rc && bytes->failed)
		rc = no_memory(err);
	if (!rc)
		crypto_hash_data(out, CRYPTO_HASH_BYTES, bytes->data, bytes->len_bytes, NULL);
	return rc;
}

static void add_lanes(uint64_t sum[CRYPTO_HASH_BYTES / 8], const uint8_t hash[CRYPTO_HASH_BYTES])
{
	for (size_t i = 0; i < CRYPTO_HASH_BYTES / 8; i++)
		sum[i] += get_u64_be(hash + 8 * i);
}

static int sum_states(struct store *store, uint64_t sum[CRYPTO_HASH_BYTES / 8], struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct arena arena = ARENA_INIT;
	struct buf bytes = BUF_INIT;
	struct span key, value;
	int rc = engine_cursor_open(&cursor, store->engine, TABLE_REC, ENGINE_ROWS, err);

	if (!rc)
		rc = engine_seek(cursor, span_of("", 0), &key, &value, err);
	while (!rc) {
		uint8_t hash[CRYPTO_HASH_BYTES];
		struct record record;
		rc = record_from_row(store, key, value, &arena, &record, err);
		if (!rc)
			rc = hash_record(store, &record, &bytes, hash, err);
		if (rc)
			break;
		add_lanes(sum, hash);
		arena_reset(&arena);
		rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	buf_free(&bytes);
	arena_free(&arena);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int store_digest(struct store *store, uint8_t out[CRYPTO_HASH_BYTES], struct error *err)
{
	uint64_t sum[CRYPTO_HASH_BYTES / 8] = { 0 };
	uint8_t both[2 * CRYPTO_HASH_BYTES];
	struct upper *upper;
	int rc = upper_get(store, &upper, err);

	if (!rc)
		rc = hash_set(store, both, err);
	if (!rc)
		rc = sum_states(store, sum, err);
	for (size_t i = 0; i < CRYPTO_HASH_BYTES / 8; i++)
		put_u64_be(both + CRYPTO_HASH_BYTES + 8 * i, sum[i]);
	if (!rc)
		crypto_hash_data(out, CRYPTO_HASH_BYTES, both, sizeof(both), NULL);
	return rc;
}
