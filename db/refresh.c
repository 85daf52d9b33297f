/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows from entries: record states, index rows, conflicts, derived rows. */
#include "config.h"
#include "db/batch.h"

#include <stdlib.h>
#include <string.h>
#include "db/body.h"
#include "db/derived.h"
#include "db/index.h"
#include "db/state.h"
#include "lib/i18n.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

void rec_key(uint8_t key[20], const struct row *row, rid_t record)
{
	put_u64_be(key, row->subject ? row->subject : record);
	put_u32_be(key + 8, row->slot);
	put_u64_be(key + 12, record);
}

static void set_identity(struct store *store, struct record *out, const struct row *row, rid_t record)
{
	out->id = record;
	out->subject = row->subject ? row->subject : record;
	out->form = upper_form(store->upper, row->form_no);
	out->date = slot_date(row->slot);
}

/* --- computing --- */

/* Bases that are not here at all cannot be named by an entry that counts; they become 0, no entry. */
static int load_changes(struct store *store, const struct entry *entry, struct arena *arena,
                        struct state_entry *out, struct error *err)
{
	struct state_change *changes = arena_array(arena, entry->n_fields + 1, sizeof(*changes));

	if (!changes)
		return no_memory(err);
	for (size_t i = 0; i < entry->n_fields; i++) {
		const struct entry_field *field = &entry->fields[i];
		rid_t *bases = arena_array(arena, field->n_bases + 1, sizeof(*bases));
		if (!bases)
			return no_memory(err);
		for (size_t b = 0; b < field->n_bases; b++) {
			int rc = row_find(store, &field->bases[b], &bases[b], err);
			if (rc && rc != ERR_NOTFOUND)
				return rc;
		}
		changes[i] = (struct state_change){ field->tag, field->kind, field->value, bases,
			                            field->n_bases };
	}
	out->changes = changes;
	out->n_changes = entry->n_fields;
	return 0;
}

static int load_entry(struct store *store, rid_t rid, struct arena *arena, struct state_entry *out,
                      struct error *err)
{
	struct entry entry;
	struct row row;
	int rc = entry_get(store, rid, &row, arena, &entry, err);

	if (rc == ERR_NOTFOUND || (!rc && row.status == ROW_STUB))
		return error_set(err, ERR_CORRUPT, _("an entry that should be held is missing"));
	if (rc)
		return rc;
	out->rid = rid;
	out->counts = row.status == ROW_OK;
	out->lamport = row.lamport;
	out->device = store->devices[rid_devno(rid) - 1].id;
	out->digest = arena_memdup(arena, row.digest, sizeof(row.digest));
	if (!out->digest)
		return no_memory(err);
	return load_changes(store, &entry, arena, out, err);
}

