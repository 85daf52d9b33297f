/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/recompute.h"

#include <stdlib.h>
#include <string.h>
#include "db/batch.h"
#include "db/body.h"
#include "db/derived.h"
#include "lib/i18n.h"

enum { CHUNK = 1000 };

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

int recompute_header(struct store *store, rid_t rid, const struct entry *entry, struct row *out,
                     struct error *err)
{
	int rc = 0;

	out->record = rid;
	out->subject = 0;
	out->lamport = entry->lamport;
	out->slot = slot_of(store->forms, entry);
	out->form_no = upper_form_number(store->upper, entry->form);
	if (entry->record.seq)
		rc = row_find(store, &entry->record, &out->record, err);
	if (!rc && entry->subject.seq)
		rc = row_find(store, &entry->subject, &out->subject, err);
	return !rc && !out->form_no && strlen(entry->form) <= FORM_ID_MAX ? ERR_NOTFOUND : rc;
}

/* Calls each() for every row of ENTRY but stubs. */
static int entries_each(struct store *store,
                        int (*each)(struct store *store, rid_t rid, const struct row *row,
                                    struct span body, void *arg, struct error *err),
                        void *arg, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	int rc = engine_cursor_open(&cursor, store->engine, TABLE_ENTRY, ENGINE_ROWS, err);

	if (!rc)
		rc = engine_seek(cursor, span_of("", 0), &key, &value, err);
	while (!rc) {
		struct row row;
		rid_t rid = get_u64_be(key.data);
		if (row_decode(&row, rid, &value) && row.status != ROW_STUB)
			rc = each(store, rid, &row, value, arg, err);
		if (!rc)
			rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* --- what is held --- */

struct holding {
	struct device_hold *holds;
	struct store *store; /* NULL: in memory only */
	rid_t last;
	bool last_is_twin;
};

static int hold_each(struct store *store, rid_t rid, const struct row *row, struct span body,
                     void *arg, struct error *err)
{
	struct holding *h = arg;
	uint16_t devno = rid_devno(rid);
	bool again = h->last && rid_devno(h->last) == devno && rid_seq(h->last) == rid_seq(rid);
	bool twin = again && !h->last_is_twin;

	(void)body;
	h->last = rid;
	h->last_is_twin = again;
	if (devno == 0 || devno > store->n_devices)
		return 0;
	return hold_note(h->store, devno, &h->holds[devno - 1], rid_seq(rid), row->digest, twin, err);
}

int recompute_holds(struct store *store, struct device_hold **out, size_t *n, struct error *err)
{
	struct holding h = { .holds = calloc(store->n_devices + 1, sizeof(struct device_hold)) };

	*out = h.holds;
	*n = store->n_devices;
	return h.holds ? entries_each(store, hold_each, &h, err) : no_memory(err);
}

void recompute_holds_free(struct device_hold *holds, size_t n)
{
	for (size_t i = 0; holds && i < n; i++)
		free(holds[i].above);
	free(holds);
}

static int rewrite_holds(struct store *store, struct error *err)
{
	struct holding h = { .store = store };
	int rc = engine_clear(store->engine, TABLE_CHAIN, err);

	if (!rc && !hold_of(store, (uint16_t)store->n_devices))
		rc = no_memory(err);
	for (size_t i = 0; !rc && i < store->upper->n_holds; i++) {
		struct device_hold *hold = &store->upper->holds[i];
		uint64_t stub_max = hold->stub_max;
		free(hold->above);
		*hold = (struct device_hold){ .dirty = true, .stub_max = stub_max };
	}
	h.holds = store->upper->holds;
	if (!rc)
		rc = entries_each(store, hold_each, &h, err);
	return rc ? rc : holds_write(store, err);
}

/* --- bodies, headers and lists --- */

/* Every entry gets its own body back: the records' rows are emptied. */
static int body_each(struct store *store, rid_t rid, const struct row *row, struct span body, void *arg,
                     struct error *err)
{
	struct row own = *row;
	struct span canonical;
	int rc;

	if (!row->in_record)
		return 0;
	arena_reset(arg);
	rc = body_canonical(store, rid, row, body, arg, &canonical, err);
	own.in_record = false;
	return rc ? rc : entry_put(store, rid, &own, NULL, canonical, err);
}

static int put_lists(struct store *store, rid_t rid, const struct row *row, struct error *err)
{
	uint8_t key[16], status = row->status;
	int rc = 0;

	put_u64_be(key, row->record);
	put_u64_be(key + 8, rid);
	if (row->record != rid)
		rc = engine_put(store->engine, TABLE_HIST, span_of(key, 16), span_of("", 0), err);
	if (rc || status == ROW_OK)
		return rc;
	rc = engine_get(store->engine, TABLE_HELD, span_of(key + 8, 8), NULL, err);
	return rc == ERR_NOTFOUND ? engine_put(store->engine, TABLE_HELD, span_of(key + 8, 8),
	                                       span_of(&status, 1), err)
	                          : rc;
}

static int header_each(struct store *store, rid_t rid, const struct row *row, struct span canonical,
                       void *arg, struct error *err)
{
	struct arena *arena = arg;
	struct row again = *row;
	struct entry entry;
	struct error broken;
	int rc;

	arena_reset(arena);
	/* The copy outlives the writing of this very row. */
	canonical.data = arena_memdup(arena, canonical.data, canonical.len_bytes);
	if (!canonical.data)
		return no_memory(err);
	if (entry_decode(&entry, canonical, arena, &broken))
		return 0;
	entry_digest(again.digest, canonical);
	if (memcmp(again.digest, row->digest, sizeof(again.digest)))
		return 0;
	rc = upper_form_number_for(store, entry.form, &again.form_no, err);
	if (!rc)
		rc = recompute_header(store, rid, &entry, &again, err);
	if (rc == ERR_NOTFOUND)
		return 0;
	if (!rc && (again.record != row->record || again.subject != row->subject ||
	            again.form_no != row->form_no || again.slot != row->slot ||
	            again.lamport != row->lamport))
		rc = entry_put(store, rid, &again, NULL, canonical, err);
	return rc ? rc : put_lists(store, rid, &again, err);
}

/* --- states --- */

struct states {
	struct touched touched[CHUNK];
	struct item items[CHUNK]; /* of records with one entry */
	struct arena arena;
	struct engine_cursor *history;
	size_t n;
	uint64_t conflicts, done;
	struct progress *progress;
};

static int flush_states(struct store *store, struct states *s, struct error *err)
{
	int rc = refresh_records(store, s->touched, s->n, &s->conflicts, err);

	for (size_t i = 0; !rc && i < s->n; i++) {
		struct item *item = &s->items[i];
		item->row.in_record = s->touched[i].only && body_fits_record(&item->row, item->entry);
		if (item->row.in_record)
			rc = entry_put(store, item->rid, &item->row, item->entry, span_of(NULL, 0), err);
	}
	arena_reset(&s->arena);
	s->done += s->n;
	s->n = 0;
	if (!rc && !progress_report(s->progress, _("computing records anew"), s->done,
	                            store->mark.n_entries))
		rc = error_set(err, ERR_CANCELLED, "%s", error_kind(ERR_CANCELLED));
	return rc;
}

/* Whether a record has no entry but its first. */
static int has_one_entry(struct states *s, rid_t record, bool *one, struct error *err)
{
	struct span key, value;
	uint8_t from[8];
	int rc;

	put_u64_be(from, record);
	rc = engine_seek(s->history, span_of(from, 8), &key, &value, err);
	*one = rc == ERR_NOTFOUND || (!rc && get_u64_be(key.data) != record);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int single_item(struct states *s, rid_t rid, const struct row *row, struct span canonical, struct item *out,
                       struct error *err)
{
	struct entry *entry = arena_alloc(&s->arena, sizeof(*entry));
	int rc;

	canonical.data = arena_memdup(&s->arena, canonical.data, canonical.len_bytes);
	if (!entry || !canonical.data)
		return no_memory(err);
	rc = entry_decode(entry, canonical, &s->arena, err);
	*out = (struct item){ .rid = rid, .row = *row, .canonical = canonical, .entry = entry };
	return rc;
}

static int state_each(struct store *store, rid_t rid, const struct row *row, struct span canonical,
                      void *arg, struct error *err)
{
	struct states *s = arg;
	struct item *item = &s->items[s->n];
	bool one;
	int rc;

	store->mark.n_entries++;
	store->mark.n_waiting += row->status == ROW_WAITING;
	store->mark.n_quarantined += row->status == ROW_QUARANTINED;
	if (row->status != ROW_OK || row->record != rid)
		return 0;
	rc = has_one_entry(s, rid, &one, err);
	if (!rc && one)
		rc = single_item(s, rid, row, canonical, item, err);
	if (rc)
		return rc;
	s->touched[s->n++] = (struct touched){ rid, one ? item : NULL };
	return s->n == CHUNK ? flush_states(store, s, err) : 0;
}

static int rewrite_states(struct store *store, struct progress *progress, struct error *err)
{
	struct states *s = calloc(1, sizeof(*s));
	struct store_mark *mark = &store->mark;
	int rc;

	if (!s)
		return no_memory(err);
	s->progress = progress;
	mark->n_entries = mark->n_records = mark->n_residents = 0;
	mark->n_waiting = mark->n_quarantined = mark->n_conflicts = 0;
	rc = engine_cursor_open(&s->history, store->engine, TABLE_HIST, ENGINE_KEYS, err);
	if (!rc)
		rc = entries_each(store, state_each, s, err);
	if (!rc)
		rc = flush_states(store, s, err);
	engine_cursor_close(s->history);
	arena_free(&s->arena);
	free(s);
	return rc;
}

static int recompute_tables(struct store *store, struct progress *progress, struct error *err)
{
	static const enum engine_table tables[] = { TABLE_REC,     TABLE_HIST,     TABLE_IX_NAME,
		                                    TABLE_IX_ID,   TABLE_IX_PHONE, TABLE_IX_HOUSE,
		                                    TABLE_IX_FORM, TABLE_CONFLICT };
	struct arena arena = ARENA_INIT;
	int rc = entries_each(store, body_each, &arena, err);

	for (size_t i = 0; !rc && i < sizeof(tables) / sizeof(*tables); i++)
		rc = engine_clear(store->engine, tables[i], err);
	/* Without a judge nobody could say anew why an entry is held. */
	if (!rc && store->judge.judge)
		rc = engine_clear(store->engine, TABLE_HELD, err);
	if (!rc && store->judge.judge)
		rc = engine_clear(store->engine, TABLE_WAIT, err);
	if (!rc)
		rc = entries_each(store, header_each, &arena, err);
	arena_free(&arena);
	if (!rc)
		rc = rewrite_holds(store, err);
	if (!rc)
		rc = rewrite_states(store, progress, err);
	return rc ? rc : derived_forget(store, err);
}

int recompute_all(struct store *store, struct progress *progress, struct error *err)
{
	struct upper *upper;
	int rc = upper_get(store, &upper, err);

	if (!rc)
		rc = store_begin(store, err);
	if (rc)
		return rc;
	rc = recompute_tables(store, progress, err);
	if (!rc)
		rc = store_commit(store, err);
	else
		store_abort(store);
	if (!rc && store->judge.judge)
		rc = store_rejudge(store, progress, err);
	return rc ? rc : derived_settle(store, progress, err);
}
