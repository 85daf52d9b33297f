/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom the sender of a file may introduce (doc/bundle.md, "Brought down"): installations of its own region, and, to a place
 * below, those of other places in the region of the level above it, of which a resident may have come. One of a higher level
 * than the sender's is believed only when a keyring certifies it.
 */
#ifndef SYNC_VOUCH_H
#define SYNC_VOUCH_H

#include "sync/keys.h"

struct vouch {
	const struct store_device *sender;
	const char *region; /* that of everybody whom the sender may name */
	struct keys keys;   /* downward */
};
/* down: the sender is the level above this store. The keyrings lie in arena; sender outlives it. */
int vouch_begin(struct vouch *out, struct store *store, const struct store_device *sender, bool down,
                struct arena *arena, struct error *err);
bool vouch_in_region(const struct vouch *vouch, const struct store_device *device);
bool vouch_for(const struct vouch *vouch, const struct store_device *device);

#endif
