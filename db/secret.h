/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * STORE/secrets: the secret keys of this installation in all its lives, oldest first, under a key that comes
 * from the master key: 01 | n varint | n x (device 8, incarnation 8, sign_sk 64, box_sk 32). Several rows of one device
 * differ in box_sk; zeros stand for one that was destroyed.
 */
#ifndef DB_SECRET_H
#define DB_SECRET_H

#include "db/store_int.h"

struct secret {
	uint8_t device[DEVICE_ID_BYTES], incarnation[8];
	uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES];
	uint8_t box_sk[CRYPTO_KEY_BYTES];
};

/* Draw a new pair of keys and a new incarnation, append them to the file and fill the public part and the id
 * of *device. A file that is not there is made. */
int secret_draw(const char *dir, const struct session *session, struct store_device *device,
                struct error *err);
/* The keys of a device. ERR_NOTFOUND, ERR_AUTH, ERR_CORRUPT. */
int secret_find(const char *dir, const struct session *session, const uint8_t device[DEVICE_ID_BYTES],
                struct secret *out, struct error *err);
/* One more row for a device, with a new box key. */
int secret_draw_box(const char *dir, const struct session *session, const uint8_t device[DEVICE_ID_BYTES],
                    uint8_t pk[CRYPTO_KEY_BYTES], struct error *err);
/* Put zeros for the box key pk. ERR_NOTFOUND. */
int secret_destroy_box(const char *dir, const struct session *session, const uint8_t pk[CRYPTO_KEY_BYTES],
                       struct error *err);
/* All rows, the newest first; each() returns false to stop. The row is wiped behind it. */
int secret_each(const char *dir, const struct session *session,
                bool (*each)(void *arg, const struct secret *secret), void *arg, struct error *err);
/* Which life a device or an incarnation was, 0 for the first; -1 when it is not ours. */
int secret_life(const char *dir, const struct session *session, const uint8_t incarnation[8]);

#endif
