/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/body.h"

#include <string.h>
#include "db/batch.h"
#include "db/state.h"
#include "lib/i18n.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

static int broken(struct error *err)
{
	return error_set(err, ERR_CORRUPT, _("a stored entry is damaged"));
}

bool body_fits_record(const struct row *row, const struct entry *entry)
{
	if (row->status != ROW_OK || row->form_no == 0 || entry->record.seq || entry->extensions.len_bytes)
		return false;
	for (size_t i = 0; i < entry->n_fields; i++)
		if (entry->fields[i].n_bases)
			return false;
	return true;
}

void body_put(struct buf *out, rid_t rid, const struct row *row, const struct entry *entry, struct span canonical)
{
	row_encode(out, rid, row);
	if (row->in_record) {
		buf_put_zigzag(out, entry->wall);
		buf_put_text(out, entry->operator_name);
	} else {
		buf_put(out, canonical.data, canonical.len_bytes);
	}
}

/* The row of the record that rid made, in arena. */
static int get_record(struct store *store, rid_t rid, const struct row *row, struct arena *arena, struct span *out,
                      struct error *err)
{
	uint8_t key[20];
	int rc;

	rec_key(key, row, rid);
	rc = engine_get(store->engine, TABLE_REC, span_of(key, sizeof(key)), out, err);
	if (rc)
		return rc == ERR_NOTFOUND ? broken(err) : rc;
	out->data = arena_memdup(arena, out->data, out->len_bytes);
	return out->data ? 0 : no_memory(err);
}

int body_entry_of_record(struct store *store, rid_t rid, const struct row *row, struct span body, struct span record,
                         struct arena *arena, struct entry *out, struct error *err)
{
	struct entry_field *fields;
	struct span operator_name;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (rid_devno(rid) == 0 || rid_devno(rid) > store->n_devices || !span_zigzag(&body, &out->wall) ||
	    !span_text(&body, &operator_name) || body.len_bytes)
		return broken(err);
	out->operator_name = arena_strndup(arena, (const char *)operator_name.data, operator_name.len_bytes);
	if (!out->operator_name)
		return no_memory(err);
	memcpy(out->device, store->devices[rid_devno(rid) - 1].id, DEVICE_ID_BYTES);
	out->seq = rid_seq(rid);
	out->lamport = row->lamport;
	out->form = upper_form(store->upper, row->form_no);
	if (row->subject)
		rc = row_version(store, row->subject, &out->subject, err);
	if (!rc)
		rc = state_decode_fields(&fields, &out->n_fields, rid, record, arena, err);
	if (rc)
		return rc == ERR_CORRUPT ? broken(err) : rc;
	out->fields = fields;
	return 0;
}

/* body is used up before ENTRY is read again. */
static int entry_of_record(struct store *store, rid_t rid, const struct row *row, struct span body,
                           struct arena *arena, struct entry *out, struct error *err)
{
	struct span record;
	int rc = get_record(store, rid, row, arena, &record, err);

	return rc ? rc : body_entry_of_record(store, rid, row, body, record, arena, out, err);
}

int body_entry(struct store *store, rid_t rid, const struct row *row, struct span body, struct arena *arena,
               struct entry *out, struct error *err)
{
	int rc;

	if (row->in_record)
		return entry_of_record(store, rid, row, body, arena, out, err);
	rc = entry_decode(out, body, arena, err);
	return rc && rc != ERR_NOMEM ? broken(err) : rc;
}

int body_canonical(struct store *store, rid_t rid, const struct row *row, struct span body, struct arena *arena,
                   struct span *out, struct error *err)
{
	uint8_t digest[CRYPTO_DIGEST_BYTES];
	struct buf bytes = BUF_INIT;
	struct entry entry;
	int rc;

	*out = body;
	if (row->in_record) {
		rc = entry_of_record(store, rid, row, body, arena, &entry, err);
		if (!rc && entry_encode(&bytes, &entry, err))
			rc = broken(err);
		if (!rc && bytes.failed)
			rc = no_memory(err);
		if (!rc) {
			*out = span_of(arena_memdup(arena, bytes.data, bytes.len_bytes), bytes.len_bytes);
			rc = out->data ? 0 : no_memory(err);
		}
		buf_free(&bytes);
		if (rc)
			return rc;
	}
	entry_digest(digest, *out);
	return memcmp(digest, row->digest, sizeof(digest)) ? broken(err) : 0;
}

/* The body of rid in arena, where a canonical one outlives the next call on ENTRY. */
static int get_body(struct store *store, rid_t rid, struct row *row, struct arena *arena, struct span *body,
                    struct error *err)
{
	struct upper *upper;
	int rc = upper_get(store, &upper, err);

	if (!rc)
		rc = row_get_body(store, rid, row, body, err);
	if (rc || row->in_record)
		return rc;
	body->data = arena_memdup(arena, body->data, body->len_bytes);
	return body->data ? 0 : no_memory(err);
}

int entry_get(struct store *store, rid_t rid, struct row *row, struct arena *arena, struct entry *out,
              struct error *err)
{
	struct span body;
	int rc = get_body(store, rid, row, arena, &body, err);

	if (rc || row->status != ROW_STUB)
		return rc ? rc : body_entry(store, rid, row, body, arena, out, err);
	memset(out, 0, sizeof(*out));
	return 0;
}

int entry_get_canonical(struct store *store, rid_t rid, struct row *row, struct arena *arena, struct span *out,
                        struct error *err)
{
	struct span body;
	int rc = get_body(store, rid, row, arena, &body, err);

	if (rc || row->status != ROW_STUB)
		return rc ? rc : body_canonical(store, rid, row, body, arena, out, err);
	*out = span_of(NULL, 0);
	return 0;
}

int entry_put(struct store *store, rid_t rid, const struct row *row, const struct entry *entry, struct span canonical,
              struct error *err)
{
	struct buf value = BUF_INIT;
	uint8_t key[8];
	int rc;

	put_u64_be(key, rid);
	body_put(&value, rid, row, entry, canonical);
	rc = value.failed ? no_memory(err)
	                  : engine_put(store->engine, TABLE_ENTRY, span_of(key, 8), span_of_buf(&value), err);
	buf_free(&value);
	row_remember(store, rid, row);
	return rc;
}
