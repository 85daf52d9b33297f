/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file STORE/keys: lines of text, kept twice (keys, keys.bak), each replaced atomically.
 *
 *   xiangyi-keys 1
 *   operator NAME ROLE active|disabled SALT BOX DISPLAY NAME
 *   recovery SALT BOX
 *   township BOX_PK SEALED
 *   mac HASH    keyed by the master key: nobody without it may change a role
 *   sum HASH    of the lines before: damage shows without a password
 *
 * BOX is the master key under Argon2id of the password or code; numbers are hex.
 */
#ifndef DB_KEYRING_H
#define DB_KEYRING_H

#include "db/account.h"
#include "lib/buf.h"

enum {
	KEYRING_MAX = 64,
	KEYRING_BOX_BYTES = CRYPTO_KEY_BYTES + CRYPTO_BOX_BYTES,
	KEYRING_SEALED_BYTES = CRYPTO_KEY_BYTES + CRYPTO_SEAL_BYTES,
};

struct keyring_wrap {
	uint8_t salt[CRYPTO_SALT_BYTES];
	uint8_t box[KEYRING_BOX_BYTES];
};

struct keyring_row {
	char name[OPERATOR_BYTES];
	char display[128];
	enum role role;
	bool disabled;
	struct keyring_wrap wrap;
};

struct keyring {
	struct keyring_row rows[KEYRING_MAX];
	size_t n_rows;
	struct keyring_wrap recovery;
	bool has_township;
	uint8_t township_pk[CRYPTO_KEY_BYTES];
	uint8_t township_sealed[KEYRING_SEALED_BYTES];
	uint8_t mac[CRYPTO_HASH_BYTES];
};

/* Which file; keyring_read() takes the first whole one. Two are written; the base copy has an older one. */
enum keyring_copy { KEYRING_FIRST, KEYRING_BACKUP, KEYRING_COPIES, KEYRING_BASE = KEYRING_COPIES, KEYRING_PLACES };

/* A new keyring in *out (free() it). ERR_NOTFOUND: no file is there. ERR_CORRUPT. */
int keyring_read(const char *dir, struct keyring **out, struct error *err);
int keyring_read_copy(const char *dir, enum keyring_copy copy, struct keyring **out,
                      struct error *err);
/* Write both files under the master key. */
int keyring_write(const char *dir, struct keyring *ring, const uint8_t master[CRYPTO_KEY_BYTES],
                  struct error *err);
/* Whether the file was written by somebody who had the master key. */
bool keyring_is_ours(const struct keyring *ring, const uint8_t master[CRYPTO_KEY_BYTES]);
/* The bytes of the first whole file that is ours, appended to out. */
int keyring_bytes(const char *dir, const uint8_t master[CRYPTO_KEY_BYTES], struct buf *out, struct error *err);
struct keyring_row *keyring_find(struct keyring *ring, const char *name); /* NULL: unknown */

#endif
