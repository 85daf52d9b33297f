/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeping derived rows up to date as records change. */
#include "config.h"
#include "db/derived.h"

#include <stdlib.h>
#include <string.h>
#include "db/derive_int.h"
#include "lib/i18n.h"

enum { SUBJECTS_PER_TXN = 500 };

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

/* --- rows of one subject --- */

int derive_put(struct derive_sink *sink, struct span key, struct span value, struct error *err)
{
	const void *key_copy, *value_copy;

	if (key.len_bytes == 0 || key.len_bytes > DERIVE_KEY_MAX || value.len_bytes > DERIVE_VALUE_MAX)
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

void derive_sink_reset(struct derive_sink *sink)
{
	arena_reset(&sink->arena);
	sink->n = 0;
}

void derive_sink_free(struct derive_sink *sink)
{
	arena_free(&sink->arena);
	free(sink->rows);
}

int derived_order(const void *a, const void *b)
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

static int ask_derivers(const struct derive_input *in, struct derive_sink *sink, struct error *err)
{
	const struct store *store = in->store;
	const void *prepared = NULL;
	int rc = 0;

	for (size_t i = 0; !rc && i < store->n_derivers; i++) {
		const struct deriver *deriver = &store->derivers[i];
		if (i == 0 || deriver->prepare != store->derivers[i - 1].prepare) {
			prepared = NULL;
			rc = deriver->prepare ? deriver->prepare(in, &prepared, err) : 0;
		}
		sink->number = store->deriver_numbers[i];
		if (!rc)
			rc = deriver->derive(deriver, in, prepared, sink, err);
	}
	return rc;
}

int derive_compute(struct store *store, rid_t subject, const struct record *records, size_t n,
                   struct derive_sink *sink, struct error *err)
{
	const struct derive_input in = { store, subject, records, n, &sink->arena };
	size_t kept = 0;
	int rc;

	store->upper->trusted++;
	rc = n ? ask_derivers(&in, sink, err) : 0;
	store->upper->trusted--;
	if (rc)
		return rc;
	if (sink->n > 1)
		qsort(sink->rows, sink->n, sizeof(*sink->rows), derived_order);
	for (size_t i = 0; i < sink->n; i++) {
		if (i + 1 < sink->n && !derived_order(&sink->rows[i], &sink->rows[i + 1]))
			continue;
		sink->rows[kept++] = sink->rows[i];
	}
	sink->n = kept;
	return 0;
}

/* --- rows as they are stored --- */

size_t derived_key(uint8_t out[DERIVED_KEY_BYTES], const struct derived_row *row, rid_t subject)
{
	out[0] = row->number;
	memcpy(out + 1, row->key.data, row->key.len_bytes);
	put_u64_be(out + 1 + row->key.len_bytes, subject);
	return 9 + row->key.len_bytes;
}

void derived_stale_key(uint8_t out[9], rid_t subject)
{
	out[0] = DERIVE_STALE;
	put_u64_be(out + 1, subject);
}

void derived_list_put(struct buf *out, const struct derived_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_put_u8(out, rows[i].number);
		buf_put_u8(out, (uint8_t)rows[i].key.len_bytes);
		buf_put(out, rows[i].key.data, rows[i].key.len_bytes);
	}
}

bool derived_list_take(struct span *in, struct derived_row *out)
{
	uint8_t n;

	out->value = span_of("", 0);
	return span_u8(in, &out->number) && span_u8(in, &n) && n > 0 && n <= DERIVE_KEY_MAX &&
	       span_take(in, n, &out->key);
}

