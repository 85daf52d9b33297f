/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records inside db/: a row of REC as a record. */
#ifndef DB_RECORDS_H
#define DB_RECORDS_H

#include "db/upper.h"

/* Everything in arena; the form's id lives as long as the store's memory of forms. ERR_CORRUPT, ERR_NOMEM. */
int record_from_row(struct store *store, struct span key, struct span value, struct arena *arena,
                    struct record *out, struct error *err);
/* The same as people see it: what needs nobody's decision is settled. */
int record_settled(struct store *store, struct span key, struct span value, struct arena *arena,
                   struct record *out, struct error *err);

#endif
