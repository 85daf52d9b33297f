/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files from sticks are copied to STORE/spool/in first and only the copy is read. */
#ifndef SYNC_SPOOL_H
#define SYNC_SPOOL_H

#include "db/store.h"
#include "sync/envelope.h"

/* Copy path into a nameless file of the spool; *fd is the caller's to close. ERR_INVALID: no plain file;
 * ERR_LIMIT: too large; ERR_NOTFOUND, ERR_IO, ERR_NOSPACE. */
int spool_copy(struct store *store, const char *path, int *fd, struct error *err);

/* Only the public header of a file, without a copy. */
int spool_peek(const char *path, struct envelope_head *out, struct error *err);

#endif
