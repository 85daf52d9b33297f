/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of a batch: all tables written in key order, then what follows from the entries. */
#include "config.h"
#include "db/batch.h"

#include <stdlib.h>
#include <string.h>
#include "db/body.h"
#include "db/judge.h"
#include "lib/i18n.h"

/* Larger Lamport counters are kept but not followed: one broken sender must not use up the numbers. */
#define LAMPORT_FOLLOWED_MAX (UINT64_C(1) << 62)

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

static int item_order(const void *a, const void *b)
{
	rid_t x = (*(struct item *const *)a)->rid, y = (*(struct item *const *)b)->rid;

	return (x > y) - (x < y);
}

/* The items to be written, by number; in the batch's arena. */
static int dirty_items(struct batch *batch, struct item ***out, size_t *n, struct error *err)
{
	struct item **items = arena_array(&batch->arena, batch->n_items + 1, sizeof(struct item *));

	if (!items)
		return no_memory(err);
	*n = 0;
	for (size_t i = 0; i < batch->n_slots; i++)
		if (batch->slots[i] && batch->slots[i]->dirty)
			items[(*n)++] = batch->slots[i];
	qsort(items, *n, sizeof(struct item *), item_order);
	*out = items;
	return 0;
}

/* The row of an entry, in the batch's arena; scratch is used again for the next one. */
static int entry_row(struct batch *batch, const struct item *item, struct buf *scratch, struct engine_row *out,
                     struct error *err)
{
	buf_clear(scratch);
	buf_put_u64(scratch, item->rid);
	body_put(scratch, item->rid, &item->row, item->entry, item->canonical);
	const uint8_t *copy = scratch->failed ? NULL
	                      : arena_memdup(&batch->arena, scratch->data, scratch->len_bytes);
	if (!copy)
		return no_memory(err);
	out->key = span_of(copy, sizeof(item->rid));
	out->value = span_of(copy + sizeof(item->rid), scratch->len_bytes - sizeof(item->rid));
	return 0;
}

static int write_entries(struct batch *batch, struct item **items, size_t n, struct error *err)
{
	struct store *store = batch->store;
	struct engine_row *rows = arena_array(&batch->arena, n + 1, sizeof(*rows));
	struct buf scratch = BUF_INIT;
	int rc = rows ? 0 : no_memory(err);

	for (size_t i = 0; !rc && i < n; i++) {
		rc = entry_row(batch, items[i], &scratch, &rows[i], err);
		row_note_written(store, items[i]->rid, &items[i]->row);
	}
	buf_free(&scratch);
	if (!rc)
		rc = engine_put_rows(store->engine, TABLE_ENTRY, rows, n, err);
	for (size_t i = 0; !rc && i < n; i++)
		if (items[i]->fresh)
			rc = hold_add(store, rid_devno(items[i]->rid), rid_seq(items[i]->rid),
			              items[i]->row.digest, items[i]->twin, err);
	return rc ? rc : holds_write(store, err);
}

static int pair_order(const void *a, const void *b)
{
	const struct rid_pair *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->second != y->second)
		return x->second < y->second ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* Of several changes of one row the last one counts. */
static int write_pairs(struct batch *batch, enum engine_table table, struct rid_pair *pairs, size_t n,
                       struct error *err)
{
	uint8_t key[16];
	int rc = 0;

	if (n > 1)
		qsort(pairs, n, sizeof(*pairs), pair_order);
	for (size_t i = 0; !rc && i < n; i++) {
		if (i + 1 < n && pairs[i + 1].first == pairs[i].first &&
		    pairs[i + 1].second == pairs[i].second)
			continue;
		put_u64_be(key, pairs[i].first);
		put_u64_be(key + 8, pairs[i].second);
		if (pairs[i].del)
			rc = engine_del(batch->store->engine, table, span_of(key, 16), err);
		else
			rc = engine_put(batch->store->engine, table, span_of(key, 16), span_of("", 0), err);
		if (rc == ERR_NOTFOUND)
			rc = 0;
	}
	return rc;
}

static int write_history(struct batch *batch, struct item **items, size_t n, struct error *err)
{
	struct rid_pair *pairs = arena_array(&batch->arena, n + 1, sizeof(*pairs));
	size_t n_pairs = 0;

	if (!pairs)
		return no_memory(err);
	for (size_t i = 0; i < n; i++)
		if (items[i]->fresh && items[i]->row.record != items[i]->rid)
			pairs[n_pairs++] = (struct rid_pair){ items[i]->row.record, items[i]->rid, 0, false };
	return write_pairs(batch, TABLE_HIST, pairs, n_pairs, err);
}

