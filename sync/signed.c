/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/signed.h"

#include <stdio.h>
#include <string.h>

#include "lib/date.h"
#include "lib/file.h"
#include "lib/i18n.h"

/* --- signing --- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static int sign_hash(struct store *store, const struct self *self, const uint8_t hash[MINISIGN_HASH_BYTES],
                     const char *name, struct buf *out, struct error *err)
{
	struct minisign_key key;
	uint8_t sk[CRYPTO_SIGN_SK_BYTES];
	char day[DATE_TEXT_BYTES], comment[MINISIGN_COMMENT_BYTES / 4];
	int code = keys_open_own(store, self, err);
	if (code)
		return code;
	keys_publisher_pair(self, key.id, key.pk, sk);
	snprintf(comment, sizeof(comment), "xiangyi %s %s file:%s", self->info.self.region,
	         date_format(date_today(), day), name);
	minisign_sign(out, hash, &key, sk, comment);
	crypto_wipe(sk, sizeof(sk));
	return out->failed ? error_set(err, ERR_NOMEM, _("out of memory")) : 0;
}

int signed_bytes(struct store *store, const struct self *self, struct span bytes, const char *name,
                 struct buf *out, struct error *err)
{
	uint8_t hash[MINISIGN_HASH_BYTES];
	minisign_hash(bytes.data, bytes.len_bytes, hash);
	return sign_hash(store, self, hash, name, out, err);
}

static int signature_path(char out[SYNC_PATH_BYTES], const char *path, struct error *err)
{
	if ((size_t)snprintf(out, SYNC_PATH_BYTES, "%s.minisig", path) >= SYNC_PATH_BYTES)
		return error_set(err, ERR_LIMIT, _("%s: the path is too long"), path);
	return 0;
}

int signed_write(struct store *store, const struct self *self, const char *path, struct error *err)
{
	uint8_t hash[MINISIGN_HASH_BYTES];
	char beside[SYNC_PATH_BYTES];
	struct buf text = BUF_INIT;
	int code = minisign_hash_file(path, hash, err);
	if (!code && !(code = signature_path(beside, path, err)) &&
	    !(code = sign_hash(store, self, hash, base_name(path), &text, err)))
		code = file_write_atomic(beside, text.data, text.len_bytes, err);
	buf_free(&text);
	return code;
}

/* --- checking --- */

/* The newest word of a keyring about a key number; NULL: none, or it was withdrawn. */
static const struct keylog_record *find_publisher(const struct keylog *log, const uint8_t id[MINISIGN_ID_BYTES])
{
	static const uint8_t withdrawn[CRYPTO_KEY_BYTES];
	for (size_t i = log->n; i--;) {
		const struct keylog_record *record = &log->records[i];
		if (record->type == KEYLOG_PUBLISHER && !memcmp(record->key_id, id, MINISIGN_ID_BYTES))
			return memcmp(record->key, withdrawn, sizeof(withdrawn)) ? record : NULL;
	}
	return NULL;
}

int signed_check(struct store *store, const uint8_t hash[MINISIGN_HASH_BYTES], struct span signature,
                 struct signed_facts *out, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct minisign_signature parsed;
	struct minisign_key key;
	struct keys keys;
	const struct keylog_record *publisher = NULL;
	memset(out, 0, sizeof(*out));
	int code = minisign_parse(&parsed, signature, err);
	if (code || (code = keys_load(store, &arena, &keys, err)))
		goto out;
	minisign_id_text(parsed.id, out->id);
	const struct keylog *const logs[] = { &keys.own, &keys.upper, &keys.root };
	for (size_t i = 0; !publisher && i < sizeof(logs) / sizeof(*logs); i++)
		publisher = find_publisher(logs[i], parsed.id);
	if (!publisher) {
		code = error_set(err, ERR_STRANGER, _("it was signed with the key %s, which nobody above vouches for"),
		                 out->id);
		goto out;
	}
	memcpy(key.id, publisher->key_id, sizeof(key.id));
	memcpy(key.pk, publisher->key, sizeof(key.pk));
	if (!(code = minisign_verify(&parsed, hash, &key, err))) {
		snprintf(out->who, sizeof(out->who), "%s", publisher->text);
		snprintf(out->comment, sizeof(out->comment), "%s", parsed.comment);
		for (char *at = out->comment; (at = strchr(at, '\t'));)
			*at = ' ';
	}
out:
	arena_free(&arena);
	return code;
}

int signed_verify(struct store *store, const char *path, struct signed_facts *out, struct error *err)
{
	uint8_t hash[MINISIGN_HASH_BYTES];
	char beside[SYNC_PATH_BYTES];
	struct buf text = BUF_INIT;
	int code = signature_path(beside, path, err);
	if (!code && !(code = file_read(beside, MINISIGN_MAX_BYTES, &text, err)) &&
	    !(code = minisign_hash_file(path, hash, err)) &&
	    (code = signed_check(store, hash, span_of_buf(&text), out, err)))
		error_prefix(err, "%s", path);
	buf_free(&text);
	return code;
}
