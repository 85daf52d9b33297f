/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/i18n.h"

enum {
	SECRET_BYTES = DEVICE_ID_BYTES + 8 + CRYPTO_SIGN_SK_BYTES + CRYPTO_KEY_BYTES,
	SECRETS_MAX = 1000,
	FILE_MAX_BYTES = 16 + CRYPTO_BOX_BYTES + SECRETS_MAX * SECRET_BYTES,
};

static void secrets_key(uint8_t key[CRYPTO_KEY_BYTES], const struct session *session)
{
	crypto_subkey(key, session->master, 1, "xysecret");
}

/* The decrypted file appended to plain (wipe it). */
static int secrets_read(const char *dir, const struct session *session, struct buf *plain,
                        struct error *err)
{
	struct buf locked = BUF_INIT;
	uint8_t key[CRYPTO_KEY_BYTES], *room;
	char path[4096];
	int ret = path_join(path, sizeof path, dir, "secrets", err);
	ret = ret ? ret : file_read(path, FILE_MAX_BYTES, &locked, err);
	if (!ret && locked.len_bytes < CRYPTO_BOX_BYTES + 2)
		ret = error_set(err, ERR_CORRUPT, _("%s is damaged"), path);
	if (!ret) {
		room = buf_reserve(plain, locked.len_bytes);
		secrets_key(key, session);
		ret = room ? crypto_unlock(room, locked.data, locked.len_bytes, key, err)
		           : error_errno(err, ENOMEM, "%s", path);
		crypto_wipe(key, sizeof key);
		if (ret == ERR_AUTH)
			ret = error_set(err, ERR_CORRUPT, _("%s is damaged"), path);
		if (!ret)
			plain->len_bytes += locked.len_bytes - CRYPTO_BOX_BYTES;
	}
	buf_free(&locked);
	return ret;
}

static int secrets_write(const char *dir, const struct session *session, const struct buf *plain,
                         struct error *err)
{
	struct buf locked = BUF_INIT;
	uint8_t key[CRYPTO_KEY_BYTES], *room = buf_reserve(&locked, plain->len_bytes + CRYPTO_BOX_BYTES);
	char path[4096];
	int ret = path_join(path, sizeof path, dir, "secrets", err);
	if (!ret && (!room || plain->failed))
		ret = error_errno(err, ENOMEM, "%s", path);
	if (!ret) {
		secrets_key(key, session);
		crypto_lock(room, plain->data, plain->len_bytes, key);
		crypto_wipe(key, sizeof key);
		ret = file_write_atomic(path, room, plain->len_bytes + CRYPTO_BOX_BYTES, err);
	}
	buf_free(&locked);
	return ret;
}

static void wipe(struct buf *plain)
{
	if (plain->data)
		crypto_wipe(plain->data, plain->cap_bytes);
	buf_free(plain);
}

static bool take_secret(struct span *in, struct secret *out)
{
	struct span part;
	if (!span_take(in, SECRET_BYTES, &part))
		return false;
	memcpy(out->device, part.data, DEVICE_ID_BYTES);
	memcpy(out->incarnation, part.data + DEVICE_ID_BYTES, 8);
	memcpy(out->sign_sk, part.data + DEVICE_ID_BYTES + 8, CRYPTO_SIGN_SK_BYTES);
	memcpy(out->box_sk, part.data + DEVICE_ID_BYTES + 8 + CRYPTO_SIGN_SK_BYTES, CRYPTO_KEY_BYTES);
	return true;
}

/* The device id: BLAKE2b of sign_pk and the incarnation, its first 8 bytes. */
static void device_id(struct store_device *device)
{
	uint8_t in[CRYPTO_SIGN_PK_BYTES + 8], hash[16];
	memcpy(in, device->sign_pk, CRYPTO_SIGN_PK_BYTES);
	memcpy(in + CRYPTO_SIGN_PK_BYTES, device->incarnation, 8);
	crypto_hash_data(hash, sizeof hash, in, sizeof in, NULL);
	memcpy(device->id, hash, sizeof device->id);
}

