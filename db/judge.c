/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/judge.h"

#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

int batch_enqueue(struct batch *batch, struct item *item, struct error *err)
{
	if (item->queued)
		return 0;
	if (batch->n_queue == batch->cap_queue) {
		size_t cap = batch->cap_queue ? 2 * batch->cap_queue : 64;
		struct item **more = realloc(batch->queue, cap * sizeof(struct item *));
		if (!more)
			return no_memory(err);
		batch->queue = more;
		batch->cap_queue = cap;
	}
	batch->queue[batch->n_queue++] = item;
	item->queued = true;
	return 0;
}

static int note_wait(struct batch *batch, rid_t first, rid_t second, bool del, struct error *err)
{
	if (batch->n_waits == batch->cap_waits) {
		size_t cap = batch->cap_waits ? 2 * batch->cap_waits : 64;
		struct rid_pair *more = realloc(batch->waits, cap * sizeof(*more));
		if (!more)
			return no_memory(err);
		batch->waits = more;
		batch->cap_waits = cap;
	}
	batch->waits[batch->n_waits] = (struct rid_pair){ first, second, (uint32_t)batch->n_waits, del };
	batch->n_waits++;
	return 0;
}

/* Let item be judged again when the status of rid changes. */
static int wait_for(struct batch *batch, struct item *item, rid_t rid, struct error *err)
{
	struct item *awaited = batch_item(batch, rid);
	struct waiter *waiter = arena_alloc(&batch->arena, sizeof(*waiter));

	if (!waiter)
		return no_memory(err);
	if (!awaited) {
		struct row row;
		int rc = row_get(batch->store, rid, &row, err);
		if (rc)
			return rc;
		awaited = batch_item_new(batch, rid, err);
		if (!awaited)
			return ERR_NOMEM;
		awaited->row = row;
		awaited->old_status = row.status;
		awaited->in_store = true;
	}
	waiter->rid = item->rid;
	waiter->next = awaited->waiters;
	awaited->waiters = waiter;
	return note_wait(batch, rid, item->rid, false, err);
}

