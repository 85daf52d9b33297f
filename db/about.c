/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The entries that belong to one resident, for whoever carries them. */
#include "config.h"
#include "db/exchange.h"

#include <stdlib.h>
#include "db/batch.h"
#include "db/body.h"
#include "lib/i18n.h"

struct about_walk {
	struct store *store;
	struct arena entries;
	bool (*each)(void *arg, const struct about_entry *one);
	void *arg;
	bool stopped;
};

static int give_one(struct about_walk *walk, rid_t rid, struct error *err)
{
	struct about_entry one = { .rid = rid };
	struct entry entry;
	struct row row;
	int rc = entry_get(walk->store, rid, &row, &walk->entries, &entry, err);

	if (rc || row.status != ROW_OK)
		return rc;
	rc = row_version(walk->store, rid, &one.version, err);
	one.record = row.record;
	one.entry = &entry;
	if (!rc)
		walk->stopped = !walk->each(walk->arg, &one);
	return rc;
}

static int give_record(struct about_walk *walk, rid_t record, struct error *err)
{
	struct arena arena = ARENA_INIT;
	rid_t *rids = NULL;
	size_t n = 0;
	int rc = refresh_entries_of(walk->store, record, &arena, &rids, &n, err);

	for (size_t i = 0; !rc && !walk->stopped && i < n; i++) {
		rc = give_one(walk, rids[i], err);
		arena_reset(&walk->entries);
	}
	arena_free(&arena);
	return rc;
}

/* The records of a cluster by their numbers, so that no cursor is open while their entries are read. free() them. */
static int list_records(struct store *store, rid_t subject, rid_t **out, size_t *n, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	size_t cap = 0;
	uint8_t from[8];
	int rc = engine_cursor_open(&cursor, store->engine, TABLE_REC, ENGINE_KEYS, err);

	*n = 0;
	put_u64_be(from, subject);
	if (!rc)
		rc = engine_seek(cursor, span_of(from, 8), &key, &value, err);
	while (!rc && key.len_bytes == 20 && get_u64_be(key.data) == subject) {
		if (*n == cap) {
			cap = cap ? 2 * cap : 64;
			rid_t *more = realloc(*out, cap * sizeof(*more));
			if (!more) {
				rc = error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
				break;
			}
			*out = more;
		}
		(*out)[(*n)++] = get_u64_be(key.data + 12);
		rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

const struct store_device *store_author(const struct store *store, rid_t entry)
{
	uint16_t number = rid_devno(entry);

	return number && number <= store->n_devices ? &store->devices[number - 1] : NULL;
}

int store_entries_about(struct store *store, rid_t subject,
                        bool (*each)(void *arg, const struct about_entry *one), void *arg, struct error *err)
{
	struct about_walk walk = { .store = store, .each = each, .arg = arg };
	struct upper *upper;
	rid_t *records = NULL;
	size_t n = 0;
	int rc = upper_get(store, &upper, err);

	if (!rc)
		rc = list_records(store, subject, &records, &n, err);
	for (size_t i = 0; !rc && !walk.stopped && i < n; i++)
		rc = give_record(&walk, records[i], err);
	arena_free(&walk.entries);
	free(records);
	return rc;
}

static int give_authors(struct store *store, rid_t record, bool (*each)(void *arg, const struct store_device *author),
                        void *arg, bool *stopped, struct error *err)
{
	struct arena arena = ARENA_INIT;
	rid_t *rids = NULL;
	size_t n = 0;
	int rc = refresh_entries_of(store, record, &arena, &rids, &n, err);

	for (size_t i = 0; !rc && !*stopped && i < n; i++) {
		const struct store_device *author = store_author(store, rids[i]);
		*stopped = author && !each(arg, author);
	}
	arena_free(&arena);
	return rc;
}

int store_authors_about(struct store *store, rid_t subject,
                        bool (*each)(void *arg, const struct store_device *author), void *arg, struct error *err)
{
	rid_t *records = NULL;
	bool stopped = false;
	size_t n = 0;
	int rc = list_records(store, subject, &records, &n, err);

	for (size_t i = 0; !rc && !stopped && i < n; i++)
		rc = give_authors(store, records[i], each, arg, &stopped, err);
	free(records);
	return rc;
}
