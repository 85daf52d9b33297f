/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cryptography through libsodium; the only place that includes it. Suite 1: BLAKE2b hashes, Ed25519
 * signatures, X25519 sealed boxes, XChaCha20-Poly1305 secretstream, Argon2id (m 12 MiB, t 3, p 1: fits
 * a 512 MB machine; OWASP Password Storage Cheat Sheet). libsodium owns the names crypto_hash() and
 * crypto_sign(), so ours end in _data.
 */
#ifndef LIB_CRYPTO_H
#define LIB_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/error.h"

enum {
	CRYPTO_KEY_BYTES = 32,       /* symmetric key, X25519 public and secret key */
	CRYPTO_SIGN_PK_BYTES = 32,
	CRYPTO_SIGN_SK_BYTES = 64,
	CRYPTO_SIG_BYTES = 64,
	CRYPTO_HASH_BYTES = 32,
	CRYPTO_DIGEST_BYTES = 16,    /* of an entry */
	CRYPTO_SALT_BYTES = 16,
	CRYPTO_SEAL_BYTES = 48,      /* what a sealed box adds */
	CRYPTO_BOX_BYTES = 40,       /* what crypto_lock() adds: nonce 24 and tag 16 */
	CRYPTO_STREAM_HEADER_BYTES = 24,
	CRYPTO_STREAM_ADD_BYTES = 17, /* per frame */
};

int crypto_init(struct error *err); /* once per program; ERR_UNSUPPORTED */
void crypto_random(void *out, size_t n_bytes);
void crypto_wipe(void *bytes, size_t n_bytes);
bool crypto_equal(const void *a, const void *b, size_t n_bytes); /* constant time */

/* BLAKE2b of out_bytes (16 to 64); key may be NULL. */
void crypto_hash_data(uint8_t *out, size_t out_bytes, const void *in, size_t n_bytes, const uint8_t *key);
struct crypto_hash_state { _Alignas(64) uint8_t opaque[384]; };
void crypto_hash_begin(struct crypto_hash_state *state, size_t out_bytes, const uint8_t *key);
void crypto_hash_add(struct crypto_hash_state *state, const void *in, size_t n_bytes);
void crypto_hash_end(struct crypto_hash_state *state, uint8_t *out, size_t out_bytes);

/* Key number id of a master key; context is 8 characters. */
void crypto_subkey(uint8_t out[CRYPTO_KEY_BYTES], const uint8_t key[CRYPTO_KEY_BYTES], uint64_t id,
                   const char context[8]);

/* A key from a password. Takes 12 MiB for its time. ERR_NOMEM. */
int crypto_password_key(uint8_t out[CRYPTO_KEY_BYTES], const char *password,
                        const uint8_t salt[CRYPTO_SALT_BYTES], struct error *err);

/* Authenticated encryption of small secrets: out has n_bytes + CRYPTO_BOX_BYTES. unlock: ERR_AUTH. */
void crypto_lock(uint8_t *out, const void *in, size_t n_bytes, const uint8_t key[CRYPTO_KEY_BYTES]);
int crypto_unlock(void *out, const uint8_t *in, size_t in_bytes, const uint8_t key[CRYPTO_KEY_BYTES],
                  struct error *err);

void crypto_sign_keys(uint8_t pk[CRYPTO_SIGN_PK_BYTES], uint8_t sk[CRYPTO_SIGN_SK_BYTES]);
void crypto_box_keys(uint8_t pk[CRYPTO_KEY_BYTES], uint8_t sk[CRYPTO_KEY_BYTES]);
/* The same pair from the same 32 bytes. */
void crypto_sign_keys_from(uint8_t pk[CRYPTO_SIGN_PK_BYTES], uint8_t sk[CRYPTO_SIGN_SK_BYTES],
                           const uint8_t seed[CRYPTO_KEY_BYTES]);
void crypto_box_keys_from(uint8_t pk[CRYPTO_KEY_BYTES], uint8_t sk[CRYPTO_KEY_BYTES],
                          const uint8_t seed[CRYPTO_KEY_BYTES]);
void crypto_box_public(uint8_t pk[CRYPTO_KEY_BYTES], const uint8_t sk[CRYPTO_KEY_BYTES]);

/* Sign a message under a context text that keeps kinds of messages apart. verify: ERR_SIGNATURE. */
void crypto_sign_data(uint8_t sig[CRYPTO_SIG_BYTES], const char *context, const void *in, size_t n_bytes,
                 const uint8_t sk[CRYPTO_SIGN_SK_BYTES]);
int crypto_verify(const uint8_t sig[CRYPTO_SIG_BYTES], const char *context, const void *in,
                  size_t n_bytes, const uint8_t pk[CRYPTO_SIGN_PK_BYTES], struct error *err);
/* Over the bytes themselves, as formats of others want it. Never with a key that signs under contexts. */
void crypto_sign_plain(uint8_t sig[CRYPTO_SIG_BYTES], const void *in, size_t n_bytes,
                       const uint8_t sk[CRYPTO_SIGN_SK_BYTES]);
bool crypto_verify_plain(const uint8_t sig[CRYPTO_SIG_BYTES], const void *in, size_t n_bytes,
                         const uint8_t pk[CRYPTO_SIGN_PK_BYTES]);

/* Anonymous sealing to a public key: out has n_bytes + CRYPTO_SEAL_BYTES. open: ERR_RECIPIENT. */
void crypto_seal(uint8_t *out, const void *in, size_t n_bytes, const uint8_t pk[CRYPTO_KEY_BYTES]);
int crypto_seal_open(void *out, const uint8_t *in, size_t in_bytes,
                     const uint8_t pk[CRYPTO_KEY_BYTES], const uint8_t sk[CRYPTO_KEY_BYTES],
                     struct error *err);

/* A stream of frames that detects cutting, reordering and repetition. pull: ERR_CORRUPT. */
struct crypto_stream { _Alignas(16) uint8_t opaque[64]; };
void crypto_stream_push_begin(struct crypto_stream *s, uint8_t header[CRYPTO_STREAM_HEADER_BYTES],
                              const uint8_t key[CRYPTO_KEY_BYTES]);
void crypto_stream_push(struct crypto_stream *s, uint8_t *out, const void *in, size_t n_bytes,
                        const void *ad, size_t ad_bytes, bool last);
int crypto_stream_pull_begin(struct crypto_stream *s,
                             const uint8_t header[CRYPTO_STREAM_HEADER_BYTES],
                             const uint8_t key[CRYPTO_KEY_BYTES], struct error *err);
int crypto_stream_pull(struct crypto_stream *s, void *out, const uint8_t *in, size_t in_bytes,
                       const void *ad, size_t ad_bytes, bool *last, struct error *err);

/* What two people read aloud to compare keys: six words of the language in use (zh two-character
 * words, else English) and twelve digits, both from the first bytes of a hash of the key. */
void crypto_fingerprint(const uint8_t *key, size_t n_bytes, int lang, char out[128]);

char *hex_encode(char *out, const void *in, size_t n_bytes); /* 2n + 1 bytes, lower case */
bool hex_decode(void *out, size_t n_bytes, const char *text); /* exactly 2n digits */
/* RFC 4648 with padding: 4 * ((n + 2) / 3) + 1 bytes, and exactly n bytes from the first text_bytes of text. */
char *base64_encode(char *out, size_t out_bytes, const void *in, size_t n_bytes);
bool base64_decode(void *out, size_t n_bytes, const char *text, size_t text_bytes);

#endif
