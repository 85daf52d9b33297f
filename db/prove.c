/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/prove.h"

#include "db/upper.h"
#include "lib/i18n.h"

enum { LOOK_UP_BYTES = 1000 }; /* of rows, less than most pages have: so each page is found from the root */

static int not_whole(enum engine_table table, struct error *err)
{
	return error_set(err, ERR_CORRUPT, _("the base copy is not whole: table %s"), engine_table_name(table));
}

static bool ascends(const struct buf *last, struct span key)
{
	size_t len = last->len_bytes < key.len_bytes ? last->len_bytes : key.len_bytes;
	int order = len ? memcmp(last->data, key.data, len) : 0;

	return order < 0 || (order == 0 && last->len_bytes < key.len_bytes);
}

struct proof {
	uint64_t rows[TABLE_N];
	size_t unseen_bytes; /* of rows since one was looked up */
	uint64_t stubs; /* rows of ENTRY without an entry */
};

static int prove_row(struct store *store, enum engine_table table, struct span key, struct span value,
                     struct proof *proof, struct error *err)
{
	struct row row;
	int rc = 0;

	proof->rows[table]++;
	proof->unseen_bytes += key.len_bytes + value.len_bytes;
	if (table == TABLE_ENTRY) {
		if (key.len_bytes != sizeof(rid_t) || !row_decode(&row, get_u64_be(key.data), &value))
			return not_whole(table, err);
		proof->stubs += row.status == ROW_STUB;
	}
	if (proof->unseen_bytes >= LOOK_UP_BYTES) {
		proof->unseen_bytes = 0;
		rc = engine_get(store->engine, table, key, NULL, err);
	}
	return rc == ERR_NOTFOUND ? not_whole(table, err) : rc;
}

static int prove_table(struct store *store, enum engine_table table, struct proof *proof, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	struct buf last = BUF_INIT;
	int rc = engine_cursor_open(&cursor, store->engine, table, ENGINE_BULK, err);

	proof->unseen_bytes = LOOK_UP_BYTES; /* the first row, at least */
	if (!rc)
		rc = engine_seek(cursor, span_of("", 0), &key, &value, err);
	while (!rc) {
		if (proof->rows[table] && !ascends(&last, key))
			rc = not_whole(table, err);
		buf_clear(&last);
		buf_put(&last, key.data, key.len_bytes);
		if (!rc)
			rc = prove_row(store, table, key, value, proof, err);
		if (!rc)
			rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	buf_free(&last);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int prove_copy(struct store *store, struct error *err)
{
	const struct store_mark *mark = &store->mark;
	struct proof proof = { .stubs = 0 };
	int rc = 0;

	for (int table = 0; !rc && table < TABLE_N; table++)
		rc = prove_table(store, table, &proof, err);
	if (rc)
		return rc;
	if (proof.rows[TABLE_ENTRY] - proof.stubs != mark->n_entries)
		return not_whole(TABLE_ENTRY, err);
	return proof.rows[TABLE_REC] == mark->n_records ? 0 : not_whole(TABLE_REC, err);
}
