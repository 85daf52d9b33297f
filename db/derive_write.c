/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/derive_int.h"

#include <stdlib.h>
#include <string.h>

/* Room for one more in an array of items of size bytes. */
static bool room(struct derive_writer *w, void **array, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap ? 2 * *cap : 64;
	void *grown;

	if (n < *cap || w->failed)
		return !w->failed;
	grown = realloc(*array, more * size);
	w->failed = !grown;
	if (!grown)
		return false;
	*array = grown;
	*cap = more;
	return true;
}

static struct span keep(struct derive_writer *w, const void *bytes, size_t n_bytes)
{
	const void *copy = n_bytes ? arena_memdup(&w->arena, bytes, n_bytes) : "";

	w->failed = w->failed || !copy;
	return span_of(copy, copy ? n_bytes : 0);
}

void derive_writer_row(struct derive_writer *w, rid_t subject, const struct derived_row *row)
{
	uint8_t key[DERIVED_KEY_BYTES];

	if (room(w, (void **)&w->rows, w->n_rows, &w->cap_rows, sizeof(*w->rows)))
		w->rows[w->n_rows++] = (struct engine_row){ keep(w, key, derived_key(key, row, subject)),
			                                    keep(w, row->value.data, row->value.len_bytes) };
}

void derive_writer_remove(struct derive_writer *w, rid_t subject, const struct derived_row *row)
{
	uint8_t key[DERIVED_KEY_BYTES];

	if (room(w, (void **)&w->gone, w->n_gone, &w->cap_gone, sizeof(*w->gone)))
		w->gone[w->n_gone++] = keep(w, key, derived_key(key, row, subject));
}

void derive_writer_list(struct derive_writer *w, rid_t subject, const struct derived_row *rows, size_t n)
{
	struct buf list = BUF_INIT;
	uint8_t key[8];

	put_u64_be(key, subject);
	derived_list_put(&list, rows, n);
	w->failed = w->failed || list.failed;
	if (n && room(w, (void **)&w->lists, w->n_lists, &w->cap_lists, sizeof(*w->lists)))
		w->lists[w->n_lists++] =
			(struct engine_row){ keep(w, key, 8), keep(w, list.data, list.len_bytes) };
	else if (!n && room(w, (void **)&w->ends, w->n_ends, &w->cap_ends, sizeof(*w->ends)))
		w->ends[w->n_ends++] = keep(w, key, 8);
	buf_free(&list);
}

static int key_order(const void *a, const void *b)
{
	const struct span *x = &((const struct engine_row *)a)->key, *y = &((const struct engine_row *)b)->key;
	size_t len = x->len_bytes < y->len_bytes ? x->len_bytes : y->len_bytes;
	int order = memcmp(x->data, y->data, len);

	return order ? order : (x->len_bytes > y->len_bytes) - (x->len_bytes < y->len_bytes);
}

static int remove_keys(struct derive_writer *w, enum engine_table table, const struct span *keys, size_t n,
                       struct error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < n; i++) {
		rc = engine_del(w->store->engine, table, keys[i], err);
		rc = rc == ERR_NOTFOUND ? 0 : rc;
	}
	return rc;
}

int derive_writer_flush(struct derive_writer *w, struct error *err)
{
	struct engine *engine = w->store->engine;
	int rc = w->failed ? error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM)) : 0;

	if (!rc && w->n_rows > 1)
		qsort(w->rows, w->n_rows, sizeof(*w->rows), key_order);
	if (!rc && w->n_lists > 1)
		qsort(w->lists, w->n_lists, sizeof(*w->lists), key_order);
	if (!rc)
		rc = remove_keys(w, TABLE_DERIVED, w->gone, w->n_gone, err);
	if (!rc)
		rc = remove_keys(w, TABLE_DERIVED_BY, w->ends, w->n_ends, err);
	if (!rc && w->n_rows)
		rc = engine_put_rows(engine, TABLE_DERIVED, w->rows, w->n_rows, err);
	if (!rc && w->n_lists)
		rc = engine_put_rows(engine, TABLE_DERIVED_BY, w->lists, w->n_lists, err);
	w->n_rows = w->n_lists = w->n_gone = w->n_ends = 0;
	w->failed = false;
	arena_reset(&w->arena);
	return rc;
}

void derive_writer_free(struct derive_writer *w)
{
	free(w->rows);
	free(w->lists);
	free(w->gone);
	free(w->ends);
	arena_free(&w->arena);
}
