/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/upper.h"

#include <string.h>
#include "lib/i18n.h"

uint32_t slot_of_date(date_t date)
{
	uint32_t slot = ~((uint32_t)date ^ UINT32_C(0x80000000));

	return slot < SLOT_EVENT ? SLOT_EVENT : slot;
}

date_t slot_date(uint32_t slot)
{
	return slot < SLOT_EVENT ? DATE_NONE : (date_t)(~slot ^ UINT32_C(0x80000000));
}

uint32_t slot_of(const struct form_set *forms, const struct entry *entry)
{
	const struct form *form = forms ? form_set_find(forms, entry->form) : NULL;
	const struct entry_field *field;
	char text[DATE_TEXT_BYTES] = "";

	if (entry->record.seq || entry->subject.seq == 0)
		return SLOT_SELF;
	if (form && form->kind == FORM_MASTER)
		return SLOT_MASTER;
	if (!form || form->date_field < 0)
		return slot_of_date(DATE_NONE);
	field = entry_field_find(entry, form->fields[form->date_field].tag);
	if (field && field->value.len_bytes >= DATE_TEXT_BYTES - 1)
		memcpy(text, field->value.data, DATE_TEXT_BYTES - 1);
	return slot_of_date(date_parse(text));
}

void row_encode(struct buf *out, const struct row *row)
{
	buf_put_u8(out, row->status);
	buf_put(out, row->digest, sizeof(row->digest));
	buf_put_u64(out, row->record);
	buf_put_u64(out, row->subject);
	buf_put_u16(out, row->form_no);
	buf_put_u32(out, row->slot);
	buf_put_u64(out, row->lamport);
}

bool row_decode(struct row *out, struct span *in)
{
	struct span digest;

	if (!span_u8(in, &out->status) || !span_take(in, CRYPTO_DIGEST_BYTES, &digest) ||
	    !span_u64(in, &out->record) || !span_u64(in, &out->subject) ||
	    !span_u16(in, &out->form_no) || !span_u32(in, &out->slot) || !span_u64(in, &out->lamport))
		return false;
	memcpy(out->digest, digest.data, CRYPTO_DIGEST_BYTES);
	return true;
}

static size_t cache_place(rid_t rid)
{
	return (size_t)(rid * UINT64_C(0x9e3779b97f4a7c15) >> 40) % ROW_CACHE_N;
}

void row_remember(struct store *store, rid_t rid, const struct row *row)
{
	struct upper *upper = store->upper;
	size_t place = cache_place(rid);

	upper->cache[place].rid = rid;
	upper->cache[place].row = *row;
}

static int row_read(struct store *store, rid_t rid, struct row *out, struct span *canonical,
                    struct error *err)
{
	uint8_t key[8];
	struct span value;
	int rc;

	put_u64_be(key, rid);
	rc = engine_get(store->engine, TABLE_ENTRY, span_of(key, 8), &value, err);
	if (rc)
		return rc;
	if (!row_decode(out, &value))
		return error_set(err, ERR_CORRUPT, _("the header of a stored entry cannot be read"));
	if (canonical)
		*canonical = value;
	row_remember(store, rid, out);
	return 0;
}

int row_get(struct store *store, rid_t rid, struct row *out, struct error *err)
{
	struct upper *upper;
	size_t place = cache_place(rid);
	int rc = upper_get(store, &upper, err);

	if (rc)
		return rc;
	if (rid && upper->cache[place].rid == rid) {
		*out = upper->cache[place].row;
		return 0;
	}
	return row_read(store, rid, out, NULL, err);
}

int row_get_canonical(struct store *store, rid_t rid, struct row *out, struct span *canonical,
                      struct arena *arena, struct error *err)
{
	struct upper *upper;
	int rc = upper_get(store, &upper, err);

	if (!rc)
		rc = row_read(store, rid, out, canonical, err);
	if (rc)
		return rc;
	canonical->data = arena_memdup(arena, canonical->data, canonical->len_bytes);
	if (!canonical->data)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	return 0;
}

int row_find(struct store *store, const struct version *version, rid_t *out, struct error *err)
{
	uint16_t devno = device_number(store, version->device);
	struct device_hold *hold;
	struct upper *upper;
	struct row row;
	int rc = upper_get(store, &upper, err);

	if (rc)
		return rc;
	*out = 0;
	hold = devno ? hold_of(store, devno) : NULL;
	if (!hold || version->seq == 0 || version->seq >> RID_SEQ_BITS ||
	    (version->seq > hold->max && version->seq > hold->stub_max))
		return ERR_NOTFOUND;
	for (unsigned fork = 0; fork <= UINT8_MAX; fork++) {
		rid_t rid = rid_make(devno, version->seq, (uint8_t)fork);
		rc = row_get(store, rid, &row, err);
		if (rc)
			return rc;
		if (!memcmp(row.digest, version->digest, CRYPTO_DIGEST_BYTES)) {
			*out = rid;
			return 0;
		}
	}
	return ERR_NOTFOUND;
}

int row_version(struct store *store, rid_t rid, struct version *out, struct error *err)
{
	struct row row;
	uint16_t devno = rid_devno(rid);
	int rc = row_get(store, rid, &row, err);

	if (rc == ERR_NOTFOUND || (!rc && (devno == 0 || devno > store->n_devices)))
		return error_set(err, ERR_NOTFOUND, _("the store has no such entry"));
	if (rc)
		return rc;
	memcpy(out->device, store->devices[devno - 1].id, DEVICE_ID_BYTES);
	out->seq = rid_seq(rid);
	memcpy(out->digest, row.digest, CRYPTO_DIGEST_BYTES);
	return 0;
}
