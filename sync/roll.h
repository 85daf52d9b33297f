/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rolls: a chunk that carries only some of the rows that were sealed together says what the others are called, so that the
 * seal still proves the rows that are there, and nothing of the others is shown but their digests. A township keeps the
 * rolls of what came down to it: its villages get some of these rows, under the same roll with fewer marks.
 */
#ifndef SYNC_ROLL_H
#define SYNC_ROLL_H

#include "sync/chunk.h"
#include "sync/seal.h"

struct roll {
	size_t n, n_marked;                 /* rows that were sealed, and of them those in the chunk */
	uint8_t marks[(CHUNK_MAX_ROWS + 7) / 8];
	uint8_t digests[CHUNK_MAX_ROWS][CRYPTO_DIGEST_BYTES];
};

void roll_unmark(struct roll *roll); /* all rows */
/* Mark row i as carried. */
void roll_mark(struct roll *roll, size_t i);
/* n varint | marks, row i in bit i mod 8 of byte i / 8 | n x digest 16 */
void roll_put(struct buf *out, const struct roll *roll);
bool roll_take(struct span in, struct roll *out);
/* The root that was sealed. */
void roll_root(const struct roll *roll, uint8_t root[CRYPTO_DIGEST_BYTES]);
/* Whether a chunk of n rows with this root carries exactly the marked ones. */
bool roll_fits(const struct roll *roll, size_t n, const uint8_t root[CRYPTO_DIGEST_BYTES]);

/* --- kept ones --- */

enum { ROLL_NAME_BYTES = 64 };
/* The named value under which a checked roll and its seal are kept, to be written with the rows that are shown; of all
 * chunks with rows of one seal it is the same. It stays empty for one that is kept already. */
int roll_value(struct store *store, const struct roll *roll, const struct seal *seal, const uint8_t author[DEVICE_ID_BYTES],
               char name[ROLL_NAME_BYTES], struct buf *value, struct error *err);
struct roll_name { char text[ROLL_NAME_BYTES]; };
/* The names of those of one author; in arena. */
int roll_list(struct store *store, const uint8_t author[DEVICE_ID_BYTES], struct arena *arena, struct roll_name **out,
              size_t *n, struct error *err);
/* Nothing is marked in it. ERR_CORRUPT: it cannot be read, and proves nothing. */
int roll_recall(struct store *store, const char *name, struct roll *out, struct seal *seal, struct error *err);

#endif
