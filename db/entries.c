/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries out of the store in the order of their numbers: as bytes, or decoded and then read ahead. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include "db/batch.h"
#include "db/body.h"
#include "db/exchange.h"
#include "lib/i18n.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

/* --- one after the other --- */

/* Calls visit() for the held entries of a device with first <= seq <= last until it returns other than 0. */
static int walk_held(struct store *store, const uint8_t device[8], uint64_t first, uint64_t last,
                     int (*visit)(void *arg, rid_t rid, const struct row *row, struct span body,
                                  const struct version *version, struct error *err),
                     void *arg, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct device_hold *hold;
	struct span key, value;
	uint8_t from[8];
	uint16_t devno;
	int rc = hold_find(store, device, &devno, &hold, err);

	if (rc || first > last || first >> RID_SEQ_BITS)
		return rc;
	put_u64_be(from, rid_make(devno, first, 0));
	rc = engine_cursor_open(&cursor, store->engine, TABLE_ENTRY, ENGINE_ROWS, err);
	if (!rc)
		rc = engine_seek(cursor, span_of(from, 8), &key, &value, err);
	for (; !rc; rc = engine_next(cursor, &key, &value, err)) {
		rid_t rid = get_u64_be(key.data);
		struct version version;
		struct row row;
		if (rid_devno(rid) != devno || rid_seq(rid) > last)
			break;
		if (!row_decode(&row, rid, &value)) {
			rc = error_set(err, ERR_CORRUPT, _("the header of a stored entry cannot be read"));
			break;
		}
		if (row.status == ROW_STUB)
			continue;
		memcpy(version.device, device, DEVICE_ID_BYTES);
		version.seq = rid_seq(rid);
		memcpy(version.digest, row.digest, CRYPTO_DIGEST_BYTES);
		rc = visit(arg, rid, &row, value, &version, err);
		if (rc)
			break;
	}
	engine_cursor_close(cursor);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

enum { WALK_STOP = 1 };

struct entries_walk {
	struct store *store;
	struct arena arena;
	bool (*each)(void *arg, const struct version *version, struct span canonical);
	void *arg;
};

static int give_entry(void *arg, rid_t rid, const struct row *row, struct span body,
                      const struct version *version, struct error *err)
{
	struct entries_walk *walk = arg;
	struct span canonical;
	int rc;

	arena_reset(&walk->arena);
	rc = body_canonical(walk->store, rid, row, body, &walk->arena, &canonical, err);
	if (rc)
		return rc;
	return walk->each(walk->arg, version, canonical) ? 0 : WALK_STOP;
}

int store_entries_each(struct store *store, const uint8_t device[8], uint64_t first, uint64_t last,
                       bool (*each)(void *arg, const struct version *version, struct span canonical),
                       void *arg, struct error *err)
{
	struct entries_walk walk = { .store = store, .arena = ARENA_INIT, .each = each, .arg = arg };
	int rc = walk_held(store, device, first, last, give_entry, &walk, err);

	arena_free(&walk.arena);
	return rc == WALK_STOP ? 0 : rc;
}

/* --- without their contents --- */

struct versions_walk {
	bool (*each)(void *arg, const struct version *version);
	void *arg;
};

static int give_version(void *arg, rid_t rid, const struct row *row, struct span body,
                        const struct version *version, struct error *err)
{
	const struct versions_walk *walk = arg;

	(void)rid;
	(void)row;
	(void)body;
	(void)err;
	return walk->each(walk->arg, version) ? 0 : WALK_STOP;
}

int store_versions_each(struct store *store, const uint8_t device[8], uint64_t first, uint64_t last,
                        bool (*each)(void *arg, const struct version *version), void *arg, struct error *err)
{
	struct versions_walk walk = { each, arg };
	int rc = walk_held(store, device, first, last, give_version, &walk, err);

	return rc == WALK_STOP ? 0 : rc;
}

/* --- read ahead --- */

enum {
	AHEAD_ROWS = 24000,
	AHEAD_BYTES = 7 * 512 * 1024,
	AHEAD_MORE_BYTES = 7 * 1024 * 1024, /* with STORE_AHEAD: twice the rows are in little more than half of the pages */
	RECORD_BYTES = 256, /* of REC, about, before the first was seen */
	AHEAD_LEAST = 4000, /* the rows of a chunk, or about its bytes: with fewer at hand it is time to read on */
	AHEAD_LEAST_BYTES = 5 * 256 * 1024,
	MORE_ROWS = 1000,   /* at once, beside rows that were given and stay */
	MORE_BYTES = 512 * 1024,
};

struct ahead_row { /* as stored; record: the row of REC with the values, where one has them and was read */
	rid_t rid;
	struct span bytes, record;
};

struct wanted { /* a row of REC: what its key is made of, see rec_key() */
	uint64_t subject;
	rid_t record;
	uint32_t slot, at; /* at: in ahead.rows */
};

static int wanted_order(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;

	if (x->subject != y->subject)
		return x->subject < y->subject ? -1 : 1;
	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	return (x->record > y->record) - (x->record < y->record);
}

static int keep(struct entries_ahead *ahead, struct span bytes, struct span *out, struct error *err)
{
	*out = span_of(arena_memdup(&ahead->raw, bytes.data, bytes.len_bytes), bytes.len_bytes);
	return out->data ? 0 : no_memory(err);
}

/* The row with this key, which is often the one behind the last; ERR_NOTFOUND. */
static int get_record(struct engine_cursor *cursor, struct span want, bool placed, struct span *value,
                      struct error *err)
{
	struct span key = { NULL, 0 };
	int rc = placed ? engine_next(cursor, &key, value, err) : ERR_NOTFOUND;

	if (rc == ERR_NOTFOUND || (!rc && memcmp(key.data, want.data, want.len_bytes)))
		rc = engine_seek(cursor, want, &key, value, err);
	return rc || !memcmp(key.data, want.data, want.len_bytes) ? rc : ERR_NOTFOUND;
}

/* In the order of REC, where the records of a resident lie together: a page is read once for all of them. What is not
 * there, or too much, stays unread until its entry is given. */
static int read_records(struct store *store, struct entries_ahead *ahead, size_t limit, struct wanted *wanted, size_t n,
                        struct error *err)
{
	const size_t before = ahead->raw.used_bytes;
	struct engine_cursor *cursor = NULL;
	bool placed = false;
	int rc = engine_cursor_open(&cursor, store->engine, TABLE_REC, ENGINE_ROWS, err);

	qsort(wanted, n, sizeof(*wanted), wanted_order);
	for (size_t i = 0; !rc && i < n && ahead->raw.used_bytes < limit; i++) {
		const struct row row = { .subject = wanted[i].subject, .slot = wanted[i].slot };
		struct span value;
		uint8_t key[20];
		rec_key(key, &row, wanted[i].record);
		rc = get_record(cursor, span_of(key, sizeof(key)), placed, &value, err);
		placed = !rc;
		if (!rc)
			rc = keep(ahead, value, &ahead->rows[wanted[i].at].record, err);
		else if (rc == ERR_NOTFOUND)
			rc = 0;
	}
	ahead->record_bytes = (ahead->raw.used_bytes - before) / n + 1;
	engine_cursor_close(cursor);
	return rc;
}

/* Take a row as stored; wanted[*n_wanted] too when its values stand in REC. */
static int take_row(struct entries_ahead *ahead, rid_t rid, struct span value, struct wanted *wanted, size_t *n_wanted,
                    struct error *err)
{
	struct span rest = value;
	struct row row;

	if (!row_decode(&row, rid, &rest))
		return error_set(err, ERR_CORRUPT, _("the header of a stored entry cannot be read"));
	if (row.status == ROW_STUB)
		return 0;
	if (row.in_record) {
		uint64_t subject = row.subject ? row.subject : rid;
		wanted[(*n_wanted)++] = (struct wanted){ subject, rid, row.slot, (uint32_t)ahead->n };
	}
	ahead->rows[ahead->n].rid = rid;
	return keep(ahead, value, &ahead->rows[ahead->n++].bytes, err);
}

static int read_rows(struct store *store, struct entries_ahead *ahead, rid_t last, size_t room, size_t limit,
                     struct wanted *wanted, size_t *n_wanted, struct error *err)
{
	const size_t record_bytes = ahead->record_bytes ? ahead->record_bytes : RECORD_BYTES;
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	uint8_t from[8];
	int rc = engine_cursor_open(&cursor, store->engine, TABLE_ENTRY, room > 2 ? ENGINE_BULK : ENGINE_ROWS, err);

	put_u64_be(from, ahead->end);
	if (!rc)
		rc = engine_seek(cursor, span_of(from, sizeof(from)), &key, &value, err);
	while (!rc && ahead->n < room && ahead->raw.used_bytes + *n_wanted * record_bytes < limit) {
		rid_t rid = get_u64_be(key.data);
		if (rid > last)
			rc = ERR_NOTFOUND;
		else if (!(rc = take_row(ahead, rid, value, wanted, n_wanted, err)))
			ahead->end = rid + 1;
		if (!rc)
			rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	if (rc != ERR_NOTFOUND)
		return rc;
	ahead->end = last + 1;
	return 0;
}

/* The first row at hand from rid on. */
static size_t find_row(const struct entries_ahead *ahead, rid_t rid)
{
	size_t low = 0, high = ahead->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (ahead->rows[middle].rid < rid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether what is at hand from a row on fills a chunk, by its rows or by its bytes. */
static bool fills_chunk(const struct entries_ahead *ahead, size_t from)
{
	size_t n_bytes = 0;

	if (ahead->n - from >= AHEAD_LEAST)
		return true;
	for (size_t i = from; i < ahead->n && n_bytes < AHEAD_LEAST_BYTES; i++)
		n_bytes += ahead->rows[i].bytes.len_bytes + ahead->rows[i].record.len_bytes;
	return n_bytes >= AHEAD_LEAST_BYTES;
}

/* Room for rows, with those from rest on for a beginning. What was given stays where it is, else the rest moves, which is
 * little, see fills_chunk(). */
static int begin_rows(struct entries_ahead *ahead, size_t rest, size_t room, struct wanted *wanted, size_t *n_wanted,
                      struct error *err)
{
	const struct ahead_row *rows = ahead->rows;
	const size_t n = ahead->n;
	struct arena old = ARENA_INIT;
	int rc = 0;

	if (!ahead->given) {
		old = ahead->raw;
		ahead->raw = (struct arena)ARENA_INIT;
	}
	ahead->n = 0;
	ahead->rows = arena_array(&ahead->raw, room, sizeof(*ahead->rows));
	if (!ahead->rows)
		rc = no_memory(err);
	for (size_t i = rest; !rc && i < n; i++) {
		rc = take_row(ahead, rows[i].rid, rows[i].bytes, wanted, n_wanted, err);
		if (!rc && rows[i].record.data) {
			--*n_wanted;
			rc = keep(ahead, rows[i].record, &ahead->rows[ahead->n - 1].record, err);
		}
	}
	arena_free(&old);
	return rc;
}

/* Read from one number on, at least a row when there is one, up to last or the limits; what is at hand from there on is
 * not read again. */
static int read_on(struct store *store, struct entries_ahead *ahead, rid_t from, rid_t last, struct error *err)
{
	const size_t most = ahead->given ? MORE_ROWS : AHEAD_ROWS, distance = rid_seq(last) - rid_seq(from);
	const bool goes_on = !ahead->given && ahead->begin <= from && from < ahead->end;
	const size_t rest = goes_on ? find_row(ahead, from) : ahead->n;
	const size_t room = (distance < most ? distance + 2 : most) + ahead->n - rest;
	const size_t limit = ahead->given ? ahead->raw.used_bytes + MORE_BYTES
	                     : store->flags & STORE_AHEAD ? AHEAD_MORE_BYTES : AHEAD_BYTES;
	struct wanted *wanted = malloc(room * sizeof(*wanted));
	size_t n_wanted = 0;
	int rc;

	ahead->end = goes_on ? ahead->end : from;
	ahead->begin = from;
	rc = wanted ? begin_rows(ahead, rest, room, wanted, &n_wanted, err) : no_memory(err);
	if (!rc)
		rc = read_rows(store, ahead, last, room, limit, wanted, &n_wanted, err);
	if (!rc && n_wanted)
		rc = read_records(store, ahead, limit, wanted, n_wanted, err);
	if (rc)
		ahead->end = ahead->begin; /* nothing is at hand */
	free(wanted);
	return rc;
}

/* --- decoded entries --- */

struct reading {
	struct store *store;
	struct entries_ahead *ahead;
	const uint8_t *device;
	bool (*each)(void *arg, const struct version *version, const struct whole_entry *entry);
	void *arg;
};

static int give_row(const struct reading *r, const struct ahead_row *from, struct error *err)
{
	struct arena *arena = &r->ahead->decoded;
	struct entry *entry = arena_alloc(arena, sizeof(*entry));
	struct version *version = arena_alloc(arena, sizeof(*version));
	struct whole_entry whole = { .canonical = span_of(NULL, 0), .entry = entry };
	struct span body = from->bytes;
	struct row row;
	int rc;

	if (!entry || !version)
		return no_memory(err);
	row_decode(&row, from->rid, &body);
	memcpy(version->device, r->device, DEVICE_ID_BYTES);
	version->seq = rid_seq(from->rid);
	memcpy(version->digest, row.digest, CRYPTO_DIGEST_BYTES);
	whole.digest = version->digest;
	if (!row.in_record)
		whole.canonical = body;
	if (from->record.data)
		rc = body_entry_of_record(r->store, from->rid, &row, body, from->record, arena, entry, err);
	else
		rc = body_entry(r->store, from->rid, &row, body, arena, entry, err);
	if (rc)
		return rc;
	r->ahead->given = true;
	return r->each(r->arg, version, &whole) ? 0 : WALK_STOP;
}

int store_entries_read(struct store *store, struct entries_ahead *ahead, const uint8_t device[8], uint64_t first,
                       uint64_t last, bool (*each)(void *arg, const struct version *version,
                                                   const struct whole_entry *entry),
                       void *arg, struct error *err)
{
	const struct reading reading = { store, ahead, device, each, arg };
	struct device_hold *hold;
	uint16_t devno;
	int rc = hold_find(store, device, &devno, &hold, err);

	if (rc || first > last || first >> RID_SEQ_BITS || !hold->max)
		return rc;
	last = last < hold->max ? last : hold->max;
	const rid_t to = rid_make(devno, last, UINT8_MAX);
	rid_t at = rid_make(devno, first, 0);
	bool here = ahead->begin <= at && at < ahead->end;
	if (here && !ahead->given && ahead->end <= to && !fills_chunk(ahead, find_row(ahead, at)))
		here = false; /* rather all of a chunk in one order than a rest and then more */
	while (!rc && at <= to) {
		if (!here)
			rc = read_on(store, ahead, at, to, err);
		for (size_t i = find_row(ahead, at); !rc && i < ahead->n && ahead->rows[i].rid <= to; i++)
			rc = give_row(&reading, &ahead->rows[i], err);
		at = ahead->end;
		here = false;
	}
	return rc == WALK_STOP ? 0 : rc;
}

void entries_ahead_clear(struct entries_ahead *ahead)
{
	arena_reset(&ahead->decoded);
	ahead->given = false;
}

void entries_ahead_free(struct entries_ahead *ahead)
{
	arena_free(&ahead->decoded);
	arena_free(&ahead->raw);
	*ahead = (struct entries_ahead){ .n = 0 };
}
