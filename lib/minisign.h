/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signatures of files in the form of minisign (https://jedisct1.github.io/minisign/): prehashed Ed25519 ("ED") over
 * BLAKE2b-512 of the file, and a second signature that covers the trusted comment. A file NAME has its signature in
 * NAME.minisig; "minisign -V -p KEY.pub -m NAME" checks it without us.
 */
#ifndef LIB_MINISIGN_H
#define LIB_MINISIGN_H

#include "lib/buf.h"
#include "lib/crypto.h"

enum {
	MINISIGN_ID_BYTES = 8,
	MINISIGN_HASH_BYTES = 64,
	MINISIGN_COMMENT_BYTES = 512, /* with the NUL */
	MINISIGN_MAX_BYTES = 4096,    /* of a key or a signature file */
};

struct minisign_key {
	uint8_t id[MINISIGN_ID_BYTES];
	uint8_t pk[CRYPTO_SIGN_PK_BYTES];
};

struct minisign_signature {
	uint8_t id[MINISIGN_ID_BYTES]; /* of the key */
	uint8_t sig[CRYPTO_SIG_BYTES], whole[CRYPTO_SIG_BYTES];
	char comment[MINISIGN_COMMENT_BYTES]; /* the trusted one */
};

/* The hash that is signed. ERR_NOTFOUND, ERR_IO. */
int minisign_hash_file(const char *path, uint8_t hash[MINISIGN_HASH_BYTES], struct error *err);
void minisign_hash(const void *bytes, size_t n_bytes, uint8_t hash[MINISIGN_HASH_BYTES]);

/* The text of a signature; the comment has one line. */
void minisign_sign(struct buf *out, const uint8_t hash[MINISIGN_HASH_BYTES], const struct minisign_key *key,
                   const uint8_t sk[CRYPTO_SIGN_SK_BYTES], const char *comment);
/* ERR_INVALID: no signature, or one in minisign's form before prehashing. */
int minisign_parse(struct minisign_signature *out, struct span text, struct error *err);
/* ERR_SIGNATURE; the comment counts only when this returns 0. */
int minisign_verify(const struct minisign_signature *signature, const uint8_t hash[MINISIGN_HASH_BYTES],
                    const struct minisign_key *key, struct error *err);

/* A public key file; also the bare line of base 64 in it. ERR_INVALID. */
void minisign_put_key(struct buf *out, const struct minisign_key *key, const char *comment);
int minisign_parse_key(struct minisign_key *out, struct span text, struct error *err);
/* As minisign prints the number of a key: 16 hex digits, the last byte first. */
char *minisign_id_text(const uint8_t id[MINISIGN_ID_BYTES], char out[17]);

#endif
