/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/exchange.h"

#include <stdlib.h>
#include <string.h>
#include "db/batch.h"
#include "db/body.h"
#include "lib/i18n.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

/* --- what is held --- */

int store_vectors(struct store *store, struct arena *arena, struct device_vector **out, size_t *n,
                  struct error *err)
{
	struct upper *upper;
	int rc = upper_get(store, &upper, err);
	struct device_vector *vectors = arena_array(arena, store->n_devices + 1, sizeof(*vectors));

	*n = 0;
	*out = vectors;
	if (rc || !vectors)
		return rc ? rc : no_memory(err);
	for (size_t i = 0; i < upper->n_holds && i < store->n_devices; i++) {
		const struct device_hold *hold = &upper->holds[i];
		struct device_vector *v = &vectors[*n];
		if (hold->max == 0)
			continue;
		memcpy(v->device, store->devices[i].id, DEVICE_ID_BYTES);
		v->prefix = hold->prefix;
		v->max = hold->max;
		v->forks = hold->forks;
		memcpy(v->head, hold->head, CRYPTO_HASH_BYTES);
		v->n_held = hold->n_above;
		v->held = arena_memdup(arena, hold->above, hold->n_above * sizeof(*hold->above));
		if (hold->n_above && !v->held)
			return no_memory(err);
		++*n;
	}
	return 0;
}

