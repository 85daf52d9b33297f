/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/set_back.h"

#include <string.h>

#include "lib/i18n.h"
#include "sync/envelope_format.h"
#include "sync/keys.h"
#include "sync/peer.h"

#define STRANGE_NAME "sync/strange-keys" /* ids of keys that files were sealed for and that are not known, 8 bytes each */

enum { STRANGE_MAX = 64 };

static int begin_epoch(struct store *store, struct store_info *info, const char *reason, bool *found,
                       struct error *err)
{
	*found = true;
	int code = store_new_epoch(store, reason, err);
	return code ? code : store_info_get(store, info, err);
}

int set_back_by_receipt(struct store *store, struct store_info *info, const struct manifest *manifest, bool *found,
                        struct error *err)
{
	bool past;
	int64_t serial;
	*found = false;
	int code = store_had_epoch(store, manifest->believed_epoch, &past, err);
	code = code ? code : peer_number(store, PEER_SERIAL, &serial, err);
	if (code || past || !manifest->believed_serial)
		return code;
	if (!memcmp(manifest->believed_epoch, info->epoch, sizeof(manifest->believed_epoch)) &&
	    manifest->believed_serial <= (uint64_t)serial)
		return 0;
	return begin_epoch(store, info, "a place below goes by a receipt that this store does not know", found, err);
}

/* Whether a file is sealed for a key that this store's keyring names. */
static int is_sealed_for_known(struct store *store, const struct envelope *envelope, bool *known, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys keys;
	uint8_t id[KEY_ID_BYTES];
	*known = false;
	int code = keys_load(store, &arena, &keys, err);
	for (size_t r = 0; !code && r < keys.own.n; r++) {
		if (keys.own.records[r].type != KEYLOG_BOX)
			continue;
		envelope_key_id(id, keys.own.records[r].key);
		for (size_t i = 0; i < envelope_recipients(envelope); i++)
			*known = *known || !memcmp(id, envelope_recipient(envelope, i), sizeof(id));
	}
	arena_free(&arena);
	return code;
}

/* Note the first key that a file is sealed for; *seen: it was noted before. */
static int note_strange(struct store *store, const struct envelope *envelope, bool *seen, struct error *err)
{
	struct buf ids = BUF_INIT;
	const uint8_t *id = envelope_recipient(envelope, 0);
	*seen = false;
	int code = store_kv_get(store, STRANGE_NAME, &ids, err);
	code = code == ERR_NOTFOUND ? 0 : code;
	for (size_t at = 0; at + KEY_ID_BYTES <= ids.len_bytes; at += KEY_ID_BYTES)
		*seen = *seen || !memcmp(ids.data + at, id, KEY_ID_BYTES);
	if (!code && !*seen) {
		if (ids.len_bytes >= STRANGE_MAX * KEY_ID_BYTES) {
			ids.len_bytes -= KEY_ID_BYTES;
			memmove(ids.data, ids.data + KEY_ID_BYTES, ids.len_bytes);
		}
		buf_put(&ids, id, KEY_ID_BYTES);
		code = ids.failed ? error_set(err, ERR_NOMEM, _("out of memory"))
		                  : store_kv_put(store, STRANGE_NAME, span_of_buf(&ids), err);
	}
	buf_free(&ids);
	return code;
}

int set_back_by_key(struct store *store, struct store_info *info, const struct envelope *envelope, bool *found,
                    struct error *err)
{
	bool known, seen;
	*found = false;
	int code = is_sealed_for_known(store, envelope, &known, err);
	if (code || known || (code = note_strange(store, envelope, &seen, err)) || seen)
		return code;
	return begin_epoch(store, info, "a place below seals for a key that this store does not know", found, err);
}
