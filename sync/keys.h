/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which keys count at this store. Four kinds of keyrings lie in it: its own (it keeps one when a place below was
 * enrolled), that of the level above, that of the root which vouches for the level above, and those of places below.
 * What they say of a device is written into its row (struct store_device), where rights and merging read it.
 */
#ifndef SYNC_KEYS_H
#define SYNC_KEYS_H

#include "lib/paper.h"
#include "lib/progress.h"
#include "sync/keylog.h"
#include "sync/peer.h"
#include "sync/sync.h"

struct keys {
	struct keylog own, upper, root;
	struct keylog lost; /* blocks of the level above that its later keyrings lack: it was set back */
	struct keylog *below;
	size_t n_below;
};
/* Everything in arena, the bytes included; what is not there is empty. */
int keys_load(struct store *store, struct arena *arena, struct keys *out, struct error *err);

/* Its own as it travels; nothing when it keeps none. */
int keys_own_bytes(struct store *store, struct buf *out, struct error *err);

/* Write what the keyrings say into the rows of the devices, and judge entries again when that changes which count. */
int keys_apply(struct store *store, struct progress *progress, struct error *err);

/* The same if the keyrings are not those that were applied last: the power went in between, or the disk was full. Done when
 * a store is opened and before it merges. */
int keys_catch_up(struct store *store, struct error *err);

/* Let an installation count, by a certificate or the word of a sender; sets *elsewhere when it was heard of with another
 * region before. From then on until keys_enrolled() an opened store judges everything anew: the power may go in between. */
int keys_enrol(struct store *store, struct store_device *device, bool *elsewhere, struct error *err);
/* Judge anew what that changes, then keys_apply(): to become known gives rights and takes none; another region may take
 * some. */
int keys_enrolled(struct store *store, bool elsewhere, struct progress *progress, struct error *err);

/* What a bundle for the level above is sealed for: its newest key and its recovery key. */
enum { KEYS_RECIPIENTS = 2 };
int keys_recipients(struct store *store, const struct store_device *upper,
                    uint8_t out[KEYS_RECIPIENTS][CRYPTO_KEY_BYTES], size_t *n, struct error *err);

/* Months of a rule of data/rules/keys.csv today. ERR_NOTFOUND. */
int keys_months(struct store *store, const char *rule, int *out, struct error *err);

/* --- what this store says (sync/keys_issue.c); every function adds records to its own keyring --- */

/* The keyring of a store that keeps none yet, or has new keys since, is begun or goes on under the new ones. */
int keys_open_own(struct store *store, const struct self *self, struct error *err);
int keys_certify(struct store *store, const struct self *self, const struct store_device *device,
                 struct error *err);
/* Certify again when a certificate ends soon. */
int keys_renew(struct store *store, const struct self *self, const struct store_device *device,
               struct error *err);
struct keys_block { struct device_block range; enum keylog_why why; const char *note; };
int keys_block(struct store *store, const struct self *self, const struct store_device *device,
               const struct keys_block *block, struct error *err);
/* ERR_NOTFOUND: no block has that number. */
int keys_lift(struct store *store, const struct self *self, uint64_t number, struct error *err);
int keys_rotate(struct store *store, const struct self *self, struct error *err);
/* A new recovery key; code is what belongs on paper and nowhere else. */
int keys_draw_recovery(struct store *store, const struct self *self, char code[PAPER_CODE_BYTES],
                       struct error *err);
/* The pair of a code as typed. ERR_INVALID: mistyped. */
int keys_recovery_pair(const char *code, uint8_t pk[CRYPTO_KEY_BYTES], uint8_t sk[CRYPTO_KEY_BYTES],
                       struct error *err);
int keys_add_publisher(struct store *store, const struct self *self, const uint8_t key_id[8],
                       const uint8_t pk[CRYPTO_SIGN_PK_BYTES], const char *name, struct error *err);
/* The pair with which this installation signs files. */
void keys_publisher_pair(const struct self *self, uint8_t key_id[8], uint8_t pk[CRYPTO_SIGN_PK_BYTES],
                         uint8_t sk[CRYPTO_SIGN_SK_BYTES]);

/* A key to open bundles with that this store still has. */
struct keys_box {
	uint8_t pk[CRYPTO_KEY_BYTES];
	date_t valid_from, valid_to;  /* valid_to 0: no end */
	date_t retired, destroy_from; /* DATE_NONE: it is in use */
};
int keys_boxes(struct store *store, struct arena *arena, struct keys_box **out, size_t *n, struct error *err);
/* Destroy those whose time is over; *n of them. */
int keys_destroy_old(struct store *store, size_t *n, struct error *err);

/* --- what others say (sync/keys_take.c) --- */

/* One or two keyrings as they came, proved each by itself. */
struct keys_offer {
	struct keylog upper, root;
	bool has_upper, has_root;
	bool newer; /* the answer is newer than the last that counted: with a lower number its keeper was set back */
};
/* ring is that of the sender's line, or one that vouches for the sender. ERR_CORRUPT and what keylog_verify() says. */
int keys_read_offer(struct keys_offer *offer, struct span ring, const uint8_t sender[DEVICE_ID_BYTES],
                    struct arena *arena, struct error *err);
/* The sender as the follower of a level above that was known: certified by its line or by the known root.
 * ERR_STRANGER: nothing proves it. */
int keys_follower(struct store *store, const struct keys_offer *offer, const struct store_device *known,
                  const uint8_t sender[DEVICE_ID_BYTES], struct store_device *out, struct error *err);
/* A newer keyring of the known root in an answer of the level above: it may have renewed the certificate since, and these
 * days count, as no other answer could bring them. */
int keys_renewed(struct store *store, const struct keys_offer *offer, struct store_device *upper, struct error *err);
/* Take the keyrings of the level above over. anew: whatever was known before is forgotten. */
int keys_take(struct store *store, const struct keys_offer *offer, bool anew, struct keys_news *news,
              struct error *err);
/* The keyring of an enrolled place below, which came with its bundle. Answers are sealed for the key that it names now. */
int keys_take_below(struct store *store, struct span ring, const struct store_device *sender, struct error *err);

#endif