int secret_draw(const char *dir, const struct session *session, struct store_device *device,
                struct error *err)
{
	struct buf old = BUF_INIT, grown = BUF_INIT;
	struct secret secret;
	struct span in;
	uint8_t version;
	uint64_t n = 0;
	int ret = secrets_read(dir, session, &old, err);
	if (ret == ERR_NOTFOUND)
		ret = 0;
	in = span_of_buf(&old);
	if (!ret && in.len_bytes && (!span_u8(&in, &version) || version != 1 || !span_varint(&in, &n)))
		ret = error_set(err, ERR_CORRUPT, _("%s is damaged"), "secrets");
	if (!ret && n >= SECRETS_MAX)
		ret = error_set(err, ERR_LIMIT, _("this store was renewed too often"));
	if (ret)
		goto done;
	crypto_sign_keys(device->sign_pk, secret.sign_sk);
	crypto_box_keys(device->box_pk, secret.box_sk);
	crypto_random(device->incarnation, sizeof device->incarnation);
	device_id(device);
	buf_put_u8(&grown, 1);
	buf_put_varint(&grown, n + 1);
	buf_put(&grown, in.data, in.len_bytes);
	buf_put(&grown, device->id, DEVICE_ID_BYTES);
	buf_put(&grown, device->incarnation, 8);
	buf_put(&grown, secret.sign_sk, sizeof secret.sign_sk);
	buf_put(&grown, secret.box_sk, sizeof secret.box_sk);
	ret = secrets_write(dir, session, &grown, err);
done:
	crypto_wipe(&secret, sizeof secret);
	wipe(&old);
	wipe(&grown);
	return ret;
}

/* The place in the list of the one whose device or incarnation matches; both NULL match none. */
static int find(const char *dir, const struct session *session, const uint8_t *device,
                const uint8_t *incarnation, struct secret *out, int *life, struct error *err)
{
	struct buf plain = BUF_INIT;
	struct span in;
	uint8_t version;
	uint64_t n;
	int ret = secrets_read(dir, session, &plain, err);
	in = span_of_buf(&plain);
	if (!ret && (!span_u8(&in, &version) || version != 1 || !span_varint(&in, &n)))
		ret = error_set(err, ERR_CORRUPT, _("%s is damaged"), "secrets");
	for (*life = 0; !ret; ++*life) {
		if ((uint64_t)*life >= n || !take_secret(&in, out)) {
			ret = error_set(err, ERR_NOTFOUND, _("the secret keys of this device are missing"));
			break;
		}
		if ((device && !memcmp(out->device, device, DEVICE_ID_BYTES)) ||
		    (incarnation && !memcmp(out->incarnation, incarnation, 8)))
			break;
	}
	wipe(&plain);
	return ret;
}

int secret_find(const char *dir, const struct session *session, const uint8_t device[DEVICE_ID_BYTES],
                struct secret *out, struct error *err)
{
	int life;
	return find(dir, session, device, NULL, out, &life, err);
}

int secret_life(const char *dir, const struct session *session, const uint8_t incarnation[8])
{
	struct secret secret;
	struct error ignored;
	int life, ret = find(dir, session, NULL, incarnation, &secret, &life, &ignored);
	crypto_wipe(&secret, sizeof secret);
	return ret ? -1 : life;
}

int store_secrets(struct store *store, uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES],
                  uint8_t box_sk[CRYPTO_KEY_BYTES], struct error *err)
{
	struct secret secret;
	int ret = secret_find(store->dir, &store->session, store->devices[store->self - 1].id, &secret,
	                      err);
	if (!ret) {
		memcpy(sign_sk, secret.sign_sk, sizeof secret.sign_sk);
		memcpy(box_sk, secret.box_sk, sizeof secret.box_sk);
	}
	crypto_wipe(&secret, sizeof secret);
	return ret;
}
