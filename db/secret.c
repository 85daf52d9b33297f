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

static int damaged(struct error *err)
{
	return error_set(err, ERR_CORRUPT, _("%s is damaged"), "secrets");
}

/* The rows of the file as they stand in plain (wipe it); a file that is not there has none. */
static int rows_read(const char *dir, const struct session *session, struct buf *plain, struct span *rows,
                     uint64_t *n, struct error *err)
{
	uint8_t version;
	int ret = secrets_read(dir, session, plain, err);
	*n = 0;
	*rows = span_of_buf(plain);
	if (ret)
		return ret == ERR_NOTFOUND ? 0 : ret;
	if (!span_u8(rows, &version) || version != 1 || !span_varint(rows, n) || *n > SECRETS_MAX ||
	    rows->len_bytes < *n * SECRET_BYTES)
		return damaged(err);
	return 0;
}

/* Write the rows and one more behind them. */
static int append_row(const char *dir, const struct session *session, const struct secret *secret,
                      struct error *err)
{
	struct buf old = BUF_INIT, grown = BUF_INIT;
	struct span rows;
	uint64_t n;
	int ret = rows_read(dir, session, &old, &rows, &n, err);
	if (!ret && n >= SECRETS_MAX)
		ret = error_set(err, ERR_LIMIT, _("this store was renewed too often"));
	if (!ret) {
		buf_put_u8(&grown, 1);
		buf_put_varint(&grown, n + 1);
		buf_put(&grown, rows.data, rows.len_bytes);
		buf_put(&grown, secret->device, DEVICE_ID_BYTES);
		buf_put(&grown, secret->incarnation, 8);
		buf_put(&grown, secret->sign_sk, sizeof secret->sign_sk);
		buf_put(&grown, secret->box_sk, sizeof secret->box_sk);
		ret = secrets_write(dir, session, &grown, err);
	}
	wipe(&old);
	wipe(&grown);
	return ret;
}

int secret_draw(const char *dir, const struct session *session, struct store_device *device,
                struct error *err)
{
	struct secret secret;
	crypto_sign_keys(device->sign_pk, secret.sign_sk);
	crypto_box_keys(device->box_pk, secret.box_sk);
	crypto_random(device->incarnation, sizeof device->incarnation);
	device_id(device);
	memcpy(secret.device, device->id, sizeof secret.device);
	memcpy(secret.incarnation, device->incarnation, sizeof secret.incarnation);
	int ret = append_row(dir, session, &secret, err);
	crypto_wipe(&secret, sizeof secret);
	return ret;
}

int secret_draw_box(const char *dir, const struct session *session, const uint8_t device[DEVICE_ID_BYTES],
                    uint8_t pk[CRYPTO_KEY_BYTES], struct error *err)
{
	struct secret secret;
	int ret = secret_find(dir, session, device, &secret, err);
	if (!ret) {
		crypto_box_keys(pk, secret.box_sk);
		ret = append_row(dir, session, &secret, err);
	}
	crypto_wipe(&secret, sizeof secret);
	return ret;
}

int secret_each(const char *dir, const struct session *session,
                bool (*each)(void *arg, const struct secret *secret), void *arg, struct error *err)
{
	struct buf plain = BUF_INIT;
	struct span rows;
	uint64_t n;
	bool more = true;
	int ret = rows_read(dir, session, &plain, &rows, &n, err);
	while (!ret && more && n--) {
		struct span row = span_of(rows.data + n * SECRET_BYTES, SECRET_BYTES);
		struct secret secret;
		more = take_secret(&row, &secret) && each(arg, &secret);
		crypto_wipe(&secret, sizeof secret);
	}
	wipe(&plain);
	return ret;
}

int secret_destroy_box(const char *dir, const struct session *session, const uint8_t pk[CRYPTO_KEY_BYTES],
                       struct error *err)
{
	struct buf plain = BUF_INIT;
	struct span rows;
	uint64_t n;
	bool found = false;
	int ret = rows_read(dir, session, &plain, &rows, &n, err);
	for (uint64_t i = 0; !ret && i < n; i++) {
		uint8_t *box_sk = plain.data + (rows.data - plain.data) + (i + 1) * SECRET_BYTES - CRYPTO_KEY_BYTES;
		uint8_t own[CRYPTO_KEY_BYTES];
		crypto_box_public(own, box_sk);
		if (memcmp(own, pk, sizeof own))
			continue;
		found = true;
		memset(box_sk, 0, CRYPTO_KEY_BYTES);
	}
	if (!ret && !found)
		ret = error_set(err, ERR_NOTFOUND, _("the secret keys of this device are missing"));
	ret = ret ? ret : secrets_write(dir, session, &plain, err);
	wipe(&plain);
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

int store_sign_secret(struct store *store, const uint8_t device[DEVICE_ID_BYTES],
                      uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES], struct error *err)
{
	struct secret secret;
	int ret = secret_find(store->dir, &store->session, device, &secret, err);
	if (!ret)
		memcpy(sign_sk, secret.sign_sk, sizeof secret.sign_sk);
	crypto_wipe(&secret, sizeof secret);
	return ret;
}

struct box_walk {
	bool (*each)(void *arg, const uint8_t device[DEVICE_ID_BYTES], const uint8_t pk[CRYPTO_KEY_BYTES],
	             const uint8_t sk[CRYPTO_KEY_BYTES]);
	void *arg;
};

static bool give_box(void *arg, const struct secret *secret)
{
	static const uint8_t destroyed[CRYPTO_KEY_BYTES];
	const struct box_walk *walk = arg;
	uint8_t pk[CRYPTO_KEY_BYTES];
	if (crypto_equal(secret->box_sk, destroyed, sizeof destroyed))
		return true;
	crypto_box_public(pk, secret->box_sk);
	return walk->each(walk->arg, secret->device, pk, secret->box_sk);
}

int store_box_secrets_each(struct store *store,
                           bool (*each)(void *arg, const uint8_t device[DEVICE_ID_BYTES],
                                        const uint8_t pk[CRYPTO_KEY_BYTES], const uint8_t sk[CRYPTO_KEY_BYTES]),
                           void *arg, struct error *err)
{
	struct box_walk walk = { each, arg };
	return secret_each(store->dir, &store->session, give_box, &walk, err);
}

int store_box_draw(struct store *store, uint8_t pk[CRYPTO_KEY_BYTES], struct error *err)
{
	return secret_draw_box(store->dir, &store->session, store->devices[store->self - 1].id, pk, err);
}

int store_box_destroy(struct store *store, const uint8_t pk[CRYPTO_KEY_BYTES], struct error *err)
{
	return secret_destroy_box(store->dir, &store->session, pk, err);
}
