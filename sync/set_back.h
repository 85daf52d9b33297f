/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signs that this store is older than it was: somebody put an old copy of it back. A new epoch then makes the places below
 * believe what it holds now, and send what it lost.
 */
#ifndef SYNC_SET_BACK_H
#define SYNC_SET_BACK_H

#include "sync/wire.h"

/* The sender goes by a receipt that this store does not remember to have written. *info is as it is now in any case;
 * *found: a new epoch began. */
int set_back_by_receipt(struct store *store, struct store_info *info, const struct manifest *manifest, bool *found,
                        struct error *err);

/* An enrolled place below sealed its file for a key that this store's keyring never named. A key that it named and whose
 * secret was destroyed is no sign. Each key is one sign, however often its old files come. */
int set_back_by_key(struct store *store, struct store_info *info, const struct envelope *envelope, bool *found,
                    struct error *err);

#endif
