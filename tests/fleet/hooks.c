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