int refresh_entries_of(struct store *store, rid_t record, struct arena *arena, rid_t **out, size_t *n,
                       struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	size_t cap = 8;
	uint8_t from[8];
	rid_t *rids = arena_array(arena, cap, sizeof(*rids));
	int rc = rids ? 0 : no_memory(err);

	put_u64_be(from, record);
	if (!rc)
		rc = engine_cursor_open(&cursor, store->engine, TABLE_HIST, ENGINE_KEYS, err);
	if (rc)
		return rc;
	rids[0] = record;
	*n = 1;
	rc = engine_seek(cursor, span_of(from, 8), &key, &value, err);
	while (!rc && key.len_bytes == 16 && get_u64_be(key.data) == record) {
		if (*n == cap) {
			rid_t *more = arena_array(arena, 2 * cap, sizeof(*more));
			if (!more) {
				rc = no_memory(err);
				break;
			}
			memcpy(more, rids, *n * sizeof(*more));
			rids = more;
			cap *= 2;
		}
		rids[(*n)++] = get_u64_be(key.data + 8);
		rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	*out = rids;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int refresh_compute(struct store *store, rid_t record, struct row *row, struct arena *arena,
                    struct record *out, struct error *err)
{
	struct state_entry *entries;
	rid_t *rids;
	size_t n;
	int rc = row_get(store, record, row, err);

	memset(out, 0, sizeof(*out));
	if (!rc && (row->status != ROW_OK || row->record != record))
		return ERR_NOTFOUND;
	if (!rc)
		rc = refresh_entries_of(store, record, arena, &rids, &n, err);
	if (rc)
		return rc;
	entries = arena_array(arena, n, sizeof(*entries));
	if (!entries)
		return no_memory(err);
	for (size_t i = 0; !rc && i < n; i++)
		rc = load_entry(store, rids[i], arena, &entries[i], err);
	set_identity(store, out, row, record);
	return rc ? rc : state_compute(out, entries, n, arena, err);
}

/* A record whose only entry is new here. */
static int compute_only(struct store *store, const struct item *item, struct arena *arena,
                        struct record *out, struct error *err)
{
	const struct entry *entry = item->entry;
	struct record_field *fields = arena_array(arena, entry->n_fields + 1, sizeof(*fields));
	struct leaf *leaves = arena_array(arena, entry->n_fields + 1, sizeof(*leaves));

	if (!fields || !leaves)
		return no_memory(err);
	memset(out, 0, sizeof(*out));
	set_identity(store, out, &item->row, item->rid);
	out->fields = fields;
	out->n_fields = entry->n_fields;
	for (size_t i = 0; i < entry->n_fields; i++) {
		leaves[i] = (struct leaf){ item->rid, entry->fields[i].kind, entry->fields[i].value };
		fields[i] = (struct record_field){ .tag = entry->fields[i].tag, .n_leaves = 1, .leaves = &leaves[i] };
		if (fields[i].tag == TAG_RETIRED)
			out->retired = leaves[i].value.len_bytes > 0;
	}
	return 0;
}

/* Give an entry whose values stand in its record's row a body of its own: the row will change. */
static int give_body(struct store *store, rid_t rid, struct arena *arena, struct error *err)
{
	struct span canonical;
	struct row row;
	int rc = entry_get_canonical(store, rid, &row, arena, &canonical, err);

	if (rc || !row.in_record)
		return rc;
	row.in_record = false;
	return entry_put(store, rid, &row, NULL, canonical, err);
}

/* --- writing --- */

struct rec_change {
	uint8_t key[20];
	struct span value; /* data NULL: remove the row */
};

struct refresh {
	struct store *store;
	struct arena arena;       /* for the whole call */
	struct arena scratch;     /* for one record */
	struct buf bytes;         /* of its state */
	struct rec_change *recs;
	size_t n_recs;
	struct index_list index;
	uint64_t *conflicts;
};

static int rec_order(const void *a, const void *b)
{
	return memcmp(((const struct rec_change *)a)->key, ((const struct rec_change *)b)->key, 20);
}

struct before { /* how a record stands in the store */
	bool exists;
	struct record record;
	struct span bytes;
};

static int load_before(struct refresh *r, const uint8_t key[20], const struct row *row, rid_t rid,
                       struct before *out, struct error *err)
{
	struct span value;
	uint32_t form_no;
	int rc = engine_get(r->store->engine, TABLE_REC, span_of(key, 20), &value, err);

	memset(out, 0, sizeof(*out));
	if (rc == ERR_NOTFOUND)
		return 0;
	if (!rc)
		rc = state_decode(&out->record, &form_no, rid, value, &r->scratch, err);
	if (rc)
		return rc;
	set_identity(r->store, &out->record, row, rid);
	out->exists = true;
	out->bytes = span_of(arena_memdup(&r->scratch, value.data, value.len_bytes), value.len_bytes);
	return out->bytes.data ? 0 : no_memory(err);
}

static void count_change(struct refresh *r, const struct row *row, const struct before *before,
                         const struct record *after)
{
	struct store_mark *mark = &r->store->mark;
	uint64_t more = (uint64_t)(after != NULL) - (uint64_t)before->exists;
	bool conflicted = after && after->conflicted;
	bool was_conflicted = before->exists && before->record.conflicted;

	mark->n_records += more;
	if (row->form_no == r->store->upper->resident_no && row->subject == 0)
		mark->n_residents += more;
	mark->n_conflicts += (uint64_t)conflicted - (uint64_t)was_conflicted;
	*r->conflicts += conflicted && !was_conflicted;
}

static int note_change(struct refresh *r, const struct row *row, const struct before *before,
                       const struct record *after, struct error *err)
{
	struct index_list old = { .arena = &r->scratch }, now = { .arena = &r->scratch };
	struct rec_change *change = &r->recs[r->n_recs];
	struct buf *bytes = &r->bytes;

	if (after) {
		buf_clear(bytes);
		state_encode(bytes, after, row->form_no);
		if (bytes->failed)
			return no_memory(err);
		if (before->exists && bytes->len_bytes == before->bytes.len_bytes &&
		    !memcmp(bytes->data, before->bytes.data, bytes->len_bytes))
			return 0;
		change->value = span_of(arena_memdup(&r->arena, bytes->data, bytes->len_bytes), bytes->len_bytes);
		if (!change->value.data)
			return no_memory(err);
		index_rows(&now, r->store, after, row->form_no);
	}
	if (before->exists && row->in_record) {
		int rc = give_body(r->store, before->record.id, &r->scratch, err);
		if (rc)
			return rc;
	}
	if (before->exists)
		index_rows(&old, r->store, &before->record, row->form_no);
	index_sort(&old);
	index_sort(&now);
	index_difference(&r->index, &old, &now);
	count_change(r, row, before, after);
	r->n_recs++;
	return 0;
}

static int refresh_one(struct refresh *r, const struct touched *touched, struct error *err)
{
	struct before before = { .exists = false };
	uint8_t *key = r->recs[r->n_recs].key;
	struct record after;
	struct row row;
	int rc;

	arena_reset(&r->scratch);
	if (touched->only) {
		row = touched->only->row;
		rec_key(key, &row, touched->record);
		rc = compute_only(r->store, touched->only, &r->scratch, &after, err);
		return rc ? rc : note_change(r, &row, &before, &after, err);
	}
	rc = row_get(r->store, touched->record, &row, err);
	if (rc == ERR_NOTFOUND || (!rc && (row.status == ROW_STUB || row.record != touched->record)))
		return 0;
	rec_key(key, &row, touched->record);
	if (!rc)
		rc = load_before(r, key, &row, touched->record, &before, err);
	if (rc)
		return rc;
	rc = refresh_compute(r->store, touched->record, &row, &r->scratch, &after, err);
	if (rc == ERR_NOTFOUND)
		return before.exists ? note_change(r, &row, &before, NULL, err) : 0;
	return rc ? rc : note_change(r, &row, &before, &after, err);
}

static void turn_round(struct engine_row *rows, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct engine_row row = rows[i];
		rows[i] = rows[n - 1 - i];
		rows[n - 1 - i] = row;
	}
}

/* Every chunk of a merge is about nearly all residents, on more pages than are kept in memory: upward and downward in
 * turn finds those there that were written last. New residents go upward, as only that fills pages. */
static bool goes_down(const struct refresh *r)
{
	struct upper *upper = r->store->upper;
	bool all_old = true;

	for (size_t i = 0; all_old && i < r->n_recs; i++)
		all_old = memcmp(r->recs[i].key, r->recs[i].key + 12, sizeof(rid_t)) != 0;
	upper->downward = all_old && !upper->downward;
	return upper->downward;
}

static int write_recs(struct refresh *r, struct error *err)
{
	struct engine_row *rows = arena_array(&r->arena, r->n_recs + 1, sizeof(*rows));
	size_t n = 0;
	int rc = rows ? 0 : no_memory(err);

	if (r->n_recs > 1)
		qsort(r->recs, r->n_recs, sizeof(*r->recs), rec_order);
	for (size_t i = 0; !rc && i < r->n_recs; i++) {
		struct span key = span_of(r->recs[i].key, 20);
		if (r->recs[i].value.data)
			rows[n++] = (struct engine_row){ key, r->recs[i].value };
		else
			rc = engine_del(r->store->engine, TABLE_REC, key, err);
	}
	if (goes_down(r))
		turn_round(rows, n);
	return rc ? rc : engine_put_rows(r->store->engine, TABLE_REC, rows, n, err);
}

/* The subjects of the changed records, each once: the changes are in key order. */
static int touch_subjects(struct refresh *r, struct error *err)
{
	rid_t *subjects = arena_array(&r->arena, r->n_recs + 1, sizeof(*subjects));
	size_t n = 0;

	if (!subjects)
		return no_memory(err);
	for (size_t i = 0; i < r->n_recs; i++) {
		rid_t subject = get_u64_be(r->recs[i].key);
		if (n == 0 || subjects[n - 1] != subject)
			subjects[n++] = subject;
	}
	return derived_touch(r->store, subjects, n, err);
}

int refresh_records(struct store *store, const struct touched *touched, size_t n, uint64_t *conflicts,
                    struct error *err)
{
	struct refresh r = { .store = store, .arena = ARENA_INIT, .scratch = ARENA_INIT,
		             .conflicts = conflicts };
	int rc = 0;

	if (n == 0)
		return 0;
	r.index.arena = &r.arena;
	r.recs = arena_array(&r.arena, n, sizeof(*r.recs));
	if (!r.recs)
		rc = no_memory(err);
	for (size_t i = 0; !rc && i < n; i++)
		rc = refresh_one(&r, &touched[i], err);
	if (!rc)
		rc = write_recs(&r, err);
	index_sort(&r.index);
	if (!rc)
		rc = index_write(store, &r.index, err);
	if (!rc)
		rc = touch_subjects(&r, err);
	buf_free(&r.bytes);
	arena_free(&r.arena);
	arena_free(&r.scratch);
	return rc;
}
