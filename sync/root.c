/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/root.h"

#include <stdio.h>
#include <string.h>

#include "lib/date.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "lib/utf8.h"

enum { ROOT_MAGIC_BYTES = 8, ROOT_VERSION = 1, COUNTY_DIGITS = 6 };

static const uint8_t ROOT_MAGIC[ROOT_MAGIC_BYTES] = { 0xe4, 'X', 'Y', 'K', '\r', '\n', 0x1a, '\n' };

/* The pair of a code as typed. */
static int root_pair(const char *code, uint8_t pk[CRYPTO_SIGN_PK_BYTES], uint8_t sk[CRYPTO_SIGN_SK_BYTES],
                     struct error *err)
{
	static const char context[] = "xiangyi root key 1";
	char clean[PAPER_CODE_BYTES];
	uint8_t seed[CRYPTO_KEY_BYTES];
	struct crypto_hash_state state;
	int ret = paper_code_clean(clean, code, err);
	if (ret)
		return ret;
	crypto_hash_begin(&state, sizeof(seed), NULL);
	crypto_hash_add(&state, context, sizeof(context));
	crypto_hash_add(&state, clean, strlen(clean));
	crypto_hash_end(&state, seed, sizeof(seed));
	crypto_sign_keys_from(pk, sk, seed);
	crypto_wipe(seed, sizeof(seed));
	crypto_wipe(clean, sizeof(clean));
	return 0;
}

/* A root receives nothing: the key to seal for it is one that nobody has. */
static void fill_device(struct store_device *device, const char *name, const char *region)
{
	uint8_t sk[CRYPTO_KEY_BYTES], hashed[CRYPTO_SIGN_PK_BYTES + 8], hash[CRYPTO_DIGEST_BYTES];
	crypto_random(device->incarnation, sizeof(device->incarnation));
	crypto_box_keys(device->box_pk, sk);
	crypto_wipe(sk, sizeof(sk));
	memcpy(hashed, device->sign_pk, CRYPTO_SIGN_PK_BYTES);
	memcpy(hashed + CRYPTO_SIGN_PK_BYTES, device->incarnation, sizeof(device->incarnation));
	crypto_hash_data(hash, sizeof(hash), hashed, sizeof(hashed), NULL);
	memcpy(device->id, hash, sizeof(device->id));
	device->level = LEVEL_COUNTY;
	snprintf(device->name, sizeof(device->name), "%s", name);
	snprintf(device->region, sizeof(device->region), "%s", region);
}

static int write_root(const char *path, const struct buf *ring, struct error *err)
{
	struct buf bytes = BUF_INIT;
	buf_put(&bytes, ROOT_MAGIC, ROOT_MAGIC_BYTES);
	buf_put_u8(&bytes, ROOT_VERSION);
	buf_put(&bytes, ring->data, ring->len_bytes);
	int code = bytes.failed ? error_set(err, ERR_NOMEM, _("out of memory"))
	                        : file_write_atomic(path, bytes.data, bytes.len_bytes, err);
	buf_free(&bytes);
	return code;
}

int root_make(const char *path, const char *name, const char *region, char code[PAPER_CODE_BYTES],
              struct error *err)
{
	static const struct keylog nothing;
	struct keylog_record record = { .type = KEYLOG_CERTIFY, .valid_from = date_today() };
	uint8_t sk[CRYPTO_SIGN_SK_BYTES];
	struct buf ring = BUF_INIT;
	if (strlen(region) != COUNTY_DIGITS || strspn(region, "0123456789") != COUNTY_DIGITS)
		return error_set(err, ERR_USAGE, _("--region needs %zu digits here"), (size_t)COUNTY_DIGITS);
	if (!*name || strlen(name) >= sizeof(record.device.name) || !utf8_plain(name))
		return error_set(err, ERR_INVALID, _("the name of a root is one line of text"));
	if (file_exists(path))
		return error_set(err, ERR_EXISTS, _("%s is there already"), path);
	paper_code_make(code);
	int ret = root_pair(code, record.device.sign_pk, sk, err);
	if (!ret) {
		fill_device(&record.device, name, region);
		ret = keylog_append(&ring, &nothing, &record, record.device.id, sk, err);
	}
	ret = ret ? ret : write_root(path, &ring, err);
	crypto_wipe(sk, sizeof(sk));
	buf_free(&ring);
	return ret;
}

