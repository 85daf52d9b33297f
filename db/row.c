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

/*
 * header = flags u8: status, CREATES, BELONGS, IN_RECORD | digest 16 | record u64 unless CREATES |
 *          subject u64 if BELONGS | form number varint | slot u32 if CREATES | lamport varint
 */
enum { STATUS_MASK = 3, FLAG_CREATES = 4, FLAG_BELONGS = 8, FLAG_IN_RECORD = 16 };

void row_encode(struct buf *out, rid_t rid, const struct row *row)
{
	bool creates = row->record == rid;

	buf_put_u8(out, (uint8_t)(row->status | (creates ? FLAG_CREATES : 0) |
	                          (row->subject ? FLAG_BELONGS : 0) |
	                          (row->in_record ? FLAG_IN_RECORD : 0)));
	buf_put(out, row->digest, sizeof(row->digest));
	if (!creates)
		buf_put_u64(out, row->record);
	if (row->subject)
		buf_put_u64(out, row->subject);
	buf_put_varint(out, row->form_no);
	if (creates)
		buf_put_u32(out, row->slot);
	buf_put_varint(out, row->lamport);
}

bool row_decode(struct row *out, rid_t rid, struct span *in)
{
	struct span digest;
	uint64_t form_no;
	uint8_t flags;

	if (!span_u8(in, &flags) || !span_take(in, CRYPTO_DIGEST_BYTES, &digest))
		return false;
	out->status = flags & STATUS_MASK;
	out->in_record = flags & FLAG_IN_RECORD;
	out->record = rid;
	out->subject = 0;
	out->slot = 0;
	if ((!(flags & FLAG_CREATES) && !span_u64(in, &out->record)) ||
	    (flags & FLAG_BELONGS && !span_u64(in, &out->subject)) ||
	    !span_varint(in, &form_no) || form_no > UINT16_MAX ||
	    (flags & FLAG_CREATES && !span_u32(in, &out->slot)) || !span_varint(in, &out->lamport))
		return false;
	out->form_no = (uint16_t)form_no;
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
	upper->cache[place].turn = upper->generation + 1;
	upper->cache[place].row = *row;
}

void row_note_written(struct store *store, rid_t rid, const struct row *row)
{
	if (!row->subject || store->upper->cache[cache_place(rid)].rid == rid)
		row_remember(store, rid, row);
}

int row_get_body(struct store *store, rid_t rid, struct row *out, struct span *body, struct error *err)
{
	uint8_t key[8];
	int rc;

	put_u64_be(key, rid);
	rc = engine_get(store->engine, TABLE_ENTRY, span_of(key, 8), body, err);
	if (rc)
		return rc;
	if (!row_decode(out, rid, body))
		return error_set(err, ERR_CORRUPT, _("the header of a stored entry cannot be read"));
	row_remember(store, rid, out);
	return 0;
}

int row_get(struct store *store, rid_t rid, struct row *out, struct error *err)
{
	struct upper *upper;
	struct span body;
	size_t place = cache_place(rid);
	int rc = upper_get(store, &upper, err);

	if (rc)
		return rc;
	if (rid && upper->cache[place].rid == rid && upper->cache[place].turn == upper->generation + 1) {
		*out = upper->cache[place].row;
		return 0;
	}
	return row_get_body(store, rid, out, &body, err);
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
