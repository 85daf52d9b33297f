/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom this store exchanges with, what it believes of them, and the names of its small values. */
#ifndef SYNC_PEER_H
#define SYNC_PEER_H

#include "sync/wire.h"

/* The keys of this installation while they are needed; wipe with self_end(). */
struct self {
	struct store_info info;
	uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES];
};
int self_begin(struct store *store, struct self *out, struct error *err);
void self_end(struct self *self);
/* Open an envelope with any key of any life of this installation. ERR_RECIPIENT. */
int self_unseal(struct store *store, struct envelope *envelope, struct error *err);
/* Whether a device id is that of this installation, now or in an earlier life. */
bool self_was(struct store *store, const uint8_t device[DEVICE_ID_BYTES]);

/* The level above: its device when this very installation is enrolled there, else ERR_STRANGER. */
int peer_upper(struct store *store, const struct store_info *info, struct store_device *out,
               struct error *err);
int peer_set_upper(struct store *store, const uint8_t self_id[8], const struct store_device *upper,
                   struct error *err);
/* Whether what the level above signed counts (made_s: by its own clock when it was made, as that of a village may be
 * years off): its key was not ended, and the day lies within its certificate. ERR_STRANGER. */
int peer_check_upper(const struct store_device *upper, int64_t made_s, struct error *err);
/* Whether the days of a sender below count now, by our clock, as that of a village may be years off. ERR_DENIED: not yet, or
 * not any more; both end when the certificate is renewed. */
int peer_check_lower(const struct store_device *sender, struct error *err);

/* The last receipt in arena, its bytes as they came; ERR_NOTFOUND when there is none. */
int peer_receipt(struct store *store, struct arena *arena, struct receipt *out, struct error *err);
/* Whether a receipt is newer than the last one that counted, so that what came with it is newer than what came then. */
int peer_receipt_is_newer(struct store *store, const struct receipt *receipt, bool *newer, struct error *err);
/* Take a receipt over unless it is older than what is believed (*fresh false). */
int peer_take_receipt(struct store *store, const struct receipt *receipt, struct span bytes, bool *fresh,
                      struct error *err);

/* Small numbers under a name, 0 when absent. */
int peer_number(struct store *store, const char *name, int64_t *out, struct error *err);
int peer_set_number(struct store *store, const char *name, int64_t value, struct error *err);

#define PEER_LAST_EXPORT "sync/last-export"   /* day */
#define PEER_SERIAL      "sync/serial"        /* of receipts written here */

/* What the last merge of a device left: bundle_id 16 | chunks applied varint | done u8 | wall zigzag | offset
 * zigzag | entries varint */
struct peer_progress {
	uint8_t bundle_id[BUNDLE_ID_BYTES];
	uint64_t chunks;
	bool done;
	int64_t wall, clock_offset_s; /* our clock then, and the sender's minus ours */
	uint64_t entries;
};
void peer_progress_name(char out[32], const uint8_t device[8]);
void peer_progress_put(struct buf *out, const struct peer_progress *progress);
/* ERR_NOTFOUND when nothing came from it yet. */
int peer_progress_get(struct store *store, const uint8_t device[8], struct peer_progress *out,
                      struct error *err);

/* Six words and digits of a device, to be read aloud; the same for all of its life. */
void peer_fingerprint(const struct store_device *device, char out[128]);

#endif
