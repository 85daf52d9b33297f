/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/crypto.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/i18n.h"
#include "lib/words.h"

#define PASSWORD_MEMORY_BYTES (12u * 1024 * 1024)
#define PASSWORD_PASSES 3

_Static_assert(sizeof(struct crypto_hash_state) >= sizeof(crypto_generichash_state), "hash state");
_Static_assert(sizeof(struct crypto_stream) >= sizeof(crypto_secretstream_xchacha20poly1305_state),
	       "stream state");
_Static_assert(CRYPTO_BOX_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES +
				   crypto_aead_xchacha20poly1305_ietf_ABYTES, "box overhead");
_Static_assert(CRYPTO_SEAL_BYTES == crypto_box_SEALBYTES, "seal overhead");
_Static_assert(CRYPTO_STREAM_ADD_BYTES == crypto_secretstream_xchacha20poly1305_ABYTES, "frame");
_Static_assert(CRYPTO_STREAM_HEADER_BYTES == crypto_secretstream_xchacha20poly1305_HEADERBYTES,
	       "stream header");

int crypto_init(struct error *err)
{
	if (sodium_init() < 0)
		return error_set(err, ERR_UNSUPPORTED, _("the cryptography library cannot start"));
	return 0;
}

void crypto_random(void *out, size_t n_bytes)
{
	randombytes_buf(out, n_bytes);
}

void crypto_wipe(void *bytes, size_t n_bytes)
{
	sodium_memzero(bytes, n_bytes);
}

bool crypto_equal(const void *a, const void *b, size_t n_bytes)
{
	return sodium_memcmp(a, b, n_bytes) == 0;
}

void crypto_hash_data(uint8_t *out, size_t out_bytes, const void *in, size_t n_bytes, const uint8_t *key)
{
	crypto_generichash(out, out_bytes, in, n_bytes, key, key ? CRYPTO_KEY_BYTES : 0);
}

static crypto_generichash_state *hash_state(struct crypto_hash_state *state)
{
	return (crypto_generichash_state *)(void *)state->opaque;
}

void crypto_hash_begin(struct crypto_hash_state *state, size_t out_bytes, const uint8_t *key)
{
	crypto_generichash_init(hash_state(state), key, key ? CRYPTO_KEY_BYTES : 0, out_bytes);
}

void crypto_hash_add(struct crypto_hash_state *state, const void *in, size_t n_bytes)
{
	crypto_generichash_update(hash_state(state), in, n_bytes);
}

void crypto_hash_end(struct crypto_hash_state *state, uint8_t *out, size_t out_bytes)
{
	crypto_generichash_final(hash_state(state), out, out_bytes);
}

void crypto_subkey(uint8_t out[CRYPTO_KEY_BYTES], const uint8_t key[CRYPTO_KEY_BYTES], uint64_t id,
                   const char context[8])
{
	crypto_kdf_derive_from_key(out, CRYPTO_KEY_BYTES, id, context, key);
}

int crypto_password_key(uint8_t out[CRYPTO_KEY_BYTES], const char *password,
                        const uint8_t salt[CRYPTO_SALT_BYTES], struct error *err)
{
	if (crypto_pwhash(out, CRYPTO_KEY_BYTES, password, strlen(password), salt, PASSWORD_PASSES,
			  PASSWORD_MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13))
		return error_set(err, ERR_NOMEM, _("not enough memory to check the password"));
	return 0;
}

void crypto_lock(uint8_t *out, const void *in, size_t n_bytes, const uint8_t key[CRYPTO_KEY_BYTES])
{
	const size_t nonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;

	randombytes_buf(out, nonce);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + nonce, NULL, in, n_bytes, NULL, 0, NULL, out,
						   key);
}

int crypto_unlock(void *out, const uint8_t *in, size_t in_bytes, const uint8_t key[CRYPTO_KEY_BYTES],
                  struct error *err)
{
	const size_t nonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;