static int wake_stored(struct batch *batch, const struct item *item, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	uint8_t from[8];
	int rc;

	put_u64_be(from, item->rid);
	rc = engine_cursor_open(&cursor, batch->store->engine, TABLE_WAIT, ENGINE_KEYS, err);
	if (!rc)
		rc = engine_seek(cursor, span_of(from, 8), &key, &value, err);
	while (!rc && key.len_bytes == 16 && get_u64_be(key.data) == item->rid) {
		rid_t rid = get_u64_be(key.data + 8);
		struct item *waiter = batch_item_load(batch, rid, err);
		rc = waiter ? note_wait(batch, item->rid, rid, true, err) : err->code;
		if (!rc)
			rc = batch_enqueue(batch, waiter, err);
		if (!rc)
			rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* Queue those who wait for item. */
static int wake(struct batch *batch, struct item *item, struct error *err)
{
	int rc = item->in_store ? wake_stored(batch, item, err) : 0;

	for (struct waiter *waiter = item->waiters; !rc && waiter; waiter = waiter->next) {
		struct item *waiting = batch_item_load(batch, waiter->rid, err);
		rc = waiting ? note_wait(batch, item->rid, waiter->rid, true, err) : err->code;
		if (!rc)
			rc = batch_enqueue(batch, waiting, err);
	}
	item->waiters = NULL;
	return rc;
}

/* A right to the resident came or went. */
static int wake_subject(struct batch *batch, rid_t subject, struct error *err)
{
	struct item *item = batch_item_load(batch, subject, err);

	return item ? wake(batch, item, err) : err->code;
}

struct verdict {
	bool waits, held; /* for something missing; because of something held back */
	const char *reason;
};

/* The record or the subject of item: it must count and be a record. */
static int check_owner(struct batch *batch, struct item *item, rid_t rid, struct verdict *verdict,
                       struct error *err)
{
	struct row row;
	int rc = batch_row(batch, rid, &row, err);

	if (rc)
		return rc;
	if (row.status == ROW_OK) {
		if (row.record != rid)
			verdict->reason = "not-a-record";
		return 0;
	}
	if (row.status == ROW_QUARANTINED)
		verdict->held = true;
	else
		verdict->waits = true;
	return wait_for(batch, item, rid, err);
}

/* A base only has to be here: what it replaced is known then, whether it counts or not. */
static int check_bases(struct batch *batch, struct item *item, struct verdict *verdict, struct error *err)
{
	const rid_t *base = item->bases;

	for (size_t i = 0; i < item->entry->n_fields; i++) {
		for (size_t b = 0; b < item->entry->fields[i].n_bases; b++, base++) {
			struct row row;
			int rc = batch_row(batch, *base, &row, err);
			if (!rc && (row.status == ROW_STUB || row.status == ROW_WAITING)) {
				verdict->waits = true;
				rc = wait_for(batch, item, *base, err);
			}
			if (rc)
				return rc;
		}
	}
	return 0;
}

/* Ask the judge of the room above about an entry of others. */
static int ask_judge(struct batch *batch, struct item *item, struct verdict *verdict,
                     struct error *err)
{
	struct store *store = batch->store;
	uint16_t author = rid_devno(item->rid), creator = rid_devno(item->row.record);
	char reason[160] = "refused";
	int verdict_code;

	if (!store->judge.judge || author == store->self)
		return 0;
	batch->upper->trusted++;
	batch->upper->judging = batch;
	verdict_code = store->judge.judge(store->judge.arg, store, item->entry, &store->devices[author - 1],
	                                  &store->devices[creator - 1], reason, sizeof(reason));
	batch->upper->judging = NULL;
	batch->upper->trusted--;
	if (verdict_code == 0)
		return 0;
	verdict->reason = arena_strdup(&batch->arena, reason);
	if (!verdict->reason)
		return no_memory(err);
	/* a right to this resident may come later */
	return wait_for(batch, item, item->row.subject ? item->row.subject : item->row.record, err);
}

static int find_verdict(struct batch *batch, struct item *item, struct verdict *verdict, struct error *err)
{
	struct row record;
	int rc = 0;

	if (item->row.record != item->rid)
		rc = check_owner(batch, item, item->row.record, verdict, err);
	if (!rc && item->row.subject)
		rc = check_owner(batch, item, item->row.subject, verdict, err);
	if (!rc)
		rc = check_bases(batch, item, verdict, err);
	if (rc || verdict->waits || verdict->held || verdict->reason)
		return rc;
	rc = batch_row(batch, item->row.record, &record, err);
	if (!rc && (record.form_no != item->row.form_no || item->row.form_no == 0))
		verdict->reason = "wrong-form";
	else if (!rc)
		rc = ask_judge(batch, item, verdict, err);
	return rc;
}

static int judge_one(struct batch *batch, struct item *item, struct error *err)
{
	struct verdict verdict = { false, false, NULL };
	uint8_t status = ROW_OK;
	rid_t given = 0;
	int rc = find_verdict(batch, item, &verdict, err);

	if (rc)
		return rc;
	if (verdict.waits) {
		status = ROW_WAITING;
		item->reason = "predecessor-missing";
	} else if (verdict.reason) {
		status = ROW_QUARANTINED;
		item->reason = verdict.reason;
	} else if (verdict.held) {
		status = ROW_QUARANTINED;
		item->reason = "predecessor-held";
	}
	if (status != ROW_OK)
		item->dirty = true; /* its reason may be another one */
	if (status == item->row.status)
		return 0;
	item->row.status = status;
	item->dirty = true;
	rc = batch_note_gift(batch, item, &given, err);
	if (!rc && given)
		rc = wake_subject(batch, given, err);
	return rc ? rc : wake(batch, item, err);
}

int batch_judge(struct batch *batch, struct error *err)
{
	for (size_t i = 0; i < batch->n_queue; i++) {
		struct item *item = batch->queue[i];
		int rc;
		item->queued = false;
		if (!item->entry)
			continue;
		rc = judge_one(batch, item, err);
		if (rc)
			return rc;
	}
	batch->n_queue = 0;
	return 0;
}
