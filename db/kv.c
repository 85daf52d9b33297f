/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small named values of the rooms above. */
#include "config.h"
#include "db/store_int.h"

#include <string.h>
#include "lib/i18n.h"

enum { NAME_MAX_BYTES = 200 };

int store_kv_put(struct store *store, const char *name, struct span value, struct error *err)
{
	int rc = strlen(name) > NAME_MAX_BYTES ? error_set(err, ERR_LIMIT, _("the name %s is too long"), name)
	                                       : store_begin(store, err);

	if (rc)
		return rc;
	rc = engine_put(store->engine, TABLE_KV, span_of(name, strlen(name)), value, err);
	if (!rc)
		return store_commit(store, err);
	store_abort(store);
	return rc;
}

int store_kv_get(struct store *store, const char *name, struct buf *out, struct error *err)
{
	struct span value;
	int rc = engine_get(store->engine, TABLE_KV, span_of(name, strlen(name)), &value, err);

	if (rc == ERR_NOTFOUND)
		return error_set(err, ERR_NOTFOUND, _("there is no value %s"), name);
	if (rc)
		return rc;
	buf_put(out, value.data, value.len_bytes);
	return out->failed ? error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM)) : 0;
}

int store_kv_each(struct store *store, const char *prefix,
                  bool (*each)(void *arg, const char *name, struct span value), void *arg,
                  struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	size_t len = strlen(prefix);
	char name[NAME_MAX_BYTES + 1];
	int rc = engine_cursor_open(&cursor, store->engine, TABLE_KV, ENGINE_ROWS, err);

	if (!rc)
		rc = engine_seek(cursor, span_of(prefix, len), &key, &value, err);
	while (!rc && key.len_bytes >= len && key.len_bytes < sizeof(name) &&
	       !memcmp(key.data, prefix, len)) {
		memcpy(name, key.data, key.len_bytes);
		name[key.len_bytes] = '\0';
		if (!each(arg, name, value))
			break;
		rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	return rc == ERR_NOTFOUND ? 0 : rc;
}
