/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/derived.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"

enum { KEY_MAX = 64, VALUE_MAX = 1024, SUBJECTS_PER_TXN = 500, STALE = 0 };

struct derived_row {
	uint8_t number;
	struct span key, value;
};

struct derive_sink {
	struct arena arena;
	struct derived_row *rows;
	size_t n, cap;
	uint8_t number;
};

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

int derive_put(struct derive_sink *sink, struct span key, struct span value, struct error *err)
{
	void *key_copy, *value_copy;

	if (key.len_bytes == 0 || key.len_bytes > KEY_MAX || value.len_bytes > VALUE_MAX)
		return error_set(err, ERR_LIMIT, _("a derived row is too large"));
	if (sink->n == sink->cap) {
		size_t cap = sink->cap ? 2 * sink->cap : 16;
		struct derived_row *more = realloc(sink->rows, cap * sizeof(*more));
		if (!more)
			return no_memory(err);
		sink->rows = more;
		sink->cap = cap;
	}
	key_copy = arena_memdup(&sink->arena, key.data, key.len_bytes);
	value_copy = value.len_bytes ? arena_memdup(&sink->arena, value.data, value.len_bytes) : "";
	if (!key_copy || !value_copy)
		return no_memory(err);
	sink->rows[sink->n++] = (struct derived_row){ sink->number, span_of(key_copy, key.len_bytes),
		                                      span_of(value_copy, value.len_bytes) };
	return 0;
}

static void sink_free(struct derive_sink *sink)
{
	arena_free(&sink->arena);
	free(sink->rows);
}

static int row_order(const void *a, const void *b)
{
	const struct derived_row *x = a, *y = b;
	size_t len = x->key.len_bytes < y->key.len_bytes ? x->key.len_bytes : y->key.len_bytes;
	int cmp;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	cmp = memcmp(x->key.data, y->key.data, len);
	if (cmp)
		return cmp;
	return (x->key.len_bytes > y->key.len_bytes) - (x->key.len_bytes < y->key.len_bytes);
}

/* What the derivers say about a subject, sorted; of two rows with one key the later one holds. */
static int compute(struct store *store, rid_t subject, struct derive_sink *sink, struct error *err)
{
	struct record *records;
	size_t n, kept = 0;
	int rc;

	store->upper->trusted++;
	rc = store_records_of(store, subject, NULL, &sink->arena, &records, &n, err);
	for (size_t i = 0; !rc && n && i < store->n_derivers; i++) {
		const struct deriver *deriver = &store->derivers[i];
		sink->number = store->deriver_numbers[i];
		rc = deriver->derive(deriver, store, subject, records, n, sink, err);
	}
	store->upper->trusted--;
	if (rc == ERR_NOTFOUND)
		rc = 0;
	if (rc)
		return rc;
	if (sink->n > 1)
		qsort(sink->rows, sink->n, sizeof(*sink->rows), row_order);
	for (size_t i = 0; i < sink->n; i++) {
		if (i + 1 < sink->n && !row_order(&sink->rows[i], &sink->rows[i + 1]))
			continue;
		sink->rows[kept++] = sink->rows[i];
	}
	sink->n = kept;
	return 0;
}

static size_t derived_key(uint8_t out[1 + KEY_MAX + 8], const struct derived_row *row, rid_t subject)
{
	out[0] = row->number;
	memcpy(out + 1, row->key.data, row->key.len_bytes);
	put_u64_be(out + 1 + row->key.len_bytes, subject);
	return 9 + row->key.len_bytes;
}

static size_t by_key(uint8_t out[9 + KEY_MAX], const struct derived_row *row, rid_t subject)
{
	put_u64_be(out, subject);
	out[8] = row->number;
	memcpy(out + 9, row->key.data, row->key.len_bytes);
	return 9 + row->key.len_bytes;
}

