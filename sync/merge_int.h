/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside merging: the files of one call, and the answers to them. */
#ifndef SYNC_MERGE_INT_H
#define SYNC_MERGE_INT_H

#include "sync/peer.h"
#include "sync/sync.h"

struct merger {
	struct store *store;
	struct self self;
	struct arena *arena;
	struct progress *progress;
	struct merge_report *report;
	const struct store_device *above; /* the level above gives back; NULL: bundles of the level below */
};

struct sent { /* of one file, for the answer; in the merger's arena */
	struct envelope_head head;
	struct receipt holdings;
	bool has_holdings;
};

/* One answer to each sender of what was merged, beside its last file. sent[] goes with the report's files. */
int merge_answer(struct merger *m, const struct sent *sent, struct error *err);

#endif
