/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/index.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"
#include "lib/pinyin.h"
#include "lib/utf8.h"

enum { NAME_PARTS_MAX = 12, PINYIN_KEYS_MAX = 16 };

static void list_add(struct index_list *list, enum engine_table table, const void *key, size_t len)
{
	struct index_row *more;
	void *copy;

	if (list->n == list->cap) {
		size_t cap = list->cap ? 2 * list->cap : 32;
		more = arena_array(list->arena, cap, sizeof(*more));
		if (!more) {
			list->failed = true;
			return;
		}
		if (list->n)
			memcpy(more, list->rows, list->n * sizeof(*more));
		list->rows = more;
		list->cap = cap;
	}
	copy = arena_memdup(list->arena, key, len);
	if (!copy) {
		list->failed = true;
		return;
	}
	list->rows[list->n++] = (struct index_row){ table, span_of(copy, len), false };
}

static void add_text(struct index_list *list, enum engine_table table, enum index_kind kind,
                     const char *text, rid_t rid)
{
	uint8_t key[1 + INDEX_TEXT_MAX + 1 + 8];
	size_t len = strlen(text);

	if (len == 0)
		return;
	if (len > INDEX_TEXT_MAX)
		len = INDEX_TEXT_MAX;
	key[0] = (uint8_t)kind;
	memcpy(key + 1, text, len);
	key[1 + len] = 0;
	put_u64_be(key + 2 + len, rid);
	list_add(list, table, key, len + 10);
}

struct name_rows {
	struct index_list *list;
	enum index_kind kind;
	rid_t rid;
};

static void add_name_key(const char *key, void *arg)
{
	const struct name_rows *rows = arg;

	add_text(rows->list, TABLE_IX_NAME, rows->kind, key, rows->rid);
}

static void add_name(struct index_list *list, const char *name, rid_t rid)
{
	struct name_rows rows = { list, INDEX_INITIALS, rid };
	size_t at = 0;

	add_text(list, TABLE_IX_NAME, INDEX_NAME, name, rid);
	for (int i = 0; i < NAME_PARTS_MAX && name[at]; i++) {
		if (i)
			add_text(list, TABLE_IX_NAME, INDEX_NAME_PART, name + at, rid);
		at = utf8_next_at(name, at);
	}
	pinyin_initials_each(name, PINYIN_KEYS_MAX, add_name_key, &rows);
	rows.kind = INDEX_PINYIN;
	pinyin_full_each(name, PINYIN_KEYS_MAX, add_name_key, &rows);
}

void index_id_hash(const struct store *store, enum index_kind kind, const char *text, size_t len,
                   uint8_t out[INDEX_HASH_BYTES])
{
	uint8_t in[1 + INDEX_TEXT_MAX], hash[CRYPTO_DIGEST_BYTES];

	if (len > INDEX_TEXT_MAX)
		len = INDEX_TEXT_MAX;
	in[0] = (uint8_t)kind;
	memcpy(in + 1, text, len);
	crypto_hash_data(hash, sizeof(hash), in, len + 1, store->index_key);
	memcpy(out, hash, INDEX_HASH_BYTES);
}

static void add_id(struct index_list *list, const struct store *store, enum index_kind kind,
                   const char *text, size_t len, rid_t rid)
{
	uint8_t key[1 + INDEX_HASH_BYTES + 8];

	key[0] = (uint8_t)kind;
	index_id_hash(store, kind, text, len, key + 1);
	put_u64_be(key + 1 + INDEX_HASH_BYTES, rid);
	list_add(list, TABLE_IX_ID, key, sizeof(key));
}

size_t index_plain(char *out, size_t size, const char *text)
{
	char half[4 * INDEX_TEXT_MAX];
	size_t n = 0;

	half[0] = '\0';
	strncat(half, text, sizeof(half) - 1);
	utf8_to_halfwidth(half);
	for (const char *c = half; *c && n + 1 < size; c++)
		if (isalnum((unsigned char)*c))
			out[n++] = (char)toupper((unsigned char)*c);
	out[n] = '\0';
	return n;
}

static void add_id_number(struct index_list *list, const struct store *store, const char *value,
                          rid_t rid, bool tails)
{
	char plain[INDEX_TEXT_MAX];
	size_t len = index_plain(plain, sizeof(plain), value);

	if (len == 0)
		return;
	add_id(list, store, INDEX_ID, plain, len, rid);
	for (size_t n = INDEX_ID_TAIL_MIN; tails && n <= INDEX_ID_TAIL_MAX && n <= len; n++)
		add_id(list, store, INDEX_ID_TAIL, plain + len - n, n, rid);
}

static void add_phone(struct index_list *list, const char *value, rid_t rid)
{
	char plain[INDEX_TEXT_MAX], reversed[INDEX_TEXT_MAX];
	size_t len = index_plain(plain, sizeof(plain), value);

	for (size_t i = 0; i < len; i++)
		reversed[i] = plain[len - 1 - i];
	reversed[len] = '\0';
	add_text(list, TABLE_IX_PHONE, INDEX_PHONE, plain, rid);
	add_text(list, TABLE_IX_PHONE, INDEX_PHONE_TAIL, reversed, rid);
}

static void add_member(struct index_list *list, struct span value, rid_t rid)
{
	uint8_t key[1 + CRYPTO_DIGEST_BYTES + 8] = { INDEX_MEMBER };
	struct version household;

	if (!version_take(&value, &household) || value.len_bytes)
		return;
	memcpy(key + 1, household.digest, CRYPTO_DIGEST_BYTES);
	put_u64_be(key + 1 + CRYPTO_DIGEST_BYTES, rid);
	list_add(list, TABLE_IX_HOUSE, key, sizeof(key));
}

