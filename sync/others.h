/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a place holds of what other places wrote: by numbers, in any number of pieces (doc/bundle.md, "Brought down"). */
#ifndef SYNC_OTHERS_H
#define SYNC_OTHERS_H

#include "sync/peer.h"

enum { OTHERS_MAX_RANGES = 128 * 1024 }; /* of all installations; what is beyond them is sent again */

struct others_device {
	uint8_t id[DEVICE_ID_BYTES];
	const struct seq_range *ranges; /* ascending */
	size_t n_ranges;
	uint8_t hash[CRYPTO_DIGEST_BYTES]; /* over the digests of all entries held in them */
	enum { OTHERS_UNKNOWN, OTHERS_AGREES, OTHERS_DIFFERS } standing; /* against this store, once it was asked for */
};
struct others {
	struct others_device *devices;
	size_t n_devices;
};

/* n varint | n x (id 8 | n varint | n x (first - end before varint | last - first varint) | hash16) of everything that this
 * store holds of installations outside its region. */
int others_put(struct store *store, const char *region, struct buf *out, struct error *err);
/* In arena. ERR_CORRUPT, ERR_LIMIT, ERR_NOMEM. */
int others_take(struct span in, struct others *out, struct arena *arena, struct error *err);

/* What an installation below said last is kept here. */
int others_keep(struct store *store, const uint8_t device[DEVICE_ID_BYTES], struct span bytes, struct error *err);
/* In arena; nothing when it never said anything. */
int others_recall(struct store *store, const uint8_t device[DEVICE_ID_BYTES], struct arena *arena, struct others *out,
                  struct error *err);

/* Whether exactly this version is held there, provably: what is held of that installation must be the same here. */
int others_has(struct store *store, struct others *others, const struct version *version, bool *has, struct error *err);

#endif
