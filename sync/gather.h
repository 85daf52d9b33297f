/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a chunk, taken from the store: as many of a range as fit, or exactly those of a kept seal. */
#ifndef SYNC_GATHER_H
#define SYNC_GATHER_H

#include "sync/chunk.h"
#include "sync/seal.h"

struct gathered {
	struct arena arena; /* the entries and their digests */
	struct chunk_row rows[CHUNK_MAX_ROWS];
	uint64_t seqs[CHUNK_MAX_ROWS];
	size_t n, n_bytes;  /* of the rows, and about their canonical length */
	uint8_t root[CRYPTO_DIGEST_BYTES];
};

/* Up to the limits of a chunk, but never only some of the entries under one number. n 0: nothing is held there. */
int gather_range(struct store *store, const uint8_t author[DEVICE_ID_BYTES], struct seq_range range,
                 struct gathered *out, struct error *err);
/* ERR_NOTFOUND: the rows that were signed cannot be told from others under their numbers. */
int gather_sealed(struct store *store, const uint8_t author[DEVICE_ID_BYTES], const struct kept_seal *seal,
                  struct gathered *out, struct error *err);
void gather_free(struct gathered *rows); /* the rows and the struct itself; NULL is fine */

#endif
