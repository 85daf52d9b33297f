/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of derived tables share.
 *
 *   DERIVED     deriver number 1 | key | subject 8 -> value
 *               0 | subject 8 -> empty: the rows of this subject are stale; subject 0: those of all
 *   DERIVED_BY  subject 8 -> which rows it has: (deriver number 1, key length 1, key), sorted
 */
#ifndef DB_DERIVE_INT_H
#define DB_DERIVE_INT_H

#include "db/derive.h"
#include "db/upper.h"

enum { DERIVE_KEY_MAX = 64, DERIVE_VALUE_MAX = 1024, DERIVE_STALE = 0 };

struct derived_row {
	uint8_t number;
	struct span key, value;
};

struct derive_sink { /* rows of one subject */
	struct arena arena;   /* also what its derivers prepare */
	struct derived_row *rows;
	size_t n, cap;
	uint8_t number; /* of the deriver at work */
};

void derive_sink_reset(struct derive_sink *sink); /* memory kept */
void derive_sink_free(struct derive_sink *sink);
/* Ask all derivers about a subject's records; rows come sorted, of two with one key the later one. */
int derive_compute(struct store *store, rid_t subject, const struct record *records, size_t n,
                   struct derive_sink *sink, struct error *err);
int derived_order(const void *a, const void *b); /* of two rows of one subject, by number and key */

enum { DERIVED_KEY_BYTES = 1 + DERIVE_KEY_MAX + 8 };
size_t derived_key(uint8_t out[DERIVED_KEY_BYTES], const struct derived_row *row, rid_t subject);
void derived_list_put(struct buf *out, const struct derived_row *rows, size_t n);
bool derived_list_take(struct span *in, struct derived_row *out); /* key points into in */
/* The stored rows of a subject, sorted, into an empty sink. */
int derived_stored(struct store *store, rid_t subject, struct derive_sink *sink, struct error *err);
void derived_stale_key(uint8_t out[9], rid_t subject);

/* --- db/derive_write.c: rows on their way into the tables --- */

struct derive_writer {
	struct store *store;
	struct arena arena;
	struct engine_row *rows, *lists; /* of DERIVED and DERIVED_BY; a key twice is a fault */
	struct span *gone, *ends;        /* keys to remove, likewise */
	size_t n_rows, n_lists, n_gone, n_ends, cap_rows, cap_lists, cap_gone, cap_ends;
	bool failed;                     /* memory ran out: writing says so */
};

void derive_writer_row(struct derive_writer *w, rid_t subject, const struct derived_row *row);
void derive_writer_remove(struct derive_writer *w, rid_t subject, const struct derived_row *row);
/* All rows that the subject has from now on. */
void derive_writer_list(struct derive_writer *w, rid_t subject, const struct derived_row *rows, size_t n);
/* Write everything in key order into the open transaction, then forget it; memory is kept. */
int derive_writer_flush(struct derive_writer *w, struct error *err);
void derive_writer_free(struct derive_writer *w);

/* --- db/derive_all.c --- */

/* Empty the tables and fill them from all records, in transactions of its own that need no disk; until it is done the
 * mark of subject 0 stays, so that whoever comes next begins again. */
int derive_everything(struct store *store, struct progress *progress, struct error *err);

#endif
