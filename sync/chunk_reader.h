/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chunk while it is read: chunk_read.c opens and checks it, chunk_rows.c gives its rows. */
#ifndef SYNC_CHUNK_READER_H
#define SYNC_CHUNK_READER_H

#include "sync/chunk_format.h"
#include "sync/column.h"

struct refs_reader {
	struct ints_reader codes, numbers;
	uint8_t mode;
	struct span digests;
};

struct cells_reader { /* a column inside a repeat */
	uint32_t tag;
	uint8_t kind;
	const uint8_t *bitmap; /* NULL: in every row */
	struct texts_reader texts;
};

struct table_reader { /* LAYOUT_ROWS */
	struct ints_reader counts; /* rows of each repeat */
	struct cells_reader *cells;
	size_t n_cells, row;
};

struct bases_reader {
	struct ints_reader counts;
	struct refs_reader refs;
};

/* A chunk has a thousand of them and every row passes many: they are small, so that they stay in the processor's cache. */
struct column_reader {
	uint32_t tag;
	uint8_t kind, flags, layout;
	const uint8_t *bitmap;
	union { /* by layout */
		struct texts_reader texts;
		struct refs_reader refs;
		struct table_reader table;
	};
	struct bases_reader *bases; /* COLUMN_BASES */
};

struct group_reader {
	const char *form;
	bool creates;
	size_t n_columns, n_rows, taken;
	struct column_reader *columns;
};

struct steps_reader {
	int64_t value;
	struct ints_reader steps;
	bool started;
};

struct chunk_reader {
	const struct device_table *devices;
	size_t n, at, device;
	uint8_t root[CRYPTO_DIGEST_BYTES];
	bool split;
	struct arena arena, row_arena;
	struct buf *blocks; /* inflated; one, or one per column */
	size_t n_blocks, cap_blocks, inflated_bytes;
	struct span payload, block;
	struct group_reader *groups;
	size_t n_groups, n_fields, n_bases, n_cells;
	struct steps_reader seqs, lamports, walls;
	struct texts_reader operators, extensions;
	struct ints_reader group_of;
	struct refs_reader records, subjects;
	bool extended;
	struct arena *kept;          /* where rows stay, or NULL */
	bool odd_texts;              /* some come out of references or repeats: nobody looked at them */
	struct entry *entry;         /* the row given last */
	struct entry_field *fields;  /* room for those of a row */
	uint64_t *row_seqs;
	uint8_t (*digests)[CRYPTO_DIGEST_BYTES];
	size_t rebuilt_bytes;
	bool unresolved;
	struct error *err;
};

int chunk_broken(struct chunk_reader *r);    /* ERR_CORRUPT */
int chunk_too_much(struct chunk_reader *r);  /* ERR_LIMIT */
int chunk_no_memory(struct chunk_reader *r); /* ERR_NOMEM */

#endif
