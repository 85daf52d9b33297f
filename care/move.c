/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/move.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"

/* Table "moving": receipts that are due. key = region NUL | side u8 | transfer u64, no value. */
static const char TABLE[] = "moving";
enum { SIDE_FROM = 1, SIDE_TO = 2 };

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

static uint32_t tag_of(struct store *store, const char *form, const char *field)
{
	const struct form *found = form_set_find(store_forms(store), form);

	return found ? form_tag(found, field) : 0;
}

static const char *text_of(struct store *store, const struct record *record, const char *field)
{
	return record_text(record, tag_of(store, record->form, field));
}

static bool is_form(const struct record *record, const char *form)
{
	return !record->retired && !strcmp(record->form, form);
}

/* The receipt of one side for a transfer; NULL: not yet. */
static const struct record *receipt_of(struct store *store, const struct record *records, size_t n,
                                       const char *transfer, const char *side)
{
	for (size_t i = 0; i < n; i++)
		if (is_form(&records[i], "transfer_receipt") &&
		    !strcmp(text_of(store, &records[i], "transfer"), transfer) &&
		    !strcmp(text_of(store, &records[i], "side"), side))
			return &records[i];
	return NULL;
}

/* --- the derived table --- */

static int put_due(struct store *store, const struct record *transfer, const struct record *records, size_t n,
                   int side, struct derive_sink *sink, struct error *err)
{
	const char *region = text_of(store, transfer, side == SIDE_FROM ? "from_region" : "to_region");
	char text[VERSION_TEXT_BYTES], code[2] = { (char)('0' + side), '\0' };
	struct buf key = BUF_INIT;
	struct version version;
	int rc = store_version_of(store, transfer->id, &version, err);

	if (rc || !*region || strlen(region) >= REGION_BYTES ||
	    receipt_of(store, records, n, version_format(&version, text), code))
		return rc;
	buf_put(&key, region, strlen(region) + 1);
	buf_put_u8(&key, (uint8_t)side);
	buf_put_u64(&key, transfer->id);
	rc = key.failed ? no_memory(err) : derive_put(sink, span_of_buf(&key), span_of("", 0), err);
	buf_free(&key);
	return rc;
}

int move_derive(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                struct derive_sink *sink, struct error *err)
{
	const struct record *records = in->records;
	int rc = 0;

	(void)deriver;
	(void)prepared;
	for (size_t i = 0; !rc && i < in->n; i++) {
		if (!is_form(&records[i], "transfer"))
			continue;
		rc = put_due(in->store, &records[i], records, in->n, SIDE_FROM, sink, err);
		if (!rc)
			rc = put_due(in->store, &records[i], records, in->n, SIDE_TO, sink, err);
	}
	return rc;
}

/* --- looking --- */

static uint64_t lamport_of(struct store *store, rid_t entry)
{
	struct entry_origin origin;

	return store_origin(store, entry, &origin, NULL) ? 0 : origin.lamport;
}

static const struct record *last_transfer(struct store *store, const struct record *records, size_t n)
{
	const struct record *last = NULL;

	for (size_t i = 0; i < n; i++)
		if (is_form(&records[i], "transfer") &&
		    (!last || lamport_of(store, records[i].id) > lamport_of(store, last->id)))
			last = &records[i];
	return last;
}

void care_move_of(struct store *store, const struct record *records, size_t n, struct move *out)
{
	const struct record *transfer = last_transfer(store, records, n), *receipt;
	char text[VERSION_TEXT_BYTES];
	struct entry_origin origin;
	struct version version;

	*out = (struct move){ .date = DATE_NONE, .noted = DATE_NONE, .received = DATE_NONE, .received_by = "",
		              .records = -1 };
	if (!transfer || store_version_of(store, transfer->id, &version, NULL))
		return;
	version_format(&version, text);
	out->transfer = transfer->id;
	out->from_region = text_of(store, transfer, "from_region");
	out->to_region = text_of(store, transfer, "to_region");
	out->reason = text_of(store, transfer, "reason");
	out->date = date_parse(text_of(store, transfer, "transfer_date"));
	receipt = receipt_of(store, records, n, text, "1");
	if (receipt)
		out->noted = date_parse(text_of(store, receipt, "receipt_date"));
	receipt = receipt_of(store, records, n, text, "2");
	if (!receipt)
		return;
	out->received = date_parse(text_of(store, receipt, "receipt_date"));
	out->records = strtol(text_of(store, receipt, "records"), NULL, 10);
	if (!store_origin(store, receipt->id, &origin, NULL) && origin.device)
		out->received_by = origin.device->name;
}

int care_owner(struct store *store, rid_t resident, char region[REGION_BYTES], struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct entry_origin origin;
	struct record *records;
	struct move move;
	size_t n;
	int rc = store_records_of(store, resident, NULL, &arena, &records, &n, err);

	if (!rc)
		rc = store_origin(store, resident, &origin, err);
	if (!rc) {
		care_move_of(store, records, n, &move);
		snprintf(region, REGION_BYTES, "%s", move.transfer ? move.to_region :
		                                     origin.device ? origin.device->region : "");
	}
	arena_free(&arena);
	return rc;
}

/* --- writing --- */

static bool is_region(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return !text[n] && (n == 9 || n == 12);
}

