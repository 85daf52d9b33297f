/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chunk while it is written: chunk_write.c gathers rows and puts the whole together, chunk_values.c writes columns. */
#ifndef SYNC_CHUNK_WRITER_H
#define SYNC_CHUNK_WRITER_H

#include "sync/chunk_format.h"
#include "sync/column.h"

struct column {
	uint32_t tag;
	uint8_t kind;
};

struct group {
	const char *form;
	bool creates;
	size_t n_rows, n_columns, cap_columns;
	size_t first; /* of its rows in writer.order */
	struct column *columns; /* by tag, then kind */
};

struct picked { /* a column's cells; room for those of the longest column */
	const struct entry_field **fields;
	struct span *values;
	size_t *rows;
	int64_t *days;
	uint8_t *bitmap;
	size_t n, n_bases;
};

struct writer {
	struct arena arena, scratch; /* scratch lives for one column */
	const struct entry **rows; /* one more than n, all zero */
	uint8_t (*digests)[CRYPTO_DIGEST_BYTES];
	int64_t *days, *group_of;
	size_t *order;   /* rows group by group */
	const struct entry_field **next, **end; /* of a row's fields that are in no column yet; these come in the order of tags */
	size_t n;
	struct group *groups;
	size_t n_groups;
	const struct device_table *devices;
	bool (*known)(void *arg, const struct version *version);
	void *arg;
	bool split;
	struct picked cells; /* of the column that is being written */
	struct buf block, *out;
	struct error *err;
};

/* References of a column while they are gathered; arrays are as long as was asked for. */
struct refs {
	int64_t *codes, *absolute, *back;
	size_t n, n_seqs;
	struct buf digests;
};

int chunk_write_no_memory(struct writer *w); /* ERR_NOMEM */
int chunk_group_add_column(struct writer *w, struct group *group, uint32_t tag, uint8_t kind);

/* References: room for most of them, then one after the other, then the column. last_base may be NULL. */
bool chunk_refs_begin(struct writer *w, struct refs *refs, size_t most);
void chunk_refs_add(struct writer *w, struct refs *refs, size_t row, const struct version *version,
                    const struct version *last_base);
void chunk_refs_end(struct writer *w, struct refs *refs);

/* The cells of the next column of a group into w->cells; then its values and bases into the block. */
bool chunk_pick_begin(struct writer *w);
void chunk_pick(struct writer *w, size_t group, const struct column *column);
void chunk_put_bitmap(struct buf *out, const uint8_t *bitmap, size_t n);
int chunk_put_values(struct writer *w, enum column_layout *layout, uint8_t kind);
int chunk_put_bases(struct writer *w, struct version *last_bases);

#endif
