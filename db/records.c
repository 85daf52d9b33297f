/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading records: what people see. */
#include "config.h"
#include "db/records.h"

#include <string.h>
#include "db/batch.h"
#include "db/body.h"
#include "db/settle.h"
#include "db/state.h"
#include "lib/i18n.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

const struct record_field *record_field(const struct record *record, uint32_t tag)
{
	size_t low = 0, high = record->n_fields;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (record->fields[mid].tag < tag)
			low = mid + 1;
		else
			high = mid;
	}
	return tag && low < record->n_fields && record->fields[low].tag == tag ? &record->fields[low]
	                                                                       : NULL;
}

const char *record_field_text(const struct record_field *field)
{
	const struct leaf *leaf = &field->leaves[0];

	if (leaf->value.len_bytes == 0)
		return "";
	/* state_decode() put a NUL behind every value, and behind that the text of a reference. */
	if (leaf->kind == ENTRY_RECORD)
		return (const char *)leaf->value.data + leaf->value.len_bytes + 1;
	return (const char *)leaf->value.data;
}

const char *record_text(const struct record *record, uint32_t tag)
{
	const struct record_field *field = record_field(record, tag);

	return field ? record_field_text(field) : "";
}

int record_entry_fields(const struct record *record, struct arena *arena, struct entry_field **out,
                        size_t *n, struct error *err)
{
	struct entry_field *fields = arena_array(arena, record->n_fields + 1, sizeof(*fields));

	if (!fields)
		return no_memory(err);
	*n = 0;
	for (size_t i = 0; i < record->n_fields; i++) {
		const struct leaf *leaf = &record->fields[i].leaves[0];
		if (leaf->value.len_bytes)
			fields[(*n)++] = (struct entry_field){ .tag = record->fields[i].tag,
				                               .kind = leaf->kind,
				                               .value = leaf->value };
	}
	*out = fields;
	return 0;
}

int record_from_row(struct store *store, struct span key, struct span value, struct arena *arena,
                    struct record *out, struct error *err)
{
	uint32_t form_no;
	int rc;

	if (key.len_bytes != 20)
		return error_set(err, ERR_CORRUPT, _("the stored state of a record cannot be read"));
	rc = state_decode(out, &form_no, get_u64_be(key.data + 12), value, arena, err);
	if (rc)
		return rc;
	out->subject = get_u64_be(key.data);
	out->date = slot_date(get_u32_be(key.data + 8));
	out->form = upper_form(store->upper, form_no);
	return 0;
}

int record_settled(struct store *store, struct span key, struct span value, struct arena *arena,
                   struct record *out, struct error *err)
{
	int rc = record_from_row(store, key, value, arena, out, err);

	if (rc || !out->conflicted)
		return rc;
	return settle_record(store->forms ? form_set_find(store->forms, out->form) : NULL, out, arena, err);
}

static int not_found(struct error *err)
{
	return error_set(err, ERR_NOTFOUND, _("there is no such record"));
}

int store_record(struct store *store, rid_t id, struct arena *arena, struct record *out,
                 struct error *err)
{
	struct upper *upper;
	struct span value;
	struct row row;
	uint8_t key[20];
	int rc = upper_get(store, &upper, err);

	if (!rc)
		rc = upper_check_sees(store, err);
	if (!rc)
		rc = row_get(store, id, &row, err);
	if (rc == ERR_NOTFOUND || (!rc && (row.status != ROW_OK || row.record != id)))
		return not_found(err);
	if (rc)
		return rc;
	rec_key(key, &row, id);
	rc = engine_get(store->engine, TABLE_REC, span_of(key, 20), &value, err);
	if (rc == ERR_NOTFOUND)
		return not_found(err);
	return rc ? rc : record_settled(store, span_of(key, 20), value, arena, out, err);
}

