/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The contents of stored entries: the body behind the header of a row of ENTRY.
 *
 * A body is the canonical bytes of the entry. But while an entry that made a record is the only one that shaped it,
 * record and entry have the same values: they are kept once, in the record's row of REC where readers want them, and the
 * body is "wall zigzag | operator text" (row.in_record). The canonical bytes are rebuilt from both; the digest in the
 * header proves them. Whoever changes such a record's row gives the entry its own body first (db/refresh.c).
 */
#ifndef DB_BODY_H
#define DB_BODY_H

#include "db/upper.h"

/* Whether the record's row can stand for the entry's values. row: as it will be stored, creating and counting. */
bool body_fits_record(const struct row *row, const struct entry *entry);
/* Append header and body; row->in_record says which one. */
void body_put(struct buf *out, rid_t rid, const struct row *row, const struct entry *entry, struct span canonical);

/* The entry of a body that row_decode() or row_get_body() left; all of it lives in arena, or in body itself where body
 * is canonical. ERR_CORRUPT when it cannot be read. */
int body_entry(struct store *store, rid_t rid, const struct row *row, struct span body, struct arena *arena,
               struct entry *out, struct error *err);
/* The same of a body that leaves the values to the record's row of REC (row.in_record), which the caller has read; values
 * point into it. */
int body_entry_of_record(struct store *store, rid_t rid, const struct row *row, struct span body, struct span record,
                         struct arena *arena, struct entry *out, struct error *err);
/* Its canonical bytes, likewise; they have the digest of row, else ERR_CORRUPT. */
int body_canonical(struct store *store, rid_t rid, const struct row *row, struct span body, struct arena *arena,
                   struct span *out, struct error *err);

/* Header and contents by number, in arena. ERR_NOTFOUND without a text. */
int entry_get(struct store *store, rid_t rid, struct row *row, struct arena *arena, struct entry *out,
              struct error *err);
int entry_get_canonical(struct store *store, rid_t rid, struct row *row, struct arena *arena, struct span *out,
                        struct error *err);

/* Write the row of ENTRY; entry may be NULL when row has its own body. */
int entry_put(struct store *store, rid_t rid, const struct row *row, const struct entry *entry, struct span canonical,
              struct error *err);

#endif