static int may_decide(struct store *store, rid_t resident, const char *region, const char *reason,
                      struct store_info *info, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct record record;
	int rc = store_info_get(store, info, err);

	if (!rc && info->self.level == LEVEL_VILLAGE)
		rc = error_set(err, ERR_DENIED, _("who a resident belongs to is decided at the township"));
	if (!rc && !is_region(region))
		rc = error_set(err, ERR_INVALID, _("%s is no region: 9 or 12 digits"), region);
	if (!rc && !*reason)
		rc = error_set(err, ERR_INVALID, _("a reason is needed"));
	if (!rc)
		rc = store_record(store, resident, &arena, &record, err);
	if (!rc && strcmp(record.form, "resident") != 0)
		rc = error_set(err, ERR_INVALID, _("only residents move"));
	arena_free(&arena);
	return rc;
}

static struct change_field text_field(uint32_t tag, const char *text)
{
	return (struct change_field){ .tag = tag, .value = span_of(text, strlen(text)) };
}

int care_move(struct store *store, rid_t resident, const char *to_region, const char *reason, struct error *err)
{
	char from[REGION_BYTES] = "", today[DATE_TEXT_BYTES];
	struct store_info info;
	int rc = may_decide(store, resident, to_region, reason, &info, err);

	if (!rc)
		rc = care_owner(store, resident, from, err);
	if (!rc && !strcmp(from, to_region))
		rc = error_set(err, ERR_INVALID, _("the resident belongs to %s already"), to_region);
	if (rc)
		return rc;
	const struct change_field fields[] = {
		text_field(tag_of(store, "transfer", "from_region"), from),
		text_field(tag_of(store, "transfer", "to_region"), to_region),
		text_field(tag_of(store, "transfer", "transfer_date"), date_format(date_today(), today)),
		text_field(tag_of(store, "transfer", "reason"), reason),
	};
	const struct change change = { .form = "transfer", .subject = resident, .fields = fields, .n_fields = 4 };
	return store_save(store, &change, 1, NULL, err);
}

int care_grant(struct store *store, rid_t resident, const char *region, const char *reason, struct error *err)
{
	struct store_info info;
	int rc = may_decide(store, resident, region, reason, &info, err);
	const struct change_field fields[] = {
		text_field(tag_of(store, "grant", "region"), region),
		text_field(tag_of(store, "grant", "reason"), reason),
	};
	const struct change change = { .form = "grant", .subject = resident, .fields = fields, .n_fields = 2 };

	return rc ? rc : store_save(store, &change, 1, NULL, err);
}

/* --- receipts --- */

struct due {
	rid_t resident, transfer;
	uint8_t side;
};
struct due_list {
	struct due due[256]; /* the rest comes with the next call */
	size_t n;
};

static bool take_due(void *arg, struct span key, rid_t subject, struct span value)
{
	struct due_list *list = arg;
	size_t region = strnlen((const char *)key.data, key.len_bytes) + 1;

	(void)value;
	if (key.len_bytes >= region + 9)
		list->due[list->n++] = (struct due){ subject, get_u64_be(key.data + region + 1), key.data[region] };
	return list->n < sizeof(list->due) / sizeof(*list->due);
}

static int answer(struct store *store, const struct due *due, struct error *err)
{
	char code[2] = { (char)('0' + due->side), '\0' }, today[DATE_TEXT_BYTES], count[24];
	struct arena arena = ARENA_INIT;
	struct buf transfer = BUF_INIT;
	struct record *records;
	struct version version;
	size_t n;
	int rc = store_records_of(store, due->resident, NULL, &arena, &records, &n, err);

	if (!rc)
		rc = store_version_of(store, due->transfer, &version, err);
	if (!rc) {
		version_put(&transfer, &version);
		snprintf(count, sizeof(count), "%zu", n);
		const struct change_field fields[] = {
			{ .tag = tag_of(store, "transfer_receipt", "transfer"), .kind = ENTRY_RECORD,
			  .value = span_of_buf(&transfer) },
			text_field(tag_of(store, "transfer_receipt", "side"), code),
			text_field(tag_of(store, "transfer_receipt", "receipt_date"), date_format(date_today(), today)),
			text_field(tag_of(store, "transfer_receipt", "records"), count),
		};
		const struct change change = { .form = "transfer_receipt", .subject = due->resident,
			                       .fields = fields, .n_fields = 4 };
		rc = transfer.failed ? no_memory(err) : store_save(store, &change, 1, NULL, err);
	}
	buf_free(&transfer);
	arena_free(&arena);
	return rc;
}

int care_answer_transfers(struct store *store, uint64_t *n, struct error *err)
{
	struct due_list list = { .n = 0 };
	struct store_info info;
	char to[REGION_BYTES + 1];
	int rc = store_info_get(store, &info, err);

	*n = 0;
	if (rc || info.self.level != LEVEL_VILLAGE || !role_writes(store_session(store)->role))
		return rc;
	size_t len = strlen(info.self.region);
	memcpy(to, info.self.region, len);
	to[len] = 1; /* behind the NUL of the keys of this region */
	rc = store_derived_each(store, TABLE, span_of(info.self.region, len + 1), span_of(to, len + 1), take_due, &list,
	                        err);
	if (rc == ERR_NOTFOUND) /* nobody registered the tables of care/ */
		return 0;
	for (size_t i = 0; !rc && i < list.n; i++) {
		rc = answer(store, &list.due[i], err);
		*n += !rc;
	}
	return rc;
}