/* Rows of a subject as they are stored, into sink, sorted. */
static int stored_rows(struct store *store, rid_t subject, struct derive_sink *sink, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	uint8_t from[8], derived[1 + KEY_MAX + 8];
	int rc;

	put_u64_be(from, subject);
	rc = engine_cursor_open(&cursor, store->engine, TABLE_DERIVED_BY, ENGINE_KEYS, err);
	if (!rc)
		rc = engine_seek(cursor, span_of(from, 8), &key, &value, err);
	while (!rc && key.len_bytes > 9 && key.len_bytes <= 9 + KEY_MAX && get_u64_be(key.data) == subject) {
		struct derived_row row = { key.data[8], span_of(key.data + 9, key.len_bytes - 9),
			                   span_of("", 0) };
		rc = engine_get(store->engine, TABLE_DERIVED,
		                span_of(derived, derived_key(derived, &row, subject)), &value, err);
		if (rc == ERR_NOTFOUND) {
			value = span_of("?", 1); /* differs from every row of a deriver's that matters */
			rc = 0;
		}
		sink->number = row.number;
		if (!rc)
			rc = derive_put(sink, row.key, value, err);
		if (!rc)
			rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int row_write(struct store *store, const struct derived_row *row, rid_t subject, struct error *err)
{
	uint8_t derived[1 + KEY_MAX + 8], by[9 + KEY_MAX];
	int rc = engine_put(store->engine, TABLE_DERIVED,
	                    span_of(derived, derived_key(derived, row, subject)), row->value, err);

	return rc ? rc
	          : engine_put(store->engine, TABLE_DERIVED_BY, span_of(by, by_key(by, row, subject)),
	                       span_of("", 0), err);
}

static int row_remove(struct store *store, const struct derived_row *row, rid_t subject,
                      struct error *err)
{
	uint8_t derived[1 + KEY_MAX + 8], by[9 + KEY_MAX];
	int rc = engine_del(store->engine, TABLE_DERIVED,
	                    span_of(derived, derived_key(derived, row, subject)), err);

	if (rc && rc != ERR_NOTFOUND)
		return rc;
	rc = engine_del(store->engine, TABLE_DERIVED_BY, span_of(by, by_key(by, row, subject)), err);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static bool same_value(const struct derived_row *a, const struct derived_row *b)
{
	return a->value.len_bytes == b->value.len_bytes &&
	       (a->value.len_bytes == 0 || !memcmp(a->value.data, b->value.data, a->value.len_bytes));
}

/* Make the stored rows of a subject equal to the computed ones (write), or count the differences. */
static int reconcile(struct store *store, rid_t subject, bool write, uint64_t *rows, uint64_t *wrong,
                     struct error *err)
{
	struct derive_sink want = { .arena = ARENA_INIT }, have = { .arena = ARENA_INIT };
	size_t i = 0, k = 0;
	int rc = compute(store, subject, &want, err);

	if (!rc)
		rc = stored_rows(store, subject, &have, err);
	*rows += want.n;
	while (!rc && (i < have.n || k < want.n)) {
		int cmp = i == have.n ? 1 : k == want.n ? -1 : row_order(&have.rows[i], &want.rows[k]);
		if (cmp == 0 && same_value(&have.rows[i], &want.rows[k])) {
			i++;
			k++;
			continue;
		}
		++*wrong;
		if (cmp < 0 && write)
			rc = row_remove(store, &have.rows[i], subject, err);
		if (cmp >= 0 && write)
			rc = row_write(store, &want.rows[k], subject, err);
		i += cmp <= 0;
		k += cmp >= 0;
	}
	sink_free(&want);
	sink_free(&have);
	return rc;
}

int derived_compare(struct store *store, rid_t subject, uint64_t *rows, uint64_t *wrong,
                    struct error *err)
{
	return reconcile(store, subject, false, rows, wrong, err);
}

static int mark_stale(struct store *store, rid_t subject, struct error *err)
{
	uint8_t key[9] = { STALE };

	put_u64_be(key + 1, subject);
	return engine_put(store->engine, TABLE_DERIVED, span_of(key, 9), span_of("", 0), err);
}

int derived_touch(struct store *store, const rid_t *subjects, size_t n, struct error *err)
{
	const struct upper *upper = store->upper;
	bool now = n <= DERIVE_NOW_MAX && !store->bulk && store->n_derivers >= upper->n_known_derivers;
	uint64_t rows = 0, changed = 0;
	int rc = 0;

	if (upper->n_known_derivers == 0)
		return 0;
	for (size_t i = 0; !rc && i < n; i++)
		rc = now ? reconcile(store, subjects[i], true, &rows, &changed, err)
		         : mark_stale(store, subjects[i], err);
	return rc;
}

/* Up to n stale subjects. */
static int stale_subjects(struct store *store, rid_t *out, size_t *n, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	size_t max = *n;
	int rc = engine_cursor_open(&cursor, store->engine, TABLE_DERIVED, ENGINE_KEYS, err);

	*n = 0;
	if (!rc)
		rc = engine_seek(cursor, span_of("", 0), &key, &value, err);
	while (!rc && *n < max && key.len_bytes == 9 && key.data[0] == STALE) {
		out[(*n)++] = get_u64_be(key.data + 1);
		rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int settle_some(struct store *store, const rid_t *subjects, size_t n, struct error *err)
{
	uint64_t rows = 0, changed = 0;
	uint8_t key[9] = { STALE };
	int rc = store_begin(store, err);

	if (rc)
		return rc;
	for (size_t i = 0; !rc && i < n; i++) {
		rc = reconcile(store, subjects[i], true, &rows, &changed, err);
		put_u64_be(key + 1, subjects[i]);
		if (!rc)
			rc = engine_del(store->engine, TABLE_DERIVED, span_of(key, 9), err);
	}
	if (!rc)
		return store_commit(store, err);
	store_abort(store);
	return rc;
}

int derived_settle(struct store *store, struct progress *progress, struct error *err)
{
	rid_t *subjects;
	struct upper *upper;
	uint64_t done = 0;
	size_t n = 0;
	int rc = upper_get(store, &upper, err);

	if (rc || store->n_derivers < upper->n_known_derivers)
		return rc;
	subjects = malloc(SUBJECTS_PER_TXN * sizeof(*subjects));
	if (!subjects)
		return no_memory(err);
	do {
		n = SUBJECTS_PER_TXN;
		rc = stale_subjects(store, subjects, &n, err);
		if (!rc && n)
			rc = settle_some(store, subjects, n, err);
		done += n;
		if (!rc && n && !progress_report(progress, _("computing duties and facts"), done, 0))
			rc = error_set(err, ERR_CANCELLED, "%s", error_kind(ERR_CANCELLED));
	} while (!rc && n);
	free(subjects);
	return rc;
}

/* Every subject there is, by the first row of each cluster, marked in the open transaction. */
static int mark_all(struct store *store, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	uint8_t from[8];
	int rc = engine_cursor_open(&cursor, store->engine, TABLE_REC, ENGINE_KEYS, err);

	if (!rc)
		rc = engine_seek(cursor, span_of("", 0), &key, &value, err);
	while (!rc) {
		rid_t subject = get_u64_be(key.data);
		rc = mark_stale(store, subject, err);
		if (rc || subject == UINT64_MAX)
			break;
		put_u64_be(from, subject + 1);
		rc = engine_seek(cursor, span_of(from, 8), &key, &value, err);
	}
	engine_cursor_close(cursor);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int derived_forget(struct store *store, struct error *err)
{
	int rc = engine_clear(store->engine, TABLE_DERIVED, err);

	if (!rc)
		rc = engine_clear(store->engine, TABLE_DERIVED_BY, err);
	return rc ? rc : mark_all(store, err);
}

/* META "derivers": number n has the n-th length byte; META "deriver.NAME" = number, version u32. */
static int register_new(struct store *store, const struct deriver *deriver, uint8_t *number,
                        struct error *err)
{
	struct buf list = BUF_INIT, value = BUF_INIT;
	struct span old;
	char name[32];
	int rc = store_begin(store, err);

	if (rc)
		return rc;
	if (*number == 0) {
		rc = meta_get(store, "derivers", &old, err);
		if (!rc)
			buf_put(&list, old.data, old.len_bytes);
		if (!rc || rc == ERR_NOTFOUND) {
			*number = (uint8_t)(list.len_bytes + 1);
			buf_put_u8(&list, *number);
			rc = list.failed ? no_memory(err)
			                 : meta_put(store, "derivers", span_of_buf(&list), err);
		}
	}
	buf_put_u8(&value, *number);
	buf_put_u32(&value, deriver->version);
	snprintf(name, sizeof(name), "deriver.%.15s", deriver->name);
	if (!rc)
		rc = value.failed ? no_memory(err) : meta_put(store, name, span_of_buf(&value), err);
	if (!rc)
		rc = mark_all(store, err);
	if (!rc)
		rc = store_commit(store, err);
	else
		store_abort(store);
	buf_free(&list);
	buf_free(&value);
	return rc;
}

int store_register(struct store *store, const struct deriver *deriver, struct progress *progress,
                   struct error *err)
{
	struct upper *upper;
	struct span value;
	char name[32];
	uint8_t number = 0;
	uint32_t version = 0;
	bool fresh;
	int rc = upper_get(store, &upper, err);

	if (rc)
		return rc;
	if (store->n_derivers == DERIVERS_MAX || strlen(deriver->name) > 15)
		return error_set(err, ERR_LIMIT, _("too many derived tables"));
	snprintf(name, sizeof(name), "deriver.%s", deriver->name);
	rc = meta_get(store, name, &value, err);
	if (rc && rc != ERR_NOTFOUND)
		return rc;
	fresh = rc || !span_u8(&value, &number) || !span_u32(&value, &version) ||
	        version != deriver->version;
	rc = fresh ? register_new(store, deriver, &number, err) : 0;
	if (rc)
		return rc;
	store->derivers[store->n_derivers] = *deriver;
	store->deriver_numbers[store->n_derivers++] = number;
	if (number > store->upper->n_known_derivers)
		store->upper->n_known_derivers = number;
	return fresh ? derived_settle(store, progress, err) : 0;
}

static uint8_t number_of(const struct store *store, const char *table)
{
	for (size_t i = 0; i < store->n_derivers; i++)
		if (!strcmp(store->derivers[i].name, table))
			return store->deriver_numbers[i];
	return 0;
}

static int begin_reading(struct store *store, const char *table, uint8_t *number, struct error *err)
{
	int rc = upper_check_sees(store, err);

	*number = number_of(store, table);
	if (!rc && *number == 0)
		rc = error_set(err, ERR_NOTFOUND, _("there is no derived table %s"), table);
	return rc ? rc : derived_settle(store, NULL, err);
}

int store_derived_each(struct store *store, const char *table, struct span from, struct span to,
                       bool (*each)(void *arg, struct span key, rid_t subject, struct span value),
                       void *arg, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	uint8_t start[1 + KEY_MAX], number;
	int rc = begin_reading(store, table, &number, err);

	if (rc)
		return rc;
	if (from.len_bytes > KEY_MAX)
		from.len_bytes = KEY_MAX;
	start[0] = number;
	if (from.len_bytes)
		memcpy(start + 1, from.data, from.len_bytes);
	rc = engine_cursor_open(&cursor, store->engine, TABLE_DERIVED, ENGINE_ROWS, err);
	if (!rc)
		rc = engine_seek(cursor, span_of(start, 1 + from.len_bytes), &key, &value, err);
	for (; !rc && key.len_bytes >= 9 && key.data[0] == number;
	     rc = engine_next(cursor, &key, &value, err)) {
		struct span own = span_of(key.data + 1, key.len_bytes - 9);
		size_t len = own.len_bytes < to.len_bytes ? own.len_bytes : to.len_bytes;
		int cmp = to.len_bytes ? memcmp(own.data, to.data, len) : -1;
		if (cmp > 0 || (cmp == 0 && own.len_bytes >= to.len_bytes))
			break;
		if (!each(arg, own, get_u64_be(key.data + key.len_bytes - 8), value))
			break;
	}
	engine_cursor_close(cursor);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int store_derived_of(struct store *store, const char *table, rid_t subject,
                     bool (*each)(void *arg, struct span key, rid_t subject, struct span value),
                     void *arg, struct error *err)
{
	struct derive_sink have = { .arena = ARENA_INIT };
	uint8_t number;
	int rc = begin_reading(store, table, &number, err);

	if (!rc)
		rc = stored_rows(store, subject, &have, err);
	for (size_t i = 0; !rc && i < have.n; i++)
		if (have.rows[i].number == number &&
		    !each(arg, have.rows[i].key, subject, have.rows[i].value))
			break;
	sink_free(&have);
	return rc;
}

int store_derive_all(struct store *store, struct progress *progress, struct error *err)
{
	struct upper *upper;
	int rc = upper_get(store, &upper, err);

	if (!rc)
		rc = store_begin(store, err);
	if (rc)
		return rc;
	rc = derived_forget(store, err);
	if (!rc)
		rc = store_commit(store, err);
	else
		store_abort(store);
	return rc ? rc : derived_settle(store, progress, err);
}
