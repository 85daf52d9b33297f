/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that a township or a county signs in minisign's form, and whose signatures count here. */
#ifndef SYNC_SIGNED_H
#define SYNC_SIGNED_H

#include "lib/minisign.h"
#include "sync/keys.h"

/* Sign path as this installation and write path.minisig; the trusted comment names the place, the day and the file. */
int signed_write(struct store *store, const struct self *self, const char *path, struct error *err);
/* The signature of bytes, as text. */
int signed_bytes(struct store *store, const struct self *self, struct span bytes, const char *name,
                 struct buf *out, struct error *err);

struct signed_facts {
	char id[17];                  /* of the key, as minisign prints it */
	char who[KEYLOG_TEXT_BYTES];  /* whose key it is */
	char comment[MINISIGN_COMMENT_BYTES]; /* one line to show */
};
/* Check a signature with the publishers of this place, of the level above and of the root. ERR_STRANGER: none of them
 * has that key. ERR_SIGNATURE, ERR_INVALID. */
int signed_check(struct store *store, const uint8_t hash[MINISIGN_HASH_BYTES], struct span signature,
                 struct signed_facts *out, struct error *err);
/* path with path.minisig; ERR_NOTFOUND when that is not there. */
int signed_verify(struct store *store, const char *path, struct signed_facts *out, struct error *err);

#endif
