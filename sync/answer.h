/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers to the level below: certificate and receipt, sealed to one device, signed by this store. */
#ifndef SYNC_ANSWER_H
#define SYNC_ANSWER_H

#include "sync/peer.h"
#include "sync/stick.h"

struct answer {
	const struct self *self;
	const struct store_device *to;
	bool certificate;        /* vouch for the device too */
	int64_t clock_offset_s;  /* its clock minus ours, 0 when unknown */
};

/* The bytes of an answer with a receipt of now into sink; hash is of the file. */
int answer_write(struct store *store, const struct answer *answer, struct envelope_sink *sink,
                 uint8_t hash[CRYPTO_HASH_BYTES], struct error *err);
/* Replace the file path by an answer (not on sticks). */
int answer_write_file(struct store *store, const struct answer *answer, const char *path,
                      struct error *err);

/* What this store holds of the devices of a region and the regions in it, for a receipt; in arena. */
int receipt_build(struct store *store, const struct answer *answer, struct arena *arena,
                  struct receipt *out, struct error *err);

/* All devices of a region that are known here with what is held of them; in arena. */
int receipt_holdings(struct store *store, const char *region, struct arena *arena, struct receipt *out,
                     struct error *err);

/* The hash over the digests of all entries held under first..last, as in receipt_range. */
int receipt_range_hash(struct store *store, const uint8_t device[8], uint64_t first, uint64_t last,
                       uint8_t hash[CRYPTO_DIGEST_BYTES], struct error *err);

#endif
