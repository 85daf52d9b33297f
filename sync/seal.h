/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Seals: the place that wrote the entries of a chunk signs them, so that whoever passes them on, up or down, need not be
 * trusted (doc/bundle.md, "Seal"). The signature is over the digests, not over the bytes of the chunk: it stays
 * good when the same rows are packed again. A store keeps the seals of what it received beside the entries.
 */
#ifndef SYNC_SEAL_H
#define SYNC_SEAL_H

#include "sync/peer.h"

struct seal {
	uint8_t signer[DEVICE_ID_BYTES];
	uint8_t root[CRYPTO_DIGEST_BYTES]; /* of the rows, as in the chunk */
	uint8_t sig[CRYPTO_SIG_BYTES];
};

void seal_make(struct seal *out, const struct self *self, const uint8_t author[DEVICE_ID_BYTES], size_t n,
               const uint8_t root[CRYPTO_DIGEST_BYTES]);
/* signer is the device seal->signer. ERR_SIGNATURE: another place's, or not its signature over these rows. */
int seal_check(const struct seal *seal, const struct store_device *author, const struct store_device *signer,
               size_t n, struct error *err);

/* The section: signature 64, and before it the signer 8 unless it is the sender of the file. */
void seal_put(struct buf *out, const struct seal *seal, const uint8_t sender[DEVICE_ID_BYTES]);
bool seal_take(struct span in, const uint8_t sender[DEVICE_ID_BYTES], struct seal *out); /* without root */

/* --- kept ones --- */

struct seal_pick { uint64_t seq; uint8_t digest[CRYPTO_DIGEST_BYTES]; };
struct kept_seal {
	struct seal seal;
	uint64_t first, last, n;       /* numbers; rows */
	const struct seal_pick *picks; /* by number: which of several entries there were meant */
	size_t n_picks;
};
enum { SEAL_NAME_BYTES = 64 };
/* The named value under which a checked seal is kept, to be written with its rows (of one author, ascending), which are
 * not applied yet. It stays empty for a seal that is kept already. */
int seal_value(struct store *store, const struct seal *seal, const struct whole_entry *rows, size_t n,
               char name[SEAL_NAME_BYTES], struct buf *value, struct error *err);
/* Those of one author by their first number, longer ones first; in arena. */
int seal_list(struct store *store, const uint8_t author[DEVICE_ID_BYTES], struct arena *arena,
              struct kept_seal **out, size_t *n, struct error *err);

#endif
