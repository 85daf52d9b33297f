/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything in the store that follows from its entries, computed again. */
#ifndef DB_RECOMPUTE_H
#define DB_RECOMPUTE_H

#include "db/upper.h"

/* Header of an entry of the store from the entry (status and digest stay). ERR_NOTFOUND (no text) when it names what
 * the store has no number for. */
int recompute_header(struct store *store, rid_t rid, const struct entry *entry, struct row *out,
                     struct error *err);

/* What is held of each device, from the rows of ENTRY. */
int recompute_holds(struct store *store, struct device_hold **out, size_t *n, struct error *err);
void recompute_holds_free(struct device_hold *holds, size_t n);

/* Write headers, histories, lists, states, indexes, counters and derived rows anew; one transaction, then the derived
 * rows. With a judge, every entry is judged again. */
int recompute_all(struct store *store, struct progress *progress, struct error *err);

#endif
