/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of the program that the simulator replaces (ld --wrap): a cheap password key, entries of a later version. */
#include "config.h"

#include <string.h>

#include "form/entry.h"
#include "tests/fleet/bugs.h"

static bool with_extension;

void hooks_save_with_extension(bool on)
{
	with_extension = on;
}

int __wrap_entry_encode(struct buf *out, const struct entry *entry, struct error *err);
int __real_entry_encode(struct buf *out, const struct entry *entry, struct error *err);

int __wrap_entry_encode(struct buf *out, const struct entry *entry, struct error *err)
{
	static const uint8_t extension[] = { 1, 9, 5, 'l', 'a', 't', 'e', 'r' };
	if (with_extension) /* the caller's own: db/save.c goes on with it */
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
