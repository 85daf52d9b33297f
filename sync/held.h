/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What does not count (yet), with the reason, for people: at the level above what it holds back of others, in a village
 * what its last receipt says is held back of its own.
 */
#ifndef SYNC_HELD_H
#define SYNC_HELD_H

#include "db/store.h"

struct held_line {
	struct version version;
	bool waiting;           /* for something that has not arrived; else held back */
	const char *word;       /* the reason's stable word */
	const char *reason;     /* translated sentence */
	const char *form;       /* id; "" when the entry is not here */
	rid_t subject;          /* the resident or other record it is about, 0 unknown */
	const char *operator_name, *place, *region; /* who wrote it */
	int64_t wall;
};
/* At most max, in arena; *n_more says how many there are beyond. Needs a role that sees patients. */
int sync_held(struct store *store, size_t max, struct arena *arena, struct held_line **out, size_t *n,
              uint64_t *n_more, struct error *err);

#endif
