/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a chunk, taken from the store: as many of a range as fit, or exactly those of a kept seal. */
#ifndef SYNC_GATHER_H
#define SYNC_GATHER_H

#include "sync/roll.h"

struct gathered {
	struct entries_ahead ahead; /* has the entries */
	struct chunk_row rows[CHUNK_MAX_ROWS];
	size_t n, n_bytes;   /* about their canonical bytes */
	uint8_t digests[CHUNK_MAX_ROWS][CRYPTO_DIGEST_BYTES];
	uint8_t root[CRYPTO_DIGEST_BYTES];
};

static inline uint64_t gathered_seq(const struct gathered *rows, size_t i) { return rows->rows[i].entry->seq; }

/* Up to the limits of a chunk, but never only some of the entries under one number. n 0: nothing is held there. */
int gather_range(struct store *store, const uint8_t author[DEVICE_ID_BYTES], struct seq_range range,
                 struct gathered *out, struct error *err);
/* ERR_NOTFOUND: the rows that were signed cannot be told from others under their numbers. */
int gather_sealed(struct store *store, const uint8_t author[DEVICE_ID_BYTES], const struct kept_seal *seal,
                  struct gathered *out, struct error *err);

/* --- chosen ones --- */

struct chosen { /* versions of one author, ascending */
	const struct version *versions;
	bool *sent;
	size_t n;
};
/* The next ones that were not sent yet, up to the limits of a chunk; they are sent then. n 0: none is left. */
int gather_chosen(struct store *store, struct chosen *chosen, struct gathered *out, struct error *err);
/* Of rows that were sealed together only the chosen ones stay, which are sent then; the roll says which they are. */
void gather_keep(struct gathered *rows, struct chosen *chosen, struct roll *roll);
/* The chosen ones that a kept roll names and that were not sent yet, marked in it; they are sent then. n 0: none is left. */
int gather_rolled(struct store *store, struct chosen *chosen, struct roll *roll, struct gathered *out, struct error *err);

void gather_free(struct gathered *rows); /* the rows and the struct itself; NULL is fine */

#endif
