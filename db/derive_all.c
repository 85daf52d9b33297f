/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All derived rows anew: one pass over the records, which stand grouped by resident. */
#include "config.h"
#include "db/derive_int.h"

#include <stdlib.h>
#include <string.h>
#include "db/records.h"
#include "db/txn.h"
#include "lib/i18n.h"

enum {
	BATCH_BYTES = 12 * 1024 * 1024, /* of rows that are sorted and written at once */
	REPORT_EACH = 4096,             /* records */
};

struct scan {
	struct store *store;
	struct progress *progress;
	struct arena arena;         /* the records of one subject */
	struct record *records;
	size_t n, cap;
	rid_t subject;              /* whose records these are; 0: the pass begins */
	struct derive_sink sink;
	struct derive_writer writer;
	uint64_t done;
};

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

static int take_record(struct scan *s, struct span key, struct span value, struct error *err)
{
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 64;
		struct record *more = realloc(s->records, cap * sizeof(*more));
		if (!more)
			return no_memory(err);
		s->records = more;
		s->cap = cap;
	}
	s->done++;
	return record_settled(s->store, key, value, &s->arena, &s->records[s->n++], err);
}

/* All records of a subject are here. */
static int finish_subject(struct scan *s, struct error *err)
{
	int rc;

	if (s->n == 0)
		return 0;
	derive_sink_reset(&s->sink);
	rc = derive_compute(s->store, s->subject, s->records, s->n, &s->sink, err);
	for (size_t i = 0; !rc && i < s->sink.n; i++)
		derive_writer_row(&s->writer, s->subject, &s->sink.rows[i]);
	if (!rc && s->sink.n)
		derive_writer_list(&s->writer, s->subject, s->sink.rows, s->sink.n);
	s->n = 0;
	arena_reset(&s->arena);
	return rc;
}

static int report(struct scan *s, struct error *err)
{
	if (progress_report(s->progress, _("computing duties and facts"), s->done, s->store->mark.n_records))
		return 0;
	return error_set(err, ERR_CANCELLED, "%s", error_kind(ERR_CANCELLED));
}

/* Read from the subject at *from until the batch is full or nothing is left; then *from is the next one, or 0. No
 * cursor stays open: the transaction comes after. */
static int read_batch(struct scan *s, rid_t *from, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	uint8_t first[8];
	int rc = engine_cursor_open(&cursor, s->store->engine, TABLE_REC, ENGINE_BULK, err);

	put_u64_be(first, *from);
	if (!rc)
		rc = engine_seek(cursor, span_of(first, 8), &key, &value, err);
	while (!rc) {
		rid_t subject = key.len_bytes > 8 ? get_u64_be(key.data) : 0;
		if (subject != s->subject) {
			rc = finish_subject(s, err);
			s->subject = *from = subject;
			if (rc || s->writer.arena.used_bytes >= BATCH_BYTES)
				break;
		}
		rc = take_record(s, key, value, err);
		if (!rc && s->done % REPORT_EACH == 0)
			rc = report(s, err);
		if (!rc)
			rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	if (rc != ERR_NOTFOUND)
		return rc;
	*from = 0;
	return finish_subject(s, err);
}

/* step() in a transaction of its own. */
static int in_txn(struct scan *s, int (*step)(struct scan *s, struct error *err), struct error *err)
{
	int rc = store_begin(s->store, err);

	if (rc)
		return rc;
	rc = step(s, err);
	if (!rc)
		return store_commit(s->store, err);
	store_abort(s->store);
	return rc;
}

static int begin(struct scan *s, struct error *err)
{
	struct engine *engine = s->store->engine;
	uint8_t key[9];
	int rc = engine_clear(engine, TABLE_DERIVED, err);

	derived_stale_key(key, 0);
	if (!rc)
		rc = engine_clear(engine, TABLE_DERIVED_BY, err);
	return rc ? rc : engine_put(engine, TABLE_DERIVED, span_of(key, 9), span_of("", 0), err);
}

static int write_batch(struct scan *s, struct error *err)
{
	return derive_writer_flush(&s->writer, err);
}

static int end(struct scan *s, struct error *err)
{
	uint8_t key[9];

	derived_stale_key(key, 0);
	return engine_del(s->store->engine, TABLE_DERIVED, span_of(key, 9), err);
}

static int scan_all(struct scan *s, struct error *err)
{
	rid_t from = 1;
	int rc = in_txn(s, begin, err);

	while (!rc && from) {
		rc = report(s, err);
		if (!rc)
			rc = read_batch(s, &from, err);
		if (!rc)
			rc = in_txn(s, write_batch, err);
	}
	return rc ? rc : in_txn(s, end, err);
}

int derive_everything(struct store *store, struct progress *progress, struct error *err)
{
	struct scan s = { .store = store, .progress = progress, .writer = { .store = store } };
	struct error ignored;
	bool bulk = store->bulk;
	int rc;

	store->bulk = true; /* what a power cut takes is computed again */
	rc = scan_all(&s, err);
	if (!bulk && rc)
		store_settle(store, &ignored);
	else if (!bulk)
		rc = store_settle(store, err);
	arena_free(&s.arena);
	free(s.records);
	derive_sink_free(&s.sink);
	derive_writer_free(&s.writer);
	return rc;
}