static bool is_held(uint8_t status)
{
	return status == ROW_WAITING || status == ROW_QUARANTINED;
}

static int write_held(struct batch *batch, struct item **items, size_t n, struct error *err)
{
	struct engine *engine = batch->store->engine;
	struct buf value = BUF_INIT;
	uint8_t key[8];
	int rc = 0;

	for (size_t i = 0; !rc && i < n; i++) {
		const struct item *item = items[i];
		put_u64_be(key, item->rid);
		if (is_held(item->row.status)) {
			buf_clear(&value);
			buf_put_u8(&value, item->row.status);
			buf_put(&value, item->reason, item->reason ? strlen(item->reason) : 0);
			rc = value.failed ? no_memory(err)
			                  : engine_put(engine, TABLE_HELD, span_of(key, 8),
			                               span_of_buf(&value), err);
		} else if (is_held(item->old_status)) {
			rc = engine_del(engine, TABLE_HELD, span_of(key, 8), err);
		}
	}
	buf_free(&value);
	return rc;
}

static void count(struct batch *batch, struct item **items, size_t n)
{
	struct store_mark *mark = &batch->store->mark;

	for (size_t i = 0; i < n; i++) {
		const struct item *item = items[i];
		bool waits = item->row.status == ROW_WAITING, waited = item->old_status == ROW_WAITING;
		bool held = item->row.status == ROW_QUARANTINED;
		bool was_held = item->old_status == ROW_QUARANTINED;

		mark->n_waiting += (uint64_t)waits - (uint64_t)waited;
		mark->n_quarantined += (uint64_t)held - (uint64_t)was_held;
		batch->n_changed += !item->fresh && item->row.status != item->old_status;
		if (!item->fresh)
			continue;
		mark->n_entries++;
		if (item->row.lamport > mark->lamport)
			mark->lamport = item->row.lamport < LAMPORT_FOLLOWED_MAX ? item->row.lamport
			                                                         : LAMPORT_FOLLOWED_MAX;
		batch->result.waiting += waits;
		batch->result.quarantined += held;
	}
}

static int touched_order(const void *a, const void *b)
{
	const struct touched *x = a, *y = b;

	return (x->record > y->record) - (x->record < y->record);
}

/* The records whose entries that count are others now, in the batch's arena. An entry that alone makes a record leaves
 * its values to the record's row. */
static int find_touched(struct batch *batch, struct item **items, size_t n, struct touched **out, size_t *n_out,
                        struct error *err)
{
	struct touched *touched = arena_array(&batch->arena, n + 1, sizeof(*touched));
	size_t n_touched = 0, kept = 0;

	if (!touched)
		return no_memory(err);
	for (size_t i = 0; i < n; i++) {
		const struct item *item = items[i];
		bool alone = item->fresh && !item->in_store && item->row.record == item->rid;
		items[i]->row.in_record = false;
		if (item->row.status == item->old_status ||
		    (item->row.status != ROW_OK && item->old_status != ROW_OK))
			continue;
		touched[n_touched++] = (struct touched){ item->row.record, alone ? item : NULL };
	}
	qsort(touched, n_touched, sizeof(*touched), touched_order);
	for (size_t i = 0; i < n_touched; i++) {
		if (kept && touched[kept - 1].record == touched[i].record)
			touched[kept - 1].only = NULL;
		else
			touched[kept++] = touched[i];
	}
	for (size_t i = 0; i < kept; i++)
		if (touched[i].only)
			batch_item(batch, touched[i].record)->row.in_record =
				body_fits_record(&touched[i].only->row, touched[i].only->entry);
	*out = touched;
	*n_out = kept;
	return 0;
}

int batch_finish(struct batch *batch, struct error *err)
{
	struct item **items = NULL;
	struct touched *touched = NULL;
	size_t n = 0, n_touched = 0;
	int rc = batch_judge(batch, err);

	if (!rc)
		rc = dirty_items(batch, &items, &n, err);
	if (!rc)
		rc = find_touched(batch, items, n, &touched, &n_touched, err);
	if (rc)
		return rc;
	count(batch, items, n);
	rc = write_entries(batch, items, n, err);
	if (!rc)
		rc = write_history(batch, items, n, err);
	if (!rc)
		rc = write_pairs(batch, TABLE_WAIT, batch->waits, batch->n_waits, err);
	if (!rc)
		rc = write_held(batch, items, n, err);
	return rc ? rc : refresh_records(batch->store, touched, n_touched, &batch->result.conflicts, err);
}