int store_reach(struct store *store, const uint8_t device[8], struct device_reach *out, struct error *err)
{
	struct device_hold *hold;
	uint16_t devno;
	int rc = hold_find(store, device, &devno, &hold, err);

	*out = (struct device_reach){ 0, 0 };
	if (!rc)
		*out = (struct device_reach){ hold->max, hold->forks };
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* The nearest chain head kept at or below seq; zeros at 0. */
static int nearest_head(struct store *store, uint16_t devno, uint64_t seq, uint64_t *at, uint8_t *head,
                        struct error *err)
{
	uint8_t key[10] = { (uint8_t)(devno >> 8), (uint8_t)devno };
	struct span value;
	int rc;

	*at = seq - seq % HOLD_CHECKPOINT;
	memset(head, 0, CRYPTO_HASH_BYTES);
	if (*at == 0)
		return 0;
	put_u64_be(key + 2, *at);
	rc = engine_get(store->engine, TABLE_CHAIN, span_of(key, sizeof(key)), &value, err);
	if (rc == ERR_NOTFOUND || (!rc && value.len_bytes != CRYPTO_HASH_BYTES))
		return error_set(err, ERR_CORRUPT, _("a chain head of the store is missing"));
	if (!rc)
		memcpy(head, value.data, CRYPTO_HASH_BYTES);
	return rc;
}

int store_head_at(struct store *store, const uint8_t device[8], uint64_t seq,
                  uint8_t head[CRYPTO_HASH_BYTES], struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct device_hold *hold;
	struct span key, value;
	uint8_t from[8];
	uint16_t devno;
	uint64_t at;
	int rc = hold_find(store, device, &devno, &hold, err);

	if (rc)
		return rc;
	if (seq > hold->prefix)
		return error_set(err, ERR_NOTFOUND, _("not all entries up to this number are held"));
	if (seq == hold->prefix) {
		memcpy(head, hold->head, CRYPTO_HASH_BYTES);
		return 0;
	}
	rc = nearest_head(store, devno, seq, &at, head, err);
	put_u64_be(from, rid_make(devno, at + 1, 0));
	if (!rc && at < seq)
		rc = engine_cursor_open(&cursor, store->engine, TABLE_ENTRY, ENGINE_ROWS, err);
	if (!rc && at < seq)
		rc = engine_seek(cursor, span_of(from, 8), &key, &value, err);
	while (!rc && at < seq) {
		uint8_t link[CRYPTO_HASH_BYTES + CRYPTO_DIGEST_BYTES];
		rid_t rid = get_u64_be(key.data);
		struct row row;
		if (rid_devno(rid) != devno || rid_seq(rid) > at + 1 || !row_decode(&row, rid, &value)) {
			rc = error_set(err, ERR_CORRUPT, _("an entry that should be held is missing"));
			break;
		}
		if (rid_seq(rid) == at + 1 && row.status != ROW_STUB) {
			memcpy(link, head, CRYPTO_HASH_BYTES);
			memcpy(link + CRYPTO_HASH_BYTES, row.digest, CRYPTO_DIGEST_BYTES);
			crypto_hash_data(head, CRYPTO_HASH_BYTES, link, sizeof(link), NULL);
			at++;
		}
		if (at < seq)
			rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	if (rc == ERR_NOTFOUND)
		rc = error_set(err, ERR_CORRUPT, _("an entry that should be held is missing"));
	return rc;
}

int store_digest_of(struct store *store, const uint8_t device[8], uint64_t seq,
                    uint8_t digest[CRYPTO_DIGEST_BYTES], struct error *err)
{
	struct device_hold *hold;
	struct upper *upper;
	uint16_t devno;
	unsigned held = 0;
	int rc = upper_get(store, &upper, err);

	if (rc)
		return rc;
	devno = device_number(store, device);
	hold = devno ? hold_of(store, devno) : NULL;
	for (unsigned fork = 0; hold && fork <= UINT8_MAX && seq >> RID_SEQ_BITS == 0; fork++) {
		struct row row;
		rc = row_get(store, rid_make(devno, seq, (uint8_t)fork), &row, err);
		if (rc == ERR_NOTFOUND)
			break;
		if (rc)
			return rc;
		if (row.status == ROW_STUB)
			continue;
		if (held++ == 0)
			memcpy(digest, row.digest, CRYPTO_DIGEST_BYTES);
		if (!hold->forks) /* no number of this device is held twice */
			break;
	}
	return held == 1 ? 0 : error_set(err, ERR_NOTFOUND, _("no single entry is held under this number"));
}

/* --- applying --- */

void store_set_judge(struct store *store, const struct store_judge *judge)
{
	store->judge = *judge;
}

enum { IMPORT_MIN = 100 }; /* entries of a chunk that is part of a large import */

/* Causes before effects, as far as senders are honest: then nothing has to wait inside a chunk. */
static int cause_order(const void *a, const void *b)
{
	const struct entry *x = (*(const struct whole_entry *const *)a)->entry;
	const struct entry *y = (*(const struct whole_entry *const *)b)->entry;
	int cmp;

	if (x->lamport != y->lamport)
		return x->lamport < y->lamport ? -1 : 1;
	cmp = memcmp(x->device, y->device, DEVICE_ID_BYTES);
	return cmp ? cmp : (x->seq > y->seq) - (x->seq < y->seq);
}

static int decode_all(const struct span *canonical, size_t n, struct arena *arena, struct whole_entry **out,
                      struct error *err)
{
	struct whole_entry *all = arena_array(arena, n + 1, sizeof(*all));
	struct entry *entries = arena_array(arena, n + 1, sizeof(*entries));
	uint8_t (*digests)[CRYPTO_DIGEST_BYTES] = arena_array(arena, n + 1, sizeof(*digests));

	if (!all || !entries || !digests)
		return no_memory(err);
	for (size_t i = 0; i < n; i++) {
		int rc = entry_decode(&entries[i], canonical[i], arena, err);
		if (rc == ERR_NOMEM)
			return rc;
		if (rc) {
			error_prefix(err, _("entry %zu of the chunk"), i + 1);
			err->code = ERR_INVALID;
			return ERR_INVALID;
		}
		entry_digest(digests[i], canonical[i]);
		all[i] = (struct whole_entry){ canonical[i], &entries[i], digests[i] };
	}
	*out = all;
	return 0;
}

static void add_result(struct apply_result *to, const struct apply_result *from)
{
	to->fresh += from->fresh;
	to->known += from->known;
	to->waiting += from->waiting;
	to->quarantined += from->quarantined;
	to->forks += from->forks;
	to->conflicts += from->conflicts;
}

/* Everything in the open transaction. */
static int apply_all(struct store *store, struct batch *batch, const struct whole_entry *entries, size_t n,
                     const struct kv_row *rows, size_t n_rows, struct error *err)
{
	const struct whole_entry **order;
	int rc = batch_begin(batch, store, err);

	if (rc)
		return rc;
	order = arena_array(&batch->arena, n + 1, sizeof(const struct whole_entry *));
	if (!order)
		return no_memory(err);
	for (size_t i = 0; i < n; i++)
		order[i] = &entries[i];
	qsort(order, n, sizeof(const struct whole_entry *), cause_order);
	for (size_t i = 0; !rc && i < n; i++)
		rc = batch_add(batch, order[i]->canonical, order[i]->entry, order[i]->digest, NULL, err);
	if (!rc)
		rc = batch_finish(batch, err);
	for (size_t i = 0; !rc && i < n_rows; i++)
		rc = engine_put(store->engine, TABLE_KV, span_of(rows[i].name, strlen(rows[i].name)), rows[i].value,
		                err);
	return rc;
}

int store_apply_entries(struct store *store, const struct whole_entry *entries, size_t n, const struct kv_row *rows,
                        size_t n_rows, struct apply_result *result, struct error *err)
{
	struct batch batch = { 0 };
	struct error local = { 0 };
	int rc;

	err = err ? err : &local;
	rc = store_begin(store, err);
	if (rc)
		return rc;
	rc = apply_all(store, &batch, entries, n, rows, n_rows, err);
	if (rc) {
		store_abort(store);
	} else {
		store->importing = n >= IMPORT_MIN;
		rc = store_commit(store, err);
		store->importing = false;
	}
	if (!rc)
		add_result(result, &batch.result);
	batch_end(&batch);
	return rc;
}

int store_apply(struct store *store, const struct span *canonical, size_t n, const char *kv_name,
                struct span kv_value, struct apply_result *result, struct error *err)
{
	const struct kv_row row = { kv_name, kv_value };
	struct arena arena = ARENA_INIT;
	struct whole_entry *entries = NULL;
	struct error local = { 0 };
	int rc;

	err = err ? err : &local;
	rc = decode_all(canonical, n, &arena, &entries, err);
	if (!rc)
		rc = store_apply_entries(store, entries, n, &row, kv_name ? 1 : 0, result, err);
	arena_free(&arena);
	return rc;
}

/* --- judging again --- */

enum { REJUDGE_CHUNK = 1000 };

struct rejudging {
	struct store *store;
	enum engine_table table; /* ENTRY: of all entries; HELD: of those that do not count */
	rid_t at;                /* the last one that was judged */
	bool more;
	uint64_t changed;
};

static bool is_whole(enum engine_table table, rid_t rid, struct span value)
{
	struct row row;

	return table == TABLE_HELD || (row_decode(&row, rid, &value) && row.status != ROW_STUB);
}

/* Judge the entries behind the last one anew, up to one chunk. */
static int rejudge_chunk(struct rejudging *r, struct batch *batch, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	rid_t *rids = arena_array(&batch->arena, REJUDGE_CHUNK, sizeof(*rids));
	struct span key, value;
	uint8_t from[8];
	size_t n = 0;
	int rc = rids ? engine_cursor_open(&cursor, r->store->engine, r->table, ENGINE_ROWS, err)
	              : no_memory(err);

	put_u64_be(from, r->at + 1);
	if (!rc)
		rc = engine_seek(cursor, span_of(from, 8), &key, &value, err);
	while (!rc && n < REJUDGE_CHUNK) {
		r->at = get_u64_be(key.data);
		if (is_whole(r->table, r->at, value))
			rids[n++] = r->at;
		rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	r->more = !rc;
	if (rc == ERR_NOTFOUND)
		rc = 0;
	for (size_t i = 0; !rc && i < n; i++)
		rc = batch_revisit(batch, rids[i], err);
	return rc;
}

static int rejudge_in_txn(struct rejudging *r, struct error *err)
{
	struct batch batch;
	int rc = store_begin(r->store, err);

	if (rc)
		return rc;
	rc = batch_begin(&batch, r->store, err);
	if (!rc)
		rc = rejudge_chunk(r, &batch, err);
	if (!rc)
		rc = batch_finish(&batch, err);
	r->changed += batch.n_changed;
	batch_end(&batch);
	if (!rc)
		return store_commit(r->store, err);
	store_abort(r->store);
	return rc;
}

static int rejudge(struct store *store, enum engine_table table, struct progress *progress, struct error *err)
{
	struct rejudging r = { .store = store, .table = table };
	struct error local = { 0 };
	uint64_t seen = 0;
	int rc = 0;

	err = err ? err : &local;
	do { /* what depends on an entry may lie in front of it */
		r.at = 0;
		r.changed = 0;
		r.more = true;
		while (!rc && r.more) {
			rc = rejudge_in_txn(&r, err);
			seen += REJUDGE_CHUNK;
			if (!rc && !progress_report(progress, _("judging entries again"), seen, 0))
				rc = error_set(err, ERR_CANCELLED, "%s", error_kind(ERR_CANCELLED));
		}
	} while (!rc && r.changed);
	return rc;
}

int store_rejudge(struct store *store, struct progress *progress, struct error *err)
{
	return rejudge(store, TABLE_ENTRY, progress, err);
}

int store_rejudge_held(struct store *store, struct progress *progress, struct error *err)
{
	return rejudge(store, TABLE_HELD, progress, err);
}

/* --- lists --- */

int store_held_each(struct store *store, bool (*each)(void *arg, const struct held_entry *entry),
                    void *arg, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct arena arena = ARENA_INIT;
	struct span key, value;
	int rc = engine_cursor_open(&cursor, store->engine, TABLE_HELD, ENGINE_ROWS, err);

	if (!rc)
		rc = engine_seek(cursor, span_of("", 0), &key, &value, err);
	while (!rc) {
		struct held_entry held;
		uint8_t status = 0;
		rc = row_version(store, get_u64_be(key.data), &held.version, err);
		if (!rc && !span_u8(&value, &status))
			rc = error_set(err, ERR_CORRUPT, _("the list of held entries cannot be read"));
		if (rc)
			break;
		held.waiting = status == ROW_WAITING;
		held.reason = arena_strndup(&arena, (const char *)value.data, value.len_bytes);
		if (!held.reason) {
			rc = no_memory(err);
			break;
		}
		if (!each(arg, &held))
			break;
		arena_reset(&arena);
		rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	arena_free(&arena);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int store_conflicts_each(struct store *store, bool (*each)(void *arg, rid_t record), void *arg,
                         struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	int rc = engine_cursor_open(&cursor, store->engine, TABLE_CONFLICT, ENGINE_KEYS, err);

	if (!rc)
		rc = engine_seek(cursor, span_of("", 0), &key, &value, err);
	while (!rc && each(arg, get_u64_be(key.data)))
		rc = engine_next(cursor, &key, &value, err);
	engine_cursor_close(cursor);
	return rc == ERR_NOTFOUND ? 0 : rc;
}
