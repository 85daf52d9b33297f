/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of the program that the simulator replaces (ld --wrap): a cheap password key, entries of a later version. */
#include "config.h"

#include <string.h>

#include "db/store_int.h"
#include "tests/fleet/bugs.h"

static struct {
	bool on;
	uint8_t device[DEVICE_ID_BYTES];
	uint64_t above; /* the last number before */
} extend;

void hooks_save_with_extension(const struct store *store)
{
	extend.on = store != NULL;
	if (!store)
		return;
	memcpy(extend.device, store->devices[store->self - 1].id, DEVICE_ID_BYTES);
	extend.above = store->mark.self_seq;
}

int __wrap_entry_encode(struct buf *out, const struct entry *entry, struct error *err);
int __real_entry_encode(struct buf *out, const struct entry *entry, struct error *err);

int __wrap_entry_encode(struct buf *out, const struct entry *entry, struct error *err)
{
	static const uint8_t extension[] = { 1, 9, 5, 'l', 'a', 't', 'e', 'r' };
	if (extend.on && entry->seq > extend.above && !memcmp(entry->device, extend.device, DEVICE_ID_BYTES))
		/* the caller's own: db/save.c goes on with it */
		((struct entry *)(uintptr_t)entry)->extensions = span_of(extension, sizeof(extension));
	return __real_entry_encode(out, entry, err);
}

/* --- cheap keys: half of a seed's time would go to curves, which tests/lib and tests/sync prove ---
 * A public key is the hash of its secret one; who signs knows both, and a signature is a hash under the public one. So
 * all that goes wrong by accident still does: another key, other bytes, another recipient. A forger who tries is not
 * kept out; none is simulated. */

#define HOOK(result, name, parameters)                                                             \
	result __wrap_##name parameters;                                                           \
	result __wrap_##name parameters

HOOK(void, crypto_sign_keys, (uint8_t pk[CRYPTO_SIGN_PK_BYTES], uint8_t sk[CRYPTO_SIGN_SK_BYTES]))
{
	crypto_random(sk, CRYPTO_SIGN_SK_BYTES / 2);
	crypto_hash_data(pk, CRYPTO_SIGN_PK_BYTES, sk, CRYPTO_SIGN_SK_BYTES / 2, NULL);
	memcpy(sk + CRYPTO_SIGN_SK_BYTES / 2, pk, CRYPTO_SIGN_PK_BYTES); /* where Ed25519 has it, too */
}

HOOK(void, crypto_box_keys, (uint8_t pk[CRYPTO_KEY_BYTES], uint8_t sk[CRYPTO_KEY_BYTES]))
{
	crypto_random(sk, CRYPTO_KEY_BYTES);
	crypto_hash_data(pk, CRYPTO_KEY_BYTES, sk, CRYPTO_KEY_BYTES, NULL);
}

static void sign_under(uint8_t sig[CRYPTO_SIG_BYTES], const char *context, const void *in, size_t n_bytes,
                       const uint8_t *pk)
{
	struct crypto_hash_state state;
	crypto_hash_begin(&state, CRYPTO_SIG_BYTES, pk);
	crypto_hash_add(&state, context, strlen(context) + 1);
	crypto_hash_add(&state, in, n_bytes);
	crypto_hash_end(&state, sig, CRYPTO_SIG_BYTES);
}

HOOK(void, crypto_sign_data, (uint8_t sig[CRYPTO_SIG_BYTES], const char *context, const void *in, size_t n_bytes,
                              const uint8_t sk[CRYPTO_SIGN_SK_BYTES]))
{
	sign_under(sig, context, in, n_bytes, sk + CRYPTO_SIGN_SK_BYTES / 2);
}

HOOK(int, crypto_verify, (const uint8_t sig[CRYPTO_SIG_BYTES], const char *context, const void *in, size_t n_bytes,
                          const uint8_t pk[CRYPTO_SIGN_PK_BYTES], struct error *err))
{
	uint8_t wanted[CRYPTO_SIG_BYTES];
	sign_under(wanted, context, in, n_bytes, pk);
	return crypto_equal(wanted, sig, sizeof(wanted)) ? 0 : error_set(err, ERR_SIGNATURE, "the signature does not match");
}

HOOK(void, crypto_seal, (uint8_t *out, const void *in, size_t n_bytes, const uint8_t pk[CRYPTO_KEY_BYTES]))
{
	crypto_lock(out, in, n_bytes, pk);
	memset(out + n_bytes + CRYPTO_BOX_BYTES, 0, CRYPTO_SEAL_BYTES - CRYPTO_BOX_BYTES);
}

HOOK(int, crypto_seal_open, (void *out, const uint8_t *in, size_t in_bytes, const uint8_t pk[CRYPTO_KEY_BYTES],
                             const uint8_t sk[CRYPTO_KEY_BYTES], struct error *err))
{
	uint8_t own[CRYPTO_KEY_BYTES];
	crypto_hash_data(own, sizeof(own), sk, CRYPTO_KEY_BYTES, NULL);
	if (in_bytes < CRYPTO_SEAL_BYTES || !crypto_equal(own, pk, sizeof(own)) ||
	    crypto_unlock(out, in, in_bytes - (CRYPTO_SEAL_BYTES - CRYPTO_BOX_BYTES), pk, err))
		return error_set(err, ERR_RECIPIENT, "it is sealed for another");
	return 0;
}

/* Argon2id takes 20 ms by design; the simulator tests no passwords. */
int __wrap_crypto_password_key(uint8_t out[CRYPTO_KEY_BYTES], const char *password,
                               const uint8_t salt[CRYPTO_SALT_BYTES], struct error *err);

int __wrap_crypto_password_key(uint8_t out[CRYPTO_KEY_BYTES], const char *password,
                               const uint8_t salt[CRYPTO_SALT_BYTES], struct error *err)
{
	struct crypto_hash_state state;
	(void)err;
	crypto_hash_begin(&state, CRYPTO_KEY_BYTES, NULL);
	crypto_hash_add(&state, salt, CRYPTO_SALT_BYTES);
	crypto_hash_add(&state, password, strlen(password));
	crypto_hash_end(&state, out, CRYPTO_KEY_BYTES);
	return 0;
}
