/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Derived tables inside db/: bringing them up to date. */
#ifndef DB_DERIVED_H
#define DB_DERIVED_H

#include "db/upper.h"

/* Over so many subjects in one transaction are marked as stale instead of being derived at once; the next
 * reader brings them up to date. */
enum { DERIVE_NOW_MAX = 8 };

/* Inside a transaction: derive these subjects now, or mark them as stale. */
int derived_touch(struct store *store, const rid_t *subjects, size_t n, struct error *err);
/* Derive what is stale, in transactions of its own. */
int derived_settle(struct store *store, struct progress *progress, struct error *err);
/* Compare the rows of one subject with what its derivers say; adds to *rows and *wrong. */
int derived_compare(struct store *store, rid_t subject, uint64_t *rows, uint64_t *wrong,
                    struct error *err);
/* Mark every subject as stale, inside a transaction: the next reader computes all rows anew. */
int derived_forget(struct store *store, struct error *err);

#endif
