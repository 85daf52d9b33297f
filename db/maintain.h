/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checking, base copies and figures of a store. */
#ifndef DB_MAINTAIN_H
#define DB_MAINTAIN_H

#include "db/store.h"

struct check_result {
	uint64_t entries, records, index_rows, derived_rows, problems;
};

/* Verify the environment's files with Berkeley DB, then recompute every record's state, every index and derived
 * row from the entries and compare. Each problem goes to report (one line, no patient's name).
 * rebuild: write the recomputed ones. ERR_CORRUPT when there were problems and rebuild is false. */
int store_check(struct store *store, bool rebuild, void (*report)(void *arg, const char *line),
                void *arg, struct check_result *out, struct progress *progress, struct error *err);

/* Make a verified base copy (base.new -> base, base -> base.prev) and prune the log archive. */
int store_make_base(struct store *store, struct progress *progress, struct error *err);

/* Whether a new base copy is due: none there, a week old, or more logs since than the database is large (at least
 * 32 MB), so that copying costs a growing store the same for each entry. */
bool store_base_due(struct store *store);

/* Checkpoint now (before and after a sync), if there is anything to write. */
int store_checkpoint(struct store *store, struct error *err);

#endif
