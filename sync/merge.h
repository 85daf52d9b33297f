/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What merging and importing share. */
#ifndef SYNC_MERGE_H
#define SYNC_MERGE_H

#include "sync/sync.h"

/* Merge a further part of an answer: entries of this place and those below it that the level above gives back, and what
 * others wrote of its residents. Errors and refusals as of a bundle. */
int merge_given(struct store *store, const struct store_device *above, const char *path, struct arena *arena,
                struct merge_file_report *out, struct error *err);

#endif