static void add_resident(struct index_list *list, const struct store *store,
                         const struct record *record)
{
	const struct upper *upper = store->upper;
	char sort[INDEX_TEXT_MAX + 1], text[4 * INDEX_TEXT_MAX];

	for (size_t i = 0; i < record->n_fields; i++) {
		const struct record_field *field = &record->fields[i];
		for (size_t k = 0; k < field->n_leaves; k++) {
			struct span value = field->leaves[k].value;
			size_t len = value.len_bytes < sizeof(text) - 1 ? value.len_bytes : sizeof(text) - 1;
			bool retired = record->retired;
			if (len == 0)
				continue;
			memcpy(text, value.data, len);
			text[len] = '\0';
			if (field->tag == upper->resident.id_number)
				add_id_number(list, store, text, record->id, !retired);
			else if (retired)
				continue;
			else if (field->tag == upper->resident.name)
				add_name(list, text, record->id);
			else if (field->tag == upper->resident.phone)
				add_phone(list, text, record->id);
			else if (field->tag == upper->resident.household &&
			         field->leaves[k].kind == ENTRY_RECORD)
				add_member(list, value, record->id);
			if (field->tag == upper->resident.name && k == 0)
				add_text(list, TABLE_IX_NAME, INDEX_SORT,
				         pinyin_sort_key(text, sort, sizeof(sort)), record->id);
		}
	}
}

static void add_household(struct index_list *list, const struct upper *upper,
                          const struct record *record)
{
	const struct record_field *number = record_field(record, upper->household.number);
	char plain[INDEX_TEXT_MAX], text[INDEX_TEXT_MAX];

	for (size_t k = 0; number && !record->retired && k < number->n_leaves; k++) {
		struct span value = number->leaves[k].value;
		size_t len = value.len_bytes < sizeof(text) - 1 ? value.len_bytes : sizeof(text) - 1;
		if (len == 0)
			continue;
		memcpy(text, value.data, len);
		text[len] = '\0';
		index_plain(plain, sizeof(plain), text);
		add_text(list, TABLE_IX_HOUSE, INDEX_HOUSE_NO, plain, record->id);
	}
}

void index_rows(struct index_list *out, struct store *store, const struct record *record,
                uint16_t form_no)
{
	const struct upper *upper = store->upper;
	uint8_t key[10] = { (uint8_t)(form_no >> 8), (uint8_t)form_no };

	if (record->conflicted) {
		put_u64_be(key + 2, record->id);
		list_add(out, TABLE_CONFLICT, key + 2, 8);
	}
	if (record->subject != record->id)
		return;
	put_u64_be(key + 2, record->id);
	list_add(out, TABLE_IX_FORM, key, sizeof(key));
	if (form_no == upper->resident_no)
		add_resident(out, store, record);
	else if (form_no == upper->household_no)
		add_household(out, upper, record);
}

static int row_order(const void *a, const void *b)
{
	const struct index_row *x = a, *y = b;
	size_t len = x->key.len_bytes < y->key.len_bytes ? x->key.len_bytes : y->key.len_bytes;
	int cmp;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	cmp = memcmp(x->key.data, y->key.data, len);
	if (cmp)
		return cmp;
	return (x->key.len_bytes > y->key.len_bytes) - (x->key.len_bytes < y->key.len_bytes);
}

void index_sort(struct index_list *list)
{
	size_t kept = 0;

	if (list->n < 2)
		return;
	qsort(list->rows, list->n, sizeof(*list->rows), row_order);
	for (size_t i = 0; i < list->n; i++)
		if (!kept || row_order(&list->rows[kept - 1], &list->rows[i]))
			list->rows[kept++] = list->rows[i];
	list->n = kept;
}

void index_difference(struct index_list *out, const struct index_list *old,
                      const struct index_list *new_list)
{
	size_t i = 0, k = 0;

	while (i < old->n || k < new_list->n) {
		int cmp = i == old->n        ? 1
		          : k == new_list->n ? -1
		                             : row_order(&old->rows[i], &new_list->rows[k]);
		if (cmp < 0) {
			list_add(out, old->rows[i].table, old->rows[i].key.data, old->rows[i].key.len_bytes);
			if (!out->failed)
				out->rows[out->n - 1].del = true;
			i++;
		} else if (cmp > 0) {
			list_add(out, new_list->rows[k].table, new_list->rows[k].key.data,
			         new_list->rows[k].key.len_bytes);
			k++;
		} else {
			i++;
			k++;
		}
	}
	out->failed |= old->failed || new_list->failed;
}

int index_write(struct store *store, const struct index_list *list, struct error *err)
{
	struct engine_row *rows = arena_array(list->arena, list->n + 1, sizeof(*rows));
	size_t n = 0;
	int rc = 0;

	if (list->failed || !rows)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	for (size_t i = 0; !rc && i < list->n; i++) {
		const struct index_row *row = &list->rows[i];
		if (n && (row->del || row->table != list->rows[i - 1].table)) {
			rc = engine_put_rows(store->engine, list->rows[i - 1].table, rows, n, err);
			n = 0;
		}
		if (!row->del)
			rows[n++] = (struct engine_row){ row->key, span_of("", 0) };
		else if (!rc)
			rc = engine_del(store->engine, row->table, row->key, err);
		if (rc == ERR_NOTFOUND)
			rc = 0;
	}
	if (!rc && n)
		rc = engine_put_rows(store->engine, list->rows[list->n - 1].table, rows, n, err);
	return rc;
}
