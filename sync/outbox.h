/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bundles are made in STORE/spool/out first, whole and with a known size; a carrier (stick, SSH, QR codes) then
 * takes them. What a carrier did not finish is made or sent again.
 */
#ifndef SYNC_OUTBOX_H
#define SYNC_OUTBOX_H

#include "sync/sync.h"

/* STORE/spool/out/carrier, made when absent. */
int outbox_folder(struct store *store, const char *carrier, char out[SYNC_PATH_BYTES], struct error *err);

#endif