int derived_stored(struct store *store, rid_t subject, struct derive_sink *sink, struct error *err)
{
	uint8_t by[8], key[DERIVED_KEY_BYTES];
	struct derived_row row;
	struct span list, value;
	int rc;

	put_u64_be(by, subject);
	rc = engine_get(store->engine, TABLE_DERIVED_BY, span_of(by, 8), &list, err);
	while (!rc && derived_list_take(&list, &row)) {
		rc = engine_get(store->engine, TABLE_DERIVED, span_of(key, derived_key(key, &row, subject)),
		                &value, err);
		if (rc == ERR_NOTFOUND) {
			value = span_of("?", 1); /* differs from every row of a deriver's that matters */
			rc = 0;
		}
		sink->number = row.number;
		if (!rc)
			rc = derive_put(sink, row.key, value, err);
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static bool same_value(const struct derived_row *a, const struct derived_row *b)
{
	return a->value.len_bytes == b->value.len_bytes &&
	       (a->value.len_bytes == 0 || !memcmp(a->value.data, b->value.data, a->value.len_bytes));
}

/* What turns the stored rows of a subject into the wanted ones goes to writer (NULL: nowhere); counts differences. */
static void compare_rows(const struct derive_sink *have, const struct derive_sink *want, rid_t subject,
                         struct derive_writer *writer, uint64_t *wrong)
{
	bool others = false; /* rows came or went */

	for (size_t i = 0, k = 0; i < have->n || k < want->n;) {
		int cmp = i == have->n   ? 1
		          : k == want->n ? -1
		                         : derived_order(&have->rows[i], &want->rows[k]);
		bool same = cmp == 0 && same_value(&have->rows[i], &want->rows[k]);
		*wrong += !same;
		others = others || cmp;
		if (writer && cmp < 0)
			derive_writer_remove(writer, subject, &have->rows[i]);
		else if (writer && !same)
			derive_writer_row(writer, subject, &want->rows[k]);
		i += cmp <= 0;
		k += cmp >= 0;
	}
	if (writer && others)
		derive_writer_list(writer, subject, want->rows, want->n);
}

static int reconcile(struct store *store, rid_t subject, struct derive_writer *writer, uint64_t *rows,
                     uint64_t *wrong, struct error *err)
{
	struct derive_sink want = { .arena = ARENA_INIT }, have = { .arena = ARENA_INIT };
	struct record *records;
	size_t n;
	int rc;

	store->upper->trusted++;
	rc = store_records_of(store, subject, NULL, &want.arena, &records, &n, err);
	store->upper->trusted--;
	if (!rc)
		rc = derive_compute(store, subject, records, n, &want, err);
	if (!rc)
		rc = derived_stored(store, subject, &have, err);
	*rows += want.n;
	if (!rc)
		compare_rows(&have, &want, subject, writer, wrong);
	derive_sink_free(&want);
	derive_sink_free(&have);
	return rc;
}

int derived_compare(struct store *store, rid_t subject, uint64_t *rows, uint64_t *wrong,
                    struct error *err)
{
	return reconcile(store, subject, NULL, rows, wrong, err);
}

/* --- keeping up --- */

static int mark_stale(struct store *store, rid_t subject, struct error *err)
{
	uint8_t key[9];

	derived_stale_key(key, subject);
	return engine_put(store->engine, TABLE_DERIVED, span_of(key, 9), span_of("", 0), err);
}

static int mark_many(struct store *store, const rid_t *subjects, size_t n, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct engine_row *rows = arena_array(&arena, n + 1, sizeof(*rows));
	uint8_t (*keys)[9] = arena_array(&arena, n + 1, sizeof(*keys));
	size_t n_new = 0;
	int rc = rows && keys ? 0 : no_memory(err);

	for (size_t i = 0; !rc && i < n; i++) {
		derived_stale_key(keys[i], subjects[i]);
		rc = engine_get(store->engine, TABLE_DERIVED, span_of(keys[i], 9), NULL, err);
		if (rc == ERR_NOTFOUND) { /* else it is marked, and writing it again would fill the log */
			rows[n_new++] = (struct engine_row){ span_of(keys[i], 9), span_of("", 0) };
			rc = 0;
		}
	}
	if (!rc)
		rc = engine_put_rows(store->engine, TABLE_DERIVED, rows, n_new, err);
	arena_free(&arena);
	return rc;
}

int derived_touch(struct store *store, const rid_t *subjects, size_t n, struct error *err)
{
	const struct upper *upper = store->upper;
	struct derive_writer writer = { .store = store };
	uint64_t rows = 0, changed = 0;
	int rc = 0;

	if (upper->n_known_derivers == 0 || n == 0)
		return 0;
	if (n > DERIVE_NOW_MAX || store->bulk || store->n_derivers < upper->n_known_derivers)
		return mark_many(store, subjects, n, err);
	for (size_t i = 0; !rc && i < n; i++)
		rc = reconcile(store, subjects[i], &writer, &rows, &changed, err);
	if (!rc)
		rc = derive_writer_flush(&writer, err);
	derive_writer_free(&writer);
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
	while (!rc && *n < max && key.len_bytes == 9 && key.data[0] == DERIVE_STALE) {
		out[(*n)++] = get_u64_be(key.data + 1);
		rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int settle_in_txn(struct store *store, const rid_t *subjects, size_t n, struct error *err)
{
	struct derive_writer writer = { .store = store };
	uint64_t rows = 0, changed = 0;
	uint8_t key[9];
	int rc = 0;

	for (size_t i = 0; !rc && i < n; i++) {
		rc = reconcile(store, subjects[i], &writer, &rows, &changed, err);
		derived_stale_key(key, subjects[i]);
		if (!rc)
			rc = engine_del(store->engine, TABLE_DERIVED, span_of(key, 9), err);
	}
	if (!rc)
		rc = derive_writer_flush(&writer, err);
	derive_writer_free(&writer);
	return rc;
}

static int settle_some(struct store *store, const rid_t *subjects, size_t n, struct error *err)
{
	int rc = store_begin(store, err);

	if (rc)
		return rc;
	rc = settle_in_txn(store, subjects, n, err);
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
		if (!rc && n && subjects[0] == 0)
			rc = derive_everything(store, progress, err);
		else if (!rc && n)
			rc = settle_some(store, subjects, n, err);
		done += n;
		if (!rc && n && !progress_report(progress, _("computing duties and facts"), done, 0))
			rc = error_set(err, ERR_CANCELLED, "%s", error_kind(ERR_CANCELLED));
	} while (!rc && n);
	free(subjects);
	return rc;
}

int derived_forget(struct store *store, struct error *err)
{
	return mark_stale(store, 0, err);
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
