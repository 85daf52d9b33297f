/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Derived tables for the rooms above: registering and reading them. */
#include "config.h"
#include "db/derived.h"

#include <stdio.h>
#include <string.h>
#include "db/derive_int.h"
#include "lib/i18n.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
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
		rc = derived_forget(store, err);
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
	uint8_t start[1 + DERIVE_KEY_MAX], number;
	int rc = begin_reading(store, table, &number, err);

	if (rc)
		return rc;
	if (from.len_bytes > DERIVE_KEY_MAX)
		from.len_bytes = DERIVE_KEY_MAX;
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

struct keys_walk {
	bool (*each)(void *arg, struct span key, rid_t subject, struct span value);
	void *arg;
};

static bool give_key(void *arg, struct span key, rid_t subject, struct span value)
{
	const struct keys_walk *walk = arg;

	(void)value;
	return walk->each(walk->arg, key, subject, span_of("", 0));
}

int store_derived_keys_each(struct store *store, const char *table, struct span from, struct span to,
                            bool (*each)(void *arg, struct span key, rid_t subject, struct span value),
                            void *arg, struct error *err)
{
	struct keys_walk walk = { each, arg };
	struct upper *upper;
	int rc = upper_get(store, &upper, err);

	if (rc)
		return rc;
	upper->trusted++;
	rc = store_derived_each(store, table, from, to, give_key, &walk, err);
	upper->trusted--;
	return rc;
}

int store_derived_of(struct store *store, const char *table, rid_t subject,
                     bool (*each)(void *arg, struct span key, rid_t subject, struct span value),
                     void *arg, struct error *err)
{
	struct derive_sink have = { .arena = ARENA_INIT };
	uint8_t number;
	int rc = begin_reading(store, table, &number, err);

	if (!rc)
		rc = derived_stored(store, subject, &have, err);
	for (size_t i = 0; !rc && i < have.n; i++)
		if (have.rows[i].number == number &&
		    !each(arg, have.rows[i].key, subject, have.rows[i].value))
			break;
	derive_sink_free(&have);
	return rc;
}
