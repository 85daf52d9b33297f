/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rolls: a chunk that carries only some of the rows that were sealed together says what the others are called, so that the
 * seal still proves the rows that are there, and nothing of the others is shown but their digests.
 */
#ifndef SYNC_ROLL_H
#define SYNC_ROLL_H

#include "sync/chunk.h"

struct roll {
	size_t n, n_marked;                 /* rows that were sealed, and of them those in the chunk */
	uint8_t marks[(CHUNK_MAX_ROWS + 7) / 8];
	uint8_t digests[CHUNK_MAX_ROWS][CRYPTO_DIGEST_BYTES];
};

/* Mark row i as carried. */
void roll_mark(struct roll *roll, size_t i);
/* n varint | marks, row i in bit i mod 8 of byte i / 8 | n x digest 16 */
void roll_put(struct buf *out, const struct roll *roll);
bool roll_take(struct span in, struct roll *out);
/* The root that was sealed. */
void roll_root(const struct roll *roll, uint8_t root[CRYPTO_DIGEST_BYTES]);
/* Whether a chunk of n rows with this root carries exactly the marked ones. */
bool roll_fits(const struct roll *roll, size_t n, const uint8_t root[CRYPTO_DIGEST_BYTES]);

#endif