int store_records_of(struct store *store, rid_t subject, const char *form, struct arena *arena,
                     struct record **out, size_t *n, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct record *records = NULL;
	struct upper *upper;
	struct span key, value;
	size_t cap = 0;
	uint8_t from[8];
	int rc = upper_get(store, &upper, err);

	*out = NULL;
	*n = 0;
	if (!rc)
		rc = upper_check_sees(store, err);
	if (!rc)
		rc = engine_cursor_open(&cursor, store->engine, TABLE_REC, ENGINE_ROWS, err);
	put_u64_be(from, subject);
	if (!rc)
		rc = engine_seek(cursor, span_of(from, 8), &key, &value, err);
	while (!rc && get_u64_be(key.data) == subject) {
		if (*n == cap) {
			struct record *more = arena_array(arena, cap ? 2 * cap : 16, sizeof(*more));
			if (!more) {
				rc = no_memory(err);
				break;
			}
			if (*n)
				memcpy(more, records, *n * sizeof(*more));
			records = more;
			cap = cap ? 2 * cap : 16;
		}
		rc = record_settled(store, key, value, arena, &records[*n], err);
		if (!rc && (!form || !strcmp(records[*n].form, form)))
			++*n;
		if (!rc)
			rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	*out = records;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int store_each_master(struct store *store, const char *form,
                      bool (*each)(void *arg, const struct record *record, struct arena *arena),
                      void *arg, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct arena arena = ARENA_INIT;
	struct upper *upper;
	struct span key, value;
	uint8_t from[2];
	uint16_t form_no;
	int rc = upper_get(store, &upper, err);

	if (!rc)
		rc = upper_check_sees(store, err);
	form_no = rc ? 0 : upper_form_number(upper, form);
	if (!form_no)
		return rc;
	from[0] = (uint8_t)(form_no >> 8);
	from[1] = (uint8_t)form_no;
	rc = engine_cursor_open(&cursor, store->engine, TABLE_IX_FORM, ENGINE_KEYS, err);
	if (!rc)
		rc = engine_seek(cursor, span_of(from, 2), &key, &value, err);
	while (!rc && key.len_bytes == 10 && !memcmp(key.data, from, 2)) {
		struct record record;
		rc = store_record(store, get_u64_be(key.data + 2), &arena, &record, err);
		if (!rc && !each(arg, &record, &arena))
			break;
		arena_reset(&arena);
		if (!rc)
			rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	arena_free(&arena);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int store_origin(struct store *store, rid_t entry_id, struct entry_origin *out, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct entry entry = { 0 };
	struct row row;
	int rc = upper_check_sees(store, err);

	memset(out, 0, sizeof(*out));
	if (!rc)
		rc = row_version(store, entry_id, &out->version, err);
	if (!rc)
		rc = entry_get(store, entry_id, &row, &arena, &entry, err);
	if (!rc && row.status == ROW_STUB)
		rc = error_set(err, ERR_NOTFOUND, _("the store has no such entry"));
	if (!rc) {
		out->device = &store->devices[rid_devno(entry_id) - 1];
		strncat(out->operator_name, entry.operator_name, sizeof(out->operator_name) - 1);
		out->wall = entry.wall;
		out->lamport = entry.lamport;
	}
	arena_free(&arena);
	return rc;
}

struct dated { rid_t rid; uint64_t lamport; };

static void sort_dated(struct dated *list, size_t n)
{
	for (size_t i = 1; i < n; i++) { /* few, and nearly sorted */
		struct dated one = list[i];
		size_t k = i;
		for (; k && (list[k - 1].lamport > one.lamport ||
		             (list[k - 1].lamport == one.lamport && list[k - 1].rid > one.rid)); k--)
			list[k] = list[k - 1];
		list[k] = one;
	}
}

int store_history(struct store *store, rid_t record, struct arena *arena, rid_t **out, size_t *n,
                  struct error *err)
{
	struct dated *list;
	rid_t *rids;
	size_t n_all, kept = 0;
	int rc = upper_check_sees(store, err);

	if (!rc)
		rc = refresh_entries_of(store, record, arena, &rids, &n_all, err);
	if (rc)
		return rc;
	list = arena_array(arena, n_all, sizeof(*list));
	if (!list)
		return no_memory(err);
	for (size_t i = 0; i < n_all; i++) {
		struct row row;
		rc = row_get(store, rids[i], &row, err);
		if (rc == ERR_NOTFOUND)
			return not_found(err);
		if (rc)
			return rc;
		if (row.status == ROW_OK)
			list[kept++] = (struct dated){ rids[i], row.lamport };
	}
	sort_dated(list, kept);
	for (size_t i = 0; i < kept; i++)
		rids[i] = list[i].rid;
	*out = rids;
	*n = kept;
	return 0;
}

int store_version_of(struct store *store, rid_t entry, struct version *out, struct error *err)
{
	return row_version(store, entry, out, err);
}

int store_find_version(struct store *store, const struct version *version, rid_t *out,
                       struct error *err)
{
	struct row row;
	int rc = row_find(store, version, out, err);

	if (!rc)
		rc = row_get(store, *out, &row, err);
	if (rc == ERR_NOTFOUND || (!rc && row.status == ROW_STUB)) {
		*out = 0;
		return error_set(err, ERR_NOTFOUND, _("the store has no such entry"));
	}
	return rc;
}
