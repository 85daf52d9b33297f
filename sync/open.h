/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a bundle without the store it was made for, by the recovery key of its township. */
#ifndef SYNC_OPEN_H
#define SYNC_OPEN_H

#include "sync/sync.h"

struct open_report {
	uint8_t sender[DEVICE_ID_BYTES];
	uint64_t entries, chunks;
};
/* Open path with the recovery key of code and give every entry to each(); digests that the bundle leaves out are zeros.
 * The signature is not checked: the sender's key lies in the lost store. each() returns false to stop.
 * ERR_INVALID: the code is mistyped, or it is no bundle of entries. ERR_RECIPIENT: it is the key of another township. */
int open_with_recovery(const char *path, const char *code, bool (*each)(void *arg, const struct entry *entry),
                       void *arg, struct open_report *out, struct error *err);

#endif