	if (in_bytes < CRYPTO_BOX_BYTES ||
	    crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, in + nonce, in_bytes - nonce,
						       NULL, 0, in, key))
		return error_set(err, ERR_AUTH, _("wrong key or password, or the data was changed"));
	return 0;
}

void crypto_sign_keys(uint8_t pk[CRYPTO_SIGN_PK_BYTES], uint8_t sk[CRYPTO_SIGN_SK_BYTES])
{
	crypto_sign_keypair(pk, sk);
}

void crypto_box_keys(uint8_t pk[CRYPTO_KEY_BYTES], uint8_t sk[CRYPTO_KEY_BYTES])
{
	crypto_box_keypair(pk, sk);
}

void crypto_sign_keys_from(uint8_t pk[CRYPTO_SIGN_PK_BYTES], uint8_t sk[CRYPTO_SIGN_SK_BYTES],
			   const uint8_t seed[CRYPTO_KEY_BYTES])
{
	crypto_sign_seed_keypair(pk, sk, seed);
}

void crypto_box_keys_from(uint8_t pk[CRYPTO_KEY_BYTES], uint8_t sk[CRYPTO_KEY_BYTES],
			  const uint8_t seed[CRYPTO_KEY_BYTES])
{
	crypto_box_seed_keypair(pk, sk, seed);
}

void crypto_box_public(uint8_t pk[CRYPTO_KEY_BYTES], const uint8_t sk[CRYPTO_KEY_BYTES])
{
	crypto_scalarmult_base(pk, sk);
}

/* What is signed: BLAKE2b-512 of the context, its NUL and the message. */
static void sign_hash(uint8_t out[64], const char *context, const void *in, size_t n_bytes)
{
	struct crypto_hash_state state;

	crypto_hash_begin(&state, 64, NULL);
	crypto_hash_add(&state, context, strlen(context) + 1);
	crypto_hash_add(&state, in, n_bytes);
	crypto_hash_end(&state, out, 64);
}

void crypto_sign_data(uint8_t sig[CRYPTO_SIG_BYTES], const char *context, const void *in, size_t n_bytes,
                 const uint8_t sk[CRYPTO_SIGN_SK_BYTES])
{
	uint8_t hash[64];

	sign_hash(hash, context, in, n_bytes);
	crypto_sign_detached(sig, NULL, hash, sizeof hash, sk);
}

int crypto_verify(const uint8_t sig[CRYPTO_SIG_BYTES], const char *context, const void *in,
                  size_t n_bytes, const uint8_t pk[CRYPTO_SIGN_PK_BYTES], struct error *err)
{
	uint8_t hash[64];

	sign_hash(hash, context, in, n_bytes);
	if (crypto_sign_verify_detached(sig, hash, sizeof hash, pk))
		return error_set(err, ERR_SIGNATURE, _("signature does not match"));
	return 0;
}

void crypto_sign_plain(uint8_t sig[CRYPTO_SIG_BYTES], const void *in, size_t n_bytes,
		       const uint8_t sk[CRYPTO_SIGN_SK_BYTES])
{
	crypto_sign_detached(sig, NULL, in, n_bytes, sk);
}

bool crypto_verify_plain(const uint8_t sig[CRYPTO_SIG_BYTES], const void *in, size_t n_bytes,
			 const uint8_t pk[CRYPTO_SIGN_PK_BYTES])
{
	return !crypto_sign_verify_detached(sig, in, n_bytes, pk);
}

void crypto_seal(uint8_t *out, const void *in, size_t n_bytes, const uint8_t pk[CRYPTO_KEY_BYTES])
{
	crypto_box_seal(out, in, n_bytes, pk);
}

int crypto_seal_open(void *out, const uint8_t *in, size_t in_bytes,
                     const uint8_t pk[CRYPTO_KEY_BYTES], const uint8_t sk[CRYPTO_KEY_BYTES],
                     struct error *err)
{
	if (in_bytes < CRYPTO_SEAL_BYTES || crypto_box_seal_open(out, in, in_bytes, pk, sk))
		return error_set(err, ERR_RECIPIENT, _("sealed for another recipient, or damaged"));
	return 0;
}

