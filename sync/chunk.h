/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chunks: up to 4,000 entries of one device in columns (doc/bundle.md, "Chunk"). The reader rebuilds the
 * canonical bytes of every entry; digests travel only where the other side could not know them.
 */
#ifndef SYNC_CHUNK_H
#define SYNC_CHUNK_H

#include "form/entry.h"

enum {
	CHUNK_MAX_ROWS = 4000,
	CHUNK_MAX_CANONICAL = 1024 * 1024, /* a writer's limit: about the bytes of canonical entries */
	CHUNK_MAX_RAW = 1536 * 1024,       /* a reader's limits: inflated columns, rebuilt entries */
	CHUNK_KEPT_ROOM = CHUNK_MAX_RAW + 4096, /* for all rows of one, where they may not move */
	CHUNK_MAX_STORED = 1024 * 1024,
	CHUNK_MAX_COLUMNS = 8192,
	CHUNK_MAX_DEVICES = 4096,          /* in the table of a bundle */
	CHUNK_SPLIT_ROWS = 1000,           /* from so many rows and cells a column on average every column has its own */
	CHUNK_SPLIT_CELLS = 500,           /* stream; short ones are smaller and faster together */
};

struct device_table { /* devices of a bundle by their number; fixed before the first chunk */
	uint8_t (*ids)[DEVICE_ID_BYTES];
	size_t n;
};
/* Number of a device, or -1. */
int device_table_find(const struct device_table *table, const uint8_t id[DEVICE_ID_BYTES]);

struct chunk_row { /* an entry that is decoded already */
	const struct entry *entry;
	const uint8_t *digest;
};

/* Append the payload of a chunk for n rows (canonical entries of one device, numbers ascending, at most
 * CHUNK_MAX_ROWS). known() says whether the reader can find the digest of a version that stands in no
 * earlier row; NULL: never. ERR_INVALID, ERR_LIMIT, ERR_NOMEM. */
int chunk_encode(struct buf *out, const struct span *rows, size_t n, const struct device_table *devices,
                 bool (*known)(void *arg, const struct version *version), void *arg,
                 struct error *err);

/* The same for decoded entries. That they fit the reader's limits is the caller's to check, by reading the chunk. */
int chunk_encode_rows(struct buf *out, const struct chunk_row *rows, size_t n, const struct device_table *devices,
                      bool (*known)(void *arg, const struct version *version), void *arg, struct error *err);

/* Says which devices the canonical entry names: calls each() for its author and all references. */
int chunk_devices_each(struct span canonical, struct arena *arena,
                       int (*each)(void *arg, const uint8_t id[DEVICE_ID_BYTES]), void *arg,
                       struct error *err);

struct chunk_reader;

/* Open a chunk: inflates it, checks its structure wholly; reads nothing from payload later.
 * ERR_CORRUPT, ERR_LIMIT, ERR_VERSION (an encoding of a newer version), ERR_NOMEM. */
int chunk_open(struct chunk_reader **out, struct span payload, const struct device_table *devices,
               struct error *err);
void chunk_close(struct chunk_reader *reader); /* NULL is fine */
size_t chunk_rows(const struct chunk_reader *reader);
const uint8_t *chunk_device(const struct chunk_reader *reader); /* whose entries these are */

/* The numbers of its entries; false when some in between are missing or there twice. */
bool chunk_range(const struct chunk_reader *reader, uint64_t *first, uint64_t *last);

/* Rebuild the next row: appends its canonical bytes to out. resolve() finds the digest under
 * (device, seq) outside this chunk, else returns ERR_NOTFOUND; NULL: zeros are taken and the root is
 * not checked (a structural pass). After the last row the digests are compared with the chunk's root:
 * ERR_UNSURE when a digest was resolved wrongly or not at all, else ERR_CORRUPT, ERR_LIMIT, ERR_NOMEM. */
int chunk_next(struct chunk_reader *reader, struct buf *out,
               int (*resolve)(void *arg, const uint8_t device[DEVICE_ID_BYTES], uint64_t seq,
                              uint8_t digest[CRYPTO_DIGEST_BYTES]),
               void *arg, struct error *err);

/* Called before the first row: all rows stay, in arena, with their values in the canonical bytes, also after
 * chunk_close(). out of chunk_next() then needs CHUNK_KEPT_ROOM from the beginning. ERR_NOMEM. */
int chunk_keep_rows(struct chunk_reader *reader, struct arena *arena, struct error *err);

/* The row that chunk_next() gave last, and the digest of its bytes (with a resolve() only). They live until its next
 * call, unless rows are kept. */
const struct entry *chunk_entry(const struct chunk_reader *reader);
const uint8_t *chunk_entry_digest(const struct chunk_reader *reader);

/* The root that was sent, 16 bytes. */
const uint8_t *chunk_root(const struct chunk_reader *reader);

#endif