int root_read(const char *path, struct arena *arena, struct keylog *out, struct error *err)
{
	struct buf bytes = BUF_INIT;
	struct span in, magic;
	uint8_t version;
	int code = file_read(path, KEYLOG_MAX_BYTES + ROOT_MAGIC_BYTES + 1, &bytes, err);
	if (code)
		return code;
	in = span_of(arena_memdup(arena, bytes.data, bytes.len_bytes), bytes.len_bytes);
	if (!in.data)
		code = error_set(err, ERR_NOMEM, _("out of memory"));
	else if (!span_take(&in, ROOT_MAGIC_BYTES, &magic) || memcmp(magic.data, ROOT_MAGIC, ROOT_MAGIC_BYTES))
		code = error_set(err, ERR_INVALID, _("it is no keyring of a root"));
	else if (!span_u8(&in, &version) || version != ROOT_VERSION)
		code = error_set(err, ERR_VERSION, _("it was made by a newer version of this program"));
	else if (!(code = keylog_parse(out, in, arena, err)))
		code = out->n ? keylog_verify(out, err) : error_set(err, ERR_CORRUPT, _("it is damaged"));
	buf_free(&bytes);
	return code ? error_prefix(err, "%s", path) : 0;
}

int root_sign(const char *path, const char *code, const struct store_device *device, date_t valid_to,
              struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keylog log;
	struct keylog_record record = { .type = KEYLOG_CERTIFY, .device = *device, .valid_from = date_today(),
		                        .valid_to = valid_to };
	uint8_t pk[CRYPTO_SIGN_PK_BYTES], sk[CRYPTO_SIGN_SK_BYTES];
	struct buf ring = BUF_INIT;
	int ret = root_read(path, &arena, &log, err);
	if (ret || (ret = root_pair(code, pk, sk, err)))
		goto out;
	const struct store_device *owner = keylog_owner(&log);
	if (memcmp(owner->sign_pk, pk, sizeof(pk)))
		ret = error_set(err, ERR_AUTH, _("this is the code of another root than %s (%s)"), owner->name,
		                owner->region);
	else if (device->level >= owner->level || !region_holds(owner->region, device->region))
		ret = error_set(err, ERR_DENIED, _("region %s does not belong to %s (%s)"), device->region, owner->name,
		                owner->region);
	else if (!(ret = keylog_append(&ring, &log, &record, owner->id, sk, err)))
		ret = write_root(path, &ring, err);
out:
	crypto_wipe(sk, sizeof(sk));
	buf_free(&ring);
	arena_free(&arena);
	return ret;
}

int root_check(struct store *store, const struct self *self, const struct keylog *log, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct store_device upper;
	struct keys keys;
	const struct store_device *owner = keylog_owner(log);
	int code = keys_load(store, &arena, &keys, err);
	if (!code && !peer_upper(store, &self->info, &upper, NULL))
		code = error_set(err, ERR_EXISTS, _("this place is enrolled at %s (%s), which vouches for it"), upper.name,
		                 upper.region);
	if (!code && keys.upper.n && memcmp(keylog_owner(&keys.upper)->id, owner->id, DEVICE_ID_BYTES))
		code = error_set(err, ERR_EXISTS, _("another root vouches for this place already: %s (%s)"),
		                 keylog_owner(&keys.upper)->name, keylog_owner(&keys.upper)->region);
	if (!code && (!keylog_certificate(log, self->info.self.id) || keylog_end_of(log, self->info.self.id)))
		code = error_set(err, ERR_STRANGER, _("%s (%s) does not vouch for this installation"), owner->name,
		                 owner->region);
	arena_free(&arena);
	return code;
}