static crypto_secretstream_xchacha20poly1305_state *stream_state(struct crypto_stream *s)
{
	return (crypto_secretstream_xchacha20poly1305_state *)(void *)s->opaque;
}

void crypto_stream_push_begin(struct crypto_stream *s, uint8_t header[CRYPTO_STREAM_HEADER_BYTES],
                              const uint8_t key[CRYPTO_KEY_BYTES])
{
	crypto_secretstream_xchacha20poly1305_init_push(stream_state(s), header, key);
}

void crypto_stream_push(struct crypto_stream *s, uint8_t *out, const void *in, size_t n_bytes,
                        const void *ad, size_t ad_bytes, bool last)
{
	uint8_t tag = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL :
			     crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;

	crypto_secretstream_xchacha20poly1305_push(stream_state(s), out, NULL, in, n_bytes, ad, ad_bytes,
						   tag);
}

int crypto_stream_pull_begin(struct crypto_stream *s,
                             const uint8_t header[CRYPTO_STREAM_HEADER_BYTES],
                             const uint8_t key[CRYPTO_KEY_BYTES], struct error *err)
{
	if (crypto_secretstream_xchacha20poly1305_init_pull(stream_state(s), header, key))
		return error_set(err, ERR_CORRUPT, _("encrypted data has a damaged beginning"));
	return 0;
}

int crypto_stream_pull(struct crypto_stream *s, void *out, const uint8_t *in, size_t in_bytes,
                       const void *ad, size_t ad_bytes, bool *last, struct error *err)
{
	uint8_t tag;

	if (in_bytes < CRYPTO_STREAM_ADD_BYTES ||
	    crypto_secretstream_xchacha20poly1305_pull(stream_state(s), out, NULL, &tag, in, in_bytes,
						       ad, ad_bytes))
		return error_set(err, ERR_CORRUPT, _("encrypted data is damaged or incomplete"));
	*last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	return 0;
}

void crypto_fingerprint(const uint8_t *key, size_t n_bytes, int lang, char out[128])
{
	const char *const *words = lang == LANG_ZH ? words_zh : words_en;
	uint8_t hash[CRYPTO_HASH_BYTES];
	uint64_t digits;

	crypto_hash_data(hash, sizeof hash, key, n_bytes, NULL);
	digits = get_u64_be(hash + 6) % UINT64_C(1000000000000);
	snprintf(out, 128, "%s %s %s %s %s %s %04u %04u %04u", words[hash[0]], words[hash[1]],
		 words[hash[2]], words[hash[3]], words[hash[4]], words[hash[5]],
		 (unsigned)(digits / 100000000), (unsigned)(digits / 10000 % 10000),
		 (unsigned)(digits % 10000));
}

char *hex_encode(char *out, const void *in, size_t n_bytes)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *from = in;

	for (size_t i = 0; i < n_bytes; i++) {
		out[2 * i] = digits[from[i] >> 4];
		out[2 * i + 1] = digits[from[i] & 15];
	}
	out[2 * n_bytes] = '\0';
	return out;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool hex_decode(void *out, size_t n_bytes, const char *text)
{
	uint8_t *to = out;

	if (strlen(text) != 2 * n_bytes)
		return false;
	for (size_t i = 0; i < n_bytes; i++) {
		int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		to[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

char *base64_encode(char *out, size_t out_bytes, const void *in, size_t n_bytes)
{
	return sodium_bin2base64(out, out_bytes, in, n_bytes, sodium_base64_VARIANT_ORIGINAL);
}

bool base64_decode(void *out, size_t n_bytes, const char *text, size_t text_bytes)
{
	size_t n;

	return !sodium_base642bin(out, n_bytes, text, text_bytes, NULL, &n, NULL,
				  sodium_base64_VARIANT_ORIGINAL) && n == n_bytes;
}
