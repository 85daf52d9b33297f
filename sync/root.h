/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A root without a store: its secret is 32 digits on paper, its keyring a file (.xyk) that holds no secret and
 * grows by one certificate for every township. E4 "XYK" 0D 0A 1A 0A | version u8 = 1 | keyring.
 */
#ifndef SYNC_ROOT_H
#define SYNC_ROOT_H

#include "lib/paper.h"
#include "sync/keys.h"

/* Make a root for a region and write its keyring to path. code is what belongs on paper and nowhere else.
 * ERR_EXISTS, ERR_INVALID (name, region), ERR_IO. */
int root_make(const char *path, const char *name, const char *region, char code[PAPER_CODE_BYTES],
              struct error *err);
/* Certify a device in it, from today to a day (0: no end). ERR_INVALID: the code is mistyped. ERR_AUTH: it is that of
 * another root. */
int root_sign(const char *path, const char *code, const struct store_device *device, date_t valid_to,
              struct error *err);
/* The keyring of such a file, proved. ERR_INVALID, ERR_VERSION and what keylog_verify() says. */
int root_read(const char *path, struct arena *arena, struct keylog *out, struct error *err);
/* Whether a store may take it as what vouches for it. ERR_STRANGER: it does not certify this installation;
 * ERR_EXISTS: another one does, or the store is enrolled at a store above. */
int root_check(struct store *store, const struct self *self, const struct keylog *log, struct error *err);

#endif
