/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exports in files of a chosen size; every file is whole in itself and applies alone, in whatever order. */
#ifndef SYNC_EXPORT_H
#define SYNC_EXPORT_H

#include "sync/peer.h"
#include "sync/sync.h"

enum { EXPORT_PART_BYTES = 32 * 1024 * 1024 }; /* what sync_export() takes */

/* As sync_export(); no file with several chunks gets larger than part_bytes. */
int sync_export_parts(struct store *store, const char *dir, uint64_t part_bytes, struct progress *progress,
                      struct export_report *out, struct error *err);

/* Further parts of an answer: entries that a place below lost and this store holds, and what others wrote of the residents
 * it has (sync/carry.h), under the seals with which they came. Nothing is written when it lacks nothing. */
struct give {
	const struct store_device *to;
	const struct receipt *holdings; /* what it has of its own; NULL: it lost nothing, unless all is said */
	bool all;                       /* also of installations that it does not name */
	const char *folder;
};
int give_down(struct store *store, const struct give *give, struct progress *progress, struct export_report *out,
              struct error *err);
/* What the last receipt does not cover as files NNNNNNNN.XYB in folder, which is local, for a carrier. Without
 * anything new no file is written (nothing_new). An error leaves the parts that were finished. */
int sync_export_make(struct store *store, const char *folder, uint64_t part_bytes,
                     struct progress *progress, struct export_report *out, struct error *err);

#endif
